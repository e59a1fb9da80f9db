/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/archive: the canonical archive, a narrow, fully determined subset of pax tar (POSIX.1-2001).
 *
 * Written: one global header (comment=<commit>, as `git archive` does), then for every file in byte order of its path
 * an extended header only where ustar's fields are too small, then the ustar header and the data, then two blocks of
 * zeros. mtime is the commit's time, uid and gid are 0, names of owner and group are empty, modes are 0644, 0755 and
 * 0777 (symbolic links). Directories are not written. docs/formats/snapshot.md has the layout.
 *
 * Read: only what could have been written; anything else is refused. An archive comes from outside, so unpacking
 *  1. opens every directory below the target one component at a time and follows no symbolic link,
 *  2. creates files exclusively and makes the symbolic links last, so that no file is written through one,
 *  3. is bounded in files, bytes and path length.
 */
#ifndef PL_RELEASE_ARCHIVE_H
#define PL_RELEASE_ARCHIVE_H
#include "base/base.h"

enum pl_archive_kind { PL_ARCHIVE_FILE, PL_ARCHIVE_EXEC, PL_ARCHIVE_LINK };

struct pl_archive_entry {
	enum pl_archive_kind kind;
	pl_str path;
	pl_str target; /* of a symbolic link; else empty */
	uint64_t size; /* of a file; 0 for a link */
};

struct pl_archive_limits {
	uint64_t files, bytes;
	uint32_t owner; /* give everything to this user and group; 0 = the caller's (needs root otherwise) */
};

/* Append the header block(s) of the whole archive, or of one entry. */
void pl_archive_put_start(struct pl_buf *out, pl_str commit, uint64_t mtime);
void pl_archive_put_entry(struct pl_buf *out, const struct pl_archive_entry *e, uint64_t mtime);
/* Append the zeros that fill the last block of @size bytes of data. */
void pl_archive_put_padding(struct pl_buf *out, uint64_t size);
void pl_archive_put_end(struct pl_buf *out);

/* May @path be unpacked? No empty, "." or ".." component, no ".git" in any case, no NUL, not absolute, bounded. */
bool pl_archive_path_ok(pl_str path);

/* Unpack the canonical archive @fd (from its start) into the empty directory @dir. @ret_mtime may be NULL.
 * PL_E_SYNTAX with the offset in @diag for anything not canonical; the directory is then half full. */
pl_status pl_archive_unpack(int fd, int dir, const struct pl_archive_limits *limits, uint64_t *ret_mtime,
	struct pl_diag *diag);

#endif
