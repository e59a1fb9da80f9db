/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/award_check: bounties in the books against the awards. */
#include "register/entity/book_query.h"
#include "register/vuln/award.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"
#include <stdio.h>

#define PAGE 64u
#define PAGE_BYTES ((size_t)8 << 20)

/* A bounty in the books, and the award that it pays. */
struct found {
	uint64_t number;
	int64_t amount; /* minor units, of all its expenses */
	struct pl_currency currency;
	char report[PL_BOOK_ACCOUNT_MAX];
	bool awarded;
	uint64_t award, case_number;
	char award_register[PL_REGISTER_NAME_MAX + 1], case_register[PL_REGISTER_NAME_MAX + 1];
};

struct examining {
	struct pl_instance *inst;
	pl_str entity;
	uint64_t after;
	size_t read, n; /* transactions of the page; bounties among them */
	struct found f[PAGE];
	struct pl_award_check done;
	struct pl_diag *diag;
};

static pl_status find_award(struct pl_db_tx *tx, pl_str entity, struct found *f)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_vuln_award_of_transaction, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(f->number)), &rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	f->awarded = true;
	f->award = pl_db_col_u64(rows, 1);
	f->case_number = pl_db_col_u64(rows, 3);
	st = pl_str_z(pl_db_col_str(rows, 0), f->award_register, sizeof f->award_register);
	return st ? st : pl_str_z(pl_db_col_str(rows, 2), f->case_register, sizeof f->case_register);
}

static pl_status take(struct examining *x, struct pl_db_tx *tx, const struct pl_book_tx *t)
{
	struct found *f = &x->f[x->n];
	bool reversed = false;
	pl_status st = pl_book_reversed(tx, x->entity, t->number, &reversed);

	if (st || reversed)
		return st;
	*f = (struct found){.number = t->number};
	for (size_t i = 0; i < t->n_postings; i++)
		if (pl_str_starts(t->postings[i].account, PL_STR("Expenses:"))) {
			f->amount += t->postings[i].amount;
			f->currency = t->postings[i].currency;
		}
	st = pl_str_z(t->report, f->report, sizeof f->report);
	if (!st)
		st = find_award(tx, x->entity, f);
	x->n += !st;
	return st;
}

static pl_status read_page(void *ctx, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct examining *x = ctx;
	struct pl_book_tx *list = NULL;
	pl_status st = pl_book_list(tx, x->entity, x->after, PAGE, &arena, &list, &x->read);

	x->n = 0;
	for (size_t i = 0; i < x->read && !st; i++) {
		if (list[i].kind == PL_BOOK_BOUNTY)
			st = take(x, tx, &list[i]);
		if (i + 1 == x->read)
			x->after = list[i].number;
	}
	return st;
}

/* Why the award is not what the books paid; empty: it is. */
static pl_status compare(struct examining *x, const struct found *f, const struct pl_register_reader *reader, const char **why)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	char report[sizeof f->case_register + 24];
	int64_t unit = 1;
	pl_status st = pl_register_open(x->inst, pl_str_from(f->award_register), &r, x->diag);

	if (!st)
		st = pl_register_case_read(x->inst, r, f->award, reader, &v, x->diag);
	if (st)
		return st;
	(void)snprintf(report, sizeof report, "%s-%llu", f->case_register, (unsigned long long)f->case_number);
	for (unsigned i = 0; i < f->currency.digits; i++)
		unit *= 10;
	if (strcmp(report, f->report) != 0)
		*why = "it names another report than its award";
	else if (v->opened && (int64_t)pl_vuln_number(r, v, "amount") * unit != f->amount)
		*why = "its amount is not the one that was awarded";
	return PL_OK;
}

pl_status pl_award_examine(struct pl_instance *inst, pl_str entity, const struct pl_register_reader *reader,
	void (*told)(void *ctx, pl_str entity, uint64_t number, const char *why), void *ctx, struct pl_award_check *ret,
	struct pl_diag *diag)
{
	struct examining *x = PL_NEW(struct examining);
	pl_status st;

	x->inst = inst;
	x->entity = entity;
	x->diag = diag;
	do {
		st = pl_db_read(pl_instance_db(inst), read_page, x);
		for (size_t i = 0; i < x->n && !st; i++) {
			const char *why = x->f[i].awarded ? NULL : "no award says that it was decided";

			x->done.paid++;
			if (!why)
				st = compare(x, &x->f[i], reader, &why);
			if (!why)
				continue;
			x->done.loose++;
			told(ctx, entity, x->f[i].number, why);
		}
	} while (!st && x->read == PAGE);
	if (!st)
		*ret = x->done;
	pl_free(x);
	return st;
}
