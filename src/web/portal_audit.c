/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_audit: one audit: what it covers, how that changed, and what became of it. */
#include "base/time.h"
#include "register/audit/hand_out.h"
#include "register/query.h"
#include "web/portal_ask.h"
#include "web/portal_audit.h"

static const enum pl_message_id thing_words[PL_AUDIT_THINGS] = {
	PL_MSG_audit_control, PL_MSG_audit_product, PL_MSG_audit_system,
};

static pl_status fill_diff(struct pl_view *w, const struct pl_audit_cover *list, size_t n,
	struct pl_audit_thing_row **ret, size_t *ret_n)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	for (*ret_n = 0; *ret_n < n && !st; ++*ret_n)
		(*ret)[*ret_n] = (struct pl_audit_thing_row){{thing_words[list[*ret_n].kind]}, list[*ret_n].name};
	return st;
}

static pl_status fill_scope(struct pl_view *w, const struct pl_audit *a, const struct pl_audit_life *before,
	struct pl_audit_page *m)
{
	struct pl_audit_diff d = {0};
	pl_status st = pl_view_list(w, a->n_covers, sizeof *m->covers, &m->covers);

	for (; m->n_covers < a->n_covers && !st; m->n_covers++)
		m->covers[m->n_covers] = (struct pl_audit_thing_row){{thing_words[a->covers[m->n_covers].kind]},
			a->covers[m->n_covers].name};
	if (!st && before) {
		m->before = before->audit.id;
		st = pl_audit_compare(&before->audit, a, w->arena, &d);
	}
	if (!st)
		st = fill_diff(w, d.added, d.n_added, &m->added, &m->n_added);
	return st ? st : fill_diff(w, d.removed, d.n_removed, &m->removed, &m->n_removed);
}

static pl_status fill_changes(struct pl_view *w, const struct pl_audit_life *l, struct pl_audit_page *m)
{
	pl_status st = pl_view_list(w, l->n_ends, sizeof *m->changes, &m->changes);

	for (; m->n_changes < l->n_ends && !st; m->n_changes++) {
		const struct pl_audit_end *e = &l->ends[m->n_changes];

		m->changes[m->n_changes] = (struct pl_audit_change_row){pl_view_audit_state(e->state),
			pl_view_audit_reason(e->reason), e->from * PL_SECOND, e->index};
	}
	return st;
}

/* The register that counts hand-outs, if this instance has one by its usual name. */
static bool counts_hand_outs(struct pl_view *w)
{
	struct pl_query_register q;

	return pl_query_register(w->inst, PL_STR(PL_HAND_OUT_REGISTER), w->arena, &q) == PL_OK;
}

static void fill_facts(struct pl_view *w, const struct pl_audit *a, struct pl_audit_page *m)
{
	m->standard = a->standard;
	m->auditor_entity = a->auditor_entity;
	m->supersedes = a->supersedes;
	if (pl_query_audit_text(w->inst, &a->scope, w->arena, &m->scope) != PL_OK)
		m->scope = (pl_str){0};
	m->has_report = a->has_report;
	m->report = a->report.digest;
	m->report_size = a->report.size;
	m->report_media = a->report.media_type;
	m->has_hand_outs = a->has_report && counts_hand_outs(w);
	m->has_period = a->from != 0;
	m->period_from = a->from * PL_SECOND;
	m->period_to = a->to * PL_SECOND;
	m->has_as_of = a->as_of != 0;
	m->as_of = a->as_of * PL_SECOND;
}

static pl_status fill(struct pl_view *w, pl_str id, struct pl_audit_page *m)
{
	struct pl_audit_life l, *all = NULL;
	size_t n = 0;
	pl_status st = pl_query_audit(w->inst, id, w->arena, &l);

	if (!st)
		st = pl_query_audits(w->inst, w->arena, &all, &n);
	if (!st)
		st = pl_view_audit_line(w, &l, all, n, &m->line);
	if (st)
		return st;
	fill_facts(w, &l.audit, m);
	if (l.audit.has_report)
		st = pl_portal_ask_link(w, &l.audit.report.digest, &m->ask);
	if (st)
		return st;
	st = fill_scope(w, &l.audit, pl_cover_before(all, n, &l.audit), m);
	return st ? st : fill_changes(w, &l, m);
}

pl_status pl_portal_audit(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_audit_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_AUDITS);

	if (!st)
		st = fill(&w, pl_http_request_capture(req, "name"), &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.line.id);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_audit(&h, &m);
	return pl_view_send(&w, &b);
}
