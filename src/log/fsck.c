/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work is cut into chunks of 65,536 entries: the 256 bundles and level-0 tiles under one level-1 tile. Threads take chunks
 * in order, each with a reader of its own; the few tiles above are compared at the end.
 */
#include "log/fsck.h"
#include "base/file.h"
#include "base/time.h"
#include "crypto/sha256x.h"
#include "log/journal.h"
#include "log/materialise.h"
#include "log/reader.h"
#include "log/record_file.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define CHUNK (PL_TILE_WIDTH * PL_TILE_WIDTH)
#define THREADS_MAX 64u
#define STATE_MAGIC "pellucid fsck v1\n"
#define REMEMBER_EVERY (5 * PL_SECOND)

struct check {
	const struct pl_fsck_options *o;
	struct pl_fsck_report *r;
	int public_dir; /* -1: a URL */
	struct pl_digest *node; /* roots of the chunks' level-0 tiles, 256 a chunk */
	uint64_t chunks;
	pthread_mutex_t lock;
	uint64_t next, done_entries;
	bool *finished; /* by chunk */
	uint64_t remembered; /* monotonic */
	uint64_t place[PL_FSCK_TOLD_MAX]; /* the chunk of each finding that is told, or what comes behind all chunks */
	pl_status st;   /* the first failure to read that is no finding */
};

static void tell(struct check *c, uint64_t place, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void remember(struct check *c);

/* In the order of the places, and at one place of the findings, whichever thread was first: the same log has the same report. */
static void tell(struct check *c, uint64_t place, const char *fmt, ...)
{
	struct pl_fsck_report *r = c->r;
	uint64_t at;
	va_list ap;

	va_start(ap, fmt);
	pthread_mutex_lock(&c->lock);
	at = r->problems < PL_FSCK_TOLD_MAX ? r->problems : PL_FSCK_TOLD_MAX;
	while (at > 0 && c->place[at - 1] > place)
		at--;
	if (at < PL_FSCK_TOLD_MAX) {
		memmove(&c->place[at + 1], &c->place[at], (PL_FSCK_TOLD_MAX - 1 - at) * sizeof c->place[0]);
		memmove(&r->told[at + 1], &r->told[at], (PL_FSCK_TOLD_MAX - 1 - at) * sizeof r->told[0]);
		c->place[at] = place;
		(void)vsnprintf(r->told[at], sizeof r->told[at], fmt, ap);
	}
	r->problems++;
	pthread_mutex_unlock(&c->lock);
	va_end(ap);
}

struct scratch {
	struct pl_log_reader *reader;
	uint64_t place; /* the chunk that is checked */
	struct pl_buf bundle, tile, narrow;
};

/* Missing or damaged is a finding; not reachable is not. */
static bool is_finding(pl_status st)
{
	return st == PL_E_NOTFOUND || st == PL_E_CORRUPT || st == PL_E_SYNTAX || st == PL_E_TOOBIG;
}

static pl_status read_tile(struct check *c, struct scratch *s, const struct pl_tile *t, struct pl_buf *out, bool *ret_ok)
{
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	pl_buf_clear(out);
	st = pl_log_reader_tile(s->reader, t, out);
	*ret_ok = st == PL_OK;
	if (!is_finding(st))
		return st;
	pl_tile_write(t, path);
	tell(c, s->place, "%s: %s", path, pl_status_text(st));
	return PL_OK;
}

static void done(struct scratch *s)
{
	pl_buf_done(&s->bundle);
	pl_buf_done(&s->tile);
	pl_buf_done(&s->narrow);
}

/* Partial files that stand beside @t are served, too, to whoever has an older checkpoint: each must be the front of @whole. One
 * that goes away meanwhile was not needed any more. */
static void check_narrow(struct check *c, struct scratch *s, const struct pl_tile *t, pl_bytes whole)
{
	bool has[PL_TILE_WIDTH] = {false};

	if (c->public_dir >= 0)
		pl_materialise_narrow(c->public_dir, t, has);
	for (unsigned w = 1; w < t->width; w++) {
		struct pl_tile narrow = {.level = t->level, .width = (uint16_t)w, .index = t->index};
		char path[PL_TILE_PATH_MAX];
		pl_bytes front;
		pl_status st;

		if (!has[w] || pl_tile_front(&narrow, whole, &front))
			continue;
		pl_tile_write(&narrow, path);
		pl_buf_clear(&s->narrow);
		st = pl_file_read(c->public_dir, path, &s->narrow);
		if (st == PL_E_NOTFOUND)
			continue;
		if (st || !pl_bytes_eq(pl_buf_bytes(&s->narrow), front))
			tell(c, s->place, "%s: %s", path, st ? pl_status_text(st) : "not the front of what it grew into");
		pthread_mutex_lock(&c->lock);
		c->r->tiles++;
		pthread_mutex_unlock(&c->lock);
	}
}

/* ---- level 0 ---- */

/* Check bundle and tile number @index; the root of a full tile goes to c->node. */
static pl_status check_tile(struct check *c, struct scratch *s, uint64_t index)
{
	pl_bytes entry[PL_TILE_WIDTH];
	struct pl_digest leaf[PL_TILE_WIDTH];
	struct pl_tile t, b;
	char path[PL_TILE_PATH_MAX];
	bool have_bundle, have_tile;
	pl_status st = pl_tile_at(0, index, c->r->size, &t);

	b = t;
	b.level = PL_TILE_ENTRIES;
	if (!st)
		st = read_tile(c, s, &b, &s->bundle, &have_bundle);
	if (!st)
		st = read_tile(c, s, &t, &s->tile, &have_tile);
	if (st || !have_bundle || !have_tile)
		return st;
	pl_tile_write(&b, path);
	if (pl_tile_bundle_parse(pl_buf_bytes(&s->bundle), t.width, entry)) {
		tell(c, s->place, "%s: not a bundle of %u entries", path, t.width);
		return PL_OK;
	}
	pl_sha256x_leaves(entry, t.width, leaf);
	for (unsigned i = 0; i < t.width; i++)
		if (memcmp(leaf[i].b, s->tile.ptr + i * PL_DIGEST_LEN, PL_DIGEST_LEN) != 0)
			tell(c, s->place, "entry %llu does not have the hash in its tile", (unsigned long long)index * PL_TILE_WIDTH + i);
	check_narrow(c, s, &t, pl_buf_bytes(&s->tile));
	check_narrow(c, s, &b, pl_buf_bytes(&s->bundle));
	if (t.width == PL_TILE_WIDTH)
		pl_tile_node(leaf, PL_TILE_HEIGHT, &c->node[index]);
	return PL_OK;
}

/* ---- above it ---- */

/* The hash over tile @n of @level: that of level 0 was computed by this run. *@ret_have false: the tile was told of already. */
static pl_status node_of(struct check *c, struct scratch *s, unsigned level, uint64_t n, struct pl_digest *ret, bool *ret_have)
{
	struct pl_tile t = {.level = (uint8_t)level, .width = PL_TILE_WIDTH, .index = n};
	pl_status st;

	*ret_have = true;
	if (level == 0) {
		*ret = c->node[n];
		return PL_OK;
	}
	st = read_tile(c, s, &t, &s->bundle, ret_have);
	if (!st && *ret_have)
		pl_tile_node((const struct pl_digest *)(const void *)s->bundle.ptr, PL_TILE_HEIGHT, ret);
	return st;
}

/* Tile @index of @level (from 1) holds the roots of the full tiles below. */
static pl_status check_upper(struct check *c, struct scratch *s, unsigned level, uint64_t index)
{
	struct pl_tile t;
	char path[PL_TILE_PATH_MAX];
	bool have = false;
	pl_status st = pl_tile_at(level, index, c->r->size, &t);

	if (!st)
		st = read_tile(c, s, &t, &s->tile, &have);
	for (unsigned i = 0; !st && have && i < t.width; i++) {
		struct pl_digest node;
		bool have_node;

		st = node_of(c, s, level - 1, index * PL_TILE_WIDTH + i, &node, &have_node);
		if (!st && have_node && memcmp(node.b, s->tile.ptr + i * PL_DIGEST_LEN, PL_DIGEST_LEN) != 0) {
			pl_tile_write(&t, path);
			tell(c, s->place, "%s: hash %u is not the root of what lies below", path, i);
		}
	}
	if (!st && have)
		check_narrow(c, s, &t, pl_buf_bytes(&s->tile));
	pthread_mutex_lock(&c->lock);
	c->r->tiles++;
	pthread_mutex_unlock(&c->lock);
	return st;
}

static pl_status check_chunk(struct check *c, struct scratch *s, uint64_t chunk)
{
	uint64_t from = chunk * PL_TILE_WIDTH, end = (c->r->size + PL_TILE_WIDTH - 1) / PL_TILE_WIDTH;
	uint64_t to = from + PL_TILE_WIDTH < end ? from + PL_TILE_WIDTH : end;
	pl_status st = PL_OK;

	s->place = chunk;
	for (uint64_t i = from; !st && i < to; i++)
		st = check_tile(c, s, i);
	/* With it the chunk is whole: what is remembered of it has been checked up to level 1. */
	if (!st && c->r->size >> 8 > chunk * PL_TILE_WIDTH)
		st = check_upper(c, s, 1, chunk);
	if (st)
		return st;
	pthread_mutex_lock(&c->lock);
	c->finished[chunk] = true;
	c->r->tiles += 2 * (to - from);
	c->done_entries += (to == end ? c->r->size : to * PL_TILE_WIDTH) - from * PL_TILE_WIDTH;
	if (c->o->progress)
		c->o->progress(c->o->progress_ctx, c->r->resumed_from + c->done_entries, c->r->size);
	/* Whoever is ended in the middle goes on there. */
	if (pl_time_monotonic() - c->remembered >= (c->o->remember_ns ? c->o->remember_ns : REMEMBER_EVERY))
		remember(c);
	pthread_mutex_unlock(&c->lock);
	return PL_OK;
}

static void *work(void *arg)
{
	struct check *c = arg;
	struct scratch s = {.bundle = PL_BUF(PL_TILE_BUNDLE_MAX), .tile = PL_BUF(PL_TILE_BYTES), .narrow = PL_BUF(PL_TILE_BUNDLE_MAX)};
	pl_status st = pl_log_reader_open(c->o->where, NULL, &s.reader, NULL);

	while (!st) {
		uint64_t chunk;

		pthread_mutex_lock(&c->lock);
		chunk = c->st ? c->chunks : c->next;
		c->next += chunk < c->chunks;
		pthread_mutex_unlock(&c->lock);
		if (chunk >= c->chunks)
			break;
		st = check_chunk(c, &s, chunk);
	}
	pthread_mutex_lock(&c->lock);
	c->st = c->st ? c->st : st;
	pthread_mutex_unlock(&c->lock);
	pl_log_reader_close(s.reader);
	done(&s);
	return NULL;
}

static void run_threads(struct check *c)
{
	pthread_t thread[THREADS_MAX];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = c->o->threads ? c->o->threads : cores > 0 ? (unsigned)cores : 1, started = 0;

	n = n > THREADS_MAX ? THREADS_MAX : n;
	for (; started + 1 < n && started + 1 < c->chunks - c->next; started++)
		if (pthread_create(&thread[started], NULL, work, c))
			break;
	(void)work(c);
	for (unsigned i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
}

/* ---- the levels above, and the root ---- */

static pl_status check_level(struct check *c, struct scratch *s, unsigned level)
{
	uint64_t count = c->r->size >> (8 * level);
	pl_status st = PL_OK;

	for (uint64_t index = 0; !st && index * PL_TILE_WIDTH < count; index++)
		st = check_upper(c, s, level, index);
	return st;
}

static pl_status check_above(struct check *c, struct pl_log_reader *r)
{
	struct scratch s = {
		.reader = r, .place = c->chunks, .bundle = PL_BUF(PL_TILE_BUNDLE_MAX), .tile = PL_BUF(PL_TILE_BYTES), .narrow = PL_BUF(PL_TILE_BUNDLE_MAX),
	};
	struct pl_digest root;
	pl_status st = PL_OK;

	for (unsigned level = 2; !st && level < pl_tile_levels(c->r->size); level++)
		st = check_level(c, &s, level);
	done(&s);
	if (st)
		return st;
	st = pl_log_reader_root(r, c->r->size, &root);
	if (!st && !pl_digest_eq(&root, &c->r->root))
		tell(c, c->chunks, "the tiles do not give the root of the checkpoint");
	if (is_finding(st))
		tell(c, c->chunks, "the root cannot be computed: %s", pl_status_text(st));
	return is_finding(st) ? PL_OK : st;
}

/* ---- what an earlier run found ---- */

static uint64_t resume_from(struct check *c, struct pl_log_reader *r)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_digest then, now;
	uint64_t size, good;
	pl_str rest, line;

	if (!c->o->state_file || pl_file_read(AT_FDCWD, c->o->state_file, &text))
		return 0;
	rest = pl_buf_str(&text);
	if (!pl_str_eat(&rest, PL_STR(STATE_MAGIC)) || !pl_str_take_line(&rest, &line) ||
		!pl_str_eq(line, c->r->origin) || !pl_str_take_line(&rest, &line) ||
		pl_str_to_u64(line, c->r->size, &size) || !pl_str_take_line(&rest, &line) || pl_digest_parse(line, &then) ||
		!pl_str_take_line(&rest, &line) || pl_str_to_u64(line, size, &good))
		return 0;
	/* Only if today's tiles still lead to the root that was found right then. */
	if (size == 0 || pl_log_reader_root(r, size, &now) || !pl_digest_eq(&now, &then))
		return 0;
	return good - good % CHUNK;
}

/* How far everything is good. With the lock while threads run; nothing is remembered of a log with a problem. */
static void remember(struct check *c)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	uint64_t good = 0;

	c->remembered = pl_time_monotonic();
	while (good < c->chunks && c->finished[good])
		good++;
	if (!c->o->state_file || c->r->problems)
		return;
	pl_buf_put_z(&text, STATE_MAGIC);
	pl_buf_put_str(&text, c->r->origin);
	pl_buf_put_c(&text, '\n');
	pl_buf_put_u64(&text, c->r->size);
	pl_buf_put_c(&text, '\n');
	pl_digest_write(&text, &c->r->root);
	pl_buf_put_c(&text, '\n');
	pl_buf_put_u64(&text, good * CHUNK < c->r->size ? good * CHUNK : c->r->size);
	pl_buf_put_c(&text, '\n');
	if (!pl_buf_status(&text))
		(void)pl_file_put(AT_FDCWD, c->o->state_file, pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
}

/* ---- the private side of a directory ---- */

static pl_status ignore_batch(void *ctx, const struct pl_journal_batch *b)
{
	(void)ctx;
	(void)b;
	return PL_OK;
}

static void check_journal(struct check *c, int dir)
{
	int journal PL_CLEANUP(pl_file_close) = -1;
	struct pl_journal_options o = {0};
	struct pl_journal *j = NULL;
	struct pl_tree_edge start, end;
	struct pl_diag diag = {0};
	pl_status st = pl_file_open_dir(dir, "private/journal", &journal);

	o.dir = journal;
	pl_sha256(pl_str_bytes(c->r->origin), &o.log);
	if (!st)
		st = pl_journal_open(&o, ignore_batch, NULL, &j, &start, &end, &diag);
	if (st)
		tell(c, c->chunks, "journal: %.140s", pl_diag_text(&diag, st));
	else if (end.size < c->r->size)
		tell(c, c->chunks, "journal: ends at %llu, before the checkpoint", (unsigned long long)end.size);
	c->r->journal_checked = true;
	pl_journal_close(j);
}

/* Without it no writer opens the log. One that is not there is of a log that nobody has written to yet. */
static void check_mark(struct check *c, int dir)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	uint64_t mark;
	pl_status st = pl_file_open_dir(dir, "private", &private);

	if (!st)
		st = pl_materialise_mark(private, &mark);
	if (st)
		tell(c, c->chunks, "private/materialised: %s", pl_status_text(st));
}

static void check_record(struct check *c, const char *path, struct pl_log_reader *r)
{
	struct pl_log_record record PL_CLEANUP(pl_log_record_close) = {0};
	struct pl_log_state state;
	struct pl_digest root;
	struct pl_diag diag = {0};
	pl_status st = pl_record_file_open(AT_FDCWD, path, c->r->origin, &record, &diag);

	if (!st)
		st = record.ops->load(record.ctx, &state);
	if (st == PL_E_NOTFOUND)
		return; /* kept elsewhere, as in an instance */
	if (st)
		tell(c, c->chunks, "record: %.140s", pl_diag_text(&diag, st));
	else if (state.size < c->r->size)
		tell(c, c->chunks, "record: says %llu entries, the checkpoint more", (unsigned long long)state.size);
	else if (state.size == c->r->size && (pl_log_reader_root(r, state.size, &root) || !pl_digest_eq(&root, &state.root)))
		tell(c, c->chunks, "record: another root than the checkpoint's");
	c->r->record_checked = true;
}

static void check_private(struct check *c, struct pl_log_reader *r)
{
	int dir PL_CLEANUP(pl_file_close) = -1, lock PL_CLEANUP(pl_file_close) = -1;
	char path[4096], record[4200];

	if (c->public_dir < 0 || pl_str_z(c->o->where, path, sizeof path) || pl_file_open_dir(AT_FDCWD, path, &dir) ||
		pl_file_open(dir, "private/lock", O_RDWR, 0, &lock) || pl_file_lock(lock, 0))
		return;
	check_journal(c, dir);
	check_mark(c, dir);
	if (!pl_record_file_path(path, record, sizeof record))
		check_record(c, record, r);
}

/* ---- all of it ---- */

static pl_status read_checkpoint(const struct pl_fsck_options *o, struct pl_log_reader *reader, struct pl_fsck_report *r,
	struct pl_diag *diag)
{
	struct pl_policy_verdict verdict = {.unwitnessed = true};
	struct pl_checkpoint cp;
	pl_status st = pl_log_reader_checkpoint(reader, &r->text);

	if (st)
		return pl_diag_set(diag, st, "the checkpoint of %.*s cannot be read", PL_STR_ARG(o->where));
	if (o->policy) {
		st = pl_policy_accept(o->policy, pl_buf_str(&r->text), &cp, &verdict, diag);
		if (st)
			return st;
	} else {
		st = o->key ? pl_checkpoint_open(pl_buf_str(&r->text), o->key, &cp, diag) :
			      pl_checkpoint_peek(pl_buf_str(&r->text), &cp, diag);
	}
	if (st)
		return pl_diag_set(diag, st, "the checkpoint is not signed by that key, or is none");
	r->signature_checked = o->key || o->policy;
	r->witnesses_checked = !verdict.unwitnessed;
	r->witnesses = verdict.n_counted;
	r->origin = cp.origin;
	r->size = cp.size;
	r->root = cp.root;
	return PL_OK;
}

pl_status pl_fsck(const struct pl_fsck_options *o, struct pl_fsck_report *ret, struct pl_diag *diag)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct check c = {.o = o, .r = ret, .public_dir = -1, .lock = PTHREAD_MUTEX_INITIALIZER};
	uint64_t first;
	pl_status st = pl_log_reader_open(o->where, NULL, &reader, diag);

	*ret = (struct pl_fsck_report){.text = PL_BUF(PL_CHECKPOINT_MAX)};
	if (!st)
		st = read_checkpoint(o, reader, ret, diag);
	if (st)
		return st;
	c.public_dir = pl_log_reader_dir(reader);
	c.chunks = (ret->size + CHUNK - 1) / CHUNK;
	c.finished = pl_try_alloc(c.chunks + 1, sizeof *c.finished);
	c.node = pl_try_alloc(c.chunks * PL_TILE_WIDTH + 1, sizeof *c.node);
	if (!c.finished || !c.node)
		st = PL_E_NOMEM;
	if (!st) {
		ret->resumed_from = resume_from(&c, reader);
		c.remembered = pl_time_monotonic();
		first = c.next = ret->resumed_from / CHUNK;
		for (uint64_t i = 0; i < first; i++)
			c.finished[i] = true;
		if (c.next < c.chunks)
			run_threads(&c);
		st = c.st;
	}
	if (!st)
		st = check_above(&c, reader);
	if (!st)
		check_private(&c, reader);
	ret->entries = c.done_entries;
	if (c.finished)
		remember(&c);
	pl_free(c.finished);
	pl_free(c.node);
	return st ? pl_diag_set(diag, st, "the log could not be read to its end: %s", pl_status_text(st)) : PL_OK;
}

void pl_fsck_done(struct pl_fsck_report *r)
{
	pl_buf_done(&r->text);
}

void pl_fsck_write(const struct pl_fsck_report *r, uint64_t time, struct pl_buf *out)
{
	char t[21];
	uint64_t told = r->problems < PL_FSCK_TOLD_MAX ? r->problems : PL_FSCK_TOLD_MAX;

	pl_time_write(time, t);
	pl_buf_printf(out, "pellucid log fsck v1\norigin %.*s\nsize %llu\nroot ", PL_STR_ARG(r->origin),
		(unsigned long long)r->size);
	pl_base64_put(out, pl_digest_bytes(&r->root));
	pl_buf_printf(out, "\ntime %s\nentries-checked %llu\nentries-checked-before %llu\ntiles-checked %llu\n", t,
		(unsigned long long)r->entries, (unsigned long long)r->resumed_from, (unsigned long long)r->tiles);
	pl_buf_printf(out, "checkpoint-signature %s\nwitnesses ", r->signature_checked ? "good" : "not-checked");
	if (r->witnesses_checked)
		pl_buf_put_u64(out, r->witnesses);
	else
		pl_buf_put_z(out, "not-checked");
	pl_buf_printf(out, "\njournal %s\nrecord %s\nproblems %llu\n", r->journal_checked ? "checked" : "not-checked",
		r->record_checked ? "checked" : "not-checked", (unsigned long long)r->problems);
	for (uint64_t i = 0; i < told; i++)
		pl_buf_printf(out, "problem %s\n", r->told[i]);
}
