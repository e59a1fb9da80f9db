/* SPDX-License-Identifier: Apache-2.0 */
/* The writer when a disk, a record or another writer fails it at the worst moment. */
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/held.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/record_file.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

#define ORIGIN "test.example/log"
#define NOON (UINT64_C(1700000000) * PL_SECOND)

static struct pl_signer *signer;
static struct pl_log_key key;
static _Atomic uint64_t fake_now;

static uint64_t tell_time(void)
{
	return fake_now;
}

static int begin(void **state)
{
	if (scratch_begin(state))
		return -1;
	fake_now = NOON;
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
	return scratch_end(state);
}

static struct pl_log_writer *open_with(const struct pl_log_record *record)
{
	struct pl_log_writer_options o = {
		.dir = "log", .keys = &key, .n_keys = 1, .publish_ns = PL_MILLISECOND, .now = tell_time, .record = record,
		.segment_bytes = PL_JOURNAL_SEGMENT_MIN,
	};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};

	if (pl_log_writer_open(&o, &w, &diag))
		fail_msg("%s", diag.text);
	return w;
}

static pl_status add(struct pl_log_writer *w, const char *text, struct pl_log_answer *a)
{
	*a = (struct pl_log_answer){0};
	return pl_log_writer_add_wait(w, pl_str_bytes(pl_str_from(text)), a);
}

static uint64_t published_size(void)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;

	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &note), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&note), &key.vkey, &cp, NULL), PL_OK);
	return cp.size;
}

/* ---- faults ---- */

/* The mutation number @skip of the kind @op, counted from the installation on, fails with @error. */
struct fault {
	enum pl_file_op op;
	int error;
	atomic_int skip;
	atomic_int hits;
};

static int inject(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct fault *f = ctx;

	(void)short_len;
	if (!f || e->op != f->op || atomic_fetch_sub(&f->skip, 1) != 0)
		return 0;
	f->hits++;
	return f->error;
}

/* ---- holds ---- */

static pl_status accept_time(struct pl_log_writer *w)
{
	struct pl_log_answer a = {0};

	return pl_log_writer_time_accept(w, pl_str_bytes(PL_STR("time accepted")), NULL, &a);
}

/* The log is held, and five entries are stored, in groups of their own. */
static struct pl_log_writer *hold_some(void)
{
	struct pl_log_writer *w = open_with(NULL);
	struct pl_log_answer a;

	assert_int_equal(add(w, "before", &a), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	fake_now -= 3600 * PL_SECOND;
	w = open_with(NULL);
	for (char text[] = "held 0"; text[5] < '5'; text[5]++)
		assert_int_equal(add(w, text, &a), PL_E_HELD);
	return w;
}

static void wait_for_the_held(struct pl_log_writer *w)
{
	struct pl_log_status s = {.stored_held = 1};

	for (unsigned i = 0; i < 12000 && s.stored_held; i++) {
		pl_time_sleep(5 * PL_MILLISECOND);
		pl_log_writer_status(w, &s);
	}
	assert_int_equal(s.stored_held, 0);
}

static void expect_the_held(struct pl_log_writer *w)
{
	struct pl_log_answer a;

	for (char text[] = "held 0"; text[5] < '5'; text[5]++) {
		assert_int_equal(add(w, text, &a), PL_OK);
		assert_true(a.duplicate);
	}
}

static pl_status count_groups(void *ctx, pl_bytes entries, uint32_t n)
{
	++*(unsigned *)ctx;
	return PL_OK;
}

/* The stored entries have entered the log, and only the sync of the emptied store fails: nothing is left to wait for. */
static void a_store_that_was_emptied_is_empty(void **state)
{
	struct fault f = {.op = PL_FILE_OP_SYNC, .error = EIO};
	struct pl_held *h = NULL;
	unsigned groups = 0;

	assert_int_equal(pl_held_open(AT_FDCWD, &h), PL_OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pl_held_append(h, pl_str_bytes(PL_STR("\0\4some")), 1), PL_OK);
	pl_file_set_hook(inject, &f);
	assert_int_equal(pl_held_clear(h), PL_E_IO);
	pl_file_set_hook(NULL, NULL);
	assert_int_equal(f.hits, 1);
	assert_int_equal(pl_held_count(h), 0);
	assert_int_equal(pl_held_read(h, count_groups, &groups), PL_OK);
	assert_int_equal(groups, 0);
	assert_int_equal(pl_held_append(h, pl_str_bytes(PL_STR("\0\4more")), 1), PL_OK);
	pl_held_close(h);
	assert_int_equal(pl_held_open(AT_FDCWD, &h), PL_OK);
	assert_int_equal(pl_held_count(h), 1);
	pl_held_close(h);
}

/* Whatever fails while the stored entries enter the log: "stored" was promised, so none is lost. */
static void no_held_entry_is_lost(void **state)
{
	static const struct {
		enum pl_file_op op;
		int error;
	} kinds[] = {{PL_FILE_OP_WRITE, EIO}, {PL_FILE_OP_WRITE, ENOSPC}, {PL_FILE_OP_SYNC, EIO}, {PL_FILE_OP_CREATE, ENOSPC}};

	for (size_t k = 0; k < PL_COUNT(kinds); k++)
		for (int skip = 1; skip < 12; skip++) {
			struct pl_log_writer *w = hold_some();
			struct fault f = {.op = kinds[k].op, .error = kinds[k].error, .skip = skip};

			pl_file_set_hook(inject, &f);
			if (accept_time(w))
				assert_int_equal(accept_time(w), PL_OK);
			wait_for_the_held(w);
			pl_file_set_hook(NULL, NULL);
			expect_the_held(w);
			assert_int_equal(pl_log_writer_close(w), PL_OK);
			assert_int_equal(end(state), 0);
			assert_int_equal(begin(state), 0);
		}
}

/* An act that could not be written has not happened. */
static void an_act_that_is_not_written_ends_no_hold(void **state)
{
	struct fault f = {.op = PL_FILE_OP_WRITE, .error = ENOSPC, .skip = 0};
	struct pl_log_writer *w = hold_some();
	struct pl_log_status s;

	(void)state;
	pl_file_set_hook(inject, &f);
	assert_int_equal(accept_time(w), PL_E_NOSPACE);
	pl_file_set_hook(NULL, NULL);
	assert_int_equal(f.hits, 1);
	pl_log_writer_status(w, &s);
	assert_int_equal(s.hold, PL_LOG_HOLD_TIME_BACK);
	assert_int_equal(s.stored_held, 5);
	assert_int_equal(accept_time(w), PL_OK);
	wait_for_the_held(w);
	expect_the_held(w);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* ---- the record ---- */

/* The file's record, but swaps fail while `broken` is set. */
struct moody {
	struct pl_log_record inner;
	atomic_bool broken;
	atomic_int failed;
};

static pl_status moody_load(void *ctx, struct pl_log_state *ret)
{
	struct moody *m = ctx;

	return m->inner.ops->load(m->inner.ctx, ret);
}

static pl_status moody_claim(void *ctx, struct pl_log_state *ret)
{
	struct moody *m = ctx;

	return m->inner.ops->claim(m->inner.ctx, ret);
}

static pl_status moody_swap(void *ctx, const struct pl_log_state *old, const struct pl_log_state *fresh,
	const struct pl_log_ack *acks, size_t n)
{
	struct moody *m = ctx;

	if (m->broken) {
		m->failed++;
		return PL_E_IO;
	}
	return m->inner.ops->swap(m->inner.ctx, old, fresh, acks, n);
}

static pl_str moody_where(void *ctx)
{
	(void)ctx;
	return PL_STR("a moody record");
}

static const struct pl_log_record_ops moody_ops = {
	.load = moody_load, .claim = moody_claim, .swap = moody_swap, .where = moody_where,
};

static atomic_bool slow_tile_waits;

/* The publisher sleeps over the first full tile, long enough for the recorder to give up. */
static int slow_tile(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	const struct moody *m = ctx;

	(void)short_len;
	if (!m || e->op != PL_FILE_OP_RENAME || strcmp(e->path_to, "tile/entries/000") != 0)
		return 0;
	slow_tile_waits = true;
	for (unsigned i = 0; i < 1000 && m->failed < 4; i++)
		pl_time_sleep(5 * PL_MILLISECOND);
	pl_time_sleep(100 * PL_MILLISECOND);
	return 0;
}

/* The writer fails while tiles are made: what the record never covered must not be signed. */
static void nothing_unrecorded_is_signed(void **state)
{
	struct moody m = {.failed = 0};
	struct pl_log_record record = {.ops = &moody_ops, .ctx = &m};
	struct pl_log_writer *w;
	struct pl_log_answer a;
	struct pl_log_state now;

	(void)state;
	assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &m.inner, NULL), PL_OK);
	w = open_with(&record);
	slow_tile_waits = false;
	pl_file_set_hook(slow_tile, &m);
	for (unsigned i = 0; i < 256; i++) {
		char text[32];

		(void)snprintf(text, sizeof text, "entry %u", i);
		assert_int_equal(add(w, text, &a), PL_OK);
	}
	for (unsigned i = 0; i < 1000 && !slow_tile_waits; i++)
		pl_time_sleep(5 * PL_MILLISECOND);
	m.broken = true;
	assert_int_equal(add(w, "never recorded", &a), PL_E_IO);
	assert_int_equal(pl_log_writer_close(w), PL_E_IO);
	pl_file_set_hook(NULL, NULL);
	m.broken = false;
	assert_int_equal(m.inner.ops->load(m.inner.ctx, &now), PL_OK);
	assert_int_equal(now.size, 256);
	assert_true(published_size() <= 256);
	w = open_with(&record);
	assert_int_equal(add(w, "entry 255", &a), PL_OK);
	assert_int_equal(a.index, 255);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	pl_log_record_close(&m.inner);
}

/* The swap is made, but late: the connection is gone, and a look at the record still shows the old state. */
struct late {
	struct pl_log_record inner;
	struct pl_log_state shown;
	int swaps;
};

static pl_status late_load(void *ctx, struct pl_log_state *ret)
{
	struct late *l = ctx;

	*ret = l->shown;
	return l->swaps == 1 ? PL_OK : l->inner.ops->load(l->inner.ctx, ret);
}

static pl_status late_claim(void *ctx, struct pl_log_state *ret)
{
	struct late *l = ctx;

	return l->inner.ops->claim(l->inner.ctx, ret);
}

static pl_status late_swap(void *ctx, const struct pl_log_state *old, const struct pl_log_state *fresh,
	const struct pl_log_ack *acks, size_t n)
{
	struct late *l = ctx;
	pl_status st = l->inner.ops->swap(l->inner.ctx, old, fresh, acks, n);

	l->shown = *old;
	return ++l->swaps == 1 && st == PL_OK ? PL_E_NET : st;
}

static void a_late_commit_of_our_own_is_no_other_writer(void **state)
{
	static const struct pl_log_record_ops ops = {
		.load = late_load, .claim = late_claim, .swap = late_swap, .where = moody_where,
	};
	struct late l = {.swaps = 0};
	struct pl_log_record record = {.ops = &ops, .ctx = &l};
	struct pl_log_writer *w;
	struct pl_log_answer a;

	(void)state;
	assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &l.inner, NULL), PL_OK);
	w = open_with(&record);
	assert_int_equal(add(w, "late", &a), PL_OK);
	assert_int_equal(a.index, 0);
	assert_true(l.swaps >= 3);
	assert_int_equal(add(w, "later", &a), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	pl_log_record_close(&l.inner);
}

/* Where the record was written, and whether the sync behind it failed. */
struct slots {
	unsigned n, fail_sync;
	uint64_t at[16];
};

static int watch_slots(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct slots *s = ctx;

	(void)short_len;
	if (e->op == PL_FILE_OP_WRITE && s->n < PL_COUNT(s->at))
		s->at[s->n++] = e->offset;
	return e->op == PL_FILE_OP_SYNC && s->fail_sync && s->fail_sync-- == 1 ? EIO : 0;
}

/* After a failed sync the newest state may be in memory only. The slot with the last durable one must not be touched
 * before the newest is on disk: not by the one who failed, not by the next process. */
static void the_last_durable_record_is_not_written_over(void **state)
{
	struct pl_log_record a PL_CLEANUP(pl_log_record_close) = {0}, b PL_CLEANUP(pl_log_record_close) = {0};
	struct pl_log_state mine, fresh, now;
	struct slots s = {.n = 0};

	(void)state;
	assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &a, NULL), PL_OK);
	assert_int_equal(a.ops->claim(a.ctx, &mine), PL_OK);
	fresh = mine;
	fresh.size = 5;
	s.fail_sync = 1;
	pl_file_set_hook(watch_slots, &s);
	assert_int_equal(a.ops->swap(a.ctx, &mine, &fresh, NULL, 0), PL_E_IO);
	assert_int_equal(s.n, 1);
	assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &b, NULL), PL_OK);
	s.fail_sync = 1;
	assert_int_equal(b.ops->claim(b.ctx, &now), PL_E_IO);
	assert_int_equal(a.ops->swap(a.ctx, &fresh, &fresh, NULL, 0), PL_OK);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.at[1], s.at[0]);
	assert_int_equal(s.at[2], s.at[0]);
	mine = fresh;
	fresh.size = 6;
	assert_int_equal(a.ops->swap(a.ctx, &mine, &fresh, NULL, 0), PL_OK);
	assert_int_equal(s.n, 4);
	assert_int_not_equal(s.at[3], s.at[0]);
}

/* ---- tiles ---- */

struct dropped {
	const char *path; /* below public/ */
	atomic_int hits;
};

/* The first sync of that file fails, and the kernel drops what was not written yet. */
static int drop_pages(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct dropped *d = ctx;
	char link[64], path[512];
	ssize_t n;

	(void)short_len;
	if (!d || e->op != PL_FILE_OP_SYNC || d->hits)
		return 0;
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", e->fd);
	n = readlink(link, path, sizeof path - 1);
	path[n < 0 ? 0 : n] = '\0';
	if (!pl_str_ends(pl_str_from(path), pl_str_from(d->path)))
		return 0;
	d->hits++;
	return truncate(path, 0) == 0 ? EIO : 0;
}

/* A sync that failed is not trusted the second time: the tiles are written anew. */
static void tiles_outlive_a_failed_sync(void **state)
{
	static const char *const paths[] = {"tile/entries/000", "tile/0/000", "tile/1/000.p/1"};

	for (size_t k = 0; k < PL_COUNT(paths); k++) {
		struct dropped d = {.path = paths[k]};
		struct pl_log_writer *w = open_with(NULL);
		struct pl_log_answer a;
		char text[64];
		uint64_t size = 0;
		int fd PL_CLEANUP(pl_file_close) = -1;

		pl_file_set_hook(drop_pages, &d);
		for (unsigned i = 0; i < 300; i++) {
			(void)snprintf(text, sizeof text, "entry %u", i);
			assert_int_equal(add(w, text, &a), PL_OK);
		}
		assert_int_equal(pl_log_writer_wait_published(w, 300, 60 * PL_SECOND), PL_OK);
		pl_file_set_hook(NULL, NULL);
		assert_int_equal(d.hits, 1);
		(void)snprintf(text, sizeof text, "log/public/%s", paths[k]);
		assert_int_equal(pl_file_open(AT_FDCWD, text, O_RDONLY, 0, &fd), PL_OK);
		assert_int_equal(pl_file_size(fd, &size), PL_OK);
		assert_true(size > 0);
		assert_int_equal(add(w, "entry 7", &a), PL_OK);
		assert_int_equal(a.index, 7);
		assert_int_equal(pl_log_writer_close(w), PL_OK);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

/* No file below tile/ can be made. */
static int no_tiles(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	(void)ctx;
	(void)short_len;
	return e->op == PL_FILE_OP_CREATE && pl_str_starts(pl_str_from(e->path), PL_STR("tile/")) ? ENOSPC : 0;
}

static void *close_it(void *arg)
{
	return (void *)(uintptr_t)pl_log_writer_close(arg);
}

/* Which entries were answered PL_OK, by their number; where each stands is its number, because nobody else adds. */
static atomic_bool promised[4000];

static void promise(void *ctx, void *tag, const struct pl_log_answer *a)
{
	(void)ctx;
	if (!a->status)
		promised[(uintptr_t)tag - 1] = true;
}

/* Add until the queue has no room; with @to_the_end until the writer has given up, which a machine that is slow at adding meets first in
 * any case. Answers how many it took. */
static unsigned fill(struct pl_log_writer *w, uint8_t *entry, size_t len, bool to_the_end)
{
	uint64_t until = pl_time_monotonic() + 60 * PL_SECOND;
	pl_status st = PL_OK;
	unsigned n = 0;

	while (st != PL_E_STATE && (to_the_end || st != PL_E_BUSY) && n < PL_COUNT(promised) && pl_time_monotonic() < until) {
		pl_be64_write(entry, n);
		st = pl_log_writer_add(w, pl_bytes_of(entry, len), (void *)(uintptr_t)(n + 1));
		if (!st)
			n++;
		else
			pl_time_sleep(PL_MILLISECOND);
	}
	assert_true(st == PL_E_STATE || (st == PL_E_BUSY && !to_the_end));
	return n;
}

/* Tiles cannot be written, and memory is full of what waits for them: the writer gives up and says why instead of letting everybody
 * wait, closing ends with it and before it, and nothing that was promised is lost. */
static void a_full_tail_does_not_keep_it_from_closing(void **state)
{
	static uint8_t entry[60000];

	for (int to_the_end = 0; to_the_end < 2; to_the_end++) {
		struct pl_log_writer_options o = {
			.dir = "log", .keys = &key, .n_keys = 1, .publish_ns = PL_MILLISECOND, .now = tell_time, .done = promise,
		};
		struct pl_log_writer *w = NULL;
		struct pl_log_status s = {.queued = 0};
		struct pl_log_answer a;
		struct timespec until;
		unsigned n, kept = 0;
		pthread_t thread;
		void *closed = NULL;

		for (size_t i = 0; i < PL_COUNT(promised); i++)
			promised[i] = false;
		assert_int_equal(pl_log_writer_open(&o, &w, NULL), PL_OK);
		pl_file_set_hook(no_tiles, NULL);
		n = fill(w, entry, sizeof entry, to_the_end);
		pl_log_writer_status(w, &s);
		assert_true(!to_the_end || s.mode == PL_LOG_FAILED);
		assert_int_equal(pthread_create(&thread, NULL, close_it, w), 0);
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 60;
		assert_int_equal(pthread_timedjoin_np(thread, &closed, &until), 0);
		assert_int_equal((uintptr_t)closed, PL_E_NOSPACE);
		pl_file_set_hook(NULL, NULL);
		w = open_with(NULL);
		for (unsigned i = 0; i < n; i++) {
			if (!promised[i])
				continue;
			if (kept++ % 100 != 0)
				continue;
			pl_be64_write(entry, i);
			assert_int_equal(pl_log_writer_add_wait(w, pl_bytes_of(entry, sizeof entry), &a), PL_OK);
			assert_int_equal(a.index, i);
			assert_true(a.duplicate);
		}
		assert_true(kept > 0);
		assert_int_equal(pl_log_writer_close(w), PL_OK);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

/* ---- a lost record ---- */

struct crowd {
	struct pl_log_writer *w;
	atomic_int number;
};

static void *submit_until_lost(void *arg)
{
	struct crowd *c = arg;
	struct pl_log_answer a;
	char text[32];

	do
		(void)snprintf(text, sizeof text, "crowd %d", c->number++);
	while (add(c->w, text, &a) == PL_OK);
	return NULL;
}

/* Threads that wait for an answer are told that there will be none, wherever in the writer their entry was. */
static void nobody_waits_for_ever_at_the_loser(void **state)
{
	for (unsigned round = 0; round < 20; round++) {
		struct pl_log_record record PL_CLEANUP(pl_log_record_close) = {0};
		struct crowd c = {.w = open_with(NULL)};
		struct timespec until;
		struct pl_log_state now;
		pthread_t thread[8];

		for (size_t i = 0; i < PL_COUNT(thread); i++)
			assert_int_equal(pthread_create(&thread[i], NULL, submit_until_lost, &c), 0);
		pl_time_sleep((5 + round) * PL_MILLISECOND);
		assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &record, NULL), PL_OK);
		assert_int_equal(record.ops->claim(record.ctx, &now), PL_OK);
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 60;
		for (size_t i = 0; i < PL_COUNT(thread); i++)
			assert_int_equal(pthread_timedjoin_np(thread[i], NULL, &until), 0);
		assert_int_equal(pl_log_writer_close(c.w), PL_E_CONFLICT);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_store_that_was_emptied_is_empty), T(no_held_entry_is_lost),
		T(an_act_that_is_not_written_ends_no_hold), T(nothing_unrecorded_is_signed),
		T(tiles_outlive_a_failed_sync), T(a_full_tail_does_not_keep_it_from_closing),
		T(a_late_commit_of_our_own_is_no_other_writer),
		T(the_last_durable_record_is_not_written_over), T(nobody_waits_for_ever_at_the_loser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
