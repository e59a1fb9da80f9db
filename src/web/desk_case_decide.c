/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_decide: what two persons decide about a case (register/casework/decide.h): the form of a proposal, what waits for a second
 * person, and how both look in the case's file and on the page of a decision.
 */
#include "base/time.h"
#include "register/casework/decide.h"
#include "web/desk_case.h"
#include <stdio.h>

#define VALUES_MAX ((size_t)64 << 10)
#define WORDS_MAX 4096u

/* ---- words ---- */

/* "decision=rejected reason=too-broad" as people read it. */
static pl_status put_words(struct pl_desk_looking *k, pl_str sets, pl_str *ret)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(WORDS_MAX);
	pl_str one, field;

	for (bool more = true; more;) {
		one = sets;
		more = pl_str_take_until(&sets, ' ', &one);
		if (!pl_str_take_until(&one, '=', &field))
			return PL_E_CORRUPT;
		if (out.len)
			pl_buf_put_z(&out, ", ");
		pl_buf_put_str(&out, pl_register_say_field(&k->say, field));
		pl_buf_put_z(&out, ": ");
		pl_buf_put_str(&out, pl_register_say_value(&k->say, field, one));
	}
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_arena_dup(k->d->arena, pl_buf_str(&out), ret);
}

/* ---- in the case's file ---- */

static bool same_decision(const struct pl_casework_entry *e, const struct pl_ulid *id)
{
	struct pl_ulid named;
	pl_str words;

	return e->kind >= PL_CASEWORK_PROPOSE && e->kind <= PL_CASEWORK_WITHDRAW && pl_case_decision_named(e->about, &named, &words) == PL_OK &&
		memcmp(named.b, id->b, sizeof named.b) == 0;
}

pl_status pl_desk_case_fill_decision(struct pl_desk_looking *k, const struct pl_casework_entry *e, struct pl_case_entry *row)
{
	struct pl_ulid id;
	pl_str words;
	pl_status st = pl_case_decision_named(e->about, &id, &words);

	if (!st)
		st = pl_desk_ulid_text(k->d, &id, &row->decision);
	if (!st)
		st = put_words(k, words, &row->about);
	for (size_t i = 0; i < k->n_entries && !st && e->kind != PL_CASEWORK_PROPOSE; i++)
		if (k->entries[i].kind == PL_CASEWORK_PROPOSE && same_decision(&k->entries[i], &id))
			st = pl_desk_name_of(k->d, &k->entries[i].account, &row->proposer);
	return st;
}

static pl_status fill_waiting(struct pl_desk_looking *k)
{
	uint64_t now = pl_time_now();
	pl_status st = PL_OK;

	k->m.waiting = pl_arena_alloc(k->d->arena, k->n_entries + 1, sizeof *k->m.waiting);
	if (!k->m.waiting)
		return PL_E_NOMEM;
	for (size_t i = 0; i < k->n_entries && !st; i++) {
		const struct pl_casework_entry *e = &k->entries[i];
		struct pl_case_waiting *w = &k->m.waiting[k->m.n_waiting];
		struct pl_ulid id;
		pl_str words;
		bool over = false;

		if (e->kind != PL_CASEWORK_PROPOSE || e->at * PL_SECOND + PL_CASE_DECISION_LIFE_NS <= now)
			continue;
		st = pl_case_decision_named(e->about, &id, &words);
		for (size_t j = i + 1; j < k->n_entries && !st; j++)
			over = over || same_decision(&k->entries[j], &id);
		if (st || over)
			continue;
		*w = (struct pl_case_waiting){.at = e->at * PL_SECOND};
		st = pl_desk_ulid_text(k->d, &id, &w->decision);
		if (!st)
			st = pl_desk_name_of(k->d, &e->account, &w->who);
		if (!st)
			st = put_words(k, words, &w->about);
		k->m.n_waiting++;
	}
	return st;
}

/* ---- the form ---- */

static pl_str typed(struct pl_desk_looking *k, const struct pl_register_field *f)
{
	char name[PL_REGISTER_NAME_MAX + 4];

	(void)snprintf(name, sizeof name, "p-%.*s", PL_STR_ARG(f->name));
	return pl_str_trim(pl_desk_field(k->d, name));
}

/* Of what two persons decide only those values are offered. */
static void keep_named(const struct pl_desk_looking *k, const struct pl_register_field *f, struct pl_case_fact *row)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n_choices; i++)
		if (pl_register_eyes_name(k->r->decl, f, row->choices[i].value))
			row->choices[n++] = row->choices[i];
	row->n_choices = n;
}

static pl_status fill_row(struct pl_desk_looking *k, const struct pl_register_field *f)
{
	bool eyes = pl_register_eyes_name(k->r->decl, f, (pl_str){0});
	struct pl_case_fact *row = eyes ? &k->m.eyes[k->m.n_eyes++] : &k->m.beside[k->m.n_beside++];
	pl_status st;

	*row = (struct pl_case_fact){.name = f->name, .label = pl_register_say_field(&k->say, f->name), .value = typed(k, f)};
	st = pl_desk_case_choices(k->d->arena, &k->say, f->name, k->r->decl->derived.fields[f->exact].choices, row->value, &row->choices, &row->n_choices);
	if (!st && eyes)
		keep_named(k, f, row);
	return st;
}

pl_status pl_desk_case_fill_two(struct pl_desk_looking *k)
{
	const struct pl_register_decl *d = k->r->decl;
	pl_status st = fill_waiting(k);

	if (st || !d->n_eyes || !k->v->opened || !k->m.may_write)
		return st;
	k->m.eyes = pl_arena_alloc(k->d->arena, d->n_fields, sizeof *k->m.eyes);
	k->m.beside = pl_arena_alloc(k->d->arena, d->n_fields, sizeof *k->m.beside);
	if (!k->m.eyes || !k->m.beside)
		return PL_E_NOMEM;
	for (size_t i = 1; i < d->n_fields && !st; i++)
		if (d->fields[i].class == PL_REGISTER_OPEN && d->fields[i].type == PL_COMMIT_ENUM && !pl_desk_flaw_owns(k, d->fields[i].name))
			st = fill_row(k, &d->fields[i]);
	k->m.why = k->why ? pl_str_from(k->why) : (pl_str){0};
	return st;
}

/* ---- proposing ---- */

static struct pl_case_deciding deciding(struct pl_desk_view *d, struct pl_instance *inst)
{
	return (struct pl_case_deciding){.inst = inst, .people = d->people, .actor = &d->actor, .role = pl_desk_vault_role(d->s.roles)};
}

static pl_status take_sets(struct pl_desk_looking *k, struct pl_buf *room, struct pl_case_proposal *p, struct pl_register_set *set,
	struct pl_diag *diag)
{
	const struct pl_register_decl *d = k->r->decl;
	pl_status st = PL_OK;

	for (size_t i = 1; i < d->n_fields && !st; i++) {
		pl_str text = typed(k, &d->fields[i]);
		size_t start = room->len;

		if (!text.len || pl_desk_flaw_owns(k, d->fields[i].name))
			continue;
		if (p->n == PL_CASE_DECISION_SETS_MAX)
			return pl_diag_set(diag, PL_E_RANGE, "a decision sets at most %u fields", PL_CASE_DECISION_SETS_MAX);
		st = pl_register_value_read(d, &d->fields[i], text, room, diag);
		set[p->n++] = (struct pl_register_set){i, {true, pl_bytes_of(room->ptr + start, room->len - start)}};
	}
	return st;
}

static pl_status propose(struct pl_desk_looking *k, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done) = PL_BUF(VALUES_MAX);
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	struct pl_case_deciding by = deciding(k->d, k->d->w.inst);
	struct pl_register_set set[PL_CASE_DECISION_SETS_MAX];
	struct pl_case_proposal p = {.r = k->r, .set = set, .reason = k->m.reason};
	uint64_t revision;
	pl_status st = pl_buf_reserve(&room, VALUES_MAX) ? take_sets(k, &room, &p, set, diag) : PL_E_NOMEM;

	if (!st)
		st = pl_register_case_read(k->d->w.inst, k->r, k->number, &reader, &k->v, diag);
	if (!st && (pl_str_to_u64(pl_desk_field(k->d, "revision"), UINT32_MAX, &revision) || revision != k->v->at.revision))
		st = PL_E_CONFLICT; /* somebody else was quicker than this page */
	p.v = k->v;
	if (!st)
		st = pl_case_propose(&by, &p, ret, diag);
	pl_register_view_free(k->v);
	k->v = NULL;
	return st;
}

static pl_status do_propose(struct pl_desk_looking *k)
{
	struct pl_diag diag = {0};
	struct pl_ulid id;
	pl_str words;
	pl_status st = pl_desk_text(k->d, &k->m.reason);

	if (!st)
		st = propose(k, &id, &diag);
	if (!st || st == PL_E_EXISTS) /* the form was sent twice */
		return pl_desk_flaw_proposed(k, &id);
	if (pl_arena_dup(k->d->arena, pl_str_from(diag.text), &words))
		return PL_E_NOMEM;
	k->why = words.ptr;
	if (st == PL_E_CONFLICT)
		return pl_desk_case_refuse_opened(k, 409, PL_MSG_case_refused_conflict);
	if (st == PL_E_BUSY)
		return pl_desk_case_refuse(k, 429, PL_MSG_case_too_many);
	return diag.text[0] ? pl_desk_case_refuse_opened(k, st == PL_E_DENIED ? 403 : 400, PL_MSG_case_refused_proposal) : st;
}

pl_status pl_desk_case_propose(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_propose);
}

/* ---- the page of a decision ---- */

bool pl_desk_case_decides(const struct pl_decision *x)
{
	return pl_str_eq(x->kind, PL_STR(PL_CASE_DECISION_KIND));
}

pl_status pl_desk_case_decision_fill(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	struct pl_register_say say;
	struct pl_case_decision about;
	pl_status st = pl_case_decision_parse(pl_bytes_str(x->bytes), &about);

	if (st)
		return st;
	pl_register_say_find(d->w.inst, about.name, d->lang, d->arena, &say);
	m->sets = pl_arena_alloc(d->arena, about.n, sizeof *m->sets);
	if (!m->sets)
		return PL_E_NOMEM;
	for (size_t i = 0; i < about.n; i++) {
		pl_str value = about.set[i].value;

		m->sets[m->n_sets++] = (struct pl_case_value){.label = pl_register_say_field(&say, about.set[i].field), .there = value.ptr != NULL,
			.value = value.ptr ? pl_register_say_value(&say, about.set[i].field, value) : (pl_str){0}};
	}
	m->about_case = true;
	m->may_open = (d->s.roles & PL_DESK_CASES) != 0;
	return PL_OK;
}

pl_status pl_desk_case_decide(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *why)
{
	struct pl_case_deciding by = deciding(d, inst);
	struct pl_register_case made;

	return pl_case_decide(&by, x, &made, why);
}

pl_status pl_desk_case_decline(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, pl_str reason, struct pl_diag *why)
{
	struct pl_case_deciding by = deciding(d, inst);

	return pl_case_decline(&by, x, reason, why);
}

pl_status pl_desk_case_reason(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, pl_str *ret)
{
	struct pl_case_deciding by = deciding(d, inst);

	return pl_case_decision_reason(&by, x, d->arena, ret, NULL);
}
