/* SPDX-License-Identifier: Apache-2.0 */
#include "register/cases.h"
#include "base/time.h"
#include "base/codec.h"
#include "register/answered.h"
#include "register/internal.h"
#include "register/private.h"
#include "register/recover.h"
#include "register/sql.h"
#include "register/casework/casefile.h"
#include <stdio.h>

struct reading {
	const struct pl_register *r;
	uint64_t number;
	struct pl_register_view *v;
	struct pl_diag *diag;
};

/* ---- reading ---- */

/* Leaves of the private fields, as they were kept beside the row; an erased row has none. */
static pl_status take_tree(struct reading *a, pl_bytes hidden)
{
	const struct pl_commit_decl *d = &a->v->decl->derived;
	struct pl_digest context;

	if (pl_register_private_leaves(a->v->decl, hidden, &a->v->tree))
		return PL_E_CORRUPT;
	pl_register_case_context(&a->r->id, a->number, &context);
	pl_commit_rebuild(d, &context, a->v->at.revision, a->v->seeds.open, a->v->own, &a->v->tree);
	return PL_OK;
}

static pl_status read_leaf(struct reading *a, struct pl_db_tx *tx, uint32_t revision)
{
	struct pl_register_view *v = a->v;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_bytes hidden;
	pl_status st = pl_db_one(tx, &pl_sql_register_leaf_of_case,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(revision)), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 1) > PL_ROW_SEALED && revision)
		return read_leaf(a, tx, revision - 1); /* an erasure holds no values: those before it do */
	v->at.position = pl_db_col_u64(rows, 0);
	v->at.revision = revision;
	pl_db_col_fixed(rows, 3, v->at.leaf.b, sizeof v->at.leaf.b);
	pl_db_col_fixed(rows, 5, v->at.commitment.b, sizeof v->at.commitment.b);
	pl_buf_clear(&v->open_bytes);
	pl_buf_put_bytes(&v->open_bytes, pl_db_col_blob(rows, 7));
	hidden = pl_db_col_blob(rows, 8);
	st = pl_buf_status(&v->open_bytes);
	v->decl = pl_register_decl_at(a->r, v->at.position);
	if (!st && v->open_bytes.len)
		st = pl_register_unpack(v->decl, pl_buf_bytes(&v->open_bytes), v->own);
	if (!st && v->open_bytes.len) {
		pl_register_values_move(v->decl, a->r->decl, v->own, v->v);
		st = take_tree(a, hidden);
	}
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_case(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	struct pl_register_view *v = a->v;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number)), &rows);

	if (st)
		return st;
	v->at.number = a->number;
	v->kind = (enum pl_row_kind)pl_db_col_u64(rows, 1);
	v->entered = pl_db_col_u64(rows, 3);
	pl_db_col_fixed(rows, 4, v->seeds.open, sizeof v->seeds.open);
	v->kept = !pl_db_col_is_null(rows, 5) && (v->kind == PL_ROW_OPEN || v->kind == PL_ROW_SEALED);
	if (v->kept)
		v->slot = pl_db_col_u64(rows, 5);
	v->last = (uint32_t)pl_db_col_u64(rows, 0);
	st = read_leaf(a, tx, v->last);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_private(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	struct pl_register_place at = {a->r, a->number, a->v->at.revision, a->v->decl};
	pl_status st = pl_register_private_get(tx, &at, &a->v->key, &a->v->private_bytes, a->v->seeds.secret, a->v->own);

	if (!st)
		pl_register_values_move(a->v->decl, a->r->decl, a->v->own, a->v->v);
	return st;
}

static pl_status open_private(struct pl_instance *inst, struct reading *a, const struct pl_register_reader *reader)
{
	struct pl_register_view *v = a->v;
	struct pl_vault_ask ask = {.role = reader->role, .account = reader->account, .owner = a->r->id, .number = a->number,
		.slot = v->slot};
	pl_status st = pl_instance_vault_read(inst, &ask, &v->key, a->diag);

	if (!st)
		st = pl_db_read(pl_instance_db(inst), read_private, a);
	if (st)
		return pl_diag_set(a->diag, st, "what is private of case %llu cannot be read", (unsigned long long)a->number);
	v->opened = true;
	return PL_OK;
}

pl_status pl_register_case_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_register_view **ret, struct pl_diag *diag)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = PL_NEW(struct pl_register_view);
	struct reading a = {.r = r, .number = number, .v = v, .diag = diag};
	pl_status st;

	pl_buf_init(&v->open_bytes, PL_REGISTER_ROW_MAX);
	pl_buf_init(&v->private_bytes, PL_SECRET_MAX + 1);
	st = pl_db_read(pl_instance_db(inst), read_case, &a);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no case %llu in %.*s", (unsigned long long)number, PL_STR_ARG(r->decl->name));
	if (!st && reader && v->kept)
		st = open_private(inst, &a, reader);
	if (st)
		return st;
	*ret = v;
	v = NULL;
	return PL_OK;
}

void pl_register_view_free(struct pl_register_view *v)
{
	if (!v)
		return;
	pl_buf_done(&v->open_bytes);
	pl_buf_done_secret(&v->private_bytes);
	pl_vault_key_done(&v->key);
	pl_wipe(&v->seeds, sizeof v->seeds);
	pl_free(v);
}

/* ---- values as people write them ---- */

pl_status pl_register_value_read(const struct pl_register_decl *d, const struct pl_register_field *f, pl_str text,
	struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf base64 PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * PL_SECRET_MAX);

	if (f->type != PL_COMMIT_TEXT)
		return pl_commit_value_encode(&d->derived.fields[f->exact], text, out, diag);
	/* The long way round, so that what is not UTF-8 is refused here and not when it is committed to. */
	pl_base64_put(&base64, pl_str_bytes(text));
	return pl_buf_status(&base64) ? pl_buf_status(&base64) :
					pl_commit_value_encode(&d->derived.fields[f->exact], pl_buf_str(&base64), out, diag);
}

pl_status pl_register_value_write(const struct pl_register_decl *d, size_t derived, pl_bytes value, struct pl_buf *out)
{
	const struct pl_commit_field *f = &d->derived.fields[derived];

	if (f->type != PL_COMMIT_TEXT)
		return pl_commit_value_text(f, value, out);
	pl_buf_put_bytes(out, value);
	return pl_buf_status(out);
}

/* ---- changing ---- */

static pl_status may_change(const struct pl_register_view *v, struct pl_diag *diag)
{
	if (v->kept && !v->opened)
		return pl_diag_set(diag, PL_E_STATE, "a case is changed by who has read all of it");
	if (!v->open_bytes.len)
		return pl_diag_set(diag, PL_E_STATE, "case %llu %s: there is nothing to change", (unsigned long long)v->at.number,
			v->kind == PL_ROW_LOST ? "was lost" : "is a dummy");
	return PL_OK;
}

/* How a change came about. */
struct way {
	const struct pl_commit_value *released; /* the value of that field, if it is released with this */
	bool decided;                           /* by two persons */
};

static pl_status write_change(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, const struct way *way, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct pl_register_values values = {.decided = way->decided};
	bool given[PL_REGISTER_FIELDS_MAX] = {0};
	struct pl_answered_room room;
	size_t at = pl_register_released(r->decl);
	pl_status st = may_change(v, diag);

	if (st)
		return st;
	for (size_t i = 0; i < r->decl->n_fields; i++)
		values.v[i] = v->v[r->decl->fields[i].exact];
	for (size_t i = 0; i < n; i++) {
		if (set[i].field >= r->decl->n_fields)
			return PL_E_RANGE;
		if (set[i].field == at)
			return pl_diag_set(diag, PL_E_DENIED, "a case is released by its desk, which asks whether the embargo has ended");
		values.v[set[i].field] = set[i].value;
		given[set[i].field] = true;
	}
	st = pl_answered_fill(tx, r, v->at.number, given, NULL, values.v, &room, diag);
	if (st)
		return st;
	if (way->released)
		values.v[at] = *way->released;
	return pl_register_revise(tx, r, &v->at, &values, v->kept ? &v->key : NULL, ret, diag);
}

pl_status pl_register_case_change_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag)
{
	return write_change(tx, r, v, set, n, &(struct way){0}, ret, diag);
}

pl_status pl_register_case_decide_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag)
{
	return write_change(tx, r, v, set, n, &(struct way){.decided = true}, ret, diag);
}

pl_status pl_register_case_release_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag)
{
	static const uint8_t yes = 1;
	const struct pl_commit_value released = {true, pl_bytes_of(&yes, 1)};
	size_t at = pl_register_released(r->decl);
	pl_status st;

	if (at == PL_REGISTER_NONE)
		return pl_diag_set(diag, PL_E_STATE, "%.*s declares no field \"released\"", PL_STR_ARG(r->decl->name));
	if (pl_register_is_true(&v->v[r->decl->fields[at].exact]))
		return pl_diag_set(diag, PL_E_STATE, "case %llu is released", (unsigned long long)v->at.number);
	st = write_change(tx, r, v, set, n, &(struct way){.released = &released}, ret, diag);
	return st ? st : pl_register_seal(tx, r, v->at.number, false, diag);
}

struct changing {
	const struct pl_register *r;
	const struct pl_register_view *v;
	const struct pl_register_reader *who;
	const struct pl_register_set *set;
	size_t n;
	struct pl_register_case made;
	struct pl_diag *diag;
};

/* Imported cases have no file. */
static pl_status note(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	enum pl_casework_kind kind, pl_str about)
{
	const struct pl_casework_new entry = {.kind = kind, .at = pl_time_now() / PL_SECOND, .account = who->account, .about = about};
	pl_status st = pl_casework_put(tx, r, number, &entry, NULL);

	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status change(void *ctx, struct pl_db_tx *tx)
{
	struct changing *c = ctx;
	char revision[16];
	pl_status st = write_change(tx, c->r, c->v, c->set, c->n, &(struct way){0}, &c->made, c->diag);

	(void)snprintf(revision, sizeof revision, "%u", c->made.revision);
	return st ? st : note(tx, c->r, c->made.number, c->who, PL_CASEWORK_CHANGE, pl_str_from(revision));
}

pl_status pl_register_case_change(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_reader *who, const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct changing c = {.r = r, .v = v, .who = who, .set = set, .n = n, .diag = diag};
	pl_status st = may_change(v, diag);

	if (!st)
		st = pl_register_current(inst, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), change, &c);
	if (!st)
		*ret = c.made;
	return st;
}

pl_status pl_register_case_open(const struct pl_register *r, const struct pl_register_view *v, const size_t *fields, size_t n,
	struct pl_buf *out)
{
	struct pl_commit_seeds seeds = v->seeds;
	size_t own[PL_COMMIT_FIELDS_MAX], k = 0;
	pl_status st;

	/* In the order of the declaration that the leaf was committed by. */
	for (size_t i = 0; i < v->decl->derived.n; i++) {
		size_t at = pl_register_decl_place(r->decl, v->decl->derived.fields[i].name);

		for (size_t f = 0; f < n; f++)
			if (fields[f] == at)
				own[k++] = i;
	}
	seeds.erased = !v->opened;
	st = pl_commit_open(&v->decl->derived, &v->tree, &seeds, v->own, own, k, out);
	pl_wipe(&seeds, sizeof seeds);
	return st;
}

/* ---- erasing ---- */

struct erasing {
	const struct pl_register *r;
	uint64_t number, now;
	const struct pl_register_reader *who;
	struct pl_register_case made;
	struct pl_diag *diag;
};

static pl_status erase(void *ctx, struct pl_db_tx *tx)
{
	struct erasing *e = ctx;
	pl_status st = pl_register_erase(tx, e->r, e->number, e->now, &e->made, e->diag);

	return st ? st : note(tx, e->r, e->number, e->who, PL_CASEWORK_ERASE, (pl_str){0});
}

pl_status pl_register_case_erase(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	uint64_t now, struct pl_register_case *ret, bool *ret_destroyed, struct pl_diag *diag)
{
	struct erasing e = {.r = r, .number = number, .now = now, .who = who, .diag = diag};
	struct pl_diag later = {0};
	uint64_t n = 0;
	pl_status st = pl_register_current(inst, diag);

	if (!st)
		st = pl_db_tx(pl_instance_db(inst), erase, &e);
	if (st)
		return st;
	*ret = e.made;
	*ret_destroyed = pl_register_destroy_doomed(inst, r, who->role, false, &n, &later) == PL_OK;
	return PL_OK;
}
