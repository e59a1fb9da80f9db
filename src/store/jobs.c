/* SPDX-License-Identifier: Apache-2.0 */
#include "store/jobs.h"
#include "base/random.h"
#include "base/time.h"
#include "store/sql.h"

#define ATTEMPTS 10u
#define BOUND UINT64_C(100000)
#define FIRST_PAUSE PL_SECOND
#define LONGEST_PAUSE (3600 * PL_SECOND)

enum state { WAITING = 0, TAKEN = 1, DEAD = 2 };

static pl_bytes id_bytes(const struct pl_ulid *id)
{
	return pl_bytes_of(id->b, sizeof id->b);
}

/* ---- putting ---- */

static bool is_word(pl_str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'))
			return false;
	}
	return s.len >= 1 && s.len <= max;
}

static pl_status living(struct pl_db_tx *tx, pl_str kind, uint64_t bound, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_jobs_count_living, PL_DB_ARGS(PL_DB_STR(kind), PL_DB_U64(bound)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

pl_status pl_jobs_put(struct pl_db_tx *tx, const struct pl_jobs_new *job, struct pl_ulid *ret)
{
	uint64_t bound = job->bound ? job->bound : BOUND, count = 0, changed = 0;
	unsigned attempts = job->attempts ? job->attempts : ATTEMPTS;
	struct pl_ulid id = pl_ulid_new();
	pl_status st;

	if (!is_word(job->kind, PL_JOBS_KIND_MAX))
		return PL_E_SYNTAX;
	if (job->key.len > PL_JOBS_KEY_MAX || job->payload.len > PL_JOBS_PAYLOAD_MAX)
		return PL_E_TOOBIG;
	st = living(tx, job->kind, bound, &count);
	if (st)
		return st;
	if (count >= bound)
		return PL_E_BUSY;
	st = pl_db_exec(tx, &pl_sql_jobs_put,
		PL_DB_ARGS(PL_DB_BLOB(id_bytes(&id)), PL_DB_STR(job->kind),
			job->key.len ? PL_DB_STR(job->key) : PL_DB_NULL, PL_DB_BLOB(job->payload),
			PL_DB_U64(job->due ? job->due : pl_time_now()), PL_DB_U64(attempts)),
		&changed);
	if (st)
		return st;
	if (!changed)
		return PL_E_EXISTS;
	if (ret)
		*ret = id;
	return PL_OK;
}

/* ---- taking ---- */

struct taking {
	pl_str kind;
	uint64_t lease_ns;
	struct pl_job job;
};

static pl_status next_id(struct pl_db_tx *tx, pl_str kind, uint64_t now, struct pl_ulid *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_jobs_next, PL_DB_ARGS(PL_DB_STR(kind), PL_DB_U64(now)), &rows);

	if (st)
		return st;
	pl_db_col_fixed(rows, 0, ret->b, sizeof ret->b);
	return pl_db_rows_status(rows);
}

static pl_status take(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct taking *t = ctx;
	uint64_t now = pl_time_now();
	pl_status st;

	t->job.lease = 0;
	pl_buf_clear(&t->job.payload);
	st = pl_db_exec(tx, &pl_sql_jobs_bury_worn, PL_DB_ARGS(PL_DB_STR(t->kind), PL_DB_U64(now)), NULL);
	if (!st)
		st = next_id(tx, t->kind, now, &t->job.id);
	if (st == PL_E_NOTFOUND)
		return PL_OK; /* so that what was buried stays buried; lease 0 says that there was none */
	t->job.until = now + t->lease_ns;
	if (!st)
		st = pl_db_one(tx, &pl_sql_jobs_take,
			PL_DB_ARGS(PL_DB_BLOB(id_bytes(&t->job.id)), PL_DB_U64(t->job.until)), &rows);
	if (st)
		return st;
	t->job.lease = pl_db_col_u64(rows, 0);
	t->job.attempt = (unsigned)pl_db_col_u64(rows, 1);
	t->job.attempts = (unsigned)pl_db_col_u64(rows, 2);
	pl_buf_put_bytes(&t->job.payload, pl_db_col_blob(rows, 3));
	st = pl_buf_status(&t->job.payload);
	return st ? st : pl_db_rows_status(rows);
}

/* A look first, so that workers with nothing to do do not stand in the writers' way. */
static pl_status any_due(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	const struct taking *t = ctx;

	return pl_db_one(tx, &pl_sql_jobs_any_due, PL_DB_ARGS(PL_DB_STR(t->kind), PL_DB_U64(pl_time_now())), &rows);
}

pl_status pl_jobs_take(struct pl_db *db, pl_str kind, uint64_t lease_ns, struct pl_job *ret)
{
	struct taking t = {.kind = kind, .lease_ns = lease_ns, .job.payload = PL_BUF(PL_JOBS_PAYLOAD_MAX)};
	pl_status st = pl_db_read(db, any_due, &t);

	if (!st)
		st = pl_db_tx(db, take, &t);

	if (!st && !t.job.lease)
		st = PL_E_NOTFOUND;
	if (st)
		pl_buf_done(&t.job.payload);
	else
		*ret = t.job;
	return st;
}

void pl_job_done(struct pl_job *job)
{
	pl_buf_done(&job->payload);
}

/* ---- ending ---- */

static pl_status held(pl_status st, uint64_t changed)
{
	return st ? st : changed ? PL_OK : PL_E_CONFLICT;
}

struct extending {
	const struct pl_job *job;
	uint64_t until;
};

static pl_status extend(void *ctx, struct pl_db_tx *tx)
{
	const struct extending *e = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_jobs_extend,
		PL_DB_ARGS(PL_DB_BLOB(id_bytes(&e->job->id)), PL_DB_U64(e->job->lease), PL_DB_U64(e->until)), &changed);

	return held(st, changed);
}

pl_status pl_jobs_extend(struct pl_db *db, struct pl_job *job, uint64_t lease_ns)
{
	struct extending e = {.job = job, .until = pl_time_now() + lease_ns};
	pl_status st = pl_db_tx(db, extend, &e);

	if (!st)
		job->until = e.until;
	return st;
}

pl_status pl_jobs_finish(struct pl_db_tx *tx, const struct pl_job *job)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(
		tx, &pl_sql_jobs_finish, PL_DB_ARGS(PL_DB_BLOB(id_bytes(&job->id)), PL_DB_U64(job->lease)), &changed);

	return held(st, changed);
}

struct failing {
	const struct pl_job *job;
	bool again;
	pl_str reason;
};

/* 1 s, 2 s, 4 s ... 1 h, and up to a quarter more, so that many that failed together do not come back together. */
static uint64_t pause_after(unsigned attempt)
{
	uint64_t pause = FIRST_PAUSE, r;

	for (unsigned i = 1; i < attempt && pause < LONGEST_PAUSE; i++)
		pause *= 2;
	if (pause > LONGEST_PAUSE)
		pause = LONGEST_PAUSE;
	pl_random(&r, sizeof r);
	return pause + r % (pause / 4);
}

static pl_status fail(void *ctx, struct pl_db_tx *tx)
{
	const struct failing *f = ctx;
	bool again = f->again && f->job->attempt < f->job->attempts;
	uint64_t due = pl_time_now() + (again ? pause_after(f->job->attempt) : 0), changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_jobs_fail,
		PL_DB_ARGS(PL_DB_BLOB(id_bytes(&f->job->id)), PL_DB_U64(f->job->lease),
			PL_DB_I64(again ? WAITING : DEAD), PL_DB_U64(due), PL_DB_STR(f->reason)),
		&changed);

	return held(st, changed);
}

pl_status pl_jobs_fail(struct pl_db *db, const struct pl_job *job, bool again, pl_str reason)
{
	struct failing f = {.job = job, .again = again, .reason = reason};

	return is_word(reason, PL_JOBS_KIND_MAX) ? pl_db_tx(db, fail, &f) : PL_E_SYNTAX;
}

/* ---- looking ---- */

struct counting {
	pl_str kind;
	struct pl_jobs_count count;
};

static pl_status count_kind(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct counting *c = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_jobs_count, PL_DB_ARGS(PL_DB_STR(c->kind)), &rows);

	if (st)
		return st;
	c->count.waiting = pl_db_col_u64(rows, 0);
	c->count.taken = pl_db_col_u64(rows, 1);
	c->count.dead = pl_db_col_u64(rows, 2);
	c->count.oldest_due = pl_db_col_u64(rows, 3);
	return pl_db_rows_status(rows);
}

pl_status pl_jobs_count(struct pl_db *db, pl_str kind, struct pl_jobs_count *ret)
{
	struct counting c = {.kind = kind};
	pl_status st = pl_db_read(db, count_kind, &c);

	if (!st)
		*ret = c.count;
	return st;
}

static pl_status tell_dead(struct pl_db_rows *rows, pl_jobs_dead_fn fn, void *ctx)
{
	struct pl_jobs_dead job = {0};
	pl_status st;

	pl_db_col_fixed(rows, 0, job.id.b, sizeof job.id.b);
	job.kind = pl_db_col_str(rows, 1);
	job.key = pl_db_col_str(rows, 2);
	job.reason = pl_db_col_str(rows, 3);
	job.attempt = (unsigned)pl_db_col_u64(rows, 4);
	job.died = pl_db_col_u64(rows, 5);
	st = pl_db_rows_status(rows);
	return st ? st : fn(ctx, &job);
}

pl_status pl_jobs_dead(struct pl_db *db, pl_str kind, unsigned limit, pl_jobs_dead_fn fn, void *ctx)
{
	struct pl_db_tx *tx PL_CLEANUP(pl_db_tx_rollbackp) = NULL;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_tx_begin(db, PL_DB_READ, &tx); /* not pl_db_read: @fn is told once */

	if (!st)
		st = pl_db_query(tx, &pl_sql_jobs_dead, PL_DB_ARGS(PL_DB_STR(kind), PL_DB_U64(limit)), &rows);
	while (!st && !(st = pl_db_step(rows)))
		st = tell_dead(rows, fn, ctx);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status revive(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_ulid *id = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(
		tx, &pl_sql_jobs_revive, PL_DB_ARGS(PL_DB_BLOB(id_bytes(id)), PL_DB_U64(pl_time_now())), &changed);

	return st ? st : changed ? PL_OK : PL_E_NOTFOUND;
}

pl_status pl_jobs_revive(struct pl_db *db, const struct pl_ulid *id)
{
	struct pl_ulid copy = *id;

	return pl_db_tx(db, revive, &copy);
}

static pl_status bury(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_ulid *id = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_jobs_bury, PL_DB_ARGS(PL_DB_BLOB(id_bytes(id))), &changed);

	return st ? st : changed ? PL_OK : PL_E_NOTFOUND;
}

pl_status pl_jobs_bury(struct pl_db *db, const struct pl_ulid *id)
{
	struct pl_ulid copy = *id;

	return pl_db_tx(db, bury, &copy);
}
