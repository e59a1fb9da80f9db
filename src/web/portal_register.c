/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_register: registers, their heads, and their reports over time. */
#include "web/portal_internal.h"
#include "base/time.h"
#include "register/period.h"
#include "register/query.h"
#include "register/words/query.h"
#include "web/chart.h"
#include "web/report_doc.h"
#include <stdio.h>

#define HEADS_SHOWN 12u
#define DAY UINT64_C(86400)
#define REPORTS_SHOWN 128u

struct pl_register_decl *pl_view_declaration(struct pl_view *w, const struct pl_digest *digest)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);
	struct pl_register_decl *d = NULL;

	if (pl_blob_get_bytes(pl_instance_blobs(w->inst), digest, &text) ||
		pl_register_decl_parse(pl_buf_str(&text), &d, NULL))
		return NULL;
	return d;
}

bool pl_view_is_imported(struct pl_view *w, pl_str name)
{
	struct pl_query_register q;
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) =
		pl_query_register(w->inst, name, w->arena, &q) ? NULL : pl_view_declaration(w, &q.declaration);

	return d && d->imported;
}

pl_status pl_view_period(struct pl_view *w, uint64_t from, uint64_t to, pl_str *ret)
{
	char text[PL_PERIOD_TEXT];

	pl_period_write(from, to, text);
	return pl_arena_dup(w->arena, pl_str_from(text), ret);
}

/* ---- all registers ---- */

static pl_status register_row(struct pl_view *w, const struct pl_query_register *q, struct pl_register_row *row)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = pl_view_declaration(w, &q->declaration);
	struct pl_query_report *reports;
	size_t n = 0;
	pl_status st = pl_query_reports(w->inst, q->name, INT64_MAX, 1, w->arena, &reports, &n);

	*row = (struct pl_register_row){.name = q->name, .highest = q->highest, .time = q->time * PL_SECOND,
		.imported = d && d->imported, .padded = d && d->padded};
	if (st || !n)
		return st;
	row->has_report = true;
	row->report = reports[0].index;
	row->cases = reports[0].cases;
	return pl_view_period(w, reports[0].from, reports[0].to, &row->period);
}

static pl_status fill_registers(struct pl_view *w, struct pl_registers_page *m)
{
	struct pl_query_register *q;
	pl_status st = pl_query_registers(w->inst, (pl_str){0}, PL_REGISTER_PAGE_MAX, w->arena, &q, &m->n_registers);

	if (!st)
		st = pl_view_list(w, m->n_registers, sizeof *m->registers, &m->registers);
	for (size_t i = 0; !st && i < m->n_registers; i++)
		st = register_row(w, &q[i], &m->registers[i]);
	return st;
}

pl_status pl_portal_registers(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_registers_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = fill_registers(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_registers_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_registers(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- one register ---- */

static const enum pl_message_id classes[] = {
	[PL_REGISTER_OPEN] = PL_MSG_register_open, [PL_REGISTER_GENERALISED] = PL_MSG_register_generalised,
	[PL_REGISTER_SEALED] = PL_MSG_register_sealed,
};

/* What somebody said the fields mean; a register without words is shown by its names. */
static const struct pl_register_words *words_of(struct pl_view *w, pl_str name)
{
	struct pl_register_words *words = pl_arena_alloc(w->arena, 1, sizeof *words);
	uint64_t index;

	if (!words || pl_query_register_words(w->inst, name, pl_str_from(pl_lang_tag(w->lang)), UINT64_MAX, w->arena, words, &index))
		return NULL;
	return words;
}

static pl_status field_row(struct pl_view *w, const struct pl_register_field *f, const struct pl_report_source *s,
	struct pl_register_field_row *row)
{
	struct pl_report_name n = {0};
	pl_status st;

	*row = (struct pl_register_field_row){.type = pl_str_from(pl_register_type_word(f->type)), .class = {classes[f->class]},
		.rule = pl_str_from(pl_register_rule_word(f->rule))};
	st = pl_arena_dup(w->arena, f->name, &row->name);
	if (!st)
		st = pl_report_name_of(s, PL_REGISTER_WORD_FIELD, row->name, w->arena, &n);
	if (!pl_str_eq(n.label, row->name))
		row->label = n.label;
	row->definition = n.definition;
	return st;
}

static pl_status fill_fields(struct pl_view *w, const struct pl_register_decl *d, const struct pl_register_words *words,
	struct pl_register_page *m)
{
	const struct pl_report_source s = {.words = words, .lang = w->lang};
	pl_status st = pl_view_list(w, d->n_fields, sizeof *m->fields, &m->fields);

	m->imported = d->imported;
	m->n_fields = d->n_fields;
	for (size_t i = 0; !st && i < d->n_fields; i++)
		st = field_row(w, &d->fields[i], &s, &m->fields[i]);
	return st;
}

static pl_status fill_late(struct pl_view *w, struct pl_register_page *m)
{
	struct pl_query_late *q;
	pl_status st = pl_query_late(w->inst, m->name, INT64_MAX, HEADS_SHOWN, w->arena, &q, &m->n_late, &m->n_all_late);

	if (!st)
		st = pl_view_list(w, m->n_late, sizeof *m->late, &m->late);
	for (size_t i = 0; !st && i < m->n_late; i++) {
		uint64_t late = q[i].time - q[i].due, after = q[i].heartbeat ? q[i].time - q[i].day - DAY : 0;

		m->late[i] = (struct pl_register_late_row){.index = q[i].index, .time = q[i].time * PL_SECOND, .due = q[i].due * PL_SECOND,
			.day = q[i].day * PL_SECOND, .hours = late / 3600, .minutes = late / 60 % 60,
			/* A head that comes with its day's end is late only as a head. */
			.heartbeat = q[i].heartbeat && after >= PL_REGISTER_RHYTHM, .after_hours = after / 3600, .after_minutes = after / 60 % 60};
	}
	return st;
}

/* The newest late ones are here, so that none of the last heads is missed. */
static bool is_late(const struct pl_register_page *m, uint64_t index)
{
	for (size_t i = 0; i < m->n_late; i++)
		if (m->late[i].index == index)
			return true;
	return false;
}

static pl_status fill_heads(struct pl_view *w, struct pl_register_page *m)
{
	struct pl_query_head *q;
	pl_status st = pl_query_heads(w->inst, m->name, INT64_MAX, HEADS_SHOWN, w->arena, &q, &m->n_last);

	if (!st)
		st = pl_view_list(w, m->n_last, sizeof *m->last, &m->last);
	for (size_t i = 0; !st && i < m->n_last; i++)
		m->last[i] = (struct pl_register_head_row){.index = q[i].index, .size = q[i].head.size, .highest = q[i].head.highest,
			.time = q[i].head.time * PL_SECOND, .heartbeat = q[i].heartbeat, .day = q[i].day * PL_SECOND,
			.late = is_late(m, q[i].index)};
	return st;
}

/* ---- reports over time ---- */

/* Periods of the same length as the newest one's, each with its newest edition, the oldest first. */
static size_t latest_editions(struct pl_query_report *q, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = false;

		/* Half-years differ by days; a month and a year by far more. */
		if (2 * (q[i].to - q[i].from) < q[0].to - q[0].from || q[i].to - q[i].from > 2 * (q[0].to - q[0].from))
			continue;
		for (size_t k = 0; k < kept && !again; k++)
			again = q[k].from == q[i].from && q[k].to == q[i].to;
		if (!again)
			q[kept++] = q[i];
	}
	for (size_t i = 1; i < kept; i++)
		for (size_t k = i; k > 0 && q[k - 1].from > q[k].from; k--) {
			struct pl_query_report t = q[k];

			q[k] = q[k - 1];
			q[k - 1] = t;
		}
	return kept;
}

/* The columns are the cases and the totals that every one of the reports has. */
static pl_status series_columns(struct pl_view *w, const struct pl_query_report *q, size_t n, const struct pl_report_source *s,
	struct pl_report_name **ret, size_t *ret_n)
{
	struct pl_report_name *names;
	pl_status st = pl_view_list(w, PL_REGISTER_TOTALS_MAX + 1, sizeof *names, &names);
	size_t count = 1;

	if (st)
		return st;
	names[0] = (struct pl_report_name){PL_STR("cases"), pl_message(w->lang, PL_MSG_count_cases), {0}};
	for (size_t t = 0; t < q[n - 1].n_totals && !st; t++) {
		bool everywhere = true;

		for (size_t i = 0; i < n; i++)
			everywhere = everywhere && t < q[i].n_totals && pl_str_eq(q[i].totals[t].name, q[n - 1].totals[t].name);
		if (everywhere)
			st = pl_report_name_of(s, PL_REGISTER_WORD_TOTAL, q[n - 1].totals[t].name, w->arena, &names[count++]);
	}
	*ret = names;
	*ret_n = count;
	return st;
}

static pl_status series_point(struct pl_view *w, const struct pl_query_report *q, const struct pl_report_name *columns, size_t n,
	struct pl_chart_point *p)
{
	uint64_t *values;
	char href[32];
	pl_status st = pl_view_list(w, n, sizeof *values, &values);

	(void)snprintf(href, sizeof href, "/report/%llu", (unsigned long long)q->index);
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(href), &p->href);
	if (!st)
		st = pl_view_period(w, q->from, q->to, &p->label);
	if (st)
		return st;
	values[0] = q->cases;
	for (size_t i = 1; i < n; i++)
		for (size_t t = 0; t < q->n_totals; t++)
			if (pl_str_eq(q->totals[t].name, columns[i].name))
				values[i] = q->totals[t].value;
	p->values = values;
	return PL_OK;
}

static pl_status fill_over_time(struct pl_view *w, struct pl_query_report *q, size_t n, const struct pl_report_source *s,
	struct pl_register_page *m)
{
	struct pl_chart_series c = {.id = PL_STR("over-time"), .title = pl_message(w->lang, PL_MSG_register_over_time),
		.definition = pl_message(w->lang, PL_MSG_register_over_time_words), .row_head = pl_message(w->lang, PL_MSG_col_period)};
	struct pl_report_name *columns = NULL;
	struct pl_chart_point *points = NULL;
	pl_status st;

	n = latest_editions(q, n);
	st = series_columns(w, q, n, s, &columns, &c.n_columns);
	if (!st)
		st = pl_view_list(w, n, sizeof *points, &points);
	for (size_t i = 0; !st && i < n; i++)
		st = series_point(w, &q[i], columns, c.n_columns, &points[i]);
	c.columns = columns;
	c.points = points;
	c.n_points = n;
	if (!st)
		st = pl_view_list(w, 1, sizeof *m->over_time, &m->over_time);
	if (!st)
		st = pl_chart_of_series(&c, w->lang, w->arena, &m->over_time[0]);
	m->n_over_time = !st;
	return st;
}

static pl_status fill_reports(struct pl_view *w, const struct pl_report_source *s, struct pl_register_page *m)
{
	struct pl_query_report *q;
	pl_status st = pl_query_reports(w->inst, m->name, INT64_MAX, REPORTS_SHOWN, w->arena, &q, &m->n_reports);

	if (!st)
		st = pl_view_list(w, m->n_reports, sizeof *m->reports, &m->reports);
	for (size_t i = 0; !st && i < m->n_reports; i++) {
		m->reports[i] = (struct pl_report_row){.index = q[i].index, .edition = q[i].edition, .cases = q[i].cases};
		st = pl_view_period(w, q[i].from, q[i].to, &m->reports[i].period);
	}
	return st || !m->n_reports ? st : fill_over_time(w, q, m->n_reports, s, m);
}

static pl_status fill_register(struct pl_view *w, pl_str name, struct pl_register_page *m)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_report_source s = {.lang = w->lang};
	struct pl_query_register q;
	pl_status st = pl_query_register(w->inst, name, w->arena, &q);

	if (st)
		return st;
	s.words = words_of(w, name);
	m->name = q.name;
	m->title = s.words ? s.words->title : q.name;
	m->about = s.words ? s.words->about : (pl_str){0};
	m->index = q.index;
	m->size = q.size;
	m->highest = q.highest;
	m->heads = q.heads;
	m->days = q.days;
	d = pl_view_declaration(w, &q.declaration);
	if (d)
		st = fill_fields(w, d, s.words, m);
	if (!st)
		st = fill_late(w, m);
	if (!st)
		st = fill_heads(w, m);
	return st ? st : fill_reports(w, &s, m);
}

pl_status pl_portal_register(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_register_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = fill_register(&w, pl_http_request_capture(req, "name"), &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.title);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_register(&h, &m);
	return pl_view_send(&w, &b);
}
