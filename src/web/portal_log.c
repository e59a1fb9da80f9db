/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_log: the list of all statements, and the search for a number, an identifier or a digest. */
#include "web/portal_internal.h"
#include "base/ulid.h"

#define ROWS 50u
#define QUERY_MAX 200u

static const char *const types[] = {
	PL_TYPE_RELEASE, PL_TYPE_PRODUCT_HEAD, PL_TYPE_REBUILD_VERDICT, PL_TYPE_SLSA_PROVENANCE, PL_TYPE_RECIPE,
	PL_TYPE_SOURCE_SNAPSHOT, PL_TYPE_PRODUCT, PL_TYPE_KEY, PL_TYPE_KEY_END, PL_TYPE_BODY, PL_TYPE_WITHHELD,
	PL_TYPE_LOG_RESUME, PL_TYPE_TIME_ACCEPT, PL_TYPE_LOG_ROTATION, PL_TYPE_INCEPTION,
};

static pl_status fill_types(struct pl_view *w, struct pl_log_page *m)
{
	pl_status st = pl_view_list(w, PL_COUNT(types), sizeof *m->types, &m->types);

	for (size_t i = 0; !st && i < PL_COUNT(types); i++) {
		pl_str type = pl_str_from(types[i]);

		m->types[m->n_types++] = (struct pl_type_choice){type, pl_view_kind(type), pl_str_eq(type, m->type)};
	}
	return st;
}

static void fill_counts(const struct pl_query_view *v, struct pl_log_page *m)
{
	m->by_applied = v->by_state[PL_ENTRY_APPLIED];
	m->by_repeated = v->by_state[PL_ENTRY_REPEATED];
	m->by_unknown = v->by_state[PL_ENTRY_UNKNOWN];
	m->by_malformed = v->by_state[PL_ENTRY_MALFORMED];
	m->by_unauthorised = v->by_state[PL_ENTRY_UNAUTHORISED];
	m->by_refused = v->by_state[PL_ENTRY_REFUSED];
	m->has_odd = m->by_repeated || m->by_unknown || m->by_malformed || m->by_unauthorised || m->by_refused;
	m->root = v->root;
	m->checkpoint = v->checkpoint;
}

static pl_status fill_log(struct pl_view *w, struct pl_log_page *m)
{
	struct pl_query_statement *found;
	uint64_t before = UINT64_MAX;
	pl_str text;
	size_t n;
	pl_status st = pl_http_request_query(w->req, "before", &text);

	if (!st && pl_str_to_u64(text, UINT64_MAX, &before))
		return PL_E_SYNTAX;
	st = pl_http_request_query(w->req, "type", &m->type);
	if (st && st != PL_E_NOTFOUND)
		return st;
	m->filtered = m->type.len > 0;
	/* One more than is shown tells whether there are older ones. */
	st = pl_query_statements(w->inst, m->type, before, ROWS + 1, w->arena, &found, &n);
	if (st)
		return st;
	m->has_older = n > ROWS;
	m->n_rows = m->has_older ? ROWS : n;
	if (m->has_older)
		m->older = found[ROWS - 1].index;
	fill_counts(&w->view, m);
	st = pl_view_statement_rows(w, found, m->n_rows, &m->rows);
	return st ? st : fill_types(w, m);
}

pl_status pl_portal_log(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_log_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_LOG);

	if (!st)
		st = fill_log(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_log_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_log(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- search ---- */

static pl_status search_number(struct pl_view *w, uint64_t index, struct pl_query_statement **found, size_t *n)
{
	pl_status st = pl_view_list(w, 1, sizeof **found, found);

	if (!st)
		st = pl_query_statement_at(w->inst, index, w->arena, *found);
	*n = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status search_id(struct pl_view *w, const struct pl_ulid *id, struct pl_query_statement **found, size_t *n)
{
	pl_status st = pl_view_list(w, 1, sizeof **found, found);

	if (!st)
		st = pl_query_statement_by_id(w->inst, id, w->arena, *found);
	*n = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status search_digest(struct pl_view *w, const struct pl_digest *d, struct pl_search_page *m,
	struct pl_query_statement **found, size_t *n)
{
	struct pl_query_body body;
	pl_status st = pl_query_body(w->inst, d, w->arena, &body);

	if (st && st != PL_E_NOTFOUND)
		return st;
	m->has_body = !st;
	if (m->has_body)
		pl_view_body_row(&body, &m->body);
	return pl_query_statements_by_digest(w->inst, d, ROWS, w->arena, found, n);
}

/* Digests are pasted from everywhere: capital letters and a "sha256:" in front are fine. */
static bool read_digest(pl_str text, struct pl_digest *ret)
{
	char low[2 * PL_DIGEST_LEN];

	(void)(pl_str_eat(&text, PL_STR("sha256:")) || pl_str_eat(&text, PL_STR("SHA256:")));
	if (text.len != sizeof low)
		return false;
	for (size_t i = 0; i < sizeof low; i++)
		low[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'F' ? (char)(text.ptr[i] + 32) : text.ptr[i];
	return !pl_hex_read(pl_str_of(low, sizeof low), ret->b, sizeof ret->b);
}

static pl_status fill_search(struct pl_view *w, struct pl_search_page *m)
{
	struct pl_query_statement *found = NULL;
	struct pl_digest digest;
	struct pl_ulid id;
	uint64_t index;
	size_t n = 0;
	pl_status st = pl_http_request_query(w->req, "q", &m->query);

	if (st && st != PL_E_NOTFOUND)
		return st;
	m->query = pl_str_trim(m->query);
	if (m->query.len > QUERY_MAX)
		return PL_E_RANGE;
	m->understood = true;
	if (!pl_str_to_u64(m->query, INT64_MAX, &index))
		st = search_number(w, index, &found, &n);
	else if (!pl_ulid_parse(m->query, &id))
		st = search_id(w, &id, &found, &n);
	else if (read_digest(m->query, &digest))
		st = search_digest(w, &digest, m, &found, &n);
	else
		m->understood = false, st = PL_OK;
	m->n_rows = n;
	return st ? st : pl_view_statement_rows(w, found, n, &m->rows);
}

pl_status pl_portal_search(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_search_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_LOG);

	if (!st)
		st = fill_search(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_search_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_search(&h, &m);
	return pl_view_send(&w, &b);
}
