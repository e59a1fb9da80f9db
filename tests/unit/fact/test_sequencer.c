/* SPDX-License-Identifier: Apache-2.0 */
/* What gets into the log and what does not; who may write it; what a kill leaves behind. */
#include "fact_world.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/projector.h"
#include "fact/record_db.h"
#include "fact/log_key.h"
#include "fact/sequencer.h"
#include "fact/serve.h"
#include "log/journal.h"
#include "sql.h"
#include "store/db_engine.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BODY_JSON "{\"body\":{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3},\"kind\":\"document\"}"

static uint64_t record_size(struct pl_instance *inst)
{
	struct pl_log_record *r = NULL;
	struct pl_log_state s;

	assert_ok(pl_record_db_new(pl_instance_db(inst), pl_instance_conf(inst)->origin, &r));
	assert_ok(r->ops->load(r->ctx, &s));
	pl_record_db_free(r);
	return s.size;
}

static struct pl_sequencer *open_sequencer(struct pl_instance *inst)
{
	struct pl_log_key keys[PL_LOG_KEYS_MAX];
	struct pl_sequencer *s = NULL;
	struct pl_diag diag = {0};
	size_t n;

	assert_ok(pl_log_key_signers(inst, keys, &n, &diag));
	if (pl_sequencer_open(inst, keys, n, &s, &diag) != PL_OK)
		fail_msg("%s", diag.text);
	return s;
}

static void step_all(struct pl_sequencer *s)
{
	struct pl_diag diag = {0};
	size_t done = 1;

	while (done)
		if (pl_sequencer_step(s, &done, &diag) != PL_OK)
			fail_msg("%s", diag.text);
}

static enum pl_outbox_state state_of(struct pl_instance *inst, const struct pl_outbox_ref *ref, char *reason, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_outbox_row row;

	assert_ok(pl_outbox_find(pl_instance_db(inst), &ref->entry, &arena, &row));
	if (reason)
		(void)snprintf(reason, size, "%.*s", PL_STR_ARG(row.reason));
	return row.state;
}

static void put(struct pl_instance *inst, const struct pl_buf *entry, struct pl_outbox_ref *ret)
{
	struct pl_diag diag = {0};

	if (pl_instance_submit(inst, PL_STR("s"), pl_buf_bytes(entry), ret, &diag) != PL_OK)
		fail_msg("%s", diag.text);
}

/* Sign the payload of @entry with keys of the instance instead. */
static void resign(struct pl_instance *inst, const char *const *names, size_t n, struct pl_buf *entry)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf copy PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_dsse env;

	pl_buf_put_bytes(&copy, pl_buf_bytes(entry));
	assert_ok(pl_dsse_parse(pl_buf_str(&copy), &arena, &env, NULL));
	env.n_sigs = 0;
	for (size_t i = 0; i < n; i++) {
		struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;

		assert_ok(pl_instance_signer(inst, names[i], &s, NULL));
		assert_ok(pl_dsse_sign(&env, s, &arena));
	}
	pl_buf_clear(entry);
	pl_dsse_write(entry, &env);
}

#define OLD_VKEY "log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define NEW_VKEY "log.example/releases+6e8b7fa3+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

static void nothing_without_its_rights_is_appended(void **state)
{
	/* Whoever writes to the outbox has at most the signatures that he could get: his own, or the desk's for a type that
	 * needs no approval, or old approvals of other payloads. */
	static const struct {
		const char *type, *name, *predicate, *about; /* about: what the subject's digest is of; NULL: its name */
	} wanted[] = {
		{PL_TYPE_BODY, "abc", BODY_JSON},
		{PL_TYPE_WITHHELD, "abc", "{\"reason\":\"security\"}"},
		{PL_TYPE_LOG_RESUME, "abc", "{\"size\":1,\"root\":\"" ABC "\",\"reason\":\"witness-ended\"}"},
		{PL_TYPE_TIME_ACCEPT, "abc",
			"{\"size\":1,\"before\":\"2026-01-01T00:00:00Z\",\"accepted\":\"2026-01-02T00:00:00Z\",\"reason\":\"test\"}"},
		{PL_TYPE_LOG_ROTATION, "log.example/releases",
			"{\"old\":\"" OLD_VKEY "\",\"new\":\"" NEW_VKEY "\",\"overlapUntil\":\"2026-01-01T00:00:00Z\","
			"\"reason\":\"scheduled\"}", NEW_VKEY},
		{PL_TYPE_KEY_END, "abc", "{\"reason\":\"lost\"}"},
		{"https://example.org/unknown/v1", "abc", "{}"},
	};
	static const char *const service[] = {"service"}, *const officers[] = {"officer-1", "officer-2"},
		*const one_officer[] = {"service", "officer-1"};
	struct pl_instance *inst = world_init("rights", 2, 2);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	uint64_t size = record_size(inst);
	struct pl_outbox_ref refs[64];
	struct pl_sequencer *s;
	size_t n = 0;

	for (size_t i = 0; i < PL_COUNT(wanted); i++) {
		struct pl_digest digest;

		pl_sha256(pl_str_bytes(pl_str_from(wanted[i].about ? wanted[i].about : wanted[i].name)), &digest);
		test_entry_about(wanted[i].type, wanted[i].name, &digest, wanted[i].predicate, BY(STRANGER), &entry);
		put(inst, &entry, &refs[n++]);
		resign(inst, officers, 2, &entry);
		put(inst, &entry, &refs[n++]);
		resign(inst, one_officer, 2, &entry);
		put(inst, &entry, &refs[n++]);
		if (i > 0) {
			resign(inst, service, 1, &entry);
			put(inst, &entry, &refs[n++]);
		}
	}
	test_inception("log.example/fact", "v", 1, BY(STRANGER), &entry);
	put(inst, &entry, &refs[n++]);
	test_key_entry(STRANGER, PL_ROLE_OFFICER, "\"" PL_TYPE_WITHHELD "\"", BY(STRANGER), &entry);
	put(inst, &entry, &refs[n++]);
	resign(inst, one_officer, 2, &entry);
	put(inst, &entry, &refs[n++]);
	s = open_sequencer(inst);
	step_all(s);
	for (size_t i = 0; i < n; i++) {
		char reason[256];

		if (state_of(inst, &refs[i], reason, sizeof reason) != PL_OUTBOX_REFUSED)
			fail_msg("statement %zu was not refused", i);
		assert_true(reason[0]);
	}
	assert_int_equal(record_size(inst), size);
	pl_sequencer_close(s);
	world_close(inst);
}

static void key_statements_are_barriers(void **state)
{
	static const char *const root[] = {"root"};
	struct pl_instance *inst = world_init("barrier", 1, 1);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_outbox_ref refs[5];
	struct pl_sequencer *s;

	/* All in one batch: too early, introduced, used, ended, too late. */
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	put(inst, &entry, &refs[0]);
	test_key_entry(STRANGER, PL_ROLE_SERVICE, "\"" PL_TYPE_BODY "\"", BY(STRANGER), &entry);
	resign(inst, root, 1, &entry);
	put(inst, &entry, &refs[1]);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	put(inst, &entry, &refs[2]);
	test_end_entry(STRANGER, BY(STRANGER), &entry);
	resign(inst, root, 1, &entry);
	put(inst, &entry, &refs[3]);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	put(inst, &entry, &refs[4]);
	s = open_sequencer(inst);
	step_all(s);
	assert_int_equal(state_of(inst, &refs[0], NULL, 0), PL_OUTBOX_REFUSED);
	assert_int_equal(state_of(inst, &refs[1], NULL, 0), PL_OUTBOX_LOGGED);
	assert_int_equal(state_of(inst, &refs[2], NULL, 0), PL_OUTBOX_LOGGED);
	assert_int_equal(state_of(inst, &refs[3], NULL, 0), PL_OUTBOX_LOGGED);
	assert_int_equal(state_of(inst, &refs[4], NULL, 0), PL_OUTBOX_REFUSED);
	/* A sequencer that starts afresh reads the same register from the log. */
	pl_sequencer_close(s);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	put(inst, &entry, &refs[0]);
	s = open_sequencer(inst);
	step_all(s);
	assert_int_equal(state_of(inst, &refs[0], NULL, 0), PL_OUTBOX_REFUSED);
	pl_sequencer_close(s);
	world_close(inst);
}

static pl_status end_leases(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_exec(tx, &pl_sql_test_end_leases, PL_DB_NONE, NULL);
}

static void one_sequencer_at_a_time(void **state)
{
	struct pl_instance *inst = world_init("two", 1, 1), *other = world_open("two");
	struct pl_log_key keys[PL_LOG_KEYS_MAX];
	struct pl_sequencer *a, *b = NULL;
	size_t n;

	assert_ok(pl_log_key_signers(other, keys, &n, NULL));
	a = open_sequencer(inst);
	assert_int_equal(pl_sequencer_open(other, keys, n, &b, NULL), PL_E_BUSY); /* the lease */
	assert_ok(pl_db_tx(pl_instance_db(inst), end_leases, NULL));
	assert_int_equal(pl_sequencer_open(other, keys, n, &b, NULL), PL_E_BUSY); /* the lock on the directory */
	assert_null(b);
	pl_sequencer_close(a);
	assert_ok(pl_db_tx(pl_instance_db(inst), end_leases, NULL));
	assert_ok(pl_sequencer_open(other, keys, n, &b, NULL));
	pl_sequencer_close(b);
	world_close(other);
	world_close(inst);
}

static void whoever_loses_the_epoch_acknowledges_nothing(void **state)
{
	struct pl_instance *inst = world_init("epoch", 1, 1);
	struct pl_log_record *r = NULL;
	struct pl_log_state claimed;
	struct pl_outbox_ref ref;
	struct pl_sequencer *s = open_sequencer(inst);
	uint64_t size = record_size(inst);
	struct pl_diag diag = {0};
	pl_status st = PL_OK;
	size_t done = 0;

	/* Another machine with a copy of the directory and the same database takes over. */
	assert_ok(pl_record_db_new(pl_instance_db(inst), pl_instance_conf(inst)->origin, &r));
	assert_ok(r->ops->claim(r->ctx, &claimed));
	world_state_document(inst, 1, &ref);
	for (int i = 0; i < 50 && st == PL_OK; i++)
		st = pl_sequencer_step(s, &done, &diag);
	assert_int_equal(st, PL_E_CONFLICT);
	assert_int_equal(done, 0);
	assert_int_equal(state_of(inst, &ref, NULL, 0), PL_OUTBOX_SIGNED);
	assert_int_equal(record_size(inst), size);
	assert_int_equal(pl_sequencer_step(s, &done, &diag), PL_E_CONFLICT); /* for good */
	pl_sequencer_close(s);
	pl_record_db_free(r);
	/* The next one opens with an epoch of its own and finds the entry in its journal: once, at one index. */
	s = open_sequencer(inst);
	step_all(s);
	assert_int_equal(state_of(inst, &ref, NULL, 0), PL_OUTBOX_LOGGED);
	assert_int_equal(record_size(inst), size + 1);
	pl_sequencer_close(s);
	world_close(inst);
}

/* ---- kills ---- */

static _Noreturn void serve_until_killed(const char *name)
{
	struct pl_instance *inst = world_open(name);
	struct pl_diag diag = {0};
	int fds[2];

	if (pipe(fds) != 0)
		_exit(3);
	for (;;) {
		/* The killed one's lease lasts longer than this test wants to wait; the lock is what counts. */
		pl_status st = pl_db_tx(pl_instance_db(inst), end_leases, NULL);

		if (st == PL_OK)
			st = pl_serve_log(inst, NULL, fds[0], &diag);
		if (st != PL_E_BUSY) {
			(void)fprintf(stderr, "serve: %s\n", diag.text);
			_exit(1);
		}
		pl_time_sleep(20 * PL_MILLISECOND);
	}
}

struct order {
	uint64_t last_index, rows;
	char last_stream[64];
};

static pl_status check_order(void *ctx, struct pl_db_tx *tx)
{
	struct order *o = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_test_stream_rows, PL_DB_NONE, &rows);

	*o = (struct order){0};
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		char stream[64];
		uint64_t index = pl_db_col_u64(rows, 2);

		assert_int_equal(pl_db_col_u64(rows, 3), PL_OUTBOX_PROJECTED);
		assert_ok(pl_str_z(pl_db_col_str(rows, 0), stream, sizeof stream));
		assert_true(strcmp(stream, o->last_stream) != 0 || index > o->last_index);
		memcpy(o->last_stream, stream, sizeof stream);
		o->last_index = index;
		o->rows++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static void killed_sequencers_lose_and_repeat_nothing(void **state)
{
	const char *long_run = getenv("PL_LONG");
	unsigned rounds = long_run && strcmp(long_run, "1") == 0 ? 200 : 12;
	struct pl_instance *inst = world_init("killed", 1, 1);
	struct pl_fact_report report = {0};
	struct pl_outbox_ref ref = {0};
	struct pl_diag diag = {0};
	struct order order;
	uint64_t before = record_size(inst);

	for (unsigned i = 0; i < rounds; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			serve_until_killed("killed");
		for (unsigned k = 0; k < 10; k++)
			world_state_document(inst, i * 10 + k, &ref);
		pl_time_sleep((7 + 53 * i % 190) * PL_MILLISECOND);
		(void)kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
	}
	assert_ok(pl_db_tx(pl_instance_db(inst), end_leases, NULL));
	world_settle(inst, &ref, 1);
	assert_ok(pl_db_read(pl_instance_db(inst), check_order, &order));
	assert_int_equal(order.rows, before + rounds * 10);
	assert_int_equal(record_size(inst), before + rounds * 10); /* none lost, none twice */
	if (pl_fact_rebuild(inst, world_scratch(), &report, &diag) != PL_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(report.tables_different, 0);
	assert_int_equal(report.by_state[PL_ENTRY_APPLIED], before + rounds * 10);
	world_close(inst);
}

/* ---- acts ---- */

/* As if an hour had passed and been taken back: the log is held until an operator accepts the time. */
static void put_time_ahead(const char *name)
{
	uint8_t data[24 + PL_DIGEST_LEN] = "PLTIME1\n";
	struct pl_digest sum;
	char path[600];

	pl_be64_write(data + 8, pl_time_now() + 3600 * PL_SECOND);
	pl_sha256(pl_bytes_of(data, 24), &sum);
	memcpy(data + 24, sum.b, sizeof sum.b);
	(void)snprintf(path, sizeof path, "%s/log/private/time", world_dir(name));
	assert_ok(pl_file_put(AT_FDCWD, path, pl_bytes_of(data, sizeof data), 0600, PL_FILE_REPLACE));
}

static void put_time_accept(struct pl_instance *inst, struct pl_outbox_ref *ret)
{
	static const char *const signers[] = {"service", "officer-1", "officer-2"};
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);

	test_entry(PL_TYPE_TIME_ACCEPT, "abc",
		"{\"size\":1,\"before\":\"2026-01-01T00:00:00Z\",\"accepted\":\"2026-01-02T00:00:00Z\",\"reason\":\"test\"}", BY(STRANGER),
		&entry);
	resign(inst, signers, 3, &entry);
	put(inst, &entry, ret);
}

/* Another row has the entry's index, and indices are unique for a while: whoever tells a row this index fails. */
struct blocked {
	uint64_t index;
	bool end;
};

static pl_status block_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct blocked *b = ctx;
	char sql[256];

	if (b->end)
		(void)snprintf(sql, sizeof sql, "DROP INDEX test_once; UPDATE outbox SET entry_index = 0 WHERE entry_index = %llu",
			(unsigned long long)b->index);
	else
		(void)snprintf(sql, sizeof sql, "UPDATE outbox SET entry_index = %llu WHERE entry_index = 0; "
			"CREATE UNIQUE INDEX test_once ON outbox (entry_index)", (unsigned long long)b->index);
	return pl_db_script(tx, "block", sql);
}

static pl_status ignore_batch(void *ctx, const struct pl_journal_batch *b)
{
	(void)ctx;
	(void)b;
	return PL_OK;
}

/* Entries in the journal of the log, which somebody else has open. */
static uint64_t journal_end(struct pl_instance *inst, const char *name)
{
	struct pl_journal_options o = {.dir = -1};
	struct pl_journal *j = NULL;
	struct pl_tree_edge start, end = {0};
	char path[600];

	(void)snprintf(path, sizeof path, "%s/log/private/journal", world_dir(name));
	assert_ok(pl_file_open_dir(AT_FDCWD, path, &o.dir));
	pl_sha256(pl_str_bytes(pl_instance_conf(inst)->origin), &o.log);
	assert_ok(pl_journal_open(&o, ignore_batch, NULL, &j, &start, &end, NULL));
	pl_journal_close(j);
	pl_file_close(&o.dir);
	return end.size;
}

static void an_act_moves_record_and_row_together(void **state)
{
	struct pl_instance *inst = world_init("act", 2, 2);
	struct blocked blocked = {.index = record_size(inst)};
	uint64_t deadline = pl_time_monotonic() + 60 * PL_SECOND;
	struct pl_sequencer *s;
	struct pl_outbox_ref ref;
	int status;
	pid_t pid;

	put_time_ahead("act");
	put_time_accept(inst, &ref);
	assert_ok(pl_db_tx(pl_instance_db(inst), block_tx, &blocked));
	pid = fork();
	if (pid == 0)
		serve_until_killed("act");
	while (journal_end(inst, "act") == blocked.index && pl_time_monotonic() < deadline)
		pl_time_sleep(5 * PL_MILLISECOND);
	/* The entry is durable; now it is tried again and again to move the record together with the row. */
	pl_time_sleep(500 * PL_MILLISECOND);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(journal_end(inst, "act"), blocked.index + 1);
	assert_int_equal(record_size(inst), blocked.index);
	assert_int_equal(state_of(inst, &ref, NULL, 0), PL_OUTBOX_SIGNED);
	blocked.end = true;
	assert_ok(pl_db_tx(pl_instance_db(inst), block_tx, &blocked));
	assert_ok(pl_db_tx(pl_instance_db(inst), end_leases, NULL));
	s = open_sequencer(inst);
	step_all(s);
	assert_int_equal(record_size(inst), blocked.index + 1); /* not lost, not twice */
	assert_int_equal(state_of(inst, &ref, NULL, 0), PL_OUTBOX_LOGGED);
	pl_sequencer_close(s);
	world_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_without_its_rights_is_appended),
		cmocka_unit_test(key_statements_are_barriers),
		cmocka_unit_test(one_sequencer_at_a_time),
		cmocka_unit_test(whoever_loses_the_epoch_acknowledges_nothing),
		cmocka_unit_test(killed_sequencers_lose_and_repeat_nothing),
		cmocka_unit_test(an_act_moves_record_and_row_together),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
