/* SPDX-License-Identifier: Apache-2.0 */
/* Which claims do not fit together: one story a row. */
#include "../base/testing.h"
#include "register/claim_rules.h"
#include <stdio.h>

#define ROWS_MAX 16u

/* The second half of 2026. */
static uint64_t now(void)
{
	uint64_t t = 0;

	assert_ok(pl_claim_date(PL_STR("2026-07-01"), false, &t, NULL));
	return t;
}

/*
 * Each row is a claim "ID|kind|value|from|to|as-of|due|review|status", value being "4", ">=2", ">100", "<=9" with "4:unit", a word, "is" or
 * "was" with "is:word"; all of them about one thing.
 */
struct story {
	const char *what;
	const char *rows[ROWS_MAX];
	const char *flags; /* "kind ID ID!; ..." in order; "!" marks an explained one */
};

static const struct story stories[] = {
	{"the same number twice", {"a|number|53|||||", "b|number|53|||||"}, ""},
	{"undated, and different", {"a|number|4|||||", "b|number|9|||||"}, "order-unknown a b; "},
	{"one of them dated", {"a|number|4||||||", "b|number|9|2022|||||"}, "order-unknown a b; "},
	{"a bound that the other satisfies", {"a|number|13", "b|number|>=2", "c|number|<=13", "d|number|>12"}, ""},
	{"bounds that nothing satisfies", {"a|number|>13", "b|number|13"}, "order-unknown a b; "},
	{"more than nothing is at least one", {"a|number|>0", "b|number|<=0"}, "order-unknown a b; "},
	{"another unit", {"a|number|4:room", "b|number|4:centre"}, "order-unknown a b; "},
	{"one after the other", {"a|number|4|2018|2021", "b|number|7|2022|"}, ""},
	{"the same days", {"a|number|4|2018|2021", "b|number|7|2021|2022"}, "contradiction a b; "},
	{"the same first day", {"a|number|4|2018|", "b|number|7|2018|"}, "contradiction a b; "},
	{"the end of the earlier one is open", {"b|number|4|||2018", "a|number|7|||2020"}, "superseded b a; "},
	{"and a status says so", {"b|number|4|||2018|||superseded", "a|number|7|||2020"}, "superseded b a!; "},
	{"up to a day", {"a|number|4||2022-06-15", "b|number|7|2022-06-16|"}, ""},
	{"up to a day that both have", {"a|number|4||2022-06-16", "b|number|7|2022-06-16|"}, "contradiction a b; "},
	{"a word", {"a|fact|london", "b|fact|moscow"}, "order-unknown a b; "},
	{"a word against a number", {"a|fact|london", "b|number|7"}, "order-unknown a b; "},
	{"an undated pair, explained", {"a|number|4||||||superseded", "b|number|9"}, "order-unknown a b!; "},
	{"is and was", {"a|membership|is", "b|membership|was"}, "order-unknown a b; "},
	{"is and is", {"a|membership|is", "b|membership|is:partner"}, ""},
	{"is, and was later", {"a|membership|is|||2018", "b|membership|was|||2022"}, "superseded a b; "},
	{"was, and is later", {"a|membership|was|2010|2018", "b|membership|is|2019|"}, ""},
	{"never, and a count", {"a|never|", "b|count|17|2021-H2|2021-H2"}, "contradiction a b; "},
	{"never, and nothing counted", {"a|never|", "b|count|0|2021|2021", "c|number|<=5"}, ""},
	{"never, said before it was counted", {"a|never||||2019", "b|count|17|2021|2021"}, "stale a b; "},
	{"never, said when it had been counted", {"a|never||||2023", "b|count|17|2021|2021"}, "contradiction a b; "},
	{"never, and some day a number", {"a|never||||2019", "b|number|17"}, "order-unknown a b; "},
	{"never, and a number, both undated", {"a|never|", "b|number|17"}, "contradiction a b; "},
	{"never, said meanwhile", {"b|never||||2021-06", "a|count|17|2021|2021"}, "order-unknown b a; "},
	{"never in other days", {"a|never||2010|2019", "b|count|17|2021|2021"}, ""},
	{"never in these days", {"a|never||2010|2021", "b|count|17|2021|2021"}, "contradiction a b; "},
	{"never, withdrawn", {"a|never|||||||withdrawn", "b|count|17|2021|2021"}, "contradiction a b!; "},
	{"two counts of the same days", {"a|count|17|2021|2021", "b|count|18|2021|2021"}, "contradiction a b; "},
	{"counts of other days", {"a|count|17|2021-H1|2021-H1", "b|count|18|2021-H2|2021-H2"}, ""},
	{"a part, and the whole", {"a|count|17|2021-H2|2021-H2", "b|count|30|2021|2021"}, ""},
	{"more in a part", {"a|count|31|2021-H2|2021-H2", "b|count|30|2021|2021"}, "contradiction a b; "},
	{"the whole stands first", {"a|count|30|2021|2021", "b|count|31|2021-H2|2021-H2"}, "contradiction b a; "},
	{"counts without an end", {"a|count|53|2018-03|", "b|count|55|2018-03|"}, "order-unknown a b; "},
	{"the same counts without an end", {"a|count|53|2018-03|", "b|count|53|2018-03|"}, ""},
	{"a count is no number that holds", {"a|count|53|2018|", "b|number|2"}, ""},
	{"a promise that is due later", {"a|promise|done||||2030"}, ""},
	{"a promise without a day", {"a|promise|done"}, ""},
	{"a promise that is overdue", {"a|promise|done||||2018"}, "overdue a; "},
	{"kept in time, as a claim says", {"a|promise|done||||2019", "b|fact|done|2018-11|"}, ""},
	{"kept on the last day", {"a|promise|done||||2019", "b|fact|done|2019-12-31|"}, ""},
	{"kept a day late", {"a|promise|done||||2019", "b|fact|done|2020-01-01|"}, "overdue a b; "},
	{"kept, but nobody says when", {"a|promise|done||||2019", "b|fact|done"}, "overdue a b; "},
	{"something else came", {"a|promise|done||||2019", "b|fact|begun|2018|"}, "overdue a; "},
	{"no longer so", {"a|promise|done||||2019", "b|membership|was:done|2018|"}, "overdue a; "},
	{"a number that was promised", {"a|promise|>=5||||2019", "b|number|7|2018|"}, ""},
	{"too small a number", {"a|promise|>=5||||2019", "b|number|4|2018|"}, "overdue a; "},
	{"met", {"a|promise|done||||2018||met"}, ""},
	{"late", {"a|promise|done||||2018||late"}, "overdue a!; "},
	{"withdrawn", {"a|promise|done||||2018||withdrawn"}, "overdue a!; "},
	{"a promise that moved", {"a|promise|done|||2018|2030", "b|promise|done|||2019|2031"}, "superseded a b; "},
	{"a promise is no fact yet", {"a|promise|done||||2030", "b|fact|begun"}, ""},
	{"a certificate that ended", {"a|certificate|t|2019|2022"}, "expired a; "},
	{"one that follows", {"a|certificate|t|2019|2022", "b|certificate|t|2023|2027"}, ""},
	{"one that ended, too", {"a|certificate|t|2019|2022", "b|certificate|t|2023|2024"}, "expired b; "},
	{"certificates of two types", {"a|certificate|t1|2019|2029", "b|certificate|t2"}, "order-unknown a b; "},
	{"to be confirmed anew", {"a|number|4|||2018||2025"}, "stale a; "},
	{"not yet", {"a|number|4|||2018||2026"}, ""},
	{"three that differ", {"c|number|9", "a|number|4", "b|number|7"}, "order-unknown a b; order-unknown a c; order-unknown b c; "},
};

static void give_value(struct pl_claim *c, pl_str v)
{
	static const struct {
		const char *prefix;
		enum pl_claim_bound bound;
	} bounds[] = {{">=", PL_CLAIM_AT_LEAST}, {"<=", PL_CLAIM_UP_TO}, {">", PL_CLAIM_MORE_THAN}, {"", PL_CLAIM_IS}};
	pl_str first = v, number;

	if (pl_str_take_until(&v, ':', &first) == false)
		v = (pl_str){0};
	if (pl_str_eq(first, PL_STR("is")) || pl_str_eq(first, PL_STR("was"))) {
		c->standing = pl_str_eq(first, PL_STR("is")) ? PL_CLAIM_STILL_IS : PL_CLAIM_WAS;
		c->word = v;
		return;
	}
	for (size_t i = 0; i < PL_COUNT(bounds); i++) {
		number = first;
		if (!pl_str_eat(&number, pl_str_from(bounds[i].prefix)) || pl_str_to_u64(number, 1u << 30, &c->value))
			continue;
		c->has_value = true;
		c->bound = bounds[i].bound;
		c->unit = v;
		return;
	}
	c->word = first;
}

static uint64_t date(pl_str text, bool end)
{
	uint64_t t = 0;

	if (text.len)
		assert_ok(pl_claim_date(text, end, &t, NULL));
	return t;
}

static struct pl_claim claim_of(const char *row)
{
	struct pl_claim c = {.subject = PL_STR("s"), .property = PL_STR("p")};
	pl_str rest = pl_str_from(row), part[9] = {0};
	unsigned word = 0;

	for (size_t i = 0; i < PL_COUNT(part) && rest.len; i++)
		if (!pl_str_take_until(&rest, '|', &part[i])) {
			part[i] = rest;
			rest = (pl_str){0};
		}
	c.id = part[0];
	assert_ok(pl_claim_word(part[1], pl_claim_kinds, &word));
	c.kind = (enum pl_claim_kind)word;
	if (part[2].len)
		give_value(&c, part[2]);
	c.from = date(part[3], false);
	c.to = date(part[4], true);
	c.as_of = date(part[5], false);
	c.due = date(part[6], true);
	c.review = date(part[7], true);
	if (part[8].len)
		assert_ok(pl_claim_word(part[8], pl_claim_statuses, &word));
	c.status = part[8].len ? (enum pl_claim_status)word : PL_CLAIM_OPEN;
	assert_ok(pl_claim_check(&c, NULL));
	return c;
}

static void put_flags(struct pl_buf *out, const struct pl_claim_flag *flags, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pl_buf_printf(out, "%s %.*s", pl_claim_flag_words[flags[i].kind], PL_STR_ARG(flags[i].claim->id));
		if (flags[i].other)
			pl_buf_printf(out, " %.*s", PL_STR_ARG(flags[i].other->id));
		pl_buf_put_z(out, flags[i].explained ? "!; " : "; ");
		assert_true(flags[i].words[0]);
	}
}

static void expect(const char *what, const struct pl_claim *claims, size_t n, const char *flags)
{
	struct pl_buf got PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_claim_flag *found = NULL;
	size_t n_found = 0;

	assert_ok(pl_claim_flags(claims, n, now(), &found, &n_found));
	put_flags(&got, found, n_found);
	if (!pl_str_eq(pl_buf_str(&got), pl_str_from(flags)))
		fail_msg("%s: got \"%.*s\", expected \"%s\"", what, PL_STR_ARG(pl_buf_str(&got)), flags);
	pl_free(found);
}

static void the_rules_flag_what_does_not_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < PL_COUNT(stories); i++) {
		struct pl_claim claims[ROWS_MAX], turned[ROWS_MAX];
		size_t n = 0;

		for (; n < ROWS_MAX && stories[i].rows[n]; n++)
			claims[n] = claim_of(stories[i].rows[n]);
		expect(stories[i].what, claims, n, stories[i].flags);
		for (size_t k = 0; k < n; k++)
			turned[k] = claims[n - 1 - k];
		expect(stories[i].what, turned, n, stories[i].flags);
	}
}

static void other_things_are_not_compared(void **state)
{
	struct pl_claim c[4] = {claim_of("a|number|4"), claim_of("b|number|9"), claim_of("c|number|10"), claim_of("d|number|11")};

	(void)state;
	c[1].property = PL_STR("q");
	c[2].subject = PL_STR("t");
	c[3].product = PL_STR("x");
	c[3].version = PL_STR("1");
	expect("four things", c, 4, "");
	for (size_t i = 0; i < 3; i++)
		c[i] = c[3];
	c[1].value = 9;
	c[2].version = PL_STR("2");
	c[0].id = PL_STR("a");
	c[1].id = PL_STR("b");
	c[2].id = PL_STR("c");
	expect("one version of a product", c, 3, "order-unknown a b; ");
}

/* Names of one thing are one word; a name that was withdrawn, or leads in a circle, changes nothing. */
static void names_are_followed(void **state)
{
	struct pl_claim c[4] = {claim_of("a|fact|intel-security|||2016"), claim_of("b|fact|mcafee"), claim_of("n|fact|mcafee"),
		claim_of("o|fact|other")};

	(void)state;
	c[2].kind = c[3].kind = PL_CLAIM_NAME;
	c[2].subject = PL_STR("intel-security");
	c[2].property = PL_STR("name");
	c[3].subject = PL_STR("mcafee");
	c[3].property = PL_STR("name");
	expect("no name", c, 2, "order-unknown a b; ");
	expect("a name", c, 3, "");
	expect("a name of a name", c, 4, "");
	c[2].status = PL_CLAIM_WITHDRAWN;
	expect("withdrawn", c, 3, "order-unknown a b; ");
	c[2].status = PL_CLAIM_OPEN;
	c[3].word = PL_STR("intel-security");
	expect("a circle", c, 4, "");
}

static void flags_have_a_bound(void **state)
{
	const size_t n = 100;
	struct pl_claim *c = pl_alloc(n, sizeof *c);
	char ids[100][8];
	struct pl_claim_flag *found = NULL;
	size_t n_found = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		c[i] = claim_of("a|number|1");
		(void)snprintf(ids[i], sizeof ids[i], "c%zu", i);
		c[i].id = pl_str_from(ids[i]);
		c[i].value = i;
	}
	assert_int_equal(pl_claim_flags(c, n, now(), &found, &n_found), PL_E_TOOBIG);
	assert_ok(pl_claim_flags(c, 90, now(), &found, &n_found));
	assert_int_equal(n_found, 90 * 89 / 2);
	assert_int_equal(pl_claim_flags(c, PL_CLAIMS_MAX + 1, now(), &found, &n_found), PL_E_TOOBIG);
	pl_free(found);
	pl_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rules_flag_what_does_not_fit),
		cmocka_unit_test(other_things_are_not_compared),
		cmocka_unit_test(names_are_followed),
		cmocka_unit_test(flags_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
