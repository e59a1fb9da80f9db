/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_south: Cyprus, Spain, Greece, Croatia, Italy, Malta, Portugal, Slovenia. */
#include "register/holidays_rule.h"

static const struct pl_holiday_rule cy[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	ORTHODOX(-48, "Green Monday"),
	ON(3, 25, "Greek Independence Day"),
	ON(4, 1, "Cyprus National Day"),
	ON(5, 1, "Labour Day"),
	ORTHODOX(-2, "Good Friday"),
	ORTHODOX(1, "Easter Monday"),
	ORTHODOX(50, "Pentecost Monday"),
	ON(8, 15, "Assumption"),
	ON(10, 1, "Independence Day"),
	ON(10, 28, "Ochi Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule es[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(-2, "Good Friday"),
	ON(5, 1, "Labour Day"),
	ON(8, 15, "Assumption"),
	ON(10, 12, "National Day"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 6, "Constitution Day"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule gr[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	ORTHODOX(-48, "Clean Monday"),
	ON(3, 25, "Independence Day"),
	ORTHODOX(-2, "Good Friday"),
	ORTHODOX(1, "Easter Monday"),
	ON_YEARS(5, 7, 2024, 2024, "Labour Day, moved out of Holy Week"),
	ON_YEARS(5, 1, 2025, 0, "Labour Day"),
	ORTHODOX(50, "Whit Monday"),
	ON(8, 15, "Assumption"),
	ON(10, 28, "Ochi Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Second Day of Christmas"),
};

static const struct pl_holiday_rule hr[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(1, "Easter Monday"),
	ON(5, 1, "Labour Day"),
	ON(5, 30, "Statehood Day"),
	EASTER(60, "Corpus Christi"),
	ON(6, 22, "Anti-Fascist Struggle Day"),
	ON(8, 5, "Victory and Homeland Thanksgiving Day"),
	ON(8, 15, "Assumption"),
	ON(11, 1, "All Saints' Day"),
	ON(11, 18, "Remembrance Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
};

static const struct pl_holiday_rule it[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 6, "Epiphany"),
	EASTER(1, "Easter Monday"),
	ON(4, 25, "Liberation Day"),
	ON(5, 1, "Labour Day"),
	ON(6, 2, "Republic Day"),
	ON(8, 15, "Assumption"),
	ON_YEARS(10, 4, 2026, 0, "St Francis of Assisi"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "St Stephen's Day"),
};

static const struct pl_holiday_rule mt[] = {
	ON(1, 1, "New Year's Day"),
	ON(2, 10, "St Paul's Shipwreck"),
	ON(3, 19, "St Joseph's Day"),
	ON(3, 31, "Freedom Day"),
	EASTER(-2, "Good Friday"),
	ON(5, 1, "Workers' Day"),
	ON(6, 7, "Sette Giugno"),
	ON(6, 29, "St Peter and St Paul"),
	ON(8, 15, "Assumption"),
	ON(9, 8, "Victory Day"),
	ON(9, 21, "Independence Day"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 13, "Republic Day"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule pt[] = {
	ON(1, 1, "New Year's Day"),
	EASTER(-2, "Good Friday"),
	ON(4, 25, "Freedom Day"),
	ON(5, 1, "Labour Day"),
	EASTER(60, "Corpus Christi"),
	ON(6, 10, "Portugal Day"),
	ON(8, 15, "Assumption"),
	ON(10, 5, "Republic Day"),
	ON(11, 1, "All Saints' Day"),
	ON(12, 1, "Restoration of Independence"),
	ON(12, 8, "Immaculate Conception"),
	ON(12, 25, "Christmas Day"),
};

static const struct pl_holiday_rule si[] = {
	ON(1, 1, "New Year's Day"),
	ON(1, 2, "New Year's Holiday"),
	ON(2, 8, "Preseren Day"),
	EASTER(1, "Easter Monday"),
	ON(4, 27, "Day of Uprising against Occupation"),
	ON(5, 1, "Labour Day"),
	ON(5, 2, "Labour Day Holiday"),
	ON(6, 25, "Statehood Day"),
	ON(8, 15, "Assumption"),
	ON(10, 31, "Reformation Day"),
	ON(11, 1, "Remembrance Day"),
	ON(12, 25, "Christmas Day"),
	ON(12, 26, "Independence and Unity Day"),
};

const struct pl_calendar pl_calendars_south[] = {
	{"CY", "Cyprus", PL_ZONE_EET, 2026, "public holidays of the Public Administration and Personnel Department",
		"without 24 December and Easter Tuesday, which banks and part of the offices keep", RULES(cy)},
	{"ES", "Spain", PL_ZONE_CET, 2026, "Royal Decree 2001/1983, Article 45",
		"without the days that regions and municipalities add, or move from a Sunday to a Monday", RULES(es)},
	{"GR", "Greece", PL_ZONE_EET, 2026, "Royal Decree 748/1966; Laws 1157/1981 and 4468/2017",
		"1 May moves by decree when it falls into Holy Week (2024; next in 2027 and 2032, on Saturdays)", RULES(gr)},
	{"HR", "Croatia", PL_ZONE_CET, 2026, "Act on Holidays, Memorial Days and Non-Working Days, Official Gazette 110/19",
		NULL, RULES(hr)},
	{"IT", "Italy", PL_ZONE_CET, 2026, "Law 260 of 27 May 1949; Law 151 of 8 October 2025",
		"without the patron saints' days", RULES(it)},
	{"MT", "Malta", PL_ZONE_CET, 2026, "National Holidays and Other Public Holidays Act, Cap. 252", NULL, RULES(mt)},
	{"PT", "Portugal", PL_ZONE_WET, 2026, "Labour Code, Article 234", "without Carnival and the municipal holidays",
		RULES(pt)},
	{"SI", "Slovenia", PL_ZONE_CET, 2026, "Act on Holidays and Work-Free Days", NULL, RULES(si)},
	{0},
};
