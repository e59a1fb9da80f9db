/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations and canonical values; trees and openings are in commit.c. */
#include "crypto/commit.h"
#include "base/time.h"

#define NAME_MAX_LEN 64u
#define DECL_NAME_MAX 128u
#define LINE_HEAD "pellucid-declaration v1"

static const char *const type_names[] = {
	[PL_COMMIT_U64] = "u64", [PL_COMMIT_BOOL] = "bool", [PL_COMMIT_ENUM] = "enum", [PL_COMMIT_TEXT] = "text",
	[PL_COMMIT_BYTES] = "bytes", [PL_COMMIT_TIME] = "time", [PL_COMMIT_DIGEST] = "digest",
};

static bool chars_ok(pl_str s, const char *also, size_t max)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			pl_str_find(pl_str_from(also), c) == strlen(also))
			return false;
	}
	return s.len >= 1 && s.len <= max;
}

static bool field_name_ok(pl_str s)
{
	return chars_ok(s, "-", NAME_MAX_LEN) && s.ptr[0] >= 'a' && s.ptr[0] <= 'z';
}

/* Take the part of *@s before the next comma, or all of it. */
static pl_str take_choice(pl_str *s)
{
	pl_str one = *s;

	if (!pl_str_take_until(s, ',', &one))
		*s = (pl_str){0};
	return one;
}

static bool is_choice(pl_str choices, pl_str name)
{
	while (choices.len)
		if (pl_str_eq(take_choice(&choices), name))
			return true;
	return false;
}

static bool choices_ok(pl_str choices)
{
	pl_str rest = choices;

	if (!choices.len || choices.ptr[choices.len - 1] == ',')
		return false;
	while (rest.len) {
		pl_str one = take_choice(&rest);

		if (!chars_ok(one, "-", NAME_MAX_LEN) || is_choice(rest, one))
			return false;
	}
	return true;
}

/* "<name> <type> open|private[ <choices>]" */
static pl_status parse_field(pl_str line, struct pl_commit_field *ret)
{
	struct pl_commit_field f = {0};
	pl_str type, who;

	if (!pl_str_take_until(&line, ' ', &f.name) || !pl_str_take_until(&line, ' ', &type) || !field_name_ok(f.name))
		return PL_E_SYNTAX;
	for (unsigned t = PL_COMMIT_U64; t < PL_COUNT(type_names); t++)
		if (pl_str_eq(type, pl_str_from(type_names[t])))
			f.type = (enum pl_commit_type)t;
	if (!f.type)
		return PL_E_SYNTAX;
	if (f.type != PL_COMMIT_ENUM)
		who = line;
	else if (!pl_str_take_until(&line, ' ', &who) || !choices_ok(line))
		return PL_E_SYNTAX;
	else
		f.choices = line;
	f.is_private = pl_str_eq(who, PL_STR("private"));
	if (!f.is_private && !pl_str_eq(who, PL_STR("open")))
		return PL_E_SYNTAX;
	*ret = f;
	return PL_OK;
}

static pl_status add_field(struct pl_commit_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_commit_field f;
	size_t at;

	if (d->n == PL_COMMIT_FIELDS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a declaration has at most %u fields", PL_COMMIT_FIELDS_MAX);
	if (!pl_str_eat(&line, PL_STR("field ")) || parse_field(line, &f))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected \"field <name> <type> open|private\", an enum followed by its comma-separated names");
	if (!pl_commit_decl_find(d, f.name, &at))
		return pl_diag_set(diag, PL_E_EXISTS, "the field %.*s is declared twice", PL_STR_ARG(f.name));
	d->fields[d->n++] = f;
	return PL_OK;
}

static pl_status parse_lines(pl_str text, struct pl_commit_decl *d, struct pl_diag *diag)
{
	unsigned number = 2;
	pl_status st;
	pl_str line;

	if (!pl_str_take_line(&text, &line) || !pl_str_eq(line, PL_STR(LINE_HEAD)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the first line \"" LINE_HEAD "\"");
	if (!pl_str_take_line(&text, &line) || !pl_str_eat(&line, PL_STR("name ")) ||
		!chars_ok(line, "-/.:", DECL_NAME_MAX))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the second line \"name <name>\"");
	d->name = line;
	while (text.len) {
		number++;
		st = pl_str_take_line(&text, &line) ? add_field(d, line, diag) :
						      pl_diag_set(diag, PL_E_SYNTAX, "the last line has no line break");
		if (st) {
			pl_diag_at(diag, number, 0);
			return st;
		}
	}
	return d->n ? PL_OK : pl_diag_set(diag, PL_E_SYNTAX, "a declaration has at least one field");
}

pl_status pl_commit_decl_parse(pl_str text, struct pl_commit_decl *ret, struct pl_diag *diag)
{
	struct pl_commit_decl d = {0};
	pl_status st = parse_lines(text, &d, diag);

	if (st)
		return st;
	pl_sha256(pl_str_bytes(text), &d.digest);
	*ret = d;
	return PL_OK;
}

pl_status pl_commit_decl_find(const struct pl_commit_decl *decl, pl_str name, size_t *ret)
{
	for (size_t i = 0; i < decl->n; i++) {
		if (pl_str_eq(decl->fields[i].name, name)) {
			*ret = i;
			return PL_OK;
		}
	}
	return PL_E_NOTFOUND;
}

size_t pl_commit_decl_leaves(const struct pl_commit_decl *decl)
{
	size_t n = 1;

	while (n < decl->n)
		n *= 2;
	return n;
}

/* ---- values ---- */

static pl_status encode_u64(uint64_t v, struct pl_buf *out)
{
	pl_buf_put_be64(out, v);
	return pl_buf_status(out);
}

static pl_status encode_time(pl_str text, struct pl_buf *out)
{
	char again[21];
	uint64_t t;
	pl_status st = pl_time_parse(text, &t);

	if (st)
		return st;
	pl_time_write(t, again);
	if (!pl_str_eq(text, pl_str_from(again)))
		return PL_E_SYNTAX;
	return encode_u64(t / PL_SECOND, out);
}

static pl_status encode_bytes(pl_str text, bool utf8, struct pl_buf *out)
{
	size_t start = out->len;
	pl_status st = pl_base64_get(text, out);
	pl_str value = pl_str_sub(pl_buf_str(out), start, SIZE_MAX);

	if (!st && value.len > PL_COMMIT_VALUE_MAX)
		st = PL_E_TOOBIG;
	if (!st && utf8 && (!pl_str_is_utf8(value) || pl_str_find(value, '\0') != value.len))
		st = PL_E_SYNTAX;
	if (st)
		pl_buf_truncate(out, start);
	return st;
}

static pl_status encode(const struct pl_commit_field *f, pl_str text, struct pl_buf *out)
{
	struct pl_digest d;
	pl_status st;
	uint64_t v;

	switch (f->type) {
	case PL_COMMIT_U64:
		st = pl_str_to_u64(text, UINT64_MAX, &v);
		return st ? st : encode_u64(v, out);
	case PL_COMMIT_BOOL:
		if (!pl_str_eq(text, PL_STR("true")) && !pl_str_eq(text, PL_STR("false")))
			return PL_E_SYNTAX;
		pl_buf_put_u8(out, text.ptr[0] == 't');
		return pl_buf_status(out);
	case PL_COMMIT_ENUM:
		if (!text.len || !is_choice(f->choices, text))
			return PL_E_RANGE;
		pl_buf_put_str(out, text);
		return pl_buf_status(out);
	case PL_COMMIT_TEXT:
		return encode_bytes(text, true, out);
	case PL_COMMIT_BYTES:
		return encode_bytes(text, false, out);
	case PL_COMMIT_TIME:
		return encode_time(text, out);
	case PL_COMMIT_DIGEST:
		st = pl_digest_parse(text, &d);
		if (st)
			return st;
		pl_buf_put(out, d.b, sizeof d.b);
		return pl_buf_status(out);
	}
	return PL_E_INTERNAL;
}

pl_status pl_commit_value_encode(const struct pl_commit_field *f, pl_str text, struct pl_buf *out, struct pl_diag *diag)
{
	pl_status st = encode(f, text, out);

	return st ? pl_diag_set(diag, st, "the value of %.*s is not a %s in its one spelling", PL_STR_ARG(f->name),
			    type_names[f->type]) :
		    PL_OK;
}

static void put_text(const struct pl_commit_field *f, pl_bytes value, struct pl_buf *out)
{
	struct pl_digest d;
	uint64_t seconds;

	switch (f->type) {
	case PL_COMMIT_U64:
		pl_buf_put_u64(out, value.len == 8 ? pl_be64(value.ptr) : 0);
		return;
	case PL_COMMIT_BOOL:
		pl_buf_put_z(out, value.len && value.ptr[0] ? "true" : "false");
		return;
	case PL_COMMIT_ENUM:
		pl_buf_put_bytes(out, value);
		return;
	case PL_COMMIT_TEXT:
	case PL_COMMIT_BYTES:
		pl_base64_put(out, value);
		return;
	case PL_COMMIT_TIME:
		seconds = value.len == 8 ? pl_be64(value.ptr) : UINT64_MAX;
		if (seconds <= UINT64_MAX / PL_SECOND)
			pl_time_put(out, seconds * PL_SECOND);
		return;
	case PL_COMMIT_DIGEST:
		if (value.len == PL_DIGEST_LEN) {
			memcpy(d.b, value.ptr, sizeof d.b);
			pl_digest_write(out, &d);
		}
		return;
	}
}

/* Whatever was written is read again: only canonical bytes come back as they were. */
pl_status pl_commit_value_text(const struct pl_commit_field *f, pl_bytes value, struct pl_buf *out)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)2 * PL_COMMIT_VALUE_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)2 * PL_COMMIT_VALUE_MAX);
	pl_status st;

	put_text(f, value, &text);
	st = pl_buf_status(&text);
	if (!st)
		st = encode(f, pl_buf_str(&text), &again);
	if (st)
		return st == PL_E_RANGE ? PL_E_SYNTAX : st;
	if (!pl_bytes_eq(pl_buf_bytes(&again), value))
		return PL_E_SYNTAX;
	pl_buf_put_str(out, pl_buf_str(&text));
	return pl_buf_status(out);
}
