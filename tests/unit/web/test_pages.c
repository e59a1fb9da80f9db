/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every page from models that are full, empty and hostile, in every language: no model text becomes markup, tags are balanced,
 * ids are unique. With PL_PAGES_OUT=DIR the full pages are written there, to be looked at.
 */
#include "fixture.h"
#include "base/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const pl_str voids[] = {PL_STR_INIT("meta"), PL_STR_INIT("link"), PL_STR_INIT("img"), PL_STR_INIT("input"),
	PL_STR_INIT("br"), PL_STR_INIT("!doctype")};

static bool is_void(pl_str name)
{
	for (size_t i = 0; i < PL_COUNT(voids); i++)
		if (pl_str_eq(name, voids[i]))
			return true;
	return false;
}

static pl_str tag_name(pl_str tag)
{
	size_t n = 0;

	while (n < tag.len && tag.ptr[n] != ' ' && tag.ptr[n] != '>' && tag.ptr[n] != '\n')
		n++;
	return pl_str_sub(tag, 0, n);
}

/* Every tag that is opened is closed in order. */
static void check_balance(pl_str html, const char *name)
{
	pl_str open[64];
	size_t depth = 0, at;

	while ((at = pl_str_find(html, '<')) < html.len) {
		pl_str tag = pl_str_sub(html, at + 1, html.len), n;

		html = pl_str_sub(tag, pl_str_find(tag, '>'), tag.len);
		if (pl_str_eat(&tag, PL_STR("/"))) {
			n = tag_name(tag);
			if (depth == 0 || !pl_str_eq(open[depth - 1], n))
				fail_msg("%s: </%.*s> closes nothing", name, PL_STR_ARG(n));
			depth--;
		} else if (n = tag_name(tag), !is_void(n)) {
			assert_true(depth < PL_COUNT(open));
			open[depth++] = n;
		}
	}
	assert_int_equal(depth, 0);
}

static void check_ids(pl_str html, const char *name)
{
	pl_str ids[64];
	size_t n = 0, at;

	while ((at = pl_str_find_str(html, PL_STR(" id=\""))) < html.len) {
		pl_str rest = pl_str_sub(html, at + 5, html.len), id = pl_str_sub(rest, 0, pl_str_find(rest, '"'));

		for (size_t i = 0; i < n; i++)
			if (pl_str_eq(ids[i], id))
				fail_msg("%s: id %.*s twice", name, PL_STR_ARG(id));
		assert_true(n < PL_COUNT(ids));
		ids[n++] = id;
		html = rest;
	}
	assert_true(n > 0);
}

static void check_page(size_t page, enum fixture how, enum pl_lang lang)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	const char *name;

	fixture_render(page, how, lang, &b, &name);
	assert_int_equal(pl_buf_status(&b), PL_OK);
	assert_true(pl_str_is_utf8(pl_buf_str(&b)));
	check_balance(pl_buf_str(&b), name);
	check_ids(pl_buf_str(&b), name);
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("<h1>")) < b.len, true);
	/* Only what stands between quotes in an attribute or escaped in text may hold the attack. */
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("<script>")), b.len);
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("<img src=x")), b.len);
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("=\"javascript:")), b.len);
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("\"'>")), b.len);
	if (how == FIXTURE_NASTY)
		assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("&lt;script&gt;")) < b.len);
}

static void renders_every_page(void **state)
{
	(void)state;
	for (size_t page = 0; page < fixture_count(); page++)
		for (unsigned lang = 0; lang < PL_LANG_COUNT; lang++) {
			check_page(page, FIXTURE_FULL, (enum pl_lang)lang);
			check_page(page, FIXTURE_EMPTY, (enum pl_lang)lang);
			check_page(page, FIXTURE_NASTY, (enum pl_lang)lang);
		}
}

static void is_a_function_of_its_model(void **state)
{
	(void)state;
	for (size_t page = 0; page < fixture_count(); page++) {
		struct pl_buf a PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20), b PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
		const char *name;

		fixture_render(page, FIXTURE_FULL, PL_LANG_EN, &a, &name);
		fixture_render(page, FIXTURE_FULL, PL_LANG_EN, &b, &name);
		assert_true(pl_bytes_eq(pl_buf_bytes(&a), pl_buf_bytes(&b)));
	}
}

static void says_what_is_wrong_with_the_log(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	const char *name;

	(void)state;
	for (size_t page = 0; page < fixture_count(); page++) {
		pl_buf_clear(&b);
		fixture_render(page, FIXTURE_NASTY, PL_LANG_EN, &b, &name);
		assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("The log is held.")) < b.len);
		assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("protect nobody")) < b.len);
		assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("No cosignature on this checkpoint from:")) < b.len);
	}
}

static void write_pages(const char *dir)
{
	static const char *const how[] = {"", "-empty", "-nasty"};

	for (size_t page = 0; page < fixture_count(); page++)
		for (unsigned k = 0; k < 3; k++) {
			struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
			char path[400];
			const char *name;

			fixture_render(page, (enum fixture)k, PL_LANG_EN, &b, &name);
			(void)snprintf(path, sizeof path, "%s/%s%s.html", dir, name, how[k]);
			assert_int_equal(pl_file_put_loose(AT_FDCWD, path, pl_buf_bytes(&b), 0644), PL_OK);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renders_every_page), cmocka_unit_test(is_a_function_of_its_model),
		cmocka_unit_test(says_what_is_wrong_with_the_log),
	};

	if (getenv("PL_PAGES_OUT"))
		write_pages(getenv("PL_PAGES_OUT"));
	return cmocka_run_group_tests_name("web/pages", tests, NULL, NULL);
}
