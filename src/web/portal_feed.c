/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_feed: Atom (RFC 4287) of releases, of reports, of claims and of audits, each the newest first. */
#include "base/time.h"
#include "fact/query.h"
#include "register/claim_query.h"
#include "register/query.h"
#include "release/query.h"
#include "web/claim_view.h"
#include "web/portal_audit.h"

#define ENTRIES 50u
#define PRODUCTS_MAX PL_RELEASE_PAGE_MAX

/* ---- what all feeds have in common ---- */

struct entry {
	uint64_t index, time; /* of the statement; time in ns */
	pl_str title, path;   /* path: of the page, escaped */
};

static void put_base(struct pl_buf *b, struct pl_view *w)
{
	pl_str base = pl_instance_conf(w->inst)->public_url;

	if (pl_str_ends(base, PL_STR("/")))
		base.len--;
	pl_html_escape(b, base);
}

static void put_time(struct pl_buf *b, uint64_t t)
{
	struct pl_html h = {b, PL_LANG_EN};

	pl_html_put(&h, pl_html_value_rfc3339(t));
}

static void put_id(struct pl_buf *b, struct pl_view *w, const char *ending)
{
	pl_buf_put_z(b, "<id>urn:pellucid:log:");
	pl_route_escape(b, pl_instance_conf(w->inst)->origin);
	pl_buf_put_z(b, ending);
	pl_buf_put_z(b, "</id>\n");
}

/* @ending makes the identifier of this feed another one than that of its siblings. */
static void begin_feed(struct pl_buf *b, struct pl_view *w, const char *ending, pl_str subtitle, uint64_t updated)
{
	pl_buf_put_z(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>");
	pl_html_escape(b, w->frame.origin);
	if (subtitle.len) {
		pl_buf_put_z(b, ": ");
		pl_html_escape(b, subtitle);
	}
	pl_buf_put_z(b, "</title>\n");
	put_id(b, w, ending);
	pl_buf_put_z(b, "<author><name>");
	pl_html_escape(b, w->frame.origin);
	pl_buf_put_z(b, "</name></author>\n<updated>");
	put_time(b, updated);
	pl_buf_put_z(b, "</updated>\n");
}

/* Everything up to the text of the content. The identifier is made of what never changes: the log's name and the entry's number. */
static void begin_entry(struct pl_buf *b, struct pl_view *w, const struct entry *e)
{
	pl_buf_put_z(b, "<entry>\n<title>");
	pl_html_escape(b, e->title);
	pl_buf_put_z(b, "</title>\n<id>urn:pellucid:log:");
	pl_route_escape(b, pl_instance_conf(w->inst)->origin);
	pl_buf_printf(b, ":%llu</id>\n<updated>", (unsigned long long)e->index);
	put_time(b, e->time);
	pl_buf_put_z(b, "</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
	put_base(b, w);
	pl_buf_put_str(b, e->path);
	pl_buf_put_z(b, "\"/>\n<content type=\"text\">");
}

static void end_entry(struct pl_buf *b)
{
	pl_buf_put_z(b, "</content>\n</entry>\n");
}

static pl_status end_feed(struct pl_buf *b, struct pl_http_reply *reply)
{
	pl_buf_put_z(b, "</feed>\n");
	if (pl_buf_status(b))
		return pl_buf_status(b);
	pl_view_take(reply, "application/atom+xml; charset=utf-8", b);
	return PL_OK;
}

/* ---- releases ---- */

static void put_release(struct pl_buf *b, struct pl_view *w, const struct pl_release_row *r)
{
	struct pl_buf title PL_CLEANUP(pl_buf_done) = PL_BUF(1024), path PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_buf_put_str(&title, r->product);
	pl_buf_put_c(&title, ' ');
	pl_buf_put_str(&title, r->version);
	pl_buf_put_z(&path, "/product/");
	pl_route_escape(&path, r->product);
	pl_buf_put_c(&path, '/');
	pl_route_escape(&path, r->version);
	begin_entry(b, w, &(struct entry){r->index, r->time, pl_buf_str(&title), pl_buf_str(&path)});
	pl_buf_printf(b, "rebuilds: %llu identical, %llu identical after declared normalisation, %llu different, "
			 "%llu not attempted", (unsigned long long)r->verdicts.identical,
		(unsigned long long)r->verdicts.normalised, (unsigned long long)r->verdicts.different,
		(unsigned long long)r->verdicts.not_attempted);
	end_entry(b);
}

pl_status pl_portal_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_product *products;
	struct pl_release_row *rows;
	size_t n, n_rows;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = pl_query_products(w.inst, (pl_str){0}, PRODUCTS_MAX, w.arena, &products, &n);
	if (!st)
		st = pl_view_latest_releases(&w, products, n, ENTRIES, &rows, &n_rows);
	if (st)
		return st;
	begin_feed(&b, &w, "", (pl_str){0}, n_rows ? rows[0].time : w.view.time);
	for (size_t i = 0; i < n_rows; i++)
		put_release(&b, &w, &rows[i]);
	return end_feed(&b, reply);
}

/* ---- reports ---- */

/* When the statement at @index was made; a feed without that entry would be no feed. */
static uint64_t time_of(struct pl_view *w, uint64_t index)
{
	struct pl_query_statement s;

	return pl_query_statement_at(w->inst, index, w->arena, &s) == PL_OK ? s.time : w->view.time;
}

/* Of whose register the declaration says so; the last one is remembered, for reports of one register mostly follow one another. */
struct source {
	struct pl_digest declaration;
	bool known, imported;
};

static bool is_imported(struct source *s, struct pl_view *w, const struct pl_query_report *q)
{
	struct pl_register_decl *d;

	if (s->known && pl_digest_eq(&s->declaration, &q->declaration))
		return s->imported;
	d = pl_view_declaration(w, &q->declaration);
	*s = (struct source){.declaration = q->declaration, .known = true, .imported = d && d->imported};
	pl_register_decl_free(d);
	return s->imported;
}

static pl_status put_report(struct pl_buf *b, struct pl_view *w, const struct pl_query_report *q, bool imported)
{
	struct pl_buf title PL_CLEANUP(pl_buf_done) = PL_BUF(1024), path PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_str period;
	pl_status st = pl_view_period(w, q->from, q->to, &period);

	if (st)
		return st;
	pl_buf_printf(&title, "%.*s %.*s", PL_STR_ARG(q->name), PL_STR_ARG(period));
	if (imported)
		pl_buf_printf(&title, " (%.*s)", PL_STR_ARG(pl_message(w->lang, PL_MSG_register_imported)));
	pl_buf_printf(&path, "/report/%llu", (unsigned long long)q->index);
	begin_entry(b, w, &(struct entry){q->index, time_of(w, q->index), pl_buf_str(&title), pl_buf_str(&path)});
	if (imported) {
		pl_html_escape(b, pl_message(w->lang, PL_MSG_register_imported_words));
		pl_buf_put_c(b, '\n');
	}
	pl_buf_printf(b, "edition %llu: %llu cases", (unsigned long long)q->edition, (unsigned long long)q->cases);
	for (size_t i = 0; i < q->n_totals; i++) {
		pl_buf_put_z(b, "; ");
		pl_html_escape(b, q->totals[i].name);
		pl_buf_printf(b, " %llu", (unsigned long long)q->totals[i].value);
	}
	end_entry(b);
	return PL_OK;
}

pl_status pl_portal_reports_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_report *list = NULL;
	struct source source = {.known = false};
	size_t n = 0;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = pl_query_reports(w.inst, (pl_str){0}, INT64_MAX, ENTRIES, w.arena, &list, &n);
	if (!st)
		begin_feed(&b, &w, ":reports", pl_message(w.lang, PL_MSG_feed_reports), n ? time_of(&w, list[0].index) : w.view.time);
	for (size_t i = 0; !st && i < n; i++)
		st = put_report(&b, &w, &list[i], is_imported(&source, &w, &list[i]));
	return st ? st : end_feed(&b, reply);
}

/* ---- two kinds of statements in one feed ---- */

/* Two lists, the newest first, merged by their entries' numbers: what was stated, and what became of it. */
struct two {
	const char *made, *changed, *ending;
	enum pl_message_id title;
	void (*put)(struct pl_buf *b, struct pl_view *w, const struct pl_query_statement *s, bool change);
};

static pl_status put_two(struct pl_buf *b, struct pl_view *w, const struct two *t)
{
	struct pl_query_statement *made, *changed;
	size_t n_made = 0, n_changed = 0, i = 0, k = 0;
	pl_status st = pl_query_statements(w->inst, pl_str_from(t->made), UINT64_MAX, ENTRIES, w->arena, &made, &n_made);

	if (!st)
		st = pl_query_statements(w->inst, pl_str_from(t->changed), UINT64_MAX, ENTRIES, w->arena, &changed, &n_changed);
	if (st)
		return st;
	begin_feed(b, w, t->ending, pl_message(w->lang, t->title),
		n_changed && (!n_made || changed[0].index > made[0].index) ? changed[0].time : n_made ? made[0].time : w->view.time);
	for (size_t all = 0; all < ENTRIES && (i < n_made || k < n_changed); all++) {
		bool change = i == n_made || (k < n_changed && changed[k].index > made[i].index);
		const struct pl_query_statement *s = change ? &changed[k++] : &made[i++];

		if (s->state == PL_ENTRY_APPLIED)
			t->put(b, w, s, change);
	}
	return PL_OK;
}

static pl_status feed_of_two(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply, const struct two *t)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = put_two(&b, &w, t);
	return st ? st : end_feed(&b, reply);
}

/* ---- claims, and what became of them ---- */

static void claim_entry(struct pl_view *w, const struct pl_query_statement *s, pl_str title, struct pl_buf *b)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_buf_put_z(&path, "/claim/");
	pl_route_escape(&path, s->subject);
	begin_entry(b, w, &(struct entry){s->index, s->time, title, pl_buf_str(&path)});
}

static void put_claim(struct pl_buf *b, struct pl_view *w, const struct pl_query_statement *s)
{
	claim_entry(w, s, s->subject, b);
	pl_html_escape(b, pl_view_text_body(w, &s->subject_digest));
	end_entry(b);
}

/* The word of a status alone would say little: its page says the rest. */
static void put_change(struct pl_buf *b, struct pl_view *w, const struct pl_query_statement *s)
{
	struct pl_buf title PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_claim c;
	bool known = pl_query_claim(w->inst, s->subject, w->arena, &c) == PL_OK;

	pl_buf_printf(&title, "%.*s: %.*s", PL_STR_ARG(s->subject),
		PL_STR_ARG(pl_message(w->lang, known ? pl_claim_say_status(c.status).id : PL_MSG_kind_claim_status)));
	claim_entry(w, s, pl_buf_str(&title), b);
	if (known)
		pl_html_escape(b, pl_view_text_body(w, &c.words.digest));
	end_entry(b);
}

static void put_claim_or_change(struct pl_buf *b, struct pl_view *w, const struct pl_query_statement *s, bool change)
{
	if (change)
		put_change(b, w, s);
	else
		put_claim(b, w, s);
}

pl_status pl_portal_claims_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	static const struct two claims = {PL_TYPE_CLAIM, PL_TYPE_CLAIM_STATUS, ":claims", PL_MSG_feed_claims, put_claim_or_change};

	return feed_of_two(ctx, req, reply, &claims);
}

/* ---- audits, and what became of them ---- */

static void put_audit(struct pl_buf *b, struct pl_view *w, const struct pl_query_statement *s, bool change)
{
	struct pl_buf title PL_CLEANUP(pl_buf_done) = PL_BUF(1024), path PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_audit_life l;
	struct pl_audit_line line;
	bool known = pl_query_audit(w->inst, s->subject, w->arena, &l) == PL_OK &&
		     pl_view_audit_line(w, &l, NULL, 0, &line) == PL_OK;

	pl_buf_put_str(&title, s->subject);
	if (known)
		pl_buf_printf(&title, ": %.*s", PL_STR_ARG(line.title));
	for (size_t i = 0; known && change && i < l.n_ends; i++)
		if (l.ends[i].index == s->index)
			pl_buf_printf(&title, ", %.*s", PL_STR_ARG(pl_message(w->lang, pl_view_audit_state(l.ends[i].state).id)));
	pl_buf_put_z(&path, "/audit/");
	pl_route_escape(&path, s->subject);
	begin_entry(b, w, &(struct entry){s->index, s->time, pl_buf_str(&title), pl_buf_str(&path)});
	if (known)
		pl_html_escape(b, pl_view_text_body(w, &l.audit.scope.digest));
	end_entry(b);
}

pl_status pl_portal_audits_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	static const struct two audits = {PL_TYPE_AUDIT, PL_TYPE_AUDIT_END, ":audits", PL_MSG_feed_audits, put_audit};

	return feed_of_two(ctx, req, reply, &audits);
}
