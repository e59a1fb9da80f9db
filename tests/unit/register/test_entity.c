/* SPDX-License-Identifier: Apache-2.0 */
/* Entities and duties without a database: codes, money, sheets, tables, and which duties are red. */
#include "register_test.h"
#include "register/entity/table.h"

#define TABLE_BYTES ((size_t)64 << 20)
#define ENTITY_HEAD "entity,from,roles,jurisdiction,lei,legal-name,other-names,parents,assets,own-books,banks\n"
#define DUTY_HEAD "entity,duty,drilled,drill-days,holders,deputies\n"

/* ---- codes and money ---- */

static void knows_countries_and_money(void **state)
{
	struct pl_currency c = {.code = "xxx"};

	(void)state;
	assert_true(pl_country_ok(PL_STR("DE")) && pl_country_ok(PL_STR("ZW")) && pl_country_ok(PL_STR("AD")));
	assert_false(pl_country_ok(PL_STR("EU")) || pl_country_ok(PL_STR("de")) || pl_country_ok(PL_STR("D")) ||
		pl_country_ok(PL_STR("E ")) ||
		pl_country_ok(PL_STR("DEU")) || pl_country_ok(PL_STR("")));
	assert_int_equal(pl_currency_parse(PL_STR("XAU"), &c), PL_E_NOTFOUND);
	assert_int_equal(pl_currency_parse(PL_STR("EU"), &c), PL_E_NOTFOUND);
	assert_string_equal(c.code, "xxx");
	assert_ok(pl_currency_parse(PL_STR("JPY"), &c));
	assert_int_equal(c.digits, 0);
	assert_ok(pl_currency_parse(PL_STR("BHD"), &c));
	assert_int_equal(c.digits, 3);
	assert_ok(pl_currency_parse(PL_STR("EUR"), &c));
	assert_int_equal(c.digits, 2);
}

static void money_has_one_spelling(void **state)
{
	static const struct {
		const char *currency, *text;
		int64_t amount;
	} good[] = {{"EUR", "0.00", 0}, {"EUR", "1.05", 105}, {"EUR", "-0.01", -1}, {"EUR", "-1234.50", -123450},
		{"JPY", "150", 150},
		{"JPY", "-7", -7}, {"BHD", "1.500", 1500}, {"EUR", "99999999999.99", INT64_C(9999999999999)}};
	static const char *const bad[] = {"", "1", "1.5", "1.500", "+1.00", "01.00", " 1.00", "1,00", "-0.00", "1.0x", ".50",
		"1.", "--1.00",
		"100000000000.00", "99999999999999999999.00", "1e3.00", "1.00 "};
	struct pl_currency c;
	int64_t amount = 5;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64), want PL_CLEANUP(pl_buf_done) = PL_BUF(64);

		assert_ok(pl_currency_parse(pl_str_from(good[i].currency), &c));
		assert_ok(pl_money_parse(pl_str_from(good[i].text), c, &amount, NULL));
		assert_int_equal(amount, good[i].amount);
		pl_money_put(&text, amount, c);
		pl_buf_printf(&want, "%s %s", good[i].text, good[i].currency);
		assert_true(pl_str_eq(pl_buf_str(&text), pl_buf_str(&want)));
	}
	assert_ok(pl_currency_parse(PL_STR("EUR"), &c));
	amount = 5;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_money_parse(pl_str_from(bad[i]), c, &amount, NULL) == PL_OK)
			fail_msg("\"%s\" was read as an amount", bad[i]);
	assert_int_equal(amount, 5);
}

/* ---- sheets ---- */

static void a_sheet_comes_back_as_it_was(void **state)
{
	const struct pl_sheet sheet = {.legal_name = PL_STR("Example Vendor Ελλάς"), .number = PL_STR("EX 8"), .n_names = 1,
		.n_banks = 2,
		.names = {{PL_SHEET_TRANSLITERATED, PL_STR("Example Vendor Ellas")}}, .banks = {PL_STR("A"), PL_STR("B")}};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX),
		again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX);
	struct pl_sheet back, bad = sheet;

	(void)state;
	assert_ok(pl_sheet_write(&sheet, &text));
	assert_ok(pl_sheet_parse(pl_buf_str(&text), &arena, &back));
	assert_ok(pl_sheet_write(&back, &again));
	assert_true(pl_str_eq(pl_buf_str(&text), pl_buf_str(&again)));
	assert_true(pl_str_eq(back.names[0].name, sheet.names[0].name));
	bad.legal_name = PL_STR("");
	assert_int_equal(pl_sheet_write(&bad, &again), PL_E_SYNTAX);
	bad.legal_name = PL_STR("two\nlines");
	assert_int_equal(pl_sheet_write(&bad, &again), PL_E_SYNTAX);
	assert_int_equal(pl_sheet_parse(PL_STR("{\"legalName\":\"x\"}"), &arena, &back), PL_E_SYNTAX);
	assert_int_equal(pl_sheet_parse(PL_STR("{}"), &arena, &back), PL_E_SYNTAX);
}

/* ---- tables ---- */

static pl_status entities(struct pl_arena *arena, const char *rows, struct pl_entity_row **ret, size_t *n,
	struct pl_diag *diag)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_str kept;

	*diag = (struct pl_diag){0};
	pl_buf_put_z(&csv, ENTITY_HEAD);
	pl_buf_put_z(&csv, rows);
	assert_ok(pl_arena_dup(arena, pl_buf_str(&csv), &kept));
	return pl_entity_table_parse(kept, arena, ret, n, diag);
}

static void reads_a_table_of_entities(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_BYTES);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_entity_row *rows = NULL;
	struct pl_diag diag;
	struct pl_entity e;
	size_t n = 0;

	(void)state;
	assert_ok(entities(&arena,
		"de,2008-01-01,sales national-company,DE,EXVN0000000000000526,Example GmbH,trading: Example; former: Old,"
		"z/62.5/2008-01-01 a/10/2007-01-01,site/b data-centre/zurich-1 site/a,2008,Bank A; Bank B\n",
		&rows, &n, &diag));
	assert_int_equal(n, 1);
	e = rows[0].entity;
	assert_int_equal(e.from, at("2008-01-01") / PL_SECOND);
	assert_int_equal(e.n_parents, 2);
	assert_true(pl_str_eq(e.parents[0].entity, PL_STR("a")));
	assert_int_equal(e.parents[1].share, 6250);
	assert_int_equal(e.n_assets, 3);
	assert_int_equal(e.assets[0].kind, PL_ASSET_DATA_CENTRE);
	assert_true(pl_str_eq(e.assets[1].name, PL_STR("a")));
	assert_int_equal(e.roles, PL_ENTITY_BIT(PL_ENTITY_SALES) | PL_ENTITY_BIT(PL_ENTITY_NATIONAL_COMPANY));
	/* And through a statement. */
	e.version = 3;
	pl_entity_to_json(&e, predicate);
	assert_ok(pl_entity_from_json(predicate, &e));
	assert_int_equal(e.version, 3);
	assert_true(pl_entity_same(&e, &rows[0].entity));
	e.parents[1].share--;
	assert_false(pl_entity_same(&e, &rows[0].entity));
}

static void refuses_entities_that_do_not_fit_together(void **state)
{
	static const char *const bad[] = {
		"DE,2008-01-01,,DE,,X,,,,,", "de,,,DE,,X,,,,,", "de,2008-13-01,,DE,,X,,,,,", "de,2008-01-01,owner,DE,,X,,,,,",
		"de,2008-01-01,,EU,,X,,,,,", "de,2008-01-01,,DE,EXVN0000000000000527,X,,,,,", "de,2008-01-01,,DE,,,,,,,",
		"de,2008-01-01,,DE,,X,also: Y,,,,", "de,2008-01-01,,DE,,X,,de/100/2008-01-01,,,",
		"de,2008-01-01,,DE,,X,,a/0/2008-01-01,,,",
		"de,2008-01-01,,DE,,X,,a/60/2008-01-01 b/60/2008-01-01,,,", "de,2008-01-01,,DE,,X,,a/100/2009-01-01,,,",
		"de,2008-01-01,,DE,,X,,a/100/2008-01-01 a/0.01/2008-01-01,,,", "de,2008-01-01,,DE,,X,,a/1.005/2008-01-01,,,",
		"de,2008-01-01,,DE,,X,,a/100,,,", "de,2008-01-01,,DE,,X,,,house/a,,", "de,2008-01-01,,DE,,X,,,site/a site/a,,",
		"de,2008-01-01,,DE,,X,,,,1969,", "de,2008-01-01,,DE,,X,,,,", "",
	};
	struct pl_entity_row *rows = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_BYTES);
		struct pl_diag diag;

		if (entities(&arena, bad[i], &rows, &n, &diag) == PL_OK)
			fail_msg("\"%s\" was read as an entity", bad[i]);
		assert_true(diag.text[0]);
		if (bad[i][0])
			assert_int_equal(diag.line, 2);
	}
}

/* ---- duties ---- */

static struct pl_duty duty(const char *row)
{
	static struct pl_arena arena = PL_ARENA(TABLE_BYTES);
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_duty_row *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_duty d;
	pl_str kept;
	size_t n = 0;

	pl_buf_printf(&csv, DUTY_HEAD "%s\n", row);
	pl_arena_done(&arena);
	assert_ok(pl_arena_dup(&arena, pl_buf_str(&csv), &kept));
	if (pl_duty_table_parse(kept, &arena, &rows, &n, &diag))
		fail_msg("%s: %s", row, diag.text);
	d = rows[0].duty;
	return d;
}

static void a_duty_is_red_for_each_reason(void **state)
{
	const struct pl_entity all[] = {{.id = PL_STR("hq"), .roles = PL_ENTITY_BIT(PL_ENTITY_HEADQUARTERS)},
		{.id = PL_STR("de"), .roles = PL_ENTITY_BIT(PL_ENTITY_NATIONAL_COMPANY)}, {.id = PL_STR("ch")},
		{.id = PL_STR("gone"), .ended = true}};
	static const struct {
		const char *row;
		unsigned flags;
	} cases[] = {
		{"de,support,2026-06-01,365,a@de,b@ch", 0},
		{"de,support,2026-06-01,365,a@hq,b@de", 0}, /* the deputy would do */
		{"de,support,2026-06-01,365,a@hq,b@hq", PL_DUTY_BIT(PL_DUTY_HEADQUARTERS)},
		{"hq,support,2026-06-01,365,a@hq,b@hq", 0}, /* at headquarters that is as it should be */
		{"de,support,2026-06-01,365,a@hq,b@gone", PL_DUTY_BIT(PL_DUTY_HEADQUARTERS) | PL_DUTY_BIT(PL_DUTY_NO_DEPUTY)},
		{"de,support,2026-06-01,365,a@de,", PL_DUTY_BIT(PL_DUTY_NO_DEPUTY)},
		{"de,support,2026-06-01,365,,b@de", PL_DUTY_BIT(PL_DUTY_NO_HOLDER)},
		{"de,support,2026-06-01,365,a@nobody,b@de", PL_DUTY_BIT(PL_DUTY_NO_HOLDER)},
		{"de,support,,365,a@de,b@ch", PL_DUTY_BIT(PL_DUTY_NO_DRILL)},
		{"de,support,2026-06-01,30,a@de,b@ch", PL_DUTY_BIT(PL_DUTY_OLD_DRILL)},
		{"de,support,2026-06-01,183,a@de,b@ch", 0},
		{"de,support,2026-06-01,182,a@de,b@ch", PL_DUTY_BIT(PL_DUTY_OLD_DRILL)},
	};
	uint64_t now = at("2026-12-01") / PL_SECOND;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_duty d = duty(cases[i].row);
		unsigned flags = pl_duty_judge(&d, d.entity, all, PL_COUNT(all), now);

		if (flags != cases[i].flags)
			fail_msg("%s: flags %x, expected %x", cases[i].row, flags, cases[i].flags);
	}
	assert_int_equal(pl_duty_judge(NULL, PL_STR("de"), all, PL_COUNT(all), now), PL_DUTY_BIT(PL_DUTY_UNSTATED));
	assert_true(pl_duty_wanted(&all[1]));
	assert_false(pl_duty_wanted(&all[0]) || pl_duty_wanted(&all[3]));
}

static void a_duty_comes_back_as_it_was(void **state)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_duty d = duty("de,payments,2026-06-01,200,z@de:q/b x@ch,m@hq:a"), back;

	(void)state;
	d.version = 4;
	pl_duty_to_json(&d, predicate);
	assert_ok(pl_duty_from_json(predicate, &back));
	assert_true(pl_duty_same(&d, &back));
	assert_int_equal(back.version, 4);
	assert_true(pl_str_eq(back.posts[0].post, PL_STR("m")) && back.posts[0].deputy);
	assert_true(pl_str_eq(back.posts[2].qualifications[0], PL_STR("b")));
	back.posts[2].n_qualifications = 1;
	assert_false(pl_duty_same(&d, &back));
}

static void refuses_duties_that_nobody_can_read(void **state)
{
	static const char *const bad[] = {
		"de,cooking,,,,", "de,support,,,a,", "de,support,,,a@,", "de,support,,,A@de,", "de,support,,,a@de a@ch,",
			"de,support,,,a@de,a@ch",
		"de,support,,0,,", "de,support,,732,,", "de,support,soon,,,", "de,support,,,a@de:Q,",
		"de,support,,,,\nde,support,,,,",
	};
	struct pl_duty_row *rows = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_BYTES);
		struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
		struct pl_diag diag = {0};

		pl_buf_printf(&csv, DUTY_HEAD "%s\n", bad[i]);
		if (pl_duty_table_parse(pl_buf_str(&csv), &arena, &rows, &n, &diag) == PL_OK)
			fail_msg("\"%s\" was read as a duty", bad[i]);
		assert_true(diag.line >= 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_countries_and_money),
		cmocka_unit_test(money_has_one_spelling),
		cmocka_unit_test(a_sheet_comes_back_as_it_was),
		cmocka_unit_test(reads_a_table_of_entities),
		cmocka_unit_test(refuses_entities_that_do_not_fit_together),
		cmocka_unit_test(a_duty_is_red_for_each_reason),
		cmocka_unit_test(a_duty_comes_back_as_it_was),
		cmocka_unit_test(refuses_duties_that_nobody_can_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
