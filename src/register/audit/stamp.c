/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader sees of a mark, as a PDF of one page: faint letters across, the whole line at the foot. */
#include "register/audit/copy.h"
#include "register/cairo_lazy.h"
#include <math.h>

#define WIDTH 595.0
#define HEIGHT 842.0
#define MARGIN 18.0
#define FOOT_SIZE 6.5
#define FAMILY "DejaVu Sans"

static cairo_status_t take(void *ctx, const unsigned char *data, unsigned int len)
{
	struct pl_buf *out = ctx;

	pl_buf_put(out, data, len);
	return pl_buf_status(out) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static double width_of(cairo_t *cr, const char *z)
{
	cairo_text_extents_t e;

	cairo_text_extents(cr, z, &e);
	return e.x_advance;
}

/* The size, at most @size, at which @z is no wider than @room. */
static void fit(cairo_t *cr, const char *z, double size, double room)
{
	double width;

	cairo_set_font_size(cr, size);
	width = width_of(cr, z);
	if (width > room)
		cairo_set_font_size(cr, size * room / width);
}

static void across(cairo_t *cr, const char *customer)
{
	double diagonal = hypot(WIDTH, HEIGHT) * 0.7;

	cairo_save(cr);
	cairo_translate(cr, WIDTH / 2, HEIGHT / 2);
	cairo_rotate(cr, -atan2(HEIGHT, WIDTH));
	fit(cr, customer, 54, diagonal);
	cairo_set_source_rgba(cr, 0.2, 0.2, 0.2, 0.10);
	cairo_move_to(cr, -width_of(cr, customer) / 2, 0);
	cairo_show_text(cr, customer);
	cairo_restore(cr);
}

static void foot(cairo_t *cr, const char *line)
{
	fit(cr, line, FOOT_SIZE, WIDTH - 2 * MARGIN);
	cairo_set_source_rgb(cr, 0.25, 0.25, 0.25);
	cairo_move_to(cr, MARGIN, HEIGHT - MARGIN / 2);
	cairo_show_text(cr, line);
}

static pl_status draw(cairo_surface_t *surface, const char *customer, const char *line)
{
	cairo_t *cr = cairo_create(surface);
	cairo_status_t said;

	cairo_select_font_face(cr, FAMILY, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	across(cr, customer);
	foot(cr, line);
	cairo_show_page(cr);
	said = cairo_status(cr);
	cairo_destroy(cr);
	return said == CAIRO_STATUS_SUCCESS ? PL_OK : PL_E_INTERNAL;
}

pl_status pl_copy_stamp(const struct pl_copy_words *w, struct pl_buf *out)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COPY_LINE_MAX);
	char customer[PL_COPY_CUSTOMER_MAX + 1];
	cairo_surface_t *surface;
	const char *z;
	pl_status st = pl_str_z(w->customer, customer, sizeof customer);

	pl_copy_line(w, &line);
	z = pl_buf_z(&line);
	if (st || !z)
		return st ? st : pl_buf_status(&line);
	surface = cairo_pdf_surface_create_for_stream(take, out, WIDTH, HEIGHT);
	st = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? draw(surface, customer, z) : PL_E_INTERNAL;
	cairo_surface_finish(surface);
	if (!st && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		st = pl_buf_status(out) ? pl_buf_status(out) : PL_E_INTERNAL;
	cairo_surface_destroy(surface);
	return st;
}
