/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_trust: whom to trust and why not us: keys, witnesses, the trust file, the verify page, about. */
#include "web/portal_internal.h"
#include "web/offline.h"
#include "base/file.h"
#include "web/message_table.h"
#include <fcntl.h>

/* The trust file as it is on disk, so that it is handed out byte for byte. */
static pl_status trust_text(struct pl_view *w, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	char path[4096];
	pl_status st = pl_str_z(pl_instance_conf(w->inst)->trust, path, sizeof path);

	if (!st)
		st = pl_file_read(AT_FDCWD, path, &b);
	return st ? st : pl_arena_dup(w->arena, pl_buf_str(&b), ret);
}

/* ---- keys ---- */

static pl_status fill_log_keys(struct pl_view *w, struct pl_keys_page *m)
{
	struct pl_query_log_key *q;
	pl_status st = pl_query_log_keys(w->inst, w->arena, &q, &m->n_log_keys);

	if (!st)
		st = pl_view_list(w, m->n_log_keys, sizeof *m->log_keys, &m->log_keys);
	for (size_t i = 0; !st && i < m->n_log_keys; i++)
		m->log_keys[i] = (struct pl_log_key_row){.vkey = q[i].vkey, .named = q[i].named, .signs = q[i].signs,
			.stated = q[i].stated, .followed = q[i].followed, .overlap = q[i].followed && q[i].named, .since = q[i].since,
			.since_time = q[i].since_time, .followed_by = q[i].followed_by, .until = q[i].until, .reason = q[i].reason,
			.end_reason = q[i].end_reason};
	return st;
}

/* "a b c" as a list. */
static pl_status split_types(struct pl_view *w, pl_str types, struct pl_key_row *row)
{
	size_t most = 1;
	pl_status st;

	for (size_t i = 0; i < types.len; i++)
		most += types.ptr[i] == ' ';
	st = pl_view_list(w, most, sizeof *row->types, &row->types);
	while (!st && types.len > 0) {
		size_t n = pl_str_find(types, ' ');

		row->types[row->n_types++] = pl_str_sub(types, 0, n);
		types = pl_str_sub(types, n + 1, types.len);
	}
	return st;
}

static pl_status fill_keys(struct pl_view *w, struct pl_keys_page *m)
{
	struct pl_query_key *q;
	pl_status st = pl_query_keys(w->inst, w->arena, &q, &m->n_keys);

	if (!st)
		st = pl_view_list(w, m->n_keys, sizeof *m->keys, &m->keys);
	for (size_t i = 0; !st && i < m->n_keys; i++) {
		m->keys[i] = (struct pl_key_row){.id = q[i].id, .key = q[i].key, .role = q[i].role, .holder = q[i].holder,
			.root = pl_str_eq(q[i].role, PL_STR("root")), .ended = q[i].ended, .from = q[i].from,
			.until = q[i].until, .end_reason = q[i].end_reason};
		st = split_types(w, q[i].types, &m->keys[i]);
	}
	if (!st)
		st = fill_log_keys(w, m);
	return st ? st : trust_text(w, &m->trust);
}

pl_status pl_portal_keys(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_keys_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_KEYS);

	if (!st)
		st = fill_keys(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_keys_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_keys(&h, &m);
	return pl_view_send(&w, &b);
}

pl_status pl_portal_trust(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	pl_str text = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);

	if (!st)
		st = trust_text(&w, &text);
	if (st)
		return st;
	pl_buf_put_str(&b, text);
	pl_http_reply_header(reply, "Content-Disposition", PL_STR("attachment; filename=\"trust.policy\""));
	pl_view_take(reply, "text/plain; charset=utf-8", &b);
	return PL_OK;
}

/* ---- witnesses ---- */

pl_status pl_portal_witnesses(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_witnesses_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_WITNESSES);

	if (!st)
		st = pl_view_cosignatures(&w, &m.witnesses);
	if (!st)
		st = pl_arena_dup(w.arena, pl_policy_quorum_name(pl_instance_policy(w.inst)), &m.quorum_name);
	if (st)
		return st;
	m.n_witnesses = w.n_witnesses;
	m.blocking = pl_policy_blocking(pl_instance_policy(w.inst));
	m.checkpoint = w.view.checkpoint;
	pl_view_title(&w, PL_MSG_witnesses_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_witnesses(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- verify ---- */

/* The messages that begin with "js." are the script's; it also names kinds of statements and verdicts in the portal's words. */
static pl_status fill_texts(struct pl_view *w, struct pl_verify_page *m)
{
	pl_status st = pl_view_list(w, PL_MSG_COUNT, sizeof *m->texts, &m->texts);

	for (unsigned i = 0; !st && i < PL_MSG_COUNT; i++) {
		pl_str key = pl_str_from(pl_message_keys[i]);

		if (pl_str_eat(&key, PL_STR("js.")) || pl_str_starts(key, PL_STR("kind.")) || pl_str_starts(key, PL_STR("verdict.")))
			m->texts[m->n_texts++] = (struct pl_text_row){key, pl_message(w->lang, (enum pl_message_id)i)};
	}
	return st;
}

static pl_status fill_verify(struct pl_view *w, struct pl_verify_page *m)
{
	struct pl_query_statement logged;
	pl_status st = pl_offline_logged(w->inst, w->arena, &logged);

	(void)pl_offline_page(&m->file_digest);
	m->logged = !st;
	m->logged_index = st ? 0 : logged.index;
	return st && st != PL_E_NOTFOUND ? st : fill_texts(w, m);
}

pl_status pl_portal_verify(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_verify_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_VERIFY);

	if (!st)
		st = fill_verify(&w, &m);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_verify_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_verify(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- about ---- */

pl_status pl_portal_about(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_plain_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ABOUT);

	if (st)
		return st;
	m.purpose = pl_instance_conf(w.inst)->purpose;
	pl_view_title(&w, PL_MSG_about_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_about(&h, &m);
	return pl_view_send(&w, &b);
}
