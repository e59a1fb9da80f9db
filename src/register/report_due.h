/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/report_due: which half-yearly reports are still to be published of those that declarations promise ("report-within"), and by when: the clock REP
 * (register/clock), with the period that was promised, by the calendar of the register.
 *
 * What always holds:
 *  1. Half-years count from the one in which the register's first head was signed; one without cases is reported, too.
 *  2. A clock starts with the last second of the half-year, and runs until a report about exactly that half-year is in the public tables, whichever edition.
 */
#ifndef PL_REGISTER_REPORT_DUE_H
#define PL_REGISTER_REPORT_DUE_H
#include "register/clock.h"
#include "register/period.h"
#include "register/register.h"

#define PL_REPORT_DUE_MAX 200u /* told of at once: those that end first */

struct pl_report_due {
	char name[PL_REGISTER_NAME_MAX + 1], period[PL_PERIOD_TEXT];
	uint64_t from, to;     /* seconds */
	struct pl_clock clock; /* of REP; runs, or is overdue */
};

/* The clock of the report about the half-year that ends at @to (seconds), promised within @days, unpublished at @now_ns. Pure. PL_E_RANGE as pl_due_after. */
pl_status pl_report_clock(const struct pl_calendar *calendar, uint64_t days, uint64_t to, uint64_t now_ns, struct pl_clock *ret, struct pl_diag *diag);

/* When somebody is told of @clock next after @told, and whether something is to be told at @now_ns: what pl_clock_alarms says, and behind the legal end once a
 * week. *@ret_alarm: the last of these that came after @told (ns). False: nothing is. Pure. */
bool pl_report_alarm(const struct pl_clock *clock, uint64_t told, uint64_t now_ns, struct pl_alarm *ret_alarm);

/* What register @name (empty: every register) owes at @now_ns, the soonest strict end first; room for PL_REPORT_DUE_MAX. */
pl_status pl_report_due_list(struct pl_instance *inst, pl_str name, uint64_t now_ns, struct pl_report_due *ret, size_t *ret_n, struct pl_diag *diag);

#endif
