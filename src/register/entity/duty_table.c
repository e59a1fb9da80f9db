/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of duties. */
#include "fact/predicates.h"
#include "register/claim.h"
#include "register/entity/columns.h"
#include "register/entity/table.h"

#define DRILL_DAYS 365u

enum column { ENTITY, DUTY, DRILLED, DRILL_DAYS_COLUMN, HOLDERS, DEPUTIES, COLUMNS };
static const char *const columns[COLUMNS + 1] = {"entity", "duty", "drilled", "drill-days", "holders", "deputies",
	NULL};

/* ---- posts ---- */

static pl_status add_qualification(struct pl_duty_post *p, pl_str word, struct pl_diag *diag)
{
	size_t at = p->n_qualifications;

	if (at == PL_DUTY_QUALIFICATIONS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u qualifications of a post", PL_DUTY_QUALIFICATIONS_MAX);
	if (!pl_predicate_token_ok(word))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a qualification of a-z 0-9 . _ + -");
	for (; at > 0 && pl_str_cmp(word, p->qualifications[at - 1]) < 0; at--)
		p->qualifications[at] = p->qualifications[at - 1];
	p->qualifications[at] = word;
	p->n_qualifications++;
	return PL_OK;
}

/* "release-desk@example-vendor-de:first-aid/iso-27001" */
static pl_status read_post(pl_str text, bool deputy, struct pl_duty *d, struct pl_diag *diag)
{
	struct pl_duty_post p = {.deputy = deputy};
	size_t at = d->n_posts;
	pl_str word;
	pl_status st = PL_OK;

	if (!pl_str_take_until(&text, '@', &p.post))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a post and where it is: release-desk@example-vendor-de");
	if (!pl_str_take_until(&text, ':', &p.at)) {
		p.at = text;
		text = (pl_str){0};
	}
	if (!pl_predicate_token_ok(p.post) || !pl_predicate_token_ok(p.at))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a post and where it is: release-desk@example-vendor-de");
	while (!st && pl_columns_part(&text, '/', &word))
		st = add_qualification(&p, word, diag);
	if (!st && at == PL_DUTY_POSTS_MAX)
		st = pl_diag_set(diag, PL_E_TOOBIG, "at most %u posts carry a duty", PL_DUTY_POSTS_MAX);
	if (st)
		return st;
	for (; at > 0 && pl_str_cmp(p.post, d->posts[at - 1].post) < 0; at--)
		d->posts[at] = d->posts[at - 1];
	d->posts[at] = p;
	d->n_posts++;
	return PL_OK;
}

static pl_status read_posts(pl_str cell, bool deputies, struct pl_duty *d, struct pl_diag *diag)
{
	pl_str part;
	pl_status st = PL_OK;

	while (!st && pl_columns_part(&cell, ' ', &part))
		st = read_post(part, deputies, d, diag);
	if (st)
		pl_diag_context(diag, "%s", deputies ? "deputies" : "holders");
	return st;
}

/* ---- rows ---- */

static pl_status read_row(const pl_str *t, struct pl_duty *d, struct pl_diag *diag)
{
	unsigned kind;
	pl_status st;

	*d = (struct pl_duty){.entity = t[ENTITY], .drill_days = DRILL_DAYS};
	if (!pl_predicate_token_ok(d->entity))
		return pl_diag_set(diag, PL_E_SYNTAX, "entity: expected an identifier of a-z 0-9 . _ + -, at most 64");
	if (pl_claim_word(t[DUTY], pl_duty_kinds, &kind))
		return pl_diag_set(diag, PL_E_SYNTAX, "duty: expected delivery, payments, release-approval, request-desk or support");
	d->kind = (enum pl_duty_kind)kind;
	if (t[DRILL_DAYS_COLUMN].len && (pl_str_to_u64(t[DRILL_DAYS_COLUMN], PL_DUTY_DRILL_DAYS_MAX, &d->drill_days) ||
		!d->drill_days))
		return pl_diag_set(diag, PL_E_RANGE, "drill-days: expected 1 to %u", PL_DUTY_DRILL_DAYS_MAX);
	st = pl_columns_day(t[DRILLED], "drilled", &d->drilled, diag);
	if (!st)
		st = read_posts(t[HOLDERS], false, d, diag);
	if (!st)
		st = read_posts(t[DEPUTIES], true, d, diag);
	return st ? st : pl_duty_check(d, diag);
}

static pl_status is_new(const struct pl_duty_row *rows, size_t n, struct pl_diag *diag)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].duty.kind == rows[n].duty.kind && pl_str_eq(rows[i].duty.entity, rows[n].duty.entity))
			return pl_diag_set(diag, PL_E_EXISTS, "that duty stands in line %u, too", rows[i].line);
	return PL_OK;
}

struct reading {
	struct pl_arena *arena;
	struct pl_duty_row *rows;
};

static pl_status take_row(void *ctx, size_t i, unsigned line, const pl_str *texts, struct pl_diag *diag)
{
	const struct reading *t = ctx;
	pl_status st;

	t->rows[i].line = line;
	st = read_row(texts, &t->rows[i].duty, diag);
	return st ? st : is_new(t->rows, i, diag);
}

pl_status pl_duty_table_parse(pl_str csv, struct pl_arena *arena, struct pl_duty_row **ret, size_t *ret_n,
	struct pl_diag *diag)
{
	struct reading t = {.arena = arena, .rows = pl_arena_alloc(arena, PL_ENTITY_ROWS_MAX, sizeof *t.rows)};
	const struct pl_columns_reader r = {.names = columns, .max = PL_ENTITY_ROWS_MAX, .row = take_row, .ctx = &t};
	pl_status st = t.rows ? pl_columns_table(&r, csv, arena, ret_n, diag) : PL_E_NOMEM;

	if (!st)
		*ret = t.rows;
	return st;
}
