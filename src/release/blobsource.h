/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/blobsource: the bytes of one git blob, in pieces.
 *
 * Small blobs come whole from libgit2, which checks their name. libgit2 can stream loose objects only, so a large packed
 * one comes from `git cat-file`, which streams it in constant memory; there its length is checked, and its content by
 * the SHA-256 that goes into the manifest. Included only within this room.
 */
#ifndef PL_RELEASE_BLOBSOURCE_H
#define PL_RELEASE_BLOBSOURCE_H
#include "release/repository.h"

typedef pl_status (*pl_blobsource_fn)(void *ctx, pl_bytes piece);

pl_status pl_blobsource_size(struct pl_repository *r, const git_oid *oid, uint64_t *ret, struct pl_diag *diag);
/* Append the whole (small) blob to @out. */
pl_status pl_blobsource_bytes(struct pl_repository *r, const git_oid *oid, struct pl_buf *out, struct pl_diag *diag);
/* Hand all @size bytes to @fn in pieces. */
pl_status pl_blobsource_stream(struct pl_repository *r, const git_oid *oid, uint64_t size, pl_blobsource_fn fn,
	void *ctx, struct pl_diag *diag);

#endif
