/* SPDX-License-Identifier: Apache-2.0 */
/* Half-yearly reports that are promised: from when on, by when, until when; who is told when. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/time.h"
#include "register/report.h"
#include "register/report_due.h"

static uint64_t at(const char *text)
{
	uint64_t t = 0;

	assert_int_equal(pl_time_parse(pl_str_from(text), &t), PL_OK);
	return t;
}

static void is_at(uint64_t t, const char *text)
{
	char is[21];

	pl_time_write(t, is);
	assert_string_equal(is, text);
}

/* ---- one clock ---- */

static void the_clock_is_that_of_the_promise(void **state)
{
	const uint64_t end = at("2025-07-01T00:00:00Z") / PL_SECOND;
	struct pl_clock c = {0};

	assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("EU")), 60, end, at("2025-07-01T00:00:00Z"), &c, NULL), PL_OK);
	assert_int_equal(c.state, PL_CLOCK_RUNNING);
	assert_string_equal(c.def->code, "REP");
	is_at(c.due.strict, "2025-08-29T21:59:59Z"); /* summer in Brussels: the day of the end is not counted, whichever zone */
	is_at(c.due.legal, "2025-08-29T22:00:00Z");
	/* The last day is a holiday there, and none in Germany. */
	assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("EU")), 21, end, at("2025-07-01T00:00:00Z"), &c, NULL), PL_OK);
	is_at(c.due.legal, "2025-07-22T22:00:00Z");
	assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("DE")), 21, end, at("2025-07-01T00:00:00Z"), &c, NULL), PL_OK);
	is_at(c.due.legal, "2025-07-21T22:00:00Z");
	assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("EU")), 60, end, at("2025-08-30T00:00:00Z"), &c, NULL), PL_OK);
	assert_int_equal(c.state, PL_CLOCK_OVERDUE_LEGAL);
	assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("EU")), 60, at("1999-07-01T00:00:00Z") / PL_SECOND, at("2025-08-30T00:00:00Z"), &c, NULL), PL_E_RANGE);
}

/* Each alarm once, the last of several; past the end each week. */
static void somebody_is_told_until_it_is_out(void **state)
{
	static const struct {
		const char *now, *told, *says; /* says: when the alarm was due; NULL: none */
	} cases[] = {
		{"2025-07-02T00:00:00Z", NULL, NULL},
		{"2025-07-31T00:00:00Z", NULL, "2025-07-30T21:59:59Z"}, /* a half */
		{"2025-07-31T00:00:00Z", "2025-07-31T00:00:00Z", NULL},
		{"2025-08-28T23:00:00Z", "2025-07-31T00:00:00Z", "2025-08-28T21:59:59Z"}, /* a day before it */
		{"2025-08-29T21:59:59Z", "2025-08-29T21:00:00Z", "2025-08-29T21:59:59Z"},
		{"2025-09-03T00:00:00Z", "2025-08-29T21:59:59Z", "2025-08-29T22:00:00Z"},
		{"2025-09-03T00:00:00Z", "2025-09-03T00:00:00Z", NULL},
		{"2025-09-05T23:00:00Z", "2025-09-03T00:00:00Z", "2025-09-05T22:00:00Z"}, /* a week later */
		{"2025-09-05T23:00:00Z", "2025-09-05T23:00:00Z", NULL},
		{"2027-01-01T00:00:00Z", "2025-09-05T23:00:00Z", "2026-12-25T22:00:00Z"},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_alarm alarm = {0};
		struct pl_clock c = {0};
		bool told;

		assert_int_equal(pl_report_clock(pl_calendar_find(PL_STR("EU")), 60, at("2025-07-01T00:00:00Z") / PL_SECOND, at(cases[i].now), &c, NULL), PL_OK);
		told = pl_report_alarm(&c, cases[i].told ? at(cases[i].told) : 0, at(cases[i].now), &alarm);
		if (told != (cases[i].says != NULL))
			fail_msg("%s, told %s", cases[i].now, cases[i].told ? cases[i].told : "never");
		if (told)
			is_at(alarm.at, cases[i].says);
	}
}

/* ---- of an instance ---- */

static struct pl_register *declare(struct pl_instance *inst, const char *name, const char *promise)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_register *r = NULL;
	struct pl_diag diag = {0};

	pl_buf_printf(&text, "pellucid-register v1\nname %s\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 1\n%s"
		"field received time open\ntotal cases count\n", name, promise);
	if (pl_register_add(inst, pl_buf_str(&text), 0, &r, &diag))
		fail_msg("%s", diag.text);
	return r;
}

static void beat(struct pl_instance *inst, const struct pl_register *r, const char *time)
{
	struct pl_register_beat b;
	struct pl_diag diag = {0};

	if (pl_register_beat(inst, r, at(time) / PL_SECOND, &b, &diag) || pl_instance_settle(inst, &b.ref, 1, PL_OUTBOX_PROJECTED, 60 * PL_SECOND, &diag))
		fail_msg("%s", diag.text);
}

/* "name period state ..." of all, by their ends. */
static void owes(struct pl_instance *inst, pl_str name, const char *now, const char *want)
{
	struct pl_report_due *list = pl_alloc(PL_REPORT_DUE_MAX, sizeof *list);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	size_t n = 0;

	assert_int_equal(pl_report_due_list(inst, name, at(now), list, &n, NULL), PL_OK);
	for (size_t i = 0; i < n; i++)
		pl_buf_printf(&text, "%s%s %s %s", i ? ", " : "", list[i].name, list[i].period, pl_clock_state_text(list[i].clock.state));
	assert_string_equal(pl_buf_z(&text), want);
	pl_free(list);
}

static void publish(struct pl_instance *inst, const struct pl_register *r, const char *from, const char *to)
{
	struct pl_register_report_file file = {0};
	struct pl_register_report_made made;
	struct pl_recount counted = {0};
	struct pl_diag diag = {0};
	const struct pl_register_report_job job = {inst, r, at(from) / PL_SECOND, at(to) / PL_SECOND, pl_time_now() / PL_SECOND, 60 * PL_SECOND, NULL, -1};

	if (pl_register_report_make(&job, &file, &counted, &made, &diag))
		fail_msg("%s", diag.text);
	pl_recount_done(&counted);
	pl_register_report_file_done(&file);
}

static void half_years_are_owed_until_they_are_reported(void **state)
{
	struct pl_instance *inst = release_instance(*state, "due");
	struct pl_register *a = declare(inst, "a", "report-within 60\n"), *b = declare(inst, "b", "calendar DE\nreport-within 200\n"), *c = declare(inst, "c", "");
	const pl_str all = {0};

	owes(inst, all, "2025-07-01T00:00:00Z", ""); /* no head yet: it does not count */
	beat(inst, a, "2025-03-01T00:00:00Z");
	beat(inst, b, "2025-06-30T23:59:59Z");
	beat(inst, c, "2025-03-01T00:00:00Z");
	owes(inst, all, "2025-06-30T23:59:59Z", "");
	owes(inst, all, "2025-07-01T00:00:00Z", "a 2025-H1 running, b 2025-H1 running");
	owes(inst, all, "2025-09-01T00:00:00Z", "a 2025-H1 overdue, b 2025-H1 running");
	owes(inst, PL_STR("b"), "2025-09-01T00:00:00Z", "b 2025-H1 running");
	owes(inst, PL_STR("c"), "2025-09-01T00:00:00Z", "");
	owes(inst, all, "2026-01-01T00:00:00Z", "a 2025-H1 overdue, b 2025-H1 running, a 2025-H2 running, b 2025-H2 running");
	publish(inst, a, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"); /* of a year: not what was promised */
	owes(inst, PL_STR("a"), "2026-01-01T00:00:00Z", "a 2025-H1 overdue, a 2025-H2 running");
	publish(inst, a, "2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z");
	owes(inst, PL_STR("a"), "2026-01-01T00:00:00Z", "a 2025-H2 running");
	pl_register_close(a);
	pl_register_close(b);
	pl_register_close(c);
	pl_instance_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_is_that_of_the_promise),
		cmocka_unit_test(somebody_is_told_until_it_is_out),
		cmocka_unit_test(half_years_are_owed_until_they_are_reported),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
