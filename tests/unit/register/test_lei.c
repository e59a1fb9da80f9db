/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "register/lei.h"
#include <stdio.h>

/* Published ones: that of GLEIF, and those of companies, with and without zeros behind the issuer's prefix. */
static const char *const known[] = {
	"506700GE1G29325QX363", "54930084UKLVMY22DS16", "213800WSGIIZCXF1P572", "5493000IBP32UQZ0KL24", "HWUPKR0MPOU8FGXBT394",
	"INR2EJN1ERAN0W5ZP974", "7LTWFZYICNSX8D621K86", "R0MUWSFPU8MPRO8K5P83", "5493001KJTIIGC8Y1R12",
};

static void takes_identifiers_that_were_issued(void **state)
{
	for (size_t i = 0; i < PL_COUNT(known); i++) {
		struct pl_lei lei, again;

		assert_int_equal(pl_lei_parse(pl_str_from(known[i]), &lei, NULL), PL_OK);
		assert_string_equal(lei.text, known[i]);
		assert_int_equal(pl_lei_complete(pl_str_of(known[i], 18), &again, NULL), PL_OK);
		assert_string_equal(again.text, known[i]);
	}
}

static void refuse(const char *text, const char *words, unsigned column)
{
	struct pl_lei lei = {.text = "kept"};
	struct pl_diag diag = {0};

	assert_int_equal(pl_lei_parse(pl_str_from(text), &lei, &diag), PL_E_SYNTAX);
	assert_string_equal(lei.text, "kept");
	assert_string_equal(diag.text, words);
	assert_int_equal(diag.column, column);
	assert_int_equal(pl_lei_parse(pl_str_from(text), &lei, NULL), PL_E_SYNTAX);
}

static void refuses_other_spellings(void **state)
{
	refuse("", "expected 20 characters, found 0", 0);
	refuse("506700GE1G29325QX36", "expected 20 characters, found 19", 0);
	refuse("506700GE1G29325QX3630", "expected 20 characters, found 21", 0);
	refuse("506700GE1G29325QX363\n", "expected 20 characters, found 21", 0);
	refuse("506700gE1G29325QX363", "character 7 is none of 0-9 and A-Z", 7);
	refuse("506700 E1G29325QX363", "character 7 is none of 0-9 and A-Z", 7);
	refuse("506700\xc3\x8f" "1G29325QX363", "character 7 is none of 0-9 and A-Z", 7);
	refuse("506700GE1G29325QX3B3", "character 19 is no digit, as the two check digits are", 19);
	refuse("506700GE1G29325QX364", "the check digits do not fit: a character is wrong or two are swapped", 0);
}

static bool accepted(const char *text)
{
	struct pl_lei lei;

	return pl_lei_parse(pl_str_from(text), &lei, NULL) == PL_OK;
}

static bool is_digit(char c)
{
	return '0' <= c && c <= '9';
}

/* What MOD 97-10 promises: one digit taken for another, one letter for another, neighbours of one kind swapped. */
static void finds_every_single_slip(void **state)
{
	char text[] = "506700GE1G29325QX363";
	const char right[] = "506700GE1G29325QX363";

	for (size_t i = 0; i < PL_LEI_LEN; i++) {
		for (int k = 0; k < (is_digit(right[i]) ? 10 : 26); k++) {
			text[i] = (char)((is_digit(right[i]) ? '0' : 'A') + k);
			assert_int_equal(accepted(text), text[i] == right[i]);
		}
		text[i] = right[i];
	}
	for (size_t i = 0; i + 1 < PL_LEI_LEN; i++) {
		if (is_digit(right[i]) != is_digit(right[i + 1]) || right[i] == right[i + 1])
			continue;
		text[i] = right[i + 1];
		text[i + 1] = right[i];
		assert_false(accepted(text));
		memcpy(text, right, sizeof text);
	}
}

/* 00, 01 and 99 leave the remainder of 97, 98 and 02; only the latter are check digits. */
static void has_one_spelling(void **state)
{
	static const struct {
		const char *computed, *same_remainder;
	} cases[] = {{"97", "00"}, {"98", "01"}, {"02", "99"}};
	unsigned seen = 0;

	for (unsigned n = 0; n < 97; n++) {
		char first[19];
		struct pl_lei lei;

		(void)snprintf(first, sizeof first, "PLCD00TEST00000%03u", n);
		assert_int_equal(pl_lei_complete(pl_str_from(first), &lei, NULL), PL_OK);
		for (size_t i = 0; i < PL_COUNT(cases); i++) {
			if (strcmp(lei.text + 18, cases[i].computed) != 0)
				continue;
			assert_true(accepted(lei.text));
			memcpy(lei.text + 18, cases[i].same_remainder, 2);
			assert_false(accepted(lei.text));
			seen++;
		}
	}
	assert_int_equal(seen, 3);
}

static void completes_only_what_is_whole(void **state)
{
	struct pl_lei lei = {.text = "kept"};
	struct pl_diag diag = {0};

	assert_int_equal(pl_lei_complete(PL_STR("506700GE1G29325QX"), &lei, &diag), PL_E_SYNTAX);
	assert_string_equal(diag.text, "expected 18 characters, found 17");
	assert_int_equal(pl_lei_complete(PL_STR("506700GE1G29325Q-3"), &lei, NULL), PL_E_SYNTAX);
	assert_string_equal(lei.text, "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_identifiers_that_were_issued),
		cmocka_unit_test(refuses_other_spellings),
		cmocka_unit_test(finds_every_single_slip),
		cmocka_unit_test(has_one_spelling),
		cmocka_unit_test(completes_only_what_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
