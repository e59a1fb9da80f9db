/* SPDX-License-Identifier: Apache-2.0 */
#include "release/blobsource.h"
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WHOLE_MAX ((uint64_t)8 << 20)
#define PIECE ((size_t)128 * 1024)

pl_status pl_blobsource_size(struct pl_repository *r, const git_oid *oid, uint64_t *ret, struct pl_diag *diag)
{
	git_object_t type;
	size_t size;
	int code = git_odb_read_header(&size, &type, pl_repository_odb(r), oid);

	if (code)
		return pl_repository_error(code, "its content is not in the repository", diag);
	if (type != GIT_OBJECT_BLOB)
		return pl_diag_set(diag, PL_E_CORRUPT, "its content is not a blob");
	*ret = size;
	return PL_OK;
}

static pl_status whole(struct pl_repository *r, const git_oid *oid, pl_blobsource_fn fn, void *ctx,
	struct pl_diag *diag)
{
	git_odb_object *object = NULL;
	int code = git_odb_read(&object, pl_repository_odb(r), oid);
	pl_status st;

	if (code)
		return pl_repository_error(code, "its content cannot be read", diag);
	st = fn(ctx, pl_bytes_of(git_odb_object_data(object), git_odb_object_size(object)));
	git_odb_object_free(object);
	return st;
}

static pl_status put_piece(void *ctx, pl_bytes piece)
{
	struct pl_buf *out = ctx;

	pl_buf_put_bytes(out, piece);
	return pl_buf_status(out);
}

pl_status pl_blobsource_bytes(struct pl_repository *r, const git_oid *oid, struct pl_buf *out, struct pl_diag *diag)
{
	return whole(r, oid, put_piece, out, diag);
}

static pl_status from_loose(git_odb_stream *stream, uint64_t *done, pl_blobsource_fn fn, void *ctx,
	struct pl_diag *diag)
{
	uint8_t piece[32768];
	pl_status st = PL_OK;

	while (st == PL_OK) {
		int n = git_odb_stream_read(stream, (char *)piece, sizeof piece);

		if (n < 0)
			return pl_repository_error(n, "its content cannot be read", diag);
		if (n == 0)
			return PL_OK;
		*done += (uint64_t)n;
		st = fn(ctx, pl_bytes_of(piece, (size_t)n));
	}
	return st;
}

static pl_status from_pipe(int fd, uint64_t size, uint64_t *done, pl_blobsource_fn fn, void *ctx)
{
	uint8_t *piece = pl_alloc(1, PIECE);
	pl_status st = PL_OK;

	while (st == PL_OK && *done <= size) {
		ssize_t n = read(fd, piece, PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			st = n < 0 ? pl_status_from_errno(errno) : PL_OK;
			break;
		}
		*done += (uint64_t)n;
		st = fn(ctx, pl_bytes_of(piece, (size_t)n));
	}
	pl_free(piece);
	return st;
}

/* `git cat-file blob`, told nothing but where the repository is and that it is safe. */
static pl_status start_git(struct pl_repository *r, const git_oid *oid, int out, pid_t *ret, struct pl_diag *diag)
{
	char hex[GIT_OID_HEXSZ + 1];
	const char *argv[] = {"git", "--git-dir", pl_repository_path(r), "-c", "core.bigFileThreshold=1m", "-c",
		"safe.directory=*", "cat-file", "blob", hex, NULL};
	const char *envp[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", NULL};
	const struct pl_child_spec spec = {.argv = argv, .envp = envp, .out_fd = out};

	git_oid_tostr(hex, sizeof hex, oid);
	return pl_child_start(&spec, ret, diag);
}

static pl_status from_git(struct pl_repository *r, const git_oid *oid, uint64_t size, uint64_t *done,
	pl_blobsource_fn fn, void *ctx, struct pl_diag *diag)
{
	struct pl_child_result end = {0};
	int fds[2];
	pid_t pid;
	pl_status st;

	if (pipe2(fds, O_CLOEXEC))
		return pl_status_from_errno(errno);
	st = start_git(r, oid, fds[1], &pid, diag);
	pl_file_close(&fds[1]);
	if (st == PL_OK) {
		st = from_pipe(fds[0], size, done, fn, ctx);
		pl_file_close(&fds[0]);
		if (pl_child_wait(pid, 10 * PL_SECOND, &end) != PL_OK)
			pl_child_end(pid, 0);
		else if (st == PL_OK && end.code != 0)
			st = pl_diag_set(diag, PL_E_CORRUPT, "git cat-file failed on it");
	}
	pl_file_close(&fds[0]);
	return st;
}

pl_status pl_blobsource_stream(struct pl_repository *r, const git_oid *oid, uint64_t size, pl_blobsource_fn fn,
	void *ctx, struct pl_diag *diag)
{
	git_odb_stream *stream = NULL;
	git_object_t type;
	size_t length;
	uint64_t done = 0;
	pl_status st;

	if (size <= WHOLE_MAX)
		return whole(r, oid, fn, ctx, diag);
	if (git_odb_open_rstream(&stream, &length, &type, pl_repository_odb(r), oid) == 0) {
		st = from_loose(stream, &done, fn, ctx, diag);
		git_odb_stream_free(stream);
	} else {
		st = from_git(r, oid, size, &done, fn, ctx, diag);
	}
	if (st == PL_OK && done != size)
		return pl_diag_set(diag, PL_E_CORRUPT, "its content has another length than git says");
	return st;
}
