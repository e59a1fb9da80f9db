/* SPDX-License-Identifier: Apache-2.0 */
/* What every test of the room includes; cmocka wants these headers in this order. */
#ifndef PL_TEST_CRYPTO_H
#define PL_TEST_CRYPTO_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "crypto/signer.h"

#define LOG_VKEY "log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define WITNESS_VKEY "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

/* The keys of the vectors: 32 bytes counting up from 0 (log) or 32 (witness). */
static inline struct pl_signer *test_signer(uint8_t from)
{
	struct pl_signer *s;
	uint8_t seed[32];

	for (unsigned i = 0; i < 32; i++)
		seed[i] = (uint8_t)(from + i);
	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	return s;
}

static inline void test_hex(const char *hex, uint8_t *out)
{
	pl_str s = pl_str_from(hex);

	assert_int_equal(pl_hex_read(s, out, s.len / 2), PL_OK);
}

static inline void assert_digest(const struct pl_digest *d, const char *hex)
{
	char text[2 * PL_DIGEST_LEN + 1];

	pl_digest_hex(d, text);
	assert_string_equal(text, hex);
}

#endif
