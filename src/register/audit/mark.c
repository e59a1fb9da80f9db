/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/mark.h"
#include "base/random.h"

#define PREFIX "PLM-"

struct pl_mark pl_mark_new(void)
{
	struct pl_mark m;

	pl_random(m.v.b, sizeof m.v.b);
	return m;
}

void pl_mark_write(const struct pl_mark *m, char out[static PL_MARK_TEXT + 1])
{
	memcpy(out, PREFIX, 4);
	pl_ulid_write(&m->v, out + 4);
}

pl_status pl_mark_parse(pl_str text, struct pl_mark *ret)
{
	return pl_str_eat(&text, PL_STR(PREFIX)) ? pl_ulid_parse(text, &ret->v) : PL_E_SYNTAX;
}

bool pl_mark_eq(const struct pl_mark *a, const struct pl_mark *b)
{
	return memcmp(a->v.b, b->v.b, sizeof a->v.b) == 0;
}

static bool bit_of(const struct pl_mark *m, size_t i)
{
	return m->v.b[i / 8 % sizeof m->v.b] >> (7 - i % 8) & 1;
}

static void set_bit(struct pl_mark *m, size_t i)
{
	m->v.b[i / 8] |= (uint8_t)(1u << (7 - i % 8));
}

/* ---- blanks ---- */

void pl_mark_put_blanks(struct pl_buf *out, const struct pl_mark *m)
{
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < PL_MARK_BITS; i++)
		pl_buf_put_c(out, bit_of(m, i) ? '\t' : ' ');
	pl_buf_put_c(out, '\n');
}

static void find_blanks(pl_str text, struct pl_marks *s)
{
	pl_str line;

	while (pl_str_take_line(&text, &line)) {
		struct pl_mark m = {0};
		size_t i = 0;

		if (pl_str_ends(line, PL_STR("\r")))
			line.len--;
		for (; line.len == PL_MARK_BITS && i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
			if (line.ptr[i] == '\t')
				set_bit(&m, i);
		if (i == PL_MARK_BITS)
			pl_marks_add(s, &m);
	}
}

/* ---- letters ---- */

static void find_letters(pl_str text, struct pl_marks *s)
{
	for (size_t i = 0; i + PL_MARK_TEXT <= text.len; i++) {
		struct pl_mark m;

		if (text.ptr[i] == 'P' && pl_mark_parse(pl_str_sub(text, i, PL_MARK_TEXT), &m) == PL_OK)
			pl_marks_add(s, &m);
	}
}

/* ---- quotes ---- */

/* One cell of RFC 4180 as it is written, without what ends it. */
struct cell {
	pl_str raw;
	bool quoted, carries; /* may it stand bare as well as in quotes? */
	bool last;            /* nothing follows */
};

static bool needs_quotes(char c)
{
	return c == '"' || c == ',' || c == '\r' || c == '\n';
}

static bool carries(pl_str bare)
{
	/* An empty cell and one in quotes are not the same to everybody, nor are blanks at its ends. */
	if (!bare.len || bare.ptr[0] == ' ' || bare.ptr[0] == '\t' || bare.ptr[bare.len - 1] == ' ' ||
		bare.ptr[bare.len - 1] == '\t')
		return false;
	for (size_t i = 0; i < bare.len; i++)
		if (needs_quotes(bare.ptr[i]))
			return false;
	return true;
}

/* Take one cell off @rest, and the comma or line end behind it, which goes to @end. */
static pl_status take_cell(pl_str *rest, struct cell *ret, pl_str *end)
{
	pl_str t = *rest;
	size_t i = 0;

	*ret = (struct cell){.quoted = t.len && t.ptr[0] == '"'};
	if (ret->quoted) {
		for (i = 1; i < t.len && (t.ptr[i] != '"' || (i + 1 < t.len && t.ptr[i + 1] == '"')); i++)
			i += t.ptr[i] == '"';
		if (i >= t.len)
			return PL_E_SYNTAX;
		i++;
	}
	else
		while (i < t.len && !needs_quotes(t.ptr[i]))
			i++;
	ret->raw = pl_str_sub(t, 0, i);
	ret->carries = carries(ret->quoted ? pl_str_sub(t, 1, i - 2) : ret->raw);
	*end = pl_str_sub(t, i, 0);
	if (i < t.len && t.ptr[i] == '\r' && i + 1 < t.len && t.ptr[i + 1] == '\n')
		*end = pl_str_sub(t, i, 2);
	else if (i < t.len && (t.ptr[i] == ',' || t.ptr[i] == '\n'))
		*end = pl_str_sub(t, i, 1);
	else if (i < t.len)
		return PL_E_SYNTAX;
	ret->last = i == t.len;
	*rest = pl_str_sub(t, i + end->len, t.len - i - end->len);
	return PL_OK;
}

static void put_cell(struct pl_buf *out, const struct cell *c, bool bit)
{
	pl_str bare = c->quoted ? pl_str_sub(c->raw, 1, c->raw.len - 2) : c->raw;

	if (!c->carries) {
		pl_buf_put_str(out, c->raw);
		return;
	}
	if (bit)
		pl_buf_put_c(out, '"');
	pl_buf_put_str(out, bare);
	if (bit)
		pl_buf_put_c(out, '"');
}

pl_status pl_mark_put_quotes(pl_str csv, const struct pl_mark *m, struct pl_buf *out, struct pl_diag *diag)
{
	size_t bits = 0, line = 1;
	struct cell c = {0};
	pl_str end;

	while (csv.len && !c.last) {
		if (take_cell(&csv, &c, &end))
			return pl_diag_set(diag, PL_E_SYNTAX, "line %zu: no comma-separated values as RFC 4180 has them", line);
		put_cell(out, &c, bit_of(m, bits % PL_MARK_BITS));
		pl_buf_put_str(out, end);
		bits += c.carries;
		line += end.len && !pl_str_eq(end, PL_STR(","));
	}
	if (pl_buf_status(out))
		return pl_buf_status(out);
	if (bits < PL_MARK_BITS) {
		pl_diag_hint(diag, "hand it out as text: --media text/plain adds a line at its end");
		return pl_diag_set(diag, PL_E_RANGE, "a mark needs %u cells that may stand bare or in quotes; there are %zu",
			PL_MARK_BITS, bits);
	}
	return PL_OK;
}

static void find_quotes(pl_str csv, struct pl_marks *s)
{
	struct pl_mark m = {0};
	struct cell c = {0};
	size_t bits = 0;
	pl_str end;

	while (csv.len && !c.last) {
		if (take_cell(&csv, &c, &end))
			return;
		if (!c.carries)
			continue;
		if (c.quoted)
			set_bit(&m, bits);
		if (++bits == PL_MARK_BITS) {
			pl_marks_add(s, &m);
			m = (struct pl_mark){0};
			bits = 0;
		}
	}
}

/* ---- sets ---- */

void pl_marks_add(struct pl_marks *s, const struct pl_mark *m)
{
	for (size_t i = 0; i < s->n; i++)
		if (pl_mark_eq(&s->m[i], m))
			return;
	if (s->n < PL_MARKS_MAX)
		s->m[s->n++] = *m;
}

void pl_marks_find(pl_str text, struct pl_marks *s)
{
	find_letters(text, s);
	find_blanks(text, s);
	find_quotes(text, s);
}
