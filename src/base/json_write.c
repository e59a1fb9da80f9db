/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_internal.h"
#include "base/mem.h"
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum style { PLAIN, PRETTY, RFC8785, OLPC };

/* 2^53: up to here every integer is a double. */
#define DOUBLE_EXACT INT64_C(9007199254740992)

/* ---- strings ---- */

static void put_escaped(struct pl_buf *out, unsigned char c)
{
	static const char letters[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	if (c == '"' || c == '\\')
		pl_buf_put(out, (const char[]){'\\', (char)c}, 2);
	else if (letters[c])
		pl_buf_put(out, (const char[]){'\\', letters[c]}, 2);
	else
		pl_buf_printf(out, "\\u%04x", c);
}

static void put_string(struct pl_buf *out, pl_str s, bool olpc)
{
	size_t from = 0;

	pl_buf_put_c(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c != '"' && c != '\\' && (olpc || c >= 0x20))
			continue;
		pl_buf_put(out, s.ptr + from, i - from);
		put_escaped(out, c);
		from = i + 1;
	}
	if (s.len > from)
		pl_buf_put(out, s.ptr + from, s.len - from);
	pl_buf_put_c(out, '"');
}

void pl_json_put_string(struct pl_buf *out, pl_str s)
{
	put_string(out, s, false);
}

/* ---- numbers ---- */

/* The digits d1 d2 ... dk and the exponent n of 0.d1d2...dk * 10^n. */
struct decimal {
	char digits[20];
	int count, point;
};

/* No locale writes its decimal point here: the digits are read as one integer times a power of ten. */
static bool reads_back(const struct decimal *d, double x)
{
	char text[40];

	(void)snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->point - d->count);
	return strtod(text, NULL) == x;
}

static void round_to(double x, int count, struct decimal *d)
{
	char text[40];
	const char *p = text;

	(void)snprintf(text, sizeof text, "%.*e", count - 1, x);
	d->count = 0;
	for (; *p && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9' && d->count < count)
			d->digits[d->count++] = *p;
	d->point = (int)strtol(p + 1, NULL, 10) + 1;
}

/* One more in the last digit; false if that would make the number longer. */
static bool next_up(struct decimal *d)
{
	for (int i = d->count; i-- > 0;) {
		if (d->digits[i] < '9') {
			d->digits[i]++;
			return true;
		}
		d->digits[i] = '0';
	}
	return false;
}

/* The fewest digits from @count on that read back as @x > 0, and of these the nearest to it. At a power of two the doubles
 * below lie closer than those above, so the nearest short number may miss while the next one up still reads back. */
static struct decimal shortest_from(double x, int count)
{
	struct decimal d, up;

	for (;; count++) {
		round_to(x, count, &d);
		if (count == 17 || reads_back(&d, x))
			return d;
		up = d;
		if (next_up(&up) && reads_back(&up, x))
			return up;
	}
}

/* A decimal of up to 15 digits survives the way through a normal double, so if there is such a one it is what 15 digits
 * show, but for the zeros at its end. Below the normal range nothing is known beforehand. */
static struct decimal shortest(double x)
{
	struct decimal d = shortest_from(x, x < DBL_MIN ? 1 : DBL_DIG);

	while (d.count > 1 && d.digits[d.count - 1] == '0')
		d.count--;
	return d;
}

static void put_zeros(struct pl_buf *out, int n)
{
	for (int i = 0; i < n; i++)
		pl_buf_put_c(out, '0');
}

/* ECMA-262 Number::toString, steps 6 to 12; n is d.point and k is d.count there. */
void pl_json_put_number(struct pl_buf *out, double x)
{
	struct decimal d;

	assert(isfinite(x));
	if (x == 0) {
		pl_buf_put_c(out, '0');
		return;
	}
	if (x < 0)
		pl_buf_put_c(out, '-');
	d = shortest(fabs(x));
	if (d.point >= d.count && d.point <= 21) {
		pl_buf_put(out, d.digits, (size_t)d.count);
		put_zeros(out, d.point - d.count);
	} else if (d.point > 0 && d.point <= 21) {
		pl_buf_put(out, d.digits, (size_t)d.point);
		pl_buf_put_c(out, '.');
		pl_buf_put(out, d.digits + d.point, (size_t)(d.count - d.point));
	} else if (d.point > -6 && d.point <= 0) {
		pl_buf_put_z(out, "0.");
		put_zeros(out, -d.point);
		pl_buf_put(out, d.digits, (size_t)d.count);
	} else {
		pl_buf_put_c(out, d.digits[0]);
		if (d.count > 1) {
			pl_buf_put_c(out, '.');
			pl_buf_put(out, d.digits + 1, (size_t)(d.count - 1));
		}
		pl_buf_printf(out, "e%c%d", d.point > 0 ? '+' : '-', abs(d.point - 1));
	}
}

static pl_status put_real(struct pl_buf *out, double x, enum style style)
{
	size_t start = out->len;

	if (style == OLPC)
		return PL_E_RANGE;
	/* Spelled as an integer that no reader holds exactly; ours would refuse it. From 10^21 on there is an exponent. */
	if (style == RFC8785 && fabs(x) > (double)DOUBLE_EXACT && fabs(x) < 1e21)
		return PL_E_RANGE;
	pl_json_put_number(out, x);
	if (style == RFC8785 || pl_buf_status(out))
		return PL_OK;
	/* What was a double is read back as one. */
	for (size_t i = start; i < out->len; i++)
		if (out->ptr[i] == '.' || out->ptr[i] == 'e')
			return PL_OK;
	pl_buf_put_z(out, ".0");
	return PL_OK;
}

static pl_status put_integer(struct pl_buf *out, int64_t n, enum style style)
{
	if (style == RFC8785 && (n > DOUBLE_EXACT || n < -DOUBLE_EXACT))
		return PL_E_RANGE;
	pl_buf_put_i64(out, n);
	return PL_OK;
}

/* ---- arrays and objects ---- */

/* By UTF-16 code units, on UTF-8: the order of bytes, but that what needs a surrogate pair (lead byte f0 and up) comes
 * before U+E000..U+FFFF (lead bytes ee and ef). */
static int utf16_cmp(pl_str a, pl_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)b.ptr[i];

		if (x == y)
			continue;
		if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0))
			return x >= 0xf0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int by_utf16(const void *a, const void *b)
{
	return utf16_cmp(((const struct pl_json_member *)a)->key, ((const struct pl_json_member *)b)->key);
}

static void new_line(struct pl_buf *out, enum style style, unsigned level)
{
	if (style != PRETTY)
		return;
	pl_buf_put_c(out, '\n');
	for (unsigned i = 0; i < level; i++)
		pl_buf_put_z(out, "  ");
}

static pl_status put_value(struct pl_buf *out, json_t *v, enum style style, unsigned level);

static pl_status put_array(struct pl_buf *out, json_t *v, enum style style, unsigned level)
{
	size_t n = json_array_size(v);
	pl_status st = PL_OK;

	pl_buf_put_c(out, '[');
	for (size_t i = 0; !st && i < n; i++) {
		if (i)
			pl_buf_put_c(out, ',');
		new_line(out, style, level + 1);
		st = put_value(out, json_array_get(v, i), style, level + 1);
	}
	if (n)
		new_line(out, style, level);
	pl_buf_put_c(out, ']');
	return st;
}

static pl_status put_member(struct pl_buf *out, pl_str key, json_t *value, enum style style, unsigned level, bool first)
{
	if (!first)
		pl_buf_put_c(out, ',');
	new_line(out, style, level);
	put_string(out, key, style == OLPC);
	pl_buf_put_z(out, style == PRETTY ? ": " : ":");
	return put_value(out, value, style, level);
}

static pl_status put_sorted(struct pl_buf *out, json_t *v, enum style style, unsigned level)
{
	struct pl_json_member *all = NULL;
	size_t n = 0;
	pl_status st = pl_json_members(pl_json_outside(v), &all, &n);

	if (!st && style == RFC8785)
		qsort(all, n, sizeof *all, by_utf16);
	for (size_t i = 0; !st && i < n; i++)
		st = put_member(out, all[i].key, pl_json_inside(all[i].value), style, level, i == 0);
	pl_free(all);
	return st;
}

static pl_status put_object(struct pl_buf *out, json_t *v, enum style style, unsigned level)
{
	pl_status st = PL_OK;
	bool first = true;

	pl_buf_put_c(out, '{');
	if (style == RFC8785 || style == OLPC) {
		st = put_sorted(out, v, style, level + 1);
	} else {
		for (void *it = json_object_iter(v); it && !st; it = json_object_iter_next(v, it)) {
			pl_str key = pl_str_of(json_object_iter_key(it), json_object_iter_key_len(it));

			st = put_member(out, key, json_object_iter_value(it), style, level + 1, first);
			first = false;
		}
		if (!first)
			new_line(out, style, level);
	}
	pl_buf_put_c(out, '}');
	return st;
}

static pl_status put_value(struct pl_buf *out, json_t *v, enum style style, unsigned level)
{
	if (!v || v == pl_json_poison())
		return PL_E_SYNTAX;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return put_object(out, v, style, level);
	case JSON_ARRAY:
		return put_array(out, v, style, level);
	case JSON_STRING:
		put_string(out, pl_str_of(json_string_value(v), json_string_length(v)), style == OLPC);
		return PL_OK;
	case JSON_INTEGER:
		return put_integer(out, json_integer_value(v), style);
	case JSON_REAL:
		return put_real(out, json_real_value(v), style);
	case JSON_TRUE:
		pl_buf_put_z(out, "true");
		return PL_OK;
	case JSON_FALSE:
		pl_buf_put_z(out, "false");
		return PL_OK;
	case JSON_NULL:
		pl_buf_put_z(out, "null");
		return PL_OK;
	}
	return PL_E_INTERNAL;
}

/* All of it, or nothing. */
static pl_status write_as(const struct pl_json *v, struct pl_buf *out, enum style style)
{
	size_t start = out->len;
	pl_status st = put_value(out, pl_json_inside(v), style, 0);

	if (!st && style == PRETTY)
		pl_buf_put_c(out, '\n');
	if (!st)
		st = pl_buf_status(out);
	if (st)
		pl_buf_truncate(out, start);
	return st;
}

pl_status pl_json_write(const struct pl_json *v, struct pl_buf *out)
{
	return write_as(v, out, PLAIN);
}

pl_status pl_json_write_pretty(const struct pl_json *v, struct pl_buf *out)
{
	return write_as(v, out, PRETTY);
}

pl_status pl_json_canon_rfc8785(const struct pl_json *v, struct pl_buf *out)
{
	return write_as(v, out, RFC8785);
}

pl_status pl_json_canon_olpc(const struct pl_json *v, struct pl_buf *out)
{
	return write_as(v, out, OLPC);
}
