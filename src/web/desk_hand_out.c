/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_hand_out: requests for documents that wait, and the copies that were given: their list, one of them with what was done with it, prolonging
 * it, taking it back.
 */
#include "base/date.h"
#include "base/time.h"
#include "web/desk_internal.h"
#include "web/portal_ask.h"
#include <stdio.h>

#define DAY UINT64_C(86400)

/* A day that a form brought, as seconds; empty: 0. */
pl_status pl_desk_read_day(const struct pl_desk_view *d, const char *field, uint64_t *ret, struct pl_diag *diag)
{
	pl_str text = pl_str_trim(pl_desk_field(d, field));
	struct pl_date day;

	*ret = 0;
	if (!text.len)
		return PL_OK;
	if (pl_date_parse(text, &day))
		return pl_diag_set(diag, PL_E_RANGE, "a day is one like 2027-11-28, or nothing");
	*ret = pl_date_day(day) * DAY;
	return PL_OK;
}

/* ---- rows ---- */

static struct pl_given_row row_of(const struct pl_hand_out *h)
{
	return (struct pl_given_row){.name = h->name, .number = h->number, .audit = h->audit, .media = h->media, .document = h->original,
		.given = h->given * PL_SECOND, .until = h->expires * PL_SECOND, .ended = h->ended * PL_SECOND, .size = h->copy_size,
		.accepted = h->accepted * PL_SECOND, .terms = h->terms, .expired = pl_hand_out_is_expired(h, pl_time_now() / PL_SECOND)};
}

static pl_status fill_title(struct pl_desk_view *d, struct pl_given_row *row)
{
	struct pl_ask_offer o;
	pl_status st;

	if (row->audit.len) {
		row->title = row->audit;
		return PL_OK;
	}
	st = pl_ask_offer_get(d->w.inst, &row->document, d->arena, &o);
	if (!st)
		row->title = o.title;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* ---- the queue ---- */

static pl_status fill_waiting(struct pl_desk_view *d, struct pl_desk_hand_outs_page *m)
{
	struct pl_casework_case *list = NULL;
	const struct pl_casework_cursor start = {.due = 0};
	size_t n = 0;
	pl_status st = pl_casework_queue(d->w.inst, PL_STR(PL_ASK_REGISTER), NULL, &start, PL_DESK_PAGE_ROWS + 1, d->arena, &list, &n);

	m->waiting = pl_arena_alloc(d->arena, n + 1, sizeof *m->waiting);
	if (st || !m->waiting)
		return st ? st : PL_E_NOMEM;
	m->more_waiting = n > PL_DESK_PAGE_ROWS;
	n = m->more_waiting ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_case_row *row = &m->waiting[m->n_waiting++];

		*row = (struct pl_case_row){.name = list[i].name, .number = list[i].number, .touched = list[i].touched * PL_SECOND,
			.state = {pl_desk_case_state(list[i].state)}, .fresh = list[i].state == PL_CASEWORK_NEW};
		if (list[i].has_assigned)
			st = pl_desk_name_of(d, &list[i].assigned, &row->who);
	}
	return st;
}

static pl_status fill_given(struct pl_desk_view *d, struct pl_desk_hand_outs_page *m)
{
	struct pl_hand_out *list = NULL;
	uint64_t before = INT64_MAX;
	size_t n = 0;
	pl_str text;
	pl_status st;

	if (!pl_http_request_query(d->req, "before", &text) && pl_str_to_u64(text, INT64_MAX, &before))
		before = INT64_MAX;
	st = pl_hand_outs(d->w.inst, PL_STR(PL_HAND_OUT_REGISTER), before, PL_DESK_PAGE_ROWS + 1, d->arena, &list, &n);
	m->rows = pl_arena_alloc(d->arena, n + 1, sizeof *m->rows);
	if (st || !m->rows)
		return st ? st : PL_E_NOMEM;
	m->more = n > PL_DESK_PAGE_ROWS;
	n = m->more ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < n && !st; i++) {
		m->rows[m->n_rows] = row_of(&list[i]);
		st = fill_title(d, &m->rows[m->n_rows++]);
	}
	m->before = n ? list[n - 1].number : 0;
	return st;
}

pl_status pl_desk_hand_outs(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_hand_outs_page m = {0};
	struct pl_html h;
	pl_status st;

	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	st = pl_desk_begin(d, PL_DESK_NAV_QUEUE, PL_MSG_given_heading);
	if (!st)
		st = fill_waiting(d, &m);
	if (!st)
		st = fill_given(d, &m);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_hand_outs(&h, &m);
	return pl_desk_send(d, &b);
}

/* ---- one of them ---- */

struct looking {
	struct pl_desk_view *d;
	struct pl_register *r;
	uint64_t number;
	char path[128], title[PL_REGISTER_NAME_MAX + 32];
	pl_str why;
	struct pl_desk_hand_out_page m;
};

static pl_status begin(struct looking *k)
{
	struct pl_desk_view *d = k->d;
	pl_str name = pl_http_request_capture(d->req, "name");
	pl_status st = pl_http_request_number(d->req, "number", &k->number);

	if (st || name.len > PL_REGISTER_NAME_MAX)
		return PL_E_NOTFOUND;
	(void)snprintf(k->path, sizeof k->path, "/desk/hand-out/%.*s/%llu", PL_STR_ARG(name), (unsigned long long)k->number);
	(void)snprintf(k->title, sizeof k->title, "%.*s %llu", PL_STR_ARG(name), (unsigned long long)k->number);
	d->path = pl_str_from(k->path);
	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	pl_desk_crumb(d, "/desk/hand-outs", PL_MSG_given_heading);
	st = pl_desk_begin_named(d, PL_DESK_NAV_QUEUE, pl_str_from(k->title));
	return st ? st : pl_register_open(d->w.inst, name, &k->r, NULL);
}

static pl_status fill_steps(struct looking *k)
{
	struct pl_hand_out_step *steps = NULL;
	size_t n = 0;
	pl_status st = pl_hand_out_steps(k->d->w.inst, k->r->decl->name, k->number, k->d->arena, &steps, &n);

	k->m.steps = pl_arena_alloc(k->d->arena, n + 1, sizeof *k->m.steps);
	if (st || !k->m.steps)
		return st ? st : PL_E_NOMEM;
	while (n-- > 0 && !st) { /* the newest first */
		struct pl_given_step *row = &k->m.steps[k->m.n_steps++];

		*row = (struct pl_given_step){.at = steps[n].at * PL_SECOND, .from = steps[n].before * PL_SECOND, .to = steps[n].after * PL_SECOND,
			.back = steps[n].kind == PL_HAND_OUT_TAKEN_BACK};
		if (row->back)
			row->why = pl_portal_ask_back_words(steps[n].reason);
		st = pl_desk_name_of(k->d, &steps[n].account, &row->who);
	}
	return st;
}

static pl_status fill_reasons(struct looking *k)
{
	pl_str typed = pl_desk_field(k->d, "reason");

	k->m.reasons = pl_arena_alloc(k->d->arena, PL_HAND_OUT_REASONS, sizeof *k->m.reasons);
	if (!k->m.reasons)
		return PL_E_NOMEM;
	for (unsigned i = 0; i < PL_HAND_OUT_REASONS; i++) {
		pl_str word = pl_str_from(pl_hand_out_reasons[i]);

		k->m.reasons[k->m.n_reasons++] = (struct pl_given_reason){word, pl_portal_ask_back_words((enum pl_hand_out_reason)i), pl_str_eq(word, typed)};
	}
	return PL_OK;
}

static pl_status page(struct looking *k)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_view *d = k->d;
	struct pl_hand_out h;
	struct pl_html out;
	pl_status st = pl_hand_out_get(d->w.inst, k->r->decl->name, k->number, d->arena, &h);

	if (st)
		return st;
	k->m.row = row_of(&h);
	k->m.may_prolong = (d->s.roles & PL_ASK_APPROVES) && h.expires && !h.ended;
	k->m.may_take_back = (d->s.roles & PL_DESK_WORKS) && !h.ended;
	k->m.why = k->why;
	k->m.expires = pl_desk_field(d, "expires");
	st = fill_title(d, &k->m.row);
	if (!st)
		st = fill_steps(k);
	if (!st)
		st = fill_reasons(k);
	if (!st)
		st = pl_ask_of(d->w.inst, h.name, h.number, d->arena, &k->m.ask_register, &k->m.ask_number);
	if (st && st != PL_E_NOTFOUND)
		return st;
	k->m.frame = d->frame;
	out = pl_desk_html(d, &b);
	pl_page_desk_hand_out(&out, &k->m);
	return pl_desk_send(d, &b);
}

static pl_status with_one(struct pl_desk_view *d, pl_status (*act)(struct looking *k))
{
	struct looking *k = PL_NEW(struct looking);
	pl_status st;

	k->d = d;
	st = begin(k);
	if (!st)
		st = act(k);
	pl_register_close(k->r);
	pl_free(k);
	return st;
}

pl_status pl_desk_hand_out(struct pl_desk_view *d)
{
	return with_one(d, page);
}

/* ---- acts ---- */

/* Back to it, or to it with what was wrong. */
static pl_status conclude(struct looking *k, pl_status st, const struct pl_diag *diag)
{
	unsigned status = st == PL_E_CONFLICT ? 409 : st == PL_E_BUSY ? 429 : st == PL_E_DENIED ? 403 : 400;
	pl_status dup;

	if (!st)
		return pl_desk_go(k->d, k->path, "noted");
	if (!diag->text[0] && st != PL_E_BUSY && st != PL_E_DENIED)
		return st;
	dup = pl_arena_dup(k->d->arena, pl_str_from(diag->text), &k->why);
	pl_desk_refused(k->d, status, st == PL_E_BUSY ? PL_MSG_case_too_many : PL_MSG_given_refused);
	return dup ? dup : page(k);
}

static pl_status do_prolong(struct looking *k)
{
	const struct pl_register_reader who = {.role = pl_desk_vault_role(k->d->s.roles), .account = k->d->s.account};
	struct pl_diag diag = {0};
	uint64_t until = 0;
	pl_status st = pl_desk_read_day(k->d, "expires", &until, &diag);

	if (!st && !until)
		st = pl_diag_set(&diag, PL_E_RANGE, "say to which day it is prolonged");
	if (!st)
		st = pl_hand_out_prolong(k->d->w.inst, k->r, k->number, &who, until, pl_time_now() / PL_SECOND, &diag);
	return st == PL_E_NOTFOUND ? st : conclude(k, st, &diag);
}

static pl_status do_take_back(struct looking *k)
{
	const struct pl_register_reader who = {.role = pl_desk_vault_role(k->d->s.roles), .account = k->d->s.account};
	struct pl_diag diag = {0};
	enum pl_hand_out_reason why = PL_HAND_OUT_REASONS;
	pl_status st = pl_hand_out_reason_parse(pl_desk_field(k->d, "reason"), &why);

	if (st)
		st = pl_diag_set(&diag, PL_E_RANGE, "choose why it is taken back");
	else
		st = pl_hand_out_take_back(k->d->w.inst, k->r, k->number, &who, why, pl_time_now() / PL_SECOND, &diag);
	return st == PL_E_NOTFOUND ? st : conclude(k, st, &diag);
}

pl_status pl_desk_hand_out_prolong(struct pl_desk_view *d)
{
	return with_one(d, do_prolong);
}

pl_status pl_desk_hand_out_take_back(struct pl_desk_view *d)
{
	return with_one(d, do_take_back);
}
