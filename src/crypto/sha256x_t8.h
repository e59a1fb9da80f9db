/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/sha256x_t8: 8 rows of 8 words become 8 columns, in AVX2 registers. For the lane files only. */
#ifndef PL_CRYPTO_SHA256X_T8_H
#define PL_CRYPTO_SHA256X_T8_H
#include <immintrin.h>

static inline __attribute__((always_inline)) void transpose8(__m256i r[8])
{
	__m256i t[8], u[8];

	for (unsigned i = 0; i < 8; i += 2) {
		t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
		t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
	}
	for (unsigned i = 0; i < 8; i += 4) {
		u[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
		u[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
		u[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
		u[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
	}
	for (unsigned i = 0; i < 4; i++) {
		r[i] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x20);
		r[i + 4] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x31);
	}
}

static inline __attribute__((always_inline)) __m256i swap8(__m256i v)
{
	return _mm256_shuffle_epi8(v, _mm256_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3,
		12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
}

#endif
