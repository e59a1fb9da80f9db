/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two messages side by side with the SHA instructions: one alone waits for its own results half of the time.
 * Built with -msha -msse4.1 -mssse3; called only where the processor has them.
 */
#include "crypto/sha256x_engine.h"
#include <immintrin.h>

#define LANES 2u
#define V __m128i
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define STORE(p, v) _mm_storeu_si128((__m128i *)(void *)(p), v)

/* The words A B E F and C D G H of one message. */
struct half {
	V abef, cdgh;
};

static inline __attribute__((always_inline)) V swap(V v)
{
	return _mm_shuffle_epi8(v, _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
}

static inline __attribute__((always_inline)) struct half pack(const uint32_t *s)
{
	V cdab = _mm_shuffle_epi32(LOAD(s), 0xb1), efgh = _mm_shuffle_epi32(LOAD(s + 4), 0x1b);

	return (struct half){_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

static inline __attribute__((always_inline)) void unpack(struct half h, V *ret_lo, V *ret_hi)
{
	V feba = _mm_shuffle_epi32(h.abef, 0x1b), dchg = _mm_shuffle_epi32(h.cdgh, 0xb1);

	*ret_lo = _mm_blend_epi16(feba, dchg, 0xf0);
	*ret_hi = _mm_alignr_epi8(dchg, feba, 8);
}

/* Words 4i..4i+3 of the schedule from the sixteen before. */
static inline __attribute__((always_inline)) V next(const V m[4], unsigned i)
{
	V x = _mm_sha256msg1_epu32(m[i & 3], m[(i + 1) & 3]);

	x = _mm_add_epi32(x, _mm_alignr_epi8(m[(i + 3) & 3], m[(i + 2) & 3], 4));
	return _mm_sha256msg2_epu32(x, m[(i + 3) & 3]);
}

static inline __attribute__((always_inline)) void four(struct half *h, V m, V k)
{
	V kw = _mm_add_epi32(m, k);

	h->cdgh = _mm_sha256rnds2_epu32(h->cdgh, h->abef, kw);
	h->abef = _mm_sha256rnds2_epu32(h->abef, h->cdgh, _mm_shuffle_epi32(kw, 0x0e));
}

static inline __attribute__((always_inline)) void block2(struct half *a, struct half *b, V ma[4], V mb[4])
{
	struct half a0 = *a, b0 = *b;

#define FOUR(i) \
	do { \
		V k = LOAD(pl_sha256x_k + 4 * (i)); \
		if ((i) >= 4) { \
			ma[(i) & 3] = next(ma, i); \
			mb[(i) & 3] = next(mb, i); \
		} \
		four(a, ma[(i) & 3], k); \
		four(b, mb[(i) & 3], k); \
	} while (0)
	FOUR(0); FOUR(1); FOUR(2); FOUR(3); FOUR(4); FOUR(5); FOUR(6); FOUR(7);
	FOUR(8); FOUR(9); FOUR(10); FOUR(11); FOUR(12); FOUR(13); FOUR(14); FOUR(15);
#undef FOUR
	a->abef = _mm_add_epi32(a->abef, a0.abef);
	a->cdgh = _mm_add_epi32(a->cdgh, a0.cdgh);
	b->abef = _mm_add_epi32(b->abef, b0.abef);
	b->cdgh = _mm_add_epi32(b->cdgh, b0.cdgh);
}

static inline __attribute__((always_inline)) void load_row(const uint8_t *row, V m[4])
{
	for (unsigned i = 0; i < 4; i++)
		m[i] = swap(LOAD(row + 16 * i));
}

static void compress(uint32_t *state, const uint8_t *const *rows)
{
	struct half a = pack(state), b = pack(state + 8);
	V ma[4], mb[4], lo, hi;

	load_row(rows[0], ma);
	load_row(rows[1], mb);
	block2(&a, &b, ma, mb);
	unpack(a, &lo, &hi);
	STORE(state, lo);
	STORE(state + 4, hi);
	unpack(b, &lo, &hi);
	STORE(state + 8, lo);
	STORE(state + 12, hi);
}

/* First block 01 || children[0..62], second block its last byte, the padding, and the length of 520 bits. */
static inline __attribute__((always_inline)) void node_words(const struct pl_digest *pair, V first[4], V second[4])
{
	V r[4], prefix = _mm_set_epi32(0x01000000, 0, 0, 0);

	for (unsigned i = 0; i < 4; i++)
		r[i] = LOAD(pair[i / 2].b + 16 * (i % 2));
	for (unsigned i = 0; i < 4; i++)
		first[i] = swap(_mm_alignr_epi8(r[i], i ? r[i - 1] : prefix, 15));
	second[0] = _mm_set_epi32(0, 0, 0, (int)((uint32_t)pair[1].b[31] << 24 | 0x00800000u));
	second[1] = second[2] = _mm_setzero_si128();
	second[3] = _mm_set_epi32(520, 0, 0, 0);
}

static inline __attribute__((always_inline)) void put_digest(struct half h, struct pl_digest *out)
{
	V lo, hi;

	unpack(h, &lo, &hi);
	STORE(out->b, swap(lo));
	STORE(out->b + 16, swap(hi));
}

static void nodes(const struct pl_digest *children, size_t n, struct pl_digest *out)
{
	for (size_t i = 0; i < n; i += LANES) {
		struct half a = pack(pl_sha256x_init), b = a;
		V first_a[4], second_a[4], first_b[4], second_b[4];

		node_words(children + 2 * i, first_a, second_a);
		node_words(children + 2 * i + 2, first_b, second_b);
		block2(&a, &b, first_a, first_b);
		block2(&a, &b, second_a, second_b);
		put_digest(a, out + i);
		put_digest(b, out + i + 1);
	}
}

const struct pl_sha256x_engine pl_sha256x_shani = {
	.lanes = LANES, .word_stride = 1, .lane_stride = 8, .compress = compress, .nodes = nodes,
};
