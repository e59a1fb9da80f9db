/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_person: ordering what a person who asked is answered with: a copy by one, an erasure with its certificate by two (desk_case_two). It is carried out
 * where the keys are (register/person/order); here it is seen how far it is.
 */
#include "base/time.h"
#include "register/person/errand.h"
#include "register/person/fanout.h"
#include "register/person/order.h"
#include "web/desk_case.h"

static enum pl_message_id state_words(const struct pl_person_order *o)
{
	if (o->state == PL_ORDER_DONE)
		return o->why.len ? PL_MSG_order_gone : PL_MSG_order_done;
	if (o->why.len)
		return PL_MSG_order_failed;
	return o->state == PL_ORDER_GIVEN ? PL_MSG_order_given : PL_MSG_order_waits;
}

static enum pl_message_id errand_state(const struct pl_errand *o)
{
	if (o->done && o->why.len)
		return o->kind <= PL_ERRAND_PACKAGE ? PL_MSG_order_gone : PL_MSG_order_ended;
	return o->done ? PL_MSG_order_done : o->why.len ? PL_MSG_order_failed : PL_MSG_order_waits;
}

/* What was ordered to be done where the stores are. */
static pl_status fill_errands(struct pl_desk_looking *k)
{
	struct pl_errand *orders = pl_arena_alloc(k->d->arena, PL_ERRANDS_MAX, sizeof *orders);
	struct pl_case_person *m = &k->m.person;
	size_t n = 0;
	pl_status st = orders ? pl_errands_of(k->d->w.inst, k->r->decl->name, k->number, k->d->arena, orders, &n) : PL_E_NOMEM;

	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_errand *o = &orders[i];
		struct pl_case_order *row = &m->orders[m->n_orders++];

		*row = (struct pl_case_order){.kind = {pl_desk_errand_words(o->kind)}, .state = {errand_state(o)}, .made = o->made * PL_SECOND, .why = o->why,
			.done = o->done && !o->why.len};
		st = pl_desk_name_of(k->d, &o->account, &row->who);
	}
	return st;
}

static pl_status fill_orders(struct pl_desk_looking *k)
{
	struct pl_person_order orders[PL_ORDER_KINDS];
	struct pl_case_person *m = &k->m.person;
	size_t n = 0;
	pl_status st = pl_person_orders_of(k->d->w.inst, k->r->decl->name, k->number, k->d->arena, orders, &n);

	for (size_t i = 0; i < n && !st; i++) {
		struct pl_case_order *row = &m->orders[m->n_orders++];

		*row = (struct pl_case_order){.kind = {orders[i].kind == PL_ORDER_COPY ? PL_MSG_order_kind_copy : PL_MSG_order_kind_erasure},
			.state = {state_words(&orders[i])}, .made = orders[i].made * PL_SECOND, .why = orders[i].why,
			.done = orders[i].state == PL_ORDER_DONE && !orders[i].why.len};
		st = pl_desk_name_of(k->d, &orders[i].account, &row->who);
	}
	return st;
}

/* ---- who was asked because of it ---- */

static enum pl_message_id processor_words(const struct pl_fanout_row *row)
{
	static const enum pl_message_id words[PL_OPENDSR_STATES] = {PL_MSG_order_processor_pending, PL_MSG_order_processor_progress,
		PL_MSG_order_processor_completed, PL_MSG_order_processor_cancelled};

	if (row->given_up)
		return PL_MSG_order_processor_given_up;
	return row->handed_over && (unsigned)row->state < PL_OPENDSR_STATES ? words[row->state] : PL_MSG_order_processor_waits;
}

static pl_status take_processor(void *ctx, const struct pl_fanout_row *row)
{
	struct pl_desk_looking *k = ctx;
	struct pl_case_person *m = &k->m.person;
	struct pl_case_processor *p;
	pl_status st;

	if (m->n_processors == PL_FANOUT_CASE_MAX)
		return PL_OK;
	p = &m->processors[m->n_processors];
	*p = (struct pl_case_processor){.kind = {row->kind == PL_OPENDSR_ERASURE ? PL_MSG_order_kind_erasure : PL_MSG_order_kind_copy},
		.state = {processor_words(row)}, .expected = row->expected * PL_SECOND, .given_up = row->given_up,
		.done = row->state == PL_OPENDSR_COMPLETED};
	m->given_up = m->given_up || row->given_up;
	st = pl_arena_dup(k->d->arena, row->processor, &p->processor);
	if (!st)
		st = pl_arena_dup(k->d->arena, row->results, &p->results);
	m->n_processors += !st;
	return st;
}

static pl_status fill_processors(struct pl_desk_looking *k)
{
	struct pl_case_person *m = &k->m.person;

	m->processors = pl_arena_alloc(k->d->arena, PL_FANOUT_CASE_MAX, sizeof *m->processors);
	return m->processors ? pl_fanout_of_case(k->d->w.inst, k->r->decl->name, k->number, take_processor, k) : PL_E_NOMEM;
}

pl_status pl_desk_case_fill_person(struct pl_desk_looking *k)
{
	struct pl_case_person *m = &k->m.person;
	pl_status st = PL_OK;

	m->orders = pl_arena_alloc(k->d->arena, PL_ORDER_KINDS + PL_ERRANDS_MAX, sizeof *m->orders);
	if (!m->orders)
		return PL_E_NOMEM;
	m->is = k->m.may_write && pl_person_order_takes(k->r->decl);
	m->german = k->d->lang == PL_LANG_DE;
	if (pl_person_order_takes(k->r->decl))
		st = fill_orders(k);
	if (!st)
		st = fill_errands(k);
	return !st && pl_person_order_takes(k->r->decl) ? fill_processors(k) : st;
}

pl_status pl_desk_case_may_order(struct pl_desk_looking *k)
{
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_person_id sender;
	pl_status st;

	if (!pl_person_order_takes(k->r->decl))
		return PL_E_STATE;
	st = pl_register_case_read(k->d->w.inst, k->r, k->number, &reader, &v, NULL);
	if (!st && v->kind > PL_ROW_SEALED)
		st = PL_E_STATE;
	return st ? st : pl_person_order_sender(k->d->w.inst, k->r, v, k->d->arena, &sender, NULL);
}

/* ---- a copy ---- */

struct ordering {
	struct pl_person_order o;
};

static pl_status order(void *ctx, struct pl_db_tx *tx)
{
	const struct ordering *g = ctx;

	return pl_person_order_put(tx, &g->o, NULL);
}

static pl_status refuse(struct pl_desk_looking *k, unsigned status, enum pl_message_id said)
{
	k->m.person.recipient = pl_str_trim(pl_desk_field(k->d, "recipient"));
	return pl_desk_case_refuse(k, status, said);
}

static pl_status do_copy(struct pl_desk_looking *k)
{
	struct ordering g = {.o = {.name = k->r->decl->name, .number = k->number, .kind = PL_ORDER_COPY, .made = pl_time_now() / PL_SECOND,
		.account = k->who.account, .recipient = pl_str_trim(pl_desk_field(k->d, "recipient")), .language = pl_desk_field(k->d, "language")}};
	pl_status st = pl_desk_case_may_order(k);

	if (st == PL_E_RANGE || st == PL_E_STATE)
		return refuse(k, 409, st == PL_E_RANGE ? PL_MSG_case_refused_sender : PL_MSG_case_refused_order);
	if (!st)
		st = pl_db_tx(pl_instance_db(k->d->w.inst), order, &g);
	if (st == PL_E_RANGE || st == PL_E_EXISTS)
		return refuse(k, st == PL_E_RANGE ? 400 : 409, st == PL_E_RANGE ? PL_MSG_case_refused_recipient : PL_MSG_case_refused_ordered);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_copy(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_copy);
}
