/* SPDX-License-Identifier: Apache-2.0 */
/* What was found about claims, in words of both catalogues. */
#include "web/claim_say.h"
#include "register/claim_rules.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct pl_claim four = {.id = PL_STR_INIT("a"), .kind = PL_CLAIM_NUMBER, .has_value = true, .value = 4,
	.unit = PL_STR_INIT("centre"), .as_of = 1625097600},
	many = {.id = PL_STR_INIT("b"), .kind = PL_CLAIM_NUMBER, .has_value = true, .bound = PL_CLAIM_MORE_THAN, .value = 9},
	never = {.id = PL_STR_INIT("c"), .kind = PL_CLAIM_NEVER},
	member = {.id = PL_STR_INIT("d"), .kind = PL_CLAIM_MEMBERSHIP, .standing = PL_CLAIM_WAS, .word = PL_STR_INIT("member"),
		.from = 1625097600, .to = 1640995200};

#define PAIR(f, x, y) {.finding = PL_CLAIM_FOUND_##f, .claim = &(x), .other = &(y)}
#define ONE(f, o) {.finding = PL_CLAIM_FOUND_##f, .claim = &four, .other = o, .day = "2021-12-31"}

static const struct {
	struct pl_claim_flag flag;
	const char *en, *de;
} said[] = {
	{PAIR(COUNTED, never, four), "never (undated), and 4 centre (as of 2021-07-01): what never was has been counted",
		"niemals (ohne Datum), und 4 centre (Stand 2021-07-01): was es nie gab, wurde gezählt"},
	{PAIR(SINCE, never, many), "never (undated), and more than 9 (undated): it has been counted since", NULL},
	{PAIR(AROUND, never, four), "never (undated), and 4 centre (as of 2021-07-01): counted before that day, or after it", NULL},
	{PAIR(UNORDERED, four, many), "4 centre (as of 2021-07-01), and more than 9 (undated): nobody has stated which supersedes the other", NULL},
	{PAIR(NO_LAST_DAY, four, many), "4 centre (as of 2021-07-01), and more than 9 (undated): neither says up to which day it counts", NULL},
	{PAIR(SAME_DAYS, four, four), "4 centre (as of 2021-07-01), and 4 centre (as of 2021-07-01): the same days, counted differently", NULL},
	{PAIR(PART, many, four), "more than 9 (undated), and 4 centre (as of 2021-07-01): more in a part than in the whole", NULL},
	{PAIR(NOT_REPLACED, member, many),
		"was member (2021-07-01 to 2021-12-31), and more than 9 (undated): the later one has not been stated to take its place", NULL},
	{PAIR(AT_ONE_TIME, member, four), "was member (2021-07-01 to 2021-12-31), and 4 centre (as of 2021-07-01): both hold at one time", NULL},
	{ONE(NOT_IN_TIME, &member),
		"promised by 2021-12-31; what is claimed now (2021-07-01 to 2021-12-31) does not show it kept in time",
		"versprochen bis 2021-12-31; was jetzt ausgesagt wird (2021-07-01 bis 2021-12-31), zeigt nicht, dass es rechtzeitig gehalten wurde"},
	{ONE(NOT_KEPT, NULL), "promised by 2021-12-31, and no claim shows it kept", NULL},
	{ONE(ENDED, NULL), "ended on 2021-12-31, and no other one follows", NULL},
	{ONE(NOT_RENEWED, NULL), "was to be confirmed anew by 2021-12-31", NULL},
};

static void findings_in_words(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(16384);
	enum pl_lang en, de;

	(void)state;
	assert_int_equal(PL_COUNT(said), PL_CLAIM_FINDINGS);
	assert_int_equal(pl_lang_find(PL_STR("en"), &en), PL_OK);
	assert_int_equal(pl_lang_find(PL_STR("de"), &de), PL_OK);
	for (size_t i = 0; i < PL_COUNT(said); i++) {
		pl_str got;

		assert_int_equal(said[i].flag.finding, i);
		assert_int_equal(pl_claim_say_finding(&said[i].flag, en, &arena, &got), PL_OK);
		assert_true(pl_str_eq(got, pl_str_from(said[i].en)));
		assert_int_equal(pl_claim_say_finding(&said[i].flag, de, &arena, &got), PL_OK);
		assert_false(pl_str_eq(got, pl_str_from(said[i].en)));
		assert_true(!said[i].de || pl_str_eq(got, pl_str_from(said[i].de)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(findings_in_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
