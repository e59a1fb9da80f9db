/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/sequencer.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/keys_replay.h"
#include "fact/record_db.h"
#include "fact/sql.h"
#include "fact/statement_internal.h"
#include "log/writer.h"
#include <pthread.h>

#define BATCH 512u
#define BATCH_BYTES ((size_t)48 << 20)
#define LEASE_NAME "sequencer"
#define LEASE_NS (15 * PL_SECOND)
#define LEASE_RENEW_NS (3 * PL_SECOND)
#define TILES_PATIENCE_NS (30 * PL_SECOND)

/* One row on its way. The digest comes first: its address is the tag that fact/record_db finds the row by. */
struct item {
	struct pl_digest entry_digest;
	struct pl_sequencer *sequencer;
	const struct pl_outbox_row *row;
	struct pl_statement *statement;
	const struct pl_predicate *predicate;
	bool submitted, answered;
	bool finished; /* refused, or an act: nothing to wait for */
	struct pl_log_answer answer;
};

struct pl_sequencer {
	struct pl_instance *inst;
	struct pl_db *db;
	struct pl_log_record *record;
	struct pl_log_writer *writer;
	struct pl_log_key key[PL_LOG_KEYS_MAX];
	size_t n_keys;
	struct pl_keys *keys;
	struct pl_ulid lease;
	uint64_t lease_renewed; /* monotonic */
	bool lease_held;
	pthread_mutex_t lock;   /* guards pending and what callbacks write into items */
	pthread_cond_t answered;
	size_t pending;
	uint64_t appended, refused;
	bool held;
	struct pl_outbox_place place; /* while held: how far the waiting rows were looked through for an act */
	struct pl_arena arena; /* the rows of one step; kept until every answer is there or the writer is closed */
	struct item items[BATCH];
	size_t n_items;
};

/* ---- the lease ---- */

struct lease {
	const struct pl_ulid *holder;
	uint64_t now;
};

static pl_status take_lease_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct lease *l = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_lease_take,
		PL_DB_ARGS(PL_DB_Z(LEASE_NAME), PL_DB_MEM(l->holder->b, sizeof l->holder->b),
			PL_DB_U64(l->now + LEASE_NS), PL_DB_U64(l->now)),
		&changed);

	return st == PL_OK && changed == 0 ? PL_E_DENIED : st;
}

static pl_status drop_lease_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct lease *l = ctx;

	return pl_db_exec(tx, &pl_sql_lease_drop,
		PL_DB_ARGS(PL_DB_Z(LEASE_NAME), PL_DB_MEM(l->holder->b, sizeof l->holder->b)), NULL);
}

/* PL_E_DENIED: somebody else has it. */
static pl_status take_lease(struct pl_sequencer *s)
{
	struct lease l = {&s->lease, pl_time_now()};
	pl_status st = pl_db_tx(s->db, take_lease_tx, &l);

	if (st == PL_OK) {
		s->lease_renewed = pl_time_monotonic();
		s->lease_held = true;
	}
	return st;
}

static pl_status renew_lease(struct pl_sequencer *s, struct pl_diag *diag)
{
	pl_status st;

	if (pl_time_monotonic() - s->lease_renewed < LEASE_RENEW_NS)
		return PL_OK;
	st = take_lease(s);
	if (st == PL_E_DENIED) {
		s->lease_held = false;
		return pl_diag_set(diag, PL_E_CONFLICT, "another sequencer has taken the lease");
	}
	return st;
}

/* ---- answers ---- */

static void on_answer(void *ctx, void *tag, const struct pl_log_answer *answer)
{
	struct pl_sequencer *s = ctx;
	struct item *it = tag;

	pthread_mutex_lock(&s->lock);
	it->answer = *answer;
	it->answered = true;
	if (--s->pending == 0)
		pthread_cond_signal(&s->answered);
	pthread_mutex_unlock(&s->lock);
}

static void wait_a_little(struct pl_sequencer *s)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += 200000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&s->answered, &s->lock, &until);
}

/* Wait for every submitted item. PL_E_CONFLICT if the writer lost the record: then no answer will ever come. */
static pl_status wait_answers(struct pl_sequencer *s, struct pl_diag *diag)
{
	struct pl_log_status status;
	size_t pending;

	for (;;) {
		pthread_mutex_lock(&s->lock);
		if (s->pending)
			wait_a_little(s);
		pending = s->pending;
		pthread_mutex_unlock(&s->lock);
		if (pending == 0)
			return PL_OK;
		pl_log_writer_status(s->writer, &status);
		if (status.mode == PL_LOG_LOST)
			return pl_diag_set(diag, PL_E_CONFLICT, "another sequencer has moved the log's record");
	}
}

/* ---- the key register ---- */

/* The tiles of what was acknowledged last may still be on their way when the writer has just opened. */
static pl_status replay(struct pl_sequencer *s, struct pl_diag *diag)
{
	uint64_t deadline = pl_time_monotonic() + TILES_PATIENCE_NS;
	struct pl_log_status status;
	pl_status st;

	pl_log_writer_status(s->writer, &status);
	do {
		struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
		struct pl_keys *keys = NULL;

		st = pl_keys_from_policy(pl_instance_policy(s->inst), &keys, diag);
		if (st)
			return st;
		st = pl_log_reader_open(pl_instance_conf(s->inst)->log_dir, NULL, &reader, diag);
		if (st == PL_OK)
			st = pl_keys_replay(keys, pl_instance_vocabulary(s->inst), reader, 0, status.recorded.size,
				status.recorded.size);
		if (st == PL_OK) {
			pl_keys_free(s->keys);
			s->keys = keys;
			pl_keys_share(keys, s->inst->verified);
			return PL_OK;
		}
		pl_keys_free(keys);
		if (st == PL_E_NOTFOUND)
			pl_time_sleep(20 * PL_MILLISECOND);
	} while (st == PL_E_NOTFOUND && pl_time_monotonic() < deadline);
	return pl_diag_set(diag, st, "cannot read the key statements back from the log");
}

/* ---- judging and submitting ---- */

static pl_status judge(struct pl_sequencer *s, struct item *it, uint64_t index, struct pl_diag *diag)
{
	struct pl_judgement judgement;
	pl_status st = pl_statement_open(it->row->entry, &it->statement, diag);

	if (st)
		return st;
	it->predicate = pl_vocabulary_find(pl_instance_vocabulary(s->inst), it->statement->type);
	if (!it->predicate)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this version does not know the type %.*s",
			PL_STR_ARG(it->statement->type));
	st = pl_predicate_check(it->predicate, it->statement, diag);
	if (st == PL_OK)
		st = pl_keys_judge(s->keys, it->predicate, it->statement, index, true, &judgement, diag);
	if (st == PL_OK && it->predicate->approval == PL_APPROVAL_ROOTS)
		st = pl_keys_can_apply(s->keys, it->statement, index, diag);
	return st;
}

static pl_status refuse(struct pl_sequencer *s, struct item *it, pl_status why, const struct pl_diag *diag)
{
	pl_status st;

	it->finished = true;
	st = pl_outbox_refuse(s->db, &it->entry_digest, pl_str_from(pl_diag_text(diag, why)));

	if (st == PL_OK)
		s->refused++;
	return st == PL_E_STATE ? PL_OK : st; /* somebody dealt with it meanwhile */
}

static pl_status submit(struct pl_sequencer *s, struct item *it)
{
	pl_status st;

	pthread_mutex_lock(&s->lock);
	s->pending++;
	pthread_mutex_unlock(&s->lock);
	st = pl_log_writer_add_patient(s->writer, it->row->entry, it);
	if (st == PL_OK) {
		it->submitted = true;
		return PL_OK;
	}
	pthread_mutex_lock(&s->lock);
	s->pending--;
	pthread_mutex_unlock(&s->lock);
	return st;
}

/* Key statements are barriers: wait until it stands, then let the register follow. One that stood there before (a hold
 * stored it, or a crash came between log and outbox) may be news to the register all the same. */
static pl_status settle_key(struct pl_sequencer *s, struct item *it, struct pl_diag *diag)
{
	pl_status st = wait_answers(s, diag);

	if (st || it->answer.status)
		return st;
	if (it->answer.duplicate)
		return replay(s, diag);
	return pl_keys_apply(s->keys, it->statement, it->answer.index, diag);
}

/* ---- operator's acts that end a hold ---- */

static bool is_act(const struct item *it, const char *type)
{
	return pl_str_eq(it->statement->type, pl_str_from(type));
}

/* PL_E_UNSUPPORTED: @it is none of these, or the log is not held: append it like any other. The transaction that moves the
 * record tells its row the index, like every other. */
static pl_status act(struct pl_sequencer *s, struct item *it)
{
	struct pl_log_status status;
	pl_status st = PL_E_UNSUPPORTED;

	pl_log_writer_status(s->writer, &status);
	if (status.mode != PL_LOG_HELD)
		return st;
	if (is_act(it, PL_TYPE_LOG_RESUME))
		st = pl_log_writer_resume(s->writer, it->row->entry, it, &it->answer);
	else if (is_act(it, PL_TYPE_TIME_ACCEPT))
		st = pl_log_writer_time_accept(s->writer, it->row->entry, it, &it->answer);
	if (st)
		return st == PL_E_STATE ? PL_E_UNSUPPORTED : st;
	it->answered = true;
	it->finished = true;
	return PL_OK;
}

/* ---- a step ---- */

static pl_status deal_with(struct pl_sequencer *s, struct item *it, uint64_t *index, struct pl_diag *diag)
{
	struct pl_diag why = {0};
	pl_status st = judge(s, it, *index, &why);

	if (st == PL_E_NOMEM)
		return st;
	/* While the log is held the outbox is the store: nothing but an act that ends the hold goes on, and nothing is
	 * refused by a register that the waiting rows may still change. */
	if (st && s->held)
		return PL_OK;
	if (st)
		return refuse(s, it, st, &why);
	st = act(s, it);
	if (st == PL_OK)
		s->appended++;
	if (st != PL_E_UNSUPPORTED)
		return st == PL_E_ROLLBACK ? refuse(s, it, st, &why) : st;
	if (s->held)
		return PL_OK;
	st = submit(s, it);
	if (st)
		return st;
	++*index;
	return it->predicate->approval == PL_APPROVAL_ROOTS ? settle_key(s, it, diag) : PL_OK;
}

static void forget(struct pl_sequencer *s)
{
	for (size_t i = 0; i < s->n_items; i++)
		pl_statement_close(s->items[i].statement);
	s->n_items = 0;
	pl_arena_done(&s->arena);
}

/* While the log is held no row goes away, and the act that ends the hold may stand behind any number of others: they are
 * looked through in turn. */
static pl_status take(struct pl_sequencer *s)
{
	static const struct pl_outbox_place start;
	struct pl_outbox_row *rows;
	size_t n;
	pl_status st = pl_outbox_take(s->db, s->held ? &s->place : &start, BATCH, &s->arena, &rows, &n);

	if (st)
		return st;
	if (n && s->held)
		pl_outbox_place_of(&rows[n - 1], &s->place);
	else
		s->place = start;
	for (size_t i = 0; i < n; i++)
		s->items[i] = (struct item){.entry_digest = rows[i].entry_digest, .sequencer = s, .row = &rows[i]};
	s->n_items = n;
	return PL_OK;
}

/* What became of the submitted ones: the first failure that is not a hold. */
static pl_status tally(struct pl_sequencer *s, size_t *ret_done)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < s->n_items; i++) {
		const struct item *it = &s->items[i];

		if (it->submitted && it->answer.status == PL_OK)
			s->appended++;
		if (it->submitted && it->answer.status == PL_E_HELD)
			s->held = true;
		else if (it->submitted && it->answer.status && !st)
			st = it->answer.status;
		*ret_done += it->submitted ? it->answer.status == PL_OK : it->finished;
	}
	return st;
}

pl_status pl_sequencer_step(struct pl_sequencer *s, size_t *ret_done, struct pl_diag *diag)
{
	struct pl_log_status status;
	uint64_t index;
	pl_status st = renew_lease(s, diag), waited;

	*ret_done = 0;
	if (st)
		return st;
	pl_log_writer_status(s->writer, &status);
	if (status.mode == PL_LOG_LOST)
		return pl_diag_set(diag, PL_E_CONFLICT, "another sequencer has moved the log's record");
	s->held = status.mode == PL_LOG_HELD;
	index = status.recorded.size;
	st = take(s);
	for (size_t i = 0; i < s->n_items && st == PL_OK; i++)
		st = deal_with(s, &s->items[i], &index, diag);
	waited = wait_answers(s, diag);
	if (waited)
		return waited; /* the writer still points into the rows: keep them until it is closed */
	if (st == PL_OK)
		st = tally(s, ret_done);
	forget(s);
	return st ? pl_diag_set(diag, st, "the log does not take statements now: %s", pl_status_text(st)) : PL_OK;
}

pl_status pl_sequencer_publish(struct pl_sequencer *s, uint64_t wait_ns)
{
	struct pl_log_status status;

	pl_log_writer_status(s->writer, &status);
	if (status.published >= status.recorded.size && !status.renewing)
		return PL_OK;
	return pl_log_writer_wait_published(s->writer, status.recorded.size, wait_ns);
}

void pl_sequencer_state(const struct pl_sequencer *s, struct pl_sequencer_status *ret)
{
	pl_log_writer_status(s->writer, &ret->log);
	ret->appended = s->appended;
	ret->refused = s->refused;
}

void pl_sequencer_log_status(const struct pl_sequencer *s, struct pl_log_status *ret)
{
	pl_log_writer_status(s->writer, ret);
}

/* ---- life ---- */

static pl_status open_writer(struct pl_sequencer *s, struct pl_diag *diag)
{
	const struct pl_instance_conf *conf = pl_instance_conf(s->inst);
	struct pl_log_writer_options o = {
		.dir = conf->log_dir.ptr, .record = s->record, .keys = s->key, .n_keys = s->n_keys,
		.policy = pl_instance_policy(s->inst), .done = on_answer, .done_ctx = s, .publish_ns = conf->interval_ns,
	};

	return pl_log_writer_open(&o, &s->writer, diag);
}

static pl_status open_all(struct pl_sequencer *s, struct pl_diag *diag)
{
	pl_status st = take_lease(s);

	if (st == PL_E_DENIED)
		return pl_diag_set(diag, PL_E_BUSY, "another sequencer holds the lease");
	if (st)
		return pl_diag_set(diag, st, "cannot take the lease");
	st = pl_record_db_new(s->db, pl_instance_conf(s->inst)->origin, &s->record);
	if (st == PL_OK)
		st = open_writer(s, diag);
	return st ? st : replay(s, diag);
}

pl_status pl_sequencer_open(struct pl_instance *inst, const struct pl_log_key *keys, size_t n,
	struct pl_sequencer **ret,
	struct pl_diag *diag)
{
	struct pl_sequencer *s;
	pthread_condattr_t attr;
	pl_status st;

	if (n == 0 || n > PL_LOG_KEYS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a log is signed with 1 to %u keys", PL_LOG_KEYS_MAX);
	s = PL_NEW(struct pl_sequencer);
	memcpy(s->key, keys, n * sizeof *keys);
	s->n_keys = n;
	s->inst = inst;
	s->db = pl_instance_db(inst);
	s->lease = pl_ulid_new();
	s->arena = (struct pl_arena)PL_ARENA(BATCH_BYTES);
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->answered, &attr);
	(void)pthread_condattr_destroy(&attr);
	st = open_all(s, diag);
	if (st) {
		pl_sequencer_close(s);
		return st;
	}
	*ret = s;
	return PL_OK;
}

void pl_sequencer_close(struct pl_sequencer *s)
{
	pl_status st = PL_OK;

	if (!s)
		return;
	if (s->writer)
		st = pl_log_writer_close(s->writer);
	if (s->lease_held) {
		struct lease l = {&s->lease, 0};

		/* If this fails the lease runs out by itself. */
		st = pl_db_tx(s->db, drop_lease_tx, &l);
	}
	(void)st;
	forget(s);
	pl_record_db_free(s->record);
	pl_keys_free(s->keys);
	(void)pthread_cond_destroy(&s->answered);
	(void)pthread_mutex_destroy(&s->lock);
	pl_free(s);
}
