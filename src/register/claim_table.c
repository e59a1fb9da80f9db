/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim_table.h"
#include "base/config.h"
#include "fact/predicates.h"

#define VALUE_MAX ((UINT64_C(1) << 53) - 1)

enum column {
	CLAIM, KIND, SUBJECT, PROPERTY, BOUND, VALUE, UNIT, WORD, STANDING, FROM, TO, AS_OF, DUE, REVIEW, PRODUCT, VERSION, WORDS, SOURCE,
	EVIDENCE, COLUMNS
};
static const char *const columns[COLUMNS + 1] = {
	"claim", "kind", "subject", "property", "bound", "value", "unit", "word", "standing", "from", "to", "as-of", "due", "review",
	"product", "version", "words", "source", "evidence", NULL,
};
/* Read over. */
static const char *const expectations[] = {"must flag", "must not flag", NULL};

struct texts {
	pl_str at[COLUMNS];
};

/* ---- one claim from its texts ---- */

static pl_status token(const struct texts *t, enum column column, bool required, pl_str *ret, struct pl_diag *diag)
{
	pl_str s = t->at[column];

	if (s.len ? !pl_predicate_token_ok(s) : required)
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected an identifier of a-z 0-9 . _ + -, at most 64", columns[column]);
	*ret = s;
	return PL_OK;
}

static pl_status word_of(const struct texts *t, enum column column, const char *const *words, unsigned *ret, struct pl_diag *diag)
{
	struct pl_buf list PL_CLEANUP(pl_buf_done) = PL_BUF(400);

	if (pl_claim_word(t->at[column], words, ret) == PL_OK)
		return PL_OK;
	for (size_t i = 0; words[i]; i++)
		pl_buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
	return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected one of %.*s", columns[column], PL_STR_ARG(pl_buf_str(&list)));
}

static pl_status date(const struct texts *t, enum column column, bool end, uint64_t *ret, struct pl_diag *diag)
{
	pl_status st = t->at[column].len ? pl_claim_date(t->at[column], end, ret, diag) : PL_OK;

	if (!st && t->at[column].len && !*ret)
		st = pl_diag_set(diag, PL_E_RANGE, "expected a date behind 1970-01-01");
	if (st)
		pl_diag_context(diag, "%s", columns[column]);
	return st;
}

static pl_status read_value(const struct texts *t, struct pl_claim *c, struct pl_diag *diag)
{
	unsigned bound = 0, standing = 0;
	pl_status st = PL_OK;

	c->has_value = t->at[VALUE].len;
	if (c->has_value && pl_str_to_u64(t->at[VALUE], VALUE_MAX, &c->value))
		return pl_diag_set(diag, PL_E_SYNTAX, "value: expected a number from 0 to 2^53 - 1, in digits alone");
	if (t->at[BOUND].len && !c->has_value)
		return pl_diag_set(diag, PL_E_SYNTAX, "bound: there is no value beside it");
	if (t->at[BOUND].len)
		st = word_of(t, BOUND, pl_claim_bounds, &bound, diag);
	c->bound = (enum pl_claim_bound)bound;
	if (!st && t->at[STANDING].len)
		st = word_of(t, STANDING, pl_claim_standings, &standing, diag);
	if (!st && t->at[STANDING].len)
		c->standing = (enum pl_claim_standing)(standing + 1);
	if (!st)
		st = token(t, UNIT, false, &c->unit, diag);
	return st ? st : token(t, WORD, false, &c->word, diag);
}

static pl_status read_dates(const struct texts *t, struct pl_claim *c, struct pl_diag *diag)
{
	pl_status st = date(t, FROM, false, &c->from, diag);

	if (!st)
		st = date(t, TO, true, &c->to, diag);
	if (!st)
		st = date(t, AS_OF, false, &c->as_of, diag);
	if (!st)
		st = date(t, DUE, true, &c->due, diag);
	return st ? st : date(t, REVIEW, true, &c->review, diag);
}

pl_status pl_claim_digests(pl_str text, struct pl_digest ret[static PL_CLAIM_EVIDENCE_MAX], size_t *ret_n, struct pl_diag *diag)
{
	struct pl_digest d, sorted[PL_CLAIM_EVIDENCE_MAX];
	size_t n = 0;

	while (text.len) {
		pl_str one = text;
		size_t at = n;

		if (!pl_str_take_until(&text, ' ', &one))
			text = (pl_str){0};
		if (n == PL_CLAIM_EVIDENCE_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %u digests", PL_CLAIM_EVIDENCE_MAX);
		if (pl_digest_parse(one, &d))
			return pl_diag_set(diag, PL_E_SYNTAX, "expected sha256: and 64 hex digits, separated by one space");
		for (; at > 0 && memcmp(d.b, sorted[at - 1].b, sizeof d.b) < 0; at--)
			sorted[at] = sorted[at - 1];
		if (at > 0 && pl_digest_eq(&d, &sorted[at - 1]))
			return pl_diag_set(diag, PL_E_EXISTS, "a digest stands twice");
		sorted[at] = d;
		n++;
	}
	memcpy(ret, sorted, n * sizeof *sorted);
	*ret_n = n;
	return PL_OK;
}

static pl_status read_documents(const struct texts *t, struct pl_claim_row *row, struct pl_diag *diag)
{
	struct pl_claim *c = &row->claim;
	pl_status st = PL_OK;

	row->text = t->at[WORDS];
	if (!row->text.len || row->text.len > PL_CLAIM_TEXT_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "words: expected 1 to %u bytes: the sentence, for people", PL_CLAIM_TEXT_MAX);
	c->words = (struct pl_body){.size = row->text.len, .media_type = PL_STR("text/plain")};
	pl_sha256(pl_str_bytes(row->text), &c->words.digest);
	c->has_source = t->at[SOURCE].len;
	if (c->has_source && pl_digest_parse(t->at[SOURCE], &c->source))
		return pl_diag_set(diag, PL_E_SYNTAX, "source: expected sha256: and 64 hex digits");
	st = pl_claim_digests(t->at[EVIDENCE], c->evidence, &c->n_evidence, diag);
	if (st)
		pl_diag_context(diag, "evidence");
	return st;
}

static pl_status read_claim(const struct texts *t, struct pl_claim_row *ret, struct pl_diag *diag)
{
	struct pl_claim_row row = {.claim.version = t->at[VERSION]};
	struct pl_claim *c = &row.claim;
	unsigned kind = 0;
	pl_status st = token(t, CLAIM, true, &c->id, diag);

	if (!st)
		st = word_of(t, KIND, pl_claim_kinds, &kind, diag);
	c->kind = (enum pl_claim_kind)kind;
	if (!st)
		st = token(t, SUBJECT, true, &c->subject, diag);
	if (!st)
		st = token(t, PROPERTY, true, &c->property, diag);
	if (!st)
		st = token(t, PRODUCT, false, &c->product, diag);
	if (!st)
		st = read_value(t, c, diag);
	if (!st)
		st = read_dates(t, c, diag);
	if (!st)
		st = read_documents(t, &row, diag);
	if (!st)
		st = pl_claim_check(c, diag);
	if (st)
		return st;
	row.line = ret->line;
	*ret = row;
	return PL_OK;
}

/* ---- tables ---- */

#define TABLE_COLUMNS (COLUMNS + PL_COUNT(expectations))

/* Where each column of the table goes; COLUMNS: nowhere. */
static pl_status read_header(struct pl_csv *c, struct pl_arena *arena, unsigned *to, size_t *ret_n, struct pl_diag *diag)
{
	bool seen[COLUMNS + 1] = {false};
	pl_str names[TABLE_COLUMNS];
	pl_status st = pl_csv_row(c, arena, names, PL_COUNT(names), ret_n, diag);

	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, PL_E_SYNTAX, "expected a line of column names") : st;
	for (size_t i = 0; i < *ret_n; i++) {
		unsigned over;

		to[i] = COLUMNS;
		if (pl_claim_word(names[i], expectations, &over) == PL_OK)
			continue;
		if (pl_claim_word(names[i], columns, &to[i]))
			return pl_diag_set(diag, PL_E_NOTFOUND, "line 1: a claim has no column \"%.*s\"",
				PL_STR_ARG(pl_str_sub(names[i], 0, 40)));
		if (seen[to[i]])
			return pl_diag_set(diag, PL_E_EXISTS, "line 1: \"%.*s\" stands twice", PL_STR_ARG(names[i]));
		seen[to[i]] = true;
	}
	return PL_OK;
}

static pl_status read_row(struct pl_csv *c, struct pl_arena *arena, const unsigned *to, size_t width, struct pl_claim_row *row,
	struct pl_diag *diag)
{
	struct texts t = {0};
	pl_str values[TABLE_COLUMNS];
	size_t n = 0;
	pl_status st = pl_csv_row(c, arena, values, PL_COUNT(values), &n, diag);

	if (st)
		return st;
	row->line = c->line;
	if (n != width)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected %zu values, found %zu", width, n);
	for (size_t i = 0; i < n; i++)
		if (to[i] < COLUMNS)
			t.at[to[i]] = values[i];
	return read_claim(&t, row, diag);
}

static pl_status is_new(const struct pl_claim_row *rows, size_t n, const struct pl_claim_row *row, struct pl_diag *diag)
{
	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(rows[i].claim.id, row->claim.id))
			return pl_diag_set(diag, PL_E_EXISTS, "the claim \"%.*s\" stands in line %u, too", PL_STR_ARG(row->claim.id),
				rows[i].line);
	return PL_OK;
}

pl_status pl_claim_table_parse(pl_str csv, struct pl_arena *arena, struct pl_claim_row **ret, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_claim_row *rows = pl_arena_alloc(arena, PL_CLAIM_ROWS_MAX, sizeof *rows);
	unsigned to[TABLE_COLUMNS];
	size_t width = 0, n = 0;
	struct pl_csv c;
	pl_status st;

	if (!rows)
		return PL_E_NOMEM;
	pl_csv_init(&c, csv);
	st = read_header(&c, arena, to, &width, diag);
	while (!st && c.rest.len) {
		if (n == PL_CLAIM_ROWS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %u claims in one table", PL_CLAIM_ROWS_MAX);
		st = read_row(&c, arena, to, width, &rows[n], diag);
		if (!st)
			st = is_new(rows, n, &rows[n], diag);
		if (st)
			pl_diag_at(diag, c.line, 0);
		n++;
	}
	if (!st && !n)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "there are no rows");
	if (st)
		return st;
	*ret = rows;
	*ret_n = n;
	return PL_OK;
}

/* ---- files ---- */

#define KEY(column, name) {.section = "claim", .key = (name), .type = PL_CONFIG_STRING, .offset = offsetof(struct texts, at[column])}

static const struct pl_config_key keys[] = {
	KEY(CLAIM, "claim"), KEY(KIND, "kind"), KEY(SUBJECT, "subject"), KEY(PROPERTY, "property"), KEY(BOUND, "bound"),
	KEY(VALUE, "value"), KEY(UNIT, "unit"), KEY(WORD, "word"), KEY(STANDING, "standing"), KEY(FROM, "from"), KEY(TO, "to"),
	KEY(AS_OF, "as-of"), KEY(DUE, "due"), KEY(REVIEW, "review"), KEY(PRODUCT, "product"), KEY(VERSION, "version"),
	KEY(WORDS, "words"), KEY(SOURCE, "source"), KEY(EVIDENCE, "evidence"),
};
_Static_assert(PL_COUNT(keys) == COLUMNS, "every column is a key");

pl_status pl_claim_file_parse(pl_str text, struct pl_arena *arena, struct pl_claim_row *ret, struct pl_diag *diag)
{
	const struct pl_config_table table = {keys, PL_COUNT(keys)};
	struct pl_claim_row row = {0}, *rows;
	struct texts t = {0};
	size_t n = 0;
	pl_status st;

	if (pl_str_find_str(text, PL_STR("[claim]")) == text.len) {
		st = pl_claim_table_parse(text, arena, &rows, &n, diag);
		if (!st && n != 1)
			st = pl_diag_set(diag, PL_E_RANGE, "expected one claim, found %zu: pellucid claim import takes more", n);
		if (!st)
			*ret = rows[0];
		return st;
	}
	st = pl_config_parse(&table, text, (pl_str){0}, arena, &t, sizeof t, diag);
	if (!st)
		st = read_claim(&t, &row, diag);
	if (!st)
		*ret = row;
	return st;
}
