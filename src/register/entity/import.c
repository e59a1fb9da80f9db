/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/import.h"
#include "register/batch.h"
#include "register/entity/query.h"

#define ROW_BYTES ((size_t)2 << 20)

/* ---- one row ---- */

static pl_status keep_sheet(struct pl_instance *inst, const struct pl_entity_row *row, struct pl_diag *diag)
{
	struct pl_digest stored;
	pl_status st = pl_blob_put_bytes(pl_instance_blobs(inst), pl_str_bytes(row->sheet), &stored);

	return st ? pl_diag_set(diag, st, "cannot store the sheet of \"%.*s\"", PL_STR_ARG(row->entity.id)) : PL_OK;
}

pl_status pl_entity_prepare(struct pl_instance *inst, struct pl_entity_row *row, bool *ret_there, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_entity *versions = NULL;
	size_t n = 0;
	bool there = false;
	pl_status st = pl_query_entity_history(inst, row->entity.id, INT64_MAX, PL_ENTITIES_MAX, &arena, &versions, &n);

	if (st)
		return st;
	row->entity.version = n ? versions[0].version + 1 : 1;
	for (size_t i = 0; i < n && !there; i++)
		there = versions[i].from == row->entity.from && pl_entity_same(&versions[i], &row->entity);
	*ret_there = there;
	return there ? PL_OK : keep_sheet(inst, row, diag);
}

pl_status pl_duty_prepare(struct pl_instance *inst, struct pl_duty_row *row, bool *ret_there,
	struct pl_digest *ret_about, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	enum pl_duty_kind kind = row->duty.kind;
	struct pl_duty_set set;
	struct pl_entity e;
	pl_status st = pl_query_entity(inst, row->duty.entity, &arena, &e);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no entity \"%.*s\"", PL_STR_ARG(row->duty.entity));
	if (!st)
		st = pl_query_duties(inst, row->duty.entity, &arena, &set);
	if (st)
		return st;
	*ret_about = e.pae;
	*ret_there = set.there[kind] && pl_duty_same(&set.duty[kind], &row->duty);
	row->duty.version = set.there[kind] ? set.duty[kind].version + 1 : 1;
	return PL_OK;
}

/* ---- entities ---- */

/* The version behind what the database has and what stands above in the table. */
static void count_above(struct pl_entity_row *rows, size_t i, const bool *made)
{
	for (size_t k = 0; k < i; k++)
		if (made[k] && pl_str_eq(rows[k].entity.id, rows[i].entity.id))
			rows[i].entity.version = rows[k].entity.version + 1;
}

static pl_status add_entity(struct pl_batch *b, const struct pl_entity *e)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {e->id, e->sheet.digest};

	pl_entity_to_json(e, predicate);
	return pl_batch_add(b, PL_TYPE_ENTITY, &subject, predicate);
}

pl_status pl_entity_import(struct pl_instance *inst, struct pl_entity_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag)
{
	bool *made = pl_alloc(n + 1, sizeof *made);
	struct pl_batch b;
	pl_status st = PL_OK;

	pl_batch_begin(&b, inst, PL_ENTITY_STREAM, n, diag);
	for (size_t i = 0; i < n && !st; i++) {
		bool there = false;

		st = pl_entity_prepare(inst, &rows[i], &there, diag);
		made[i] = !st && !there;
		if (made[i]) {
			count_above(rows, i, made);
			st = add_entity(&b, &rows[i].entity);
		}
		if (st)
			pl_diag_at(diag, rows[i].line, 0);
	}
	pl_free(made);
	return pl_batch_end(&b, st, wait_ns, ret_made);
}

/* ---- duties ---- */

static pl_status add_duty(struct pl_batch *b, const struct pl_duty *d, const struct pl_digest *about)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {d->entity, *about};

	pl_duty_to_json(d, predicate);
	return pl_batch_add(b, PL_TYPE_ENTITY_DUTY, &subject, predicate);
}

pl_status pl_duty_import(struct pl_instance *inst, struct pl_duty_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag)
{
	struct pl_batch b;
	pl_status st = PL_OK;

	pl_batch_begin(&b, inst, PL_ENTITY_STREAM, n, diag);
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_digest about;
		bool there = false;

		st = pl_duty_prepare(inst, &rows[i], &there, &about, diag);
		if (!st && !there)
			st = add_duty(&b, &rows[i].duty, &about);
		if (st)
			pl_diag_at(diag, rows[i].line, 0);
	}
	return pl_batch_end(&b, st, wait_ns, ret_made);
}
