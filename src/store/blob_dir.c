/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/blob_dir: blobs as files, DIR/sha256/<2 hex>/<62 hex>, mode 0444.
 *
 * The order of a put, each step after the one before has succeeded: write DIR/tmp/<ulid>, fsync it, rename it to its
 * name, fsync the directory that holds the name. A name is therefore never seen with half a content, and what a put has
 * answered survives a power cut. An existing file is replaced, which mends one that has rotted.
 */
#include "base/file.h"
#include "base/time.h"
#include "base/ulid.h"
#include "store/blob_engine.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_NAME (4 + PL_ULID_TEXT + 1)
#define MAX_NAMES ((size_t)1 << 22) /* in one of the 256 directories */

struct dir {
	struct pl_blob base;
	int fd;
};

static struct dir *dir_of(struct pl_blob *b)
{
	return (struct dir *)(void *)b;
}

/* ---- putting ---- */

static void temp_name(char out[static TEMP_NAME])
{
	struct pl_ulid id = pl_ulid_new();

	memcpy(out, "tmp/", 4);
	pl_ulid_write(&id, out + 4);
}

/* Copy the source into @fd, hashing. */
static pl_status copy_in(
	int fd, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret, uint64_t *ret_size)
{
	struct pl_sha256 *hash PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	uint8_t *piece = pl_alloc(PL_BLOB_PIECE, 1);
	pl_status st = PL_OK;
	size_t n = 1;

	*ret_size = 0;
	while (!st && n > 0) {
		n = 0;
		st = read(ctx, piece, PL_BLOB_PIECE, &n);
		if (!st && n > max - *ret_size)
			st = PL_E_TOOBIG;
		if (!st && n > 0) {
			pl_sha256_update(hash, pl_bytes_of(piece, n));
			st = pl_file_write(fd, piece, n);
			*ret_size += n;
		}
	}
	pl_free(piece);
	if (!st)
		pl_sha256_final(hash, ret);
	return st;
}

static pl_status place(struct dir *dir, const char *temp, const struct pl_digest *d)
{
	char name[PL_BLOB_NAME], parent[10];
	pl_status st;

	pl_blob_name(d, name);
	memcpy(parent, name, 9);
	parent[9] = '\0';
	st = pl_file_mkdirs(dir->fd, parent, 0755);
	return st ? st : pl_file_rename(dir->fd, temp, name, true);
}

static pl_status put(
	struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret, uint64_t *ret_size)
{
	struct dir *dir = dir_of(b);
	int fd PL_CLEANUP(pl_file_close) = -1;
	char temp[TEMP_NAME];
	int keep;
	pl_status st;

	temp_name(temp);
	st = pl_file_open(dir->fd, temp, O_WRONLY | O_CREAT | O_EXCL, 0444, &fd);
	if (st)
		return st;
	st = copy_in(fd, read, ctx, max, ret, ret_size);
	if (!st)
		st = pl_file_sync(fd);
	if (!st)
		st = place(dir, temp, ret);
	if (st) {
		keep = errno;
		(void)unlinkat(dir->fd, temp, 0);
		errno = keep;
	}
	return st;
}

/* ---- getting ---- */

static pl_status open_blob(struct dir *dir, const struct pl_digest *d, int *ret_fd, uint64_t *ret_size)
{
	char name[PL_BLOB_NAME];
	pl_status st;

	pl_blob_name(d, name);
	st = pl_file_open(dir->fd, name, O_RDONLY, 0, ret_fd);
	return st ? st : pl_file_size(*ret_fd, ret_size);
}

static pl_status head(struct pl_blob *b, const struct pl_digest *d, uint64_t *ret_size)
{
	int fd PL_CLEANUP(pl_file_close) = -1;

	return open_blob(dir_of(b), d, &fd, ret_size);
}

static pl_status copy_out(int fd, uint64_t offset, uint64_t len, pl_blob_write_fn write, void *ctx)
{
	uint8_t *piece = pl_alloc(PL_BLOB_PIECE, 1);
	pl_status st = PL_OK;
	size_t n = 1;

	while (!st && n > 0 && len > 0) {
		size_t want = len < PL_BLOB_PIECE ? (size_t)len : PL_BLOB_PIECE;

		st = pl_file_pread(fd, piece, want, offset, &n);
		if (!st && n > 0)
			st = write(ctx, pl_bytes_of(piece, n));
		offset += n;
		len -= n;
	}
	pl_free(piece);
	return st;
}

static pl_status range(
	struct pl_blob *b, const struct pl_digest *d, uint64_t offset, uint64_t len, pl_blob_write_fn write, void *ctx)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint64_t size;
	pl_status st = open_blob(dir_of(b), d, &fd, &size);

	if (st)
		return st;
	return offset > size ? PL_E_RANGE : copy_out(fd, offset, len, write, ctx);
}

static pl_status remove_blob(struct pl_blob *b, const struct pl_digest *d)
{
	struct dir *dir = dir_of(b);
	char name[PL_BLOB_NAME];
	pl_status st;

	pl_blob_name(d, name);
	st = pl_file_unlink(dir->fd, name);
	return st ? st : pl_file_sync_parent(dir->fd, name);
}

/* ---- listing ---- */

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, PL_DIGEST_LEN);
}

static pl_status open_stream(int at, const char *name, DIR **ret)
{
	int fd = -1;
	pl_status st = pl_file_open_dir(at, name, &fd);

	if (st)
		return st;
	*ret = fdopendir(fd);
	if (*ret)
		return PL_OK;
	pl_file_close(&fd);
	return PL_E_NOMEM;
}

/* The digests in one of the 256 directories, sorted; names that are none of ours are left out. */
static pl_status read_names(struct dir *dir, const char *parent, struct pl_buf *out)
{
	struct dirent *e;
	DIR *stream;
	pl_status st = open_stream(dir->fd, parent, &stream);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	while (errno = 0, (e = readdir(stream))) {
		char name[PL_BLOB_NAME];
		struct pl_digest d;

		if (strlen(e->d_name) != 62)
			continue;
		(void)snprintf(name, sizeof name, "%s/%.62s", parent, e->d_name);
		if (!pl_blob_name_parse(pl_str_from(name), &d))
			pl_buf_put(out, d.b, sizeof d.b);
	}
	if (errno)
		st = pl_status_from_errno(errno);
	(void)closedir(stream);
	if (!st)
		st = pl_buf_status(out);
	if (!st && out->len)
		qsort(out->ptr, out->len / PL_DIGEST_LEN, PL_DIGEST_LEN, by_bytes);
	return st;
}

static uint64_t ns_of(const struct timespec *t)
{
	return t->tv_sec < 0 ? 0 : (uint64_t)t->tv_sec * PL_SECOND + (uint64_t)t->tv_nsec;
}

/* A copy of the directory may bring old times of writing with it: the last change of the inode counts, too. */
static pl_status look(struct pl_blob *b, struct pl_blob_item *item)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct stat s;
	pl_status st = open_blob(dir_of(b), &item->digest, &fd, &item->size);

	if (st)
		return st;
	if (fstat(fd, &s))
		return PL_E_IO;
	item->since = ns_of(&s.st_mtim) > ns_of(&s.st_ctim) ? ns_of(&s.st_mtim) : ns_of(&s.st_ctim);
	return PL_OK;
}

static pl_status tell(struct pl_blob *b, const struct pl_buf *names, pl_blob_list_fn fn, void *ctx)
{
	for (size_t i = 0; i < names->len; i += PL_DIGEST_LEN) {
		struct pl_blob_item item;
		pl_status st;

		memcpy(item.digest.b, names->ptr + i, sizeof item.digest.b);
		st = look(b, &item);
		if (!st)
			st = fn(ctx, &item);
		else if (st == PL_E_NOTFOUND) /* removed since */
			st = PL_OK;
		if (st)
			return st;
	}
	return PL_OK;
}

static pl_status list(struct pl_blob *b, pl_blob_list_fn fn, void *ctx)
{
	struct pl_buf names PL_CLEANUP(pl_buf_done) = PL_BUF(MAX_NAMES * PL_DIGEST_LEN);
	char parent[10];
	pl_status st = PL_OK;

	for (unsigned i = 0; !st && i < 256; i++) {
		(void)snprintf(parent, sizeof parent, "sha256/%02x", i);
		pl_buf_clear(&names);
		st = read_names(dir_of(b), parent, &names);
		if (!st)
			st = tell(b, &names, fn, ctx);
	}
	return st;
}

static pl_status sweep(struct pl_blob *b, uint64_t before, uint64_t *ret_removed)
{
	struct dirent *e;
	DIR *stream;
	pl_status st = open_stream(dir_of(b)->fd, "tmp", &stream);

	if (st)
		return st;
	while (errno = 0, (e = readdir(stream))) {
		struct pl_ulid id;

		if (pl_ulid_parse(pl_str_from(e->d_name), &id) || pl_ulid_ms(&id) >= before / PL_MILLISECOND)
			continue;
		if (unlinkat(dirfd(stream), e->d_name, 0) == 0)
			++*ret_removed;
	}
	if (errno)
		st = pl_status_from_errno(errno);
	(void)closedir(stream);
	return st;
}

/* ---- opening ---- */

static void close_dir(struct pl_blob *b)
{
	pl_file_close(&dir_of(b)->fd);
	pl_free(dir_of(b));
}

static const struct pl_blob_ops ops = {
	.close = close_dir,
	.put = put,
	.head = head,
	.range = range,
	.remove = remove_blob,
	.list = list,
	.sweep = sweep,
};

static pl_status prepare(const char *path, bool create, struct pl_diag *diag, int *ret_fd)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_require_local_at(AT_FDCWD, path, diag);

	if (!st && create)
		st = pl_file_mkdirs(AT_FDCWD, path, 0700);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, path, &fd);
	if (!st)
		st = pl_file_mkdirs(fd, "tmp", 0700);
	if (!st)
		st = pl_file_mkdirs(fd, "sha256", 0755);
	if (st == PL_E_NOTFOUND)
		pl_diag_hint(diag, "make the instance first, or correct the path");
	if (st)
		return pl_diag_set(diag, st, "cannot use the blob directory %s: %s", path, pl_status_text(st));
	*ret_fd = fd;
	fd = -1;
	return PL_OK;
}

pl_status pl_blob_dir_open(pl_str path, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret)
{
	char z[4096];
	struct dir *dir;
	int fd;
	pl_status st = pl_str_z(path, z, sizeof z);

	if (st || z[0] != '/') {
		pl_diag_hint(diag, "write dir:/absolute/path");
		return pl_diag_set(diag, PL_E_SYNTAX, "the path of the blob directory must be absolute");
	}
	st = prepare(z, opt->create, diag, &fd);
	if (st)
		return st;
	dir = PL_NEW(struct dir);
	dir->base.ops = &ops;
	dir->fd = fd;
	*ret = &dir->base;
	return PL_OK;
}
