/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/holidays: which days are public holidays where an act is to be done (Regulation (EEC, Euratom) No 1182/71,
 * Article 2).
 *
 * One calendar for each of: the institutions of the Union ("EU"), its 27 Member States, Iceland, Liechtenstein, Norway
 * and Switzerland, by ISO 3166-1 code ("GR", not "EL"); national holidays, in the years PL_HOLIDAYS_FIRST to
 * PL_HOLIDAYS_LAST. Easter Sunday and Whit Sunday, which move nothing, are left out.
 *
 * What always holds:
 *  1. Where it is doubtful whether a day is a public holiday it is none, so that no due time is later than it may be.
 *  2. A calendar names the law it is taken from. A year that is not covered is never answered as if it had no holidays.
 *  3. The lists that bind are those that the Official Journal publishes year by year; after `confirmed` a calendar is
 *     what the law of today foretells.
 *  4. Easter by the Gregorian computus, and by the Julian one for the Orthodox churches.
 *
 * Pure: tables and arithmetic.
 */
#ifndef PL_REGISTER_HOLIDAYS_H
#define PL_REGISTER_HOLIDAYS_H
#include "base/mem.h"
#include "register/zone.h"

#define PL_HOLIDAYS_FIRST 2024u
#define PL_HOLIDAYS_LAST 2035u
#define PL_HOLIDAYS_MAX 40u /* in one year of one calendar */

struct pl_holiday_rule;

struct pl_calendar {
	const char *code;  /* "EU", "AT", ... */
	const char *name;  /* "the institutions of the Union", "Austria", ... */
	enum pl_zone zone; /* in which its days begin and end */
	unsigned confirmed; /* the last year whose list was known when the table was written */
	const char *source; /* the law */
	const char *note;   /* what a reader must know; may be NULL */
	const struct pl_holiday_rule *rules;
	size_t count;
};

struct pl_holiday {
	uint64_t day;
	const char *name;
	bool moved; /* the day off in place of one that fell on a weekend */
};

/* The calendar of @code; NULL if there is none. */
const struct pl_calendar *pl_calendar_find(pl_str code);
/* The @i-th calendar, in the order of their codes but the Union's first; NULL after the last. */
const struct pl_calendar *pl_calendar_nth(size_t i);

/* The public holidays of @year in @ret (room for PL_HOLIDAYS_MAX), by day, each day once, those on weekends included;
 * *ret_count says how many. PL_E_RANGE for a year that is not covered. */
pl_status pl_calendar_year(const struct pl_calendar *calendar, unsigned year, struct pl_holiday *ret,
	size_t *ret_count);

enum pl_day_kind { PL_DAY_WORKING, PL_DAY_WEEKEND, PL_DAY_HOLIDAY };
/* What @day is; a holiday on a Saturday or Sunday is a weekend. @ret_name (may be NULL) gets the holiday's name, or
 * NULL. PL_E_RANGE outside of the years that are covered, weekends too. */
pl_status pl_calendar_day(const struct pl_calendar *calendar, uint64_t day, enum pl_day_kind *ret,
	const char **ret_name);

/* Easter Sunday, as a day number. */
uint64_t pl_easter(unsigned year);
uint64_t pl_easter_orthodox(unsigned year);

#endif
