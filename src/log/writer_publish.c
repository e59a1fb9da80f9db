/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The publisher: tiles from recorded batches, then checkpoints, then the journal's old segments.
 *
 * The order in which things become durable, and why no other will do:
 *  1. entries in the journal, then the record            (sequencer, recorder; the submitter knows)
 *  2. full and partial tiles and bundles of size S       fsync of each, then of their directories
 *  3. the checkpoint of size S                           signed only now: whoever sees it finds all of 2
 *  4. private/materialised says S                        so a restart need not make 2 again
 *  5. journal segments below S are let go                everything in them is in 2
 */
#include "base/file.h"
#include "base/time.h"
#include "log/writer_priv.h"
#include <stdio.h>

#define SAVE_TIME_EVERY (5 * PL_SECOND)

pl_status pl_writer_mark(struct pl_log_writer *w, uint64_t size)
{
	char text[64];
	int n = snprintf(text, sizeof text, "pellucid materialised v1\n%llu\n", (unsigned long long)size);
	pl_status st;

	if (w->marked_size == size)
		return PL_OK;
	st = pl_file_put(w->private_dir, "materialised", pl_bytes_of(text, (size_t)n), 0600, PL_FILE_REPLACE);
	if (!st)
		w->marked_size = size;
	return st;
}

/* ---- checkpoints ---- */

pl_status pl_writer_put_checkpoint(struct pl_log_writer *w, pl_str note, uint64_t size, const struct pl_digest *root,
	bool quorum)
{
	struct pl_log_published p = {.note = note, .size = size, .root = *root, .quorum = quorum, .time = pl_writer_now(w)};
	pl_status st = pl_file_put(w->public_dir, "checkpoint", pl_str_bytes(note), 0644, PL_FILE_REPLACE);

	if (st)
		return st;
	pthread_mutex_lock(&w->lock);
	w->published = size;
	w->renewing = false; /* whatever this writer signs, it signs with the keys in force */
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (w->o.published)
		w->o.published(w->o.published_ctx, &p);
	return PL_OK;
}

/* Sign what the record says, if tiles show just that. */
static pl_status sign(struct pl_log_writer *w, const struct pl_log_state *state)
{
	struct pl_checkpoint cp = {.origin = w->origin, .size = state->size, .root = state->root};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	pl_status st = pl_checkpoint_sign(&note, &cp, w->signer, w->o.n_keys);

	if (!st && w->witnessed)
		st = pl_file_put(w->private_dir, "signed", pl_buf_bytes(&note), 0600, PL_FILE_REPLACE);
	if (!st && !w->witnessed)
		st = pl_writer_put_checkpoint(w, pl_buf_str(&note), state->size, &state->root, false);
	if (st)
		return st;
	pthread_mutex_lock(&w->lock);
	w->signed_size = state->size;
	if (w->witnessed) {
		pl_buf_clear(&w->signed_note);
		pl_buf_put_bytes(&w->signed_note, pl_buf_bytes(&note));
		w->round_wanted = true;
		pthread_cond_signal(&w->to_witness);
	}
	pthread_mutex_unlock(&w->lock);
	return PL_OK;
}

/* ---- tiles ---- */

/* With lock; comes back with lock. Go back to what is known to be on disk: a sync failed, and a second one would succeed
 * even if the kernel has dropped the pages, so every file since then is made and written anew from the batches, which
 * are kept until their files are visible. */
static pl_status begin_again(struct pl_log_writer *w)
{
	struct pl_materialise_nodes nodes = {w->public_dir, w->visible};
	struct pl_materialise *fresh = NULL;
	struct pl_tree_edge edge;
	pl_status st;

	pthread_mutex_unlock(&w->lock);
	st = pl_tree_fetch_edge(nodes.size, pl_materialise_fetch, &nodes, &edge);
	if (!st)
		st = pl_materialise_open(w->public_dir, &edge, &fresh, NULL);
	pthread_mutex_lock(&w->lock);
	if (st)
		return st;
	pl_materialise_close(w->tiles);
	w->tiles = fresh;
	for (struct pl_writer_batch *b = w->tail; b && b != w->unmade; b = b->next)
		b->taken = 0;
	if (w->unmade)
		w->unmade->taken = 0;
	w->unmade = w->tail;
	w->made = (struct pl_log_state){.size = edge.size};
	pl_tree_edge_root(&edge, &w->made.root);
	w->sync_failed = false;
	return PL_OK;
}

/* With lock; comes back with lock. Take recorded batches into tiles. In a writer that failed, the batches before
 * w->unrecorded are answered, but not recorded: those that were in hand are the last ones. */
static pl_status make_tiles(struct pl_log_writer *w)
{
	pl_status st = w->sync_failed ? begin_again(w) : PL_OK;

	while (!st && w->mode == PL_LOG_RUNNING && w->unmade && w->unmade != w->unrecorded) {
		struct pl_writer_batch *b = w->unmade;
		pl_bytes rest = pl_buf_bytes(&b->entries), skip;
		size_t taken = 0;

		pthread_mutex_unlock(&w->lock);
		for (size_t i = 0; i < b->taken; i++)
			(void)(pl_tile_bundle_next(&rest, &skip) == PL_OK);
		if (b->n > b->taken)
			st = pl_materialise_add(w->tiles, rest, b->leaf + b->taken, b->n - b->taken, &taken);
		b->taken += taken;
		pthread_mutex_lock(&w->lock);
		if (st)
			return st;
		if (b->n)
			w->made = (struct pl_log_state){.size = b->after.size, .root = b->root};
		w->unmade = b->next;
	}
	return st;
}

/* With lock. Free the batches that files in public/ show. */
static void free_visible(struct pl_log_writer *w)
{
	while (w->tail && w->tail != w->unrecorded && w->tail != w->unmade &&
		(w->tail->n == 0 || w->tail->first + w->tail->n <= w->visible)) {
		struct pl_writer_batch *b = w->tail;

		w->tail = b->next;
		if (!w->tail)
			w->tail_end = NULL;
		w->tail_bytes -= b->cost;
		pl_writer_batch_give(w, b);
	}
	pthread_cond_signal(&w->to_sequence);
}

/* Make everything that was put into tiles visible and durable. Without lock. */
static pl_status show(struct pl_log_writer *w)
{
	uint64_t size = pl_materialise_size(w->tiles);
	pl_status st = pl_materialise_partials(w->tiles);

	if (st)
		return st;
	st = pl_materialise_sync(w->tiles);
	w->sync_failed = st != PL_OK;
	if (st)
		return st;
	pthread_mutex_lock(&w->lock);
	w->visible = size;
	free_visible(w);
	pthread_mutex_unlock(&w->lock);
	return PL_OK;
}

/* Without lock; things that may wait, and may fail without harm. */
static void housekeeping(struct pl_log_writer *w, bool all)
{
	bool more = true;

	pl_materialise_tidy(w->tiles);
	if (all || pl_journal_bytes(w->journal)) {
		if (!pl_writer_mark(w, pl_materialise_size(w->tiles)))
			(void)pl_journal_drop(w->journal, w->marked_size);
	}
	if (!all)
		(void)pl_journal_prepare(w->journal);
	while (!w->o.no_index && more)
		if (pl_log_index_merge(w->index, &more))
			break;
	(void)pl_system_time_save(w->clock, all ? 0 : SAVE_TIME_EVERY);
}

/* Is there anything in tiles that no signed checkpoint shows, or that the keys in force did not sign, and may it be
 * signed? With lock. With witnesses the renewed checkpoint is theirs to begin with (writer_start.c). */
static bool may_sign(const struct pl_log_writer *w)
{
	bool renew = w->renewing && !w->witnessed;

	return w->mode == PL_LOG_RUNNING && !w->hold && (renew || w->made.size > w->signed_size) && !w->round_wanted;
}

static bool has_work(const struct pl_log_writer *w)
{
	bool unmade = w->unmade && w->unmade != w->unrecorded;
	bool to_free = w->tail && w->tail->n == 0 && w->tail != w->unrecorded;

	return unmade || to_free || w->made.size != w->visible || may_sign(w);
}

/* With lock; comes back with lock. */
static pl_status publish(struct pl_log_writer *w)
{
	pl_status st = make_tiles(w);
	bool sign_it;

	if (st)
		return st;
	pthread_mutex_unlock(&w->lock);
	st = show(w);
	/* Asked as late as can be: a hold may have begun, or the record been lost, while files were written. */
	pthread_mutex_lock(&w->lock);
	sign_it = !st && may_sign(w);
	pthread_mutex_unlock(&w->lock);
	if (sign_it)
		st = sign(w, &w->made);
	if (!st)
		housekeeping(w, false);
	pthread_mutex_lock(&w->lock);
	return st;
}

/* How long until the next checkpoint may be made; 0: now. */
static uint64_t too_early(const struct pl_log_writer *w)
{
	uint64_t now = pl_time_monotonic();

	return w->closing || now >= w->next_publish ? 0 : w->next_publish - now;
}

/* With lock. Nothing could be shown for a while, and what waits for it takes all the memory that it may, so that nobody is served
 * until there is room again, and nobody knows when that is. All of it is in the journal; the next start shows it. */
static bool must_give_up(const struct pl_log_writer *w, unsigned failures)
{
	return failures >= PL_WRITER_DISK_TRIES && w->tail_bytes >= PL_WRITER_TAIL_BYTES;
}

void *pl_writer_publish(void *arg)
{
	struct pl_log_writer *w = arg;
	unsigned failures = 0;

	pthread_mutex_lock(&w->lock);
	/* A writer that failed does not know what its record says: the next start makes what is missing. */
	while (w->mode == PL_LOG_RUNNING) {
		uint64_t early = too_early(w);
		pl_status st = PL_OK;

		if (!has_work(w)) {
			/* The last checkpoint waits for the round of the one before. */
			bool waits = w->round_wanted && !w->hold && w->made.size > w->signed_size;

			if (w->recorder_done && !waits)
				break;
			pthread_cond_wait(&w->to_publish, &w->lock);
			continue;
		}
		if (early) {
			st = make_tiles(w);
			if (!st)
				pl_writer_wait(w, &w->to_publish, early);
		} else {
			w->next_publish = pl_time_monotonic() + w->o.publish_ns;
			st = publish(w);
		}
		/* Why a writer failed stays what it is. */
		if ((st || failures) && w->mode == PL_LOG_RUNNING)
			w->error = st;
		failures = st ? failures + 1 : 0;
		if (must_give_up(w, failures)) {
			pl_writer_set_mode(w, PL_LOG_FAILED, st);
			break;
		}
		if (st) {
			if (w->closing && failures >= PL_WRITER_DISK_TRIES) {
				w->unshown = st;
				break;
			}
			pl_writer_wait(w, &w->to_publish, PL_WRITER_PAUSE);
		}
	}
	pthread_mutex_unlock(&w->lock);
	if (w->mode == PL_LOG_RUNNING && !failures)
		housekeeping(w, true);
	pthread_mutex_lock(&w->lock);
	w->publisher_done = true;
	pthread_cond_signal(&w->to_sequence);
	pthread_cond_signal(&w->to_witness);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}
