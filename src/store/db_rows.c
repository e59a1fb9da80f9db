/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"
#include "store/db_engine.h"

static pl_status fail(struct pl_db_tx *tx, pl_status st)
{
	tx->failed = true;
	return st;
}

static pl_status check_args(struct pl_db *db, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args)
{
	if (n_args != sql->params) {
		pl_db_report(db, sql->name, "arguments", "the number of arguments is not that of the statement");
		return PL_E_INTERNAL;
	}
	for (size_t i = 0; i < n_args; i++) {
		if (args[i].type == PL_DB_TYPE_U64 && args[i].u64 > INT64_MAX)
			return PL_E_RANGE;
		if (args[i].type == PL_DB_TYPE_TEXT && args[i].data.len &&
			(memchr(args[i].data.ptr, 0, args[i].data.len) ||
				!pl_str_is_utf8(pl_bytes_str(args[i].data))))
			return PL_E_SYNTAX;
		if (args[i].data.len > INT32_MAX)
			return PL_E_TOOBIG;
	}
	return PL_OK;
}

pl_status pl_db_query(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_db_rows **ret)
{
	struct pl_db_rows *rows;
	pl_status st;

	if (tx->failed)
		return PL_E_STATE;
	st = check_args(tx->db, sql, args, n_args);
	if (!st)
		st = tx->db->ops->query(tx->conn, sql, args, n_args, &rows);
	if (st)
		return fail(tx, st);
	rows->tx = tx;
	rows->conn = tx->conn;
	rows->sql = sql;
	rows->next = tx->open;
	tx->open = rows;
	*ret = rows;
	return PL_OK;
}

pl_status pl_db_step(struct pl_db_rows *rows)
{
	pl_status st = rows->wrong;

	if (!rows->tx)
		return PL_E_STATE;
	rows->on_row = false;
	if (st)
		return fail(rows->tx, st);
	if (rows->tx->failed)
		return PL_E_STATE;
	st = rows->conn->ops->step(rows);
	rows->on_row = !st;
	return st && st != PL_E_NOTFOUND ? fail(rows->tx, st) : st;
}

void pl_db_rows_done(struct pl_db_rows **rows)
{
	struct pl_db_rows *r = *rows, **at;

	*rows = NULL;
	if (!r)
		return;
	if (r->tx) {
		for (at = &r->tx->open; *at != r; at = &(*at)->next)
			;
		*at = r->next;
		r->conn->ops->finish(r);
	}
	pl_free(r);
}

pl_status pl_db_exec(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	uint64_t *ret_changed)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, sql, args, n_args, &rows);

	while (!st)
		st = pl_db_step(rows);
	if (st != PL_E_NOTFOUND || !rows)
		return st;
	if (ret_changed)
		*ret_changed = tx->db->ops->changed(rows);
	return PL_OK;
}

pl_status pl_db_one(struct pl_db_tx *tx, const struct pl_sql *sql, const struct pl_db_value *args, size_t n_args,
	struct pl_db_rows **ret)
{
	struct pl_db_rows *rows = NULL;
	pl_status st = pl_db_query(tx, sql, args, n_args, &rows);

	if (!st)
		st = pl_db_step(rows);
	if (st) {
		pl_db_rows_done(&rows);
		return st;
	}
	*ret = rows;
	return PL_OK;
}

pl_status pl_db_script(struct pl_db_tx *tx, const char *name, const char *text)
{
	pl_status st = tx->failed ? PL_E_STATE : tx->db->ops->script(tx->conn, name, text);

	return st ? fail(tx, st) : PL_OK;
}

/* ---- columns ---- */

static void wrong(struct pl_db_rows *rows, pl_status st, unsigned col)
{
	static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10 or above"};

	if (rows->wrong)
		return;
	rows->wrong = st;
	if (rows->tx)
		pl_db_report(rows->tx->db, rows->sql->name, digits[col < 10 ? col : 10],
			"this column is not there, is NULL, or has another type than the program expects");
}

/* The cell if it is there and of @type; otherwise the failure is kept and the answer is false. */
static bool cell(struct pl_db_rows *rows, unsigned col, enum pl_db_type type, struct pl_db_cell *ret)
{
	if (!rows->on_row || col >= rows->columns) {
		wrong(rows, PL_E_INTERNAL, col);
		return false;
	}
	rows->conn->ops->cell(rows, col, ret);
	if (ret->type == type)
		return true;
	wrong(rows, PL_E_CORRUPT, col);
	return false;
}

bool pl_db_col_is_null(struct pl_db_rows *rows, unsigned col)
{
	struct pl_db_cell c;

	if (!rows->on_row || col >= rows->columns) {
		wrong(rows, PL_E_INTERNAL, col);
		return true;
	}
	rows->conn->ops->cell(rows, col, &c);
	return c.type == PL_DB_TYPE_NULL;
}

int64_t pl_db_col_i64(struct pl_db_rows *rows, unsigned col)
{
	struct pl_db_cell c;

	return cell(rows, col, PL_DB_TYPE_I64, &c) ? c.i64 : 0;
}

uint64_t pl_db_col_u64(struct pl_db_rows *rows, unsigned col)
{
	int64_t v = pl_db_col_i64(rows, col);

	if (v >= 0)
		return (uint64_t)v;
	wrong(rows, PL_E_CORRUPT, col);
	return 0;
}

bool pl_db_col_bool(struct pl_db_rows *rows, unsigned col)
{
	int64_t v = pl_db_col_i64(rows, col);

	if (v != 0 && v != 1)
		wrong(rows, PL_E_CORRUPT, col);
	return v == 1;
}

pl_str pl_db_col_str(struct pl_db_rows *rows, unsigned col)
{
	struct pl_db_cell c;

	return cell(rows, col, PL_DB_TYPE_TEXT, &c) ? pl_bytes_str(c.data) : (pl_str){0};
}

pl_bytes pl_db_col_blob(struct pl_db_rows *rows, unsigned col)
{
	struct pl_db_cell c;

	return cell(rows, col, PL_DB_TYPE_BLOB, &c) ? c.data : (pl_bytes){0};
}

void pl_db_col_fixed(struct pl_db_rows *rows, unsigned col, void *out, size_t len)
{
	pl_bytes b = pl_db_col_blob(rows, col);

	if (b.len == len && len)
		memcpy(out, b.ptr, len);
	else
		wrong(rows, PL_E_CORRUPT, col);
}

pl_status pl_db_rows_status(const struct pl_db_rows *rows)
{
	return rows->wrong;
}
