/* SPDX-License-Identifier: Apache-2.0 */
#include "register/due.h"
#include "base/mem.h"

/* A period in the three units that matter; only hours, or days and months. */
struct length {
	unsigned hours, days, months;
};

static bool too_long(struct length l)
{
	return l.hours > PL_DUE_YEARS_MAX * 366 * 24 || l.days > PL_DUE_YEARS_MAX * 366 ||
		l.months > PL_DUE_YEARS_MAX * 12;
}

/* False: longer than any period may be. */
static bool length_of(struct pl_span p, struct length *ret)
{
	*ret = (struct length){0};
	if (p.amount > PL_DUE_YEARS_MAX * 366 * 24)
		return false;
	switch (p.unit) {
	case PL_UNIT_HOUR:
		ret->hours = p.amount;
		break;
	case PL_UNIT_DAY:
		ret->days = p.amount;
		break;
	case PL_UNIT_WEEK:
		ret->days = 7 * p.amount;
		break;
	case PL_UNIT_MONTH:
		ret->months = p.amount;
		break;
	case PL_UNIT_YEAR:
		ret->months = 12 * p.amount;
		break;
	}
	return !too_long(*ret);
}

pl_status pl_due_parse_span(pl_str text, struct pl_span *ret)
{
	static const char letters[] = "hdwmy"; /* in the order of enum pl_unit */
	const char *at = text.len ? strchr(letters, text.ptr[text.len - 1]) : NULL;
	struct length ignored;
	struct pl_span p;
	uint64_t n;
	pl_status st;

	if (!at || !*at)
		return PL_E_SYNTAX;
	st = pl_str_to_u64(pl_str_sub(text, 0, text.len - 1), UINT32_MAX, &n);
	if (st != PL_OK)
		return st;
	p = (struct pl_span){(unsigned)n, (enum pl_unit)(at - letters)};
	if (!n || !length_of(p, &ignored))
		return PL_E_RANGE;
	*ret = p;
	return PL_OK;
}

void pl_due_put_span(struct pl_buf *out, struct pl_span p)
{
	static const char *const names[] = {"hour", "day", "week", "month", "year"};

	pl_buf_printf(out, "%u %s%s", p.amount, names[p.unit], p.amount == 1 ? "" : "s");
}

/* What a wall clock shows at @t or, in the hour that is about to be repeated, what it will show when that begins: thus
 * a later moment of a day never has an earlier time of day. */
static uint64_t time_of_day(enum pl_zone zone, uint64_t t)
{
	uint64_t clock = pl_zone_clock(zone, t);

	return pl_zone_offset(zone, t + PL_HOUR) < pl_zone_offset(zone, t) ? clock - clock % PL_HOUR : clock;
}

void pl_due_add_pause(struct pl_pauses *sum, enum pl_zone zone, uint64_t from, uint64_t to)
{
	unsigned dates = (unsigned)(pl_zone_day(zone, to) - pl_zone_day(zone, from));

	sum->ns += to - from;
	sum->dates += dates;
	sum->whole_days += dates - (dates && time_of_day(zone, to) < time_of_day(zone, from));
}

/* The date @l after @day; @short_month is set if it is missing there. */
static uint64_t counted_date(uint64_t day, struct length l, bool *short_month)
{
	struct pl_date from = pl_date_of_day(day), to = pl_date_add_months(from, l.months);

	if (to.day != from.day)
		*short_month = true;
	return pl_date_day(to) + l.days;
}

static pl_status next_working_day(const struct pl_calendar *c, uint64_t day, uint64_t *ret, unsigned *why)
{
	enum pl_day_kind kind;

	for (;; day++) {
		pl_status st = pl_calendar_day(c, day, &kind, NULL);

		if (st != PL_OK)
			return st;
		if (kind == PL_DAY_WORKING)
			break;
		*why |= kind == PL_DAY_WEEKEND ? PL_WHY_WEEKEND : PL_WHY_HOLIDAY;
	}
	*ret = day;
	return PL_OK;
}

/* Article 3(5): move @last on until @first to @last has two working days. */
static pl_status two_working_days(const struct pl_calendar *c, uint64_t first, uint64_t *last, unsigned *why)
{
	enum pl_day_kind kind;
	unsigned n = 0;

	for (uint64_t day = first;; day++) {
		pl_status st = pl_calendar_day(c, day, &kind, NULL);

		if (st != PL_OK)
			return st;
		n += kind == PL_DAY_WORKING;
		if (n < 2)
			continue;
		if (day > *last) {
			*last = day;
			*why |= PL_WHY_TWO_DAYS;
		}
		return PL_OK;
	}
}

static void end_in_hours(enum pl_zone zone, uint64_t start, unsigned hours, const struct pl_pauses *pauses,
	struct pl_due *ret)
{
	/* Every zone here is whole hours ahead of UTC, so its hours begin when those of UTC do. */
	ret->strict = start + hours * PL_HOUR + pauses->ns;
	ret->legal = ret->strict - ret->strict % PL_HOUR + PL_HOUR;
	ret->counted = ret->last = pl_zone_day(zone, ret->legal - 1);
	ret->why = PL_WHY_HOUR;
}

static pl_status end_in_days(const struct pl_calendar *c, uint64_t start, struct length base, struct length more,
	const struct pl_pauses *pauses, struct pl_due *ret)
{
	struct length sum = {.days = base.days + more.days, .months = base.months + more.months};
	uint64_t first = pl_zone_day(c->zone, start), chained;
	bool is_short = false, ignored = false;
	pl_status st;

	ret->why = PL_WHY_DAY;
	/* Does the extension start where the first period ended, or are both one period? 31 January and one month and two:
	 * 28 April, or 30 April. Strictly whichever is earlier, lawfully the latter. */
	chained = counted_date(counted_date(first, base, &ignored), more, &ignored);
	ret->counted = counted_date(first, sum, &is_short);
	ret->strict = pl_zone_instant(c->zone, (chained < ret->counted ? chained : ret->counted) + pauses->whole_days,
		time_of_day(c->zone, start));
	ret->counted += pauses->dates;
	if (is_short)
		ret->why |= PL_WHY_SHORT;
	st = next_working_day(c, ret->counted, &ret->last, &ret->why);
	if (st == PL_OK && (sum.months || sum.days >= 2))
		st = two_working_days(c, first + 1, &ret->last, &ret->why);
	if (st != PL_OK)
		return st;
	if (pl_date_of_day(ret->last).year > c->confirmed)
		ret->why |= PL_WHY_FORECAST;
	ret->legal = pl_zone_midnight(c->zone, ret->last + 1);
	return PL_OK;
}

pl_status pl_due_after(const struct pl_calendar *calendar, uint64_t start, struct pl_span period,
	struct pl_span extension, const struct pl_pauses *pauses, struct pl_due *ret, struct pl_diag *diag)
{
	static const struct pl_pauses none = {0};
	unsigned year = pl_date_of_day(start / PL_ZONE_DAY).year;
	struct pl_due due = {0};
	struct length base, more;

	pauses = pauses ? pauses : &none;
	if (year < PL_DUE_YEAR_MIN || year > PL_DUE_YEAR_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "periods begin in the years %u to %u", PL_DUE_YEAR_MIN, PL_DUE_YEAR_MAX);
	if (!period.amount || !length_of(period, &base) || !length_of(extension, &more) ||
		pauses->dates > PL_DUE_YEARS_MAX * 366)
		return pl_diag_set(diag, PL_E_RANGE, "a period is longer than nothing and not longer than %u years",
			PL_DUE_YEARS_MAX);
	if (extension.amount && !base.hours != !more.hours)
		return pl_diag_set(diag, PL_E_RANGE, "only hours are added to hours");
	if (base.hours)
		end_in_hours(calendar->zone, start, base.hours + more.hours, pauses, &due);
	else if (end_in_days(calendar, start, base, more, pauses, &due) != PL_OK)
		return pl_diag_set(diag, PL_E_RANGE, "the public holidays of %s are known from %u to %u only", calendar->name,
			PL_HOLIDAYS_FIRST, PL_HOLIDAYS_LAST);
	if (pauses->ns)
		due.why |= PL_WHY_PAUSED;
	*ret = due;
	return PL_OK;
}
