/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/ossl: our keys as OpenSSL's. Inside the room only. */
#ifndef PL_CRYPTO_OSSL_H
#define PL_CRYPTO_OSSL_H
#include "crypto/key.h"
#include <openssl/evp.h>

/* Free with EVP_PKEY_free. PL_E_RANGE if OpenSSL refuses the key. */
pl_status pl_ossl_public(const struct pl_pubkey *k, EVP_PKEY **ret);
pl_status pl_ossl_private(const struct pl_privkey *k, const struct pl_pubkey *pub, EVP_PKEY **ret);

/* ECDSA P-256 signatures between DER and r || s. pl_ossl_ecdsa_read takes strict DER only (PL_E_SYNTAX) and does not
 * judge s; pl_ossl_ecdsa_write makes s low. */
pl_status pl_ossl_ecdsa_read(pl_bytes der, uint8_t rs[static 64]);
void pl_ossl_ecdsa_write(uint8_t rs[static 64], struct pl_signature *ret);
bool pl_ossl_ecdsa_low(const uint8_t s[static 32]);

#endif
