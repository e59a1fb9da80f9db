/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_north: Denmark, Estonia, Finland, Iceland, Lithuania, Latvia, Norway, Sweden. */
#include "register/holidays_rule.h"

static const struct pl_holiday_rule dk[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-3, "Maundy Thursday"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule ee[] = {
	ON(1, 1, "New Year's Day"),
	ON(2, 24, "Independence Day"),
	EASTER(-2, "Good Friday"),
	ON(5, 1, "Spring Day"),
	ON(6, 23, "Victory Day"),
	ON(6, 24, "Midsummer Day"),
	ON(8, 20, "Restoration of Independence"),
	ON(12, 24, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule fi[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "May Day"),
	EASTER(39, "Ascension Day"),
	FIRST(PL_SATURDAY, 6, 20, "Midsummer Day"),
	FIRST(PL_SATURDAY, 10, 31, "All Saints' Day"),
	ON(12, 6, "Independence Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
};

static const struct pl_holiday_rule is[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-3, "Maundy Thursday"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	FIRST(PL_THURSDAY, 4, 19, "First Day of Summer"),
	ON(5, 1, "Labour Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(6, 17, "National Day"),
	FIRST(PL_MONDAY, 8, 1, "Commerce Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule lt[] = {
	ON(1, 1, "New Year's Day"),
	ON(2, 16, "Restoration of the State"),
	ON(3, 11, "Restoration of Independence"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(6, 24, "Midsummer Day"),
	ON(7, 6, "Statehood Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 2, "All Souls' Day"),
	ON(12, 24, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule lv[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON_MOVED(5, 4, PL_HOLIDAY_TO_WORKING_DAY, "Restoration of Independence"),
	ON(6, 23, "Midsummer Eve"),
	ON(6, 24, "Midsummer Day"),
	ON_MOVED(11, 18, PL_HOLIDAY_TO_WORKING_DAY, "Proclamation of the Republic"),
	ON(12, 24, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
	ON(12, 31, "New Year's Eve"),
};

static const struct pl_holiday_rule no[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-3, "Maundy Thursday"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	EASTER(39, "Ascension Day"),
	ON(5, 17, "Constitution Day"),
	EASTER(50, "Whit Monday"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule se[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "May Day"),
	EASTER(39, "Ascension Day"),
	ON(6, 6, "National Day"),
	FIRST(PL_SATURDAY, 6, 20, "Midsummer Day"),
	FIRST(PL_SATURDAY, 10, 31, "All Saints' Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

const struct pl_calendar pl_calendars_north[] = {
	{"DK", "Denmark", PL_ZONE_CET, 2026, "the church's holidays; Great Prayer Day ended by Act 214 of 6 March 2023",
		"without Constitution Day (5 June), 24 and 31 December, on which only part of the country rests", RULES(dk)},
	{"EE", "Estonia", PL_ZONE_EET, 2026, "Public Holidays and Days of National Importance Act, section 2", NULL,
		RULES(ee)},
	{"FI", "Finland", PL_ZONE_EET, 2026, "the church's holidays; Acts 388/1937 and 272/1944",
		"without Midsummer Eve and Christmas Eve, which only the Act on deadlines (150/1930) equates", RULES(fi)},
	{"IS", "Iceland", PL_ZONE_ICELAND, 2026, "Act 88/1971, Article 6; EEA lists in OJ C 27, 30.1.2014, p. 4, and later",
		"without the afternoons of 24 and 31 December", RULES(is)},
	{"LT", "Lithuania", PL_ZONE_EET, 2026, "Labour Code, Article 123", NULL, RULES(lt)},
	{"LV", "Latvia", PL_ZONE_EET, 2026, "Law on Holidays, Commemoration Days and Celebration Days, section 1",
		"without the closing day of the song festivals, which is fixed for each of them", RULES(lv)},
	{"NO", "Norway", PL_ZONE_CET, 2026, "Act of 24 February 1995 no 12; Act of 26 April 1947 no 1", NULL, RULES(no)},
	{"SE", "Sweden", PL_ZONE_CET, 2026, "Act 1989:253 on public holidays",
		"without the eves, which only the Act on deadlines (1930:173) equates", RULES(se)},
	{0},
};
