/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

static void keeps_the_innermost_words(void **state)
{
	struct pl_diag d = {0};

	assert_int_equal(pl_diag_set(&d, PL_E_SYNTAX, "expected %d", 7), PL_E_SYNTAX);
	assert_int_equal(pl_diag_set(&d, PL_E_RANGE, "later"), PL_E_RANGE);
	assert_string_equal(d.text, "expected 7");
	pl_diag_at(&d, 3, 4);
	pl_diag_at(&d, 5, 6);
	assert_int_equal(d.line, 3);
	assert_int_equal(d.column, 4);
	pl_diag_hint(&d, "first");
	pl_diag_hint(&d, "second");
	assert_string_equal(d.hint, "first");
	pl_diag_context(&d, "file %s", "a");
	pl_diag_context(&d, "run");
	assert_string_equal(pl_diag_text(&d, PL_E_SYNTAX), "run: file a: expected 7");
}

static void accepts_no_diag(void **state)
{
	assert_int_equal(pl_diag_set(NULL, PL_E_IO, "x"), PL_E_IO);
	pl_diag_at(NULL, 1, 1);
	pl_diag_hint(NULL, "x");
	pl_diag_context(NULL, "x");
	assert_string_equal(pl_diag_text(NULL, PL_E_IO), pl_status_text(PL_E_IO));
}

static void context_alone_is_a_text(void **state)
{
	struct pl_diag d = {0};

	pl_diag_context(&d, "only");
	assert_string_equal(pl_diag_text(&d, PL_E_IO), "only");
}

static void cuts_what_is_too_long(void **state)
{
	struct pl_diag d = {0};
	char lots[2000];

	memset(lots, 'x', sizeof lots - 1);
	lots[sizeof lots - 1] = '\0';
	assert_int_equal(pl_diag_set(&d, PL_E_IO, "%s", lots), PL_E_IO);
	assert_int_equal(strlen(d.text), sizeof d.text - 1);
	pl_diag_hint(&d, "%s", lots);
	assert_int_equal(strlen(d.hint), sizeof d.hint - 1);
	for (int i = 0; i < 3; i++) {
		pl_diag_context(&d, "%s", i == 1 ? lots : "short");
		assert_true(strlen(d.text) < sizeof d.text);
	}
	assert_int_equal(strncmp(d.text, "short: x", 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_innermost_words), cmocka_unit_test(accepts_no_diag),
		cmocka_unit_test(context_alone_is_a_text), cmocka_unit_test(cuts_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
