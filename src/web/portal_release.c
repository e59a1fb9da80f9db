/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_release: products and releases. */
#include "web/portal_internal.h"
#include "log/bundle.h"
#include "release/all.h"
#include "release/query.h"
#include <stdio.h>

#define PRODUCTS_MAX PL_RELEASE_PAGE_MAX
#define BUNDLE_VERDICTS 64u
#define TEXT_BODY_MAX 65536u

/* ---- what the queries give, as rows ---- */

void pl_view_release_row(const struct pl_query_release *q, struct pl_release_row *ret)
{
	*ret = (struct pl_release_row){.product = q->product, .version = q->version, .number = q->number, .index = q->index,
		.time = q->time, .verdicts = {q->verdicts[PL_VERDICT_IDENTICAL], q->verdicts[PL_VERDICT_NORMALISED],
			q->verdicts[PL_VERDICT_DIFFERENT], q->verdicts[PL_VERDICT_NOT_ATTEMPTED]}};
}

pl_str pl_view_text_body(struct pl_view *w, const struct pl_digest *digest)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(TEXT_BODY_MAX);
	struct pl_query_body body;
	pl_str text = {0};

	if (pl_query_body(w->inst, digest, w->arena, &body) || body.state != PL_BODY_PRESENT || body.size > TEXT_BODY_MAX ||
		!pl_str_starts(body.media_type, PL_STR("text/")))
		return text;
	if (pl_blob_get_bytes(pl_instance_blobs(w->inst), digest, &b) || !pl_str_is_utf8(pl_buf_str(&b)) ||
		pl_arena_dup(w->arena, pl_buf_str(&b), &text))
		return (pl_str){0};
	return text;
}

/* ---- products ---- */

static pl_status fill_products(struct pl_view *w, struct pl_products_page *m)
{
	struct pl_query_product *q;
	pl_status st = pl_query_products(w->inst, (pl_str){0}, PRODUCTS_MAX, w->arena, &q, &m->n_products);

	if (!st)
		st = pl_view_list(w, m->n_products, sizeof *m->products, &m->products);
	for (size_t i = 0; !st && i < m->n_products; i++) {
		struct pl_product_row *row = &m->products[i];
		struct pl_query_release latest;

		*row = (struct pl_product_row){.name = q[i].name, .releases = q[i].releases, .index = q[i].index,
			.latest = q[i].latest};
		if (row->latest.len > 0)
			st = pl_query_release(w->inst, row->name, row->latest, w->arena, &latest);
		if (!st && row->latest.len > 0)
			row->latest_time = latest.time;
	}
	return st;
}

pl_status pl_portal_products(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_products_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_PRODUCTS);

	if (!st)
		st = fill_products(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_products_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_products(&h, &m);
	return pl_view_send(&w, &b);
}

static pl_status fill_product(struct pl_view *w, struct pl_product_page *m)
{
	struct pl_query_product q;
	struct pl_query_release *r;
	pl_status st = pl_query_product(w->inst, pl_http_request_capture(w->req, "name"), w->arena, &q);

	if (!st)
		st = pl_query_releases(w->inst, q.name, UINT64_MAX, PL_RELEASE_PAGE_MAX, w->arena, &r, &m->n_releases);
	if (!st)
		st = pl_view_list(w, m->n_releases, sizeof *m->releases, &m->releases);
	if (st)
		return st;
	for (size_t i = 0; i < m->n_releases; i++)
		pl_view_release_row(&r[i], &m->releases[i]);
	m->name = q.name;
	m->index = q.index;
	if (q.described)
		m->description = pl_view_text_body(w, &q.description);
	m->has_head = q.has_head;
	m->head_count = q.head_count;
	m->head_index = q.head_index;
	m->head_root = q.head_root;
	m->head_matches = q.head_count == q.releases;
	return PL_OK;
}

pl_status pl_portal_product(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_product_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_PRODUCTS);

	if (!st)
		st = fill_product(&w, &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.name);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_product(&h, &m);
	return pl_view_send(&w, &b);
}

/* With which somebody offline finds that these are all. */
pl_status pl_portal_product_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_str product = pl_http_request_capture(req, "name");
	char name[160];
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = pl_release_all(w.inst, product, w.arena, &out, NULL);
	if (st == PL_E_TOOBIG) {
		pl_http_reply_text(reply, 413, "text/plain; charset=utf-8", pl_message(w.lang, PL_MSG_product_proof_too_many));
		return PL_OK;
	}
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "%.*s-all", PL_STR_ARG(product));
	pl_view_offer_bundle(&w, name, &out);
	return PL_OK;
}

/* ---- one release ---- */

static pl_status fill_artefacts(struct pl_view *w, const struct pl_query_release *q, struct pl_release_page *m)
{
	struct pl_query_artefact *a;
	pl_status st = pl_query_artefacts(w->inst, q->product, q->number, w->arena, &a, &m->n_artefacts);

	if (!st)
		st = pl_view_list(w, m->n_artefacts, sizeof *m->artefacts, &m->artefacts);
	for (size_t i = 0; !st && i < m->n_artefacts; i++) {
		struct pl_artefact_row *row = &m->artefacts[i];
		struct pl_query_body body;

		*row = (struct pl_artefact_row){.name = a[i].name, .digest = a[i].digest, .size = a[i].size};
		st = pl_query_body(w->inst, &a[i].digest, w->arena, &body);
		if (!st) {
			row->media_type = body.media_type;
			row->present = body.state == PL_BODY_PRESENT;
			row->withheld = body.state == PL_BODY_WITHHELD;
		} else if (st == PL_E_NOTFOUND) {
			st = PL_OK;
		}
	}
	return st;
}

/* The notes are the one text body that a release names. */
static pl_status fill_notes(struct pl_view *w, struct pl_release_page *m)
{
	struct pl_query_body *bodies;
	size_t n;
	pl_status st = pl_query_bodies_of(w->inst, m->index, w->arena, &bodies, &n);

	for (size_t i = 0; !st && i < n && m->notes.len == 0; i++)
		m->notes = pl_view_text_body(w, &bodies[i].digest);
	return st;
}

static pl_status fill_release(struct pl_view *w, struct pl_release_page *m)
{
	struct pl_query_release q;
	struct pl_release_row row;
	pl_status st = pl_query_release(w->inst, pl_http_request_capture(w->req, "name"),
		pl_http_request_capture(w->req, "version"), w->arena, &q);

	if (st)
		return st;
	pl_view_release_row(&q, &row);
	m->product = q.product;
	m->version = q.version;
	m->number = q.number;
	m->index = q.index;
	m->time = q.time;
	m->verdicts = row.verdicts;
	m->has_snapshot = m->has_recipe = m->has_build = true;
	m->snapshot_index = q.snapshot_index;
	m->recipe_index = q.recipe_index;
	m->build_index = q.build_index;
	m->commit = q.commit;
	st = fill_artefacts(w, &q, m);
	if (!st)
		st = pl_view_rebuilds(w, &q.build, m);
	return st ? st : fill_notes(w, m);
}

pl_status pl_portal_release(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_buf title PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_release_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_PRODUCTS);

	if (!st)
		st = fill_release(&w, &m);
	if (st)
		return st;
	pl_buf_printf(&title, "%.*s %.*s", PL_STR_ARG(m.product), PL_STR_ARG(m.version));
	pl_view_title_text(&w, pl_buf_str(&title));
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_release(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- everything that somebody offline needs to judge a release ---- */

pl_status pl_portal_release_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_release q;
	struct pl_query_verdict *v;
	uint64_t indexes[4 + BUNDLE_VERDICTS];
	char name[160];
	size_t n;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = pl_query_release(w.inst, pl_http_request_capture(req, "name"), pl_http_request_capture(req, "version"),
			w.arena, &q);
	if (!st)
		st = pl_query_verdicts(w.inst, &q.build, w.arena, &v, &n);
	if (st)
		return st;
	indexes[0] = q.index;
	indexes[1] = q.snapshot_index;
	indexes[2] = q.recipe_index;
	indexes[3] = q.build_index;
	n = n < BUNDLE_VERDICTS ? n : BUNDLE_VERDICTS;
	for (size_t i = 0; i < n; i++)
		indexes[4 + i] = v[i].index;
	(void)snprintf(name, sizeof name, "%.*s-%.*s", PL_STR_ARG(q.product), PL_STR_ARG(q.version));
	return pl_view_bundle(&w, indexes, 4 + n, name);
}
