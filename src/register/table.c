/* SPDX-License-Identifier: Apache-2.0 */
#include "register/table.h"
#include "register/cases.h"
#include "register/private.h"
#include "register/recover.h"

#define ROW_BYTES ((size_t)4 << 20)

struct entering {
	const struct pl_register *r;
	pl_str csv;
	const struct pl_register_table_options *opt;
	uint64_t first, last;
	struct pl_vault_key *keys; /* one a row, if the register keeps anything private */
	struct pl_register_secret *secrets; /* one a row, if it gets a promise */
	size_t n_rows, at; /* at most so many */
	struct pl_diag *diag;
};

/* Which field stands in which column. */
static pl_status read_columns(struct entering *e, struct pl_csv *c, struct pl_arena *arena, size_t *column, size_t *ret_n)
{
	pl_str names[PL_REGISTER_FIELDS_MAX];
	pl_status st = pl_csv_row(c, arena, names, PL_COUNT(names), ret_n, e->diag);

	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(e->diag, PL_E_SYNTAX, "expected a line of field names") : st;
	for (size_t i = 0; i < *ret_n; i++) {
		const struct pl_register_field *f = pl_register_decl_field(e->r->decl, names[i]);

		if (!f)
			return pl_diag_set(e->diag, PL_E_NOTFOUND, "line 1: the register %.*s has no field \"%.*s\"",
				PL_STR_ARG(e->r->decl->name), PL_STR_ARG(names[i]));
		column[i] = (size_t)(f - e->r->decl->fields);
		for (size_t k = 0; k < i; k++)
			if (column[k] == column[i])
				return pl_diag_set(e->diag, PL_E_EXISTS, "line 1: \"%.*s\" stands twice", PL_STR_ARG(names[i]));
	}
	return PL_OK;
}

/* The values of one line; they point into @room, which holds nothing else. */
static pl_status read_values(struct entering *e, const pl_str *texts, size_t n, const size_t *column, struct pl_buf *room,
	struct pl_register_values *values)
{
	size_t start[PL_REGISTER_FIELDS_MAX], end[PL_REGISTER_FIELDS_MAX];

	*values = (struct pl_register_values){0};
	pl_buf_clear(room);
	for (size_t i = 0; i < n; i++) {
		pl_status st = PL_OK;

		start[i] = room->len;
		if (texts[i].len)
			st = pl_register_value_read(e->r->decl, &e->r->decl->fields[column[i]], texts[i], room, e->diag);
		if (st)
			return st;
		end[i] = room->len;
	}
	for (size_t i = 0; i < n; i++)
		if (texts[i].len)
			values->v[column[i]] = (struct pl_commit_value){true, pl_bytes_of(room->ptr + start[i], end[i] - start[i])};
	return PL_OK;
}

static pl_status enter_row(struct entering *e, struct pl_db_tx *tx, struct pl_csv *c, const size_t *column, size_t columns,
	struct pl_buf *room)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	pl_str texts[PL_REGISTER_FIELDS_MAX];
	struct pl_register_values values;
	struct pl_register_case entered = {0};
	size_t n = 0;
	pl_status st = pl_csv_row(c, &arena, texts, PL_COUNT(texts), &n, e->diag);

	if (st)
		return st;
	if (n != columns)
		return pl_diag_set(e->diag, PL_E_SYNTAX, "line %u: expected %zu values, found %zu", c->line, columns, n);
	st = read_values(e, texts, n, column, room, &values);
	if (!st && e->at == e->n_rows)
		st = PL_E_INTERNAL;
	if (!st)
		st = pl_register_enter(tx, e->r, &values, e->keys ? &e->keys[e->at] : NULL, e->opt->now, &entered, e->diag);
	if (!st && e->secrets)
		st = pl_register_promise_note(tx, e->r, entered.number, e->opt->now, &e->secrets[e->at]);
	e->at++;
	if (st) {
		pl_diag_context(e->diag, "line %u", c->line);
		return st;
	}
	if (!e->first)
		e->first = entered.number;
	e->last = entered.number;
	return PL_OK;
}

static pl_status enter_all(void *ctx, struct pl_db_tx *tx)
{
	struct entering *e = ctx;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_buf room PL_CLEANUP(pl_buf_done) = PL_BUF(ROW_BYTES);
	size_t column[PL_REGISTER_FIELDS_MAX], columns = 0;
	struct pl_csv c;
	pl_status st;

	e->first = e->last = 0;
	e->at = 0;
	pl_csv_init(&c, e->csv);
	st = read_columns(e, &c, &arena, column, &columns);
	while (!st)
		st = enter_row(e, tx, &c, column, columns, &room);
	return st == PL_E_NOTFOUND && !c.rest.len && e->last ? PL_OK : st;
}

/* A key for every row, stored before the transaction begins. Those of rows that do not come to be are of no use and no harm. */
static pl_status make_room(struct pl_instance *inst, struct entering *e)
{
	for (size_t i = 0; i < e->csv.len; i++)
		e->n_rows += e->csv.ptr[i] == '\n';
	e->n_rows++;
	if (e->opt->promises) {
		e->secrets = pl_try_realloc(NULL, e->n_rows, sizeof *e->secrets);
		if (!e->secrets)
			return PL_E_NOMEM;
	}
	if (!pl_register_wants_key(e->r->decl))
		return PL_OK;
	e->keys = pl_try_realloc(NULL, e->n_rows, sizeof *e->keys);
	return e->keys ? pl_instance_vault_new(inst, &e->r->id, e->keys, e->n_rows, e->diag) : PL_E_NOMEM;
}

static void wipe_room(struct entering *e)
{
	if (e->keys)
		pl_wipe(e->keys, e->n_rows * sizeof *e->keys);
	if (e->secrets)
		pl_wipe(e->secrets, e->n_rows * sizeof *e->secrets);
	pl_free(e->keys);
	pl_free(e->secrets);
}

pl_status pl_register_enter_table(struct pl_instance *inst, const struct pl_register *r, pl_str csv,
	const struct pl_register_table_options *opt, uint64_t *ret_first, uint64_t *ret_last, struct pl_diag *diag)
{
	struct entering e = {.r = r, .csv = csv, .opt = opt, .diag = diag};
	pl_status st = pl_register_current(inst, diag);

	if (!st)
		st = make_room(inst, &e);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), enter_all, &e);
	for (size_t i = 0; i < e.at && !st && opt->entered; i++)
		opt->entered(opt->ctx, e.first + i, e.secrets ? &e.secrets[i] : NULL);
	wipe_room(&e);
	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "there are no rows") : st;
	*ret_first = e.first;
	*ret_last = e.last;
	return PL_OK;
}
