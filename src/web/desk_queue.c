/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_queue: where a day's work begins: the open cases, what is overdue, and the registers with their last heads.
 */
#include "base/time.h"
#include "register/audit/hand_out.h"
#include "register/casework/sealing.h"
#include "register/claim_query.h"
#include "register/claim_rules.h"
#include "register/query.h"
#include "register/report_due.h"
#include "register/vuln/award.h"
#include "register/person/waiting.h"
#include "web/desk_internal.h"

#define DUE_MAX 20u
#define SEALS_MAX 20u
#define SOON_NS (3 * 86400 * PL_SECOND)
/* One head may still be on its way; where two are missing, the rhythm has stopped. */
#define LATE_NS (2 * PL_REGISTER_RHYTHM * PL_SECOND)

/* ---- cases ---- */

/* "due:register:number" of the query. */
static void take_cursor(struct pl_desk_view *d, struct pl_casework_cursor *ret)
{
	pl_str text, due, name;
	struct pl_casework_cursor c = {0};

	if (pl_http_request_query(d->req, "after", &text) || !pl_str_take_until(&text, ':', &due) || !pl_str_take_until(&text, ':', &name) ||
		pl_str_to_u64(due, INT64_MAX, &c.due) || pl_str_to_u64(text, INT64_MAX, &c.number))
		return;
	c.name = name;
	*ret = c;
}

static pl_status case_row(struct pl_desk_view *d, const struct pl_casework_case *c, struct pl_case_row *row)
{
	uint64_t now = pl_time_now();

	*row = (struct pl_case_row){.name = c->name, .number = c->number, .touched = c->touched * PL_SECOND,
		.state = {pl_desk_case_state(c->state)}, .fresh = c->state == PL_CASEWORK_NEW,
		.due = c->due * PL_SECOND, .legal = c->legal * PL_SECOND, .overdue = c->due && c->due * PL_SECOND < now,
		.soon = c->due && c->due * PL_SECOND >= now && c->due * PL_SECOND - now < SOON_NS,
		.mine = c->has_assigned && memcmp(c->assigned.b, d->s.account.b, sizeof c->assigned.b) == 0};
	if (row->overdue) {
		uint64_t hours = (now - c->due * PL_SECOND) / PL_HOUR;

		row->over_days = hours >= 48 ? hours / 24 : 0;
		row->over_hours = hours < 48 ? hours : 0;
	}
	return c->has_assigned ? pl_desk_name_of(d, &c->assigned, &row->who) : PL_OK;
}

static pl_status fill_cases(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_buf last PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_casework_case *list;
	struct pl_casework_cursor after = {0};
	pl_str mine;
	size_t n = 0;
	pl_status st;

	take_cursor(d, &after);
	m->filtered = pl_http_request_query(d->req, "mine", &mine) == PL_OK;
	st = pl_casework_queue(d->w.inst, (pl_str){0}, m->filtered ? &d->s.account : NULL, &after, PL_DESK_PAGE_ROWS + 1, d->arena,
		&list, &n);
	m->cases = pl_arena_alloc(d->arena, n + 1, sizeof *m->cases);
	if (st || !m->cases)
		return st ? st : PL_E_NOMEM;
	m->more = n > PL_DESK_PAGE_ROWS;
	m->n_cases = m->more ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < m->n_cases && !st; i++)
		st = case_row(d, &list[i], &m->cases[i]);
	if (st || !m->more)
		return st;
	pl_buf_put_u64(&last, list[m->n_cases - 1].due);
	pl_buf_put_c(&last, ':');
	pl_buf_put_str(&last, list[m->n_cases - 1].name);
	pl_buf_put_c(&last, ':');
	pl_buf_put_u64(&last, list[m->n_cases - 1].number);
	return pl_buf_status(&last) ? pl_buf_status(&last) : pl_arena_dup(d->arena, pl_buf_str(&last), &m->after);
}

static pl_status fill_seals(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	uint64_t now = pl_time_now() / PL_SECOND;
	struct pl_sealing *list;
	size_t n = 0;
	pl_status st = pl_sealing_list(d->w.inst, SEALS_MAX + 1, d->arena, &list, &n);

	m->seals = pl_arena_alloc(d->arena, SEALS_MAX, sizeof *m->seals);
	if (st || !m->seals)
		return st ? st : PL_E_NOMEM;
	m->more_seals = n > SEALS_MAX;
	m->n_seals = m->more_seals ? SEALS_MAX : n;
	for (size_t i = 0; i < m->n_seals; i++)
		m->seals[i] = (struct pl_seal_row){.name = list[i].name, .number = list[i].number, .since = list[i].since * PL_SECOND,
			.ends = list[i].ends * PL_SECOND, .over = list[i].ends && list[i].ends <= now,
			.soon = list[i].ends > now && list[i].ends - now <= PL_SEALING_LEAD};
	return PL_OK;
}

static pl_status fill_registers(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_query_register *q;
	uint64_t now = pl_time_now();
	pl_status st = pl_query_registers(d->w.inst, (pl_str){0}, PL_REGISTER_PAGE_MAX, d->arena, &q, &m->n_registers);

	if (st)
		return st;
	m->registers = pl_arena_alloc(d->arena, m->n_registers + 1, sizeof *m->registers);
	if (!m->registers)
		return PL_E_NOMEM;
	for (size_t i = 0; i < m->n_registers; i++) {
		uint64_t time = q[i].time * PL_SECOND;

		m->hand_outs = m->hand_outs || pl_str_eq(q[i].name, PL_STR(PL_HAND_OUT_REGISTER));
		m->awards = m->awards || pl_str_eq(q[i].name, PL_STR(PL_AWARD_REGISTER));
		m->registers[i] = (struct pl_queue_row){.name = q[i].name, .highest = q[i].highest, .time = time,
			.late = time == 0 || (now > time && now - time > LATE_NS), .imported = pl_view_is_imported(&d->w, q[i].name)};
		m->registers[i].enters = (d->s.roles & PL_DESK_WORKS) != 0 && !m->registers[i].imported;
	}
	return PL_OK;
}

/* What has a day that is over. */
static bool is_due(const struct pl_claim_flag *f, enum pl_message_id *ret)
{
	if (f->explained)
		return false;
	if (f->kind == PL_CLAIM_FLAG_OVERDUE)
		*ret = PL_MSG_desk_due_promise;
	else if (f->kind == PL_CLAIM_FLAG_EXPIRED)
		*ret = PL_MSG_desk_due_certificate;
	else if (f->kind == PL_CLAIM_FLAG_STALE)
		*ret = PL_MSG_desk_due_review;
	else
		return false;
	return true;
}

static pl_status take_due(struct pl_desk_view *d, const struct pl_claim_flag *flags, size_t n, struct pl_desk_queue_page *m)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < n && !st; i++) {
		struct pl_due_row *row = &m->due[m->n_due];

		if (m->n_due == DUE_MAX || !is_due(&flags[i], &row->kind.id))
			continue;
		m->n_due++;
		row->subject = flags[i].claim->subject;
		row->id = flags[i].claim->id;
		st = pl_arena_dup(d->arena, pl_str_from(flags[i].words), &row->words);
	}
	return st;
}

static pl_status put_report(struct pl_desk_view *d, const struct pl_report_due *due, struct pl_due_row *row)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	char strict[21], legal[21];
	pl_status st;

	pl_time_write(due->clock.due.strict, strict);
	pl_time_write(due->clock.due.legal, legal);
	pl_buf_printf(&words, "strict end %s, legal end %s", strict, legal);
	row->soon = due->clock.state == PL_CLOCK_RUNNING;
	row->kind.id = row->soon ? PL_MSG_desk_due_report : PL_MSG_desk_due_report_over;
	st = pl_arena_dup(d->arena, pl_str_from(due->name), &row->subject);
	if (!st)
		st = pl_arena_dup(d->arena, pl_str_from(due->period), &row->id);
	return st ? st : pl_arena_dup(d->arena, pl_buf_str(&words), &row->words);
}

/* Half-yearly reports that are promised and not published. */
static pl_status fill_reports(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_report_due *list = pl_alloc(PL_REPORT_DUE_MAX, sizeof *list);
	size_t n = 0;
	pl_status st = pl_report_due_list(d->w.inst, (pl_str){0}, pl_time_now(), list, &n, NULL);

	m->due = pl_arena_alloc(d->arena, DUE_MAX, sizeof *m->due);
	if (!st && !m->due)
		st = PL_E_NOMEM;
	for (size_t i = 0; i < n && m->n_due < DUE_MAX && !st; i++)
		st = put_report(d, &list[i], &m->due[m->n_due++]);
	pl_free(list);
	return st;
}

static pl_status fill_due(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_claim_flag *flags = NULL;
	struct pl_claim *claims;
	size_t n = 0, n_flags = 0;
	pl_status st = pl_query_claims_all(d->w.inst, d->arena, &claims, &n);

	if (!st)
		st = pl_claim_flags(claims, n, pl_time_now() / PL_SECOND, &flags, &n_flags);
	if (st == PL_E_TOOBIG) { /* said, not hidden */
		m->too_many = true;
		return PL_OK;
	}
	if (!st)
		st = take_due(d, flags, n_flags, m);
	pl_free(flags);
	return st;
}

static pl_status fill_given_up(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_person_waiting w;
	pl_status st = pl_person_waiting(d->w.inst, &w);

	if (!st)
		m->given_up = w.given_up;
	return st;
}

pl_status pl_desk_queue(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_queue_page m = {0};
	struct pl_html h;
	pl_status st;

	if (!(d->s.roles & PL_DESK_CASES))
		return pl_desk_go(d, d->s.roles & PL_STAFF_ADMINISTRATOR ? "/desk/accounts" : "/desk/account", NULL);
	st = pl_desk_begin(d, PL_DESK_NAV_QUEUE, PL_MSG_desk_queue_heading);
	if (!st)
		st = fill_cases(d, &m);
	if (!st)
		st = pl_desk_queue_fill_waits(d, &m);
	if (!st)
		st = fill_seals(d, &m);
	if (!st)
		st = fill_registers(d, &m);
	if (!st)
		st = fill_reports(d, &m);
	if (!st)
		st = fill_due(d, &m);
	if (!st)
		st = fill_given_up(d, &m);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_queue(&h, &m);
	return pl_desk_send(d, &b);
}
