/* SPDX-License-Identifier: Apache-2.0 */
/* fact/doctor: looks at an instance and changes nothing. Each check says what it found and what to do next. */
#include "base/file.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/log_key.h"
#include "fact/query.h"
#include "fact/record_db.h"
#include "log/checkpoint.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#define LAG_MANY 10000u

struct doctor {
	struct pl_instance *inst;
	void (*finding)(void *ctx, enum pl_health health, const char *what, const char *words, const char *next);
	void *ctx;
	uint64_t published; /* entries of the published checkpoint; 0 if there is none that counts */
	char words[512];
};

static void say(struct doctor *d, enum pl_health health, const char *what, const char *next, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static void say(struct doctor *d, enum pl_health health, const char *what, const char *next, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(d->words, sizeof d->words, fmt, args);
	va_end(args);
	d->finding(d->ctx, health, what, d->words, next);
}

static void check_database(struct doctor *d)
{
	struct pl_diag diag = {0};
	pl_status st = pl_db_check(d->inst->db, &diag);

	if (st)
		say(d, PL_HEALTH_BAD, "database", "restore it from a backup; docs/manual has the cases", "%s: %s",
			pl_db_label(d->inst->db), pl_diag_text(&diag, st));
	else
		say(d, PL_HEALTH_GOOD, "database", "", "%s answers and is whole", pl_db_label(d->inst->db));
}

static void check_blobs(struct doctor *d)
{
	struct pl_digest nothing;
	uint64_t size;
	pl_status st;

	pl_sha256((pl_bytes){0}, &nothing);
	st = pl_blob_head(d->inst->blobs, &nothing, &size);
	if (st == PL_OK || st == PL_E_NOTFOUND)
		say(d, PL_HEALTH_GOOD, "blobs", "", "%s answers", pl_blob_label(d->inst->blobs));
	else
		say(d, PL_HEALTH_BAD, "blobs", "start the store, or correct [store] blobs", "%s: %s",
			pl_blob_label(d->inst->blobs), pl_status_text(st));
}

static void check_checkpoint(struct doctor *d)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	struct pl_diag diag = {0};
	pl_status st = pl_log_reader_open(d->inst->conf.log_dir, NULL, &reader, &diag);

	if (st == PL_OK)
		st = pl_log_reader_checkpoint(reader, &note);
	if (st == PL_OK)
		st = pl_policy_accept(d->inst->trust.policy, pl_buf_str(&note), &cp, &verdict, &diag);
	if (st) {
		say(d, st == PL_E_QUORUM ? PL_HEALTH_WARNING : PL_HEALTH_BAD, "checkpoint",
			"see pellucid log checkpoint; start the witnesses", "not accepted: %s", pl_diag_text(&diag, st));
		return;
	}
	if (verdict.unwitnessed)
		say(d, PL_HEALTH_WARNING, "witnesses", "find witnesses and name them in the trust file",
			"quorum none: nobody but this machine has seen the log; its operator could show different people different logs");
	else
		say(d, PL_HEALTH_GOOD, "witnesses", "", "%zu cosigned the checkpoint of %llu entries", verdict.n_counted,
			(unsigned long long)cp.size);
	d->published = cp.size;
	say(d, PL_HEALTH_GOOD, "checkpoint", "", "%llu entries published", (unsigned long long)cp.size);
}

static void check_record_place(struct doctor *d)
{
	if (pl_instance_unguarded(d->inst))
		say(d, PL_HEALTH_WARNING, "record", "move the database to another disk, or find witnesses",
			"the log and its record lie on one file system and nobody witnesses: a restored older copy would not be noticed");
}

static void check_flow(struct doctor *d)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_query_view v;
	pl_status st = pl_query_view(d->inst, &arena, &v);

	if (st) {
		say(d, PL_HEALTH_WARNING, "tables", "see what is said of the log process", "nothing was projected yet");
		return;
	}
	if (v.size + LAG_MANY < v.record_size)
		say(d, PL_HEALTH_WARNING, "tables", "see what is said of the log process", "%llu of %llu entries are shown",
			(unsigned long long)v.size, (unsigned long long)v.record_size);
	else
		say(d, PL_HEALTH_GOOD, "tables", "", "%llu of %llu entries are shown", (unsigned long long)v.size,
			(unsigned long long)v.record_size);
	if (v.outbox.refused)
		say(d, PL_HEALTH_WARNING, "outbox", "see pellucid statement list --refused", "%llu statements were refused",
			(unsigned long long)v.outbox.refused);
	if (v.outbox.waiting)
		say(d, PL_HEALTH_WARNING, "outbox", "see what is said of the log process",
			"%llu statements wait to be logged", (unsigned long long)v.outbox.waiting);
	if (v.by_state[PL_ENTRY_UNKNOWN] || v.by_state[PL_ENTRY_MALFORMED] || v.by_state[PL_ENTRY_UNAUTHORISED])
		say(d, PL_HEALTH_WARNING, "entries", "see pellucid statement list",
			"%llu unknown, %llu malformed, %llu unauthorised entries in the log",
			(unsigned long long)v.by_state[PL_ENTRY_UNKNOWN], (unsigned long long)v.by_state[PL_ENTRY_MALFORMED],
			(unsigned long long)v.by_state[PL_ENTRY_UNAUTHORISED]);
}

static void on_log_finding(void *ctx, const struct pl_log_finding *f)
{
	struct doctor *d = ctx;
	enum pl_health health = f->bad ? PL_HEALTH_BAD : f->next[0] ? PL_HEALTH_WARNING : PL_HEALTH_GOOD;

	say(d, health, "log process", f->next, "%s", f->words);
}

/* What the log process says of itself. One that was stopped is missed only when something waits: a command runs the log
 * itself when nobody else does. */
static void check_log_process(struct doctor *d)
{
	struct pl_outbox_counts outbox = {0};
	struct pl_log_report r;
	pl_status st = pl_log_report_read(d->inst->db, d->inst->conf.origin, &r);

	if (st == PL_OK)
		st = pl_outbox_count(d->inst->db, &outbox);
	if (st)
		say(d, PL_HEALTH_BAD, "log process", "see what is said of the database", "its report cannot be read");
	else if ((r.process == PL_LOG_PROCESS_STOPPED || r.process == PL_LOG_PROCESS_NONE) && outbox.waiting == 0)
		say(d, PL_HEALTH_GOOD, "log process", "", "not running; commands run the log themselves");
	else
		pl_log_report_findings(&r, on_log_finding, d);
}

/* Without it no log is opened, whatever else is in order. What is acknowledged and not published waits for witnesses. */
static void check_record(struct doctor *d)
{
	struct pl_log_record *record = NULL;
	struct pl_log_state state;
	pl_status st = pl_record_db_new(d->inst->db, d->inst->conf.origin, &record);

	if (st == PL_OK)
		st = record->ops->load(record->ctx, &state);
	if (st)
		say(d, PL_HEALTH_BAD, "record",
			"restore the database; if it is lost without a backup: pellucid recover database", "%s",
			st == PL_E_NOTFOUND ? "the database holds no record of this log" : pl_status_text(st));
	else if (state.size > d->published)
		say(d, PL_HEALTH_WARNING, "record", "if that lasts, a witness does not answer: start it, or replace it in the trust file",
			"%llu entries acknowledged, %llu published", (unsigned long long)state.size, (unsigned long long)d->published);
	else
		say(d, PL_HEALTH_GOOD, "record", "", "%llu entries acknowledged", (unsigned long long)state.size);
	pl_record_db_free(record);
}

static bool key_file_here(const struct doctor *d, const char *name, struct stat *ret)
{
	char path[4096];
	int n = snprintf(path, sizeof path, "%s/%s", d->inst->conf.keys_dir.ptr, name);

	return n > 0 && (size_t)n < sizeof path && lstat(path, ret) == 0;
}

static void check_keys(struct doctor *d)
{
	static const char *const online[] = {"log.key", "service.key"};
	struct stat st;

	if (key_file_here(d, "root.key", &st))
		say(d, PL_HEALTH_WARNING, "root key", "move keys/root.key to a medium that you lock away; bring it back to change keys",
			"the root key lies on this machine; whoever takes the machine over can introduce keys");
	for (size_t i = 0; i < PL_COUNT(online); i++)
		if (!key_file_here(d, online[i], &st))
			say(d, PL_HEALTH_WARNING, "keys", "is it with another process, or another user?", "%s is not here", online[i]);
		else if (st.st_mode & 077)
			say(d, PL_HEALTH_BAD, "keys", "chmod 600 it, and change the key", "others may read %s", online[i]);
	if (d->inst->conf.passphrase.len)
		say(d, PL_HEALTH_WARNING, "passphrase", "hand it over by systemd credentials, or type it",
			"the passphrase lies in a file, so the key files protect no more than their mode does");
}

/* What is private can be taken in with the public half and read with the key, which is with the signer. */
static void check_vault(struct doctor *d)
{
	struct stat st;

	if (!key_file_here(d, "vault.pub", &st))
		say(d, PL_HEALTH_WARNING, "vault", "pellucid vault make", "there is no vault: registers cannot keep what is private");
	else if (!key_file_here(d, "vault.key", &st))
		say(d, PL_HEALTH_WARNING, "vault", "is it with another user?", "vault.key is not here");
	else if (st.st_mode & 077)
		say(d, PL_HEALTH_BAD, "vault", "chmod 600 it", "others may read vault.key");
	else if (key_file_here(d, "vault-old.key", &st))
		say(d, PL_HEALTH_WARNING, "vault", "pellucid vault rotate --finish, once the vault was copied anew",
			"its key is being changed, and the one before is still here");
	else
		say(d, PL_HEALTH_GOOD, "vault", "", "its key is here; keep %s out of the database's backups", d->inst->conf.vault_dir.ptr);
}

/* Private keys that have ended are put aside for their owner to destroy. */
static void check_old_log_keys(struct doctor *d)
{
	DIR *dir = opendir(d->inst->conf.keys_dir.ptr);
	const struct dirent *e;
	unsigned n = 0;

	while (dir && (e = readdir(dir)) != NULL) // NOLINT(concurrency-mt-unsafe): a stream of our own
		n += pl_str_starts(pl_str_from(e->d_name), PL_STR("log-old-"));
	if (dir)
		(void)closedir(dir);
	if (n)
		say(d, PL_HEALTH_WARNING, "log key", "destroy keys/log-old-*.key and their copies in backups",
			"ended private keys of the log are still here: %u", n);
}

static void check_log_key(struct doctor *d)
{
	struct pl_log_key_state s;
	struct pl_diag diag = {0};
	char until[21];
	pl_status st = pl_log_key_look(d->inst, &s, &diag);

	check_old_log_keys(d);
	if (st) {
		say(d, st == PL_E_ACCESS ? PL_HEALTH_WARNING : PL_HEALTH_BAD, "log key",
			st == PL_E_ACCESS ? "run doctor as the user of pellucid log serve, too" : "see docs/manual/log-key.md", "%s",
			pl_diag_text(&diag, st));
		return;
	}
	pl_time_write(s.until, until);
	if (s.phase == PL_LOG_KEY_STEADY)
		say(d, PL_HEALTH_GOOD, "log key", "", "one key signs checkpoints");
	else if (s.phase == PL_LOG_KEY_BEGUN)
		say(d, PL_HEALTH_WARNING, "log key", "pellucid log rotate-key", "a change of the log's key was begun and broken off");
	else if (s.phase == PL_LOG_KEY_ENDING)
		say(d, PL_HEALTH_WARNING, "log key", "pellucid log rotate-key --finish",
			"the end of the old key was begun and broken off");
	else if (s.alone)
		say(d, PL_HEALTH_WARNING, "log key", "pellucid log rotate-key --finish",
			"the trust file still names a key that is %s; the new key alone signs", s.reason);
	else if (pl_time_now() >= s.until)
		say(d, PL_HEALTH_WARNING, "log key", "pellucid log rotate-key --finish",
			"the overlap ended on %s, and the old key still signs", until);
	else
		say(d, PL_HEALTH_GOOD, "log key", "", "two keys sign checkpoints until %s", until);
}

static void check_register(struct doctor *d)
{
	const struct pl_keys *keys;
	struct pl_diag diag = {0};
	uint64_t index;
	pl_status st = pl_instance_keys(d->inst, &keys, &index, &diag);

	if (st)
		say(d, PL_HEALTH_BAD, "key register", "see pellucid log fsck", "%s", pl_diag_text(&diag, st));
	else if (pl_keys_officers_needed(keys) == 0)
		say(d, PL_HEALTH_WARNING, "key register", "see what is said of the log process",
			"the log's inception is not published yet");
	else
		say(d, PL_HEALTH_GOOD, "key register", "", "%zu keys; officers who must approve: %u", pl_keys_count(keys),
			pl_keys_officers_needed(keys));
}

pl_status pl_instance_doctor(struct pl_instance *inst,
	void (*finding)(void *ctx, enum pl_health health, const char *what, const char *words, const char *next),
	void *ctx)
{
	struct doctor d = {.inst = inst, .finding = finding, .ctx = ctx};

	check_database(&d);
	check_blobs(&d);
	check_checkpoint(&d);
	check_record(&d);
	check_record_place(&d);
	check_log_process(&d);
	check_register(&d);
	check_flow(&d);
	check_keys(&d);
	check_vault(&d);
	check_log_key(&d);
	return PL_OK;
}
