/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a form of the public pages is taken: what browsers and programs bring, and what a foreign page can make a browser bring. */
#include "web/posting.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define SITE "https://pellucid.example"
#define HOST "pellucid.example"
#define VISIT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FORM "application/x-www-form-urlencoded"
#define FIREFOX "Mozilla/5.0 (X11)"

enum token { NONE, GOOD, OF_ANOTHER_BROWSER, OF_ANOTHER_FORM, CUT, NONSENSE };

static const struct {
	const char *host, *origin, *fetch_site, *cookies, *visit, *agent, *type;
	enum token token;
	enum pl_posting_verdict verdict;
} rows[] = {
	/* browsers on our pages */
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{HOST, "null", "same-origin", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{HOST, "", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{HOST, "null", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{HOST, SITE, "none", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{"PELLUCID.example", "https://Pellucid.Example", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{"abc.onion", "http://abc.onion", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN},
	{"127.0.0.1:8080", SITE, "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_LET_IN}, /* a proxy that passes on no name */
	/* without cookies, where the browser itself says whose page it is */
	{HOST, SITE, "same-origin", "", "", FIREFOX, FORM, NONE, PL_POSTING_LET_IN},
	{HOST, SITE, "same-origin", "", "", FIREFOX, FORM, NONSENSE, PL_POSTING_LET_IN},
	{HOST, SITE, "", "", "", FIREFOX, FORM, GOOD, PL_POSTING_TOKEN},
	{HOST, SITE, "none", "", "", FIREFOX, FORM, NONE, PL_POSTING_TOKEN},
	{HOST, "null", "", "", "", FIREFOX, FORM, NONE, PL_POSTING_TOKEN},
	/* foreign pages */
	{HOST, "https://evil.example", "cross-site", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, "https://evil.example", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, "https://evil." HOST, "same-site", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, "", "same-site", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, SITE, "cross-site", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, SITE ".evil.example", "", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, "https://evil.example", "same-origin", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, SITE, "nonsense", "x", VISIT, FIREFOX, FORM, GOOD, PL_POSTING_FOREIGN},
	{HOST, "null", "", "", "", FIREFOX, FORM, GOOD, PL_POSTING_TOKEN}, /* in a sandbox, with a token that was fetched */
	{HOST, "null", "", "x", VISIT, FIREFOX, FORM, OF_ANOTHER_BROWSER, PL_POSTING_TOKEN},
	{HOST, "null", "", "x", VISIT, FIREFOX, FORM, NONE, PL_POSTING_TOKEN},
	/* tokens */
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, NONE, PL_POSTING_TOKEN},
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, OF_ANOTHER_BROWSER, PL_POSTING_TOKEN},
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, OF_ANOTHER_FORM, PL_POSTING_TOKEN},
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, CUT, PL_POSTING_TOKEN},
	{HOST, SITE, "same-origin", "x", VISIT, FIREFOX, FORM, NONSENSE, PL_POSTING_TOKEN},
	/* programs, and what is none */
	{HOST, "", "", "", "", "curl/7.88.1", FORM, NONE, PL_POSTING_LET_IN},
	{HOST, "", "", "", "", "", FORM, NONE, PL_POSTING_LET_IN},
	{HOST, "", "", "", "", FIREFOX, FORM, NONE, PL_POSTING_TOKEN},
	{HOST, "", "", "lang=de", "", "curl/7.88.1", FORM, NONE, PL_POSTING_TOKEN},
	/* types */
	{HOST, "", "", "", "", "", FORM "; charset=UTF-8", NONE, PL_POSTING_LET_IN},
	{HOST, "", "", "", "", "", "Application/X-WWW-Form-URLEncoded ; x=y; charset=\"utf-8\"", NONE, PL_POSTING_LET_IN},
	{HOST, "", "", "", "", "", FORM ";charset=utf-16", NONE, PL_POSTING_TYPE},
	{HOST, "", "", "", "", "", FORM "; charset=\"iso-8859-1\"", NONE, PL_POSTING_TYPE},
	{HOST, "", "", "", "", "", "text/plain", NONE, PL_POSTING_TYPE},
	{HOST, "", "", "", "", "", "application/json", NONE, PL_POSTING_TYPE},
	{HOST, "", "", "", "", "", "", NONE, PL_POSTING_TYPE},
	{HOST, "", "", "", "", "", "multipart/form-data; boundary=x", NONE, PL_POSTING_TYPE}, /* where no files are taken */
};

static void write_token(enum token which, char out[static PL_POSTING_TOKEN_TEXT + 1])
{
	memset(out, 0, PL_POSTING_TOKEN_TEXT + 1);
	if (which == NONE)
		return;
	if (which == NONSENSE) {
		memset(out, 'x', PL_POSTING_TOKEN_TEXT);
		return;
	}
	pl_posting_token(pl_str_from(which == OF_ANOTHER_BROWSER ? OTHER : VISIT), pl_str_from(which == OF_ANOTHER_FORM ? "toys" : "tips"), out);
	if (which == CUT)
		out[PL_POSTING_TOKEN_TEXT - 1] = 0;
}

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < PL_COUNT(rows); i++) {
		char token[PL_POSTING_TOKEN_TEXT + 1];
		struct pl_posting_facts f = {.site = PL_STR(SITE), .form = PL_STR("tips"), .host = pl_str_from(rows[i].host),
			.origin = pl_str_from(rows[i].origin), .fetch_site = pl_str_from(rows[i].fetch_site), .cookies = pl_str_from(rows[i].cookies),
			.visit = pl_str_from(rows[i].visit), .agent = pl_str_from(rows[i].agent), .type = pl_str_from(rows[i].type)};

		write_token(rows[i].token, token);
		f.token = pl_str_from(token);
		if (pl_posting_judge(&f) != rows[i].verdict)
			fail_msg("row %zu: %d, expected %d", i, (int)pl_posting_judge(&f), (int)rows[i].verdict);
	}
}

static void refers(void **state)
{
	struct pl_posting_facts f = {.host = PL_STR(HOST), .type = PL_STR(FORM), .referer = PL_STR("https://evil.example/")};

	(void)state;
	assert_int_equal(pl_posting_judge(&f), PL_POSTING_TOKEN);
	f = (struct pl_posting_facts){.host = PL_STR(HOST), .type = PL_STR("multipart/form-data; boundary=x"), .files = true};
	assert_int_equal(pl_posting_judge(&f), PL_POSTING_LET_IN);
	f.type = PL_STR("multipart/form-data; boundary=x; charset=koi8-r");
	assert_int_equal(pl_posting_judge(&f), PL_POSTING_TYPE);
}

static void binds_cookies(void **state)
{
	static const struct {
		const char *site, *host;
		bool secure;
	} hosts[] = {
		{SITE, HOST, true}, {SITE "/", HOST, true}, {SITE ":8443", HOST ":8443", true}, {SITE ":8443", HOST, true},
		{SITE, "abc.onion", false}, {SITE, "", false}, {"http://" HOST, HOST, false}, {"", HOST, false}, {"https://", "", true},
		{SITE, "127.0.0.1:8080", false}, {"https://[::1]:8", "[::1]:8", true},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(hosts); i++)
		if (pl_posting_is_secure(pl_str_from(hosts[i].site), pl_str_from(hosts[i].host)) != hosts[i].secure)
			fail_msg("%s at %s", hosts[i].site, hosts[i].host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(judges), cmocka_unit_test(refers), cmocka_unit_test(binds_cookies)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
