/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/hold: cases whose private part must not be erased yet: a law or a claim wants it kept, or it is needed to answer.
 *
 * What always holds:
 *  1. While a case is held nothing erases it: not a person's request, not the desk's two voices, not the end of its retention, not the operator
 *     (pl_register_erase refuses). Whoever wants to releases it first, and the case's file says who did.
 *  2. Holding, and releasing, are one transaction with their entry in the case's file.
 */
#ifndef PL_REGISTER_CASEWORK_HOLD_H
#define PL_REGISTER_CASEWORK_HOLD_H
#include "register/casework/casefile.h"

#define PL_HOLD_REASON_MAX 64u

struct pl_hold {
	char reason[PL_HOLD_REASON_MAX + 1];
	uint64_t until; /* seconds; 0: until somebody says otherwise */
};

/* Hold case @number for @reason, a token, until @until; one that is held already, for that reason and until then. @account: zeros: the operator. PL_E_RANGE: no
 * token. */
pl_status pl_hold_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, pl_str reason, uint64_t until, uint64_t now);
/* PL_E_NOTFOUND: it was not held. */
pl_status pl_hold_release(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t now);
/* Is it held at @now? PL_E_NOTFOUND: no. */
pl_status pl_hold_get(struct pl_db_tx *tx, pl_str name, uint64_t number, uint64_t now, struct pl_hold *ret);
/* May it be erased at @now? PL_E_DENIED with words, and with what to do: it is held. */
pl_status pl_hold_refuse(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now, struct pl_diag *diag);

#endif
