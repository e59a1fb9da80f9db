/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens before a writer takes its first entry: journal, tiles, published checkpoint and record are compared, and
 * what a crash left unfinished is finished.
 *
 *	record larger than the journal      the directory is an older copy (or lost data): refused
 *	record smaller than what is signed  the record is an older copy: refused
 *	record not on the journal's path    two histories: refused
 *	journal larger than the record      batches that nobody was told of: written anew, recorded, kept
 *	tiles behind the journal            made from the journal
 */
#include "base/file.h"
#include "log/record_file.h"
#include "log/writer_priv.h"

/* Unrecorded batches that a crash can leave: the pipeline holds a few, each bounded. */
#define UNRECORDED_MAX ((size_t)64 * 1024 * 1024)

struct start {
	struct pl_log_writer *w;
	struct pl_diag *diag;
	struct pl_log_state record;
	uint64_t mark;
	bool record_seen, mark_seen; /* a batch boundary is there */
	bool record_fits;            /* and the journal has the record's root there */
	struct pl_tree_edge running, at_record, at_mark;
	struct pl_writer_batch *pending, *pending_end; /* behind the record */
	size_t pending_bytes;
	struct pl_digest *leaf;
};

static pl_status refuse(struct start *s, pl_status st, const char *what, uint64_t a, uint64_t b)
{
	pl_diag_hint(s->diag, "do not delete anything; see \"Recovering a log\" in the manual");
	return pl_diag_set(s->diag, st, "%s (record: %llu entries; here: %llu)", what, (unsigned long long)a,
		(unsigned long long)b);
}

/* ---- reading the journal ---- */

static void look_at_edge(struct start *s, const struct pl_tree_edge *edge)
{
	struct pl_digest root;

	if (edge->size == s->record.size) {
		pl_tree_edge_root(edge, &root);
		s->record_seen = true;
		s->record_fits = pl_digest_eq(&root, &s->record.root);
		s->at_record = *edge;
	}
	if (edge->size == s->mark) {
		s->mark_seen = true;
		s->at_mark = *edge;
	}
}

static bool same_edge(const struct pl_tree_edge *a, const struct pl_tree_edge *b)
{
	struct pl_digest ra, rb;

	pl_tree_edge_root(a, &ra);
	pl_tree_edge_root(b, &rb);
	return a->size == b->size && pl_digest_eq(&ra, &rb);
}

static pl_status keep_pending(struct start *s, const struct pl_journal_batch *b)
{
	struct pl_writer_batch *p = pl_writer_batch_take(s->w);
	pl_bytes rest = b->entries, entry;

	s->pending_bytes += b->entries.len;
	if (s->pending_bytes > UNRECORDED_MAX)
		return refuse(s, PL_E_ROLLBACK, "the record is far behind the journal: it is an older copy", s->record.size, b->first);
	while (!pl_tile_bundle_next(&rest, &entry))
		if (!pl_writer_batch_put(p, entry))
			return PL_E_INTERNAL;
	p->first = b->first;
	p->n = b->n;
	p->after = b->after;
	pl_tree_edge_root(&p->after, &p->root);
	p->leaf = pl_alloc(b->n, sizeof *p->leaf);
	p->cap_leaf = b->n;
	memcpy(p->leaf, s->leaf, b->n * sizeof *p->leaf);
	if (s->pending_end)
		s->pending_end->next = p;
	else
		s->pending = p;
	s->pending_end = p;
	return PL_OK;
}

/* First reading: nothing is changed, everything is checked. */
static pl_status check_batch(void *ctx, const struct pl_journal_batch *b)
{
	struct start *s = ctx;
	pl_status st = pl_journal_batch_leaves(b, s->leaf);

	if (!st)
		st = pl_tree_edge_append(&s->running, s->leaf, b->n);
	if (!st && !same_edge(&s->running, &b->after))
		st = PL_E_CORRUPT;
	if (st)
		return pl_diag_set(s->diag, st, "journal: the entries from %llu on do not have the hash that stands with them",
			(unsigned long long)b->first);
	look_at_edge(s, &b->after);
	return b->first >= s->record.size ? keep_pending(s, b) : PL_OK;
}

/* Second reading, only if tiles are behind: batches between mark and record. */
static pl_status make_batch(void *ctx, const struct pl_journal_batch *b)
{
	struct start *s = ctx;
	size_t taken;
	pl_status st;

	if (b->first < s->mark || b->first >= s->record.size)
		return PL_OK;
	st = pl_journal_batch_leaves(b, s->leaf);
	return st ? st : pl_materialise_add(s->w->tiles, b->entries, s->leaf, b->n, &taken);
}

static pl_status begin_running(void *ctx, const struct pl_tree_edge *edge)
{
	struct start *s = ctx;

	s->running = *edge;
	look_at_edge(s, edge);
	return PL_OK;
}

static pl_status run_journal(struct start *s, pl_journal_each each, struct pl_journal **ret)
{
	struct pl_journal_options o = {.dir = s->w->journal_dir, .segment_bytes = s->w->o.segment_bytes, .begin = begin_running};
	struct pl_tree_edge start, end;

	pl_sha256(pl_str_bytes(s->w->origin), &o.log);
	return pl_journal_open(&o, each, s, ret, &start, &end, s->diag);
}

/* ---- comparing ---- */

static pl_status read_mark(struct start *s)
{
	pl_status st = pl_materialise_mark(s->w->private_dir, &s->mark);

	return st ? pl_diag_set(s->diag, st, "private/materialised cannot be read") : PL_OK;
}

static pl_status load_record(struct start *s)
{
	const struct pl_log_record *r = &s->w->record;
	pl_status st = r->ops->load(r->ctx, &s->record);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(s->diag, "restore the record; a log without it could sign a second history");
		return pl_diag_set(s->diag, PL_E_ROLLBACK, "the record (%.*s) is missing", PL_STR_ARG(r->ops->where(r->ctx)));
	}
	return st ? pl_diag_set(s->diag, st, "the record (%.*s) cannot be read", PL_STR_ARG(r->ops->where(r->ctx))) : PL_OK;
}

static pl_status compare(struct start *s)
{
	uint64_t end = s->running.size, size = s->record.size;

	if (size > end)
		return refuse(s, PL_E_ROLLBACK,
			"the record is ahead of the journal: this directory is an older copy of the log, or the end of its journal is damaged",
			size, end);
	if (s->mark > size)
		return refuse(s, PL_E_ROLLBACK, "tiles are ahead of the record: the record is an older copy", size, s->mark);
	if (!s->record_seen || !s->record_fits)
		return refuse(s, PL_E_ROLLBACK, "record and journal tell two histories", size, end);
	if (!s->mark_seen)
		return refuse(s, PL_E_CORRUPT, "the journal does not reach back to where the tiles end", size, s->mark);
	return PL_OK;
}

/* The checkpoint in @file must be a prefix of the record. */
static pl_status compare_checkpoint(struct start *s, int dir, const char *file, uint64_t *ret_size, struct pl_buf *text)
{
	struct pl_materialise_nodes nodes = {s->w->public_dir, s->record.size};
	struct pl_tree_edge edge;
	struct pl_checkpoint cp;
	struct pl_digest root;
	pl_status st = pl_file_read(dir, file, text);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(text), &cp, s->diag);
	if (!st && !pl_str_eq(cp.origin, s->w->origin))
		st = PL_E_CORRUPT;
	if (st)
		return pl_diag_set(s->diag, PL_E_CORRUPT, "the %s file is not a checkpoint of this log", file);
	if (cp.size > s->record.size)
		return refuse(s, PL_E_ROLLBACK, "a larger checkpoint is signed: the record is an older copy", s->record.size, cp.size);
	st = pl_tree_fetch_edge(cp.size, pl_materialise_fetch, &nodes, &edge);
	if (st) {
		pl_diag_hint(s->diag, PL_MATERIALISE_HINT);
		return pl_diag_set(s->diag, PL_E_CORRUPT, "tiles that the %s checkpoint needs are missing or damaged", file);
	}
	pl_tree_edge_root(&edge, &root);
	if (!pl_digest_eq(&root, &cp.root)) {
		pl_diag_hint(s->diag, PL_MATERIALISE_HINT);
		return refuse(s, PL_E_CORRUPT, "tiles do not give the root of the signed checkpoint", s->record.size, cp.size);
	}
	*ret_size = cp.size;
	return PL_OK;
}

static bool signed_by_keys(const struct pl_log_writer *w, pl_str note)
{
	struct pl_vkey keys[PL_LOG_KEYS_MAX];

	for (size_t i = 0; i < w->o.n_keys; i++)
		keys[i] = w->o.keys[i].vkey;
	return pl_checkpoint_signed_by(note, keys, w->o.n_keys);
}

/* A key came or went since signed_note was signed: sign the same tree with the keys in force. Witnesses are asked with
 * this one, for they may know the new key only; what is published is replaced as soon as it may be. */
static pl_status renew(struct pl_log_writer *w)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	pl_status st = pl_checkpoint_peek(pl_buf_str(&w->signed_note), &cp, NULL);

	if (!st)
		st = pl_checkpoint_sign(&note, &cp, w->signer, w->o.n_keys);
	if (st)
		return st;
	pl_buf_clear(&w->signed_note);
	pl_buf_put_bytes(&w->signed_note, pl_buf_bytes(&note));
	return pl_buf_status(&w->signed_note);
}

static pl_status compare_signed(struct start *s)
{
	struct pl_log_writer *w = s->w;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	pl_status st = compare_checkpoint(s, w->public_dir, "checkpoint", &w->published, &text);
	uint64_t size = 0;

	w->signed_size = w->published;
	w->renewing = !st && text.len && !signed_by_keys(w, pl_buf_str(&text));
	pl_buf_put_bytes(&w->signed_note, pl_buf_bytes(&text));
	pl_buf_clear(&text);
	/* Under a policy without witnesses, too: what was signed under another one may have been seen. */
	if (!st)
		st = compare_checkpoint(s, w->private_dir, "signed", &size, &text);
	if (!st && w->witnessed && size > w->published) {
		w->signed_size = size;
		pl_buf_clear(&w->signed_note);
		pl_buf_put_bytes(&w->signed_note, pl_buf_bytes(&text));
	}
	if (!st && w->signed_note.len && !signed_by_keys(w, pl_buf_str(&w->signed_note)))
		st = renew(w);
	return st;
}

/* ---- finishing ---- */

static pl_status claim(struct start *s)
{
	const struct pl_log_record *r = &s->w->record;
	struct pl_log_state now;
	pl_status st = r->ops->claim(r->ctx, &now);

	if (st)
		return pl_diag_set(s->diag, st, "the record (%.*s) cannot be claimed", PL_STR_ARG(r->ops->where(r->ctx)));
	if (now.size != s->record.size || !pl_digest_eq(&now.root, &s->record.root))
		return pl_diag_set(s->diag, PL_E_BUSY, "another writer moved the record just now");
	s->w->recorded = s->record = now;
	return PL_OK;
}

static pl_status make_behind(struct start *s)
{
	struct pl_journal *again = NULL;
	pl_status st = pl_materialise_open(s->w->public_dir, &s->at_mark, &s->w->tiles, s->diag);

	if (st || s->mark == s->record.size)
		return st;
	st = run_journal(s, make_batch, &again);
	pl_journal_close(again);
	if (!st)
		st = pl_materialise_partials(s->w->tiles);
	return st ? st : pl_materialise_sync(s->w->tiles);
}

/* Batches that reached the journal but not the record: perhaps only in memory when a sync failed, so they are written
 * anew before the record moves over them. */
static pl_status roll_forward(struct start *s)
{
	struct pl_log_writer *w = s->w;
	struct pl_log_state fresh = s->record;
	size_t taken;
	pl_status st;

	w->edge = s->at_record;
	w->root = s->record.root;
	if (!s->pending)
		return PL_OK;
	st = pl_journal_abandon(w->journal, &s->at_record);
	for (struct pl_writer_batch *p = s->pending; !st && p; p = p->next) {
		struct pl_journal_batch b = {.first = p->first, .n = p->n, .epoch = s->record.epoch,
			.time = pl_system_time_now(w->clock), .entries = pl_buf_bytes(&p->entries), .before = w->root, .after = p->after};

		st = pl_journal_append(w->journal, &b);
		w->edge = p->after;
		w->root = p->root;
	}
	if (!st)
		st = pl_journal_sync(w->journal);
	fresh.size = w->edge.size;
	fresh.root = w->root;
	if (!st)
		st = w->record.ops->swap(w->record.ctx, &s->record, &fresh, NULL, 0);
	for (struct pl_writer_batch *p = s->pending; !st && p; p = p->next)
		st = pl_materialise_add(w->tiles, pl_buf_bytes(&p->entries), p->leaf, p->n, &taken);
	if (!st)
		st = pl_materialise_partials(w->tiles);
	if (!st)
		st = pl_materialise_sync(w->tiles);
	if (!st)
		w->recorded = fresh;
	return st ? pl_diag_set(s->diag, st, "entries that a crash left in the journal could not be recorded") : PL_OK;
}

static pl_status settle(struct start *s)
{
	pl_status st = pl_materialise_settle(s->w->tiles, s->mark);

	pl_file_sweep(s->w->public_dir, ".");
	pl_file_sweep(s->w->private_dir, ".");
	if (!st)
		st = pl_materialise_sync(s->w->tiles);
	return st ? pl_diag_set(s->diag, st, "partial tiles that a crash left cannot be written anew") : PL_OK;
}

/* Hashes that no run of the index covers are put again from the tiles. */
static pl_status fill_index(struct start *s)
{
	struct pl_log_writer *w = s->w;
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BYTES);
	uint64_t at, size = w->recorded.size;
	pl_status st = pl_log_index_open(w->index_dir, size, &w->index);

	if (st)
		return pl_diag_set(s->diag, st, "private/index cannot be used");
	at = pl_log_index_covered(w->index);
	while (!st && at < size) {
		struct pl_tile t;

		pl_buf_clear(&data);
		st = pl_tile_at(0, at / PL_TILE_WIDTH, size, &t);
		if (!st)
			st = pl_materialise_read(w->public_dir, &t, &data);
		for (size_t i = at % PL_TILE_WIDTH; !st && i < t.width; i++) {
			struct pl_digest leaf;

			memcpy(leaf.b, data.ptr + i * PL_DIGEST_LEN, sizeof leaf.b);
			st = pl_log_index_put(w->index, &leaf, at++);
		}
	}
	if (st)
		pl_diag_hint(s->diag, PL_MATERIALISE_HINT);
	return st ? pl_diag_set(s->diag, st, "the index cannot be filled from the tiles near entry %llu", (unsigned long long)at) : PL_OK;
}

static pl_status open_held(struct start *s)
{
	pl_status st = pl_held_open(s->w->private_dir, &s->w->held);

	if (st == PL_E_CORRUPT) {
		pl_diag_hint(s->diag, "restore it, or move it aside and append again what was stored while the log was held");
		return pl_diag_set(s->diag, st, "private/held is damaged before its end: entries that were taken are in it");
	}
	return st;
}

static pl_status run(struct start *s)
{
	struct pl_log_writer *w = s->w;
	pl_status st = pl_system_time_open(w->private_dir, w->o.now, &w->clock);

	if (!st)
		st = read_mark(s);
	if (!st)
		st = load_record(s);
	if (!st)
		st = run_journal(s, check_batch, &w->journal);
	if (!st)
		st = compare(s);
	if (!st)
		st = make_behind(s);
	if (!st)
		st = compare_signed(s);
	if (!st)
		st = claim(s);
	if (!st)
		st = roll_forward(s);
	if (!st)
		st = settle(s);
	if (!st)
		st = open_held(s);
	if (!st && !w->o.no_index)
		st = fill_index(s);
	if (st)
		return st;
	w->epoch = w->recorded.epoch;
	w->visible = w->recorded.size;
	w->made = w->recorded;
	w->marked_size = s->mark;
	w->stored_held = pl_held_count(w->held);
	w->record_same_disk = pl_record_file_beside(&w->record, w->private_dir);
	return PL_OK;
}

pl_status pl_writer_start(struct pl_log_writer *w, struct pl_diag *diag)
{
	struct start s = {.w = w, .diag = diag, .leaf = pl_alloc(PL_JOURNAL_ENTRIES_MAX, sizeof(struct pl_digest))};
	pl_status st = run(&s);

	while (s.pending) {
		struct pl_writer_batch *next = s.pending->next;

		pl_writer_batch_give(w, s.pending);
		s.pending = next;
	}
	pl_free(s.leaf);
	return st ? pl_diag_set(diag, st, "the log cannot be opened: %s", pl_status_text(st)) : PL_OK;
}
