/* SPDX-License-Identifier: Apache-2.0 */
#include "register/private.h"
#include "register/sql.h"

#define VERSION 1u
#define SOME 64u

static const char label[] = "pl-register-private/v1";

bool pl_register_wants_key(const struct pl_register_decl *d)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (d->fields[i].class != PL_REGISTER_OPEN)
			return true;
	return d->n_eyes > 0;
}

static const struct pl_commit_decl *derived_of(const struct pl_register_place *at)
{
	return at->decl ? &at->decl->derived : &at->r->decl->derived;
}

/* Where a row belongs: nobody moves it to another case. */
static void about(const struct pl_register_place *at, struct pl_buf *out)
{
	pl_buf_put(out, label, sizeof label);
	pl_buf_put_bytes(out, pl_digest_bytes(&at->r->id));
	pl_buf_put_be64(out, at->number);
	pl_buf_put_be32(out, at->revision);
}

pl_status pl_register_private_put(struct pl_db_tx *tx, const struct pl_register_place *at, const struct pl_vault_key *key,
	const uint8_t seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *v)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD);
	const struct pl_commit_decl *d = derived_of(at);
	pl_status st;

	pl_buf_put_u8(&plain, VERSION);
	pl_buf_put(&plain, seed, PL_COMMIT_SEED_LEN);
	for (size_t i = 0; i < d->n; i++) {
		if (!d->fields[i].is_private)
			continue;
		pl_buf_put_u8(&plain, v[i].present);
		if (!v[i].present)
			continue;
		pl_buf_put_be32(&plain, (uint32_t)v[i].value.len);
		pl_buf_put_bytes(&plain, v[i].value);
	}
	st = pl_buf_status(&plain);
	if (st)
		return st;
	about(at, &place);
	pl_secret_seal(key->key, pl_buf_bytes(&place), pl_buf_bytes(&plain), &sealed);
	st = pl_buf_status(&sealed);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_register_private_put,
			    PL_DB_ARGS(PL_DB_STR(at->r->decl->name), PL_DB_U64(at->number), PL_DB_U64(at->revision),
				    PL_DB_BLOB(pl_buf_bytes(&sealed))),
			    NULL);
}

static pl_status unpack(const struct pl_commit_decl *d, pl_bytes rest, uint8_t seed[static PL_COMMIT_SEED_LEN],
	struct pl_commit_value *v)
{
	uint8_t version = 0, present = 0;
	uint32_t len = 0;
	pl_bytes b;

	if (pl_get_u8(&rest, &version) || version != VERSION || pl_get_bytes(&rest, PL_COMMIT_SEED_LEN, &b))
		return PL_E_CORRUPT;
	memcpy(seed, b.ptr, PL_COMMIT_SEED_LEN);
	for (size_t i = 0; i < d->n; i++) {
		if (!d->fields[i].is_private)
			continue;
		v[i] = (struct pl_commit_value){0};
		if (pl_get_u8(&rest, &present) || present > 1)
			return PL_E_CORRUPT;
		v[i].present = present;
		if (present && (pl_get_be32(&rest, &len) || pl_get_bytes(&rest, len, &v[i].value)))
			return PL_E_CORRUPT;
	}
	return rest.len ? PL_E_CORRUPT : PL_OK;
}

pl_status pl_register_private_get(struct pl_db_tx *tx, const struct pl_register_place *at, const struct pl_vault_key *key,
	struct pl_buf *plain, uint8_t seed[static PL_COMMIT_SEED_LEN], struct pl_commit_value *v)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_private_get,
		PL_DB_ARGS(PL_DB_STR(at->r->decl->name), PL_DB_U64(at->number), PL_DB_U64(at->revision)), &rows);

	if (st)
		return st;
	about(at, &place);
	pl_buf_clear(plain);
	st = pl_secret_open(key->key, pl_buf_bytes(&place), pl_db_col_blob(rows, 0), plain);
	if (!st)
		st = unpack(derived_of(at), pl_buf_bytes(plain), seed, v);
	return st ? st : pl_db_rows_status(rows);
}

/* ---- erasing ---- */

static pl_status doom_slot(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t slot, uint64_t now)
{
	return pl_db_exec(tx, &pl_sql_register_doom,
		PL_DB_ARGS(PL_DB_U64(slot), PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(now)), NULL);
}

/* What was written about the case: much of it under the case's key, the rest under keys of its own. */
static pl_status doom_entries(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t slots[SOME];
	size_t n = 0;
	pl_status st;

	do {
		n = 0;
		st = pl_db_query(tx, &pl_sql_work_entry_slots, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(SOME)), &rows);
		while (!st && (st = pl_db_step(rows)) == PL_OK)
			slots[n++] = pl_db_col_u64(rows, 0);
		pl_db_rows_done(&rows);
		st = st == PL_E_NOTFOUND ? PL_OK : st;
		for (size_t i = 0; i < n && !st; i++)
			st = doom_slot(tx, r, number, slots[i], now);
		for (size_t i = 0; i < n && !st; i++)
			st = pl_db_exec(tx, &pl_sql_work_entry_slot_drop,
				PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(slots[i])), NULL);
	} while (!st && n == SOME);
	if (!st) /* the worker removes what the blob store has of it */
		st = pl_db_exec(tx, &pl_sql_work_file_doom, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_file_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_answer_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_answer_file_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_access_drop_case, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	if (!st) /* what may stay is indexed again with the leaf of the erasure */
		st = pl_db_exec(tx, &pl_sql_work_find_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
	return st ? st : pl_db_exec(tx, &pl_sql_work_entry_empty, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
}

pl_status pl_register_private_doom(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), &rows);

	if (!st && !pl_db_col_is_null(rows, 5))
		st = doom_slot(tx, r, number, pl_db_col_u64(rows, 5), now);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		st = doom_entries(tx, r, number, now);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_register_private_drop, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), NULL);
}

struct doomed {
	const struct pl_register *r;
	uint64_t after;
	size_t n;
	struct {
		uint64_t slot, number;
	} row[SOME];
	uint64_t slot; /* the one that is done */
};

static pl_status read_doomed(void *ctx, struct pl_db_tx *tx)
{
	struct doomed *d = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_doomed_some,
		PL_DB_ARGS(PL_DB_STR(d->r->decl->name), PL_DB_U64(d->after), PL_DB_U64(SOME)), &rows);

	d->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		d->row[d->n].slot = pl_db_col_u64(rows, 0);
		d->row[d->n].number = pl_db_col_u64(rows, 1);
		d->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status doom_again(void *ctx, struct pl_db_tx *tx)
{
	const struct doomed *d = ctx;

	return pl_db_exec(tx, &pl_sql_register_doomed_again, PL_DB_ARGS(PL_DB_STR(d->r->decl->name)), NULL);
}

static pl_status note_done(void *ctx, struct pl_db_tx *tx)
{
	const struct doomed *d = ctx;

	return pl_db_exec(tx, &pl_sql_register_doomed_done, PL_DB_ARGS(PL_DB_U64(d->slot)), NULL);
}

static pl_status destroy_one(struct pl_instance *inst, struct doomed *d, size_t i, enum pl_vault_role role, struct pl_diag *diag)
{
	struct pl_vault_ask ask = {.role = role, .owner = d->r->id, .number = d->row[i].number, .slot = d->row[i].slot};
	pl_status st = pl_instance_vault_destroy(inst, &ask, diag);

	/* A slot that was never given lies behind the end of an older copy of the vault: there is nothing to destroy. */
	if (st && st != PL_E_NOTFOUND)
		return st;
	d->slot = ask.slot;
	return pl_db_tx(pl_instance_db(inst), note_done, d);
}

pl_status pl_register_destroy_doomed(struct pl_instance *inst, const struct pl_register *r, enum pl_vault_role role, bool again,
	uint64_t *ret, struct pl_diag *diag)
{
	struct doomed d = {.r = r};
	pl_status st = again ? pl_db_tx(pl_instance_db(inst), doom_again, &d) : PL_OK;

	*ret = 0;
	do {
		if (!st)
			st = pl_db_read(pl_instance_db(inst), read_doomed, &d);
		for (size_t i = 0; i < d.n && !st; i++) {
			st = destroy_one(inst, &d, i, role, diag);
			d.after = d.row[i].slot;
			*ret += !st;
		}
	} while (!st && d.n == SOME);
	return st;
}
