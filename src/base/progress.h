/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/progress: how far along something is, on standard error, for the command line only.
 *
 * On a terminal: one line that redraws itself, shown once the work has lasted half a second, and removed at the end.
 * Elsewhere: a plain line at 25, 50, 75 and 100 percent of work that lasts over a second. Quiet if pl_progress_quiet(true).
 * One bar at a time; pl_progress_set may be called from any thread.
 *
 *	struct pl_progress p;
 *	pl_progress_begin(&p, "checking entries", count, PL_PROGRESS_COUNT);
 *	for (...) pl_progress_set(&p, i);
 *	pl_progress_end(&p);
 */
#ifndef PL_BASE_PROGRESS_H
#define PL_BASE_PROGRESS_H
#include "base/buf.h"
#include <stdatomic.h>

enum pl_progress_unit { PL_PROGRESS_COUNT, PL_PROGRESS_BYTES };

struct pl_progress {
	const char *label;
	uint64_t total; /* 0: not known, shows the count and a rate */
	enum pl_progress_unit unit;
	uint64_t start;
	_Atomic uint64_t done, next_draw;
	_Atomic unsigned quarter;
	bool tty, drawn;
};

/* @label is borrowed until the end. */
void pl_progress_begin(struct pl_progress *p, const char *label, uint64_t total, enum pl_progress_unit unit);
/* @done of @total; cheap enough to call for every item. */
void pl_progress_set(struct pl_progress *p, uint64_t done);
void pl_progress_add(struct pl_progress *p, uint64_t more);
/* Takes the bar away. Accepts a zeroed struct. */
void pl_progress_end(struct pl_progress *p);
/* No bars at all (--json, --quiet, tests). */
void pl_progress_quiet(bool quiet);
/* Append the line as it would be drawn after @elapsed_ns in @columns columns (pure; for tests). */
void pl_progress_line(const struct pl_progress *p, uint64_t elapsed_ns, unsigned columns, struct pl_buf *out);

#endif
