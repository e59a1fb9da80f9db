/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

void pl_csv_init(struct pl_csv *c, pl_str text)
{
	*c = (struct pl_csv){.rest = text, .next_line = 1};
}

static pl_status wrong(struct pl_csv *c, struct pl_diag *diag, const char *what)
{
	pl_diag_at(diag, c->line, 0);
	return pl_diag_set(diag, PL_E_SYNTAX, "%s", what);
}

static char peek(const struct pl_csv *c)
{
	return c->rest.len ? c->rest.ptr[0] : '\0';
}

static void skip(struct pl_csv *c, size_t n)
{
	c->rest = pl_str_sub(c->rest, n, SIZE_MAX);
}

/* Behind the opening quote: everything up to the closing one, doubled quotes halved. */
static pl_status quoted(struct pl_csv *c, struct pl_buf *out, struct pl_diag *diag)
{
	for (;;) {
		if (!c->rest.len)
			return wrong(c, diag, "a quoted field does not end");
		if (peek(c) == '"') {
			skip(c, 1);
			if (peek(c) != '"' || !c->rest.len)
				return PL_OK;
		}
		c->next_line += peek(c) == '\n';
		pl_buf_put_c(out, peek(c));
		skip(c, 1);
	}
}

static pl_status plain(struct pl_csv *c, struct pl_buf *out, struct pl_diag *diag)
{
	while (c->rest.len && peek(c) != ',' && peek(c) != '\n' && !pl_str_starts(c->rest, PL_STR("\r\n"))) {
		if (peek(c) == '"')
			return wrong(c, diag, "a quote stands inside of a field that does not begin with one");
		pl_buf_put_c(out, peek(c));
		skip(c, 1);
	}
	return PL_OK;
}

/* Behind a field: another one follows (*@ret_more), or the row ends. */
static pl_status after(struct pl_csv *c, bool *ret_more, struct pl_diag *diag)
{
	*ret_more = false;
	if (!c->rest.len)
		return PL_OK;
	if (peek(c) == ',') {
		*ret_more = true;
		skip(c, 1);
		return PL_OK;
	}
	if (peek(c) == '\n' || pl_str_starts(c->rest, PL_STR("\r\n"))) {
		skip(c, peek(c) == '\n' ? 1 : 2);
		c->next_line++;
		return PL_OK;
	}
	return wrong(c, diag, "text follows a closing quote");
}

pl_status pl_csv_row(struct pl_csv *c, struct pl_arena *arena, pl_str *ret, size_t max, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_buf field PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	bool more = true;
	size_t n = 0;

	if (!c->rest.len)
		return PL_E_NOTFOUND;
	c->line = c->next_line;
	while (more) {
		bool quote = peek(c) == '"' && c->rest.len;
		pl_status st;

		if (n == max)
			return pl_diag_set(diag, PL_E_TOOBIG, "line %u: more than %zu fields", c->line, max);
		pl_buf_clear(&field);
		skip(c, quote);
		st = quote ? quoted(c, &field, diag) : plain(c, &field, diag);
		if (!st)
			st = after(c, &more, diag);
		if (!st)
			st = pl_buf_status(&field);
		if (!st && !pl_str_is_utf8(pl_buf_str(&field)))
			st = wrong(c, diag, "a field is not UTF-8");
		if (!st)
			st = pl_arena_dup(arena, pl_buf_str(&field), &ret[n++]);
		if (st)
			return st;
	}
	*ret_n = n;
	return PL_OK;
}

void pl_csv_put(struct pl_buf *out, pl_str field, bool first)
{
	bool quote = false;

	for (size_t i = 0; i < field.len; i++)
		quote = quote || field.ptr[i] == ',' || field.ptr[i] == '"' || field.ptr[i] == '\n' || field.ptr[i] == '\r';
	if (!first)
		pl_buf_put_c(out, ',');
	if (!quote) {
		pl_buf_put_str(out, field);
		return;
	}
	pl_buf_put_c(out, '"');
	for (size_t i = 0; i < field.len; i++) {
		if (field.ptr[i] == '"')
			pl_buf_put_c(out, '"');
		pl_buf_put_c(out, field.ptr[i]);
	}
	pl_buf_put_c(out, '"');
}
