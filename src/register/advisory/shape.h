/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/shape: JSON read into structs by tables of members.
 *
 * A list is a struct { size_t n; T *v; }; its elements live in the arena. Words of a refusal name the place
 * ("notes[2].text") and what was expected, never what was found.
 */
#ifndef PL_REGISTER_ADVISORY_SHAPE_H
#define PL_REGISTER_ADVISORY_SHAPE_H
#include "base/base.h"
#include "base/json.h"

enum pl_shape_kind {
	PL_SHAPE_LINE,   /* pl_str: UTF-8 without control characters or blanks at its ends */
	PL_SHAPE_TEXT,   /* pl_str: UTF-8 with line breaks and tabs */
	PL_SHAPE_LINES,  /* struct { size_t n; pl_str *v; }, no line twice */
	PL_SHAPE_TIME,   /* uint64_t ns: RFC 3339, whole seconds, Z */
	PL_SHAPE_WORD,   /* unsigned (or an enum): the position in .words */
	PL_SHAPE_OBJECT, /* a struct by .shape, in place */
	PL_SHAPE_LIST,   /* of structs by .shape */
};

#define PL_SHAPE_REQUIRED 1u

struct pl_shape_member {
	const char *name; /* NULL ends a table */
	enum pl_shape_kind kind;
	unsigned flags;
	size_t offset;
	const char *const *words;
	const struct pl_shape *shape;
	size_t max;     /* bytes of a line or text, elements of a list; 0: PL_SHAPE_*_MAX */
	size_t present; /* of a bool that becomes true if the member is there; 0: none */
};
struct pl_shape {
	size_t size; /* of the struct */
	const struct pl_shape_member *members;
};

#define PL_SHAPE_LINE_MAX 1024u
#define PL_SHAPE_TEXT_MAX 32768u
#define PL_SHAPE_LIST_MAX 1000u

/* Fill the struct @ret from @object, which must have no other members. PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG. */
pl_status pl_shape_read(const struct pl_shape *shape, const struct pl_json *object, struct pl_arena *arena, void *ret,
	struct pl_diag *diag);

#endif
