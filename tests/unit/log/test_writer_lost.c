/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that lies: one write, rename, new file or directory, truncation or removal is reported done and is not. Each of those of a run of
 * appends in turn. Afterwards either the log opens with every acknowledged entry at its place and the root that these entries have, or it
 * refuses, to open or to take an entry again, and fsck says that something is wrong.
 */
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/fsck.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/tree.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define ORIGIN "test.example/log"
#define THERE 250u /* before: a tile is filled on the way */
#define ADDED 12u
#define MORE 3u
#define ALL_MAX (THERE + ADDED + MORE)

static struct pl_signer *signer;
static struct pl_log_key key;

/* What stands at each index by what the writer has acknowledged; NULL-length: nothing was. */
static char entry_at[ALL_MAX][32];

struct loss {
	enum pl_file_op op;
	atomic_int skip;
	atomic_int hits;
};

static int lose(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct loss *l = ctx;

	(void)short_len;
	if (!l || e->op != l->op || l->skip-- != 0)
		return 0;
	l->hits++;
	return PL_FILE_LOSE;
}

static void run_command(const char *command)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static pl_status try_open(struct pl_log_writer **ret)
{
	struct pl_log_writer_options o = {
		.dir = "log", .keys = &key, .n_keys = 1, .publish_ns = PL_MILLISECOND, .segment_bytes = PL_JOURNAL_SEGMENT_MIN,
	};

	return pl_log_writer_open(&o, ret, NULL);
}

/* Add the entries with these numbers; what is acknowledged is noted. True if all were. */
static bool add(struct pl_log_writer *w, unsigned from, unsigned to)
{
	bool all = true;

	for (unsigned i = from; i < to; i++) {
		struct pl_log_answer a = {0};
		char text[32];

		(void)snprintf(text, sizeof text, "entry %u", i);
		if (pl_log_writer_add_wait(w, pl_str_bytes(pl_str_from(text)), &a)) {
			all = false;
			continue;
		}
		assert_true(a.index < ALL_MAX);
		if (entry_at[a.index][0])
			assert_string_equal(entry_at[a.index], text); /* never another one at that index */
		memcpy(entry_at[a.index], text, sizeof text);
	}
	return all;
}

/* The published root is that of the entries that were acknowledged. */
static void check_root(void)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_tree_edge edge;
	struct pl_checkpoint cp;
	struct pl_digest root;

	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &note), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&note), &key.vkey, &cp, NULL), PL_OK);
	pl_tree_edge_init(&edge);
	for (uint64_t i = 0; i < cp.size; i++) {
		struct pl_digest leaf;

		assert_true(entry_at[i][0]);
		pl_tree_leaf(pl_str_bytes(pl_str_from(entry_at[i])), &leaf);
		assert_int_equal(pl_tree_edge_append(&edge, &leaf, 1), PL_OK);
	}
	pl_tree_edge_root(&edge, &root);
	assert_memory_equal(root.b, cp.root.b, sizeof root.b);
}

static bool fsck_finds_something(void)
{
	const struct pl_fsck_options o = {.where = PL_STR("log"), .key = &key.vkey, .threads = 1};
	struct pl_fsck_report r;
	uint64_t problems;

	if (pl_fsck(&o, &r, NULL))
		return true;
	problems = r.problems;
	pl_fsck_done(&r);
	return problems > 0;
}

/* *@ret_refused: it was noticed. False: there was nothing left to lose. */
static bool one_loss(enum pl_file_op op, int skip, bool *ret_refused)
{
	struct loss loss = {.op = op, .skip = skip};
	struct pl_log_writer *w = NULL;
	bool all;

	run_command("rm -rf log log.record && cp -a before log && cp -a before.record log.record");
	memset(entry_at, 0, sizeof entry_at);
	for (unsigned i = 0; i < THERE; i++)
		(void)snprintf(entry_at[i], sizeof entry_at[i], "entry %u", i);
	assert_int_equal(try_open(&w), PL_OK);
	pl_file_set_hook(lose, &loss);
	all = add(w, THERE, THERE + ADDED);
	if (all)
		(void)(pl_log_writer_wait_published(w, THERE + ADDED, 2 * PL_SECOND) == PL_OK);
	(void)(pl_log_writer_close(w) == PL_OK);
	pl_file_set_hook(NULL, NULL);
	*ret_refused = try_open(&w) != PL_OK;
	if (*ret_refused) {
		assert_true(fsck_finds_something());
		return loss.hits > 0;
	}
	/* Each at its place: add() has looked. One that cannot be compared, because its tile is not there, is not taken as a new one. */
	if (!add(w, THERE, ALL_MAX)) {
		(void)(pl_log_writer_close(w) == PL_OK);
		assert_true(fsck_finds_something());
		*ret_refused = true;
		return loss.hits > 0;
	}
	for (unsigned i = 0; i < ALL_MAX; i++)
		assert_true(entry_at[i][0]);
	assert_int_equal(pl_log_writer_wait_published(w, ALL_MAX, 10 * PL_SECOND), PL_OK);
	check_root();
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	return loss.hits > 0;
}

static void what_a_disk_loses_is_noticed(void **state)
{
	static const struct {
		enum pl_file_op op;
		bool refused; /* some of it cannot be made again; a rename that is missing is seen at once, and made again */
		int least;
	} kinds[] = {
		{PL_FILE_OP_WRITE, true, 20}, {PL_FILE_OP_RENAME, false, 5}, {PL_FILE_OP_UNLINK, false, 0}, {PL_FILE_OP_TRUNCATE, false, 0},
	};

	(void)state;
	for (size_t k = 0; k < PL_COUNT(kinds); k++) {
		unsigned refused = 0;
		bool one = false;
		int skip = 0;

		for (; one_loss(kinds[k].op, skip, &one); skip++)
			refused += one;
		assert_true(skip >= kinds[k].least);
		if (kinds[k].refused)
			assert_true(refused > 0);
	}
}

static int begin(void **state)
{
	struct pl_log_writer *w = NULL;

	if (scratch_begin(state))
		return -1;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey) || pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, NULL) || try_open(&w))
		return -1;
	if (!add(w, 0, THERE) || pl_log_writer_wait_published(w, THERE, 10 * PL_SECOND) || pl_log_writer_close(w))
		return -1;
	run_command("mv log before && mv log.record before.record");
	return 0;
}

static int end(void **state)
{
	pl_file_set_hook(NULL, NULL);
	pl_signer_free(signer);
	return scratch_end(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_a_disk_loses_is_noticed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
