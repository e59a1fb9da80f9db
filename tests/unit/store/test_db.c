/* SPDX-License-Identifier: Apache-2.0 */
/* store/db: the same stories on whichever engine $PL_TEST_DB names. */
#include "store_test.h"
#include "base/time.h"
#include "sql.h"
#include "store/db_engine.h"
#include <pthread.h>
#include <sys/stat.h>

static const struct pl_migrations *const rooms[] = {&pl_sql_store_migrations, &pl_sql_store_test_migrations};
static struct pl_db *db;

static int setup(void **state)
{
	db = db_fresh(rooms, PL_COUNT(rooms), (struct pl_db_options){.wait_ns = 2 * PL_SECOND, .connections = 12});
	return 0;
}

static int teardown(void **state)
{
	pl_db_close(db);
	db = NULL;
	return 0;
}

static struct pl_db_tx *begin(enum pl_db_mode mode)
{
	struct pl_db_tx *tx = NULL;

	assert_ok(pl_db_tx_begin(db, mode, &tx));
	return tx;
}

static pl_status put(struct pl_db_tx *tx, int64_t id, const char *name)
{
	return pl_db_exec(tx, &pl_sql_test_put, PL_DB_ARGS(PL_DB_I64(id), PL_DB_Z(name), PL_DB_NULL, PL_DB_NULL), NULL);
}

static uint64_t count(void)
{
	struct pl_db_tx *tx = begin(PL_DB_READ);
	struct pl_db_rows *rows = NULL;
	uint64_t n;

	assert_ok(pl_db_one(tx, &pl_sql_test_count, PL_DB_NONE, &rows));
	n = pl_db_col_u64(rows, 0);
	assert_ok(pl_db_rows_status(rows));
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
	return n;
}

static void values_come_back(void **state)
{
	static const uint8_t bytes[] = {0, 1, 0xff, 0, '\''};
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_db_rows *rows = NULL;
	uint8_t fixed[5];

	assert_ok(pl_db_exec(tx, &pl_sql_test_put,
		PL_DB_ARGS(PL_DB_I64(INT64_MIN), PL_DB_Z("Grüße '; DROP TABLE thing; --"), PL_DB_MEM(bytes, 5),
			PL_DB_NULL),
		NULL));
	assert_ok(pl_db_exec(tx, &pl_sql_test_put,
		PL_DB_ARGS(
			PL_DB_U64(INT64_MAX), PL_DB_STR((pl_str){0}), PL_DB_BLOB((pl_bytes){0}), PL_DB_I64(INT64_MIN)),
		NULL));
	assert_ok(pl_db_tx_commit(tx));
	tx = begin(PL_DB_READ);
	assert_ok(pl_db_one(tx, &pl_sql_test_get, PL_DB_ARGS(PL_DB_I64(INT64_MIN)), &rows));
	assert_true(pl_str_eq(pl_db_col_str(rows, 0), PL_STR("Grüße '; DROP TABLE thing; --")));
	assert_true(pl_bytes_eq(pl_db_col_blob(rows, 1), pl_bytes_of(bytes, 5)));
	pl_db_col_fixed(rows, 1, fixed, sizeof fixed);
	assert_memory_equal(fixed, bytes, 5);
	assert_true(pl_db_col_is_null(rows, 2));
	assert_false(pl_db_col_bool(rows, 3));
	assert_ok(pl_db_rows_status(rows));
	assert_int_equal(pl_db_step(rows), PL_E_NOTFOUND);
	pl_db_rows_done(&rows);
	assert_ok(pl_db_one(tx, &pl_sql_test_get, PL_DB_ARGS(PL_DB_U64(INT64_MAX)), &rows));
	assert_int_equal(pl_db_col_str(rows, 0).len, 0);
	assert_false(pl_db_col_is_null(rows, 1));
	assert_int_equal(pl_db_col_blob(rows, 1).len, 0);
	assert_int_equal(pl_db_col_i64(rows, 2), INT64_MIN);
	assert_ok(pl_db_rows_status(rows));
	pl_db_rows_done(&rows);
	assert_int_equal(pl_db_one(tx, &pl_sql_test_get, PL_DB_ARGS(PL_DB_I64(5)), &rows), PL_E_NOTFOUND);
	assert_null(rows);
	assert_ok(pl_db_tx_commit(tx));
}

static void wrong_columns_are_remembered(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_db_rows *rows = NULL;
	uint8_t fixed[4] = {9, 9, 9, 9};

	assert_ok(put(tx, -3, "a"));
	assert_ok(pl_db_tx_commit(tx));
	for (unsigned i = 0; i < 7; i++) {
		tx = begin(PL_DB_READ);
		assert_ok(pl_db_query(tx, &pl_sql_test_all, PL_DB_NONE, &rows));
		if (i == 0)
			assert_int_equal(pl_db_col_i64(rows, 0), 0); /* not on a row yet */
		assert_int_equal(pl_db_rows_status(rows), i == 0 ? PL_E_INTERNAL : PL_OK);
		if (i > 0)
			assert_ok(pl_db_step(rows));
		if (i == 1)
			assert_int_equal(pl_db_col_u64(rows, 0), 0); /* negative */
		if (i == 2)
			assert_int_equal(pl_db_col_i64(rows, 1), 0); /* text */
		if (i == 3)
			assert_int_equal(pl_db_col_str(rows, 0).len, 0); /* number */
		if (i == 4)
			assert_true(pl_db_col_is_null(rows, 2)); /* no such column */
		if (i == 5)
			assert_false(pl_db_col_bool(rows, 0)); /* -3 */
		if (i == 6)
			pl_db_col_fixed(rows, 1, fixed, sizeof fixed);
		assert_int_equal(fixed[0], 9);
		assert_int_equal(pl_db_rows_status(rows), i == 0 || i == 4 ? PL_E_INTERNAL : PL_E_CORRUPT);
		assert_int_equal(pl_db_step(rows), i == 0 || i == 4 ? PL_E_INTERNAL : PL_E_CORRUPT);
		pl_db_rows_done(&rows);
		assert_int_equal(pl_db_tx_commit(tx), PL_E_STATE);
	}
}

static void refuses_bad_arguments(void **state)
{
	static const struct {
		struct pl_db_value id, name;
		pl_status st;
	} cases[] = {
		{{.type = PL_DB_TYPE_U64, .u64 = UINT64_MAX}, {.type = PL_DB_TYPE_TEXT}, PL_E_RANGE},
		{{.type = PL_DB_TYPE_I64}, {.type = PL_DB_TYPE_TEXT, .data = {(const uint8_t *)"a\0b", 3}},
			PL_E_SYNTAX},
		{{.type = PL_DB_TYPE_I64}, {.type = PL_DB_TYPE_TEXT, .data = {(const uint8_t *)"\xc3\x28", 2}},
			PL_E_SYNTAX},
		{{.type = PL_DB_TYPE_I64}, {.type = PL_DB_TYPE_NULL}, PL_E_RANGE},
		{{.type = PL_DB_TYPE_I64}, {.type = PL_DB_TYPE_TEXT, .data = {(const uint8_t *)"forbidden", 9}},
			PL_E_RANGE},
		{{.type = PL_DB_TYPE_TEXT, .data = {(const uint8_t *)"eight by", 8}}, {.type = PL_DB_TYPE_TEXT},
			PL_E_RANGE},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_db_tx *tx = begin(PL_DB_WRITE);

		assert_int_equal(pl_db_exec(tx, &pl_sql_test_put,
					 PL_DB_ARGS(cases[i].id, cases[i].name, PL_DB_NULL, PL_DB_NULL), NULL),
			cases[i].st);
		assert_int_equal(pl_db_tx_commit(tx), PL_E_STATE);
	}
	assert_int_equal(count(), 0);
}

static void refuses_a_wrong_number_of_arguments(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);

	assert_int_equal(pl_db_exec(tx, &pl_sql_test_put, PL_DB_ARGS(PL_DB_I64(1)), NULL), PL_E_INTERNAL);
	pl_db_tx_rollback(tx);
}

static void our_wrong_sql_is_internal(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_READ);
	struct pl_db_rows *rows = NULL;

	assert_int_equal(pl_db_one(tx, &pl_sql_test_wrong, PL_DB_NONE, &rows), PL_E_INTERNAL);
	pl_db_tx_rollback(tx);
	tx = begin(PL_DB_READ);
	assert_ok(pl_db_one(tx, &pl_sql_test_real, PL_DB_NONE, &rows));
	assert_int_equal(pl_db_col_i64(rows, 0), 0);
	assert_int_equal(pl_db_rows_status(rows), PL_E_CORRUPT); /* no floating numbers */
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
}

static void translation(void **state)
{
	static const uint8_t expected[] = {0, 0xff};
	struct pl_db_tx *tx = begin(PL_DB_READ);
	struct pl_db_rows *rows = NULL;

	assert_ok(pl_db_one(tx, &pl_sql_test_literals, PL_DB_ARGS(PL_DB_Z("t"), PL_DB_MEM("b", 1)), &rows));
	assert_true(pl_bytes_eq(pl_db_col_blob(rows, 0), pl_bytes_of(expected, 2)));
	assert_true(pl_str_eq(pl_db_col_str(rows, 1), PL_STR("a ?1 'quoted' text")));
	assert_true(pl_str_eq(pl_db_col_str(rows, 2), PL_STR("t")));
	assert_int_equal(pl_db_col_blob(rows, 3).len, 1);
	assert_ok(pl_db_rows_status(rows));
	pl_db_rows_done(&rows);
	assert_ok(pl_db_one(tx, &pl_sql_test_two, PL_DB_NONE, &rows));
	assert_true(pl_str_eq(pl_db_col_str(rows, 0), on_sqlite() ? PL_STR("sqlite") : PL_STR("postgres")));
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
}

static void a_failed_statement_loses_the_transaction(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	uint64_t changed = 7;

	assert_ok(put(tx, 1, "one"));
	assert_int_equal(put(tx, 2, "one"), PL_E_EXISTS);
	assert_int_equal(put(tx, 3, "three"), PL_E_STATE);
	assert_int_equal(pl_db_tx_commit(tx), PL_E_STATE);
	assert_int_equal(count(), 0);
	tx = begin(PL_DB_WRITE);
	assert_ok(put(tx, 1, "one"));
	assert_int_equal(put(tx, 1, "other"), PL_E_EXISTS);
	pl_db_tx_rollback(tx);
	/* What to do instead. */
	tx = begin(PL_DB_WRITE);
	assert_ok(put(tx, 1, "one"));
	assert_ok(pl_db_exec(tx, &pl_sql_test_put_quietly, PL_DB_ARGS(PL_DB_I64(2), PL_DB_Z("one")), &changed));
	assert_int_equal(changed, 0);
	assert_ok(pl_db_exec(tx, &pl_sql_test_put_quietly, PL_DB_ARGS(PL_DB_I64(2), PL_DB_Z("two")), &changed));
	assert_int_equal(changed, 1);
	assert_ok(pl_db_exec(tx, &pl_sql_test_flag, PL_DB_ARGS(PL_DB_I64(0), PL_DB_BOOL(true)), &changed));
	assert_int_equal(changed, 2);
	assert_ok(pl_db_tx_commit(tx));
	assert_int_equal(count(), 2);
	tx = begin(PL_DB_WRITE);
	assert_int_equal(pl_db_exec(tx, &pl_sql_test_put,
				 PL_DB_ARGS(PL_DB_I64(9), PL_DB_Z("orphan"), PL_DB_NULL, PL_DB_I64(404)), NULL),
		PL_E_RANGE);
	pl_db_tx_rollback(tx);
}

static void a_read_transaction_cannot_write(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_READ);

	assert_int_equal(put(tx, 1, "one"), PL_E_STATE);
	pl_db_tx_rollback(tx);
	assert_int_equal(count(), 0);
}

static void a_read_transaction_sees_one_snapshot(void **state)
{
	struct pl_db_tx *reader = begin(PL_DB_READ), *writer;
	struct pl_db_rows *rows = NULL;

	for (int i = 0; i < 2; i++) {
		assert_ok(pl_db_one(reader, &pl_sql_test_count, PL_DB_NONE, &rows));
		assert_int_equal(pl_db_col_u64(rows, 0), 0);
		pl_db_rows_done(&rows);
		if (i == 0) {
			writer = begin(PL_DB_WRITE);
			assert_ok(put(writer, 1, "one"));
			assert_ok(pl_db_tx_commit(writer));
		}
	}
	assert_ok(pl_db_tx_commit(reader));
	assert_int_equal(count(), 1);
}

static void rows_may_nest_and_outlive(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_db_rows *outer = NULL, *inner = NULL;
	unsigned n = 0;

	assert_ok(put(tx, 1, "one"));
	assert_ok(put(tx, 2, "two"));
	assert_ok(pl_db_query(tx, &pl_sql_test_all, PL_DB_NONE, &outer));
	while (pl_db_step(outer) == PL_OK) {
		/* The same statement inside itself, and a write. */
		assert_ok(pl_db_one(tx, &pl_sql_test_all, PL_DB_NONE, &inner));
		assert_int_equal(pl_db_col_i64(inner, 0), 1);
		pl_db_rows_done(&inner);
		assert_ok(pl_db_exec(
			tx, &pl_sql_test_flag, PL_DB_ARGS(PL_DB_I64(pl_db_col_i64(outer, 0)), PL_DB_I64(1)), NULL));
		n++;
	}
	assert_int_equal(n, 2);
	assert_ok(pl_db_query(tx, &pl_sql_test_scan, PL_DB_ARGS(PL_DB_I64(0)), &inner));
	assert_ok(pl_db_step(inner));
	assert_ok(pl_db_tx_commit(tx));
	assert_int_equal(pl_db_step(inner), PL_E_STATE);
	assert_int_equal(pl_db_col_i64(inner, 0), 0);
	pl_db_rows_done(&inner);
	pl_db_rows_done(&outer);
	pl_db_rows_done(&outer);
}

static void a_scan_gives_every_row_once(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_db_rows *rows = NULL;
	char name[32];
	int64_t n = 0;

	for (int64_t i = 1; i <= 1000; i++) {
		(void)snprintf(name, sizeof name, "n%d", (int)i);
		assert_ok(put(tx, i, name));
	}
	assert_ok(pl_db_query(tx, &pl_sql_test_scan, PL_DB_ARGS(PL_DB_I64(1)), &rows));
	while (pl_db_step(rows) == PL_OK) {
		assert_int_equal(pl_db_col_i64(rows, 0), ++n);
		if (n % 300 == 0)
			assert_ok(pl_db_exec(tx, &pl_sql_test_flag, PL_DB_ARGS(PL_DB_I64(n), PL_DB_I64(n)), NULL));
	}
	assert_int_equal(n, 1000);
	pl_db_rows_done(&rows);
	assert_ok(pl_db_tx_commit(tx));
}

static void text_sorts_by_bytes(void **state)
{
	static const char *const names[] = {"b", "B", "a b", "ab", "ä", "a"};
	static const int64_t order[] = {2, 6, 3, 4, 1, 5};
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_db_rows *rows = NULL;

	for (size_t i = 0; i < PL_COUNT(names); i++)
		assert_ok(put(tx, (int64_t)i + 1, names[i]));
	assert_ok(pl_db_query(tx, &pl_sql_test_by_name, PL_DB_NONE, &rows));
	for (size_t i = 0; i < PL_COUNT(order); i++) {
		assert_ok(pl_db_step(rows));
		assert_int_equal(pl_db_col_i64(rows, 0), order[i]);
	}
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
}

/* ---- several at once ---- */

struct adder {
	enum pl_db_mode mode;
	bool plain; /* read without locking, then set */
	unsigned rounds, runs;
	pl_status st;
};

static pl_status add_one(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct adder *a = ctx;
	uint64_t v;
	pl_status st;

	a->runs++;
	if (!a->plain)
		return pl_db_one(tx, &pl_sql_test_next, PL_DB_ARGS(PL_DB_Z("things")), &rows);
	st = pl_db_one(tx, &pl_sql_test_counter_plain, PL_DB_NONE, &rows);
	if (st)
		return st;
	v = pl_db_col_u64(rows, 0);
	return pl_db_exec(tx, &pl_sql_test_counter_set, PL_DB_ARGS(PL_DB_U64(v + 1)), NULL);
}

static void *add_many(void *ctx)
{
	struct adder *a = ctx;

	for (unsigned i = 0; i < a->rounds; i++) {
		pl_status st = pl_db_tx_mode(db, a->mode, add_one, a);

		if (st)
			a->st = st;
	}
	return NULL;
}

static uint64_t counter(void)
{
	struct pl_db_tx *tx = begin(PL_DB_READ);
	struct pl_db_rows *rows = NULL;
	uint64_t v;

	assert_ok(pl_db_one(tx, &pl_sql_test_counter_plain, PL_DB_NONE, &rows));
	v = pl_db_col_u64(rows, 0);
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
	return v;
}

static void many_threads_lose_nothing(void **state)
{
	struct adder a[32];
	pthread_t t[32];

	for (size_t i = 0; i < PL_COUNT(a); i++) {
		a[i] = (struct adder){.mode = PL_DB_WRITE, .rounds = 10};
		assert_int_equal(pthread_create(&t[i], NULL, add_many, &a[i]), 0);
	}
	for (size_t i = 0; i < PL_COUNT(a); i++) {
		(void)pthread_join(t[i], NULL);
		assert_ok(a[i].st);
	}
	assert_int_equal(counter(), 320);
}

static void serial_transactions_run_again(void **state)
{
	struct adder a[2];
	pthread_t t[2];
	unsigned runs = 0;

	for (size_t i = 0; i < PL_COUNT(a); i++) {
		a[i] = (struct adder){.mode = PL_DB_SERIAL, .plain = true, .rounds = 50};
		assert_int_equal(pthread_create(&t[i], NULL, add_many, &a[i]), 0);
	}
	for (size_t i = 0; i < PL_COUNT(a); i++) {
		(void)pthread_join(t[i], NULL);
		assert_ok(a[i].st);
		runs += a[i].runs;
	}
	assert_int_equal(counter(), 100);
	assert_true(runs >= 100);
}

static pl_status refuse(void *ctx, struct pl_db_tx *tx)
{
	unsigned *runs = ctx;

	++*runs;
	assert_ok(put(tx, 1, "one"));
	return PL_E_CONFLICT;
}

static void the_callers_own_refusal_is_final(void **state)
{
	unsigned runs = 0;

	assert_int_equal(pl_db_tx(db, refuse, &runs), PL_E_CONFLICT);
	assert_int_equal(runs, 1);
	assert_int_equal(count(), 0);
}

static void a_second_writer_waits_and_gives_up(void **state)
{
	struct pl_db_tx *first = begin(PL_DB_WRITE), *second = NULL;
	uint64_t before = pl_time_monotonic();
	pl_status st;

	assert_ok(put(first, 1, "one"));
	st = pl_db_tx_begin(db, PL_DB_WRITE, &second);
	if (st == PL_OK) {
		st = put(second, 1, "one"); /* PostgreSQL waits here, for lock_timeout */
		pl_db_tx_rollback(second);
	}
	assert_int_equal(st, PL_E_BUSY);
	assert_true(pl_time_monotonic() - before >= 1900 * PL_MILLISECOND);
	pl_db_tx_rollback(first);
}

static void the_pool_is_bounded(void **state)
{
	struct pl_db_tx *tx[12], *more = NULL;

	for (size_t i = 0; i < PL_COUNT(tx); i++)
		tx[i] = begin(PL_DB_READ);
	assert_int_equal(pl_db_tx_begin(db, PL_DB_READ, &more), PL_E_BUSY);
	assert_null(more);
	for (size_t i = 0; i < PL_COUNT(tx); i++)
		pl_db_tx_rollback(tx[i]);
	assert_int_equal(count(), 0);
}

/* Ends the server's side of @tx from another connection. */
static void cut(struct pl_db_tx *tx)
{
	struct pl_db_tx *other = begin(PL_DB_READ);
	struct pl_db_rows *rows = NULL;
	uint64_t pid;

	assert_ok(pl_db_one(tx, &pl_sql_test_backend, PL_DB_NONE, &rows));
	pid = pl_db_col_u64(rows, 0);
	pl_db_rows_done(&rows);
	assert_ok(pl_db_one(other, &pl_sql_test_terminate, PL_DB_ARGS(PL_DB_U64(pid)), &rows));
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(other);
	pl_time_sleep(200 * PL_MILLISECOND);
}

static pl_status cut_the_first_time(void *ctx, struct pl_db_tx *tx)
{
	unsigned *runs = ctx;
	pl_status st = put(tx, 1, "one");

	if (!st && ++*runs == 1) {
		cut(tx);
		return put(tx, 2, "two");
	}
	return st;
}

static void a_connection_lost_before_the_commit_is_tried_again(void **state)
{
	unsigned runs = 0;

	if (on_sqlite())
		return;
	assert_ok(pl_db_tx(db, cut_the_first_time, &runs));
	assert_int_equal(runs, 2);
	assert_int_equal(count(), 1);
}

static pl_status cut_always(void *ctx, struct pl_db_tx *tx)
{
	++*(unsigned *)ctx;
	assert_ok(put(tx, 1, "one"));
	cut(tx);
	return PL_OK;
}

static void a_connection_lost_at_the_commit_is_unknown_and_final(void **state)
{
	unsigned runs = 0;

	if (on_sqlite())
		return;
	assert_int_equal(pl_db_tx(db, cut_always, &runs), PL_E_NET);
	assert_int_equal(runs, 1);
	assert_int_equal(count(), 0); /* in this case; the caller has to look */
}

/* A migration by another program changes a table under a statement that this connection has prepared. */
static pl_status widen(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "widen",
		"ALTER TABLE counter RENAME TO counter_old; CREATE TABLE counter (value TEXT,"
		" name TEXT); INSERT INTO counter VALUES ('x', 'things')");
}

static pl_status read_counter(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_test_counter_plain, PL_DB_NONE, &rows);

	if (st)
		return st;
	*(bool *)ctx = pl_str_eq(pl_db_col_str(rows, 0), PL_STR("x"));
	return pl_db_rows_status(rows);
}

static void a_statement_prepared_before_a_migration_is_prepared_anew(void **state)
{
	bool changed = false;

	assert_int_equal(counter(), 0);
	assert_ok(pl_db_tx(db, widen, NULL));
	assert_ok(pl_db_read(db, read_counter, &changed));
	assert_true(changed);
}

/* As another program sees it: SQLite holds its shared lock on 510 bytes from 2^30 + 2 while a connection is open. */
static bool others_may_lock(void)
{
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		int fd = open(db_url() + 7, O_RDWR | O_CLOEXEC);

		_exit(fd >= 0 && fcntl(fd, F_GETLK, &range) == 0 && range.l_type == F_UNLCK);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status != 0;
}

/* Else the sqlite3 program, closing the database behind a question, would remove the WAL that we go on writing to. */
static void a_second_opening_keeps_the_locks_of_the_first(void **state)
{
	struct pl_db *second;

	if (!on_sqlite())
		return;
	assert_int_equal(count(), 0);
	assert_false(others_may_lock());
	second = db_open();
	assert_false(others_may_lock());
	pl_db_close(second);
	assert_false(others_may_lock());
}

static uint64_t setting(struct pl_db_tx *tx, const struct pl_sql *sql)
{
	struct pl_db_rows *rows = NULL;
	uint64_t value;

	assert_ok(pl_db_one(tx, sql, PL_DB_NONE, &rows));
	value = pl_db_col_u64(rows, 0);
	assert_ok(pl_db_rows_status(rows));
	pl_db_rows_done(&rows);
	return value;
}

/* No kill shows it: what is acknowledged would be lost when the power goes. */
static void what_is_committed_is_on_the_disk(void **state)
{
	static const enum pl_db_mode modes[] = {PL_DB_READ, PL_DB_WRITE};

	for (size_t i = 0; i < PL_COUNT(modes); i++) {
		struct pl_db_tx *tx = begin(modes[i]);

		assert_int_equal(setting(tx, &pl_sql_test_synchronous), 2);
		assert_int_equal(setting(tx, &pl_sql_test_autocheckpoint), 0);
		assert_int_equal(setting(tx, &pl_sql_test_mmap), 0);
		assert_int_equal(setting(tx, &pl_sql_test_secure_delete), 1);
		pl_db_tx_rollback(tx);
	}
}

/* Whoever closes last would else copy the WAL into the file, at a time that nobody chose. */
static void closing_is_no_checkpoint(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	char wal[4200];
	struct stat s;

	assert_ok(put(tx, 1, "one"));
	assert_ok(pl_db_tx_commit(tx));
	pl_db_close(db);
	if (on_sqlite()) {
		(void)snprintf(wal, sizeof wal, "%s-wal", db_url() + strlen("sqlite:"));
		assert_int_equal(stat(wal, &s), 0);
		assert_true(s.st_size > 0);
	}
	db = db_open();
	assert_int_equal(count(), 1);
}

static void check_and_checkpoint(void **state)
{
	struct pl_db_tx *tx = begin(PL_DB_WRITE);
	struct pl_diag diag = {0};
	uint64_t left = 9;

	assert_ok(put(tx, 1, "one"));
	assert_ok(pl_db_tx_commit(tx));
	assert_ok(pl_db_checkpoint(db, &left));
	assert_int_equal(left, 0);
	assert_ok(pl_db_check(db, &diag));
}

static void refuses_other_addresses(void **state)
{
	static const char *const bad[] = {"", "sqlite", "sqlite:relative.db", "file:/x", "postgres//x", "mysql://x",
		"postgres://[::1", "postgres://h/db?nonsense=1"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_db *other = NULL;
		struct pl_diag diag = {0};

		assert_int_equal(pl_db_open(pl_str_from(bad[i]), NULL, &diag, &other), PL_E_SYNTAX);
		assert_null(other);
		assert_true(diag.text[0] && diag.hint[0]);
	}
}

static void an_unreachable_server_is_busy_and_secrets_stay(void **state)
{
	struct pl_db *other = NULL;
	struct pl_diag diag = {0};

	assert_int_equal(pl_db_open(PL_STR("postgres://me:s3cret@127.0.0.1:1/x?password=s3cret"), NULL, &diag, &other),
		PL_E_BUSY);
	assert_non_null(strstr(diag.text, "postgres://me@127.0.0.1:1/x"));
	assert_null(strstr(diag.text, "s3cret"));
	assert_int_equal(pl_db_open(PL_STR("sqlite:/nonexistent-dir/x.db"), NULL, &diag, &other), PL_E_NOTFOUND);
}

static void the_gate_hands_on_in_order(void **state)
{
	struct pl_gate g;

	pl_gate_init(&g, 2);
	assert_ok(pl_gate_enter(&g, 0));
	assert_ok(pl_gate_enter(&g, 0));
	assert_int_equal(pl_gate_enter(&g, pl_time_monotonic() + 5 * PL_MILLISECOND), PL_E_BUSY);
	pl_gate_leave(&g);
	assert_ok(pl_gate_enter(&g, 0));
	pl_gate_leave(&g);
	pl_gate_leave(&g);
	pl_gate_done(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_columns_are_remembered, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_bad_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_a_wrong_number_of_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(our_wrong_sql_is_internal, setup, teardown),
		cmocka_unit_test_setup_teardown(translation, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_statement_loses_the_transaction, setup, teardown),
		cmocka_unit_test_setup_teardown(a_read_transaction_cannot_write, setup, teardown),
		cmocka_unit_test_setup_teardown(a_read_transaction_sees_one_snapshot, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_may_nest_and_outlive, setup, teardown),
		cmocka_unit_test_setup_teardown(a_scan_gives_every_row_once, setup, teardown),
		cmocka_unit_test_setup_teardown(text_sorts_by_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(many_threads_lose_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(serial_transactions_run_again, setup, teardown),
		cmocka_unit_test_setup_teardown(the_callers_own_refusal_is_final, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_writer_waits_and_gives_up, setup, teardown),
		cmocka_unit_test_setup_teardown(the_pool_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(a_connection_lost_before_the_commit_is_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_connection_lost_at_the_commit_is_unknown_and_final, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_statement_prepared_before_a_migration_is_prepared_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_opening_keeps_the_locks_of_the_first, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_committed_is_on_the_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(closing_is_no_checkpoint, setup, teardown),
		cmocka_unit_test_setup_teardown(check_and_checkpoint, setup, teardown),
		cmocka_unit_test(refuses_other_addresses),
		cmocka_unit_test(an_unreachable_server_is_busy_and_secrets_stay),
		cmocka_unit_test(the_gate_hands_on_in_order),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
