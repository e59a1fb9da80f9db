/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/file.h"
#include "base/time.h"
#include "log/witness.h"
#include "vectors.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ORIGIN "log.example/releases"
#define NAME "witness.example/w1"
#define TIME (UINT64_C(1700000000) * PL_SECOND)
#define ORIGIN_HEX "161414f5b0f4cb713d36ee3082dfc6bd46564cd24c8977449acac6dbe4d60fc7"

struct world {
	char dir[64];
	struct memlog log;
	struct pl_signer *key, *next_key, *stranger;
	struct pl_witness *w;
	uint64_t now;
};

/* ---- the world ---- */

static uint64_t world_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static pl_status no_words(void *ctx, struct pl_buf *out)
{
	pl_buf_put_z(out, "words");
	return PL_OK;
}

static struct pl_signer *counting_signer(uint8_t from)
{
	struct pl_signer *s;
	uint8_t seed[32];

	for (unsigned i = 0; i < 32; i++)
		seed[i] = (uint8_t)(from + i);
	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	return s;
}

static void reopen(struct world *t, uint32_t rate)
{
	struct pl_passphrase pass = {.from = PL_PASSPHRASE_CALLBACK, .ask = no_words};
	struct pl_witness_options o = {.passphrase = &pass, .now = world_now, .now_ctx = t, .rate_minute = rate};

	pl_witness_close(t->w);
	t->w = NULL;
	assert_int_equal(pl_witness_open(t->dir, &o, &t->w, NULL), PL_OK);
}

/* A witness with the key of the vectors: 32 bytes counting up from 32. */
static void make_dir(struct world *t)
{
	struct pl_passphrase pass = {.from = PL_PASSPHRASE_CALLBACK, .ask = no_words};
	struct pl_privkey key = {.alg = PL_KEY_ED25519};
	int dir PL_CLEANUP(pl_file_close) = -1;

	(void)snprintf(t->dir, sizeof t->dir, "/var/tmp/pellucid-witness-XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	for (unsigned i = 0; i < 32; i++)
		key.b[i] = (uint8_t)(32 + i);
	assert_int_equal(pl_file_open_dir(AT_FDCWD, t->dir, &dir), PL_OK);
	assert_int_equal(pl_keyfile_create(dir, "key", &key, &pass, PL_KEYFILE_COST_MACHINE, NULL), PL_OK);
	assert_int_equal(pl_file_mkdirs(dir, "logs", 0755), PL_OK);
	assert_int_equal(pl_file_put(dir, "name", pl_str_bytes(PL_STR(NAME "\n")), 0644, PL_FILE_NEW), PL_OK);
	assert_int_equal(pl_witness_admit(t->dir, vec_line("log-vkey"), NULL), PL_OK);
}

static int setup(void **state)
{
	struct world *t = PL_NEW(struct world);

	t->now = TIME;
	t->key = counting_signer(0);
	t->next_key = counting_signer(100);
	t->stranger = counting_signer(200);
	memlog_make(&t->log, 300);
	make_dir(t);
	reopen(t, 0);
	*state = t;
	return 0;
}

static void remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char below[512];

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' && (!e->d_name[1] || e->d_name[1] == '.'))
			continue;
		(void)snprintf(below, sizeof below, "%s/%s", path, e->d_name);
		if (unlink(below) != 0)
			remove_tree(below);
	}
	if (d)
		closedir(d);
	(void)rmdir(path);
}

static int teardown(void **state)
{
	struct world *t = *state;

	pl_witness_close(t->w);
	pl_signer_free(t->key);
	pl_signer_free(t->next_key);
	pl_signer_free(t->stranger);
	memlog_free(&t->log);
	remove_tree(t->dir);
	pl_free(t);
	return 0;
}

/* ---- bodies and answers ---- */

static void put_note(struct pl_buf *out, const char *origin, uint64_t size, const struct pl_digest *root,
	struct pl_signer *signer)
{
	struct pl_checkpoint cp = {.origin = pl_str_from(origin), .size = size, .root = *root};

	assert_int_equal(pl_checkpoint_sign(out, &cp, &signer, 1), PL_OK);
}

/* A body that is right in every way. */
static void put_body(const struct world *t, struct pl_buf *out, uint64_t old_size, uint64_t size)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_digest root = memlog_root(&t->log, size);
	struct pl_tree_path path = {0};

	if (old_size && old_size < size)
		assert_int_equal(
			pl_tree_prove_consistency(old_size, size, memlog_fetch, (void *)(uintptr_t)&t->log, &path),
			PL_OK);
	put_note(&note, ORIGIN, size, &root, t->key);
	pl_witness_request_write(out, old_size, path.h, path.n, pl_buf_str(&note));
}

static unsigned post(struct world *t, pl_str body, struct pl_buf *answer)
{
	struct pl_witness_answer a;

	pl_witness_add_checkpoint(t->w, pl_str_bytes(body), &a);
	if (answer) {
		pl_buf_clear(answer);
		pl_buf_put_str(answer, pl_buf_str(&a.body));
	}
	assert_string_equal(a.type, a.status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8");
	assert_true((a.status == 429) == (a.retry_after > 0));
	pl_buf_done(&a.body);
	return a.status;
}

static unsigned submit(struct world *t, uint64_t old_size, uint64_t size)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_WITNESS_BODY_MAX);

	put_body(t, &body, old_size, size);
	return post(t, pl_buf_str(&body), NULL);
}

/* The size that is recorded, as a 409 tells it. */
static uint64_t recorded(struct world *t)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(10000), a PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_digest root = memlog_root(&t->log, 300);
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	uint64_t size;
	pl_str s, line;

	put_note(&note, ORIGIN, 300, &root, t->key);
	pl_witness_request_write(&body, 299, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), &a), 409);
	s = pl_buf_str(&a);
	assert_true(pl_str_take_line(&s, &line) && !s.len);
	assert_int_equal(pl_str_to_u64(line, UINT64_MAX, &size), PL_OK);
	return size;
}

static size_t evidence(const struct world *t)
{
	char path[256];
	size_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof path, "%s/logs/" ORIGIN_HEX "/evidence", t->dir);
	d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));)
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

/* ---- the tests ---- */

static void answers_the_vector(void **state)
{
	struct pl_buf a PL_CLEANUP(pl_buf_done) = PL_BUF(10000), published PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	pl_str cp8 = vec_text("checkpoint-8");

	assert_int_equal(submit(t, 0, 5), 200);
	assert_int_equal(post(t, vec_text("add-checkpoint-5-8"), &a), 200);
	/* The vector's checkpoint is the log's note and exactly this line. */
	assert_true(pl_str_ends(cp8, pl_buf_str(&a)));
	assert_int_equal(pl_witness_checkpoint(t->w, PL_STR(ORIGIN_HEX), &published), PL_OK);
	assert_true(pl_str_eq(pl_buf_str(&published), cp8));
	assert_int_equal(pl_witness_checkpoint(t->w, PL_STR("../name"), &published), PL_E_NOTFOUND);
	assert_int_equal(pl_witness_checkpoint(t->w, pl_str_sub(PL_STR(ORIGIN_HEX), 1, 63), &published), PL_E_NOTFOUND);
}

static void grows_step_by_step(void **state)
{
	static const uint64_t sizes[] = {0, 0, 1, 2, 3, 3, 64, 65, 255, 256, 257, 300, 300};
	struct world *t = *state;

	for (size_t i = 1; i < PL_COUNT(sizes); i++)
		assert_int_equal(submit(t, sizes[i - 1], sizes[i]), 200);
	assert_int_equal(recorded(t), 300);
	assert_int_equal(submit(t, 0, 300), 409);
	assert_int_equal(evidence(t), 0);
}

static void not_found_and_forbidden(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest root = memlog_root(&t->log, 5);
	static const struct {
		const char *origin;
		bool stranger;
		unsigned status;
	} cases[] = {{"log.example/other", false, 404}, {ORIGIN, true, 403}};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		pl_buf_clear(&note);
		pl_buf_clear(&body);
		put_note(&note, cases[i].origin, 5, &root, cases[i].stranger ? t->stranger : t->key);
		pl_witness_request_write(&body, 0, NULL, 0, pl_buf_str(&note));
		assert_int_equal(post(t, pl_buf_str(&body), NULL), cases[i].status);
	}
	/* A good body whose signature is that of another size: the known key signed badly. */
	pl_buf_clear(&body);
	put_body(t, &body, 0, 5);
	body.ptr[pl_str_find_str(pl_buf_str(&body), PL_STR("\n5\n")) + 1] = '6';
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 403);
	assert_int_equal(submit(t, 0, 5), 200);
}

static void bad_requests(void **state)
{
	struct world *t = *state;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_digest root = memlog_root(&t->log, 300), hash = {{0}};
	static const char *const heads[] = {"old 007", "old +7", "old -1", "old 7 ", "old", "old ",
		"old 9223372036854775808", "new 7", " old 7", "old 7\nAAAA", "old 7\n\t", "old 301", "old 7\rx",
		"old 7\nSFM123z+yWXxX/dF/GJcQdXqJkaTaTAWWCj3PdS2iFQ"};

	put_note(&note, ORIGIN, 300, &root, t->key);
	for (size_t i = 0; i < PL_COUNT(heads); i++) {
		pl_buf_clear(&body);
		pl_buf_printf(&body, "%s\n\n", heads[i]);
		pl_buf_put_str(&body, pl_buf_str(&note));
		assert_int_equal(post(t, pl_buf_str(&body), NULL), 400);
	}
	/* 64 lines of proof; 63 are well formed and only wrong. */
	for (unsigned n = 63; n <= 64; n++) {
		pl_buf_clear(&body);
		pl_buf_put_z(&body, "old 0\n");
		for (unsigned i = 0; i < n; i++) {
			pl_base64_put(&body, pl_digest_bytes(&hash));
			pl_buf_put_c(&body, '\n');
		}
		pl_buf_put_c(&body, '\n');
		pl_buf_put_str(&body, pl_buf_str(&note));
		assert_int_equal(post(t, pl_buf_str(&body), NULL), n == 63 ? 422 : 400);
	}
	assert_int_equal(post(t, PL_STR(""), NULL), 400);
	assert_int_equal(post(t, PL_STR("old 0\n"), NULL), 400);
	assert_int_equal(post(t, PL_STR("old 0\n\n"), NULL), 400);
	assert_int_equal(post(t, PL_STR("old 0\n\nlog.example/releases\n08\nAAAA\n\n— x AAAAAAA=\n"), NULL), 400);
	pl_buf_clear(&body);
	put_body(t, &body, 0, 5);
	for (size_t n = 0; n < body.len; n++)
		assert_int_equal(post(t, pl_str_sub(pl_buf_str(&body), 0, n), NULL), 400);
	assert_int_equal(recorded(t), 0);
}

static void unprocessable(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest root5 = memlog_root(&t->log, 5), root8 = memlog_root(&t->log, 8), other = {{1}};
	const struct {
		uint64_t size, old_size;
		const struct pl_digest *root;
		size_t n;
	} first[] = {{0, 0, &root5, 0}, {5, 0, &root5, 1}},
	  then[] = {{5, 5, &other, 0}, {5, 5, &root5, 1}, {8, 5, &root8, 0}, {8, 5, &root8, 1}, {8, 5, &other, 0}};

	for (unsigned phase = 0; phase < 2; phase++) {
		for (size_t i = 0; i < (phase ? PL_COUNT(then) : PL_COUNT(first)); i++) {
			uint64_t size = phase ? then[i].size : first[i].size, old_size = phase ? then[i].old_size : 0;

			pl_buf_clear(&note);
			pl_buf_clear(&body);
			put_note(&note, ORIGIN, size, phase ? then[i].root : first[i].root, t->key);
			pl_witness_request_write(
				&body, old_size, &other, phase ? then[i].n : first[i].n, pl_buf_str(&note));
			assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
		}
		if (!phase)
			assert_int_equal(submit(t, 0, 5), 200);
	}
	assert_int_equal(recorded(t), 5);
	assert_int_equal(submit(t, 5, 8), 200);
}

static void an_older_checkpoint_is_not_cosigned(void **state)
{
	struct world *t = *state;

	assert_int_equal(submit(t, 0, 8), 200);
	assert_int_equal(submit(t, 0, 5), 409);
	assert_int_equal(submit(t, 5, 5), 409);
	assert_int_equal(submit(t, 8, 5), 400);
	reopen(t, 0);
	assert_int_equal(submit(t, 5, 5), 409);
	assert_int_equal(recorded(t), 8);
}

static void evidence_of_a_fork_is_kept_once(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest other = {{1}};

	assert_int_equal(submit(t, 0, 8), 200);
	put_note(&note, ORIGIN, 8, &other, t->key);
	pl_witness_request_write(&body, 8, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	assert_int_equal(evidence(t), 1);
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	assert_int_equal(evidence(t), 1);
	/* A fork shows whatever old size it comes with. */
	pl_buf_clear(&body);
	pl_witness_request_write(&body, 0, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 409);
	assert_int_equal(evidence(t), 2);
	/* So does a larger tree whose proof does not hold. */
	pl_buf_clear(&note);
	pl_buf_clear(&body);
	put_note(&note, ORIGIN, 9, &other, t->key);
	pl_witness_request_write(&body, 8, &other, 1, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	assert_int_equal(evidence(t), 3);
	for (unsigned i = 0; i < 2 * PL_WITNESS_EVIDENCE_MAX; i++) {
		pl_buf_clear(&note);
		pl_buf_clear(&body);
		other.b[1] = (uint8_t)i;
		put_note(&note, ORIGIN, 8, &other, t->key);
		pl_witness_request_write(&body, 8, NULL, 0, pl_buf_str(&note));
		assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	}
	assert_int_equal(evidence(t), PL_WITNESS_EVIDENCE_MAX);
}

/* Anybody can send a checkpoint that the log has just published with a proof of his own making. That shows nothing about
 * the log, and must leave room for what does. */
static void made_up_proofs_leave_room_for_a_fork(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest other = {{1}}, root = memlog_root(&t->log, 9);
	size_t before;

	assert_int_equal(submit(t, 0, 8), 200);
	put_note(&note, ORIGIN, 9, &root, t->key);
	for (unsigned i = 0; i < 2 * PL_WITNESS_EVIDENCE_MAX; i++) {
		pl_buf_clear(&body);
		other.b[1] = (uint8_t)i;
		pl_witness_request_write(&body, 8, &other, 1, pl_buf_str(&note));
		assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	}
	before = evidence(t);
	pl_buf_clear(&note);
	pl_buf_clear(&body);
	put_note(&note, ORIGIN, 8, &other, t->key);
	pl_witness_request_write(&body, 8, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 422);
	assert_int_equal(evidence(t), before + 1);
	/* Nor do they use up what the log may have cosigned. */
	reopen(t, 30);
	for (unsigned i = 0; i < 12; i++) {
		pl_buf_clear(&note);
		pl_buf_clear(&body);
		put_note(&note, ORIGIN, 9, &root, t->key);
		pl_witness_request_write(&body, 8, &other, 1, pl_buf_str(&note));
		(void)post(t, pl_buf_str(&body), NULL);
	}
	assert_int_equal(submit(t, 8, 9), 200);
}

struct racer {
	pthread_t thread;
	struct world *t;
	pthread_barrier_t *start;
	struct pl_buf body;
	unsigned status;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct pl_witness_answer a;

	pthread_barrier_wait(r->start);
	pl_witness_add_checkpoint(r->t->w, pl_buf_bytes(&r->body), &a);
	r->status = a.status;
	pl_buf_done(&a.body);
	return NULL;
}

static void of_many_with_one_old_size_one_wins(void **state)
{
	struct world *t = *state;
	pthread_barrier_t start;
	struct racer r[8];
	uint64_t size = 0;

	assert_int_equal(pthread_barrier_init(&start, NULL, PL_COUNT(r)), 0);
	for (unsigned round = 0; round < 10; round++) {
		unsigned won = 0;

		for (size_t i = 0; i < PL_COUNT(r); i++) {
			r[i] = (struct racer){.t = t, .start = &start, .body = PL_BUF(10000)};
			put_body(t, &r[i].body, size, size + 1 + i);
			assert_int_equal(pthread_create(&r[i].thread, NULL, race, &r[i]), 0);
		}
		for (size_t i = 0; i < PL_COUNT(r); i++) {
			assert_int_equal(pthread_join(r[i].thread, NULL), 0);
			assert_true(r[i].status == 200 || r[i].status == 409);
			won += r[i].status == 200;
			pl_buf_done(&r[i].body);
		}
		assert_int_equal(won, 1);
		size = recorded(t);
	}
	pthread_barrier_destroy(&start);
}

struct fault {
	enum pl_file_op op;
	int answer;
	unsigned hits;
};

static int fail_op(void *ctx, const struct pl_file_event *event, size_t *short_len)
{
	struct fault *f = ctx;

	if (event->op != f->op)
		return 0;
	f->hits++;
	if (event->op == PL_FILE_OP_WRITE)
		*short_len = event->data.len / 2;
	return f->answer;
}

/* Whatever step of the durable write fails: no cosignature leaves, and what is recorded next is consistent. */
static void nothing_is_signed_that_is_not_written(void **state)
{
	static const enum pl_file_op ops[] = {PL_FILE_OP_CREATE, PL_FILE_OP_WRITE, PL_FILE_OP_SYNC, PL_FILE_OP_RENAME,
		PL_FILE_OP_SYNC_DIR};
	struct world *t = *state;
	uint64_t size = 3;

	assert_int_equal(submit(t, 0, size), 200);
	for (size_t i = 0; i < PL_COUNT(ops); i++) {
		struct fault f = {ops[i], i % 2 ? ENOSPC : EIO, 0};
		unsigned status;
		uint64_t now;

		pl_file_set_hook(fail_op, &f);
		status = submit(t, size, size + 4);
		pl_file_set_hook(NULL, NULL);
		assert_int_equal(status, 500);
		assert_true(f.hits > 0);
		now = recorded(t);
		/* The rename may have happened before the failure; never anything between. */
		assert_true(now == size || now == size + 4);
		reopen(t, 0);
		assert_int_equal(recorded(t), now);
		assert_int_equal(submit(t, now, size + 4), 200);
		size += 4;
	}
}

static void keys_rotate_while_serving(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct world *t = *state;
	struct pl_digest root = memlog_root(&t->log, 5);
	struct pl_vkey next;

	assert_int_equal(submit(t, 0, 3), 200);
	put_note(&note, ORIGIN, 3, (struct pl_digest[]){memlog_root(&t->log, 3)}, t->next_key);
	pl_witness_request_write(&body, 3, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 403);
	assert_int_equal(pl_vkey_of_signer(PL_STR(ORIGIN), t->next_key, &next), PL_OK);
	pl_vkey_write(&text, &next);
	assert_int_equal(pl_witness_admit(t->dir, pl_buf_str(&text), NULL), PL_OK);
	assert_int_equal(pl_witness_admit(t->dir, pl_buf_str(&text), NULL), PL_E_EXISTS);
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 200);
	assert_int_equal(submit(t, 3, 5), 200);
	/* The old one ends; the last one does not. */
	assert_int_equal(pl_witness_drop_key(t->dir, vec_line("log-vkey"), NULL), PL_OK);
	assert_int_equal(pl_witness_drop_key(t->dir, vec_line("log-vkey"), NULL), PL_E_NOTFOUND);
	assert_int_equal(pl_witness_drop_key(t->dir, pl_buf_str(&text), NULL), PL_E_STATE);
	assert_int_equal(submit(t, 5, 6), 403);
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 409);
	assert_int_equal(pl_witness_admit(t->dir, vec_line("log-vkey"), NULL), PL_OK);
	assert_int_equal(submit(t, 5, 6), 200);
	/* A log that is admitted while we serve. */
	pl_buf_clear(&text);
	assert_int_equal(pl_vkey_of_signer(PL_STR("log.example/two"), t->next_key, &next), PL_OK);
	pl_vkey_write(&text, &next);
	pl_buf_clear(&note);
	pl_buf_clear(&body);
	put_note(&note, "log.example/two", 5, &root, t->next_key);
	pl_witness_request_write(&body, 0, NULL, 0, pl_buf_str(&note));
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 404);
	assert_int_equal(pl_witness_admit(t->dir, pl_buf_str(&text), NULL), PL_OK);
	assert_int_equal(post(t, pl_buf_str(&body), NULL), 200);
}

static void admits_log_keys_only(void **state)
{
	struct world *t = *state;

	assert_int_equal(pl_witness_admit(t->dir, vec_line("witness-vkey"), NULL), PL_E_UNSUPPORTED);
	assert_int_equal(pl_witness_admit(t->dir, PL_STR("nonsense"), NULL), PL_E_SYNTAX);
	assert_int_equal(pl_witness_admit(t->dir, vec_line("log-vkey"), NULL), PL_E_EXISTS);
}

static void has_a_rate_limit(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest root = memlog_root(&t->log, 5);
	unsigned passed = 0, limited = 0;

	reopen(t, 30);
	for (unsigned i = 0; i < 12; i++) {
		unsigned status = submit(t, i ? 3 : 0, 3);

		passed += status == 200;
		limited += status == 429;
	}
	assert_int_equal(passed + limited, 12);
	assert_in_range(passed, 5, 8);
	/* Anybody can send again what is published. That must keep neither the size nor the next checkpoint from the log. */
	assert_int_equal(submit(t, 0, 3), 409);
	assert_int_equal(submit(t, 3, 4), 200);
	/* Who is not the log does not use up its allowance. */
	reopen(t, 30);
	put_note(&note, ORIGIN, 5, &root, t->stranger);
	pl_witness_request_write(&body, 4, NULL, 0, pl_buf_str(&note));
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(post(t, pl_buf_str(&body), NULL), 403);
	assert_int_equal(submit(t, 4, 5), 200);
}

static void a_wrong_system_time_signs_nothing(void **state)
{
	struct world *t = *state;

	t->now = 0;
	assert_int_equal(submit(t, 0, 3), 500);
	t->now = UINT64_C(1577836799) * PL_SECOND;
	assert_int_equal(submit(t, 0, 3), 500);
	t->now = TIME;
	assert_int_equal(submit(t, 0, 3), 200);
}

static void opens_only_what_it_wrote(void **state)
{
	struct pl_passphrase pass = {.from = PL_PASSPHRASE_CALLBACK, .ask = no_words};
	struct pl_witness_options o = {.passphrase = &pass};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct world *t = *state;
	struct pl_digest root = memlog_root(&t->log, 2);
	struct pl_witness *second = NULL;
	char path[256];

	assert_int_equal(submit(t, 0, 3), 200);
	assert_int_equal(pl_witness_open(t->dir, &o, &second, NULL), PL_E_BUSY);
	pl_witness_close(t->w);
	t->w = NULL;
	put_note(&note, ORIGIN, 2, &root, t->key);
	(void)snprintf(path, sizeof path, "%s/logs/" ORIGIN_HEX "/checkpoint", t->dir);
	assert_int_equal(pl_file_put(AT_FDCWD, path, pl_buf_bytes(&note), 0644, PL_FILE_REPLACE), PL_OK);
	assert_int_equal(pl_witness_open(t->dir, &o, &second, NULL), PL_E_CORRUPT);
	assert_null(second);
}

static pl_status list_one(void *ctx, const struct pl_witness_log *log)
{
	struct pl_witness_log *into = ctx;

	assert_true(pl_str_eq(log->origin, PL_STR(ORIGIN)));
	*into = *log;
	return PL_OK;
}

static void lists_while_serving(void **state)
{
	struct pl_witness_log log = {0};
	struct world *t = *state;

	assert_int_equal(pl_witness_list(t->dir, list_one, &log, NULL), PL_OK);
	assert_true(!log.seen && log.keys == 1);
	assert_int_equal(submit(t, 0, 3), 200);
	assert_int_equal(pl_witness_list(t->dir, list_one, &log, NULL), PL_OK);
	assert_true(log.seen && log.size == 3 && log.time == TIME && log.evidence == 0);
}

static void is_made_once(void **state)
{
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_witness *w = NULL;
	struct world *t = *state;
	struct pl_vkey parsed;
	char path[256];

	assert_int_equal(pl_witness_init(t->dir, PL_STR("x"), NULL, NULL), PL_E_EXISTS);
	(void)snprintf(path, sizeof path, "%s/new", t->dir);
	assert_int_equal(pl_witness_init(path, PL_STR("a b"), NULL, NULL), PL_E_SYNTAX);
	assert_int_equal(pl_witness_init(path, PL_STR("new.example/w"), NULL, NULL), PL_OK);
	assert_int_equal(pl_witness_init(path, PL_STR("new.example/w"), NULL, NULL), PL_E_EXISTS);
	assert_int_equal(pl_witness_open(path, NULL, &w, NULL), PL_OK);
	pl_witness_vkey(w, &vkey);
	pl_witness_close(w);
	assert_int_equal(pl_vkey_parse(pl_buf_str(&vkey), &parsed, NULL), PL_OK);
	assert_int_equal(parsed.type, PL_NOTE_COSIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_the_vector, setup, teardown),
		cmocka_unit_test_setup_teardown(grows_step_by_step, setup, teardown),
		cmocka_unit_test_setup_teardown(not_found_and_forbidden, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_requests, setup, teardown),
		cmocka_unit_test_setup_teardown(unprocessable, setup, teardown),
		cmocka_unit_test_setup_teardown(an_older_checkpoint_is_not_cosigned, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_of_a_fork_is_kept_once, setup, teardown),
		cmocka_unit_test_setup_teardown(made_up_proofs_leave_room_for_a_fork, setup, teardown),
		cmocka_unit_test_setup_teardown(of_many_with_one_old_size_one_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_signed_that_is_not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_rotate_while_serving, setup, teardown),
		cmocka_unit_test_setup_teardown(admits_log_keys_only, setup, teardown),
		cmocka_unit_test_setup_teardown(has_a_rate_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wrong_system_time_signs_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(opens_only_what_it_wrote, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_while_serving, setup, teardown),
		cmocka_unit_test_setup_teardown(is_made_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
