/* SPDX-License-Identifier: Apache-2.0 */
#include "web/route.h"
#include <string.h>

#define COLLECTED_MAX (UINT64_C(1) << 20)

/* One piece of a pattern between two slashes. */
struct segment {
	pl_str name; /* capture; empty for a literal */
	pl_str tail; /* literal, or what follows the capture */
	bool rest;
};

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_literal_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static pl_status parse_segment(pl_str s, struct segment *ret)
{
	struct segment seg = {.tail = s};

	if (pl_str_eat(&s, PL_STR("{"))) {
		if (!pl_str_take_until(&s, '}', &seg.name))
			return PL_E_SYNTAX;
		seg.tail = s;
		if (pl_str_ends(seg.name, PL_STR("*"))) {
			seg.rest = true;
			seg.name.len--;
		}
		if (seg.name.len == 0)
			return PL_E_SYNTAX;
		for (size_t i = 0; i < seg.name.len; i++)
			if (!is_name_char(seg.name.ptr[i]))
				return PL_E_SYNTAX;
	}
	for (size_t i = 0; i < seg.tail.len; i++)
		if (!is_literal_char(seg.tail.ptr[i]))
			return PL_E_SYNTAX;
	*ret = seg;
	return PL_OK;
}

/* Cut the next segment off *@rest; false at the end. */
static bool next_segment(pl_str *rest, pl_str *ret)
{
	size_t n;

	if (!pl_str_eat(rest, PL_STR("/")))
		return false;
	n = pl_str_find(*rest, '/');
	*ret = pl_str_sub(*rest, 0, n);
	*rest = pl_str_sub(*rest, n, rest->len);
	return true;
}

static pl_status check_pattern(pl_str pattern)
{
	size_t captures = 0;
	pl_str part;

	if (!pl_str_starts(pattern, PL_STR("/")))
		return PL_E_SYNTAX;
	if (pattern.len == 1)
		return PL_OK;
	while (next_segment(&pattern, &part)) {
		struct segment seg;

		if (part.len == 0 || parse_segment(part, &seg))
			return PL_E_SYNTAX;
		if (seg.rest && (pattern.len > 0 || seg.tail.len > 0))
			return PL_E_SYNTAX;
		captures += seg.name.len > 0;
	}
	return captures <= PL_ROUTE_CAPTURES_MAX ? PL_OK : PL_E_SYNTAX;
}

/* Do two well-formed patterns differ in capture names at most? */
static bool same_pattern(pl_str a, pl_str b)
{
	pl_str pa, pb;

	while (next_segment(&a, &pa)) {
		struct segment sa, sb;

		if (!next_segment(&b, &pb) || parse_segment(pa, &sa) || parse_segment(pb, &sb))
			return false;
		if ((sa.name.len > 0) != (sb.name.len > 0) || sa.rest != sb.rest || !pl_str_eq(sa.tail, sb.tail))
			return false;
	}
	return b.len == 0;
}

static const char *row_fault(const struct pl_route *r)
{
	if (!r->pattern || check_pattern(pl_str_from(r->pattern)))
		return "the pattern is not well formed";
	if (r->method < PL_HTTP_GET || r->method > PL_HTTP_DELETE)
		return "the method is not set";
	if (!r->handler)
		return "there is no handler";
	if (r->access != PL_ACCESS_PUBLIC && r->access != PL_ACCESS_OWNER)
		return "nobody has access";
	if (r->method == PL_HTTP_GET && r->body_max > 0)
		return "GET takes no body";
	if (!r->upload && r->body_max > COLLECTED_MAX)
		return "a collected body may not be longer than 1 MiB";
	if (r->upload && (!r->upload->begin || !r->upload->piece || !r->upload->end || r->body_max == 0))
		return "an upload needs begin, piece, end and a body_max";
	return NULL;
}

pl_status pl_route_check(const struct pl_route *rows, size_t count, struct pl_diag *diag)
{
	for (size_t i = 0; i < count; i++) {
		const char *fault = row_fault(&rows[i]);

		for (size_t k = 0; !fault && k < i; k++)
			if (rows[k].method == rows[i].method &&
				same_pattern(pl_str_from(rows[k].pattern), pl_str_from(rows[i].pattern)))
				fault = "an earlier row has the same pattern";
		if (fault)
			return pl_diag_set(diag, PL_E_SYNTAX, "route %zu (%s): %s", i,
				rows[i].pattern ? rows[i].pattern : "no pattern", fault);
	}
	return PL_OK;
}

static bool match_segment(const struct segment *seg, pl_str part, pl_str *ret_value)
{
	if (seg->name.len == 0)
		return pl_str_eq(seg->tail, part);
	if (part.len <= seg->tail.len || !pl_str_ends(part, seg->tail))
		return false;
	*ret_value = pl_str_sub(part, 0, part.len - seg->tail.len);
	return true;
}

/* Most rows differ in their first letters. */
static bool may_match(const char *pattern, pl_str path)
{
	size_t i = 0;

	while (i < path.len && pattern[i] == path.ptr[i] && pattern[i] != '{')
		i++;
	return pattern[i] == '{' || (pattern[i] == '\0' && i == path.len);
}

static bool match_row(const struct pl_route *row, pl_str path, struct pl_route_match *ret)
{
	struct pl_route_match m = {.route = row};
	pl_str pattern = pl_str_from(row->pattern), want, have;

	while (next_segment(&pattern, &want)) {
		struct segment seg;
		pl_str before = path, value = {0};

		if (parse_segment(want, &seg) || !next_segment(&path, &have))
			return false;
		if (seg.rest) {
			value = pl_str_sub(before, 1, before.len);
			path = (pl_str){0};
			if (value.len == 0)
				return false;
		} else if (!match_segment(&seg, have, &value)) {
			return false;
		}
		if (seg.name.len > 0 && m.count < PL_ROUTE_CAPTURES_MAX)
			m.captures[m.count++] = (struct pl_route_capture){seg.name, value};
	}
	if (path.len > 0)
		return false;
	*ret = m;
	return true;
}

pl_status pl_route_find(const struct pl_route *rows, size_t count, enum pl_http_method method, pl_str path,
	struct pl_route_match *ret, unsigned *ret_allow)
{
	struct pl_route_match m;
	unsigned allow = 0;

	for (size_t i = 0; i < count; i++) {
		if (!may_match(rows[i].pattern, path) || !match_row(&rows[i], path, &m))
			continue;
		if (rows[i].method == method) {
			*ret = m;
			return PL_OK;
		}
		allow |= 1u << rows[i].method;
	}
	if (!allow)
		return PL_E_NOTFOUND;
	if (ret_allow)
		*ret_allow = allow;
	return PL_E_UNSUPPORTED;
}

static int unhex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Percent-decode @raw into new memory of @arena. */
static pl_status decode(pl_str raw, bool plus, struct pl_arena *arena, pl_str *ret)
{
	char *out = pl_arena_alloc(arena, raw.len + 1, 1);
	size_t n = 0;

	if (!out)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];

		if (c == '%') {
			bool whole = raw.len - i > 2;
			int hi = whole ? unhex(raw.ptr[i + 1]) : -1;
			int lo = whole ? unhex(raw.ptr[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				return PL_E_SYNTAX;
			c = (char)(hi << 4 | lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		out[n++] = c;
	}
	*ret = pl_str_of(out, n);
	return pl_str_is_utf8(*ret) ? PL_OK : PL_E_SYNTAX;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

pl_status pl_route_path(pl_str raw, struct pl_arena *arena, pl_str *ret)
{
	pl_str path, rest, part;
	size_t slashes = 0;
	pl_status st;

	if (raw.len > PL_ROUTE_PATH_MAX)
		return PL_E_TOOBIG;
	if (!pl_str_starts(raw, PL_STR("/")))
		return PL_E_SYNTAX;
	st = decode(raw, false, arena, &path);
	if (st)
		return st;
	for (size_t i = 0; i < raw.len; i++)
		slashes += raw.ptr[i] == '/';
	for (size_t i = 0; i < path.len; i++) {
		if (is_control(path.ptr[i]) || path.ptr[i] == '\\')
			return PL_E_SYNTAX;
		if (path.ptr[i] == '/' && slashes-- == 0)
			return PL_E_SYNTAX; /* an encoded slash */
	}
	rest = path;
	while (path.len > 1 && next_segment(&rest, &part))
		if (part.len == 0 || pl_str_eq(part, PL_STR(".")) || pl_str_eq(part, PL_STR("..")))
			return PL_E_SYNTAX;
	*ret = path;
	return PL_OK;
}

pl_status pl_route_unescape(pl_str raw, struct pl_arena *arena, pl_str *ret)
{
	pl_str text;
	pl_status st = decode(raw, true, arena, &text);

	if (st)
		return st;
	for (size_t i = 0; i < text.len; i++)
		if (is_control(text.ptr[i]) && text.ptr[i] != '\t' && text.ptr[i] != '\r' && text.ptr[i] != '\n')
			return PL_E_SYNTAX;
	*ret = text;
	return PL_OK;
}

pl_status pl_route_query(pl_str raw, pl_str key, struct pl_arena *arena, pl_str *ret)
{
	pl_str found = {0};
	bool seen = false;
	size_t fields = 0;

	while (raw.len > 0) {
		size_t n = pl_str_find(raw, '&'), eq;
		pl_str pair = pl_str_sub(raw, 0, n), name;
		pl_status st;

		if (fields++ == PL_ROUTE_FIELDS_MAX)
			return PL_E_TOOBIG;
		raw = pl_str_sub(raw, n + 1, raw.len);
		eq = pl_str_find(pair, '=');
		st = pl_route_unescape(pl_str_sub(pair, 0, eq), arena, &name);
		if (st)
			return st;
		if (!pl_str_eq(name, key))
			continue;
		if (seen)
			return PL_E_SYNTAX;
		seen = true;
		found = pl_str_sub(pair, eq + 1, pair.len);
	}
	return seen ? pl_route_unescape(found, arena, ret) : PL_E_NOTFOUND;
}

void pl_route_escape(struct pl_buf *out, pl_str text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (is_literal_char((char)c) || c == '~') {
			pl_buf_put_u8(out, c);
		} else {
			pl_buf_put_c(out, '%');
			pl_buf_put_c(out, digits[c >> 4]);
			pl_buf_put_c(out, digits[c & 15]);
		}
	}
}
