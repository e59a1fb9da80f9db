/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/answered: how long an answer took and whether it kept its deadline, counted from the clocks of the case and not typed.
 *
 * A register "counts its answers" if it was not imported and declares "answered-at", a time, beside an open enum "clock-met" of which no-clock, met and late are
 * names. What is counted of each case are "clock-met", and "hours" and "days" where they are declared as open u64.
 *
 * What always holds of a revision of such a register that sets one of these four fields:
 *  1. With "answered-at", the others are what the clocks of the case's file say at that moment: hours and days, each one that has begun, from the start of the
 *     clock that ends first to the answer, without the time in which that clock stood still; from "received" where none runs. Clocks that are a time to keep
 *     something (register/clock) do not count, nor those that the declaration does not name where it names any. "late": a clock's legal end, with pauses and extensions, had passed before the answer.
 *  2. What was typed and says something else is refused, with both values; so is anything that was typed while there is no answer.
 *  3. Without "answered-at" they say nothing.
 *
 * A revision that sets none of them leaves what stands there, whoever typed it.
 */
#ifndef PL_REGISTER_ANSWERED_H
#define PL_REGISTER_ANSWERED_H
#include "register/register.h"

/* Does @d count its answers? */
bool pl_answered_is(const struct pl_register_decl *d);
/* Is the declared field @name one that is counted: nobody need type it? */
bool pl_answered_owns(const struct pl_register_decl *d, pl_str name);

/* What counted values point into; it does not move while they are used. */
struct pl_answered_room {
	uint8_t b[2][8];
};

/* Bring @v (one a declared field, as it is to be) to what the clocks of case @number say. 0: a new one, to which happened what the declaration says of a case that
 * comes in with @first (of the derived declaration; else NULL). @set: which fields are set now, one a declared field. PL_E_RANGE with words: something was typed that is not so, the answer lies before the request or is still to come.
 * PL_E_STATE: the file says what cannot have happened. In the caller's transaction. */
pl_status pl_answered_fill(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const bool *set, const struct pl_commit_value *first,
	struct pl_commit_value *v, struct pl_answered_room *room, struct pl_diag *diag);

#endif
