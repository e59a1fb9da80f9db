/* SPDX-License-Identifier: Apache-2.0 */
/* web/route: patterns, matching, default deny, and the decoding of paths and queries. */
#include "web/route.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static pl_status handle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	(void)reply;
	return PL_OK;
}

#define GET(p) {.method = PL_HTTP_GET, .pattern = (p), .handler = handle, .access = PL_ACCESS_PUBLIC}
#define POST(p) {.method = PL_HTTP_POST, .pattern = (p), .handler = handle, .access = PL_ACCESS_PUBLIC, .body_max = 100}

static const struct pl_route table[] = {
	GET("/"), GET("/products"), GET("/statement/{index}.json"), GET("/statement/{index}"), GET("/tile/{rest*}"),
	GET("/product/{name}/{version}"), POST("/products"), POST("/add-checkpoint"),
};

static void accepts_a_good_table(void **state)
{
	struct pl_diag diag = {0};

	(void)state;
	assert_int_equal(pl_route_check(table, PL_COUNT(table), &diag), PL_OK);
}

static void refuses_bad_rows(void **state)
{
	struct pl_route bad[] = {
		GET(""), GET("products"), GET("//"), GET("/a//b"), GET("/a/"), GET("/{}"), GET("/{a"), GET("/{A}"), GET("/{a*}/b"),
		GET("/{a*}.json"), GET("/a b"), GET("/{a}/{b}/{c}/{d}/{e}"), GET("/ok"), GET("/ok"), GET("/ok"), GET("/ok"), GET("/ok"),
	};

	(void)state;
	bad[12].handler = NULL;
	bad[13].access = PL_ACCESS_NONE;
	bad[14].method = (enum pl_http_method)0;
	bad[15].body_max = 1;
	bad[16].pattern = NULL;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag = {0};

		assert_int_equal(pl_route_check(&bad[i], 1, &diag), PL_E_SYNTAX);
		assert_true(diag.text[0]);
	}
}

static void refuses_doubles(void **state)
{
	const struct pl_route same[] = {GET("/a/{x}"), GET("/a/{y}")};
	const struct pl_route other_method[] = {GET("/a/{x}"), POST("/a/{x}")};
	const struct pl_route longer[] = {GET("/a/{x}"), GET("/a/{x}/b"), GET("/a/{x}.json"), GET("/a/{x*}")};

	(void)state;
	assert_int_equal(pl_route_check(same, 2, NULL), PL_E_SYNTAX);
	assert_int_equal(pl_route_check(other_method, 2, NULL), PL_OK);
	assert_int_equal(pl_route_check(longer, 4, NULL), PL_OK);
}

static void check_found(const char *path, size_t row, const char *capture)
{
	struct pl_route_match m = {0};

	assert_int_equal(pl_route_find(table, PL_COUNT(table), PL_HTTP_GET, pl_str_from(path), &m, NULL), PL_OK);
	assert_ptr_equal(m.route, &table[row]);
	assert_int_equal(m.count > 0, capture != NULL);
	if (capture)
		assert_true(pl_str_eq(m.captures[0].value, pl_str_from(capture)));
}

static void finds_rows(void **state)
{
	(void)state;
	check_found("/", 0, NULL);
	check_found("/products", 1, NULL);
	check_found("/statement/7.json", 2, "7");
	check_found("/statement/7", 3, "7");
	check_found("/statement/.json", 3, ".json");
	check_found("/tile/0/x001/234", 4, "0/x001/234");
	check_found("/product/a/b", 5, "a");
}

static void finds_nothing_else(void **state)
{
	static const char *const none[] = {"", "/nothing", "/products/x", "/statement", "/statement/", "/tile", "/tile/",
		"/product/a", "/product/a/b/c", "products", "/Products"};
	struct pl_route_match m = {0};
	unsigned allow = 0;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(none); i++)
		assert_int_equal(
			pl_route_find(table, PL_COUNT(table), PL_HTTP_GET, pl_str_from(none[i]), &m, NULL), PL_E_NOTFOUND);
	assert_int_equal(
		pl_route_find(table, PL_COUNT(table), PL_HTTP_PUT, PL_STR("/products"), &m, &allow), PL_E_UNSUPPORTED);
	assert_int_equal(allow, 1u << PL_HTTP_GET | 1u << PL_HTTP_POST);
	assert_int_equal(pl_route_find(table, 0, PL_HTTP_GET, PL_STR("/"), &m, NULL), PL_E_NOTFOUND);
}

static void decodes_paths(void **state)
{
	static const struct {
		const char *raw, *path; /* NULL: refused */
	} cases[] = {
		{"/", "/"}, {"/a/b", "/a/b"}, {"/a%20b", "/a b"}, {"/%c3%a4", "/\xc3\xa4"}, {"/a+b", "/a+b"}, {"/...", "/..."},
		{"/a..b", "/a..b"}, {"", NULL}, {"a", NULL}, {"http://x/", NULL}, {"*", NULL}, {"/a/", NULL}, {"//", NULL},
		{"/a//b", NULL}, {"/.", NULL}, {"/..", NULL}, {"/a/../b", NULL}, {"/%2e%2e/b", NULL}, {"/a%2fb", NULL},
		{"/a%2Fb", NULL}, {"/a%5cb", NULL}, {"/a\\b", NULL}, {"/%", NULL}, {"/%4", NULL}, {"/%zz", NULL}, {"/%00", NULL},
		{"/%0a", NULL}, {"/%7f", NULL}, {"/%ff", NULL}, {"/%c0%af", NULL}, {"/%ed%a0%80", NULL},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_arena a PL_CLEANUP(pl_arena_done) = PL_ARENA(4096);
		pl_str path = {0};
		pl_status st = pl_route_path(pl_str_from(cases[i].raw), &a, &path);

		assert_int_equal(st, cases[i].path ? PL_OK : PL_E_SYNTAX);
		if (cases[i].path)
			assert_true(pl_str_eq(path, pl_str_from(cases[i].path)));
		else
			assert_null(path.ptr);
	}
}

static void refuses_long_paths(void **state)
{
	struct pl_arena a PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	char raw[PL_ROUTE_PATH_MAX + 1];
	pl_str path = {0};

	(void)state;
	memset(raw, 'a', sizeof raw);
	raw[0] = '/';
	assert_int_equal(pl_route_path(pl_str_of(raw, PL_ROUTE_PATH_MAX), &a, &path), PL_OK);
	assert_int_equal(pl_route_path(pl_str_of(raw, PL_ROUTE_PATH_MAX + 1), &a, &path), PL_E_TOOBIG);
}

static void reads_queries(void **state)
{
	static const struct {
		const char *raw;
		pl_status st;
		const char *value;
	} cases[] = {
		{"q=1", PL_OK, "1"}, {"a=2&q=1", PL_OK, "1"}, {"q", PL_OK, ""}, {"q=", PL_OK, ""}, {"q=a+b%20c", PL_OK, "a b c"},
		{"q=a=b", PL_OK, "a=b"}, {"%71=1", PL_OK, "1"}, {"&&q=1&", PL_OK, "1"}, {"", PL_E_NOTFOUND, NULL},
		{"qq=1", PL_E_NOTFOUND, NULL}, {"q=1&q=2", PL_E_SYNTAX, NULL}, {"q=%", PL_E_SYNTAX, NULL}, {"q=%00", PL_E_SYNTAX, NULL},
		{"q=%1b", PL_E_SYNTAX, NULL}, {"q=%ff", PL_E_SYNTAX, NULL}, {"q=a%0d%0ab", PL_OK, "a\r\nb"},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_arena a PL_CLEANUP(pl_arena_done) = PL_ARENA(4096);
		pl_str v = {0};

		assert_int_equal(pl_route_query(pl_str_from(cases[i].raw), PL_STR("q"), &a, &v), cases[i].st);
		if (cases[i].value)
			assert_true(pl_str_eq(v, pl_str_from(cases[i].value)));
	}
}

static void escapes_what_it_reads(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_arena a PL_CLEANUP(pl_arena_done) = PL_ARENA(4096);
	pl_str text = PL_STR("a/b c+d&e=f?g#h%\xc3\xa4~-._"), back = {0};

	(void)state;
	pl_route_escape(&b, text);
	assert_string_equal(pl_buf_z(&b), "a%2Fb%20c%2Bd%26e%3Df%3Fg%23h%25%C3%A4~-._");
	assert_int_equal(pl_route_unescape(pl_buf_str(&b), &a, &back), PL_OK);
	assert_true(pl_str_eq(back, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_a_good_table), cmocka_unit_test(refuses_bad_rows), cmocka_unit_test(refuses_doubles),
		cmocka_unit_test(finds_rows), cmocka_unit_test(finds_nothing_else), cmocka_unit_test(decodes_paths),
		cmocka_unit_test(refuses_long_paths), cmocka_unit_test(reads_queries), cmocka_unit_test(escapes_what_it_reads),
	};

	return cmocka_run_group_tests_name("web/route", tests, NULL, NULL);
}
