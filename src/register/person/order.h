/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/order: answers that the desk wants to be made for a person who asked: a copy, or an erasure with its certificate. The process of the pages
 * may neither sign answers nor destroy keys; it writes an order down, and `pellucid person work` carries it out where the keys are.
 *
 * What always holds:
 *  1. Whose data it is about is what the sender of the case proved when it came in, the address by a mailed code or the key of an installed product by its
 *     signature, and nothing that somebody types at the desk.
 *  2. An erasure is ordered in the transaction of the second voice (web/desk_case_two). The case that asked for it is held meanwhile, so that it can be
 *     answered; the certificate names it as kept and why.
 *  3. What an erasure says of itself is stored before anything is made of it: whoever is killed then goes on with the same certificate.
 *  4. Answer, its file and "done" are one transaction: nobody is answered twice with the same.
 *  5. One order that fails stops no other, and says why to those who work here.
 */
#ifndef PL_REGISTER_PERSON_ORDER_H
#define PL_REGISTER_PERSON_ORDER_H
#include "register/person/own.h"

enum pl_person_order_kind { PL_ORDER_COPY, PL_ORDER_ERASURE, PL_ORDER_KINDS };
enum pl_person_order_state {
	PL_ORDER_WAITS,
	PL_ORDER_GIVEN, /* a certificate, before the registers' heads prove all of it: it is given again with its proofs */
	PL_ORDER_DONE,
	PL_ORDER_STATES
};

#define PL_ORDER_HOLD UINT64_C(7776000) /* seconds that the case which asked is held: 90 days */

struct pl_person_order {
	pl_str name;
	uint64_t number;
	enum pl_person_order_kind kind;
	enum pl_person_order_state state;
	uint64_t made; /* seconds */
	struct pl_ulid account;
	pl_str recipient; /* age1..., or empty: not encrypted */
	pl_str language;  /* "en", "de" */
	pl_str why;       /* in a word, what stood against it last */
};

/* Are requests of persons answered from this register? It has a field "answer" of type digest, and gives out no packages of expertise. */
bool pl_person_order_takes(const struct pl_register_decl *d);
/* What the sender of the case @v, which was read with what is private, proved to be his; its value in @arena. PL_E_RANGE with words: nothing was. */
pl_status pl_person_order_sender(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_view *v, struct pl_arena *arena,
	struct pl_person_id *ret, struct pl_diag *diag);
/* Order @o (.state and .why do not matter). PL_E_EXISTS: it waits, or the person was erased; PL_E_RANGE: no recipient of age, another language. */
pl_status pl_person_order_put(struct pl_db_tx *tx, const struct pl_person_order *o, struct pl_diag *diag);
/* Those about a case, copies first; texts in @arena. */
pl_status pl_person_orders_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena,
	struct pl_person_order ret[static PL_ORDER_KINDS], size_t *ret_n);

struct pl_person_order_done {
	size_t done, failed; /* failed: will be tried again */
};
/* Carry out what waits, and complete certificates that can be proved by now. What went wrong is told to @tell (may be NULL) and noted with the order. */
pl_status pl_person_order_work(struct pl_person_desk *d, void (*tell)(void *ctx, const struct pl_person_order *o, const char *words), void *ctx,
	struct pl_person_order_done *ret);

#endif
