/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of entities. */
#include "fact/predicates.h"
#include "register/claim.h"
#include "register/entity/columns.h"
#include "register/entity/table.h"

enum column {
	ENTITY, FROM, STATE, ROLES, JURISDICTION, LEI, LEGAL_NAME, OTHER_NAMES, REGISTERED_AT, REGISTER_NUMBER, PARENTS,
	ASSETS, APPROVES, OWN_BOOKS, BANKS, COLUMNS
};
static const char *const columns[COLUMNS + 1] = {
	"entity", "from", "state", "roles", "jurisdiction", "lei", "legal-name", "other-names", "registered-at",
	"register-number", "parents", "assets", "approves-releases", "own-books", "banks", NULL,
};

/* ---- lists in one cell ---- */

static pl_status read_roles(pl_str cell, struct pl_entity *e, struct pl_diag *diag)
{
	pl_str word;
	unsigned role;

	while (pl_columns_part(&cell, ' ', &word)) {
		if (pl_claim_word(word, pl_entity_roles, &role))
			return pl_diag_set(diag, PL_E_SYNTAX, "roles: there is no role \"%.*s\"", PL_STR_ARG(pl_str_sub(word, 0, 40)));
		e->roles |= PL_ENTITY_BIT(role);
	}
	return PL_OK;
}

/* "62.50", "62.5" or "62" per cent as hundredths. */
static pl_status read_share(pl_str text, uint64_t *ret)
{
	pl_str whole = text;
	uint64_t per_cent, part = 0;
	bool point = pl_str_take_until(&text, '.', &whole);

	if (pl_str_to_u64(whole, 100, &per_cent))
		return PL_E_SYNTAX;
	for (size_t i = 0; point && i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return PL_E_SYNTAX;
		part = part * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	if (point && (text.len == 0 || text.len > 2))
		return PL_E_SYNTAX;
	*ret = per_cent * 100 + (text.len == 1 && point ? part * 10 : part);
	return *ret && *ret <= PL_ENTITY_SHARES ? PL_OK : PL_E_RANGE;
}

static pl_status read_parent(pl_str text, struct pl_entity *e, struct pl_diag *diag)
{
	struct pl_entity_parent p = {0};
	size_t at = e->n_parents;
	pl_str share;

	if (!pl_str_take_until(&text, '/', &p.entity) || !pl_str_take_until(&text, '/', &share) ||
		!pl_predicate_token_ok(p.entity) ||
		read_share(share, &p.share) || !text.len || pl_columns_day(text, "parents", &p.since, NULL))
		return pl_diag_set(diag, PL_E_SYNTAX, "parents: expected one like example-holding/62.50/2008-01-01");
	if (at == PL_ENTITY_PARENTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "parents: at most %u", PL_ENTITY_PARENTS_MAX);
	for (; at > 0 && pl_str_cmp(p.entity, e->parents[at - 1].entity) < 0; at--)
		e->parents[at] = e->parents[at - 1];
	e->parents[at] = p;
	e->n_parents++;
	return PL_OK;
}

static pl_status read_asset(pl_str text, struct pl_entity *e, struct pl_diag *diag)
{
	struct pl_entity_asset a = {0};
	size_t at = e->n_assets;
	unsigned kind;
	pl_str word;

	if (!pl_str_take_until(&text, '/', &word) || pl_claim_word(word, pl_entity_asset_kinds, &kind) ||
		!pl_predicate_token_ok(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "assets: expected one like data-centre/zurich-1, contract/... or site/...");
	if (at == PL_ENTITY_ASSETS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "assets: at most %u", PL_ENTITY_ASSETS_MAX);
	a = (struct pl_entity_asset){(enum pl_entity_asset_kind)kind, text};
	for (; at > 0 && (a.kind < e->assets[at - 1].kind ||
		(a.kind == e->assets[at - 1].kind && pl_str_cmp(text, e->assets[at - 1].name) < 0));
		at--)
		e->assets[at] = e->assets[at - 1];
	e->assets[at] = a;
	e->n_assets++;
	return PL_OK;
}

static pl_status read_lists(const pl_str *t, struct pl_entity *e, struct pl_diag *diag)
{
	pl_str parents = t[PARENTS], assets = t[ASSETS], part;
	pl_status st = read_roles(t[ROLES], e, diag);

	while (!st && pl_columns_part(&parents, ' ', &part))
		st = read_parent(part, e, diag);
	while (!st && pl_columns_part(&assets, ' ', &part))
		st = read_asset(part, e, diag);
	return st;
}

/* ---- the sheet ---- */

static pl_status read_names(pl_str cell, struct pl_sheet *s, struct pl_diag *diag)
{
	pl_str part, word;
	unsigned kind;

	while (pl_columns_part(&cell, ';', &part)) {
		if (!pl_str_take_until(&part, ':', &word) || pl_claim_word(word, pl_sheet_kinds, &kind))
			return pl_diag_set(diag, PL_E_SYNTAX, "other-names: expected former:, local:, trading: or transliterated: in front of each");
		if (s->n_names == PL_SHEET_NAMES_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "other-names: at most %u", PL_SHEET_NAMES_MAX);
		s->names[s->n_names++] = (struct pl_sheet_name){(enum pl_sheet_name_kind)kind, pl_str_trim(part)};
	}
	return PL_OK;
}

static pl_status read_sheet(const pl_str *t, struct pl_arena *arena, struct pl_entity_row *row, struct pl_diag *diag)
{
	struct pl_sheet s = {.legal_name = t[LEGAL_NAME], .authority = t[REGISTERED_AT], .number = t[REGISTER_NUMBER]};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX);
	pl_str banks = t[BANKS], part;
	pl_status st = read_names(t[OTHER_NAMES], &s, diag);

	while (!st && pl_columns_part(&banks, ';', &part)) {
		if (s.n_banks == PL_SHEET_NAMES_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "banks: at most %u", PL_SHEET_NAMES_MAX);
		s.banks[s.n_banks++] = part;
	}
	if (!st && pl_sheet_write(&s, &text))
		st = pl_diag_set(diag, PL_E_SYNTAX, "legal-name, and every other name: 1 to %u bytes of text in one line",
			PL_SHEET_TEXT_MAX);
	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&text), &row->sheet);
	if (st)
		return st;
	row->entity.sheet = (struct pl_body){.size = row->sheet.len, .media_type = PL_STR(PL_SHEET_MEDIA)};
	pl_sha256(pl_str_bytes(row->sheet), &row->entity.sheet.digest);
	return PL_OK;
}

/* ---- rows ---- */

static pl_status read_words(const pl_str *t, struct pl_entity *e, struct pl_diag *diag)
{
	e->ended = pl_str_eq(t[STATE], PL_STR("ended"));
	if (!e->ended && t[STATE].len && !pl_str_eq(t[STATE], PL_STR("active")))
		return pl_diag_set(diag, PL_E_SYNTAX, "state: expected active or ended");
	e->approves = pl_str_eq(t[APPROVES], PL_STR("yes"));
	if (!e->approves && t[APPROVES].len && !pl_str_eq(t[APPROVES], PL_STR("no")))
		return pl_diag_set(diag, PL_E_SYNTAX, "approves-releases: expected yes or no");
	if (t[OWN_BOOKS].len && (pl_str_to_u64(t[OWN_BOOKS], 9999, &e->own_books) || e->own_books < 1970))
		return pl_diag_set(diag, PL_E_SYNTAX, "own-books: expected the year from which it keeps its own");
	return PL_OK;
}

static pl_status read_row(const pl_str *t, struct pl_arena *arena, struct pl_entity_row *row, struct pl_diag *diag)
{
	struct pl_entity *e = &row->entity;
	pl_status st;

	*e = (struct pl_entity){.id = t[ENTITY], .country = t[JURISDICTION], .lei = t[LEI]};
	if (!pl_predicate_token_ok(e->id))
		return pl_diag_set(diag, PL_E_SYNTAX, "entity: expected an identifier of a-z 0-9 . _ + -, at most 64");
	st = pl_columns_day(t[FROM], "from", &e->from, diag);
	if (!st && !e->from)
		st = pl_diag_set(diag, PL_E_SYNTAX, "from: expected the day from which this holds");
	if (!st)
		st = read_words(t, e, diag);
	if (!st)
		st = read_lists(t, e, diag);
	if (!st)
		st = read_sheet(t, arena, row, diag);
	return st ? st : pl_entity_check(e, diag);
}

struct reading {
	struct pl_arena *arena;
	struct pl_entity_row *rows;
};

static pl_status take_row(void *ctx, size_t i, unsigned line, const pl_str *texts, struct pl_diag *diag)
{
	const struct reading *t = ctx;

	t->rows[i].line = line;
	return read_row(texts, t->arena, &t->rows[i], diag);
}

pl_status pl_entity_table_parse(pl_str csv, struct pl_arena *arena, struct pl_entity_row **ret, size_t *ret_n,
	struct pl_diag *diag)
{
	struct reading t = {.arena = arena, .rows = pl_arena_alloc(arena, PL_ENTITY_ROWS_MAX, sizeof *t.rows)};
	const struct pl_columns_reader r = {.names = columns, .max = PL_ENTITY_ROWS_MAX, .row = take_row, .ctx = &t};
	pl_status st = t.rows ? pl_columns_table(&r, csv, arena, ret_n, diag) : PL_E_NOMEM;

	if (!st)
		*ret = t.rows;
	return st;
}
