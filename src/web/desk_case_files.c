/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_files: the files of a case: their list, taking one out, adding one, giving some to the sender with an answer.
 *
 * Taking one out is reading what is private: by a form, as the account and role that ask, noted in the vault. The bytes are checked whole
 * before the first one is sent, and are nothing that a browser opens by itself.
 */
#include "base/event.h"
#include "base/time.h"
#include "register/casework/talk.h"
#include "register/package.h"
#include "web/desk_outgoing.h"
#include "web/portal_files.h"

#define KEPT_FOR 3600u /* seconds until a file that was put and not added goes again */

/* ---- the list ---- */

pl_str pl_desk_case_kind(const struct pl_desk_looking *k, pl_str type)
{
	return pl_str_eq(type, PL_STR("other")) ? pl_message(k->d->lang, PL_MSG_case_file_other) : type;
}

/* What an answer may bring. */
static pl_status fill_limits(struct pl_desk_looking *k)
{
	struct pl_buf types PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_talk_limits limits;
	pl_status st = pl_talk_limits(k->d->w.inst, &limits, NULL);

	if (st)
		return st;
	k->m.answer_files = limits.files;
	k->m.answer_bytes = limits.bytes;
	k->m.answer_types = (pl_str){0};
	if (limits.types == PL_FILETYPE_ANY)
		return PL_OK;
	pl_filetype_set_write(limits.types, ", ", &types);
	return pl_buf_status(&types) ? pl_buf_status(&types) : pl_arena_dup(k->d->arena, pl_buf_str(&types), &k->m.answer_types);
}

/* May it go with an answer of a register that gives out nothing but packages? */
static pl_status mark_package(struct pl_desk_looking *k, const struct pl_attach_file *f, struct pl_case_file *row)
{
	pl_status st = k->m.gives ? pl_register_package_ask(k->d->w.inst, k->r, &f->sha256, NULL) : PL_E_DENIED;

	row->package = !st;
	k->m.packages = k->m.packages || row->package;
	return st == PL_E_DENIED ? PL_OK : st;
}

pl_status pl_desk_case_fill_files(struct pl_desk_looking *k, const struct pl_casework_entry *e, size_t n)
{
	struct pl_attach_row *rows;
	size_t n_rows = 0;
	pl_status st = pl_attach_rows(k->d->w.inst, k->r, k->number, e, n, k->d->arena, &rows, &n_rows);

	k->m.n_files = 0;
	k->m.harmful = false;
	k->m.gives = pl_register_package_is(k->r->decl);
	k->m.file_max = PL_ATTACH_BYTES_MAX;
	if (!st)
		st = fill_limits(k);
	if (!st)
		st = pl_view_list(&k->d->w, n_rows, sizeof *k->m.files, &k->m.files);
	for (size_t i = 0; i < n_rows && !st; i++) {
		const struct pl_attach_row *from = &rows[i];
		struct pl_case_file *row = &k->m.files[k->m.n_files++];

		*row = (struct pl_case_file){.seq = from->seq, .at = from->at * PL_SECOND, .size = from->size, .type = pl_desk_case_kind(k, from->type),
			.with = from->with, .given = from->kind == PL_CASEWORK_ENCLOSE, .outside = from->kind == PL_CASEWORK_FILE, .there = from->there, .harmful = from->there && from->verdict == PL_ATTACH_FOUND,
			.unscanned = from->there && from->verdict == PL_ATTACH_UNSCANNED};
		k->m.harmful = k->m.harmful || row->harmful;
		st = pl_desk_name_of(k->d, &from->account, &row->who);
		if (!st && from->opened)
			st = pl_arena_dup(k->d->arena, pl_str_from(from->file.name), &row->name);
		if (!st && from->opened)
			st = pl_arena_dup(k->d->arena, pl_str_from(from->file.found), &row->found);
		if (!st && from->opened && row->there && from->kind == PL_CASEWORK_ATTACH)
			st = mark_package(k, &from->file, row);
		pl_wipe(rows[i].file.key, sizeof rows[i].file.key);
	}
	return st;
}

/* ---- taking one out ---- */

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
		st = pl_files_hand_out(k->d->w.inst, k->d->desk->portal->spool_dir, &f, k->d->reply);
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
	const struct pl_instance_conf *c = pl_instance_conf(p->instances[0]);
	struct pl_upload_limits limits = {.spool = p->spool_dir, .files = 1, .bytes = PL_ATTACH_BYTES_MAX, .all = c->attach_held};

	if (b->row->handler == pl_desk_case_expertise_add) {
		limits.files = PL_OUTGOING_PARTS_MAX;
		limits.bytes = PL_OUTGOING_BYTES_MAX;
	}
	if (b->row->handler == pl_desk_case_answer) {
		limits.files = (unsigned)c->answer_files;
		limits.bytes = c->answer_bytes;
	}
	if (!pl_web_session_cookie(req, b->desk->secure).len)
		limits.files = 0;
	return pl_upload_begin(req, &limits, ret_state);
}

const struct pl_http_upload pl_desk_upload = {begin, pl_upload_piece, pl_upload_end};

/* *@ret_clean false: the page was answered. */
static pl_status scan(struct pl_desk_looking *k, struct pl_attach_taken *t, bool *ret_clean)
{
	struct pl_diag diag = {0};
	pl_status st = pl_attach_scan(k->d->w.inst, t, &diag);

	*ret_clean = !st;
	if (st != PL_E_BUSY)
		return st;
	pl_event("web.scanner", PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(&diag, st)));
	return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_scanner);
}

static pl_status add_file(struct pl_desk_looking *k, struct pl_attach_taken *t)
{
	pl_str note = pl_str_trim(pl_desk_field(k->d, "text"));
	bool clean = false;
	pl_status st = scan(k, t, &clean);

	if (st || !clean)
		return st;
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

/* ---- giving some to the sender ---- */

/* Of each: may it go out? *@ret_clean false: the page was answered. */
static pl_status judge(struct pl_desk_looking *k, struct pl_upload_files *files, bool *ret_clean)
{
	struct pl_talk_limits limits;
	pl_status st = pl_talk_limits(k->d->w.inst, &limits, NULL);

	*ret_clean = true;
	for (size_t i = 0; i < files->n && !st && *ret_clean; i++) {
		st = scan(k, &files->list[i], ret_clean);
		if (st || !*ret_clean)
			break;
		st = pl_talk_file_check(&limits, &files->list[i], NULL);
		*ret_clean = !st;
		if (st == PL_E_RANGE)
			st = pl_desk_case_refuse(k, 415, PL_MSG_case_refused_file_kind);
		else if (st == PL_E_DENIED)
			st = pl_desk_case_refuse(k, 422, PL_MSG_case_refused_file_harmful);
		if (st || !*ret_clean)
			break;
		st = pl_register_package_ask(k->d->w.inst, k->r, &files->list[i].file.sha256, NULL);
		*ret_clean = st != PL_E_DENIED;
		if (st == PL_E_DENIED)
			st = pl_desk_case_refuse(k, 422, PL_MSG_case_refused_file_package);
	}
	return st;
}

/* What the form brought, and what it names of the case. */
struct giving {
	struct pl_upload_files *files;
	const struct pl_outgoing *o;
	struct pl_attach_taken all[PL_ATTACH_FILES_MAX]; /* the uploaded ones first: those are the request's */
	size_t n;
	bool looked;
};

static pl_status hand_over(struct pl_desk_looking *k, struct giving *g)
{
	struct pl_attach_file list[PL_ATTACH_FILES_MAX];
	const struct pl_talk_said said = {.text = g->o->text, .files = list, .n_files = g->n, .looked = g->looked};
	pl_status st = pl_attach_keep(k->d->w.inst, g->all, g->n, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, NULL);

	if (st == PL_E_NOSPACE)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (st)
		return st;
	for (size_t i = 0; i < g->n; i++)
		list[i] = g->all[i].file;
	st = pl_talk_answer(k->d->w.inst, k->r, k->number, &k->who, &said, NULL);
	pl_wipe(list, sizeof list);
	if (st)
		pl_attach_drop(k->d->w.inst, g->all, g->n);
	return pl_desk_case_conclude(k, st);
}

/* Packages of the case go as files of their own. */
static pl_status enclose(struct pl_desk_looking *k, struct giving *g)
{
	size_t n = 0;
	pl_status st;

	for (size_t i = 0; i < PL_ATTACH_FILES_MAX; i++)
		g->all[i] = i < g->files->n ? g->files->list[i] : (struct pl_attach_taken){.fd = -1};
	g->n = g->files->n;
	if (g->n + g->o->n_parts > PL_ATTACH_FILES_MAX)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_files_many);
	st = pl_outgoing_enclose(k->d->w.inst, k->r, k->number, &k->who, g->o, g->all + g->n, &n, NULL);
	g->n += n;
	if (!st)
		st = hand_over(k, g);
	else if (st == PL_E_RANGE)
		st = pl_desk_case_refuse(k, 415, PL_MSG_case_refused_file_kind);
	else
		st = pl_desk_case_conclude(k, st);
	while (n-- > 0)
		pl_attach_taken_done(&g->all[g->files->n + n]);
	return st;
}

static pl_status give(struct pl_desk_looking *k, struct pl_outgoing *o, struct pl_upload_files *files)
{
	struct giving *g;
	bool clean = false, goes = false, looked = false;
	pl_status st = judge(k, files, &clean);

	if (!st && clean)
		st = pl_desk_words_enclosed(k, o, &clean);
	if (!st && clean)
		st = pl_desk_words_ask(k, o, files->n > 0, &goes, &looked);
	if (st || !clean || !goes)
		return st;
	g = PL_NEW(struct giving);
	g->files = files;
	g->o = o;
	g->looked = looked;
	st = enclose(k, g);
	pl_free(g);
	return st;
}

static pl_status do_answer(struct pl_desk_looking *k)
{
	struct pl_upload_files files = pl_upload_taken(k->d->req);
	struct pl_outgoing o = {.what = PL_OUTGOING_ANSWER};
	pl_status st = pl_desk_case_text(k, &o.text);

	if (st)
		return st;
	k->m.answer = o.text; /* back into the form, if it is refused */
	if (files.trouble == PL_UPLOAD_FULL)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (files.trouble == PL_UPLOAD_LONG)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_file_long);
	if (files.trouble == PL_UPLOAD_MANY)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_files_many);
	return give(k, &o, &files);
}

pl_status pl_desk_case_answer(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_answer);
}
