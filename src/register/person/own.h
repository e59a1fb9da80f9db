/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/own: the stores that every instance has: the cases of its registers ("cases") and the accounts of those who work here
 * ("accounts"); and the desk that puts them and the stores of DIR/holdings together in one list.
 *
 * What always holds:
 *  1. Private values of cases are read through the vault, which decides by peer and role and leaves a line for each.
 *  2. A case that is erased loses its private fields, their key, and whose it was; its leaf says so, and it goes on counting.
 *  3. A case under a hold (register/casework/hold.h) is not erased; the answer says why and how long.
 */
#ifndef PL_REGISTER_PERSON_OWN_H
#define PL_REGISTER_PERSON_OWN_H
#include "register/cases.h"
#include "people/people.h"
#include "register/person/link.h"
#include "register/person/outside.h"

struct pl_person_desk;

struct pl_person_desk_options {
	struct pl_register_reader reader; /* as whom private values are read and erased */
	struct pl_people_actor actor;     /* who erases accounts */
	uint64_t now;                     /* seconds */
	const struct pl_holdings *const *more; /* stores of rooms above, behind our own */
	size_t n_more;
};

/* The stores of @inst. *@ret borrows it. What pl_outside_parse says of DIR/holdings; PL_E_TOOBIG. */
pl_status pl_person_desk_open(struct pl_instance *inst, const struct pl_person_desk_options *opt, struct pl_person_desk **ret,
	struct pl_diag *diag);
/* One that holds no secret: it knows the processors of DIR/holdings, takes in what they signed, and nothing else. */
pl_status pl_person_desk_open_keyless(struct pl_instance *inst, uint64_t now, struct pl_person_desk **ret, struct pl_diag *diag);
void pl_person_desk_close(struct pl_person_desk *d);
/* For PL_CLEANUP. */
static inline void pl_person_desk_closep(struct pl_person_desk **d) { pl_person_desk_close(*d); }

/* Live as long as the desk. */
const struct pl_holdings_list *pl_person_desk_list(const struct pl_person_desk *d);
const struct pl_outside *pl_person_desk_outside(const struct pl_person_desk *d);
const struct pl_person_key *pl_person_desk_key(const struct pl_person_desk *d);
struct pl_instance *pl_person_desk_instance(const struct pl_person_desk *d);
uint64_t pl_person_desk_now(const struct pl_person_desk *d);

#endif
