/* SPDX-License-Identifier: Apache-2.0 */
#include "web/report_page.h"
#include "base/time.h"
#include "pages.h"
#include "web/asset.h"
#include "web/chart.h"

#define DAY UINT64_C(86400)

static pl_status numbers(const struct pl_report_number *list, size_t n, struct pl_arena *arena, struct pl_number_row **ret)
{
	struct pl_number_row *rows = pl_arena_alloc(arena, n + 1, sizeof *rows);

	for (size_t i = 0; rows && i < n; i++)
		rows[i] = (struct pl_number_row){list[i].of.name, list[i].of.label, list[i].of.definition, list[i].rule, list[i].value};
	*ret = rows;
	return rows ? PL_OK : PL_E_TOOBIG;
}

static pl_status sentences(const pl_str *list, size_t n, struct pl_arena *arena, struct pl_sentence **ret)
{
	struct pl_sentence *rows = pl_arena_alloc(arena, n + 1, sizeof *rows);

	for (size_t i = 0; rows && i < n; i++)
		rows[i].text = list[i];
	*ret = rows;
	return rows ? PL_OK : PL_E_TOOBIG;
}

static pl_status charts(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_arena *arena, struct pl_report_body *b)
{
	pl_status st = PL_OK;

	b->charts = pl_arena_alloc(arena, doc->n_tables + 1, sizeof *b->charts);
	if (!b->charts)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < doc->n_tables && !st; i++)
		if (doc->tables[i].n_rows)
			st = pl_chart_of_grid(&doc->tables[i], lang, arena, &b->charts[b->n_charts++]);
	return st;
}

static pl_status late(const struct pl_report_doc *doc, struct pl_arena *arena, struct pl_report_body *b)
{
	size_t n = doc->n_late < PL_REPORT_LATE_SHOWN ? doc->n_late : PL_REPORT_LATE_SHOWN;

	b->late = pl_arena_alloc(arena, n + 1, sizeof *b->late);
	if (!b->late)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < n; i++) {
		const struct pl_report_late *l = &doc->late[i];
		uint64_t by = l->time - l->due, after = l->heartbeat ? l->time - l->day - DAY : 0;

		b->late[i] = (struct pl_register_late_row){.index = l->index, .time = l->time * PL_SECOND, .due = l->due * PL_SECOND, .day = l->day * PL_SECOND,
			.hours = by / 3600, .minutes = by / 60 % 60, .heartbeat = l->heartbeat && after >= PL_REGISTER_RHYTHM,
			.after_hours = after / 3600, .after_minutes = after / 60 % 60};
	}
	b->n_late = n;
	b->all_late = doc->all_late;
	b->more_late = doc->all_late > n;
	return PL_OK;
}

pl_status pl_report_body_of(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_arena *arena, struct pl_report_body *ret)
{
	struct pl_report_body b = {.about = doc->about, .n_totals = doc->n_totals, .n_counts = doc->n_counts, .n_rules = doc->n_rules,
		.n_principles = doc->n_principles, .n_prohibited = doc->n_prohibited};
	pl_status st = numbers(doc->totals, doc->n_totals, arena, &b.totals);

	if (!st)
		st = numbers(doc->counts, doc->n_counts, arena, &b.counts);
	if (!st)
		st = sentences(doc->rules, doc->n_rules, arena, &b.rules);
	if (!st)
		st = sentences(doc->principles, doc->n_principles, arena, &b.principles);
	if (!st)
		st = sentences(doc->prohibited, doc->n_prohibited, arena, &b.prohibited);
	if (!st)
		st = charts(doc, lang, arena, &b);
	if (!st)
		st = late(doc, arena, &b);
	if (!st)
		*ret = b;
	return st;
}

/* ---- alone ---- */

static pl_str asset_text(const char *name)
{
	for (size_t i = 0; i < pl_asset_count; i++)
		if (strcmp(pl_assets[i].name, name) == 0)
			return pl_str_of((const char *)pl_assets[i].data, pl_assets[i].len);
	return (pl_str){0};
}

static void put_head(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_buf *out)
{
	pl_buf_printf(out, "<!doctype html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
		pl_lang_tag(lang), pl_lang_direction(lang));
	pl_html_escape(out, doc->title);
	pl_buf_put_z(out, ", ");
	pl_html_escape(out, doc->period);
	pl_buf_put_z(out, "</title>\n<style>\n");
	pl_buf_put_str(out, asset_text("style.css"));
	pl_buf_put_z(out, "</style>\n</head>\n<body>\n<main class=\"wide\">\n");
}

pl_status pl_report_page_file(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_arena *arena, struct pl_buf *out)
{
	struct pl_report_file_page m = {.name = doc->name, .title = doc->title, .period = doc->period, .origin = doc->origin,
		.index = doc->index, .edition = doc->edition, .openings_size = doc->openings_size, .imported = doc->imported,
		.openings = doc->openings};
	struct pl_html h = {out, lang};
	pl_status st = pl_report_body_of(doc, lang, arena, &m.body);

	if (st)
		return st;
	put_head(doc, lang, out);
	pl_page_report_file(&h, &m);
	pl_buf_put_z(out, "</main>\n</body>\n</html>\n");
	return pl_buf_status(out);
}
