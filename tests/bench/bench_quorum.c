/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long after its answer an entry stands under a checkpoint that the quorum of witnesses has cosigned: on an idle log,
 * and while others append as fast as they can.
 *
 *	bench_quorum LOG-DIR [samples]
 *
 * The log's policy (private/policy) names the witnesses; they are processes of their own. fsync is real on both sides.
 */
#include "bench.h"
#include "log/log_dir.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define OTHERS 16u
#define SAMPLES_MAX 10000u

struct other {
	struct pl_log_writer *writer;
	uint64_t first, done;
	atomic_bool *stop;
	pthread_t thread;
};

static void *append_all_the_time(void *arg)
{
	struct other *o = arg;
	uint8_t e[BENCH_ENTRY];

	while (!atomic_load(o->stop)) {
		struct pl_log_answer a;

		bench_fill(e, o->first + o->done);
		if (pl_log_writer_add_wait(o->writer, pl_bytes_of(e, sizeof e), &a) == PL_OK)
			o->done++;
	}
	return NULL;
}

static void measure(struct pl_log_writer *w, const char *what, uint64_t first, unsigned n)
{
	static double ms[SAMPLES_MAX];
	double p50;

	for (unsigned i = 0; i < n; i++) {
		ms[i] = bench_published_ms(w, first + i);
		pl_time_sleep(20 * PL_MILLISECOND);
	}
	p50 = bench_median(ms, n);
	(void)printf("%-28s p50 %7.1f ms   p99 %7.1f ms\n", what, p50, bench_quantile(ms, n, 0.99));
}

static void under_load(struct pl_log_writer *w, unsigned n)
{
	struct other others[OTHERS];
	atomic_bool stop = false;
	uint64_t began = pl_time_monotonic(), done = 0;

	for (unsigned i = 0; i < OTHERS; i++) {
		others[i] = (struct other){.writer = w, .first = (uint64_t)(i + 1) << 40, .stop = &stop};
		if (pthread_create(&others[i].thread, NULL, append_all_the_time, &others[i]))
			exit(3);
	}
	measure(w, "while 16 others append", UINT64_C(1) << 56, n);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < OTHERS; i++) {
		(void)pthread_join(others[i].thread, NULL);
		done += others[i].done;
	}
	(void)printf("(the others reached %.0f/s)\n", (double)done * 1e9 / (double)(pl_time_monotonic() - began));
}

int main(int argc, char **argv)
{
	struct pl_log_dir_keys keys = {0};
	struct pl_policy *policy = NULL;
	struct pl_log_writer_options o = {0};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};
	uint64_t n = 40;
	pl_status st;

	if (argc < 2 || (argc > 2 && pl_str_to_u64(pl_str_from(argv[2]), SAMPLES_MAX, &n)) || n == 0) {
		(void)fprintf(stderr, "usage: bench_quorum LOG-DIR [samples]\n");
		return 2;
	}
	st = pl_log_dir_keys_open(argv[1], NULL, &keys, &diag);
	if (!st)
		st = pl_log_dir_policy(argv[1], &policy, &diag);
	o = (struct pl_log_writer_options){.dir = argv[1], .keys = keys.key, .n_keys = keys.n, .policy = policy};
	if (!st)
		st = pl_log_writer_open(&o, &w, &diag);
	if (!st)
		st = pl_log_writer_settle(w, 10 * PL_SECOND);
	if (st) {
		(void)fprintf(stderr, "bench_quorum: %s\n", pl_diag_text(&diag, st));
		return 3;
	}
	(void)printf("acknowledged to quorum, %llu entries each\n", (unsigned long long)n);
	measure(w, "idle log", 0, (unsigned)n);
	under_load(w, (unsigned)n);
	st = pl_log_writer_close(w);
	pl_policy_free(policy);
	pl_log_dir_keys_done(&keys);
	return st ? 1 : 0;
}
