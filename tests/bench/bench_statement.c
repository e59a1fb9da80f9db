/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many statements a second go the whole way: built, signed at the desk, put into the outbox, judged and logged by the
 * sequencer, published, verified, judged and applied by the projector.
 *
 *	bench_statement DIR [statements [per-transaction [DATABASE-URL]]]
 *
 * One thread states (as a command would), one runs the sequencer, one the projector. Prints the time from the first build to
 * the moment when the last statement stands in the public tables. fsync is real.
 */
#include "base/base.h"
#include "base/time.h"
#include "fact/instance.h"
#include "fact/projector.h"
#include "fact/sequencer.h"
#include "fact/serve.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define PER_TX_MAX 256u

struct bench {
	struct pl_instance *inst, *server;
	uint64_t count, per_tx;
	int stop[2];
	pl_status served;
};

struct batch {
	struct pl_buf entries[PER_TX_MAX];
	size_t n;
	struct pl_outbox_ref last;
};

static _Noreturn void give_up(const char *what, pl_status st, const struct pl_diag *diag)
{
	(void)fprintf(stderr, "bench_statement: %s: %s\n", what, diag ? pl_diag_text(diag, st) : pl_status_text(st));
	exit(1);
}

static void *serve(void *arg)
{
	struct bench *b = arg;
	struct pl_diag diag = {0};

	b->served = pl_serve_log(b->server, NULL, b->stop[0], &diag);
	if (b->served)
		give_up("log serve", b->served, &diag);
	return NULL;
}

static void make(struct bench *b, uint64_t i, struct pl_buf *entry)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_body body = {.size = i, .media_type = PL_STR("application/octet-stream")};
	struct pl_subject subject = {.name = PL_STR("artefact.bin")};
	struct pl_diag diag = {0};
	uint8_t number[8];
	pl_status st;

	pl_be64_write(number, i);
	pl_sha256(pl_bytes_of(number, sizeof number), &body.digest);
	subject.sha256 = body.digest;
	pl_json_set(p, "body", pl_body_to_json(&body));
	pl_json_set_z(p, "kind", "document");
	st = pl_statement_build(PL_STR(PL_TYPE_BODY), &subject, 1, p, &payload, NULL, &diag);
	if (st == PL_OK)
		st = pl_instance_sign(b->inst, pl_buf_bytes(&payload), NULL, 0, entry, &diag);
	if (st)
		give_up("sign", st, &diag);
}

static pl_status put_all(void *ctx, struct pl_db_tx *tx)
{
	struct batch *batch = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < batch->n && st == PL_OK; i++)
		st = pl_outbox_put(tx, PL_STR("bench"), pl_buf_bytes(&batch->entries[i]), &batch->last, NULL);
	return st;
}

static void state_all(struct bench *b, struct pl_outbox_ref *ret_last)
{
	struct batch *batch = PL_NEW(struct batch);

	for (size_t i = 0; i < PER_TX_MAX; i++)
		batch->entries[i] = (struct pl_buf)PL_BUF(PL_STATEMENT_ENTRY_MAX);
	for (uint64_t i = 0; i < b->count;) {
		pl_status st;

		for (batch->n = 0; batch->n < b->per_tx && i < b->count; batch->n++, i++) {
			pl_buf_clear(&batch->entries[batch->n]);
			make(b, i, &batch->entries[batch->n]);
		}
		st = pl_db_tx(pl_instance_db(b->inst), put_all, batch);
		if (st)
			give_up("outbox", st, NULL);
	}
	*ret_last = batch->last;
	for (size_t i = 0; i < PER_TX_MAX; i++)
		pl_buf_done(&batch->entries[i]);
	pl_free(batch);
}

static void open_both(struct bench *b, const char *dir, const char *database)
{
	struct pl_instance_recipe recipe = {.origin = PL_STR("log.example/bench"), .purpose = "test",
		.database = pl_str_from(database), .officers = 1, .approvals = 1};
	struct pl_diag diag = {0};
	pl_status st = pl_instance_init(dir, &recipe, NULL, &b->inst, &diag);

	if (st == PL_OK)
		st = pl_instance_open(dir, NULL, &b->server, &diag);
	if (st)
		give_up("init", st, &diag);
}

/* Of this process so far, seconds; says more than the clock when the machine is busy with something else. */
static double cpu_seconds(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void run(struct bench *b)
{
	double cpu = cpu_seconds();
	struct pl_outbox_ref last = {0};
	struct pl_diag diag = {0};
	uint64_t start = pl_time_monotonic(), stated, end;
	pl_status st;

	state_all(b, &last);
	stated = pl_time_monotonic();
	st = pl_instance_settle(b->inst, &last, 1, PL_OUTBOX_PROJECTED, 600 * PL_SECOND, &diag);
	if (st)
		give_up("settle", st, &diag);
	end = pl_time_monotonic();
	cpu = cpu_seconds() - cpu;
	printf("statements %llu, %llu per transaction: %.0f/s whole path (%.0f/s signed and in the outbox), %.2f ms of CPU each\n",
		(unsigned long long)b->count, (unsigned long long)b->per_tx,
		(double)b->count * 1e9 / (double)(end - start), (double)b->count * 1e9 / (double)(stated - start),
		cpu * 1e3 / (double)b->count);
}

int main(int argc, char **argv)
{
	struct bench b = {.count = 10000, .per_tx = 16};
	pthread_t thread;
	char go = 0;

	if (argc < 2 || (argc > 2 && pl_str_to_u64(pl_str_from(argv[2]), 100000000, &b.count) != PL_OK) ||
		(argc > 3 && pl_str_to_u64(pl_str_from(argv[3]), PER_TX_MAX, &b.per_tx) != PL_OK) || b.per_tx == 0) {
		(void)fprintf(stderr, "usage: bench_statement DIR [statements [per-transaction (1..%u) [DATABASE-URL]]]\n", PER_TX_MAX);
		return 2;
	}
	open_both(&b, argv[1], argc > 4 ? argv[4] : NULL);
	if (pipe(b.stop) != 0 || pthread_create(&thread, NULL, serve, &b) != 0)
		return 1;
	run(&b);
	if (write(b.stop[1], &go, 1) != 1)
		return 1;
	(void)pthread_join(thread, NULL);
	pl_instance_close(b.inst);
	pl_instance_close(b.server);
	return 0;
}
