/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_report: one report: its numbers, charts, editions, what can be taken away, and the button that counts it again. */
#include "web/portal_internal.h"
#include "base/event.h"
#include "base/file.h"
#include "register/period.h"
#include "register/query.h"
#include "web/message_table.h"
#include "web/report_export.h"
#include "web/report_page.h"
#include <fcntl.h>
#include <stdio.h>

#define FILE_NAME_MAX (PL_REGISTER_NAME_MAX + PL_PERIOD_TEXT + 2)

static void add_texts(struct pl_view *w, pl_str prefix, struct pl_report_page *m)
{
	for (unsigned i = 0; i < PL_MSG_COUNT; i++) {
		pl_str key = pl_str_from(pl_message_keys[i]);

		if (pl_str_eat(&key, prefix))
			m->texts[m->n_texts++] = (struct pl_text_row){key, pl_message(w->lang, (enum pl_message_id)i)};
	}
}

/* The messages that begin with "recount." are the script's own; why a proof is refused stands under "js.", as on the verify page. The
 * first of two with one name counts. */
static pl_status fill_texts(struct pl_view *w, struct pl_report_page *m)
{
	pl_status st = pl_view_list(w, PL_MSG_COUNT, sizeof *m->texts, &m->texts);

	if (!st) {
		add_texts(w, PL_STR("recount."), m);
		add_texts(w, PL_STR("js."), m);
	}
	return st;
}

/* ---- numbers ---- */

/* Without the openings there are only the numbers that the log states, and the declaration that says what they are. */
static pl_status only_stated(struct pl_view *w, const struct pl_query_report *q, struct pl_recount *ret)
{
	struct pl_register_decl *d = pl_view_declaration(w, &q->declaration);

	if (!d || d->n_totals != q->n_totals) {
		pl_register_decl_free(d);
		return PL_E_NOTFOUND;
	}
	*ret = (struct pl_recount){.decl = d, .cases = q->cases, .unopened = q->unopened, .erased = q->erased, .lost = q->lost,
		.late = q->late, .head = {.origin = w->frame.origin, .from = q->from, .to = q->to, .last = {.time = q->time}}};
	for (size_t i = 0; i < q->n_totals; i++)
		ret->totals[i] = q->totals[i].value;
	return PL_OK;
}

/* A copy of @doc's texts is not needed: the view's arena outlives the page, and so does @counted, whose owner is the caller. */
static pl_status fill_body(struct pl_view *w, const struct pl_query_report *q, struct pl_recount *counted, struct pl_report_page *m)
{
	struct pl_report_doc doc;
	pl_status st = pl_view_counted(w, q, counted);

	if (st == PL_E_BUSY)
		return st;
	m->counted = !st;
	if (st)
		st = only_stated(w, q, counted);
	/* Not even the declaration is here: the page says so by showing nothing but what the log has of the report itself. */
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	st = pl_export_doc(w->inst, q, counted, w->lang, w->arena, &doc);
	if (st)
		return st;
	m->title = doc.title;
	m->imported = doc.imported;
	return pl_report_body_of(&doc, w->lang, w->arena, &m->body);
}

/* ---- editions ---- */

static const struct pl_query_report *edition_before(const struct pl_query_editions *e, uint64_t edition)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->list[i].edition + 1 == edition)
			return &e->list[i];
	return NULL;
}

static bool find_total(const struct pl_query_report *q, pl_str name, uint64_t *ret)
{
	for (size_t i = 0; i < q->n_totals; i++)
		if (pl_str_eq(q->totals[i].name, name)) {
			*ret = q->totals[i].value;
			return true;
		}
	return false;
}

static pl_str label_of(const struct pl_report_page *m, pl_str name)
{
	for (size_t i = 0; i < m->body.n_totals; i++)
		if (pl_str_eq(m->body.totals[i].name, name))
			return m->body.totals[i].label;
	return name;
}

static void change(struct pl_report_page *m, struct pl_change_row row)
{
	if (row.was != row.is || row.before != row.after)
		m->changes[m->n_changes++] = row;
}

static pl_status fill_changes(struct pl_view *w, const struct pl_query_report *before, const struct pl_query_report *now,
	struct pl_report_page *m)
{
	const struct {
		enum pl_message_id label;
		uint64_t before, after;
	} fixed[] = {
		{PL_MSG_count_cases, before->cases, now->cases}, {PL_MSG_count_unopened, before->unopened, now->unopened},
		{PL_MSG_count_erased, before->erased, now->erased}, {PL_MSG_count_lost, before->lost, now->lost},
		{PL_MSG_count_late, before->late, now->late},
	};
	pl_status st = pl_view_list(w, before->n_totals + now->n_totals + PL_COUNT(fixed), sizeof *m->changes, &m->changes);

	for (size_t i = 0; !st && i < PL_COUNT(fixed); i++)
		change(m, (struct pl_change_row){pl_message(w->lang, fixed[i].label), fixed[i].before, fixed[i].after, true, true});
	for (size_t i = 0; !st && i < now->n_totals; i++) {
		struct pl_change_row row = {.label = label_of(m, now->totals[i].name), .after = now->totals[i].value, .is = true};

		row.was = find_total(before, now->totals[i].name, &row.before);
		change(m, row);
	}
	for (size_t i = 0; !st && i < before->n_totals; i++) {
		struct pl_change_row row = {.label = label_of(m, before->totals[i].name), .before = before->totals[i].value, .was = true};

		if (!find_total(now, before->totals[i].name, &row.after))
			change(m, row);
	}
	return st;
}

/* Why there is another edition, from both files of openings; where one is not here, the page says less. */
static pl_status fill_added(struct pl_view *w, const struct pl_query_report *before, const struct pl_query_report *now, struct pl_report_page *m)
{
	struct pl_counted_added added = {0};
	pl_status st = !m->counted || m->stated ? PL_E_NOTFOUND : pl_view_counted_added(w, before, now, &added);

	if (!st) {
		m->lifted = added.lifted;
		m->later = added.later;
	}
	return st == PL_E_BUSY ? st : PL_OK;
}

static pl_status fill_editions(struct pl_view *w, const struct pl_query_report *q, struct pl_report_page *m)
{
	const struct pl_query_report *before;
	struct pl_query_editions e = {0};
	pl_status st = pl_query_report_editions(w->inst, q->name, q->from, q->to, w->arena, &e);

	if (!st)
		st = pl_view_list(w, e.n, sizeof *m->editions, &m->editions);
	if (st || e.n < 2)
		return st;
	m->n_editions = e.n;
	for (size_t i = 0; i < e.n; i++)
		m->editions[i] = (struct pl_edition_row){e.list[i].index, e.list[i].edition, e.list[i].cases, e.list[i].index == q->index};
	m->replaced = e.list[0].edition > q->edition;
	m->replaced_by = e.list[0].index;
	before = edition_before(&e, q->edition);
	if (!before)
		return PL_OK;
	m->before_edition = before->edition;
	m->before_index = before->index;
	st = fill_added(w, before, q, m);
	return st ? st : fill_changes(w, before, q, m);
}

/* ---- samples ---- */

static pl_status fill_samples(struct pl_view *w, const struct pl_query_report *q, struct pl_report_page *m)
{
	pl_status st = pl_view_list(w, q->n_samples, sizeof *m->samples, &m->samples);

	for (size_t i = 0; i < q->n_samples && !st; i++) {
		const struct pl_query_sample *s = &q->samples[i];

		m->samples[m->n_samples++] = (struct pl_sample_row){s->auditor, s->words, s->index, s->among, s->drawn, s->differing, s->recounted};
	}
	return st;
}

/* ---- the page ---- */

/* "requests-2021-H2", safe in a file's name. */
static void file_name(const struct pl_query_report *q, char out[static FILE_NAME_MAX])
{
	char period[PL_PERIOD_TEXT];

	pl_period_write(q->from, q->to, period);
	(void)snprintf(out, FILE_NAME_MAX, "%.*s-%s", PL_STR_ARG(q->name), period);
	for (char *p = out; *p; p++)
		*p = *p == '/' ? '_' : *p;
}

static pl_status find_report(struct pl_view *w, struct pl_http_request *req, struct pl_query_report *ret)
{
	uint64_t index;

	if (pl_str_to_u64(pl_http_request_capture(req, "index"), INT64_MAX, &index))
		return PL_E_NOTFOUND;
	return pl_query_report_at(w->inst, index, w->arena, ret);
}

static pl_status fill_report(struct pl_view *w, const struct pl_query_report *q, struct pl_recount *counted, struct pl_report_page *m)
{
	char file[FILE_NAME_MAX];
	pl_status st;

	m->name = m->title = q->name;
	m->index = q->index;
	m->edition = q->edition;
	m->openings = q->openings;
	m->openings_size = q->openings_size;
	st = pl_view_period(w, q->from, q->to, &m->period);
	file_name(q, file);
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(file), &m->file);
	if (!st)
		st = fill_body(w, q, counted, m);
	m->stated = counted->decl && counted->decl->totals_only;
	m->waits = counted->decl && counted->decl->open_days;
	if (!st)
		st = fill_samples(w, q, m);
	if (!st)
		st = fill_editions(w, q, m);
	return st ? st : fill_texts(w, m);
}

static pl_status make_page(struct pl_view *w, struct pl_http_request *req, struct pl_recount *counted, struct pl_buf *b)
{
	struct pl_report_page m = {0};
	struct pl_query_report q;
	struct pl_html h;
	pl_status st = find_report(w, req, &q);

	if (!st)
		st = fill_report(w, &q, counted, &m);
	if (st)
		return st;
	pl_view_title_text(w, m.file);
	m.frame = w->frame;
	h = pl_view_html(w, b);
	pl_page_report(&h, &m);
	return PL_OK;
}

pl_status pl_portal_report(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_recount counted = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = make_page(&w, req, &counted, &b);
	pl_recount_done(&counted);
	return st ? st : pl_view_send(&w, &b);
}

/* ---- what is taken away ---- */

static void offer(struct pl_http_reply *reply, const struct pl_query_report *q, enum pl_export format)
{
	char file[FILE_NAME_MAX], text[FILE_NAME_MAX + 64];

	file_name(q, file);
	(void)snprintf(text, sizeof text, "attachment; filename=\"%s.%s\"", file, pl_export_ending(format));
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(text));
}

/* Spool the openings of @q and write their rows to *@fd. */
static pl_status spool_rows(struct pl_view *w, const struct pl_query_report *q, int *fd)
{
	struct pl_register_report_file file = {0};
	pl_status st = pl_export_openings(w->inst, q, w->portal->spool_dir, PL_COUNTED_FILE_MAX, &file, NULL);

	pl_view_end(w);
	if (!st)
		st = pl_file_open(w->portal->spool_dir, ".", O_RDWR | O_TMPFILE, 0600, fd);
	if (!st)
		st = pl_export_rows(&file, q, *fd, NULL);
	pl_register_report_file_done(&file);
	return st;
}

pl_status pl_portal_report_rows(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_report q;
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = find_report(&w, req, &q);
	if (!st)
		st = pl_view_count_begin(&w);
	if (st)
		return st;
	st = spool_rows(&w, &q, &fd);
	pl_view_count_end(&w);
	if (st)
		return st;
	offer(reply, &q, PL_EXPORT_CSV);
	pl_http_reply_cache(reply, PL_HTTP_MINUTE);
	return pl_http_reply_file(reply, pl_export_media(PL_EXPORT_CSV), &fd);
}

static bool format_of(pl_str file, enum pl_export *ret)
{
	static const struct {
		const char *name;
		enum pl_export format;
	} names[] = {
		{"totals.csv", PL_EXPORT_TOTALS}, {"report.json", PL_EXPORT_JSON}, {"report.html", PL_EXPORT_HTML},
		{"report.pdf", PL_EXPORT_PDF},
	};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_str_eq(file, pl_str_from(names[i].name))) {
			*ret = names[i].format;
			return true;
		}
	return false;
}

static pl_status write_doc(struct pl_view *w, const struct pl_query_report *q, enum pl_export format, struct pl_buf *b)
{
	struct pl_recount counted = {0};
	struct pl_report_doc doc;
	struct pl_diag diag = {0};
	pl_status st = pl_view_counted(w, q, &counted);

	if (!st)
		st = pl_export_doc(w->inst, q, &counted, w->lang, w->arena, &doc);
	if (!st)
		st = pl_export_write(&doc, format, w->lang, w->arena, b, &diag);
	if (st == PL_E_UNSUPPORTED)
		pl_event("web.export_failed", PL_EV_Z("why", diag.text));
	pl_recount_done(&counted);
	return st;
}

pl_status pl_portal_report_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	enum pl_export format = PL_EXPORT_JSON;
	struct pl_query_report q;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st && !format_of(pl_http_request_capture(req, "file"), &format))
		st = PL_E_NOTFOUND;
	if (!st)
		st = find_report(&w, req, &q);
	if (!st)
		st = write_doc(&w, &q, format, &b);
	if (st)
		return st;
	offer(reply, &q, format);
	pl_http_reply_header(reply, "Vary", PL_STR("Accept-Language, Cookie"));
	pl_http_reply_header(reply, "Content-Language", pl_str_from(pl_lang_tag(w.lang)));
	pl_view_take(reply, pl_export_media(format), &b);
	return PL_OK;
}

/* The report with its heads and all keys that signed them. */
pl_status pl_portal_report_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_report q;
	uint64_t entries[PL_QUERY_REPORT_ENTRIES_MAX];
	char name[PL_REGISTER_NAME_MAX + 24];
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = find_report(&w, req, &q);
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "%.*s-%llu", PL_STR_ARG(q.name), (unsigned long long)q.index);
	return pl_view_bundle(&w, entries, pl_query_report_entries(&q, entries), name);
}
