/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_words: the words of an answer or a mail to an authority, looked through for data of users before they go. With nothing found they go; else they are
 * changed, or somebody says why each finding may go and another one agrees.
 */
#include "register/casework/talk.h"
#include "register/package.h"
#include "web/desk_outgoing.h"
#include <stdio.h>

/* ---- packages of the case ---- */

static pl_status take_one(struct pl_desk_looking *k, uint64_t seq, struct pl_outgoing *o)
{
	struct pl_outgoing_part *p = &o->part[o->n_parts];
	struct pl_attach_file f = {0};
	pl_status st;

	if (o->n_parts == PL_OUTGOING_PARTS_MAX)
		return PL_E_TOOBIG;
	st = pl_attach_find(k->d->w.inst, k->r, k->number, seq, &k->who, &f, NULL);
	if (!st)
		st = pl_register_package_ask(k->d->w.inst, k->r, &f.sha256, NULL);
	*p = (struct pl_outgoing_part){.seq = seq, .sha256 = f.sha256};
	if (!st)
		st = pl_arena_dup(k->d->arena, pl_str_from(f.name), &p->name);
	o->n_parts += !st;
	pl_wipe(&f, sizeof f);
	return st;
}

pl_status pl_desk_words_enclosed(struct pl_desk_looking *k, struct pl_outgoing *o, bool *ret_clean)
{
	struct pl_casework_entry *e = NULL;
	size_t n = 0;
	char field[32];
	pl_status st = pl_casework_entries(k->d->w.inst, k->r, k->number, k->d->arena, &e, &n);

	*ret_clean = false;
	for (size_t i = 0; i < n && !st; i++) {
		(void)snprintf(field, sizeof field, "enclose-%llu", (unsigned long long)e[i].seq);
		if (e[i].kind == PL_CASEWORK_ATTACH && pl_str_eq(pl_desk_field(k->d, field), PL_STR("yes")))
			st = take_one(k, e[i].seq, o);
	}
	if (st == PL_E_DENIED)
		return pl_desk_case_refuse(k, 422, PL_MSG_case_refused_file_package);
	if (st == PL_E_STATE)
		return pl_desk_case_refuse(k, 410, PL_MSG_case_file_gone);
	if (st)
		return pl_desk_case_conclude(k, st);
	*ret_clean = true;
	return PL_OK;
}

/* ---- the page ---- */

static pl_status fill_enclosed(struct pl_desk_looking *k, const struct pl_outgoing *o, struct pl_desk_words_page *m)
{
	pl_status st = pl_view_list(&k->d->w, o->n_parts, sizeof *m->enclosed, &m->enclosed);

	for (size_t i = 0; i < o->n_parts && !st; i++)
		m->enclosed[m->n_enclosed++] = (struct pl_pack_file){.seq = o->part[i].seq, .name = o->part[i].name};
	return st;
}

/* @d's notice was set. */
static pl_status show(struct pl_desk_looking *k, const struct pl_outgoing *o, struct pl_desk_words_page *m)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st = fill_enclosed(k, o, m);

	if (st)
		return st;
	m->frame = k->d->frame;
	m->name = k->r->decl->name;
	m->number = k->number;
	m->mail = o->what == PL_OUTGOING_MAIL;
	m->subject = o->subject;
	m->text = o->text;
	h = pl_desk_html(k->d, &b);
	pl_page_desk_words(&h, m);
	return pl_desk_send(k->d, &b);
}

/* What the check itself could not do, or what @o cannot be. */
static pl_status refuse(struct pl_desk_looking *k, pl_status st, const struct pl_diag *diag)
{
	if (!diag->text[0] || st == PL_E_IO || st == PL_E_NOMEM)
		return pl_desk_case_conclude(k, st);
	if (pl_arena_dup(k->d->arena, pl_str_from(diag->text), &k->m.out_why))
		return PL_E_NOMEM;
	return pl_desk_case_refuse(k, 400, st == PL_E_TOOBIG ? PL_MSG_outgoing_refused_many : PL_MSG_outgoing_refused);
}

pl_status pl_desk_words_ask(struct pl_desk_looking *k, const struct pl_outgoing *o, bool dropped, bool *ret_free, bool *ret_looked)
{
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_outgoing_look *l PL_CLEANUP(pl_outgoing_look_freep) = NULL;
	struct pl_desk_words_page m = {.dropped = dropped};
	struct pl_diag diag = {0};
	pl_status st;

	*ret_free = true;
	*ret_looked = pl_register_package_is(k->r->decl);
	if (!*ret_looked)
		return PL_OK;
	st = pl_desk_outgoing_look(k, o, &desk, &l, &diag);
	if (!st && !l->e->n)
		return PL_OK;
	*ret_free = false;
	if (st)
		return refuse(k, st, &diag);
	pl_desk_refused(k->d, 422, PL_MSG_outgoing_found);
	st = pl_desk_findings_fill(k->d, l, (pl_str){0}, &m.found);
	return st ? st : show(k, o, &m);
}

/* ---- proposing ---- */

static pl_status propose(struct pl_desk_looking *k, struct pl_outgoing *o)
{
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_outgoing_look *l PL_CLEANUP(pl_outgoing_look_freep) = NULL;
	struct pl_desk_words_page m = {0};
	struct pl_diag diag = {0};
	bool whole = false;
	pl_status st = pl_desk_outgoing_look(k, o, &desk, &l, &diag), why = PL_OK;

	if (st)
		return refuse(k, st, &diag);
	st = pl_desk_findings_fill(k->d, l, (pl_str){0}, &m.found);
	if (!st)
		st = pl_desk_findings_clear(k->d, l, &m.found, &o->clear, &whole);
	if (st)
		return st;
	if (!whole) {
		pl_desk_refused(k->d, 400, m.found.more ? PL_MSG_outgoing_refused_many : PL_MSG_outgoing_refused_why);
		return show(k, o, &m);
	}
	if (!m.found.n_rows) /* there is nothing to ask somebody about */
		return show(k, o, &m);
	st = pl_desk_outgoing_propose(k, desk, o, &why, &diag);
	return st || !why ? st : refuse(k, why, &diag);
}

static pl_status do_words(struct pl_desk_looking *k)
{
	struct pl_outgoing o = {.what = pl_str_eq(pl_desk_field(k->d, "what"), PL_STR("mail")) ? PL_OUTGOING_MAIL : PL_OUTGOING_ANSWER,
		.language = pl_str_from(pl_lang_tag(k->d->lang)), .subject = pl_str_trim(pl_desk_field(k->d, "subject"))};
	bool clean = true;
	pl_status st = pl_desk_case_text(k, &o.text);

	if (!pl_register_package_is(k->r->decl))
		return PL_E_NOTFOUND;
	if (!st && o.what == PL_OUTGOING_ANSWER) {
		o.subject = (pl_str){0};
		st = pl_desk_words_enclosed(k, &o, &clean);
	}
	return st || !clean ? st : propose(k, &o);
}

pl_status pl_desk_case_words(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_words);
}
