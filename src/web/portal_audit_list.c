/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_audit_list: all audits by standard, on a page, as JSON and as CSV. */
#include "base/json.h"
#include "base/time.h"
#include "register/audit/export.h"
#include "web/portal_audit.h"

/* Calls @each for the audits of each standard. */
static pl_status each_standard(struct pl_view *w,
	pl_status (*each)(void *ctx, struct pl_view *w, const struct pl_audit_life *lives, size_t n), void *ctx)
{
	struct pl_audit_life *lives = NULL;
	size_t n = 0;
	pl_status st = pl_query_audits(w->inst, w->arena, &lives, &n);

	for (size_t i = 0, k; i < n && !st; i += k) {
		k = pl_query_audits_same(lives, n, i);
		st = each(ctx, w, lives + i, k);
	}
	return st;
}

/* ---- the page ---- */

static pl_status count_standard(void *ctx, struct pl_view *w, const struct pl_audit_life *lives, size_t n)
{
	size_t *count = ctx;

	(void)w;
	(void)lives;
	(void)n;
	++*count;
	return PL_OK;
}

static pl_status fill_standard(void *ctx, struct pl_view *w, const struct pl_audit_life *lives, size_t n)
{
	struct pl_audits_page *m = ctx;
	struct pl_audit_standard *s = &m->standards[m->n_standards];
	pl_status st = pl_view_audit_standard(w, lives, n, s);

	m->n_standards += !st;
	m->n_audits += n;
	m->gaps += st ? 0 : s->gaps;
	return st;
}

pl_status pl_portal_audits(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_audits_page m = {0};
	size_t n = 0;
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_AUDITS);

	if (!st)
		st = each_standard(&w, count_standard, &n);
	if (!st)
		st = pl_view_list(&w, n, sizeof *m.standards, &m.standards);
	if (!st)
		st = each_standard(&w, fill_standard, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_audits_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_audits(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- files ---- */

static pl_status put_json(void *ctx, struct pl_view *w, const struct pl_audit_life *lives, size_t n)
{
	return pl_audit_export_standard(lives, n, pl_time_now() / PL_SECOND, w->arena, ctx);
}

pl_status pl_portal_audits_json(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_AUDITS);

	if (!st)
		st = each_standard(&w, put_json, pl_json_set_array(o, "standards"));
	if (!st)
		st = pl_json_write_pretty(o, &b);
	if (st)
		return st;
	pl_view_take(reply, "application/json", &b);
	return PL_OK;
}

static pl_status put_csv(void *ctx, struct pl_view *w, const struct pl_audit_life *lives, size_t n)
{
	return pl_audit_export_csv(lives, n, pl_time_now() / PL_SECOND, w->arena, ctx);
}

pl_status pl_portal_audits_csv(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_AUDITS);

	pl_audit_export_csv_head(&b);
	if (!st)
		st = each_standard(&w, put_csv, &b);
	if (st)
		return st;
	pl_view_take(reply, "text/csv; charset=utf-8", &b);
	return PL_OK;
}
