/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/shape.h"
#include "base/time.h"

/* Where we are: a chain from the innermost place outwards. */
struct place {
	const struct place *up;
	const char *name;
	bool element; /* the @index-th of a list */
	size_t index;
};

struct reading {
	struct pl_arena *arena;
	struct pl_diag *diag;
};

static void put_place(struct pl_buf *out, const struct place *p)
{
	if (p->up)
		put_place(out, p->up);
	if (p->element)
		pl_buf_printf(out, "[%zu]", p->index);
	else if (p->name)
		pl_buf_printf(out, "%s%s", p->up && p->up->up ? "." : "", p->name);
}

static pl_status refuse(const struct reading *r, const struct place *p, pl_status st, const char *expected)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	const char *where;

	put_place(&text, p);
	where = pl_buf_z(&text);
	return pl_diag_set(r->diag, st, "%s: expected %s", where && *where ? where : "the draft", expected);
}

/* ---- text ---- */

static bool text_ok(pl_str s, bool lines)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.ptr[i];

		/* C1 controls are two bytes in UTF-8. */
		if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))) ||
			(c == 0xc2 && i + 1 < s.len && (uint8_t)s.ptr[i + 1] < 0xa0))
			return false;
	}
	return lines || pl_str_eq(pl_str_trim(s), s);
}

static pl_status read_text(const struct reading *r, const struct place *p, const struct pl_json *v, bool lines,
	size_t max, pl_str *ret)
{
	pl_str s;

	if (pl_json_str(v, &s))
		return refuse(r, p, PL_E_SYNTAX, "a string");
	if (!s.len)
		return refuse(r, p, PL_E_RANGE, "text that is not empty");
	if (s.len > max)
		return refuse(r, p, PL_E_TOOBIG, lines ? "shorter text" : "a shorter line");
	if (!text_ok(s, lines))
		return refuse(r, p, PL_E_RANGE, lines ? "text without control characters" :
			"a line without control characters and blanks at its ends");
	return pl_arena_dup(r->arena, s, ret);
}

static pl_status read_lines(const struct reading *r, const struct place *p, const struct pl_json *v, size_t max,
	void *ret)
{
	struct {
		size_t n;
		pl_str *v;
	} list = {0};
	struct place at = {.up = p, .element = true};
	size_t n = pl_json_count(v);

	if (pl_json_kind(v) != PL_JSON_ARRAY || !n)
		return refuse(r, p, PL_E_SYNTAX, "a list that is not empty");
	if (n > max)
		return refuse(r, p, PL_E_TOOBIG, "a shorter list");
	list.v = pl_arena_alloc(r->arena, n, sizeof *list.v);
	if (!list.v)
		return refuse(r, p, PL_E_TOOBIG, "less");
	for (; list.n < n; list.n++) {
		pl_status st;

		at.index = list.n;
		st = read_text(r, &at, pl_json_at(v, list.n), false, PL_SHAPE_LINE_MAX, &list.v[list.n]);
		if (st)
			return st;
		for (size_t i = 0; i < list.n; i++)
			if (pl_str_eq(list.v[i], list.v[list.n]))
				return refuse(r, &at, PL_E_RANGE, "a line that does not stand in the list before");
	}
	memcpy(ret, &list, sizeof list);
	return PL_OK;
}

/* ---- times and words ---- */

static pl_status read_time(const struct reading *r, const struct place *p, const struct pl_json *v, void *ret)
{
	uint64_t t = 0;
	pl_str s;

	if (pl_json_str(v, &s) || s.len != 20 || pl_time_parse(s, &t) || t == 0)
		return refuse(r, p, PL_E_SYNTAX, "a time like 2026-11-28T12:00:00Z");
	memcpy(ret, &t, sizeof t);
	return PL_OK;
}

static pl_status read_word(const struct reading *r, const struct place *p, const struct pl_json *v,
	const char *const *words, void *ret)
{
	struct pl_buf expected PL_CLEANUP(pl_buf_done) = PL_BUF(400);
	unsigned i = 0;
	pl_str s;

	if (pl_json_str(v, &s) == PL_OK)
		for (; words[i]; i++)
			if (pl_str_eq(s, pl_str_from(words[i]))) {
				memcpy(ret, &i, sizeof i);
				return PL_OK;
			}
	for (i = 0; words[i]; i++)
		pl_buf_printf(&expected, "%s%s", i ? ", " : "one of ", words[i]);
	return refuse(r, p, PL_E_SYNTAX, pl_buf_z(&expected) ? pl_buf_z(&expected) : "another word");
}

/* ---- structs ---- */

static pl_status read_object(const struct reading *r, const struct place *p, const struct pl_shape *shape,
	const struct pl_json *v, void *ret);

static pl_status read_list(const struct reading *r, const struct place *p, const struct pl_shape_member *m,
	const struct pl_json *v, void *ret)
{
	struct {
		size_t n;
		uint8_t *v;
	} list = {0};
	struct place at = {.up = p, .element = true};
	size_t n = pl_json_count(v);
	pl_status st = PL_OK;

	if (pl_json_kind(v) != PL_JSON_ARRAY || !n)
		return refuse(r, p, PL_E_SYNTAX, "a list that is not empty");
	if (n > (m->max ? m->max : PL_SHAPE_LIST_MAX))
		return refuse(r, p, PL_E_TOOBIG, "a shorter list");
	list.v = pl_arena_alloc(r->arena, n, m->shape->size);
	if (!list.v)
		return refuse(r, p, PL_E_TOOBIG, "less");
	for (; list.n < n && !st; list.n++) {
		at.index = list.n;
		st = read_object(r, &at, m->shape, pl_json_at(v, list.n), list.v + list.n * m->shape->size);
	}
	if (!st)
		memcpy(ret, &list, sizeof list);
	return st;
}

static pl_status read_member(const struct reading *r, const struct place *p, const struct pl_shape_member *m,
	const struct pl_json *v, uint8_t *base)
{
	void *to = base + m->offset;

	switch (m->kind) {
	case PL_SHAPE_LINE:
		return read_text(r, p, v, false, m->max ? m->max : PL_SHAPE_LINE_MAX, to);
	case PL_SHAPE_TEXT:
		return read_text(r, p, v, true, m->max ? m->max : PL_SHAPE_TEXT_MAX, to);
	case PL_SHAPE_LINES:
		return read_lines(r, p, v, m->max ? m->max : PL_SHAPE_LIST_MAX, to);
	case PL_SHAPE_TIME:
		return read_time(r, p, v, to);
	case PL_SHAPE_WORD:
		return read_word(r, p, v, m->words, to);
	case PL_SHAPE_OBJECT:
		return read_object(r, p, m->shape, v, to);
	case PL_SHAPE_LIST:
		return read_list(r, p, m, v, to);
	}
	return PL_E_INTERNAL;
}

/* Does @object have no members but those of @shape? */
static bool only_known(const struct pl_shape *shape, const struct pl_json *object)
{
	size_t known = 0;

	for (const struct pl_shape_member *m = shape->members; m->name; m++)
		known += pl_json_get(object, m->name) != NULL;
	return known == pl_json_count(object);
}

static pl_status refuse_unknown(const struct reading *r, const struct place *p, const struct pl_shape *shape)
{
	struct pl_buf expected PL_CLEANUP(pl_buf_done) = PL_BUF(400);

	pl_buf_put_z(&expected, "no members but ");
	for (const struct pl_shape_member *m = shape->members; m->name; m++)
		pl_buf_printf(&expected, "%s%s", m == shape->members ? "" : ", ", m->name);
	return refuse(r, p, PL_E_SYNTAX, pl_buf_z(&expected) ? pl_buf_z(&expected) : "no other members");
}

static pl_status read_object(const struct reading *r, const struct place *p, const struct pl_shape *shape,
	const struct pl_json *v, void *ret)
{
	if (pl_json_kind(v) != PL_JSON_OBJECT)
		return refuse(r, p, PL_E_SYNTAX, "an object");
	if (!only_known(shape, v))
		return refuse_unknown(r, p, shape);
	for (const struct pl_shape_member *m = shape->members; m->name; m++) {
		const struct place at = {.up = p, .name = m->name};
		const struct pl_json *member = pl_json_get(v, m->name);
		pl_status st;

		if (!member && (m->flags & PL_SHAPE_REQUIRED))
			return refuse(r, &at, PL_E_SYNTAX, "this member to be there");
		if (!member)
			continue;
		st = read_member(r, &at, m, member, ret);
		if (st)
			return st;
		if (m->present)
			*((uint8_t *)ret + m->present) = true;
	}
	return PL_OK;
}

pl_status pl_shape_read(const struct pl_shape *shape, const struct pl_json *object, struct pl_arena *arena, void *ret,
	struct pl_diag *diag)
{
	const struct reading r = {arena, diag};
	const struct place top = {0};

	memset(ret, 0, shape->size);
	return read_object(&r, &top, shape, object, ret);
}
