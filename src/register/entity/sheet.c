/* SPDX-License-Identifier: Apache-2.0 */
/* The sheet of an entity: names for people. */
#include "base/json.h"
#include "register/claim.h"
#include "register/entity/entity.h"

const char *const pl_sheet_kinds[PL_SHEET_KINDS + 1] = {"former", "local", "trading", "transliterated", NULL};

static bool text_ok(pl_str s, bool required)
{
	if (s.len == 0)
		return !required;
	if (s.len > PL_SHEET_TEXT_MAX || !pl_str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return true;
}

static bool sheet_ok(const struct pl_sheet *s)
{
	bool ok = text_ok(s->legal_name, true) && text_ok(s->authority, false) && text_ok(s->number, false) &&
		s->n_names <= PL_SHEET_NAMES_MAX && s->n_banks <= PL_SHEET_NAMES_MAX;

	for (size_t i = 0; ok && i < s->n_names; i++)
		ok = text_ok(s->names[i].name, true);
	for (size_t i = 0; ok && i < s->n_banks; i++)
		ok = text_ok(s->banks[i], true);
	return ok;
}

pl_status pl_sheet_write(const struct pl_sheet *s, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *names, *banks;

	if (!sheet_ok(s))
		return PL_E_SYNTAX;
	pl_json_set_str(o, "legalName", s->legal_name);
	pl_json_set_str(o, "registeredAt", s->authority);
	pl_json_set_str(o, "registerNumber", s->number);
	names = pl_json_set_array(o, "otherNames");
	for (size_t i = 0; i < s->n_names; i++) {
		struct pl_json *n = pl_json_push_object(names);

		pl_json_set_z(n, "kind", pl_sheet_kinds[s->names[i].kind]);
		pl_json_set_str(n, "name", s->names[i].name);
	}
	banks = pl_json_set_array(o, "banks");
	for (size_t i = 0; i < s->n_banks; i++)
		pl_json_push_str(banks, s->banks[i]);
	return pl_json_canon_rfc8785(o, out);
}

/* ---- reading ---- */

static pl_status keep(struct pl_arena *arena, const struct pl_json *v, pl_str *ret)
{
	pl_str text;
	pl_status st = pl_json_str(v, &text);

	return st ? st : pl_arena_dup(arena, text, ret);
}

static pl_status read_lists(const struct pl_json *o, struct pl_arena *arena, struct pl_sheet *s)
{
	const struct pl_json *names = pl_json_get(o, "otherNames"), *banks = pl_json_get(o, "banks");
	pl_status st = pl_json_count(names) > PL_SHEET_NAMES_MAX || pl_json_count(banks) > PL_SHEET_NAMES_MAX ?
		PL_E_RANGE : PL_OK;

	for (; !st && s->n_names < pl_json_count(names); s->n_names++) {
		const struct pl_json *n = pl_json_at(names, s->n_names);
		pl_str word = {0};
		unsigned kind = 0;

		st = pl_json_get_str(n, "kind", &word, NULL);
		if (!st)
			st = pl_claim_word(word, pl_sheet_kinds, &kind);
		s->names[s->n_names].kind = (enum pl_sheet_name_kind)kind;
		if (!st)
			st = keep(arena, pl_json_get(n, "name"), &s->names[s->n_names].name);
	}
	for (; !st && s->n_banks < pl_json_count(banks); s->n_banks++)
		st = keep(arena, pl_json_at(banks, s->n_banks), &s->banks[s->n_banks]);
	return st;
}

pl_status pl_sheet_parse(pl_str text, struct pl_arena *arena, struct pl_sheet *ret)
{
	static const char *const members[] = {"banks", "legalName", "otherNames", "registerNumber", "registeredAt"};
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct pl_sheet s = {0};
	pl_status st = pl_json_parse(text, PL_SHEET_MAX, 4, &o, NULL);

	if (!st)
		st = pl_json_only(o, members, PL_COUNT(members), NULL);
	if (!st)
		st = keep(arena, pl_json_get(o, "legalName"), &s.legal_name);
	if (!st)
		st = keep(arena, pl_json_get(o, "registeredAt"), &s.authority);
	if (!st)
		st = keep(arena, pl_json_get(o, "registerNumber"), &s.number);
	if (!st)
		st = read_lists(o, arena, &s);
	if (!st && !sheet_ok(&s))
		st = PL_E_SYNTAX;
	if (!st)
		*ret = s;
	return st;
}
