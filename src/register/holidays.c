/* SPDX-License-Identifier: Apache-2.0 */
#include "register/holidays_rule.h"
#include <assert.h>

/* Codes in order; the table that holds each is found by looking. */
static const char *const codes[] = {"EU", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR",
	"HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};

const struct pl_calendar *pl_calendar_find(pl_str code)
{
	static const struct pl_calendar *const tables[] = {pl_calendars_union, pl_calendars_west, pl_calendars_north,
		pl_calendars_south, pl_calendars_east};

	for (size_t i = 0; i < PL_COUNT(tables); i++)
		for (const struct pl_calendar *c = tables[i]; c->code; c++)
			if (pl_str_eq(code, pl_str_from(c->code)))
				return c;
	return NULL;
}

const struct pl_calendar *pl_calendar_nth(size_t i)
{
	return i < PL_COUNT(codes) ? pl_calendar_find(pl_str_from(codes[i])) : NULL;
}

/* The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
uint64_t pl_easter(unsigned year)
{
	unsigned a = year % 19, b = year / 100, c = year % 100;
	unsigned d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	unsigned e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7, f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;

	return pl_date_day((struct pl_date){year, f / 31, f % 31 + 1});
}

/* The Julian computus (ibid.), 13 days behind from 1900 to 2099 and a day more in each century without a leap day. */
uint64_t pl_easter_orthodox(unsigned year)
{
	unsigned d = (19 * (year % 19) + 15) % 30, e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7, f = d + e + 114;

	return pl_date_day((struct pl_date){year, f / 31, f % 31 + 1}) + year / 100 - year / 400 - 2;
}

static bool weekend(uint64_t day)
{
	return pl_date_weekday(day) >= PL_SATURDAY;
}

/* The day of @r in @year, before it moves. */
static uint64_t day_of(const struct pl_holiday_rule *r, unsigned year)
{
	uint64_t day;

	switch ((enum pl_holiday_kind)r->kind) {
	case PL_HOLIDAY_EASTER:
		return pl_easter(year) + (uint64_t)(int64_t)r->offset;
	case PL_HOLIDAY_ORTHODOX:
		return pl_easter_orthodox(year) + (uint64_t)(int64_t)r->offset;
	case PL_HOLIDAY_WEEKDAY:
		day = pl_date_day((struct pl_date){year, r->month, r->day});
		return day + ((unsigned)r->offset + 7u - pl_date_weekday(day)) % 7;
	case PL_HOLIDAY_DATE:
		break;
	}
	return pl_date_day((struct pl_date){year, r->month, r->day});
}

static uint64_t held_on(const struct pl_holiday_rule *r, uint64_t day)
{
	enum pl_weekday w = pl_date_weekday(day);

	if (r->move == PL_HOLIDAY_SUNDAY_TO_SATURDAY && w == PL_SUNDAY)
		return day - 1;
	if (r->move == PL_HOLIDAY_MONDAY_UNLESS_FRIDAY && w != PL_FRIDAY)
		return day + (7u - w) % 7;
	return day;
}

static const struct pl_holiday *among(const struct pl_holiday *list, size_t n, uint64_t day)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].day == day)
			return &list[i];
	return NULL;
}

/* Put @h where its day belongs; a day that is there keeps its first name. */
static size_t insert(struct pl_holiday *list, size_t n, struct pl_holiday h)
{
	size_t i = n;

	if (among(list, n, h.day))
		return n;
	assert(n < PL_HOLIDAYS_MAX);
	for (; i > 0 && list[i - 1].day > h.day; i--)
		list[i] = list[i - 1];
	list[i] = h;
	return n + 1;
}

static bool applies(const struct pl_holiday_rule *r, unsigned year)
{
	return (!r->from || year >= r->from) && (!r->to || year <= r->to);
}

/* In the order of the rules, which is that of the dates: two that fall on one weekend take two days. */
static size_t add_days_in_place(const struct pl_calendar *c, unsigned year, struct pl_holiday *list, size_t n)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct pl_holiday_rule *r = &c->rules[i];
		uint64_t day = day_of(r, year);

		if (r->move != PL_HOLIDAY_TO_WORKING_DAY || !applies(r, year) || !weekend(day))
			continue;
		while (weekend(day) || among(list, n, day))
			day++;
		n = insert(list, n, (struct pl_holiday){day, r->name, true});
	}
	return n;
}

pl_status pl_calendar_year(const struct pl_calendar *calendar, unsigned year, struct pl_holiday *ret, size_t *ret_count)
{
	size_t n = 0;

	if (year < PL_HOLIDAYS_FIRST || year > PL_HOLIDAYS_LAST)
		return PL_E_RANGE;
	for (size_t i = 0; i < calendar->count; i++) {
		const struct pl_holiday_rule *r = &calendar->rules[i];

		if (applies(r, year))
			n = insert(ret, n, (struct pl_holiday){held_on(r, day_of(r, year)), r->name, false});
	}
	*ret_count = add_days_in_place(calendar, year, ret, n);
	return PL_OK;
}

pl_status pl_calendar_day(const struct pl_calendar *calendar, uint64_t day, enum pl_day_kind *ret,
	const char **ret_name)
{
	struct pl_holiday list[PL_HOLIDAYS_MAX];
	const struct pl_holiday *h;
	size_t n;
	pl_status st = pl_calendar_year(calendar, pl_date_of_day(day).year, list, &n);

	if (st != PL_OK)
		return st;
	h = among(list, n, day);
	*ret = weekend(day) ? PL_DAY_WEEKEND : h ? PL_DAY_HOLIDAY : PL_DAY_WORKING;
	if (ret_name)
		*ret_name = h ? h->name : NULL;
	return PL_OK;
}
