/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/file.h"
#include "release/archive.h"
#include "scratch.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMIT PL_STR("0123456789abcdef0123456789abcdef01234567")
#define MTIME 1700000000u

static const struct pl_archive_limits roomy = {.files = 1000, .bytes = 1u << 24};

static void put(struct pl_buf *b, enum pl_archive_kind kind, const char *path, const char *data)
{
	pl_str text = pl_str_from(data);
	struct pl_archive_entry e = {.kind = kind, .path = pl_str_from(path)};

	if (kind == PL_ARCHIVE_LINK)
		e.target = text;
	else
		e.size = text.len;
	pl_archive_put_entry(b, &e, MTIME);
	if (kind != PL_ARCHIVE_LINK) {
		pl_buf_put_str(b, text);
		pl_archive_put_padding(b, text.len);
	}
}

static pl_status unpack(const struct scratch *s, const struct pl_buf *b, const struct pl_archive_limits *limits,
	struct pl_diag *diag)
{
	int fd = scratch_create(s, "a.tar"), dir = -1;
	uint64_t mtime = 0;
	pl_status st;

	assert_int_equal(pl_file_write(fd, b->ptr, b->len), PL_OK);
	RUN(s, "", "rm", "-rf", "out");
	assert_int_equal(pl_file_mkdirs(s->fd, "out", 0755), PL_OK);
	assert_int_equal(pl_file_open_dir(s->fd, "out", &dir), PL_OK);
	st = pl_archive_unpack(fd, dir, limits, &mtime, diag);
	if (st == PL_OK)
		assert_int_equal(mtime, MTIME);
	pl_file_close(&fd);
	pl_file_close(&dir);
	return st;
}

static void what_is_written_is_unpacked(void **state)
{
	const struct scratch *s = *state;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20), out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char deep[600], name[300], target[300];
	struct stat st;

	memset(name, 'n', sizeof name);
	name[250] = '\0';
	memset(target, 't', sizeof target);
	target[200] = '\0';
	(void)snprintf(deep, sizeof deep, "m/%.120s/%.120s/%s", name, name, name);
	pl_archive_put_start(&b, COMMIT, MTIME);
	put(&b, PL_ARCHIVE_FILE, "a", "text");
	put(&b, PL_ARCHIVE_FILE, "b/empty", "");
	put(&b, PL_ARCHIVE_EXEC, "b/run", "#!/bin/sh\n");
	put(&b, PL_ARCHIVE_LINK, "c", "../../../etc/passwd");
	put(&b, PL_ARCHIVE_LINK, "d", target);
	put(&b, PL_ARCHIVE_FILE, deep, "deep");
	put(&b, PL_ARCHIVE_FILE, "z\nline", "odd name");
	pl_archive_put_end(&b);
	assert_int_equal(unpack(s, &b, &roomy, NULL), PL_OK);
	assert_int_equal(fstatat(s->fd, "out/b/run", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0755);
	assert_int_equal(st.st_mtime, MTIME);
	assert_int_equal(fstatat(s->fd, "out/c", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(pl_file_read(s->fd, "out/z\nline", &out), PL_OK);
	assert_true(pl_str_eq(pl_buf_str(&out), PL_STR("odd name")));
}

static void stock_tar_agrees(void **state)
{
	const struct scratch *s = *state;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20), out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	char name[201];
	int fd = scratch_create(s, "a.tar");

	memset(name, 'n', sizeof name - 1);
	name[200] = '\0';
	pl_archive_put_start(&b, COMMIT, MTIME);
	put(&b, PL_ARCHIVE_FILE, "a", "text");
	put(&b, PL_ARCHIVE_LINK, "l", name);
	put(&b, PL_ARCHIVE_FILE, name, "long");
	pl_archive_put_end(&b);
	assert_int_equal(pl_file_write(fd, b.ptr, b.len), PL_OK);
	pl_file_close(&fd);
	scratch_run(s, "", (const char *const[]){"tar", "--utc", "--full-time", "-tvf", "a.tar", NULL}, (pl_bytes){0}, &out);
	assert_true(pl_str_find_str(pl_buf_str(&out), PL_STR("-rw-r--r-- 0/0")) < out.len);
	assert_true(pl_str_find_str(pl_buf_str(&out), PL_STR("2023-11-14 22:13:20 a\n")) < out.len);
	assert_true(pl_str_find_str(pl_buf_str(&out), pl_str_from(name)) < out.len);
	pl_buf_clear(&out);
	scratch_run(s, "", (const char *const[]){"git", "get-tar-commit-id", NULL}, pl_buf_bytes(&b), &out);
	assert_true(pl_str_starts(pl_buf_str(&out), COMMIT));
}

static void unsafe_paths_are_refused(void **state)
{
	static const char *const bad[] = {"", "/a", "../a", "a/../b", "a//b", "a/", "./a", ".git/config", "x/.GIT/y",
		".git ", "GIT~1", "a/.", ".."};
	static const char *const good[] = {"a", ".gitignore", "a/b/c", "...", "a.git", ".gitx", "git", "..a"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_false(pl_archive_path_ok(pl_str_from(bad[i])));
	for (size_t i = 0; i < PL_COUNT(good); i++)
		assert_true(pl_archive_path_ok(pl_str_from(good[i])));
	assert_false(pl_archive_path_ok(PL_STR("a\0b")));
}

/* Each archive is well formed in the eyes of tar and must be refused by us. */
static void hostile_archives_are_refused(void **state)
{
	static const struct {
		enum pl_archive_kind kind1;
		const char *path1, *data1;
		const char *path2;
	} cases[] = {
		{PL_ARCHIVE_FILE, "../escape", "x", NULL},
		{PL_ARCHIVE_FILE, "b", "x", "a"},
		{PL_ARCHIVE_FILE, "a", "x", "a"},
		{PL_ARCHIVE_FILE, "a", "x", "a/b"},
		{PL_ARCHIVE_LINK, "a", "", NULL},
	};
	const struct scratch *s = *state;

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

		pl_archive_put_start(&b, COMMIT, MTIME);
		put(&b, cases[i].kind1, cases[i].path1, cases[i].data1);
		if (cases[i].path2)
			put(&b, PL_ARCHIVE_FILE, cases[i].path2, "y");
		pl_archive_put_end(&b);
		assert_int_equal(unpack(s, &b, &roomy, NULL), PL_E_SYNTAX);
	}
	assert_int_equal(faccessat(s->fd, "escape", F_OK, 0), -1);
}

static void nothing_is_written_through_a_link(void **state)
{
	const struct scratch *s = *state;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	/* "a" is a link out and "a/b" a file: whichever is made first, the other must fail. */
	pl_archive_put_start(&b, COMMIT, MTIME);
	put(&b, PL_ARCHIVE_LINK, "a", "..");
	put(&b, PL_ARCHIVE_FILE, "a/b", "out of it");
	pl_archive_put_end(&b);
	assert_int_not_equal(unpack(s, &b, &roomy, NULL), PL_OK);
	assert_int_equal(faccessat(s->fd, "b", F_OK, 0), -1);
}

static void every_changed_byte_of_a_header_is_refused(void **state)
{
	const struct scratch *s = *state;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	size_t data;

	pl_archive_put_start(&b, COMMIT, MTIME);
	put(&b, PL_ARCHIVE_FILE, "a", "text");
	data = b.len - 512;
	pl_archive_put_end(&b);
	for (size_t i = 0; i < b.len; i += i > 1600 ? 97 : 7) {
		if (i >= data && i < data + 4)
			continue; /* the file's own bytes may be anything */
		b.ptr[i] ^= 0x21;
		assert_int_not_equal(unpack(s, &b, &roomy, NULL), PL_OK);
		b.ptr[i] ^= 0x21;
	}
	assert_int_equal(unpack(s, &b, &roomy, NULL), PL_OK);
	for (size_t cut = 1; cut < b.len; cut += 211) {
		struct pl_buf part PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

		pl_buf_put(&part, b.ptr, b.len - cut);
		assert_int_equal(unpack(s, &part, &roomy, NULL), PL_E_SYNTAX);
	}
	pl_buf_put_c(&b, '\0');
	assert_int_equal(unpack(s, &b, &roomy, NULL), PL_E_SYNTAX);
}

static void limits_hold(void **state)
{
	const struct pl_archive_limits one = {.files = 1, .bytes = 100}, small = {.files = 9, .bytes = 3};
	const struct scratch *s = *state;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	pl_archive_put_start(&b, COMMIT, MTIME);
	put(&b, PL_ARCHIVE_FILE, "a", "x");
	put(&b, PL_ARCHIVE_FILE, "b", "xyz");
	pl_archive_put_end(&b);
	assert_int_equal(unpack(s, &b, &one, NULL), PL_E_TOOBIG);
	assert_int_equal(unpack(s, &b, &small, NULL), PL_E_TOOBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_unpacked),
		cmocka_unit_test(stock_tar_agrees),
		cmocka_unit_test(unsafe_paths_are_refused),
		cmocka_unit_test(hostile_archives_are_refused),
		cmocka_unit_test(nothing_is_written_through_a_link),
		cmocka_unit_test(every_changed_byte_of_a_header_is_refused),
		cmocka_unit_test(limits_hold),
	};

	return cmocka_run_group_tests_name("release/archive", tests, scratch_setup, scratch_teardown);
}
