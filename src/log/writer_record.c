/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recorder: moves the record over all journaled batches at once, then answers their submitters, in order.
 *
 * What it must never do: answer before the swap said PL_OK, or go on after PL_E_CONFLICT. Any other failure leaves the
 * outcome unknown, so the record is loaded and compared before the swap is tried again; a state that is already the new
 * one is swapped onto itself, so that the record can make sure it is durable.
 */
#include "base/time.h"
#include "log/writer_priv.h"

static void put_ack(struct pl_log_writer *w, size_t n, const struct pl_writer_item *item)
{
	if (n == w->cap_ack) {
		size_t cap = w->cap_ack ? w->cap_ack * 2 : 256;
		struct pl_log_ack *more = pl_alloc(cap, sizeof *more);

		if (n)
			memcpy(more, w->ack, n * sizeof *more);
		pl_free(w->ack);
		w->ack = more;
		w->cap_ack = cap;
	}
	w->ack[n] = (struct pl_log_ack){
		.tag = item->tag, .index = item->answer.index, .duplicate = item->answer.duplicate,
	};
}

/* The batch behind @b, NULL after @last. Only for batches up to @last is `next` settled: the sequencer appends there. */
static struct pl_writer_batch *next_of(struct pl_writer_batch *b, const struct pl_writer_batch *last)
{
	return b == last ? NULL : b->next;
}

/* The acknowledgements of the batches @b to @last. */
static size_t collect(struct pl_log_writer *w, struct pl_writer_batch *b, const struct pl_writer_batch *last)
{
	size_t n = 0;

	for (; b; b = next_of(b, last))
		for (size_t i = 0; i < b->n_items; i++)
			/* Whoever waits has no row to be told of, unless it is an operator's act. */
			if (b->item[i].answer.status == PL_OK && (!b->item[i].waiter || b->item[i].tag) && !b->item[i].silent)
				put_ack(w, n++, &b->item[i]);
	return n;
}

static bool same_state(const struct pl_log_state *a, const struct pl_log_state *b)
{
	return a->size == b->size && a->epoch == b->epoch && pl_digest_eq(&a->root, &b->root);
}

static bool disk_is_to_blame(pl_status st)
{
	return st == PL_E_IO || st == PL_E_NOSPACE || st == PL_E_CORRUPT || st == PL_E_ACCESS;
}

/* An earlier try whose outcome was unknown came through after all: nobody else writes our epoch and this root. */
static bool came_through(struct pl_log_writer *w, const struct pl_log_state *old, const struct pl_log_state *fresh)
{
	struct pl_log_state now;

	return w->record.ops->load(w->record.ctx, &now) == PL_OK && same_state(&now, fresh) && !same_state(old, fresh);
}

/* PL_OK, PL_E_CONFLICT, or the last failure after patience ran out (the outcome is then unknown). */
static pl_status move_record(struct pl_log_writer *w, const struct pl_log_state *fresh, size_t n_acks)
{
	struct pl_log_state old = w->recorded, now;
	const struct pl_log_record *r = &w->record;
	unsigned disk_tries = 0;

	for (unsigned tries = 0;; tries++) {
		pl_status st = r->ops->swap(r->ctx, &old, fresh, w->ack, n_acks);
		bool give_up;

		if (st == PL_E_CONFLICT && tries && came_through(w, &old, fresh)) {
			old = *fresh;
			continue;
		}
		if (st == PL_OK || st == PL_E_CONFLICT)
			return st;
		disk_tries += disk_is_to_blame(st);
		pthread_mutex_lock(&w->lock);
		w->error = st;
		give_up = disk_tries >= PL_WRITER_DISK_TRIES || (w->closing && tries >= PL_WRITER_DISK_TRIES);
		pthread_mutex_unlock(&w->lock);
		if (give_up)
			return st;
		pl_time_sleep(PL_WRITER_PAUSE);
		if (r->ops->load(r->ctx, &now))
			continue;
		if (same_state(&now, fresh))
			old = *fresh;
		else if (!same_state(&now, &old))
			return PL_E_CONFLICT;
	}
}

static void answer(struct pl_log_writer *w, struct pl_writer_item *item)
{
	if (item->waiter) {
		item->waiter->answer = item->answer;
		(void)sem_post(&item->waiter->ready);
	} else if (!item->silent && w->o.done) {
		w->o.done(w->o.done_ctx, item->tag, &item->answer);
	}
}

/* Tell everybody in the batches @b to @last; @failed replaces the answer of those that wait for the record. */
static void answer_all(struct pl_log_writer *w, struct pl_writer_batch *b, const struct pl_writer_batch *last,
	pl_status failed)
{
	size_t n = 0, bytes = 0;

	for (struct pl_writer_batch *p = b; p; p = next_of(p, last))
		for (size_t i = 0; i < p->n_items; i++) {
			n += !p->item[i].silent;
			bytes += p->item[i].silent ? 0 : p->item[i].len;
		}
	/* Room first: whoever is told may submit again at once. */
	pthread_mutex_lock(&w->lock);
	w->queued -= n;
	w->queued_bytes -= bytes;
	pthread_cond_broadcast(&w->room);
	pthread_mutex_unlock(&w->lock);
	for (struct pl_writer_batch *p = b; p; p = next_of(p, last))
		for (size_t i = 0; i < p->n_items; i++) {
			if (failed && p->item[i].answer.status == PL_OK)
				p->item[i].answer.status = failed;
			answer(w, &p->item[i]);
		}
	if (w->o.done_group)
		w->o.done_group(w->o.done_ctx);
}

void pl_writer_abandon(struct pl_writer_batch *b)
{
	for (size_t i = 0; i < b->n_items; i++)
		if (b->item[i].waiter) {
			b->item[i].waiter->answer = (struct pl_log_answer){.status = PL_E_CONFLICT};
			(void)sem_post(&b->item[i].waiter->ready);
		}
}

/* After PL_E_CONFLICT nobody hears an index. Threads that wait are woken with the bare fact, or they would hang; the batch
 * that the sequencer has in hand just now is abandoned when it hands it on. */
static void abandon_all(struct pl_log_writer *w)
{
	for (struct pl_writer_batch *b = w->unrecorded; b; b = b->next)
		pl_writer_abandon(b);
	pl_writer_abandon(w->filling);
	w->filling->n_items = 0;
}

/* Record and answer the batches from @b up to the present end of the tail. */
static void record_group(struct pl_log_writer *w, struct pl_writer_batch *b)
{
	struct pl_log_state fresh = w->recorded;
	struct pl_writer_batch *last = b;
	pl_status st = w->mode == PL_LOG_FAILED ? w->error : PL_OK;
	size_t n_acks;

	for (struct pl_writer_batch *p = b; p; p = p->next) {
		if (p->n) {
			fresh.size = p->after.size;
			fresh.root = p->root;
		}
		last = p;
	}
	pthread_mutex_unlock(&w->lock);
	n_acks = collect(w, b, last);
	if (!st && (n_acks || fresh.size != w->recorded.size))
		st = move_record(w, &fresh, n_acks);
	pthread_mutex_lock(&w->lock);
	if (st == PL_E_CONFLICT) {
		pl_writer_set_mode(w, PL_LOG_LOST, st);
		abandon_all(w);
		return;
	}
	if (st) {
		pl_writer_set_mode(w, PL_LOG_FAILED, st);
	} else {
		w->recorded = fresh;
		w->error = w->mode == PL_LOG_RUNNING ? PL_OK : w->error;
	}
	pthread_mutex_unlock(&w->lock);
	answer_all(w, b, last, st);
	pthread_mutex_lock(&w->lock);
	/* Only now may the publisher free them. */
	w->unrecorded = last->next;
	pthread_cond_signal(&w->to_publish);
	pthread_cond_broadcast(&w->changed);
}

void *pl_writer_record(void *arg)
{
	struct pl_log_writer *w = arg;

	pthread_mutex_lock(&w->lock);
	while (w->mode != PL_LOG_LOST) {
		if (w->unrecorded)
			record_group(w, w->unrecorded);
		else if (w->sequencer_done)
			break;
		else
			pthread_cond_wait(&w->to_record, &w->lock);
	}
	w->recorder_done = true;
	pthread_cond_broadcast(&w->to_publish);
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}
