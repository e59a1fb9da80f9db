/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_intake_code: the code that a sender confirms his address with, and the page that shows the secret of what was entered.
 *
 * The secret is shown once, and no cache may keep it.
 */
#include "base/time.h"
#include "web/portal_intake.h"

/* ---- the pages ---- */

pl_status pl_intake_done_page(struct pl_view *w, pl_str name, const struct pl_intake_answer *a)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_intake_done_page m = {.name = name, .number = a->made.number, .position = a->made.position,
		.leaf = a->made.leaf, .before = (pl_time_now() / PL_SECOND + PL_REGISTER_PROMISE_SLACK) * PL_SECOND};
	struct pl_register_say say;
	char secret[PL_ULID_TEXT + 1];
	struct pl_html h;
	pl_status st;

	pl_register_say_find(w->inst, name, w->lang, w->arena, &say);
	m.heading = say.worded ? say.words.title : name;
	pl_ulid_write(&a->secret.v, secret);
	m.secret = pl_str_from(secret);
	st = pl_view_token(w, PL_POSTING_RECEIPT, &m.token);
	if (st)
		return st;
	pl_view_title(w, PL_MSG_intake_done_heading, 1, &(struct pl_html_value){.kind = PL_HTML_U64, .u64 = m.number});
	m.frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_intake_done(&h, &m);
	st = pl_view_send(w, &b);
	if (!st)
		pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	pl_wipe(secret, sizeof secret);
	return st;
}

pl_status pl_intake_code_page(struct pl_view *w, struct pl_intake_code_page *m, unsigned status)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st;

	st = pl_view_token(w, PL_POSTING_CODE, &m->token);
	if (st)
		return st;
	pl_view_title(w, PL_MSG_intake_code_heading, 0, NULL);
	m->frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_intake_code(&h, m);
	st = pl_view_send(w, &b);
	if (!st && status != 200)
		pl_http_reply_status(w->reply, status);
	if (!st)
		pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	return st;
}

/* ---- confirming ---- */

pl_status pl_portal_intake_code(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_intake_code_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	return st ? st : pl_intake_code_page(&w, &m, 200);
}

/* As people copy it: with blanks and dashes, in small letters. */
static pl_status take_code(struct pl_view *w, struct pl_submit_code *ret)
{
	char text[PL_ULID_TEXT + 1];
	size_t n = 0;
	pl_str typed;
	pl_status st = pl_intake_field_read(w, "code", &typed);

	for (size_t i = 0; i < typed.len && !st; i++) {
		char c = typed.ptr[i];

		if (c == ' ' || c == '-')
			continue;
		if (n == PL_ULID_TEXT)
			return PL_E_NOTFOUND;
		text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return !st && n == PL_ULID_TEXT && pl_ulid_parse(pl_str_of(text, n), &ret->v) == PL_OK ? PL_OK : PL_E_NOTFOUND;
}

static pl_status confirm(struct pl_view *w, struct pl_submit_held *h)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_form *f = NULL;
	struct pl_intake_code_page m = {0};
	struct pl_intake_answer answer PL_CLEANUP(pl_intake_answer_done) = {0};
	struct pl_submit_code code;
	pl_status st = take_code(w, &code);

	if (!st)
		st = pl_submit_find(w->inst, &code, w->arena, h);
	pl_wipe(&code, sizeof code);
	if (!st)
		st = pl_intake_form_find(w, h->name, &r, &f);
	if (!st)
		st = pl_submit_match(f, r->decl, h, NULL);
	if (!st)
		st = pl_intake_view_enter(w, r, f, &h->s, &(struct pl_submit_shown){.held = h}, &answer);
	if (!st)
		return pl_intake_done_page(w, r->decl->name, &answer);
	m.wrong = st == PL_E_NOTFOUND;
	m.changed = st == PL_E_CONFLICT;
	return m.wrong ? pl_intake_code_page(w, &m, 404) : m.changed ? pl_intake_code_page(w, &m, 409) : st;
}

pl_status pl_portal_intake_confirm(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_submit_held h = {0};
	struct pl_intake_code_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_view_posted(&w, PL_POSTING_CODE, false, &m.stale);
	if (st)
		return st == PL_E_UNSUPPORTED ? pl_view_no_form(&w) : st;
	if (m.stale) {
		st = pl_intake_field_read(&w, "code", &m.typed);
		return st ? st : pl_intake_code_page(&w, &m, 403);
	}
	st = confirm(&w, &h);
	pl_json_free(h.kept);
	return st;
}
