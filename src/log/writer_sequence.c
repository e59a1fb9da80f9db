/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sequencer: gives every new entry its index, and makes the batch durable in the journal.
 *
 * Group commit without a timer: while one batch is being synced the next one fills, so an idle log flushes at once and a
 * busy one makes large batches.
 */
#include "crypto/sha256x.h"
#include "log/writer_priv.h"

/* ---- duplicates ---- */

/* A table from leaf hash to item number within one batch; rebuilt for each. */
struct seen {
	uint32_t *slot; /* item number + 1; 0 is empty */
	size_t size;    /* a power of two */
};

static uint64_t key_of(const struct pl_digest *d)
{
	return pl_be64(d->b + 8);
}

/* The earlier item with the same hash, or @i itself, which is then remembered. */
static size_t first_with(struct seen *s, const struct pl_digest *leaf, size_t i)
{
	for (size_t at = key_of(&leaf[i]) & (s->size - 1);; at = (at + 1) & (s->size - 1)) {
		if (!s->slot[at]) {
			s->slot[at] = (uint32_t)i + 1;
			return i;
		}
		if (pl_digest_eq(&leaf[s->slot[at] - 1], &leaf[i]))
			return s->slot[at] - 1;
	}
}

struct same {
	struct pl_log_writer *w;
	pl_bytes entry;
	const struct pl_digest *leaf; /* its hash */
};

/* Entry @index - b->first of the journaled entries of @b. */
static bool stands_in_batch(const struct pl_writer_batch *b, uint64_t index, pl_bytes entry)
{
	pl_bytes rest = pl_buf_bytes(&b->entries), found = {0};

	for (uint64_t i = b->first; i <= index; i++)
		if (pl_tile_bundle_next(&rest, &found))
			return false;
	return pl_bytes_eq(found, entry);
}

/* The bundle has other bytes: an entry whose hash begins alike, or a bundle that was damaged. The tile knows which; a damaged bundle
 * must not let an entry stand twice. */
static pl_status same_leaf(const struct same *s, uint64_t index, uint64_t size)
{
	struct pl_materialise_nodes nodes = {s->w->public_dir, size};
	const struct pl_tree_node_id id = {0, index};
	struct pl_digest leaf;
	pl_status st = pl_materialise_fetch(&nodes, &id, 1, &leaf);

	if (st)
		return st;
	return pl_digest_eq(&leaf, s->leaf) ? PL_OK : PL_E_NOTFOUND;
}

/* Compare with the entry itself: in the tail while its bundle may not be there yet, else in the bundle. */
static pl_status same_entry(void *ctx, uint64_t index)
{
	const struct same *s = ctx;
	struct pl_log_writer *w = s->w;
	bool in_tail = false, equal = false;
	uint64_t visible;
	pl_bytes found;
	pl_status st;

	pthread_mutex_lock(&w->lock);
	visible = w->visible;
	for (const struct pl_writer_batch *b = w->tail; b && !in_tail; b = b->next) {
		in_tail = b->n && index >= b->first && index < b->first + b->n;
		equal = in_tail && stands_in_batch(b, index, s->entry);
	}
	pthread_mutex_unlock(&w->lock);
	if (in_tail)
		return equal ? PL_OK : PL_E_NOTFOUND;
	st = pl_materialise_entry(w->public_dir, index, visible, &w->scratch, &found);
	if (st)
		return st;
	return pl_bytes_eq(found, s->entry) ? PL_OK : same_leaf(s, index, visible);
}

static pl_bytes item_entry(const struct pl_writer_batch *b, const struct pl_writer_item *item)
{
	return pl_bytes_of(b->entries.ptr + item->at + 2, item->len);
}

/* ---- one batch ---- */

static void hash_items(struct pl_writer_batch *b)
{
	pl_bytes entry[256];

	if (b->n_items > b->cap_leaf) {
		pl_free(b->leaf);
		b->leaf = pl_alloc(b->cap_items, sizeof *b->leaf);
		b->cap_leaf = b->cap_items;
	}
	for (size_t i = 0; i < b->n_items;) {
		size_t n = 0;

		for (; n < PL_COUNT(entry) && i + n < b->n_items; n++)
			entry[n] = item_entry(b, &b->item[i + n]);
		pl_sha256x_leaves(entry, n, b->leaf + i);
		i += n;
	}
}

/* Move the new items' entries and hashes together; @order has their numbers. */
static void gather(struct pl_writer_batch *b, const uint32_t *order)
{
	size_t out = 0;

	for (uint32_t k = 0; k < b->n; k++) {
		const struct pl_writer_item *item = &b->item[order[k]];

		memmove(b->entries.ptr + out, b->entries.ptr + item->at, item->len + 2u);
		out += item->len + 2u;
		b->leaf[k] = b->leaf[order[k]];
	}
	pl_buf_truncate(&b->entries, out);
}

/* Which items are new? Their entries and hashes move together to the front of the batch; the others get the index of the
 * entry that they repeat. */
static pl_status number_items(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	size_t slots = 16;
	struct seen seen;
	/* Hashes move only after all items were looked at: the table's numbers are those of the items. */
	uint32_t *order = pl_alloc(b->n_items, sizeof *order);
	pl_status st = PL_OK;

	while (slots < 2 * b->n_items)
		slots *= 2;
	seen = (struct seen){.slot = pl_alloc(slots, sizeof *seen.slot), .size = slots};
	b->first = w->edge.size;
	b->n = 0;
	for (size_t i = 0; !st && i < b->n_items; i++) {
		struct pl_writer_item *item = &b->item[i];
		struct same same = {w, item_entry(b, item), &b->leaf[i]};
		size_t twin = first_with(&seen, b->leaf, i);

		item->answer = (struct pl_log_answer){.status = PL_OK};
		if (twin != i) {
			item->answer.index = b->item[twin].answer.index;
			item->answer.duplicate = true;
			continue;
		}
		st = w->o.no_index ? PL_E_NOTFOUND :
				     pl_log_index_find(w->index, &b->leaf[i], same_entry, &same, &item->answer.index);
		item->answer.duplicate = st == PL_OK;
		if (st == PL_E_NOTFOUND) {
			st = PL_OK;
			item->answer.index = b->first + b->n;
			order[b->n++] = (uint32_t)i;
		}
	}
	if (!st)
		gather(b, order);
	pl_free(order);
	pl_free(seen.slot);
	return st;
}

/* Write and sync the new entries of @b; on failure journal and edge are as before. */
static pl_status journal_batch(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	struct pl_journal_batch jb = {
		.first = b->first, .n = b->n, .epoch = w->epoch, .time = pl_system_time_now(w->clock),
		.entries = pl_buf_bytes(&b->entries), .before = w->root, .after = w->edge,
	};
	pl_status st = pl_tree_edge_append(&jb.after, b->leaf, b->n);

	if (!st)
		st = pl_journal_append(w->journal, &jb);
	if (!st)
		st = pl_journal_sync(w->journal);
	if (st)
		return st;
	b->after = jb.after;
	pl_tree_edge_root(&b->after, &b->root);
	w->edge = b->after;
	w->root = b->root;
	for (uint32_t i = 0; !w->o.no_index && i < b->n; i++)
		(void)pl_log_index_put(w->index, &b->leaf[i], b->first + i);
	return PL_OK;
}

/* New entries of @b get @st as their answer, and so do those that repeat one of them. */
static void refuse_new(struct pl_writer_batch *b, pl_status st)
{
	for (size_t i = 0; i < b->n_items; i++)
		if (b->item[i].answer.status == PL_OK && (!b->item[i].answer.duplicate || b->item[i].answer.index >= b->first))
			b->item[i].answer = (struct pl_log_answer){.status = st};
	b->n = 0;
}

static void refuse_all(struct pl_writer_batch *b, pl_status st)
{
	for (size_t i = 0; i < b->n_items; i++)
		b->item[i].answer = (struct pl_log_answer){.status = st};
	b->n = 0;
}

/* After a failed write the journal goes on in a new segment from what is known to be on disk. */
static pl_status recover(struct pl_log_writer *w)
{
	pl_status st = PL_E_IO;

	for (unsigned i = 0; i < PL_WRITER_DISK_TRIES; i++) {
		st = pl_journal_abandon(w->journal, &w->edge);
		if (!st || st == PL_E_NOSPACE)
			return st;
	}
	return st;
}

/* PL_OK: every item has its index, and the new ones are on disk. */
static pl_status commit(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	pl_status st, again;

	hash_items(b);
	st = number_items(w, b);
	if (st)
		refuse_all(b, st);
	if (st || !b->n)
		return st;
	st = journal_batch(w, b);
	if (st == PL_E_STATE) {
		/* The last recovery found no room: perhaps there is now. */
		st = recover(w);
		if (!st)
			st = journal_batch(w, b);
	}
	if (!st)
		return PL_OK;
	refuse_new(b, st);
	again = pl_journal_failed(w->journal) ? recover(w) : PL_OK;
	pthread_mutex_lock(&w->lock);
	w->error = st;
	if (again && again != PL_E_NOSPACE)
		pl_writer_set_mode(w, PL_LOG_FAILED, again);
	pthread_mutex_unlock(&w->lock);
	return st;
}

/* Held: entries that the log has are answered, the others are stored. */
static pl_status store_held(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	pl_status st;

	hash_items(b);
	st = number_items(w, b);
	if (!st && b->n)
		st = pl_held_append(w->held, pl_buf_bytes(&b->entries), b->n);
	if (st == PL_E_TOOBIG)
		st = PL_E_BUSY;
	pthread_mutex_lock(&w->lock);
	w->stored_held = pl_held_count(w->held);
	pthread_mutex_unlock(&w->lock);
	refuse_new(b, st ? st : PL_E_HELD);
	return st;
}

/* Put @b behind the tail for the recorder. After the loss of the record there is none that would answer. With lock. */
static void hand_on(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	b->next = NULL;
	if (w->tail_end)
		w->tail_end->next = b;
	else
		w->tail = b;
	w->tail_end = b;
	if (!w->unrecorded)
		w->unrecorded = b;
	if (!w->unmade)
		w->unmade = b;
	b->cost = b->entries.cap + b->cap_items * sizeof *b->item + b->cap_leaf * sizeof *b->leaf;
	w->tail_bytes += b->cost;
	w->batches += b->n > 0;
	w->duplicates += b->n_items - b->n;
	if (w->mode == PL_LOG_LOST)
		pl_writer_abandon(b);
	pthread_cond_signal(&w->to_record);
}

/* Journal or store @b. Without lock. PL_OK: all that is in it is durable. */
static pl_status keep(struct pl_log_writer *w, struct pl_writer_batch *b, bool held)
{
	pl_status failed;

	pthread_mutex_lock(&w->lock);
	failed = w->mode == PL_LOG_RUNNING ? PL_OK : w->error;
	pthread_mutex_unlock(&w->lock);
	if (!failed)
		return held ? store_held(w, b) : commit(w, b);
	refuse_all(b, failed);
	return failed;
}

/* Without lock. */
static pl_status process(struct pl_log_writer *w, struct pl_writer_batch *b, bool held)
{
	pl_status st = keep(w, b, held);

	pthread_mutex_lock(&w->lock);
	hand_on(w, b);
	pthread_mutex_unlock(&w->lock);
	return st;
}

/* ---- the end of a hold ---- */

/* With lock. A publisher that has ended makes no more room, and nobody should wait for it. */
static bool tail_has_room(const struct pl_log_writer *w)
{
	return w->tail_bytes < PL_WRITER_TAIL_BYTES || w->mode != PL_LOG_RUNNING || w->publisher_done;
}

/* An empty batch, once the tail has room for it: what was stored is more than a crash may leave unrecorded. */
static struct pl_writer_batch *batch_for_replay(struct pl_log_writer *w)
{
	struct pl_writer_batch *b;

	pthread_mutex_lock(&w->lock);
	while (!tail_has_room(w))
		pthread_cond_wait(&w->to_sequence, &w->lock);
	b = pl_writer_batch_take(w);
	pthread_mutex_unlock(&w->lock);
	return b;
}

static pl_status replay_group(void *ctx, pl_bytes entries, uint32_t n)
{
	struct pl_log_writer *w = ctx;
	struct pl_writer_batch *b = batch_for_replay(w);
	pl_bytes entry;
	pl_status st = PL_OK;

	(void)n;
	while (!st && !pl_tile_bundle_next(&entries, &entry)) {
		struct pl_writer_item *item = pl_writer_batch_put(b, entry);

		if (!item) {
			st = process(w, b, false);
			b = batch_for_replay(w);
			item = pl_writer_batch_put(b, entry);
		}
		if (item)
			item->silent = true;
	}
	if (!st)
		return process(w, b, false);
	pthread_mutex_lock(&w->lock);
	pl_writer_batch_give(w, b);
	pthread_mutex_unlock(&w->lock);
	return st;
}

/* Entries stored during a hold enter the log; the store is emptied only if all did and the record covers them. */
static pl_status replay_held(struct pl_log_writer *w)
{
	pl_status st = pl_held_read(w->held, replay_group, w);
	uint64_t size = w->edge.size;

	pthread_mutex_lock(&w->lock);
	while (w->recorded.size < size && w->mode == PL_LOG_RUNNING)
		pthread_cond_wait(&w->changed, &w->lock);
	if (!st && w->recorded.size >= size) {
		pthread_mutex_unlock(&w->lock);
		st = pl_held_clear(w->held);
		pthread_mutex_lock(&w->lock);
	}
	w->stored_held = pl_held_count(w->held);
	/* Those that did enter are known when they come again. */
	if (st && w->mode == PL_LOG_RUNNING && !w->closing)
		pl_writer_wait(w, &w->to_sequence, PL_WRITER_PAUSE);
	pthread_mutex_unlock(&w->lock);
	return st;
}

/* With lock; comes back with lock. The operator's entry goes in front of everything that was stored; only when it is
 * durable has the hold ended. */
static void do_act(struct pl_log_writer *w)
{
	struct pl_writer_act *act = w->act;
	struct pl_writer_batch *b = pl_writer_batch_take(w);
	struct pl_writer_item *item = pl_writer_batch_put(b, act->entry);
	bool held = (w->hold & ~act->ends) != 0;
	pl_status st;

	w->act = NULL;
	item->waiter = act->waiter;
	item->tag = act->tag;
	w->queued++;
	w->queued_bytes += item->len;
	pthread_mutex_unlock(&w->lock);
	st = keep(w, b, held);
	pthread_mutex_lock(&w->lock);
	if (!st && (act->ends & PL_WRITER_TIME_HOLDS))
		pl_system_time_accept(w->clock);
	if (!st)
		w->hold &= ~act->ends;
	hand_on(w, b);
	pthread_cond_broadcast(&w->changed);
}

/* ---- the thread ---- */

static bool may_take(const struct pl_log_writer *w)
{
	return w->filling->n_items && tail_has_room(w);
}

static bool may_replay(const struct pl_log_writer *w)
{
	return !w->hold && w->stored_held && w->mode == PL_LOG_RUNNING;
}

void *pl_writer_sequence(void *arg)
{
	struct pl_log_writer *w = arg;
	pl_status replayed = PL_OK;

	pthread_mutex_lock(&w->lock);
	while (w->mode != PL_LOG_LOST) {
		if (w->act) {
			do_act(w);
		} else if (may_replay(w) && !(replayed && w->closing)) {
			pthread_mutex_unlock(&w->lock);
			replayed = replay_held(w);
			pthread_mutex_lock(&w->lock);
		} else if (may_take(w)) {
			struct pl_writer_batch *b = w->filling;
			bool held = w->hold != 0;

			w->filling = pl_writer_batch_take(w);
			pthread_cond_broadcast(&w->room);
			pthread_mutex_unlock(&w->lock);
			(void)(process(w, b, held) == PL_OK);
			pthread_mutex_lock(&w->lock);
		} else if (w->closing && !w->filling->n_items) {
			break;
		} else {
			pthread_cond_wait(&w->to_sequence, &w->lock);
		}
	}
	if (w->act) {
		w->act->waiter->answer = (struct pl_log_answer){.status = PL_E_CONFLICT};
		(void)sem_post(&w->act->waiter->ready);
		w->act = NULL;
	}
	w->sequencer_done = true;
	pthread_cond_broadcast(&w->to_record);
	pthread_cond_broadcast(&w->to_publish);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}
