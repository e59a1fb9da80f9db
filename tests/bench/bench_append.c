/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many durable appends a second, and how long each takes, against what the same threads reach on the same disk when
 * they only write and fdatasync. Both in turns in one run, medians of the rounds; only the ratios mean anything elsewhere.
 *
 *	bench_append DIR [rounds [seconds]]
 *
 * Every submitter waits for its answer before it sends the next entry. Entries have 300 bytes. fsync is real.
 */
#include "base/file.h"
#include "bench.h"
#include "crypto/signer.h"
#include "log/log_dir.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS 64
#define SAMPLES 65536u
#define ROUNDS_MAX 32

enum what { OWN_FILE, ONE_FILE, APPEND, APPEND_DUPLICATES };

struct shared {
	enum what what;
	const char *dir;
	struct pl_log_writer *writer;
	int fd; /* ONE_FILE */
	uint64_t base;
	atomic_bool stop;
	atomic_uint_fast64_t errors;
};

struct worker {
	struct shared *s;
	unsigned number;
	pthread_t thread;
	uint64_t done;
	uint32_t *ns_100; /* sampled times in units of 100 ns */
	uint32_t n;
};

static int prepare_file(struct worker *w)
{
	static const uint8_t zeros[65536];
	char name[64];
	int fd = -1;

	(void)snprintf(name, sizeof name, "raw-%u", w->number);
	if (pl_file_open(AT_FDCWD, name, O_RDWR | O_CREAT, 0600, &fd))
		exit(3);
	for (uint64_t at = 0; at < 1 << 20; at += sizeof zeros)
		if (pl_file_pwrite(fd, zeros, sizeof zeros, at))
			exit(3);
	if (pl_file_sync(fd))
		exit(3);
	return fd;
}

/* Any of a worker's entries before number @i that is no duplicate itself, in no order: the index has most of them in its files by then. */
static uint64_t earlier(uint64_t i)
{
	uint64_t at = (i * UINT64_C(0x9e3779b97f4a7c15) >> 20) % i;

	return at % 10 == 0 ? at + 1 : at;
}

static pl_status one(struct worker *w, int fd, uint64_t i, uint8_t *e)
{
	struct pl_log_answer answer;
	uint64_t id = w->s->base + w->number * UINT64_C(1000000000) + i;

	if (w->s->what == APPEND_DUPLICATES && i > 10 && i % 10 == 0)
		id -= i - earlier(i);
	bench_fill(e, id);
	if (w->s->what >= APPEND)
		return pl_log_writer_add_wait(w->s->writer, pl_bytes_of(e, BENCH_ENTRY), &answer);
	if (pl_file_pwrite(fd, e, BENCH_ENTRY, (w->s->what == ONE_FILE ? (uint64_t)w->number << 20 : 0) + i * BENCH_ENTRY % (1 << 20)))
		return PL_E_IO;
	return pl_file_datasync(fd);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int fd = w->s->what == OWN_FILE ? prepare_file(w) : w->s->fd;
	uint8_t e[BENCH_ENTRY];

	for (uint64_t i = 0; !atomic_load_explicit(&w->s->stop, memory_order_relaxed); i++) {
		uint64_t t = pl_time_monotonic();

		if (one(w, fd, i, e))
			atomic_fetch_add(&w->s->errors, 1);
		if (w->n < SAMPLES)
			w->ns_100[w->n++] = (uint32_t)((pl_time_monotonic() - t) / 100);
		w->done++;
	}
	if (w->s->what == OWN_FILE)
		pl_file_close(&fd);
	return NULL;
}

struct result {
	double per_second, p50_ms, p99_ms;
};

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static struct result measure(struct shared *s, double seconds)
{
	struct worker *w = pl_alloc(THREADS, sizeof *w);
	uint32_t *all = pl_alloc((size_t)THREADS * SAMPLES, sizeof *all);
	size_t n = 0;
	uint64_t done = 0, began, took;
	struct result r;

	atomic_store(&s->stop, false);
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.s = s, .number = i, .ns_100 = pl_alloc(SAMPLES, sizeof(uint32_t))};
		if (pthread_create(&w[i].thread, NULL, work, &w[i]))
			exit(3);
	}
	pl_time_sleep((uint64_t)(0.3 * 1e9)); /* files made, caches warm */
	for (unsigned i = 0; i < THREADS; i++)
		done += w[i].done;
	began = pl_time_monotonic();
	pl_time_sleep((uint64_t)(seconds * 1e9));
	for (unsigned i = 0; i < THREADS; i++)
		n += w[i].done;
	took = pl_time_monotonic() - began;
	r.per_second = (double)(n - done) * 1e9 / (double)took;
	atomic_store(&s->stop, true);
	n = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		memcpy(all + n, w[i].ns_100, w[i].n * sizeof *all);
		n += w[i].n;
		pl_free(w[i].ns_100);
	}
	qsort(all, n, sizeof *all, by_value);
	r.p50_ms = all[n / 2] / 1e4;
	r.p99_ms = all[n * 99 / 100] / 1e4;
	pl_free(all);
	pl_free(w);
	return r;
}

/* ---- the log ---- */

struct log {
	struct pl_log_dir_keys keys;
	struct pl_log_writer *writer;
};

static void make_log(struct log *l, const char *dir)
{
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_log_writer_options o = {.dir = dir};
	struct pl_diag diag = {0};
	pl_status st = pl_log_dir_key_new(dir, "", PL_STR("bench.example/log"), NULL, &signer, &vkey, &diag);

	if (!st)
		st = pl_log_dir_create(dir, PL_STR("bench.example/log"), NULL, signer, &diag);
	if (!st)
		st = pl_log_dir_keys_open(dir, NULL, &l->keys, &diag);
	o.keys = l->keys.key;
	o.n_keys = l->keys.n;
	if (!st)
		st = pl_log_writer_open(&o, &l->writer, &diag);
	if (st) {
		(void)fprintf(stderr, "bench_append: %s\n", pl_diag_text(&diag, st));
		exit(3);
	}
}

/* ---- ack to published ---- */

static double ack_to_published(struct pl_log_writer *w, uint64_t base)
{
	enum { TIMES = 40 };
	double ms[TIMES];

	for (unsigned i = 0; i < TIMES; i++) {
		ms[i] = bench_published_ms(w, base + i);
		pl_time_sleep(20 * PL_MILLISECOND);
	}
	return bench_median(ms, TIMES);
}

static const char *const names[] = {
	"write+fdatasync, a file each", "write+fdatasync, one file", "log append", "log append, 10% repeated",
};

int main(int argc, char **argv)
{
	uint64_t rounds = 3, seconds = 2;
	double rate[4][ROUNDS_MAX], p50[4][ROUNDS_MAX], p99[4][ROUNDS_MAX], best_rate, best_p50, published;
	struct shared s = {.fd = -1};
	struct log log = {0};
	struct pl_log_status status;

	if (argc < 2 || chdir(argv[1]) != 0) {
		(void)fprintf(stderr, "usage: bench_append DIR [rounds [seconds]]\n");
		return 2;
	}
	if ((argc > 2 && pl_str_to_u64(pl_str_from(argv[2]), ROUNDS_MAX, &rounds)) || rounds == 0 ||
		(argc > 3 && pl_str_to_u64(pl_str_from(argv[3]), 600, &seconds)))
		return 2;
	make_log(&log, "log");
	s.writer = log.writer;
	if (pl_file_open(AT_FDCWD, "raw-shared", O_RDWR | O_CREAT, 0600, &s.fd))
		return 3;
	for (uint64_t i = 0; i < THREADS * 256; i++)
		if (pl_file_pwrite(s.fd, (uint8_t[4096]){0}, 4096, i * 4096))
			return 3;
	for (uint64_t i = 0; i < rounds; i++)
		for (int what = OWN_FILE; what <= APPEND_DUPLICATES; what++) {
			struct result r;

			s.what = (enum what)what;
			s.base += UINT64_C(1) << 40;
			r = measure(&s, (double)seconds);
			rate[what][i] = r.per_second;
			p50[what][i] = r.p50_ms;
			p99[what][i] = r.p99_ms;
		}
	published = ack_to_published(log.writer, s.base + (UINT64_C(1) << 40));
	pl_log_writer_status(log.writer, &status);
	if (pl_log_writer_close(log.writer) || atomic_load(&s.errors)) {
		(void)fprintf(stderr, "bench_append: %llu errors\n", (unsigned long long)atomic_load(&s.errors));
		return 1;
	}
	pl_log_dir_keys_done(&log.keys);
	(void)printf("%d threads, entries of %u bytes, median of %llu rounds of %llu s\n", THREADS, BENCH_ENTRY,
		(unsigned long long)rounds, (unsigned long long)seconds);
	for (int what = OWN_FILE; what <= APPEND_DUPLICATES; what++)
		(void)printf("%-30s %9.0f/s   p50 %7.3f ms   p99 %7.3f ms\n", names[what], bench_median(rate[what], rounds),
			bench_median(p50[what], rounds), bench_median(p99[what], rounds));
	best_rate = bench_median(rate[OWN_FILE], rounds);
	best_p50 = bench_median(p50[OWN_FILE], rounds);
	if (bench_median(rate[ONE_FILE], rounds) > best_rate) {
		best_rate = bench_median(rate[ONE_FILE], rounds);
		best_p50 = bench_median(p50[ONE_FILE], rounds);
	}
	(void)printf("ratio to the better of the two: %.2f of the rate (goal 0.50), %.2f times the p50 (goal 3.00)\n",
		bench_median(rate[APPEND], rounds) / best_rate, bench_median(p50[APPEND], rounds) / best_p50);
	(void)printf("acknowledged to published checkpoint, idle log: p50 %.1f ms (goal 100)\n", published);
	(void)printf("entries %llu, entries per batch %.1f, repeated %llu\n", (unsigned long long)status.recorded.size,
		(double)status.recorded.size / (double)(status.batches ? status.batches : 1), (unsigned long long)status.duplicates);
	return 0;
}
