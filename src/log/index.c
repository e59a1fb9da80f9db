/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables in memory, runs on disk. `lock` guards the lists; a look-up holds it, work on files does not, except to put a
 * finished run in the place of what it replaces.
 */
#include "log/index.h"
#include "base/file.h"
#include "log/index_run.h"
#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>

#define TABLE_ENTRIES 65536u
#define TABLE_SLOTS (2 * TABLE_ENTRIES)
/* So many neighbouring runs of one size class become one. */
#define FAN 4u
#define RUNS_MAX 128u
#define SAME_TAG_MAX 16u

struct table {
	struct table *next; /* the younger one */
	uint64_t from;
	uint32_t n;
	struct pl_index_key key[TABLE_ENTRIES];
	uint32_t slot[TABLE_SLOTS]; /* position in key + 1; 0 is empty */
};

struct pl_log_index {
	int dir;
	pthread_mutex_t lock;
	struct table *oldest, *youngest; /* full ones wait to be written; the youngest takes entries */
	struct pl_index_run run[RUNS_MAX];
	size_t n_runs;
	uint64_t runs_to; /* runs cover entries below this */
};

static struct table *table_new(uint64_t from)
{
	struct table *t = PL_NEW(struct table);

	t->from = from;
	return t;
}

/* ---- opening ---- */

static int by_range(const void *a, const void *b)
{
	const struct pl_index_run *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to > y->to ? -1 : x->to < y->to; /* the wider one first: it was merged from the others */
}

static void remove_run(int dir, uint64_t from, uint64_t to)
{
	char name[PL_INDEX_NAME_MAX];

	pl_index_run_name(from, to, name);
	(void)pl_file_unlink(dir, name);
}

static pl_status list(struct pl_log_index *x, struct pl_index_run *ret, size_t max, size_t *ret_n)
{
	int fd = -1;
	pl_status st = pl_file_open_dir(x->dir, ".", &fd);
	DIR *d;

	if (st)
		return st;
	d = fdopendir(fd);
	if (!d) {
		pl_file_close(&fd);
		return PL_E_NOMEM;
	}
	for (struct dirent *e; (e = readdir(d));) {
		struct pl_index_run r = {.fd = -1};
		pl_str name = pl_str_from(e->d_name);

		if (pl_str_ends(name, PL_STR(".tmp")))
			(void)pl_file_unlink(x->dir, e->d_name);
		else if (!pl_index_run_range(name, &r.from, &r.to) && *ret_n < max)
			ret[(*ret_n)++] = r;
	}
	(void)closedir(d);
	if (*ret_n > 1)
		qsort(ret, *ret_n, sizeof *ret, by_range);
	return PL_OK;
}

pl_status pl_log_index_open(int dir, uint64_t size, struct pl_log_index **ret)
{
	struct pl_log_index *x = PL_NEW(struct pl_log_index);
	struct pl_index_run found[2 * RUNS_MAX];
	size_t n = 0;
	pl_status st;

	x->dir = dir;
	pthread_mutex_init(&x->lock, NULL);
	st = list(x, found, PL_COUNT(found), &n);
	for (size_t i = 0; !st && i < n; i++) {
		struct pl_index_run *r = &x->run[x->n_runs];

		if (found[i].from != x->runs_to || found[i].to > size || x->n_runs == RUNS_MAX ||
			pl_index_run_open(dir, found[i].from, found[i].to, r)) {
			remove_run(dir, found[i].from, found[i].to);
			continue;
		}
		x->runs_to = r->to;
		x->n_runs++;
	}
	x->oldest = x->youngest = table_new(x->runs_to);
	if (st) {
		pl_log_index_close(x);
		return st;
	}
	*ret = x;
	return PL_OK;
}

void pl_log_index_close(struct pl_log_index *x)
{
	if (!x)
		return;
	while (x->oldest) {
		struct table *next = x->oldest->next;

		pl_free(x->oldest);
		x->oldest = next;
	}
	for (size_t i = 0; i < x->n_runs; i++)
		pl_index_run_close(&x->run[i]);
	pthread_mutex_destroy(&x->lock);
	pl_free(x);
}

uint64_t pl_log_index_covered(const struct pl_log_index *x)
{
	return x->youngest->from + x->youngest->n;
}

size_t pl_log_index_memory(const struct pl_log_index *x)
{
	size_t sum = sizeof *x;

	for (const struct table *t = x->oldest; t; t = t->next)
		sum += sizeof *t;
	for (size_t i = 0; i < x->n_runs; i++)
		sum += (size_t)x->run[i].n_blocks * sizeof x->run[i].block[0];
	return sum;
}

/* ---- putting and finding ---- */

pl_status pl_log_index_put(struct pl_log_index *x, const struct pl_digest *leaf, uint64_t index)
{
	struct table *t;
	size_t at;

	if (index != pl_log_index_covered(x))
		return PL_E_RANGE;
	pthread_mutex_lock(&x->lock);
	t = x->youngest;
	if (t->n == TABLE_ENTRIES) {
		t->next = table_new(index);
		t = x->youngest = t->next;
	}
	t->key[t->n] = pl_index_key_of(leaf);
	at = t->key[t->n].block % TABLE_SLOTS;
	while (t->slot[at])
		at = (at + 1) % TABLE_SLOTS;
	t->slot[at] = ++t->n;
	pthread_mutex_unlock(&x->lock);
	return PL_OK;
}

/* Indices with @key in memory and in runs. With lock. */
static pl_status candidates(struct pl_log_index *x, const struct pl_index_key *key, uint64_t *ret, size_t *ret_n)
{
	pl_status st = PL_OK;

	for (const struct table *t = x->oldest; t; t = t->next)
		for (size_t at = key->block % TABLE_SLOTS; t->slot[at] && *ret_n < SAME_TAG_MAX; at = (at + 1) % TABLE_SLOTS)
			if (t->key[t->slot[at] - 1].tag == key->tag)
				ret[(*ret_n)++] = t->from + t->slot[at] - 1;
	for (size_t i = 0; !st && i < x->n_runs && *ret_n < SAME_TAG_MAX; i++) {
		size_t n = 0;

		if (!pl_index_run_may_have(&x->run[i], key))
			continue;
		st = pl_index_run_find(&x->run[i], key->tag, ret + *ret_n, SAME_TAG_MAX - *ret_n, &n);
		*ret_n += n;
	}
	return st;
}

pl_status pl_log_index_find(struct pl_log_index *x, const struct pl_digest *leaf, pl_log_index_same same, void *ctx,
	uint64_t *ret)
{
	struct pl_index_key key = pl_index_key_of(leaf);
	uint64_t found[SAME_TAG_MAX];
	size_t n = 0;
	pl_status st;

	pthread_mutex_lock(&x->lock);
	st = candidates(x, &key, found, &n);
	pthread_mutex_unlock(&x->lock);
	if (st)
		return st;
	for (size_t i = 0; i < n; i++) {
		st = same(ctx, found[i]);
		if (st == PL_OK)
			*ret = found[i];
		if (st != PL_E_NOTFOUND)
			return st;
	}
	return PL_E_NOTFOUND;
}

/* ---- writing and merging ---- */

static int by_tag(const void *a, const void *b)
{
	const struct pl_index_record *x = a, *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static pl_status write_table(struct pl_log_index *x, const struct table *t, struct pl_index_run *ret)
{
	struct pl_index_record *rec = pl_try_alloc(t->n, sizeof *rec);
	struct pl_index_writer *w = NULL;
	pl_status st = rec ? pl_index_writer_begin(x->dir, t->from, t->from + t->n, &w) : PL_E_NOMEM;

	for (uint32_t i = 0; !st && i < t->n; i++)
		rec[i] = (struct pl_index_record){t->key[i].tag, t->from + i, t->key[i].block, t->key[i].bits};
	if (!st)
		qsort(rec, t->n, sizeof *rec, by_tag);
	for (uint32_t i = 0; !st && i < t->n; i++)
		st = pl_index_writer_put(w, &rec[i]);
	pl_free(rec);
	if (st && w)
		pl_index_writer_cancel(w);
	return st ? st : pl_index_writer_end(w, ret);
}

static pl_status store_oldest(struct pl_log_index *x)
{
	struct table *t = x->oldest;
	struct pl_index_run r;
	pl_status st = write_table(x, t, &r);

	if (st)
		return st;
	pthread_mutex_lock(&x->lock);
	x->run[x->n_runs++] = r;
	x->runs_to = r.to;
	x->oldest = t->next;
	pthread_mutex_unlock(&x->lock);
	pl_free(t);
	return PL_OK;
}

static unsigned size_class(const struct pl_index_run *r)
{
	unsigned c = 0;

	for (uint64_t n = (r->to - r->from) / TABLE_ENTRIES; n >= FAN; n /= FAN)
		c++;
	return c;
}

/* The first of FAN neighbouring runs of one class; n_runs if there are none. The oldest first, so that classes only fall
 * from old to young and no run is left alone between larger ones. */
static size_t mergeable(const struct pl_log_index *x)
{
	for (size_t first = 0; first + FAN <= x->n_runs; first++) {
		unsigned c = size_class(&x->run[first]);
		bool same = true;

		for (size_t k = first + 1; k < first + FAN; k++)
			same = same && size_class(&x->run[k]) == c;
		if (same)
			return first;
	}
	return x->n_runs;
}

static pl_status merge_walks(struct pl_index_walk *walk, struct pl_index_writer *w)
{
	struct pl_index_record head[FAN];
	bool open[FAN];
	pl_status st = PL_OK;

	for (size_t i = 0; i < FAN; i++) {
		st = pl_index_walk_next(&walk[i], &head[i]);
		if (st)
			return st;
		open[i] = true;
	}
	for (;;) {
		size_t least = FAN;

		for (size_t i = 0; i < FAN; i++)
			if (open[i] && (least == FAN || by_tag(&head[i], &head[least]) < 0))
				least = i;
		if (least == FAN)
			return PL_OK;
		st = pl_index_writer_put(w, &head[least]);
		if (st)
			return st;
		st = pl_index_walk_next(&walk[least], &head[least]);
		open[least] = st == PL_OK;
		if (st && st != PL_E_NOTFOUND)
			return st;
	}
}

static pl_status merge_at(struct pl_log_index *x, size_t first)
{
	struct pl_index_walk walk[FAN];
	struct pl_index_run old[FAN], fresh;
	struct pl_index_writer *w = NULL;
	pl_status st = pl_index_writer_begin(x->dir, x->run[first].from, x->run[first + FAN - 1].to, &w);

	if (st)
		return st;
	for (size_t i = 0; i < FAN; i++)
		pl_index_walk_begin(&walk[i], &x->run[first + i]);
	st = merge_walks(walk, w);
	for (size_t i = 0; i < FAN; i++)
		pl_index_walk_end(&walk[i]);
	if (st) {
		pl_index_writer_cancel(w);
		return st;
	}
	st = pl_index_writer_end(w, &fresh);
	if (st)
		return st;
	pthread_mutex_lock(&x->lock);
	memcpy(old, &x->run[first], sizeof old);
	x->run[first] = fresh;
	memmove(&x->run[first + 1], &x->run[first + FAN], (x->n_runs - first - FAN) * sizeof x->run[0]);
	x->n_runs -= FAN - 1;
	pthread_mutex_unlock(&x->lock);
	for (size_t i = 0; i < FAN; i++) {
		pl_index_run_close(&old[i]);
		remove_run(x->dir, old[i].from, old[i].to);
	}
	return PL_OK;
}

pl_status pl_log_index_merge(struct pl_log_index *x, bool *ret_more)
{
	pl_status st = PL_OK;
	size_t first;
	bool full;

	pthread_mutex_lock(&x->lock);
	full = x->oldest != x->youngest && x->n_runs < RUNS_MAX;
	first = mergeable(x);
	pthread_mutex_unlock(&x->lock);
	/* Only this function changes the list of runs, so it may be read without the lock here. */
	if (full)
		st = store_oldest(x);
	else if (first < x->n_runs)
		st = merge_at(x, first);
	if (st)
		return st;
	pthread_mutex_lock(&x->lock);
	*ret_more = x->oldest != x->youngest || mergeable(x) < x->n_runs;
	pthread_mutex_unlock(&x->lock);
	return PL_OK;
}
