/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/secret: small secrets at rest, and comparing them.
 *
 * A sealed secret is nonce[24] || XChaCha20-Poly1305 of the plain bytes || tag[16]; what it is about (the row and
 * column where it stands) is authenticated with it, so that nobody moves a sealed value to another place. Pure but
 * for the random nonce; callable from any thread.
 */
#ifndef PL_CRYPTO_SECRET_H
#define PL_CRYPTO_SECRET_H
#include "crypto/digest.h"

#define PL_SECRET_KEY_LEN 32u
#define PL_SECRET_OVERHEAD 40u
#define PL_SECRET_MAX 65536u

/* Same bytes? Takes the same time wherever they differ; lengths are not secret. */
bool pl_secret_eq(pl_bytes a, pl_bytes b);

/* Append @plain (at most PL_SECRET_MAX bytes, else @out fails with PL_E_TOOBIG) sealed under @key. */
void pl_secret_seal(const uint8_t key[static PL_SECRET_KEY_LEN], pl_bytes about, pl_bytes plain, struct pl_buf *out);
/* Append the plain bytes to @out; give that back with pl_buf_done_secret. PL_E_CORRUPT: another key, another place, or
 * changed. PL_E_TOOBIG. */
pl_status pl_secret_open(const uint8_t key[static PL_SECRET_KEY_LEN], pl_bytes about, pl_bytes sealed,
	struct pl_buf *out);

/* The key for @purpose derived from @master: HMAC-SHA-256(master, purpose). */
void pl_secret_derive(pl_bytes master, const char *purpose, uint8_t ret[static PL_SECRET_KEY_LEN]);

#endif
