/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_receipt: what a sender sees of his case, found by the secret that he was given.
 *
 * The secret comes by POST, so that it stands in no address, no history and no log line, and goes back into the page that asks for the
 * file. What is shown is public but for the connection between the sender and the number; nothing private is opened here.
 */
#include "base/time.h"
#include "register/promise.h"
#include "register/receipt.h"
#include "register/casework/talk.h"
#include "web/portal_internal.h"
#include <stdio.h>

/* The case behind the secret in the form. PL_E_NOTFOUND: there is none, or it is no secret. */
static pl_status find_case(struct pl_view *w, char name[static PL_REGISTER_NAME_MAX + 1], uint64_t *ret_number, pl_str *ret_secret,
	struct pl_register_secret *ret)
{
	char text[PL_ULID_TEXT + 1];
	pl_str typed;
	size_t n = 0;

	if (pl_route_query(pl_bytes_str(pl_http_request_body(w->req)), PL_STR("secret"), w->arena, &typed))
		return PL_E_NOTFOUND;
	/* As people write it down: with blanks and dashes, in small letters. */
	for (size_t i = 0; i < typed.len && n < PL_ULID_TEXT; i++) {
		char c = typed.ptr[i];

		if (c == ' ' || c == '-')
			continue;
		text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	text[n] = 0;
	if (pl_ulid_parse(pl_str_of(text, n), &ret->v) || pl_arena_dup(w->arena, pl_str_of(text, n), ret_secret))
		return PL_E_NOTFOUND;
	return pl_register_promise_find(w->inst, ret, name, ret_number);
}

static pl_status make(struct pl_view *w, const char *name, uint64_t number, struct pl_buf *out)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_status st = pl_register_open(w->inst, pl_str_from(name), &r, NULL);

	return st ? st : pl_register_receipt_make(w->inst, r, number, NULL, NULL, 0, out, NULL);
}

/* What is done with it, and what those who work on it answered. */
static pl_status fill_talk(struct pl_view *w, const char *name, uint64_t number, const struct pl_register_secret *secret,
	struct pl_receipt_page *m)
{
	static const enum pl_message_id states[] = {
		[PL_CASEWORK_NEW] = PL_MSG_case_state_new, [PL_CASEWORK_WORKING] = PL_MSG_case_state_working, [PL_CASEWORK_WAITING] = PL_MSG_case_state_waiting,
		[PL_CASEWORK_DECIDED] = PL_MSG_case_state_decided, [PL_CASEWORK_CLOSED] = PL_MSG_case_state_closed,
	};
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_casework_case c;
	struct pl_talk_line *lines;
	size_t n = 0;
	pl_status st = pl_register_open(w->inst, pl_str_from(name), &r, NULL);

	if (!st)
		st = pl_casework_get(w->inst, r, number, &c);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->worked = true;
	m->state.id = states[c.state];
	m->touched = c.touched * PL_SECOND;
	m->may_write = w->portal->intake != NULL;
	st = pl_talk_read(w->inst, r, number, secret, w->arena, &lines, &n);
	if (!st)
		st = pl_view_list(w, n, sizeof *m->answers, &m->answers);
	for (size_t i = 0; i < n && !st; i++)
		m->answers[m->n_answers++] = (struct pl_receipt_answer){lines[i].at * PL_SECOND, lines[i].text};
	return st;
}

/* The page says what the receipt says, checked as its reader will check it. */
static pl_status fill(struct pl_view *w, struct pl_receipt_page *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	char name[PL_REGISTER_NAME_MAX + 1];
	struct pl_receipt_shows shows = {0};
	struct pl_receipt receipt = {0};
	struct pl_register_secret secret;
	uint64_t number = 0;
	pl_status st = find_case(w, name, &number, &m->secret, &secret);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = make(w, name, number, &text);
	if (!st)
		st = pl_receipt_parse(pl_buf_str(&text), &receipt, NULL);
	if (!st)
		st = pl_receipt_check(&receipt, pl_instance_policy(w->inst), &shows, NULL);
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(name), &m->name);
	if (!st)
		st = fill_talk(w, name, number, &secret, m);
	pl_wipe(&secret, sizeof secret);
	if (st)
		return st;
	m->found = true;
	m->number = number;
	m->position = shows.position;
	m->leaf = shows.leaf;
	m->before = shows.before * PL_SECOND;
	m->proved = shows.proved;
	m->late = shows.late;
	m->head = shows.head_index;
	m->time = shows.time * PL_SECOND;
	return PL_OK;
}

static pl_status send_page(struct pl_view *w, struct pl_receipt_page *m)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st;

	pl_view_title(w, PL_MSG_receipt_heading, 0, NULL);
	m->frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_receipt(&h, m);
	st = pl_view_send(w, &b);
	if (!st)
		pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	return st;
}

pl_status pl_portal_receipt(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	return st ? st : send_page(&w, &m);
}

pl_status pl_portal_receipt_look(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_page m = {.asked = true};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = fill(&w, &m);
	if (!st)
		st = send_page(&w, &m);
	if (!st && !m.found)
		pl_http_reply_status(reply, 404);
	return st;
}

pl_status pl_portal_receipt_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	char name[PL_REGISTER_NAME_MAX + 1], header[128];
	struct pl_register_secret key;
	uint64_t number = 0;
	pl_str secret;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = find_case(&w, name, &number, &secret, &key);
	if (!st)
		st = make(&w, name, number, &out);
	if (st)
		return st;
	(void)snprintf(header, sizeof header, "attachment; filename=\"%s-%llu.receipt\"", name, (unsigned long long)number);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(header));
	pl_http_reply_cache(reply, PL_HTTP_NO_STORE);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}

/* Line ends as line feeds. */
static pl_status take_text(struct pl_view *w, pl_str *ret)
{
	pl_str typed;
	pl_status st = pl_route_query(pl_bytes_str(pl_http_request_body(w->req)), PL_STR("message"), w->arena, &typed);
	char *out;
	size_t n = 0;

	if (st)
		return st;
	typed = pl_str_trim(typed);
	out = pl_arena_alloc(w->arena, typed.len + 1, 1);
	for (size_t i = 0; out && i < typed.len; i++)
		if (typed.ptr[i] != '\r')
			out[n++] = typed.ptr[i];
	*ret = pl_str_of(out, n);
	return out ? PL_OK : PL_E_NOMEM;
}

static pl_status send_message(struct pl_view *w, const char *name, uint64_t number)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_str text;
	pl_status st = take_text(w, &text);

	if (!st)
		st = pl_register_open(w->inst, pl_str_from(name), &r, NULL);
	return st ? st : pl_talk_message(w->inst, r, number, text, NULL);
}

pl_status pl_portal_receipt_message(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_page m = {.asked = true};
	char name[PL_REGISTER_NAME_MAX + 1];
	struct pl_register_secret key;
	uint64_t number = 0;
	pl_str secret;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = find_case(&w, name, &number, &secret, &key);
	pl_wipe(&key, sizeof key);
	if (!st)
		st = send_message(&w, name, number);
	m.sent = !st;
	m.refused = st == PL_E_DENIED || st == PL_E_RANGE || st == PL_E_TOOBIG || st == PL_E_STATE;
	if (st && !m.refused)
		return st;
	st = fill(&w, &m);
	if (!st)
		st = send_page(&w, &m);
	if (!st && m.refused)
		pl_http_reply_status(reply, 400);
	return st;
}
