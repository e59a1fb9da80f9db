/* SPDX-License-Identifier: Apache-2.0 */
#include "web/portal_files.h"
#include "base/event.h"
#include "web/register_say.h"

/* ---- as they come ---- */

/* The form's limits are asked for before anything is read. It is one row by its key; a database that lets us wait for it answers nobody. */
static pl_status begin(void *ctx, struct pl_http_request *req, void **ret_state)
{
	struct pl_portal *p = ctx;
	struct pl_upload_limits limits = {.spool = p->spool_dir, .all = pl_instance_conf(p->instances[0])->attach_held};
	pl_status st;

	if (pl_posting_is_foreign(req, pl_instance_conf(p->instances[0])->public_url))
		return PL_E_DENIED;
	st = pl_form_attach(p->instances[0], pl_http_request_capture(req, "name"), &limits.files, &limits.bytes);

	return st ? st : pl_upload_begin(req, &limits, ret_state);
}

const struct pl_http_upload pl_files_upload = {begin, pl_upload_piece, pl_upload_end};

/* ---- what the page says ---- */

/* What a browser offers to choose. Text and archives have too many names to list: then it offers everything. */
static pl_status accept_text(struct pl_view *w, unsigned types, pl_str *ret)
{
	static const struct {
		enum pl_filetype type;
		const char *suffixes;
	} known[] = {
		{PL_FILETYPE_PDF, ".pdf"}, {PL_FILETYPE_PNG, ".png"}, {PL_FILETYPE_JPEG, ".jpg,.jpeg"}, {PL_FILETYPE_JSON, ".json"},
		{PL_FILETYPE_EML, ".eml"}, {PL_FILETYPE_CSV, ".csv"}, {PL_FILETYPE_AGE, ".age"},
	};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	if (types & (PL_FILETYPE_TEXT | PL_FILETYPE_ZIP | PL_FILETYPE_ANY))
		return PL_OK;
	for (size_t i = 0; i < PL_COUNT(known); i++) {
		if (!(types & (unsigned)known[i].type))
			continue;
		if (b.len)
			pl_buf_put_c(&b, ',');
		pl_buf_put_z(&b, known[i].suffixes);
	}
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(w->arena, pl_buf_str(&b), ret);
}

static pl_status types_text(struct pl_view *w, unsigned types, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	pl_filetype_set_write(types, ", ", &b);
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(w->arena, pl_buf_str(&b), ret);
}

pl_status pl_files_fill(struct pl_view *w, const struct pl_form *f, bool refused, struct pl_files_part *m)
{
	const struct pl_form_word *word;
	pl_status st;

	if (!f || !f->attach)
		return PL_OK;
	word = pl_register_say_form(f, w->lang, PL_STR("attach"));
	m->taken = true;
	m->again = refused && pl_upload_taken(w->req).any;
	m->most = f->attach;
	m->bytes = f->attach_bytes;
	m->label = word ? word->label : pl_message(w->lang, PL_MSG_intake_files);
	m->hint = word ? word->hint : (pl_str){0};
	if (f->attach_types == PL_FILETYPE_ANY)
		return PL_OK;
	st = types_text(w, f->attach_types, &m->types);
	return st ? st : accept_text(w, f->attach_types, &m->accept);
}

/* ---- what was sent ---- */

static pl_status refuse(struct pl_view *w, struct pl_files_part *m, enum pl_files_trouble trouble, const char *name, unsigned *ret_status)
{
	static const unsigned statuses[] = {
		[PL_FILES_NONE] = 409, [PL_FILES_MANY] = 413, [PL_FILES_LONG] = 413, [PL_FILES_TYPE] = 415, [PL_FILES_FOUND] = 422,
		[PL_FILES_DAY] = 429, [PL_FILES_SCANNER] = 503, [PL_FILES_FULL] = 503,
	};

	m->trouble = trouble;
	*ret_status = statuses[trouble];
	return name ? pl_arena_dup(w->arena, pl_str_from(name), &m->name) : PL_OK;
}

pl_status pl_files_judge(struct pl_view *w, const struct pl_form *f, struct pl_files_part *m, unsigned *ret_status)
{
	struct pl_upload_files files = pl_upload_taken(w->req);

	*ret_status = 0;
	if ((files.any || files.n > 0) && (!f || !f->attach))
		return refuse(w, m, PL_FILES_NONE, NULL, ret_status);
	if (files.trouble == PL_UPLOAD_FULL)
		return refuse(w, m, PL_FILES_FULL, NULL, ret_status);
	if (files.trouble == PL_UPLOAD_LONG)
		return refuse(w, m, PL_FILES_LONG, files.name, ret_status);
	if (files.trouble == PL_UPLOAD_MANY || (f && files.n > f->attach))
		return refuse(w, m, PL_FILES_MANY, NULL, ret_status);
	for (size_t i = 0; i < files.n; i++) {
		const struct pl_attach_taken *t = &files.list[i];

		if (!(t->kinds & f->attach_types) && f->attach_types != PL_FILETYPE_ANY)
			return refuse(w, m, PL_FILES_TYPE, t->file.name, ret_status);
	}
	return PL_OK;
}

static pl_status scan_all(struct pl_view *w, const struct pl_form *f, struct pl_files_part *m, unsigned *ret_status)
{
	struct pl_upload_files files = pl_upload_taken(w->req);
	struct pl_diag diag = {0};

	for (size_t i = 0; i < files.n; i++) {
		pl_status st = pl_attach_scan(w->inst, &files.list[i], &diag);

		if (st == PL_E_BUSY) {
			pl_event("web.scanner", PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(&diag, st)));
			return refuse(w, m, PL_FILES_SCANNER, NULL, ret_status);
		}
		if (st)
			return st;
		if (files.list[i].file.verdict == PL_ATTACH_FOUND && f->flagged == PL_FORM_REFUSE)
			return refuse(w, m, PL_FILES_FOUND, files.list[i].file.name, ret_status);
	}
	return PL_OK;
}

pl_status pl_files_keep(struct pl_view *w, const struct pl_form *f, uint64_t until, struct pl_files_kept *ret, struct pl_files_part *m,
	unsigned *ret_status)
{
	struct pl_upload_files files = pl_upload_taken(w->req);
	pl_status st = PL_OK;

	*ret = (struct pl_files_kept){0};
	*ret_status = 0;
	if (!files.n)
		return PL_OK;
	st = scan_all(w, f, m, ret_status);
	if (st || *ret_status)
		return st;
	ret->list = pl_arena_alloc(w->arena, files.n, sizeof *ret->list);
	if (!ret->list)
		return PL_E_NOMEM;
	st = pl_attach_keep(w->inst, files.list, files.n, pl_http_request_peer(w->req), until, NULL);
	if (st == PL_E_DENIED)
		return refuse(w, m, PL_FILES_DAY, NULL, ret_status);
	if (st == PL_E_BUSY || st == PL_E_NOSPACE)
		return refuse(w, m, PL_FILES_FULL, NULL, ret_status);
	if (st)
		return st;
	for (; ret->n < files.n; ret->n++)
		ret->list[ret->n] = files.list[ret->n].file;
	return PL_OK;
}

void pl_files_drop(struct pl_view *w, struct pl_files_kept *kept)
{
	pl_attach_drop(w->inst, pl_upload_taken(w->req).list, kept->n);
	pl_files_wipe(kept);
}

void pl_files_wipe(struct pl_files_kept *kept)
{
	if (kept->n)
		pl_wipe(kept->list, kept->n * sizeof *kept->list);
	kept->n = 0;
}

/* ---- handing out ---- */

/* RFC 6266: a name that every program understands, and the whole one. */
static pl_status name_it(struct pl_http_reply *reply, const struct pl_attach_file *f)
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
		pl_http_reply_header(reply, "Content-Disposition", pl_buf_str(&b));
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

pl_status pl_files_hand_out(struct pl_instance *inst, int spool, const struct pl_attach_file *f, struct pl_http_reply *reply)
{
	struct pl_attach_pull *p;
	pl_status st = pl_attach_pull_open(inst, f, spool, &p);

	if (st)
		return st;
	pl_http_reply_stream(reply, "application/octet-stream", f->size, &(struct pl_http_stream){pull, pull_done, p});
	/* Both policies count: whatever opens it all the same, it runs nothing. */
	pl_http_reply_header(reply, "Content-Security-Policy", PL_STR("default-src 'none'; sandbox"));
	pl_http_reply_cache(reply, PL_HTTP_NO_STORE);
	return name_it(reply, f);
}
