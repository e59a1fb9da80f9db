/* SPDX-License-Identifier: Apache-2.0 */
/* The hook of base/file: every mutation is announced before it happens, and can be made to fail, to be short, to get lost. */
#include "scratch.h"
#include <dirent.h>
#include <errno.h>

struct plan {
	int fail_at, answer;  /* the how-manieth event, and what to answer */
	size_t keep;          /* bytes of a short write */
	int seen;
	enum pl_file_op ops[64];
};

static int on_event(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct plan *p = ctx;
	int i = p->seen++;

	if (i < 64)
		p->ops[i] = e->op;
	if (i != p->fail_at)
		return 0;
	if (e->op == PL_FILE_OP_WRITE && p->answer > 0)
		*short_len = p->keep;
	return p->answer;
}

static pl_status put_with(struct scratch *s, struct plan *p, const char *name, enum pl_file_put_mode how)
{
	pl_status st;

	pl_file_set_hook(on_event, p);
	st = pl_file_put(s->fd, name, pl_str_bytes(PL_STR("new content")), 0600, how);
	pl_file_set_hook(NULL, NULL);
	return st;
}

static size_t files_in(struct scratch *s)
{
	DIR *d = opendir(s->path);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += e->d_name[0] != '.' || strstr(e->d_name, ".tmp") != NULL;
	(void)closedir(d);
	return n;
}

static bool holds(struct scratch *s, const char *name, const char *want)
{
	struct pl_buf b = PL_BUF(100);
	bool same = pl_file_read(s->fd, name, &b) == PL_OK && pl_str_eq(pl_buf_str(&b), pl_str_from(want));

	pl_buf_done(&b);
	return same;
}

static void put_announces_its_steps_in_order(void **state)
{
	static const enum pl_file_op want[] = {PL_FILE_OP_CREATE, PL_FILE_OP_WRITE, PL_FILE_OP_SYNC, PL_FILE_OP_RENAME,
		PL_FILE_OP_SYNC_DIR};
	struct plan p = {.fail_at = -1};
	struct scratch s;

	scratch_open(&s);
	assert_ok(put_with(&s, &p, "a", PL_FILE_REPLACE));
	assert_int_equal(p.seen, PL_COUNT(want));
	assert_memory_equal(p.ops, want, sizeof want);
	scratch_close(&s);
}

/* Fail each step with each errno: the name shows the old or the new whole content, and nothing is left beside it. */
static void put_is_whole_whatever_fails(void **state)
{
	static const int errors[] = {EIO, ENOSPC, EDQUOT};

	for (int at = 0; at < 5; at++) {
		for (size_t e = 0; e < PL_COUNT(errors); e++) {
			struct plan p = {.fail_at = at, .answer = errors[e], .keep = 4};
			struct scratch s;

			scratch_open(&s);
			assert_ok(pl_file_put(s.fd, "a", pl_str_bytes(PL_STR("old")), 0600, PL_FILE_NEW));
			assert_int_equal(put_with(&s, &p, "a", PL_FILE_REPLACE), pl_status_from_errno(errors[e]));
			if (at < 4)
				assert_true(holds(&s, "a", "old"));
			else /* renamed, but not known to be durable: the caller hears of it */
				assert_true(holds(&s, "a", "new content"));
			assert_int_equal(files_in(&s), 1);
			scratch_close(&s);
		}
	}
}

static void put_new_leaves_nothing(void **state)
{
	for (int at = 0; at < 4; at++) {
		struct plan p = {.fail_at = at, .answer = ENOSPC, .keep = 1};
		struct scratch s;

		scratch_open(&s);
		assert_int_equal(put_with(&s, &p, "a", PL_FILE_NEW), PL_E_NOSPACE);
		assert_int_equal(files_in(&s), 0);
		scratch_close(&s);
	}
}

static void a_lost_step_reports_success(void **state)
{
	struct plan p = {.fail_at = 3, .answer = PL_FILE_LOSE};
	struct scratch s;

	scratch_open(&s);
	assert_ok(pl_file_put(s.fd, "a", pl_str_bytes(PL_STR("old")), 0600, PL_FILE_NEW));
	assert_ok(put_with(&s, &p, "a", PL_FILE_REPLACE));
	assert_true(holds(&s, "a", "old")); /* the rename was lost */
	scratch_close(&s);
}

static void short_write_keeps_the_front(void **state)
{
	struct plan p = {.fail_at = 0, .answer = ENOSPC, .keep = 3};
	struct scratch s;
	int fd = -1;

	scratch_open(&s);
	assert_ok(pl_file_open(s.fd, "a", O_RDWR | O_CREAT, 0600, &fd));
	pl_file_set_hook(on_event, &p);
	assert_int_equal(pl_file_pwrite(fd, "abcdef", 6, 0), PL_E_NOSPACE);
	pl_file_set_hook(NULL, NULL);
	assert_true(holds(&s, "a", "abc"));
	pl_file_close(&fd);
	scratch_close(&s);
}

static void every_mutation_can_fail(void **state)
{
	struct plan p = {.answer = EIO};
	struct scratch s;
	int fd = -1, other = -1;

	scratch_open(&s);
	assert_ok(pl_file_open(s.fd, "a", O_RDWR | O_CREAT, 0600, &fd));
	pl_file_set_hook(on_event, &p);
#define FAILS(call, operation) \
	do { \
		p.seen = 0; \
		assert_int_equal((call), PL_E_IO); \
		assert_int_equal(p.ops[0], (operation)); \
	} while (0)
	FAILS(pl_file_open(s.fd, "b", O_RDWR | O_CREAT, 0600, &other), PL_FILE_OP_CREATE);
	FAILS(pl_file_write(fd, "x", 1), PL_FILE_OP_WRITE);
	FAILS(pl_file_pwrite(fd, "x", 1, 0), PL_FILE_OP_WRITE);
	FAILS(pl_file_sync(fd), PL_FILE_OP_SYNC);
	FAILS(pl_file_datasync(fd), PL_FILE_OP_SYNC);
	FAILS(pl_file_truncate(fd, 0), PL_FILE_OP_TRUNCATE);
	FAILS(pl_file_rename(s.fd, "a", "c", true), PL_FILE_OP_RENAME);
	FAILS(pl_file_unlink(s.fd, "a"), PL_FILE_OP_UNLINK);
	FAILS(pl_file_mkdirs(s.fd, "d", 0700), PL_FILE_OP_MKDIR);
	FAILS(pl_file_sync_parent(s.fd, "a"), PL_FILE_OP_SYNC_DIR);
	pl_file_set_hook(NULL, NULL);
	assert_int_equal(other, -1);
	assert_int_equal(files_in(&s), 1); /* only "a", unchanged: announced means not yet done */
	assert_true(holds(&s, "a", ""));
	pl_file_close(&fd);
	scratch_close(&s);
}

static void a_rename_across_directories_syncs_both(void **state)
{
	struct plan p = {.fail_at = -1};
	struct scratch s;

	scratch_open(&s);
	assert_ok(pl_file_mkdirs(s.fd, "d", 0700));
	assert_ok(pl_file_put_loose(s.fd, "a", (pl_bytes){0}, 0600));
	pl_file_set_hook(on_event, &p);
	assert_ok(pl_file_rename(s.fd, "a", "d/a", true));
	pl_file_set_hook(NULL, NULL);
	assert_int_equal(p.seen, 3);
	assert_int_equal(p.ops[1], PL_FILE_OP_SYNC_DIR);
	assert_int_equal(p.ops[2], PL_FILE_OP_SYNC_DIR);
	scratch_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_announces_its_steps_in_order), cmocka_unit_test(put_is_whole_whatever_fails),
		cmocka_unit_test(put_new_leaves_nothing), cmocka_unit_test(a_lost_step_reports_success),
		cmocka_unit_test(short_write_keeps_the_front), cmocka_unit_test(every_mutation_can_fail),
		cmocka_unit_test(a_rename_across_directories_syncs_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
