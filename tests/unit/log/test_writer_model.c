/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer against a model: sessions of random submissions, holds and acts, in a process of their own that is ended in the
 * middle of some write, while other writes fail. Then a session without faults, and:
 *  1. an entry that got an index still has it
 *  2. an entry that was "stored, not yet published" is in the log
 *  3. every checkpoint that was ever published is one of the tree that stands there at the end
 * PL_SEED repeats a run (threads permitting); PL_LONG=1 makes it longer.
 */
#include "base/codec.h"
#include "base/file.h"
#include "base/random.h"
#include "base/time.h"
#include "keys.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/materialise.h"
#include "log/tree.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define ORIGIN "test.example/log"
#define ENTRIES_MAX 60000u
#define CHECKPOINTS_MAX 8192u
#define PATIENCE (60 * PL_SECOND)

enum told { NOTHING, HAS_INDEX, IS_STORED };

/* What outlives the process of a session. */
struct shared {
	_Atomic uint64_t now;
	atomic_uint n_entries, n_checkpoints, wrong;
	struct {
		_Atomic enum told told;
		_Atomic uint64_t index;
	} entry[ENTRIES_MAX];
	struct {
		uint64_t size;
		struct pl_digest root;
	} checkpoint[CHECKPOINTS_MAX];
};

static struct shared *all;
static struct pl_signer *signer;
static struct pl_log_key key;
static uint64_t seed;

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t draw(uint64_t below)
{
	seed = mix(seed);
	return seed % below;
}

static uint64_t tell_time(void)
{
	return all->now;
}

static int begin(void **state)
{
	const char *given = getenv("PL_SEED");

	if (scratch_begin(state))
		return -1;
	if (!given || pl_str_to_u64(pl_str_from(given), UINT64_MAX, &seed))
		pl_random(&seed, sizeof seed);
	print_message("PL_SEED=%llu\n", (unsigned long long)seed);
	all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return -1;
	all->now = UINT64_C(1700000000) * PL_SECOND;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey))
		return -1;
	return pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, NULL) ? -1 : 0;
}

static int end(void **state)
{
	pl_file_set_hook(NULL, NULL);
	pl_signer_free(signer);
	(void)munmap(all, sizeof *all);
	return scratch_end(state);
}

/* ---- the log ---- */

static void on_answer(void *ctx, void *tag, const struct pl_log_answer *a)
{
	size_t k = (size_t)(uintptr_t)tag - 1;
	enum told told = all->entry[k].told;

	(void)ctx;
	if (a->status == PL_OK) {
		if (told == HAS_INDEX && all->entry[k].index != a->index)
			all->wrong++;
		all->entry[k].index = a->index;
		all->entry[k].told = HAS_INDEX;
	} else if (a->status == PL_E_HELD) {
		if (told == HAS_INDEX)
			all->wrong++;
		all->entry[k].told = IS_STORED;
	}
}

static void on_published(void *ctx, const struct pl_log_published *p)
{
	unsigned i = all->n_checkpoints++;

	(void)ctx;
	if (i < CHECKPOINTS_MAX) {
		all->checkpoint[i].size = p->size;
		all->checkpoint[i].root = p->root;
	}
}

static pl_status open_log(struct pl_log_writer **ret, struct pl_diag *diag)
{
	struct pl_log_writer_options o = {
		.dir = "log", .keys = &key, .n_keys = 1, .publish_ns = PL_MILLISECOND, .now = tell_time, .done = on_answer,
		.published = on_published, .segment_bytes = PL_JOURNAL_SEGMENT_MIN,
	};

	return pl_log_writer_open(&o, ret, diag);
}

/* About a third are of a size that lets segments change soon. */
static pl_bytes text_of(size_t k, uint8_t buf[static 4096])
{
	size_t len = mix(k) % 3 ? 8 : 8 + mix(k) % 4000;

	memset(buf, (int)(k & 0xff), len);
	pl_be64_write(buf, k);
	return pl_bytes_of(buf, len);
}

static void submit(struct pl_log_writer *w, size_t k)
{
	uint8_t buf[4096];

	(void)(pl_log_writer_add_patient(w, text_of(k, buf), (void *)(uintptr_t)(k + 1)) == PL_OK);
}

static pl_status accept_time(struct pl_log_writer *w)
{
	struct pl_log_answer a = {0};
	uint8_t act[16] = "act ";

	pl_be64_write(act + 8, seed);
	return pl_log_writer_time_accept(w, pl_bytes_of(act, sizeof act), NULL, &a);
}

/* ---- a session with faults ---- */

struct faults {
	uint64_t salt, period; /* one mutation in @period fails; 0: none */
	uint64_t last;         /* the process ends at this one; 0: never */
	_Atomic uint64_t n;
};

static int inject(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct faults *f = ctx;
	uint64_t n = ++f->n, r = mix(f->salt + n);

	if (f->last && n >= f->last) {
		if (e->op == PL_FILE_OP_WRITE && (r & 1) && e->data.len > 1)
			(void)!pwrite(e->fd, e->data.ptr, (size_t)(r >> 8) % e->data.len,
				e->offset == UINT64_MAX ? 0 : (off_t)e->offset);
		_exit(0);
	}
	if (!f->period || r % f->period)
		return 0;
	if (e->op == PL_FILE_OP_WRITE && (r >> 32 & 1))
		*short_len = (size_t)(r >> 40) % (e->data.len + 1);
	return r >> 33 & 1 ? EIO : ENOSPC;
}

static void one_burst(struct pl_log_writer *w)
{
	uint64_t n = draw(8) ? 1 + draw(40) : 200 + draw(200);

	for (uint64_t i = 0; i < n && all->n_entries < ENTRIES_MAX; i++)
		if (all->n_entries && draw(6) == 0)
			submit(w, draw(all->n_entries));
		else
			submit(w, all->n_entries++);
	if (draw(3))
		(void)(pl_log_writer_drain(w, PATIENCE) == PL_OK);
}

/* 0, or the status of an opening that says the log is spoilt. */
static int session(uint64_t number)
{
	struct faults f = {.salt = mix(number), .period = draw(2) ? 5 + draw(60) : 0, .last = draw(2) ? 1 + draw(250) : 0};
	bool faulty_start = draw(3) == 0;
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};
	pl_status st;

	all->now = draw(4) ? all->now + PL_SECOND : all->now - 7200 * PL_SECOND;
	if (faulty_start)
		pl_file_set_hook(inject, &f);
	st = open_log(&w, &diag);
	if (st) {
		if (st == PL_E_ROLLBACK || st == PL_E_CORRUPT || !faulty_start)
			print_message("%s\n", diag.text);
		return st == PL_E_ROLLBACK || st == PL_E_CORRUPT || !faulty_start ? (int)st : 0;
	}
	if (!faulty_start)
		pl_file_set_hook(inject, &f);
	for (uint64_t i = draw(8); i > 0; i--) {
		one_burst(w);
		if (draw(3) == 0)
			(void)(accept_time(w) == PL_OK);
		if (draw(4) == 0)
			pl_time_sleep(draw(20) * PL_MILLISECOND);
	}
	(void)(pl_log_writer_close(w) == PL_OK);
	return 0;
}

static void run_session(uint64_t number)
{
	pid_t child;
	int status = -1;

	seed = mix(seed);
	child = fork();
	if (child == 0)
		_exit(session(number));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("session %llu: status %x", (unsigned long long)number, (unsigned)status);
}

/* ---- a session without ---- */

static void expect(struct pl_log_writer *w, size_t k)
{
	struct pl_log_answer a = {0};
	uint8_t buf[4096];

	if (all->entry[k].told == NOTHING)
		return;
	assert_int_equal(pl_log_writer_add_wait(w, text_of(k, buf), &a), PL_OK);
	if (!a.duplicate || (all->entry[k].told == HAS_INDEX && a.index != all->entry[k].index))
		fail_msg("entry %zu: told %d index %llu, now %llu%s", k, (int)all->entry[k].told,
			(unsigned long long)all->entry[k].index, (unsigned long long)a.index, a.duplicate ? "" : " (lost)");
	all->entry[k].index = a.index;
	all->entry[k].told = HAS_INDEX;
}

static struct pl_log_writer *open_sound(void)
{
	struct pl_log_status s = {.stored_held = 1};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};

	if (open_log(&w, &diag))
		fail_msg("%s", diag.text);
	(void)(accept_time(w) == PL_OK);
	for (unsigned i = 0; i < 12000 && s.stored_held; i++) {
		pl_log_writer_status(w, &s);
		if (s.stored_held)
			pl_time_sleep(5 * PL_MILLISECOND);
	}
	assert_int_equal(s.hold, 0);
	assert_int_equal(s.stored_held, 0);
	return w;
}

static void check_since(size_t from)
{
	struct pl_log_writer *w = open_sound();
	struct pl_log_status s;

	for (size_t k = from; k < all->n_entries; k++)
		expect(w, k);
	for (unsigned i = 0; i < 20 && from; i++)
		expect(w, draw(from));
	pl_log_writer_status(w, &s);
	assert_int_equal(pl_log_writer_wait_published(w, s.recorded.size, PATIENCE), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	assert_int_equal(all->wrong, 0);
}

/* ---- the end ---- */

static int by_size(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

static pl_status next_leaf(int dir, uint64_t index, uint64_t size, struct pl_buf *scratch_buf, struct pl_digest *ret)
{
	pl_bytes entry;
	pl_status st = pl_materialise_entry(dir, index, size, scratch_buf, &entry);

	if (!st)
		pl_tree_leaf(entry, ret);
	return st;
}

static void check_checkpoints(void)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	int dir PL_CLEANUP(pl_file_close) = -1;
	unsigned n = all->n_checkpoints < CHECKPOINTS_MAX ? all->n_checkpoints : CHECKPOINTS_MAX;
	uint64_t size = 0;
	struct pl_tree_edge edge;

	assert_int_equal(pl_file_open_dir(AT_FDCWD, "log/public", &dir), PL_OK);
	qsort(all->checkpoint, n, sizeof all->checkpoint[0], by_size);
	if (n)
		size = all->checkpoint[n - 1].size;
	pl_tree_edge_init(&edge);
	for (unsigned i = 0; i < n; i++) {
		struct pl_digest leaf, root;

		while (edge.size < all->checkpoint[i].size) {
			assert_int_equal(next_leaf(dir, edge.size, size, &data, &leaf), PL_OK);
			assert_int_equal(pl_tree_edge_append(&edge, &leaf, 1), PL_OK);
		}
		pl_tree_edge_root(&edge, &root);
		assert_digest_equal(&root, &all->checkpoint[i].root);
	}
	print_message("%u entries submitted, %llu in the log, %u checkpoints\n", all->n_entries, (unsigned long long)size, n);
}

static void keeps_what_it_promised(void **state)
{
	const char *long_run = getenv("PL_LONG");
	uint64_t seconds = long_run && pl_str_eq(pl_str_from(long_run), PL_STR("1")) ? 150 : 15;
	uint64_t until = pl_time_monotonic() + seconds * PL_SECOND;
	uint64_t number = 0;

	(void)state;
	while (pl_time_monotonic() < until && all->n_entries < ENTRIES_MAX - 1000) {
		unsigned from = all->n_entries;

		/* Sometimes a crash meets what another crash left. */
		do
			run_session(number++);
		while (draw(3) == 0);
		check_since(from);
	}
	check_since(0);
	check_checkpoints();
	print_message("%llu sessions\n", (unsigned long long)number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(keeps_what_it_promised, begin, end)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
