/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest_file.h"
#include "base/file.h"

#define PIECE ((size_t)256 * 1024)

pl_status pl_digest_file(int fd, struct pl_digest *ret)
{
	struct pl_sha256 *h PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	uint8_t *piece = pl_alloc(1, PIECE);
	size_t got = 1;
	pl_status st = PL_OK;

	for (uint64_t at = 0; st == PL_OK && got; at += got) {
		st = pl_file_pread(fd, piece, PIECE, at, &got);
		if (st == PL_OK)
			pl_sha256_update(h, pl_bytes_of(piece, got));
	}
	pl_free(piece);
	if (st == PL_OK)
		pl_sha256_final(h, ret);
	return st;
}
