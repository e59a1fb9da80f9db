/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_receipt: what a sender sees of his case, found by the secret that he was given.
 *
 * The secret comes by POST, so that it stands in no address, no history and no log line, and goes back into the page that asks for the
 * file. What is shown is public but for the connection between the sender and the number, and for answers, which only the secret opens.
 */
#include "base/time.h"
#include "register/receipt.h"
#include "web/portal_receipt.h"
#include <stdio.h>

pl_status pl_receipt_secret_read(struct pl_view *w, struct pl_register_secret *ret, pl_str *ret_text)
{
	char text[PL_ULID_TEXT + 1];
	pl_str typed;
	size_t n = 0;

	if (pl_route_query(pl_upload_fields(w->req), PL_STR("secret"), w->arena, &typed))
		return PL_E_NOTFOUND;
	/* As people write it down: with blanks and dashes, in small letters. */
	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.ptr[i];

		if (c == ' ' || c == '-')
			continue;
		if (n == PL_ULID_TEXT)
			return PL_E_NOTFOUND;
		text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	text[n] = 0;
	return pl_ulid_parse(pl_str_of(text, n), &ret->v) || pl_arena_dup(w->arena, pl_str_of(text, n), ret_text) ? PL_E_NOTFOUND : PL_OK;
}

pl_status pl_receipt_case_find(struct pl_view *w, struct pl_receipt_case *ret)
{
	pl_status st;

	*ret = (struct pl_receipt_case){.number = 0};
	st = pl_receipt_secret_read(w, &ret->secret, &ret->text);
	return st ? st : pl_register_promise_find(w->inst, &ret->secret, ret->name, &ret->number);
}

void pl_receipt_case_done(struct pl_receipt_case *c)
{
	pl_wipe(&c->secret, sizeof c->secret);
}

static pl_status make(struct pl_view *w, const struct pl_receipt_case *c, struct pl_buf *out)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_status st = pl_register_open(w->inst, pl_str_from(c->name), &r, NULL);

	return st ? st : pl_register_receipt_make(w->inst, r, c->number, NULL, NULL, 0, out, NULL);
}

/* The page says what the receipt says, checked as its reader will check it. */
static pl_status fill(struct pl_view *w, const struct pl_receipt_case *c, struct pl_receipt_page *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	struct pl_receipt_shows shows = {0};
	struct pl_receipt receipt = {0};
	pl_status st = make(w, c, &text);

	if (!st)
		st = pl_receipt_parse(pl_buf_str(&text), &receipt, NULL);
	if (!st)
		st = pl_receipt_check(&receipt, pl_instance_policy(w->inst), &shows, NULL);
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(c->name), &m->name);
	if (!st)
		st = pl_receipt_fill_talk(w, c, m);
	if (st)
		return st;
	m->found = true;
	m->secret = c->text;
	m->number = c->number;
	m->position = shows.position;
	m->leaf = shows.leaf;
	m->before = shows.before * PL_SECOND;
	m->proved = shows.proved;
	m->late = shows.late;
	m->head = shows.head_index;
	m->time = shows.time * PL_SECOND;
	return PL_OK;
}

pl_status pl_receipt_posted(struct pl_view *w, bool files, struct pl_receipt_page *m, bool *ret_go)
{
	pl_status st = pl_view_posted(w, PL_POSTING_RECEIPT, files, &m->stale);

	*ret_go = !st && !m->stale;
	if (st)
		return st == PL_E_UNSUPPORTED ? pl_view_no_form(w) : st;
	return m->stale ? pl_receipt_page(w, NULL, m, 403) : PL_OK;
}

pl_status pl_receipt_page(struct pl_view *w, const struct pl_receipt_case *c, struct pl_receipt_page *m, unsigned status)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st = c ? fill(w, c, m) : PL_OK;

	if (st)
		return st;
	st = pl_view_token(w, PL_POSTING_RECEIPT, &m->token);
	if (st)
		return st;
	pl_view_title(w, PL_MSG_receipt_heading, 0, NULL);
	m->frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_receipt(&h, m);
	st = pl_view_send(w, &b);
	if (st)
		return st;
	if (status != 200)
		pl_http_reply_status(w->reply, status);
	if (status == 503)
		pl_http_reply_header(w->reply, "Retry-After", PL_STR("60"));
	pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	return PL_OK;
}

pl_status pl_portal_receipt(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	return st ? st : pl_receipt_page(&w, NULL, &m, 200);
}

pl_status pl_portal_receipt_look(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_case c PL_CLEANUP(pl_receipt_case_done) = {0};
	struct pl_receipt_page m = {.asked = true};
	bool go = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_receipt_posted(&w, false, &m, &go);
	if (!go)
		return st;
	if (!st)
		st = pl_receipt_case_find(&w, &c);
	if (st == PL_E_NOTFOUND && w.inst) /* no sender's, but perhaps one of a party */
		st = pl_portal_party_look(&w);
	else if (!st)
		st = pl_receipt_page(&w, &c, &m, 200);
	return st == PL_E_NOTFOUND ? pl_receipt_page(&w, NULL, &m, 404) : st;
}

pl_status pl_portal_receipt_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_case c PL_CLEANUP(pl_receipt_case_done) = {0};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	struct pl_receipt_page m = {.asked = true};
	char header[128];
	bool go = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_receipt_posted(&w, false, &m, &go);
	if (!go)
		return st;
	if (!st)
		st = pl_receipt_case_find(&w, &c);
	if (!st)
		st = make(&w, &c, &out);
	if (st)
		return st;
	(void)snprintf(header, sizeof header, "attachment; filename=\"%s-%llu.receipt\"", c.name, (unsigned long long)c.number);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(header));
	pl_http_reply_cache(reply, PL_HTTP_NO_STORE);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}
