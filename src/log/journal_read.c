/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a journal: which files are its segments, and every batch in them in order. */
#include "base/file.h"
#include "crypto/sha256x.h"
#include "log/journal_priv.h"
#include "log/tile.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct reading {
	struct pl_journal *j;
	pl_status (*begin)(void *ctx, const struct pl_tree_edge *start);
	pl_journal_each each;
	void *ctx;
	struct pl_diag *diag;
	struct pl_tree_edge edge; /* after the last batch read */
	struct pl_digest root;    /* of that edge */
};

static void done(struct pl_journal *j)
{
	pl_file_close(&j->fd);
	pl_buf_done(&j->scratch);
	pthread_mutex_destroy(&j->lock);
	pthread_mutex_destroy(&j->making);
	pl_free(j->seg);
	pl_free(j);
}

void pl_journal_close(struct pl_journal *j)
{
	if (j)
		done(j);
}

static int by_number(const void *a, const void *b)
{
	const struct pl_journal_segment *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static pl_status read_header(struct pl_journal *j, const char *name, struct pl_journal_segment *ret,
	struct pl_tree_edge *ret_edge, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t data[PL_JOURNAL_HEADER];
	struct pl_digest log;
	size_t len = 0;
	pl_status st = pl_file_open(j->dir, name, O_RDONLY, 0, &fd);

	if (!st)
		st = pl_file_pread(fd, data, sizeof data, 0, &len);
	if (!st)
		st = pl_journal_header_parse(pl_bytes_of(data, len), ret, &log, ret_edge);
	if (!st)
		st = pl_file_size(fd, &ret->bytes);
	if (!st && !pl_digest_eq(&log, &j->log))
		return pl_diag_set(diag, PL_E_CORRUPT, "journal file %s belongs to another log", name);
	return st;
}

/* One name of the directory: a segment, a spare, or something left over. */
static pl_status look_at(struct pl_journal *j, const char *name, struct pl_diag *diag)
{
	struct pl_journal_segment s;
	struct pl_tree_edge edge;
	char spare[PL_JOURNAL_NAME_MAX];
	uint64_t number;
	pl_status st;

	for (unsigned i = 0; i < PL_JOURNAL_SPARES; i++) {
		int fd PL_CLEANUP(pl_file_close) = -1;
		uint64_t size = 0;

		pl_journal_spare_name(i, spare);
		if (strcmp(name, spare) != 0)
			continue;
		st = pl_file_open(j->dir, name, O_RDONLY, 0, &fd);
		if (!st)
			st = pl_file_size(fd, &size);
		j->spare[i] = !st && size == j->segment_bytes;
		return st;
	}
	if (pl_journal_segment_number(pl_str_from(name), &number))
		return PL_OK;
	st = read_header(j, name, &s, &edge, diag);
	/* A reused file whose new name was lost, or whose first header never reached the disk: not a segment. If it was
	 * needed, its entries will be missing between the others, and that is noticed. */
	if (st == PL_E_SYNTAX || (!st && s.number != number))
		return PL_OK;
	s.named = true;
	if (!st)
		pl_journal_list_put(j, &s);
	return st;
}

static pl_status list(struct pl_journal *j, struct pl_diag *diag)
{
	int fd = -1;
	pl_status st = pl_file_open_dir(j->dir, ".", &fd);
	DIR *d;

	if (st)
		return st;
	d = fdopendir(fd);
	if (!d) {
		pl_file_close(&fd);
		return PL_E_NOMEM;
	}
	for (struct dirent *e; !st && (e = readdir(d));)
		st = look_at(j, e->d_name, diag);
	(void)closedir(d);
	if (j->n_seg > 1)
		qsort(j->seg, j->n_seg, sizeof *j->seg, by_number);
	return st;
}

/* The batches of segment @i with a first index below @limit. *ret_offset is where the next one would go. */
static pl_status read_batches(struct reading *r, size_t i, uint64_t limit, uint64_t *ret_offset)
{
	const struct pl_journal_segment *s = &r->j->seg[i];
	uint8_t *data = pl_try_alloc(1, (size_t)s->bytes);
	char name[PL_JOURNAL_NAME_MAX];
	int fd PL_CLEANUP(pl_file_close) = -1;
	size_t at = PL_JOURNAL_HEADER, len = 0;
	pl_status st = data ? PL_OK : PL_E_NOMEM;

	pl_journal_segment_name(s->number, name);
	if (!st)
		st = pl_file_open(r->j->dir, name, O_RDONLY, 0, &fd);
	if (!st)
		st = pl_file_pread(fd, data, (size_t)s->bytes, 0, &len);
	while (!st && at < len && r->edge.size < limit) {
		struct pl_journal_batch b;
		size_t n;

		if (pl_journal_batch_parse(pl_bytes_of(data + at, len - at), s->nonce, &b, &n) || b.first != r->edge.size ||
			!pl_digest_eq(&b.before, &r->root))
			break;
		if (b.first + b.n > limit) {
			st = pl_diag_set(r->diag, PL_E_CORRUPT, "journal file %s: entries %llu to %llu overlap the next file", name,
				(unsigned long long)b.first, (unsigned long long)(b.first + b.n - 1));
			break;
		}
		st = r->each ? r->each(r->ctx, &b) : PL_OK;
		r->edge = b.after;
		pl_tree_edge_root(&r->edge, &r->root);
		at += n;
	}
	pl_free(data);
	*ret_offset = at;
	return st;
}

/* The smallest first index among the segments behind @i: what they begin with supersedes what stands there before. */
static uint64_t superseded_from(const struct pl_journal *j, size_t i)
{
	uint64_t limit = UINT64_MAX;

	for (size_t k = i + 1; k < j->n_seg; k++)
		if (j->seg[k].first < limit)
			limit = j->seg[k].first;
	return limit;
}

static pl_status read_segment(struct reading *r, size_t i, uint64_t *ret_offset)
{
	const struct pl_journal_segment *s = &r->j->seg[i];
	uint64_t limit = superseded_from(r->j, i);
	char name[PL_JOURNAL_NAME_MAX];
	struct pl_journal_segment again;
	struct pl_tree_edge edge;
	struct pl_digest root;
	pl_status st;

	if (s->first > limit)
		return PL_OK; /* wholly superseded before it held anything that counted */
	pl_journal_segment_name(s->number, name);
	st = read_header(r->j, name, &again, &edge, r->diag);
	if (st)
		return st;
	pl_tree_edge_root(&edge, &root);
	if (s->first != r->edge.size || !pl_digest_eq(&root, &r->root))
		return pl_diag_set(r->diag, PL_E_CORRUPT,
			"journal: file %s begins with entry %llu, but the files before it end with %llu%s", name,
			(unsigned long long)s->first, (unsigned long long)r->edge.size,
			s->first == r->edge.size ? " and another root" : "");
	return read_batches(r, i, limit, ret_offset);
}

static pl_status read_all(struct reading *r, struct pl_tree_edge *ret_start)
{
	struct pl_journal *j = r->j;
	struct pl_journal_segment first;
	char name[PL_JOURNAL_NAME_MAX];
	uint64_t offset = PL_JOURNAL_HEADER;
	size_t i = 0;
	pl_status st;

	if (j->n_seg == 0)
		return pl_diag_set(r->diag, PL_E_NOTFOUND, "the journal holds no file");
	/* The files before a superseded one may be gone already. */
	while (j->seg[i].first > superseded_from(j, i))
		i++;
	pl_journal_segment_name(j->seg[i].number, name);
	st = read_header(j, name, &first, &r->edge, r->diag);
	if (st)
		return st;
	*ret_start = r->edge;
	pl_tree_edge_root(&r->edge, &r->root);
	st = r->begin ? r->begin(r->ctx, &r->edge) : PL_OK;
	for (; !st && i < j->n_seg; i++)
		st = read_segment(r, i, &offset);
	if (st)
		return st;
	j->now = j->seg[j->n_seg - 1];
	j->offset = offset;
	j->edge = r->edge;
	pl_journal_segment_name(j->now.number, name);
	return pl_file_open(j->dir, name, O_RDWR, 0, &j->fd);
}

static struct pl_journal *new_handle(const struct pl_journal_options *o)
{
	struct pl_journal *j = PL_NEW(struct pl_journal);

	j->dir = o->dir;
	j->log = o->log;
	j->segment_bytes = o->segment_bytes ? o->segment_bytes : PL_JOURNAL_SEGMENT_DEFAULT;
	if (j->segment_bytes < PL_JOURNAL_SEGMENT_MIN)
		j->segment_bytes = PL_JOURNAL_SEGMENT_MIN;
	j->fd = -1;
	pl_buf_init(&j->scratch, PL_JOURNAL_BATCH_MAX + PL_JOURNAL_HEADER);
	pthread_mutex_init(&j->lock, NULL);
	pthread_mutex_init(&j->making, NULL);
	return j;
}

pl_status pl_journal_open(const struct pl_journal_options *o, pl_journal_each each, void *ctx, struct pl_journal **ret,
	struct pl_tree_edge *ret_start, struct pl_tree_edge *ret_end, struct pl_diag *diag)
{
	struct pl_journal *j = new_handle(o);
	struct reading r = {.j = j, .begin = o->begin, .each = each, .ctx = ctx, .diag = diag};
	struct pl_tree_edge start;
	pl_status st = list(j, diag);

	if (!st)
		st = read_all(&r, &start);
	if (st) {
		done(j);
		return st;
	}
	*ret_start = start;
	*ret_end = r.edge;
	*ret = j;
	return PL_OK;
}

pl_status pl_journal_create(const struct pl_journal_options *o)
{
	struct pl_journal *j = new_handle(o);
	struct pl_tree_edge empty;
	pl_status st = list(j, NULL);

	if (!st && j->n_seg)
		st = PL_E_EXISTS;
	pl_tree_edge_init(&empty);
	if (!st)
		st = pl_journal_abandon(j, &empty);
	done(j);
	return st;
}

pl_status pl_journal_batch_leaves(const struct pl_journal_batch *b, struct pl_digest *ret)
{
	pl_bytes rest = b->entries, entry[256];

	for (uint32_t i = 0; i < b->n;) {
		uint32_t n = 0;

		for (; n < PL_COUNT(entry) && i + n < b->n; n++)
			if (pl_tile_bundle_next(&rest, &entry[n]))
				return PL_E_CORRUPT;
		pl_sha256x_leaves(entry, n, ret + i);
		i += n;
	}
	return rest.len == 0 ? PL_OK : PL_E_CORRUPT;
}
