/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180: a line of names, CRLF behind every line, quotes where they must be. */
#include "base/csv.h"
#include "base/time.h"
#include "register/export/doc.h"
#include <stdio.h>

#define SOURCE "register_source" /* with what no name of a field has */

static void put_number(struct pl_buf *out, uint64_t n)
{
	pl_buf_printf(out, ",%llu", (unsigned long long)n);
}

static void end_line(struct pl_buf *out)
{
	pl_buf_put_z(out, "\r\n");
}

/* Behind all others in every line, so that what is sorted, filtered or copied out of the file still says it. */
static void end_row(struct pl_buf *out, bool imported)
{
	pl_csv_put(out, imported ? PL_STR("imported") : PL_STR("intake"), false);
	end_line(out);
}

/* ---- numbers ---- */

static void put_start(struct pl_buf *out, const char *kind, pl_str table, pl_str row, pl_str column)
{
	pl_csv_put(out, pl_str_from(kind), true);
	pl_csv_put(out, table, false);
	pl_csv_put(out, row, false);
	pl_csv_put(out, column, false);
}

static void put_numbers(struct pl_buf *out, bool imported, const char *kind, const struct pl_report_number *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put_start(out, kind, list[i].of.name, (pl_str){0}, (pl_str){0});
		put_number(out, list[i].value);
		pl_csv_put(out, list[i].rule, false);
		pl_csv_put(out, list[i].of.label, false);
		pl_csv_put(out, list[i].of.definition, false);
		end_row(out, imported);
	}
}

/* What stands in the openings file for an absent value. */
static pl_str cell_name(pl_str s)
{
	return s.ptr ? s : PL_STR("~");
}

static void put_grid(struct pl_buf *out, bool imported, const struct pl_report_grid *g)
{
	bool columns = g->columns_of.name.len;

	for (size_t i = 0; i < g->n_rows * g->n_columns; i++) {
		const struct pl_report_name *row = &g->rows[i / g->n_columns], *column = &g->columns[i % g->n_columns];

		if (!g->cells[i])
			continue;
		put_start(out, "cell", g->of.name, cell_name(row->name), columns ? cell_name(column->name) : (pl_str){0});
		put_number(out, g->cells[i]);
		pl_csv_put(out, (pl_str){0}, false);
		pl_csv_put(out, g->of.label, false);
		pl_csv_put(out, g->of.definition, false);
		end_row(out, imported);
	}
}

/* When it was due, when it came, and how many seconds lie between. */
static void put_late(struct pl_buf *out, const struct pl_report_doc *d)
{
	for (size_t i = 0; i < d->n_late; i++) {
		const struct pl_report_late *l = &d->late[i];
		char due[21], time[21];

		pl_time_write(l->due * PL_SECOND, due);
		pl_time_write(l->time * PL_SECOND, time);
		put_start(out, "late", l->heartbeat ? PL_STR("heartbeat") : PL_STR("head"), pl_str_from(due), pl_str_from(time));
		put_number(out, l->time - l->due);
		pl_csv_put(out, (pl_str){0}, false);
		pl_csv_put(out, l->heartbeat ? d->late_words.heartbeat : d->late_words.head, false);
		pl_csv_put(out, d->late_words.definition, false);
		end_row(out, d->imported);
	}
}

void pl_report_csv_totals(const struct pl_report_doc *d, struct pl_buf *out)
{
	pl_buf_put_z(out, "kind,name,row,column,value,rule,label,definition," SOURCE "\r\n");
	put_numbers(out, d->imported, "count", d->counts, d->n_counts);
	put_numbers(out, d->imported, "total", d->totals, d->n_totals);
	for (size_t i = 0; i < d->n_tables; i++)
		put_grid(out, d->imported, &d->tables[i]);
	put_late(out, d);
}

/* ---- rows ---- */

#define DECLARATION "declaration_digest" /* only where there are several */

/* Is the open field @i of the declaration @under in none of those that come before it: the file's own, then the newest first? */
static bool is_new(const struct pl_recount *c, unsigned under, size_t i)
{
	pl_str name = pl_recount_decl(c, under)->derived.fields[i].name;

	if (!under)
		return true;
	for (unsigned u = under + 1; u <= c->n_earlier; u++)
		if (pl_register_decl_place(pl_recount_decl(c, u), name) != PL_REGISTER_NONE)
			return false;
	return pl_register_decl_place(c->decl, name) == PL_REGISTER_NONE;
}

/* Told each column: the file's own fields, then those that only earlier declarations have, the newest first. @values are those of @row; NULL: names. */
static void put_columns(const struct pl_recount *c, unsigned row, const pl_str *values, struct pl_buf *out)
{
	for (unsigned k = 0; k <= c->n_earlier; k++) {
		unsigned under = k ? (unsigned)c->n_earlier + 1 - k : 0;
		const struct pl_commit_decl *d = &pl_recount_decl(c, under)->derived;

		for (size_t i = 0; i < d->n; i++) {
			size_t at = values ? pl_register_decl_place(pl_recount_decl(c, row), d->fields[i].name) : 0;

			if (!d->fields[i].is_private && is_new(c, under, i))
				pl_csv_put(out, !values ? d->fields[i].name : at == PL_REGISTER_NONE ? (pl_str){0} : values[at], false);
		}
	}
}

void pl_report_csv_head(const struct pl_recount *counted, struct pl_buf *out)
{
	pl_buf_put_z(out, "number,revision");
	put_columns(counted, 0, NULL, out);
	if (counted->n_earlier)
		pl_csv_put(out, PL_STR(DECLARATION), false);
	pl_csv_put(out, PL_STR(SOURCE), false);
	end_line(out);
}

void pl_report_csv_row(const struct pl_recount *counted, uint64_t number, uint32_t revision, unsigned under, const pl_str *values, struct pl_buf *out)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_buf_printf(out, "%llu,%u", (unsigned long long)number, revision);
	put_columns(counted, under, values, out);
	if (counted->n_earlier) {
		pl_digest_text(&pl_recount_decl(counted, under)->digest, text);
		pl_csv_put(out, pl_str_from(text), false);
	}
	end_row(out, counted->decl->imported);
}
