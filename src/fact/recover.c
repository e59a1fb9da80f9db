/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/recover.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/record_db.h"
#include "fact/sql.h"
#include "log/salvage.h"

#define BATCH 256u
#define BATCH_BYTES ((size_t)8 << 20)

struct recovery {
	struct pl_instance *inst;
	struct pl_log_salvage *log;
	struct pl_recover_report report;
	const struct pl_recover_options *opt;
	bool old;               /* there is a record */
	uint64_t old_size, old_epoch;
	struct pl_digest old_root;
	struct pl_diag *diag;
	/* entries on their way into the outbox */
	uint64_t index[BATCH];
	size_t at[BATCH], len[BATCH], n, known;
	struct pl_buf bytes;
};

/* ---- may it be done? ---- */

static pl_status look_for_record(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct recovery *r = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_record_any, PL_DB_NONE, &rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	r->old = true;
	r->old_size = pl_db_col_u64(rows, 1);
	pl_db_col_fixed(rows, 2, r->old_root.b, sizeof r->old_root.b);
	r->old_epoch = pl_db_col_u64(rows, 3);
	if (r->opt->from_copy && pl_str_eq(pl_db_col_str(rows, 0), r->inst->conf.origin))
		return pl_db_rows_status(rows);
	pl_diag_hint(r->diag, "if the log does not start, see \"Restoring an instance\" in the manual");
	return pl_diag_set(r->diag, PL_E_EXISTS, "the database holds the record of %.*s (%llu entries): it is not lost",
		PL_STR_ARG(pl_db_col_str(rows, 0)), (unsigned long long)pl_db_col_u64(rows, 1));
}

/* Is the record of the copy an earlier state of the log in the directory? */
static pl_status compare_copy(struct recovery *r)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_digest root;
	pl_status st;

	if (r->old_size >= r->report.recorded)
		return pl_diag_set(r->diag, PL_E_EXISTS, "the database's record (%llu entries) is not older than the log (%llu)",
			(unsigned long long)r->old_size, (unsigned long long)r->report.recorded);
	st = pl_log_reader_open(r->inst->conf.log_dir, NULL, &reader, r->diag);
	if (!st)
		st = pl_log_reader_root(reader, r->old_size, &root);
	if (!st && !pl_digest_eq(&root, &r->old_root))
		st = PL_E_CONFLICT;
	return st ? pl_diag_set(r->diag, st, "the database is not an older copy of this instance: its record of %llu entries has another root",
			    (unsigned long long)r->old_size) :
		    PL_OK;
}

static pl_status may_be_done(struct recovery *r)
{
	pl_status st = pl_db_read(r->inst->db, look_for_record, r);

	if (st)
		return pl_diag_set(r->diag, st, "cannot look for a record in %s", pl_db_label(r->inst->db));
	r->report.witnessed = !pl_policy_unwitnessed(pl_instance_policy(r->inst));
	if (!r->report.witnessed && !r->opt->unwitnessed) {
		pl_diag_hint(r->diag, "look for a newer copy of the log first; then repeat it with --accept-that-nobody-witnesses");
		return pl_diag_set(r->diag, PL_E_DENIED,
			"quorum none: a log without witnesses can be forked by whoever restores it, and nothing would show that this "
			"directory is an older copy");
	}
	return PL_OK;
}

/* ---- the outbox ---- */

static pl_status put_rows(void *ctx, struct pl_db_tx *tx)
{
	struct recovery *r = ctx;
	pl_status st = PL_OK;

	r->known = 0;
	for (size_t i = 0; i < r->n && st == PL_OK; i++) {
		st = pl_outbox_recover(tx, pl_bytes_of(r->bytes.ptr + r->at[i], r->len[i]), r->index[i],
			r->index[i] < r->report.projected);
		r->known += st == PL_OK;
		/* What is no statement was not made here. */
		if (st == PL_E_SYNTAX || st == PL_E_TOOBIG)
			st = PL_OK;
	}
	return st;
}

static pl_status flush(struct recovery *r)
{
	pl_status st = r->n ? pl_db_tx(r->inst->db, put_rows, r) : PL_OK;

	if (st)
		return st;
	r->report.known += r->n ? r->known : 0;
	r->report.foreign += r->n ? r->n - r->known : 0;
	r->n = 0;
	pl_buf_clear(&r->bytes);
	return PL_OK;
}

static pl_status take_entry(void *ctx, uint64_t index, pl_bytes entry)
{
	struct recovery *r = ctx;
	pl_status st = PL_OK;

	if (r->n == BATCH || r->bytes.len + entry.len > BATCH_BYTES)
		st = flush(r);
	if (st)
		return st;
	r->index[r->n] = index;
	r->at[r->n] = r->bytes.len;
	r->len[r->n++] = entry.len;
	pl_buf_put_bytes(&r->bytes, entry);
	return pl_buf_status(&r->bytes);
}

static pl_status refill_outbox(struct recovery *r)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	uint64_t size = r->report.recorded;
	pl_status st = pl_log_reader_open(r->inst->conf.log_dir, NULL, &reader, r->diag);

	if (st == PL_OK && size)
		st = pl_log_reader_entries(reader, 0, size, size, take_entry, r);
	if (st == PL_OK)
		st = pl_log_salvage_behind(r->log, take_entry, r, r->diag);
	if (st == PL_OK)
		st = flush(r);
	return st ? pl_diag_set(r->diag, st, "the entries of the log cannot be put into the outbox") : PL_OK;
}

/* ---- public tables and record ---- */

static pl_status project(struct recovery *r)
{
	struct pl_projector *p = NULL;
	size_t done = 1;
	pl_status st = pl_projector_open(r->inst, &p, r->diag);

	while (st == PL_OK && done)
		st = pl_projector_step(p, SIZE_MAX, &done, r->diag);
	/* A log of which nothing was published with quorum has nothing to show. */
	if (st == PL_E_QUORUM || st == PL_E_NOTFOUND)
		st = PL_OK;
	if (st == PL_OK)
		r->report.projected = pl_projector_position(p);
	pl_projector_close(p);
	return st ? pl_diag_set(r->diag, st, "the public tables cannot be made from the log") : PL_OK;
}

/* Starts are counted one by one from nought; seconds since 1970 are far above whatever they reached. */
static uint64_t fresh_epoch(uint64_t used)
{
	uint64_t now = pl_time_now() / PL_SECOND;

	return now > used ? now : used + 1;
}

static pl_status forget_record(void *ctx, struct pl_db_tx *tx)
{
	const struct recovery *r = ctx;

	return pl_db_exec(tx, &pl_sql_record_forget, PL_DB_ARGS(PL_DB_STR(r->inst->conf.origin)), NULL);
}

/* Broken off between forgetting and creating, it is done again as for a database without a record. */
static pl_status create_record(struct recovery *r)
{
	struct pl_log_state state = *pl_log_salvage_state(r->log);
	struct pl_log_record *record = NULL;
	pl_status st = pl_record_db_new(r->inst->db, r->inst->conf.origin, &record);

	state.epoch = r->report.epoch = fresh_epoch(state.epoch > r->old_epoch ? state.epoch : r->old_epoch);
	if (st == PL_OK && r->old)
		st = pl_db_tx(r->inst->db, forget_record, r);
	if (st == PL_OK)
		st = record->ops->create(record->ctx, &state);
	pl_record_db_free(record);
	return st ? pl_diag_set(r->diag, st, "the record cannot be written") : PL_OK;
}

static pl_status recover(struct recovery *r)
{
	const struct pl_instance_conf *conf = &r->inst->conf;
	pl_status st = may_be_done(r);

	if (st == PL_OK && !pl_policy_log_find(pl_instance_policy(r->inst), conf->origin))
		st = pl_diag_set(r->diag, PL_E_STATE, "the trust file does not name the log %.*s", PL_STR_ARG(conf->origin));
	if (st == PL_OK)
		st = pl_log_salvage_open(conf->log_dir.ptr, conf->origin, &r->log, r->diag);
	if (st)
		return st;
	r->report.recorded = pl_log_salvage_state(r->log)->size;
	r->report.behind = pl_log_salvage_end(r->log) - r->report.recorded;
	if (r->old)
		st = compare_copy(r);
	if (st == PL_OK)
		st = project(r);
	if (st == PL_OK)
		st = refill_outbox(r);
	if (st == PL_OK)
		st = pl_fact_bodies(r->inst, false, &r->report.bodies, r->diag);
	return st ? st : create_record(r);
}

pl_status pl_instance_recover(struct pl_instance *inst, const struct pl_recover_options *opt, struct pl_recover_report *ret,
	struct pl_diag *diag)
{
	struct recovery *r = PL_NEW(struct recovery);
	pl_status st;

	r->inst = inst;
	r->opt = opt;
	r->diag = diag;
	pl_buf_init(&r->bytes, BATCH_BYTES + PL_STATEMENT_ENTRY_MAX);
	st = recover(r);
	pl_log_salvage_close(r->log);
	pl_buf_done(&r->bytes);
	if (st == PL_OK)
		*ret = r->report;
	pl_free(r);
	return st;
}
