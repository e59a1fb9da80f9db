/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid clock due`: one clock, from its start and its pauses to the two ends, with the reasons in words. */
#include "cli/clock.h"
#include "cli/release.h"

#define WORDS_MAX ((size_t)8 << 10)

/* What the command line asks. */
struct question {
	const struct pl_calendar *calendar;
	struct pl_clock_def def; /* the table's row, with the period of the command line */
	uint64_t start;
	bool extended;
	struct pl_pauses pauses;
};

const char *pl_cli_clock_weekday(uint64_t day)
{
	static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

	return names[pl_date_weekday(day)];
}

/* "2026-11-21T10:30:00Z", or without the Z, seconds optional, as a wall clock in the country shows it. */
static pl_status parse_moment(const struct pl_calendar *c, pl_str text, uint64_t *ret)
{
	char full[20] = "0000-00-00T00:00:00";
	struct pl_date date;
	unsigned seconds;
	pl_status st;

	if (text.len && text.ptr[text.len - 1] == 'Z')
		return pl_time_parse(text, ret);
	if ((text.len != 16 && text.len != 19) || text.ptr[10] != 'T')
		return PL_E_SYNTAX;
	memcpy(full, text.ptr, text.len);
	st = pl_date_parse(pl_str_of(full, 10), &date);
	if (st == PL_OK)
		st = pl_date_parse_clock(pl_str_of(full + 11, 8), &seconds);
	if (st == PL_OK && date.year < PL_DUE_YEAR_MIN)
		st = PL_E_RANGE;
	if (st == PL_OK)
		*ret = pl_zone_instant(c->zone, pl_date_day(date), seconds * PL_SECOND);
	return st;
}

static bool moment(const struct pl_cli *cli, const struct pl_calendar *c, pl_str text, uint64_t *ret)
{
	if (parse_moment(c, text, ret) == PL_OK)
		return true;
	(void)pl_cli_usage(cli,
		"\"%.*s\" is no moment: 2026-11-21T10:30:00Z, or 2026-11-21T10:30 as a clock in the country shows it",
		PL_STR_ARG(text));
	return false;
}

/* "A..B,C..D", one after the other, none before the start. */
static bool pauses(const struct pl_cli *cli, pl_str text, struct question *q)
{
	uint64_t before = q->start;
	pl_str one, from;

	while (text.len) {
		uint64_t a, b;

		if (!pl_str_take_until(&text, ',', &one)) {
			one = text;
			text = (pl_str){0};
		}
		from = pl_str_sub(one, 0, pl_str_find_str(one, PL_STR("..")));
		if (!moment(cli, q->calendar, from, &a) || !moment(cli, q->calendar, pl_str_sub(one, from.len + 2, one.len), &b))
			return false;
		if (a < before || b < a) {
			(void)pl_cli_usage(cli, "pauses lie behind the start, in the order of their times");
			return false;
		}
		pl_due_add_pause(&q->pauses, q->calendar->zone, a, b);
		before = b;
	}
	return true;
}

static bool find_clock(const struct pl_cli *cli, struct question *q)
{
	const struct pl_clock_def *def = pl_clock_find(pl_str_from(cli->argv[0]));
	const char *period = pl_cli_get(cli, "period"), *why = NULL;

	if (!def) {
		(void)pl_cli_usage(cli, "no clock \"%s\"; `pellucid clock list` names them", cli->argv[0]);
		return false;
	}
	q->def = *def;
	q->extended = pl_cli_has(cli, "extended");
	if (period && !def->configurable)
		why = "period is that of the law";
	else if (period && pl_due_parse_span(pl_str_from(period), &q->def.period) != PL_OK)
		why = "period is written 72h, 10d, 3w, 1m or 2y, up to 20 years";
	else if (q->extended && !def->extension.amount)
		why = "period cannot be extended";
	else if (pl_cli_has(cli, "pause") && !def->pausable)
		why = "clock cannot be paused";
	if (why)
		(void)pl_cli_usage(cli, "%s: its %s", def->code, why);
	return !why;
}

static bool ask(const struct pl_cli *cli, struct question *q)
{
	const char *country = pl_cli_get(cli, "country"), *paused = pl_cli_get(cli, "pause");

	q->calendar = pl_cli_clock_calendar(cli, country ? country : "EU");
	return q->calendar && find_clock(cli, q) && moment(cli, q->calendar, pl_str_from(cli->argv[1]), &q->start) &&
		(!paused || pauses(cli, pl_str_from(paused), q));
}

static void put_day(struct pl_buf *b, uint64_t day)
{
	pl_buf_printf(b, "%s ", pl_cli_clock_weekday(day));
	pl_date_put(b, pl_date_of_day(day));
}

/* "Saturday 2026-11-21, 10:30:00 CET"; midnight at the end of a day as 24:00:00 of it. */
static void put_civil(struct pl_buf *b, const struct pl_calendar *c, uint64_t t, bool is_end)
{
	uint64_t s = pl_zone_clock(c->zone, t) / PL_SECOND;
	bool midnight = is_end && s == 0;

	put_day(b, pl_zone_day(c->zone, t) - midnight);
	s = midnight ? 86400 : s;
	pl_buf_printf(b, ", %02u:%02u:%02u %s", (unsigned)(s / 3600), (unsigned)(s / 60 % 60), (unsigned)(s % 60),
		pl_zone_name(c->zone, t));
}

/* The holiday on @day, for the words; "" if it is none. */
static const char *holiday_name(const struct pl_calendar *c, uint64_t day)
{
	const char *name = NULL;
	enum pl_day_kind kind;

	return pl_calendar_day(c, day, &kind, &name) == PL_OK && name ? name : "";
}

static void put_moved(struct pl_buf *b, const struct pl_calendar *c, const struct pl_due *due)
{
	const char *name = holiday_name(c, due->counted);

	pl_buf_put_z(b, "the last day, ");
	put_day(b, due->counted);
	if (*name)
		pl_buf_printf(b, " (%s)", name);
	pl_buf_printf(b, ", is no working day for %s: the next one (Article 3(4))", c->name);
}

/* The words of one reason. */
static void put_why(struct pl_buf *b, const struct question *q, const struct pl_due *due, enum pl_why why)
{
	switch (why) {
	case PL_WHY_HOUR:
		pl_buf_put_z(b, "the hour of the event is not counted and the last hour is whole (Article 3(1) and (2)(a)); "
			"weekends and holidays count");
		break;
	case PL_WHY_DAY:
		pl_buf_put_z(b, "the day of the event is not counted and the last day is whole (Article 3(1) and (2))");
		break;
	case PL_WHY_SHORT:
		pl_buf_put_z(b, "the last month does not have that date: its last day (Article 3(2)(c))");
		break;
	case PL_WHY_WEEKEND:
	case PL_WHY_HOLIDAY:
		put_moved(b, q->calendar, due);
		break;
	case PL_WHY_TWO_DAYS:
		pl_buf_put_z(b, "two working days must lie in it (Article 3(5))");
		break;
	case PL_WHY_PAUSED:
		pl_buf_put_z(b, "both ends are later by the time that the clock stood still");
		if (q->def.period.unit != PL_UNIT_HOUR)
			pl_buf_printf(b, ": strictly %u whole days, legally %u dates", q->pauses.whole_days, q->pauses.dates);
		break;
	case PL_WHY_FORECAST:
		pl_buf_printf(b, "holidays after %u are a forecast: check the year's list in the Official Journal",
			q->calendar->confirmed);
		break;
	}
}

/* The reasons in @due, each once; weekend and holiday share one. */
static size_t reasons(const struct pl_due *due, enum pl_why ret[static 8])
{
	unsigned why = due->why;
	size_t n = 0;

	if (why & PL_WHY_WEEKEND)
		why &= ~(unsigned)PL_WHY_HOLIDAY;
	for (unsigned bit = PL_WHY_HOUR; bit <= PL_WHY_FORECAST; bit <<= 1)
		if (why & bit)
			ret[n++] = (enum pl_why)bit;
	return n;
}

static int print_json(const struct pl_cli *cli, const struct question *q, const struct pl_due *due)
{
	struct pl_json *o = pl_json_new_object(), *array;
	enum pl_why why[8];
	size_t n = reasons(due, why);
	char start[21], strict[21], legal[21];

	pl_time_write(q->start, start);
	pl_time_write(due->strict, strict);
	pl_time_write(due->legal, legal);
	pl_json_set_z(o, "code", q->def.code);
	pl_json_set_z(o, "country", q->calendar->code);
	pl_json_set_z(o, "start", start);
	pl_json_set_bool(o, "extended", q->extended);
	pl_json_set_bool(o, "hold", q->def.hold);
	pl_json_set_z(o, "strict", strict);
	pl_json_set_z(o, "legal", legal);
	array = pl_json_set_array(o, "why");
	for (size_t i = 0; i < n; i++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(WORDS_MAX);

		put_why(&b, q, due, why[i]);
		pl_json_push_str(array, pl_buf_str(&b));
	}
	return pl_cli_json_line(cli, o);
}

static void put_line(struct pl_buf *b, const char *label, const struct pl_calendar *c, uint64_t t, bool is_end,
	const char *more)
{
	pl_buf_printf(b, "%-8s ", label);
	pl_time_put(b, t);
	pl_buf_put_z(b, "  ");
	put_civil(b, c, t, is_end);
	pl_buf_printf(b, "%s\n", more);
}

static int print_text(const struct pl_cli *cli, const struct question *q, const struct pl_due *due)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(WORDS_MAX);
	enum pl_why why[8];
	size_t n = reasons(due, why);
	pl_status st;

	pl_buf_printf(&b, "%s: %s, ", q->def.code, q->def.task);
	pl_due_put_span(&b, q->def.period);
	if (q->extended) {
		pl_buf_put_z(&b, " and, told in time, ");
		pl_due_put_span(&b, q->def.extension);
	}
	pl_buf_printf(&b, " (%s, %s)\n", q->def.law, q->def.article);
	put_line(&b, "start", q->calendar, q->start, false, "");
	put_line(&b, "strict", q->calendar, due->strict, false, q->def.hold ? "" : "  <- work towards this");
	put_line(&b, "legal", q->calendar, due->legal, true, q->def.hold ? "  <- keep until this" : "");
	pl_buf_put_z(&b,
		q->def.hold ? "Let go at the legal time, not before. " : "Both are the first moment that is too late. ");
	pl_buf_put_z(&b, "They differ by Regulation (EEC, Euratom) No 1182/71:\n");
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_z(&b, "  - ");
		put_why(&b, q, due, why[i]);
		pl_buf_put_z(&b, "\n");
	}
	st = pl_buf_status(&b);
	if (st == PL_OK)
		st = pl_cli_out(pl_buf_str(&b));
	return st == PL_OK ? PL_EXIT_OK : pl_cli_fail(cli, st, NULL);
}

int pl_cli_clock_due(struct pl_cli *cli)
{
	static const struct pl_span none = {0};
	struct question q = {0};
	struct pl_diag diag = {0};
	struct pl_due due;
	pl_status st;

	if (!ask(cli, &q))
		return PL_EXIT_USAGE;
	st = pl_due_after(q.calendar, q.start, q.def.period, q.extended ? q.def.extension : none, &q.pauses, &due, &diag);
	if (st != PL_OK)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_has(cli, "json") ? print_json(cli, &q, &due) : print_text(cli, &q, &due);
}
