/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/json: JSON values, strictly read, exactly written. jansson lives behind this header and nowhere else.
 *
 * What always holds:
 *  1. A parsed text is whole (nothing behind the value), well-formed UTF-8 without NUL, has no object with two equal
 *     member names, and is not deeper than the caller's limit.
 *  2. Integers are exact in -2^63 .. 2^63-1; a larger one is refused, never rounded. Anything written with a point or an
 *     exponent is a double.
 *  3. A borrowed value or pl_str lives as long as the outermost value it was asked from, unchanged. Only the owner
 *     changes a value, and never one that is already part of two.
 *  4. Builders end the program when memory is refused (pl_alloc's rule) and *poison* the value when given text that is
 *     not UTF-8, holds a NUL, or a number that JSON cannot hold: every writer then answers PL_E_SYNTAX. So build
 *     without looking and check once, at the write.
 *
 * Not shared between threads while somebody changes it.
 */
#ifndef PL_BASE_JSON_H
#define PL_BASE_JSON_H
#include "base/buf.h"
#include "base/diag.h"

struct pl_json;

/* A limit on nesting that every format we read stays far below. */
#define PL_JSON_DEPTH 64u

enum pl_json_kind {
	PL_JSON_NULL, PL_JSON_BOOL, PL_JSON_INT, PL_JSON_REAL, PL_JSON_STRING, PL_JSON_ARRAY, PL_JSON_OBJECT,
};

/* ---- reading ---- */

/* Read all of @text, at most @max_len bytes and @max_depth levels of arrays and objects. PL_E_SYNTAX (with line and
 * column in @diag), PL_E_TOOBIG for the length, PL_E_RANGE for depth and numbers, PL_E_NOMEM. */
pl_status pl_json_parse(pl_str text, size_t max_len, unsigned max_depth, struct pl_json **ret, struct pl_diag *diag);
/* Give one reference back. NULL allowed. */
void pl_json_free(struct pl_json *v);
/* For PL_CLEANUP: struct pl_json *v PL_CLEANUP(pl_json_done) = NULL; */
void pl_json_done(struct pl_json **v);

/* Kind of @v; PL_JSON_NULL for NULL. */
enum pl_json_kind pl_json_kind(const struct pl_json *v);
/* "a string", "an object", ... for messages. */
const char *pl_json_kind_text(enum pl_json_kind kind);

/* The value itself, if it has this kind: PL_E_SYNTAX otherwise, PL_E_RANGE when the number does not fit. */
pl_status pl_json_str(const struct pl_json *v, pl_str *ret);
pl_status pl_json_u64(const struct pl_json *v, uint64_t max, uint64_t *ret);
pl_status pl_json_i64(const struct pl_json *v, int64_t *ret);
pl_status pl_json_double(const struct pl_json *v, double *ret); /* integers too */
pl_status pl_json_bool(const struct pl_json *v, bool *ret);

/* Number of elements of an array or members of an object; 0 for every other kind and NULL. */
size_t pl_json_count(const struct pl_json *v);
/* Element @i of an array, or NULL. */
const struct pl_json *pl_json_at(const struct pl_json *array, size_t i);

/* Member @key of @object; NULL if there is none or @object is none. */
const struct pl_json *pl_json_get(const struct pl_json *object, const char *key);
/* Required members: PL_E_NOTFOUND when absent, PL_E_SYNTAX when of another kind, PL_E_RANGE when too large; @diag
 * (NULL allowed) says which member, what was expected and what was found. */
pl_status pl_json_get_str(const struct pl_json *object, const char *key, pl_str *ret, struct pl_diag *diag);
pl_status pl_json_get_u64(const struct pl_json *object, const char *key, uint64_t max, uint64_t *ret,
	struct pl_diag *diag);
pl_status pl_json_get_i64(const struct pl_json *object, const char *key, int64_t *ret, struct pl_diag *diag);
pl_status pl_json_get_bool(const struct pl_json *object, const char *key, bool *ret, struct pl_diag *diag);
pl_status pl_json_get_object(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag);
pl_status pl_json_get_array(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag);
/* Optional members: PL_OK and @ret untouched when absent; otherwise as above. (null is not absent.) */
pl_status pl_json_opt_str(const struct pl_json *object, const char *key, pl_str *ret, struct pl_diag *diag);
pl_status pl_json_opt_u64(const struct pl_json *object, const char *key, uint64_t max, uint64_t *ret,
	struct pl_diag *diag);
pl_status pl_json_opt_i64(const struct pl_json *object, const char *key, int64_t *ret, struct pl_diag *diag);
pl_status pl_json_opt_bool(const struct pl_json *object, const char *key, bool *ret, struct pl_diag *diag);
pl_status pl_json_opt_object(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag);
pl_status pl_json_opt_array(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag);
/* PL_E_SYNTAX naming the first member (in byte order) of @object that is not among the @count @names. */
pl_status pl_json_only(const struct pl_json *object, const char *const *names, size_t count, struct pl_diag *diag);

struct pl_json_member {
	pl_str key; /* NUL-terminated, too */
	const struct pl_json *value;
};
/* All members of @object in byte order of their names: *ret_count of them in *ret, which the caller gives to pl_free.
 * PL_E_SYNTAX if it is no object. */
pl_status pl_json_members(const struct pl_json *object, struct pl_json_member **ret, size_t *ret_count);

/* Same kind and same content, whatever the order of members; 1 and 1.0 differ. */
bool pl_json_equal(const struct pl_json *a, const struct pl_json *b);

/* ---- building: what comes back belongs to the caller, a @value handed in belongs to the container ---- */

struct pl_json *pl_json_new_object(void);
struct pl_json *pl_json_new_array(void);
struct pl_json *pl_json_new_str(pl_str s);
struct pl_json *pl_json_new_i64(int64_t n);
struct pl_json *pl_json_new_u64(uint64_t n); /* poisoned above 2^63-1 */
struct pl_json *pl_json_new_double(double x); /* poisoned if not finite */
struct pl_json *pl_json_new_bool(bool b);
struct pl_json *pl_json_new_null(void);
/* One more reference to @v, or an independent deep copy. */
struct pl_json *pl_json_ref(const struct pl_json *v);
struct pl_json *pl_json_copy(const struct pl_json *v);

/* Set member @key (replacing an earlier one; a new one goes last). A NULL @value poisons. */
void pl_json_set(struct pl_json *object, const char *key, struct pl_json *value);
/* The same for a key that is not a C string. */
void pl_json_set_key(struct pl_json *object, pl_str key, struct pl_json *value);
void pl_json_set_str(struct pl_json *object, const char *key, pl_str s);
void pl_json_set_z(struct pl_json *object, const char *key, const char *z);
void pl_json_set_u64(struct pl_json *object, const char *key, uint64_t n);
void pl_json_set_i64(struct pl_json *object, const char *key, int64_t n);
void pl_json_set_bool(struct pl_json *object, const char *key, bool b);
/* Set member @key to a new empty object or array and hand that back, borrowed. */
struct pl_json *pl_json_set_object(struct pl_json *object, const char *key);
struct pl_json *pl_json_set_array(struct pl_json *object, const char *key);
/* Remove member @key if it is there. */
void pl_json_remove(struct pl_json *object, const char *key);

void pl_json_push(struct pl_json *array, struct pl_json *value);
void pl_json_push_str(struct pl_json *array, pl_str s);
void pl_json_push_z(struct pl_json *array, const char *z);
void pl_json_push_u64(struct pl_json *array, uint64_t n);
struct pl_json *pl_json_push_object(struct pl_json *array);
struct pl_json *pl_json_push_array(struct pl_json *array);

/* ---- writing: all append to @out and answer PL_E_SYNTAX for a poisoned value, or @out's own failure ---- */

/* One line without spaces, members in the order they were set. */
pl_status pl_json_write(const struct pl_json *v, struct pl_buf *out);
/* For people: two spaces a level, one member a line, a line feed at the end. */
pl_status pl_json_write_pretty(const struct pl_json *v, struct pl_buf *out);
/* RFC 8785 (JCS): members by UTF-16 code units, ECMAScript numbers. PL_E_RANGE for a number that would be
 * spelled as an integer beyond +-2^53: a double cannot hold it exactly, and not every reader would take it. */
pl_status pl_json_canon_rfc8785(const struct pl_json *v, struct pl_buf *out);
/* OLPC canonical JSON as TUF uses it: members by byte order, only '"' and '\' escaped, every other byte raw, no
 * floats (PL_E_RANGE). */
pl_status pl_json_canon_olpc(const struct pl_json *v, struct pl_buf *out);
/* Append @s as a quoted JSON string (RFC 8785's spelling). @s must be UTF-8. */
void pl_json_put_string(struct pl_buf *out, pl_str s);
/* Append a finite @x as ECMAScript's Number::toString writes it (RFC 8785 section 3.2.2.3): the shortest digits that
 * read back as the same double. */
void pl_json_put_number(struct pl_buf *out, double x);

#endif
