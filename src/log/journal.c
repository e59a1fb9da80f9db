/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending, changing segments, dropping them. Reading is in journal_read.c, the bytes are in journal_format.c.
 *
 * How a segment comes into being, in this order:
 *  1. a spare file is written full of zeros and synced (pl_journal_prepare), or an old segment becomes one
 *  2. its header is written over the old content, then the first batch
 *  3. fdatasync of the file; its name becomes <number>.segment; fsync of the directory
 * Only after 3 does pl_journal_sync say PL_OK. A crash before leaves a spare, or an old name over a new header; both are
 * taken for spares when the journal is opened.
 */
#include "base/file.h"
#include "base/random.h"
#include "log/journal_priv.h"
#include <errno.h>
#include <fcntl.h>

#define ZEROS ((size_t)256 * 1024)
#define NEW_NAME "new.tmp"
#define TAKEN_NAME "taken.tmp"

void pl_journal_list_put(struct pl_journal *j, const struct pl_journal_segment *s)
{
	if (j->n_seg == j->cap_seg) {
		size_t cap = j->cap_seg ? j->cap_seg * 2 : 16;
		struct pl_journal_segment *more = pl_alloc(cap, sizeof *more);

		if (j->n_seg)
			memcpy(more, j->seg, j->n_seg * sizeof *more);
		pl_free(j->seg);
		j->seg = more;
		j->cap_seg = cap;
	}
	j->seg[j->n_seg++] = *s;
}

/* A file of the right size, every byte written: a later fdatasync then has no metadata to write. */
static pl_status make_file(int dir, const char *name, uint64_t bytes)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t *zeros = pl_alloc(1, ZEROS);
	pl_status st = pl_file_open(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd);

	for (uint64_t at = 0; !st && at < bytes; at += ZEROS)
		st = pl_file_pwrite(fd, zeros, bytes - at < ZEROS ? (size_t)(bytes - at) : ZEROS, at);
	if (!st)
		st = pl_file_sync(fd);
	pl_free(zeros);
	if (st && fd >= 0)
		(void)pl_file_unlink(dir, name);
	return st;
}

/* Called with making held. */
static pl_status make_spare(struct pl_journal *j)
{
	char name[PL_JOURNAL_NAME_MAX];
	pl_status st;
	bool have;

	pthread_mutex_lock(&j->lock);
	have = j->spare[0] || j->spare[1];
	pthread_mutex_unlock(&j->lock);
	if (have)
		return PL_OK;
	st = make_file(j->dir, NEW_NAME, j->segment_bytes);
	if (st)
		return st;
	pthread_mutex_lock(&j->lock);
	for (unsigned i = 0; i < PL_JOURNAL_SPARES; i++) {
		if (j->spare[i])
			continue;
		pl_journal_spare_name(i, name);
		st = pl_file_rename(j->dir, NEW_NAME, name, false);
		j->spare[i] = !st;
		break;
	}
	pthread_mutex_unlock(&j->lock);
	return st;
}

pl_status pl_journal_prepare(struct pl_journal *j)
{
	bool wanted;
	pl_status st;

	pthread_mutex_lock(&j->lock);
	wanted = j->wants_spare;
	pthread_mutex_unlock(&j->lock);
	if (!wanted)
		return PL_OK;
	pthread_mutex_lock(&j->making);
	st = make_spare(j);
	pthread_mutex_unlock(&j->making);
	return st;
}

/* Open a spare for the next segment; its name goes to @name. */
static pl_status take_spare(struct pl_journal *j, char name[static PL_JOURNAL_NAME_MAX], int *ret_fd)
{
	pl_status st;

	pthread_mutex_lock(&j->making);
	st = make_spare(j);
	pthread_mutex_unlock(&j->making);
	if (st)
		return st;
	pthread_mutex_lock(&j->lock);
	j->wants_spare = false;
	for (unsigned i = 0; i < PL_JOURNAL_SPARES; i++) {
		if (!j->spare[i])
			continue;
		/* A name of its own at once: under a spare's name pl_journal_drop could put another file. */
		pl_journal_spare_name(i, name);
		st = pl_file_rename(j->dir, name, TAKEN_NAME, false);
		j->spare[i] = false;
		pthread_mutex_unlock(&j->lock);
		memcpy(name, TAKEN_NAME, sizeof TAKEN_NAME);
		return st ? st : pl_file_open(j->dir, name, O_RDWR, 0, ret_fd);
	}
	pthread_mutex_unlock(&j->lock);
	return PL_E_INTERNAL;
}

/* Begin the segment after the last one at @edge. On failure everything is as before (one spare may be gone). */
static pl_status begin_segment(struct pl_journal *j, const struct pl_tree_edge *edge)
{
	struct pl_journal_segment s = {.number = j->now.number + 1, .first = edge->size};
	uint8_t header[PL_JOURNAL_HEADER];
	char name[PL_JOURNAL_NAME_MAX];
	int fd = -1;
	pl_status st;

	pl_random(s.nonce, sizeof s.nonce);
	st = take_spare(j, name, &fd);
	if (!st)
		st = pl_file_size(fd, &s.bytes);
	if (!st) {
		pl_journal_header_write(&s, &j->log, edge, header);
		st = pl_file_pwrite(fd, header, sizeof header, 0);
	}
	if (st) {
		pl_file_close(&fd);
		return st;
	}
	pl_file_close(&j->fd);
	j->fd = fd;
	j->now = s;
	j->offset = PL_JOURNAL_HEADER;
	j->half = false;
	j->edge = *edge;
	j->dirty = true;
	memcpy(j->from, name, sizeof name);
	pthread_mutex_lock(&j->lock);
	pl_journal_list_put(j, &s);
	pthread_mutex_unlock(&j->lock);
	return PL_OK;
}

static void mark_failed(struct pl_journal *j)
{
	j->failed = true;
	pthread_mutex_lock(&j->lock);
	if (j->n_seg)
		j->seg[j->n_seg - 1].suspect = true;
	pthread_mutex_unlock(&j->lock);
}

/* Step 3 for the segment in use. */
static pl_status give_name(struct pl_journal *j)
{
	char name[PL_JOURNAL_NAME_MAX];
	pl_status st;

	pl_journal_segment_name(j->now.number, name);
	st = pl_file_rename(j->dir, j->from, name, true);
	if (st)
		return st;
	j->from[0] = '\0';
	pthread_mutex_lock(&j->lock);
	j->seg[j->n_seg - 1].named = true;
	pthread_mutex_unlock(&j->lock);
	return PL_OK;
}

pl_status pl_journal_sync(struct pl_journal *j)
{
	pl_status st;

	if (j->failed)
		return PL_E_STATE;
	if (!j->dirty)
		return PL_OK;
	st = pl_file_datasync(j->fd);
	if (!st && j->from[0])
		st = give_name(j);
	if (st)
		mark_failed(j);
	else
		j->dirty = false;
	return st;
}

pl_status pl_journal_append(struct pl_journal *j, const struct pl_journal_batch *batch)
{
	pl_status st;

	if (j->failed)
		return PL_E_STATE;
	if (batch->first != j->edge.size || batch->after.size != batch->first + batch->n)
		return PL_E_INTERNAL;
	pl_buf_clear(&j->scratch);
	st = pl_journal_batch_write(&j->scratch, batch, j->now.nonce);
	if (!st && j->scratch.len > j->now.bytes - j->offset) {
		st = pl_journal_sync(j);
		if (!st) {
			struct pl_tree_edge edge = j->edge;

			st = begin_segment(j, &edge);
		}
		if (st)
			return st;
		pl_buf_clear(&j->scratch);
		st = pl_journal_batch_write(&j->scratch, batch, j->now.nonce);
	}
	if (st)
		return st;
	j->dirty = true;
	st = pl_file_pwrite(j->fd, j->scratch.ptr, j->scratch.len, j->offset);
	if (st) {
		mark_failed(j);
		return st;
	}
	j->offset += j->scratch.len;
	j->edge = batch->after;
	if (j->offset > j->now.bytes / 2 && !j->half) {
		j->half = true;
		pthread_mutex_lock(&j->lock);
		j->wants_spare = true;
		pthread_mutex_unlock(&j->lock);
	}
	return PL_OK;
}

pl_status pl_journal_abandon(struct pl_journal *j, const struct pl_tree_edge *edge)
{
	pl_status st;

	mark_failed(j);
	if (j->from[0]) {
		/* The segment never got its name: its file is of no use to anybody. */
		(void)pl_file_unlink(j->dir, j->from);
		j->from[0] = '\0';
		pthread_mutex_lock(&j->lock);
		j->n_seg--;
		pthread_mutex_unlock(&j->lock);
		j->now.number--;
	}
	st = begin_segment(j, edge);
	if (st)
		return st;
	j->failed = false;
	return pl_journal_sync(j);
}

/* Turn a segment into a spare, or remove it. Called with the lock held. */
static pl_status let_go(struct pl_journal *j, const struct pl_journal_segment *s)
{
	char name[PL_JOURNAL_NAME_MAX], spare[PL_JOURNAL_NAME_MAX];

	pl_journal_segment_name(s->number, name);
	for (unsigned i = 0; i < PL_JOURNAL_SPARES && !s->suspect && s->bytes == j->segment_bytes; i++) {
		pl_status st;

		if (j->spare[i])
			continue;
		pl_journal_spare_name(i, spare);
		st = pl_file_rename(j->dir, name, spare, false);
		j->spare[i] = !st;
		return st;
	}
	return pl_file_unlink(j->dir, name);
}

pl_status pl_journal_drop(struct pl_journal *j, uint64_t size)
{
	pl_status st = PL_OK;
	size_t n = 0;

	pthread_mutex_lock(&j->lock);
	/* All entries of a segment lie below the first index of the next one, which must be there after a crash: a journal
	 * without a file does not open. */
	while (!st && n + 1 < j->n_seg && j->seg[n + 1].first <= size && j->seg[n + 1].named) {
		/* A segment that supersedes the tail of an earlier one must not go before it. */
		st = let_go(j, &j->seg[n]);
		if (!st)
			n++;
	}
	memmove(j->seg, j->seg + n, (j->n_seg - n) * sizeof *j->seg);
	j->n_seg -= n;
	pthread_mutex_unlock(&j->lock);
	return st;
}

bool pl_journal_failed(const struct pl_journal *j)
{
	return j->failed;
}

uint64_t pl_journal_bytes(struct pl_journal *j)
{
	uint64_t sum = 0;

	pthread_mutex_lock(&j->lock);
	for (size_t i = 0; i + 1 < j->n_seg; i++)
		sum += j->seg[i].bytes;
	pthread_mutex_unlock(&j->lock);
	return sum;
}
