/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha256x.h"
#include "crypto/sha256x_engine.h"
#include "base/time.h"
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

const uint32_t pl_sha256x_init[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

const uint32_t pl_sha256x_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* The choice, made once; atomic because a test may force another one while threads hash. */
static _Atomic(enum pl_sha256x_path) leaves_path, nodes_path;
static bool processor_has_shani;

const char *pl_sha256x_name(enum pl_sha256x_path p)
{
	static const char *const names[PL_SHA256X_COUNT] = {"openssl", "shani", "avx2", "avx512"};

	return (unsigned)p < PL_SHA256X_COUNT ? names[p] : NULL;
}

static bool processor_has(enum pl_sha256x_path p)
{
#if defined(__x86_64__)
	unsigned a, b, c, d;

	if (p == PL_SHA256X_AVX2)
		return __builtin_cpu_supports("avx2");
	if (p == PL_SHA256X_AVX512)
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
	if (p == PL_SHA256X_SHANI)
		return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") &&
			__builtin_cpu_supports("ssse3");
#endif
	return p == PL_SHA256X_OPENSSL;
}

bool pl_sha256x_has(enum pl_sha256x_path p)
{
	return (unsigned)p < PL_SHA256X_COUNT && processor_has(p);
}

/* NULL for OpenSSL, which has no lanes. */
static const struct pl_sha256x_engine *engine_of(enum pl_sha256x_path p)
{
#if defined(__x86_64__)
	switch (p) {
	case PL_SHA256X_SHANI:
		return &pl_sha256x_shani;
	case PL_SHA256X_AVX2:
		return &pl_sha256x_avx2;
	case PL_SHA256X_AVX512:
		return &pl_sha256x_avx512;
	case PL_SHA256X_OPENSSL:
	case PL_SHA256X_COUNT:
		break;
	}
#endif
	return NULL;
}

/* ---- nodes ---- */

static void node_one(const struct pl_digest *pair, struct pl_digest *out)
{
	uint8_t msg[1 + 2 * PL_DIGEST_LEN];

	msg[0] = 0x01;
	memcpy(msg + 1, pair, 2 * PL_DIGEST_LEN);
	pl_sha256((pl_bytes){msg, sizeof msg}, out);
}

/* Fewer nodes than lanes: a mostly empty group costs as much as a full one. */
static void nodes_rest(const struct pl_sha256x_engine *e, const struct pl_digest *children, size_t n,
	struct pl_digest *out)
{
	struct pl_digest in[2 * PL_SHA256X_LANES_MAX], made[PL_SHA256X_LANES_MAX];

	memcpy(in, children, 2 * n * sizeof in[0]);
	memset(in + 2 * n, 0, 2 * (e->lanes - n) * sizeof in[0]);
	e->nodes(in, e->lanes, made);
	memcpy(out, made, n * sizeof made[0]);
}

static void nodes_with(enum pl_sha256x_path p, const struct pl_digest *children, size_t n, struct pl_digest *out)
{
	const struct pl_sha256x_engine *e = engine_of(p);
	size_t whole = e ? n - n % e->lanes : 0, rest = n - whole;

	if (whole)
		e->nodes(children, whole, out);
	/* The SHA instructions do up to half a group of sixteen in less time than the lanes. */
	if (p == PL_SHA256X_AVX512 && 2 * rest <= e->lanes && processor_has_shani) {
		nodes_with(PL_SHA256X_SHANI, children + 2 * whole, rest, out + whole);
		return;
	}
	if (e && 8 * rest > e->lanes) {
		nodes_rest(e, children + 2 * whole, rest, out + whole);
		return;
	}
	for (size_t i = whole; i < n; i++)
		node_one(children + 2 * i, out + i);
}

/* ---- leaves ---- */

/* One lane's message: 0x00 || entry || padding || length, cut into blocks. */
struct lane {
	bool busy;
	size_t index;
	pl_bytes entry;
	size_t next, blocks;
	uint8_t stage[64]; /* a block that does not lie whole within the entry */
};

static void lane_start(struct lane *l, size_t index, pl_bytes entry)
{
	l->busy = true;
	l->index = index;
	l->entry = entry;
	l->next = 0;
	l->blocks = (entry.len + 1 + 9 + 63) / 64;
}

/* The next block. Message byte m is entry byte m - 1. */
static const uint8_t *lane_block(struct lane *l)
{
	size_t at = 64 * l->next++, len = l->entry.len, from = at ? at - 1 : 0, n;
	uint8_t *to = l->stage;

	if (at && from + 64 <= len)
		return l->entry.ptr + from;
	memset(l->stage, 0, sizeof l->stage);
	if (!at)
		to++;
	n = from < len ? len - from : 0;
	if (n > (size_t)(l->stage + 64 - to))
		n = (size_t)(l->stage + 64 - to);
	if (n)
		memcpy(to, l->entry.ptr + from, n);
	if (len + 1 >= at && len + 1 - at < 64)
		l->stage[len + 1 - at] = 0x80;
	if (l->next == l->blocks)
		pl_be64_write(l->stage + 56, ((uint64_t)len + 1) * 8);
	return l->stage;
}

static void lane_init(const struct pl_sha256x_engine *e, uint32_t *state, unsigned l)
{
	for (unsigned w = 0; w < 8; w++)
		state[w * e->word_stride + l * e->lane_stride] = pl_sha256x_init[w];
}

static void lane_finish(const struct pl_sha256x_engine *e, const uint32_t *state, unsigned l, struct pl_digest *out)
{
	for (unsigned w = 0; w < 8; w++)
		pl_be32_write(out->b + 4 * w, state[w * e->word_stride + l * e->lane_stride]);
}

static void leaf_one(pl_bytes entry, struct pl_digest *out)
{
	static const uint8_t prefix[1] = {0x00};

	pl_sha256_parts((const pl_bytes[]){{prefix, 1}, entry}, 2, out);
}

/* Every lane takes the next entry as soon as it has finished its own. */
static void leaves_lanes(const struct pl_sha256x_engine *e, const pl_bytes *entries, size_t n, struct pl_digest *out)
{
	_Alignas(64) uint32_t state[8 * PL_SHA256X_LANES_MAX];
	struct lane lanes[PL_SHA256X_LANES_MAX] = {0};
	const uint8_t *rows[PL_SHA256X_LANES_MAX];
	size_t given = 0, busy = 0;

	for (;;) {
		for (unsigned l = 0; l < e->lanes; l++) {
			if (!lanes[l].busy && given < n) {
				lane_init(e, state, l);
				lane_start(&lanes[l], given, entries[given]);
				given++;
				busy++;
			}
			rows[l] = lanes[l].busy ? lane_block(&lanes[l]) : lanes[l].stage;
		}
		if (!busy)
			return;
		e->compress(state, rows);
		for (unsigned l = 0; l < e->lanes; l++) {
			if (!lanes[l].busy || lanes[l].next < lanes[l].blocks)
				continue;
			lane_finish(e, state, l, &out[lanes[l].index]);
			lanes[l].busy = false;
			busy--;
		}
	}
}

/* Lanes that stand empty while one long entry is finished would cost more than they gain: entries that are much longer
 * than the rest of a bounded run are hashed alone. */
#define LEAVES_RUN 256u

static void leaves_run(const struct pl_sha256x_engine *e, const pl_bytes *entries, size_t n, struct pl_digest *out)
{
	pl_bytes even[LEAVES_RUN];
	size_t where[LEAVES_RUN], total = 0, k = 0, limit;
	struct pl_digest made[LEAVES_RUN];

	for (size_t i = 0; i < n; i++)
		total += entries[i].len + 64;
	limit = total / e->lanes + 64;
	for (size_t i = 0; i < n; i++) {
		if (entries[i].len > limit) {
			leaf_one(entries[i], &out[i]);
			continue;
		}
		where[k] = i;
		even[k++] = entries[i];
	}
	leaves_lanes(e, even, k, made);
	for (size_t i = 0; i < k; i++)
		out[where[i]] = made[i];
}

static void leaves_with(enum pl_sha256x_path p, const pl_bytes *entries, size_t n, struct pl_digest *out)
{
	const struct pl_sha256x_engine *e = engine_of(p);

	while (e && n && 8 * n > e->lanes) {
		size_t run = n < LEAVES_RUN ? n : LEAVES_RUN;

		leaves_run(e, entries, run, out);
		entries += run;
		out += run;
		n -= run;
	}
	for (size_t i = 0; i < n; i++)
		leaf_one(entries[i], &out[i]);
}

/* ---- the choice ---- */

#define PROBE 128u
#define PROBE_ENTRY 300u

struct probe {
	struct pl_digest children[2 * PROBE], out[PROBE];
	pl_bytes entries[PROBE];
	uint8_t text[PROBE_ENTRY];
};

/* Best of five, so that an interruption does not decide. */
static uint64_t measure(enum pl_sha256x_path p, bool nodes, struct probe *probe)
{
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < 5; i++) {
		uint64_t start = pl_time_monotonic(), took;

		if (nodes)
			nodes_with(p, probe->children, PROBE, probe->out);
		else
			leaves_with(p, probe->entries, PROBE, probe->out);
		took = pl_time_monotonic() - start;
		best = took < best ? took : best;
	}
	return best;
}

static enum pl_sha256x_path fastest(bool nodes, struct probe *probe)
{
	enum pl_sha256x_path best = PL_SHA256X_OPENSSL;
	uint64_t best_time = measure(best, nodes, probe);

	for (int p = PL_SHA256X_SHANI; p < PL_SHA256X_COUNT; p++) {
		uint64_t took;

		if (!processor_has((enum pl_sha256x_path)p))
			continue;
		took = measure((enum pl_sha256x_path)p, nodes, probe);
		if (took < best_time) {
			best = (enum pl_sha256x_path)p;
			best_time = took;
		}
	}
	return best;
}

static bool forced_by_environment(enum pl_sha256x_path *ret)
{
	const char *want = secure_getenv("PELLUCID_SHA256X");

	for (int p = 0; want && p < PL_SHA256X_COUNT; p++) {
		if (!pl_str_eq(pl_str_from(want), pl_str_from(pl_sha256x_name((enum pl_sha256x_path)p))))
			continue;
		*ret = (enum pl_sha256x_path)p;
		return processor_has(*ret);
	}
	return false;
}

static void choose(void)
{
	struct probe *probe;
	enum pl_sha256x_path p;

	processor_has_shani = processor_has(PL_SHA256X_SHANI);
	if (forced_by_environment(&p)) {
		leaves_path = nodes_path = p;
		return;
	}
	probe = PL_NEW(struct probe);
	for (unsigned i = 0; i < PROBE; i++)
		probe->entries[i] = (pl_bytes){probe->text, PROBE_ENTRY};
	nodes_path = fastest(true, probe);
	leaves_path = fastest(false, probe);
	pl_free(probe);
}

static void chosen(void)
{
	assert(pthread_once(&once, choose) == 0);
}

void pl_sha256x_chosen(enum pl_sha256x_path *ret_leaves, enum pl_sha256x_path *ret_nodes)
{
	chosen();
	*ret_leaves = leaves_path;
	*ret_nodes = nodes_path;
}

pl_status pl_sha256x_force(enum pl_sha256x_path p)
{
	if (!pl_sha256x_has(p))
		return PL_E_UNSUPPORTED;
	chosen();
	leaves_path = nodes_path = p;
	return PL_OK;
}

void pl_sha256x_leaves(const pl_bytes *entries, size_t n, struct pl_digest *out)
{
	chosen();
	leaves_with(leaves_path, entries, n, out);
}

void pl_sha256x_nodes(const struct pl_digest *children, size_t n, struct pl_digest *out)
{
	chosen();
	nodes_with(nodes_path, children, n, out);
}
