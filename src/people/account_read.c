/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of accounts: what the room shares, and looking at them. */
#include "people/people_internal.h"

void pl_people_name_index(const struct pl_people *p, pl_str name, struct pl_digest *ret)
{
	struct pl_buf lower PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	for (size_t i = 0; i < name.len && i < 256; i++) {
		char c = name.ptr[i];

		pl_buf_put_c(&lower, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	pl_people_mac(p, PEOPLE_KEY_NAME, pl_buf_bytes(&lower), ret);
}

/* ---- rows ---- */

static pl_status read_texts(const struct pl_people *p, pl_bytes sealed, struct pl_arena *arena, struct pl_account *a)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	pl_status st = pl_people_unseal(p, PL_PEOPLE_COLUMN_ACCOUNT, &a->id, sealed, &plain);
	pl_str email = pl_buf_str(&plain), name;

	if (st != PL_OK)
		return st;
	if (!pl_str_take_until(&email, '\n', &name))
		return PL_E_CORRUPT;
	st = pl_arena_dup(arena, name, &a->name);
	return st ? st : pl_arena_dup(arena, email, &a->email);
}

static pl_status read_row(const struct pl_people *p, struct pl_db_rows *rows, struct pl_arena *arena,
	struct pl_account *ret)
{
	struct pl_account a = {0};
	pl_bytes sealed;
	pl_status st;

	pl_db_col_fixed(rows, 0, a.id.b, sizeof a.id.b);
	pl_db_col_fixed(rows, 1, a.handle, sizeof a.handle);
	sealed = pl_db_col_blob(rows, 2);
	a.roles = (unsigned)pl_db_col_u64(rows, 3);
	a.state = (enum pl_account_state)pl_db_col_u64(rows, 4);
	a.made_at = pl_db_col_u64(rows, 5);
	a.ended_at = pl_db_col_u64(rows, 6);
	st = pl_db_rows_status(rows);
	if (st == PL_OK && arena)
		st = read_texts(p, sealed, arena, &a);
	if (st == PL_OK)
		*ret = a;
	return st;
}

pl_status pl_people_account_row(const struct pl_people *p, struct pl_db_tx *tx, const struct pl_sql *sql,
	struct pl_db_value arg, struct pl_arena *arena, struct pl_account *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, sql, &arg, 1, &rows);

	return st ? st : read_row(p, rows, arena, ret);
}

pl_status pl_people_drop_access(struct pl_db_tx *tx, const struct pl_ulid *account)
{
	static const struct pl_sql *const all[] = {&pl_sql_account_code_drop, &pl_sql_password_drop,
		&pl_sql_password_pending_drop, &pl_sql_recovery_drop, &pl_sql_passkey_drop_all,
		&pl_sql_passkey_name_drop_all, &pl_sql_session_drop_of};
	pl_status st = PL_OK;

	for (size_t i = 0; i < PL_COUNT(all) && st == PL_OK; i++)
		st = pl_db_exec(tx, all[i], PL_DB_ARGS(pl_people_arg_ulid(account)), NULL);
	return st;
}

pl_status pl_people_activate(struct pl_db_tx *tx, const struct pl_ulid *account)
{
	uint64_t changed;
	pl_status st = pl_db_exec(tx, &pl_sql_account_activate, PL_DB_ARGS(pl_people_arg_ulid(account)), &changed);

	if (st == PL_OK && changed == 0)
		return PL_E_DENIED;
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_account_code_drop, PL_DB_ARGS(pl_people_arg_ulid(account)), NULL);
	return st ? st : pl_db_exec(tx, &pl_sql_session_drop_of, PL_DB_ARGS(pl_people_arg_ulid(account)), NULL);
}

/* ---- looking ---- */

struct looking {
	struct pl_people *p;
	const struct pl_sql *sql;
	struct pl_db_value arg;
	struct pl_arena *arena;
	struct pl_account one, *list;
	struct pl_account_means means;
	size_t max, n;
};

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct looking *l = ctx;

	return pl_people_account_row(l->p, tx, l->sql, l->arg, l->arena, &l->one);
}

static pl_status find(struct looking *l, struct pl_account *ret)
{
	pl_status st = pl_db_read(l->p->db, read_one, l);

	if (st == PL_OK)
		*ret = l->one;
	return st;
}

pl_status pl_account_find(struct pl_people *p, pl_str name, struct pl_arena *arena, struct pl_account *ret)
{
	struct looking l = {.p = p, .sql = &pl_sql_account_by_name, .arena = arena};
	struct pl_digest index;

	pl_people_name_index(p, name, &index);
	l.arg = pl_people_arg_digest(&index);
	return find(&l, ret);
}

pl_status pl_account_get(struct pl_people *p, const struct pl_ulid *id, struct pl_arena *arena, struct pl_account *ret)
{
	struct looking l = {.p = p, .sql = &pl_sql_account_get, .arg = pl_people_arg_ulid(id), .arena = arena};

	return find(&l, ret);
}

/* Identifiers first: a row's text is opened by itself. */
static pl_status read_page(void *ctx, struct pl_db_tx *tx)
{
	struct looking *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_account_page, PL_DB_ARGS(l->arg, PL_DB_U64(l->max)), &rows);

	l->n = 0;
	while (st == PL_OK && l->n < l->max && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_ulid id;

		pl_db_col_fixed(rows, 0, id.b, sizeof id.b);
		st = pl_db_rows_status(rows);
		if (st == PL_OK)
			st = pl_people_account_row(l->p, tx, &pl_sql_account_get, pl_people_arg_ulid(&id), l->arena, &l->list[l->n]);
		l->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_account_list(struct pl_people *p, const struct pl_ulid *after, size_t max, struct pl_arena *arena,
	struct pl_account **ret, size_t *ret_n)
{
	static const struct pl_ulid zero;
	struct looking l = {.p = p, .arg = pl_people_arg_ulid(after ? after : &zero), .arena = arena, .max = max};
	pl_status st;

	l.list = pl_arena_alloc(arena, max, sizeof *l.list);
	if (!l.list)
		return PL_E_NOMEM;
	st = pl_db_read(p->db, read_page, &l);
	if (st != PL_OK)
		return st;
	*ret = l.list;
	*ret_n = l.n;
	return PL_OK;
}

pl_status pl_people_count(struct pl_db_tx *tx, const struct pl_sql *sql, struct pl_db_value arg, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, sql, &arg, 1, &rows);

	if (st == PL_OK)
		*ret = pl_db_col_u64(rows, 0);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_means(void *ctx, struct pl_db_tx *tx)
{
	struct looking *l = ctx;
	struct pl_account_means *m = &l->means;
	uint64_t passwords;
	pl_status st = pl_people_count(tx, &pl_sql_password_count, l->arg, &passwords);

	if (st == PL_OK)
		st = pl_people_count(tx, &pl_sql_passkey_count, l->arg, &m->passkeys);
	if (st == PL_OK)
		st = pl_people_count(tx, &pl_sql_recovery_count, l->arg, &m->recovery_codes);
	m->password = st == PL_OK && passwords > 0;
	return st;
}

pl_status pl_account_means(struct pl_people *p, const struct pl_ulid *id, struct pl_account_means *ret)
{
	struct looking l = {.p = p, .arg = pl_people_arg_ulid(id)};
	pl_status st = pl_db_read(p->db, read_means, &l);

	if (st == PL_OK)
		*ret = l.means;
	return st;
}

static pl_status count_administrators(void *ctx, struct pl_db_tx *tx)
{
	struct looking *l = ctx;
	uint64_t n = 0;
	pl_status st = pl_people_count(tx, &pl_sql_account_active_count, l->arg, &n);

	l->n = (size_t)n;
	return st;
}

pl_status pl_account_four_eyes(struct pl_people *p, bool *ret)
{
	struct looking l = {.p = p, .arg = PL_DB_U64(PL_STAFF_ADMINISTRATOR)};
	pl_status st = pl_db_read(p->db, count_administrators, &l);

	if (st == PL_OK)
		*ret = l.n > 1;
	return st;
}
