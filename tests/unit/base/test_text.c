/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside where its characters could do more than be read. */
#include "base/text.h"
#include "testing.h"

/* NOLINTBEGIN(misc-misleading-bidirectional): that is what is tested. */
#define CSI "\xc2\x9b"        /* U+009B: what ESC [ is, in one character */
#define OVERRIDE "\xe2\x80\xae" /* U+202E */
#define ISOLATE "\xe2\x81\xa6"  /* U+2066 */
#define LINE_SEPARATOR "\xe2\x80\xa8" /* U+2028 */

static void knows_a_line(void **state)
{
	static const char *const lines[] = {"", "Wiesenpieper GmbH", "Ελλάς", "\xf0\x9f\x90\xa6", "a\xc2\xa0z", "\xd8\xa7\xd9\x84", "a\xe2\x80\x8d"};
	static const char *const none[] = {"a\nb", "a\tb", "a\x7f", "a" CSI "2J", "a" OVERRIDE "b", ISOLATE, LINE_SEPARATOR, "\xff", "\xc0\xaf", "\xed\xa0\x80",
		"a\xc2"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(lines); i++)
		if (!pl_text_is_line(pl_str_from(lines[i])))
			fail_msg("line %zu", i);
	for (size_t i = 0; i < PL_COUNT(none); i++)
		if (pl_text_is_line(pl_str_from(none[i])))
			fail_msg("none %zu", i);
	assert_false(pl_text_is_line(pl_str_of("a\0b", 3)));
}

static void shows(const char *text, const char *want)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_text_put_lines(&b, "  ", pl_str_from(text));
	assert_string_equal(pl_buf_z(&b), want);
}

static void shows_lines(void **state)
{
	(void)state;
	shows("", "");
	shows("one", "  one\n");
	shows("one\ntwo\n", "  one\n  two\n");
	shows("one\r\n\r\ntwo\t3", "  one\n  \n  two\t3\n");
	shows("a\rb", "  a\\u{d}b\n");
	shows("\x1b[2Jx\x7f", "  \\u{1b}[2Jx\\u{7f}\n");
	shows(CSI "31m" OVERRIDE "x", "  \\u{9b}31m\\u{202e}x\n");
	shows("Grüße, Ελλάς \xf0\x9f\x90\xa6", "  Grüße, Ελλάς \xf0\x9f\x90\xa6\n");
	shows("a\xff\xc0z", "  a\\u{ffff}\\u{ffff}z\n");
}

/* NOLINTEND(misc-misleading-bidirectional) */

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(knows_a_line), cmocka_unit_test(shows_lines)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
