/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/blob: bytes named by their SHA-256, in a directory or in an S3 bucket.
 *
 * What always holds:
 *  1. A blob is there whole or not at all; what has been put once never changes.
 *  2. Memory of one transfer is constant (well below 32 MB), whatever the size.
 *  3. After PL_OK from a put the bytes are durable and whole: what had rotted under their name has been mended. Putting
 *     the same bytes again is PL_OK.
 *  4. A whole read is checked against the digest: PL_E_CORRUPT, and what had been handed on must be thrown away.
 *
 * A directory keeps DIR/sha256/<2 hex>/<62 hex>, mode 0444; a bucket keeps <prefix>sha256/<2 hex>/<62 hex>. S3 puts
 * up to 64 MiB go in one request with If-None-Match; larger ones by parts to a temporary key and a copy inside the
 * server. A 5xx or a time-out means "unknown": the object is read and compared.
 *
 * Threads: any thread, any number of calls at once.
 */
#ifndef PL_STORE_BLOB_H
#define PL_STORE_BLOB_H
#include "base/base.h"
#include "crypto/digest.h"

struct pl_blob;

struct pl_blob_options {
	/* S3 credentials; NULL: $PL_S3_KEY and $PL_S3_SECRET, then the files s3-key and s3-secret below
	 * $CREDENTIALS_DIRECTORY. */
	const char *s3_key, *s3_secret;
	const char *spool;      /* directory for the pieces of S3 uploads (up to 64 MiB each); NULL = /var/tmp */
	uint64_t timeout_ns;    /* without any progress; 0 = 60 s */
	unsigned tries;         /* of each S3 request; 0 = 5 */
	bool create;            /* make the directory (0700) or the bucket if it is not there */
};

/* Open "dir:/absolute/path" or "s3:http[s]://host[:port]/bucket[/prefix][?region=R]" (path style, region us-east-1
 * unless said; no credentials in it). PL_E_SYNTAX, PL_E_NOTFOUND, PL_E_ACCESS, PL_E_BUSY (cannot be reached),
 * PL_E_UNSUPPORTED (directory on a file system we cannot trust); @diag says which. @opt may be NULL. */
pl_status pl_blob_open(pl_str url, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret);
void pl_blob_close(struct pl_blob *b);
/* For PL_CLEANUP. */
void pl_blob_closep(struct pl_blob **b);
/* The URL it was opened with; lives as long as @b. */
const char *pl_blob_label(const struct pl_blob *b);

/* Give up to @size bytes at @out; *ret_len 0 = end. */
typedef pl_status (*pl_blob_read_fn)(void *ctx, uint8_t *out, size_t size, size_t *ret_len);
/* Take the next piece. */
typedef pl_status (*pl_blob_write_fn)(void *ctx, pl_bytes piece);

/* Store what @read gives, at most @max bytes (PL_E_TOOBIG beyond; nothing is kept). @ret_size may be NULL.
 * PL_E_NOSPACE, PL_E_IO, PL_E_BUSY (S3 cannot be reached; try again: a put is idempotent), PL_E_ACCESS, or @read's
 * own failure. */
pl_status pl_blob_put(struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret,
	uint64_t *ret_size);
pl_status pl_blob_put_bytes(struct pl_blob *b, pl_bytes data, struct pl_digest *ret);
/* From the present position of @fd to its end. */
pl_status pl_blob_put_fd(struct pl_blob *b, int fd, uint64_t max, struct pl_digest *ret, uint64_t *ret_size);

/* Is it there, and how long? PL_E_NOTFOUND. */
pl_status pl_blob_head(struct pl_blob *b, const struct pl_digest *d, uint64_t *ret_size);
/* Hand all of it to @write in order. PL_E_NOTFOUND; PL_E_CORRUPT (after the last piece); PL_E_BUSY. */
pl_status pl_blob_get(struct pl_blob *b, const struct pl_digest *d, pl_blob_write_fn write, void *ctx);
/* Append all of it to @out, checked; PL_E_TOOBIG beyond @out's maximum; @out is as before on failure. */
pl_status pl_blob_get_bytes(struct pl_blob *b, const struct pl_digest *d, struct pl_buf *out);
/* Write all of it at the present position of @fd, checked. */
pl_status pl_blob_get_fd(struct pl_blob *b, const struct pl_digest *d, int fd);
/* Hand bytes @offset .. @offset + @len (capped at the end) to @write. A part cannot be checked against the digest of
 * the whole: the reader must do that. PL_E_RANGE if @offset is beyond the end. */
pl_status pl_blob_get_range(struct pl_blob *b, const struct pl_digest *d, uint64_t offset, uint64_t len,
	pl_blob_write_fn write, void *ctx);
/* Read it all and compare: PL_OK, PL_E_NOTFOUND, PL_E_CORRUPT. */
pl_status pl_blob_check(struct pl_blob *b, const struct pl_digest *d);
/* Remove (withheld and erased bodies). PL_OK if it was not there. A bucket with versions keeps the old one: do not
 * use one. */
pl_status pl_blob_delete(struct pl_blob *b, const struct pl_digest *d);

/* One that is there. */
struct pl_blob_item {
	struct pl_digest digest;
	uint64_t size, since; /* since: ns, when the store got it, by the store's clock; PL_BLOB_SINCE_NEVER: it does not say */
};
#define PL_BLOB_SINCE_NEVER UINT64_MAX
/* Tell @fn of every blob in ascending order of the digest; a status other than PL_OK from @fn ends it and comes
 * back. Files and objects that are none of ours are left out. @fn may ask the store and remove what it is told of. */
typedef pl_status (*pl_blob_list_fn)(void *ctx, const struct pl_blob_item *item);
pl_status pl_blob_list(struct pl_blob *b, pl_blob_list_fn fn, void *ctx);
/* Remove what broken-off puts left behind and is older than @age_ns: temporary files, temporary objects, unfinished
 * multipart uploads. @ret_removed may be NULL. */
pl_status pl_blob_sweep(struct pl_blob *b, uint64_t age_ns, uint64_t *ret_removed);

#endif
