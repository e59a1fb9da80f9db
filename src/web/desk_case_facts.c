/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_facts: changing the fields of a case that the register counts. Only who has opened the case changes it, because all
 * of it is committed to anew; what becomes of it is the next revision, chained to the one before.
 */
#include "register/answered.h"
#include "register/audit/ask.h"
#include "register/lookup.h"
#include "register/package.h"
#include "web/desk_case.h"
#include <stdio.h>

#define VALUES_MAX ((size_t)1 << 20)

static pl_status value_text(struct pl_desk_looking *k, const struct pl_register_field *f, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * VALUES_MAX);
	pl_status st;

	*ret = (pl_str){0};
	if (!k->v->v[f->exact].present)
		return PL_OK;
	st = pl_register_value_write(k->r->decl, f->exact, k->v->v[f->exact].value, &text);
	return st ? st : pl_arena_dup(k->d->arena, pl_buf_str(&text), ret);
}

pl_str pl_desk_case_word(const struct pl_desk_looking *k, pl_str field, pl_str value)
{
	return pl_register_say_value(&k->say, field, value);
}

/* "rejected (by two)": it cannot be chosen here, and the form says so before it is sent. */
static pl_status choice_text(struct pl_desk_looking *k, const struct pl_register_field *f, const struct pl_case_choice *c, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	*ret = c->text;
	if (c->current || !pl_register_eyes_name(k->r->decl, f, c->value))
		return PL_OK;
	pl_buf_put_str(&text, c->text);
	pl_buf_put_z(&text, " (");
	pl_buf_put_str(&text, pl_message(k->d->lang, PL_MSG_case_by_two));
	pl_buf_put_z(&text, ")");
	return pl_arena_dup(k->d->arena, pl_buf_str(&text), ret);
}

static pl_status mark_choices(struct pl_desk_looking *k, const struct pl_register_field *f, struct pl_case_fact *row)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < row->n_choices && !st; i++)
		st = choice_text(k, f, &row->choices[i], &row->choices[i].text);
	return st;
}

pl_status pl_desk_case_choices(struct pl_arena *arena, const struct pl_register_say *say, pl_str field, pl_str choices, pl_str current,
	struct pl_case_choice **ret, size_t *ret_n)
{
	size_t count = 1;
	pl_str word;

	for (size_t i = 0; i < choices.len; i++)
		count += choices.ptr[i] == ',';
	*ret = pl_arena_alloc(arena, count, sizeof **ret);
	if (!*ret)
		return PL_E_NOMEM;
	for (*ret_n = 0; *ret_n < count; ++*ret_n) {
		if (!pl_str_take_until(&choices, ',', &word))
			word = choices;
		(*ret)[*ret_n] = (struct pl_case_choice){word, pl_register_say_value(say, field, word), pl_str_eq(word, current)};
	}
	return PL_OK;
}

/* Set by acts of their own, and not by the form of facts. */
static bool is_others(const struct pl_desk_looking *k, pl_str field)
{
	const struct pl_register_decl *d = k->r->decl;

	return pl_desk_flaw_owns(k, field) || (pl_ask_is_register(d) && pl_ask_owns(field)) || (pl_lookup_is(d) && pl_str_eq(field, PL_LOOKUP_FIELD));
}

static pl_str typed(struct pl_desk_looking *k, const struct pl_register_field *f)
{
	char name[PL_REGISTER_NAME_MAX + 4];

	(void)snprintf(name, sizeof name, "f-%.*s", PL_STR_ARG(f->name));
	return pl_str_trim(pl_desk_field(k->d, name));
}

/* "received" is what it was. */
pl_status pl_desk_case_fill_facts(struct pl_desk_looking *k)
{
	const struct pl_register_decl *d = k->r->decl;
	pl_status st = PL_OK;

	k->m.counts = pl_answered_is(d);
	k->m.facts = pl_arena_alloc(k->d->arena, d->n_fields, sizeof *k->m.facts);
	if (!k->m.facts)
		return PL_E_NOMEM;
	for (size_t i = 1; i < d->n_fields && !st; i++) {
		const struct pl_register_field *f = &d->fields[i];
		size_t open = f->coarse == PL_REGISTER_NONE ? f->exact : f->coarse;
		const struct pl_register_word *word = pl_register_say_word(&k->say, d->derived.fields[open].name);
		struct pl_case_fact *row;

		if (is_others(k, f->name) || pl_answered_owns(d, f->name)) /* the latter are counted */
			continue;
		row = &k->m.facts[k->m.n_facts++];
		*row = (struct pl_case_fact){.name = f->name, .label = word ? word->label : f->name, .sealed = f->class != PL_REGISTER_OPEN};
		st = value_text(k, f, &row->value);
		if (!st && k->m.counted_why.len) /* refused: what was typed is not lost */
			row->value = typed(k, f);
		if (!st && f->type == PL_COMMIT_ENUM)
			st = pl_desk_case_choices(k->d->arena, &k->say, f->name, d->derived.fields[f->exact].choices, row->value, &row->choices, &row->n_choices);
		if (!st)
			st = mark_choices(k, f, row);
	}
	return st;
}

/* ---- changing ---- */

/* What differs from what stands there; the bytes go to @room, which does not move. */
static pl_status take_set(struct pl_desk_looking *k, struct pl_buf *room, struct pl_register_set *set, size_t *ret_n)
{
	const struct pl_register_decl *d = k->r->decl;
	pl_status st = PL_OK;

	for (size_t i = 1; i < d->n_fields && !st; i++) {
		pl_str now, text = typed(k, &d->fields[i]);
		size_t start = room->len;

		/* What is counted is not asked for. Whoever sends it all the same is told if it is not so. */
		if (is_others(k, d->fields[i].name) || (!text.len && pl_answered_owns(d, d->fields[i].name)))
			continue;
		st = value_text(k, &d->fields[i], &now);
		if (st || pl_str_eq(pl_str_trim(now), text))
			continue;
		set[*ret_n] = (struct pl_register_set){.field = i};
		if (text.len) {
			st = pl_register_value_read(d, &d->fields[i], text, room, NULL);
			set[*ret_n].value = (struct pl_commit_value){true, pl_bytes_of(room->ptr + start, room->len - start)};
		}
		(*ret_n)++;
	}
	return st;
}

/* What the declaration leaves to others: packages to expertise make, some states to two persons. */
static pl_status refuse(struct pl_desk_looking *k, const struct pl_register_set *set, size_t n)
{
	const struct pl_register_decl *d = k->r->decl;

	for (size_t i = 0; i < n; i++)
		if (pl_register_package_is(d) && pl_str_eq(d->fields[set[i].field].name, PL_STR("package")))
			return pl_desk_case_refuse_opened(k, 403, PL_MSG_case_refused_package);
	for (size_t i = 0; i < n; i++)
		if (pl_lookup_is(d) && pl_str_eq(d->fields[set[i].field].name, PL_STR("reason")) && pl_str_eq(pl_bytes_str(set[i].value.value), PL_STR("not-held")))
			return pl_desk_case_refuse_opened(k, 403, PL_MSG_case_refused_lookup);
	return d->n_eyes ? pl_desk_case_refuse_opened(k, 403, PL_MSG_case_refused_two) : pl_desk_case_conclude(k, PL_E_DENIED);
}

/* Is it about the moment of an answer, or what is counted of it? */
static bool sets_answer(const struct pl_register_decl *d, const struct pl_register_set *set, size_t n)
{
	for (size_t i = 0; i < n && pl_answered_is(d); i++) {
		pl_str name = d->fields[set[i].field].name;

		if (pl_answered_owns(d, name) || pl_str_eq(name, PL_STR("answered-at")))
			return true;
	}
	return false;
}

static pl_status do_change(struct pl_desk_looking *k)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done_secret) = PL_BUF(VALUES_MAX);
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	struct pl_register_set set[PL_REGISTER_FIELDS_MAX];
	struct pl_register_case made;
	struct pl_diag diag = {0};
	uint64_t revision;
	size_t n = 0;
	pl_status st = pl_register_case_read(k->d->w.inst, k->r, k->number, &reader, &k->v, NULL);

	if (!st && (pl_str_to_u64(pl_desk_field(k->d, "revision"), UINT32_MAX, &revision) || revision != k->v->at.revision))
		st = PL_E_CONFLICT; /* somebody else was quicker than this page */
	if (!st && !pl_buf_reserve(&room, VALUES_MAX))
		st = PL_E_NOMEM;
	if (!st)
		st = take_set(k, &room, set, &n);
	if (!st)
		st = n ? pl_register_case_change(k->d->w.inst, k->r, k->v, &reader, set, n, &made, &diag) : PL_E_RANGE;
	pl_register_view_free(k->v);
	k->v = NULL;
	if (st == PL_E_RANGE && n && diag.text[0] && sets_answer(k->r->decl, set, n)) {
		k->m.counted_why = pl_str_from(diag.text);
		return pl_desk_case_refuse_opened(k, 400, PL_MSG_case_refused_counted);
	}
	if (st == PL_E_STATE && n && k->r->decl->n_steps) /* the case is open: what could not be is the step */
		return pl_desk_case_refuse_opened(k, 400, PL_MSG_case_refused_step);
	return st == PL_E_DENIED ? refuse(k, set, n) : pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_change(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_change);
}
