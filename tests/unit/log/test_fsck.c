/* SPDX-License-Identifier: Apache-2.0 */
/* Checking a whole log: ended in the middle it goes on where it was, and what it remembers was checked. */
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/fsck.h"
#include "log/log_dir.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <fcntl.h>
#include <sys/wait.h>

#define ORIGIN "test.example/log"
#define ENTRIES 140000u
#define CHUNK 65536u

/* Add the entries from @from to before @to. */
static void grow(struct pl_signer *signer, uint32_t from, uint32_t to)
{
	struct pl_log_key key = {.signer = signer};
	struct pl_log_writer_options o = {.dir = "log", .keys = &key, .n_keys = 1};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};

	assert_int_equal(pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey), PL_OK);
	if (pl_log_writer_open(&o, &w, &diag))
		fail_msg("%s", diag.text);
	for (uint32_t i = from; i < to; i++) {
		uint8_t entry[8];

		pl_be64_write(entry, i);
		assert_int_equal(pl_log_writer_add_patient(w, pl_bytes_of(entry, sizeof entry), NULL), PL_OK);
	}
	assert_int_equal(pl_log_writer_drain(w, 60 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_wait_published(w, to, 60 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

static int begin(void **state)
{
	struct pl_signer *signer;

	if (scratch_begin(state))
		return -1;
	signer = test_signer(3);
	if (pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, NULL))
		return -1;
	grow(signer, 0, ENTRIES);
	pl_signer_free(signer);
	return 0;
}

/* The second time that a chunk is done. */
static void end_at_second(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)total;
	if (done > CHUNK)
		_exit(0);
}

static void check_with(unsigned threads, const char *state_file, bool ended, struct pl_fsck_report *r)
{
	struct pl_fsck_options o = {.where = PL_STR("log"), .threads = threads, .state_file = state_file, .remember_ns = 1,
		.progress = ended ? end_at_second : NULL};
	struct pl_diag diag = {0};

	if (pl_fsck(&o, r, &diag))
		fail_msg("%s", diag.text);
}

static void check(const char *state_file, bool ended, struct pl_fsck_report *r)
{
	check_with(1, state_file, ended, r);
}

static void interrupted_with(unsigned threads, const char *state_file)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct pl_fsck_report r;

		check_with(threads, state_file, true, &r);
		_exit(1); /* it was to end before */
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void interrupted(const char *state_file)
{
	interrupted_with(1, state_file);
}

static void goes_on_where_it_was_ended(void **state)
{
	struct pl_fsck_report r;

	(void)state;
	interrupted("state");
	check("state", false, &r);
	assert_int_equal(r.resumed_from, CHUNK);
	assert_int_equal(r.entries, ENTRIES - CHUNK);
	assert_int_equal(r.problems, 0);
	pl_fsck_done(&r);
}

static void change_byte(const char *path, uint64_t at)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t byte;
	size_t n = 0;

	assert_int_equal(pl_file_open(AT_FDCWD, path, O_RDWR, 0, &fd), PL_OK);
	assert_int_equal(pl_file_pread(fd, &byte, 1, at, &n), PL_OK);
	byte ^= 1;
	assert_int_equal(pl_file_pwrite(fd, &byte, 1, at), PL_OK);
}

/* What is remembered of a chunk includes the tile above it; and of a log with a problem nothing is. */
static void remembers_only_what_it_checked(void **state)
{
	struct pl_fsck_report r;

	(void)state;
	change_byte("log/public/tile/1/000", 40);
	interrupted("state");
	check("state", false, &r);
	assert_int_equal(r.resumed_from, 0);
	assert_true(r.problems > 0);
	pl_fsck_done(&r);
	change_byte("log/public/tile/1/000", 40);
	check("state", false, &r);
	assert_int_equal(r.resumed_from, 0);
	assert_int_equal(r.problems, 0);
	pl_fsck_done(&r);
	check("state", false, &r);
	assert_int_equal(r.resumed_from, 2 * CHUNK);
	pl_fsck_done(&r);
}

/* What an older checkpoint needs is served, too: partial files beside the wider ones are checked. */
static void earlier_states_are_checked(void **state)
{
	static const char *const narrow[] = {"log/public/tile/0/546.p/224", "log/public/tile/entries/546.p/224", "log/public/tile/1/002.p/34"};
	struct pl_signer *signer = test_signer(3);
	struct pl_fsck_report r;
	uint64_t tiles;

	(void)state;
	check(NULL, false, &r);
	tiles = r.tiles;
	pl_fsck_done(&r);
	for (size_t i = 0; i < PL_COUNT(narrow); i++) {
		uint32_t before = ENTRIES + (uint32_t)i * 10;

		/* The last one grows past a full tile: its own tile is another level's. */
		grow(signer, before, i == 2 ? before + 300 : before + 10);
		change_byte(narrow[i], 9);
		check(NULL, false, &r);
		assert_true(r.tiles > tiles);
		assert_int_equal(r.problems, 1);
		assert_non_null(strstr(r.told[0], narrow[i] + strlen("log/public/")));
		pl_fsck_done(&r);
		change_byte(narrow[i], 9);
		check(NULL, false, &r);
		assert_int_equal(r.problems, 0);
		pl_fsck_done(&r);
	}
	pl_signer_free(signer);
}

/* The report as it is printed, without what says how far an earlier run had come. */
static void print(unsigned threads, const char *state_file, struct pl_buf *out, struct pl_fsck_report *r)
{
	check_with(threads, state_file, false, r);
	pl_buf_clear(out);
	pl_fsck_write(r, 0, out);
	assert_int_equal(pl_buf_status(out), PL_OK);
}

/* Damage at the ends of the first two chunks and in the last one, which is short and done first: more findings than are told. */
static void damage(void)
{
	for (uint64_t i = 0; i < 9; i++) {
		/* A bundle's entry is two bytes of length and eight of its number. */
		change_byte("log/public/tile/entries/255", i * 20 + 9);
		change_byte("log/public/tile/0/511", i * 64);
		change_byte("log/public/tile/entries/530", i * 30 + 9);
	}
}

static const unsigned threads[] = {2, 3, 16};

static void many_threads_find_the_same(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(65536), many PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_fsck_report r;

	(void)state;
	print(1, NULL, &one, &r);
	assert_int_equal(r.problems, 0);
	pl_fsck_done(&r);
	for (size_t i = 0; i < PL_COUNT(threads); i++) {
		print(threads[i], NULL, &many, &r);
		assert_string_equal(pl_buf_z(&many), pl_buf_z(&one));
		pl_fsck_done(&r);
	}
	damage();
	print(1, NULL, &one, &r);
	assert_true(r.problems > PL_FSCK_TOLD_MAX);
	assert_string_equal(r.told[0], "entry 65280 does not have the hash in its tile");
	pl_fsck_done(&r);
	for (size_t i = 0; i < 3 * PL_COUNT(threads); i++) {
		print(threads[i % PL_COUNT(threads)], NULL, &many, &r);
		assert_string_equal(pl_buf_z(&many), pl_buf_z(&one));
		pl_fsck_done(&r);
	}
}

/* Ended while several chunks are under way: what is remembered is the front of what was found right, so that going on finds what one
 * run from the beginning finds. */
static void many_threads_go_on(void **state)
{
	struct pl_buf whole PL_CLEANUP(pl_buf_done) = PL_BUF(65536), rest PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_fsck_report r;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(threads); i++) {
		(void)unlink("state");
		interrupted_with(threads[i], "state");
		print(threads[i], "state", &rest, &r);
		assert_int_equal(r.resumed_from % CHUNK, 0);
		assert_int_equal(r.entries, ENTRIES - r.resumed_from);
		assert_int_equal(r.problems, 0);
		pl_fsck_done(&r);
		print(threads[i], "state", &rest, &r);
		assert_int_equal(r.resumed_from, 2 * CHUNK);
		pl_fsck_done(&r);
	}
	change_byte("log/public/tile/entries/255", 9);
	print(1, NULL, &whole, &r);
	assert_int_equal(r.problems, 2); /* the entry, and the hash above its tile */
	pl_fsck_done(&r);
	for (size_t i = 0; i < PL_COUNT(threads); i++) {
		(void)unlink("state");
		interrupted_with(threads[i], "state");
		print(threads[i], "state", &rest, &r);
		assert_string_equal(pl_buf_z(&rest), pl_buf_z(&whole));
		pl_fsck_done(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_on_where_it_was_ended, begin, scratch_end),
		cmocka_unit_test_setup_teardown(remembers_only_what_it_checked, begin, scratch_end),
		cmocka_unit_test_setup_teardown(many_threads_find_the_same, begin, scratch_end),
		cmocka_unit_test_setup_teardown(many_threads_go_on, begin, scratch_end),
		cmocka_unit_test_setup_teardown(earlier_states_are_checked, begin, scratch_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
