/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/file: files that survive a crash, and the one place through which every durable path writes.
 *
 * What always holds:
 *  1. Every descriptor is O_CLOEXEC; the last path component is never followed if it is a symbolic link.
 *  2. Short reads and writes and EINTR are finished here; a caller sees all or a status.
 *  3. pl_file_put: the name shows either the old or the new whole content, and after PL_OK the new one survives a power
 *     cut (temporary name, write, fsync, rename, fsync of the directory).
 *  4. A failed fsync is never repeated: the kernel may have dropped the dirty pages. The caller must stop writing to
 *     that file and recover by reading.
 *  5. With a hook installed (tests only) every mutation is announced before it happens.
 */
#ifndef PL_BASE_FILE_H
#define PL_BASE_FILE_H
#include "base/buf.h"
#include "base/diag.h"
#include <sys/types.h>

/* Open @path below directory descriptor @dir (AT_FDCWD allowed). O_CLOEXEC and O_NOFOLLOW are added. */
pl_status pl_file_open(int dir, const char *path, int flags, mode_t mode, int *ret_fd);
/* Open a directory. Symbolic links in the middle of the path are followed (the operator made them). */
pl_status pl_file_open_dir(int dir, const char *path, int *ret_fd);
/* Open @path, which came from outside, so that it cannot leave @dir (openat2: beneath, no symbolic links). */
pl_status pl_file_open_beneath(int dir, pl_str path, int flags, int *ret_fd);
/* Close and set to -1; for PL_CLEANUP. Accepts -1. */
void pl_file_close(int *fd);
/* Make the directory and its missing parents below @dir and fsync each parent; an existing one is fine. */
pl_status pl_file_mkdirs(int dir, const char *path, mode_t mode);
pl_status pl_file_size(int fd, uint64_t *ret);

/* Read up to @len bytes at @offset; *ret_len is smaller only at the end of the file. */
pl_status pl_file_pread(int fd, void *data, size_t len, uint64_t offset, size_t *ret_len);
/* Append the whole file to @out. PL_E_TOOBIG beyond @out's maximum. */
pl_status pl_file_read(int dir, const char *path, struct pl_buf *out);
pl_status pl_file_read_fd(int fd, struct pl_buf *out);

pl_status pl_file_pwrite(int fd, const void *data, size_t len, uint64_t offset);
/* Write at the present position (pipes, temporary files). */
pl_status pl_file_write(int fd, const void *data, size_t len);
pl_status pl_file_datasync(int fd);
pl_status pl_file_sync(int fd);
pl_status pl_file_truncate(int fd, uint64_t size);
/* Rename within @dir and fsync @dir's affected directories when @durable. */
pl_status pl_file_rename(int dir, const char *from, const char *to, bool durable);
/* Give the file @from below @from_dir the second name @to below @to_dir (a hard link), durably. PL_E_EXISTS; PL_E_IO and
 * PL_E_ACCESS where the file system has no such names, or another one. */
pl_status pl_file_link(int from_dir, const char *from, int to_dir, const char *to);
pl_status pl_file_unlink(int dir, const char *path);
/* Remove from the directory @path what pl_file_put and pl_file_put_loose leave there when they are killed. Only for whoever knows that nobody
 * puts anything there now. What cannot be removed stays. */
void pl_file_sweep(int dir, const char *path);
/* fsync the directory that holds @path below @dir. */
pl_status pl_file_sync_parent(int dir, const char *path);

enum pl_file_put_mode {
	PL_FILE_REPLACE, /* whatever was there */
	PL_FILE_NEW,     /* PL_E_EXISTS if the name is taken */
};
/* Durable whole-file write of @data as @path below @dir (see 3 above). Parents must exist. */
pl_status pl_file_put(int dir, const char *path, pl_bytes data, mode_t mode, enum pl_file_put_mode how);
/* The same without any fsync, for files that can be made again from something durable. */
pl_status pl_file_put_loose(int dir, const char *path, pl_bytes data, mode_t mode);

/* Exclusive open-file-description lock on the whole file, held until the last copy of @fd closes. PL_E_BUSY if somebody
 * else has it after @wait_ns (0: try once). */
pl_status pl_file_lock(int fd, uint64_t wait_ns);
pl_status pl_file_unlock(int fd);
/* PL_E_UNSUPPORTED (and words, with the path) if @fd lies on NFS, CephFS, FUSE, SMB or another file system whose locks or fsync we
 * cannot trust. */
pl_status pl_file_require_local(int fd, struct pl_diag *diag);
/* The same for what is to be made as @path below @dir: what is there, or the nearest directory above it. Nothing is made. */
pl_status pl_file_require_local_at(int dir, const char *path, struct pl_diag *diag);
/* The same for the number that statfs(2) calls f_type; pure. Numbers that are not known count as local. */
pl_status pl_file_judge_system(uint32_t type, struct pl_diag *diag);
/* Which file it is, as it was when it was looked at: one that was replaced or written has another. */
struct pl_file_id {
	uint64_t device, inode, size;
	int64_t seconds, nanoseconds; /* when it was changed last */
};
/* Of the file that @path leads to. PL_E_NOTFOUND. */
pl_status pl_file_look(int dir, const char *path, struct pl_file_id *ret);
bool pl_file_id_eq(const struct pl_file_id *a, const struct pl_file_id *b);
/* Do the two lie on one file system? */
pl_status pl_file_same_device(int fd_a, int fd_b, bool *ret);

/* ---- faults (tests only) ---- */

enum pl_file_op {
	PL_FILE_OP_CREATE, PL_FILE_OP_WRITE, PL_FILE_OP_SYNC, PL_FILE_OP_SYNC_DIR,
	PL_FILE_OP_RENAME, PL_FILE_OP_UNLINK, PL_FILE_OP_TRUNCATE, PL_FILE_OP_MKDIR,
};

/* One mutation about to happen. @fd is the file (or -1), @dir + @path name it where a name is used. */
struct pl_file_event {
	enum pl_file_op op;
	int fd, dir;
	const char *path, *path_to;
	pl_bytes data;
	uint64_t offset;
};

/* What to do instead: 0 = do it; > 0 = fail with this errno; PL_FILE_LOSE = report success and do nothing. @short_len may
 * be lowered to write only the front of event->data and then fail with the errno returned. */
#define PL_FILE_LOSE (-1)
typedef int (*pl_file_hook)(void *ctx, const struct pl_file_event *event, size_t *short_len);
/* NULL removes it; a call that is under way may still ask the one before, with the new @ctx. */
void pl_file_set_hook(pl_file_hook hook, void *ctx);

#endif
