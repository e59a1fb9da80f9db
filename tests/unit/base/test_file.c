/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"
#include "base/time.h"
#include <errno.h>
#include <linux/magic.h>
#include <sys/wait.h>

static int setup(void **state)
{
	struct scratch *s = PL_NEW(struct scratch);

	scratch_open(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	scratch_close(*state);
	pl_free(*state);
	return 0;
}

static void expect_content(int dir, const char *path, const char *want)
{
	struct pl_buf b = PL_BUF(10000);

	assert_ok(pl_file_read(dir, path, &b));
	assert_str(pl_buf_str(&b), want);
	pl_buf_done(&b);
}

static void put_replaces_whole(void **state)
{
	struct scratch *s = *state;
	struct stat sb;

	assert_ok(pl_file_put(s->fd, "a", pl_str_bytes(PL_STR("first")), 0640, PL_FILE_REPLACE));
	expect_content(s->fd, "a", "first");
	assert_ok(pl_file_put(s->fd, "a", pl_str_bytes(PL_STR("2nd")), 0600, PL_FILE_REPLACE));
	expect_content(s->fd, "a", "2nd");
	assert_int_equal(fstatat(s->fd, "a", &sb, 0), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	assert_int_equal(pl_file_put(s->fd, "a", pl_str_bytes(PL_STR("x")), 0600, PL_FILE_NEW), PL_E_EXISTS);
	expect_content(s->fd, "a", "2nd");
	assert_ok(pl_file_put(s->fd, "b", (pl_bytes){0}, 0600, PL_FILE_NEW));
	expect_content(s->fd, "b", "");
	assert_ok(pl_file_put_loose(s->fd, "b", pl_str_bytes(PL_STR("loose")), 0600));
	expect_content(s->fd, "b", "loose");
	assert_int_equal(pl_file_put(s->fd, "no/such", (pl_bytes){0}, 0600, PL_FILE_NEW), PL_E_NOTFOUND);
}

static void reads_up_to_a_maximum(void **state)
{
	struct scratch *s = *state;
	struct pl_buf b = PL_BUF(5);

	assert_ok(pl_file_put_loose(s->fd, "a", pl_str_bytes(PL_STR("12345")), 0600));
	assert_ok(pl_file_read(s->fd, "a", &b));
	pl_buf_clear(&b);
	assert_ok(pl_file_put_loose(s->fd, "a", pl_str_bytes(PL_STR("123456")), 0600));
	assert_int_equal(pl_file_read(s->fd, "a", &b), PL_E_TOOBIG);
	assert_int_equal(pl_file_read(s->fd, "none", &b), PL_E_NOTFOUND);
	pl_buf_done(&b);
	b = (struct pl_buf)PL_BUF(100000);
	assert_ok(pl_file_read(AT_FDCWD, "/proc/self/status", &b)); /* says size 0 */
	assert_true(b.len > 100);
	pl_buf_done(&b);
}

static void reads_and_writes_at_offsets(void **state)
{
	struct scratch *s = *state;
	char got[8] = "";
	size_t n = 99;
	uint64_t size = 0;
	int fd = -1;

	assert_ok(pl_file_open(s->fd, "a", O_RDWR | O_CREAT | O_EXCL, 0600, &fd));
	assert_ok(pl_file_pwrite(fd, "world", 5, 6));
	assert_ok(pl_file_pwrite(fd, "hello ", 6, 0));
	assert_ok(pl_file_pread(fd, got, 7, 6, &n));
	assert_int_equal(n, 5);
	assert_memory_equal(got, "world", 5);
	assert_ok(pl_file_pread(fd, got, 7, 600, &n));
	assert_int_equal(n, 0);
	assert_ok(pl_file_truncate(fd, 5));
	assert_ok(pl_file_size(fd, &size));
	assert_int_equal(size, 5);
	assert_ok(pl_file_write(fd, "HE", 2));
	assert_ok(pl_file_datasync(fd));
	assert_ok(pl_file_sync(fd));
	expect_content(s->fd, "a", "HEllo");
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	pl_file_close(&fd);
	assert_int_equal(fd, -1);
	pl_file_close(&fd);
}

static void does_not_follow_links(void **state)
{
	struct scratch *s = *state;
	int fd = 77;

	assert_ok(pl_file_mkdirs(s->fd, "d/e", 0700));
	assert_ok(pl_file_put_loose(s->fd, "d/target", pl_str_bytes(PL_STR("t")), 0600));
	assert_int_equal(symlinkat("d/target", s->fd, "link"), 0);
	assert_int_equal(symlinkat("/etc", s->fd, "d/out"), 0);
	assert_int_equal(pl_file_open(s->fd, "link", O_RDONLY, 0, &fd), PL_E_IO);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(fd, 77);
	assert_int_equal(pl_file_open_beneath(s->fd, PL_STR("d/out/passwd"), O_RDONLY, &fd), PL_E_DENIED);
	assert_int_equal(pl_file_open_beneath(s->fd, PL_STR("../etc/passwd"), O_RDONLY, &fd), PL_E_DENIED);
	assert_int_equal(pl_file_open_beneath(s->fd, PL_STR("/etc/passwd"), O_RDONLY, &fd), PL_E_DENIED);
	assert_int_equal(pl_file_open_beneath(s->fd, PL_STR("link"), O_RDONLY, &fd), PL_E_DENIED);
	assert_int_equal(pl_file_open_beneath(s->fd, pl_str_of("d\0x", 3), O_RDONLY, &fd), PL_E_SYNTAX);
	assert_int_equal(pl_file_open_beneath(s->fd, PL_STR("none"), O_RDONLY, &fd), PL_E_NOTFOUND);
	assert_int_equal(fd, 77);
	assert_ok(pl_file_open_beneath(s->fd, PL_STR("d/e/../target"), O_RDONLY, &fd));
	pl_file_close(&fd);
}

static void makes_directories(void **state)
{
	struct scratch *s = *state;

	assert_ok(pl_file_mkdirs(s->fd, "a/b/c", 0700));
	assert_ok(pl_file_mkdirs(s->fd, "a/b/c", 0700));
	assert_ok(pl_file_put_loose(s->fd, "a/b/c/f", (pl_bytes){0}, 0600));
	assert_int_equal(pl_file_mkdirs(s->fd, "a/b/c/f", 0700), PL_E_EXISTS);
	assert_int_not_equal(pl_file_mkdirs(s->fd, "a/b/c/f/g", 0700), PL_OK);
	assert_ok(pl_file_mkdirs(AT_FDCWD, scratch_path(s, "abs/d"), 0700));
}

static void renames_and_removes(void **state)
{
	struct scratch *s = *state;

	assert_ok(pl_file_mkdirs(s->fd, "d", 0700));
	assert_ok(pl_file_put_loose(s->fd, "a", pl_str_bytes(PL_STR("x")), 0600));
	assert_ok(pl_file_rename(s->fd, "a", "d/b", true));
	expect_content(s->fd, "d/b", "x");
	assert_int_equal(pl_file_rename(s->fd, "a", "c", false), PL_E_NOTFOUND);
	assert_ok(pl_file_unlink(s->fd, "d/b"));
	assert_int_equal(pl_file_unlink(s->fd, "d/b"), PL_E_NOTFOUND);
}

static void lock_excludes_another_opening(void **state)
{
	struct scratch *s = *state;
	int a = -1, b = -1, status = 0;
	uint64_t start;

	assert_ok(pl_file_open(s->fd, "lock", O_RDWR | O_CREAT, 0600, &a));
	assert_ok(pl_file_open(s->fd, "lock", O_RDWR, 0600, &b));
	assert_ok(pl_file_lock(a, 0));
	assert_int_equal(pl_file_lock(b, 0), PL_E_BUSY);
	start = pl_time_monotonic();
	assert_int_equal(pl_file_lock(b, 20 * PL_MILLISECOND), PL_E_BUSY);
	assert_true(pl_time_monotonic() - start >= 20 * PL_MILLISECOND);
	assert_ok(pl_file_unlock(a));
	assert_ok(pl_file_lock(b, UINT64_MAX));
	/* The lock is the opening's, not the process's: a child that inherits it keeps it. */
	pid_t pid = fork();
	if (pid == 0) {
		pl_file_close(&b);
		_exit(pl_file_lock(a, 0) == PL_E_BUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pl_file_close(&b);
	assert_ok(pl_file_lock(a, 0));
	pl_file_close(&a);
}

static void knows_file_systems(void **state)
{
	struct scratch *s = *state;
	struct pl_diag diag = {0};
	bool same = false;
	int proc = -1;

	assert_ok(pl_file_require_local(s->fd, &diag));
	assert_ok(pl_file_open_dir(AT_FDCWD, "/proc", &proc));
	assert_ok(pl_file_same_device(s->fd, proc, &same));
	assert_false(same);
	assert_ok(pl_file_same_device(s->fd, s->fd, &same));
	assert_true(same);
	pl_file_close(&proc);
}

/* By the numbers of <linux/magic.h>, and of those that are not in it. */
static void refuses_network_file_systems(void **state)
{
	static const struct {
		uint32_t type;
		const char *name;
	} remote[] = {
		{NFS_SUPER_MAGIC, "NFS"}, {CEPH_SUPER_MAGIC, "CephFS"}, {FUSE_SUPER_MAGIC, "FUSE"}, {CIFS_SUPER_MAGIC, "CIFS"},
		{SMB2_SUPER_MAGIC, "SMB2"}, {SMB_SUPER_MAGIC, "SMB"}, {AFS_SUPER_MAGIC, "AFS"}, {V9FS_MAGIC, "9P"},
		{OCFS2_SUPER_MAGIC, "OCFS2"}, {0x47504653, "GPFS"}, {0x0bd00bd0, "Lustre"}, {0x01161970, "GFS2"},
	};
	static const uint32_t local[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC,
		F2FS_SUPER_MAGIC, 0x2fc12fc1 /* ZFS */, 0};

	for (size_t i = 0; i < PL_COUNT(remote); i++) {
		struct pl_diag diag = {0};

		assert_int_equal(pl_file_judge_system(remote[i].type, &diag), PL_E_UNSUPPORTED);
		assert_non_null(strstr(diag.text, remote[i].name));
		assert_non_null(strstr(diag.hint, "local disk"));
		assert_int_equal(pl_file_judge_system(remote[i].type, NULL), PL_E_UNSUPPORTED);
	}
	for (size_t i = 0; i < PL_COUNT(local); i++) {
		struct pl_diag diag = {0};

		assert_ok(pl_file_judge_system(local[i], &diag));
		assert_int_equal(diag.text[0], 0);
	}
}

#define FILE_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(put_replaces_whole), FILE_TEST(reads_up_to_a_maximum), FILE_TEST(reads_and_writes_at_offsets),
		FILE_TEST(does_not_follow_links), FILE_TEST(makes_directories), FILE_TEST(renames_and_removes),
		FILE_TEST(lock_excludes_another_opening), FILE_TEST(knows_file_systems),
		cmocka_unit_test(refuses_network_file_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
