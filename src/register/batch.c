/* SPDX-License-Identifier: Apache-2.0 */
#include "register/batch.h"
#include "fact/projector.h"

/* A thousand entries of a few kilobytes each. */
#define ENTRIES_BYTES ((size_t)64 << 20)

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

pl_status pl_batch_try(struct pl_instance *inst, pl_bytes payload, struct pl_diag *diag)
{
	return try_payloads(inst, &payload, 1, diag);
}

/* ---- all of them ---- */

pl_status pl_batch_add(struct pl_batch *b, const char *type, const struct pl_subject *subject,
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

static pl_status sign_all(struct pl_batch *b)
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
	struct pl_batch *b = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < b->n && !st; i++)
		st = pl_outbox_put(tx, pl_str_from(b->stream), b->entries[i], &b->refs[i], b->diag);
	return st;
}

void pl_batch_begin(struct pl_batch *b, struct pl_instance *inst, const char *stream, size_t n, struct pl_diag *diag)
{
	*b = (struct pl_batch){.inst = inst, .stream = stream, .arena = PL_ARENA(ENTRIES_BYTES), .diag = diag};
	b->payloads = pl_alloc(n + 1, sizeof *b->payloads);
	b->entries = pl_alloc(n + 1, sizeof *b->entries);
	b->refs = pl_alloc(n + 1, sizeof *b->refs);
}

pl_status pl_batch_end(struct pl_batch *b, pl_status st, uint64_t wait_ns, size_t *ret_made)
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
