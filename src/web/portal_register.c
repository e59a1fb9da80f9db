/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_register: registers, their heads, and reports with the button that counts them again. */
#include "web/portal_internal.h"
#include "base/time.h"
#include "register/period.h"
#include "register/query.h"
#include "web/message_table.h"
#include <stdio.h>

#define HEADS_SHOWN 12u
#define REPORTS_SHOWN 64u

/* The declaration of a register, or NULL: a page does without it. Freed with pl_register_decl_free. */
static struct pl_register_decl *declaration_of(struct pl_view *w, const struct pl_digest *digest)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);
	struct pl_register_decl *d = NULL;

	if (pl_blob_get_bytes(pl_instance_blobs(w->inst), digest, &text) ||
		pl_register_decl_parse(pl_buf_str(&text), &d, NULL))
		return NULL;
	return d;
}

static pl_status period_text(struct pl_view *w, uint64_t from, uint64_t to, pl_str *ret)
{
	char text[PL_PERIOD_TEXT];

	pl_period_write(from, to, text);
	return pl_arena_dup(w->arena, pl_str_from(text), ret);
}

/* ---- all registers ---- */

static pl_status register_row(struct pl_view *w, const struct pl_query_register *q, struct pl_register_row *row)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declaration_of(w, &q->declaration);
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
	return period_text(w, reports[0].from, reports[0].to, &row->period);
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

static pl_status fill_fields(struct pl_view *w, const struct pl_digest *digest, struct pl_register_page *m)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declaration_of(w, digest);
	pl_status st;

	if (!d)
		return PL_OK;
	m->imported = d->imported;
	m->n_fields = d->n_fields;
	st = pl_view_list(w, d->n_fields, sizeof *m->fields, &m->fields);
	for (size_t i = 0; !st && i < d->n_fields; i++) {
		const struct pl_register_field *f = &d->fields[i];

		m->fields[i] = (struct pl_register_field_row){.type = pl_str_from(pl_register_type_word(f->type)),
			.class = {classes[f->class]}, .rule = pl_str_from(pl_register_rule_word(f->rule))};
		st = pl_arena_dup(w->arena, f->name, &m->fields[i].name);
	}
	return st;
}

static pl_status fill_heads(struct pl_view *w, struct pl_register_page *m)
{
	struct pl_query_head *q;
	pl_status st = pl_query_heads(w->inst, m->name, INT64_MAX, HEADS_SHOWN, w->arena, &q, &m->n_last);

	if (!st)
		st = pl_view_list(w, m->n_last, sizeof *m->last, &m->last);
	for (size_t i = 0; !st && i < m->n_last; i++)
		m->last[i] = (struct pl_register_head_row){.index = q[i].index, .size = q[i].head.size, .highest = q[i].head.highest,
			.time = q[i].head.time * PL_SECOND, .heartbeat = q[i].heartbeat, .day = q[i].day * PL_SECOND};
	return st;
}

static pl_status fill_reports(struct pl_view *w, struct pl_register_page *m)
{
	struct pl_query_report *q;
	pl_status st = pl_query_reports(w->inst, m->name, INT64_MAX, REPORTS_SHOWN, w->arena, &q, &m->n_reports);

	if (!st)
		st = pl_view_list(w, m->n_reports, sizeof *m->reports, &m->reports);
	for (size_t i = 0; !st && i < m->n_reports; i++) {
		m->reports[i] = (struct pl_report_row){.index = q[i].index, .edition = q[i].edition, .cases = q[i].cases};
		st = period_text(w, q[i].from, q[i].to, &m->reports[i].period);
	}
	return st;
}

static pl_status fill_register(struct pl_view *w, pl_str name, struct pl_register_page *m)
{
	struct pl_query_register q;
	pl_status st = pl_query_register(w->inst, name, w->arena, &q);

	if (st)
		return st;
	m->name = q.name;
	m->index = q.index;
	m->size = q.size;
	m->highest = q.highest;
	m->heads = q.heads;
	m->days = q.days;
	st = fill_fields(w, &q.declaration, m);
	if (!st)
		st = fill_heads(w, m);
	return st ? st : fill_reports(w, m);
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
	pl_view_title_text(&w, m.name);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_register(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- one report ---- */

/* The messages that begin with "recount." are the script's. */
static pl_status fill_texts(struct pl_view *w, struct pl_report_page *m)
{
	pl_status st = pl_view_list(w, PL_MSG_COUNT, sizeof *m->texts, &m->texts);

	for (unsigned i = 0; !st && i < PL_MSG_COUNT; i++) {
		pl_str key = pl_str_from(pl_message_keys[i]);

		if (pl_str_eat(&key, PL_STR("recount.")))
			m->texts[m->n_texts++] = (struct pl_text_row){key, pl_message(w->lang, (enum pl_message_id)i)};
	}
	return st;
}

static pl_status fill_totals(struct pl_view *w, const struct pl_query_report *q, struct pl_report_page *m)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declaration_of(w, &q->declaration);
	pl_status st = pl_view_list(w, q->n_totals, sizeof *m->totals, &m->totals);

	m->imported = d && d->imported;
	m->n_totals = q->n_totals;
	for (size_t i = 0; !st && i < q->n_totals; i++) {
		m->totals[i] = (struct pl_total_row){.name = q->totals[i].name, .value = q->totals[i].value};
		if (d && i < d->n_totals)
			st = pl_arena_dup(w->arena, d->totals[i].line, &m->totals[i].definition);
	}
	return st;
}

/* Is there a newer edition about the same period? */
static pl_status fill_newest(struct pl_view *w, const struct pl_query_report *q, struct pl_report_page *m)
{
	struct pl_query_report *list;
	size_t n = 0;
	pl_status st = pl_query_reports(w->inst, q->name, INT64_MAX, REPORTS_SHOWN, w->arena, &list, &n);

	for (size_t i = n; !st && i > 0; i--) {
		if (list[i - 1].from != q->from || list[i - 1].to != q->to || list[i - 1].edition <= q->edition)
			continue;
		m->replaced = true;
		m->replaced_by = list[i - 1].index;
	}
	return st;
}

static pl_status fill_report(struct pl_view *w, uint64_t index, struct pl_report_page *m)
{
	struct pl_query_report q;
	char file[PL_REGISTER_NAME_MAX + PL_PERIOD_TEXT + 2];
	pl_status st = pl_query_report_at(w->inst, index, w->arena, &q);

	if (st)
		return st;
	m->name = q.name;
	m->index = index;
	m->edition = q.edition;
	m->openings = q.openings;
	m->openings_size = q.openings_size;
	m->unopened = q.unopened;
	m->erased = q.erased;
	m->lost = q.lost;
	m->late = q.late;
	st = period_text(w, q.from, q.to, &m->period);
	(void)snprintf(file, sizeof file, "%.*s-%.*s", PL_STR_ARG(q.name), PL_STR_ARG(m->period));
	for (char *p = file; *p; p++)
		*p = *p == '/' ? '_' : *p;
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(file), &m->file);
	if (!st)
		st = fill_totals(w, &q, m);
	if (!st)
		st = fill_newest(w, &q, m);
	return st ? st : fill_texts(w, m);
}

pl_status pl_portal_report(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_report_page m = {0};
	struct pl_html h;
	uint64_t index = 0;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st && pl_str_to_u64(pl_http_request_capture(req, "index"), INT64_MAX, &index))
		st = PL_E_NOTFOUND;
	if (!st)
		st = fill_report(&w, index, &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.file);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_report(&h, &m);
	return pl_view_send(&w, &b);
}

/* The report with its heads and all keys that signed them. */
pl_status pl_portal_report_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_report q;
	uint64_t index = 0, entries[PL_QUERY_REPORT_ENTRIES_MAX];
	char name[PL_REGISTER_NAME_MAX + 24];
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st && pl_str_to_u64(pl_http_request_capture(req, "index"), INT64_MAX, &index))
		st = PL_E_NOTFOUND;
	if (!st)
		st = pl_query_report_at(w.inst, index, w.arena, &q);
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "%.*s-%llu", PL_STR_ARG(q.name), (unsigned long long)index);
	return pl_view_bundle(&w, entries, pl_query_report_entries(&q, entries), name);
}
