/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sha256x: the hashes of RFC 6962 section 2.1, many at a time.
 *
 * Several implementations give the same answers: OpenSSL one by one, SHA-NI instructions, 8 lanes with AVX2, 16 lanes
 * with AVX-512. At the first use those that this processor has are measured for a millisecond or so, per function, and
 * the fastest is kept for the life of the process. PELLUCID_SHA256X=openssl|shani|avx2|avx512 in the environment forces
 * one where the processor has it (for tests and measurements). Callable from any thread. No heap.
 */
#ifndef PL_CRYPTO_SHA256X_H
#define PL_CRYPTO_SHA256X_H
#include "crypto/digest.h"

/* out[i] = SHA-256(0x00 || entries[i]) for @n entries of any lengths; neighbours of similar length go fastest. */
void pl_sha256x_leaves(const pl_bytes *entries, size_t n, struct pl_digest *out);
/* out[i] = SHA-256(0x01 || children[2 * i] || children[2 * i + 1]) for @n nodes. @out may be @children itself (a level
 * is folded in place), but may not overlap it in any other way. */
void pl_sha256x_nodes(const struct pl_digest *children, size_t n, struct pl_digest *out);

enum pl_sha256x_path {
	PL_SHA256X_OPENSSL, /* everywhere */
	PL_SHA256X_SHANI,
	PL_SHA256X_AVX2,
	PL_SHA256X_AVX512,
	PL_SHA256X_COUNT,
};

/* The stable name, for example "avx512". */
const char *pl_sha256x_name(enum pl_sha256x_path p);
/* Does this processor have it? */
bool pl_sha256x_has(enum pl_sha256x_path p);
/* Which one is in use for leaves and for nodes (measures if that has not happened). */
void pl_sha256x_chosen(enum pl_sha256x_path *ret_leaves, enum pl_sha256x_path *ret_nodes);
/* Use @p for both from now on (tests, measurements). PL_E_UNSUPPORTED if the processor lacks it. */
pl_status pl_sha256x_force(enum pl_sha256x_path p);

#endif
