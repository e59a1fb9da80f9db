/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/delay: who guesses waits, longer each time; nobody is locked out.
 *
 *	account: after failures 1, 2: 0 s; 3: 1 s; 4: 2 s; 5: 4 s ... at most 64 s; forgotten by a login, or after a day
 *	address: after failures 1 to 9: 0 s; 10: 1 s; 11: 2 s; ... at most 1,024 s; forgotten after a quiet hour
 *
 * What always holds:
 *  1. An attempt counts before it is judged, so a hundred at once are a hundred, and one that comes too early is not
 *     judged.
 *  2. Names and addresses fall into 65,536 buckets each by a keyed hash, whether there is such an account or not: the
 *     table is bounded, and delays tell nothing about accounts. An IPv6 address counts as its /64.
 *  3. Passkeys cannot be guessed and wait for nobody's account; what sends bad ones is delayed by address.
 */
#ifndef PL_PEOPLE_DELAY_H
#define PL_PEOPLE_DELAY_H
#include "people/people.h"

enum pl_delay_kind { PL_DELAY_ACCOUNT, PL_DELAY_ADDRESS };

#define PL_DELAY_ACCOUNT_MAX_NS (64 * PL_SECOND)
#define PL_DELAY_ADDRESS_MAX_NS (1024 * PL_SECOND)

/* How long to wait after failure number @failures. Pure. */
uint64_t pl_delay_after(enum pl_delay_kind kind, uint64_t failures);

/* Begin an attempt within @tx: count it as a failure of both (either may be empty: not counted). PL_OK: judge it.
 * PL_E_BUSY: not yet; @ret_wait gets how many ns are left. @ret_refused: attempts of the account that came too early
 * since the last one that was judged. */
pl_status pl_delay_begin(struct pl_people *p, struct pl_db_tx *tx, pl_str name, pl_str address, uint64_t *ret_wait,
	uint64_t *ret_refused);
/* The attempt was good: the account starts anew, the address gets its last failure back. */
pl_status pl_delay_good(struct pl_people *p, struct pl_db_tx *tx, pl_str name, pl_str address);

#endif
