/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_lookup: what the stores said when somebody looked for what a request asks for, on the page of the case and of a decision about it; and saying
 * why something is not held although no look-up says so. A look-up is ordered here and made where the keys are (register/person/errand): the stores are asked by
 * programs that this process does not start.
 */
#include "register/casework/decide.h"
#include "register/casework/lookup_note.h"
#include "register/person/errand.h"
#include "register/person/expertise.h"
#include "web/desk_case.h"
#include <stdio.h>

static enum pl_message_id outcome_words(enum pl_lookup_outcome outcome)
{
	static const enum pl_message_id ids[] = {
		[PL_LOOKUP_NOTHING] = PL_MSG_lookup_nothing, [PL_LOOKUP_FOUND] = PL_MSG_lookup_found, [PL_LOOKUP_LATER] = PL_MSG_lookup_later,
		[PL_LOOKUP_ALTHOUGH] = PL_MSG_lookup_although,
	};

	return ids[outcome];
}

/* @e: the entry of the newest one, or NULL. */
static pl_status fill(struct pl_desk_view *d, const struct pl_casework_entry *e, struct pl_case_lookup *m)
{
	enum pl_lookup_outcome outcome;
	pl_status st;

	m->shown = true;
	if (!e)
		return PL_OK;
	st = pl_lookup_about(e->about, &outcome, &m->stores);
	if (st)
		return st;
	m->there = true;
	m->good = outcome == PL_LOOKUP_NOTHING;
	m->over = outcome == PL_LOOKUP_ALTHOUGH;
	m->outcome.id = outcome_words(outcome);
	m->at = e->at * PL_SECOND;
	m->reason = m->over ? pl_lookup_reason(e->text) : (pl_str){0};
	m->closed = m->over && e->sealed && !m->reason.len;
	return pl_desk_name_of(d, &e->account, &m->who);
}

pl_status pl_desk_case_fill_lookup(struct pl_desk_looking *k)
{
	return pl_lookup_is(k->r->decl) ? fill(k->d, pl_lookup_newest(k->entries, k->n_entries), &k->m.lookup) : PL_OK;
}

/* ---- on the page of a decision ---- */

static bool is_about_reason(const struct pl_case_decision *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (pl_str_eq(x->set[i].field, PL_STR("reason")))
			return true;
	return false;
}

static pl_status find(struct pl_desk_view *d, const struct pl_case_decision *x, bool opened, struct pl_desk_decision_page *m)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	const struct pl_casework_actor who = {.account = d->s.account, .role = pl_desk_vault_role(d->s.roles)};
	const struct pl_casework_entry *newest;
	struct pl_casework_entry *e = NULL, one;
	size_t n = 0;
	pl_status st = pl_register_open(d->w.inst, x->name, &r, NULL);

	if (st || !pl_lookup_is(r->decl))
		return st;
	st = pl_casework_entries(d->w.inst, r, x->number, d->arena, &e, &n);
	newest = st ? NULL : pl_lookup_newest(e, n);
	/* Whoever read why it is proposed opened the case already. */
	if (!st && newest && opened && newest->sealed && pl_str_starts(newest->about, pl_str_from(pl_lookup_words[PL_LOOKUP_ALTHOUGH]))) {
		st = pl_casework_read_one(d->w.inst, r, x->number, newest->seq, &who, d->arena, &one, NULL);
		newest = &one;
	}
	return st ? st : fill(d, newest, &m->lookup);
}

pl_status pl_desk_decision_fill_lookup(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	struct pl_case_decision about;

	if (pl_case_decision_parse(pl_bytes_str(x->bytes), &about) || !is_about_reason(&about) || !m->may_open)
		return PL_OK;
	return find(d, &about, m->opened, m);
}

/* ---- ordering one ---- */

#define SUGGESTED_MAX 12u

static pl_status suggest(void *ctx, enum pl_finding_kind kind, uint64_t offset, size_t len, pl_str text)
{
	struct pl_desk_looking *k = ctx;
	struct pl_buf id PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX + 32);
	struct pl_case_identity *row = &k->m.suggested[k->m.n_suggested];
	struct pl_person_id parsed;
	pl_status st;

	if (k->m.n_suggested == SUGGESTED_MAX || (kind != PL_FINDING_EMAIL && !pl_str_starts(text, PL_STR("ed25519:"))))
		return PL_OK;
	pl_buf_printf(&id, "%s=", pl_person_id_word(kind == PL_FINDING_EMAIL ? PL_PERSON_EMAIL : PL_PERSON_PRODUCT));
	pl_buf_put_str(&id, text);
	if (pl_buf_status(&id) || pl_person_id_parse(pl_buf_str(&id), &parsed, NULL))
		return PL_OK;
	for (size_t i = 0; i < k->m.n_suggested; i++)
		if (pl_str_eq(k->m.suggested[i].value, pl_buf_str(&id)))
			return PL_OK;
	st = pl_arena_dup(k->d->arena, pl_buf_str(&id), &row->value);
	row->number = k->m.n_suggested;
	k->m.n_suggested += !st;
	return st;
}

/* What the sender wrote names whom he asks for; whoever works on it chooses. */
pl_status pl_desk_case_fill_suggested(struct pl_desk_looking *k)
{
	static const struct pl_expertise_rules rules = {0};
	pl_status st = PL_OK;

	if (!k->opened || !k->m.may_write || !pl_lookup_is(k->r->decl))
		return PL_OK;
	k->m.suggested = pl_arena_alloc(k->d->arena, SUGGESTED_MAX + 1, sizeof *k->m.suggested);
	if (!k->m.suggested)
		return PL_E_NOMEM;
	for (size_t i = 0; i < k->n_entries && !st; i++) {
		const struct pl_casework_entry *e = &k->entries[i];
		struct pl_casework_came came = {.message = e->text};

		if (!e->text.len || (e->kind != PL_CASEWORK_CAME && e->kind != PL_CASEWORK_MESSAGE))
			continue;
		if (e->kind == PL_CASEWORK_CAME)
			st = pl_casework_came(e->text, k->d->arena, &came);
		if (!st)
			st = pl_expertise_scan(pl_str_bytes(came.message), &rules, suggest, k);
	}
	return st;
}

static pl_status do_look_up(struct pl_desk_looking *k)
{
	struct pl_buf lines PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	char field[16];
	pl_status st = pl_desk_text(k->d, &k->m.asked);

	if (!pl_lookup_is(k->r->decl))
		return PL_E_NOTFOUND;
	pl_buf_put_str(&lines, k->m.asked);
	for (unsigned i = 0; i < SUGGESTED_MAX; i++) {
		(void)snprintf(field, sizeof field, "id-%u", i);
		pl_buf_put_c(&lines, '\n');
		pl_buf_put_str(&lines, pl_desk_field(k->d, field));
	}
	if (!st)
		st = pl_buf_status(&lines);
	if (!st)
		st = pl_errand_order_look_up(k->d->w.inst, k->r, k->number, &k->who, pl_buf_str(&lines), NULL);
	if (st == PL_E_RANGE || st == PL_E_SYNTAX)
		return pl_desk_case_refuse_opened(k, 400, PL_MSG_lookup_refused_ids);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_look_up(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_look_up);
}

/* ---- although ---- */

static pl_status do_although(struct pl_desk_looking *k)
{
	struct pl_lookup l = {0};
	enum pl_lookup_outcome outcome;
	pl_status st = pl_desk_text(k->d, &k->m.although);

	if (!pl_lookup_is(k->r->decl))
		return PL_E_NOTFOUND;
	l.reason = pl_str_trim(k->m.although);
	if (!st && !l.reason.len)
		return pl_desk_case_refuse_opened(k, 400, PL_MSG_desk_refused_reason);
	if (!st)
		st = pl_lookup_note(k->d->w.inst, k->r, k->number, &k->who, &l, &outcome, NULL);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_although(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_although);
}
