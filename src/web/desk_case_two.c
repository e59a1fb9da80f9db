/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_two: acts on a case as a whole that are decided by four eyes: the end of everything private of it, opening one that is sealed, and ordering the
 * erasure of the person who asked by it. Who works
 * on it proposes, a lawyer or an officer approves, and with that it is done. Keys are destroyed by the process that keeps the rhythm, because this
 * one destroys nothing.
 */
#include "base/time.h"
#include "people/decision.h"
#include "register/casework/sealing.h"
#include "register/person/order.h"
#include "register/recover.h"
#include "web/desk_case.h"
#include <stdio.h>

#define LIFE (14 * 86400 * PL_SECOND)
#define APPROVES ((unsigned)PL_STAFF_LEGAL | PL_STAFF_OFFICER)

struct ending;

struct act {
	const char *kind, *words; /* words: the first line of what is decided */
	pl_status (*carry_out)(struct ending *e, struct pl_db_tx *tx);
};

static pl_status end_private(struct ending *e, struct pl_db_tx *tx);
static pl_status end_seal(struct ending *e, struct pl_db_tx *tx);
static pl_status order_erasure(struct ending *e, struct pl_db_tx *tx);

enum { ERASE, UNSEAL, PERSON };
static const struct act acts[] = {
	[ERASE] = {PL_DESK_KIND_ERASE, "erase what is private of a case", end_private},
	[UNSEAL] = {PL_DESK_KIND_UNSEAL, "let reports open a sealed case", end_seal},
	[PERSON] = {PL_DESK_KIND_PERSON, "erase what is held of the person who asked by a case, and certify it", order_erasure},
};

static const struct act *act_of(const struct pl_decision *x)
{
	for (size_t i = 0; i < PL_COUNT(acts); i++)
		if (pl_str_eq(x->kind, pl_str_from(acts[i].kind)))
			return &acts[i];
	return NULL;
}

/* What is decided: one spelling. */
static void write_bytes(const struct act *act, pl_str name, uint64_t number, struct pl_buf *out)
{
	pl_buf_printf(out, "%s\nregister %.*s\nnumber %llu\n", act->words, PL_STR_ARG(name), (unsigned long long)number);
}

static pl_status read_bytes(const struct act *act, pl_bytes bytes, pl_str *ret_name, uint64_t *ret_number)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	pl_str rest = pl_bytes_str(bytes), line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_take_line(&rest, ret_name) || !pl_str_eat(ret_name, PL_STR("register ")) ||
		!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("number ")) || pl_str_to_u64(line, INT64_MAX, ret_number))
		return PL_E_CORRUPT;
	write_bytes(act, *ret_name, *ret_number, &again);
	return pl_bytes_eq(pl_buf_bytes(&again), bytes) ? PL_OK : PL_E_CORRUPT;
}

bool pl_desk_case_two_is(const struct pl_decision *x)
{
	return act_of(x) != NULL;
}

pl_status pl_desk_case_two_about(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number)
{
	const struct act *act = act_of(x);

	return act && !read_bytes(act, x->bytes, ret_name, ret_number) ? PL_OK : PL_E_NOTFOUND;
}

/* ---- proposing ---- */

struct proposing {
	const struct act *act;
	struct pl_desk_looking *k;
	struct pl_buf bytes;
	struct pl_ulid id;
};

static pl_status propose(void *ctx, struct pl_db_tx *tx)
{
	struct proposing *p = ctx;
	const struct pl_decision_new what = {.kind = p->act->kind, .bytes = pl_buf_bytes(&p->bytes), .roles = APPROVES, .needed = 1,
		.life_ns = LIFE};

	return pl_decision_propose_once(p->k->d->people, tx, &p->k->d->actor, &what, &p->id, NULL);
}

static pl_status propose_act(struct pl_desk_looking *k, const struct act *act)
{
	struct proposing p = {.act = act, .k = k, .bytes = PL_BUF(256)};
	pl_str id;
	char path[96];
	pl_status st;

	write_bytes(act, k->r->decl->name, k->number, &p.bytes);
	st = pl_db_tx(pl_instance_db(k->d->w.inst), propose, &p);
	pl_buf_done(&p.bytes);
	if (!st || st == PL_E_EXISTS) /* the form was sent twice */
		st = pl_desk_ulid_text(k->d, &p.id, &id);
	if (st)
		return pl_desk_case_conclude(k, st);
	(void)snprintf(path, sizeof path, "/desk/decisions/%.*s", PL_STR_ARG(id));
	return pl_desk_go(k->d, path, "proposed");
}

static pl_status do_erase(struct pl_desk_looking *k)
{
	return pl_desk_case_held(k) ? pl_desk_case_refuse(k, 409, PL_MSG_case_refused_held) : propose_act(k, &acts[ERASE]);
}

static pl_status do_unseal(struct pl_desk_looking *k)
{
	pl_status st = pl_desk_case_may_unseal(k);

	return st ? pl_desk_case_refuse(k, 409, st == PL_E_DENIED ? PL_MSG_case_refused_sealed_until : PL_MSG_case_refused_unseal) :
		    propose_act(k, &acts[UNSEAL]);
}

static pl_status do_certify(struct pl_desk_looking *k)
{
	pl_status st = pl_desk_case_may_order(k);

	if (st == PL_E_RANGE || st == PL_E_STATE)
		return pl_desk_case_refuse(k, 409, st == PL_E_RANGE ? PL_MSG_case_refused_sender : PL_MSG_case_refused_order);
	return st ? pl_desk_case_conclude(k, st) : propose_act(k, &acts[PERSON]);
}

pl_status pl_desk_case_certify(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_certify);
}

pl_status pl_desk_case_erase(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_erase);
}

pl_status pl_desk_case_unseal(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_unseal);
}

/* ---- carrying out ---- */

struct ending {
	const struct act *act;
	struct pl_desk_view *d;
	const struct pl_decision *x;
	struct pl_register *r;
	uint64_t number;
	bool approved;
};

static pl_status end_private(struct ending *e, struct pl_db_tx *tx)
{
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_ERASE, .at = pl_time_now() / PL_SECOND, .account = e->d->s.account};
	struct pl_register_case made;
	pl_status st = pl_register_erase(tx, e->r, e->number, entry.at, &made, NULL);

	if (st == PL_E_DENIED) /* it is held since the proposal */
		return PL_E_CONFLICT;
	return st ? st : pl_casework_put(tx, e->r, e->number, &entry, NULL);
}

/* An end that was named since the proposal stands against it, as does whoever opened it before. */
static pl_status end_seal(struct ending *e, struct pl_db_tx *tx)
{
	pl_status st = pl_sealing_open(tx, e->r, e->number, &e->d->s.account, pl_time_now() / PL_SECOND, NULL);

	return st == PL_E_DENIED || st == PL_E_STATE ? PL_E_CONFLICT : st;
}

static pl_status order_erasure(struct ending *e, struct pl_db_tx *tx)
{
	const struct pl_person_order o = {.name = e->r->decl->name, .number = e->number, .kind = PL_ORDER_ERASURE, .made = pl_time_now() / PL_SECOND,
		.account = e->d->s.account, .language = pl_str_from(pl_lang_tag(e->d->lang))};
	pl_status st = pl_person_order_put(tx, &o, NULL);

	return st == PL_E_EXISTS ? PL_E_CONFLICT : st;
}

static pl_status end_it(void *ctx, struct pl_db_tx *tx)
{
	struct ending *e = ctx;
	pl_status st = pl_decision_approve(e->d->people, tx, &e->d->actor, &e->x->id, &e->x->digest, &e->approved, NULL);

	if (st || !e->approved)
		return st;
	st = pl_decision_take(e->d->people, tx, &e->d->actor, &e->x->id, e->act->kind, e->x->bytes, NULL);
	return st ? st : e->act->carry_out(e, tx);
}

pl_status pl_desk_case_two_approve(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, bool *ret_done)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct ending e = {.act = act_of(x), .d = d, .x = x};
	pl_str name;
	pl_status st = e.act ? read_bytes(e.act, x->bytes, &name, &e.number) : PL_E_CORRUPT;

	if (!st)
		st = pl_register_open(inst, name, &r, NULL);
	if (!st)
		st = pl_register_current(inst, NULL);
	e.r = r;
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), end_it, &e);
	*ret_done = e.approved;
	return st;
}
