/* SPDX-License-Identifier: Apache-2.0 */
/* store/blob_engine: what blob.c asks of an engine. Inside this room only. */
#ifndef PL_STORE_BLOB_ENGINE_H
#define PL_STORE_BLOB_ENGINE_H
#include "store/blob.h"

#define PL_BLOB_PIECE ((size_t)256 << 10) /* bytes moved at once */
#define PL_BLOB_NAME 73u                  /* "sha256/ab/", 62 digits, NUL */

struct pl_blob_ops {
	void (*close)(struct pl_blob *b);
	pl_status (*put)(struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret,
		uint64_t *ret_size);
	pl_status (*head)(struct pl_blob *b, const struct pl_digest *d, uint64_t *ret_size);
	/* @len bytes from @offset on, fewer at the end; PL_E_RANGE if @offset is beyond it. */
	pl_status (*range)(struct pl_blob *b, const struct pl_digest *d, uint64_t offset, uint64_t len,
		pl_blob_write_fn write, void *ctx);
	pl_status (*remove)(struct pl_blob *b, const struct pl_digest *d);
	pl_status (*list)(struct pl_blob *b, pl_blob_list_fn fn, void *ctx);
	pl_status (*sweep)(struct pl_blob *b, uint64_t before, uint64_t *ret_removed);
};

/* Engines put theirs behind it. */
struct pl_blob {
	const struct pl_blob_ops *ops;
	char *label;
};

pl_status pl_blob_dir_open(pl_str path, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret);
pl_status pl_blob_s3_open(pl_str url, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret);

/* "sha256/ab/cdef..." */
void pl_blob_name(const struct pl_digest *d, char out[static PL_BLOB_NAME]);
/* The digest of such a name; PL_E_SYNTAX for any other. */
pl_status pl_blob_name_parse(pl_str name, struct pl_digest *ret);

#endif
