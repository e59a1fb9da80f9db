/* SPDX-License-Identifier: Apache-2.0 */
#include "register_test.h"
#include "register/clock.h"

/* The whole table for the institutions, unless a test says otherwise. */
struct fixture {
	const struct pl_clock_def *defs;
	size_t count;
	struct pl_clock clocks[PL_CLOCKS_MAX];
	struct pl_diag diag;
};

static struct fixture run(const char *country, const struct pl_clock_event *events, size_t n, const char *now,
	pl_status want)
{
	struct fixture f = {0};
	pl_status st;

	f.defs = pl_clock_table(&f.count);
	st = pl_clock_case(pl_calendar_find(pl_str_from(country)), f.defs, f.count, events, n, at(now), f.clocks, &f.diag);
	if (st != want)
		fail_msg("got %s (%s), expected %s", pl_status_word(st), f.diag.text, pl_status_word(want));
	return f;
}

static const struct pl_clock *clock_of(const struct fixture *f, const char *code)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->clocks[i].def->code, code) == 0)
			return &f->clocks[i];
	fail_msg("no clock %s", code);
	return NULL;
}

static void holds_the_table_of_the_law(void **state)
{
	static const struct {
		const char *code, *period, *extension;
	} want[] = {
		{"CRA-V1", "24 hours", ""}, {"CRA-V2", "72 hours", ""}, {"CRA-V3", "14 days", ""}, {"CRA-I1", "24 hours", ""},
		{"CRA-I2", "72 hours", ""}, {"CRA-I3", "1 month", ""}, {"NIS2-1", "24 hours", ""}, {"NIS2-2", "72 hours", ""},
		{"NIS2-3", "1 month", ""}, {"GDPR-R", "1 month", "2 months"}, {"GDPR-B", "72 hours", ""}, {"EPOC", "10 days", ""},
		{"EPOC-E", "8 hours", ""}, {"EPOC-PR", "60 days", "30 days"}, {"CVD-1", "3 days", ""}, {"CVD-2", "90 days", ""},
		{"REP", "60 days", ""},
	};
	size_t n;

	(void)pl_clock_table(&n);
	assert_int_equal(n, PL_COUNT(want));
	for (size_t i = 0; i < n; i++) {
		const struct pl_clock_def *d = pl_clock_find(pl_str_from(want[i].code));
		struct pl_buf p PL_CLEANUP(pl_buf_done) = PL_BUF(64), x PL_CLEANUP(pl_buf_done) = PL_BUF(64);

		assert_non_null(d);
		assert_true(!d->starts != !d->after);
		assert_true(!d->after || pl_clock_find(pl_str_from(d->after)));
		assert_true(!d->starts || strcmp(pl_clock_event_text(d->starts), d->starts) != 0);
		pl_due_put_span(&p, d->period);
		assert_string_equal(pl_buf_z(&p), want[i].period);
		if (d->extension.amount)
			pl_due_put_span(&x, d->extension);
		assert_string_equal(pl_buf_z(&x), want[i].extension);
	}
	assert_null(pl_clock_find(PL_STR("GDPR-X")));
}

/* The final report waits for the measure, and that of an incident for the notification. */
static void starts_with_its_own_event(void **state)
{
	static const struct pl_clock_event events[] = {
		{0, PL_CLOCK_HAPPENED, "exploitation-known", NULL}, {0, PL_CLOCK_HAPPENED, "incident-known", NULL},
		{0, PL_CLOCK_MEET, "CRA-V1", NULL}, {0, PL_CLOCK_MEET, "CRA-I2", NULL},
		{0, PL_CLOCK_HAPPENED, "measure-available", NULL},
	};
	static const char *const times[] = {"2026-11-20T17:42:10Z", "2026-11-20T17:42:10Z", "2026-11-21T17:42:10Z",
		"2026-11-23T10:00:00Z", "2026-12-10T09:00:00Z"};
	struct pl_clock_event e[PL_COUNT(events)];
	struct fixture f;

	memcpy(e, events, sizeof e);
	for (size_t i = 0; i < PL_COUNT(e); i++)
		e[i].at = at(times[i]);
	f = run("EU", e, PL_COUNT(e), "2026-11-21T12:00:00Z", PL_OK);
	assert_int_equal(clock_of(&f, "CRA-V1")->state, PL_CLOCK_RUNNING);
	assert_int_equal(clock_of(&f, "CRA-V1")->left, 5 * PL_HOUR + 42 * 60 * PL_SECOND + 10 * PL_SECOND);
	assert_int_equal(clock_of(&f, "CRA-V3")->state, PL_CLOCK_NOT_STARTED);
	assert_int_equal(clock_of(&f, "CRA-I3")->state, PL_CLOCK_NOT_STARTED);
	assert_int_equal(clock_of(&f, "CRA-I3")->due.strict, 0);
	f = run("EU", e, PL_COUNT(e), "2026-12-10T09:00:00Z", PL_OK);
	/* Met at the very moment of the strict end, in the hour that the law still gives. */
	assert_int_equal(clock_of(&f, "CRA-V1")->state, PL_CLOCK_MET);
	assert_int_equal(clock_of(&f, "CRA-V2")->state, PL_CLOCK_OVERDUE_LEGAL);
	assert_int_equal(clock_of(&f, "CRA-I1")->state, PL_CLOCK_OVERDUE_LEGAL);
	assert_true(clock_of(&f, "CRA-I1")->left < 0);
	assert_int_equal(clock_of(&f, "CRA-I2")->state, PL_CLOCK_MET);
	assert_time("one month after it was sent", clock_of(&f, "CRA-I3")->due.strict, "2026-12-23T10:00:00Z");
	assert_time("fourteen days after the measure", clock_of(&f, "CRA-V3")->due.strict, "2026-12-24T09:00:00Z");
	assert_time("and after the holidays", clock_of(&f, "CRA-V3")->due.legal, "2027-01-04T23:00:00Z");
	assert_int_equal(clock_of(&f, "NIS2-1")->state, PL_CLOCK_NOT_STARTED);
}

static void goes_through_its_states(void **state)
{
	const struct pl_clock_event e[] = {
		{at("2026-01-31T09:00:00Z"), PL_CLOCK_HAPPENED, "request-received", NULL},
		{at("2026-03-02T22:59:59Z"), PL_CLOCK_MEET, "GDPR-R", NULL},
	};
	const struct pl_clock_event late[] = {e[0], {at("2026-03-02T23:00:00Z"), PL_CLOCK_MEET, "GDPR-R", NULL}};
	static const struct {
		const char *now;
		enum pl_clock_state state;
	} want[] = {
		{"2026-01-31T08:59:59Z", PL_CLOCK_NOT_STARTED}, {"2026-01-31T09:00:00Z", PL_CLOCK_RUNNING},
		{"2026-02-28T08:59:59Z", PL_CLOCK_RUNNING}, {"2026-02-28T09:00:00Z", PL_CLOCK_OVERDUE_STRICT},
		{"2026-03-02T22:59:58Z", PL_CLOCK_OVERDUE_STRICT}, {"2026-03-02T22:59:59Z", PL_CLOCK_MET},
		{"2027-01-01T00:00:00Z", PL_CLOCK_MET},
	};
	struct fixture f;

	for (size_t i = 0; i < PL_COUNT(want); i++) {
		f = run("DE", e, 2, want[i].now, PL_OK);
		if (clock_of(&f, "GDPR-R")->state != want[i].state)
			fail_msg("%s: %s", want[i].now, pl_clock_state_text(clock_of(&f, "GDPR-R")->state));
	}
	f = run("DE", late, 1, "2026-03-02T23:00:00Z", PL_OK);
	assert_int_equal(clock_of(&f, "GDPR-R")->state, PL_CLOCK_OVERDUE_LEGAL);
	f = run("DE", late, 2, "2026-03-03", PL_OK);
	assert_int_equal(clock_of(&f, "GDPR-R")->state, PL_CLOCK_MET_LATE);
}

static void pauses_for_identity(void **state)
{
	const struct pl_clock_event e[] = {
		{at("2026-01-15T09:00:00Z"), PL_CLOCK_HAPPENED, "request-received", NULL},
		{at("2026-02-03T09:00:00Z"), PL_CLOCK_PAUSE, "GDPR-R", "identity"},
		{at("2026-02-08T08:00:00Z"), PL_CLOCK_RESUME, "GDPR-R", NULL},
	};
	struct fixture f = run("DE", e, 3, "2026-02-05T09:00:00Z", PL_OK);
	const struct pl_clock *c = clock_of(&f, "GDPR-R");

	assert_int_equal(c->state, PL_CLOCK_PAUSED);
	assert_time("as if resumed now", c->due.strict, "2026-02-17T09:00:00Z");
	f = run("DE", e, 3, "2026-02-19T08:59:59Z", PL_OK);
	assert_int_equal(c->state, PL_CLOCK_RUNNING);
	assert_int_equal(c->left, PL_SECOND);
	assert_time("four whole days", c->due.strict, "2026-02-19T09:00:00Z");
	assert_time("five dates", c->due.legal, "2026-02-20T23:00:00Z");
	/* A pause is no end: answered during it, or extended. */
	f = run("DE", (struct pl_clock_event[]){e[0], e[1], {at("2026-05-01"), PL_CLOCK_MEET, "GDPR-R", NULL}}, 3,
		"2026-06-01", PL_OK);
	assert_int_equal(c->state, PL_CLOCK_MET);
	f = run("DE", (struct pl_clock_event[]){e[0], e[1], {at("2026-05-01"), PL_CLOCK_EXTEND, "GDPR-R", "complex"}}, 3,
		"2026-06-01", PL_OK);
	assert_true(c->extended);
	assert_int_equal(c->notes, 0);
}

static void ignores_what_comes_too_late(void **state)
{
	const struct pl_clock_event start = {at("2026-01-31T09:00:00Z"), PL_CLOCK_HAPPENED, "request-received", NULL};
	static const struct {
		const char *what, *told, *strict, *legal;
		unsigned notes;
	} cases[] = {
		{"in time", "2026-02-28T08:59:59Z", "2026-04-28T08:00:00Z", "2026-04-30T22:00:00Z", 0},
		{"after the strict end", "2026-02-28T09:00:00Z", "2026-02-28T09:00:00Z", "2026-04-30T22:00:00Z",
			PL_CLOCK_EXTENSION_AFTER_STRICT},
		{"after the legal end", "2026-03-02T23:00:00Z", "2026-02-28T09:00:00Z", "2026-03-02T23:00:00Z",
			PL_CLOCK_EXTENSION_LATE},
	};
	struct fixture f;

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_clock_event e[] = {start, {at(cases[i].told), PL_CLOCK_EXTEND, "GDPR-R", "many requests"}};

		f = run("DE", e, 2, "2026-03-10", PL_OK);
		assert_time(cases[i].what, clock_of(&f, "GDPR-R")->due.strict, cases[i].strict);
		assert_time(cases[i].what, clock_of(&f, "GDPR-R")->due.legal, cases[i].legal);
		assert_int_equal(clock_of(&f, "GDPR-R")->notes, cases[i].notes);
	}
	f = run("DE", (struct pl_clock_event[]){start, {at("2026-03-03"), PL_CLOCK_PAUSE, "GDPR-R", "identity"}}, 2,
		"2026-03-10", PL_OK);
	assert_int_equal(clock_of(&f, "GDPR-R")->state, PL_CLOCK_OVERDUE_LEGAL);
	assert_int_equal(clock_of(&f, "GDPR-R")->notes, PL_CLOCK_PAUSE_LATE);
	/* Between the two ends a pause counts for the legal one only. */
	f = run("DE", (struct pl_clock_event[]){start, {at("2026-03-02T09:00:00Z"), PL_CLOCK_PAUSE, "GDPR-R", "identity"},
		{at("2026-03-05T09:00:00Z"), PL_CLOCK_RESUME, "GDPR-R", NULL}}, 3, "2026-03-05T10:00:00Z", PL_OK);
	assert_time("strict stays", clock_of(&f, "GDPR-R")->due.strict, "2026-02-28T09:00:00Z");
}

/* A hold is the other way round: safe is to keep longer. */
static void keeps_what_must_be_kept(void **state)
{
	const struct pl_clock_event e[] = {
		{at("2026-09-01T09:00:00Z"), PL_CLOCK_HAPPENED, "preservation-order-received", NULL},
		{at("2026-10-31T12:00:00Z"), PL_CLOCK_EXTEND, "EPOC-PR", "confirmed by the authority"},
	};
	const struct pl_clock_event released[] = {e[0], {at("2026-10-30"), PL_CLOCK_MEET, "EPOC-PR", NULL}};
	struct fixture f = run("DE", e, 1, "2026-10-31T12:00:00Z", PL_OK);
	const struct pl_clock *c = clock_of(&f, "EPOC-PR");

	/* 31 October 2026 is a Saturday: till the end of Monday. */
	assert_int_equal(c->state, PL_CLOCK_RUNNING);
	assert_time("legal", c->due.legal, "2026-11-02T23:00:00Z");
	f = run("DE", e, 1, "2026-11-02T23:00:00Z", PL_OK);
	assert_int_equal(c->state, PL_CLOCK_HELD);
	f = run("DE", e, 2, "2026-11-02T23:00:00Z", PL_OK);
	assert_int_equal(c->state, PL_CLOCK_RUNNING);
	assert_time("thirty more", c->due.strict, "2026-11-30T10:00:00Z");
	f = run("DE", released, 2, "2026-11-02", PL_OK);
	assert_int_equal(c->state, PL_CLOCK_BROKEN);
}

static void refuses_what_cannot_have_happened(void **state)
{
	const struct pl_clock_event s = {at("2026-01-15T09:00:00Z"), PL_CLOCK_HAPPENED, "request-received", NULL};
	const struct pl_clock_event o = {at("2026-01-15T09:00:00Z"), PL_CLOCK_HAPPENED, "order-received", NULL};
	const struct {
		struct pl_clock_event e[4];
		size_t n;
		const char *words;
	} cases[] = {
		{{s, {at("2026-01-14"), PL_CLOCK_MEET, "GDPR-R", NULL}}, 2, "event 2 is earlier"},
		{{{at("2026-01-14"), PL_CLOCK_MEET, "GDPR-R", NULL}}, 1, "event 1: GDPR-R has not started"},
		{{s, {at("2026-01-16"), PL_CLOCK_RESUME, "GDPR-R", NULL}}, 2, "event 2: GDPR-R is not paused"},
		{{s, {at("2026-01-16"), PL_CLOCK_PAUSE, "GDPR-R", ""}}, 2, "needs a reason"},
		{{s, {at("2026-01-16"), PL_CLOCK_EXTEND, "GDPR-R", NULL}}, 2, "needs a reason"},
		{{s, {at("2026-01-16"), PL_CLOCK_PAUSE, "GDPR-R", "a"}, {at("2026-01-17"), PL_CLOCK_PAUSE, "GDPR-R", "b"}}, 3,
			"paused already"},
		{{s, {at("2026-01-16"), PL_CLOCK_EXTEND, "GDPR-R", "a"}, {at("2026-01-17"), PL_CLOCK_EXTEND, "GDPR-R", "b"}}, 3,
			"extended already"},
		{{s, {at("2026-01-16"), PL_CLOCK_MEET, "GDPR-R", NULL}, {at("2026-01-17"), PL_CLOCK_MEET, "GDPR-R", NULL}}, 3,
			"met already"},
		{{o, {at("2026-01-16"), PL_CLOCK_PAUSE, "EPOC", "a"}}, 2, "cannot be paused"},
		{{o, {at("2026-01-16"), PL_CLOCK_EXTEND, "EPOC", "a"}}, 2, "cannot be extended"},
	};
	static struct pl_clock_event many[PL_CLOCK_EVENTS_MAX + 1];
	struct fixture again;

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct fixture f = run("DE", cases[i].e, cases[i].n, "2026-02-01", PL_E_STATE);

		if (!strstr(f.diag.text, cases[i].words))
			fail_msg("case %zu: \"%s\"", i, f.diag.text);
		assert_null(f.clocks[0].def); /* untouched */
	}
	(void)run("DE", many, PL_COUNT(many), "2026-02-01", PL_E_TOOBIG);
	/* What will happen after now, and what belongs to others, is no matter. */
	(void)run("DE", cases[1].e, 1, "2026-01-13", PL_OK);
	(void)run("DE", (struct pl_clock_event[]){{at("2026-01-14"), PL_CLOCK_MEET, "OTHER", NULL}}, 1, "2026-01-15", PL_OK);
	/* A second start does not start anew. */
	again = run("DE", (struct pl_clock_event[]){s, {at("2026-02-01"), PL_CLOCK_HAPPENED, "request-received", NULL}}, 2,
		"2026-02-02", PL_OK);
	assert_time("the first start", clock_of(&again, "GDPR-R")->started, "2026-01-15T09:00:00Z");
}

static void counts_a_promise_of_ones_own(void **state)
{
	struct pl_clock_def own = *pl_clock_find(PL_STR("CVD-2"));
	const struct pl_clock_event e = {at("2026-03-02T09:00:00Z"), PL_CLOCK_HAPPENED, "report-received", NULL};
	struct pl_clock c;

	own.period = (struct pl_span){45, PL_UNIT_DAY};
	assert_ok(pl_clock_case(pl_calendar_find(PL_STR("NL")), &own, 1, &e, 1, at("2026-03-03"), &c, NULL));
	assert_time("45 days", c.due.strict, "2026-04-16T08:00:00Z");
}

static void warns_in_time(void **state)
{
	const struct pl_clock_event e[] = {
		{at("2026-11-20T12:00:00Z"), PL_CLOCK_HAPPENED, "exploitation-known", NULL},
		{at("2026-11-20T12:00:00Z"), PL_CLOCK_HAPPENED, "measure-available", NULL},
	};
	static const struct {
		const char *at;
		enum pl_alarm_kind kind;
		uint64_t lead;
	} day_long[] = {
		{"2026-11-21T00:00:00Z", PL_ALARM_HALF, 0}, {"2026-11-21T07:12:00Z", PL_ALARM_FOUR_FIFTHS, 0},
		{"2026-11-21T08:00:00Z", PL_ALARM_LEAD, 4 * PL_HOUR}, {"2026-11-21T11:00:00Z", PL_ALARM_LEAD, PL_HOUR},
		{"2026-11-21T12:00:00Z", PL_ALARM_STRICT, 0}, {"2026-11-21T13:00:00Z", PL_ALARM_LEGAL, 0},
	};
	struct fixture f = run("EU", e, 2, "2026-11-20T12:00:00Z", PL_OK);
	struct pl_alarm a[PL_CLOCK_ALARMS_MAX];
	size_t n = pl_clock_alarms(clock_of(&f, "CRA-V1"), a);

	assert_int_equal(n, PL_COUNT(day_long));
	for (size_t i = 0; i < n; i++) {
		assert_time("alarm", a[i].at, day_long[i].at);
		assert_int_equal(a[i].kind, day_long[i].kind);
		assert_int_equal(a[i].lead, day_long[i].lead);
	}
	n = pl_clock_alarms(clock_of(&f, "CRA-V3"), a);
	assert_int_equal(n, 8); /* 7 days is half of it and said once */
	for (size_t i = 1; i < n; i++)
		assert_true(a[i - 1].at <= a[i].at);
	assert_int_equal(pl_clock_alarms(clock_of(&f, "CRA-I1"), a), 0);
}

/* Whatever happens in whatever order: no crash, the ends in order, the same twice. */
static void keeps_its_promises(void **state)
{
	static const char *const names[] = {"request-received", "order-received", "preservation-order-received", "GDPR-R",
		"EPOC", "EPOC-PR", "CVD-2", "report-received"};
	uint64_t seed = 7;
	size_t answered = 0;

	for (unsigned i = 0; i < 20000; i++) {
		struct pl_clock_event e[8];
		struct pl_clock a[PL_CLOCKS_MAX], b[PL_CLOCKS_MAX];
		size_t n = 1 + next_random(&seed) % 8, count;
		const struct pl_clock_def *defs = pl_clock_table(&count);
		const struct pl_calendar *c = pl_calendar_nth(next_random(&seed) % 32);
		uint64_t t = at("2026-01-01") + next_random(&seed) % (2000 * PL_ZONE_DAY), now;

		for (size_t k = 0; k < n; k++, t += next_random(&seed) % (20 * PL_ZONE_DAY))
			e[k] = (struct pl_clock_event){t, k ? (enum pl_clock_event_kind)(next_random(&seed) % 5) : PL_CLOCK_HAPPENED,
				names[k ? next_random(&seed) % 8 : 0], "reason"};
		now = t + next_random(&seed) % (40 * PL_ZONE_DAY);
		if (pl_clock_case(c, defs, count, e, n, now, a, NULL) != PL_OK)
			continue;
		answered++;
		assert_ok(pl_clock_case(c, defs, count, e, n, now, b, NULL));
		assert_memory_equal(a, b, count * sizeof *a);
		for (size_t k = 0; k < count; k++) {
			struct pl_alarm alarms[PL_CLOCK_ALARMS_MAX];

			assert_true(a[k].due.strict <= a[k].due.legal);
			assert_true(!a[k].started || a[k].due.strict > a[k].started);
			assert_in_range(pl_clock_alarms(&a[k], alarms), 0, PL_CLOCK_ALARMS_MAX);
		}
	}
	assert_in_range(answered, 2000, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_table_of_the_law), cmocka_unit_test(starts_with_its_own_event),
		cmocka_unit_test(goes_through_its_states), cmocka_unit_test(pauses_for_identity),
		cmocka_unit_test(ignores_what_comes_too_late), cmocka_unit_test(keeps_what_must_be_kept),
		cmocka_unit_test(refuses_what_cannot_have_happened), cmocka_unit_test(counts_a_promise_of_ones_own),
		cmocka_unit_test(warns_in_time), cmocka_unit_test(keeps_its_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
