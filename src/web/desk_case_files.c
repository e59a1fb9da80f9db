/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_files: the files of a case: their list, taking one out, adding one.
 *
 * Taking one out is reading what is private: by a form, as the account and role that ask, noted in the vault. The bytes are checked whole
 * before the first one is sent, and are nothing that a browser opens by itself.
 */
#include "base/event.h"
#include "base/time.h"
#include "register/casework/attach.h"
#include "web/desk_case.h"
#include "web/upload.h"
#include <stdio.h>

#define KEPT_FOR 3600u /* seconds until a file that was put and not added goes again */

/* ---- the list ---- */

pl_str pl_desk_case_kind(const struct pl_desk_looking *k, pl_str type)
{
	return pl_str_eq(type, PL_STR("other")) ? pl_message(k->d->lang, PL_MSG_case_file_other) : type;
}

pl_status pl_desk_case_fill_files(struct pl_desk_looking *k, const struct pl_casework_entry *e, size_t n)
{
	struct pl_attach_row *rows;
	size_t n_rows = 0;
	pl_status st = pl_attach_rows(k->d->w.inst, k->r, k->number, e, n, k->d->arena, &rows, &n_rows);

	k->m.n_files = 0;
	k->m.harmful = false;
	k->m.file_max = PL_ATTACH_BYTES_MAX;
	if (!st)
		st = pl_view_list(&k->d->w, n_rows, sizeof *k->m.files, &k->m.files);
	for (size_t i = 0; i < n_rows && !st; i++) {
		const struct pl_attach_row *from = &rows[i];
		struct pl_case_file *row = &k->m.files[k->m.n_files++];

		*row = (struct pl_case_file){.seq = from->seq, .at = from->at * PL_SECOND, .size = from->size, .type = pl_desk_case_kind(k, from->type),
			.outside = from->kind == PL_CASEWORK_FILE, .there = from->there, .harmful = from->there && from->verdict == PL_ATTACH_FOUND,
			.unscanned = from->there && from->verdict == PL_ATTACH_UNSCANNED};
		k->m.harmful = k->m.harmful || row->harmful;
		st = pl_desk_name_of(k->d, &from->account, &row->who);
		if (!st && from->opened)
			st = pl_arena_dup(k->d->arena, pl_str_from(from->file.name), &row->name);
		if (!st && from->opened)
			st = pl_arena_dup(k->d->arena, pl_str_from(from->file.found), &row->found);
		pl_wipe(rows[i].file.key, sizeof rows[i].file.key);
	}
	return st;
}

/* ---- taking one out ---- */

/* RFC 6266: a name that every program understands, and the whole one. */
static pl_status name_it(struct pl_desk_view *d, const struct pl_attach_file *f)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2048);
	const char *more = f->verdict == PL_ATTACH_FOUND ? ".flagged" : "";

	pl_buf_put_z(&b, "attachment; filename=\"");
	for (const char *p = f->name; *p; p++)
		pl_buf_put_c(&b, *p < ' ' || *p > '~' || *p == '"' || *p == '\\' ? '_' : *p);
	pl_buf_put_z(&b, more);
	pl_buf_put_z(&b, "\"; filename*=UTF-8''");
	pl_route_escape(&b, pl_str_from(f->name));
	pl_buf_put_z(&b, more);
	if (!pl_buf_status(&b))
		pl_http_reply_header(d->reply, "Content-Disposition", pl_buf_str(&b));
	return pl_buf_status(&b);
}

static pl_status pull(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	return pl_attach_pull(ctx, out, size, ret_len);
}

static void pull_done(void *ctx)
{
	pl_attach_pull_free(ctx);
}

static pl_status send_file(struct pl_desk_looking *k, const struct pl_attach_file *f)
{
	struct pl_attach_pull *p;
	pl_status st = pl_attach_pull_open(k->d->w.inst, f, k->d->desk->portal->spool_dir, &p);

	if (st)
		return st;
	pl_http_reply_stream(k->d->reply, "application/octet-stream", f->size, &(struct pl_http_stream){pull, pull_done, p});
	/* Both policies count: whatever opens it all the same, it runs nothing. */
	pl_http_reply_header(k->d->reply, "Content-Security-Policy", PL_STR("default-src 'none'; sandbox"));
	return name_it(k->d, f);
}

static pl_status do_file(struct pl_desk_looking *k)
{
	struct pl_attach_file f = {0};
	uint64_t seq = 0;
	pl_status st = pl_http_request_number(k->d->req, "seq", &seq);

	if (!st)
		st = pl_attach_find(k->d->w.inst, k->r, k->number, seq, &k->who, &f, NULL);
	if (st == PL_E_BUSY)
		return pl_desk_case_refuse(k, 429, PL_MSG_case_too_many);
	if (st == PL_E_DENIED)
		return pl_desk_case_refuse(k, 403, PL_MSG_case_denied);
	if (st == PL_E_STATE)
		return pl_desk_case_refuse(k, 410, PL_MSG_case_file_gone);
	if (!st)
		st = send_file(k, &f);
	pl_wipe(&f, sizeof f);
	return st;
}

pl_status pl_desk_case_file(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_file);
}

/* ---- adding one ---- */

/* Whoever brings no session brings no file: it is let pass, and the handler says who may not. */
static pl_status begin(void *ctx, struct pl_http_request *req, void **ret_state)
{
	const struct pl_desk_bound *b = ctx;
	const struct pl_portal *p = b->desk->portal;
	struct pl_upload_limits limits = {.spool = p->spool_dir, .files = pl_web_session_cookie(req, b->desk->secure).len ? 1 : 0,
		.bytes = PL_ATTACH_BYTES_MAX, .all = pl_instance_conf(p->instances[0])->attach_held};

	return pl_upload_begin(req, &limits, ret_state);
}

const struct pl_http_upload pl_desk_upload = {begin, pl_upload_piece, pl_upload_end};

static pl_status add_file(struct pl_desk_looking *k, struct pl_attach_taken *t)
{
	struct pl_diag diag = {0};
	pl_str note = pl_str_trim(pl_desk_field(k->d, "text"));
	pl_status st = pl_attach_scan(k->d->w.inst, t, &diag);

	if (st == PL_E_BUSY) {
		pl_event("web.scanner", PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(&diag, st)));
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_scanner);
	}
	if (!st)
		st = pl_attach_keep(k->d->w.inst, t, 1, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, NULL);
	if (st == PL_E_NOSPACE)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (st)
		return st;
	st = pl_attach_add(k->d->w.inst, k->r, k->number, &k->who, t, note, NULL);
	if (st)
		pl_attach_drop(k->d->w.inst, t, 1);
	return pl_desk_case_conclude(k, st);
}

static pl_status do_attach(struct pl_desk_looking *k)
{
	struct pl_upload_files files = pl_upload_taken(k->d->req);

	if (files.trouble == PL_UPLOAD_FULL)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (files.trouble == PL_UPLOAD_LONG)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_file_long);
	if (files.trouble != PL_UPLOAD_FINE || files.n != 1)
		return pl_desk_case_refuse(k, 400, PL_MSG_case_refused_file);
	return add_file(k, files.list);
}

pl_status pl_desk_case_attach(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_attach);
}
