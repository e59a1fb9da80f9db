/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/digest: SHA-256, and the name of a stored object, written "sha256:<64 lower-case hex digits>".
 *
 * Hashing cannot fail: OpenSSL's SHA-256 is fetched once, and a program that has none ends. Each thread keeps one
 * context and reuses it, so hashing is callable from any thread and allocates nothing after a thread's first call.
 */
#ifndef PL_CRYPTO_DIGEST_H
#define PL_CRYPTO_DIGEST_H
#include "base/base.h"

#define PL_DIGEST_LEN 32u
#define PL_DIGEST_TEXT 71u /* "sha256:" and 64 digits */

struct pl_digest {
	uint8_t b[PL_DIGEST_LEN];
};

/* Read @text into @ret. PL_E_SYNTAX for any other spelling; @ret is then untouched. */
pl_status pl_digest_parse(pl_str text, struct pl_digest *ret);
/* Append the spelling of @d to @out; a full @out shows in pl_buf_status(). */
void pl_digest_write(struct pl_buf *out, const struct pl_digest *d);
/* The spelling as a NUL-terminated string. */
void pl_digest_text(const struct pl_digest *d, char out[static PL_DIGEST_TEXT + 1]);
/* Only the 64 digits, NUL-terminated. */
void pl_digest_hex(const struct pl_digest *d, char out[static 2 * PL_DIGEST_LEN + 1]);
bool pl_digest_eq(const struct pl_digest *a, const struct pl_digest *b);
static inline pl_bytes pl_digest_bytes(const struct pl_digest *d) { return (pl_bytes){d->b, sizeof d->b}; }

/* SHA-256 of @data. */
void pl_sha256(pl_bytes data, struct pl_digest *ret);
/* SHA-256 of the @n parts one after the other. */
void pl_sha256_parts(const pl_bytes *parts, size_t n, struct pl_digest *ret);
/* SHA-512 of @data, for files that others ask it of. */
#define PL_SHA512_LEN 64u
void pl_sha512(pl_bytes data, uint8_t ret[static PL_SHA512_LEN]);
/* HMAC-SHA-256 (RFC 2104). @key may have any length. */
void pl_hmac_sha256(pl_bytes key, pl_bytes msg, struct pl_digest *ret);

/* SHA-256 in pieces. One object belongs to one thread at a time. */
struct pl_sha256;
struct pl_sha256 *pl_sha256_new(void);
void pl_sha256_update(struct pl_sha256 *h, pl_bytes data);
/* The digest; @h starts anew and may be used again. */
void pl_sha256_final(struct pl_sha256 *h, struct pl_digest *ret);
/* NULL allowed. */
void pl_sha256_free(struct pl_sha256 *h);
/* For PL_CLEANUP. */
static inline void pl_sha256_freep(struct pl_sha256 **h) { pl_sha256_free(*h); }

#endif
