/* SPDX-License-Identifier: Apache-2.0 */
#include "web/proofs.h"
#include "base/file.h"
#include "base/time.h"
#include "log/proof.h"
#include "log/reader.h"
#include "log/tile.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>

/* How many threads prove at once; others wait. Each has a cache of its own. */
#define READERS 4u
/* The tiles of a million entries, with their interior nodes. */
#define READER_CACHE ((size_t)72 << 20)
#define FRESH PL_SECOND
/* Bundles whose entries' places are remembered: a million entries' worth, 4 MiB. */
#define PLACES 4096u

/* Where the entries of one full bundle lie. A full bundle never changes, so this never grows old. */
struct places {
	uint64_t bundle; /* its number + 1; 0: empty */
	uint32_t at[PL_TILE_WIDTH + 1];
};

struct pl_proofs {
	int public_dir;
	pthread_mutex_t trust_lock; /* trust; taken before lock */
	struct pl_policy_file trust;
	pthread_mutex_t lock; /* everything below */
	pthread_cond_t idle;
	struct pl_log_reader *readers[READERS];
	bool busy[READERS];
	struct places *places; /* PLACES of them, by bundle modulo PLACES */
	/* The last checkpoint with quorum. */
	struct pl_buf checkpoint;
	uint64_t size, looked; /* looked: monotonic ns of the last look */
	struct pl_digest root;
};

pl_status pl_proofs_open(pl_str log_dir, int public_dir, const char *trust, struct pl_proofs **ret,
	struct pl_diag *diag)
{
	struct pl_proofs *x = PL_NEW(struct pl_proofs);
	struct pl_log_reader_options o = {.cache_bytes = READER_CACHE};
	pl_status st = pl_policy_file_open(trust, &x->trust, diag);

	x->public_dir = public_dir;
	(void)pthread_mutex_init(&x->trust_lock, NULL);
	(void)pthread_mutex_init(&x->lock, NULL);
	(void)pthread_cond_init(&x->idle, NULL);
	pl_buf_init(&x->checkpoint, PL_CHECKPOINT_MAX);
	x->places = pl_alloc(PLACES, sizeof *x->places);
	for (size_t i = 0; !st && i < READERS; i++)
		st = pl_log_reader_open(log_dir, &o, &x->readers[i], diag);
	if (st) {
		pl_proofs_close(x);
		return st;
	}
	*ret = x;
	return PL_OK;
}

void pl_proofs_close(struct pl_proofs *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < READERS; i++)
		if (x->readers[i])
			pl_log_reader_close(x->readers[i]);
	(void)pthread_cond_destroy(&x->idle);
	(void)pthread_mutex_destroy(&x->lock);
	(void)pthread_mutex_destroy(&x->trust_lock);
	pl_policy_file_done(&x->trust);
	pl_buf_done(&x->checkpoint);
	pl_free(x->places);
	pl_free(x);
}

void pl_proofs_update(struct pl_proofs *x, pl_str checkpoint, uint64_t size, const struct pl_digest *root)
{
	(void)pthread_mutex_lock(&x->lock);
	if (size >= x->size) {
		pl_buf_clear(&x->checkpoint);
		pl_buf_put_str(&x->checkpoint, checkpoint);
		x->size = size;
		x->root = *root;
	}
	x->looked = pl_time_monotonic();
	(void)pthread_mutex_unlock(&x->lock);
}

/* Is it time to look again? Only one thread is told so. */
static bool is_stale(struct pl_proofs *x)
{
	uint64_t now = pl_time_monotonic();
	bool stale;

	(void)pthread_mutex_lock(&x->lock);
	stale = now - x->looked > FRESH || x->size == 0;
	if (stale)
		x->looked = now;
	(void)pthread_mutex_unlock(&x->lock);
	return stale;
}

/* Read public/checkpoint and keep it if the policy accepts it. */
static pl_status look(struct pl_proofs *x)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	bool fresh;
	pl_status st = pl_file_read(x->public_dir, "checkpoint", &text);

	(void)pthread_mutex_lock(&x->trust_lock);
	(void)(pl_policy_file_follow(&x->trust, &fresh, NULL) == PL_OK); /* else the one that we have */
	if (!st)
		st = pl_policy_accept(x->trust.policy, pl_buf_str(&text), &cp, &verdict, NULL);
	(void)pthread_mutex_unlock(&x->trust_lock);
	if (!st)
		pl_proofs_update(x, pl_buf_str(&text), cp.size, &cp.root);
	return st;
}

static size_t take_reader(struct pl_proofs *x, struct pl_buf *checkpoint, uint64_t *ret_size, struct pl_digest *ret_root)
{
	size_t found = READERS;

	(void)pthread_mutex_lock(&x->lock);
	while (found == READERS) {
		for (size_t i = 0; i < READERS && found == READERS; i++)
			if (!x->busy[i])
				found = i;
		if (found == READERS)
			(void)pthread_cond_wait(&x->idle, &x->lock);
	}
	x->busy[found] = true;
	pl_buf_put_bytes(checkpoint, pl_buf_bytes(&x->checkpoint));
	*ret_size = x->size;
	*ret_root = x->root;
	(void)pthread_mutex_unlock(&x->lock);
	return found;
}

static void give_reader(struct pl_proofs *x, size_t i)
{
	(void)pthread_mutex_lock(&x->lock);
	x->busy[i] = false;
	(void)pthread_mutex_unlock(&x->lock);
	(void)pthread_cond_signal(&x->idle);
}

/* ---- the entry: a bundle may have 16 MiB, so after the first time only the entry itself is read ---- */

static bool find_place(struct pl_proofs *x, uint64_t index, uint32_t *ret_at, uint32_t *ret_end)
{
	uint64_t bundle = index / PL_TILE_WIDTH;
	const struct places *p = &x->places[bundle % PLACES];
	bool found;

	(void)pthread_mutex_lock(&x->lock);
	found = p->bundle == bundle + 1;
	*ret_at = p->at[index % PL_TILE_WIDTH];
	*ret_end = p->at[index % PL_TILE_WIDTH + 1];
	(void)pthread_mutex_unlock(&x->lock);
	return found;
}

/* Read the whole bundle once and remember where its entries lie. */
static pl_status learn_places(struct pl_proofs *x, struct pl_log_reader *reader, const struct pl_tile *tile, uint64_t index,
	uint32_t *ret_at, uint32_t *ret_end)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	struct places p = {.bundle = tile->index + 1};
	pl_bytes rest, entry;
	pl_status st = pl_log_reader_tile(reader, tile, &b);

	rest = pl_buf_bytes(&b);
	for (size_t i = 0; !st && i < PL_TILE_WIDTH; i++) {
		p.at[i] = (uint32_t)(b.len - rest.len);
		st = pl_tile_bundle_next(&rest, &entry);
	}
	if (st)
		return st;
	p.at[PL_TILE_WIDTH] = (uint32_t)(b.len - rest.len);
	(void)pthread_mutex_lock(&x->lock);
	x->places[tile->index % PLACES] = p;
	(void)pthread_mutex_unlock(&x->lock);
	*ret_at = p.at[index % PL_TILE_WIDTH];
	*ret_end = p.at[index % PL_TILE_WIDTH + 1];
	return PL_OK;
}

static pl_status read_place(struct pl_proofs *x, const struct pl_tile *tile, uint32_t at, uint32_t end, struct pl_buf *out)
{
	char path[PL_TILE_PATH_MAX];
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t *to;
	size_t got;
	pl_status st;

	if (end - at < 2)
		return PL_E_CORRUPT;
	pl_tile_write(tile, path);
	st = pl_file_open_beneath(x->public_dir, pl_str_from(path), O_RDONLY, &fd);
	if (st)
		return st;
	to = pl_buf_reserve(out, end - at - 2);
	if (!to)
		return pl_buf_status(out);
	st = pl_file_pread(fd, to, end - at - 2, at + 2, &got);
	if (!st)
		pl_buf_commit(out, got);
	return st;
}

static pl_status read_entry(struct pl_proofs *x, struct pl_log_reader *reader, uint64_t index, uint64_t size,
	struct pl_buf *out)
{
	struct pl_tile tile;
	uint32_t at, end;
	pl_status st = pl_tile_at(PL_TILE_ENTRIES, index / PL_TILE_WIDTH, size, &tile);

	if (st || tile.width != PL_TILE_WIDTH)
		return st ? st : pl_log_reader_entry(reader, index, size, out);
	if (!find_place(x, index, &at, &end)) {
		st = learn_places(x, reader, &tile, index, &at, &end);
		if (st)
			return st;
	}
	return read_place(x, &tile, at, end, out);
}

/* Nothing is handed out that does not lead to the accepted root, whatever lies on the disk. */
static pl_status write_proof(struct pl_proofs *x, struct pl_log_reader *reader, uint64_t index, uint64_t size,
	const struct pl_digest *root, pl_str checkpoint, struct pl_buf *out)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_tree_path path;
	struct pl_digest leaf;
	pl_bytes extra;
	pl_status st;

	if (index >= size)
		return PL_E_NOTFOUND;
	st = read_entry(x, reader, index, size, &entry);
	if (st)
		return st;
	extra = pl_buf_bytes(&entry);
	pl_tree_leaf(extra, &leaf);
	st = pl_log_reader_proven(reader, index, size, &leaf, root, &path);
	if (st)
		return st;
	(void)pl_buf_reserve(out, extra.len / 3 * 4 + path.n * 45 + checkpoint.len + 128); /* about: it saves the growing */
	pl_proof_write(out, index, &path, &extra, checkpoint);
	return pl_buf_status(out);
}

pl_status pl_proofs_answer(struct pl_proofs *x, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	struct pl_buf checkpoint PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_digest root;
	uint64_t index, size;
	char name[96];
	size_t r;
	pl_status st = pl_http_request_number(req, "index", &index);

	if (st)
		return st;
	if (is_stale(x))
		(void)!look(x);
	r = take_reader(x, &checkpoint, &size, &root);
	st = write_proof(x, x->readers[r], index, size, &root, pl_buf_str(&checkpoint), &out);
	give_reader(x, r);
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "attachment; filename=\"statement-%llu.tlog-proof\"", (unsigned long long)index);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(name));
	pl_http_reply_cache(reply, PL_HTTP_SHORT);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}
