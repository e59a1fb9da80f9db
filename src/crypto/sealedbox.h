/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sealedbox: bytes that one holder can read, sealed by anybody who has the public key and by nobody read again
 * (libsodium's sealed box: an ephemeral X25519 key, XSalsa20-Poly1305).
 *
 * The holder's key is an ordinary Ed25519 key, taken to the Montgomery curve (RFC 7748 section 4.1), so that key files, public
 * keys and their texts are those of crypto/key. Such a key signs nothing. Pure but for the ephemeral key; any thread.
 */
#ifndef PL_CRYPTO_SEALEDBOX_H
#define PL_CRYPTO_SEALEDBOX_H
#include "crypto/key.h"

#define PL_SEALEDBOX_OVERHEAD 48u

/* Append @plain sealed for the holder of @to. PL_E_UNSUPPORTED: not an Ed25519 key. */
pl_status pl_sealedbox_seal(const struct pl_pubkey *to, pl_bytes plain, struct pl_buf *out);
/* Append the plain bytes; give @out back with pl_buf_done_secret. PL_E_CORRUPT: for another key, or changed.
 * PL_E_UNSUPPORTED. */
pl_status pl_sealedbox_open(const struct pl_privkey *key, pl_bytes sealed, struct pl_buf *out);

/* ---- many boxes of one key: it is taken to the other curve once, which costs about half of a box ---- */

struct pl_sealedbox_to {
	uint8_t point[32];
};
struct pl_sealedbox_key {
	uint8_t scalar[32]; /* wipe it with pl_sealedbox_key_done */
	struct pl_sealedbox_to to;
};
/* PL_E_UNSUPPORTED. PL_E_RANGE: a point of small order, which nobody holds. */
pl_status pl_sealedbox_to(const struct pl_pubkey *to, struct pl_sealedbox_to *ret);
pl_status pl_sealedbox_key(const struct pl_privkey *key, struct pl_sealedbox_key *ret);
void pl_sealedbox_key_done(struct pl_sealedbox_key *k);
/* As the two above. */
pl_status pl_sealedbox_seal_to(const struct pl_sealedbox_to *to, pl_bytes plain, struct pl_buf *out);
pl_status pl_sealedbox_open_key(const struct pl_sealedbox_key *key, pl_bytes sealed, struct pl_buf *out);

#endif
