/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column of paragraphs and tables: text is broken at spaces by its drawn width, a page ends when the next line does not fit. cairo
 * writes through a callback into the caller's buffer.
 */
#include "register/export/pdf.h"
#include "base/time.h"
#include "register/cairo_lazy.h"
#include <stdio.h>

#define WIDTH 595.0
#define HEIGHT 842.0
#define MARGIN 56.0
#define COLUMN (WIDTH - 2 * MARGIN)
#define FAMILY "DejaVu Sans"
#define LINE 1.35 /* of the letters' size */
#define WORD_MAX 1024u
#define BAR_INK 0.04, 0.35, 0.40

struct page {
	const struct pl_report_doc *d;
	const struct pl_report_headings *h;
	cairo_t *cr;
	double y;      /* of the next line's top */
	unsigned number;
};

static cairo_status_t take(void *ctx, const unsigned char *data, unsigned int len)
{
	struct pl_buf *out = ctx;

	pl_buf_put(out, data, len);
	return pl_buf_status(out) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* ---- text ---- */

static void font(struct page *p, double size, bool bold)
{
	cairo_select_font_face(p->cr, FAMILY, CAIRO_FONT_SLANT_NORMAL, bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(p->cr, size);
}

static void ink(struct page *p, bool quiet)
{
	double grey = quiet ? 0.35 : 0.1;

	cairo_set_source_rgb(p->cr, grey, grey, grey);
}

static double width_of(struct page *p, const char *z)
{
	cairo_text_extents_t e;

	cairo_text_extents(p->cr, z, &e);
	return e.x_advance;
}

static void show(struct page *p, double x, double y, const char *z)
{
	cairo_move_to(p->cr, x, y);
	cairo_show_text(p->cr, z);
}

static void foot(struct page *p)
{
	char text[WORD_MAX];

	font(p, 7.5, false);
	ink(p, true);
	(void)snprintf(text, sizeof text, "%.*s · %.*s %llu · %u", PL_STR_ARG(p->d->origin), PL_STR_ARG(p->h->entry),
		(unsigned long long)p->d->index, p->number);
	show(p, MARGIN, HEIGHT - MARGIN / 2, text);
}

/* Make sure that @room fits below; true if a new page was begun. */
static bool need(struct page *p, double room)
{
	if (p->y + room <= HEIGHT - MARGIN)
		return false;
	foot(p);
	cairo_show_page(p->cr);
	p->number++;
	p->y = MARGIN;
	return true;
}

/* The first @n bytes of @text at the most, ending where a character does. */
static size_t whole(pl_str text, size_t n)
{
	if (n >= text.len)
		return text.len;
	while (n > 0 && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* One word that is wider than the column is cut: it ends where the paper does. */
static bool next_word(pl_str *rest, char out[static WORD_MAX])
{
	pl_str word;

	while (pl_str_eat(rest, PL_STR(" ")))
		;
	word = *rest;
	if (!word.len)
		return false;
	if (!pl_str_take_until(rest, ' ', &word))
		*rest = (pl_str){0};
	(void)snprintf(out, WORD_MAX, "%.*s", (int)whole(word, 500), word.ptr);
	return true;
}

struct style {
	double size, indent, after;
	bool bold, quiet;
};

static void paragraph(struct page *p, const struct style *s, pl_str text)
{
	char word[WORD_MAX];
	double x = MARGIN + s->indent, space;

	if (!text.len)
		return;
	font(p, s->size, s->bold);
	space = width_of(p, " ");
	(void)need(p, s->size * LINE);
	while (next_word(&text, word)) {
		double w;

		font(p, s->size, s->bold);
		ink(p, s->quiet);
		w = width_of(p, word);
		if (x > MARGIN + s->indent && x + w > WIDTH - MARGIN) {
			p->y += s->size * LINE;
			(void)need(p, s->size * LINE);
			font(p, s->size, s->bold);
			ink(p, s->quiet);
			x = MARGIN + s->indent;
		}
		show(p, x, p->y + s->size, word);
		x += w + space;
	}
	p->y += s->size * LINE + s->after;
}

static const struct style body = {.size = 9, .after = 3}, small = {.size = 7.5, .after = 5, .quiet = true},
	indented = {.size = 9, .after = 3, .indent = 12};

static void heading(struct page *p, pl_str text)
{
	const struct style s = {.size = 12, .after = 4, .bold = true};

	p->y += 8;
	(void)need(p, 60);
	paragraph(p, &s, text);
}

static void list(struct page *p, pl_str title, const pl_str *texts, size_t n)
{
	if (n)
		heading(p, title);
	for (size_t i = 0; i < n; i++)
		paragraph(p, &indented, texts[i]);
}

/* ---- numbers ---- */

static void show_number(struct page *p, double right, double y, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)n);
	show(p, right - width_of(p, text), y, text);
}

static void number(struct page *p, const struct pl_report_number *n)
{
	const struct style rule = {.size = 7, .after = 6, .quiet = true};

	(void)need(p, 40);
	font(p, 10, true);
	ink(p, false);
	show_number(p, WIDTH - MARGIN, p->y + 10, n->value);
	paragraph(p, &(struct style){.size = 10, .after = 1, .bold = true}, n->of.label);
	paragraph(p, &(struct style){.size = 8, .after = 1, .quiet = true}, n->of.definition);
	paragraph(p, &rule, n->rule);
}

/* ---- tables: the label and a bar in one line, the numbers of each column in it ---- */

static uint64_t row_sum(const struct pl_report_grid *g, size_t row)
{
	uint64_t sum = 0;

	for (size_t c = 0; c < g->n_columns; c++)
		sum += g->cells[row * g->n_columns + c];
	return sum;
}

#define LABEL_WIDTH 130.0

/* As many columns as fit beside label and total; the rest is in the CSV, and the total counts it. */
static size_t columns_shown(const struct pl_report_grid *g)
{
	size_t fit = (size_t)((COLUMN - LABEL_WIDTH - 60) / 60);

	return g->n_columns < fit ? g->n_columns : fit;
}

static void cut(struct page *p, pl_str text, double room, char out[static WORD_MAX])
{
	size_t n = whole(text, 400);

	do {
		n = whole(text, n);
		(void)snprintf(out, WORD_MAX, "%.*s%s", (int)n, text.ptr ? text.ptr : "", n < text.len ? "…" : "");
	} while (width_of(p, out) > room && n-- > 1);
}

static double column_right(const struct pl_report_grid *g, size_t c)
{
	return MARGIN + LABEL_WIDTH + (COLUMN - LABEL_WIDTH - 60) / (double)columns_shown(g) * (double)(c + 1);
}

static void table_head(struct page *p, const struct pl_report_grid *g)
{
	char text[WORD_MAX];
	double room = (COLUMN - LABEL_WIDTH - 60) / (double)columns_shown(g) - 4;

	font(p, 7, true);
	ink(p, true);
	cut(p, g->rows_of.label, LABEL_WIDTH - 4, text);
	show(p, MARGIN, p->y + 8, text);
	for (size_t c = 0; c < columns_shown(g); c++) {
		cut(p, g->columns[c].label, room, text);
		show(p, column_right(g, c) - width_of(p, text), p->y + 8, text);
	}
	cut(p, p->h->total, 56, text);
	show(p, WIDTH - MARGIN - width_of(p, text), p->y + 8, text);
	p->y += 12;
	cairo_set_line_width(p->cr, 0.5);
	cairo_move_to(p->cr, MARGIN, p->y);
	cairo_line_to(p->cr, WIDTH - MARGIN, p->y);
	cairo_stroke(p->cr);
	p->y += 2;
}

static void table_row(struct page *p, const struct pl_report_grid *g, size_t r, uint64_t largest)
{
	uint64_t sum = row_sum(g, r);
	char text[WORD_MAX];

	font(p, 8, false);
	ink(p, false);
	cut(p, g->rows[r].label, LABEL_WIDTH - 4, text);
	show(p, MARGIN, p->y + 9, text);
	for (size_t c = 0; c < columns_shown(g); c++)
		show_number(p, column_right(g, c), p->y + 9, g->cells[r * g->n_columns + c]);
	font(p, 8, true);
	show_number(p, WIDTH - MARGIN, p->y + 9, sum);
	cairo_set_source_rgb(p->cr, BAR_INK);
	cairo_rectangle(p->cr, MARGIN, p->y + 11.5, largest ? COLUMN * (double)sum / (double)largest : 0, 2);
	cairo_fill(p->cr);
	p->y += 16;
}

static void table(struct page *p, const struct pl_report_grid *g)
{
	uint64_t largest = 0;

	heading(p, g->of.label);
	paragraph(p, &small, g->of.definition);
	for (size_t r = 0; r < g->n_rows; r++)
		largest = row_sum(g, r) > largest ? row_sum(g, r) : largest;
	(void)need(p, 40);
	table_head(p, g);
	for (size_t r = 0; r < g->n_rows; r++) {
		if (need(p, 16))
			table_head(p, g);
		table_row(p, g, r, largest);
	}
}

/* ---- late heads ---- */

/* When it was due, when it came, by how much too late, and which day it closes: one line each. */
static void late_row(struct page *p, const struct pl_report_late *l)
{
	char due[21], time[21], day[21] = "", text[WORD_MAX];
	uint64_t by = l->time - l->due;

	pl_time_write(l->due * PL_SECOND, due);
	pl_time_write(l->time * PL_SECOND, time);
	if (l->heartbeat)
		pl_time_write(l->day * PL_SECOND, day);
	(void)snprintf(text, sizeof text, "%.*s %llu · %.*s %s · %.*s %s (+%llu:%02llu)%s%.*s%s%.10s", PL_STR_ARG(p->h->entry), (unsigned long long)l->index,
		PL_STR_ARG(p->h->due), due, PL_STR_ARG(p->h->came), time, (unsigned long long)(by / 3600), (unsigned long long)(by / 60 % 60),
		l->heartbeat ? " · " : "", l->heartbeat ? (int)p->h->closes.len : 0, p->h->closes.ptr, l->heartbeat ? " " : "", day);
	paragraph(p, &small, pl_str_from(text));
}

static void late(struct page *p)
{
	const struct pl_report_doc *d = p->d;
	char text[WORD_MAX];

	if (!d->n_late)
		return;
	heading(p, p->h->late);
	paragraph(p, &small, d->late_words.definition);
	for (size_t i = 0; i < d->n_late && i < PL_REPORT_LATE_SHOWN; i++)
		late_row(p, &d->late[i]);
	if (d->all_late > PL_REPORT_LATE_SHOWN) {
		(void)snprintf(text, sizeof text, "... (%llu)", (unsigned long long)d->all_late);
		paragraph(p, &small, pl_str_from(text));
	}
}

/* ---- the document ---- */

static void digest_line(struct page *p, pl_str what, const struct pl_digest *d)
{
	char text[WORD_MAX], hex[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, hex);
	(void)snprintf(text, sizeof text, "%.*s: %s", PL_STR_ARG(what), hex);
	paragraph(p, &small, pl_str_from(text));
}

static void title(struct page *p)
{
	const struct pl_report_doc *d = p->d;
	char text[WORD_MAX], from[21], to[21];

	paragraph(p, &(struct style){.size = 20, .after = 2, .bold = true}, d->title);
	pl_time_write(d->from * PL_SECOND, from);
	pl_time_write(d->to * PL_SECOND, to);
	(void)snprintf(text, sizeof text, "%.*s %.*s: %.10s – %.10s", PL_STR_ARG(p->h->period), PL_STR_ARG(d->period), from, to);
	paragraph(p, &(struct style){.size = 12, .after = 6}, pl_str_from(text));
	paragraph(p, &body, d->about);
	(void)snprintf(text, sizeof text, "%.*s %llu · %.*s %llu · %.*s", PL_STR_ARG(p->h->edition), (unsigned long long)d->edition,
		PL_STR_ARG(p->h->entry), (unsigned long long)d->index, PL_STR_ARG(d->origin));
	paragraph(p, &small, pl_str_from(text));
}

static void draw(struct page *p)
{
	const struct pl_report_doc *d = p->d;

	title(p);
	list(p, p->h->rules, d->rules, d->n_rules);
	list(p, p->h->principles, d->principles, d->n_principles);
	list(p, p->h->prohibited, d->prohibited, d->n_prohibited);
	heading(p, p->h->numbers);
	for (size_t i = 0; i < d->n_totals; i++)
		number(p, &d->totals[i]);
	for (size_t i = 0; i < d->n_tables; i++)
		table(p, &d->tables[i]);
	heading(p, p->h->counting);
	for (size_t i = 0; i < d->n_counts; i++)
		number(p, &d->counts[i]);
	late(p);
	digest_line(p, p->h->openings, &d->openings);
	digest_line(p, p->h->declaration, &d->declaration);
	for (size_t i = 0; i < d->n_earlier; i++)
		digest_line(p, p->h->declaration, &d->earlier[i]);
	foot(p);
	cairo_show_page(p->cr);
}

static void describe(cairo_surface_t *s, const struct pl_report_doc *d)
{
	char text[WORD_MAX], time[21];

	pl_time_write(d->time * PL_SECOND, time);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, time);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_MOD_DATE, time);
	(void)snprintf(text, sizeof text, "%.*s, %.*s", PL_STR_ARG(d->title), PL_STR_ARG(d->period));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, text);
	(void)snprintf(text, sizeof text, "%.*s", PL_STR_ARG(d->origin));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_AUTHOR, text);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Pellucid");
}

pl_status pl_report_pdf(const struct pl_report_doc *d, const struct pl_report_headings *h, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct page p = {.d = d, .h = h, .y = MARGIN, .number = 1};
	cairo_surface_t *surface;
	cairo_status_t status;
	pl_status st = pl_lazy_load(&pl_cairo_library, diag);

	if (st)
		return st;
	surface = cairo_pdf_surface_create_for_stream(take, out, WIDTH, HEIGHT);
	p.cr = cairo_create(surface);
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
	describe(surface, d);
	draw(&p);
	status = cairo_status(p.cr);
	cairo_destroy(p.cr);
	cairo_surface_finish(surface);
	if (!status)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (pl_buf_status(out))
		return pl_buf_status(out);
	return status == CAIRO_STATUS_SUCCESS ? PL_OK : status == CAIRO_STATUS_NO_MEMORY ? PL_E_NOMEM : PL_E_INTERNAL;
}
