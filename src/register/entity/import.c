/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/import.h"
#include "fact/projector.h"
#include "register/entity/query.h"

#define ROW_BYTES ((size_t)2 << 20)
/* PL_ENTITY_ROWS_MAX entries of a few kilobytes each. */
#define ENTRIES_BYTES ((size_t)64 << 20)

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

/* ---- what the projector would say ---- */

static pl_status no_body(void *ctx, const struct pl_body *body)
{
	return PL_OK;
}

struct trial {
	const struct pl_vocabulary *vocabulary;
	const pl_bytes *payloads;
	size_t n;
	pl_status outcome;
	struct pl_diag diag;
};

static pl_status try_one(struct trial *t, struct pl_db_tx *tx, size_t i)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_judgement nobody = {0};
	struct pl_projection p = {.tx = tx, .index = i, .judgement = &nobody, .body = no_body};
	const struct pl_predicate *row;
	pl_status st = pl_statement_open_payload(t->payloads[i], &s, &t->diag);

	if (st)
		return st;
	row = pl_vocabulary_find(t->vocabulary, s->type);
	st = row ? pl_predicate_check(row, s, &t->diag) : PL_E_UNSUPPORTED;
	return st ? st : row->apply(&p, s, &t->diag);
}

/* One after the other, as they will stand in the log; nothing of it stays, for the transaction never ends well. */
static pl_status try_all(void *ctx, struct pl_db_tx *tx)
{
	struct trial *t = ctx;

	t->diag = (struct pl_diag){0};
	t->outcome = PL_OK;
	for (size_t i = 0; i < t->n && !t->outcome; i++)
		t->outcome = try_one(t, tx, i);
	return PL_E_CANCELLED;
}

static pl_status try_payloads(struct pl_instance *inst, const pl_bytes *payloads, size_t n, struct pl_diag *diag)
{
	struct trial t = {.vocabulary = pl_instance_vocabulary(inst), .payloads = payloads, .n = n};
	pl_status st = pl_db_tx(pl_instance_db(inst), try_all, &t);

	if (st != PL_E_CANCELLED)
		return pl_diag_set(diag, st, "cannot read the public tables");
	if (t.outcome)
		return pl_diag_set(diag, t.outcome, "%s", pl_diag_text(&t.diag, t.outcome));
	return PL_OK;
}

pl_status pl_entity_try(struct pl_instance *inst, pl_bytes payload, struct pl_diag *diag)
{
	return try_payloads(inst, &payload, 1, diag);
}

/* ---- all of them ---- */

struct batch {
	struct pl_instance *inst;
	struct pl_arena arena; /* of the entries */
	size_t n;
	pl_bytes *payloads, *entries;
	struct pl_outbox_ref *refs;
	struct pl_diag *diag;
};

static pl_status add(struct batch *b, const char *type, const struct pl_subject *subject,
	const struct pl_json *predicate)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	pl_str kept;
	pl_status st = pl_statement_build(pl_str_from(type), subject, 1, predicate, &payload, NULL, b->diag);

	if (!st)
		st = pl_arena_dup(&b->arena, pl_buf_str(&payload), &kept);
	if (!st)
		b->payloads[b->n++] = pl_str_bytes(kept);
	return st;
}

static pl_status sign_all(struct batch *b)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < b->n && !st; i++) {
		struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
		pl_str kept;

		st = pl_instance_sign(b->inst, b->payloads[i], NULL, 0, &entry, b->diag);
		if (!st)
			st = pl_arena_dup(&b->arena, pl_buf_str(&entry), &kept);
		if (!st)
			b->entries[i] = pl_str_bytes(kept);
	}
	return st;
}

static pl_status put_all(void *ctx, struct pl_db_tx *tx)
{
	struct batch *b = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < b->n && !st; i++)
		st = pl_outbox_put(tx, PL_STR(PL_ENTITY_STREAM), b->entries[i], &b->refs[i], b->diag);
	return st;
}

static void batch_begin(struct batch *b, struct pl_instance *inst, size_t n, struct pl_diag *diag)
{
	*b = (struct batch){.inst = inst, .arena = PL_ARENA(ENTRIES_BYTES), .diag = diag};
	b->payloads = pl_alloc(n + 1, sizeof *b->payloads);
	b->entries = pl_alloc(n + 1, sizeof *b->entries);
	b->refs = pl_alloc(n + 1, sizeof *b->refs);
}

/* @st: whether every row could be put together. */
static pl_status batch_end(struct batch *b, pl_status st, uint64_t wait_ns, size_t *ret_made)
{
	if (!st && b->n)
		st = try_payloads(b->inst, b->payloads, b->n, b->diag);
	if (!st && b->n)
		st = sign_all(b);
	if (!st && b->n)
		st = pl_db_tx(pl_instance_db(b->inst), put_all, b);
	if (!st && b->n)
		st = pl_instance_settle(b->inst, b->refs, b->n, PL_OUTBOX_PROJECTED, wait_ns, b->diag);
	if (!st)
		*ret_made = b->n;
	pl_free(b->refs);
	pl_free(b->entries);
	pl_free(b->payloads);
	pl_arena_done(&b->arena);
	return st;
}

/* ---- entities ---- */

/* The version behind what the database has and what stands above in the table. */
static void count_above(struct pl_entity_row *rows, size_t i, const bool *made)
{
	for (size_t k = 0; k < i; k++)
		if (made[k] && pl_str_eq(rows[k].entity.id, rows[i].entity.id))
			rows[i].entity.version = rows[k].entity.version + 1;
}

static pl_status add_entity(struct batch *b, const struct pl_entity *e)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {e->id, e->sheet.digest};

	pl_entity_to_json(e, predicate);
	return add(b, PL_TYPE_ENTITY, &subject, predicate);
}

pl_status pl_entity_import(struct pl_instance *inst, struct pl_entity_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag)
{
	bool *made = pl_alloc(n + 1, sizeof *made);
	struct batch b;
	pl_status st = PL_OK;

	batch_begin(&b, inst, n, diag);
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
	return batch_end(&b, st, wait_ns, ret_made);
}

/* ---- duties ---- */

static pl_status add_duty(struct batch *b, const struct pl_duty *d, const struct pl_digest *about)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {d->entity, *about};

	pl_duty_to_json(d, predicate);
	return add(b, PL_TYPE_ENTITY_DUTY, &subject, predicate);
}

pl_status pl_duty_import(struct pl_instance *inst, struct pl_duty_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag)
{
	struct batch b;
	pl_status st = PL_OK;

	batch_begin(&b, inst, n, diag);
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_digest about;
		bool there = false;

		st = pl_duty_prepare(inst, &rows[i], &there, &about, diag);
		if (!st && !there)
			st = add_duty(&b, &rows[i].duty, &about);
		if (st)
			pl_diag_at(diag, rows[i].line, 0);
	}
	return batch_end(&b, st, wait_ns, ret_made);
}
