/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_advisory_list: pages and a feed about all advisories. */
#include "web/advisory_view.h"
#include "web/message_table.h"

#define LIST 25u
#define FEED 50u
#define THANKS_DOCUMENTS 100u
#define THANKS_MAX 1000u

/* ---- one document, for several pages ---- */

struct pl_json *pl_view_document(struct pl_view *w, const struct pl_published *a)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	struct pl_query_body body;
	struct pl_json *v = NULL;

	if (pl_query_body(w->inst, &a->digest, w->arena, &body) || body.state != PL_BODY_PRESENT ||
		pl_blob_get_bytes(pl_instance_blobs(w->inst), &a->digest, &b) ||
		pl_json_parse(pl_buf_str(&b), PL_ADVISORY_DOCUMENT_MAX, PL_JSON_DEPTH, &v, NULL))
		return NULL;
	return v;
}

pl_str pl_view_member(struct pl_view *w, const struct pl_json *o, const char *name)
{
	pl_str s, copy;

	if (pl_json_str(pl_json_get(o, name), &s) || pl_arena_dup(w->arena, s, &copy))
		return (pl_str){0};
	return copy;
}

void pl_view_advisory_row(struct pl_view *w, const struct pl_published *a, const struct pl_json *root,
	struct pl_advisory_row *ret)
{
	static const enum pl_message_id states[] = {
		[PL_ADVISORY_DRAFT] = PL_MSG_advisory_state_draft, [PL_ADVISORY_FINAL] = PL_MSG_advisory_state_final,
		[PL_ADVISORY_INTERIM] = PL_MSG_advisory_state_interim,
	};
	const struct pl_json *document = pl_json_get(root, "document");

	*ret = (struct pl_advisory_row){.id = a->id, .stem = pl_str_sub(a->file, 0, a->file.len - strlen(".json")),
		.version = a->version,
		.title = pl_view_member(w, document, "title"), .lang = pl_view_member(w, document, "lang"),
		.severity = pl_view_member(w, pl_json_get(document, "aggregate_severity"), "text"),
		.vex = a->category == PL_ADVISORY_VEX,
		.settled = a->state == PL_ADVISORY_FINAL, .state = {states[a->state]}, .current = a->current, .index = a->index};
	if (!ret->title.len)
		ret->title = pl_message(w->lang, PL_MSG_body_withheld);
}

/* "Ada Example, Ben Example (Example University)" */
static pl_str who_is(struct pl_view *w, const struct pl_json *thanks)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	const struct pl_json *names = pl_json_get(thanks, "names");
	pl_str organization = pl_view_member(w, thanks, "organization"), s;

	for (size_t i = 0; i < pl_json_count(names); i++)
		if (pl_json_str(pl_json_at(names, i), &s) == PL_OK) {
			pl_buf_put_z(&b, b.len ? ", " : "");
			pl_buf_put_str(&b, s);
		}
	if (organization.len) {
		pl_buf_put_z(&b, b.len ? " (" : "");
		pl_buf_put_str(&b, organization);
		pl_buf_put_z(&b, pl_json_count(names) ? ")" : "");
	}
	return pl_buf_status(&b) || pl_arena_dup(w->arena, pl_buf_str(&b), &s) ? (pl_str){0} : s;
}

void pl_view_thanks(struct pl_view *w, const struct pl_json *o, const struct pl_advisory_row *from,
	struct pl_advisory_thanks_row *rows, size_t max, size_t *n)
{
	const struct pl_json *list = pl_json_get(o, "acknowledgments");

	for (size_t i = 0; i < pl_json_count(list) && *n < max; i++) {
		const struct pl_json *one = pl_json_at(list, i);
		struct pl_advisory_thanks_row row = {who_is(w, one), pl_view_member(w, one, "summary"), from->id, from->stem,
			from->lang};

		if (row.who.len)
			rows[(*n)++] = row;
	}
}

/* ---- a page of the list ---- */

/* The public advisories behind the one that ?after= names; one more than @limit shows that there are older ones. */
static pl_status page_of(struct pl_view *w, size_t limit, struct pl_published **ret, size_t *ret_n)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX + 8u);
	struct pl_published after;
	bool has_after = false;
	pl_str stem;
	pl_status st = PL_OK;

	if (pl_http_request_query(w->req, "after", &stem) == PL_OK && stem.len && stem.len < PL_ADVISORY_FILE_MAX) {
		pl_buf_put_str(&file, stem);
		pl_buf_put_z(&file, ".json");
		st = pl_query_advisory(w->inst, pl_buf_str(&file), w->arena, &after);
		has_after = !st;
	}
	return st ? st : pl_query_advisories(w->inst, true, has_after ? &after : NULL, limit + 1, w->arena, ret, ret_n);
}

static pl_status fill_list(struct pl_view *w, struct pl_advisories_page *m)
{
	struct pl_query_provider q;
	struct pl_published *list = NULL;
	size_t n = 0;
	pl_status st = page_of(w, LIST, &list, &n);

	if (!st)
		st = pl_view_list(w, n, sizeof *m->advisories, &m->advisories);
	if (st)
		return st;
	m->has_older = n > LIST;
	m->n_advisories = n > LIST ? LIST : n;
	for (size_t i = 0; i < m->n_advisories; i++) {
		struct pl_json *document PL_CLEANUP(pl_json_done) = pl_view_document(w, &list[i]);

		pl_view_advisory_row(w, &list[i], document, &m->advisories[i]);
	}
	if (m->has_older)
		m->older = m->advisories[LIST - 1].stem;
	m->has_provider = pl_query_provider(w->inst, w->arena, &q) == PL_OK;
	if (m->has_provider)
		m->key = q.fingerprint;
	return PL_OK;
}

pl_status pl_portal_advisories(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_advisories_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ADVISORIES);

	if (!st)
		st = fill_list(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_advisories_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_advisories(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- thanks ---- */

static pl_status fill_thanks(struct pl_view *w, struct pl_thanks_page *m)
{
	struct pl_published *list = NULL;
	struct pl_advisory_row row = {0};
	size_t n = 0;
	pl_status st = page_of(w, THANKS_DOCUMENTS, &list, &n);

	if (!st)
		st = pl_view_list(w, THANKS_MAX, sizeof *m->thanks, &m->thanks);
	if (st)
		return st;
	m->has_older = n > THANKS_DOCUMENTS;
	for (size_t i = 0; i < n && i < THANKS_DOCUMENTS; i++) {
		struct pl_json *document PL_CLEANUP(pl_json_done) = pl_view_document(w, &list[i]);
		const struct pl_json *flaws = pl_json_get(document, "vulnerabilities");

		pl_view_advisory_row(w, &list[i], document, &row);
		pl_view_thanks(w, pl_json_get(document, "document"), &row, m->thanks, THANKS_MAX, &m->n_thanks);
		for (size_t k = 0; k < pl_json_count(flaws); k++)
			pl_view_thanks(w, pl_json_at(flaws, k), &row, m->thanks, THANKS_MAX, &m->n_thanks);
	}
	m->older = row.stem;
	return PL_OK;
}

pl_status pl_portal_thanks(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_thanks_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ADVISORIES);

	if (!st)
		st = fill_thanks(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_thanks_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_thanks(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- the feed, RFC 4287 ---- */

static void put_time(struct pl_buf *b, uint64_t t)
{
	struct pl_html h = {b, PL_LANG_EN};

	pl_html_put(&h, pl_html_value_rfc3339(t));
}

static void put_entry(struct pl_buf *b, struct pl_view *w, const struct pl_provider *p, const struct pl_published *a)
{
	struct pl_json *document PL_CLEANUP(pl_json_done) = pl_view_document(w, a);
	struct pl_advisory_row row;

	pl_view_advisory_row(w, a, document, &row);
	pl_buf_put_z(b, "<entry>\n<title>");
	pl_html_escape(b, row.id);
	pl_buf_put_z(b, ": ");
	pl_html_escape(b, row.title);
	/* One advisory is one entry, whatever its version. */
	pl_buf_put_z(b, "</title>\n<id>");
	pl_html_escape(b, p->site);
	pl_buf_put_z(b, "/advisory/");
	pl_route_escape(b, row.stem);
	pl_buf_put_z(b, "</id>\n<published>");
	put_time(b, a->first);
	pl_buf_put_z(b, "</published>\n<updated>");
	put_time(b, a->current);
	pl_buf_put_z(b, "</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
	pl_html_escape(b, p->site);
	pl_buf_put_z(b, "/advisory/");
	pl_route_escape(b, row.stem);
	pl_buf_put_z(b, "\"/>\n</entry>\n");
}

pl_status pl_portal_advisories_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_provider q;
	struct pl_published *list = NULL;
	size_t n = 0;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = pl_query_provider(w.inst, w.arena, &q);
	if (!st)
		st = pl_query_advisories(w.inst, true, NULL, FEED, w.arena, &list, &n);
	if (st)
		return st;
	pl_buf_put_z(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>");
	pl_html_escape(&b, q.provider.name);
	pl_buf_put_z(&b, "</title>\n<id>");
	pl_html_escape(&b, q.provider.site);
	pl_buf_put_z(&b, "/advisories</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"");
	pl_html_escape(&b, q.provider.site);
	pl_buf_put_z(&b, "/advisories.atom\"/>\n<author><name>");
	pl_html_escape(&b, q.provider.name);
	pl_buf_put_z(&b, "</name></author>\n<updated>");
	put_time(&b, n ? list[0].current : q.time);
	pl_buf_put_z(&b, "</updated>\n");
	for (size_t i = 0; i < n; i++)
		put_entry(&b, &w, &q.provider, &list[i]);
	pl_buf_put_z(&b, "</feed>\n");
	pl_view_take(reply, "application/atom+xml; charset=utf-8", &b);
	return pl_buf_status(&b);
}
