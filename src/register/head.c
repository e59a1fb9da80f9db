/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heads at a fixed rhythm. Computed in a read transaction, signed outside of any, and written only if the head that it was computed
 * from is still the last one.
 */
#include "base/time.h"
#include "fact/predicates.h"
#include "register/apply.h"
#include "register/cover.h"
#include "register/internal.h"
#include "register/sql.h"

#define DAY PL_REGISTER_DAY
#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

struct beating {
	const struct pl_register *r;
	uint64_t now;
	struct pl_register_end before, head;
	struct pl_tree_edge edge;
	bool heartbeat;
	struct pl_register_day day;
	pl_bytes entry;
	struct pl_digest pae;
	struct pl_outbox_ref ref;
	struct pl_diag *diag;
};

/* Of the day that is closed and of all before it that none closed: every head leaves the days before its own closed, and the first
 * heartbeat takes what was counted before there was a head. */
static pl_status counts_of(struct pl_db_tx *tx, const struct beating *b, uint64_t *ret_unconfirmed, uint64_t *ret_refused)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t from = b->before.days ? b->before.time / DAY * DAY : 0;
	pl_status st = pl_db_one(tx, &pl_sql_register_intake_sum,
		PL_DB_ARGS(PL_DB_STR(b->r->decl->name), PL_DB_U64(from), PL_DB_U64(b->day.day + DAY)), &rows);

	if (st)
		return st;
	*ret_unconfirmed = pl_db_col_u64(rows, 0);
	*ret_refused = pl_db_col_u64(rows, 1);
	return pl_db_rows_status(rows);
}

static pl_status compute(void *ctx, struct pl_db_tx *tx)
{
	struct beating *b = ctx;
	struct pl_register_state s = {0};
	pl_status st = pl_register_state(tx, b->r, &s);

	if (st)
		return st;
	b->before = s.head;
	b->edge = *s.edge;
	pl_free(s.edge);
	st = pl_register_not_behind(tx, b->r, s.size, 0, b->diag);
	if (st)
		return st;
	if (b->now < b->before.time)
		return pl_diag_set(b->diag, PL_E_RANGE, "the system time lies before the last head");
	b->head = (struct pl_register_end){.size = s.size, .highest = s.highest, .days = b->before.days, .time = b->now,
		.chain = b->before.chain};
	st = pl_register_edge_grow(tx, b->r, b->before.size, s.size, &b->edge);
	if (st)
		return st;
	pl_tree_edge_root(&b->edge, &b->head.root);
	/* The first head of a day closes the one before; the first of all closes none. */
	b->heartbeat = b->before.time && b->now / DAY > b->before.time / DAY;
	if (!b->heartbeat)
		return PL_OK;
	b->day = (struct pl_register_day){.day = (b->now / DAY - 1) * DAY, .time = b->now, .size = s.size, .root = b->head.root};
	st = counts_of(tx, b, &b->day.unconfirmed, &b->day.refused);
	pl_register_chain(&b->r->id, &b->before.chain, &b->day, &b->head.chain);
	b->head.days++;
	return st;
}

/* With it the tree can go on even if every leaf is lost here. */
static void set_edge(struct pl_json *predicate, const struct pl_tree_edge *e)
{
	struct pl_digest packed[63];
	struct pl_json *list = pl_json_set_array(predicate, "edge");

	pl_tree_edge_pack(e, packed);
	for (size_t i = 0; i < pl_tree_edge_count(e); i++) {
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&packed[i], text);
		pl_json_push(list, pl_json_new_str(pl_str_from(text)));
	}
}

static pl_status sign(struct pl_instance *inst, struct beating *b, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_subject subject = {.name = b->r->decl->name, .sha256 = b->head.root};
	char day[21];
	pl_status st;

	pl_json_set_str(predicate, "register", b->r->decl->name);
	pl_register_end_to_json(predicate, &b->head, b->r->decl->padded);
	set_edge(predicate, &b->edge);
	if (b->heartbeat) {
		pl_time_write(b->day.day * PL_SECOND, day);
		pl_json_set_z(predicate, "day", day);
		pl_json_set_u64(predicate, "unconfirmed", b->day.unconfirmed);
		pl_json_set_u64(predicate, "refused", b->day.refused);
	}
	st = pl_statement_build(PL_STR(PL_TYPE_REGISTER_HEAD), &subject, 1, predicate, &payload, NULL, diag);
	if (!st)
		st = pl_statement_pae(pl_buf_bytes(&payload), &b->pae);
	return st ? st : pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, entry, diag);
}

static pl_status put_end(struct beating *b, struct pl_db_tx *tx, pl_bytes edge)
{
	return pl_db_exec(tx, &pl_sql_register_end_put,
		PL_DB_ARGS(PL_DB_STR(b->r->decl->name), PL_DB_U64(b->head.size), PL_DB_U64(b->head.highest),
			PL_DB_U64(b->head.days), PL_DB_U64(b->head.time), DIGEST(&b->head.root), DIGEST(&b->head.chain),
			PL_DB_BLOB(edge), b->heartbeat ? PL_DB_U64(b->day.day) : PL_DB_NULL, PL_DB_U64(b->day.unconfirmed),
			PL_DB_U64(b->day.refused), DIGEST(&b->pae), DIGEST(&b->ref.entry)),
		NULL);
}

/* From now on whoever counts does so for a later day (register_intake_count). What came between reading and that is not in what was
 * signed: it goes to the next heartbeat. */
static pl_status carry_over(const struct beating *b, struct pl_db_tx *tx)
{
	uint64_t unconfirmed = 0, refused = 0;
	pl_status st = b->heartbeat ? counts_of(tx, b, &unconfirmed, &refused) : PL_OK;

	if (st || !b->heartbeat)
		return st;
	unconfirmed -= b->day.unconfirmed;
	refused -= b->day.refused;
	return unconfirmed || refused ? pl_register_turned_away(tx, b->r->decl->name, b->now, unconfirmed, refused) : PL_OK;
}

static pl_status write(void *ctx, struct pl_db_tx *tx)
{
	struct beating *b = ctx;
	struct pl_digest packed[63];
	uint64_t changed = 0;
	pl_bytes edge;
	pl_status st;

	pl_tree_edge_pack(&b->edge, packed);
	edge = pl_bytes_of(packed, pl_tree_edge_count(&b->edge) * PL_DIGEST_LEN);
	st = pl_db_exec(tx, &pl_sql_register_state_head,
		PL_DB_ARGS(PL_DB_STR(b->r->decl->name), PL_DB_U64(b->before.size), PL_DB_U64(b->before.time),
			PL_DB_U64(b->head.size), PL_DB_U64(b->head.highest), PL_DB_U64(b->head.days), PL_DB_U64(b->head.time),
			DIGEST(&b->head.root), DIGEST(&b->head.chain), PL_DB_BLOB(edge)),
		&changed);
	if (!st && changed != 1)
		return pl_diag_set(b->diag, PL_E_CONFLICT, "somebody else signed a head meanwhile");
	if (!st)
		st = carry_over(b, tx);
	if (!st)
		st = pl_register_tiles_grow(tx, b->r, b->before.size, b->head.size);
	if (!st)
		st = pl_outbox_put(tx, PL_REGISTER_STREAM, b->entry, &b->ref, b->diag);
	return st ? st : put_end(b, tx, edge);
}

pl_status pl_register_beat(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_register_beat *ret,
	struct pl_diag *diag)
{
	pl_status st = pl_register_pad_some(inst, r, now, diag);

	return st ? st : pl_register_beat_plain(inst, r, now, ret, diag);
}

pl_status pl_register_beat_plain(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_register_beat *ret,
	struct pl_diag *diag)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct beating b = {.r = r, .now = now, .diag = diag};
	pl_status st = pl_db_read(pl_instance_db(inst), compute, &b);

	if (!st)
		st = sign(inst, &b, &entry, diag);
	b.entry = pl_buf_bytes(&entry);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), write, &b);
	if (st)
		return st;
	*ret = (struct pl_register_beat){.head = b.head, .heartbeat = b.heartbeat, .day = b.day.day, .ref = b.ref};
	return PL_OK;
}
