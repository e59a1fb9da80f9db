/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/zone: civil time in the countries of the Union, the EEA and Switzerland.
 *
 * The rule is computed, not read from the machine's zone files, so that a due time does not depend on where it is
 * computed: clocks go forward at 01:00 UTC on the last Sunday of March and back at 01:00 UTC on the last Sunday of
 * October (Directive 2000/84/EC, Articles 2 and 3; the EEA and Switzerland follow it; Iceland keeps UTC all year). A
 * country's zone is that of its seat of government: not the Azores, Madeira, the Canary Islands or places overseas.
 *
 * What always holds: times are from 1996 on, when the rule took its present form; whether it will end is not known, so
 * future times are those of today's law. Midnight exists once on every day. Pure.
 */
#ifndef PL_REGISTER_ZONE_H
#define PL_REGISTER_ZONE_H
#include "base/date.h"
#include "base/time.h"

#define PL_HOUR (3600 * PL_SECOND)
#define PL_ZONE_DAY (24 * PL_HOUR)

/* In winter 0, 1, 2 hours ahead of UTC, and one more in summer; Iceland 0 all year. */
enum pl_zone { PL_ZONE_WET, PL_ZONE_CET, PL_ZONE_EET, PL_ZONE_ICELAND };

/* How far @zone is ahead of UTC at @t, ns. */
uint64_t pl_zone_offset(enum pl_zone zone, uint64_t t);
/* The civil day on which @t lies (a day number of base/date). */
uint64_t pl_zone_day(enum pl_zone zone, uint64_t t);
/* When civil day @day begins (0:00). */
uint64_t pl_zone_midnight(enum pl_zone zone, uint64_t day);
/* What a wall clock shows at @t, ns since 0:00, below 24 hours. */
uint64_t pl_zone_clock(enum pl_zone zone, uint64_t t);
/* The first instant of @day at which a wall clock shows @clock (ns since 0:00, below 24 hours) or, where that is
 * skipped in spring, at which it would have: the moment when the clocks go forward. */
uint64_t pl_zone_instant(enum pl_zone zone, uint64_t day, uint64_t clock);
/* "CET" or "CEST", and so on. */
const char *pl_zone_name(enum pl_zone zone, uint64_t t);

#endif
