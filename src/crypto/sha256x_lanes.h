/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sha256x_lanes: SHA-256 with one message per vector lane (FIPS 180-4 section 6.2.2), written once for every
 * width.
 *
 * Included by the file of one width after it defined the type V, LANES, ADD, ROR, SHR, XOR3, CH, MAJ, SET1 and the
 * static functions load_words (16 words of every row, big-endian, transposed) and store_digests.
 */

#define S0(x) XOR3(ROR(x, 2), ROR(x, 13), ROR(x, 22))
#define S1(x) XOR3(ROR(x, 6), ROR(x, 11), ROR(x, 25))
#define G0(x) XOR3(ROR(x, 7), ROR(x, 18), SHR(x, 3))
#define G1(x) XOR3(ROR(x, 17), ROR(x, 19), SHR(x, 10))

/* Sums are grouped so that e and a are two additions away from S1(e), the slowest term: vector additions may take two cycles. */
#define ROUND(a, b, c, d, e, f, g, h, kw) \
	do { \
		V t0 = ADD(ADD(h, kw), CH(e, f, g)), s1 = S1(e); \
		(d) = ADD(ADD(d, t0), s1); \
		(h) = ADD(ADD(t0, ADD(S0(a), MAJ(a, b, c))), s1); \
	} while (0)

/* Eight rounds, after which every variable holds its own name's value again; KW(i) is K + W of round i. */
#define EIGHT(KW, i) \
	do { \
		ROUND(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], KW((i) + 0)); \
		ROUND(s[7], s[0], s[1], s[2], s[3], s[4], s[5], s[6], KW((i) + 1)); \
		ROUND(s[6], s[7], s[0], s[1], s[2], s[3], s[4], s[5], KW((i) + 2)); \
		ROUND(s[5], s[6], s[7], s[0], s[1], s[2], s[3], s[4], KW((i) + 3)); \
		ROUND(s[4], s[5], s[6], s[7], s[0], s[1], s[2], s[3], KW((i) + 4)); \
		ROUND(s[3], s[4], s[5], s[6], s[7], s[0], s[1], s[2], KW((i) + 5)); \
		ROUND(s[2], s[3], s[4], s[5], s[6], s[7], s[0], s[1], KW((i) + 6)); \
		ROUND(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[0], KW((i) + 7)); \
	} while (0)

#define KW_FIRST(i) ADD(w[(i) & 15], SET1(k[i]))
#define KW_NEXT(i) \
	ADD((w[(i)&15] = ADD(ADD(w[(i)&15], G0(w[((i) + 1) & 15])), ADD(w[((i) + 9) & 15], G1(w[((i) + 14) & 15])))), \
		SET1(k[t + (i)]))

/* Rounds from 16 * @from on; w[] holds the words that the first of them start from. */
static inline __attribute__((always_inline)) void rounds_from(V s[8], V w[16], unsigned from)
{
	const uint32_t *k = pl_sha256x_k;

	for (unsigned t = 16 * from; t < 64; t += 16) {
		EIGHT(KW_NEXT, 0);
		EIGHT(KW_NEXT, 8);
	}
}

static inline __attribute__((always_inline)) void block(V s[8], V w[16])
{
	const uint32_t *k = pl_sha256x_k;
	V before[8];

	for (unsigned i = 0; i < 8; i++)
		before[i] = s[i];
	EIGHT(KW_FIRST, 0);
	EIGHT(KW_FIRST, 8);
	rounds_from(s, w, 1);
	for (unsigned i = 0; i < 8; i++)
		s[i] = ADD(s[i], before[i]);
}

/* The second block of a node: its words are w0, fourteen times 0, and the length of 520 bits. Only w0 differs from lane
 * to lane, so most of the schedule up to word 31 is constant or short. */
#define NODE_BITS 520u
#define C_ROR(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define C_G0(x) (C_ROR(x, 7) ^ C_ROR(x, 18) ^ (x) >> 3)
#define C_G1(x) (C_ROR(x, 17) ^ C_ROR(x, 19) ^ (x) >> 10)
#define KW_NODE(i) ((i) == 0 ? ADD(w0, SET1(k[0])) : SET1(k[i] + ((i) == 15 ? NODE_BITS : 0)))
#define KW_NODE_NEXT(i) ADD(w[i], SET1(k[16 + (i)]))

static inline __attribute__((always_inline)) void node_schedule(V w0, V w[16])
{
	const uint32_t w17 = C_G1(NODE_BITS), w19 = C_G1(w17), w21 = C_G1(w19);

	w[0] = w0;
	w[1] = SET1(w17);
	w[2] = G1(w[0]);
	w[3] = SET1(w19);
	w[4] = G1(w[2]);
	w[5] = SET1(w21);
	w[6] = ADD(G1(w[4]), SET1(NODE_BITS));
	w[7] = ADD(SET1(C_G1(w21)), w[0]);
	for (unsigned i = 8; i < 14; i++)
		w[i] = ADD(G1(w[i - 2]), w[i - 7]);
	w[14] = ADD(ADD(G1(w[12]), w[7]), SET1(C_G0(NODE_BITS)));
	w[15] = ADD(ADD(G1(w[13]), w[8]), ADD(G0(w[0]), SET1(NODE_BITS)));
}

static inline __attribute__((always_inline)) void node_tail(V s[8], V w0)
{
	const uint32_t *k = pl_sha256x_k;
	V before[8], w[16];

	for (unsigned i = 0; i < 8; i++)
		before[i] = s[i];
	node_schedule(w0, w);
	EIGHT(KW_NODE, 0);
	EIGHT(KW_NODE, 8);
	EIGHT(KW_NODE_NEXT, 0);
	EIGHT(KW_NODE_NEXT, 8);
	rounds_from(s, w, 2);
	for (unsigned i = 0; i < 8; i++)
		s[i] = ADD(s[i], before[i]);
}

/* LANES nodes. The prefix byte shifts every word by eight bits against the children. */
static void node_group(const struct pl_digest *children, struct pl_digest *out)
{
	const uint8_t *rows[LANES];
	V a[16], w[16], s[8];

	for (unsigned l = 0; l < LANES; l++)
		rows[l] = children[2 * l].b;
	load_words(rows, a);
	w[0] = OR(SET1(0x01000000u), SHR(a[0], 8));
	for (unsigned i = 1; i < 16; i++)
		w[i] = OR(SHL(a[i - 1], 24), SHR(a[i], 8));
	for (unsigned i = 0; i < 8; i++)
		s[i] = SET1(pl_sha256x_init[i]);
	block(s, w);
	node_tail(s, OR(SHL(a[15], 24), SET1(0x00800000u)));
	store_digests(s, out);
}

static void nodes(const struct pl_digest *children, size_t n, struct pl_digest *out)
{
	for (size_t i = 0; i < n; i += LANES)
		node_group(children + 2 * i, out + i);
}

static void compress(uint32_t *state, const uint8_t *const *rows)
{
	V w[16], s[8];

	for (unsigned i = 0; i < 8; i++)
		s[i] = LOAD(state + LANES * i);
	load_words(rows, w);
	block(s, w);
	for (unsigned i = 0; i < 8; i++)
		STORE(state + LANES * i, s[i]);
}
