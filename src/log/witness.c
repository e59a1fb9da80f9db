/* SPDX-License-Identifier: Apache-2.0 */
/* Serving: the check, the durable write, the answer. Files are in witness_store.c. */
#include "log/witness.h"
#include "base/file.h"
#include "base/time.h"
#include "log/tree.h"
#include "log/witness_impl.h"
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>

#define RATE_DEFAULT 3000u
/* So much of the allowance may be used at once. */
#define BURST_NS (10 * PL_SECOND)
#define YEAR_2020 (UINT64_C(1577836800) * PL_SECOND)
#define TEXT_TYPE "text/plain; charset=utf-8"
#define SIZE_TYPE "text/x.tlog.size"

/* One admitted log. Entries are never removed while the witness is open. */
struct log {
	char hex[PL_WITNESS_HEX];
	pthread_mutex_t lock; /* everything below, and the log's files */
	struct pl_witness_keys keys;
	/* Monotonic; the rate limits' theoretical arrival times. What anybody can send again, because it is published, has an
	 * allowance of its own: it must not use up that of new checkpoints, which only the log can make (and whose proof holds). */
	uint64_t allowed_new, allowed_again;
};

struct pl_witness {
	int dir, lock_fd;
	struct pl_buf name;
	struct pl_signer *signer;
	struct pl_vkey self;
	struct pl_witness_options o;
	pthread_rwlock_t table; /* logs and n */
	size_t n;
	struct log *logs[PL_WITNESS_LOGS_MAX];
};

/* ---- opening ---- */

static struct log *add_log(struct pl_witness *w, const char *hex, const struct pl_witness_keys *keys)
{
	struct log *l = PL_NEW(struct log);

	memcpy(l->hex, hex, sizeof l->hex);
	assert(pthread_mutex_init(&l->lock, NULL) == 0);
	l->keys = *keys;
	w->logs[w->n++] = l;
	return l;
}

struct loading {
	struct pl_witness *w;
	struct pl_diag *diag;
};

/* The recorded checkpoint must carry our own cosignature: otherwise somebody else wrote it. */
static pl_status load_log(void *ctx, const char *hex)
{
	struct pl_witness_seen seen PL_CLEANUP(pl_witness_seen_done) = {0};
	struct pl_witness_keys keys = {0};
	struct pl_note_seen ours;
	struct loading *l = ctx;
	struct pl_witness *w = l->w;
	pl_status st;

	st = pl_witness_seen_read(w->dir, hex, &seen);
	if (!st && seen.any && pl_note_verify(&seen.parsed, &w->self, 1, &ours, NULL))
		st = PL_E_CORRUPT;
	if (st)
		return pl_diag_set(l->diag, st, "logs/%s/checkpoint is not one that this witness cosigned", hex);
	st = pl_witness_keys_read(w->dir, hex, &keys, l->diag);
	if (st)
		return st;
	add_log(w, hex, &keys);
	return PL_OK;
}

static pl_status load_key(struct pl_witness *w, const char *path, struct pl_diag *diag)
{
	struct pl_buf pass PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_passphrase from_file = {.from = PL_PASSPHRASE_FILE};
	pl_str rest, line;
	pl_status st;

	st = pl_file_read(w->dir, "name", &w->name);
	if (st)
		return pl_diag_set(diag, st, "there is no witness in %s", path);
	rest = pl_buf_str(&w->name);
	if (!pl_str_take_line(&rest, &line) || rest.len)
		return pl_diag_set(diag, PL_E_CORRUPT, "%s/name is not one line", path);
	pl_buf_printf(&pass, "%s/passphrase", path);
	from_file.name = pl_buf_z(&pass);
	st = pl_signer_from_keyfile(w->dir, "key", w->o.passphrase ? w->o.passphrase : &from_file, &w->signer, diag);
	if (!st)
		st = pl_vkey_make(line, PL_NOTE_COSIGNATURE, pl_signer_public(w->signer), &w->self);
	return st ? pl_diag_set(diag, st, "the witness's key cannot be used: %s", pl_status_text(st)) : PL_OK;
}

static pl_status load(struct pl_witness *w, const char *path, struct pl_diag *diag)
{
	pl_status st;

	st = pl_file_open_dir(AT_FDCWD, path, &w->dir);
	if (!st)
		st = pl_file_require_local(w->dir, diag);
	if (!st)
		st = pl_file_open(w->dir, "lock", O_RDWR | O_CREAT, 0644, &w->lock_fd);
	if (st)
		return pl_diag_set(diag, st, "cannot open the witness in %s: %s", path, pl_status_text(st));
	st = pl_file_lock(w->lock_fd, 0);
	if (st)
		return pl_diag_set(diag, st, "another process serves the witness in %s", path);
	st = load_key(w, path, diag);
	if (st)
		return st;
	st = pl_witness_names(w->dir, load_log, &(struct loading){w, diag});
	return st ? pl_diag_set(
			    diag, st, "the records of the witness in %s cannot be read: %s", path, pl_status_text(st)) :
		    PL_OK;
}

pl_status pl_witness_open(const char *path, const struct pl_witness_options *options, struct pl_witness **ret,
	struct pl_diag *diag)
{
	struct pl_witness *w = PL_NEW(struct pl_witness);
	pl_status st;

	w->dir = w->lock_fd = -1;
	pl_buf_init(&w->name, 4096);
	if (options)
		w->o = *options;
	if (!w->o.rate_minute)
		w->o.rate_minute = RATE_DEFAULT;
	assert(pthread_rwlock_init(&w->table, NULL) == 0);
	st = load(w, path, diag);
	if (st) {
		pl_witness_close(w);
		return st;
	}
	*ret = w;
	return PL_OK;
}

void pl_witness_close(struct pl_witness *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++) {
		pl_witness_keys_done(&w->logs[i]->keys);
		pthread_mutex_destroy(&w->logs[i]->lock);
		pl_free(w->logs[i]);
	}
	pthread_rwlock_destroy(&w->table);
	pl_signer_free(w->signer);
	pl_buf_done(&w->name);
	pl_file_close(&w->lock_fd);
	pl_file_close(&w->dir);
	pl_free(w);
}

void pl_witness_closep(struct pl_witness **w)
{
	pl_witness_close(*w);
}

void pl_witness_vkey(const struct pl_witness *w, struct pl_buf *out)
{
	pl_vkey_write(out, &w->self);
}

/* ---- finding the log ---- */

static struct log *find(const struct pl_witness *w, const char *hex)
{
	for (size_t i = 0; i < w->n; i++)
		if (memcmp(w->logs[i]->hex, hex, PL_WITNESS_HEX) == 0)
			return w->logs[i];
	return NULL;
}

/* A log that was admitted after we started. */
static struct log *find_new(struct pl_witness *w, const char *hex)
{
	struct pl_witness_keys keys;
	struct log *l;

	assert(pthread_rwlock_wrlock(&w->table) == 0);
	l = find(w, hex);
	if (!l && w->n < PL_WITNESS_LOGS_MAX && !pl_witness_keys_read(w->dir, hex, &keys, NULL))
		l = add_log(w, hex, &keys);
	pthread_rwlock_unlock(&w->table);
	return l;
}

static struct log *find_log(struct pl_witness *w, pl_str origin)
{
	char hex[PL_WITNESS_HEX];
	struct log *l;

	pl_witness_origin_hex(origin, hex);
	assert(pthread_rwlock_rdlock(&w->table) == 0);
	l = find(w, hex);
	pthread_rwlock_unlock(&w->table);
	return l ? l : find_new(w, hex);
}

/* Take up changes of the log's keys. PL_E_NOTFOUND when it is no longer admitted. With the log's lock. */
static pl_status refresh(const struct pl_witness *w, struct log *l)
{
	struct pl_witness_keys fresh;
	bool stale;
	pl_status st;

	st = pl_witness_keys_stale(w->dir, l->hex, &l->keys, &stale);
	if (st || !stale)
		return st;
	st = pl_witness_keys_read(w->dir, l->hex, &fresh, NULL);
	if (st)
		return st;
	pl_witness_keys_done(&l->keys);
	l->keys = fresh;
	return PL_OK;
}

/* ---- answers ---- */

static void say(struct pl_witness_answer *a, unsigned status, const char *words)
{
	pl_buf_clear(&a->body);
	a->status = status;
	a->type = TEXT_TYPE;
	pl_buf_put_z(&a->body, words);
	pl_buf_put_c(&a->body, '\n');
}

static void say_size(struct pl_witness_answer *a, uint64_t size)
{
	pl_buf_clear(&a->body);
	a->status = 409;
	a->type = SIZE_TYPE;
	pl_buf_put_u64(&a->body, size);
	pl_buf_put_c(&a->body, '\n');
}

/* Spend one submission of the allowance behind @from. */
static bool within_rate(const struct pl_witness *w, uint64_t *from, struct pl_witness_answer *a)
{
	uint64_t now = pl_time_monotonic(), each = 60 * PL_SECOND / w->o.rate_minute;
	uint64_t burst = each > BURST_NS ? each : BURST_NS;

	if (*from < now)
		*from = now;
	if (*from - now > burst) {
		say(a, 429, "too many checkpoints of this log");
		a->retry_after = (unsigned)((*from - now - burst) / PL_SECOND + 1);
		return false;
	}
	*from += each;
	return true;
}

/* ---- add-checkpoint ---- */

struct submission {
	const struct pl_witness_request *req;
	pl_str body;
	uint64_t old_size, time;
	size_t n_proof;
	struct pl_digest proof[PL_WITNESS_PROOF_MAX];
	struct pl_witness_seen seen;
};

static bool signed_by_log(const struct log *l, const struct pl_witness_request *req)
{
	struct pl_note_seen seen[PL_WITNESS_KEYS_MAX];

	return !pl_note_verify(&req->parsed, l->keys.key, l->keys.n, seen, NULL);
}

/* What is recorded and published: the text, the lines of the log's keys, and ours. */
static pl_status record(
	const struct pl_witness *w, const struct log *l, const struct pl_witness_request *req, pl_str line)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX);
	char path[PL_WITNESS_PATH_MAX];

	pl_buf_put_str(&note, req->parsed.text);
	pl_buf_put_c(&note, '\n');
	for (size_t k = 0; k < l->keys.n; k++) {
		for (size_t i = 0; i < req->parsed.n_sigs; i++) {
			const struct pl_note_sig *sig = &req->parsed.sigs[i];

			if (l->keys.key[k].usable && sig->id == l->keys.key[k].id &&
				pl_str_eq(sig->name, l->keys.key[k].name)) {
				pl_buf_put_str(&note, sig->line);
				break;
			}
		}
	}
	pl_buf_put_str(&note, line);
	if (pl_buf_status(&note))
		return pl_buf_status(&note);
	pl_witness_path(path, l->hex, "checkpoint");
	return pl_file_put(w->dir, path, pl_buf_bytes(&note), 0644, PL_FILE_REPLACE);
}

/* Sign, then write, then answer: a cosignature that is not on disk is never seen outside. */
static void cosign(const struct pl_witness *w, const struct log *l, const struct submission *s,
	struct pl_witness_answer *a)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_status st;

	if (s->time < YEAR_2020) {
		say(a, 500, "the witness's system time is wrong");
		return;
	}
	st = pl_note_cosign_line(w->signer, w->self.name, s->req->parsed.text, s->time, &line);
	if (!st)
		st = record(w, l, s->req, pl_buf_str(&line));
	if (st) {
		say(a, 500, "the witness could not record the checkpoint");
		return;
	}
	pl_buf_clear(&a->body);
	pl_buf_put_str(&a->body, pl_buf_str(&line));
	a->status = 200;
	a->size = s->req->checkpoint.size;
}

static bool is_fork(const struct submission *s)
{
	return s->seen.any && s->seen.checkpoint.size == s->req->checkpoint.size &&
		!pl_digest_eq(&s->seen.checkpoint.root, &s->req->checkpoint.root);
}

/* tlog-witness, from the recorded size on. The checkpoint is signed by the log. */
static void judge(const struct pl_witness *w, struct log *l, const struct submission *s, struct pl_witness_answer *a)
{
	const struct pl_checkpoint *cp = &s->req->checkpoint, *seen = &s->seen.checkpoint;
	bool proven = !pl_tree_verify_consistency(seen->size, &seen->root, cp->size, &cp->root, s->proof, s->n_proof);

	/* To tell the size costs next to nothing; whoever asks a lot is slowed down by address. */
	if ((s->old_size == seen->size || is_fork(s)) &&
		!within_rate(w, proven && cp->size > seen->size ? &l->allowed_new : &l->allowed_again, a))
		return;
	if (is_fork(s))
		pl_witness_evidence_put(w->dir, l->hex, "fork", s->time, pl_buf_str(&s->seen.note), s->body);
	if (s->old_size != seen->size) {
		say_size(a, seen->size);
		return;
	}
	if (is_fork(s)) {
		say(a, 422, "another tree of this size was cosigned before");
		return;
	}
	if (!proven) {
		if (s->seen.any && cp->size != seen->size)
			pl_witness_evidence_put(
				w->dir, l->hex, "unproven", s->time, pl_buf_str(&s->seen.note), s->body);
		say(a, 422, "the proof does not hold");
		return;
	}
	cosign(w, l, s, a);
}

/* With the log's lock. */
static void submit(struct pl_witness *w, struct log *l, struct submission *s, struct pl_witness_answer *a)
{
	if (refresh(w, l)) {
		say(a, 404, "unknown log");
		return;
	}
	if (!signed_by_log(l, s->req)) {
		say(a, 403, "not signed by a known key of this log");
		return;
	}
	if (pl_witness_head_parse(s->req->head, &s->old_size, s->proof, &s->n_proof) ||
		s->old_size > s->req->checkpoint.size) {
		say(a, 400, "expected \"old <size>\" not above the checkpoint's, and at most 63 lines of proof");
		return;
	}
	if (pl_witness_seen_read(w->dir, l->hex, &s->seen)) {
		say(a, 500, "the witness could not read its record");
		return;
	}
	judge(w, l, s, a);
	pl_witness_seen_done(&s->seen);
}

void pl_witness_add_checkpoint(struct pl_witness *w, pl_bytes body, struct pl_witness_answer *ret)
{
	struct pl_witness_answer a = {.type = TEXT_TYPE, .body = PL_BUF(4096)};
	struct pl_witness_request req;
	struct submission s = {.req = &req, .body = pl_bytes_str(body)};
	struct log *l;

	s.time = w->o.now ? w->o.now(w->o.now_ctx) : pl_time_now();
	if (pl_witness_request_parse(pl_bytes_str(body), &req)) {
		say(&a, 400, "expected an add-checkpoint body: old size, proof, empty line, signed checkpoint");
	} else if (!(l = find_log(w, req.checkpoint.origin))) {
		say(&a, 404, "unknown log");
	} else {
		assert(pthread_mutex_lock(&l->lock) == 0);
		submit(w, l, &s, &a);
		pthread_mutex_unlock(&l->lock);
	}
	*ret = a;
}

pl_status pl_witness_checkpoint(struct pl_witness *w, pl_str hex, struct pl_buf *out)
{
	char path[PL_WITNESS_PATH_MAX], name[PL_WITNESS_HEX];
	uint8_t raw[PL_DIGEST_LEN];

	if (pl_hex_read(hex, raw, sizeof raw) || pl_str_z(hex, name, sizeof name))
		return PL_E_NOTFOUND;
	pl_witness_path(path, name, "checkpoint");
	return pl_file_read(w->dir, path, out);
}
