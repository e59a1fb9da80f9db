/* SPDX-License-Identifier: Apache-2.0 */
/* register/holidays_rule: how the tables of holidays are written down. For holidays*.c only. */
#ifndef PL_REGISTER_HOLIDAYS_RULE_H
#define PL_REGISTER_HOLIDAYS_RULE_H
#include "register/holidays.h"

enum pl_holiday_kind {
	PL_HOLIDAY_DATE,     /* month, day */
	PL_HOLIDAY_EASTER,   /* offset from Easter Sunday */
	PL_HOLIDAY_ORTHODOX, /* offset from Orthodox Easter Sunday */
	PL_HOLIDAY_WEEKDAY,  /* the first weekday `offset` on or after month, day */
};

/* What happens when it falls on a weekend; the day itself stays a holiday unless it says otherwise. */
enum pl_holiday_move {
	PL_HOLIDAY_STAYS,
	PL_HOLIDAY_TO_WORKING_DAY,      /* the next day that is neither weekend nor holiday is off, too */
	PL_HOLIDAY_SUNDAY_TO_SATURDAY,  /* held on the Saturday before instead */
	PL_HOLIDAY_MONDAY_UNLESS_FRIDAY /* held on the next Monday instead, unless it is a Friday or Monday */
};

struct pl_holiday_rule {
	const char *name;
	unsigned char kind, month, day, move; /* enum pl_holiday_kind, ..., enum pl_holiday_move */
	short offset;
	unsigned short from, to; /* years; 0 is open */
};

#define ON(m, d, words) {.name = (words), .kind = PL_HOLIDAY_DATE, .month = (m), .day = (d)}
#define EASTER(n, words) {.name = (words), .kind = PL_HOLIDAY_EASTER, .offset = (n)}
#define ORTHODOX(n, words) {.name = (words), .kind = PL_HOLIDAY_ORTHODOX, .offset = (n)}
#define FIRST(weekday, m, d, words) \
	{.name = (words), .kind = PL_HOLIDAY_WEEKDAY, .month = (m), .day = (d), .offset = (weekday)}
/* With years from, to (0 is open), and with a move. */
#define ON_YEARS(m, d, first, last, words) \
	{.name = (words), .kind = PL_HOLIDAY_DATE, .month = (m), .day = (d), .from = (first), .to = (last)}
#define ON_MOVED(m, d, how, words) {.name = (words), .kind = PL_HOLIDAY_DATE, .month = (m), .day = (d), .move = (how)}

#define RULES(table) .rules = (table), .count = PL_COUNT(table)

/* One table a region, each ends with a NULL code. */
extern const struct pl_calendar pl_calendars_union[], pl_calendars_west[], pl_calendars_north[], pl_calendars_south[],
	pl_calendars_east[];

#endif
