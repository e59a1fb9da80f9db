/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF through libqpdf, which changes the file's objects and leaves text, links and tags as they are. Everything here runs in a
 * confined child: it may fail in any way, and leaves what it allocated to the end of that child.
 */
#include "register/audit/copy.h"
#include "register/audit/qpdf_lazy.h"
#include <stdio.h>

#define PAGES_MAX 20000
#define INFO_KEY "/PellucidMark"
#define STAMP_WIDTH 595.0
#define STAMP_HEIGHT 842.0

struct work {
	qpdf_data q;
	char mark[PL_MARK_TEXT + 1], stamp_name[8 + PL_MARK_TEXT + 1], font_name[8 + PL_MARK_TEXT + 1];
	qpdf_oh stamp, font, before;
};

static pl_status open_pdf(pl_bytes pdf, qpdf_data *ret)
{
	qpdf_data q = qpdf_init();

	*ret = q;
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	qpdf_silence_errors(q);
	qpdf_set_attempt_recovery(q, QPDF_TRUE);
	if (qpdf_read_memory(q, "document", (const char *)pdf.ptr, pdf.len, NULL) & QPDF_ERRORS) {
		qpdf_error e = qpdf_get_error(q);

		return e && qpdf_get_error_code(q, e) == qpdf_e_password ? PL_E_DENIED : PL_E_SYNTAX;
	}
	return qpdf_is_encrypted(q) ? PL_E_DENIED : PL_OK;
}

static qpdf_oh new_stream(qpdf_data q, pl_str data)
{
	qpdf_oh s = qpdf_oh_new_stream(q);

	qpdf_oh_replace_stream_data(q, s, (const unsigned char *)data.ptr, data.len, qpdf_oh_new_null(q),
		qpdf_oh_new_null(q));
	return s;
}

/* ---- what all pages share ---- */

/* The page of the stamp as something that can be drawn on another page. */
static pl_status take_stamp(struct work *w, pl_bytes stamp)
{
	qpdf_data s = NULL;
	unsigned char *content = NULL;
	size_t len = 0;
	qpdf_oh page, resources, dict;
	pl_status st = open_pdf(stamp, &s);

	if (st)
		return st;
	page = qpdf_get_page_n(s, 0);
	if (qpdf_push_inherited_attributes_to_page(s) & QPDF_ERRORS ||
		qpdf_oh_get_page_content_data(s, page, &content, &len) & QPDF_ERRORS)
		return PL_E_INTERNAL;
	w->stamp = new_stream(w->q, pl_str_of((const char *)content, len));
	resources = qpdf_make_indirect_object(s, qpdf_oh_get_key(s, page, "/Resources"));
	dict = qpdf_oh_get_dict(w->q, w->stamp);
	qpdf_oh_replace_key(w->q, dict, "/Type", qpdf_oh_new_name(w->q, "/XObject"));
	qpdf_oh_replace_key(w->q, dict, "/Subtype", qpdf_oh_new_name(w->q, "/Form"));
	qpdf_oh_replace_key(w->q, dict, "/BBox", qpdf_oh_parse(w->q, "[0 0 595 842]"));
	qpdf_oh_replace_key(w->q, dict, "/Group", qpdf_oh_parse(w->q, "<< /S /Transparency /I true /CS /DeviceRGB >>"));
	qpdf_oh_replace_key(w->q, dict, "/Resources", qpdf_oh_copy_foreign_object(w->q, s, resources));
	return qpdf_has_error(w->q) ? PL_E_INTERNAL : PL_OK;
}

static void make_names(struct work *w, const struct pl_mark *m)
{
	pl_mark_write(m, w->mark);
	(void)snprintf(w->stamp_name, sizeof w->stamp_name, "/Stamp-%s", w->mark);
	(void)snprintf(w->font_name, sizeof w->font_name, "/Mark-%s", w->mark);
	w->font = qpdf_make_indirect_object(w->q,
		qpdf_oh_parse(w->q, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"));
	w->before = new_stream(w->q, PL_STR("q\n"));
}

/* ---- one page ---- */

struct box {
	double x, y, width, height;
};

static bool read_box(qpdf_data q, qpdf_oh page, const char *key, struct box *ret)
{
	qpdf_oh a = qpdf_oh_get_key(q, page, key);
	double v[4];

	if (!qpdf_oh_is_array(q, a) || qpdf_oh_get_array_n_items(q, a) != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(q, a, i);

		if (!qpdf_oh_is_number(q, item))
			return false;
		v[i] = qpdf_oh_get_numeric_value(q, item);
	}
	*ret = (struct box){v[0] < v[2] ? v[0] : v[2], v[1] < v[3] ? v[1] : v[3], v[2] > v[0] ? v[2] - v[0] : v[0] - v[2],
		v[3] > v[1] ? v[3] - v[1] : v[1] - v[3]};
	return ret->width > 1 && ret->height > 1;
}

/* The dictionary @key of @of, made if it is not there. */
static qpdf_oh dictionary(qpdf_data q, qpdf_oh of, const char *key)
{
	qpdf_oh d = qpdf_oh_get_key(q, of, key);

	if (qpdf_oh_is_dictionary(q, d))
		return d;
	d = qpdf_oh_new_dictionary(q);
	qpdf_oh_replace_key(q, of, key, d);
	return qpdf_oh_get_key(q, of, key);
}

/* The mark three times: drawn, in letters that are not painted, and as the name of a piece of content. */
static void put_drawing(const struct work *w, const struct box *b, struct pl_buf *out)
{
	double sx = b->width / STAMP_WIDTH, sy = b->height / STAMP_HEIGHT, s = sx < sy ? sx : sy;

	pl_buf_printf(out, "\nQ\n/Artifact BMC\nq %.5f 0 0 %.5f %.3f %.3f cm %s Do Q\n", s, s,
		b->x + (b->width - s * STAMP_WIDTH) / 2, b->y, w->stamp_name);
	pl_buf_printf(out, "BT %s 1 Tf 3 Tr 1 0 0 1 %.3f %.3f Tm (%s) Tj ET\nEMC\n", w->font_name, b->x + 1, b->y + 1, w->mark);
	pl_buf_printf(out, "/%s BMC EMC\n", w->mark);
}

static void put_contents(struct work *w, qpdf_oh page, qpdf_oh drawing)
{
	qpdf_oh old = qpdf_oh_get_key(w->q, page, "/Contents"), list = qpdf_oh_new_array(w->q);

	qpdf_oh_append_item(w->q, list, w->before);
	if (qpdf_oh_is_stream(w->q, old))
		qpdf_oh_append_item(w->q, list, old);
	if (qpdf_oh_is_array(w->q, old))
		for (int i = 0; i < qpdf_oh_get_array_n_items(w->q, old); i++)
			qpdf_oh_append_item(w->q, list, qpdf_oh_get_array_item(w->q, old, i));
	qpdf_oh_append_item(w->q, list, drawing);
	qpdf_oh_replace_key(w->q, page, "/Contents", list);
}

static pl_status mark_page(struct work *w, size_t n)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	qpdf_oh page = qpdf_get_page_n(w->q, n), resources;
	struct box b;

	if (!read_box(w->q, page, "/CropBox", &b) && !read_box(w->q, page, "/MediaBox", &b))
		return PL_E_SYNTAX;
	resources = dictionary(w->q, page, "/Resources");
	qpdf_oh_replace_key(w->q, dictionary(w->q, resources, "/XObject"), w->stamp_name, w->stamp);
	qpdf_oh_replace_key(w->q, dictionary(w->q, resources, "/Font"), w->font_name, w->font);
	put_drawing(w, &b, &text);
	if (pl_buf_status(&text))
		return pl_buf_status(&text);
	put_contents(w, page, new_stream(w->q, pl_buf_str(&text)));
	return qpdf_has_error(w->q) ? PL_E_SYNTAX : PL_OK;
}

/* ---- the file ---- */

static pl_status write_pdf(struct work *w, struct pl_buf *out)
{
	qpdf_set_info_key(w->q, INFO_KEY, w->mark);
	if (qpdf_init_write_memory(w->q) & QPDF_ERRORS)
		return PL_E_INTERNAL;
	qpdf_set_deterministic_ID(w->q, QPDF_TRUE);
	qpdf_set_minimum_pdf_version(w->q, "1.4");
	if (qpdf_write(w->q) & QPDF_ERRORS)
		return PL_E_SYNTAX;
	pl_buf_put(out, qpdf_get_buffer(w->q), qpdf_get_buffer_length(w->q));
	return pl_buf_status(out);
}

pl_status pl_copy_pdf(pl_bytes pdf, pl_bytes stamp, const struct pl_mark *m, struct pl_buf *out)
{
	struct work w = {0};
	int pages;
	pl_status st = open_pdf(pdf, &w.q);

	if (st)
		return st;
	pages = qpdf_get_num_pages(w.q);
	if (pages <= 0 || pages > PAGES_MAX || qpdf_push_inherited_attributes_to_page(w.q) & QPDF_ERRORS)
		return PL_E_SYNTAX;
	make_names(&w, m);
	st = take_stamp(&w, stamp);
	for (int i = 0; i < pages && !st; i++)
		st = mark_page(&w, (size_t)i);
	return st ? st : write_pdf(&w, out);
}

bool pl_copy_pdf_is(pl_bytes file)
{
	return pl_str_find_str(pl_bytes_str(file), PL_STR("%PDF-")) < 1024;
}

void pl_copy_pdf_find(pl_bytes pdf, struct pl_marks *ret)
{
	qpdf_data q = NULL;
	const char *info;
	int pages;

	if (!pl_copy_pdf_is(pdf) || open_pdf(pdf, &q))
		return;
	info = qpdf_get_info_key(q, INFO_KEY);
	if (info)
		pl_marks_find(pl_str_from(info), ret);
	pages = qpdf_get_num_pages(q);
	for (int i = 0; i < pages && i < PAGES_MAX && ret->n < PL_MARKS_MAX; i++) {
		unsigned char *content = NULL;
		size_t len = 0;

		if (qpdf_oh_get_page_content_data(q, qpdf_get_page_n(q, (size_t)i), &content, &len) & QPDF_ERRORS)
			continue;
		pl_marks_find(pl_str_of((const char *)content, len), ret);
		pl_free(content);
	}
}
