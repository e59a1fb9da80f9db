/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merkle nodes and leaves a second by every implementation of crypto/sha256x, against OpenSSL with a fetched digest and
 * a reused context, on one core, in turns, per second of processor time. Of the rounds of each the ninth tenth counts: what others do on the
 * same core or its twin slows the two sides differently. Six runs on a busy machine differed by 1% so, and by 31% with medians.
 *
 *	bench_hash [rounds]
 *
 * Started with OPENSSL_ia32cap=:~0x20000000 OpenSSL does without the SHA instructions, as on processors that lack them.
 */
#include "base/base.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/sha256x.h"
#include <openssl/evp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NODES 4096u
#define LEAVES 1024u
#define LEAF 300u
#define ROUNDS_MAX 101u
#define AUTO PL_SHA256X_COUNT /* what is chosen by measuring */
#define BARE (PL_SHA256X_COUNT + 1)
#define WAYS (PL_SHA256X_COUNT + 2)

static struct pl_digest children[2 * NODES], out[NODES];
static uint8_t pool[LEAVES + LEAF];
static pl_bytes entries[LEAVES];
static EVP_MD *md;
static EVP_MD_CTX *ctx;

static void bare_hash(uint8_t prefix, const void *data, size_t len, struct pl_digest *ret)
{
	if (EVP_DigestInit_ex2(ctx, md, NULL) != 1 || EVP_DigestUpdate(ctx, &prefix, 1) != 1 ||
		EVP_DigestUpdate(ctx, data, len) != 1 || EVP_DigestFinal_ex(ctx, ret->b, NULL) != 1)
		_Exit(3);
}

static void run(unsigned way, bool nodes)
{
	if (way != BARE) {
		if (nodes)
			pl_sha256x_nodes(children, NODES, out);
		else
			pl_sha256x_leaves(entries, LEAVES, out);
		return;
	}
	for (size_t i = 0; i < (nodes ? NODES : LEAVES); i++) {
		if (nodes)
			bare_hash(1, &children[2 * i], 64, &out[i]);
		else
			bare_hash(0, entries[i].ptr, entries[i].len, &out[i]);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Time on the processor: what other programs take meanwhile does not count. */
static uint64_t cpu_time(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
		_Exit(3);
	return (uint64_t)t.tv_sec * PL_SECOND + (uint64_t)t.tv_nsec;
}

/* Hashes a second of processor time; about two milliseconds of work. */
static double rate(unsigned way, bool nodes)
{
	uint64_t start = cpu_time(), took;
	unsigned n = 0;

	do {
		run(way, nodes);
		n++;
		took = cpu_time() - start;
	} while (took < 2 * PL_MILLISECOND);
	return (double)n * (nodes ? NODES : LEAVES) * 1e9 / (double)took;
}

static bool choose(unsigned way, enum pl_sha256x_path leaves, enum pl_sha256x_path nodes, bool for_nodes)
{
	if (way == BARE)
		return true;
	if (way == AUTO)
		way = for_nodes ? nodes : leaves;
	return !pl_sha256x_force((enum pl_sha256x_path)way);
}

static void measure(bool nodes, unsigned rounds, enum pl_sha256x_path chosen_leaves, enum pl_sha256x_path chosen_nodes)
{
	static double v[WAYS][ROUNDS_MAX];
	bool have[WAYS];
	unsigned counts = rounds * 9 / 10;
	double bare;

	for (unsigned r = 0; r < rounds; r++)
		for (unsigned w = 0; w < WAYS; w++)
			if ((have[w] = choose(w, chosen_leaves, chosen_nodes, nodes)))
				v[w][r] = rate(w, nodes);
	for (unsigned w = 0; w < WAYS; w++)
		qsort(v[w], rounds, sizeof v[w][0], by_value);
	bare = v[BARE][counts];
	printf("%s: openssl with a reused context %.2f M/s\n", nodes ? "nodes" : "leaves of 300 bytes", bare / 1e6);
	for (unsigned w = 0; w <= AUTO; w++) {
		if (!have[w])
			continue;
		printf("%s %s %.2f M/s ratio %.2f\n", nodes ? "nodes" : "leaves",
			w == AUTO ? "chosen" : pl_sha256x_name((enum pl_sha256x_path)w), v[w][counts] / 1e6,
			v[w][counts] / bare);
	}
}

/* Stay on the core that we are on: another one may have another clock. */
static void pin(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : (size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set) != 0)
		printf("not pinned\n");
}

int main(int argc, char **argv)
{
	enum pl_sha256x_path leaves, nodes;
	uint64_t rounds = 15;

	if (argc > 2 || (argc == 2 && pl_str_to_u64(pl_str_from(argv[1]), ROUNDS_MAX, &rounds)) || rounds < 1)
		return 2;
	pin();
	md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	ctx = EVP_MD_CTX_new();
	if (!md || !ctx)
		return 3;
	pl_random(children, sizeof children);
	pl_random(pool, sizeof pool);
	for (unsigned i = 0; i < LEAVES; i++)
		entries[i] = (pl_bytes){pool + i, LEAF};
	pl_sha256x_chosen(&leaves, &nodes);
	printf("chosen by measuring: nodes %s, leaves %s\n", pl_sha256x_name(nodes), pl_sha256x_name(leaves));
	measure(true, (unsigned)rounds, leaves, nodes);
	measure(false, (unsigned)rounds, leaves, nodes);
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	return 0;
}
