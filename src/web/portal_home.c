/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_home: the first page: releases, what registers counted, what is claimed, the newest statements. */
#include "register/query.h"
#include "register/words/query.h"
#include "release/query.h"
#include "web/claim_view.h"
#include "web/report_doc.h"

#define LATEST 8u
#define PRODUCTS_MAX PL_RELEASE_PAGE_MAX
#define REPORTS_MAX 12u /* registers whose newest report is shown */
#define NUMBERS_MAX 4u  /* of each */
#define SAID_MAX 6u

pl_status pl_view_latest_releases(struct pl_view *w, const struct pl_query_product *products, size_t n, size_t max,
	struct pl_release_row **ret, size_t *ret_n)
{
	size_t count = 0;
	pl_status st = pl_view_list(w, max + 1, sizeof **ret, ret);

	for (size_t i = 0; !st && i < n; i++) {
		struct pl_query_release *found;
		size_t m = 0;

		st = pl_query_releases(w->inst, products[i].name, UINT64_MAX, max, w->arena, &found, &m);
		for (size_t k = 0; !st && k < m; k++) {
			size_t at = count < max ? count++ : max;

			pl_view_release_row(&found[k], &(*ret)[at]);
			for (; at > 0 && (*ret)[at - 1].index < (*ret)[at].index; at--) {
				struct pl_release_row t = (*ret)[at];

				(*ret)[at] = (*ret)[at - 1];
				(*ret)[at - 1] = t;
			}
		}
	}
	*ret_n = count;
	return st;
}

/* ---- what registers counted ---- */

static pl_status fill_report(struct pl_view *w, const struct pl_query_report *q, struct pl_home_report *r)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = pl_view_declaration(w, &q->declaration);
	struct pl_register_words words;
	struct pl_report_source s = {.lang = w->lang};
	uint64_t index;
	pl_status st = pl_query_register_words(w->inst, q->name, pl_str_from(pl_lang_tag(w->lang)), UINT64_MAX, w->arena, &words, &index);

	if (st && st != PL_E_NOTFOUND)
		return st;
	s.words = st ? NULL : &words;
	*r = (struct pl_home_report){.title = s.words ? words.title : q->name, .index = q->index,
		.imported = d && d->imported};
	st = pl_view_period(w, q->from, q->to, &r->period);
	if (!st)
		st = pl_view_list(w, NUMBERS_MAX, sizeof *r->numbers, &r->numbers);
	if (!st && !q->n_totals)
		r->numbers[r->n_numbers++] = (struct pl_home_number){pl_message(w->lang, PL_MSG_count_cases), q->cases};
	for (size_t i = 0; !st && i < q->n_totals && i < NUMBERS_MAX; i++) {
		struct pl_report_name name = {0};

		st = pl_report_name_of(&s, PL_REGISTER_WORD_TOTAL, q->totals[i].name, w->arena, &name);
		r->numbers[r->n_numbers++] = (struct pl_home_number){name.label, q->totals[i].value};
	}
	return st;
}

static pl_status fill_reports(struct pl_view *w, struct pl_home_page *m)
{
	struct pl_query_register *registers;
	size_t n = 0;
	pl_status st = pl_query_registers(w->inst, (pl_str){0}, REPORTS_MAX, w->arena, &registers, &n);

	if (!st)
		st = pl_view_list(w, n, sizeof *m->reports, &m->reports);
	for (size_t i = 0; !st && i < n; i++) {
		struct pl_query_report *q;
		size_t found = 0;

		st = pl_query_reports(w->inst, registers[i].name, INT64_MAX, 1, w->arena, &q, &found);
		if (!st && found)
			st = fill_report(w, &q[0], &m->reports[m->n_reports++]);
	}
	return st;
}

/* ---- what is claimed ---- */

/* Keep the newest SAID_MAX, the newest first. */
static void keep_newest(const struct pl_claim **list, size_t *n, const struct pl_claim *c)
{
	size_t at = *n < SAID_MAX ? (*n)++ : SAID_MAX;

	list[at] = c;
	for (; at > 0 && list[at - 1]->index < list[at]->index; at--) {
		const struct pl_claim *t = list[at];

		list[at] = list[at - 1];
		list[at - 1] = t;
	}
}

/* Numbers that stand, the newest first; what does not fit about them is shown beside them. */
static pl_status fill_said(struct pl_view *w, const struct pl_claims_view *v, struct pl_home_page *m)
{
	const struct pl_claim *newest[SAID_MAX + 1];
	size_t n = 0;
	pl_status st = pl_view_list(w, SAID_MAX, sizeof *m->said, &m->said);

	for (size_t i = 0; i < v->n; i++)
		if (v->claims[i].has_value && v->claims[i].status == PL_CLAIM_OPEN)
			keep_newest(newest, &n, &v->claims[i]);
	for (size_t i = 0; !st && i < n; i++)
		st = pl_view_claim_line(w, v, newest[i], &m->said[m->n_said++]);
	return st;
}

static pl_status fill_claims(struct pl_view *w, struct pl_home_page *m)
{
	struct pl_claims_view v PL_CLEANUP(pl_view_claims_done) = {0};
	pl_status st = pl_view_claims(w, &v);

	if (st)
		return st;
	m->claims = v.n;
	m->open_flags = v.open;
	return fill_said(w, &v, m);
}

/* ---- first page ---- */

static pl_status fill_home(struct pl_view *w, struct pl_home_page *m)
{
	struct pl_query_product *products;
	struct pl_query_statement *latest;
	size_t n;
	pl_status st = pl_query_products(w->inst, (pl_str){0}, PRODUCTS_MAX, w->arena, &products, &n);

	if (st)
		return st;
	m->products = n;
	for (size_t i = 0; i < n; i++)
		m->releases += products[i].releases;
	m->statements = w->view.size;
	st = pl_view_latest_releases(w, products, n, LATEST, &m->latest_releases, &m->n_latest_releases);
	if (!st)
		st = pl_query_statements(w->inst, (pl_str){0}, UINT64_MAX, LATEST, w->arena, &latest, &m->n_latest);
	if (!st)
		st = pl_view_statement_rows(w, latest, m->n_latest, &m->latest);
	if (!st)
		st = fill_reports(w, m);
	return st ? st : fill_claims(w, m);
}

pl_status pl_portal_home(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_home_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_HOME);

	if (!st)
		st = fill_home(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_home_title, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_home(&h, &m);
	return pl_view_send(&w, &b);
}
