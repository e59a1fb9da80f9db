/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often the writer puts a new checkpoint in place while threads append without a pause: counted where public/checkpoint is renamed.
 * The times begin before the writer is opened, so that a slow machine can only make them longer.
 */
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/log_dir.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <pthread.h>
#include <stdatomic.h>

#define ORIGIN "test.example/log"
#define APPENDERS 4
#define PATIENCE (120 * PL_SECOND)

static struct pl_signer *signer;
static struct pl_log_key key;

struct rhythm {
	struct pl_log_writer *w;
	_Atomic unsigned put, told, entries;
	unsigned counted; /* put, when the time was taken */
	_Atomic bool stop, failed;
};

static int begin(void **state)
{
	struct pl_diag diag = {0};

	if (scratch_begin(state))
		return -1;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey))
		return -1;
	return pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, &diag) ? -1 : 0;
}

static int end(void **state)
{
	pl_file_set_hook(NULL, NULL);
	pl_signer_free(signer);
	return scratch_end(state);
}

static int count_renames(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct rhythm *r = ctx;

	if (r && e->op == PL_FILE_OP_RENAME && e->path_to && strcmp(e->path_to, "checkpoint") == 0)
		r->put++;
	return 0;
}

static void count_told(void *ctx, const struct pl_log_published *published)
{
	((struct rhythm *)ctx)->told++;
}

static void *append(void *ctx)
{
	struct rhythm *r = ctx;

	while (!r->stop && !r->failed) {
		struct pl_log_answer a;
		char text[40];

		(void)snprintf(text, sizeof text, "entry %u", r->entries++);
		if (pl_log_writer_add_wait(r->w, pl_str_bytes(pl_str_from(text)), &a) || a.status)
			r->failed = true;
	}
	return NULL;
}

/* Append with all threads until @wanted checkpoints were put in place; the time that it took. */
static uint64_t run(uint64_t publish_ns, unsigned wanted, struct rhythm *r)
{
	struct pl_log_writer_options o = {
		.dir = "log", .keys = &key, .n_keys = 1, .publish_ns = publish_ns, .published = count_told, .published_ctx = r};
	uint64_t start = pl_time_monotonic(), took;
	pthread_t threads[APPENDERS];
	struct pl_diag diag = {0};

	pl_file_set_hook(count_renames, r);
	if (pl_log_writer_open(&o, &r->w, &diag))
		fail_msg("%s", diag.text);
	for (size_t i = 0; i < APPENDERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, append, r), 0);
	while (r->put < wanted && !r->failed && pl_time_monotonic() - start < PATIENCE)
		pl_time_sleep(PL_MILLISECOND);
	/* First the count, then the time: what comes between the two makes the rhythm look slower than it is, never faster. */
	r->counted = r->put;
	took = pl_time_monotonic() - start;
	r->stop = true;
	for (size_t i = 0; i < APPENDERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_false(r->failed);
	return took;
}

static void holds_to(uint64_t publish_ns, uint64_t least_ns, unsigned wanted)
{
	struct rhythm r = {0};
	uint64_t took = run(publish_ns, wanted, &r);
	unsigned put = r.counted;

	assert_int_equal(pl_log_writer_close(r.w), PL_OK);
	pl_file_set_hook(NULL, NULL);
	assert_true(put >= wanted);
	/* The threads never rested, and whoever listens is told of all that are put in place. */
	assert_true(r.entries > put);
	assert_int_equal(r.told, r.put);
	if (took < (put - 1) * least_ns)
		fail_msg("%u checkpoints in %llu ms with %u entries: more than one in %llu ms", put, (unsigned long long)(took / PL_MILLISECOND),
			r.entries, (unsigned long long)(least_ns / PL_MILLISECOND));
}

static void one_checkpoint_in_50_ms_unless_said(void **state)
{
	holds_to(0, 50 * PL_MILLISECOND, 25);
}

static void one_checkpoint_in_the_time_that_is_said(void **state)
{
	holds_to(200 * PL_MILLISECOND, 200 * PL_MILLISECOND, 6);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_checkpoint_in_50_ms_unless_said),
		T(one_checkpoint_in_the_time_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
