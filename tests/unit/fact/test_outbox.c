/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, order and idempotence of the outbox, with rollbacks, kills and 64 writers, on the engine set under test. */
#include "fact_world.h"
#include "base/time.h"
#include "fact/outbox.h"
#include "sql.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BODY_JSON "{\"body\":{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3},\"kind\":\"document\"}"
#define WRITERS 64u
#define EACH 6u
#define STREAMS 4u

struct put {
	const char *stream;
	struct pl_buf *entry;
	struct pl_outbox_ref ref;
	bool then_fail;
};

static pl_status put_tx(void *ctx, struct pl_db_tx *tx)
{
	struct put *p = ctx;
	pl_status st = pl_outbox_put(tx, pl_str_from(p->stream), pl_buf_bytes(p->entry), &p->ref, NULL);

	return st == PL_OK && p->then_fail ? PL_E_CANCELLED : st;
}

static pl_status put(struct pl_db *db, struct put *p)
{
	pl_status st;

	do
		st = pl_db_tx(db, put_tx, p);
	while (st == PL_E_BUSY || st == PL_E_CONFLICT);
	return st;
}

static void numbers_follow_each_other(void **state)
{
	struct pl_instance *inst = world_init("numbers", 1, 1);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_db *db = pl_instance_db(inst);
	struct put p = {.stream = "s", .entry = &entry};

	for (unsigned i = 1; i <= 5; i++) {
		test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &entry);
		p.then_fail = true;
		assert_int_equal(put(db, &p), PL_E_CANCELLED); /* leaves no gap */
		p.then_fail = false;
		assert_ok(put(db, &p));
		assert_int_equal(p.ref.number, i);
		assert_ok(put(db, &p)); /* the same again is the same row */
		assert_int_equal(p.ref.number, i);
		p.stream = "another"; /* even under another stream's name */
		assert_ok(put(db, &p));
		assert_int_equal(p.ref.number, i);
		p.stream = "s";
	}
	world_close(inst);
}

static void refuses_what_is_no_entry(void **state)
{
	struct pl_instance *inst = world_init("refuse", 1, 1);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_db *db = pl_instance_db(inst);
	struct put p = {.stream = "s", .entry = &entry};

	pl_buf_put_z(&entry, "hello");
	assert_int_equal(put(db, &p), PL_E_SYNTAX);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &entry);
	p.stream = "Not a stream";
	assert_int_equal(put(db, &p), PL_E_SYNTAX);
	p.stream = "s";
	pl_buf_put_c(&entry, ' ');
	assert_int_equal(put(db, &p), PL_E_SYNTAX);
	world_close(inst);
}

/* ---- many writers ---- */

struct writer {
	struct pl_db *db;
	unsigned number;
	struct pl_buf entries[EACH];
	pthread_t thread;
	pl_status st;
};

static const char *const streams[STREAMS] = {"a", "b", "c", "d"};

static void *write_all(void *arg)
{
	struct writer *w = arg;

	for (unsigned i = 0; i < EACH && w->st == PL_OK; i++) {
		struct put p = {.stream = streams[(w->number + i) % STREAMS], .entry = &w->entries[i]};

		if ((w->number + i) % 5 == 0) {
			p.then_fail = true;
			w->st = put(w->db, &p) == PL_E_CANCELLED ? PL_OK : PL_E_INTERNAL;
			p.then_fail = false;
		}
		if (w->st == PL_OK)
			w->st = put(w->db, &p);
	}
	return NULL;
}

struct rows {
	uint64_t total, last_number;
	char last_stream[64];
};

/* Streams and numbers in order: each number one more than the last. */
static pl_status check_rows(void *ctx, struct pl_db_tx *tx)
{
	struct rows *r = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_test_stream_rows, PL_DB_NONE, &rows);

	*r = (struct rows){0};
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		char stream[64];

		assert_ok(pl_str_z(pl_db_col_str(rows, 0), stream, sizeof stream));
		if (strcmp(stream, r->last_stream) != 0)
			r->last_number = 0;
		assert_int_equal(pl_db_col_u64(rows, 1), r->last_number + 1);
		r->last_number++;
		memcpy(r->last_stream, stream, sizeof stream);
		r->total++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static void sixty_four_writers_leave_no_gap_and_no_double(void **state)
{
	struct pl_instance *inst = world_init("writers", 1, 1);
	struct writer *w = pl_alloc(WRITERS, sizeof *w);
	struct rows before, after;

	assert_ok(pl_db_read(pl_instance_db(inst), check_rows, &before));
	for (unsigned i = 0; i < WRITERS; i++) {
		w[i].db = pl_instance_db(inst);
		w[i].number = i;
		for (unsigned k = 0; k < EACH; k++) {
			w[i].entries[k] = (struct pl_buf)PL_BUF(PL_STATEMENT_ENTRY_MAX);
			test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &w[i].entries[k]);
		}
	}
	for (unsigned i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&w[i].thread, NULL, write_all, &w[i]), 0);
	for (unsigned i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
		assert_ok(w[i].st);
		for (unsigned k = 0; k < EACH; k++)
			pl_buf_done(&w[i].entries[k]);
	}
	assert_ok(pl_db_read(pl_instance_db(inst), check_rows, &after));
	assert_int_equal(after.total - before.total, WRITERS * EACH);
	pl_free(w);
	world_close(inst);
}

/* ---- kills ---- */

static atomic_uint *written; /* rows, by all the processes that share it */

static _Noreturn void write_until_killed(const char *name, unsigned seed)
{
	struct pl_instance *inst = world_open(name);
	struct pl_buf entry = PL_BUF(PL_STATEMENT_ENTRY_MAX);

	for (unsigned i = 0;; i++) {
		struct put p = {.stream = streams[(seed + i) % STREAMS], .entry = &entry};

		test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &entry);
		if (put(pl_instance_db(inst), &p) != PL_OK)
			_exit(1);
		atomic_fetch_add(written, 1);
	}
}

static void killed_writers_leave_no_gap(void **state)
{
	const char *long_run = getenv("PL_LONG");
	unsigned rounds = long_run && strcmp(long_run, "1") == 0 ? 100 : 8;
	struct pl_instance *inst = world_init("kills", 1, 1);
	struct rows r = {0};

	written = mmap(NULL, sizeof *written, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(written, MAP_FAILED);
	for (unsigned i = 0; i < rounds; i++) {
		unsigned before = atomic_load(written);
		pid_t pids[3];

		for (unsigned k = 0; k < PL_COUNT(pids); k++) {
			pids[k] = fork();
			if (pids[k] == 0)
				write_until_killed("kills", i + k);
		}
		/* One round in four kills while they start; how long that takes depends on what else the machine does. */
		for (unsigned ms = 0; i % 4 && ms < 30000 && atomic_load(written) < before + PL_COUNT(pids); ms++)
			pl_time_sleep(PL_MILLISECOND);
		pl_time_sleep((10 + 37 * i % 150) * PL_MILLISECOND);
		for (unsigned k = 0; k < PL_COUNT(pids); k++) {
			int status;

			(void)kill(pids[k], SIGKILL);
			assert_int_equal(waitpid(pids[k], &status, 0), pids[k]);
			assert_true(WIFSIGNALED(status));
		}
		assert_ok(pl_db_read(pl_instance_db(inst), check_rows, &r));
	}
	assert_true(r.total > 10);
	assert_int_equal(munmap(written, sizeof *written), 0);
	world_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_follow_each_other),
		cmocka_unit_test(refuses_what_is_no_entry),
		cmocka_unit_test(sixty_four_writers_leave_no_gap_and_no_double),
		cmocka_unit_test(killed_writers_leave_no_gap),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
