/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/file.h"
#include "release/archive.h"
#include "release/snapshot.h"
#include "scratch.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static pl_status snapshot(const struct scratch *s, const char *repo, const char *rev, struct pl_snapshot_info *info,
	struct pl_snapshot_result *result, struct pl_diag *diag)
{
	struct pl_snapshot *snap PL_CLEANUP(pl_snapshot_closep) = NULL;
	int manifest PL_CLEANUP(pl_file_close) = scratch_create(s, "manifest");
	int archive PL_CLEANUP(pl_file_close) = scratch_create(s, "archive.tar");
	char path[256];
	pl_status st;

	scratch_path(s, repo, path);
	st = pl_snapshot_open(path, rev, &snap, diag);
	if (st == PL_OK)
		st = pl_snapshot_write(snap, manifest, archive, NULL, NULL, result, diag);
	if (st == PL_OK && info)
		*info = *pl_snapshot_info(snap);
	return st;
}

static void make_project(const struct scratch *s, const char *dir)
{
	char path[256];
	char odd[256];

	(void)snprintf(path, sizeof path, "%s/main.c", dir);
	scratch_write(s, path, "int main(void) { return 0; }\n", 0644);
	(void)snprintf(path, sizeof path, "%s/sub/run.sh", dir);
	scratch_write(s, path, "#!/bin/sh\n", 0755);
	/* "sub.c" sorts before "sub/run.sh" in git's order and after it in ours' opposite: '.' < '/'. */
	(void)snprintf(path, sizeof path, "%s/sub.c", dir);
	scratch_write(s, path, "", 0644);
	(void)snprintf(odd, sizeof odd, "%s/od\\d\tname", dir);
	scratch_write(s, odd, "x", 0644);
	(void)snprintf(path, sizeof path, "%s/link", dir);
	scratch_path(s, path, odd);
	assert_int_equal(symlink("/etc/passwd", odd), 0);
	scratch_commit(s, dir);
}

static void same_bytes_everywhere(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result a, b, c, d;
	struct pl_snapshot_info info;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	make_project(s, "one");
	assert_int_equal(snapshot(s, "one", NULL, &info, &a, NULL), PL_OK);
	assert_false(info.dirty || info.bare || info.shallow);
	assert_int_equal(info.time, 1700000000);
	assert_int_equal(a.files, 5);
	assert_int_equal(pl_file_read(s->fd, "manifest", &text), PL_OK);
	assert_true(pl_str_starts(pl_buf_str(&text), PL_STR("pellucid-manifest-v1\ncommit ")));
	assert_true(pl_str_find_str(pl_buf_str(&text), PL_STR("time 2023-11-14T22:13:20Z\nfiles 5\nbytes 51\n\n")) < text.len);
	assert_true(pl_str_find_str(pl_buf_str(&text), PL_STR(" od\\x5cd\\x09name\n100644 0 e3b0c44298fc1c149afbf4c8996fb92"
		"427ae41e4649b934ca495991b7852b855 sub.c\n100755 10 ")) < text.len);
	assert_true(pl_str_find_str(pl_buf_str(&text), PL_STR("\n120000 11 ")) < text.len);
	RUN(s, "", "git", "clone", "-q", "--bare", "one", "two.git");
	assert_int_equal(snapshot(s, "two.git", "main", &info, &b, NULL), PL_OK);
	assert_true(info.bare);
	RUN(s, "", "git", "clone", "-q", "--depth", "1", "file:///proc/self/cwd/one", "three");
	assert_int_equal(snapshot(s, "three", NULL, &info, &c, NULL), PL_OK);
	assert_true(info.shallow);
	scratch_write(s, "one/main.c", "changed\n", 0644);
	assert_int_equal(snapshot(s, "one", NULL, &info, &d, NULL), PL_OK);
	assert_true(info.dirty);
	assert_memory_equal(&a, &b, sizeof a);
	assert_memory_equal(&a, &c, sizeof a);
	assert_memory_equal(&a, &d, sizeof a);
}

static void stock_tools_agree(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result r;
	struct pl_buf ours PL_CLEANUP(pl_buf_done) = PL_BUF(65536), theirs PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	assert_int_equal(snapshot(s, "one", "HEAD", NULL, &r, NULL), PL_OK);
	RUN(s, "", "mkdir", "x", "y");
	RUN(s, "x", "tar", "xf", "../archive.tar");
	RUN(s, "one", "git", "archive", "-o", "../git.tar", "HEAD");
	RUN(s, "y", "tar", "xf", "../git.tar");
	RUN(s, "", "diff", "-r", "--no-dereference", "x", "y");
	scratch_run(s, "", (const char *const[]){"sha256sum", "archive.tar", NULL}, (pl_bytes){0}, &theirs);
	pl_hex_put(&ours, pl_digest_bytes(&r.archive));
	assert_true(pl_str_starts(pl_buf_str(&theirs), pl_buf_str(&ours)));
}

/* Loose large objects are streamed by libgit2, packed ones by git. */
static void large_files(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result loose, packed;

	RUN(s, "", "mkdir", "big");
	RUN(s, "big", "dd", "if=/dev/urandom", "of=blob", "bs=1M", "count=12", "status=none");
	scratch_commit(s, "big");
	assert_int_equal(snapshot(s, "big", NULL, NULL, &loose, NULL), PL_OK);
	RUN(s, "big", "git", "repack", "-adq");
	assert_int_equal(snapshot(s, "big", NULL, NULL, &packed, NULL), PL_OK);
	assert_memory_equal(&loose, &packed, sizeof loose);
	assert_int_equal(loose.bytes, 12u << 20);
	RUN(s, "", "mkdir", "z");
	RUN(s, "z", "tar", "xf", "../archive.tar");
	RUN(s, "", "cmp", "z/blob", "big/blob");
}

static void owned_by_somebody_else(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result a, b;

	if (geteuid() != 0) {
		print_message("not root: cannot give a clone to somebody else\n");
		return;
	}
	assert_int_equal(snapshot(s, "one", NULL, NULL, &a, NULL), PL_OK);
	RUN(s, "", "chown", "-R", "12345:12345", "one");
	assert_int_equal(snapshot(s, "one", NULL, NULL, &b, NULL), PL_OK);
	assert_memory_equal(&a, &b, sizeof a);
}

static void clear_refusals(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result r;
	struct pl_diag diag = {0};

	RUN(s, "", "mkdir", "nothing", "empty");
	assert_int_equal(snapshot(s, "nothing", NULL, NULL, &r, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.text, "is not a git repository"));
	diag = (struct pl_diag){0};
	assert_int_equal(snapshot(s, "missing", NULL, NULL, &r, &diag), PL_E_NOTFOUND);
	diag = (struct pl_diag){0};
	RUN(s, "empty", "git", "init", "-q");
	assert_int_equal(snapshot(s, "empty", NULL, NULL, &r, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.text, "HEAD"));
	assert_non_null(strstr(diag.hint, "first commit"));
	diag = (struct pl_diag){0};
	assert_int_equal(snapshot(s, "one", "v99", NULL, &r, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.text, "v99"));
	diag = (struct pl_diag){0};
	RUN(s, "", "mkdir", "super");
	RUN(s, "super", "git", "init", "-q", "-b", "main");
	RUN(s, "super", "git", "update-index", "--add", "--cacheinfo",
		"160000,0123456789012345678901234567890123456789,vendor/lib");
	RUN(s, "super", "git", "commit", "-q", "-m", "x");
	assert_int_equal(snapshot(s, "super", NULL, NULL, &r, &diag), PL_E_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "\"vendor/lib\" is a submodule"));
}

/* A tree object with one entry of that name, put together by hand: git itself would not write it. */
static void hostile_name(const struct scratch *s, const char *mode, pl_str name, const char *ref)
{
	struct pl_buf tree PL_CLEANUP(pl_buf_done) = PL_BUF(65536), id PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct pl_buf commit PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	uint8_t blob[20];

	scratch_run(s, "evil", (const char *const[]){"git", "hash-object", "-w", "--stdin", NULL}, pl_str_bytes(PL_STR("x")),
		&id);
	assert_int_equal(pl_hex_read(pl_str_sub(pl_buf_str(&id), 0, 40), blob, 20), PL_OK);
	pl_buf_put_z(&tree, mode);
	pl_buf_put_c(&tree, ' ');
	pl_buf_put_str(&tree, name);
	pl_buf_put_c(&tree, '\0');
	pl_buf_put(&tree, blob, sizeof blob);
	pl_buf_clear(&id);
	scratch_run(s, "evil", (const char *const[]){"git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin", NULL},
		pl_buf_bytes(&tree), &id);
	pl_buf_truncate(&id, 40);
	scratch_run(s, "evil", (const char *const[]){"git", "commit-tree", "-m", "x", pl_buf_z(&id), NULL}, (pl_bytes){0},
		&commit);
	pl_buf_truncate(&commit, 40);
	RUN(s, "evil", "git", "update-ref", ref, pl_buf_z(&commit));
}

static void hostile_trees(void **state)
{
	static const struct {
		const char *mode;
		pl_str name;
	} bad[] = {
		{"100644", PL_STR_INIT("../escape")}, {"100644", PL_STR_INIT("/etc/escape")}, {"100644", PL_STR_INIT("..")},
		{"100644", PL_STR_INIT(".git")}, {"100644", PL_STR_INIT("a/b")}, {"100644", PL_STR_INIT(".GIT")},
	};
	const struct scratch *s = *state;

	RUN(s, "", "git", "init", "-q", "evil");
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_snapshot_result r;
		struct pl_diag diag = {0};

		hostile_name(s, bad[i].mode, bad[i].name, "refs/heads/bad");
		assert_int_not_equal(snapshot(s, "evil", "bad", NULL, &r, &diag), PL_OK);
		assert_true(diag.text[0] != '\0');
	}
}

static void configuration_takes_no_part(void **state)
{
	const struct scratch *s = *state;
	struct pl_snapshot_result a, b;

	make_project(s, "conf");
	assert_int_equal(snapshot(s, "conf", NULL, NULL, &a, NULL), PL_OK);
	RUN(s, "conf", "git", "config", "core.autocrlf", "true");
	RUN(s, "conf", "git", "config", "core.fsmonitor", "touch ../fsmonitor-ran");
	RUN(s, "conf", "git", "config", "filter.evil.smudge", "touch ../filter-ran");
	scratch_write(s, "conf/.git/info/attributes", "* filter=evil export-ignore text eol=crlf\n", 0644);
	assert_int_equal(snapshot(s, "conf", NULL, NULL, &b, NULL), PL_OK);
	assert_memory_equal(&a, &b, sizeof a);
	assert_int_equal(faccessat(s->fd, "fsmonitor-ran", F_OK, 0), -1);
	assert_int_equal(faccessat(s->fd, "filter-ran", F_OK, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes_everywhere),
		cmocka_unit_test(stock_tools_agree),
		cmocka_unit_test(large_files),
		cmocka_unit_test(owned_by_somebody_else),
		cmocka_unit_test(clear_refusals),
		cmocka_unit_test(hostile_trees),
		cmocka_unit_test(configuration_takes_no_part),
	};

	return cmocka_run_group_tests_name("release/snapshot", tests, scratch_setup, scratch_teardown);
}
