/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_claim: what the operator says of itself, and what does not fit together in it. */
#include "web/claim_view.h"
#include "base/time.h"
#include "fact/query.h"
#include "register/claim_query.h"
#include <stdio.h>

#define ROWS 100u
#define HISTORY_MAX 64u
#define CHANGES_MAX 64u

/* ---- all claims and their flags, for the pages that show any of them ---- */

pl_status pl_view_claims(struct pl_view *w, struct pl_claims_view *ret)
{
	struct pl_claims_view v = {0};
	pl_status st = pl_query_claims_all(w->inst, w->arena, &v.claims, &v.n);

	if (!st)
		st = pl_claim_flags(v.claims, v.n, pl_time_now() / PL_SECOND, &v.flags, &v.n_flags);
	if (st)
		return st;
	for (size_t i = 0; i < v.n_flags; i++)
		v.open += !v.flags[i].explained;
	*ret = v;
	return PL_OK;
}

void pl_view_claims_done(struct pl_claims_view *v)
{
	pl_free(v->flags);
	*v = (struct pl_claims_view){0};
}

static bool flagged(const struct pl_claim_flag *f, const struct pl_claim *c)
{
	return pl_str_eq(f->claim->id, c->id) || (f->other && pl_str_eq(f->other->id, c->id));
}

pl_status pl_view_claim_line(struct pl_view *w, const struct pl_claims_view *v, const struct pl_claim *c, struct pl_claim_line *ret)
{
	struct pl_claim_line line = {.id = c->id, .subject = c->subject, .property = c->property, .kind = pl_claim_say_kind(c->kind),
		.status = pl_claim_say_status(c->status), .stands = c->status == PL_CLAIM_OPEN};
	size_t n = 0;
	pl_status st = pl_claim_say_value(c, w->lang, w->arena, &line.value);

	if (!st)
		st = pl_claim_say_validity(c, w->lang, w->arena, &line.validity);
	for (size_t i = 0; i < v->n_flags; i++)
		n += flagged(&v->flags[i], c);
	if (!st)
		st = pl_view_list(w, n, sizeof *line.flags, &line.flags);
	for (size_t i = 0; !st && i < v->n_flags; i++)
		if (flagged(&v->flags[i], c))
			line.flags[line.n_flags++] = (struct pl_claim_flag_mark){pl_claim_say_flag(v->flags[i].kind),
				v->flags[i].explained};
	if (!st)
		*ret = line;
	return st;
}

/* ---- the list ---- */

struct filter {
	pl_str subject, status, flag;
	unsigned status_at, flag_at; /* PL_CLAIM_STATUSES, PL_CLAIM_FLAGS: any */
	bool any_flag;
	uint64_t page;
};

static pl_status query_text(struct pl_view *w, const char *key, pl_str *ret)
{
	pl_status st = pl_http_request_query(w->req, key, ret);

	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status read_filter(struct pl_view *w, struct filter *f)
{
	pl_str page = {0};
	pl_status st = query_text(w, "subject", &f->subject);

	f->status_at = PL_CLAIM_STATUSES;
	f->flag_at = PL_CLAIM_FLAGS;
	if (!st)
		st = query_text(w, "status", &f->status);
	if (!st)
		st = query_text(w, "flag", &f->flag);
	if (!st)
		st = query_text(w, "page", &page);
	if (st)
		return st;
	f->any_flag = pl_str_eq(f->flag, PL_STR("any"));
	if ((f->status.len && pl_claim_word(f->status, pl_claim_statuses, &f->status_at)) ||
		(f->flag.len && !f->any_flag && pl_claim_word(f->flag, pl_claim_flag_words, &f->flag_at)) ||
		(page.len && pl_str_to_u64(page, PL_CLAIMS_MAX, &f->page)))
		return PL_E_SYNTAX;
	return PL_OK;
}

static bool passes(const struct filter *f, const struct pl_claims_view *v, const struct pl_claim *c)
{
	bool flag = !f->any_flag && f->flag_at == PL_CLAIM_FLAGS;

	if ((f->subject.len && !pl_str_eq(f->subject, c->subject)) || (f->status_at != PL_CLAIM_STATUSES && f->status_at != c->status))
		return false;
	for (size_t i = 0; i < v->n_flags && !flag; i++)
		flag = (f->any_flag || f->flag_at == v->flags[i].kind) && flagged(&v->flags[i], c);
	return flag;
}

/* Claims come ordered by subject, so each new one is the next choice. */
static pl_status fill_subjects(struct pl_view *w, const struct pl_claims_view *v, const struct filter *f, struct pl_claims_page *m)
{
	pl_status st = pl_view_list(w, v->n, sizeof *m->subjects, &m->subjects);

	for (size_t i = 0; !st && i < v->n; i++)
		if (i == 0 || !pl_str_eq(v->claims[i].subject, v->claims[i - 1].subject))
			m->subjects[m->n_subjects++] = (struct pl_choice){v->claims[i].subject, v->claims[i].subject,
				pl_str_eq(v->claims[i].subject, f->subject)};
	return st;
}

static pl_status fill_choices(struct pl_view *w, const struct filter *f, struct pl_claims_page *m)
{
	pl_status st = pl_view_list(w, PL_CLAIM_STATUSES, sizeof *m->statuses, &m->statuses);

	if (!st)
		st = pl_view_list(w, PL_CLAIM_FLAGS + 1u, sizeof *m->flags, &m->flags);
	if (st)
		return st;
	for (unsigned i = 0; i < PL_CLAIM_STATUSES; i++)
		m->statuses[m->n_statuses++] = (struct pl_choice){pl_str_from(pl_claim_statuses[i]),
			pl_message(w->lang, pl_claim_say_status((enum pl_claim_status)i).id), f->status_at == i};
	m->flags[m->n_flags++] = (struct pl_choice){PL_STR("any"), pl_message(w->lang, PL_MSG_claims_any_flag), f->any_flag};
	for (unsigned i = 0; i < PL_CLAIM_FLAGS; i++)
		m->flags[m->n_flags++] = (struct pl_choice){pl_str_from(pl_claim_flag_words[i]),
			pl_message(w->lang, pl_claim_say_flag((enum pl_claim_flag_kind)i).id), f->flag_at == i};
	return PL_OK;
}

static pl_status fill_query(struct pl_view *w, const struct filter *f, struct pl_claims_page *m)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_buf_put_z(&b, "/claims?subject=");
	pl_route_escape(&b, f->subject);
	pl_buf_put_z(&b, "&status=");
	pl_route_escape(&b, f->status);
	pl_buf_put_z(&b, "&flag=");
	pl_route_escape(&b, f->flag);
	pl_buf_put_z(&b, "&page=");
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(w->arena, pl_buf_str(&b), &m->query);
}

static pl_status fill_rows(struct pl_view *w, const struct pl_claims_view *v, const struct filter *f, struct pl_claims_page *m)
{
	uint64_t first = f->page * ROWS;
	pl_status st = pl_view_list(w, ROWS, sizeof *m->rows, &m->rows);

	for (size_t i = 0; !st && i < v->n; i++) {
		if (!passes(f, v, &v->claims[i]))
			continue;
		if (m->matching >= first && m->n_rows < ROWS)
			st = pl_view_claim_line(w, v, &v->claims[i], &m->rows[m->n_rows++]);
		m->matching++;
	}
	m->has_before = f->page > 0;
	m->before = f->page ? f->page - 1 : 0;
	m->has_after = m->matching > first + ROWS;
	m->after = f->page + 1;
	return st;
}

static pl_status fill_claims(struct pl_view *w, struct pl_claims_page *m)
{
	struct pl_claims_view v PL_CLEANUP(pl_view_claims_done) = {0};
	struct filter f = {0};
	pl_status st = read_filter(w, &f);

	if (!st)
		st = pl_view_claims(w, &v);
	if (st)
		return st;
	m->total = v.n;
	m->open_flags = v.open;
	m->explained_flags = v.n_flags - v.open;
	st = fill_rows(w, &v, &f, m);
	if (!st)
		st = fill_subjects(w, &v, &f, m);
	if (!st)
		st = fill_choices(w, &f, m);
	return st ? st : fill_query(w, &f, m);
}

pl_status pl_portal_claims(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_claims_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_CLAIMS);

	if (!st)
		st = fill_claims(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_claims_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_claims(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- one claim ---- */

static bool can_be_had(struct pl_view *w, const struct pl_digest *digest)
{
	struct pl_query_body body;

	return pl_query_body(w->inst, digest, w->arena, &body) == PL_OK && body.state == PL_BODY_PRESENT;
}

static pl_status documents(struct pl_view *w, const struct pl_digest *digests, size_t n, struct pl_claim_document **ret)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	for (size_t i = 0; !st && i < n; i++)
		(*ret)[i] = (struct pl_claim_document){digests[i], can_be_had(w, &digests[i])};
	return st;
}

static pl_status fill_changes(struct pl_view *w, const struct pl_claim *c, struct pl_claim_page *m)
{
	struct pl_claim_change *changes;
	pl_status st = pl_query_claim_changes(w->inst, c->id, INT64_MAX, CHANGES_MAX, w->arena, &changes, &m->n_changes);

	if (!st)
		st = pl_view_list(w, m->n_changes, sizeof *m->changes, &m->changes);
	for (size_t i = 0; !st && i < m->n_changes; i++) {
		m->changes[i] = (struct pl_claim_change_row){.index = changes[i].index, .date = changes[i].date * PL_SECOND,
			.status = pl_claim_say_status(changes[i].status), .by = changes[i].by, .n_evidence = changes[i].n_evidence};
		st = documents(w, changes[i].evidence, changes[i].n_evidence, &m->changes[i].evidence);
	}
	return st;
}

static pl_status flag_row(struct pl_view *w, const struct pl_claims_view *v, const struct pl_claim_flag *f, const struct pl_claim *c,
	struct pl_claim_flag_row *row)
{
	const struct pl_claim *other = f->other && pl_str_eq(f->claim->id, c->id) ? f->other : f->claim;
	pl_status st = PL_OK;

	*row = (struct pl_claim_flag_row){.kind = pl_claim_say_flag(f->kind), .rule = pl_claim_say_rule(f->kind), .explained = f->explained,
		.has_other = f->other != NULL};
	st = pl_claim_say_finding(f, w->lang, w->arena, &row->words);
	if (!st && row->has_other) {
		st = pl_view_claim_line(w, v, other, &row->other);
		row->other_words = pl_view_text_body(w, &other->words.digest);
	}
	return st;
}

static pl_status fill_flags(struct pl_view *w, const struct pl_claims_view *v, const struct pl_claim *c, struct pl_claim_page *m)
{
	pl_status st = pl_view_list(w, v->n_flags, sizeof *m->flags, &m->flags);

	for (size_t i = 0; !st && i < v->n_flags; i++)
		if (flagged(&v->flags[i], c))
			st = flag_row(w, v, &v->flags[i], c, &m->flags[m->n_flags++]);
	return st;
}

static pl_status fill_history(struct pl_view *w, const struct pl_claims_view *v, const struct pl_claim *c, struct pl_claim_page *m)
{
	struct pl_claim *list;
	size_t n = 0;
	pl_status st = pl_query_claim_history(w->inst, c->subject, c->property, NULL, HISTORY_MAX, w->arena, &list, &n);

	if (!st)
		st = pl_view_list(w, n, sizeof *m->history, &m->history);
	for (size_t i = 0; !st && i < n; i++)
		if (!pl_str_eq(list[i].id, c->id))
			st = pl_view_claim_line(w, v, &list[i], &m->history[m->n_history++]);
	return st;
}

/* The day before an instant, or nothing. */
static pl_status day_before(struct pl_view *w, uint64_t t, pl_str *ret)
{
	char day[PL_CLAIM_DAY_TEXT];

	if (!t)
		return PL_OK;
	pl_claim_last_day(t, day);
	return pl_arena_dup(w->arena, pl_str_from(day), ret);
}

static pl_status fill_claim(struct pl_view *w, pl_str id, struct pl_claim_page *m)
{
	struct pl_claims_view v PL_CLEANUP(pl_view_claims_done) = {0};
	struct pl_claim c;
	pl_status st = pl_query_claim(w->inst, id, w->arena, &c);

	if (!st)
		st = pl_view_claims(w, &v);
	if (!st)
		st = pl_view_claim_line(w, &v, &c, &m->line);
	if (!st)
		st = day_before(w, c.due, &m->due);
	if (!st)
		st = day_before(w, c.review, &m->review);
	if (st)
		return st;
	m->words = pl_view_text_body(w, &c.words.digest);
	m->product = c.product;
	m->version = c.version;
	m->index = c.index;
	m->has_source = c.has_source;
	m->source = c.source;
	m->source_present = c.has_source && can_be_had(w, &c.source);
	m->n_evidence = c.n_evidence;
	st = documents(w, c.evidence, c.n_evidence, &m->evidence);
	if (!st)
		st = fill_changes(w, &c, m);
	if (!st)
		st = fill_flags(w, &v, &c, m);
	return st ? st : fill_history(w, &v, &c, m);
}

pl_status pl_portal_claim(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_claim_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_CLAIMS);

	if (!st)
		st = fill_claim(&w, pl_http_request_capture(req, "id"), &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.line.id);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_claim(&h, &m);
	return pl_view_send(&w, &b);
}
