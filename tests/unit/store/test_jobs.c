/* SPDX-License-Identifier: Apache-2.0 */
/* store/jobs: the same stories on whichever engine $PL_TEST_DB names. */
#include "store_test.h"
#include "base/time.h"
#include "sql.h"
#include "store/jobs.h"
#include <pthread.h>

static const struct pl_migrations *const rooms[] = {&pl_sql_store_migrations, &pl_sql_store_test_migrations};
static struct pl_db *db;

static int setup(void **state)
{
	db = db_fresh(rooms, PL_COUNT(rooms), (struct pl_db_options){.connections = 10});
	return 0;
}

static int teardown(void **state)
{
	pl_db_close(db);
	return 0;
}

static pl_status put_job(void *ctx, struct pl_db_tx *tx)
{
	return pl_jobs_put(tx, ctx, NULL);
}

static pl_status put(struct pl_jobs_new job)
{
	if (!job.kind.len)
		job.kind = PL_STR("test");
	return pl_db_tx(db, put_job, &job);
}

static pl_status finish_job(void *ctx, struct pl_db_tx *tx)
{
	return pl_jobs_finish(tx, ctx);
}

static pl_status take(uint64_t lease, struct pl_job *job)
{
	return pl_jobs_take(db, PL_STR("test"), lease, job);
}

static struct pl_jobs_count counts(void)
{
	struct pl_jobs_count c = {0};

	assert_ok(pl_jobs_count(db, PL_STR("test"), &c));
	return c;
}

static void a_job_is_taken_once_and_finished(void **state)
{
	struct pl_job job = {0}, other = {0};

	assert_int_equal(take(PL_SECOND, &job), PL_E_NOTFOUND);
	assert_ok(put((struct pl_jobs_new){.payload = pl_bytes_of("do\0it", 5)}));
	assert_int_equal(counts().waiting, 1);
	assert_true(counts().oldest_due > 0);
	assert_int_equal(pl_jobs_take(db, PL_STR("other"), PL_SECOND, &job), PL_E_NOTFOUND);
	assert_ok(take(60 * PL_SECOND, &job));
	assert_int_equal(job.attempt, 1);
	assert_int_equal(job.attempts, 10);
	assert_true(pl_bytes_eq(pl_buf_bytes(&job.payload), pl_bytes_of("do\0it", 5)));
	assert_int_equal(take(PL_SECOND, &other), PL_E_NOTFOUND);
	assert_int_equal(counts().taken, 1);
	assert_ok(pl_db_tx(db, finish_job, &job));
	assert_int_equal(pl_db_tx(db, finish_job, &job), PL_E_CONFLICT);
	assert_int_equal(counts().taken, 0);
	pl_job_done(&job);
}

static void refuses_bad_jobs(void **state)
{
	static uint8_t big[PL_JOBS_PAYLOAD_MAX + 1];
	static const struct {
		struct pl_jobs_new job;
		pl_status st;
	} cases[] = {
		{{.kind = PL_STR_INIT("Upper")}, PL_E_SYNTAX},
		{{.kind = PL_STR_INIT("two words")}, PL_E_SYNTAX},
		{{.kind = {(const char *)big, 65}}, PL_E_SYNTAX},
		{{.kind = PL_STR_INIT("test"), .payload = {big, sizeof big}}, PL_E_TOOBIG},
		{{.kind = PL_STR_INIT("test"), .key = {(const char *)big, PL_JOBS_KEY_MAX + 1}}, PL_E_TOOBIG},
	};

	memset(big, 'a', sizeof big);
	for (size_t i = 0; i < PL_COUNT(cases); i++)
		assert_int_equal(put(cases[i].job), cases[i].st);
	assert_int_equal(counts().waiting, 0);
}

static pl_status put_then_fail(void *ctx, struct pl_db_tx *tx)
{
	struct pl_jobs_new job = {.kind = PL_STR("test")};

	assert_ok(pl_jobs_put(tx, &job, NULL));
	return PL_E_CANCELLED;
}

static pl_status put_twice(void *ctx, struct pl_db_tx *tx)
{
	struct pl_jobs_new job = {.kind = PL_STR("test"), .key = PL_STR("k")};

	assert_ok(pl_jobs_put(tx, &job, NULL));
	assert_int_equal(pl_jobs_put(tx, &job, NULL), PL_E_EXISTS);
	job.key = PL_STR("l"); /* the transaction goes on */
	return pl_jobs_put(tx, &job, NULL);
}

static void a_job_lives_and_dies_with_its_transaction(void **state)
{
	assert_int_equal(pl_db_tx(db, put_then_fail, NULL), PL_E_CANCELLED);
	assert_int_equal(counts().waiting, 0);
	assert_ok(pl_db_tx(db, put_twice, NULL));
	assert_int_equal(counts().waiting, 2);
}

static void a_key_is_unique_among_the_living(void **state)
{
	struct pl_job job = {0};

	assert_ok(put((struct pl_jobs_new){.key = PL_STR("k")}));
	assert_int_equal(put((struct pl_jobs_new){.key = PL_STR("k")}), PL_E_EXISTS);
	assert_ok(put((struct pl_jobs_new){.kind = PL_STR("other"), .key = PL_STR("k")}));
	assert_ok(take(60 * PL_SECOND, &job));
	assert_int_equal(put((struct pl_jobs_new){.key = PL_STR("k")}), PL_E_EXISTS);
	assert_ok(pl_jobs_fail(db, &job, false, PL_STR("broken")));
	assert_ok(put((struct pl_jobs_new){.key = PL_STR("k")})); /* beside the dead one */
	assert_int_equal(pl_jobs_revive(db, &job.id), PL_E_EXISTS);
	pl_job_done(&job);
	assert_ok(take(60 * PL_SECOND, &job));
	assert_ok(pl_db_tx(db, finish_job, &job));
	assert_ok(put((struct pl_jobs_new){.key = PL_STR("k")}));
	pl_job_done(&job);
}

static void the_queue_is_bounded(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_ok(put((struct pl_jobs_new){.bound = 3}));
	assert_int_equal(put((struct pl_jobs_new){.bound = 3}), PL_E_BUSY);
	assert_ok(put((struct pl_jobs_new){.bound = 4}));
}

static void a_lease_that_ran_out_is_lost(void **state)
{
	struct pl_job first = {0}, second = {0};

	assert_ok(put((struct pl_jobs_new){.attempts = 3}));
	assert_ok(take(PL_MILLISECOND, &first));
	pl_time_sleep(5 * PL_MILLISECOND);
	assert_ok(take(60 * PL_SECOND, &second));
	assert_int_equal(second.attempt, 2);
	assert_memory_equal(first.id.b, second.id.b, sizeof first.id.b);
	assert_int_equal(pl_jobs_extend(db, &first, PL_SECOND), PL_E_CONFLICT);
	assert_int_equal(pl_jobs_fail(db, &first, true, PL_STR("late")), PL_E_CONFLICT);
	assert_int_equal(pl_db_tx(db, finish_job, &first), PL_E_CONFLICT);
	assert_ok(pl_jobs_extend(db, &second, 120 * PL_SECOND));
	assert_true(second.until > pl_time_now() + 100 * PL_SECOND);
	assert_ok(pl_db_tx(db, finish_job, &second));
	pl_job_done(&first);
	pl_job_done(&second);
}

static void failing_waits_and_then_dies(void **state)
{
	struct pl_job job = {0};
	struct pl_jobs_count c;

	assert_ok(put((struct pl_jobs_new){.attempts = 2}));
	assert_ok(take(60 * PL_SECOND, &job));
	assert_int_equal(pl_jobs_fail(db, &job, true, PL_STR("Outside text!")), PL_E_SYNTAX);
	assert_ok(pl_jobs_fail(db, &job, true, PL_STR("net")));
	pl_job_done(&job);
	c = counts();
	assert_int_equal(c.waiting, 1);
	assert_true(c.oldest_due > pl_time_now() + PL_SECOND / 2);
	assert_int_equal(take(PL_SECOND, &job), PL_E_NOTFOUND); /* the pause */
	pl_time_sleep(1300 * PL_MILLISECOND);
	assert_ok(take(60 * PL_SECOND, &job));
	assert_int_equal(job.attempt, 2);
	assert_ok(pl_jobs_fail(db, &job, true, PL_STR("net")));
	assert_int_equal(counts().dead, 1);
	assert_int_equal(counts().waiting, 0);
	pl_job_done(&job);
}

static pl_status see_dead(void *ctx, const struct pl_jobs_dead *job)
{
	struct pl_jobs_dead *seen = ctx;

	assert_true(pl_str_eq(job->reason, PL_STR("lease")));
	assert_true(pl_str_eq(job->kind, PL_STR("test")));
	assert_int_equal(job->key.len, 0);
	seen->id = job->id;
	seen->attempt = job->attempt;
	return PL_OK;
}

static void a_worker_that_dies_every_time_ends_in_the_dead_letters(void **state)
{
	struct pl_jobs_dead seen = {0};
	struct pl_job job = {0};

	assert_ok(put((struct pl_jobs_new){.attempts = 1}));
	assert_ok(take(PL_MILLISECOND, &job));
	pl_job_done(&job);
	pl_time_sleep(5 * PL_MILLISECOND);
	assert_int_equal(take(PL_SECOND, &job), PL_E_NOTFOUND);
	assert_int_equal(counts().dead, 1);
	assert_ok(pl_jobs_dead(db, PL_STR(""), 10, see_dead, &seen));
	assert_int_equal(seen.attempt, 1);
	assert_ok(pl_jobs_revive(db, &seen.id));
	assert_int_equal(pl_jobs_revive(db, &seen.id), PL_E_NOTFOUND);
	assert_ok(take(60 * PL_SECOND, &job));
	assert_int_equal(job.attempt, 1);
	assert_ok(pl_jobs_fail(db, &job, false, PL_STR("no")));
	pl_job_done(&job);
	assert_ok(pl_jobs_bury(db, &seen.id));
	assert_int_equal(pl_jobs_bury(db, &seen.id), PL_E_NOTFOUND);
	assert_int_equal(counts().dead, 0);
}

static void later_jobs_wait_and_older_go_first(void **state)
{
	uint64_t now = pl_time_now();
	struct pl_job job = {0};

	assert_ok(put((struct pl_jobs_new){.due = now + 3600 * PL_SECOND, .payload = pl_bytes_of("3", 1)}));
	assert_ok(put((struct pl_jobs_new){.due = now - 10, .payload = pl_bytes_of("2", 1)}));
	assert_ok(put((struct pl_jobs_new){.due = now - 20, .payload = pl_bytes_of("1", 1)}));
	for (int c = '1'; c <= '2'; c++) {
		assert_ok(take(60 * PL_SECOND, &job));
		assert_int_equal(job.payload.ptr[0], c);
		pl_job_done(&job);
	}
	assert_int_equal(take(PL_SECOND, &job), PL_E_NOTFOUND);
}

/* ---- eight workers, each job done exactly once ---- */

#define JOBS 200

static unsigned done[JOBS];

static void *work(void *ctx)
{
	struct pl_job job = {0};
	pl_status st;

	while ((st = take(60 * PL_SECOND, &job)) == PL_OK || st == PL_E_CONFLICT) {
		uint32_t n = pl_be32(job.payload.ptr);

		assert_true(n < JOBS);
		__atomic_fetch_add(&done[n], 1, __ATOMIC_SEQ_CST);
		assert_ok(pl_db_tx(db, finish_job, &job));
		pl_job_done(&job);
	}
	*(pl_status *)ctx = st;
	return NULL;
}

static void workers_share_the_queue(void **state)
{
	pthread_t t[8];
	pl_status st[8];

	for (uint32_t i = 0; i < JOBS; i++) {
		uint8_t b[4];

		pl_be32_write(b, i);
		assert_ok(put((struct pl_jobs_new){.payload = pl_bytes_of(b, 4)}));
	}
	for (size_t i = 0; i < PL_COUNT(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, work, &st[i]), 0);
	for (size_t i = 0; i < PL_COUNT(t); i++) {
		(void)pthread_join(t[i], NULL);
		assert_int_equal(st[i], PL_E_NOTFOUND);
	}
	for (size_t i = 0; i < JOBS; i++)
		assert_int_equal(done[i], 1);
	assert_int_equal(counts().waiting + counts().taken + counts().dead, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_job_is_taken_once_and_finished, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_bad_jobs, setup, teardown),
		cmocka_unit_test_setup_teardown(a_job_lives_and_dies_with_its_transaction, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_is_unique_among_the_living, setup, teardown),
		cmocka_unit_test_setup_teardown(the_queue_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lease_that_ran_out_is_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(failing_waits_and_then_dies, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_worker_that_dies_every_time_ends_in_the_dead_letters, setup, teardown),
		cmocka_unit_test_setup_teardown(later_jobs_wait_and_older_go_first, setup, teardown),
		cmocka_unit_test_setup_teardown(workers_share_the_queue, setup, teardown),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
