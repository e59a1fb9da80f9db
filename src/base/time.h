/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/time: nanoseconds since 1970-01-01 UTC inside, RFC 3339 outside.
 */
#ifndef PL_BASE_TIME_H
#define PL_BASE_TIME_H
#include "base/buf.h"

#define PL_SECOND UINT64_C(1000000000)
#define PL_MILLISECOND UINT64_C(1000000)

/* The machine's system time, ns. */
uint64_t pl_time_now(void);
/* A clock that never goes back, ns since some start; for durations and deadlines only. */
uint64_t pl_time_monotonic(void);
/* Wait @ns; returns early on a signal. */
void pl_time_sleep(uint64_t ns);

/* Append "2026-11-21T23:30:00Z" (whole seconds; fractions are cut). */
void pl_time_put(struct pl_buf *out, uint64_t t);
/* The same into a NUL-terminated array of 21 bytes. */
void pl_time_write(uint64_t t, char out[static 21]);
/* Read RFC 3339 in UTC ("Z" only, optional fraction of up to 9 digits, years 1970..2553). PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_time_parse(pl_str text, uint64_t *ret);

/* Days since 1970-01-01 of a date of the Gregorian calendar from 1970 on (@m 1..12, @d 1..31, not checked), and the way
 * back. */
uint64_t pl_time_days(uint64_t y, unsigned m, unsigned d);
void pl_time_civil(uint64_t days, unsigned *y, unsigned *m, unsigned *d);

#endif
