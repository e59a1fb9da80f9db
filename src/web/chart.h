/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/chart: tables of a report as charts that need no script: bars in percent of the width, so that letters stay as large as
 * the reader wants them on every screen, and the same numbers in a table below.
 *
 * Pure; callable from any thread. Everything lives in the arena or borrows from what is handed in.
 */
#ifndef PL_WEB_CHART_H
#define PL_WEB_CHART_H
#include "register/export/doc.h"
#include "web/message.h"
#include "web/model.h"

/* "33.33%" of the width, for @part of @whole (0: nothing). PL_E_TOOBIG. */
pl_status pl_chart_percent(struct pl_arena *arena, uint64_t part, uint64_t whole, pl_str *ret);

/* A table of a report: one bar a row, the longest first, a part for each column. PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_chart_of_grid(const struct pl_report_grid *g, enum pl_lang lang, struct pl_arena *arena, struct pl_chart *ret);

/* A point in time and what was counted there. */
struct pl_chart_point {
	pl_str label, href;
	const uint64_t *values; /* one a column */
};
struct pl_chart_series {
	pl_str id, title, definition, row_head;
	size_t n_columns, n_points;
	const struct pl_report_name *columns; /* the first one is drawn */
	const struct pl_chart_point *points;
};
/* One bar a point, in their order. */
pl_status pl_chart_of_series(const struct pl_chart_series *s, enum pl_lang lang, struct pl_arena *arena, struct pl_chart *ret);

#endif
