/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/key: public and private keys, Ed25519 and ECDSA P-256, and checking one signature.
 *
 * What always holds:
 *  1. A struct pl_pubkey that came out of this room is a valid key: a point on its curve, in its one spelling.
 *  2. ECDSA signatures are strict DER with low S; a verifier refuses every other spelling of the same signature, so
 *     that nobody can make a second valid entry out of a first.
 *  3. Two keys are the same exactly if pl_pubkey_eq says so; names and ids are only hints.
 * No I/O; callable from any thread. Key files are in crypto/keyfile.h, signing in crypto/signer.h.
 */
#ifndef PL_CRYPTO_KEY_H
#define PL_CRYPTO_KEY_H
#include "crypto/alg.h"
#include "crypto/digest.h"

#define PL_PUBKEY_MAX 65u
#define PL_PRIVKEY_LEN 32u
#define PL_SIGNATURE_MAX 72u
#define PL_SPKI_MAX 91u

struct pl_pubkey {
	enum pl_key_alg alg;
	uint8_t len;              /* 32 (Ed25519) or 65 (P-256, uncompressed point) */
	uint8_t b[PL_PUBKEY_MAX]; /* bytes behind len are zero */
};

/* Ed25519: the 32-byte seed of RFC 8032. P-256: the scalar, big-endian. Wipe with pl_privkey_done. */
struct pl_privkey {
	enum pl_key_alg alg;
	uint8_t b[PL_PRIVKEY_LEN];
};

/* Ed25519: 64 bytes. ECDSA: DER, at most 72. */
struct pl_signature {
	uint8_t len;
	uint8_t b[PL_SIGNATURE_MAX];
};

/* Take the raw bytes (32, or 65 starting with 04). PL_E_SYNTAX for another length, PL_E_RANGE for a point that is not
 * on the curve or of small order. */
pl_status pl_pubkey_from_raw(enum pl_key_alg alg, pl_bytes raw, struct pl_pubkey *ret);
static inline pl_bytes pl_pubkey_raw(const struct pl_pubkey *k) { return (pl_bytes){k->b, k->len}; }
bool pl_pubkey_eq(const struct pl_pubkey *a, const struct pl_pubkey *b);

/* PL_OK if @sig over @msg was made by @k (the message itself; no pre-hashing). PL_E_SIGNATURE otherwise. */
pl_status pl_pubkey_verify(const struct pl_pubkey *k, pl_bytes msg, pl_bytes sig);

/* Write the SubjectPublicKeyInfo DER (RFC 8410; RFC 5480 uncompressed) to @out; its length comes back. */
size_t pl_pubkey_spki(const struct pl_pubkey *k, uint8_t out[static PL_SPKI_MAX]);
/* Exactly the DER that pl_pubkey_spki writes. PL_E_SYNTAX, PL_E_UNSUPPORTED (another algorithm), PL_E_RANGE. */
pl_status pl_pubkey_from_spki(pl_bytes der, struct pl_pubkey *ret);
/* SHA-256 of the SubjectPublicKeyInfo DER: how a key is named in statements and DSSE. */
void pl_pubkey_id(const struct pl_pubkey *k, struct pl_digest *ret);

/* "-----BEGIN PUBLIC KEY-----" (RFC 7468). */
void pl_pubkey_pem_write(struct pl_buf *out, const struct pl_pubkey *k);
pl_status pl_pubkey_pem_parse(pl_str text, struct pl_pubkey *ret, struct pl_diag *diag);
/* One line: "ed25519:<base64 of the raw key>" or "ecdsa-p256-sha256:<base64>". */
void pl_pubkey_write(struct pl_buf *out, const struct pl_pubkey *k);
pl_status pl_pubkey_parse(pl_str text, struct pl_pubkey *ret, struct pl_diag *diag);

/* A new random private key. */
void pl_privkey_generate(enum pl_key_alg alg, struct pl_privkey *ret);
/* Its public half. PL_E_RANGE if the scalar is outside 1..n-1. */
pl_status pl_privkey_public(const struct pl_privkey *k, struct pl_pubkey *ret);
/* Wipe. */
void pl_privkey_done(struct pl_privkey *k);

#endif
