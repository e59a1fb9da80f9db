/* SPDX-License-Identifier: Apache-2.0 */
/* Eight lanes. Built with -mavx2; called only where the processor has it. */
#include "crypto/sha256x_engine.h"
#include "crypto/sha256x_t8.h"

#define LANES 8u
#define V __m256i
#define ADD(a, b) _mm256_add_epi32(a, b)
#define OR(a, b) _mm256_or_si256(a, b)
#define SHL(x, n) _mm256_slli_epi32(x, n)
#define SHR(x, n) _mm256_srli_epi32(x, n)
#define ROR(x, n) OR(SHR(x, n), SHL(x, 32 - (n)))
#define XOR3(a, b, c) _mm256_xor_si256(_mm256_xor_si256(a, b), c)
#define CH(e, f, g) _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g)))
/* The next round's b ^ c is this round's a ^ b, which the compiler keeps. */
#define MAJ(a, b, c) _mm256_xor_si256(b, _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c)))
#define SET1(x) _mm256_set1_epi32((int)(x))
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)

static inline __attribute__((always_inline)) void load_words(const uint8_t *const *rows, V w[16])
{
	for (unsigned half = 0; half < 2; half++) {
		for (unsigned l = 0; l < 8; l++)
			w[8 * half + l] = swap8(LOAD(rows[l] + 32 * half));
		transpose8(w + 8 * half);
	}
}

static inline __attribute__((always_inline)) void store_digests(V s[8], struct pl_digest *out)
{
	transpose8(s);
	for (unsigned l = 0; l < 8; l++)
		STORE(out[l].b, swap8(s[l]));
}

#include "crypto/sha256x_lanes.h"

const struct pl_sha256x_engine pl_sha256x_avx2 = {
	.lanes = LANES, .word_stride = LANES, .lane_stride = 1, .compress = compress, .nodes = nodes,
};
