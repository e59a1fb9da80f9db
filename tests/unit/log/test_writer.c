/* SPDX-License-Identifier: Apache-2.0 */
/* The writer as a whole, its record, its held store and its sense of time. */
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/bare.h"
#include "log/fsck.h"
#include "log/held.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/materialise.h"
#include "log/record_file.h"
#include "log/system_time.h"
#include "scratch.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define ORIGIN "test.example/log"

static struct pl_signer *signer;
static struct pl_log_key key;
static uint64_t fake_now;

static uint64_t tell_time(void)
{
	return fake_now;
}

static int begin(void **state)
{
	struct pl_diag diag = {0};

	if (scratch_begin(state))
		return -1;
	fake_now = UINT64_C(1700000000) * PL_SECOND;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey))
		return -1;
	return pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, &diag) ? -1 : 0;
}

static int end(void **state)
{
	pl_file_set_hook(NULL, NULL);
	pl_signer_free(signer);
	return scratch_end(state);
}

static pl_status try_open(const char *dir, struct pl_log_writer **ret, struct pl_diag *diag)
{
	struct pl_log_writer_options o = {
		.dir = dir, .keys = &key, .n_keys = 1, .publish_ns = PL_MILLISECOND, .now = tell_time,
		.segment_bytes = PL_JOURNAL_SEGMENT_MIN,
	};

	*diag = (struct pl_diag){0};
	return pl_log_writer_open(&o, ret, diag);
}

static struct pl_log_writer *open_log(const char *dir)
{
	struct pl_log_writer *w = NULL;
	struct pl_diag diag;

	if (try_open(dir, &w, &diag))
		fail_msg("%s", diag.text);
	return w;
}

static pl_status add(struct pl_log_writer *w, const char *text, struct pl_log_answer *a)
{
	*a = (struct pl_log_answer){0};
	return pl_log_writer_add_wait(w, pl_str_bytes(pl_str_from(text)), a);
}

static void expect(struct pl_log_writer *w, const char *text, uint64_t index, bool duplicate)
{
	struct pl_log_answer a;

	assert_int_equal(add(w, text, &a), PL_OK);
	assert_int_equal(a.index, index);
	assert_int_equal(a.duplicate, duplicate);
}

static void add_many(struct pl_log_writer *w, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		char text[32];

		(void)snprintf(text, sizeof text, "entry %u", i);
		expect(w, text, i, false);
	}
}

static void published_root(uint64_t *ret_size, struct pl_digest *ret_root)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;

	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &note), PL_OK);
	assert_int_equal(pl_checkpoint_open(pl_buf_str(&note), &key.vkey, &cp, NULL), PL_OK);
	*ret_size = cp.size;
	*ret_root = cp.root;
}

static void run_command(const char *command)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* ---- another key ---- */

static void open_signed_by(const struct pl_log_key *keys, size_t n)
{
	struct pl_log_writer_options o = {.dir = "log", .keys = keys, .n_keys = n, .publish_ns = PL_MILLISECOND,
		.now = tell_time, .segment_bytes = PL_JOURNAL_SEGMENT_MIN};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_log_writer *w = NULL;
	struct pl_vkey vkeys[2];
	struct pl_checkpoint cp;

	for (size_t i = 0; i < n; i++)
		vkeys[i] = keys[i].vkey;
	assert_int_equal(pl_log_writer_open(&o, &w, NULL), PL_OK);
	assert_int_equal(pl_log_writer_wait_published(w, 0, 10 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &note), PL_OK);
	assert_true(pl_checkpoint_signed_by(pl_buf_str(&note), vkeys, n));
	assert_int_equal(pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL), PL_OK);
	assert_int_equal(cp.size, 10);
}

/* The log does not grow: the checkpoint is signed anew when a key comes, when one goes, and not when nothing changed. */
static void a_key_that_came_or_went_is_shown_at_once(void **state)
{
	struct pl_signer *other PL_CLEANUP(pl_signer_freep) = test_signer(4);
	struct pl_log_key both[2] = {key, {.signer = other}};
	struct pl_buf before PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_buf after PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_log_writer *w = open_log("log");

	(void)state;
	assert_int_equal(pl_vkey_of_signer(PL_STR(ORIGIN), other, &both[1].vkey), PL_OK);
	add_many(w, 0, 10);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	open_signed_by(both, 2);
	open_signed_by(both, 2);
	open_signed_by(&both[1], 1);
	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &before), PL_OK);
	open_signed_by(&both[1], 1);
	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &after), PL_OK);
	assert_str_eq(pl_buf_str(&before), pl_buf_str(&after));
	open_signed_by(both, 1);
}

/* ---- the ordinary way ---- */

static void numbers_entries_and_knows_them_again(void **state)
{
	struct pl_log_writer *w = open_log("log");
	struct pl_log_status s;
	struct pl_digest root;
	uint64_t size;

	(void)state;
	add_many(w, 0, 300);
	expect(w, "entry 7", 7, true);
	expect(w, "entry 299", 299, true);
	assert_int_equal(pl_log_writer_wait_published(w, 300, 10 * PL_SECOND), PL_OK);
	pl_log_writer_status(w, &s);
	assert_int_equal(s.recorded.size, 300);
	assert_int_equal(s.mode, PL_LOG_RUNNING);
	assert_true(s.unwitnessed);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	/* After a restart as well, and from tiles instead of memory. */
	w = open_log("log");
	expect(w, "entry 3", 3, true);
	expect(w, "", 300, false);
	expect(w, "", 300, true);
	add_many(w, 301, 1000);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	published_root(&size, &root);
	assert_int_equal(size, 1000);
}

static void gives_the_vectors_root(void **state)
{
	struct pl_log_writer *w = open_log("log");
	struct pl_digest root;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	uint64_t size;

	(void)state;
	add_many(w, 0, 1000);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	published_root(&size, &root);
	pl_base64_put(&text, pl_digest_bytes(&root));
	assert_str_eq(pl_buf_str(&text), PL_STR("NGxrnLicS3b6ydyyDNqG46AcCldBfBOQKOrNRTj96Vs="));
}

static void refuses_what_is_too_long(void **state)
{
	struct pl_log_writer *w = open_log("log");
	uint8_t *big = pl_alloc(1, 65536);
	struct pl_log_answer a;

	(void)state;
	assert_int_equal(pl_log_writer_add_wait(w, pl_bytes_of(big, 65536), &a), PL_E_TOOBIG);
	assert_int_equal(pl_log_writer_add_wait(w, pl_bytes_of(big, 65535), &a), PL_OK);
	assert_int_equal(a.index, 0);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	pl_free(big);
}

struct order {
	uint64_t next;
	unsigned n;
	bool wrong;
};

static void in_order(void *ctx, void *tag, const struct pl_log_answer *a)
{
	struct order *o = ctx;

	(void)tag;
	o->wrong = o->wrong || a->status || (!a->duplicate && a->index != o->next++);
	o->n++;
}

static void answers_in_the_order_of_submission(void **state)
{
	struct order order = {0};
	struct pl_log_writer_options o = {.dir = "log", .keys = &key, .n_keys = 1, .done = in_order, .done_ctx = &order};
	struct pl_log_writer *w = NULL;

	(void)state;
	assert_int_equal(pl_log_writer_open(&o, &w, NULL), PL_OK);
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t e[8];

		pl_be64_write(e, i % 10 == 9 ? i - 4 : i);
		assert_int_equal(pl_log_writer_add_patient(w, pl_bytes_of(e, sizeof e), NULL), PL_OK);
	}
	assert_int_equal(pl_log_writer_drain(w, 20 * PL_SECOND), PL_OK);
	assert_int_equal(order.n, 20000);
	assert_false(order.wrong);
	assert_int_equal(order.next, 18000);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* ---- two writers, older copies ---- */

static void one_writer_per_directory(void **state)
{
	struct pl_log_writer *w = open_log("log"), *second = NULL;
	struct pl_diag diag;

	(void)state;
	assert_int_equal(try_open("log", &second, &diag), PL_E_BUSY);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	w = open_log("log");
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* A second writer on a copy of the directory takes the record over; the first one answers nobody any more. */
static void the_loser_of_the_record_is_silent(void **state)
{
	struct pl_log_record record PL_CLEANUP(pl_log_record_close) = {0};
	struct pl_log_writer *w = open_log("log");
	struct pl_log_state now;
	struct pl_log_status s;
	struct pl_log_answer a;

	(void)state;
	add_many(w, 0, 10);
	assert_int_equal(pl_record_file_open(AT_FDCWD, "log.record", PL_STR(ORIGIN), &record, NULL), PL_OK);
	assert_int_equal(record.ops->claim(record.ctx, &now), PL_OK);
	assert_int_equal(add(w, "too late", &a), PL_E_CONFLICT);
	pl_log_writer_status(w, &s);
	assert_int_equal(s.mode, PL_LOG_LOST);
	assert_int_equal(add(w, "even later", &a), PL_E_CONFLICT);
	assert_int_equal(pl_log_writer_close(w), PL_E_CONFLICT);
	assert_int_equal(record.ops->load(record.ctx, &now), PL_OK);
	assert_int_equal(now.size, 10);
}

static void older_copies_are_refused(void **state)
{
	struct pl_log_writer *w = open_log("log");
	struct pl_diag diag;

	(void)state;
	add_many(w, 0, 20);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	run_command("cp -a log older && cp -a log.record older.record");
	w = open_log("log");
	add_many(w, 20, 50);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	/* The log alone. */
	run_command("mv log newer && cp -a older log");
	assert_int_equal(try_open("log", &w, &diag), PL_E_ROLLBACK);
	assert_true(strstr(diag.text, "older copy") != NULL);
	/* The record alone. */
	run_command("rm -r log && cp -a newer log && cp -a log.record newer.record && cp -a older.record log.record");
	assert_int_equal(try_open("log", &w, &diag), PL_E_ROLLBACK);
	/* Neither: all is well again. */
	run_command("cp -a newer.record log.record");
	w = open_log("log");
	expect(w, "entry 49", 49, true);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	/* No record at all. */
	assert_int_equal(unlink("log.record"), 0);
	assert_int_equal(try_open("log", &w, &diag), PL_E_ROLLBACK);
}

static void a_name_is_used_once(void **state)
{
	struct pl_diag diag = {0};

	(void)state;
	run_command("rm -r log");
	assert_int_equal(pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, &diag), PL_E_EXISTS);
}

static void damaged_tiles_are_noticed(void **state)
{
	struct pl_log_writer *w = open_log("log");
	struct pl_diag diag;

	(void)state;
	add_many(w, 0, 20);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	run_command("printf x | dd of=log/public/tile/0/000.p/20 bs=1 seek=33 conv=notrunc 2>/dev/null");
	assert_int_equal(try_open("log", &w, &diag), PL_E_CORRUPT);
}

/* Whoever is killed while he puts a file leaves what nobody should be served; names that only look like that stay. */
static void what_a_kill_left_is_swept(void **state)
{
	struct pl_log_writer *w = open_log("log");

	(void)state;
	add_many(w, 0, 20);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	run_command("cd log && for d in public private public/tile/0 public/tile/0/000.p public/tile/entries public/tile/entries/000.p; do"
		    " touch $d/.20.0123456789abcdef.tmp; done; touch public/.own.tmp public/tile/0/.0123456789abcdef");
	w = open_log("log");
	run_command("! find log -name '.20.*' | grep . && test -e log/public/.own.tmp -a -e log/public/tile/0/.0123456789abcdef");
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* ---- faults ---- */

struct fault {
	enum pl_file_op op;
	atomic_int skip;
	int error;
	size_t short_len;
	bool lasting; /* every one, not the one behind those that are skipped */
	atomic_int hits;
};

static int inject(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	struct fault *f = ctx;

	if (!f || e->op != f->op || (!f->lasting && f->skip-- != 0))
		return 0;
	f->hits++;
	if (f->short_len)
		*short_len = f->short_len;
	return f->error;
}

/* After it was opened and closed in order, fsck finds nothing. */
static void is_whole(void)
{
	const struct pl_fsck_options o = {.where = PL_STR("log"), .key = &key.vkey, .threads = 1};
	struct pl_fsck_report r;
	struct pl_diag diag = {0};

	assert_int_equal(pl_log_writer_close(open_log("log")), PL_OK);
	if (pl_fsck(&o, &r, &diag))
		fail_msg("%s", diag.text);
	if (r.problems)
		fail_msg("%s", r.told[0]);
	assert_true(r.journal_checked && r.record_checked);
	pl_fsck_done(&r);
}

/* Each mutation of three appends fails in turn; what was answered stays, and the writer goes on by itself. */
static void goes_on_after_every_fault(void **state)
{
	static const struct {
		enum pl_file_op op;
		int error;
		size_t short_len;
	} kinds[] = {
		{PL_FILE_OP_WRITE, EIO, 0}, {PL_FILE_OP_WRITE, EIO, 17}, {PL_FILE_OP_WRITE, ENOSPC, 0},
		{PL_FILE_OP_SYNC, EIO, 0}, {PL_FILE_OP_SYNC_DIR, EIO, 0}, {PL_FILE_OP_RENAME, EIO, 0},
		{PL_FILE_OP_CREATE, ENOSPC, 0},
	};
	uint64_t promised[4096];
	unsigned n = 0;

	(void)state;
	for (size_t k = 0; k < PL_COUNT(kinds); k++)
		for (int skip = 0; skip < 14; skip++) {
			struct fault f = {.op = kinds[k].op, .skip = skip, .error = kinds[k].error, .short_len = kinds[k].short_len};
			struct pl_log_writer *w = open_log("log");

			pl_file_set_hook(inject, &f);
			for (unsigned i = 0; i < 5; i++) {
				struct pl_log_answer a;
				char text[32];

				(void)snprintf(text, sizeof text, "entry %u", n);
				promised[n] = add(w, text, &a) ? UINT64_MAX : a.index;
				n++;
			}
			pl_file_set_hook(NULL, NULL);
			(void)(pl_log_writer_close(w) == PL_OK);
			is_whole();
		}
	/* Every promise holds, and what was not promised can be had now. */
	struct pl_log_writer *w = open_log("log");
	for (unsigned i = 0; i < n; i++) {
		struct pl_log_answer a;
		char text[32];

		(void)snprintf(text, sizeof text, "entry %u", i);
		assert_int_equal(add(w, text, &a), PL_OK);
		if (promised[i] != UINT64_MAX) {
			assert_true(a.duplicate);
			assert_int_equal(a.index, promised[i]);
		}
	}
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* Not twice in the log because its bundle was damaged: the tile knows that it stands there. */
static void an_entry_of_a_damaged_bundle_is_a_duplicate(void **state)
{
	struct pl_log_writer *w = open_log("log");

	(void)state;
	add_many(w, 0, 300);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	run_command("LC_ALL=C sed -i 's/entry 77/Entry 77/' log/public/tile/entries/000 && grep -aq 'Entry 77' log/public/tile/entries/000");
	w = open_log("log");
	expect(w, "entry 77", 77, true);
	expect(w, "Entry 77", 300, false);
	expect(w, "entry 78", 78, true);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

static void a_full_disk_is_said_and_got_over(void **state)
{
	struct pl_log_writer *w = open_log("log");
	struct fault f = {.op = PL_FILE_OP_WRITE, .error = ENOSPC, .lasting = true}; /* for whoever publishes "before", too */
	struct pl_log_answer a;

	(void)state;
	expect(w, "before", 0, false);
	pl_file_set_hook(inject, &f);
	assert_int_equal(add(w, "no room", &a), PL_E_NOSPACE);
	pl_file_set_hook(NULL, NULL);
	expect(w, "no room", 1, false);
	assert_int_equal(pl_log_writer_wait_published(w, 2, 10 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

/* ---- time, holds ---- */

static void time_holds_the_log(void **state)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_log_writer *w = open_log("log");
	struct pl_log_status s;
	struct pl_log_answer a;
	uint64_t size;
	struct pl_digest root;

	(void)state;
	expect(w, "zero", 0, false);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	fake_now -= 59 * PL_SECOND; /* absorbed */
	w = open_log("log");
	assert_true(pl_log_writer_time(w) > fake_now);
	expect(w, "one", 1, false);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	fake_now -= 3600 * PL_SECOND;
	w = open_log("log");
	assert_int_equal(add(w, "two", &a), PL_E_HELD);
	expect(w, "one", 1, true); /* what the log has is still answered */
	pl_log_writer_status(w, &s);
	assert_int_equal(s.hold, PL_LOG_HOLD_TIME_BACK);
	assert_int_equal(s.stored_held, 1);
	assert_int_equal(pl_log_writer_resume(w, pl_str_bytes(PL_STR("x")), NULL, &a), PL_E_STATE);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	published_root(&size, &root);
	assert_int_equal(size, 2);
	/* Held across a restart, and ended by the operator's entry, which comes first. */
	w = open_log("log");
	assert_int_equal(pl_bare_act_write(&entry, PL_BARE_TIME_ACCEPT, PL_STR(ORIGIN), &s.recorded, fake_now,
		PL_STR("the clock was wrong before"), NULL), PL_OK);
	assert_int_equal(pl_log_writer_time_accept(w, pl_buf_bytes(&entry), NULL, &a), PL_OK);
	assert_int_equal(a.index, 2);
	assert_int_equal(pl_log_writer_wait_published(w, 4, 10 * PL_SECOND), PL_OK);
	expect(w, "two", 3, true);
	pl_log_writer_status(w, &s);
	assert_int_equal(s.hold, 0);
	assert_int_equal(s.stored_held, 0);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

static void system_time_is_judged(void **state)
{
	struct pl_system_time *t = NULL;
	int dir = -1;

	(void)state;
	assert_int_equal(pl_file_open_dir(AT_FDCWD, ".", &dir), PL_OK);
	assert_int_equal(pl_system_time_open(dir, tell_time, &t), PL_OK);
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	pl_system_time_witness(t, fake_now);
	fake_now += PL_SYSTEM_TIME_JUMP;
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	fake_now += PL_SECOND;
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_JUMPED);
	assert_int_equal(pl_system_time_judge(t, false), PL_SYSTEM_TIME_FINE);
	pl_system_time_witness(t, fake_now - PL_SECOND);
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	/* A witness that tells a time in the future vouches for nothing beyond ours. */
	pl_system_time_witness(t, fake_now + 1000 * PL_SYSTEM_TIME_JUMP);
	fake_now += PL_SYSTEM_TIME_JUMP + PL_SECOND;
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_JUMPED);
	fake_now -= PL_SYSTEM_TIME_JUMP + PL_SECOND;
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	assert_int_equal(pl_system_time_save(t, 0), PL_OK);
	pl_system_time_close(t);
	fake_now -= PL_SYSTEM_TIME_BACK;
	assert_int_equal(pl_system_time_open(dir, tell_time, &t), PL_OK);
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_WENT_BACK);
	pl_system_time_accept(t);
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	/* No witness can have the log held by what it says: the end of time is no time before now. */
	pl_system_time_witness(t, UINT64_MAX - PL_SECOND);
	assert_int_equal(pl_system_time_judge(t, true), PL_SYSTEM_TIME_FINE);
	pl_system_time_close(t);
	pl_file_close(&dir);
}

static pl_status count_held(void *ctx, pl_bytes entries, uint32_t n)
{
	*(uint32_t *)ctx += n;
	return entries.len ? PL_OK : PL_E_CORRUPT;
}

static void held_entries_survive(void **state)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_held *h = NULL;
	uint32_t n = 0;
	int dir = -1, fd = -1;

	(void)state;
	assert_int_equal(pl_tile_bundle_put(&entries, pl_str_bytes(PL_STR("one"))), PL_OK);
	assert_int_equal(pl_tile_bundle_put(&entries, pl_str_bytes(PL_STR("two"))), PL_OK);
	assert_int_equal(pl_file_open_dir(AT_FDCWD, ".", &dir), PL_OK);
	assert_int_equal(pl_held_open(dir, &h), PL_OK);
	assert_int_equal(pl_held_append(h, pl_buf_bytes(&entries), 2), PL_OK);
	assert_int_equal(pl_held_append(h, pl_buf_bytes(&entries), 2), PL_OK);
	pl_held_close(h);
	/* A torn end was never acknowledged. */
	assert_int_equal(pl_file_open(dir, "held", O_RDWR | O_APPEND, 0, &fd), PL_OK);
	assert_int_equal(pl_file_write(fd, "PLHD\0\0\0\1\0\0\1\0", 12), PL_OK);
	pl_file_close(&fd);
	assert_int_equal(pl_held_open(dir, &h), PL_OK);
	assert_int_equal(pl_held_count(h), 4);
	assert_int_equal(pl_held_append(h, pl_buf_bytes(&entries), 2), PL_OK);
	assert_int_equal(pl_held_read(h, count_held, &n), PL_OK);
	assert_int_equal(n, 6);
	assert_int_equal(pl_held_clear(h), PL_OK);
	pl_held_close(h);
	assert_int_equal(pl_held_open(dir, &h), PL_OK);
	assert_int_equal(pl_held_count(h), 0);
	pl_held_close(h);
	pl_file_close(&dir);
}

static void held_damage_is_not_cut_off(void **state)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_held *h = NULL;
	uint64_t size = 0;
	int dir = -1, fd = -1;

	(void)state;
	assert_int_equal(pl_tile_bundle_put(&entries, pl_str_bytes(PL_STR("one"))), PL_OK);
	assert_int_equal(pl_file_open_dir(AT_FDCWD, ".", &dir), PL_OK);
	assert_int_equal(pl_held_open(dir, &h), PL_OK);
	assert_int_equal(pl_held_append(h, pl_buf_bytes(&entries), 1), PL_OK);
	assert_int_equal(pl_held_append(h, pl_buf_bytes(&entries), 1), PL_OK);
	pl_held_close(h);
	h = NULL;
	/* One byte of the first group changes: the second one was acknowledged, so nothing is thrown away. */
	assert_int_equal(pl_file_open(dir, "held", O_RDWR, 0, &fd), PL_OK);
	assert_int_equal(pl_file_pwrite(fd, "x", 1, 18), PL_OK);
	assert_int_equal(pl_held_open(dir, &h), PL_E_CORRUPT);
	assert_null(h);
	assert_int_equal(pl_file_size(fd, &size), PL_OK);
	assert_int_equal(size, 2 * (16 + entries.len));
	pl_file_close(&fd);
	assert_int_equal(pl_file_unlink(dir, "held"), PL_OK);
	pl_file_close(&dir);
}

/* ---- the record ---- */

static void the_record_is_compared_and_swapped(void **state)
{
	struct pl_log_record a PL_CLEANUP(pl_log_record_close) = {0}, b PL_CLEANUP(pl_log_record_close) = {0};
	struct pl_log_state empty = {0}, mine, fresh, now;
	int fd = -1;

	(void)state;
	assert_int_equal(pl_record_file_open(AT_FDCWD, "r", PL_STR(ORIGIN), &a, NULL), PL_OK);
	assert_int_equal(a.ops->load(a.ctx, &now), PL_E_NOTFOUND);
	assert_int_equal(a.ops->create(a.ctx, &empty), PL_OK);
	assert_int_equal(a.ops->create(a.ctx, &empty), PL_E_EXISTS);
	assert_int_equal(a.ops->claim(a.ctx, &mine), PL_OK);
	assert_int_equal(mine.epoch, 1);
	fresh = mine;
	fresh.size = 5;
	fresh.root.b[0] = 1;
	assert_int_equal(a.ops->swap(a.ctx, &mine, &fresh, NULL, 0), PL_OK);
	assert_int_equal(a.ops->swap(a.ctx, &mine, &fresh, NULL, 0), PL_E_CONFLICT);
	assert_int_equal(pl_record_file_open(AT_FDCWD, "r", PL_STR(ORIGIN), &b, NULL), PL_OK);
	assert_int_equal(b.ops->claim(b.ctx, &now), PL_OK);
	assert_int_equal(now.size, 5);
	mine = fresh;
	fresh.size = 6;
	assert_int_equal(a.ops->swap(a.ctx, &mine, &fresh, NULL, 0), PL_E_CONFLICT);
	fresh.epoch = now.epoch;
	assert_int_equal(b.ops->swap(b.ctx, &now, &fresh, NULL, 0), PL_OK);
	fresh.size = 4;
	now.size = 6;
	assert_int_equal(b.ops->swap(b.ctx, &now, &fresh, NULL, 0), PL_E_CONFLICT);
	/* A torn write of one copy leaves the other. */
	assert_int_equal(pl_file_open(AT_FDCWD, "r", O_RDWR, 0, &fd), PL_OK);
	for (uint64_t slot = 0; slot < 2; slot++) {
		pl_status st;
		uint8_t save;
		size_t got;

		assert_int_equal(pl_file_pread(fd, &save, 1, slot * 4096 + 40, &got), PL_OK);
		assert_int_equal(pl_file_pwrite(fd, &(uint8_t){(uint8_t)~save}, 1, slot * 4096 + 40), PL_OK);
		st = b.ops->load(b.ctx, &now);
		assert_int_equal(st, PL_OK);
		assert_true(now.size == 6 || now.size == 5);
		assert_int_equal(pl_file_pwrite(fd, &save, 1, slot * 4096 + 40), PL_OK);
	}
	pl_file_close(&fd);
	pl_log_record_close(&b);
	assert_int_equal(pl_record_file_open(AT_FDCWD, "r", PL_STR("other.example"), &b, NULL), PL_E_CORRUPT);
}

static void acts_are_plain_entries(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_log_state s = {.size = 8};

	(void)state;
	assert_int_equal(pl_bare_act_write(&out, PL_BARE_RESUME, PL_STR(ORIGIN), &s, 0, PL_STR("line\nbreak"), NULL),
		PL_E_SYNTAX);
	assert_int_equal(pl_bare_act_write(&out, PL_BARE_RESUME, PL_STR(ORIGIN), &s, 0, PL_STR(""), NULL), PL_E_SYNTAX);
	assert_int_equal(out.len, 0);
	assert_int_equal(pl_bare_act_write(&out, PL_BARE_RESUME, PL_STR(ORIGIN), &s, 0, PL_STR("w1 is gone"), NULL), PL_OK);
	assert_str_eq(pl_buf_str(&out), PL_STR("pellucid-log resume v1\norigin " ORIGIN "\nsize 8\n"
		"root AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\ntime 1970-01-01T00:00:00Z\nreason w1 is gone\n"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_entries_and_knows_them_again), T(gives_the_vectors_root), T(refuses_what_is_too_long),
		T(answers_in_the_order_of_submission), T(one_writer_per_directory), T(the_loser_of_the_record_is_silent),
		T(older_copies_are_refused), T(a_name_is_used_once), T(damaged_tiles_are_noticed), T(what_a_kill_left_is_swept), T(goes_on_after_every_fault),
		T(an_entry_of_a_damaged_bundle_is_a_duplicate), T(a_full_disk_is_said_and_got_over),
		T(time_holds_the_log), T(system_time_is_judged), T(held_entries_survive),
		T(held_damage_is_not_cut_off), T(the_record_is_compared_and_swapped), T(acts_are_plain_entries),
		T(a_key_that_came_or_went_is_shown_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
