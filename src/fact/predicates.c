/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/predicates.h"
#include "fact/statement_internal.h"
#include "crypto/key.h"
#include <assert.h>

#define LIST_MAX 64u
#define TOKEN_MAX 64u

/* ---- roles ---- */

static const char *const role_words[PL_ROLE_COUNT] = {
	[PL_ROLE_ROOT] = "root", [PL_ROLE_SERVICE] = "service", [PL_ROLE_OFFICER] = "officer",
	[PL_ROLE_BUILDER] = "builder", [PL_ROLE_REBUILDER] = "rebuilder", [PL_ROLE_REVIEWER] = "reviewer",
	[PL_ROLE_ENTITY] = "entity",
};

const char *pl_role_word(enum pl_role role)
{
	return (unsigned)role < PL_ROLE_COUNT ? role_words[role] : "?";
}

pl_status pl_role_parse(pl_str word, enum pl_role *ret)
{
	for (unsigned i = 0; i < PL_ROLE_COUNT; i++)
		if (pl_str_eq(word, pl_str_from(role_words[i]))) {
			*ret = (enum pl_role)i;
			return PL_OK;
		}
	return PL_E_SYNTAX;
}

/* ---- vocabulary ---- */

const struct pl_predicate *pl_vocabulary_find(const struct pl_vocabulary *v, pl_str type)
{
	for (size_t i = 0; i < v->n_rooms; i++)
		for (size_t k = 0; k < v->rooms[i]->n_predicates; k++)
			if (pl_str_eq(type, pl_str_from(v->rooms[i]->predicates[k].type)))
				return &v->rooms[i]->predicates[k];
	return NULL;
}

static bool role_signs(const struct pl_predicate *p, enum pl_role role)
{
	if (p->approval == PL_APPROVAL_ROOTS)
		return false;
	return role == PL_ROLE_OFFICER ? p->approval == PL_APPROVAL_OFFICERS : (p->signers & PL_ROLE_BIT(role)) != 0;
}

static void insert_sorted(const char **list, size_t n, const char *type)
{
	for (; n > 0 && strcmp(list[n - 1], type) > 0; n--)
		list[n] = list[n - 1];
	list[n] = type;
}

size_t pl_vocabulary_types(const struct pl_vocabulary *v, enum pl_role role, const char *ret[static PL_ROLE_TYPES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_rooms; i++)
		for (size_t k = 0; k < v->rooms[i]->n_predicates; k++) {
			if (!role_signs(&v->rooms[i]->predicates[k], role))
				continue;
			assert(n < PL_ROLE_TYPES_MAX); /* a key would lack a type, and nobody would know */
			insert_sorted(ret, n++, v->rooms[i]->predicates[k].type);
		}
	return n;
}

/* ---- one value ---- */

bool pl_predicate_token_ok(pl_str s)
{
	if (s.len == 0 || s.len > TOKEN_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || c == '\0' || !strchr("._+-", c)))
			return false;
	}
	return true;
}

static bool commit_ok(pl_str s)
{
	if (s.len != 40 && s.len != 64)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return true;
}

static bool time_ok(pl_str s)
{
	char again[21];
	uint64_t t;

	if (pl_time_parse(s, &t) != PL_OK)
		return false;
	pl_time_write(t, again);
	return pl_str_eq(s, pl_str_from(again));
}

static bool spki_ok(pl_str s)
{
	struct pl_buf der PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SPKI_MAX);
	struct pl_pubkey key;

	return pl_base64_get(s, &der) == PL_OK && pl_pubkey_from_spki(pl_buf_bytes(&der), &key) == PL_OK;
}

static bool word_ok(pl_str s, const char *const *words)
{
	for (; *words; words++)
		if (pl_str_eq(s, pl_str_from(*words)))
			return true;
	return false;
}

static bool text_ok(const struct pl_field *f, pl_str s)
{
	struct pl_digest d;
	struct pl_ulid u;

	switch (f->type) {
	case PL_FIELD_ULID: return pl_ulid_parse(s, &u) == PL_OK;
	case PL_FIELD_TIME: return time_ok(s);
	case PL_FIELD_ENUM: return word_ok(s, f->words);
	case PL_FIELD_DIGEST: return pl_digest_parse(s, &d) == PL_OK;
	case PL_FIELD_COMMIT: return commit_ok(s);
	case PL_FIELD_TOKEN: return pl_predicate_token_ok(s);
	case PL_FIELD_NAME: return pl_statement_name_ok(s);
	case PL_FIELD_SPKI: return spki_ok(s);
	case PL_FIELD_PREDICATE: return pl_statement_name_ok(s) && pl_str_find(s, ':') < s.len;
	case PL_FIELD_U64:
	case PL_FIELD_BOOL:
	case PL_FIELD_BODY:
	case PL_FIELD_OBJECT:
	default: return false;
	}
}

static const char *expected(enum pl_field_type type)
{
	static const char *const words[] = {
		[PL_FIELD_ULID] = "a ULID", [PL_FIELD_TIME] = "a time like 2026-11-21T23:30:00Z", [PL_FIELD_U64] = "a number",
		[PL_FIELD_BOOL] = "true or false", [PL_FIELD_ENUM] = "one of the words of its page",
		[PL_FIELD_DIGEST] = "sha256: and 64 hex digits", [PL_FIELD_COMMIT] = "a git object name",
		[PL_FIELD_TOKEN] = "an identifier of a-z 0-9 . _ + -", [PL_FIELD_NAME] = "printable ASCII without spaces",
		[PL_FIELD_SPKI] = "base64 of a public key", [PL_FIELD_PREDICATE] = "a predicate type",
		[PL_FIELD_BODY] = "a body", [PL_FIELD_OBJECT] = "an object",
	};

	return words[type];
}

static pl_status check_fields(const struct pl_field *fields, const struct pl_json *o, bool top, unsigned depth,
	struct pl_diag *diag);

static pl_status check_number(const struct pl_field *f, const struct pl_json *v, struct pl_diag *diag)
{
	uint64_t max = f->max ? f->max : PL_STATEMENT_NUMBER_MAX, n;
	pl_status st = pl_json_u64(v, max, &n);

	if (st == PL_OK && n < f->min)
		st = PL_E_RANGE;
	if (st)
		return pl_diag_set(diag, st, "expected a number from %llu to %llu", (unsigned long long)f->min,
			(unsigned long long)max);
	return PL_OK;
}

static pl_status check_one(const struct pl_field *f, const struct pl_json *v, unsigned depth, struct pl_diag *diag)
{
	struct pl_body body;
	pl_str s;
	bool b;

	switch (f->type) {
	case PL_FIELD_U64:
		return check_number(f, v, diag);
	case PL_FIELD_BOOL:
		return pl_json_bool(v, &b) ? pl_diag_set(diag, PL_E_SYNTAX, "expected true or false") : PL_OK;
	case PL_FIELD_BODY:
		return pl_body_from_json(v, &body, diag);
	case PL_FIELD_OBJECT:
		return check_fields(f->fields, v, false, depth + 1, diag);
	case PL_FIELD_ULID:
	case PL_FIELD_TIME:
	case PL_FIELD_ENUM:
	case PL_FIELD_DIGEST:
	case PL_FIELD_COMMIT:
	case PL_FIELD_TOKEN:
	case PL_FIELD_NAME:
	case PL_FIELD_SPKI:
	case PL_FIELD_PREDICATE:
	default:
		if (pl_json_str(v, &s) != PL_OK || !text_ok(f, s))
			return pl_diag_set(diag, PL_E_SYNTAX, "expected %s", expected(f->type));
		return PL_OK;
	}
}

/* ---- lists and objects ---- */

static pl_status check_sorted(const struct pl_json *list, struct pl_diag *diag)
{
	pl_str before = {0}, now = {0};

	for (size_t i = 0; i < pl_json_count(list); i++) {
		if (pl_json_str(pl_json_at(list, i), &now) != PL_OK || (i > 0 && pl_str_cmp(before, now) >= 0))
			return pl_diag_set(diag, PL_E_SYNTAX, "expected ascending order without doubles");
		before = now;
	}
	return PL_OK;
}

static pl_status check_list(const struct pl_field *f, const struct pl_json *v, unsigned depth, struct pl_diag *diag)
{
	size_t most = f->max_items ? f->max_items : LIST_MAX;
	pl_status st = PL_OK;

	if (pl_json_kind(v) != PL_JSON_ARRAY)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a list");
	if (pl_json_count(v) > most)
		return pl_diag_set(diag, PL_E_RANGE, "expected at most %zu items, found %zu", most, pl_json_count(v));
	for (size_t i = 0; i < pl_json_count(v) && st == PL_OK; i++) {
		st = check_one(f, pl_json_at(v, i), depth, diag);
		if (st)
			pl_diag_context(diag, "[%zu]", i);
	}
	return st == PL_OK && (f->flags & PL_FIELD_SORTED) ? check_sorted(v, diag) : st;
}

static bool named(const struct pl_field *fields, pl_str key)
{
	for (; fields->name; fields++)
		if (pl_str_eq(key, pl_str_from(fields->name)))
			return true;
	return false;
}

static pl_status check_only(const struct pl_field *fields, const struct pl_json *o, bool top, struct pl_diag *diag)
{
	struct pl_json_member *members = NULL;
	size_t n = 0;
	pl_status st = pl_json_members(o, &members, &n);

	for (size_t i = 0; i < n && st == PL_OK; i++)
		if (!(top && pl_str_eq(members[i].key, PL_STR("id"))) && !named(fields, members[i].key))
			st = pl_diag_set(diag, PL_E_SYNTAX, "there is no member \"%.*s\" here", PL_STR_ARG(members[i].key));
	pl_free(members);
	return st;
}

static pl_status check_fields(const struct pl_field *fields, const struct pl_json *o, bool top, unsigned depth,
	struct pl_diag *diag)
{
	pl_status st;

	assert(depth < 8); /* our own tables are not deeper */
	if (pl_json_kind(o) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an object");
	st = check_only(fields, o, top, diag);
	for (const struct pl_field *f = fields; f->name && st == PL_OK; f++) {
		const struct pl_json *v = pl_json_get(o, f->name);

		if (v)
			st = f->flags & PL_FIELD_LIST ? check_list(f, v, depth, diag) : check_one(f, v, depth, diag);
		else if (!(f->flags & PL_FIELD_OPTIONAL))
			st = pl_diag_set(diag, PL_E_SYNTAX, "missing; expected %s", expected(f->type));
		if (st)
			pl_diag_context(diag, "%s", f->name);
	}
	return st;
}

pl_status pl_predicate_check(const struct pl_predicate *row, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (row->fields) {
		st = check_fields(row->fields, s->predicate, true, 0, diag);
		if (st)
			pl_diag_context(diag, "predicate");
	}
	if (st == PL_OK && row->check)
		st = row->check(s, diag);
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

/* ---- bodies ---- */

struct finder {
	pl_status (*found)(void *ctx, const struct pl_body *body);
	void *ctx;
};

static pl_status find_in_fields(const struct finder *finder, const struct pl_field *fields, const struct pl_json *o);

static pl_status find_in_value(const struct finder *finder, const struct pl_field *f, const struct pl_json *v)
{
	struct pl_body body;
	pl_status st;

	if (f->type == PL_FIELD_OBJECT)
		return find_in_fields(finder, f->fields, v);
	if (f->type != PL_FIELD_BODY)
		return PL_OK;
	st = pl_body_from_json(v, &body, NULL);
	return st ? st : finder->found(finder->ctx, &body);
}

static pl_status find_in_fields(const struct finder *finder, const struct pl_field *fields, const struct pl_json *o)
{
	pl_status st = PL_OK;

	for (const struct pl_field *f = fields; f->name && st == PL_OK; f++) {
		const struct pl_json *v = pl_json_get(o, f->name);

		if (v && !(f->flags & PL_FIELD_LIST))
			st = find_in_value(finder, f, v);
		else
			for (size_t i = 0; i < pl_json_count(v) && st == PL_OK; i++)
				st = find_in_value(finder, f, pl_json_at(v, i));
	}
	return st;
}

pl_status pl_predicate_bodies(const struct pl_predicate *row, const struct pl_statement *s,
	pl_status (*found)(void *ctx, const struct pl_body *body), void *ctx)
{
	struct finder finder = {found, ctx};

	return row->fields ? find_in_fields(&finder, row->fields, s->predicate) : PL_OK;
}
