/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

pl_str pl_str_from(const char *z)
{
	return (pl_str){z, z ? strlen(z) : 0};
}

bool pl_bytes_eq(pl_bytes a, pl_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool pl_str_eq(pl_str a, pl_str b)
{
	return pl_bytes_eq(pl_str_bytes(a), pl_str_bytes(b));
}

int pl_str_cmp(pl_str a, pl_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool pl_str_starts(pl_str s, pl_str prefix)
{
	return s.len >= prefix.len && pl_str_eq(pl_str_sub(s, 0, prefix.len), prefix);
}

bool pl_str_ends(pl_str s, pl_str suffix)
{
	return s.len >= suffix.len && pl_str_eq(pl_str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

size_t pl_str_find(pl_str s, char c)
{
	const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return p ? (size_t)(p - s.ptr) : s.len;
}

size_t pl_str_find_str(pl_str s, pl_str needle)
{
	const char *p;

	if (needle.len == 0)
		return 0;
	p = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return p ? (size_t)(p - s.ptr) : s.len;
}

pl_str pl_str_sub(pl_str s, size_t from, size_t len)
{
	if (!s.ptr)
		return (pl_str){0};
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return (pl_str){s.ptr + from, len};
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

pl_str pl_str_trim(pl_str s)
{
	while (s.len && blank(s.ptr[0]))
		s = pl_str_sub(s, 1, s.len);
	while (s.len && blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool pl_str_eat(pl_str *s, pl_str prefix)
{
	if (!pl_str_starts(*s, prefix))
		return false;
	*s = pl_str_sub(*s, prefix.len, s->len);
	return true;
}

bool pl_str_take_until(pl_str *s, char sep, pl_str *ret)
{
	size_t at = pl_str_find(*s, sep);

	if (at == s->len)
		return false;
	*ret = pl_str_sub(*s, 0, at);
	*s = pl_str_sub(*s, at + 1, s->len);
	return true;
}

bool pl_str_take_line(pl_str *s, pl_str *ret)
{
	return pl_str_take_until(s, '\n', ret);
}

pl_status pl_str_to_u64(pl_str s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.len == 0 || (s.len > 1 && s.ptr[0] == '0'))
		return PL_E_SYNTAX;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return PL_E_SYNTAX;
	for (size_t i = 0; i < s.len; i++)
		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
			__builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
			return PL_E_RANGE;
	if (v > max)
		return PL_E_RANGE;
	*ret = v;
	return PL_OK;
}

pl_status pl_str_to_i64(pl_str s, int64_t *ret)
{
	bool neg = pl_str_eat(&s, PL_STR("-"));
	uint64_t v;
	pl_status st = pl_str_to_u64(s, (uint64_t)INT64_MAX + (neg ? 1u : 0u), &v);

	if (st)
		return st;
	if (neg && v == 0)
		return PL_E_SYNTAX;
	*ret = neg ? (int64_t)(UINT64_C(0) - v) : (int64_t)v;
	return PL_OK;
}

/* Length of the well-formed sequence at @p (at most @n bytes), or 0. Table 3-7 of the Unicode standard. */
static size_t utf8_len(const uint8_t *p, size_t n)
{
	uint8_t lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		lo = p[0] == 0xe0 ? 0xa0 : lo;
		hi = p[0] == 0xed ? 0x9f : hi;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		lo = p[0] == 0xf0 ? 0x90 : lo;
		hi = p[0] == 0xf4 ? 0x8f : hi;
	} else {
		return 0;
	}
	if (n < len || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool pl_str_is_utf8(pl_str s)
{
	const uint8_t *p = (const uint8_t *)s.ptr;

	for (size_t i = 0; i < s.len;) {
		size_t n = utf8_len(p + i, s.len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

pl_status pl_str_z(pl_str s, char *out, size_t out_size)
{
	if (s.len >= out_size)
		return PL_E_TOOBIG;
	if (pl_str_find(s, '\0') != s.len)
		return PL_E_SYNTAX;
	if (s.len)
		memcpy(out, s.ptr, s.len);
	out[s.len] = '\0';
	return PL_OK;
}
