/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing a writer, submitting to it, looking at it. The threads are in writer_*.c; see writer_priv.h. */
#include "base/file.h"
#include "base/time.h"
#include "log/record_file.h"
#include "log/writer_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define QUEUE_ENTRIES 16384u
#define QUEUE_BYTES ((size_t)16 * 1024 * 1024)

/* ---- batches ---- */

struct pl_writer_batch *pl_writer_batch_take(struct pl_log_writer *w)
{
	struct pl_writer_batch *b = w->pool;

	if (b) {
		w->pool = b->next;
		b->next = NULL;
		return b;
	}
	b = PL_NEW(struct pl_writer_batch);
	pl_buf_init(&b->entries, PL_JOURNAL_BATCH_MAX);
	return b;
}

static void batch_free(struct pl_writer_batch *b)
{
	pl_buf_done(&b->entries);
	pl_free(b->item);
	pl_free(b->leaf);
	pl_free(b);
}

/* Large ones are not kept: memory follows the load. */
void pl_writer_batch_give(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	if (b->entries.cap + b->cap_items * sizeof *b->item > PL_JOURNAL_BATCH_MAX / 4) {
		batch_free(b);
		return;
	}
	pl_buf_clear(&b->entries);
	b->n_items = b->n = 0;
	b->first = 0;
	b->taken = 0;
	b->next = w->pool;
	w->pool = b;
}

struct pl_writer_item *pl_writer_batch_put(struct pl_writer_batch *b, pl_bytes entry)
{
	struct pl_writer_item *item;

	if (b->n_items == b->cap_items) {
		size_t cap = b->cap_items ? b->cap_items * 2 : 64;
		struct pl_writer_item *more = pl_alloc(cap, sizeof *more);

		if (b->n_items)
			memcpy(more, b->item, b->n_items * sizeof *more);
		pl_free(b->item);
		b->item = more;
		b->cap_items = cap;
	}
	item = &b->item[b->n_items];
	*item = (struct pl_writer_item){.at = (uint32_t)b->entries.len, .len = (uint32_t)entry.len};
	if (pl_tile_bundle_put(&b->entries, entry))
		return NULL;
	b->n_items++;
	return item;
}

/* ---- small things ---- */

void pl_writer_set_mode(struct pl_log_writer *w, enum pl_log_mode mode, pl_status error)
{
	if (w->mode == PL_LOG_LOST || w->mode == PL_LOG_FAILED)
		return;
	w->mode = mode;
	w->error = error;
	pthread_cond_broadcast(&w->to_sequence);
	pthread_cond_broadcast(&w->to_record);
	pthread_cond_broadcast(&w->to_publish);
	pthread_cond_broadcast(&w->to_witness);
	pthread_cond_broadcast(&w->room);
	pthread_cond_broadcast(&w->changed);
}

uint64_t pl_writer_now(const struct pl_log_writer *w)
{
	return w->o.now ? w->o.now() : pl_time_now();
}

void pl_writer_wait(struct pl_log_writer *w, pthread_cond_t *cond, uint64_t ns)
{
	uint64_t until = pl_time_monotonic() + ns;
	struct timespec ts = {.tv_sec = (time_t)(until / PL_SECOND), .tv_nsec = (long)(until % PL_SECOND)};

	(void)pthread_cond_timedwait(cond, &w->lock, &ts);
}

pl_str pl_log_writer_origin(const struct pl_log_writer *w)
{
	return w->origin;
}

uint64_t pl_log_writer_time(struct pl_log_writer *w)
{
	return pl_system_time_now(w->clock);
}

/* ---- submitting ---- */

static pl_status takes_entries(const struct pl_log_writer *w)
{
	if (w->mode == PL_LOG_LOST)
		return PL_E_CONFLICT;
	return w->closing || w->mode == PL_LOG_FAILED ? PL_E_STATE : PL_OK;
}

static bool has_room(const struct pl_log_writer *w, size_t len)
{
	return w->queued < w->o.queue_entries && w->queued_bytes + len <= w->o.queue_bytes &&
	       w->filling->n_items < PL_JOURNAL_ENTRIES_MAX && w->filling->entries.len + len + 2 <= PL_JOURNAL_BATCH_MAX;
}

static pl_status submit(struct pl_log_writer *w, pl_bytes entry, void *tag, struct pl_writer_waiter *waiter, bool patient)
{
	struct pl_writer_item *item = NULL;
	pl_status st;

	if (entry.len > PL_TILE_ENTRY_MAX)
		return PL_E_TOOBIG;
	pthread_mutex_lock(&w->lock);
	while (!(st = takes_entries(w)) && !has_room(w, entry.len) && patient)
		pthread_cond_wait(&w->room, &w->lock);
	if (!st && !has_room(w, entry.len))
		st = PL_E_BUSY;
	if (!st) {
		item = pl_writer_batch_put(w->filling, entry);
		st = item ? PL_OK : pl_buf_status(&w->filling->entries);
	}
	if (!st) {
		item->tag = tag;
		item->waiter = waiter;
		w->queued++;
		w->queued_bytes += entry.len;
		if (w->filling->n_items == 1)
			pthread_cond_signal(&w->to_sequence);
	}
	pthread_mutex_unlock(&w->lock);
	return st;
}

pl_status pl_log_writer_add(struct pl_log_writer *w, pl_bytes entry, void *tag)
{
	return submit(w, entry, tag, NULL, false);
}

pl_status pl_log_writer_add_patient(struct pl_log_writer *w, pl_bytes entry, void *tag)
{
	return submit(w, entry, tag, NULL, true);
}

pl_status pl_log_writer_add_wait(struct pl_log_writer *w, pl_bytes entry, struct pl_log_answer *ret)
{
	struct pl_writer_waiter waiter = {0};
	pl_status st;

	(void)sem_init(&waiter.ready, 0, 0);
	st = submit(w, entry, NULL, &waiter, true);
	if (!st) {
		while (sem_wait(&waiter.ready) != 0 && errno == EINTR)
			;
		st = waiter.answer.status;
		*ret = waiter.answer;
	}
	(void)sem_destroy(&waiter.ready);
	return st;
}

pl_status pl_log_writer_settle(struct pl_log_writer *w, uint64_t timeout_ns)
{
	uint64_t until = pl_time_monotonic() + timeout_ns;
	bool settled;

	pthread_mutex_lock(&w->lock);
	while (!w->settled && w->mode == PL_LOG_RUNNING && pl_time_monotonic() < until)
		pl_writer_wait(w, &w->changed, until - pl_time_monotonic());
	settled = w->settled;
	pthread_mutex_unlock(&w->lock);
	return settled ? PL_OK : PL_E_TIMEOUT;
}

pl_status pl_log_writer_drain(struct pl_log_writer *w, uint64_t timeout_ns)
{
	uint64_t until = pl_time_monotonic() + timeout_ns;
	pl_status st = PL_OK;

	pthread_mutex_lock(&w->lock);
	while (w->queued && w->mode != PL_LOG_LOST && pl_time_monotonic() < until)
		pl_writer_wait(w, &w->changed, until - pl_time_monotonic());
	if (w->queued)
		st = w->mode == PL_LOG_LOST ? PL_E_CONFLICT : PL_E_TIMEOUT;
	pthread_mutex_unlock(&w->lock);
	return st;
}

pl_status pl_log_writer_wait_published(struct pl_log_writer *w, uint64_t size, uint64_t timeout_ns)
{
	uint64_t until = pl_time_monotonic() + timeout_ns;
	pl_status st = PL_OK;

	pthread_mutex_lock(&w->lock);
	while ((w->published < size || w->renewing) && (w->mode == PL_LOG_RUNNING || w->mode == PL_LOG_HELD) && !w->hold &&
		pl_time_monotonic() < until)
		pl_writer_wait(w, &w->changed, until - pl_time_monotonic());
	if (w->published < size || w->renewing)
		st = w->hold ? PL_E_HELD : w->mode == PL_LOG_RUNNING ? PL_E_TIMEOUT : PL_E_STATE;
	pthread_mutex_unlock(&w->lock);
	return st;
}

/* ---- opening and closing ---- */

static pl_status open_dirs(struct pl_log_writer *w, struct pl_diag *diag)
{
	pl_status st = pl_file_open_dir(AT_FDCWD, w->o.dir, &w->dir);

	if (!st)
		st = pl_file_open_dir(w->dir, "private", &w->private_dir);
	if (!st)
		st = pl_file_open_dir(w->dir, "public", &w->public_dir);
	if (!st)
		st = pl_file_open_dir(w->private_dir, "journal", &w->journal_dir);
	if (st) {
		pl_diag_hint(diag, "make a log with: pellucid log init DIR --origin NAME");
		return pl_diag_set(diag, st, "%s is not the directory of a log", w->o.dir);
	}
	st = pl_file_require_local(w->private_dir, diag);
	if (st)
		return st;
	st = pl_file_open(w->private_dir, "lock", O_RDWR | O_CREAT, 0600, &w->lock_fd);
	if (!st)
		st = pl_file_lock(w->lock_fd, 0);
	if (st == PL_E_BUSY)
		return pl_diag_set(diag, st, "another process has the log %s open for writing", w->o.dir);
	if (!st)
		st = pl_file_mkdirs(w->private_dir, "index", 0700);
	if (!st)
		st = pl_file_open_dir(w->private_dir, "index", &w->index_dir);
	return st ? pl_diag_set(diag, st, "%s/private cannot be used", w->o.dir) : PL_OK;
}

static pl_status open_record(struct pl_log_writer *w, struct pl_diag *diag)
{
	char path[4096];
	pl_status st;

	if (w->o.record) {
		w->record = *w->o.record;
		return PL_OK;
	}
	st = pl_record_file_path(w->o.dir, path, sizeof path);
	if (!st)
		st = pl_record_file_open(AT_FDCWD, path, w->origin, &w->record, diag);
	w->own_record = !st;
	return st;
}

static void free_list(struct pl_writer_batch *b)
{
	while (b) {
		struct pl_writer_batch *next = b->next;

		batch_free(b);
		b = next;
	}
}

static void writer_free(struct pl_log_writer *w)
{
	pl_witness_client_free(w->witnesses);
	pl_materialise_close(w->tiles);
	pl_log_index_close(w->index);
	pl_held_close(w->held);
	pl_journal_close(w->journal);
	pl_system_time_close(w->clock);
	if (w->own_record)
		pl_log_record_close(&w->record);
	free_list(w->tail);
	free_list(w->pool);
	free_list(w->filling);
	pl_free(w->ack);
	pl_buf_done(&w->scratch);
	pl_buf_done(&w->signed_note);
	pl_file_close(&w->index_dir);
	pl_file_close(&w->journal_dir);
	pl_file_close(&w->public_dir);
	pl_file_close(&w->lock_fd);
	pl_file_close(&w->private_dir);
	pl_file_close(&w->dir);
	pthread_mutex_destroy(&w->lock);
	pl_free(w);
}

static void init_conditions(struct pl_log_writer *w)
{
	pthread_cond_t *all[] = {&w->to_sequence, &w->to_record, &w->to_publish, &w->to_witness, &w->room, &w->changed};
	pthread_condattr_t attr;

	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (size_t i = 0; i < PL_COUNT(all); i++)
		pthread_cond_init(all[i], &attr);
	pthread_condattr_destroy(&attr);
}

static struct pl_log_writer *new_writer(const struct pl_log_writer_options *o)
{
	struct pl_log_writer *w = PL_NEW(struct pl_log_writer);

	w->o = *o;
	w->origin = o->keys[0].vkey.name;
	for (size_t i = 0; i < o->n_keys; i++)
		w->signer[i] = o->keys[i].signer;
	w->o.publish_ns = o->publish_ns ? o->publish_ns : 50 * PL_MILLISECOND;
	w->o.witness_ns = o->witness_ns ? o->witness_ns : 5 * PL_SECOND;
	w->o.queue_entries = o->queue_entries ? o->queue_entries : QUEUE_ENTRIES;
	w->o.queue_bytes = o->queue_bytes ? o->queue_bytes : QUEUE_BYTES;
	w->witnessed = o->policy && !pl_policy_unwitnessed(o->policy);
	w->dir = w->public_dir = w->private_dir = w->journal_dir = w->index_dir = w->lock_fd = -1;
	pl_buf_init(&w->scratch, PL_TILE_BUNDLE_MAX);
	pl_buf_init(&w->signed_note, PL_CHECKPOINT_MAX);
	init_conditions(w);
	w->filling = pl_writer_batch_take(w);
	return w;
}

static pl_status open_witnesses(struct pl_log_writer *w, struct pl_diag *diag)
{
	struct pl_witness_client_options o = {.timeout_ns = w->o.witness_ns, .stop_at_quorum = true};
	pl_status st = pl_writer_load_ahead(w);

	if (st)
		return pl_diag_set(diag, st, "private/ahead cannot be read");
	st = w->witnessed ? pl_writer_load_knew(w) : PL_OK;
	if (st)
		return pl_diag_set(diag, st, "public/checkpoint cannot be read");
	pl_writer_first_holds(w);
	return w->witnessed ? pl_witness_client_new(w->o.policy, &o, &w->witnesses) : PL_OK;
}

static pl_status start_threads(struct pl_log_writer *w)
{
	w->sequencer_on = pthread_create(&w->sequencer, NULL, pl_writer_sequence, w) == 0;
	w->recorder_on = pthread_create(&w->recorder, NULL, pl_writer_record, w) == 0;
	w->publisher_on = pthread_create(&w->publisher, NULL, pl_writer_publish, w) == 0;
	w->witnesser_on = pthread_create(&w->witnesser, NULL, pl_writer_witness, w) == 0;
	return w->sequencer_on && w->recorder_on && w->publisher_on && w->witnesser_on ? PL_OK : PL_E_NOMEM;
}

pl_status pl_log_writer_open(const struct pl_log_writer_options *o, struct pl_log_writer **ret, struct pl_diag *diag)
{
	struct pl_log_writer *w;
	pl_status st;

	if (o->n_keys == 0 || o->n_keys > PL_LOG_KEYS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a log is signed with 1 to %u keys", PL_LOG_KEYS_MAX);
	w = new_writer(o);
	st = open_dirs(w, diag);
	if (!st)
		st = open_record(w, diag);
	if (!st)
		st = pl_writer_start(w, diag);
	if (!st)
		st = open_witnesses(w, diag);
	if (!st)
		st = start_threads(w);
	if (st) {
		if (w->sequencer_on || w->recorder_on || w->publisher_on || w->witnesser_on) {
			(void)pl_log_writer_close(w);
			return st;
		}
		writer_free(w);
		return st;
	}
	*ret = w;
	return PL_OK;
}

pl_status pl_log_writer_close(struct pl_log_writer *w)
{
	pl_status st;

	if (!w)
		return PL_OK;
	pthread_mutex_lock(&w->lock);
	w->closing = true;
	w->sequencer_done = w->sequencer_done || !w->sequencer_on;
	w->recorder_done = w->recorder_done || !w->recorder_on;
	w->publisher_done = w->publisher_done || !w->publisher_on;
	pthread_cond_broadcast(&w->to_sequence);
	pthread_cond_broadcast(&w->to_record);
	pthread_cond_broadcast(&w->to_publish);
	pthread_cond_broadcast(&w->to_witness);
	pthread_cond_broadcast(&w->room);
	pthread_mutex_unlock(&w->lock);
	if (w->sequencer_on)
		pthread_join(w->sequencer, NULL);
	if (w->recorder_on)
		pthread_join(w->recorder, NULL);
	if (w->publisher_on)
		pthread_join(w->publisher, NULL);
	if (w->witnesser_on)
		pthread_join(w->witnesser, NULL);
	st = w->mode == PL_LOG_LOST ? PL_E_CONFLICT : w->error ? w->error : w->unshown;
	writer_free(w);
	return st;
}

void pl_log_writer_status(struct pl_log_writer *w, struct pl_log_status *ret)
{
	pthread_mutex_lock(&w->lock);
	*ret = (struct pl_log_status){
		.mode = w->hold && w->mode == PL_LOG_RUNNING ? PL_LOG_HELD : w->mode,
		.hold = w->hold, .error = w->error, .recorded = w->recorded, .published = w->published,
		.signed_size = w->signed_size, .stored_held = w->stored_held, .queued = w->queued, .answered = w->answered,
		.needed = w->needed, .ahead_size = w->ahead_size, .unwitnessed = !w->witnessed,
		.record_same_disk = w->record_same_disk, .unguarded = !w->witnessed && w->record_same_disk,
		.batches = w->batches, .duplicates = w->duplicates, .renewing = w->renewing,
	};
	memcpy(ret->ahead_name, w->ahead_name, sizeof ret->ahead_name);
	memcpy(ret->witness, w->seen, sizeof ret->witness);
	pl_system_time_known(w->clock, &ret->time_used, &ret->time_witnessed);
	pthread_mutex_unlock(&w->lock);
}
