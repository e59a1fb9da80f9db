/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hotp.h"
#include <assert.h>
#include <openssl/evp.h>

#define SHA1_LEN 20u

uint32_t pl_hotp(pl_bytes secret, uint64_t counter, unsigned digits)
{
	uint8_t message[8], mac[SHA1_LEN];
	uint32_t power = 1, code;
	size_t len = 0;

	assert(secret.len >= 1 && secret.len <= 64 && digits >= 6 && digits <= 8);
	pl_be64_write(message, counter);
	assert(EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, secret.ptr, secret.len, message, sizeof message, mac, sizeof mac,
		&len) && len == SHA1_LEN);
	for (unsigned i = 0; i < digits; i++)
		power *= 10;
	code = pl_be32(mac + (mac[SHA1_LEN - 1] & 0x0f)) & 0x7fffffffu;
	pl_wipe(mac, sizeof mac);
	return code % power;
}
