/* SPDX-License-Identifier: Apache-2.0 */
#include "register/openings.h"
#include "base/time.h"
#include "log/tree.h"

#define LINE_HEAD "pellucid-openings v1"

/* ---- words ---- */

pl_str pl_openings_word(pl_str *line)
{
	pl_str one = *line;

	if (!pl_str_take_until(line, ' ', &one))
		*line = (pl_str){0};
	return one;
}

pl_str pl_openings_value(pl_str word)
{
	if (pl_str_eq(word, PL_STR("~")))
		return (pl_str){0};
	return pl_str_eq(word, PL_STR(".")) ? PL_STR("") : word;
}

static bool take_u64(pl_str *s, uint64_t *ret)
{
	return pl_str_to_u64(pl_openings_word(s), INT64_MAX, ret) == PL_OK;
}

static bool take_digest(pl_str *s, struct pl_digest *ret)
{
	return pl_hex_read(pl_openings_word(s), ret->b, sizeof ret->b) == PL_OK;
}

/* Seconds; only the one spelling of whole seconds. */
static bool take_time(pl_str *s, uint64_t *ret)
{
	pl_str word = pl_openings_word(s);
	char again[21];
	uint64_t t;

	if (pl_time_parse(word, &t))
		return false;
	pl_time_write(t, again);
	*ret = t / PL_SECOND;
	return pl_str_eq(word, pl_str_from(again));
}

static void put_hex(struct pl_buf *out, const struct pl_digest *d)
{
	pl_buf_put_c(out, ' ');
	pl_hex_put(out, pl_digest_bytes(d));
}

static void put_time(struct pl_buf *out, uint64_t seconds)
{
	pl_buf_put_c(out, ' ');
	pl_time_put(out, seconds * PL_SECOND);
}

/* ---- the head ---- */

void pl_register_end_empty(struct pl_register_end *ret)
{
	*ret = (struct pl_register_end){0};
	pl_tree_empty(&ret->root);
}

static void put_end(struct pl_buf *out, const char *word, const struct pl_register_end *e)
{
	pl_buf_printf(out, "%s %llu %llu %llu", word, (unsigned long long)e->size, (unsigned long long)e->highest,
		(unsigned long long)e->days);
	put_time(out, e->time);
	put_hex(out, &e->root);
	put_hex(out, &e->chain);
	pl_buf_put_c(out, '\n');
}

void pl_openings_head_put(struct pl_buf *out, const struct pl_openings_head *h)
{
	pl_buf_put_z(out, LINE_HEAD "\norigin ");
	pl_buf_put_str(out, h->origin);
	pl_buf_put_z(out, "\nperiod");
	put_time(out, h->from);
	put_time(out, h->to);
	pl_buf_put_c(out, '\n');
	put_end(out, "first", &h->first);
	put_end(out, "last", &h->last);
	pl_buf_printf(out, "declaration %zu\n", h->declaration.len);
	pl_buf_put_str(out, h->declaration);
	for (size_t i = 0; i < h->n_earlier; i++) {
		pl_buf_printf(out, "earlier %llu %zu\n", (unsigned long long)h->earlier[i].until, h->earlier[i].declaration.len);
		pl_buf_put_str(out, h->earlier[i].declaration);
	}
	pl_buf_put_str(out, h->stated);
}

/* The lines that state totals, at the front of *@text. */
static pl_str take_stated(pl_str *text)
{
	const pl_str before = *text;
	pl_str rest = before, line;

	if (!pl_str_starts(rest, PL_STR("counted ")))
		return (pl_str){0};
	do
		*text = rest;
	while (pl_str_take_line(&rest, &line) &&
		(pl_str_starts(line, PL_STR("counted ")) || pl_str_starts(line, PL_STR("total ")) || pl_str_starts(line, PL_STR("cell "))));
	return pl_str_of(before.ptr, before.len - text->len);
}

static bool take_end_words(pl_str line, struct pl_register_end *e)
{
	return take_u64(&line, &e->size) && take_u64(&line, &e->highest) && take_u64(&line, &e->days) && take_time(&line, &e->time) &&
		take_digest(&line, &e->root) && take_digest(&line, &e->chain) && !line.len;
}

static bool take_end(pl_str *text, pl_str word, struct pl_register_end *e)
{
	pl_str line;

	return pl_str_take_line(text, &line) && pl_str_eat(&line, word) && take_end_words(line, e);
}

/* So many bytes at the front of *@rest. */
static bool take_text(pl_str *rest, uint64_t len, pl_str *ret)
{
	if (len > PL_REGISTER_DECLARATION_MAX || len > rest->len)
		return false;
	*ret = pl_str_sub(*rest, 0, (size_t)len);
	*rest = pl_str_sub(*rest, (size_t)len, SIZE_MAX);
	return true;
}

static bool take_earlier(pl_str *rest, struct pl_openings_head *h)
{
	while (pl_str_starts(*rest, PL_STR("earlier "))) {
		struct pl_openings_earlier *e = &h->earlier[h->n_earlier];
		uint64_t before = h->n_earlier ? e[-1].until : h->first.size, len;
		pl_str line;

		if (h->n_earlier == PL_OPENINGS_EARLIER_MAX || !pl_str_take_line(rest, &line) || !pl_str_eat(&line, PL_STR("earlier ")) ||
			!take_u64(&line, &e->until) || !take_u64(&line, &len) || line.len || e->until <= before || e->until > h->last.size ||
			!take_text(rest, len, &e->declaration))
			return false;
		h->n_earlier++;
	}
	return true;
}

pl_status pl_openings_head_take(pl_str *text, struct pl_openings_head *ret, struct pl_diag *diag)
{
	struct pl_openings_head h = {0};
	pl_str rest = *text, line;
	uint64_t len;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eq(line, PL_STR(LINE_HEAD)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the first line \"" LINE_HEAD "\"");
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("origin ")) || !line.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"origin <name of the log>\"");
	h.origin = line;
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("period ")) || !take_time(&line, &h.from) ||
		!take_time(&line, &h.to) || line.len || h.from >= h.to)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"period <from> <to>\"");
	if (!take_end(&rest, PL_STR("first "), &h.first) || !take_end(&rest, PL_STR("last "), &h.last))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected the lines first and last: size, highest number, days, time, root, chain");
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("declaration ")) || !take_u64(&line, &len) ||
		line.len || !take_text(&rest, len, &h.declaration))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"declaration <bytes>\" and so many bytes");
	if (!take_earlier(&rest, &h))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected at most %u lines \"earlier <until> <bytes>\", whose positions ascend between the two heads, "
						      "and so many bytes behind each", PL_OPENINGS_EARLIER_MAX);
	h.stated = take_stated(&rest);
	*text = rest;
	*ret = h;
	return PL_OK;
}

void pl_openings_gap_put(struct pl_buf *out, const struct pl_register_end *e, const struct pl_digest *packed, size_t n)
{
	put_end(out, "gap", e);
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_z(out, "edge");
		put_hex(out, &packed[i]);
		pl_buf_put_c(out, '\n');
	}
}

pl_status pl_openings_gap_take(pl_str line, pl_str *rest, struct pl_register_end *ret, struct pl_digest packed[static 63],
	size_t *ret_lines)
{
	struct pl_register_end e = {0};
	pl_str ahead = *rest;
	size_t n = 0;

	if (!pl_str_eat(&line, PL_STR("gap ")) || !take_end_words(line, &e))
		return PL_E_SYNTAX;
	while (n < 63 && pl_str_starts(ahead, PL_STR("edge "))) {
		pl_str edge;

		if (!pl_str_take_line(&ahead, &edge) || !pl_str_eat(&edge, PL_STR("edge ")) || pl_hex_read(edge, packed[n].b, PL_DIGEST_LEN))
			return PL_E_SYNTAX;
		n++;
	}
	*rest = ahead;
	*ret = e;
	*ret_lines = n;
	return PL_OK;
}

void pl_openings_day_put(struct pl_buf *out, const struct pl_register_day *day)
{
	pl_buf_put_z(out, "day");
	put_time(out, day->day);
	put_time(out, day->time);
	pl_buf_printf(out, " %llu %llu", (unsigned long long)day->unconfirmed, (unsigned long long)day->refused);
	put_hex(out, &day->root);
	pl_buf_put_c(out, '\n');
}

pl_status pl_openings_day_read(pl_str line, struct pl_register_day *ret)
{
	struct pl_register_day d = {0};

	if (!pl_str_eat(&line, PL_STR("day ")) || !take_time(&line, &d.day) || !take_time(&line, &d.time) ||
		!take_u64(&line, &d.unconfirmed) || !take_u64(&line, &d.refused) || !take_digest(&line, &d.root) || line.len)
		return PL_E_SYNTAX;
	*ret = d;
	return PL_OK;
}

/* ---- rows ---- */

static const char *const erased_words[] = {
	[PL_REGISTER_ERASED_EXACT] = "exact", [PL_REGISTER_ERASED_SEALED] = "sealed", [PL_REGISTER_ERASED_ALL] = "all",
};

/* "open-2": under the second of the earlier declarations. */
static bool take_under(pl_str word, unsigned *ret)
{
	uint64_t n;

	if (!pl_str_eat(&word, PL_STR("open-")) || pl_str_to_u64(word, PL_OPENINGS_EARLIER_MAX, &n) || !n)
		return false;
	*ret = (unsigned)n;
	return true;
}

static bool take_kind(pl_str *line, struct pl_row *r)
{
	pl_str word = pl_openings_word(line);

	if (pl_str_eq(word, PL_STR("open")) || take_under(word, &r->under)) {
		r->kind = PL_ROW_OPEN;
		r->opened = *line;
		return line->len != 0;
	}
	if (pl_str_eq(word, PL_STR("sealed"))) {
		r->kind = PL_ROW_SEALED;
		return take_digest(line, &r->sealed) && !line->len;
	}
	if (pl_str_eq(word, PL_STR("erased"))) {
		r->kind = PL_ROW_ERASED;
		for (unsigned i = 1; i < PL_COUNT(erased_words); i++)
			if (pl_str_eq(*line, pl_str_from(erased_words[i])))
				r->classes = i;
		return r->classes != 0;
	}
	r->kind = PL_ROW_LOST;
	return pl_str_eq(word, PL_STR("lost")) && !line->len && r->revision == 0;
}

pl_status pl_row_read(pl_str line, struct pl_row *ret)
{
	struct pl_row r = {0};
	pl_str word;
	uint64_t v;

	if (!pl_str_eat(&line, PL_STR("row ")) || !take_u64(&line, &r.number) || r.number == 0 || !take_u64(&line, &v) ||
		v > UINT32_MAX || !take_digest(&line, &r.leaf))
		return PL_E_SYNTAX;
	r.revision = (uint32_t)v;
	word = pl_openings_word(&line);
	r.has_previous = !pl_str_eq(word, PL_STR("-"));
	if (r.has_previous && (r.revision == 0 || pl_hex_read(word, r.previous.b, sizeof r.previous.b)))
		return PL_E_SYNTAX;
	if (!take_kind(&line, &r))
		return PL_E_SYNTAX;
	*ret = r;
	return PL_OK;
}

static void put_start(struct pl_buf *out, const struct pl_row *row, const char *kind)
{
	pl_buf_printf(out, "row %llu %u", (unsigned long long)row->number, row->revision);
	put_hex(out, &row->leaf);
	if (row->has_previous)
		put_hex(out, &row->previous);
	else
		pl_buf_put_z(out, " -");
	pl_buf_put_z(out, kind);
}

static void put_open(struct pl_buf *out, const struct pl_row *row)
{
	put_start(out, row, " open");
	if (row->under)
		pl_buf_printf(out, "-%u", row->under);
	pl_buf_put_c(out, ' ');
}

void pl_row_put(struct pl_buf *out, const struct pl_row *row)
{
	switch (row->kind) {
	case PL_ROW_OPEN:
		put_open(out, row);
		pl_buf_put_str(out, row->opened);
		break;
	case PL_ROW_SEALED:
		put_start(out, row, " sealed");
		put_hex(out, &row->sealed);
		break;
	case PL_ROW_ERASED:
		put_start(out, row, " erased ");
		pl_buf_put_z(out, erased_words[row->classes & PL_REGISTER_ERASED_ALL]);
		break;
	case PL_ROW_LOST:
		put_start(out, row, " lost");
		break;
	}
	pl_buf_put_c(out, '\n');
}

static pl_status put_value(struct pl_buf *out, const struct pl_commit_field *f, const struct pl_commit_value *v)
{
	size_t start;
	pl_status st;

	pl_buf_put_c(out, ' ');
	start = out->len;
	if (!v->present) {
		pl_buf_put_c(out, '~');
		return PL_OK;
	}
	st = pl_commit_value_text(f, v->value, out);
	if (!st && out->len == start)
		pl_buf_put_c(out, '.');
	return st;
}

pl_status pl_row_open_put(struct pl_buf *out, const struct pl_row *row, const struct pl_register_decl *decl,
	const uint8_t seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *values,
	const struct pl_commit_tree *tree)
{
	const struct pl_commit_decl *d = &decl->derived;

	put_open(out, row);
	pl_hex_put(out, pl_bytes_of(seed, PL_COMMIT_SEED_LEN));
	for (size_t i = 0; i < d->n; i++) {
		pl_status st = d->fields[i].is_private ? PL_OK : put_value(out, &d->fields[i], &values[i]);

		if (st)
			return st;
	}
	for (size_t i = 0; i < d->n; i++)
		if (d->fields[i].is_private)
			put_hex(out, &tree->leaves[i]);
	pl_buf_put_c(out, '\n');
	return pl_buf_status(out);
}

pl_status pl_row_values(const struct pl_row *row, const struct pl_register_decl *decl, pl_str *values)
{
	const struct pl_commit_decl *d = &decl->derived;
	pl_str rest = row->opened;

	(void)pl_openings_word(&rest); /* the seed */
	for (size_t i = 0; i < d->n; i++) {
		values[i] = (pl_str){0};
		if (d->fields[i].is_private)
			continue;
		values[i] = pl_openings_word(&rest);
		if (!values[i].len)
			return PL_E_SYNTAX;
		values[i] = pl_openings_value(values[i]);
	}
	return PL_OK;
}

/* The private leaves stand behind seed and values. */
static pl_status take_private(const struct pl_row *row, const struct pl_commit_decl *d, struct pl_commit_tree *tree)
{
	pl_str rest = row->opened;
	size_t open = 1;

	for (size_t i = 0; i < d->n; i++)
		open += !d->fields[i].is_private;
	for (size_t i = 0; i < open; i++)
		(void)pl_openings_word(&rest);
	for (size_t i = 0; i < d->n; i++)
		if (d->fields[i].is_private && !take_digest(&rest, &tree->leaves[i]))
			return PL_E_SYNTAX;
	return rest.len ? PL_E_SYNTAX : PL_OK;
}

static pl_status encode_values(const struct pl_commit_decl *d, const pl_str *text, struct pl_buf *scratch,
	struct pl_commit_value *values, struct pl_diag *diag)
{
	size_t at[PL_COMMIT_FIELDS_MAX + 1];

	for (size_t i = 0; i < d->n; i++) {
		pl_status st = PL_OK;

		at[i] = scratch->len;
		values[i] = (struct pl_commit_value){.present = text[i].ptr != NULL};
		if (values[i].present)
			st = pl_commit_value_encode(&d->fields[i], text[i], scratch, diag);
		if (st)
			return st;
	}
	at[d->n] = scratch->len;
	/* Only now: the buffer may have moved. */
	for (size_t i = 0; i < d->n; i++)
		values[i].value = pl_bytes_of(scratch->ptr + at[i], at[i + 1] - at[i]);
	return PL_OK;
}

pl_status pl_row_commitment(const struct pl_row *row, const struct pl_register_decl *decl, const struct pl_digest *reg,
	struct pl_buf *scratch, struct pl_digest *ret, struct pl_diag *diag)
{
	const struct pl_commit_decl *d = &decl->derived;
	struct pl_commit_value values[PL_COMMIT_FIELDS_MAX];
	pl_str text[PL_COMMIT_FIELDS_MAX], rest = row->opened;
	struct pl_commit_tree tree;
	struct pl_digest seed, context;
	pl_status st;

	if (!take_digest(&rest, &seed))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the open seed, 64 hex digits");
	st = pl_row_values(row, decl, text);
	if (!st)
		st = take_private(row, d, &tree);
	if (st)
		return pl_diag_set(diag, st, "expected a value for each of the open fields and a hash for each of the private ones");
	pl_buf_clear(scratch);
	st = encode_values(d, text, scratch, values, diag);
	if (st)
		return st;
	pl_register_case_context(reg, row->number, &context);
	pl_commit_rebuild(d, &context, row->revision, seed.b, values, &tree);
	pl_commit_root(&tree, ret);
	return PL_OK;
}
