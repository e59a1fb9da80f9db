/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_internal.h"
#include "base/mem.h"
#include <assert.h>
#include <stdlib.h>

/* Deepest nesting of arrays and objects in @text, strings skipped; stops counting above @max. jansson recurses once a
 * level, so the limit is checked before it starts. */
static bool deeper_than(pl_str text, unsigned max)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > max)
				return true;
		} else if ((c == ']' || c == '}') && depth) {
			depth--;
		}
	}
	return false;
}

static pl_status parse_failed(const json_error_t *e, struct pl_diag *diag)
{
	enum json_error_code code = json_error_code(e);

	pl_diag_at(diag, e->line > 0 ? (unsigned)e->line : 0, e->column > 0 ? (unsigned)e->column : 0);
	if (code == json_error_out_of_memory)
		return PL_E_NOMEM;
	if (code == json_error_numeric_overflow)
		return pl_diag_set(diag, PL_E_RANGE, "JSON: number out of range (integers are -2^63 to 2^63-1)");
	return pl_diag_set(diag, PL_E_SYNTAX, "JSON: %s", e->text);
}

pl_status pl_json_parse(pl_str text, size_t max_len, unsigned max_depth, struct pl_json **ret, struct pl_diag *diag)
{
	json_error_t e;
	json_t *v;

	if (text.len > max_len)
		return pl_diag_set(diag, PL_E_TOOBIG, "JSON: %zu bytes, at most %zu are allowed", text.len, max_len);
	if (max_depth > 1024)
		max_depth = 1024;
	if (deeper_than(text, max_depth))
		return pl_diag_set(diag, PL_E_RANGE, "JSON: nested deeper than %u levels", max_depth);
	v = json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!v)
		return parse_failed(&e, diag);
	*ret = pl_json_outside(v);
	return PL_OK;
}

void pl_json_free(struct pl_json *v)
{
	json_decref(pl_json_inside(v));
}

void pl_json_done(struct pl_json **v)
{
	pl_json_free(*v);
	*v = NULL;
}

enum pl_json_kind pl_json_kind(const struct pl_json *v)
{
	if (!v)
		return PL_JSON_NULL;
	switch (json_typeof(pl_json_inside(v))) {
	case JSON_OBJECT:
		return PL_JSON_OBJECT;
	case JSON_ARRAY:
		return PL_JSON_ARRAY;
	case JSON_STRING:
		return PL_JSON_STRING;
	case JSON_INTEGER:
		return PL_JSON_INT;
	case JSON_REAL:
		return PL_JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return PL_JSON_BOOL;
	case JSON_NULL:
		return PL_JSON_NULL;
	}
	return PL_JSON_NULL;
}

const char *pl_json_kind_text(enum pl_json_kind kind)
{
	static const char *const text[] = {
		[PL_JSON_NULL] = "null", [PL_JSON_BOOL] = "true or false", [PL_JSON_INT] = "an integer",
		[PL_JSON_REAL] = "a number with a fraction", [PL_JSON_STRING] = "a string", [PL_JSON_ARRAY] = "an array",
		[PL_JSON_OBJECT] = "an object",
	};

	return text[kind];
}

pl_status pl_json_str(const struct pl_json *v, pl_str *ret)
{
	json_t *j = pl_json_inside(v);

	if (!json_is_string(j))
		return PL_E_SYNTAX;
	*ret = pl_str_of(json_string_value(j), json_string_length(j));
	return PL_OK;
}

pl_status pl_json_i64(const struct pl_json *v, int64_t *ret)
{
	if (!json_is_integer(pl_json_inside(v)))
		return PL_E_SYNTAX;
	*ret = json_integer_value(pl_json_inside(v));
	return PL_OK;
}

pl_status pl_json_u64(const struct pl_json *v, uint64_t max, uint64_t *ret)
{
	int64_t n = 0;
	pl_status st = pl_json_i64(v, &n);

	if (st)
		return st;
	if (n < 0 || (uint64_t)n > max)
		return PL_E_RANGE;
	*ret = (uint64_t)n;
	return PL_OK;
}

pl_status pl_json_double(const struct pl_json *v, double *ret)
{
	if (!json_is_number(pl_json_inside(v)))
		return PL_E_SYNTAX;
	*ret = json_number_value(pl_json_inside(v));
	return PL_OK;
}

pl_status pl_json_bool(const struct pl_json *v, bool *ret)
{
	if (!json_is_boolean(pl_json_inside(v)))
		return PL_E_SYNTAX;
	*ret = json_is_true(pl_json_inside(v));
	return PL_OK;
}

size_t pl_json_count(const struct pl_json *v)
{
	json_t *j = pl_json_inside(v);

	return json_is_array(j) ? json_array_size(j) : json_object_size(j);
}

const struct pl_json *pl_json_at(const struct pl_json *array, size_t i)
{
	return pl_json_outside(json_array_get(pl_json_inside(array), i));
}

const struct pl_json *pl_json_get(const struct pl_json *object, const char *key)
{
	return pl_json_outside(json_object_get(pl_json_inside(object), key));
}

/* ---- members by kind, with words ---- */

static pl_status absent(const char *key, enum pl_json_kind want, struct pl_diag *diag)
{
	return pl_diag_set(diag, PL_E_NOTFOUND, "member \"%s\" is missing (expected %s)", key, pl_json_kind_text(want));
}

static pl_status other_kind(const char *key, enum pl_json_kind want, const struct pl_json *v, struct pl_diag *diag)
{
	return pl_diag_set(diag, PL_E_SYNTAX, "member \"%s\": expected %s, found %s", key, pl_json_kind_text(want),
		pl_json_kind_text(pl_json_kind(v)));
}

pl_status pl_json_opt_str(const struct pl_json *object, const char *key, pl_str *ret, struct pl_diag *diag)
{
	const struct pl_json *v = pl_json_get(object, key);

	if (!v)
		return PL_OK;
	return pl_json_str(v, ret) ? other_kind(key, PL_JSON_STRING, v, diag) : PL_OK;
}

pl_status pl_json_opt_u64(const struct pl_json *object, const char *key, uint64_t max, uint64_t *ret,
	struct pl_diag *diag)
{
	const struct pl_json *v = pl_json_get(object, key);
	pl_status st = v ? pl_json_u64(v, max, ret) : PL_OK;

	if (st == PL_E_SYNTAX)
		return other_kind(key, PL_JSON_INT, v, diag);
	if (st == PL_E_RANGE)
		return pl_diag_set(diag, st, "member \"%s\": expected an integer from 0 to %llu", key,
			(unsigned long long)max);
	return st;
}

pl_status pl_json_opt_i64(const struct pl_json *object, const char *key, int64_t *ret, struct pl_diag *diag)
{
	const struct pl_json *v = pl_json_get(object, key);

	if (!v)
		return PL_OK;
	return pl_json_i64(v, ret) ? other_kind(key, PL_JSON_INT, v, diag) : PL_OK;
}

pl_status pl_json_opt_bool(const struct pl_json *object, const char *key, bool *ret, struct pl_diag *diag)
{
	const struct pl_json *v = pl_json_get(object, key);

	if (!v)
		return PL_OK;
	return pl_json_bool(v, ret) ? other_kind(key, PL_JSON_BOOL, v, diag) : PL_OK;
}

static pl_status opt_container(const struct pl_json *object, const char *key, enum pl_json_kind want,
	const struct pl_json **ret, struct pl_diag *diag)
{
	const struct pl_json *v = pl_json_get(object, key);

	if (!v)
		return PL_OK;
	if (pl_json_kind(v) != want)
		return other_kind(key, want, v, diag);
	*ret = v;
	return PL_OK;
}

pl_status pl_json_opt_object(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag)
{
	return opt_container(object, key, PL_JSON_OBJECT, ret, diag);
}

pl_status pl_json_opt_array(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag)
{
	return opt_container(object, key, PL_JSON_ARRAY, ret, diag);
}

pl_status pl_json_get_str(const struct pl_json *object, const char *key, pl_str *ret, struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_str(object, key, ret, diag) : absent(key, PL_JSON_STRING, diag);
}

pl_status pl_json_get_u64(const struct pl_json *object, const char *key, uint64_t max, uint64_t *ret,
	struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_u64(object, key, max, ret, diag) : absent(key, PL_JSON_INT, diag);
}

pl_status pl_json_get_i64(const struct pl_json *object, const char *key, int64_t *ret, struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_i64(object, key, ret, diag) : absent(key, PL_JSON_INT, diag);
}

pl_status pl_json_get_bool(const struct pl_json *object, const char *key, bool *ret, struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_bool(object, key, ret, diag) : absent(key, PL_JSON_BOOL, diag);
}

pl_status pl_json_get_object(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_object(object, key, ret, diag) : absent(key, PL_JSON_OBJECT, diag);
}

pl_status pl_json_get_array(const struct pl_json *object, const char *key, const struct pl_json **ret,
	struct pl_diag *diag)
{
	return pl_json_get(object, key) ? pl_json_opt_array(object, key, ret, diag) : absent(key, PL_JSON_ARRAY, diag);
}

/* ---- all members ---- */

static int by_key(const void *a, const void *b)
{
	return pl_str_cmp(((const struct pl_json_member *)a)->key, ((const struct pl_json_member *)b)->key);
}

pl_status pl_json_members(const struct pl_json *object, struct pl_json_member **ret, size_t *ret_count)
{
	json_t *j = pl_json_inside(object);
	struct pl_json_member *all;
	size_t n = 0;

	if (!json_is_object(j))
		return PL_E_SYNTAX;
	all = pl_try_alloc(json_object_size(j), sizeof *all);
	if (!all)
		return PL_E_NOMEM;
	for (void *it = json_object_iter(j); it; it = json_object_iter_next(j, it))
		all[n++] = (struct pl_json_member){
			.key = pl_str_of(json_object_iter_key(it), json_object_iter_key_len(it)),
			.value = pl_json_outside(json_object_iter_value(it)),
		};
	qsort(all, n, sizeof *all, by_key);
	*ret = all;
	*ret_count = n;
	return PL_OK;
}

pl_status pl_json_only(const struct pl_json *object, const char *const *names, size_t count, struct pl_diag *diag)
{
	struct pl_json_member *all = NULL;
	size_t n = 0;
	pl_status st = pl_json_members(object, &all, &n);

	if (st == PL_E_SYNTAX)
		return pl_diag_set(diag, st, "expected an object, found %s", pl_json_kind_text(pl_json_kind(object)));
	for (size_t i = 0; !st && i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < count && !known; k++)
			known = pl_str_eq(all[i].key, pl_str_from(names[k]));
		if (!known)
			st = pl_diag_set(diag, PL_E_SYNTAX, "unknown member \"%.*s\"", PL_STR_ARG(all[i].key));
	}
	pl_free(all);
	return st;
}

bool pl_json_equal(const struct pl_json *a, const struct pl_json *b)
{
	return a == b || (a && b && json_equal(pl_json_inside(a), pl_json_inside(b)));
}
