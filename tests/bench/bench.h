/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark programs share: distinct entries, medians, and the time from an answer to a published checkpoint. */
#ifndef PL_TESTS_BENCH_H
#define PL_TESTS_BENCH_H
#include "base/time.h"
#include "log/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_ENTRY 300u /* bytes of an entry */

/* Fill @e with an entry that no other @id has. */
static inline void bench_fill(uint8_t e[static BENCH_ENTRY], uint64_t id)
{
	memset(e, 'x', BENCH_ENTRY);
	pl_be64_write(e, id);
	pl_be64_write(e + 8, id * UINT64_C(0x9e3779b97f4a7c15));
}

static inline int bench_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value below which @share (0 to 1) of the @n values lie; sorts them. */
static inline double bench_quantile(double *v, size_t n, double share)
{
	qsort(v, n, sizeof *v, bench_by_value);
	return v[(size_t)((double)(n - 1) * share)];
}

static inline double bench_median(double *v, size_t n)
{
	return bench_quantile(v, n, 0.5);
}

/*
 * Append entry @id, and measure from its answer to the moment when public/checkpoint covers it, which with witnesses is the
 * moment of their quorum. Milliseconds; the program ends if anything fails.
 */
static inline double bench_published_ms(struct pl_log_writer *w, uint64_t id)
{
	struct pl_log_answer a = {0};
	uint8_t e[BENCH_ENTRY];
	uint64_t t;

	bench_fill(e, id);
	if (pl_log_writer_add_wait(w, pl_bytes_of(e, sizeof e), &a) || a.status)
		exit(3);
	t = pl_time_monotonic();
	if (pl_log_writer_wait_published(w, a.index + 1, 10 * PL_SECOND))
		exit(3);
	return (double)(pl_time_monotonic() - t) / 1e6;
}

#endif
