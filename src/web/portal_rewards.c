/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_rewards: what is paid for which flaw, and how flaws are disclosed. */
#include "base/time.h"
#include "register/vuln/query.h"
#include "web/portal_internal.h"
#include "web/register_say.h"

#define VERSIONS_MAX 50u
#define BOUNTIES PL_STR("bounties")

static pl_status fill_versions(struct pl_view *w, const struct pl_vuln_stated *list, size_t n, struct pl_version_row **ret)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	for (size_t i = 0; i < n && !st; i++)
		(*ret)[i] = (struct pl_version_row){list[i].version, list[i].from * PL_SECOND, list[i].index, false};
	return st;
}

/* ---- rewards ---- */

static pl_status fill_rows(struct pl_view *w, const struct pl_reward_matrix *x, struct pl_rewards_page *m)
{
	struct pl_register_say say;
	uint64_t index;
	pl_status st = pl_view_list(w, x->n, sizeof *m->rows, &m->rows);

	say.worded = pl_query_register_words(w->inst, BOUNTIES, pl_str_from(pl_lang_tag(w->lang)), UINT64_MAX, w->arena, &say.words, &index) == PL_OK;
	for (; m->n_rows < x->n && !st; m->n_rows++) {
		const struct pl_reward_row *r = &x->rows[m->n_rows];

		m->rows[m->n_rows] = (struct pl_reward_line){pl_register_say_value(&say, PL_STR("product"), r->product),
			pl_register_say_value(&say, PL_STR("impact"), r->impact), pl_register_say_value(&say, PL_STR("position"), r->position), r->low, r->high};
	}
	return st;
}

/* The first program by name: there is one, as a rule. */
static pl_status fill_rewards(struct pl_view *w, struct pl_rewards_page *m)
{
	struct pl_reward_matrix *x = pl_arena_alloc(w->arena, 1, sizeof *x);
	struct pl_vuln_stated *list = NULL, stated;
	pl_str *programs = NULL;
	size_t n = 0;
	pl_status st = x ? pl_query_reward_programs(w->inst, (pl_str){0}, w->arena, &programs, &n) : PL_E_TOOBIG;

	if (st || !n)
		return st;
	st = pl_query_reward_matrix(w->inst, programs[0], pl_time_now() / PL_SECOND, w->arena, &stated, x);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->from = stated.from * PL_SECOND;
	m->index = stated.index;
	m->body = stated.body;
	m->top = pl_reward_matrix_top(x);
	st = pl_arena_dup(w->arena, pl_str_from(x->currency.code), &m->currency);
	if (!st)
		st = fill_rows(w, x, m);
	if (!st)
		st = pl_query_reward_matrices(w->inst, programs[0], INT64_MAX, VERSIONS_MAX, w->arena, &list, &m->n_versions);
	return st ? st : fill_versions(w, list, m->n_versions, &m->versions);
}

pl_status pl_portal_rewards(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_rewards_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ADVISORIES);

	if (!st)
		st = fill_rewards(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_rewards_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_rewards(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- disclosure ---- */

static pl_status fill_lines(struct pl_view *w, const struct pl_disclosure_line *list, size_t n, struct pl_disclosure_text **ret)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	for (size_t i = 0; i < n && !st; i++)
		(*ret)[i] = (struct pl_disclosure_text){list[i].name, list[i].text};
	return st;
}

static pl_status fill_policy(struct pl_view *w, pl_str lang, struct pl_disclosure_page *m)
{
	struct pl_disclosure_policy p;
	struct pl_vuln_stated *list = NULL, stated;
	pl_status st = pl_query_disclosure_policy(w->inst, lang, pl_time_now() / PL_SECOND, w->arena, &stated, &p);

	if (st)
		return st;
	m->has_policy = true;
	m->lang = p.language;
	m->title = p.title;
	m->about = p.about;
	m->from = stated.from * PL_SECOND;
	m->index = stated.index;
	m->body = stated.body;
	m->n_principles = p.n_principles;
	m->n_clocks = p.n_clocks;
	st = fill_lines(w, p.principles, p.n_principles, &m->principles);
	if (!st)
		st = fill_lines(w, p.clocks, p.n_clocks, &m->clocks);
	if (!st)
		st = pl_query_disclosure_policies(w->inst, lang, INT64_MAX, VERSIONS_MAX, w->arena, &list, &m->n_versions);
	return st ? st : fill_versions(w, list, m->n_versions, &m->versions);
}

pl_status pl_portal_disclosure(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_disclosure_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ADVISORIES);

	if (!st)
		st = fill_policy(&w, pl_str_from(pl_lang_tag(w.lang)), &m);
	/* English is what there is, if there is nothing else. */
	if (st == PL_E_NOTFOUND)
		st = fill_policy(&w, PL_STR("en"), &m);
	if (st && st != PL_E_NOTFOUND)
		return st;
	if (m.has_policy)
		pl_view_title_text(&w, m.title);
	else
		pl_view_title(&w, PL_MSG_disclosure_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_disclosure(&h, &m);
	return pl_view_send(&w, &b);
}
