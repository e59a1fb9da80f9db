/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/clock: the legal deadlines of a case, as a function of what happened to it.
 *
 * A clock is a row of data: what starts it, how long it runs, whether it may be paused or extended. A case is a list
 * of events. Nothing else goes in, nothing is remembered: the same events give the same answer, and an event that is
 * added later with its true time corrects it.
 *
 * What always holds:
 *  1. A clock starts with the first event that its row names, and not otherwise: CRA-V3 with "measure available",
 *     CRA-I3 and NIS2-3 when CRA-I2 and NIS2-2 are met, that is when the notification was sent.
 *  2. Alarms run on the strict due time, which is never later than the legal one (register/due).
 *  3. An extension or a pause counts for the strict time if it was told or began before the strict end, for the legal
 *     time if before the legal end. What came too late is reported, not obeyed.
 *  4. Everything is bounded: PL_CLOCKS_MAX clocks, PL_CLOCK_EVENTS_MAX events, PL_CLOCK_ALARMS_MAX alarms each.
 *
 * Pure.
 */
#ifndef PL_REGISTER_CLOCK_H
#define PL_REGISTER_CLOCK_H
#include "register/due.h"

#define PL_CLOCKS_MAX 32u
#define PL_CLOCK_EVENTS_MAX 1000u
#define PL_CLOCK_ALARMS_MAX 16u

struct pl_clock_def {
	const char *code;    /* "GDPR-R" */
	const char *law;     /* "Regulation (EU) 2016/679" */
	const char *article; /* "Article 12(3)" */
	const char *task;    /* what must be done, for people */
	const char *starts;  /* name of the event, "request-received"; or NULL */
	const char *after;   /* instead: the code of the clock that starts this one when it is met */
	struct pl_span period, extension; /* extension.amount 0: none */
	bool pausable;
	bool hold;         /* not a deadline but a time to keep something: it ends by passing, and must not be broken off */
	bool configurable; /* the period is the operator's own promise; the table holds a usual one */
};

/* The clocks that the law and good practice know: *ret_count of them, by code of law. Lives for ever. */
const struct pl_clock_def *pl_clock_table(size_t *ret_count);
const struct pl_clock_def *pl_clock_find(pl_str code);
/* What the event @starts of a row says to people: "a request was received". Never NULL. */
const char *pl_clock_event_text(const char *starts);

enum pl_clock_event_kind {
	PL_CLOCK_HAPPENED, /* name: of an event that starts clocks */
	PL_CLOCK_PAUSE,    /* name: a clock's code; reason */
	PL_CLOCK_RESUME,   /* name: a clock's code */
	PL_CLOCK_EXTEND,   /* name: a clock's code; reason; at: when those concerned were told */
	PL_CLOCK_MEET      /* name: a clock's code. For a hold: it was let go */
};

struct pl_clock_event {
	uint64_t at;
	enum pl_clock_event_kind kind;
	const char *name;
	const char *reason; /* for a pause and an extension, not empty */
};

enum pl_clock_state {
	PL_CLOCK_NOT_STARTED, PL_CLOCK_RUNNING, PL_CLOCK_PAUSED,
	PL_CLOCK_MET,            /* before the legal end */
	PL_CLOCK_MET_LATE,
	PL_CLOCK_OVERDUE_STRICT, /* past the strict end, not past the legal one */
	PL_CLOCK_OVERDUE_LEGAL,
	PL_CLOCK_HELD,           /* a hold that came to its end */
	PL_CLOCK_BROKEN          /* a hold that was let go before its end */
};

/* What was told too late to count. */
enum pl_clock_note {
	PL_CLOCK_PAUSE_LATE = 1,
	PL_CLOCK_EXTENSION_LATE = 2,       /* past the legal end of the first period */
	PL_CLOCK_EXTENSION_AFTER_STRICT = 4 /* counts for the legal time only */
};

struct pl_clock {
	const struct pl_clock_def *def;
	enum pl_clock_state state;
	uint64_t started, met; /* 0: not yet */
	struct pl_due due;     /* zeros before the start; while paused, as if resumed now */
	struct pl_pauses paused; /* as counted for the legal time; while paused up to now */
	bool extended;  /* the legal time is */
	unsigned notes; /* enum pl_clock_note, or-ed */
	int64_t left;   /* ns to the strict end, below 0 after it; 0 unless running, paused or overdue */
};

/* "not started", "overdue, legal time", ... */
const char *pl_clock_state_text(enum pl_clock_state state);

/* The clocks @defs of a case at @now, in @ret (one for each of @def_count). @events in the order of their times;
 * events later than @now are not there yet; those that name no clock of @defs are none of ours. PL_E_TOOBIG above the
 * maxima; PL_E_STATE for events that cannot have happened (out of order, a resume without a pause, a pause of a clock
 * that cannot be paused or has not started, no reason, ...); PL_E_RANGE as pl_due_after. @diag says which event. */
pl_status pl_clock_case(const struct pl_calendar *calendar, const struct pl_clock_def *defs, size_t def_count,
	const struct pl_clock_event *events, size_t event_count, uint64_t now, struct pl_clock *ret, struct pl_diag *diag);

enum pl_alarm_kind { PL_ALARM_HALF, PL_ALARM_FOUR_FIFTHS, PL_ALARM_LEAD, PL_ALARM_STRICT, PL_ALARM_LEGAL };

struct pl_alarm {
	uint64_t at;
	enum pl_alarm_kind kind;
	uint64_t lead; /* ns before the strict end; for PL_ALARM_LEAD */
};

/* When somebody must be told about @clock, by time: at a half and at four fifths of the strict time, at fixed leads (7
 * and 3 days, 24, 4 and 1 hours) that lie in its second half, at the strict and at the legal end. None for a clock
 * that does not run. */
size_t pl_clock_alarms(const struct pl_clock *clock, struct pl_alarm ret[static PL_CLOCK_ALARMS_MAX]);

#endif
