/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_proof [ENTRIES [SECONDS]]: inclusion and consistency proofs a second on one core, from a log of a million
 * entries whose tiles and interior nodes are in the reader's memory. Prints medians of five rounds as `name value`.
 *
 * Beside them stand the same proofs when every tile must be read and hashed first (a cache far too small), and the bare
 * cost of copying as many hashes, so that the first figure can be judged as a ratio.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/time.h"
#include "crypto/sha256x.h"
#include "log/reader.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5u
#define MUST(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "bench_proof: line %d: %s\n", __LINE__, #x); \
			exit(1); \
		} \
	} while (0)

static uint64_t size = 1000000;
static uint64_t slice_ns = PL_SECOND / 2;
static struct pl_digest *level[8]; /* level[l][i]: complete subtree of 256^l leaves number i */
static uint64_t seed = 88172645463325252u;

static uint64_t random_below(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

static void make_levels(void)
{
	level[0] = pl_alloc(size, sizeof **level);
	for (uint64_t i = 0; i < size; i++) {
		char text[32];
		int n = snprintf(text, sizeof text, "entry %llu", (unsigned long long)i);

		pl_tree_leaf(pl_bytes_of(text, (size_t)n), &level[0][i]);
	}
	for (unsigned l = 1; l < pl_tile_levels(size); l++) {
		uint64_t n = size >> (PL_TILE_HEIGHT * l);

		level[l] = pl_alloc(n, sizeof **level);
		for (uint64_t i = 0; i < n; i++)
			pl_tile_node(&level[l - 1][i * PL_TILE_WIDTH], PL_TILE_HEIGHT, &level[l][i]);
	}
}

static void write_tiles(int dir)
{
	struct pl_tile_cursor c = {0};
	struct pl_tile t;

	while (pl_tile_next_new(&c, 0, size, &t)) {
		char path[PL_TILE_PATH_MAX], parent[PL_TILE_PATH_MAX];

		if (t.level == PL_TILE_ENTRIES)
			continue;
		pl_tile_write(&t, path);
		pl_tile_write(&t, parent);
		*strrchr(parent, '/') = 0;
		if (faccessat(dir, parent, F_OK, 0) != 0)
			MUST(pl_file_mkdirs(dir, parent, 0755) == PL_OK);
		MUST(pl_file_put_loose(dir, path, pl_bytes_of(&level[t.level][t.index * PL_TILE_WIDTH],
			(size_t)t.width * PL_DIGEST_LEN), 0644) == PL_OK);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

enum what { INCLUSION, CONSISTENCY, COPY };

static void one(struct pl_log_reader *r, enum what what, struct pl_tree_path *path)
{
	uint64_t index = random_below(size);

	if (what == INCLUSION)
		MUST(pl_log_reader_inclusion(r, index, size, path) == PL_OK);
	else if (what == CONSISTENCY)
		MUST(pl_log_reader_consistency(r, index, size, path) == PL_OK);
	else
		for (path->n = 0; path->n < 20; path->n++)
			path->h[path->n] = level[0][(index + path->n * 7919) % size];
}

/* Seconds of this core that we really had: a neighbour's load is not our speed. */
static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * PL_SECOND + (uint64_t)t.tv_nsec;
}

/* Median of the rounds, in proofs a second of one core. */
static double rate(struct pl_log_reader *r, enum what what)
{
	double v[ROUNDS];
	struct pl_tree_path path;

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t start = cpu_ns(), now, n = 0;

		do {
			for (unsigned i = 0; i < 16; i++, n++)
				one(r, what, &path);
			now = cpu_ns();
		} while (now - start < slice_ns);
		v[round] = (double)n * 1e9 / (double)(now - start);
	}
	qsort(v, ROUNDS, sizeof *v, by_value);
	return v[ROUNDS / 2];
}

/* What is measured must be right: some proofs against the root, made another way. */
static void verify_some(struct pl_log_reader *r)
{
	struct pl_digest root, again;
	struct pl_tree_path path;

	pl_tree_root(level[0], size, &root);
	MUST(pl_log_reader_root(r, size, &again) == PL_OK && pl_digest_eq(&root, &again));
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t index = random_below(size);

		MUST(pl_log_reader_inclusion(r, index, size, &path) == PL_OK);
		MUST(pl_tree_verify_inclusion(index, size, &level[0][index], path.h, path.n, &root) == PL_OK);
	}
}

static struct pl_log_reader *open_reader(const char *dir, size_t cache)
{
	struct pl_log_reader_options o = {.cache_bytes = cache};
	struct pl_log_reader *r = NULL;

	MUST(pl_log_reader_open(pl_str_from(dir), &o, &r, NULL) == PL_OK);
	return r;
}

static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof set, &set) != 0)
		fputs("bench_proof: not pinned to one core\n", stderr);
}

static void read_arguments(int argc, char **argv)
{
	uint64_t seconds;

	if (argc > 1)
		MUST(pl_str_to_u64(pl_str_from(argv[1]), 100000000, &size) == PL_OK && size > 0);
	if (argc > 2) {
		MUST(pl_str_to_u64(pl_str_from(argv[2]), 3600, &seconds) == PL_OK);
		slice_ns = seconds * PL_SECOND / ROUNDS;
	}
}

static void warm_up(struct pl_log_reader *r)
{
	for (uint64_t i = 0; i < size; i += PL_TILE_WIDTH) {
		struct pl_tree_path path;

		MUST(pl_log_reader_inclusion(r, i, size, &path) == PL_OK);
	}
}

static void measure(const char *dir)
{
	struct pl_log_reader *warm = open_reader(dir, (size_t)(size / PL_TILE_WIDTH + 64) * 24576);
	struct pl_log_reader *cold = open_reader(dir, 1);
	double copy, inclusion;

	warm_up(warm);
	verify_some(warm);
	copy = rate(warm, COPY);
	inclusion = rate(warm, INCLUSION);
	printf("entries %llu\n", (unsigned long long)size);
	printf("copy-20-hashes/s %.0f\n", copy);
	printf("inclusion-proofs/s %.0f\n", inclusion);
	printf("inclusion-of-copy %.3f\n", inclusion / copy);
	printf("consistency-proofs/s %.0f\n", rate(warm, CONSISTENCY));
	printf("inclusion-proofs-cold/s %.0f\n", rate(cold, INCLUSION));
	pl_log_reader_close(warm);
	pl_log_reader_close(cold);
}

int main(int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	char dir[4096];
	char *const rm[] = {"rm", "-rf", dir, NULL};
	int fd;

	read_arguments(argc, argv);
	pin();
	MUST((size_t)snprintf(dir, sizeof dir, "%s/pellucid-bench-proof-XXXXXX", tmp ? tmp : "/var/tmp") < sizeof dir);
	MUST(mkdtemp(dir) && pl_file_open_dir(AT_FDCWD, dir, &fd) == PL_OK);
	make_levels();
	write_tiles(fd);
	measure(dir);
	pl_file_close(&fd);
	for (unsigned l = 0; l < PL_COUNT(level); l++)
		pl_free(level[l]);
	fflush(stdout);
	execvp("rm", rm);
	return 1;
}
