/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_proof: /statement/N.tlog-proof, straight from the log's public files.
 *
 * Everybody who checks something comes here, so it asks no database: the checkpoint with quorum is remembered and looked at again
 * once a second, the readers keep tiles and interior nodes in memory. A reader belongs to one thread at a time; there are as
 * many as answer at once.
 */
#include "web/portal_internal.h"
#include "base/file.h"
#include "base/time.h"
#include "log/proof.h"
#include "log/reader.h"
#include <stdio.h>

#define READERS 8u
#define READER_CACHE ((size_t)48 << 20)
#define FRESH PL_SECOND

struct pl_proofs {
	struct pl_portal *portal;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	struct pl_log_reader *readers[READERS];
	bool busy[READERS];
	/* The last checkpoint with quorum. */
	struct pl_buf checkpoint;
	uint64_t size, looked; /* looked: monotonic ns of the last look */
	struct pl_digest root;
};

pl_status pl_proofs_open(struct pl_portal *p, struct pl_diag *diag)
{
	struct pl_proofs *x = PL_NEW(struct pl_proofs);
	struct pl_log_reader_options o = {.cache_bytes = READER_CACHE};
	pl_status st = PL_OK;

	x->portal = p;
	(void)pthread_mutex_init(&x->lock, NULL);
	(void)pthread_cond_init(&x->idle, NULL);
	pl_buf_init(&x->checkpoint, PL_CHECKPOINT_MAX);
	for (size_t i = 0; !st && i < READERS; i++)
		st = pl_log_reader_open(pl_instance_conf(p->instances[0])->log_dir, &o, &x->readers[i], diag);
	p->proofs = x;
	return st;
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
	pl_buf_done(&x->checkpoint);
	pl_free(x);
}

void pl_proofs_update(struct pl_proofs *x, const struct pl_query_view *view)
{
	(void)pthread_mutex_lock(&x->lock);
	if (view->checkpoint_size >= x->size) {
		pl_buf_clear(&x->checkpoint);
		pl_buf_put_str(&x->checkpoint, view->checkpoint);
		x->size = view->checkpoint_size;
		x->root = view->root;
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

/* Read public/checkpoint and keep it if the trust file accepts it. */
static pl_status look(struct pl_proofs *x)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_query_view v = {0};
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	pl_status st = pl_file_read(x->portal->public_dir, "checkpoint", &text);

	if (!st)
		st = pl_policy_accept(pl_instance_policy(x->portal->instances[0]), pl_buf_str(&text), &cp, &verdict, NULL);
	if (st)
		return st;
	v.checkpoint = pl_buf_str(&text);
	v.checkpoint_size = cp.size;
	v.root = cp.root;
	pl_proofs_update(x, &v);
	return PL_OK;
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

static pl_status write_proof(struct pl_log_reader *reader, uint64_t index, uint64_t size, const struct pl_digest *root,
	pl_str checkpoint, struct pl_buf *out)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_tree_path path;
	pl_bytes extra;
	pl_status st;

	if (index >= size)
		return PL_E_NOTFOUND;
	st = pl_log_reader_verified_entry(reader, index, size, root, &entry, &path);
	if (st)
		return st;
	extra = pl_buf_bytes(&entry);
	pl_proof_write(out, index, &path, &extra, checkpoint);
	return pl_buf_status(out);
}

pl_status pl_portal_proof(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_proofs *x = ((struct pl_portal *)ctx)->proofs;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	struct pl_buf checkpoint PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_digest root;
	uint64_t index, size;
	char name[96];
	size_t r;
	pl_status st = pl_http_request_number(req, "index", &index);

	if (st)
		return st;
	/* A checkpoint without quorum changes nothing: what was accepted before stays. */
	if (is_stale(x))
		(void)!look(x);
	r = take_reader(x, &checkpoint, &size, &root);
	st = write_proof(x->readers[r], index, size, &root, pl_buf_str(&checkpoint), &out);
	give_reader(x, r);
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "attachment; filename=\"statement-%llu.tlog-proof\"", (unsigned long long)index);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(name));
	pl_http_reply_cache(reply, PL_HTTP_SHORT);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}
