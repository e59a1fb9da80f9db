/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_count: openings files that are counted while somebody waits for a page or a table.
 *
 * What always holds:
 *  1. Nobody holds an instance while he waits for his turn or while a file is counted, and fewer copy files at once than there are
 *     instances: other pages are answered as fast as ever.
 *  2. As many may wait as there are threads for (pl_portal_serve); whoever comes then, or waits too long, is told when to come again.
 */
#include "base/time.h"
#include "web/portal_internal.h"
#include "web/report_export.h"
#include <assert.h>

#define WAIT (20 * PL_SECOND)
#define COME_AGAIN PL_STR("10") /* seconds */

static_assert(PL_PORTAL_COUNTING < PL_PORTAL_INSTANCES, "pages go on while files are copied");

pl_status pl_view_count_begin(struct pl_view *w)
{
	struct pl_portal *p = w->portal;
	pl_status st = pl_gate_enter(&p->asking, 0);

	if (!st) {
		pl_view_end(w);
		st = pl_gate_enter(&p->counting, pl_time_monotonic() + WAIT);
		if (st)
			pl_gate_leave(&p->asking);
		pl_view_take_back(w);
	}
	if (st)
		pl_http_reply_header(w->reply, "Retry-After", COME_AGAIN);
	return st;
}

void pl_view_count_end(struct pl_view *w)
{
	pl_gate_leave(&w->portal->counting);
	pl_gate_leave(&w->portal->asking);
	if (!w->inst)
		pl_view_take_back(w);
}

pl_status pl_view_counted(struct pl_view *w, const struct pl_query_report *q, struct pl_recount *ret)
{
	struct pl_register_report_file file = {0};
	pl_status st = pl_counted_find(w->portal->counted, q, ret);

	if (st == PL_OK)
		return st;
	st = pl_view_count_begin(w);
	if (st)
		return st;
	/* Whoever had his turn before may have counted the same. */
	st = pl_counted_find(w->portal->counted, q, ret);
	if (st) {
		st = pl_export_openings(w->inst, q, w->portal->spool_dir, PL_COUNTED_FILE_MAX, &file, NULL);
		pl_view_end(w);
		if (!st)
			st = pl_counted_count(w->portal->counted, q, &file, ret, NULL);
		pl_register_report_file_done(&file);
	}
	pl_view_count_end(w);
	return st;
}

static pl_status compare(struct pl_view *w, const struct pl_query_report *before, const struct pl_query_report *q, struct pl_counted_added *ret)
{
	struct pl_register_report_file earlier = {0}, later = {0};
	pl_status st = pl_export_openings(w->inst, before, w->portal->spool_dir, PL_COUNTED_FILE_MAX, &earlier, NULL);

	if (!st)
		st = pl_export_openings(w->inst, q, w->portal->spool_dir, PL_COUNTED_FILE_MAX, &later, NULL);
	pl_view_end(w);
	if (!st)
		st = pl_counted_compare(w->portal->counted, q, &earlier, &later, ret, NULL);
	pl_register_report_file_done(&earlier);
	pl_register_report_file_done(&later);
	return st;
}

pl_status pl_view_counted_added(struct pl_view *w, const struct pl_query_report *before, const struct pl_query_report *q, struct pl_counted_added *ret)
{
	pl_status st = pl_counted_find_added(w->portal->counted, q, ret);

	if (st == PL_OK)
		return st;
	st = pl_view_count_begin(w);
	if (st)
		return st;
	st = pl_counted_find_added(w->portal->counted, q, ret);
	if (st)
		st = compare(w, before, q, ret);
	pl_view_count_end(w);
	return st;
}
