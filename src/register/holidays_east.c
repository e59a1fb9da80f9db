/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_east: Bulgaria, Czechia, Hungary, Poland, Romania, Slovakia. */
#include "register/holidays_rule.h"

static const struct pl_holiday_rule bg[] = {
	ON_MOVED(1, 1, PL_HOLIDAY_TO_WORKING_DAY, "New Year's Day"),
	ON_MOVED(3, 3, PL_HOLIDAY_TO_WORKING_DAY, "Liberation Day"),
	ORTHODOX(-2, "Good Friday"),
	ORTHODOX(1, "Easter Monday"),
	ON_MOVED(5, 1, PL_HOLIDAY_TO_WORKING_DAY, "Labour Day"),
	ON_MOVED(5, 6, PL_HOLIDAY_TO_WORKING_DAY, "St George's Day"),
	ON_MOVED(5, 24, PL_HOLIDAY_TO_WORKING_DAY, "Day of Education and Culture"),
	ON_MOVED(9, 6, PL_HOLIDAY_TO_WORKING_DAY, "Unification Day"),
	ON_MOVED(9, 22, PL_HOLIDAY_TO_WORKING_DAY, "Independence Day"),
	ON_MOVED(12, 24, PL_HOLIDAY_TO_WORKING_DAY, "Christmas Eve"),
	ON_MOVED(12, 25, PL_HOLIDAY_TO_WORKING_DAY, "Christmas Day"),
	ON_MOVED(12, 26, PL_HOLIDAY_TO_WORKING_DAY, "Second Day of Christmas"),
};

static const struct pl_holiday_rule cz[] = {
	ON(1, 1, "Restoration of the Independent Czech State"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(5, 8, "Victory Day"),
	ON(7, 5, "St Cyril and St Methodius"),
	ON(7, 6, "Jan Hus Day"),
	ON(9, 28, "Statehood Day"),
	ON(10, 28, "Independent Czechoslovak State"),
	ON(11, 17, "Freedom and Democracy Day"),
	ON(12, 24, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule hu[] = {
	ON(1, 1, "New Year's Day"),
	ON(3, 15, "Revolution of 1848"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	EASTER(50, "Whit Monday"),
	ON(8, 20, "State Foundation Day"),
	ON(10, 23, "Revolution of 1956"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule pl[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "State Holiday"),
	ON(5, 3, "Third of May"),
	EASTER(60, "Corpus Christi"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 11, "Independence Day"),
	ON_YEARS(12, 24, 2025, 0, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule ro[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 2, "Second Day of the Year"),
	ON(1, 6, "Epiphany"),
	ON(1, 7, "St John the Baptist"),
	ON(1, 24, "Union of the Principalities"),
	ORTHODOX(-2, "Good Friday"),
	ORTHODOX(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(6, 1, "Children's Day"),
	ORTHODOX(50, "Whit Monday"),
	ON(8, 15, "Assumption"),
	ON(11, 30, "St Andrew's Day"),
	ON(12, 1, "National Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule sk[] = {
	ON(1, 1, "Establishment of the Slovak Republic"),
	ON(1, 6, "Epiphany"),
	EASTER(-2, "Good Friday"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON_YEARS(5, 8, 0, 2025, "Victory Day"),
	ON(7, 5, "St Cyril and St Methodius"),
	ON(8, 29, "Slovak National Uprising"),
	ON_YEARS(9, 15, 0, 2025, "Our Lady of Sorrows"),
	ON(11, 1, "All Saints' Day"),
	ON_YEARS(11, 17, 0, 2024, "Freedom and Democracy Day"),
	ON(12, 24, "Christmas Eve"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

const struct pl_calendar pl_calendars_east[] = {
	{"BG", "Bulgaria", PL_ZONE_EET, 2026, "Labour Code, Article 154(1) and (2)", NULL, RULES(bg)},
	{"CZ", "Czechia", PL_ZONE_CET, 2026, "Act 245/2000 Coll.", NULL, RULES(cz)},
	{"HU", "Hungary", PL_ZONE_CET, 2026, "Labour Code (Act I of 2012), section 102",
		"without the days that a minister exchanges for a Saturday", RULES(hu)},
	{"PL", "Poland", PL_ZONE_CET, 2026, "Act of 18 January 1951 on days off work", NULL, RULES(pl)},
	{"RO", "Romania", PL_ZONE_EET, 2026, "Labour Code, Article 139", NULL, RULES(ro)},
	{"SK", "Slovakia", PL_ZONE_CET, 2026, "Act 241/1993 Coll., as amended by Act 261/2025",
		"days of rest; 8 May and 15 September are none in 2026, and are left out after it, too, until that is certain",
		RULES(sk)},
	{0},
};
