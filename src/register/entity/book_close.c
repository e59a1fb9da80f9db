/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/book_close.h"
#include "base/random.h"
#include "register/entity/attestation.h"
#include "register/entity/journal.h"
#include "register/entity/sql.h"
#include "register/period.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define PAGE_BYTES ((size_t)8 << 20)

static void put_head(struct pl_buf *out, pl_str entity, const struct pl_book_closing *c)
{
	char period[PL_PERIOD_TEXT];

	pl_period_write(c->from, c->to, period);
	pl_buf_put_z(out, "pellucid-balance v1\nsalt ");
	for (size_t i = 0; i < sizeof c->salt; i++)
		pl_buf_printf(out, "%02x", c->salt[i]);
	pl_buf_printf(out, "\nentity %.*s\nperiod %s\ntransactions %llu\njournal ", PL_STR_ARG(entity), period,
		(unsigned long long)c->transactions);
	pl_digest_write(out, &c->journal);
	pl_buf_put_c(out, '\n');
}

pl_status pl_book_balance_file(struct pl_db_tx *tx, pl_str entity, const struct pl_book_closing *c, struct pl_buf *out)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct pl_book_balance *list, last;
	size_t n = 0;
	pl_status st;

	put_head(out, entity, c);
	do {
		st = pl_book_balances(tx, entity, c->to, n ? &last : NULL, PL_BOOK_PAGE_MAX, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++) {
			pl_buf_printf(out, "balance %.*s ", PL_STR_ARG(list[i].account));
			pl_money_put(out, list[i].amount, list[i].currency);
			pl_buf_put_c(out, '\n');
			last = list[i];
		}
	} while (!st && n == PL_BOOK_PAGE_MAX);
	return st ? st : pl_buf_status(out);
}

/* The books, alone until the transaction ends. */
static pl_status lock(struct pl_db_tx *tx, pl_str entity, uint64_t *ret_closed, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_book_lock, PL_DB_ARGS(PL_DB_STR(entity)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_book_none(entity, diag);
	if (st)
		return st;
	*ret_closed = pl_db_col_u64(rows, 2);
	return pl_db_rows_status(rows);
}

static pl_status may_close(struct pl_db_tx *tx, pl_str entity, uint64_t from, uint64_t to, uint64_t now,
	struct pl_diag *diag)
{
	struct pl_book_closing there;
	uint64_t closed = 0;
	pl_status st;

	if (!pl_attestation_half_year(from, to))
		return pl_diag_set(diag, PL_E_RANGE, "expected a half-year, like 2026-H1");
	if (now < to)
		return pl_diag_set(diag, PL_E_STATE, "that half-year has not ended");
	st = lock(tx, entity, &closed, diag);
	if (st)
		return st;
	st = pl_book_closing(tx, entity, from, &there);
	if (!st)
		return pl_diag_set(diag, PL_E_EXISTS, "that half-year is closed");
	if (st == PL_E_NOTFOUND && closed > from)
		return pl_diag_set(diag, PL_E_STATE, "a later half-year is closed, and that one with it");
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status put_closing(struct pl_db_tx *tx, pl_str entity, const struct pl_book_closing *c)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_book_closing_put,
		PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(c->from), PL_DB_U64(c->to), PL_DB_U64(c->transactions), DIGEST(&c->journal),
			PL_DB_MEM(c->salt, sizeof c->salt), DIGEST(&c->balance)),
		NULL);

	if (!st)
		st = pl_db_exec(tx, &pl_sql_book_close, PL_DB_ARGS(PL_DB_STR(entity), PL_DB_U64(c->to), PL_DB_U64(c->from)),
			&changed);
	return st ? st : changed == 1 ? PL_OK : PL_E_CONFLICT;
}

pl_status pl_book_close(struct pl_db_tx *tx, pl_str entity, uint64_t from, uint64_t to, uint64_t now,
	struct pl_book_closing *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BALANCE_MAX);
	struct pl_book_closing c = {.from = from, .to = to};
	pl_status st = may_close(tx, entity, from, to, now, diag);

	if (!st)
		st = pl_book_count(tx, entity, to, &c.transactions);
	if (!st)
		st = pl_journal_digest(tx, entity, to, &c.journal, diag);
	if (st)
		return st;
	pl_random(c.salt, sizeof c.salt);
	st = pl_book_balance_file(tx, entity, &c, &text);
	if (!st) {
		pl_sha256(pl_buf_bytes(&text), &c.balance);
		st = put_closing(tx, entity, &c);
	}
	if (!st)
		*ret = c;
	return st;
}
