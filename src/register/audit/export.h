/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/export: audits and their days for other programs (docs/formats/audits.md). Pure. */
#ifndef PL_REGISTER_AUDIT_EXPORT_H
#define PL_REGISTER_AUDIT_EXPORT_H
#include "register/audit/cover.h"

/* Set the members of one audit and of what became of it. */
void pl_audit_export_life(const struct pl_audit_life *l, struct pl_json *o);
/* Append an object for the @n audits of one standard to @array: they, and their days as of @now (seconds). PL_E_NOMEM. */
pl_status pl_audit_export_standard(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_json *array);
/* Append the line of names, or the days of one standard: standard,state,from,to,audit. PL_E_NOMEM, or @out's failure. */
void pl_audit_export_csv_head(struct pl_buf *out);
pl_status pl_audit_export_csv(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_buf *out);

#endif
