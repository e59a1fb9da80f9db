/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/projector_internal.h"
#include "fact/sql.h"

void pl_projector_reason(struct pl_projector_item *item, const char *text)
{
	size_t n = 0;

	for (; text[n] && n < PL_PROJECTOR_REASON_MAX; n++)
		item->reason[n] = text[n] >= 0x20 && text[n] < 0x7f ? text[n] : '?';
	item->reason[n] = '\0';
}

/* ---- bodies ---- */

static pl_status put_body(void *ctx, const struct pl_body *body)
{
	struct pl_projection *p = ctx;
	pl_status st = pl_db_exec(p->tx, &pl_sql_body_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&body->digest)), PL_DB_U64(body->size), PL_DB_STR(body->media_type),
			PL_DB_U64(p->index)),
		NULL);

	if (st)
		return st;
	return pl_db_exec(p->tx, &pl_sql_statement_body_put,
		PL_DB_ARGS(PL_DB_U64(p->index), PL_DB_BLOB(pl_digest_bytes(&body->digest))), NULL);
}

pl_status pl_projection_body(struct pl_projection *p, const struct pl_body *body)
{
	return p->body ? p->body(p->ctx, body) : put_body(p, body);
}

/* ---- one entry ---- */

static pl_status seen_before(struct pl_db_tx *tx, const struct pl_digest *pae, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_statement_seen, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(pae))), &rows);

	*ret = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static bool is_refusal(pl_status st)
{
	return st == PL_E_STATE || st == PL_E_EXISTS || st == PL_E_NOTFOUND || st == PL_E_RANGE || st == PL_E_CONFLICT;
}

/* Let the room do its part. What it answers decides the state, which is the same each time this runs. */
static pl_status run_handler(struct pl_projection *p, struct pl_projector_item *item)
{
	struct pl_diag diag = {0};
	bool seen = false;
	pl_status st = seen_before(p->tx, &item->statement->pae, &seen);

	if (st)
		return st;
	if (seen) {
		item->state = PL_ENTRY_REPEATED;
		pl_projector_reason(item, "stated before");
		return PL_OK;
	}
	if (item->skip_handler) {
		item->state = PL_ENTRY_REFUSED;
		return PL_OK;
	}
	if (item->row->apply)
		st = item->row->apply(p, item->statement, &diag);
	/* Without words it was the database that failed, not the room that refused. */
	if (is_refusal(st) && diag.text[0]) {
		item->state = PL_ENTRY_REFUSED;
		pl_projector_reason(item, diag.text);
		return PL_OK;
	}
	return st;
}

static pl_status put_statement(struct pl_db_tx *tx, const struct pl_projector_item *item)
{
	const struct pl_statement *s = item->statement;
	const struct pl_db_value null = PL_DB_NULL;
	bool judged = s && item->judgement.carriers + item->judgement.roots > 0;

	return pl_db_exec(tx, &pl_sql_statement_put,
		PL_DB_ARGS(PL_DB_U64(item->index), PL_DB_BLOB(pl_digest_bytes(&item->entry_digest)),
			s ? PL_DB_BLOB(pl_digest_bytes(&s->pae)) : null, PL_DB_U64((uint64_t)item->state), PL_DB_Z(item->reason),
			PL_DB_STR(s ? s->type : PL_STR("")), s ? PL_DB_MEM(s->id.b, sizeof s->id.b) : null,
			PL_DB_U64(s ? pl_statement_time(s) : 0),
			judged ? PL_DB_BLOB(pl_digest_bytes(&item->judgement.signer)) : null,
			PL_DB_U64(item->judgement.approvals), PL_DB_STR(s ? s->subjects[0].name : PL_STR("")),
			s ? PL_DB_BLOB(pl_digest_bytes(&s->subjects[0].sha256)) : null),
		NULL);
}

static pl_status put_subjects(struct pl_db_tx *tx, const struct pl_projector_item *item)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < item->statement->n_subjects && st == PL_OK; i++)
		st = pl_db_exec(tx, &pl_sql_statement_subject_put,
			PL_DB_ARGS(PL_DB_U64(item->index), PL_DB_U64(i), PL_DB_STR(item->statement->subjects[i].name),
				PL_DB_BLOB(pl_digest_bytes(&item->statement->subjects[i].sha256))),
			NULL);
	return st;
}

pl_status pl_projector_write_item(struct pl_db_tx *tx, const struct pl_projector_item *judged, uint64_t *counts)
{
	struct pl_projector_item item = *judged; /* this may run again: decide anew each time */
	struct pl_projection p = {.tx = tx, .index = item.index, .judgement = &item.judgement};
	pl_status st = PL_OK;

	if (item.state == PL_ENTRY_APPLIED)
		st = run_handler(&p, &item);
	if (st == PL_OK)
		st = put_statement(tx, &item);
	if (st == PL_OK && item.state == PL_ENTRY_APPLIED)
		st = put_subjects(tx, &item);
	if (st == PL_OK && item.state == PL_ENTRY_APPLIED)
		st = pl_predicate_bodies(item.row, item.statement, put_body, &p);
	if (st == PL_OK)
		counts[item.state]++;
	return st;
}

/* ---- one batch ---- */

static pl_status move(struct pl_db_tx *tx, const struct pl_projector_batch *b)
{
	const struct pl_projector_view *v = b->view;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_projection_move,
		PL_DB_ARGS(PL_DB_U64(b->to), PL_DB_BLOB(pl_digest_bytes(&b->root_to)), PL_DB_U64(v->size),
			PL_DB_BLOB(pl_digest_bytes(&v->root)), PL_DB_STR(pl_buf_str(&v->note)), PL_DB_BOOL(v->witnessed),
			PL_DB_U64(v->time), PL_DB_U64(b->from)),
		&changed);

	return st == PL_OK && changed == 0 ? PL_E_STATE : st;
}

static pl_status write_batch(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_projector_batch *b = ctx;
	uint64_t counts[PL_ENTRY_STATE_COUNT] = {0};
	pl_status st = move(tx, b); /* first: it locks the position against a second projector */

	for (size_t i = 0; i < b->count && st == PL_OK; i++)
		st = pl_projector_write_item(tx, &b->items[i], counts);
	for (size_t i = 0; i < PL_ENTRY_STATE_COUNT && st == PL_OK; i++)
		if (counts[i])
			st = pl_db_exec(tx, &pl_sql_statement_count_add, PL_DB_ARGS(PL_DB_U64(i), PL_DB_U64(counts[i])), NULL);
	if (st == PL_OK && b->outbox)
		st = pl_outbox_projected(tx, b->to);
	return st;
}

pl_status pl_projector_write(struct pl_db *db, struct pl_projector_batch *batch)
{
	return pl_db_tx(db, write_batch, batch);
}
