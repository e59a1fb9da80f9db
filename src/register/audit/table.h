/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/table: audits as people write them, in a table of comma-separated values. Pure; everything lives in the
 * caller's arena; failures name the line.
 *
 *	audit,standard,edition,kind,auditor,auditor-entity,scope,products,systems,controls,as-of,from,to,valid-from,valid-to,
 *	supersedes,report,report-size,report-media
 *
 * auditor is a name, scope a sentence; products, systems and controls are identifiers separated by spaces; report is the
 * digest of a file that is not published.
 */
#ifndef PL_REGISTER_AUDIT_TABLE_H
#define PL_REGISTER_AUDIT_TABLE_H
#include "base/diag.h"
#include "register/audit/audit.h"

#define PL_AUDIT_TABLE_MAX ((size_t)8 << 20)
#define PL_AUDIT_ROWS_MAX 512u

struct pl_audit_row {
	struct pl_audit audit;
	pl_str scope, auditor; /* the texts whose digests are in it; auditor may be empty */
	unsigned line;
};

/* PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND (no such column, no rows), PL_E_EXISTS, PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_audit_table_parse(pl_str csv, struct pl_arena *arena, struct pl_audit_row **ret, size_t *ret_n,
	struct pl_diag *diag);

#endif
