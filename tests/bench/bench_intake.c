/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases a second from many senders, each waiting for its answer: number, leaf and promise, durable.
 *
 *	bench_intake INSTANCE REGISTER SENDERS SECONDS
 *
 * The register has the fields "received" (a time) and "words" (a sealed text). fsync is real.
 */
#include "bench.h"
#include "fact/instance.h"
#include "cli/rooms.h"
#include "crypto/sealedbox.h"
#include "crypto/signer.h"
#include "people/people.h"
#include "register/intake.h"
#include <pthread.h>

#define SENDERS_MAX PL_INTAKE_SENDERS_MAX
#define ANSWERS_MAX 200000u

struct bench {
	struct pl_intake *intake;
	const struct pl_register *r;
	size_t words;
	uint64_t until;
	pthread_mutex_t lock;
	size_t n;
	double *ms; /* one an answer */
};

static _Noreturn void give_up(const char *what, pl_status st, const struct pl_diag *diag)
{
	(void)fprintf(stderr, "bench_intake: %s: %s\n", what, pl_diag_text(diag, st));
	exit(1);
}

static void *send_cases(void *arg)
{
	static const char text[] = "A text of about the length that somebody writes who has found something and wants to say what, where and "
				   "how it can be seen again; three or four sentences, no more. It is sealed as it comes in.";
	struct bench *b = arg;

	while (pl_time_monotonic() < b->until) {
		struct pl_register_values v = {0};
		uint64_t now = pl_time_now() / PL_SECOND, began = pl_time_monotonic();
		struct pl_intake_form form = {.r = b->r, .values = &v, .now = now};
		struct pl_intake_answer answer;
		struct pl_diag diag = {0};
		uint8_t received[8];
		pl_status st;

		pl_be64_write(received, now);
		v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
		v.v[b->words] = (struct pl_commit_value){true, pl_bytes_of(text, sizeof text - 1)};
		st = pl_intake_enter(b->intake, &form, &answer, &diag);
		if (st)
			give_up("enter", st, &diag);
		pl_vault_key_done(&answer.key);
		(void)pthread_mutex_lock(&b->lock);
		if (b->n < ANSWERS_MAX)
			b->ms[b->n++] = (double)(pl_time_monotonic() - began) / 1e6;
		(void)pthread_mutex_unlock(&b->lock);
	}
	return NULL;
}

static void run(struct bench *b, unsigned senders, unsigned seconds)
{
	pthread_t threads[SENDERS_MAX];
	uint64_t began = pl_time_monotonic();
	double took, p50, p99;

	b->until = began + seconds * PL_SECOND;
	for (unsigned i = 0; i < senders; i++)
		if (pthread_create(&threads[i], NULL, send_cases, b) != 0)
			exit(3);
	for (unsigned i = 0; i < senders; i++)
		(void)pthread_join(threads[i], NULL);
	took = (double)(pl_time_monotonic() - began) / 1e9;
	p50 = bench_quantile(b->ms, b->n, 0.5);
	p99 = bench_quantile(b->ms, b->n, 0.99);
	printf("%u senders: %.0f cases/s p50 %.1f ms p99 %.1f ms\n", senders, (double)b->n / took, p50, p99);
}

/* What no sharing saves: each case has a key wrapped and looked at, an address for answers, and a promise signed and checked. */
static double public_key_us(void)
{
	enum { ROUNDS = 500 };
	struct pl_privkey key;
	struct pl_pubkey pub;
	struct pl_sealedbox_key holder;
	struct pl_signer *signer;
	struct pl_signature sig;
	struct pl_buf box = PL_BUF(256), open = PL_BUF(256);
	uint8_t plain[64] = {0}, promise[600] = {0};
	uint64_t began;
	pl_status st;

	pl_privkey_generate(PL_KEY_ED25519, &key);
	st = pl_sealedbox_key(&key, &holder);
	if (!st)
		st = pl_signer_from_privkey(&key, &signer);
	began = pl_time_monotonic();
	for (unsigned i = 0; i < ROUNDS && !st; i++) {
		pl_buf_clear(&box);
		pl_buf_clear(&open);
		st = pl_sealedbox_seal_to(&holder.to, pl_bytes_of(plain, sizeof plain), &box);
		if (!st)
			st = pl_sealedbox_open_key(&holder, pl_buf_bytes(&box), &open);
		if (!st)
			st = pl_privkey_public(&key, &pub);
		if (!st)
			st = pl_signer_sign(signer, pl_bytes_of(promise, sizeof promise), &sig);
	}
	if (st)
		give_up("public keys", st, NULL);
	began = pl_time_monotonic() - began;
	pl_signer_free(signer);
	pl_buf_done(&box);
	pl_buf_done(&open);
	return (double)began / 1e3 / ROUNDS;
}

int main(int argc, char **argv)
{
	struct pl_instance_options opt = {.rooms = pl_rooms, .n_rooms = pl_rooms_count, .migrate = true};
	struct pl_instance *inst = NULL, *lanes[PL_INTAKE_LANES] = {0};
	struct pl_register *r = NULL;
	struct pl_diag diag = {0};
	struct bench b = {.lock = PTHREAD_MUTEX_INITIALIZER, .ms = pl_alloc(ANSWERS_MAX, sizeof *b.ms)};
	uint64_t senders, seconds;
	pl_status st;

	if (argc != 5 || pl_str_to_u64(pl_str_from(argv[3]), SENDERS_MAX, &senders) || !senders || pl_str_to_u64(pl_str_from(argv[4]), 3600, &seconds))
		return 2;
	st = pl_instance_open(argv[1], &opt, &inst, &diag);
	for (size_t i = 0; i < PL_INTAKE_LANES && !st; i++)
		st = pl_instance_open(argv[1], &opt, &lanes[i], &diag);
	if (!st)
		st = pl_register_open(inst, pl_str_from(argv[2]), &r, &diag);
	if (st)
		give_up("open", st, &diag);
	b.r = r;
	b.words = (size_t)(pl_register_decl_field(r->decl, PL_STR("words")) - r->decl->fields);
	b.intake = pl_intake_new(lanes, PL_INTAKE_LANES);
	run(&b, (unsigned)senders, (unsigned)seconds);
	printf("public-key operations of a case: %.0f us of one processor\n", public_key_us());
	pl_intake_free(b.intake);
	for (size_t i = 0; i < PL_INTAKE_LANES; i++)
		pl_instance_close(lanes[i]);
	pl_register_close(r);
	pl_instance_close(inst);
	pl_free(b.ms);
	return 0;
}
