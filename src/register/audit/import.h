/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/import: stating what a table says of audits. Rows that are there already, word for word, are passed over;
 * another audit under the same name is refused.
 */
#ifndef PL_REGISTER_AUDIT_IMPORT_H
#define PL_REGISTER_AUDIT_IMPORT_H
#include "fact/instance.h"
#include "register/audit/table.h"

#define PL_AUDIT_STREAM "audits"

/* State the rows, all or none, with the officers' keys of this machine, in one transaction, and wait until they are
 * published; *@ret_made of them were new. PL_E_EXISTS, PL_E_CONFLICT, PL_E_RANGE, PL_E_NOTFOUND with the line where it can
 * be told, or as pl_instance_sign and pl_instance_settle. */
pl_status pl_audit_import(struct pl_instance *inst, const struct pl_audit_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag);

/* One row, for a verb that states it by itself: keeps its texts as bodies; *@ret_there: it was stated already. */
pl_status pl_audit_prepare(struct pl_instance *inst, const struct pl_audit_row *row, bool *ret_there,
	struct pl_diag *diag);

#endif
