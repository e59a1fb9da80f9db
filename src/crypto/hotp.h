/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/hotp: the one-time password of a counter (RFC 4226), the only place where HMAC-SHA-1 is used.
 *
 * HMAC does not need a hash that is free of collisions, and every authenticator app speaks SHA-1.
 */
#ifndef PL_CRYPTO_HOTP_H
#define PL_CRYPTO_HOTP_H
#include "base/base.h"

/* The code of @counter as a number below 10^@digits, @digits 6 to 8 (RFC 4226 section 5.3). @secret: 1 to 64 bytes. */
uint32_t pl_hotp(pl_bytes secret, uint64_t counter, unsigned digits);

#endif
