/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/award_open: what of the awards is shown by now. */
#include "register/vuln/award.h"
#include "register/recover.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"
#include <stdlib.h>

#define PAGE 64u
#define AWARDS_MAX 100000u
#define KEYS_BYTES ((size_t)32 << 20)
#define KEY_MAX 400u

struct opening {
	struct pl_instance *inst;
	const struct pl_register *r;
	const struct pl_register_reader *reader;
	struct pl_award_opened done;
	struct pl_diag *diag;
};

/* ---- released reports ---- */

struct listing {
	const struct pl_register *r;
	uint64_t after;
	size_t n;
	struct {
		uint64_t number, case_number;
		char case_register[PL_REGISTER_NAME_MAX + 1];
	} row[PAGE];
};

static pl_status read_page(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_vuln_award_list,
		PL_DB_ARGS(PL_DB_STR(l->r->decl->name), PL_DB_U64(l->after), PL_DB_U64(PAGE)), &rows);

	l->n = 0;
	while (!st && l->n < PAGE && (st = pl_db_step(rows)) == PL_OK) {
		l->row[l->n].number = pl_db_col_u64(rows, 0);
		l->row[l->n].case_number = pl_db_col_u64(rows, 2);
		st = pl_str_z(pl_db_col_str(rows, 1), l->row[l->n].case_register, sizeof l->row[l->n].case_register);
		l->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status is_released(struct opening *o, const struct pl_register *r, uint64_t number, bool *ret)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = pl_register_case_read(o->inst, r, number, NULL, &v, o->diag);

	if (!st)
		*ret = pl_vuln_true(r, v, "released");
	return st;
}

static pl_status report_released(struct opening *o, const char *name, uint64_t number, bool *ret)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_status st = pl_register_open(o->inst, pl_str_from(name), &r, o->diag);

	return st ? st : is_released(o, r, number, ret);
}

struct releasing {
	struct opening *o;
	const struct pl_register_view *v;
	const struct pl_vuln_sets *sets; /* NULL: release it */
	struct pl_register_case made;
};

static pl_status change_tx(void *ctx, struct pl_db_tx *tx)
{
	struct releasing *l = ctx;

	return l->sets ? pl_register_case_change_tx(tx, l->o->r, l->v, l->sets->s, l->sets->n, &l->made, l->o->diag) :
			 pl_register_case_release_tx(tx, l->o->r, l->v, NULL, 0, &l->made, l->o->diag);
}

static pl_status change(struct opening *o, const struct pl_register_view *v, const struct pl_vuln_sets *sets)
{
	struct releasing l = {.o = o, .v = v, .sets = sets};
	pl_status st = pl_register_current(o->inst, o->diag);

	return st ? st : pl_db_tx(pl_instance_db(o->inst), change_tx, &l);
}

static pl_status release_one(struct opening *o, uint64_t number, const char *name, uint64_t report)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	bool award = false, open = false;
	pl_status st = is_released(o, o->r, number, &award);

	if (!st && !award)
		st = report_released(o, name, report, &open);
	if (st || !open)
		return st;
	st = pl_register_case_read(o->inst, o->r, number, o->reader, &v, o->diag);
	if (!st)
		st = change(o, v, NULL);
	o->done.released += !st;
	return st;
}

static pl_status release_all(struct opening *o)
{
	struct listing *l = PL_NEW(struct listing);
	pl_status st;

	l->r = o->r;
	do {
		st = pl_db_read(pl_instance_db(o->inst), read_page, l);
		for (size_t i = 0; i < l->n && !st; i++) {
			l->after = l->row[i].number;
			st = release_one(o, l->row[i].number, l->row[i].case_register, l->row[i].case_number);
		}
	} while (!st && l->n == PAGE);
	pl_free(l);
	return st;
}

/* ---- cells of five ---- */

struct celled {
	pl_str key;
	uint64_t number;
	bool exact;
};

static pl_status take_award(struct opening *o, uint64_t number, struct pl_arena *arena, struct celled *ret, size_t *n)
{
	static const char *const fields[] = {"product", "impact", "position", "currency"};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(KEY_MAX);
	pl_status st = pl_register_case_read(o->inst, o->r, number, NULL, &v, o->diag);

	if (st || !v->open_bytes.len || !v->kept || !pl_vuln_true(o->r, v, "released"))
		return st;
	for (size_t i = 0; i < PL_COUNT(fields); i++) {
		pl_buf_put_str(&key, pl_vuln_text(o->r, v, fields[i]));
		pl_buf_put_c(&key, '\n');
	}
	st = pl_buf_status(&key);
	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&key), &ret[*n].key);
	ret[*n].number = number;
	ret[*n].exact = pl_vuln_true(o->r, v, "exact");
	*n += !st;
	return st;
}

static int by_key(const void *a, const void *b)
{
	const struct celled *x = a, *y = b;
	int order = pl_str_cmp(x->key, y->key);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static pl_status open_one(struct opening *o, uint64_t number)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_vuln_sets sets;
	uint64_t amount;
	pl_status st = pl_register_case_read(o->inst, o->r, number, o->reader, &v, o->diag);

	if (st)
		return st;
	amount = pl_vuln_number(o->r, v, "amount");
	if (!amount)
		return PL_OK; /* nothing is known of it */
	pl_vuln_sets_init(&sets, o->r->decl, o->diag);
	pl_vuln_set_u64(&sets, "at-least", amount);
	pl_vuln_set_u64(&sets, "at-most", amount);
	pl_vuln_set_bool(&sets, "exact", true);
	st = sets.status ? sets.status : change(o, v, &sets);
	pl_vuln_sets_done(&sets);
	o->done.exact += !st;
	return st;
}

static pl_status open_cells(struct opening *o, struct celled *all, size_t n)
{
	pl_status st = PL_OK;

	qsort(all, n, sizeof *all, by_key);
	for (size_t i = 0, end; i < n && !st; i = end) {
		for (end = i; end < n && pl_str_eq(all[end].key, all[i].key); end++)
			;
		for (size_t k = i; end - i >= PL_AWARD_CELL && k < end && !st; k++)
			st = all[k].exact ? PL_OK : open_one(o, all[k].number);
	}
	return st;
}

static pl_status read_highest(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_register_state s = {0};
	pl_status st = pl_register_state(tx, l->r, &s);

	if (st)
		return st;
	pl_free(s.edge);
	l->after = s.highest;
	return PL_OK;
}

static pl_status open_amounts(struct opening *o)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(KEYS_BYTES);
	struct listing *l = PL_NEW(struct listing);
	struct celled *all = NULL;
	size_t n = 0;
	pl_status st;

	l->r = o->r;
	st = pl_db_read(pl_instance_db(o->inst), read_highest, l);
	if (!st && l->after > AWARDS_MAX)
		st = pl_diag_set(o->diag, PL_E_TOOBIG, "more than %u awards", AWARDS_MAX);
	if (!st && !(all = pl_try_alloc((size_t)l->after + 1, sizeof *all)))
		st = PL_E_NOMEM;
	for (uint64_t number = 1; number <= l->after && !st; number++)
		st = take_award(o, number, &arena, all, &n);
	if (!st)
		st = open_cells(o, all, n);
	pl_free(all);
	pl_free(l);
	return st;
}

pl_status pl_award_open(struct pl_instance *inst, const struct pl_register *bounties, const struct pl_register_reader *reader,
	struct pl_award_opened *ret, struct pl_diag *diag)
{
	struct opening o = {.inst = inst, .r = bounties, .reader = reader, .diag = diag};
	pl_status st = release_all(&o);

	if (!st)
		st = open_amounts(&o);
	*ret = o.done;
	return st;
}
