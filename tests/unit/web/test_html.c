/* SPDX-License-Identifier: Apache-2.0 */
/* web/html and web/message: escaping, addresses, figures for people, languages. */
#include "web/html.h"
#include "web/message_table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

typedef void (*put_fn)(struct pl_html *h, struct pl_html_value v);

static void check_put(put_fn put, struct pl_html_value v, const char *want)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_html h = {&b, PL_LANG_EN};

	put(&h, v);
	assert_string_equal(pl_buf_z(&b), want);
}

static void escapes_text(void **state)
{
	(void)state;
	check_put(pl_html_put, pl_html_value("a<b>&\"'c"), "a&lt;b&gt;&amp;&quot;&#39;c");
	check_put(pl_html_put, pl_html_value("a\x01z\n\t"), "a\xef\xbf\xbdz\n\t");
	check_put(pl_html_put, pl_html_value("a\xc2\x9bz\x7f\xc2\xa0\xc3\x9f"), "a\xef\xbf\xbdz\xef\xbf\xbd\xc2\xa0\xc3\x9f");
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): that is what is tested */
	check_put(pl_html_put, pl_html_value("a\xe2\x80\xaegpj.exe\xe2\x80\xa6"), "a\xef\xbf\xbdgpj.exe\xe2\x80\xa6");
	check_put(pl_html_put, pl_html_value("\xe2\x80"), "\xe2\x80");
	check_put(pl_html_put, pl_html_value(""), "");
	check_put(pl_html_put, pl_html_value(UINT64_MAX), "18446744073709551615");
}

static void checks_addresses(void **state)
{
	static const char *const good[] = {"/", "/a?b=c#d", "#x", "https://w.example/", "http://w.example/"};
	static const char *const bad[] = {"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "data:text/html,x",
		"//evil.example/", "/\\evil.example/", "relative", "\x01javascript:x", "vbscript:x", "file:///etc/passwd"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		check_put(pl_html_put_address, pl_html_value(good[i]), good[i]);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		check_put(pl_html_put_address, pl_html_value(bad[i]), "#refused");
	check_put(pl_html_put_address, pl_html_value("/\"><script>"), "/&quot;&gt;&lt;script&gt;");
	check_put(pl_html_put_part, pl_html_value("a/../b?c&d\"e f"), "a%2F..%2Fb%3Fc%26d%22e%20f");
}

static void writes_figures(void **state)
{
	struct pl_digest d = {{0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67}};

	(void)state;
	check_put(pl_html_put, pl_html_value_number(1234), "1234");
	check_put(pl_html_put, pl_html_value_number(12345), "12\xe2\x80\xaf" "345");
	check_put(pl_html_put, pl_html_value_number(1234567), "1\xe2\x80\xaf" "234\xe2\x80\xaf" "567");
	check_put(pl_html_put, pl_html_value_size(0), "0\xe2\x80\xaf" "B");
	check_put(pl_html_put, pl_html_value_size(1023), "1023\xe2\x80\xaf" "B");
	check_put(pl_html_put, pl_html_value_size(1536), "1.5\xe2\x80\xafKiB");
	check_put(pl_html_put, pl_html_value_size(UINT64_C(5) << 30), "5.0\xe2\x80\xafGiB");
	check_put(pl_html_put, pl_html_value_size(UINT64_MAX), "16383.9\xe2\x80\xafPiB");
	check_put(pl_html_put, pl_html_value_short(d), "abcdef012345");
	check_put(pl_html_put, pl_html_value_time(UINT64_C(1700000000) * 1000000000), "2023-11-14 22:13:20 UTC");
	check_put(pl_html_put, pl_html_value_date(UINT64_C(1700000000) * 1000000000), "2023-11-14");
	check_put(pl_html_put, pl_html_value_rfc3339(UINT64_C(1700000000) * 1000000000), "2023-11-14T22:13:20Z");
}

static void fills_messages_in(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_html h = {&b, PL_LANG_EN};

	(void)state;
	pl_html_message(&h, PL_MSG_state_witnessed, 2,
		(const struct pl_html_value[]){pl_html_value("<1>"), pl_html_value("{0}")});
	assert_string_equal(pl_buf_z(&b), "Witnessed by &lt;1&gt; of {0}");
	pl_buf_clear(&b);
	pl_html_message_plural(&h, PL_MSG_search_found, 1, 1, (const struct pl_html_value[]){pl_html_value((uint64_t)1)});
	pl_html_message_plural(&h, PL_MSG_search_found, 0, 1, (const struct pl_html_value[]){pl_html_value((uint64_t)0)});
	assert_string_equal(pl_buf_z(&b), "1 statement found0 statements found");
	/* A value that is missing leaves a hole, never reads beyond. */
	pl_buf_clear(&b);
	pl_html_message(&h, PL_MSG_state_witnessed, 0, NULL);
	assert_string_equal(pl_buf_z(&b), "Witnessed by  of ");
}

static void finds_the_language(void **state)
{
	static const struct {
		const char *header;
		enum pl_lang lang;
	} cases[] = {
		{"", PL_LANG_EN}, {"de", PL_LANG_DE}, {"de-CH", PL_LANG_DE}, {"DE-ch, en;q=0.9", PL_LANG_DE}, {"fr, de;q=0.5", PL_LANG_DE},
		{"en;q=0.5, de;q=0.8", PL_LANG_DE}, {"en, de", PL_LANG_EN}, {"de;q=0", PL_LANG_EN}, {"fr;q=1, *;q=0.1", PL_LANG_EN},
		{"de;q=2", PL_LANG_EN}, {"de;q=x", PL_LANG_EN}, {",,;q=,", PL_LANG_EN}, {"deutsch", PL_LANG_EN}, {"de;q=0.001", PL_LANG_DE},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++)
		assert_int_equal(pl_lang_accept(pl_str_from(cases[i].header)), cases[i].lang);
}

static void has_every_message_in_english(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PL_MSG_COUNT; i++)
		assert_true(pl_message(PL_LANG_EN, (enum pl_message_id)i).len > 0);
	for (unsigned l = 0; l < PL_LANG_COUNT; l++)
		for (unsigned i = 0; i < PL_MSG_COUNT; i++)
			assert_true(pl_message((enum pl_lang)l, (enum pl_message_id)i).len > 0);
	for (unsigned i = 1; i < PL_MSG_COUNT; i++)
		assert_true(strcmp(pl_message_keys[i - 1], pl_message_keys[i]) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_text), cmocka_unit_test(checks_addresses), cmocka_unit_test(writes_figures),
		cmocka_unit_test(fills_messages_in), cmocka_unit_test(finds_the_language),
		cmocka_unit_test(has_every_message_in_english),
	};

	return cmocka_run_group_tests_name("web/html", tests, NULL, NULL);
}
