/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/export/doc.h"

#define FORMAT "pellucid-report/1"

static void set_time(struct pl_json *o, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

/* Absent values are null. */
static struct pl_json *text_or_null(pl_str s)
{
	return s.ptr ? pl_json_new_str(s) : pl_json_new_null();
}

static void set_name(struct pl_json *o, const struct pl_report_name *n)
{
	pl_json_set(o, "name", text_or_null(n->name));
	pl_json_set_str(o, "label", n->label);
	if (n->definition.len)
		pl_json_set_str(o, "definition", n->definition);
}

static void set_texts(struct pl_json *o, const char *name, const pl_str *list, size_t n)
{
	struct pl_json *array = pl_json_set_array(o, name);

	for (size_t i = 0; i < n; i++)
		pl_json_push_str(array, list[i]);
}

static void set_numbers(struct pl_json *o, const char *name, const struct pl_report_number *list, size_t n)
{
	struct pl_json *array = pl_json_set_array(o, name);

	for (size_t i = 0; i < n; i++) {
		struct pl_json *x = pl_json_push_object(array);

		set_name(x, &list[i].of);
		if (list[i].rule.len)
			pl_json_set_str(x, "rule", list[i].rule);
		pl_json_set_u64(x, "value", list[i].value);
	}
}

static void set_names(struct pl_json *o, const char *name, const struct pl_report_name *list, size_t n)
{
	struct pl_json *array = pl_json_set_array(o, name);

	for (size_t i = 0; i < n; i++)
		set_name(pl_json_push_object(array), &list[i]);
}

static void push_grid(struct pl_json *array, const struct pl_report_grid *g)
{
	struct pl_json *o = pl_json_push_object(array), *cells;

	set_name(o, &g->of);
	set_name(pl_json_set_object(o, "rowsOf"), &g->rows_of);
	if (g->columns_of.name.len)
		set_name(pl_json_set_object(o, "columnsOf"), &g->columns_of);
	set_names(o, "rows", g->rows, g->n_rows);
	set_names(o, "columns", g->columns, g->columns_of.name.len ? g->n_columns : 0);
	cells = pl_json_set_array(o, "cells");
	for (size_t r = 0; r < g->n_rows; r++) {
		struct pl_json *row = pl_json_push_array(cells);

		for (size_t c = 0; c < g->n_columns; c++)
			pl_json_push_u64(row, g->cells[r * g->n_columns + c]);
	}
}

static void set_earlier(struct pl_json *o, const struct pl_report_doc *d)
{
	struct pl_json *list = d->n_earlier ? pl_json_set_array(o, "earlier") : NULL;

	for (size_t i = 0; i < d->n_earlier; i++) {
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&d->earlier[i], text);
		pl_json_push(list, pl_json_new_str(pl_str_from(text)));
	}
}

static void set_register(struct pl_json *o, const struct pl_report_doc *d)
{
	pl_json_set_str(o, "name", d->name);
	pl_json_set_str(o, "title", d->title);
	if (d->about.len)
		pl_json_set_str(o, "about", d->about);
	pl_member_set_digest(o, "declaration", &d->declaration);
	set_earlier(o, d);
	pl_json_set_z(o, "source", d->imported ? "imported" : "intake");
	pl_json_set_z(o, "existence", d->padded ? "padded" : "exact");
	pl_json_set_z(o, "opens", d->totals_only ? "totals" : "rows");
}

static void set_statement(struct pl_json *o, const struct pl_report_doc *d)
{
	struct pl_json *openings;

	pl_json_set_str(o, "origin", d->origin);
	pl_json_set_u64(o, "entry", d->index);
	pl_member_set_digest(o, "pae", &d->statement);
	pl_json_set_u64(o, "edition", d->edition);
	if (d->has_replaced)
		pl_json_set_u64(o, "replaces", d->replaced);
	set_time(o, "time", d->time);
	openings = pl_json_set_object(o, "openings");
	pl_member_set_digest(openings, "digest", &d->openings);
	pl_json_set_u64(openings, "size", d->openings_size);
}

/* Only where there are some: a report without gaps in its rhythm has the bytes that it always had. */
static void set_late(struct pl_json *o, const struct pl_report_doc *d)
{
	struct pl_json *array = d->all_late ? pl_json_set_array(o, "late") : NULL;

	for (size_t i = 0; i < d->n_late; i++) {
		struct pl_json *x = pl_json_push_object(array);

		pl_json_set_u64(x, "entry", d->late[i].index);
		set_time(x, "due", d->late[i].due);
		set_time(x, "time", d->late[i].time);
		if (d->late[i].heartbeat)
			set_time(x, "day", d->late[i].day);
	}
}

pl_status pl_report_json(const struct pl_report_doc *d, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *part;

	pl_json_set_z(o, "format", FORMAT);
	pl_json_set_str(o, "language", d->language);
	set_register(pl_json_set_object(o, "register"), d);
	part = pl_json_set_object(o, "period");
	pl_json_set_str(part, "name", d->period);
	set_time(part, "from", d->from);
	set_time(part, "to", d->to);
	set_statement(pl_json_set_object(o, "statement"), d);
	set_texts(o, "rules", d->rules, d->n_rules);
	set_texts(o, "principles", d->principles, d->n_principles);
	set_texts(o, "prohibited", d->prohibited, d->n_prohibited);
	set_numbers(o, "counts", d->counts, d->n_counts);
	set_numbers(o, "totals", d->totals, d->n_totals);
	part = pl_json_set_array(o, "tables");
	for (size_t i = 0; i < d->n_tables; i++)
		push_grid(part, &d->tables[i]);
	set_late(o, d);
	return pl_json_write_pretty(o, out);
}
