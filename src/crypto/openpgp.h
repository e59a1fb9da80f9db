/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/openpgp: writing OpenPGP (RFC 9580, version 4 packets) with an Ed25519 key of ours: a certificate, detached
 * signatures, and signed text in the clear. Nothing of OpenPGP is read here; docs/decisions/0028-advisories.md says
 * why it is written by hand.
 *
 * What always holds:
 *  1. Same key, same bytes, same time: same signature. Ed25519 has no randomness, and every time is the caller's.
 *  2. Signatures are SHA-256 with EdDSA (algorithm 22), the form that programs since 2014 read.
 *
 * No I/O but the signer's. Times are seconds since 1970, at most 2^32 - 1.
 */
#ifndef PL_CRYPTO_OPENPGP_H
#define PL_CRYPTO_OPENPGP_H
#include "crypto/signer.h"

#define PL_OPENPGP_FINGERPRINT 20u
#define PL_OPENPGP_FINGERPRINT_TEXT (2 * PL_OPENPGP_FINGERPRINT)
#define PL_OPENPGP_ARMOR_MAX 4096u /* of a certificate or a detached signature */

struct pl_openpgp {
	struct pl_signer *signer; /* borrowed */
	uint32_t created;         /* of the key: part of its fingerprint */
	uint8_t fingerprint[PL_OPENPGP_FINGERPRINT];
};

/* The OpenPGP face of @signer. PL_E_UNSUPPORTED unless it is Ed25519; PL_E_RANGE for the time. */
pl_status pl_openpgp_init(struct pl_openpgp *ret, struct pl_signer *signer, uint64_t created);
/* 40 upper-case hex digits, NUL-terminated. */
void pl_openpgp_fingerprint(const struct pl_openpgp *k, char out[static PL_OPENPGP_FINGERPRINT_TEXT + 1]);

/* Append the armoured certificate: the key, @user ("Name <address>"), and its own signature over both, dated as the
 * key. What the signer says. */
pl_status pl_openpgp_certificate(const struct pl_openpgp *k, pl_str user, struct pl_buf *out);
/* Append an armoured detached signature over @data, dated @time; not before the key was made (PL_E_RANGE). */
pl_status pl_openpgp_detached(const struct pl_openpgp *k, pl_bytes data, uint64_t time, struct pl_buf *out);
/* Append @text, lines of UTF-8 that end with LF, signed in the clear (section 7). As above. */
pl_status pl_openpgp_clear(const struct pl_openpgp *k, pl_str text, uint64_t time, struct pl_buf *out);

#endif
