/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/testing.h"
#include "maker.h"
#include "base/time.h"

static const char head[] = "pellucid-register v1\nname r\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 0\n";

static pl_status parse(const char *lines, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_register_decl *d = NULL;
	pl_status st;

	pl_buf_put_z(&text, head);
	pl_buf_put_z(&text, lines);
	st = pl_register_decl_parse(pl_buf_str(&text), &d, diag);
	pl_register_decl_free(d);
	return st;
}

static void derives_the_committed_fields(void **state)
{
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};

	assert_int_equal(pl_register_decl_parse(pl_str_from(maker_declaration), &d, &diag), PL_OK);
	assert_true(pl_str_eq(pl_buf_str(&d->derived_text), PL_STR("pellucid-declaration v1\n"
		"name register/requests\n"
		"field received time private\n"
		"field received-month time open\n"
		"field country enum open at,ch,de,not-stated\n"
		"field accounts u64 private\n"
		"field accounts-range u64 open\n"
		"field days u64 open\n"
		"field decision enum open none,granted,rejected\n"
		"field authority text private\n"
		"field entered time open\n"
		"field late bool open\n")));
	assert_int_equal(d->late_days, 7);
	assert_int_equal(d->retain_months, 24);
	assert_int_equal(d->n_totals, 6);
	assert_int_equal(d->n_tables, 2);
	assert_int_equal(pl_register_received(d), 1);
	assert_null(pl_register_decl_field(d, PL_STR("received-month")));
	assert_non_null(pl_register_decl_field(d, PL_STR("authority")));
	pl_register_decl_free(d);
}

static void refuses_other_texts(void **state)
{
	static const struct {
		const char *lines;
		unsigned line;
		const char *words;
	} bad[] = {
		{"", 9, "received"},
		{"field country enum open a,b\n", 9, "first field"},
		{"field received time sealed\n", 9, "first field"},
		{"field received text open\n", 9, "first field"},
		{"field received time open\nfield received time open\n", 10, "twice"},
		{"field received time open\nfield a u64 generalised month\n", 10, "month"},
		{"field received time open\nfield a u64 generalised range 1,2\n", 10, "ascending from 0"},
		{"field received time open\nfield a u64 generalised range 0,2,2\n", 10, "ascending from 0"},
		{"field received time open\nfield a u64 generalised range 0,2,\n", 10, "comma"},
		{"field received time open\nfield a enum generalised group ch\n", 10, "groups"},
		{"field received time open\nfield a enum open\n", 10, "enum"},
		{"field received time open \n", 9, "space"},
		{"field received  time open\n", 9, "types"},
		{"field received time open\nfield a-group enum open x\nfield a enum generalised group x:y\n", 12, "twice"},
		{"field received time open\ntotal n count\nfield a u64 open\n", 11, "then"},
		{"field received time open\ntotal n sum received\n", 10, "u64"},
		{"field received time open\nfield a text sealed\ntotal n distinct a\n", 11, "not opened"},
		{"field received time open\ntotal n count late=yes\n", 10, "spelling"},
		{"field received time open\ntotal n count late\n", 10, "condition"},
		{"field received time open\ntotal n count late=true|\n", 10, "spelling"},
		{"field received time open\ntotal n count\ntotal n count\n", 11, "twice"},
		{"field received time open\ntable t received late late\n", 10, "columns"},
		{"field received time open", 9, "line break"},
		{"field received time open\nstep late true false\n", 10, "open enums"},
		{"field received time open\nfield a enum sealed x,y\nstep a x y\n", 11, "open enums"},
		{"field received time open\nfield a enum open x,y\nstep a x z\n", 11, "spelling"},
		{"field received time open\nfield a enum open x,y\nstep a x\n", 11, "expected"},
		{"field received time open\nfield a enum open x,y\nstep a x x||y\n", 11, ""},
		{"field received time open\nfield a enum open x,y\nfield b enum open x\nstep a x y\nstep b x x\n", 13, "of one field"},
		{"field received time open\nfield a enum open x,y\nfield b enum open x\nstep a x y b=x b=x\n", 12, "twice"},
		{"field received time open\nfield a enum open x,y\nstep a x y a=x\n", 11, "what moves"},
		{"field received time open\nfield a enum open x,y\nfield b enum open x\nstep a x y b!=x\n", 12, "open enums"},
		{"field received time open\nfield a enum open x,y\nstep a x y b\n", 11, "condition"},
		{"field received time open\neyes late true\n", 10, "declared enum"},
		{"field received time open\nfield a enum sealed x,y\neyes a x\n", 11, "declared enum"},
		{"field received time open\nfield a enum generalised group x:z,y:z\neyes a-group z\n", 11, "declared enum"},
		{"field received time open\nfield a u64 open\neyes a 1\n", 11, "declared enum"},
		{"field received time open\nfield a enum open x,y\neyes a\n", 11, "expected"},
		{"field received time open\nfield a enum open x,y\neyes a x|~\n", 11, "says nothing yet"},
		{"field received time open\nfield a enum open x,y\neyes a z\n", 11, "spelling"},
		{"field received time open\nfield a enum open x,y\nfield b enum open p\neyes a x b==p\n", 12, "where a case is"},
		{"field received time open\nfield a enum open x,y\neyes a x a=x\n", 11, "what moves"},
		{"field received time open\nfield a enum open x,y\nfield b enum open p\neyes a x b=p b=p\n", 12, "twice"},
		{"field received time open\nclock order-received\n", 10, "expected"},
		{"field received time open\nclock order-received desk\n", 10, "expected"},
		{"field received time open\nclock order-received later EPOC\n", 10, "intake|desk"},
		{"field received time open\nclock Order desk EPOC\n", 10, "name of an event"},
		{"field received time open\nclock order-received desk epoc\n", 10, "no code"},
		{"field received time open\nclock order-received desk EPOC-\n", 10, "no code"},
		{"field received time open\nclock order-received desk EPOC,\n", 10, "commas"},
		{"field received time open\nclock order-received desk EPOC,EPOC\n", 10, "twice"},
		{"field received time open\nclock order-received desk EPOC\nclock other desk EPOC\n", 11, "twice"},
		{"field received time open\nclock order-received desk EPOC\nclock order-received intake GDPR-R\n", 11, "twice"},
		{"field received time open\nfield a enum open x,y\nclock order-received desk EPOC a=x\n", 11, "noted by the desk"},
		{"field received time open\nfield a enum open x,y\nclock order-received intake EPOC a==x\n", 11, "no revision before"},
		{"field received time open\nfield a enum sealed x,y\nclock order-received intake EPOC a=x\n", 11, "open enums"},
		{"field entered time open\n", 9, "first"},
		{"field received time open\nfield entered time open\n", 11, "twice"},
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag = {0};

		assert_int_not_equal(parse(bad[i].lines, &diag), PL_OK);
		if (!strstr(diag.text, bad[i].words) || diag.line != bad[i].line)
			fail_msg("%s: line %u: %s", bad[i].lines, diag.line, diag.text);
	}
}

/* Behind the eight head lines one may stand that names a calendar, and one that promises reports. */
static void takes_a_calendar(void **state)
{
	static const struct {
		const char *lines, *calendar; /* NULL: refused */
		unsigned line;
	} cases[] = {
		{"field received time open\n", "", 0},
		{"calendar EU\nfield received time open\n", "EU", 0},
		{"calendar ZZ\nfield received time open\n", "ZZ", 0}, /* whoever knows fewer calendars counts all the same */
		{"calendar eu\nfield received time open\n", NULL, 9},
		{"calendar EUR\nfield received time open\n", NULL, 9},
		{"calendar \nfield received time open\n", NULL, 9},
		{"calendar EU\ncalendar EU\nfield received time open\n", NULL, 10},
		{"field received time open\ncalendar EU\n", NULL, 10},
		{"report-within 60\nfield received time open\n", "", 0},
		{"calendar EU\nreport-within 366\nfield received time open\n", "EU", 0},
		{"report-within 367\nfield received time open\n", NULL, 9},
		{"report-within 0\nfield received time open\n", NULL, 9},
		{"report-within 060\nfield received time open\n", NULL, 9},
		{"report-within 60\ncalendar EU\nfield received time open\n", NULL, 10},
		{"clock order-received desk EPOC\nfield received time open\n", NULL, 10}, /* not among the head lines */
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
		struct pl_register_decl *d = NULL;
		struct pl_diag diag = {0};

		pl_buf_put_z(&text, head);
		pl_buf_put_z(&text, cases[i].lines);
		if (!cases[i].calendar) {
			assert_int_not_equal(pl_register_decl_parse(pl_buf_str(&text), &d, &diag), PL_OK);
			assert_int_equal(diag.line, cases[i].line);
			continue;
		}
		assert_int_equal(pl_register_decl_parse(pl_buf_str(&text), &d, NULL), PL_OK);
		assert_true(pl_str_eq(d->calendar, pl_str_from(cases[i].calendar)));
		assert_int_equal(d->report_days, strstr(cases[i].lines, "within 60") ? 60 : strstr(cases[i].lines, "within") ? 366 : 0);
		pl_register_decl_free(d);
	}
}

static void check_coarse(const struct pl_register_field *f, const char *exact, const char *coarse)
{
	const struct pl_commit_field as = {.name = PL_STR("x"), .type = f->type, .choices = PL_STR("ch,fr,us,eu,am")};
	struct pl_buf from PL_CLEANUP(pl_buf_done) = PL_BUF(100), to PL_CLEANUP(pl_buf_done) = PL_BUF(100),
		      text PL_CLEANUP(pl_buf_done) = PL_BUF(100);

	assert_int_equal(pl_commit_value_encode(&as, pl_str_from(exact), &from, NULL), PL_OK);
	assert_int_equal(pl_register_coarsen(f, pl_buf_bytes(&from), &to), PL_OK);
	assert_int_equal(pl_commit_value_text(&as, pl_buf_bytes(&to), &text), PL_OK);
	if (!pl_str_eq(pl_buf_str(&text), pl_str_from(coarse)))
		fail_msg("%s became %.*s instead of %s", exact, PL_STR_ARG(pl_buf_str(&text)), coarse);
}

static void asks_the_steps(void **state)
{
	static const char lines[] = "field received time open\nfield a enum open x,y,z\nfield b enum open p,q\nfield c enum open p,q\n"
		"step a - x|~ b=p|~\nstep a x|~ y b=q\nstep a y z c==q\nstep a x x b=p|q\n";
	static const struct {
		const char *before[3], *after[3]; /* a, b, c; NULL: absent; before[0] "-": the first */
		bool may, moved;
	} asked[] = {
		{{"-"}, {"x", "p", "p"}, true, true}, {{"-"}, {NULL, NULL, NULL}, true, true}, {{"-"}, {"x", "q", NULL}, false, true},
		{{"-"}, {"y", "p", NULL}, false, true}, {{"x", "p", "p"}, {"x", "p", "p"}, true, false},
		{{"x", "p", "p"}, {"y", "q", "p"}, true, true}, {{NULL, NULL, NULL}, {"y", "q", NULL}, true, true},
		/* what the line does not name stays */
		{{"x", "p", "p"}, {"y", "q", "q"}, false, true}, {{"x", "p", "p"}, {"y", "p", "p"}, false, true},
		{{"y", "p", "q"}, {"z", "p", "q"}, true, true}, {{"y", "p", "p"}, {"z", "p", "q"}, false, true},
		{{"y", "p", "p"}, {"z", "p", "p"}, false, true}, {{"y", "q", "q"}, {"z", "p", "q"}, false, true},
		/* without moving, too */
		{{"x", "p", "p"}, {"x", "q", "p"}, true, true}, {{"x", "p", "p"}, {"x", NULL, "p"}, false, true}, {{"y", "p", "p"}, {"y", "q", "p"}, false, true},
		{{"z", "p", "p"}, {"x", "p", "p"}, false, true}, {{"y", "p", "p"}, {NULL, "p", "p"}, false, true},
	};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_register_decl *d = NULL;

	pl_buf_put_z(&text, head);
	pl_buf_put_z(&text, lines);
	assert_int_equal(pl_register_decl_parse(pl_buf_str(&text), &d, NULL), PL_OK);
	assert_int_equal(d->n_watched, 3);
	for (size_t i = 0; i < PL_COUNT(asked); i++) {
		pl_str before[PL_COMMIT_FIELDS_MAX] = {0}, after[PL_COMMIT_FIELDS_MAX] = {0};
		bool first = asked[i].before[0] && strcmp(asked[i].before[0], "-") == 0, moved = !asked[i].moved;
		struct pl_diag diag = {0};

		for (size_t f = 0; f < 3; f++) {
			before[1 + f] = asked[i].before[f] ? pl_str_from(asked[i].before[f]) : (pl_str){0};
			after[1 + f] = asked[i].after[f] ? pl_str_from(asked[i].after[f]) : (pl_str){0};
		}
		if (pl_register_step_check(d, first ? NULL : before, after, &moved, &diag) != (asked[i].may ? PL_OK : PL_E_PROOF) || moved != asked[i].moved)
			fail_msg("%zu: %s", i, diag.text);
	}
	pl_register_decl_free(d);
}

/* Which line asks for a second person, by where a case was and where it is to be. */
static void asks_for_two(void **state)
{
	static const char lines[] = "field received time open\nfield a enum open x,y,z\nfield b enum open p,q\nfield c enum open p,q\n"
		"eyes a x|y\neyes c q b=p|~\n";
	static const struct {
		const char *before[3], *after[3]; /* a, b, c; NULL: absent; before[0] "-": the first */
		int line;                         /* -1: one person is enough */
	} asked[] = {
		{{"-"}, {"z", "p", "p"}, -1}, {{"-"}, {NULL, NULL, NULL}, -1}, {{"-"}, {"x", "p", "p"}, 0}, {{"-"}, {"z", "p", "q"}, 1},
		{{"z", "p", "p"}, {"x", "p", "p"}, 0}, {{NULL, "p", "p"}, {"y", "p", "p"}, 0}, {{"x", "p", "p"}, {"y", "p", "p"}, -1},
		{{"x", "p", "p"}, {"x", "q", "p"}, -1}, {{"x", "p", "p"}, {"z", "p", "p"}, -1}, {{"x", "p", "p"}, {NULL, "p", "p"}, -1},
		/* where a line has conditions, reaching it by them is reaching it */
		{{"z", "q", "q"}, {"z", "p", "q"}, 1}, {{"z", "q", "p"}, {"z", NULL, "q"}, 1}, {{"z", "p", "p"}, {"z", "q", "q"}, -1},
		{{"z", "p", "q"}, {"z", NULL, "q"}, -1}, {{"z", "q", "q"}, {"x", "p", "q"}, 0},
	};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_register_decl *d = NULL;

	pl_buf_put_z(&text, head);
	pl_buf_put_z(&text, lines);
	assert_int_equal(pl_register_decl_parse(pl_buf_str(&text), &d, NULL), PL_OK);
	assert_int_equal(d->n_eyes, 2);
	assert_int_equal(d->n_watched, 0);
	for (size_t i = 0; i < PL_COUNT(asked); i++) {
		pl_str before[PL_COMMIT_FIELDS_MAX] = {0}, after[PL_COMMIT_FIELDS_MAX] = {0};
		bool first = asked[i].before[0] && strcmp(asked[i].before[0], "-") == 0;
		const struct pl_register_eyes *e;

		for (size_t f = 0; f < 3; f++) {
			before[1 + f] = asked[i].before[f] ? pl_str_from(asked[i].before[f]) : (pl_str){0};
			after[1 + f] = asked[i].after[f] ? pl_str_from(asked[i].after[f]) : (pl_str){0};
		}
		e = pl_register_eyes_asked(d, first ? NULL : before, after);
		if ((e ? e - d->eyes : -1) != asked[i].line)
			fail_msg("%zu: line %td", i, e ? e - d->eyes : -1);
	}
	assert_true(pl_register_eyes_name(d, &d->fields[1], PL_STR("y")));
	assert_false(pl_register_eyes_name(d, &d->fields[1], PL_STR("z")));
	assert_true(pl_register_eyes_name(d, &d->fields[3], (pl_str){0}));
	assert_false(pl_register_eyes_name(d, &d->fields[2], (pl_str){0}));
	pl_register_decl_free(d);
}

static void nobody_decides_what_was_imported(void **state)
{
	static const char text[] = "pellucid-register v1\nname r\nsource imported\nexistence exact\nopens rows\nlate-after 0\nopen-after 0\nretain 0\n"
				   "field received time open\nfield a enum open x,y\neyes a x\n";
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};

	assert_int_equal(pl_register_decl_parse(pl_str_from(text), &d, &diag), PL_E_RANGE);
	assert_non_null(strstr(diag.text, "nobody's work"));
}

static void generalises(void **state)
{
	struct pl_register_field month = {.type = PL_COMMIT_TIME, .rule = PL_REGISTER_RULE_MONTH};
	struct pl_register_field half = {.type = PL_COMMIT_TIME, .rule = PL_REGISTER_RULE_HALF_YEAR};
	struct pl_register_field year = {.type = PL_COMMIT_TIME, .rule = PL_REGISTER_RULE_YEAR};
	struct pl_register_field range = {.type = PL_COMMIT_U64, .rule = PL_REGISTER_RULE_RANGE, .bounds = PL_STR("0,1,10,100")};
	struct pl_register_field group = {.type = PL_COMMIT_ENUM, .rule = PL_REGISTER_RULE_MAP,
		.bounds = PL_STR("ch:eu,us:am,fr:eu")};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100);

	check_coarse(&month, "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z");
	check_coarse(&month, "2024-12-01T00:00:00Z", "2024-12-01T00:00:00Z");
	check_coarse(&half, "2021-06-30T23:59:59Z", "2021-01-01T00:00:00Z");
	check_coarse(&half, "2021-07-01T00:00:00Z", "2021-07-01T00:00:00Z");
	check_coarse(&year, "2021-12-31T00:00:00Z", "2021-01-01T00:00:00Z");
	check_coarse(&range, "0", "0");
	check_coarse(&range, "9", "1");
	check_coarse(&range, "10", "10");
	check_coarse(&range, "99999", "100");
	check_coarse(&group, "fr", "eu");
	assert_int_equal(pl_register_coarsen(&group, pl_str_bytes(PL_STR("xx")), &out), PL_E_RANGE);
	pl_register_decl_free(NULL);
}

static void knows_spans(void **state)
{
	struct pl_register_decl *d = NULL;
	uint64_t from, to;

	assert_int_equal(pl_register_decl_parse(pl_str_from(maker_declaration), &d, NULL), PL_OK);
	/* December 2021: to the first second of 2022. */
	pl_register_received_span(d, 1638316800, &from, &to);
	assert_int_equal(from, 1638316800);
	assert_int_equal(to, 1640995200);
	pl_register_decl_free(d);
}

/* Lines "clock": what they say, and to which cases an event happens when they come in. */
static void takes_clocks(void **state)
{
	static const char lines[] = "field received time open\nfield a enum open x,y\nfield b enum open p,q\n"
				    "clock report-received intake CVD-1,CVD-2 a=x|~ b=p\nclock order-received desk EPOC\ntotal n count\n";
	static const struct {
		const char *a, *b;
		bool starts;
	} cases[] = {{"x", "p", true}, {NULL, "p", true}, {"y", "p", false}, {"x", "q", false}, {"x", NULL, false}};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1000), when PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct pl_register_decl *d = NULL;
	pl_str rest, code;

	(void)state;
	pl_buf_put_z(&text, head);
	pl_buf_put_z(&text, lines);
	assert_int_equal(pl_register_decl_parse(pl_buf_str(&text), &d, NULL), PL_OK);
	assert_int_equal(d->n_clocks, 2);
	assert_true(d->clocks[0].intake);
	assert_false(d->clocks[1].intake);
	rest = d->clocks[0].codes;
	assert_true(pl_register_code_next(&rest, &code) && pl_str_eq(code, PL_STR("CVD-1")));
	assert_true(pl_register_code_next(&rest, &code) && pl_str_eq(code, PL_STR("CVD-2")));
	assert_false(pl_register_code_next(&rest, &code));
	pl_register_clock_when_put(d, &d->clocks[0], &when);
	assert_true(pl_str_eq(pl_buf_str(&when), PL_STR("a=x|~ b=p")));
	assert_ptr_equal(pl_register_decl_clock(d, PL_STR("order-received")), &d->clocks[1]);
	assert_null(pl_register_decl_clock(d, PL_STR("order")));
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		pl_str first[PL_COMMIT_FIELDS_MAX] = {0};

		first[d->fields[1].exact] = cases[i].a ? pl_str_from(cases[i].a) : (pl_str){0};
		first[d->fields[2].exact] = cases[i].b ? pl_str_from(cases[i].b) : (pl_str){0};
		assert_int_equal(pl_register_clock_starts(&d->clocks[0], first), cases[i].starts);
		assert_false(pl_register_clock_starts(&d->clocks[1], first));
	}
	pl_register_decl_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derives_the_committed_fields),
		cmocka_unit_test(refuses_other_texts),
		cmocka_unit_test(takes_a_calendar),
		cmocka_unit_test(takes_clocks),
		cmocka_unit_test(asks_the_steps),
		cmocka_unit_test(asks_for_two),
		cmocka_unit_test(nobody_decides_what_was_imported),
		cmocka_unit_test(generalises),
		cmocka_unit_test(knows_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
