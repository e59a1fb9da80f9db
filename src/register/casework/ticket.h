/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/ticket: what stands for work done by the machine of somebody who wants to stay unknown.
 *
 *	v1:<register>:<seconds since 1970>:<26 characters, random>:<number>
 *
 * The number is chosen so that SHA-256 of the text begins with enough zero bits. The time bounds how long one can be made in
 * advance; the random part makes it one of its kind, so that it counts once.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_CASEWORK_TICKET_H
#define PL_REGISTER_CASEWORK_TICKET_H
#include "base/ulid.h"
#include "crypto/digest.h"
#include "register/declaration.h"

#define PL_TICKET_MAX 128u
#define PL_TICKET_PAST 3600u  /* seconds: older ones do not count */
#define PL_TICKET_FUTURE 300u /* clocks differ */

struct pl_ticket {
	pl_str name; /* of the register */
	uint64_t time;
	struct pl_ulid random;
	unsigned bits;           /* zero bits that it has */
	struct pl_digest digest; /* of the text */
};

/* PL_E_SYNTAX. It borrows. */
pl_status pl_ticket_read(pl_str text, struct pl_ticket *ret);
/* Does it count for @name at @now with @bits? PL_E_RANGE with words: another register, too old, too early, too little work. */
pl_status pl_ticket_check(const struct pl_ticket *t, pl_str name, unsigned bits, uint64_t now, struct pl_diag *diag);
/* Do the work, append the text. About 2^bits hashes. */
void pl_ticket_make(pl_str name, unsigned bits, uint64_t now, struct pl_buf *out);

#endif
