/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_union: the institutions of the Union, in Brussels. */
#include "register/holidays_rule.h"

static const struct pl_holiday_rule eu[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 2, "Day after New Year's Day"),
	EASTER(-3, "Maundy Thursday"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(5, 9, "Anniversary of the Schuman Declaration"),
	EASTER(39, "Ascension Day"),
	EASTER(40, "Day after Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(7, 21, "Belgian National Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 2, "All Souls' Day"),
	ON(12, 24, "End-of-year day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "End-of-year day"),
	ON(12, 27, "End-of-year day"),
	ON(12, 28, "End-of-year day"),
	ON(12, 29, "End-of-year day"),
	ON(12, 30, "End-of-year day"),
	ON(12, 31, "End-of-year day"),
};

const struct pl_calendar pl_calendars_union[] = {
	{"EU", "the institutions of the Union", PL_ZONE_CET, 2025,
		"Commission decisions on public holidays, OJ C, year by year",
		"Brussels; in Luxembourg 23 June takes the place of 21 July", RULES(eu)},
	{0},
};
