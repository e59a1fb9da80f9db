/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/due: when a period ends that began with an event.
 *
 * Two answers, both the first instant that is too late:
 *
 *  strict  The earliest reading that anybody could hold against us: from moment to moment, without any allowance.
 *          Hours are hours that pass; days, weeks, months and years end at the same time of day on the counted date.
 *  legal   Regulation (EEC, Euratom) No 1182/71, Article 3:
 *          (1)    the hour or the day of the event is not counted;
 *          (2)(a) hours end with the last hour;
 *          (2)(b) days end with the last hour of the last day;
 *          (2)(c) weeks, months and years end with the last hour of the same weekday or date as that of the event, or
 *                 of the last day of the month where that date is missing (for the event's day as the starting point:
 *                 Court of Justice, C-171/03, Toeters and Verberk);
 *          (3)    weekends and holidays count;
 *          (4)    a period not in hours whose last day is a public holiday, Sunday or Saturday ends with the last hour
 *                 of the next working day (not when counted backwards from an event, which no clock here does);
 *          (5)    a period of two days or more includes at least two working days. Whether that also holds for 48 hours
 *                 and more is disputed; here it does not, which is the earlier reading.
 *
 * What always holds: strict <= legal; neither moves back when the event moves on, except that strictly 30 January,
 * 18:00, and 31 January, 9:00, end at these times of 28 February; the same input gives the same answer on every
 * machine. Pure.
 */
#ifndef PL_REGISTER_DUE_H
#define PL_REGISTER_DUE_H
#include "base/diag.h"
#include "register/holidays.h"

enum pl_unit { PL_UNIT_HOUR, PL_UNIT_DAY, PL_UNIT_WEEK, PL_UNIT_MONTH, PL_UNIT_YEAR };

struct pl_span {
	unsigned amount; /* 0: none */
	enum pl_unit unit;
};

/* No period, extension or sum of pauses is longer than this. */
#define PL_DUE_YEARS_MAX 20u
/* Events of a period lie in these years. */
#define PL_DUE_YEAR_MIN 1996u
#define PL_DUE_YEAR_MAX 2400u

/* Read "72h", "10d", "3w", "1m", "2y". PL_E_SYNTAX, PL_E_RANGE (0, or too long). */
pl_status pl_due_parse_span(pl_str text, struct pl_span *ret);
/* Append "72 hours", "1 month". */
void pl_due_put_span(struct pl_buf *out, struct pl_span p);

/* How long a clock stood still. */
struct pl_pauses {
	uint64_t ns;         /* time that passed */
	unsigned whole_days; /* days from moment to moment, each pause cut to whole ones: what the strict reading grants */
	unsigned dates;      /* dates from the one to the other: what the legal reading grants */
};

/* Add the pause from @from to @to (not before it) to @sum. */
void pl_due_add_pause(struct pl_pauses *sum, enum pl_zone zone, uint64_t from, uint64_t to);

/* Why strict and legal differ. */
enum pl_why {
	PL_WHY_HOUR = 1,      /* the hour of the event is not counted: Article 3(1) and (2)(a) */
	PL_WHY_DAY = 2,       /* the day of the event is not counted, the last one whole: Article 3(1) and (2)(b), (c) */
	PL_WHY_SHORT = 4,     /* the date is missing in the last month: Article 3(2)(c) */
	PL_WHY_WEEKEND = 8,   /* the last day is a Saturday or Sunday: Article 3(4) */
	PL_WHY_HOLIDAY = 16,  /* the last day is a public holiday: Article 3(4) */
	PL_WHY_TWO_DAYS = 32, /* two working days: Article 3(5) */
	PL_WHY_PAUSED = 64,   /* the clock stood still */
	PL_WHY_FORECAST = 128 /* a holiday list was used that was not yet published */
};

struct pl_due {
	uint64_t strict, legal; /* ns */
	uint64_t counted; /* the last day of the period before Article 3(4) and (5); for hours the day of `legal` */
	uint64_t last;    /* the last day of the period */
	unsigned why;     /* enum pl_why, or-ed */
};

/* The end of @period, made longer by @extension (amount 0 if there is none) and by @pauses (may be NULL), that began
 * with an event at @start, for an act to be done where @calendar counts. Hours go with hours only. PL_E_RANGE, with
 * words in @diag: years outside of those above, too long, or a legal end in a year of which the holidays are not
 * known. */
pl_status pl_due_after(const struct pl_calendar *calendar, uint64_t start, struct pl_span period,
	struct pl_span extension, const struct pl_pauses *pauses, struct pl_due *ret, struct pl_diag *diag);

#endif
