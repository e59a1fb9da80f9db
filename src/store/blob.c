/* SPDX-License-Identifier: Apache-2.0 */
#include "store/blob.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include "store/blob_engine.h"
#include <errno.h>
#include <unistd.h>

static const char prefix[] = "sha256/";

void pl_blob_name(const struct pl_digest *d, char out[static PL_BLOB_NAME])
{
	char hex[2 * PL_DIGEST_LEN + 1];

	pl_digest_hex(d, hex);
	memcpy(out, prefix, 7);
	memcpy(out + 7, hex, 2);
	out[9] = '/';
	memcpy(out + 10, hex + 2, 62);
	out[PL_BLOB_NAME - 1] = '\0';
}

pl_status pl_blob_name_parse(pl_str name, struct pl_digest *ret)
{
	char hex[2 * PL_DIGEST_LEN];

	if (name.len != PL_BLOB_NAME - 1 || !pl_str_eat(&name, PL_STR("sha256/")) || name.ptr[2] != '/')
		return PL_E_SYNTAX;
	memcpy(hex, name.ptr, 2);
	memcpy(hex + 2, name.ptr + 3, 62);
	return pl_hex_read(pl_str_of(hex, sizeof hex), ret->b, sizeof ret->b);
}

pl_status pl_blob_open(pl_str url, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret)
{
	static const struct pl_blob_options defaults = {0};
	struct pl_blob *b;
	pl_str rest = url;
	pl_status st;

	if (!opt)
		opt = &defaults;
	if (pl_str_eat(&rest, PL_STR("dir:"))) {
		st = pl_blob_dir_open(rest, opt, diag, &b);
	} else if (pl_str_eat(&rest, PL_STR("s3:"))) {
		st = pl_blob_s3_open(rest, opt, diag, &b);
	} else {
		pl_diag_hint(diag, "write dir:/absolute/path or s3:http://host:port/bucket");
		st = pl_diag_set(diag, PL_E_SYNTAX, "this is not the address of a blob store");
	}
	if (st)
		return st;
	b->label = pl_alloc(url.len + 1, 1);
	memcpy(b->label, url.ptr, url.len);
	*ret = b;
	return PL_OK;
}

void pl_blob_close(struct pl_blob *b)
{
	if (!b)
		return;
	pl_free(b->label);
	b->ops->close(b);
}

void pl_blob_closep(struct pl_blob **b)
{
	pl_blob_close(*b);
	*b = NULL;
}

const char *pl_blob_label(const struct pl_blob *b)
{
	return b->label;
}

/* ---- putting ---- */

pl_status pl_blob_put(
	struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret, uint64_t *ret_size)
{
	struct pl_digest d;
	uint64_t size = 0;
	pl_status st = b->ops->put(b, read, ctx, max, &d, &size);

	if (st)
		return st;
	*ret = d;
	if (ret_size)
		*ret_size = size;
	return PL_OK;
}

static pl_status read_bytes(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	pl_bytes *rest = ctx;
	size_t n = rest->len < size ? rest->len : size;

	if (n)
		memcpy(out, rest->ptr, n);
	rest->ptr += n;
	rest->len -= n;
	*ret_len = n;
	return PL_OK;
}

pl_status pl_blob_put_bytes(struct pl_blob *b, pl_bytes data, struct pl_digest *ret)
{
	pl_bytes rest = {data.ptr ? data.ptr : (const uint8_t *)"", data.len};

	return pl_blob_put(b, read_bytes, &rest, data.len, ret, NULL);
}

static pl_status read_fd(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	const int *fd = ctx;
	ssize_t n;

	do
		n = read(*fd, out, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return pl_status_from_errno(errno);
	*ret_len = (size_t)n;
	return PL_OK;
}

pl_status pl_blob_put_fd(struct pl_blob *b, int fd, uint64_t max, struct pl_digest *ret, uint64_t *ret_size)
{
	return pl_blob_put(b, read_fd, &fd, max, ret, ret_size);
}

/* ---- getting ---- */

pl_status pl_blob_head(struct pl_blob *b, const struct pl_digest *d, uint64_t *ret_size)
{
	return b->ops->head(b, d, ret_size);
}

pl_status pl_blob_get_range(
	struct pl_blob *b, const struct pl_digest *d, uint64_t offset, uint64_t len, pl_blob_write_fn write, void *ctx)
{
	return b->ops->range(b, d, offset, len, write, ctx);
}

struct checking {
	struct pl_sha256 *hash;
	pl_blob_write_fn write;
	void *ctx;
};

static pl_status hash_and_pass(void *ctx, pl_bytes piece)
{
	struct checking *c = ctx;

	pl_sha256_update(c->hash, piece);
	return c->write ? c->write(c->ctx, piece) : PL_OK;
}

pl_status pl_blob_get(struct pl_blob *b, const struct pl_digest *d, pl_blob_write_fn write, void *ctx)
{
	struct pl_sha256 *hash PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	struct checking c = {.hash = hash, .write = write, .ctx = ctx};
	struct pl_digest found;
	pl_status st = b->ops->range(b, d, 0, UINT64_MAX, hash_and_pass, &c);

	if (st)
		return st;
	pl_sha256_final(hash, &found);
	return pl_digest_eq(&found, d) ? PL_OK : PL_E_CORRUPT;
}

static pl_status into_buf(void *ctx, pl_bytes piece)
{
	struct pl_buf *out = ctx;

	if (piece.len > out->max - out->len)
		return PL_E_TOOBIG;
	pl_buf_put_bytes(out, piece);
	return pl_buf_status(out);
}

pl_status pl_blob_get_bytes(struct pl_blob *b, const struct pl_digest *d, struct pl_buf *out)
{
	size_t before = out->len;
	pl_status st = pl_blob_get(b, d, into_buf, out);

	if (st)
		pl_buf_truncate(out, before);
	return st;
}

static pl_status into_fd(void *ctx, pl_bytes piece)
{
	const int *fd = ctx;

	return pl_file_write(*fd, piece.ptr, piece.len);
}

pl_status pl_blob_get_fd(struct pl_blob *b, const struct pl_digest *d, int fd)
{
	return pl_blob_get(b, d, into_fd, &fd);
}

pl_status pl_blob_check(struct pl_blob *b, const struct pl_digest *d)
{
	return pl_blob_get(b, d, NULL, NULL);
}

/* ---- upkeep ---- */

pl_status pl_blob_delete(struct pl_blob *b, const struct pl_digest *d)
{
	pl_status st = b->ops->remove(b, d);

	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_blob_list(struct pl_blob *b, pl_blob_list_fn fn, void *ctx)
{
	return b->ops->list(b, fn, ctx);
}

pl_status pl_blob_sweep(struct pl_blob *b, uint64_t age_ns, uint64_t *ret_removed)
{
	uint64_t now = pl_time_now(), removed = 0;
	pl_status st = b->ops->sweep(b, now > age_ns ? now - age_ns : 0, &removed);

	if (ret_removed)
		*ret_removed = removed;
	return st;
}
