/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_receipt_talk: answers on the page of receipts, and messages back; both may bring files.
 *
 * What always holds:
 *  1. Who has no secret of a case reads nothing, is handed nothing and sends nothing; the secret comes by POST each time.
 *  2. What a message brings counts as what a form of the register brings (web/portal_files.h). A message that is sent twice by one page is
 *     there once.
 *  3. A file of an answer is checked whole before its first byte goes out, and is nothing that a browser opens by itself.
 */
#include "base/random.h"
#include "base/time.h"
#include "register/casework/talk.h"
#include "web/portal_ask.h"

#define KEPT_FOR 3600u /* seconds until a file that was put and not claimed goes again */

/* ---- the page ---- */

static pl_status fill_files(struct pl_view *w, const struct pl_talk_line *line, struct pl_receipt_answer *row)
{
	pl_status st = pl_view_list(w, line->n_files, sizeof *row->files, &row->files);

	for (size_t i = 0; i < line->n_files && !st; i++)
		row->files[row->n_files++] = (struct pl_receipt_file){.seq = line->files[i].seq, .size = line->files[i].size,
			.name = line->files[i].name, .sha256 = line->files[i].sha256};
	return st;
}

/* A hint and no more: what a file is its bytes say, and those are not read here. */
static void say_how_to_open(const struct pl_receipt_answer *row, struct pl_receipt_page *m)
{
	for (size_t i = 0; i < row->n_files; i++) {
		bool encrypted = pl_str_ends(row->files[i].name, PL_STR(".age"));

		m->encrypted = m->encrypted || encrypted;
		m->packed = m->packed || encrypted || pl_str_ends(row->files[i].name, PL_STR(".zip"));
	}
}

static pl_status fill_answers(struct pl_view *w, const struct pl_register *r, const struct pl_receipt_case *c, struct pl_receipt_page *m)
{
	struct pl_talk_line *lines;
	size_t n = 0;
	pl_status st = pl_talk_read(w->inst, r, c->number, &c->secret, w->arena, &lines, &n);

	if (!st)
		st = pl_view_list(w, n, sizeof *m->answers, &m->answers);
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_receipt_answer *row = &m->answers[m->n_answers++];

		*row = (struct pl_receipt_answer){.at = lines[i].at * PL_SECOND, .text = lines[i].text};
		st = fill_files(w, &lines[i], row);
		say_how_to_open(row, m);
	}
	return st;
}

/* The form of a register that was closed takes no files. */
static pl_status read_form(struct pl_view *w, const struct pl_register *r, struct pl_form **ret)
{
	pl_status st = pl_form_read(w->inst, r, w->arena, ret, NULL);

	if (st == PL_E_NOTFOUND)
		*ret = NULL;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status fill_form(struct pl_view *w, const struct pl_register *r, struct pl_receipt_page *m)
{
	struct pl_form *f = NULL;
	struct pl_ulid once;
	char text[PL_ULID_TEXT + 1];
	pl_status st = read_form(w, r, &f);

	pl_random(once.b, sizeof once.b);
	pl_ulid_write(&once, text);
	if (!st)
		st = pl_arena_dup(w->arena, pl_str_from(text), &m->once);
	return st ? st : pl_files_fill(w, f, m->refused || m->files.trouble != PL_FILES_FINE, &m->files);
}

pl_status pl_receipt_fill_talk(struct pl_view *w, const struct pl_receipt_case *c, struct pl_receipt_page *m)
{
	static const enum pl_message_id states[] = {
		[PL_CASEWORK_NEW] = PL_MSG_case_state_new, [PL_CASEWORK_WORKING] = PL_MSG_case_state_working, [PL_CASEWORK_WAITING] = PL_MSG_case_state_waiting,
		[PL_CASEWORK_DECIDED] = PL_MSG_case_state_decided, [PL_CASEWORK_CLOSED] = PL_MSG_case_state_closed,
	};
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_casework_case state;
	pl_status st = pl_register_open(w->inst, pl_str_from(c->name), &r, NULL);

	if (!st)
		st = pl_casework_get(w->inst, r, c->number, &state);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->worked = true;
	m->state.id = states[state.state];
	m->touched = state.touched * PL_SECOND;
	m->may_write = w->portal->intake != NULL;
	st = fill_answers(w, r, c, m);
	if (!st)
		st = pl_portal_ask_receipt(w, r, c->number, m);
	return st || !m->may_write ? st : fill_form(w, r, m);
}

/* ---- a file of an answer ---- */

/* *@ret_over: it is a copy whose time is over. */
static pl_status find_file(struct pl_view *w, const struct pl_receipt_case *c, struct pl_attach_file *ret, bool *ret_over)
{
	bool may = true;
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	uint64_t seq = 0;
	pl_str typed;
	pl_status st = pl_route_query(pl_upload_fields(w->req), PL_STR("file"), w->arena, &typed);

	if (st || pl_str_to_u64(typed, INT64_MAX, &seq))
		return PL_E_NOTFOUND;
	st = pl_register_open(w->inst, pl_str_from(c->name), &r, NULL);
	if (!st)
		st = pl_talk_file_find(w->inst, r, c->number, &c->secret, seq, ret);
	if (!st)
		st = pl_portal_ask_may_get(w, pl_str_from(c->name), c->number, seq, &may);
	*ret_over = !st && !may;
	return st;
}

pl_status pl_portal_receipt_answer_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_case c PL_CLEANUP(pl_receipt_case_done) = {0};
	struct pl_receipt_page m = {.asked = true};
	struct pl_attach_file f = {0};
	bool go = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_receipt_posted(&w, false, &m, &go);
	if (!go)
		return st;
	if (!st)
		st = pl_receipt_case_find(&w, &c);
	if (st == PL_E_NOTFOUND)
		return pl_receipt_page(&w, NULL, &m, 404);
	if (!st)
		st = find_file(&w, &c, &f, &m.file_over);
	if (!st && !m.file_over)
		st = pl_files_hand_out(w.inst, w.portal->spool_dir, &f, reply);
	pl_wipe(&f, sizeof f);
	if (!st && m.file_over)
		return pl_receipt_page(&w, &c, &m, 410);
	m.file_gone = st == PL_E_NOTFOUND;
	return m.file_gone ? pl_receipt_page(&w, &c, &m, 404) : st;
}

/* ---- a message ---- */

pl_status pl_receipt_text_read(struct pl_view *w, pl_str *ret)
{
	pl_str typed = {0};
	pl_status st = pl_route_query(pl_upload_fields(w->req), PL_STR("message"), w->arena, &typed);
	char *out;
	size_t n = 0;

	if (st && st != PL_E_NOTFOUND)
		return st;
	typed = pl_str_trim(typed);
	out = pl_arena_alloc(w->arena, typed.len + 1, 1);
	for (size_t i = 0; out && i < typed.len; i++)
		if (typed.ptr[i] != '\r')
			out[n++] = typed.ptr[i];
	*ret = pl_str_of(out, n);
	return out ? PL_OK : PL_E_NOMEM;
}

bool pl_receipt_once_read(struct pl_view *w, struct pl_ulid *ret)
{
	pl_str typed;

	return pl_route_query(pl_upload_fields(w->req), PL_STR("once"), w->arena, &typed) == PL_OK && pl_ulid_parse(typed, ret) == PL_OK;
}

struct sending {
	struct pl_view *w;
	struct pl_register *r;
	struct pl_form *f;
	struct pl_files_kept kept;
	struct pl_receipt_page *m;
	unsigned status; /* of a refusal; 0: none */
};

static pl_status put_message(struct sending *x, const struct pl_receipt_case *c)
{
	struct pl_ulid once;
	const struct pl_talk_said said = {.text = x->m->text, .files = x->kept.list, .n_files = x->kept.n,
		.once = pl_receipt_once_read(x->w, &once) ? &once : NULL};
	pl_status st = pl_talk_message(x->w->inst, x->r, c->number, &said, NULL);

	if (st)
		pl_files_drop(x->w, &x->kept);
	x->m->sent = !st;
	x->m->twice = st == PL_E_EXISTS;
	x->m->refused = st == PL_E_DENIED || st == PL_E_RANGE || st == PL_E_TOOBIG || st == PL_E_STATE || st == PL_E_NOSPACE;
	if (x->m->refused)
		x->status = st == PL_E_DENIED || st == PL_E_NOSPACE ? 429 : 400;
	return x->m->refused || x->m->twice ? PL_OK : st;
}

static pl_status send_message(struct sending *x, const struct pl_receipt_case *c)
{
	uint64_t until = pl_time_now() / PL_SECOND + KEPT_FOR;
	pl_status st = pl_register_open(x->w->inst, pl_str_from(c->name), &x->r, NULL);
	if (!st)
		st = read_form(x->w, x->r, &x->f);
	if (!st)
		st = pl_files_judge(x->w, x->f, &x->m->files, &x->status);
	if (!st && !x->status)
		st = pl_files_keep(x->w, x->f, until, &x->kept, &x->m->files, &x->status);
	if (!st && !x->status)
		st = put_message(x, c);
	pl_files_wipe(&x->kept);
	pl_register_close(x->r);
	return st;
}

pl_status pl_portal_receipt_message(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_case c PL_CLEANUP(pl_receipt_case_done) = {0};
	struct pl_receipt_page m = {.asked = true};
	struct sending x = {.w = &w, .m = &m};
	bool go = false;
	pl_status st = pl_upload_whole(req);

	if (!st)
		st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);
	if (!st)
		st = pl_receipt_text_read(&w, &m.text);
	if (!st)
		st = pl_receipt_posted(&w, true, &m, &go);
	if (!go)
		return st;
	if (!st)
		st = pl_receipt_case_find(&w, &c);
	/* The limits that its files were taken in under are those of this register. */
	if (!st && !pl_str_eq(pl_http_request_capture(req, "name"), pl_str_from(c.name)))
		st = PL_E_NOTFOUND;
	if (st == PL_E_NOTFOUND && w.inst)
		return pl_receipt_page(&w, NULL, &m, 404);
	if (!st)
		st = send_message(&x, &c);
	if (st)
		return st;
	if (!x.status)
		m.text = (pl_str){0};
	return pl_receipt_page(&w, &c, &m, x.status ? x.status : 200);
}
