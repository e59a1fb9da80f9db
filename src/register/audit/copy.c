/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/copy.h"
#include "base/child.h"
#include "base/text.h"
#include "base/time.h"
#include "register/audit/qpdf_lazy.h"
#include "register/cairo_lazy.h"

/* A report of a thousand pages with pictures takes a few seconds and some hundred megabytes. */
static const struct pl_child_limits limits = {
	.timeout_ns = 120 * PL_SECOND, .cpu_seconds = 120, .memory = (uint64_t)4 << 30, .open_files = 16,
};

const char *const pl_copy_formats[PL_COPY_FORMATS + 1] = {"csv", "json", "pdf", "text", "xml", NULL};

/* ---- which format, which words ---- */

pl_status pl_copy_format_of(pl_str media_type, enum pl_copy_format *ret, struct pl_diag *diag)
{
	pl_str type = media_type, rest = media_type;

	if (pl_str_take_until(&rest, ';', &type))
		type = pl_str_trim(type);
	if (pl_str_eq(type, PL_STR("application/pdf")))
		*ret = PL_COPY_PDF;
	else if (pl_str_eq(type, PL_STR("application/json")) || pl_str_ends(type, PL_STR("+json")))
		*ret = PL_COPY_JSON;
	else if (pl_str_eq(type, PL_STR("application/xml")) || pl_str_eq(type, PL_STR("text/xml")) ||
		 pl_str_ends(type, PL_STR("+xml")))
		*ret = PL_COPY_XML;
	else if (pl_str_eq(type, PL_STR("text/csv")))
		*ret = PL_COPY_CSV;
	else if (pl_str_starts(type, PL_STR("text/")))
		*ret = PL_COPY_TEXT;
	else
		return pl_diag_set(diag, PL_E_UNSUPPORTED,
			"a document of type \"%.*s\" cannot be marked: expected PDF, JSON, XML, CSV or text", PL_STR_ARG(media_type));
	return PL_OK;
}

pl_status pl_copy_customer_check(pl_str customer, struct pl_diag *diag)
{
	bool good = customer.len && customer.len <= PL_COPY_CUSTOMER_MAX && pl_text_is_line(customer);

	return good ? PL_OK :
		      pl_diag_set(diag, PL_E_SYNTAX, "a customer is one line of text, 1 to %u bytes", PL_COPY_CUSTOMER_MAX);
}

void pl_copy_line(const struct pl_copy_words *w, struct pl_buf *out)
{
	char given[21], expires[21], terms[PL_DIGEST_TEXT + 1], mark[PL_MARK_TEXT + 1];

	pl_time_write(w->given * PL_SECOND, given);
	pl_time_write(w->expires * PL_SECOND, expires);
	pl_digest_text(&w->terms, terms);
	pl_mark_write(&w->mark, mark);
	pl_buf_printf(out, "Copy for %.*s, given on %.10s", PL_STR_ARG(w->customer), given);
	if (w->expires)
		pl_buf_printf(out, ", to be destroyed after %.10s", expires);
	pl_buf_printf(out, ". Terms %s. Mark %s", terms, mark);
}

/* ---- text and XML ---- */

static pl_status copy_text(pl_str original, const struct pl_copy_words *w, struct pl_buf *out, struct pl_diag *diag)
{
	if (!pl_str_is_utf8(original))
		return pl_diag_set(diag, PL_E_SYNTAX, "it is no text in UTF-8");
	pl_buf_put_str(out, original);
	if (original.len && !pl_str_ends(original, PL_STR("\n")))
		pl_buf_put_c(out, '\n');
	pl_mark_put_blanks(out, &w->mark);
	pl_copy_line(w, out);
	pl_buf_put_c(out, '\n');
	return pl_buf_status(out);
}

static pl_str trim_lines(pl_str s)
{
	while (s.len && (unsigned char)s.ptr[s.len - 1] <= 0x20)
		s.len--;
	(void)pl_str_eat(&s, PL_STR("\xef\xbb\xbf"));
	while (s.len && (unsigned char)s.ptr[0] <= 0x20)
		s = pl_str_sub(s, 1, s.len - 1);
	return s;
}

/* Comments and blanks may follow the last element (XML 1.0, section 2.8). The line has a customer's words in it, which a
 * comment cannot take whatever they are. */
static pl_status copy_xml(pl_str original, const struct pl_copy_words *w, struct pl_buf *out, struct pl_diag *diag)
{
	pl_str trimmed = trim_lines(original);
	char mark[PL_MARK_TEXT + 1];

	if (!pl_str_starts(trimmed, PL_STR("<")) || !pl_str_ends(trimmed, PL_STR(">")) || !pl_str_is_utf8(original))
		return pl_diag_set(diag, PL_E_SYNTAX, "it is no XML in UTF-8");
	pl_mark_write(&w->mark, mark);
	pl_buf_put_str(out, original);
	pl_buf_printf(out, "\n<!-- Copy for one reader. Mark %s -->", mark);
	pl_mark_put_blanks(out, &w->mark);
	return pl_buf_status(out);
}

/* ---- PDF ---- */

struct pdf {
	pl_bytes pdf, stamp;
	const struct pl_mark *mark;
};

static pl_status in_child(void *ctx, struct pl_buf *out)
{
	const struct pdf *p = ctx;

	return pl_copy_pdf(p->pdf, p->stamp, p->mark, out);
}

static pl_status copy_pdf(pl_bytes original, const struct pl_copy_words *w, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf stamp PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)4 << 20);
	struct pdf p = {.pdf = original, .mark = &w->mark};
	pl_status st = pl_lazy_load(&pl_cairo_library, diag);

	/* Before the child, which may open no file. */
	if (!st)
		st = pl_lazy_load(&pl_qpdf_library, diag);
	if (!st)
		st = pl_copy_stamp(w, &stamp);
	if (st)
		return pl_diag_set(diag, st, "cannot draw the words of the mark");
	p.stamp = pl_buf_bytes(&stamp);
	st = pl_child_confined_call(in_child, &p, NULL, 0, &limits, out, diag);
	if (st == PL_E_SYNTAX)
		return pl_diag_set(diag, st, "it is no PDF that can be read");
	if (st == PL_E_DENIED) {
		pl_diag_hint(diag, "qpdf --decrypt --password=... IN OUT makes one that is not");
		return pl_diag_set(diag, st, "it is an encrypted PDF");
	}
	if (st == PL_E_CORRUPT)
		return pl_diag_set(diag, st, "reading it ended the confined process that did: a broken PDF, or one made to break readers");
	return st;
}

/* ---- all of them ---- */

pl_status pl_copy_make(pl_bytes original, enum pl_copy_format format, const struct pl_copy_words *w, struct pl_buf *out,
	struct pl_diag *diag)
{
	pl_status st = pl_copy_customer_check(w->customer, diag);

	if (st)
		return st;
	switch (format) {
	case PL_COPY_CSV:
		return pl_mark_put_quotes(pl_bytes_str(original), &w->mark, out, diag);
	case PL_COPY_JSON:
		return pl_copy_json(pl_bytes_str(original), w, out, diag);
	case PL_COPY_PDF:
		return copy_pdf(original, w, out, diag);
	case PL_COPY_TEXT:
		return copy_text(pl_bytes_str(original), w, out, diag);
	case PL_COPY_XML:
		return copy_xml(pl_bytes_str(original), w, out, diag);
	case PL_COPY_FORMATS:
		break;
	}
	return PL_E_UNSUPPORTED;
}

static pl_status find_in_child(void *ctx, struct pl_buf *out)
{
	pl_bytes file = *(const pl_bytes *)ctx;
	struct pl_marks found = {0};

	pl_marks_find(pl_bytes_str(file), &found);
	pl_copy_pdf_find(file, &found);
	for (size_t i = 0; i < found.n; i++)
		pl_buf_put(out, found.m[i].v.b, sizeof found.m[i].v.b);
	return pl_buf_status(out);
}

pl_status pl_copy_find(pl_bytes file, struct pl_marks *ret, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_MARKS_MAX * sizeof(struct pl_mark));
	pl_bytes rest, one;
	pl_status st = pl_copy_pdf_is(file) ? pl_lazy_load(&pl_qpdf_library, diag) : PL_OK;

	if (!st)
		st = pl_child_confined_call(find_in_child, &file, NULL, 0, &limits, &out, diag);
	rest = pl_buf_bytes(&out);
	*ret = (struct pl_marks){0};
	while (!st && rest.len) {
		struct pl_mark m;

		if (pl_get_bytes(&rest, sizeof m.v.b, &one))
			return PL_E_CORRUPT;
		memcpy(m.v.b, one.ptr, sizeof m.v.b);
		pl_marks_add(ret, &m);
	}
	return st;
}
