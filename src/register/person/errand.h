/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/errand: what the desk orders to be done where the stores are. For a request of an authority: a look-up in what is held, and a package of
 * expertise that two persons let go. For a person who asked: where data of his are, a correction, an objection. Of any case: noting whose it is. The process of
 * the pages may neither start the programs of the stores nor have an answer signed, nor does it know whose a case is; it writes an order down, and
 * `pellucid person work` carries it out.
 *
 * What always holds:
 *  1. What is ordered is an entry of the case's file, sealed as all words there, and so is what came of it; the order itself names nobody. A new look-up or
 *     package takes the place of the one before; everything else is done one after the other.
 *  2. A package is made of what the decision of two persons says, and of nothing else: its files are looked through once more where it is made.
 *  3. The package, its digest in the case, what the case's file says of both, and "done" are one transaction; so are what stores said and "done". A look-up is done
 *     after it was kept: whoever is killed between the two looks once more. A store that was told and not noted is told once more: that changes nothing.
 *  4. One order that fails stops no other, and says why to those who work here. What no second attempt would change (no such row, nothing that is corrected there)
 *     ends, and the case's file says why.
 *  5. Whose data is found, corrected or no longer used is what the sender of the case proved (pl_person_order_sender), and nothing that somebody types.
 */
#ifndef PL_REGISTER_PERSON_ERRAND_H
#define PL_REGISTER_PERSON_ERRAND_H
#include "register/casework/lookup_note.h"
#include "register/person/own.h"

enum pl_errand_kind {
	PL_ERRAND_LOOKUP,
	PL_ERRAND_PACKAGE,
	PL_ERRAND_WHERE,   /* what every store holds of the person */
	PL_ERRAND_CORRECT, /* one value of a row */
	PL_ERRAND_OBJECT,  /* data are not to be used for a purpose, or may be again */
	PL_ERRAND_LINK,    /* note whose case it is, for identities that somebody typed */
	PL_ERRAND_KINDS
};
extern const char *const pl_errand_words[PL_ERRAND_KINDS + 1];

struct pl_errand {
	pl_str name;
	uint64_t number;
	enum pl_errand_kind kind;
	uint64_t entry; /* that says what is ordered */
	uint64_t made;  /* seconds */
	struct pl_ulid account;
	bool done;
	pl_str why;     /* in a word, what stood against it last */
};

/* Order @o (.done and .why do not matter). */
pl_status pl_errand_put(struct pl_db_tx *tx, const struct pl_errand *o);
#define PL_ERRANDS_MAX 64u
/* Those about a case, by kind, of each the newest first; texts in @arena. */
pl_status pl_errands_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_errand ret[static PL_ERRANDS_MAX],
	size_t *ret_n);

/* Ask every store of @d for @who and keep what they say with the case, as pl_lookup_note does; *@ret and its texts live in @arena. PL_E_RANGE: nobody is asked for. */
pl_status pl_errand_look_up(struct pl_person_desk *d, const struct pl_register *r, uint64_t number, const struct pl_person *who,
	const struct pl_casework_actor *actor, struct pl_arena *arena, struct pl_lookup **ret, enum pl_lookup_outcome *ret_outcome, struct pl_diag *diag);

/* Order a look-up for @lines: identities, one a line, spaces around them and empty lines do not count. PL_E_RANGE, PL_E_SYNTAX with words: none, too many, or none
 * of the known kinds; PL_E_UNSUPPORTED: the register does not answer by look-ups; otherwise as pl_casework_case_key. */
pl_status pl_errand_order_look_up(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str lines,
	struct pl_diag *diag);

/* ---- what a person asked, and whose a case is ---- */

struct pl_errand_ask {
	enum pl_errand_kind kind;               /* from PL_ERRAND_WHERE on */
	pl_str store;                           /* of a correction: where */
	struct pl_holdings_correction correction;
	struct pl_holdings_objection objection;
	pl_str identities;                      /* whose case it is: one a line, as for a look-up */
};
/* Order @a. PL_E_RANGE, PL_E_SYNTAX with words: an empty name or one with a line end, no purpose, no identity, or a secret, which finds its case by itself;
 * PL_E_TOOBIG; otherwise as pl_casework_case_key. */
pl_status pl_errand_order_ask(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_errand_ask *a, struct pl_diag *diag);
/* As an entry says it, and back; pl_errand_ask_parse borrows from @text. PL_E_CORRUPT. */
void pl_errand_ask_write(const struct pl_errand_ask *a, struct pl_buf *out);
pl_status pl_errand_ask_parse(enum pl_errand_kind kind, pl_str text, struct pl_errand_ask *ret);
/* Tell or ask the stores of @d for @who; what they say goes to @said, a line each:
 *	cases/persons: 2 (zurich-1, example-ag, P24M)     where: class, rows, place, legal entity, how long; rows "?": it answers later
 *	cases: not-used                                   an objection: outcome, and the reason of what goes on
 *	corrected
 * PL_E_NOTFOUND, PL_E_UNSUPPORTED: no such store, row, or correction. PL_ERRAND_LINK asks nobody. */
pl_status pl_errand_ask_do(struct pl_person_desk *d, const struct pl_person *who, const struct pl_errand_ask *a, struct pl_buf *said, struct pl_diag *diag);

/* ---- carrying out ---- */

struct pl_errands_done {
	size_t done, failed; /* failed: will be tried again */
};
/* Carry out what waits. What went wrong is told to @tell (may be NULL) and noted with the order. */
pl_status pl_errands_do(struct pl_person_desk *d, void (*tell)(void *ctx, const struct pl_errand *o, const char *words), void *ctx,
	struct pl_errands_done *ret);

#endif
