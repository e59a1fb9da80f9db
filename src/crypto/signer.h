/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/signer: something that can sign with one key: a key in memory, later one in a PKCS#11 token.
 *
 * pl_signer_sign may be called from several threads at once; an implementation that cannot do that locks by itself. It
 * may take long (a token signs 1 to 50 times a second) and may fail; it never signs anything but the bytes it was
 * given.
 */
#ifndef PL_CRYPTO_SIGNER_H
#define PL_CRYPTO_SIGNER_H
#include "crypto/key.h"
#include "crypto/keyfile.h"

struct pl_signer;

struct pl_signer_ops {
	/* Sign @msg. PL_E_IO, PL_E_TIMEOUT, PL_E_STATE (token gone) leave @ret untouched. */
	pl_status (*sign)(struct pl_signer *s, pl_bytes msg, struct pl_signature *ret);
	/* Wipe and free @s itself. */
	void (*free)(struct pl_signer *s);
};

/* An implementation embeds this as its first member. */
struct pl_signer {
	const struct pl_signer_ops *ops;
	struct pl_pubkey pub;
};

static inline const struct pl_pubkey *pl_signer_public(const struct pl_signer *s) { return &s->pub; }
/* Sign @msg. Every answer of an implementation is verified with the public key before it is handed out
 * (PL_E_INTERNAL if it does not fit; Ed25519 by libsodium, which did not make it), so a failing token or a flipped bit publishes nothing. */
pl_status pl_signer_sign(struct pl_signer *s, pl_bytes msg, struct pl_signature *ret);
/* NULL allowed. */
void pl_signer_free(struct pl_signer *s);
/* For PL_CLEANUP. */
static inline void pl_signer_freep(struct pl_signer **s) { pl_signer_free(*s); }

/* Sign with @key, which is copied into memory that is wiped at the end. PL_E_RANGE for a scalar outside its range. */
pl_status pl_signer_from_privkey(const struct pl_privkey *key, struct pl_signer **ret);
/* Ed25519 from 32 known bytes, for tests and vectors. */
pl_status pl_signer_from_seed(const uint8_t seed[static 32], struct pl_signer **ret);
/* Open the key file (crypto/keyfile.h). */
pl_status pl_signer_from_keyfile(int dir, const char *path, const struct pl_passphrase *pass, struct pl_signer **ret,
	struct pl_diag *diag);

#endif
