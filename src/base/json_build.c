/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_internal.h"
#include "base/mem.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A reference count of all ones is jansson's mark for values that are never freed, as its own null and true are. */
static json_t poison = {.type = JSON_NULL, .refcount = (size_t)-1};

json_t *pl_json_poison(void)
{
	return &poison;
}

/* For results that are NULL only when memory was refused. */
static json_t *made(json_t *v)
{
	if (!v) {
		(void)fputs("evt=out_of_memory\n", stderr);
		abort();
	}
	return v;
}

static bool text_ok(pl_str s)
{
	return pl_str_is_utf8(s) && pl_str_find(s, '\0') == s.len;
}

struct pl_json *pl_json_new_object(void)
{
	return pl_json_outside(made(json_object()));
}

struct pl_json *pl_json_new_array(void)
{
	return pl_json_outside(made(json_array()));
}

struct pl_json *pl_json_new_str(pl_str s)
{
	return pl_json_outside(text_ok(s) ? made(json_stringn_nocheck(s.len ? s.ptr : "", s.len)) : &poison);
}

struct pl_json *pl_json_new_i64(int64_t n)
{
	return pl_json_outside(made(json_integer(n)));
}

struct pl_json *pl_json_new_u64(uint64_t n)
{
	return n > INT64_MAX ? pl_json_outside(&poison) : pl_json_new_i64((int64_t)n);
}

struct pl_json *pl_json_new_double(double x)
{
	return pl_json_outside(isfinite(x) ? made(json_real(x)) : &poison);
}

struct pl_json *pl_json_new_bool(bool b)
{
	return pl_json_outside(json_boolean(b));
}

struct pl_json *pl_json_new_null(void)
{
	return pl_json_outside(json_null());
}

struct pl_json *pl_json_ref(const struct pl_json *v)
{
	return pl_json_outside(json_incref(pl_json_inside(v)));
}

struct pl_json *pl_json_copy(const struct pl_json *v)
{
	return v ? pl_json_outside(made(json_deep_copy(pl_json_inside(v)))) : NULL;
}

void pl_json_set_key(struct pl_json *object, pl_str key, struct pl_json *value)
{
	json_t *o = pl_json_inside(object), *v = value ? pl_json_inside(value) : &poison;

	if (o == &poison) {
		json_decref(v);
		return;
	}
	assert(json_is_object(o));
	if (!text_ok(key)) {
		json_decref(v);
		key = PL_STR("?");
		v = &poison;
	}
	if (json_object_setn_new_nocheck(o, key.len ? key.ptr : "", key.len, v) != 0)
		(void)made(NULL);
}

void pl_json_set(struct pl_json *object, const char *key, struct pl_json *value)
{
	pl_json_set_key(object, pl_str_from(key), value);
}

void pl_json_set_str(struct pl_json *object, const char *key, pl_str s)
{
	pl_json_set(object, key, pl_json_new_str(s));
}

void pl_json_set_z(struct pl_json *object, const char *key, const char *z)
{
	pl_json_set_str(object, key, pl_str_from(z));
}

void pl_json_set_u64(struct pl_json *object, const char *key, uint64_t n)
{
	pl_json_set(object, key, pl_json_new_u64(n));
}

void pl_json_set_i64(struct pl_json *object, const char *key, int64_t n)
{
	pl_json_set(object, key, pl_json_new_i64(n));
}

void pl_json_set_bool(struct pl_json *object, const char *key, bool b)
{
	pl_json_set(object, key, pl_json_new_bool(b));
}

struct pl_json *pl_json_set_object(struct pl_json *object, const char *key)
{
	struct pl_json *child;

	if (pl_json_inside(object) == &poison)
		return object;
	child = pl_json_new_object();
	pl_json_set(object, key, child);
	return child;
}

struct pl_json *pl_json_set_array(struct pl_json *object, const char *key)
{
	struct pl_json *child;

	if (pl_json_inside(object) == &poison)
		return object;
	child = pl_json_new_array();
	pl_json_set(object, key, child);
	return child;
}

void pl_json_remove(struct pl_json *object, const char *key)
{
	(void)json_object_del(pl_json_inside(object), key);
}

void pl_json_push(struct pl_json *array, struct pl_json *value)
{
	json_t *a = pl_json_inside(array), *v = value ? pl_json_inside(value) : &poison;

	if (a == &poison) {
		json_decref(v);
		return;
	}
	assert(json_is_array(a));
	if (json_array_append_new(a, v) != 0)
		(void)made(NULL);
}

void pl_json_push_str(struct pl_json *array, pl_str s)
{
	pl_json_push(array, pl_json_new_str(s));
}

void pl_json_push_z(struct pl_json *array, const char *z)
{
	pl_json_push_str(array, pl_str_from(z));
}

void pl_json_push_u64(struct pl_json *array, uint64_t n)
{
	pl_json_push(array, pl_json_new_u64(n));
}

struct pl_json *pl_json_push_object(struct pl_json *array)
{
	struct pl_json *child;

	if (pl_json_inside(array) == &poison)
		return array;
	child = pl_json_new_object();
	pl_json_push(array, child);
	return child;
}

struct pl_json *pl_json_push_array(struct pl_json *array)
{
	struct pl_json *child;

	if (pl_json_inside(array) == &poison)
		return array;
	child = pl_json_new_array();
	pl_json_push(array, child);
	return child;
}
