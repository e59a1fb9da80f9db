/* SPDX-License-Identifier: Apache-2.0 */
/* Damage of every kind to tiles and bundles, and what makes them again. One log for all tests, and a copy of it as it should be. */
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/fsck.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/repair.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#define ORIGIN "test.example/log"
#define ENTRIES 70000u
/* Long enough that the journal has let go of the first ones. */
#define ENTRY_LEN 200u
/* The last bundle has 112 entries, the last level-1 tile 17 hashes, the level-2 tile one. */
#define PARTIAL "273.p/112"
#define BUNDLES 274u

static struct pl_signer *signer;
static struct pl_log_key key;

static void run_command(const char *command)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("%s", command);
}

static struct pl_log_writer *open_writer(const char *dir)
{
	struct pl_log_writer_options o = {.dir = dir, .keys = &key, .n_keys = 1, .segment_bytes = PL_JOURNAL_SEGMENT_MIN};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};

	if (pl_log_writer_open(&o, &w, &diag))
		fail_msg("%s: %s", dir, diag.text);
	return w;
}

static void close_writer(struct pl_log_writer *w, uint64_t size)
{
	assert_int_equal(pl_log_writer_drain(w, 60 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_wait_published(w, size, 60 * PL_SECOND), PL_OK);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

static void make_log(const char *dir, uint8_t kind)
{
	struct pl_log_writer *w;
	uint8_t entry[ENTRY_LEN] = {0};

	assert_int_equal(pl_log_dir_create(dir, PL_STR(ORIGIN), NULL, signer, NULL), PL_OK);
	w = open_writer(dir);
	entry[9] = kind;
	for (uint32_t i = 0; i < ENTRIES; i++) {
		pl_be64_write(entry, i);
		assert_int_equal(pl_log_writer_add_patient(w, pl_bytes_of(entry, sizeof entry), NULL), PL_OK);
	}
	close_writer(w, ENTRIES);
}

static pl_status ignore_batch(void *ctx, const struct pl_journal_batch *b)
{
	(void)ctx;
	(void)b;
	return PL_OK;
}

static uint64_t journal_start(void)
{
	struct pl_journal_options o = {.dir = -1};
	struct pl_journal *j = NULL;
	struct pl_tree_edge start, end;

	assert_int_equal(pl_file_open_dir(AT_FDCWD, "log/private/journal", &o.dir), PL_OK);
	pl_sha256(pl_str_bytes(PL_STR(ORIGIN)), &o.log);
	assert_int_equal(pl_journal_open(&o, ignore_batch, NULL, &j, &start, &end, NULL), PL_OK);
	pl_journal_close(j);
	pl_file_close(&o.dir);
	return start.size;
}

/* Where the journal begins depends on the sizes of batches: it shall have the last bundles and not the first. */
static void make_log_with_journal(void)
{
	for (unsigned i = 0; i < 20; i++) {
		uint64_t start;

		make_log("log", 0);
		start = journal_start();
		if (start > PL_TILE_WIDTH && start < 69000)
			return;
		run_command("rm -r log log.record");
	}
	fail_msg("the journal never begins where it should");
}

static int begin(void **state)
{
	if (scratch_begin(state))
		return -1;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey))
		return -1;
	make_log_with_journal();
	make_log("hostile", 1);
	/* Without states of tiles that were published on the way. */
	run_command("cd log/public/tile && find . -path '*.p/*' ! -path '*/" PARTIAL "' ! -path './1/001.p/17' ! -path './2/000.p/1' -delete && "
		    "find . -type d -empty -delete");
	run_command("cp -a log right && cp log.record right.record");
	return 0;
}

static int end(void **state)
{
	pl_file_set_hook(NULL, NULL);
	pl_signer_free(signer);
	return scratch_end(state);
}

/* ---- repairing ---- */

struct told {
	unsigned n, sources;
	char why[256], kept[256];
	bool missing, repaired;
};

static void found(void *ctx, const struct pl_log_repair_found *f)
{
	struct told *t = ctx;

	t->n++;
	t->sources |= f->sources;
	t->missing = f->missing;
	t->repaired = f->repaired;
	(void)snprintf(t->why, sizeof t->why, "%s", f->repaired ? "" : f->why);
	(void)snprintf(t->kept, sizeof t->kept, "%s", f->repaired ? f->kept : "");
}

static pl_status try_repair(const char *from, struct told *t, struct pl_log_repair_report *r, struct pl_diag *diag)
{
	struct pl_log_repair_options o = {
		.dir = "log", .from = pl_str_from(from ? from : ""), .found = found, .ctx = t,
	};

	*t = (struct told){0};
	*diag = (struct pl_diag){0};
	return pl_log_repair(&o, r, diag);
}

static struct told repair(const char *from, unsigned repaired, unsigned failed)
{
	struct pl_log_repair_report r;
	struct told t;
	struct pl_diag diag;

	if (try_repair(from, &t, &r, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(r.size, ENTRIES);
	assert_true(r.record_checked);
	if (r.repaired != repaired || r.failed != failed)
		fail_msg("%llu repaired, %llu not (%s)", (unsigned long long)r.repaired, (unsigned long long)r.failed, t.why);
	assert_int_equal(t.n, repaired + failed);
	return t;
}

/* Everything is as it should be. */
static void is_right(void)
{
	run_command("diff -r right/public log/public && cmp right.record log.record");
}

/* And once more there is nothing to do. */
static void is_whole(void)
{
	struct pl_fsck_options o = {.where = PL_STR("log"), .key = &key.vkey};
	struct pl_fsck_report r;
	struct told t;

	is_right();
	assert_int_equal(pl_fsck(&o, &r, NULL), PL_OK);
	assert_int_equal(r.problems, 0);
	pl_fsck_done(&r);
	t = repair(NULL, 0, 0);
	assert_int_equal(t.n, 0);
}

static void flip(const char *path, uint64_t at)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t byte;
	size_t n = 0;

	assert_int_equal(pl_file_open(AT_FDCWD, path, O_RDWR, 0, &fd), PL_OK);
	assert_int_equal(pl_file_pread(fd, &byte, 1, at, &n), PL_OK);
	assert_int_equal(n, 1);
	byte ^= 1;
	assert_int_equal(pl_file_pwrite(fd, &byte, 1, at), PL_OK);
}

/* ---- what is put right ---- */

static void every_kind_of_damage_to_every_kind_of_file(void **state)
{
	/* Of the full bundle one that the journal still has. */
	static const char *const files[] = {
		"tile/entries/" PARTIAL, "tile/entries/272", "tile/0/" PARTIAL, "tile/0/005", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1",
	};
	static const char *const damage[] = {
		"truncate -s -1 $f", "truncate -s 0 $f", "echo >>$f", "head -c 70000 /dev/zero >$f", "rm $f", "rm -r $(dirname $f)",
		"rm $f; ln -s /dev/null $f", "printf '\\377' | dd of=$f bs=1 seek=1 conv=notrunc 2>/dev/null",
	};
	char command[700];

	(void)state;
	for (size_t i = 0; i < PL_COUNT(files); i++)
		for (size_t k = 0; k < PL_COUNT(damage); k++) {
			struct told t;

			/* Of a full one that would be the whole level. */
			if (k == 5 && !strstr(files[i], ".p/"))
				continue;
			(void)snprintf(command, sizeof command, "f=log/public/%s; %s", files[i], damage[k]);
			run_command(command);
			t = repair(NULL, 1, 0);
			assert_int_equal(t.missing, k == 4 || k == 5);
			assert_int_equal(t.kept[0] != 0, !t.missing);
			assert_false(t.sources & PL_LOG_REPAIR_COPY);
			(void)snprintf(command, sizeof command, "test -e log/%s -o -L log/%s", t.kept, t.kept);
			if (!t.missing)
				run_command(command);
			is_right();
		}
	is_whole();
}

static void the_damaged_file_is_kept(void **state)
{
	struct told t;
	char command[700];

	(void)state;
	flip("log/public/tile/0/007", 99);
	run_command("cp log/public/tile/0/007 damaged");
	t = repair(NULL, 1, 0);
	(void)snprintf(command, sizeof command, "cmp damaged log/%s", t.kept);
	run_command(command);
	/* The same again within the same second stands beside it. */
	flip("log/public/tile/0/007", 99);
	(void)repair(NULL, 1, 0);
	run_command(command);
	is_whole();
}

static void damage_of_many_at_once(void **state)
{
	(void)state;
	/* A tile above and two below it: what is below must be asked of the entries. */
	run_command("rm log/public/tile/1/000 log/public/tile/0/009");
	flip("log/public/tile/0/005", 200);
	(void)repair(NULL, 3, 0);
	is_whole();
	/* The same with the level above. */
	run_command("rm log/public/tile/2/000.p/1 log/public/tile/1/001.p/17 log/public/tile/0/260");
	flip("log/public/tile/1/000", 100);
	(void)repair(NULL, 4, 0);
	is_whole();
	/* Tile and bundle, in the journal. */
	run_command("rm -r log/public/tile/0/273.p log/public/tile/entries/273.p log/public/tile/entries/272 log/public/tile/0/272");
	assert_true(repair(NULL, 4, 0).sources & PL_LOG_REPAIR_JOURNAL);
	is_whole();
	/* All tiles: the bundles are enough. */
	run_command("rm -r log/public/tile/0 log/public/tile/1 log/public/tile/2");
	(void)repair(NULL, BUNDLES + 2 + 1, 0);
	is_whole();
}

/* The first entries of the last bundle may be gone from the journal: its earlier states have them. */
static void earlier_states_of_a_bundle(void **state)
{
	struct told t;

	(void)state;
	/* A full bundle stands for it here: none of its entries is in the journal. */
	run_command("cd log/public/tile/entries && mkdir 003.p && head -c 40400 003 >003.p/200 && head -c 51106 003 >003.p/253");
	flip("log/public/tile/entries/003", 1500);
	flip("log/public/tile/entries/003", 45000);
	flip("log/public/tile/entries/003.p/253", 1501);
	/* The narrower state is put right as well, from the whole. */
	t = repair(NULL, 2, 0);
	assert_int_equal(t.sources, PL_LOG_REPAIR_LOG);
	run_command("cd log/public/tile/entries && head -c 51106 003 | cmp - 003.p/253 && rm -r 003.p");
	is_whole();
}

static void copies_are_believed_nothing(void **state)
{
	struct told t;

	(void)state;
	flip("log/public/tile/entries/000", 150);
	run_command("cp log/public/tile/entries/000 damaged");
	t = repair(NULL, 0, 1);
	assert_non_null(strstr(t.why, "--from"));
	t = repair("hostile", 0, 1);
	assert_non_null(strstr(t.why, "other bytes"));
	run_command("cmp damaged log/public/tile/entries/000");
	/* One that lacks the file; one that is damaged itself. */
	run_command("mkdir copy && cp -a right/public copy/ && rm copy/public/tile/entries/000");
	t = repair("copy", 0, 1);
	assert_non_null(strstr(t.why, "does not give it"));
	run_command("cp damaged copy/public/tile/entries/000");
	t = repair("copy", 0, 1);
	run_command("cmp damaged log/public/tile/entries/000");
	/* Its other entries are used: the damaged one is not among them. */
	run_command("cp right/public/tile/entries/000 copy/public/tile/entries/000");
	flip("copy/public/tile/entries/000", 1100);
	t = repair("copy", 1, 0);
	assert_int_equal(t.sources, PL_LOG_REPAIR_COPY | PL_LOG_REPAIR_LOG);
	is_whole();
	run_command("rm -r copy");
}

static void everything_from_a_copy(void **state)
{
	struct pl_log_repair_report r;
	struct told t;
	struct pl_diag diag;
	unsigned by_journal;

	(void)state;
	run_command("rm -r log/public/tile");
	/* What the journal has: the last tile and bundle at least, the last level-1 tile with what is below it at most. */
	assert_int_equal(try_repair(NULL, &t, &r, &diag), PL_OK);
	by_journal = (unsigned)r.repaired;
	assert_true(by_journal >= 2 && by_journal <= 1 + 2 * 18);
	assert_int_equal(t.sources & PL_LOG_REPAIR_COPY, 0);
	assert_true(r.failed >= 1);
	(void)repair("hostile", 0, (unsigned)r.failed);
	run_command("test ! -e log/public/tile/2 && test ! -e log/public/tile/0/000");
	t = repair("right", 2 * BUNDLES + 2 + 1 - by_journal, 0);
	assert_true(t.sources & PL_LOG_REPAIR_COPY);
	is_whole();
}

/* A copy that ends a few entries before the log does: the journal has the others. */
static void a_copy_that_is_older(void **state)
{
	struct pl_log_writer *w;
	struct told t;
	uint8_t entry[ENTRY_LEN] = {0};

	(void)state;
	run_command("cp -a right newer && cp right.record newer.record");
	w = open_writer("newer");
	for (uint32_t i = 0; i < 40; i++) {
		pl_be64_write(entry, ENTRIES + i);
		assert_int_equal(pl_log_writer_add_patient(w, pl_bytes_of(entry, sizeof entry), NULL), PL_OK);
	}
	close_writer(w, ENTRIES + 40);
	run_command("mv log old && mv log.record old.record && mv newer log && mv newer.record log.record && rm -rf keep && cp -a log/public keep && "
		    "rm -r log/public/tile");
	{
		struct pl_log_repair_report r;
		struct pl_diag diag;

		if (try_repair("old", &t, &r, &diag))
			fail_msg("%s", diag.text);
		assert_int_equal(r.failed, 0);
		assert_int_equal(r.size, ENTRIES + 40);
	}
	run_command("cd keep && find tile -type f ! -path '*.p/*' | while read -r f; do cmp $f ../log/public/$f || exit 1; done; "
		    "for l in entries 0; do cmp tile/$l/273.p/152 ../log/public/tile/$l/273.p/152 || exit 1; done");
	run_command("rm -rf log log.record keep && mv old log && mv old.record log.record");
	is_whole();
}

static void tile_and_bundle_damaged_in_different_places(void **state)
{
	struct told t;

	(void)state;
	flip("log/public/tile/0/003", 40);
	flip("log/public/tile/entries/003", 1500);
	/* The tile is a mixture of the two; the entry is nowhere else. */
	t = repair(NULL, 1, 1);
	assert_false(t.repaired);
	t = repair("right", 1, 0);
	is_whole();
}

/* States of a tile from before: those that are there are right, those that somebody begins with are there. */
static void narrower_states(void **state)
{
	(void)state;
	run_command("cd log/public/tile && head -c 320 0/" PARTIAL " >0/273.p/10 && echo wrong >0/273.p/11 && echo wrong >entries/273.p/3 && "
		    "mkdir 0/100.p && head -c 32 0/100 >0/100.p/1 && echo wrong >0/100.p/2");
	(void)repair(NULL, 3, 0);
	run_command("cd log/public/tile && head -c 352 0/" PARTIAL " | cmp - 0/273.p/11 && head -c 606 entries/" PARTIAL
		    " | cmp - entries/273.p/3 && head -c 64 0/100 | cmp - 0/100.p/2");
	run_command("cd log/public/tile && rm -r 0/100.p 0/273.p/10 0/273.p/11 entries/273.p/3");
	/* As a crash may leave it: tiles are promised up to 69,900 entries only, and the published tree is larger. */
	run_command("cp log/private/materialised mark; printf 'pellucid materialised v1\\n69900\\n' >log/private/materialised");
	(void)repair(NULL, 2, 0);
	run_command("cd log/public/tile && head -c 384 0/" PARTIAL " | cmp - 0/273.p/12 && head -c 2424 entries/" PARTIAL " | cmp - entries/273.p/12");
	run_command("mv mark log/private/materialised; rm log/public/tile/*/273.p/12");
	is_whole();
}

static void the_index_is_made_anew(void **state)
{
	struct pl_log_writer *w;
	struct pl_log_answer a;
	uint8_t entry[ENTRY_LEN] = {0};

	(void)state;
	run_command("cp -a log before && cp log.record before.record");
	flip("log/public/tile/0/005", 200);
	(void)repair(NULL, 1, 0);
	run_command("test -z \"$(ls log/private/index)\"");
	w = open_writer("log");
	pl_be64_write(entry, 5 * 256 + 6);
	assert_int_equal(pl_log_writer_add_wait(w, pl_bytes_of(entry, sizeof entry), &a), PL_OK);
	assert_true(a.duplicate);
	assert_int_equal(a.index, 5 * 256 + 6);
	entry[9] = 7;
	assert_int_equal(pl_log_writer_add_wait(w, pl_bytes_of(entry, sizeof entry), &a), PL_OK);
	assert_int_equal(a.index, ENTRIES);
	close_writer(w, ENTRIES + 1);
	run_command("rm -r log log.record && mv before log && mv before.record log.record");
	is_whole();
}

/* ---- what is refused ---- */

static void refused(pl_status want, const char *words, const struct pl_log_repair_options *o)
{
	struct pl_log_repair_report r;
	struct pl_diag diag = {0};

	assert_int_equal(pl_log_repair(o, &r, &diag), want);
	if (!strstr(diag.text, words))
		fail_msg("\"%s\" is not in: %s", words, diag.text);
	run_command("cmp damaged log/public/tile/0/007");
}

static struct pl_log_state fake_state;

static pl_status load_fake(void *ctx, struct pl_log_state *ret)
{
	(void)ctx;
	*ret = fake_state;
	return PL_OK;
}

static pl_str where_fake(void *ctx)
{
	(void)ctx;
	return PL_STR("fake");
}

static void another_history_is_refused(void **state)
{
	static const struct pl_log_record_ops ops = {.load = load_fake, .where = where_fake};
	static const struct pl_log_record record = {.ops = &ops};
	struct pl_log_repair_options o = {.dir = "log", .record = &record};
	struct pl_log_repair_report r;
	struct pl_log_writer *w;

	(void)state;
	flip("log/public/tile/0/007", 99);
	run_command("cp log/public/tile/0/007 damaged");
	fake_state = (struct pl_log_state){.size = ENTRIES + 1};
	refused(PL_E_ROLLBACK, "an older copy of the log", &o);
	fake_state = (struct pl_log_state){.size = ENTRIES};
	refused(PL_E_ROLLBACK, "two histories", &o);
	fake_state = (struct pl_log_state){.size = ENTRIES - 1};
	refused(PL_E_ROLLBACK, "the record is an older copy", &o);
	/* The checkpoint of another log of that name; one that is none; one of another key. */
	o.record = NULL;
	run_command("cp hostile/public/checkpoint log/public/checkpoint");
	refused(PL_E_ROLLBACK, "two histories", &o);
	run_command("echo nonsense >log/public/checkpoint");
	refused(PL_E_CORRUPT, "checkpoint", &o);
	run_command("cp right/public/checkpoint log/public/checkpoint");
	for (uint8_t i = 4; i >= 3; i--) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
		struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;

		pl_buf_put_z(&text, "log ");
		test_put_log_key(&text, ORIGIN, i);
		pl_buf_put_z(&text, "\nquorum none\n");
		assert_int_equal(pl_policy_parse(pl_buf_str(&text), &policy, NULL), PL_OK);
		o.policy = policy;
		if (i == 4)
			refused(PL_E_SIGNATURE, "not signed by the log's key", &o);
	}
	o.policy = NULL;
	/* A journal that is damaged in its middle ends there. */
	run_command("f=$(ls log/private/journal/*.segment | head -n 1); cp $f segment; echo $f >name; "
		    "printf '\\377' | dd of=$f bs=1 seek=9000 conv=notrunc 2>/dev/null");
	refused(PL_E_ROLLBACK, "the record is ahead of the journal", &o);
	run_command("cp segment $(cat name)");
	/* A writer at work. */
	run_command("cp -a log busy && cp log.record busy.record && cp right/public/tile/0/007 busy/public/tile/0/007");
	w = open_writer("busy");
	o.dir = "busy";
	refused(PL_E_BUSY, "another process has the log busy open for writing", &o);
	close_writer(w, ENTRIES);
	o.dir = "hostile/public";
	refused(PL_E_NOTFOUND, "is not the directory of a log", &o);
	o.dir = "log";
	assert_int_equal(pl_log_repair(&o, &r, NULL), PL_OK);
	assert_int_equal(r.repaired, 1);
	is_whole();
}

/* ---- failures and kills ---- */

/* Every step of a repair is the last one once, with --long; every fifth otherwise, and of the slower build every 25th. */
static int next(void)
{
	const char *long_run = getenv("PL_LONG");

	return PLAIN_OR_SANITIZED(1, 5) * (long_run && strcmp(long_run, "1") == 0 ? 1 : 5);
}

static int fail_at, fail_with;

static int count_down(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	(void)ctx;
	(void)e;
	(void)short_len;
	if (--fail_at != 0)
		return 0;
	if (!fail_with)
		_exit(9);
	return fail_with;
}

static void spoil(void)
{
	run_command("rm -rf log/private/damaged log/public/tile/1/000");
	flip("log/public/tile/entries/" PARTIAL, 77);
	flip("log/public/tile/0/005", 5);
	run_command("rm -rf spoiled && mkdir spoiled && cp log/public/tile/entries/" PARTIAL " spoiled/entry && cp log/public/tile/0/005 spoiled/tile");
}

/* Both damaged files are somewhere. */
static void nothing_is_lost(void)
{
	run_command("for f in entry tile; do for k in log/public/tile/entries/" PARTIAL " log/public/tile/0/005 $(find log/private/damaged -type f "
		    "2>/dev/null); do cmp -s spoiled/$f $k && continue 2; done; echo $f is lost; exit 1; done");
}

static void ended_anywhere_it_goes_on(void **state)
{
	unsigned kills = 0;

	(void)state;
	for (int n = 1; n < 200; n += next()) {
		struct pl_log_repair_report r;
		struct told t;
		struct pl_diag diag;
		int status = -1;
		pid_t child;

		spoil();
		child = fork();
		if (child == 0) {
			fail_at = n;
			fail_with = 0;
			pl_file_set_hook(count_down, NULL);
			_exit(try_repair(NULL, &t, &r, &diag) == PL_OK ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		nothing_is_lost();
		if (try_repair(NULL, &t, &r, &diag))
			fail_msg("%s", diag.text);
		assert_int_equal(r.failed, 0);
		nothing_is_lost();
		run_command("find log/public -name '*.tmp' -delete");
		is_right();
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			break;
		assert_int_equal(WEXITSTATUS(status), 9);
		kills++;
	}
	assert_true((int)kills > 10 / next() && (int)kills < 199 / next());
	is_whole();
}

static void a_failing_disk_loses_nothing(void **state)
{
	bool done = false;

	(void)state;
	for (int n = 1; n < 200 && !done; n += next()) {
		struct pl_log_repair_report r;
		struct told t;
		struct pl_diag diag;
		pl_status st;

		spoil();
		fail_at = n;
		fail_with = ENOSPC;
		pl_file_set_hook(count_down, NULL);
		st = try_repair(NULL, &t, &r, &diag);
		pl_file_set_hook(NULL, NULL);
		done = fail_at > 0;
		/* A second name that cannot be made is a copy instead. */
		assert_true(st == PL_OK || st == PL_E_NOSPACE);
		nothing_is_lost();
		if (try_repair(NULL, &t, &r, &diag))
			fail_msg("%s", diag.text);
		nothing_is_lost();
		is_right();
	}
	assert_true(done);
	is_whole();
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_kind_of_damage_to_every_kind_of_file), T(the_damaged_file_is_kept), T(damage_of_many_at_once),
		T(earlier_states_of_a_bundle), T(copies_are_believed_nothing), T(everything_from_a_copy), T(a_copy_that_is_older),
		T(tile_and_bundle_damaged_in_different_places), T(narrower_states), T(the_index_is_made_anew),
		T(another_history_is_refused), T(ended_anywhere_it_goes_on), T(a_failing_disk_loses_nothing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
