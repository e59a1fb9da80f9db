/* SPDX-License-Identifier: Apache-2.0 */
/* Marked copies: nothing of the original is lost, the mark is found again, and what cannot be marked is refused. */
#include "register_test.h"
#include "base/csv.h"
#include "base/json.h"
#include "register/audit/copy.h"
#include <cairo-pdf.h>

#define PAGE_MAX ((size_t)4 << 20)

static struct pl_copy_words words(void)
{
	struct pl_copy_words w = {.customer = PL_STR("Ελλάς & \"Söhne\" <Example>"), .given = UINT64_C(1795824000),
		.expires = UINT64_C(1827360000), .mark = pl_mark_new()};

	memset(w.terms.b, 0xab, sizeof w.terms.b);
	return w;
}

static void finds(pl_str text, const struct pl_mark *m, bool wanted)
{
	struct pl_marks found;
	bool there = false;

	assert_ok(pl_copy_find(pl_str_bytes(text), &found, NULL));
	for (size_t i = 0; i < found.n; i++)
		there = there || pl_mark_eq(&found.m[i], m);
	assert_int_equal(there, wanted);
}

/* ---- marks ---- */

static void marks_are_spelled_one_way(void **state)
{
	struct pl_mark m = pl_mark_new(), other = pl_mark_new(), back;
	char text[PL_MARK_TEXT + 1];

	(void)state;
	assert_false(pl_mark_eq(&m, &other));
	pl_mark_write(&m, text);
	assert_ok(pl_mark_parse(pl_str_from(text), &back));
	assert_true(pl_mark_eq(&m, &back));
	text[3] = '_';
	assert_int_equal(pl_mark_parse(pl_str_from(text), &back), PL_E_SYNTAX);
	assert_int_equal(pl_mark_parse(PL_STR("PLM-"), &back), PL_E_SYNTAX);
}

/* ---- text, XML ---- */

static void text_says_it_twice(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_copy_words w = words();
	pl_str said, copy;

	(void)state;
	assert_ok(pl_copy_make(pl_str_bytes(PL_STR("no line end")), PL_COPY_TEXT, &w, &out, NULL));
	copy = pl_buf_str(&out);
	assert_true(pl_str_starts(copy, PL_STR("no line end\n")));
	finds(copy, &w.mark, true);
	/* Without the line at its end the blanks are left; with a line cut out of the middle, the words. */
	said = pl_str_sub(copy, 0, pl_str_find_str(copy, PL_STR("Copy for ")));
	finds(said, &w.mark, true);
	said = pl_str_sub(copy, said.len, copy.len);
	finds(said, &w.mark, true);
	finds(PL_STR("nothing to see\n"), &w.mark, false);
	assert_int_equal(pl_copy_make(pl_str_bytes(PL_STR("\xff")), PL_COPY_TEXT, &w, &out, NULL), PL_E_SYNTAX);
}

static void xml_stays_xml(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_copy_words w = words();

	(void)state;
	assert_ok(pl_copy_make(pl_str_bytes(PL_STR("<?xml version=\"1.0\"?>\n<a/>\n")), PL_COPY_XML, &w, &out, NULL));
	assert_true(pl_str_starts(pl_buf_str(&out), PL_STR("<?xml version=\"1.0\"?>\n<a/>\n\n<!-- Copy for one reader. Mark PLM-")));
	finds(pl_buf_str(&out), &w.mark, true);
	assert_int_equal(pl_copy_make(pl_str_bytes(PL_STR("text")), PL_COPY_XML, &w, &out, NULL), PL_E_SYNTAX);
}

/* ---- JSON ---- */

static void json_copy(const char *original, const char *start, const char *list)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	struct pl_copy_words w = words();
	struct pl_diag diag = {0};
	const struct pl_json *o;

	if (pl_copy_make(pl_str_bytes(pl_str_from(original)), PL_COPY_JSON, &w, &out, &diag))
		fail_msg("%s: %s", original, pl_diag_text(&diag, PL_E_SYNTAX));
	assert_ok(pl_json_parse(pl_buf_str(&out), out.len, PL_JSON_DEPTH, &v, NULL));
	if (!pl_str_starts(pl_buf_str(&out), pl_str_from(start)))
		fail_msg("expected %s..., got %.*s", start, PL_STR_ARG(pl_buf_str(&out)));
	o = pl_json_get(v, "metadata") ? pl_json_get(v, "metadata") : v;
	if (list)
		assert_true(pl_json_count(pl_json_get(o, list)) >= 1);
	finds(pl_buf_str(&out), &w.mark, true);
	if (list) /* and in the property alone */
		finds(pl_str_trim(pl_str_sub(pl_buf_str(&out), 0, out.len - PL_MARK_BITS - 2)), &w.mark, true);
}

static void json_keeps_its_schema(void **state)
{
	static const char *const bad[] = {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.2\"}",
		"{\"bomFormat\":\"CycloneDX\"}", "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":[]}",
		"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"meta\\u0064ata\":{}}", "{", "",
		"{\"spdxVersion\":\"SPDX-2.3\",\"annotations\":{}}"};
	struct pl_copy_words w = words();

	(void)state;
	json_copy("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"x\":1.10}",
		"{\"metadata\":{\"properties\":[{\"name\":\"pellucid:hand-out\"", "properties");
	json_copy("{ \"bomFormat\":\"CycloneDX\", \"specVersion\":\"1.3\", \"metadata\" : { } }",
		"{ \"bomFormat\":\"CycloneDX\", \"specVersion\":\"1.3\", \"metadata\" : {\"properties\":[{", "properties");
	json_copy("{\"a\":[{\"metadata\":1}],\"b\":\"}\\\"{\",\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{\"properties\":[{\"name\":\"x\"}]}}",
		"{\"a\":[{\"metadata\":1}],\"b\":\"}\\\"{\",\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{\"properties\":[{\"name\":\"pellucid",
		"properties");
	json_copy("{\"spdxVersion\":\"SPDX-2.3\",\"annotations\":[]}",
		"{\"spdxVersion\":\"SPDX-2.3\",\"annotations\":[{\"annotationDate\":\"2026-", "annotations");
	json_copy("{\"spdxVersion\":\"SPDX-2.2\"}", "{\"annotations\":[{", "annotations");
	json_copy("{\"number\":1.10}", "{\"number\":1.10}\n", NULL);
	json_copy("[1,2]", "[1,2]\n", NULL);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(16384);

		if (pl_copy_make(pl_str_bytes(pl_str_from(bad[i])), PL_COPY_JSON, &w, &out, NULL) == PL_OK)
			fail_msg("taken: %s", bad[i]);
	}
}

/* ---- CSV ---- */

static void same_cells(pl_str a, pl_str b)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_csv one, two;
	pl_str x[8], y[8];
	size_t n = 0, m = 0;

	pl_csv_init(&one, a);
	pl_csv_init(&two, b);
	while (one.rest.len) {
		assert_ok(pl_csv_row(&one, &arena, x, 8, &n, NULL));
		assert_ok(pl_csv_row(&two, &arena, y, 8, &m, NULL));
		assert_int_equal(n, m);
		for (size_t i = 0; i < n; i++)
			assert_true(pl_str_eq(x[i], y[i]));
	}
	assert_int_equal(two.rest.len, 0);
}

static void csv_keeps_its_values(void **state)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(8192), out PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct pl_copy_words w = words();
	struct pl_diag diag = {0};

	(void)state;
	for (int i = 0; i < 60; i++)
		pl_buf_printf(&csv, "%d,\"a \"\"b\"\", c\",,\"plain\", x,end%s", i, i % 2 ? "\r\n" : "\n");
	assert_ok(pl_copy_make(pl_buf_bytes(&csv), PL_COPY_CSV, &w, &out, &diag));
	same_cells(pl_buf_str(&csv), pl_buf_str(&out));
	finds(pl_buf_str(&out), &w.mark, true);
}

static void csv_has_room_or_says_so(void **state)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(8192), out PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct pl_copy_words w = words();
	struct pl_diag diag = {0};

	(void)state;
	for (int i = 0; i < 127; i++)
		pl_buf_printf(&csv, "%d,\n", i);
	assert_int_equal(pl_copy_make(pl_buf_bytes(&csv), PL_COPY_CSV, &w, &out, &diag), PL_E_RANGE);
	assert_non_null(strstr(pl_diag_text(&diag, PL_E_RANGE), "there are 127"));
	pl_buf_put_z(&csv, "last"); /* without a line end */
	pl_buf_clear(&out);
	assert_ok(pl_copy_make(pl_buf_bytes(&csv), PL_COPY_CSV, &w, &out, NULL));
	finds(pl_buf_str(&out), &w.mark, true);
	assert_int_equal(pl_copy_make(pl_str_bytes(PL_STR("a,b\"c\n")), PL_COPY_CSV, &w, &out, NULL), PL_E_SYNTAX);
}

/* ---- PDF ---- */

static cairo_status_t take(void *ctx, const unsigned char *data, unsigned int len)
{
	pl_buf_put(ctx, data, len);
	return CAIRO_STATUS_SUCCESS;
}

static void make_pdf(struct pl_buf *out, int pages)
{
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(take, out, 400, 500);
	cairo_t *cr = cairo_create(s);

	for (int i = 0; i < pages; i++) {
		cairo_move_to(cr, 40, 40);
		cairo_show_text(cr, "An example page");
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	cairo_surface_destroy(s);
}

static void pdf_is_marked_on_every_page(void **state)
{
	struct pl_buf pdf PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX), out PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX), other PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX);
	struct pl_copy_words w = words(), v = words();
	struct pl_diag diag = {0};

	(void)state;
	make_pdf(&pdf, 3);
	if (pl_copy_make(pl_buf_bytes(&pdf), PL_COPY_PDF, &w, &out, &diag))
		fail_msg("%s", pl_diag_text(&diag, PL_E_SYNTAX));
	assert_true(pl_str_starts(pl_buf_str(&out), PL_STR("%PDF-1.")));
	finds(pl_buf_str(&out), &w.mark, true);
	finds(pl_buf_str(&pdf), &w.mark, false);
	assert_ok(pl_copy_make(pl_buf_bytes(&pdf), PL_COPY_PDF, &w, &again, NULL));
	assert_true(pl_str_eq(pl_buf_str(&out), pl_buf_str(&again)));
	/* A copy of a copy names both readers. */
	assert_ok(pl_copy_make(pl_buf_bytes(&out), PL_COPY_PDF, &v, &other, NULL));
	finds(pl_buf_str(&other), &w.mark, true);
	finds(pl_buf_str(&other), &v.mark, true);
}

static void broken_pdf_breaks_nothing(void **state)
{
	struct pl_buf pdf PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX);
	struct pl_copy_words w = words();
	uint64_t seed = 5;

	(void)state;
	make_pdf(&pdf, 1);
	for (int i = 0; i < 24; i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX), cut PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX);

		pl_buf_put_bytes(&cut, pl_bytes_of(pdf.ptr, pdf.len - next_random(&seed) % 64));
		for (int k = 0; k < 12; k++)
			cut.ptr[next_random(&seed) % cut.len] ^= (uint8_t)next_random(&seed);
		if (pl_copy_make(pl_buf_bytes(&cut), PL_COPY_PDF, &w, &out, NULL) == PL_OK)
			finds(pl_buf_str(&out), &w.mark, true);
	}
	{
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_MAX);

		assert_int_equal(pl_copy_make(pl_str_bytes(PL_STR("no PDF")), PL_COPY_PDF, &w, &out, NULL), PL_E_SYNTAX);
		assert_int_equal(out.len, 0);
	}
}

static void types_are_known_or_refused(void **state)
{
	enum pl_copy_format f = PL_COPY_FORMATS;
	struct pl_diag diag = {0};

	(void)state;
	assert_ok(pl_copy_format_of(PL_STR("application/vnd.cyclonedx+json; version=1.6"), &f, NULL));
	assert_int_equal(f, PL_COPY_JSON);
	assert_ok(pl_copy_format_of(PL_STR("text/csv; charset=utf-8"), &f, NULL));
	assert_int_equal(f, PL_COPY_CSV);
	assert_ok(pl_copy_format_of(PL_STR("text/markdown"), &f, NULL));
	assert_int_equal(f, PL_COPY_TEXT);
	assert_ok(pl_copy_format_of(PL_STR("application/spdx+xml"), &f, NULL));
	assert_int_equal(f, PL_COPY_XML);
	assert_int_equal(pl_copy_format_of(PL_STR("application/zip"), &f, &diag), PL_E_UNSUPPORTED);
	assert_int_equal(f, PL_COPY_XML);
	assert_int_equal(pl_copy_customer_check(PL_STR("two\nlines"), NULL), PL_E_SYNTAX);
	assert_int_equal(pl_copy_customer_check(PL_STR(""), NULL), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_spelled_one_way),
		cmocka_unit_test(text_says_it_twice),
		cmocka_unit_test(xml_stays_xml),
		cmocka_unit_test(json_keeps_its_schema),
		cmocka_unit_test(csv_keeps_its_values),
		cmocka_unit_test(csv_has_room_or_says_so),
		cmocka_unit_test(pdf_is_marked_on_every_page),
		cmocka_unit_test(broken_pdf_breaks_nothing),
		cmocka_unit_test(types_are_known_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
