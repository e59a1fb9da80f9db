/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/time.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 30)

/* Tests install and remove it while threads write. */
static _Atomic(pl_file_hook) hook;
static void *_Atomic hook_ctx;

void pl_file_set_hook(pl_file_hook fn, void *ctx)
{
	hook_ctx = ctx;
	hook = fn;
}

static pl_status failed(void)
{
	return pl_status_from_errno(errno);
}

/* Ask the hook. True: the caller goes on with *len bytes, then reports *ret_after if it is not 0. */
static bool allowed(const struct pl_file_event *e, size_t *len, int *ret_errno)
{
	pl_file_hook fn = hook;
	size_t whole = *len;
	int answer;

	*ret_errno = 0;
	if (!fn)
		return true;
	answer = fn(hook_ctx, e, len);
	if (answer == 0)
		return true;
	*ret_errno = answer == PL_FILE_LOSE ? 0 : answer;
	errno = *ret_errno;
	return answer != PL_FILE_LOSE && *len > 0 && *len < whole;
}

static pl_status denied_status(int err)
{
	return err ? pl_status_from_errno(err) : PL_OK;
}

/* For operations without data. */
static bool may(struct pl_file_event e, pl_status *ret)
{
	size_t len = 0;
	int err;

	if (allowed(&e, &len, &err))
		return true;
	*ret = denied_status(err);
	return false;
}

pl_status pl_file_open(int dir, const char *path, int flags, mode_t mode, int *ret_fd)
{
	struct pl_file_event e = {.op = PL_FILE_OP_CREATE, .fd = -1, .dir = dir, .path = path};
	pl_status st;
	int fd;

	if ((flags & O_CREAT) && !may(e, &st))
		return st ? st : PL_E_IO; /* a file whose creation was lost cannot be handed out */
	do
		fd = openat(dir, path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return failed();
	*ret_fd = fd;
	return PL_OK;
}

pl_status pl_file_open_dir(int dir, const char *path, int *ret_fd)
{
	int fd;

	do
		fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return failed();
	*ret_fd = fd;
	return PL_OK;
}

pl_status pl_file_open_beneath(int dir, pl_str path, int flags, int *ret_fd)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	char z[PATH_MAX];
	pl_status st = pl_str_z(path, z, sizeof z);
	long fd;

	if (st)
		return st;
	do
		fd = syscall(SYS_openat2, dir, z, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	if (fd < 0)
		return errno == EXDEV || errno == ELOOP ? PL_E_DENIED : failed();
	*ret_fd = (int)fd;
	return PL_OK;
}

void pl_file_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static pl_status mkdir_one(int dir, const char *path, mode_t mode)
{
	struct stat sb;
	pl_status st;

	if (fstatat(dir, path, &sb, 0) == 0)
		return PL_OK; /* what it is, the caller finds out */
	if (!may((struct pl_file_event){.op = PL_FILE_OP_MKDIR, .fd = -1, .dir = dir, .path = path}, &st))
		return st;
	if (mkdirat(dir, path, mode) == 0)
		return pl_file_sync_parent(dir, path);
	return errno == EEXIST ? PL_OK : failed();
}

pl_status pl_file_mkdirs(int dir, const char *path, mode_t mode)
{
	char z[PATH_MAX];
	struct stat sb;
	pl_status st = pl_str_z(pl_str_from(path), z, sizeof z);

	if (st)
		return st;
	for (char *p = z + 1; !st && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		st = mkdir_one(dir, z, mode);
		*p = '/';
	}
	if (!st)
		st = mkdir_one(dir, z, mode);
	if (!st && (fstatat(dir, path, &sb, 0) != 0 || !S_ISDIR(sb.st_mode)))
		st = PL_E_EXISTS;
	return st;
}

pl_status pl_file_size(int fd, uint64_t *ret)
{
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return failed();
	*ret = (uint64_t)sb.st_size;
	return PL_OK;
}

pl_status pl_file_pread(int fd, void *data, size_t len, uint64_t offset, size_t *ret_len)
{
	uint8_t *p = data;
	size_t done = 0;

	while (done < len) {
		size_t want = len - done < PIECE ? len - done : PIECE;
		ssize_t n = pread(fd, p + done, want, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed();
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret_len = done;
	return PL_OK;
}

pl_status pl_file_read_fd(int fd, struct pl_buf *out)
{
	uint64_t size = 0;
	pl_status st = pl_file_size(fd, &size);

	if (st)
		return st;
	if (size > out->max - out->len)
		return PL_E_TOOBIG;
	/* One byte more than the size says, because files in /proc say 0 and a file may grow. */
	for (size_t step = (size_t)size + 1;; step = 4096) {
		uint8_t *p;
		ssize_t n;

		if (step > out->max - out->len)
			step = out->max - out->len;
		p = pl_buf_reserve(out, step);
		if (!p)
			return pl_buf_status(out);
		n = step ? read(fd, p, step) : read(fd, &(char){0}, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed();
		if (n == 0)
			return PL_OK;
		if (!step)
			return PL_E_TOOBIG;
		pl_buf_commit(out, (size_t)n);
	}
}

pl_status pl_file_read(int dir, const char *path, struct pl_buf *out)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(dir, path, O_RDONLY, 0, &fd);

	return st ? st : pl_file_read_fd(fd, out);
}

/* @offset of UINT64_MAX: at the present position. */
static pl_status write_all(int fd, const void *data, size_t len, uint64_t offset)
{
	struct pl_file_event e = {
		.op = PL_FILE_OP_WRITE, .fd = fd, .dir = -1, .data = pl_bytes_of(data, len), .offset = offset,
	};
	const uint8_t *p = data;
	int after;

	if (!allowed(&e, &len, &after))
		return denied_status(after);
	for (size_t done = 0; done < len;) {
		size_t want = len - done < PIECE ? len - done : PIECE;
		ssize_t n = offset == UINT64_MAX ? write(fd, p + done, want) :
						   pwrite(fd, p + done, want, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed();
		done += (size_t)n;
	}
	errno = after;
	return denied_status(after);
}

pl_status pl_file_pwrite(int fd, const void *data, size_t len, uint64_t offset)
{
	return write_all(fd, data, len, offset);
}

pl_status pl_file_write(int fd, const void *data, size_t len)
{
	return write_all(fd, data, len, UINT64_MAX);
}

static pl_status sync_with(int fd, enum pl_file_op op, int (*call)(int))
{
	pl_status st;
	int r;

	if (!may((struct pl_file_event){.op = op, .fd = fd, .dir = -1}, &st))
		return st;
	do
		r = call(fd);
	while (r != 0 && errno == EINTR);
	return r == 0 ? PL_OK : failed();
}

pl_status pl_file_datasync(int fd)
{
	return sync_with(fd, PL_FILE_OP_SYNC, fdatasync);
}

pl_status pl_file_sync(int fd)
{
	return sync_with(fd, PL_FILE_OP_SYNC, fsync);
}

pl_status pl_file_truncate(int fd, uint64_t size)
{
	pl_status st;
	int r;

	if (!may((struct pl_file_event){.op = PL_FILE_OP_TRUNCATE, .fd = fd, .dir = -1, .offset = size}, &st))
		return st;
	do
		r = ftruncate(fd, (off_t)size);
	while (r != 0 && errno == EINTR);
	return r == 0 ? PL_OK : failed();
}

pl_status pl_file_sync_parent(int dir, const char *path)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];
	pl_status st;

	if (slash)
		st = pl_str_z(pl_str_of(path, slash == path ? 1 : (size_t)(slash - path)), parent, sizeof parent);
	else
		st = pl_str_z(PL_STR("."), parent, sizeof parent);
	if (!st)
		st = pl_file_open_dir(dir, parent, &fd);
	return st ? st : sync_with(fd, PL_FILE_OP_SYNC_DIR, fsync);
}

static bool same_parent(const char *a, const char *b)
{
	const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
	size_t n = slash_a ? (size_t)(slash_a - a) : 0;

	if (!slash_a || !slash_b)
		return !slash_a && !slash_b;
	return n == (size_t)(slash_b - b) && strncmp(a, b, n) == 0;
}

pl_status pl_file_rename(int dir, const char *from, const char *to, bool durable)
{
	struct pl_file_event e = {.op = PL_FILE_OP_RENAME, .fd = -1, .dir = dir, .path = from, .path_to = to};
	pl_status st;

	if (!may(e, &st))
		return st;
	if (renameat(dir, from, dir, to) != 0)
		return failed();
	if (!durable)
		return PL_OK;
	st = pl_file_sync_parent(dir, to);
	return st || same_parent(from, to) ? st : pl_file_sync_parent(dir, from);
}

pl_status pl_file_link(int from_dir, const char *from, int to_dir, const char *to)
{
	pl_status st;

	if (!may((struct pl_file_event){.op = PL_FILE_OP_CREATE, .fd = -1, .dir = to_dir, .path = to}, &st))
		return st;
	return linkat(from_dir, from, to_dir, to, 0) == 0 ? pl_file_sync_parent(to_dir, to) : failed();
}

pl_status pl_file_unlink(int dir, const char *path)
{
	pl_status st;

	if (!may((struct pl_file_event){.op = PL_FILE_OP_UNLINK, .fd = -1, .dir = dir, .path = path}, &st))
		return st;
	return unlinkat(dir, path, 0) == 0 ? PL_OK : failed();
}

/* ".NAME.<random>.tmp" beside @path, as pl_file_sweep knows it. */
static pl_status temp_name(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash - path) + 1 : 0;
	uint64_t r;
	int n;

	pl_random(&r, sizeof r);
	n = snprintf(out, size, "%.*s.%s.%016llx.tmp", dir_len, path, path + dir_len, (unsigned long long)r);
	return n < 0 || (size_t)n >= size ? PL_E_TOOBIG : PL_OK;
}

static bool is_temp(const char *name)
{
	pl_str s = pl_str_from(name);

	return s.len > 22 && s.ptr[0] == '.' && pl_str_ends(s, PL_STR(".tmp")) && s.ptr[s.len - 21] == '.';
}

void pl_file_sweep(int dir, const char *path)
{
	DIR *d;
	int fd;

	if (pl_file_open_dir(dir, path, &fd))
		return;
	d = fdopendir(fd);
	if (!d) {
		(void)close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(d));)
		if (is_temp(e->d_name))
			(void)!pl_file_unlink(dirfd(d), e->d_name);
	(void)closedir(d);
}

static pl_status write_temp(int dir, const char *temp, pl_bytes data, mode_t mode, bool durable)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(dir, temp, O_WRONLY | O_CREAT | O_EXCL, mode, &fd);

	if (!st)
		st = pl_file_write(fd, data.ptr, data.len);
	if (!st && durable)
		st = pl_file_sync(fd);
	return st;
}

/* Unlike rename(2) this refuses a taken name. */
static pl_status place_new(int dir, const char *temp, const char *path)
{
	pl_status st = PL_OK;
	struct pl_file_event e = {.op = PL_FILE_OP_RENAME, .fd = -1, .dir = dir, .path = temp, .path_to = path};

	if (!may(e, &st))
		return st;
	if (renameat2(dir, temp, dir, path, RENAME_NOREPLACE) != 0)
		return failed();
	return pl_file_sync_parent(dir, path);
}

static pl_status put(int dir, const char *path, pl_bytes data, mode_t mode, enum pl_file_put_mode how, bool durable)
{
	char temp[PATH_MAX];
	pl_status st = temp_name(path, temp, sizeof temp);

	if (st)
		return st;
	st = write_temp(dir, temp, data, mode, durable);
	if (!st)
		st = how == PL_FILE_NEW ? place_new(dir, temp, path) : pl_file_rename(dir, temp, path, durable);
	if (st) {
		int keep = errno;

		(void)unlinkat(dir, temp, 0);
		errno = keep;
	}
	return st;
}

pl_status pl_file_put(int dir, const char *path, pl_bytes data, mode_t mode, enum pl_file_put_mode how)
{
	return put(dir, path, data, mode, how, true);
}

pl_status pl_file_put_loose(int dir, const char *path, pl_bytes data, mode_t mode)
{
	return put(dir, path, data, mode, PL_FILE_REPLACE, false);
}

static int set_lock(int fd, short type)
{
	struct flock fl = {.l_type = type, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &fl);
}

pl_status pl_file_lock(int fd, uint64_t wait_ns)
{
	uint64_t start = pl_time_monotonic(), until = wait_ns > UINT64_MAX - start ? UINT64_MAX : start + wait_ns;
	uint64_t pause = PL_MILLISECOND / 10;

	while (set_lock(fd, F_WRLCK) != 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return failed();
		if (pl_time_monotonic() >= until)
			return PL_E_BUSY;
		pl_time_sleep(pause);
		if (pause < 5 * PL_MILLISECOND)
			pause *= 2;
	}
	return PL_OK;
}

pl_status pl_file_unlock(int fd)
{
	return set_lock(fd, F_UNLCK) == 0 ? PL_OK : failed();
}

pl_status pl_file_judge_system(uint32_t type, struct pl_diag *diag)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} remote[] = {
		{0x6969, "NFS"}, {0x00c36400, "CephFS"}, {0x65735546, "FUSE"}, {0xff534d42, "CIFS"}, {0xfe534d42, "SMB2"},
		{0x517b, "SMB"}, {0x5346414f, "AFS"}, {0x01021997, "9P"}, {0x47504653, "GPFS"}, {0x0bd00bd0, "Lustre"},
		{0x01161970, "GFS2"}, {0x7461636f, "OCFS2"},
	};

	for (size_t i = 0; i < PL_COUNT(remote); i++) {
		if (type != remote[i].magic)
			continue;
		pl_diag_hint(diag, "put the directory on a local disk (ext4, xfs, btrfs, zfs)");
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "the directory is on %s, whose locks and fsync cannot be relied on",
			remote[i].name);
	}
	return PL_OK;
}

pl_status pl_file_require_local(int fd, struct pl_diag *diag)
{
	char link[40], path[300];
	struct statfs sf;
	ssize_t n;
	pl_status st;

	if (fstatfs(fd, &sf) != 0)
		return failed();
	st = pl_file_judge_system((uint32_t)sf.f_type, diag);
	if (!st)
		return st;
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path);
	if (n > 0 && path[0] == '/')
		pl_diag_context(diag, "%.*s", (int)n, path);
	return st;
}

pl_status pl_file_require_local_at(int dir, const char *path, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	char z[PATH_MAX];
	pl_status st = pl_str_z(pl_str_from(path), z, sizeof z);

	if (st)
		return st;
	for (;;) {
		char *slash = strrchr(z, '/');

		do
			fd = openat(dir, z, O_PATH | O_CLOEXEC);
		while (fd < 0 && errno == EINTR);
		if (fd >= 0)
			return pl_file_require_local(fd, diag);
		if (errno != ENOENT || strcmp(z, "/") == 0 || strcmp(z, ".") == 0)
			return failed();
		if (slash)
			slash[slash == z] = '\0';
		else
			memcpy(z, ".", 2);
	}
}

pl_status pl_file_look(int dir, const char *path, struct pl_file_id *ret)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) != 0)
		return pl_status_from_errno(errno);
	*ret = (struct pl_file_id){.device = (uint64_t)st.st_dev, .inode = (uint64_t)st.st_ino, .size = (uint64_t)st.st_size,
		.seconds = st.st_mtim.tv_sec, .nanoseconds = st.st_mtim.tv_nsec};
	return PL_OK;
}

bool pl_file_id_eq(const struct pl_file_id *a, const struct pl_file_id *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size && a->seconds == b->seconds &&
	       a->nanoseconds == b->nanoseconds;
}

pl_status pl_file_same_device(int fd_a, int fd_b, bool *ret)
{
	struct stat a, b;

	if (fstat(fd_a, &a) != 0 || fstat(fd_b, &b) != 0)
		return failed();
	*ret = a.st_dev == b.st_dev;
	return PL_OK;
}
