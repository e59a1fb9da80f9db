/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/date: days of the Gregorian calendar, without a time of day and without a time zone.
 *
 * A day is counted from 1970-01-01, which is day 0, a Thursday. Years 1970 to 2553, as in base/time. Pure.
 */
#ifndef PL_BASE_DATE_H
#define PL_BASE_DATE_H
#include "base/buf.h"

#define PL_DATE_YEAR_MIN 1970u
#define PL_DATE_YEAR_MAX 2553u

struct pl_date {
	unsigned year, month, day; /* month and day from 1 */
};

enum pl_weekday { PL_MONDAY, PL_TUESDAY, PL_WEDNESDAY, PL_THURSDAY, PL_FRIDAY, PL_SATURDAY, PL_SUNDAY };

/* The number of a day; @d must exist. */
uint64_t pl_date_day(struct pl_date d);
/* The date of day number @day. */
struct pl_date pl_date_of_day(uint64_t day);
/* 28 to 31; @month from 1 to 12. */
unsigned pl_date_month_length(unsigned year, unsigned month);
enum pl_weekday pl_date_weekday(uint64_t day);

/* The same date @months later, or the last day of that month where the date is missing. */
struct pl_date pl_date_add_months(struct pl_date d, unsigned months);

/* Append "2026-11-21". */
void pl_date_put(struct pl_buf *out, struct pl_date d);
/* Read exactly "2026-11-21". PL_E_SYNTAX, PL_E_RANGE for a date that does not exist or lies outside of the years. */
pl_status pl_date_parse(pl_str text, struct pl_date *ret);
/* Read exactly "23:30:00" as seconds since 0:00, 0 to 86399. PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_date_parse_clock(pl_str text, unsigned *ret);

#endif
