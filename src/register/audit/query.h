/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/query: what pages and commands read of audits. Text and arrays live in the caller's arena. */
#ifndef PL_REGISTER_AUDIT_QUERY_H
#define PL_REGISTER_AUDIT_QUERY_H
#include "fact/instance.h"
#include "register/audit/cover.h"

#define PL_AUDITS_MAX 512u
#define PL_AUDIT_ENDS_MAX 256u

/* One audit inside of a transaction. PL_E_NOTFOUND. */
pl_status pl_query_audit_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_audit *ret);
/* The last thing that was said of it; .audit is @id. PL_E_NOTFOUND: nothing was. */
pl_status pl_query_audit_last_end_tx(struct pl_db_tx *tx, pl_str id, struct pl_audit_end *ret);

/* One audit with what became of it. PL_E_NOTFOUND. */
pl_status pl_query_audit(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_audit_life *ret);
/* All audits, by standard and within one by the first day that they speak of. PL_E_TOOBIG: more than PL_AUDITS_MAX. */
pl_status pl_query_audits(struct pl_instance *inst, struct pl_arena *arena, struct pl_audit_life **ret, size_t *ret_n);
/* How many from @i on are of the same standard as @lives[@i]. */
size_t pl_query_audits_same(const struct pl_audit_life *lives, size_t n, size_t i);

/* The words of a scope or the name of an auditor, from the blob store. PL_E_NOTFOUND: withheld, not stored here, or no
 * text. */
pl_status pl_query_audit_text(struct pl_instance *inst, const struct pl_body *body, struct pl_arena *arena, pl_str *ret);

#endif
