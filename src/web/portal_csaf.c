/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_csaf: what programs fetch from a CSAF trusted provider, and security.txt. Any site's script may read it,
 * and no request is told apart by who sends it (CSAF 2.1 wants both; it costs nothing today).
 */
#include "web/portal_internal.h"
#include "register/advisory/tree.h"
#include <stdio.h>

#define LIST_MAX ((size_t)32 << 20)

static pl_status send_text(struct pl_http_reply *reply, const char *type, struct pl_buf *body)
{
	if (pl_buf_status(body))
		return pl_buf_status(body);
	pl_http_reply_header(reply, "Access-Control-Allow-Origin", PL_STR("*"));
	pl_view_take(reply, type, body);
	return PL_OK;
}

static pl_status provider_of(struct pl_view *w, struct pl_portal *p, struct pl_http_request *req,
	struct pl_http_reply *reply, struct pl_query_provider *ret)
{
	pl_status st = pl_view_begin(w, p, req, reply, PL_NAV_NONE);

	return st ? st : pl_query_provider(w->inst, w->arena, ret);
}

/* A body of the provider's statement, if it is present and not withheld. */
static pl_status send_body(struct pl_view *w, const struct pl_digest *digest, const char *type)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	struct pl_query_body body;
	pl_status st = pl_query_body(w->inst, digest, w->arena, &body);

	if (!st && body.state != PL_BODY_PRESENT)
		st = PL_E_NOTFOUND;
	if (!st)
		st = pl_blob_get_bytes(pl_instance_blobs(w->inst), digest, &b);
	return st ? st : send_text(w->reply, type, &b);
}

pl_status pl_portal_security_txt(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_provider q;
	pl_status st = provider_of(&w, ctx, req, reply, &q);

	return st ? st : send_body(&w, &q.security_txt, "text/plain; charset=utf-8");
}

pl_status pl_portal_csaf_key(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_str file = pl_http_request_capture(req, "file");
	struct pl_query_provider q;
	pl_status st = provider_of(&w, ctx, req, reply, &q);

	if (!st && (!pl_str_eat(&file, q.fingerprint) || !pl_str_eq(file, PL_STR(".asc"))))
		st = PL_E_NOTFOUND;
	return st ? st : send_body(&w, &q.certificate, "application/pgp-keys");
}

pl_status pl_portal_csaf_metadata(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_provider q;
	pl_status st = provider_of(&w, ctx, req, reply, &q);

	if (!st)
		st = pl_provider_metadata(&q.provider, q.fingerprint.ptr, q.changed, &b);
	return st ? st : send_text(reply, "application/json", &b);
}

/* ---- what there is ---- */

struct all {
	struct pl_query_provider q;
	struct pl_published *list;
	size_t n;
};

static pl_status all_of(struct pl_view *w, struct pl_portal *p, struct pl_http_request *req,
	struct pl_http_reply *reply, struct all *ret)
{
	pl_status st = provider_of(w, p, req, reply, &ret->q);

	return st ? st : pl_query_advisories_all(w->inst, w->arena, &ret->list, &ret->n);
}

pl_status pl_portal_csaf_index(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct all a = {0};
	pl_status st = all_of(&w, ctx, req, reply, &a);

	if (st)
		return st;
	pl_provider_index(a.list, a.n, &b);
	return send_text(reply, "text/plain; charset=utf-8", &b);
}

pl_status pl_portal_csaf_changes(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct all a = {0};
	pl_status st = all_of(&w, ctx, req, reply, &a);

	if (st)
		return st;
	pl_provider_changes(a.list, a.n, &b);
	return send_text(reply, "text/csv; charset=utf-8", &b);
}

pl_status pl_portal_csaf_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct all a = {0};
	pl_status st = all_of(&w, ctx, req, reply, &a);

	if (!st)
		st = pl_provider_rolie(&a.q.provider, a.list, a.n, a.q.time, &b);
	return st ? st : send_text(reply, "application/json", &b);
}

/* ---- the directory, as a server of files would list it ---- */

static void begin_listing(struct pl_buf *b, const char *path)
{
	pl_buf_printf(b, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Index of %s</title></head>\n<body>\n"
		"<h1>Index of %s</h1>\n<ul>\n", path, path);
}

/* @name is made of letters, digits and signs that need no escape. */
static void put_item(struct pl_buf *b, const char *path, pl_str name, const char *ending)
{
	pl_buf_printf(b, "<li><a href=\"%s/%.*s%s\">%.*s%s</a></li>\n", path, PL_STR_ARG(name), ending, PL_STR_ARG(name),
		ending);
}

static pl_status send_listing(struct pl_http_reply *reply, struct pl_buf *b)
{
	pl_buf_put_z(b, "</ul>\n</body>\n</html>\n");
	return send_text(reply, "text/html; charset=utf-8", b);
}

static bool year_before(const struct all *a, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (pl_advisory_year(a->list[k].first) == pl_advisory_year(a->list[i].first))
			return true;
	return false;
}

pl_status pl_portal_csaf_years(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	static const char *const files[] = {"index.txt", "changes.csv", PL_PROVIDER_FEED};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct all a = {0};
	pl_status st = all_of(&w, ctx, req, reply, &a);

	if (st)
		return st;
	begin_listing(&b, PL_ADVISORY_PATH);
	for (size_t i = 0; i < a.n; i++) {
		char year[16];

		(void)snprintf(year, sizeof year, "%u", pl_advisory_year(a.list[i].first));
		if (!year_before(&a, i))
			put_item(&b, PL_ADVISORY_PATH, pl_str_from(year), "");
	}
	for (size_t i = 0; i < PL_COUNT(files); i++)
		put_item(&b, PL_ADVISORY_PATH, pl_str_from(files[i]), "");
	return send_listing(reply, &b);
}

pl_status pl_portal_csaf_year(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct all a = {0};
	char path[64];
	size_t found = 0;
	uint64_t year;
	pl_status st = pl_http_request_number(req, "year", &year);

	if (!st)
		st = all_of(&w, ctx, req, reply, &a);
	if (st)
		return st;
	(void)snprintf(path, sizeof path, PL_ADVISORY_PATH "/%llu", (unsigned long long)year);
	begin_listing(&b, path);
	for (size_t i = 0; i < a.n; i++) {
		if (pl_advisory_year(a.list[i].first) != year)
			continue;
		found++;
		for (unsigned file = PL_TREE_DOCUMENT; file <= PL_TREE_SHA512; file++)
			put_item(&b, path, a.list[i].file, pl_tree_ending((enum pl_tree_file)file));
	}
	return found ? send_listing(reply, &b) : PL_E_NOTFOUND;
}

/* ---- one file ---- */

/* Which of the four files of which document? */
static bool split_name(pl_str name, pl_str *ret_document, enum pl_tree_file *ret)
{
	for (unsigned i = PL_TREE_SHA512; i > PL_TREE_DOCUMENT; i--) {
		pl_str ending = pl_str_from(pl_tree_ending((enum pl_tree_file)i));

		if (pl_str_ends(name, ending)) {
			*ret_document = pl_str_sub(name, 0, name.len - ending.len);
			*ret = (enum pl_tree_file)i;
			return true;
		}
	}
	*ret_document = name;
	*ret = PL_TREE_DOCUMENT;
	return pl_str_ends(name, PL_STR(".json"));
}

pl_status pl_portal_csaf_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_published a;
	enum pl_tree_file file;
	pl_str document;
	uint64_t year;
	pl_status st = pl_http_request_number(req, "year", &year);

	if (!st && !split_name(pl_http_request_capture(req, "file"), &document, &file))
		st = PL_E_NOTFOUND;
	if (!st)
		st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);
	if (!st)
		st = pl_query_advisory(w.inst, document, w.arena, &a);
	if (!st && pl_advisory_year(a.first) != year)
		st = PL_E_NOTFOUND;
	if (!st)
		st = pl_tree_read(w.inst, &a, file, w.arena, &b);
	return st ? st : send_text(reply, file == PL_TREE_DOCUMENT ? "application/json" : "text/plain; charset=utf-8", &b);
}
