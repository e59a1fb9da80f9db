/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen lanes. Built with -mavx512f -mavx512bw -mavx2; called only where the processor has all of them. */
#include "crypto/sha256x_engine.h"
#include "crypto/sha256x_t8.h"

#define LANES 16u
#define V __m512i
#define ADD(a, b) _mm512_add_epi32(a, b)
#define OR(a, b) _mm512_or_si512(a, b)
#define SHL(x, n) _mm512_slli_epi32(x, n)
#define SHR(x, n) _mm512_srli_epi32(x, n)
#define ROR(x, n) _mm512_ror_epi32(x, n)
#define XOR3(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x96)
#define CH(e, f, g) _mm512_ternarylogic_epi32(e, f, g, 0xca)
#define MAJ(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xe8)
#define SET1(x) _mm512_set1_epi32((int)(x))
#define LOAD(p) _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)

static inline __attribute__((always_inline)) __m512i join(__m256i lo, __m256i hi)
{
	return _mm512_inserti64x4(_mm512_castsi256_si512(lo), hi, 1);
}

/* Rows 0..7 and 8..15 are transposed apart; word i of both makes one register. */
static inline __attribute__((always_inline)) void load_words(const uint8_t *const *rows, V w[16])
{
	for (unsigned half = 0; half < 2; half++) {
		__m256i lo[8], hi[8];

		for (unsigned l = 0; l < 8; l++) {
			lo[l] = swap8(_mm256_loadu_si256((const __m256i *)(const void *)(rows[l] + 32 * half)));
			hi[l] = swap8(_mm256_loadu_si256((const __m256i *)(const void *)(rows[l + 8] + 32 * half)));
		}
		transpose8(lo);
		transpose8(hi);
		for (unsigned i = 0; i < 8; i++)
			w[8 * half + i] = join(lo[i], hi[i]);
	}
}

static inline __attribute__((always_inline)) void store_digests(V s[8], struct pl_digest *out)
{
	__m256i lo[8], hi[8];

	for (unsigned i = 0; i < 8; i++) {
		lo[i] = _mm512_castsi512_si256(s[i]);
		hi[i] = _mm512_extracti64x4_epi64(s[i], 1);
	}
	transpose8(lo);
	transpose8(hi);
	for (unsigned l = 0; l < 8; l++) {
		_mm256_storeu_si256((__m256i *)(void *)out[l].b, swap8(lo[l]));
		_mm256_storeu_si256((__m256i *)(void *)out[l + 8].b, swap8(hi[l]));
	}
}

#include "crypto/sha256x_lanes.h"

const struct pl_sha256x_engine pl_sha256x_avx512 = {
	.lanes = LANES, .word_stride = LANES, .lane_stride = 1, .compress = compress, .nodes = nodes,
};
