/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_settle: from the outbox to the public tables, waiting for whoever runs the log, or running it here. */
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/log_key.h"
#include "fact/projector.h"
#include "fact/sequencer.h"
#include "fact/sql.h"

#define POLL_NS (10 * PL_MILLISECOND)
#define PUBLISH_SLICE_NS (500 * PL_MILLISECOND)
#define TRY_AGAIN_NS (500 * PL_MILLISECOND)

/* ---- submitting ---- */

struct submit {
	pl_str stream;
	pl_bytes entry;
	struct pl_outbox_ref ref;
	struct pl_diag *diag;
};

static pl_status submit(void *ctx, struct pl_db_tx *tx)
{
	struct submit *s = ctx;

	return pl_outbox_put(tx, s->stream, s->entry, &s->ref, s->diag);
}

pl_status pl_instance_submit(struct pl_instance *inst, pl_str stream, pl_bytes entry, struct pl_outbox_ref *ret,
	struct pl_diag *diag)
{
	struct submit s = {.stream = stream, .entry = entry, .diag = diag};
	pl_status st = pl_db_tx(inst->db, submit, &s);

	if (st)
		return pl_diag_set(diag, st, "cannot put the statement into the outbox");
	if (ret)
		*ret = s.ref;
	return PL_OK;
}

/* ---- how far are they? ---- */

struct progress {
	const struct pl_outbox_ref *refs;
	size_t n;
	enum pl_outbox_state want;
	size_t reached;
	bool any_signed;
	struct pl_diag *diag;
};

static pl_status look_at(struct progress *p, struct pl_db_tx *tx, const struct pl_outbox_ref *ref)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_outbox_state_of, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&ref->entry))), &rows);
	enum pl_outbox_state state;

	if (st)
		return st;
	state = (enum pl_outbox_state)pl_db_col_u64(rows, 0);
	if (state == PL_OUTBOX_REFUSED)
		return pl_diag_set(p->diag, PL_E_DENIED, "the sequencer refused the statement: %.*s",
			PL_STR_ARG(pl_db_col_str(rows, 2)));
	p->reached += state >= p->want;
	p->any_signed |= state == PL_OUTBOX_SIGNED;
	return pl_db_rows_status(rows);
}

static pl_status look(void *ctx, struct pl_db_tx *tx)
{
	struct progress *p = ctx;
	pl_status st = PL_OK;

	p->reached = 0;
	p->any_signed = false;
	for (size_t i = 0; i < p->n && st == PL_OK; i++)
		st = look_at(p, tx, &p->refs[i]);
	return st;
}

/* ---- running the log here ---- */

struct engine {
	struct pl_log_key keys[PL_LOG_KEYS_MAX];
	size_t n_keys;
	struct pl_sequencer *sequencer;
	struct pl_projector *projector;
	bool held, no_key;
	struct pl_log_status status; /* of the log when it was last turned */
	uint64_t next_try; /* monotonic */
};

static void stop_engine(struct pl_instance *inst, struct engine *e)
{
	pl_status st = PL_OK;

	pl_projector_close(e->projector);
	/* Who runs the log is also charged with checkpointing the database (store/db.h). */
	if (e->sequencer)
		st = pl_db_checkpoint(inst->db, NULL);
	(void)st; /* the next one will do it */
	pl_sequencer_close(e->sequencer);
	*e = (struct engine){0};
}

/* PL_E_BUSY: somebody else runs it. */
static pl_status start_engine(struct pl_instance *inst, struct engine *e, struct pl_diag *diag)
{
	uint64_t now = pl_time_monotonic();

	if (e->no_key || now < e->next_try)
		return PL_E_BUSY;
	e->next_try = now + TRY_AGAIN_NS;
	/* Whoever cannot open the log's key leaves the log to the process that can. */
	e->no_key = pl_log_key_signers(inst, e->keys, &e->n_keys, NULL) != PL_OK;
	return e->no_key ? PL_E_BUSY : pl_sequencer_open(inst, e->keys, e->n_keys, &e->sequencer, diag);
}

static pl_status run_projector(struct pl_instance *inst, struct engine *e, struct pl_diag *diag)
{
	size_t done = 1;
	pl_status st = PL_OK;

	if (!e->projector)
		st = pl_projector_open(inst, &e->projector, diag);
	while (st == PL_OK && done)
		st = pl_projector_step(e->projector, SIZE_MAX, &done, diag);
	return st == PL_E_NOTFOUND || st == PL_E_QUORUM ? PL_OK : st;
}

static pl_status turn_engine(struct pl_instance *inst, struct engine *e, enum pl_outbox_state want,
	struct pl_diag *diag)
{
	struct pl_sequencer_status status;
	size_t done = 1;
	pl_status st = PL_OK;

	while (st == PL_OK && done)
		st = pl_sequencer_step(e->sequencer, &done, diag);
	if (st)
		return st;
	pl_sequencer_state(e->sequencer, &status);
	e->held = status.log.mode == PL_LOG_HELD;
	e->status = status.log;
	if (want == PL_OUTBOX_LOGGED)
		return PL_OK;
	st = pl_sequencer_publish(e->sequencer, PUBLISH_SLICE_NS);
	if (st && st != PL_E_TIMEOUT && st != PL_E_HELD)
		return pl_diag_set(diag, st, "the checkpoint could not be published");
	pl_sequencer_state(e->sequencer, &status);
	e->status = status.log;
	return run_projector(inst, e, diag);
}

/* ---- settling ---- */

static pl_status out_of_time(const struct progress *p, const struct engine *e)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(1000);

	if (e->held) {
		struct pl_log_status why = e->status;

		why.stored_held = 0; /* it is this statement that waits */
		pl_log_status_words(&why, &words);
		return pl_diag_set(p->diag, PL_E_HELD, "stored, not yet published; the log is %.*s", PL_STR_ARG(pl_buf_str(&words)));
	}
	if (!p->any_signed)
		return pl_diag_set(p->diag, PL_E_HELD, "logged, not yet published: too few witnesses have answered");
	return pl_diag_set(p->diag, PL_E_TIMEOUT, "the statement is stored and will be logged; nobody has done it in time");
}

static pl_status settle(struct pl_instance *inst, struct progress *p, struct engine *e, uint64_t deadline)
{
	for (;;) {
		struct pl_diag diag = {0};
		pl_status st = pl_db_read(inst->db, look, p);

		if (st)
			return pl_diag_set(p->diag, st, "cannot read the outbox");
		if (p->reached == p->n)
			return PL_OK;
		if (pl_time_monotonic() >= deadline)
			return out_of_time(p, e);
		if (!e->sequencer)
			st = start_engine(inst, e, &diag);
		if (st == PL_OK)
			st = turn_engine(inst, e, p->want, &diag);
		if (st && st != PL_E_BUSY)
			return pl_diag_set(p->diag, st, "%s", pl_diag_text(&diag, st));
		if (st || e->held)
			pl_time_sleep(POLL_NS);
	}
}

pl_status pl_instance_push(struct pl_instance *inst, uint64_t wait_ns, struct pl_diag *diag)
{
	uint64_t deadline = pl_time_monotonic() + wait_ns;
	struct engine e = {0};
	pl_status st = start_engine(inst, &e, diag);

	while (st == PL_OK) {
		struct pl_outbox_counts left = {0};

		st = turn_engine(inst, &e, PL_OUTBOX_PROJECTED, diag);
		if (st == PL_OK)
			st = pl_outbox_count(inst->db, &left);
		if (st || (left.waiting + left.logged == 0 && !e.status.renewing))
			break;
		if (pl_time_monotonic() >= deadline)
			st = pl_diag_set(diag, PL_E_HELD, "not published yet");
		pl_time_sleep(POLL_NS);
	}
	stop_engine(inst, &e);
	return st;
}

pl_status pl_instance_settle(struct pl_instance *inst, const struct pl_outbox_ref *refs, size_t n_refs,
	enum pl_outbox_state state, uint64_t wait_ns, struct pl_diag *diag)
{
	struct progress p = {.refs = refs, .n = n_refs, .want = state, .diag = diag};
	struct engine e = {0};
	pl_status st = settle(inst, &p, &e, pl_time_monotonic() + wait_ns);

	stop_engine(inst, &e);
	return st;
}
