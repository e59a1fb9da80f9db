/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_intake_files: files that are sent with a form. Their bytes are sealed while they come; when the request is over this process
 * cannot open them again.
 */
#include "web/portal_intake.h"
#include "base/event.h"

/* ---- as they come ---- */

/* The form's limits are asked for before anything is read. It is one row by its key; a database that lets us wait for it answers nobody. */
static pl_status begin(void *ctx, struct pl_http_request *req, void **ret_state)
{
	struct pl_portal *p = ctx;
	struct pl_upload_limits limits = {.spool = p->spool_dir, .all = pl_instance_conf(p->instances[0])->attach_held};
	pl_status st = pl_form_attach(p->instances[0], pl_http_request_capture(req, "name"), &limits.files, &limits.bytes);

	return st ? st : pl_upload_begin(req, &limits, ret_state);
}

const struct pl_http_upload pl_intake_upload = {begin, pl_upload_piece, pl_upload_end};

/* ---- what the page says ---- */

/* What a browser offers to choose. Text and archives have too many names to list: then it offers everything. */
static pl_status accept_text(struct pl_view *w, unsigned types, pl_str *ret)
{
	static const struct {
		enum pl_filetype type;
		const char *suffixes;
	} known[] = {
		{PL_FILETYPE_PDF, ".pdf"}, {PL_FILETYPE_PNG, ".png"}, {PL_FILETYPE_JPEG, ".jpg,.jpeg"}, {PL_FILETYPE_JSON, ".json"},
		{PL_FILETYPE_EML, ".eml"}, {PL_FILETYPE_CSV, ".csv"},
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

pl_status pl_intake_fill_files(struct pl_intake_filling *x, const struct pl_intake_naming *n)
{
	const struct pl_form_word *word = pl_intake_form_word(n, PL_STR("attach"));
	pl_status st;

	if (!x->f->attach)
		return PL_OK;
	x->m.attach = true;
	x->m.files_again = x->m.trouble != PL_INTAKE_FINE && pl_upload_taken(x->w->req).any;
	x->m.attach_files = x->f->attach;
	x->m.attach_bytes = x->f->attach_bytes;
	x->m.attach_label = word ? word->label : pl_message(x->w->lang, PL_MSG_intake_files);
	x->m.attach_hint = word ? word->hint : (pl_str){0};
	if (x->f->attach_types == PL_FILETYPE_ANY)
		return PL_OK;
	st = types_text(x->w, x->f->attach_types, &x->m.attach_types);
	return st ? st : accept_text(x->w, x->f->attach_types, &x->m.attach_accept);
}

/* ---- what was sent ---- */

static pl_status refuse_file(struct pl_intake_filling *x, enum pl_intake_trouble trouble, unsigned status, const char *name)
{
	pl_status st = pl_arena_dup(x->w->arena, pl_str_from(name), &x->m.trouble_file);

	return st ? st : pl_intake_refuse(x, trouble, status);
}

bool pl_intake_files_wrong(struct pl_intake_filling *x, pl_status *ret)
{
	struct pl_upload_files files = pl_upload_taken(x->w->req);

	if (files.trouble == PL_UPLOAD_FULL) {
		*ret = pl_intake_refuse(x, PL_INTAKE_FULL, 503);
		return true;
	}
	if (files.trouble == PL_UPLOAD_LONG) {
		*ret = refuse_file(x, PL_INTAKE_FILE_LONG, 413, files.name);
		return true;
	}
	if (files.trouble == PL_UPLOAD_MANY || files.n > x->f->attach) {
		*ret = pl_intake_refuse(x, PL_INTAKE_FILES_MANY, 413);
		return true;
	}
	for (size_t i = 0; i < files.n; i++) {
		const struct pl_attach_taken *t = &files.list[i];

		if (!(t->kinds & x->f->attach_types) && x->f->attach_types != PL_FILETYPE_ANY) {
			*ret = refuse_file(x, PL_INTAKE_FILE_TYPE, 415, t->file.name);
			return true;
		}
	}
	return false;
}

/* *@ret_clean false: the page was answered. */
static pl_status scan_all(struct pl_intake_filling *x, const struct pl_upload_files *files, bool *ret_clean)
{
	struct pl_diag diag = {0};

	*ret_clean = false;
	for (size_t i = 0; i < files->n; i++) {
		pl_status st = pl_attach_scan(x->w->inst, &files->list[i], &diag);

		if (st == PL_E_BUSY) {
			pl_event("web.scanner", PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(&diag, st)));
			return pl_intake_refuse(x, PL_INTAKE_SCANNER, 503);
		}
		if (st)
			return st;
		if (files->list[i].file.verdict == PL_ATTACH_FOUND && x->f->flagged == PL_FORM_REFUSE)
			return refuse_file(x, PL_INTAKE_FILE_FOUND, 422, files->list[i].file.name);
	}
	*ret_clean = true;
	return PL_OK;
}

pl_status pl_intake_keep_files(struct pl_intake_filling *x, bool *ret_kept)
{
	struct pl_upload_files files = pl_upload_taken(x->w->req);
	pl_status st = scan_all(x, &files, ret_kept);

	if (st || !*ret_kept || !files.n)
		return st;
	*ret_kept = false;
	x->s.files = pl_arena_alloc(x->w->arena, files.n, sizeof *x->s.files);
	if (!x->s.files)
		return PL_E_NOMEM;
	st = pl_attach_keep(x->w->inst, files.list, files.n, pl_http_request_peer(x->w->req), x->s.received + PL_SUBMIT_FILES_HOLD, NULL);
	if (st == PL_E_DENIED)
		return pl_intake_refuse(x, PL_INTAKE_FILES_DAY, 429);
	if (st == PL_E_BUSY || st == PL_E_NOSPACE)
		return pl_intake_refuse(x, PL_INTAKE_FULL, 503);
	if (st)
		return st;
	for (; x->s.n_files < files.n; x->s.n_files++)
		x->s.files[x->s.n_files] = files.list[x->s.n_files].file;
	*ret_kept = true;
	return PL_OK;
}

void pl_intake_drop_files(struct pl_intake_filling *x)
{
	struct pl_upload_files files = pl_upload_taken(x->w->req);

	pl_attach_drop(x->w->inst, files.list, x->s.n_files);
	if (x->s.n_files)
		pl_wipe(x->s.files, x->s.n_files * sizeof *x->s.files);
	x->s.n_files = 0;
}
