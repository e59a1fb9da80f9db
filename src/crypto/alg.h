/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/alg: every signature and hash algorithm has a number and a stable spelling; nothing is implied by context.
 *
 * Numbers stand in stored layouts, spellings in statements, key texts and JSON. Neither is ever reused. Pure.
 */
#ifndef PL_CRYPTO_ALG_H
#define PL_CRYPTO_ALG_H
#include "base/str.h"

enum pl_hash_alg {
	PL_HASH_SHA256 = 1, /* "sha256", FIPS 180-4 */
};

/* A key and the one way in which it signs. */
enum pl_key_alg {
	PL_KEY_ED25519 = 1,    /* "ed25519", RFC 8032, signatures of 64 bytes */
	PL_KEY_ECDSA_P256 = 2, /* "ecdsa-p256-sha256", FIPS 186-5; DER signatures, low S only */
};

/* The stable spelling; NULL for a number that is not in the enumeration. Lives for ever. */
const char *pl_hash_alg_text(enum pl_hash_alg a);
const char *pl_key_alg_text(enum pl_key_alg a);
/* PL_E_UNSUPPORTED for a spelling that is not known. */
pl_status pl_hash_alg_parse(pl_str text, enum pl_hash_alg *ret);
pl_status pl_key_alg_parse(pl_str text, enum pl_key_alg *ret);

#endif
