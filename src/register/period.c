/* SPDX-License-Identifier: Apache-2.0 */
#include "register/period.h"
#include "base/date.h"
#include "base/time.h"
#include <stdio.h>

#define DAY UINT64_C(86400)

/* @months from the month @m (1..12) of @y on. */
static void span(uint64_t y, unsigned m, unsigned months, uint64_t *from, uint64_t *to)
{
	unsigned end = m - 1 + months;

	*from = pl_time_days(y, m, 1) * DAY;
	*to = pl_time_days(y + end / 12, end % 12 + 1, 1) * DAY;
}

static pl_status part(pl_str s, uint64_t y, uint64_t *from, uint64_t *to)
{
	bool half = pl_str_eat(&s, PL_STR("H")), quarter = !half && pl_str_eat(&s, PL_STR("Q"));
	uint64_t n, max = half ? 2 : quarter ? 4 : 12;

	if (!half && !quarter && (s.len != 2 || s.ptr[0] < '0' || s.ptr[0] > '1'))
		return PL_E_SYNTAX;
	if (!half && !quarter)
		(void)pl_str_eat(&s, PL_STR("0"));
	if (pl_str_to_u64(s, max, &n) || !n)
		return PL_E_SYNTAX;
	span(y, (unsigned)((n - 1) * (12 / max) + 1), (unsigned)(12 / max), from, to);
	return PL_OK;
}

pl_status pl_period_parse(pl_str text, uint64_t *ret_from, uint64_t *ret_to, struct pl_diag *diag)
{
	uint64_t y, from = 0, to = 0;
	pl_status st = PL_E_SYNTAX;

	if (text.len >= 4 && pl_str_to_u64(pl_str_sub(text, 0, 4), 2500, &y) == PL_OK && y >= 1970) {
		if (text.len == 4) {
			span(y, 1, 12, &from, &to);
			st = PL_OK;
		} else if (text.ptr[4] == '-') {
			st = part(pl_str_sub(text, 5, SIZE_MAX), y, &from, &to);
		}
	}
	if (st)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a period like 2021, 2021-H2, 2021-Q3 or 2021-07, found \"%.*s\"",
			PL_STR_ARG(text));
	*ret_from = from;
	*ret_to = to;
	return PL_OK;
}

pl_status pl_period_parse_any(pl_str text, uint64_t *ret_from, uint64_t *ret_to, struct pl_diag *diag)
{
	struct pl_date from, to;
	pl_str first, second = text;

	if (!pl_str_take_until(&second, '/', &first))
		return pl_period_parse(text, ret_from, ret_to, diag);
	if (pl_date_parse(first, &from) || pl_date_parse(second, &to))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected two days like 2018-01-01/2022-07-01, found \"%.*s\"", PL_STR_ARG(text));
	if (pl_date_day(from) >= pl_date_day(to))
		return pl_diag_set(diag, PL_E_RANGE, "a period ends after it begins");
	*ret_from = pl_date_day(from) * DAY;
	*ret_to = pl_date_day(to) * DAY;
	return PL_OK;
}

void pl_period_write(uint64_t from, uint64_t to, char out[static PL_PERIOD_TEXT])
{
	static const unsigned lengths[] = {12, 6, 3, 1};
	static const char *const letters[] = {"", "-H", "-Q", "-"};
	unsigned y, m, d, y2, m2, d2;

	pl_time_civil(from / DAY, &y, &m, &d);
	for (size_t i = 0; i < PL_COUNT(lengths); i++) {
		unsigned months = lengths[i];
		uint64_t a, b;

		span(y, m, months, &a, &b);
		if (a != from || b != to || (m - 1) % months)
			continue;
		if (months == 12)
			(void)snprintf(out, PL_PERIOD_TEXT, "%u", y);
		else
			(void)snprintf(out, PL_PERIOD_TEXT, months == 1 ? "%u%s%02u" : "%u%s%u", y, letters[i], (m - 1) / months + 1);
		return;
	}
	pl_time_civil(to / DAY, &y2, &m2, &d2);
	(void)snprintf(out, PL_PERIOD_TEXT, "%04u-%02u-%02u/%04u-%02u-%02u", y % 10000, m % 100, d % 100, y2 % 10000, m2 % 100,
		d2 % 100);
}
