/* SPDX-License-Identifier: Apache-2.0 */
#include "web/chart.h"
#include "web/report_say.h"
#include <stdio.h>
#include <stdlib.h>

#define SERIES 8u      /* of the style sheet */
#define BARS_MAX 24u   /* drawn; the table has all rows */
#define BAR_PITCH 40u  /* pixels from one bar to the next: a line of text and the bar below it */
#define TEXT_Y 15u
#define BAR_Y 21u

static uint64_t row_sum(const uint64_t *cells, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += cells[i];
	return sum;
}

/* In whole hundredths, so that the same numbers give the same text everywhere. */
pl_status pl_chart_percent(struct pl_arena *arena, uint64_t part, uint64_t whole, pl_str *ret)
{
	unsigned __int128 scaled = whole ? (unsigned __int128)part * 10000 / whole : 0;
	uint64_t hundredths = (uint64_t)scaled;
	char text[32];

	(void)snprintf(text, sizeof text, "%llu.%02llu%%", (unsigned long long)(hundredths / 100), (unsigned long long)(hundredths % 100));
	return pl_arena_dup(arena, pl_str_from(text), ret);
}

/* The parts of one bar, those that are not 0. */
static pl_status bar_parts(const uint64_t *cells, size_t n, uint64_t largest, struct pl_arena *arena, struct pl_chart_bar *bar)
{
	uint64_t before = 0;
	pl_status st = PL_OK;

	bar->parts = pl_arena_alloc(arena, n + 1, sizeof *bar->parts);
	if (!bar->parts)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_chart_part *p = &bar->parts[bar->n_parts];

		if (!cells[i])
			continue;
		p->series = i % SERIES;
		st = pl_chart_percent(arena, before, largest, &p->x);
		if (!st)
			st = pl_chart_percent(arena, cells[i], largest, &p->width);
		before += cells[i];
		bar->n_parts++;
	}
	return st;
}

static pl_status make_bar(struct pl_chart *c, pl_str label, const uint64_t *cells, size_t n, uint64_t largest, struct pl_arena *arena)
{
	struct pl_chart_bar *bar = &c->bars[c->n_bars];
	uint64_t top = c->n_bars * BAR_PITCH;

	*bar = (struct pl_chart_bar){.label = label, .value = row_sum(cells, n), .text_y = top + TEXT_Y, .bar_y = top + BAR_Y};
	c->n_bars++;
	c->height = c->n_bars * BAR_PITCH;
	return bar_parts(cells, n, largest, arena, bar);
}

static pl_status lists(struct pl_chart *c, size_t bars, struct pl_arena *arena)
{
	c->bars = pl_arena_alloc(arena, bars + 1, sizeof *c->bars);
	c->columns = pl_arena_alloc(arena, c->n_columns + 1, sizeof *c->columns);
	c->rows = pl_arena_alloc(arena, c->n_rows + 1, sizeof *c->rows);
	return c->bars && c->columns && c->rows ? PL_OK : PL_E_TOOBIG;
}

static pl_status make_cells(const struct pl_chart *c, const uint64_t *values, struct pl_arena *arena, struct pl_chart_row *row)
{
	row->n_cells = c->n_columns;
	row->cells = pl_arena_alloc(arena, c->n_columns + 1, sizeof *row->cells);
	if (!row->cells)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < c->n_columns; i++)
		row->cells[i] = (struct pl_chart_cell){c->columns[i].label, values[i]};
	row->total = row_sum(values, c->n_columns);
	return PL_OK;
}

/* What a reader who does not see the bars is told: what they are, and the longest one. */
static pl_status describe(struct pl_chart *c, size_t all, pl_str longest, uint64_t value, enum pl_lang lang, struct pl_arena *arena)
{
	const struct pl_html_value args[] = {pl_html_value_u64(c->n_bars), pl_html_value_str(longest), pl_html_value_u64(value),
		pl_html_value_u64(all)};

	return pl_report_say(arena, lang, all > c->n_bars ? PL_MSG_chart_cut : PL_MSG_chart_words, 4, args, &c->description);
}

/* ---- a table of a report ---- */

struct ranked {
	size_t row;
	uint64_t sum;
};

static int by_sum(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->sum != y->sum)
		return x->sum > y->sum ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static pl_status rank(const struct pl_report_grid *g, struct pl_arena *arena, struct ranked **ret)
{
	struct ranked *r = pl_arena_alloc(arena, g->n_rows + 1, sizeof *r);

	if (!r)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < g->n_rows; i++)
		r[i] = (struct ranked){i, row_sum(&g->cells[i * g->n_columns], g->n_columns)};
	qsort(r, g->n_rows, sizeof *r, by_sum);
	*ret = r;
	return PL_OK;
}

static pl_status grid_rows(const struct pl_report_grid *g, struct pl_arena *arena, struct pl_chart *c)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < g->n_columns; i++)
		c->columns[i] = (struct pl_chart_key){g->columns[i].label, g->columns[i].definition, i % SERIES};
	for (size_t i = 0; i < g->n_rows && !st; i++) {
		c->rows[i] = (struct pl_chart_row){.label = g->rows[i].label, .definition = g->rows[i].definition};
		st = make_cells(c, &g->cells[i * g->n_columns], arena, &c->rows[i]);
	}
	return st;
}

pl_status pl_chart_of_grid(const struct pl_report_grid *g, enum pl_lang lang, struct pl_arena *arena, struct pl_chart *ret)
{
	struct pl_chart c = {.id = g->of.name, .title = g->of.label, .definition = g->of.definition, .row_head = g->rows_of.label,
		.has_total = g->n_columns > 1, .n_columns = g->n_columns, .n_rows = g->n_rows};
	size_t bars = g->n_rows < BARS_MAX ? g->n_rows : BARS_MAX;
	struct ranked *r = NULL;
	pl_status st = lists(&c, bars, arena);

	if (!st)
		st = rank(g, arena, &r);
	if (!st)
		st = grid_rows(g, arena, &c);
	for (size_t i = 0; i < bars && !st; i++)
		st = make_bar(&c, g->rows[r[i].row].label, &g->cells[r[i].row * g->n_columns], g->n_columns, r[0].sum, arena);
	if (!st && g->columns_of.name.len) {
		c.keys = c.columns;
		c.n_keys = c.n_columns;
	}
	if (!st)
		st = describe(&c, g->n_rows, bars ? g->rows[r[0].row].label : PL_STR("-"), bars ? r[0].sum : 0, lang, arena);
	if (!st)
		*ret = c;
	return st;
}

/* ---- over time ---- */

pl_status pl_chart_of_series(const struct pl_chart_series *s, enum pl_lang lang, struct pl_arena *arena, struct pl_chart *ret)
{
	struct pl_chart c = {.id = s->id, .title = s->title, .definition = s->definition, .row_head = s->row_head,
		.n_columns = s->n_columns, .n_rows = s->n_points};
	size_t first = s->n_points > BARS_MAX ? s->n_points - BARS_MAX : 0, longest = 0; /* the latest ones are drawn */
	pl_status st = lists(&c, s->n_points - first, arena);

	for (size_t i = 0; i < s->n_columns && !st; i++)
		c.columns[i] = (struct pl_chart_key){s->columns[i].label, s->columns[i].definition, i % SERIES};
	for (size_t i = 0; i < s->n_points && !st; i++) {
		longest = s->points[i].values[0] > s->points[longest].values[0] ? i : longest;
		c.rows[i] = (struct pl_chart_row){.label = s->points[i].label, .href = s->points[i].href};
		st = make_cells(&c, s->points[i].values, arena, &c.rows[i]);
	}
	for (size_t i = first; i < s->n_points && !st; i++)
		st = make_bar(&c, s->points[i].label, s->points[i].values, 1, s->points[longest].values[0], arena);
	if (!st)
		st = describe(&c, s->n_points, s->n_points ? s->points[longest].label : PL_STR("-"),
			s->n_points ? s->points[longest].values[0] : 0, lang, arena);
	if (!st)
		*ret = c;
	return st;
}
