/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/snapshot: one commit of a git repository as two files that anyone can make again, byte for byte.
 *
 *  - the manifest: one line per file with mode, size, SHA-256 and path (docs/formats/snapshot.md),
 *  - the archive: a pax tar of the same files (release/archive.h).
 *
 * What always holds:
 *  1. Both are functions of the commit alone: no configuration, attribute, filter, work tree, clock, locale or user
 *     takes part. The blobs are taken as they are stored.
 *  2. Nothing in the repository is executed, and nothing outside of it is read because the repository says so, except
 *     git's own object directories (alternates).
 *  3. A name that could not be unpacked safely (empty, ".", "..", ".git", with '/' or NUL, out of order, doubled) and a
 *     submodule are refused with their path. A symbolic link is kept as what it is: a text.
 *  4. Owner checks of libgit2 are satisfied for this one repository only, so that root may read somebody else's clone.
 *
 * One snapshot may be open at a time in a process (libgit2's search path is global); not for use by several threads.
 */
#ifndef PL_RELEASE_SNAPSHOT_H
#define PL_RELEASE_SNAPSHOT_H
#include "base/base.h"
#include "crypto/digest.h"

#define PL_SNAPSHOT_FILES_MAX 1000000u
#define PL_SNAPSHOT_PATH_MAX 4095u
#define PL_SNAPSHOT_DEPTH_MAX 128u
#define PL_SNAPSHOT_FILE_MAX (UINT64_C(1) << 40)

struct pl_snapshot;

struct pl_snapshot_info {
	char commit[65]; /* object ids in hex, NUL-terminated */
	char tree[65];
	uint64_t time;   /* committer's time, whole seconds since 1970 */
	bool bare;
	bool shallow;
	bool dirty;      /* the work tree differs from the commit; only asked for when the commit is HEAD */
};

struct pl_snapshot_result {
	struct pl_digest manifest, archive;
	uint64_t manifest_size, archive_size;
	uint64_t files, bytes; /* number and total size of the files */
};

/* Called now and then with the bytes done and the bytes in all; may be NULL. */
typedef void (*pl_snapshot_progress)(void *ctx, uint64_t done, uint64_t total);

/* Open the repository at @path (a work tree, its .git, or a bare repository) at @rev (a branch, tag or commit; NULL is
 * HEAD). PL_E_NOTFOUND, PL_E_CORRUPT, PL_E_UNSUPPORTED with words in @diag. */
pl_status pl_snapshot_open(const char *path, const char *rev, struct pl_snapshot **ret, struct pl_diag *diag);
void pl_snapshot_close(struct pl_snapshot *s);
void pl_snapshot_closep(struct pl_snapshot **s);
/* Lives as long as @s. */
const struct pl_snapshot_info *pl_snapshot_info(const struct pl_snapshot *s);

/* Write manifest and archive to the two (empty) files; a file's bytes pass through in pieces. */
pl_status pl_snapshot_write(struct pl_snapshot *s, int manifest_fd, int archive_fd, pl_snapshot_progress progress,
	void *progress_ctx, struct pl_snapshot_result *ret, struct pl_diag *diag);

#endif
