/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/age_internal: what reading and writing share. Inside the room only. */
#ifndef PL_CRYPTO_AGE_INTERNAL_H
#define PL_CRYPTO_AGE_INTERNAL_H
#include "crypto/age.h"

#define AGE_FILE_KEY 16u
#define AGE_BODY 32u       /* a sealed file key */
#define AGE_TAG 16u
#define AGE_NONCE 16u
#define AGE_SEALED (PL_AGE_CHUNK + AGE_TAG)
#define AGE_VERSION "age-encryption.org/v1\n"
#define AGE_MAC_TEXT 43u   /* 32 bytes in base64 without padding */
#define AGE_HEADER_MAX 8192u

/* HKDF-SHA-256 (RFC 5869) of 32 bytes. */
void pl_age_hkdf(pl_bytes ikm, pl_bytes salt, const char *info, uint8_t ret[static 32]);
/* Base64 without padding, appended; and exactly @len bytes read from it. PL_E_SYNTAX. */
void pl_age_base64_put(struct pl_buf *out, pl_bytes data);
pl_status pl_age_base64_read(pl_str text, uint8_t *out, size_t len);
/* scrypt with r = 8, p = 1 and age's salt. PL_E_NOMEM. */
pl_status pl_age_scrypt(pl_str passphrase, const uint8_t salt[static 16], unsigned work, uint8_t ret[static 32]);
/* The key between an ephemeral share and a recipient. */
void pl_age_wrap_key(const uint8_t shared[static 32], const uint8_t share[static 32], const uint8_t recipient[static 32],
	uint8_t ret[static 32]);
/* The MAC of a header that ends in "---". */
void pl_age_header_mac(const uint8_t file_key[static AGE_FILE_KEY], pl_str header, uint8_t ret[static 32]);
void pl_age_payload_key(const uint8_t file_key[static AGE_FILE_KEY], const uint8_t nonce[static AGE_NONCE], uint8_t ret[static 32]);
/* The nonce of chunk @number. */
void pl_age_chunk_nonce(uint64_t number, bool last, uint8_t ret[static 12]);

#endif
