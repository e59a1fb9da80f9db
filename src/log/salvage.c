/* SPDX-License-Identifier: Apache-2.0 */
#include "log/salvage.h"
#include "base/file.h"
#include "log/checkpoint.h"
#include "log/journal.h"
#include "log/materialise.h"
#include <fcntl.h>

struct pl_log_salvage {
	int public_dir, private_dir, journal_dir, lock_fd;
	struct pl_buf origin;
	struct pl_log_state state;
	struct pl_digest signed_root; /* of the signed checkpoint of state.size, if there is one */
	bool is_signed;
	uint64_t end;
	/* while reading the journal */
	struct pl_digest *leaf;
	struct pl_tree_edge running;
	bool seen;
	pl_status (*entry)(void *ctx, uint64_t index, pl_bytes entry); /* NULL: only look */
	void *ctx;
	struct pl_diag *diag;
};

/* ---- how large a tree was signed, or made tiles of? ---- */

static pl_status take_checkpoint(struct pl_log_salvage *s, int dir, const char *name)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	pl_status st = pl_file_read(dir, name, &text);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&text), &cp, NULL);
	if (st || !pl_str_eq(cp.origin, pl_buf_str(&s->origin)))
		return pl_diag_set(s->diag, PL_E_CORRUPT, "the %s file is not a checkpoint of this log", name);
	if (cp.size > s->state.size || (cp.size == s->state.size && !s->is_signed)) {
		s->state.size = cp.size;
		s->signed_root = cp.root;
		s->is_signed = true;
	}
	return PL_OK;
}

static pl_status take_sizes(struct pl_log_salvage *s)
{
	pl_status st = take_checkpoint(s, s->public_dir, "checkpoint");
	uint64_t made = 0;

	if (!st)
		st = take_checkpoint(s, s->private_dir, "signed");
	if (!st)
		st = pl_materialise_mark(s->private_dir, &made);
	if (st)
		return pl_diag_set(s->diag, st, "private/materialised cannot be read");
	if (made > s->state.size) {
		s->state.size = made;
		s->is_signed = false;
	}
	return PL_OK;
}

/* ---- the journal ---- */

static void look_at_edge(struct pl_log_salvage *s)
{
	if (s->running.size != s->state.size)
		return;
	s->seen = true;
	pl_tree_edge_root(&s->running, &s->state.root);
}

static pl_status hand_on(struct pl_log_salvage *s, const struct pl_journal_batch *b)
{
	pl_bytes rest = b->entries, entry;
	uint64_t index = b->first;
	pl_status st = PL_OK;

	while (!st && !pl_tile_bundle_next(&rest, &entry))
		st = s->entry(s->ctx, index++, entry);
	return st;
}

static pl_status take_batch(void *ctx, const struct pl_journal_batch *b)
{
	struct pl_log_salvage *s = ctx;
	struct pl_digest is, said;
	pl_status st = pl_journal_batch_leaves(b, s->leaf);

	if (!st)
		st = pl_tree_edge_append(&s->running, s->leaf, b->n);
	if (st)
		return pl_diag_set(s->diag, PL_E_CORRUPT, "journal: the batch at entry %llu is damaged", (unsigned long long)b->first);
	pl_tree_edge_root(&s->running, &is);
	pl_tree_edge_root(&b->after, &said);
	if (s->running.size != b->after.size || !pl_digest_eq(&is, &said))
		return pl_diag_set(s->diag, PL_E_CORRUPT,
			"journal: the entries from %llu on do not have the hash that stands with them", (unsigned long long)b->first);
	look_at_edge(s);
	if (b->epoch > s->state.epoch)
		s->state.epoch = b->epoch;
	return s->entry && b->first >= s->state.size ? hand_on(s, b) : PL_OK;
}

static pl_status begin(void *ctx, const struct pl_tree_edge *edge)
{
	struct pl_log_salvage *s = ctx;

	s->running = *edge;
	look_at_edge(s);
	return PL_OK;
}

static pl_status read_journal(struct pl_log_salvage *s)
{
	struct pl_journal_options o = {.dir = s->journal_dir, .begin = begin};
	struct pl_tree_edge start, end;
	struct pl_journal *j = NULL;
	pl_status st;

	pl_sha256(pl_str_bytes(pl_buf_str(&s->origin)), &o.log);
	st = pl_journal_open(&o, take_batch, s, &j, &start, &end, s->diag);
	pl_journal_close(j);
	if (!st)
		s->end = end.size;
	return st;
}

/* ---- do they agree? ---- */

static pl_status compare(struct pl_log_salvage *s)
{
	struct pl_materialise_nodes nodes = {s->public_dir, s->state.size};
	struct pl_tree_edge edge;
	struct pl_digest root;
	pl_status st = PL_OK;

	if (!s->seen)
		return pl_diag_set(s->diag, PL_E_CORRUPT, "the journal does not reach the signed tree of %llu entries",
			(unsigned long long)s->state.size);
	if (s->is_signed && !pl_digest_eq(&s->signed_root, &s->state.root))
		return pl_diag_set(s->diag, PL_E_CORRUPT, "journal and signed checkpoint tell two histories");
	pl_tree_edge_init(&edge);
	if (s->state.size)
		st = pl_tree_fetch_edge(s->state.size, pl_materialise_fetch, &nodes, &edge);
	pl_tree_edge_root(&edge, &root);
	if (!st && pl_digest_eq(&root, &s->state.root))
		return PL_OK;
	pl_diag_hint(s->diag, "pellucid log repair, with the log's own directory as DIR, makes them again");
	return pl_diag_set(s->diag, PL_E_CORRUPT, "tiles are missing or do not fit");
}

/* ---- life ---- */

static pl_status open_dirs(struct pl_log_salvage *s, const char *dir)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, dir, &fd);

	if (!st)
		st = pl_file_open_dir(fd, "private", &s->private_dir);
	if (!st)
		st = pl_file_open_dir(fd, "public", &s->public_dir);
	if (!st)
		st = pl_file_open_dir(s->private_dir, "journal", &s->journal_dir);
	if (st)
		return pl_diag_set(s->diag, st, "%s is not the directory of a log", dir);
	st = pl_file_require_local(s->private_dir, s->diag);
	if (!st)
		st = pl_file_open(s->private_dir, "lock", O_RDWR | O_CREAT, 0600, &s->lock_fd);
	if (!st)
		st = pl_file_lock(s->lock_fd, 0);
	return st ? pl_diag_set(s->diag, st, "another process has the log %s open for writing", dir) : PL_OK;
}

pl_status pl_log_salvage_open(const char *dir, pl_str origin, struct pl_log_salvage **ret, struct pl_diag *diag)
{
	struct pl_log_salvage *s = PL_NEW(struct pl_log_salvage);
	pl_status st;

	s->public_dir = s->private_dir = s->journal_dir = s->lock_fd = -1;
	s->diag = diag;
	s->leaf = pl_alloc(PL_JOURNAL_ENTRIES_MAX, sizeof *s->leaf);
	pl_buf_init(&s->origin, 4096);
	pl_buf_put_str(&s->origin, origin);
	st = open_dirs(s, dir);
	if (!st)
		st = take_sizes(s);
	if (!st)
		st = read_journal(s);
	if (!st)
		st = compare(s);
	if (st) {
		pl_log_salvage_close(s);
		return st;
	}
	*ret = s;
	return PL_OK;
}

void pl_log_salvage_close(struct pl_log_salvage *s)
{
	if (!s)
		return;
	pl_buf_done(&s->origin);
	pl_free(s->leaf);
	pl_file_close(&s->lock_fd);
	pl_file_close(&s->journal_dir);
	pl_file_close(&s->public_dir);
	pl_file_close(&s->private_dir);
	pl_free(s);
}

void pl_log_salvage_closep(struct pl_log_salvage **s)
{
	pl_log_salvage_close(*s);
}

const struct pl_log_state *pl_log_salvage_state(const struct pl_log_salvage *s)
{
	return &s->state;
}

uint64_t pl_log_salvage_end(const struct pl_log_salvage *s)
{
	return s->end;
}

pl_status pl_log_salvage_behind(struct pl_log_salvage *s, pl_status (*entry)(void *ctx, uint64_t index, pl_bytes entry),
	void *ctx, struct pl_diag *diag)
{
	pl_status st;

	s->entry = entry;
	s->ctx = ctx;
	s->diag = diag;
	st = read_journal(s);
	s->entry = NULL;
	return st;
}
