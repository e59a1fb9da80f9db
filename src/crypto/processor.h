/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/processor: signatures of others over SHA-256 digests, by RSA or ECDSA (FIPS 186-4), with a certificate or a bare public key in
 * PEM: what OpenDSR processors sign their receipts with. No chain is followed: the operator configured exactly this one.
 */
#ifndef PL_CRYPTO_PROCESSOR_H
#define PL_CRYPTO_PROCESSOR_H
#include "crypto/digest.h"

#define PL_PROCESSOR_PEM_MAX 65536u
#define PL_PROCESSOR_SIGNATURE_MAX 1024u

struct pl_processor_key;

/* Read a certificate or public key. A certificate must be for @domain (subject alternative names) and in force at @now (seconds); a bare
 * key is believed as configured. PL_E_SYNTAX, PL_E_UNSUPPORTED (another algorithm; RSA below 2,048 bits), PL_E_MISMATCH (domain),
 * PL_E_EXPIRED, with words. */
pl_status pl_processor_key_read(pl_str pem, const char *domain, uint64_t now, struct pl_processor_key **ret, struct pl_diag *diag);
void pl_processor_key_free(struct pl_processor_key *k);
/* For PL_CLEANUP. */
static inline void pl_processor_key_freep(struct pl_processor_key **k) { pl_processor_key_free(*k); }
/* SHA-256 of its SubjectPublicKeyInfo. */
void pl_processor_key_id(const struct pl_processor_key *k, struct pl_digest *ret);
/* PL_E_SIGNATURE if @sig (PKCS #1 v1.5, or DER of ECDSA) is not its signature over @digest. */
pl_status pl_processor_verify(const struct pl_processor_key *k, const struct pl_digest *digest, pl_bytes sig);

#endif
