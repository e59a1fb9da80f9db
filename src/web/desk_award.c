/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_award: rewards to finders: proposing one for a case, and what was paid. Whether one may be, its bounds and its text are those of
 * register/vuln/award; deciding and paying is desk_decision_act.c's.
 */
#include "base/time.h"
#include "register/entity/book_query.h"
#include "web/desk_case.h"
#include <stdio.h>

#define TEXT_MAX 256u
#define PROGRAM_TEXT (3 * PL_REGISTER_NAME_MAX)

/* ---- what was paid ---- */

static pl_status money(struct pl_arena *arena, int64_t amount, struct pl_currency currency, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(TEXT_MAX);

	pl_money_put(&text, amount, currency);
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(arena, pl_buf_str(&text), ret);
}

static pl_status fill_row(struct pl_desk_view *d, struct pl_db_tx *tx, const struct pl_award_entry *e, struct pl_award_row *row)
{
	struct pl_book_tx *t = pl_arena_alloc(d->arena, 1, sizeof *t);
	pl_status st;

	if (!t)
		return PL_E_NOMEM;
	*row = (struct pl_award_row){.number = e->number, .case_number = e->case_number, .transaction = e->transaction, .case_register = e->case_register,
		.entity = e->entity};
	/* A link to a decision is for those who may see it. */
	st = d->s.roles & (PL_AWARD_ROLES | PL_STAFF_AUDITOR) ? pl_desk_ulid_text(d, &e->decision, &row->decision) : PL_OK;
	if (!st)
		st = pl_book_get(tx, e->entity, e->transaction, d->arena, t, NULL);
	if (st || !t->n_postings)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	row->day = t->day * PL_SECOND;
	st = money(d->arena, t->postings[0].amount, t->postings[0].currency, &row->amount);
	if (!st && t->postings[0].price)
		st = money(d->arena, (int64_t)t->postings[0].price, t->postings[0].paid, &row->price);
	return st;
}

struct finding {
	struct pl_desk_looking *k;
	bool found;
};

static pl_status find_paid(void *ctx, struct pl_db_tx *tx)
{
	struct finding *f = ctx;
	struct pl_desk_looking *k = f->k;
	struct pl_award_entry e;
	pl_status st = pl_award_of_report(tx, k->r->decl->name, k->number, k->d->arena, &e);

	f->found = st == PL_OK;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	return fill_row(k->d, tx, &e, &k->m.flaw.award.paid);
}

/* ---- what may be ---- */

static pl_status fill_cells(struct pl_desk_looking *k)
{
	struct pl_desk_award *a = &k->m.flaw.award;
	pl_str typed = pl_desk_field(k->d, "cell");
	struct pl_award_cell *cells = NULL;
	size_t n = 0;
	pl_status st = pl_award_cells(k->flaw, &k->room, &cells, &n);

	a->cells = pl_arena_alloc(&k->room, n + 1, sizeof *a->cells);
	if (st || !a->cells)
		return st ? st : PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_buf value PL_CLEANUP(pl_buf_done) = PL_BUF(PROGRAM_TEXT + 8);
		struct pl_award_choice *row = &a->cells[a->n_cells++];

		pl_buf_printf(&value, "%.*s %.*s %.*s", PL_STR_ARG(cells[i].program), PL_STR_ARG(cells[i].impact), PL_STR_ARG(cells[i].position));
		*row = (struct pl_award_choice){.impact = cells[i].impact, .position = cells[i].position, .currency = pl_str_from(cells[i].currency.code),
			.low = cells[i].low, .high = cells[i].high, .current = pl_str_eq(pl_buf_str(&value), typed)};
		st = pl_buf_status(&value);
		if (!st)
			st = pl_arena_dup(&k->room, pl_buf_str(&value), &row->value);
	}
	return st;
}

static pl_status list_entities(void *ctx, struct pl_db_tx *tx)
{
	struct pl_desk_looking *k = ctx;
	struct pl_desk_award *a = &k->m.flaw.award;
	pl_str *names = NULL, typed = pl_desk_field(k->d, "entity");
	size_t n = 0;
	pl_status st = pl_book_names(tx, (pl_str){0}, PL_BOOK_PAGE_MAX, k->d->arena, &names, &n);

	a->n_entities = 0;
	a->entities = pl_arena_alloc(k->d->arena, n + 1, sizeof *a->entities);
	for (size_t i = 0; i < n && !st && a->entities; i++)
		a->entities[a->n_entities++] = (struct pl_case_choice){names[i], names[i], pl_str_eq(names[i], typed)};
	return st ? st : a->entities ? PL_OK : PL_E_NOMEM;
}

static enum pl_message_id outside_words(size_t i)
{
	static const enum pl_message_id ids[] = {PL_MSG_award_outside_no, PL_MSG_award_outside_exceptional, PL_MSG_award_outside_several,
		PL_MSG_award_outside_late, PL_MSG_award_outside_goodwill};

	return ids[i];
}

static pl_status fill_form(struct pl_desk_looking *k)
{
	struct pl_desk_award *a = &k->m.flaw.award;
	pl_str typed = pl_desk_field(k->d, "outside");
	pl_status st = fill_cells(k);

	if (!st)
		st = pl_db_read(pl_instance_db(k->d->w.inst), list_entities, k);
	a->outside = pl_arena_alloc(k->d->arena, 8, sizeof *a->outside);
	if (st || !a->outside)
		return st ? st : PL_E_NOMEM;
	for (size_t i = 0; pl_award_outside[i]; i++)
		a->outside[a->n_outside++] = (struct pl_case_choice){pl_str_from(pl_award_outside[i]), pl_message(k->d->lang, outside_words(i)),
			pl_str_eq(typed, pl_str_from(pl_award_outside[i]))};
	if (k->why) {
		a->amount = pl_desk_field(k->d, "amount");
		a->price = pl_desk_field(k->d, "price");
	}
	return PL_OK;
}

/* The amount that was typed lies outside of its cell: said with the cell's ends. */
static void judge_typed(struct pl_desk_looking *k)
{
	struct pl_desk_award *a = &k->m.flaw.award;
	uint64_t amount;

	if (pl_str_to_u64(pl_str_trim(a->amount), PL_REWARD_AMOUNT_MAX, &amount))
		return;
	for (size_t i = 0; i < a->n_cells; i++)
		if (a->cells[i].current && (amount < a->cells[i].low || amount > a->cells[i].high)) {
			a->beyond = true;
			a->low = a->cells[i].low;
			a->high = a->cells[i].high;
			a->currency = a->cells[i].currency;
		}
}

pl_status pl_desk_award_fill(struct pl_desk_looking *k)
{
	struct finding f = {.k = k};
	struct pl_desk_award *a = &k->m.flaw.award;
	pl_status st = pl_db_read(pl_instance_db(k->d->w.inst), find_paid, &f);

	a->rewarded = f.found;
	a->may = !st && k->flaw && k->m.may_write && pl_award_may_be(k->flaw, NULL) == PL_OK;
	if (st || !a->may)
		return st;
	st = fill_form(k);
	judge_typed(k);
	return st;
}

/* ---- proposing ---- */

static pl_status read_price(pl_str text, struct pl_award *a, struct pl_diag *diag)
{
	pl_str number;
	int64_t price = 0;

	if (!text.len)
		return PL_OK;
	if (pl_str_take_until(&text, ' ', &number) && !pl_currency_parse(text, &a->paid) && !pl_money_parse(number, a->paid, &price, NULL) && price > 0) {
		a->price = (uint64_t)price;
		return PL_OK;
	}
	return pl_diag_set(diag, PL_E_RANGE, "a price is what the bank of the entity pays, like 4612.55 EUR, or nothing");
}

static pl_status read_award(struct pl_desk_looking *k, struct pl_award *ret, struct pl_diag *diag)
{
	pl_str cell = pl_desk_field(k->d, "cell");
	struct pl_award a = {.entity = pl_desk_field(k->d, "entity"), .outside = pl_desk_field(k->d, "outside")};

	if (!pl_str_take_until(&cell, ' ', &a.program) || !pl_str_take_until(&cell, ' ', &a.impact) || !cell.len)
		return pl_diag_set(diag, PL_E_RANGE, "choose what the flaw allows and from where");
	a.position = cell;
	if (!a.outside.len)
		a.outside = PL_STR("no");
	if (!a.entity.len)
		return pl_diag_set(diag, PL_E_RANGE, "choose whose books pay");
	if (pl_str_to_u64(pl_str_trim(pl_desk_field(k->d, "amount")), PL_REWARD_AMOUNT_MAX, &a.amount) || !a.amount)
		return pl_diag_set(diag, PL_E_RANGE, "an amount is whole units of the currency of the matrix, like 5000");
	*ret = a;
	return read_price(pl_str_trim(pl_desk_field(k->d, "price")), ret, diag);
}

static pl_status do_propose(struct pl_desk_looking *k)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_diag diag = {0};
	struct pl_award a;
	struct pl_ulid id;
	pl_status st = read_award(k, &a, &diag);

	if (!st)
		st = pl_desk_flaw_take(k, &c, &diag);
	if (!st)
		st = pl_award_propose(c, &a, k->d->people, &k->d->actor, &id, &diag);
	return !st || st == PL_E_EXISTS ? pl_desk_flaw_proposed(k, &id) : pl_desk_flaw_conclude(k, st, &diag);
}

pl_status pl_desk_award_propose(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_propose);
}

/* ---- all of them ---- */

struct listing {
	struct pl_desk_view *d;
	struct pl_desk_awards_page *m;
	uint64_t before;
};

static pl_status list_paid(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_desk_awards_page *m = l->m;
	struct pl_award_entry *e = NULL;
	size_t n = 0;
	pl_status st = pl_award_page(tx, PL_STR(PL_AWARD_REGISTER), l->before, PL_DESK_PAGE_ROWS + 1, l->d->arena, &e, &n);

	m->n_rows = 0;
	m->rows = pl_arena_alloc(l->d->arena, n + 1, sizeof *m->rows);
	if (st || !m->rows)
		return st ? st : PL_E_NOMEM;
	m->more = n > PL_DESK_PAGE_ROWS;
	n = m->more ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < n && !st; i++)
		st = fill_row(l->d, tx, &e[i], &m->rows[m->n_rows++]);
	m->before = n ? e[n - 1].number : 0;
	return st;
}

pl_status pl_desk_awards(struct pl_desk_view *d)
{
	struct pl_desk_awards_page m = {0};

	return pl_desk_awards_show(d, &m);
}

pl_status pl_desk_awards_show(struct pl_desk_view *d, struct pl_desk_awards_page *m)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct listing l = {.d = d, .m = m, .before = INT64_MAX};
	struct pl_html h;
	pl_str before;
	pl_status st;

	if (!pl_http_request_query(d->req, "before", &before) && pl_str_to_u64(before, INT64_MAX, &l.before))
		l.before = INT64_MAX;
	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	d->path = PL_STR("/desk/awards");
	st = pl_desk_begin(d, PL_DESK_NAV_QUEUE, PL_MSG_awards_heading);
	if (!st)
		st = pl_db_read(pl_instance_db(d->w.inst), list_paid, &l);
	if (st)
		return st;
	m->may_open = (d->s.roles & PL_AWARD_ROLES) != 0;
	m->frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_awards(&h, m);
	return pl_desk_send(d, &b);
}
