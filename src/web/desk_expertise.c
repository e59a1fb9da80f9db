/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_expertise: a package of expertise out of files of the case: which ones, what was found in them, why it may go; another person agrees, and it is made where the
 * keys are (register/person/errand). Names of files are private, so the page is the answer to a form, and opening it is noted in the vault.
 */
#include "base/event.h"
#include "base/time.h"
#include "register/casework/attach.h"
#include "register/package.h"
#include "web/desk_outgoing.h"
#include "web/portal_files.h"
#include "web/upload.h"
#include <stdio.h>

#define KEPT_FOR 3600u /* seconds until a file that was put and not added goes again */

struct packing {
	struct pl_desk_looking *k;
	const struct pl_upload_files *added; /* just now: they are chosen */
	struct pl_desk_expertise_page m;
	struct pl_outgoing o;
	struct pl_outgoing_look *l;
	struct pl_person_desk *desk;
	struct pl_diag diag;
	bool many;
};

static bool was_added(const struct packing *p, const struct pl_attach_file *f)
{
	for (size_t i = 0; p->added && i < p->added->n; i++)
		if (pl_digest_eq(&p->added->list[i].file.sha256, &f->sha256))
			return true;
	return false;
}

static pl_status take_row(struct packing *p, const struct pl_attach_row *from)
{
	struct pl_desk_view *d = p->k->d;
	struct pl_pack_file *row = &p->m.files[p->m.n_files++];
	char field[32];
	pl_status st;

	(void)snprintf(field, sizeof field, "part-%llu", (unsigned long long)from->seq);
	*row = (struct pl_pack_file){.seq = from->seq, .size = from->size, .at = from->at * PL_SECOND, .outside = from->kind == PL_CASEWORK_FILE,
		.harmful = from->verdict == PL_ATTACH_FOUND, .type = pl_desk_case_kind(p->k, from->type), .sha256 = from->file.sha256,
		.chosen = pl_str_eq(pl_desk_field(d, field), PL_STR("yes")) || was_added(p, &from->file)};
	st = pl_arena_dup(d->arena, pl_str_from(from->file.name), &row->name);
	if (st || !row->chosen)
		return st;
	p->many = p->o.n_parts == PL_OUTGOING_PARTS_MAX;
	if (!p->many)
		p->o.part[p->o.n_parts++] = (struct pl_outgoing_part){from->seq, from->file.sha256, row->name};
	return PL_OK;
}

/* The files beside the case, but for those that went out already. */
static pl_status take_files(struct packing *p)
{
	struct pl_desk_looking *k = p->k;
	struct pl_casework_entry *e = NULL;
	struct pl_attach_row *rows = NULL;
	size_t n = 0, n_rows = 0;
	pl_status st = pl_casework_read(k->d->w.inst, k->r, k->number, &k->who, k->d->arena, &e, &n, NULL);

	if (!st)
		st = pl_attach_rows(k->d->w.inst, k->r, k->number, e, n, k->d->arena, &rows, &n_rows);
	if (!st)
		st = pl_view_list(&k->d->w, n_rows, sizeof *p->m.files, &p->m.files);
	for (size_t i = 0; i < n_rows && !st; i++) {
		if (rows[i].there && rows[i].opened && rows[i].kind != PL_CASEWORK_ENCLOSE)
			st = take_row(p, &rows[i]);
		pl_wipe(rows[i].file.key, sizeof rows[i].file.key);
	}
	return st;
}

static pl_status look(struct packing *p)
{
	pl_status st;

	if (!p->o.n_parts)
		return PL_OK;
	st = pl_desk_outgoing_look(p->k, &p->o, &p->desk, &p->l, &p->diag);
	if (!st)
		st = pl_desk_findings_fill(p->k->d, p->l, (pl_str){0}, &p->m.found);
	p->m.looked = !st;
	return st;
}

static pl_status show(struct packing *p)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_view *d = p->k->d;
	struct pl_html h;

	p->m.frame = d->frame;
	p->m.name = p->k->r->decl->name;
	p->m.number = p->k->number;
	p->m.bytes = PL_OUTGOING_BYTES_MAX;
	p->m.max = PL_OUTGOING_PARTS_MAX;
	p->m.german = pl_str_eq(p->o.language, PL_STR("de"));
	h = pl_desk_html(d, &b);
	pl_page_desk_expertise(&h, &p->m);
	return pl_desk_send(d, &b);
}

/* With what the check said in its own words, if it said something. */
static pl_status show_refused(struct packing *p, pl_status st)
{
	if (!p->diag.text[0] || st == PL_E_NOMEM || st == PL_E_IO)
		return st;
	pl_desk_refused(p->k->d, st == PL_E_CONFLICT ? 409 : 400, st == PL_E_TOOBIG ? PL_MSG_outgoing_refused_many : PL_MSG_outgoing_refused);
	p->m.why = pl_str_from(p->diag.text);
	p->m.looked = false;
	return show(p);
}

static pl_status propose(struct packing *p)
{
	bool whole = false;
	pl_status st, why = PL_OK;

	if (!p->o.n_parts) {
		pl_desk_refused(p->k->d, 400, PL_MSG_expertise_refused_none);
		return show(p);
	}
	st = pl_desk_findings_clear(p->k->d, p->l, &p->m.found, &p->o.clear, &whole);
	if (st)
		return st;
	if (!whole) {
		pl_desk_refused(p->k->d, 400, p->m.found.more ? PL_MSG_outgoing_refused_many : PL_MSG_outgoing_refused_why);
		return show(p);
	}
	st = pl_desk_outgoing_propose(p->k, p->desk, &p->o, &why, &p->diag);
	return st || !why ? st : show_refused(p, why);
}

static pl_status pack(struct packing *p, pl_status (*then)(struct packing *p))
{
	pl_status st;

	if (!pl_register_package_is(p->k->r->decl))
		return PL_E_NOTFOUND;
	st = take_files(p);
	if (st == PL_E_BUSY || st == PL_E_DENIED)
		return pl_desk_case_refuse(p->k, st == PL_E_BUSY ? 429 : 403, st == PL_E_BUSY ? PL_MSG_case_too_many : PL_MSG_case_denied);
	if (st == PL_E_STATE)
		return pl_desk_case_refuse(p->k, 409, PL_MSG_case_refused_state);
	if (st)
		return st;
	if (p->many) {
		pl_desk_refused(p->k->d, 400, PL_MSG_expertise_refused_many);
		return show(p);
	}
	st = look(p);
	return st ? show_refused(p, st) : then(p);
}

static pl_status with(struct pl_desk_looking *k, const struct pl_upload_files *added, pl_status (*then)(struct packing *p))
{
	struct packing *p = PL_NEW(struct packing);
	pl_str language = pl_desk_field(k->d, "language");
	pl_status st;

	p->k = k;
	p->added = added;
	p->o = (struct pl_outgoing){.what = PL_OUTGOING_PACKAGE, .language = language.len ? language : pl_str_from(pl_lang_tag(k->d->lang))};
	st = pack(p, then);
	pl_outgoing_look_free(p->l);
	pl_person_desk_close(p->desk);
	pl_free(p);
	return st;
}

static pl_status do_show(struct pl_desk_looking *k)
{
	return with(k, NULL, show);
}

static pl_status do_propose(struct pl_desk_looking *k)
{
	return with(k, NULL, propose);
}

/* ---- adding files ---- */

static pl_status add_all(struct pl_desk_looking *k, struct pl_upload_files *files, pl_status *ret_scan)
{
	struct pl_diag diag = {0};
	pl_status st = PL_OK;

	for (size_t i = 0; i < files->n && !st; i++) {
		struct pl_attach_taken *t = &files->list[i];

		*ret_scan = pl_attach_scan(k->d->w.inst, t, &diag);
		if (*ret_scan)
			pl_event("web.scanner", PL_EV_STATUS("status", *ret_scan), PL_EV_Z("why", pl_diag_text(&diag, *ret_scan)));
		if (*ret_scan)
			return PL_OK;
		st = pl_attach_keep(k->d->w.inst, t, 1, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, NULL);
		if (st)
			return st;
		st = pl_attach_add(k->d->w.inst, k->r, k->number, &k->who, t, (pl_str){0}, NULL);
		if (st)
			pl_attach_drop(k->d->w.inst, t, 1);
	}
	return st;
}

static pl_status do_add(struct pl_desk_looking *k)
{
	struct pl_upload_files files = pl_upload_taken(k->d->req);
	pl_status scan = PL_OK, st;

	if (!pl_register_package_is(k->r->decl))
		return PL_E_NOTFOUND;
	if (files.trouble == PL_UPLOAD_FULL)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (files.trouble == PL_UPLOAD_LONG)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_file_long);
	if (files.trouble == PL_UPLOAD_MANY)
		return pl_desk_case_refuse(k, 413, PL_MSG_case_refused_files_many);
	if (!files.n)
		return pl_desk_case_refuse(k, 400, PL_MSG_case_refused_file);
	st = add_all(k, &files, &scan);
	if (st == PL_E_NOSPACE)
		return pl_desk_case_refuse(k, 503, PL_MSG_case_refused_full);
	if (st)
		return pl_desk_case_conclude(k, st);
	return scan ? pl_desk_case_refuse(k, 503, PL_MSG_case_refused_scanner) : with(k, &files, show);
}

pl_status pl_desk_case_expertise(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_show);
}

pl_status pl_desk_case_expertise_add(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_add);
}

pl_status pl_desk_case_expertise_propose(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_propose);
}
