/* SPDX-License-Identifier: Apache-2.0 */
/* Print every public holiday that we know: "AT 2026-05-14 Ascension Day", with a "*" before the name of a day in
 * place. */
#include "register/holidays.h"
#include <stdio.h>

static int print_year(const struct pl_calendar *c, unsigned year)
{
	struct pl_holiday list[PL_HOLIDAYS_MAX];
	size_t n;

	if (pl_calendar_year(c, year, list, &n) != PL_OK)
		return 1;
	for (size_t i = 0; i < n; i++) {
		struct pl_date d = pl_date_of_day(list[i].day);

		(void)printf("%s %04u-%02u-%02u %s%s\n", c->code, d.year, d.month, d.day, list[i].moved ? "*" : "", list[i].name);
	}
	return 0;
}

int main(void)
{
	const struct pl_calendar *c;

	for (size_t i = 0; (c = pl_calendar_nth(i)); i++)
		for (unsigned year = PL_HOLIDAYS_FIRST; year <= PL_HOLIDAYS_LAST; year++)
			if (print_year(c, year))
				return 1;
	return 0;
}
