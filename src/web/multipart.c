/* SPDX-License-Identifier: Apache-2.0 */
#include "web/multipart.h"
#include <strings.h>

#define DELIMITER_MAX (PL_MULTIPART_BOUNDARY_MAX + 4) /* CR LF and two dashes in front */
#define LINES_MAX 8u

enum phase {
	PART,  /* in a part's bytes, or before the first boundary: .matched bytes of the delimiter have come */
	AFTER, /* behind a delimiter: two dashes, or a line end */
	HEAD,
	TAIL,  /* behind the final boundary: a line end, or nothing */
	OVER,
};

struct pl_multipart {
	const struct pl_multipart_sink *sink;
	void *ctx;
	enum phase phase;
	bool inside; /* a part was begun */
	size_t parts, matched, delimiter_len;
	char delimiter[DELIMITER_MAX];
	char pair[2]; /* in AFTER and TAIL */
	size_t n_pair;
	struct pl_buf head;
	pl_status status;
};

/* ---- tokens and parameters (RFC 9110, 5.6; RFC 2045, 5.1) ---- */

static bool is_token_char(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

static void skip_blanks(pl_str *s)
{
	while (s->len && (s->ptr[0] == ' ' || s->ptr[0] == '\t'))
		*s = pl_str_sub(*s, 1, s->len);
}

static bool take_token(pl_str *s, pl_str *ret)
{
	size_t n = 0;

	while (n < s->len && is_token_char(s->ptr[n]))
		n++;
	*ret = pl_str_sub(*s, 0, n);
	*s = pl_str_sub(*s, n, s->len);
	return n > 0;
}

static bool same_word(pl_str a, const char *b)
{
	return a.len == strlen(b) && strncasecmp(a.ptr, b, a.len) == 0;
}

/* A quoted string as browsers write it: a quotation mark ends it, unless a backslash stands before it; any other backslash is itself,
 * as in the paths of old programs. The text goes to @out, which has room. */
static bool take_quoted(pl_str *s, char *out, size_t *ret_len)
{
	size_t n = 0, i = 1;

	for (; i < s->len && s->ptr[i] != '"'; i++) {
		if (s->ptr[i] == '\\' && i + 1 < s->len && s->ptr[i + 1] == '"')
			i++;
		out[n++] = s->ptr[i];
	}
	if (i >= s->len)
		return false;
	*s = pl_str_sub(*s, i + 1, s->len);
	*ret_len = n;
	return true;
}

/* "; name=value" at the front of @s. The value lies in @room behind *@used. False: @s is over, or no such thing; @s tells. */
static bool take_param(pl_str *s, char *room, size_t *used, pl_str *name, pl_str *value)
{
	pl_str rest = *s;
	size_t len = 0;

	skip_blanks(&rest);
	if (!pl_str_eat(&rest, PL_STR(";")))
		return false;
	skip_blanks(&rest);
	if (!take_token(&rest, name) || !pl_str_eat(&rest, PL_STR("=")))
		return false;
	if (rest.len && rest.ptr[0] == '"') {
		if (!take_quoted(&rest, room + *used, &len))
			return false;
		*value = pl_str_of(room + *used, len);
		*used += len;
	} else if (!take_token(&rest, value)) {
		return false;
	}
	*s = rest;
	return true;
}

/* ---- the boundary ---- */

static bool is_boundary(pl_str b)
{
	if (!b.len || b.len > PL_MULTIPART_BOUNDARY_MAX || b.ptr[b.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < b.len; i++) {
		char c = b.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c && strchr("'()+_,-./:=? ", c)))
			return false;
	}
	return true;
}

/* "multipart/form-data" at the front. */
static bool eat_type(pl_str *s)
{
	static const pl_str type = PL_STR_INIT("multipart/form-data");

	skip_blanks(s);
	if (s->len < type.len || strncasecmp(s->ptr, type.ptr, type.len) != 0)
		return false;
	*s = pl_str_sub(*s, type.len, s->len);
	return !s->len || strchr(" \t;", s->ptr[0]);
}

bool pl_multipart_is(pl_str content_type)
{
	return eat_type(&content_type);
}

pl_status pl_multipart_new(pl_str content_type, const struct pl_multipart_sink *sink, void *ctx, struct pl_multipart **ret)
{
	char room[1024];
	pl_str rest = content_type, name, value, boundary = {0};
	struct pl_multipart *m;
	size_t used = 0;

	if (content_type.len > sizeof room || !eat_type(&rest))
		return PL_E_SYNTAX;
	while (take_param(&rest, room, &used, &name, &value)) {
		if (!same_word(name, "boundary"))
			continue;
		if (boundary.len)
			return PL_E_SYNTAX;
		boundary = value;
	}
	skip_blanks(&rest);
	if (rest.len || !is_boundary(boundary))
		return PL_E_SYNTAX;
	m = PL_NEW(struct pl_multipart);
	*m = (struct pl_multipart){.sink = sink, .ctx = ctx, .matched = 2, .delimiter_len = boundary.len + 4, .head = PL_BUF(PL_MULTIPART_HEAD_MAX)};
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
	*ret = m;
	return PL_OK;
}

void pl_multipart_free(struct pl_multipart *m)
{
	if (!m)
		return;
	pl_buf_done_secret(&m->head);
	pl_free(m);
}

/* ---- a part's head ---- */

struct heading {
	char room[PL_MULTIPART_HEAD_MAX];
	size_t used;
	bool seen, has_name;
	struct pl_multipart_part part;
};

static bool is_plain_text(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return pl_str_is_utf8(s);
}

static pl_status read_disposition(struct heading *h, pl_str rest)
{
	pl_str word, name, value;

	skip_blanks(&rest);
	if (h->seen || !take_token(&rest, &word) || !same_word(word, "form-data"))
		return PL_E_SYNTAX;
	h->seen = true;
	while (take_param(&rest, h->room, &h->used, &name, &value)) {
		if (same_word(name, "name") && !h->has_name) {
			h->has_name = true;
			h->part.name = value;
		} else if (same_word(name, "filename") && !h->part.is_file) {
			h->part.is_file = true;
			h->part.filename = value;
		} else {
			return PL_E_SYNTAX; /* twice, or "filename*", which RFC 7578, 4.2 forbids */
		}
	}
	skip_blanks(&rest);
	return !rest.len && h->part.name.len && h->part.name.len <= PL_MULTIPART_NAME_MAX && is_plain_text(h->part.name) ? PL_OK : PL_E_SYNTAX;
}

static pl_status read_line(struct heading *h, pl_str line)
{
	pl_str name, rest = line;

	for (size_t i = 0; i < line.len; i++)
		if (((unsigned char)line.ptr[i] < 0x20 && line.ptr[i] != '\t') || line.ptr[i] == 0x7f)
			return PL_E_SYNTAX;
	if (!take_token(&rest, &name) || !pl_str_eat(&rest, PL_STR(":")))
		return PL_E_SYNTAX;
	rest = pl_str_trim(rest);
	if (same_word(name, "Content-Disposition"))
		return read_disposition(h, rest);
	if (same_word(name, "Content-Transfer-Encoding"))
		return same_word(rest, "binary") || same_word(rest, "8bit") || same_word(rest, "7bit") ? PL_OK : PL_E_SYNTAX;
	if (same_word(name, "Content-Type"))
		return rest.len >= 10 && strncasecmp(rest.ptr, "multipart/", 10) == 0 ? PL_E_SYNTAX : PL_OK;
	return PL_OK;
}

/* .head has all lines, each with its CR LF, without the empty one. */
static pl_status read_head(struct pl_multipart *m)
{
	struct heading *h = PL_NEW(struct heading);
	pl_str rest = pl_buf_str(&m->head), line;
	pl_status st = PL_OK;

	for (unsigned n = 0; !st && pl_str_take_line(&rest, &line); n++) {
		line.len--; /* its CR, as .head takes nothing else before a line feed */
		st = n == LINES_MAX ? PL_E_TOOBIG : read_line(h, line);
	}
	if (!st && !h->seen)
		st = PL_E_SYNTAX;
	if (!st && m->parts++ == PL_MULTIPART_PARTS_MAX)
		st = PL_E_TOOBIG;
	if (!st)
		st = m->sink->begin(m->ctx, &h->part);
	pl_wipe(h, sizeof *h);
	pl_free(h);
	pl_buf_clear(&m->head);
	m->inside = true;
	m->phase = PART;
	m->matched = 0;
	return st;
}

static pl_status step_head(struct pl_multipart *m, char c)
{
	char before = m->head.len ? (char)m->head.ptr[m->head.len - 1] : '\0';

	if ((c == '\n') != (before == '\r'))
		return PL_E_SYNTAX;
	pl_buf_put_c(&m->head, c);
	if (pl_buf_status(&m->head))
		return PL_E_TOOBIG;
	if (c != '\n')
		return PL_OK;
	if (m->head.len == 2)
		return PL_E_SYNTAX; /* a part without a head */
	if (m->head.len < 4 || memcmp(m->head.ptr + m->head.len - 4, "\r\n\r\n", 4) != 0)
		return PL_OK;
	pl_buf_truncate(&m->head, m->head.len - 2);
	return read_head(m);
}

/* ---- between parts ---- */

static pl_status step_after(struct pl_multipart *m, char c)
{
	m->pair[m->n_pair++] = c;
	if (m->n_pair < 2)
		return PL_OK;
	m->n_pair = 0;
	if (memcmp(m->pair, "\r\n", 2) == 0)
		m->phase = HEAD;
	else if (memcmp(m->pair, "--", 2) == 0)
		m->phase = TAIL;
	else
		return PL_E_SYNTAX;
	return PL_OK;
}

static pl_status step_tail(struct pl_multipart *m, char c)
{
	if (c != "\r\n"[m->n_pair])
		return PL_E_SYNTAX;
	if (++m->n_pair == 2)
		m->phase = OVER;
	return PL_OK;
}

/* ---- a part's bytes ---- */

static pl_status hand_on(struct pl_multipart *m, const void *data, size_t len)
{
	if (!len)
		return PL_OK;
	return m->inside ? m->sink->data(m->ctx, pl_bytes_of(data, len)) : PL_E_SYNTAX;
}

/* A carriage return stands at the front of the delimiter and nowhere else in it: what was matched when another byte comes is a part's,
 * and only that byte can begin anew. */
static pl_status step_part(struct pl_multipart *m, pl_bytes *rest)
{
	const uint8_t *at = rest->ptr, *cr;
	size_t n = 0;
	pl_status st = PL_OK;

	if (m->matched) {
		if (*at == (uint8_t)m->delimiter[m->matched]) {
			*rest = pl_bytes_of(at + 1, rest->len - 1);
			if (++m->matched < m->delimiter_len)
				return PL_OK;
			m->phase = AFTER;
			m->matched = 0;
			if (m->inside)
				st = m->sink->end(m->ctx);
			m->inside = false;
			return st;
		}
		n = m->matched;
		m->matched = 0;
		return hand_on(m, m->delimiter, n);
	}
	cr = memchr(at, '\r', rest->len);
	n = cr ? (size_t)(cr - at) : rest->len;
	m->matched = cr != NULL;
	*rest = pl_bytes_of(at + n + m->matched, rest->len - n - m->matched);
	return hand_on(m, at, n);
}

static pl_status step(struct pl_multipart *m, pl_bytes *rest)
{
	char c = (char)rest->ptr[0];

	if (m->phase == PART)
		return step_part(m, rest);
	*rest = pl_bytes_of(rest->ptr + 1, rest->len - 1);
	return m->phase == AFTER ? step_after(m, c) : m->phase == HEAD ? step_head(m, c) : m->phase == TAIL ? step_tail(m, c) : PL_E_SYNTAX;
}

pl_status pl_multipart_feed(struct pl_multipart *m, pl_bytes piece)
{
	while (piece.len && !m->status)
		m->status = step(m, &piece);
	return m->status;
}

pl_status pl_multipart_end(struct pl_multipart *m)
{
	if (!m->status && m->phase != OVER && !(m->phase == TAIL && m->n_pair == 0))
		m->status = PL_E_SYNTAX;
	return m->status;
}
