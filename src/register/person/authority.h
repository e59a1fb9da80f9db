/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/authority: what the desk orders for a request of an authority: a look-up in what is held, and a package of expertise that two persons let go. The
 * process of the pages may neither start the programs of the stores nor have an answer signed; it writes an order down, and `pellucid person work` carries it out.
 *
 * What always holds:
 *  1. What is ordered is an entry of the case's file, sealed as all words there; the order itself names nobody. A new order of the same kind takes the place of the old one.
 *  2. A package is made of what the decision of two persons says, and of nothing else: its files are looked through once more where it is made.
 *  3. The package, its digest in the case, what the case's file says of both, and "done" are one transaction. A look-up is done after it was kept: whoever is killed
 *     between the two looks once more.
 *  4. One order that fails stops no other, and says why to those who work here.
 */
#ifndef PL_REGISTER_PERSON_AUTHORITY_H
#define PL_REGISTER_PERSON_AUTHORITY_H
#include "register/casework/lookup_note.h"
#include "register/person/own.h"

enum pl_authority_kind { PL_AUTHORITY_LOOKUP, PL_AUTHORITY_PACKAGE, PL_AUTHORITY_KINDS };
extern const char *const pl_authority_words[PL_AUTHORITY_KINDS + 1];

struct pl_authority_order {
	pl_str name;
	uint64_t number;
	enum pl_authority_kind kind;
	uint64_t entry; /* that says what is ordered */
	uint64_t made;  /* seconds */
	struct pl_ulid account;
	bool done;
	pl_str why;     /* in a word, what stood against it last */
};

/* Order @o (.done and .why do not matter). */
pl_status pl_authority_order_put(struct pl_db_tx *tx, const struct pl_authority_order *o);
/* Those about a case, look-ups first; texts in @arena. */
pl_status pl_authority_orders_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_authority_order ret[static PL_AUTHORITY_KINDS],
	size_t *ret_n);

/* Ask every store of @d for @who and keep what they say with the case, as pl_lookup_note does; *@ret and its texts live in @arena. PL_E_RANGE: nobody is asked for. */
pl_status pl_authority_look_up(struct pl_person_desk *d, const struct pl_register *r, uint64_t number, const struct pl_person *who,
	const struct pl_casework_actor *actor, struct pl_arena *arena, struct pl_lookup **ret, enum pl_lookup_outcome *ret_outcome, struct pl_diag *diag);

/* Order a look-up for @lines: identities, one a line, spaces around them and empty lines do not count. PL_E_RANGE, PL_E_SYNTAX with words: none, too many, or none
 * of the known kinds; PL_E_UNSUPPORTED: the register does not answer by look-ups; otherwise as pl_casework_case_key. */
pl_status pl_authority_order_look_up(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str lines,
	struct pl_diag *diag);

struct pl_authority_done {
	size_t done, failed; /* failed: will be tried again */
};
/* Carry out what waits. What went wrong is told to @tell (may be NULL) and noted with the order. */
pl_status pl_authority_work(struct pl_person_desk *d, void (*tell)(void *ctx, const struct pl_authority_order *o, const char *words), void *ctx,
	struct pl_authority_done *ret);

#endif
