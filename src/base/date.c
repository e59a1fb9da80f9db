/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"
#include "base/time.h"

uint64_t pl_date_day(struct pl_date d)
{
	return pl_time_days(d.year, d.month, d.day);
}

struct pl_date pl_date_of_day(uint64_t day)
{
	struct pl_date d;

	pl_time_civil(day, &d.year, &d.month, &d.day);
	return d;
}

unsigned pl_date_month_length(unsigned year, unsigned month)
{
	static const unsigned char len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : len[month - 1];
}

enum pl_weekday pl_date_weekday(uint64_t day)
{
	return (enum pl_weekday)((day + PL_THURSDAY) % 7);
}

struct pl_date pl_date_add_months(struct pl_date d, unsigned months)
{
	unsigned m = d.month - 1 + months % 12, last;

	d.year += months / 12 + m / 12;
	d.month = m % 12 + 1;
	last = pl_date_month_length(d.year, d.month);
	if (d.day > last)
		d.day = last;
	return d;
}

void pl_date_put(struct pl_buf *out, struct pl_date d)
{
	pl_buf_printf(out, "%04u-%02u-%02u", d.year, d.month, d.day);
}

/* @n digits at @from. */
static bool digits(pl_str s, size_t from, size_t n, unsigned *ret)
{
	unsigned v = 0;

	for (size_t i = from; i < from + n; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s.ptr[i] - '0');
	}
	*ret = v;
	return true;
}

pl_status pl_date_parse(pl_str text, struct pl_date *ret)
{
	struct pl_date d;

	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
		return PL_E_SYNTAX;
	if (!digits(text, 0, 4, &d.year) || !digits(text, 5, 2, &d.month) || !digits(text, 8, 2, &d.day))
		return PL_E_SYNTAX;
	if (d.year < PL_DATE_YEAR_MIN || d.year > PL_DATE_YEAR_MAX || d.month < 1 || d.month > 12 || d.day < 1 ||
		d.day > pl_date_month_length(d.year, d.month))
		return PL_E_RANGE;
	*ret = d;
	return PL_OK;
}

pl_status pl_date_parse_clock(pl_str text, unsigned *ret)
{
	unsigned h, m, s;

	if (text.len != 8 || text.ptr[2] != ':' || text.ptr[5] != ':')
		return PL_E_SYNTAX;
	if (!digits(text, 0, 2, &h) || !digits(text, 3, 2, &m) || !digits(text, 6, 2, &s))
		return PL_E_SYNTAX;
	if (h > 23 || m > 59 || s > 59)
		return PL_E_RANGE;
	*ret = h * 3600 + m * 60 + s;
	return PL_OK;
}
