/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/system_time: how far the machine's clock may be believed.
 *
 * Steps back of less than a minute are absorbed: the time given out never goes back. A larger step back, or a clock that
 * stands more than a day beyond the last time a witness gave, is a reason to hold the log. The last time seen is kept in
 * `time` below private/, so that a step across a restart shows as well.
 *
 * Callable from any thread.
 */
#ifndef PL_LOG_SYSTEM_TIME_H
#define PL_LOG_SYSTEM_TIME_H
#include "base/buf.h"
#include "base/time.h"

#define PL_SYSTEM_TIME_BACK (60 * PL_SECOND)
#define PL_SYSTEM_TIME_JUMP (24 * 3600 * PL_SECOND)

struct pl_system_time;

enum pl_system_time_verdict {
	PL_SYSTEM_TIME_FINE,
	PL_SYSTEM_TIME_WENT_BACK,
	PL_SYSTEM_TIME_JUMPED, /* beyond the last witness time */
};

/* @now is asked for the machine's time. A missing or damaged file starts anew (see pl_system_time_lost). */
pl_status pl_system_time_open(int dir, uint64_t (*now)(void), struct pl_system_time **ret);
/* Was there nothing to read? Then what is known elsewhere of witness times is to be told (pl_system_time_witness). */
bool pl_system_time_lost(const struct pl_system_time *t);
void pl_system_time_close(struct pl_system_time *t);
/* The machine's time, but never earlier than given out before. */
uint64_t pl_system_time_now(struct pl_system_time *t);
/* Judge the machine's time as it is. @witnessed: compare with the last witness time, if there is one. */
enum pl_system_time_verdict pl_system_time_judge(struct pl_system_time *t, bool witnessed);
/* Is the last witness time half way to being a reason for that? Then it is time to ask for a fresh one. */
bool pl_system_time_stale(struct pl_system_time *t);
/* A witness gave @time. One that is ahead of this machine counts as now: it vouches for no jump to come. */
void pl_system_time_witness(struct pl_system_time *t, uint64_t time);
/* Believe the machine from here on (`log time-accept`). */
void pl_system_time_accept(struct pl_system_time *t);
/* The latest time of the machine that was given out, and the latest of a witness; 0 if none. */
void pl_system_time_known(struct pl_system_time *t, uint64_t *ret_used, uint64_t *ret_witnessed);
/* Keep what is known; at most every @least_ns. */
pl_status pl_system_time_save(struct pl_system_time *t, uint64_t least_ns);

#endif
