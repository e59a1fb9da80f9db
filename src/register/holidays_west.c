/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_west: Austria, Belgium, Switzerland, Germany, France, Ireland, Liechtenstein, Luxembourg, the
 * Netherlands. */
#include "register/holidays_rule.h"

static const struct pl_holiday_rule at[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "State Holiday"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	EASTER(60, "Corpus Christi"),
	ON(8, 15, "Assumption"),
	ON(10, 26, "National Day"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
};

static const struct pl_holiday_rule be[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(7, 21, "National Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 11, "Armistice Day"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule ch[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(39, "Ascension Day"),
	ON(8, 1, "National Day"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule de[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(10, 3, "Day of German Unity"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule fr[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(5, 8, "Victory Day 1945"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(7, 14, "National Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 11, "Armistice Day 1918"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule ie[] = {
	ON(1, 1, "New Year's Day"),
	ON_MOVED(2, 1, PL_HOLIDAY_MONDAY_UNLESS_FRIDAY, "St Brigid's Day"),
	ON(3, 17, "St Patrick's Day"),
	EASTER(1, "Easter Monday"),
	FIRST(PL_MONDAY, 5, 1, "May Day"),
	FIRST(PL_MONDAY, 6, 1, "June Holiday"),
	FIRST(PL_MONDAY, 8, 1, "August Holiday"),
	FIRST(PL_MONDAY, 10, 25, "October Holiday"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
};

static const struct pl_holiday_rule li[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 2, "Berchtold's Day"),
	ON(1, 6, "Epiphany"),
	ON(2, 2, "Candlemas"),
	EASTER(-47, "Shrove Tuesday"),
	ON(3, 19, "St Joseph's Day"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	EASTER(60, "Corpus Christi"),
	ON(8, 15, "Assumption"),
	ON(9, 8, "Nativity of Mary"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
	ON(12, 31, "New Year's Eve"),
};

static const struct pl_holiday_rule lu[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(5, 9, "Europe Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(6, 23, "National Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule nl[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(1, "Easter Monday"),
	ON_MOVED(4, 27, PL_HOLIDAY_SUNDAY_TO_SATURDAY, "King's Day"),
	ON(5, 5, "Liberation Day"),
	EASTER(39, "Ascension Day"),
	EASTER(50, "Whit Monday"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

const struct pl_calendar pl_calendars_west[] = {
	{"AT", "Austria", PL_ZONE_CET, 2026, "Arbeitsruhegesetz, section 7(2)", NULL, RULES(at)},
	{"BE", "Belgium", PL_ZONE_CET, 2026, "Royal Decree of 18 April 1974, Article 1", NULL, RULES(be)},
	{"CH", "Switzerland", PL_ZONE_CET, 2026, "Federal Constitution, Article 110(3), and the law of all 26 cantons",
		"only what holds in every canton: neither Good Friday nor Easter Monday, Whit Monday or 26 December", RULES(ch)},
	{"DE", "Germany", PL_ZONE_CET, 2026, "Unification Treaty, Article 2(2), and the law of all 16 Laender",
		"only what holds in every Land", RULES(de)},
	{"FR", "France", PL_ZONE_CET, 2026, "Code du travail, Article L3133-1",
		"without the two more days of Alsace and Moselle", RULES(fr)},
	{"IE", "Ireland", PL_ZONE_WET, 2026, "Organisation of Working Time Act 1997, Second Schedule", NULL, RULES(ie)},
	{"LI", "Liechtenstein", PL_ZONE_CET, 2026,
		"EEA lists in OJ C 27, 30.1.2014, p. 4; C 455, 18.12.2014, p. 9; C 418, 3.12.2020, p. 7",
		"only what stands in all three lists", RULES(li)},
	{"LU", "Luxembourg", PL_ZONE_CET, 2026, "Code du travail, Article L. 232-2", NULL, RULES(lu)},
	{"NL", "the Netherlands", PL_ZONE_CET, 2026, "Algemene termijnenwet, Article 3(1)",
		"without Good Friday, which Article 3(2) equates for that act only", RULES(nl)},
	{0},
};
