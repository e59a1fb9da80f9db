/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/table.h"
#include "fact/predicates.h"
#include "register/claim.h"
#include "register/entity/columns.h"
#include <stdlib.h>

enum column {
	AUDIT, STANDARD, EDITION, KIND, AUDITOR, AUDITOR_ENTITY, SCOPE, PRODUCTS, SYSTEMS, CONTROLS, AS_OF, FROM, TO,
	VALID_FROM, VALID_TO, SUPERSEDES, REPORT, REPORT_SIZE, REPORT_MEDIA, COLUMNS
};
static const char *const columns[COLUMNS + 1] = {
	"audit", "standard", "edition", "kind", "auditor", "auditor-entity", "scope", "products", "systems", "controls",
	"as-of", "from", "to", "valid-from", "valid-to", "supersedes", "report", "report-size", "report-media", NULL,
};

/* ---- what is covered ---- */

static int by_name(const void *a, const void *b)
{
	return pl_audit_cover_cmp(a, b);
}

static pl_status read_things(pl_str cell, enum pl_audit_thing kind, struct pl_audit_cover *covers, size_t *n,
	struct pl_diag *diag)
{
	pl_str word;

	while (pl_columns_part(&cell, ' ', &word)) {
		if (!word.len)
			continue;
		if (!pl_predicate_token_ok(word))
			return pl_diag_set(diag, PL_E_SYNTAX, "%ss: \"%.*s\" is no identifier of a-z 0-9 . _ + -, at most 64",
				pl_audit_things[kind], PL_STR_ARG(pl_str_sub(word, 0, 70)));
		if (*n == PL_AUDIT_COVERS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "one audit covers at most %u products, systems and controls",
				PL_AUDIT_COVERS_MAX);
		covers[(*n)++] = (struct pl_audit_cover){kind, word};
	}
	return PL_OK;
}

static pl_status read_covers(const pl_str *t, struct pl_arena *arena, struct pl_audit *a, struct pl_diag *diag)
{
	struct pl_audit_cover list[PL_AUDIT_COVERS_MAX], *kept;
	size_t n = 0;
	pl_status st = read_things(t[CONTROLS], PL_AUDIT_CONTROL, list, &n, diag);

	if (!st)
		st = read_things(t[PRODUCTS], PL_AUDIT_PRODUCT, list, &n, diag);
	if (!st)
		st = read_things(t[SYSTEMS], PL_AUDIT_SYSTEM, list, &n, diag);
	if (st)
		return st;
	kept = pl_arena_alloc(arena, n + 1, sizeof *kept);
	if (!kept)
		return PL_E_NOMEM;
	qsort(list, n, sizeof *list, by_name);
	memcpy(kept, list, n * sizeof *kept);
	a->covers = kept;
	a->n_covers = n;
	return PL_OK;
}

/* ---- texts and the report ---- */

static pl_status read_text(pl_str cell, const char *name, struct pl_body *ret, struct pl_diag *diag)
{
	if (!cell.len || cell.len > PL_AUDIT_TEXT_MAX || !pl_str_is_utf8(cell))
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected 1 to %zu bytes of text", name, PL_AUDIT_TEXT_MAX);
	for (size_t i = 0; i < cell.len; i++)
		if ((unsigned char)cell.ptr[i] < 0x20 || cell.ptr[i] == 0x7f)
			return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected one line without control characters", name);
	*ret = (struct pl_body){.size = cell.len, .media_type = PL_STR(PL_AUDIT_TEXT_MEDIA)};
	pl_sha256(pl_str_bytes(cell), &ret->digest);
	return PL_OK;
}

static bool media_ok(pl_str s)
{
	bool slash = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < 0x21 || s.ptr[i] > 0x7e)
			return false;
		slash = slash || s.ptr[i] == '/';
	}
	return slash && s.len <= 128;
}

static pl_status read_report(const pl_str *t, struct pl_audit *a, struct pl_diag *diag)
{
	if (!t[REPORT].len && !t[REPORT_SIZE].len && !t[REPORT_MEDIA].len)
		return PL_OK;
	a->has_report = true;
	a->report.media_type = t[REPORT_MEDIA].len ? t[REPORT_MEDIA] : PL_STR("application/pdf");
	if (pl_digest_parse(t[REPORT], &a->report.digest))
		return pl_diag_set(diag, PL_E_SYNTAX, "report: expected sha256: and 64 lower-case hexadecimal digits");
	if (pl_str_to_u64(t[REPORT_SIZE], INT64_C(1) << 53, &a->report.size) || !a->report.size)
		return pl_diag_set(diag, PL_E_SYNTAX, "report-size: expected the number of its bytes");
	if (!media_ok(a->report.media_type))
		return pl_diag_set(diag, PL_E_SYNTAX, "report-media: expected a media type like application/pdf");
	return PL_OK;
}

/* ---- rows ---- */

static pl_status read_tokens(const pl_str *t, struct pl_diag *diag)
{
	static const enum column list[] = {AUDIT, STANDARD, EDITION, AUDITOR_ENTITY, SUPERSEDES};

	for (size_t i = 0; i < PL_COUNT(list); i++)
		if ((t[list[i]].len || list[i] <= STANDARD) && !pl_predicate_token_ok(t[list[i]]))
			return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected an identifier of a-z 0-9 . _ + -, at most 64",
				columns[list[i]]);
	return PL_OK;
}

static pl_status read_days(const pl_str *t, struct pl_audit *a, struct pl_diag *diag)
{
	const struct {
		enum column column;
		uint64_t *day;
	} list[] = {{AS_OF, &a->as_of}, {FROM, &a->from}, {TO, &a->to}, {VALID_FROM, &a->valid_from}, {VALID_TO, &a->valid_to}};
	pl_status st = PL_OK;

	for (size_t i = 0; i < PL_COUNT(list) && !st; i++)
		st = pl_columns_day(t[list[i].column], columns[list[i].column], list[i].day, diag);
	return st;
}

static pl_status read_row(const pl_str *t, struct pl_arena *arena, struct pl_audit_row *row, struct pl_diag *diag)
{
	struct pl_audit *a = &row->audit;
	unsigned kind = 0;
	pl_status st = read_tokens(t, diag);

	*a = (struct pl_audit){.id = t[AUDIT], .standard = t[STANDARD], .edition = t[EDITION],
		.auditor_entity = t[AUDITOR_ENTITY], .supersedes = t[SUPERSEDES]};
	if (!st && pl_claim_word(t[KIND], pl_audit_kinds, &kind))
		st = pl_diag_set(diag, PL_E_SYNTAX, "kind: expected certification, surveillance, test, type-1 or type-2");
	a->kind = (enum pl_audit_kind)kind;
	row->scope = t[SCOPE];
	row->auditor = t[AUDITOR];
	if (!st)
		st = read_text(row->scope, "scope", &a->scope, diag);
	if (!st && row->auditor.len)
		st = read_text(row->auditor, "auditor", &a->auditor, diag);
	if (!st)
		st = read_days(t, a, diag);
	if (!st)
		st = read_covers(t, arena, a, diag);
	if (!st)
		st = read_report(t, a, diag);
	return st ? st : pl_audit_check(a, diag);
}

struct reading {
	struct pl_arena *arena;
	struct pl_audit_row *rows;
};

static pl_status take_row(void *ctx, size_t i, unsigned line, const pl_str *texts, struct pl_diag *diag)
{
	const struct reading *t = ctx;

	t->rows[i].line = line;
	return read_row(texts, t->arena, &t->rows[i], diag);
}

pl_status pl_audit_table_parse(pl_str csv, struct pl_arena *arena, struct pl_audit_row **ret, size_t *ret_n,
	struct pl_diag *diag)
{
	struct reading t = {.arena = arena, .rows = pl_arena_alloc(arena, PL_AUDIT_ROWS_MAX, sizeof *t.rows)};
	const struct pl_columns_reader r = {.names = columns, .max = PL_AUDIT_ROWS_MAX, .row = take_row, .ctx = &t};
	pl_status st = t.rows ? pl_columns_table(&r, csv, arena, ret_n, diag) : PL_E_NOMEM;

	if (!st)
		*ret = t.rows;
	return st;
}
