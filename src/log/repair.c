/* SPDX-License-Identifier: Apache-2.0 */
#include "log/repair_impl.h"
#include "base/file.h"
#include "log/journal.h"
#include "log/materialise.h"
#include "log/record_file.h"
#include <fcntl.h>

static pl_status refuse(struct pl_repair *p, pl_status st, const char *words, uint64_t a, uint64_t b)
{
	pl_diag_hint(p->diag, "do not delete anything; see \"Recovering a log\" in the manual");
	return pl_diag_set(p->diag, st, "%s (%llu entries; here: %llu)", words, (unsigned long long)a, (unsigned long long)b);
}

/* ---- opening ---- */

static pl_status open_dirs(struct pl_repair *p)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, p->o->dir, &fd);

	if (!st)
		st = pl_file_open_dir(fd, "private", &p->private_dir);
	if (!st)
		st = pl_file_open_dir(fd, "public", &p->public_dir);
	if (!st)
		st = pl_file_open_dir(p->private_dir, "journal", &p->journal_dir);
	if (st)
		return pl_diag_set(p->diag, st, "%s is not the directory of a log", p->o->dir);
	st = pl_file_require_local(p->private_dir, p->diag);
	if (!st)
		st = pl_file_open(p->private_dir, "lock", O_RDWR | O_CREAT, 0600, &p->lock_fd);
	if (!st)
		st = pl_file_lock(p->lock_fd, 0);
	if (st == PL_E_BUSY) {
		pl_diag_hint(p->diag, "stop it (pellucid log serve, log append), repair, and start it again");
		return pl_diag_set(p->diag, st, "another process has the log %s open for writing", p->o->dir);
	}
	return st ? pl_diag_set(p->diag, st, "%s/private cannot be used", p->o->dir) : PL_OK;
}

/* ---- what was written down ---- */

/* Any log key of the policy with the checkpoint's name will do: keys follow one another. */
static pl_status check_signature(struct pl_repair *p, pl_str note, const char *name)
{
	const struct pl_policy_log *logs;
	size_t n = p->o->policy ? pl_policy_logs(p->o->policy, &logs) : 0;
	struct pl_checkpoint cp;

	if (!p->o->policy)
		return PL_OK;
	for (size_t i = 0; i < n; i++)
		if (pl_checkpoint_open(note, &logs[i].key, &cp, NULL) == PL_OK) {
			p->r->signature_checked = true;
			return PL_OK;
		}
	return pl_diag_set(p->diag, PL_E_SIGNATURE, "the %s file is not signed by the log's key", name);
}

static pl_status take_checkpoint(struct pl_repair *p, int dir, const char *name, struct pl_repair_known *k)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	struct pl_digest log;
	pl_status st = pl_file_read(dir, name, &note);

	if (st == PL_E_NOTFOUND && k == &p->known[PL_REPAIR_SIGNED])
		return PL_OK;
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL);
	if (!st)
		pl_sha256(pl_str_bytes(cp.origin), &log);
	/* The published one is read first: it says whose log this is, and the journal must be of the same. */
	if (!st && k == &p->known[PL_REPAIR_PUBLISHED])
		p->log = log;
	if (st || !pl_digest_eq(&log, &p->log)) {
		pl_diag_hint(p->diag, "restore it, from a mirror or backup; the repair needs it to know what was signed");
		return pl_diag_set(p->diag, PL_E_CORRUPT, "the %s file is missing or no checkpoint of this log", name);
	}
	k->size = cp.size;
	k->root = cp.root;
	k->has_root = true;
	return check_signature(p, pl_buf_str(&note), name);
}

static pl_status load_record(struct pl_repair *p, const struct pl_log_record *record)
{
	struct pl_repair_known *k = &p->known[PL_REPAIR_RECORD];
	struct pl_log_state state;
	pl_status st = record->ops->load(record->ctx, &state);

	if (st == PL_E_NOTFOUND && !p->o->record)
		return PL_OK; /* kept elsewhere, as in an instance */
	if (st)
		return pl_diag_set(p->diag, st, "the record (%.*s) cannot be read", PL_STR_ARG(record->ops->where(record->ctx)));
	k->size = state.size;
	k->root = state.root;
	k->has_root = true;
	p->r->record_checked = true;
	return PL_OK;
}

static pl_status take_record(struct pl_repair *p)
{
	struct pl_log_record own PL_CLEANUP(pl_log_record_close) = {0};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	char path[4096];
	pl_status st;

	if (p->o->record)
		return load_record(p, p->o->record);
	st = pl_record_file_path(p->o->dir, path, sizeof path);
	if (!st)
		st = pl_file_read(p->public_dir, "checkpoint", &note);
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL);
	if (!st)
		st = pl_record_file_open(AT_FDCWD, path, cp.origin, &own, p->diag);
	return st ? pl_diag_set(p->diag, st, "the record of %s cannot be read", p->o->dir) : load_record(p, &own);
}

static pl_status take_known(struct pl_repair *p)
{
	pl_status st = take_checkpoint(p, p->public_dir, "checkpoint", &p->known[PL_REPAIR_PUBLISHED]);

	if (!st)
		st = take_checkpoint(p, p->private_dir, "signed", &p->known[PL_REPAIR_SIGNED]);
	if (!st)
		st = take_record(p);
	if (st)
		return st;
	st = pl_materialise_mark(p->private_dir, &p->known[PL_REPAIR_MADE].size);
	return st ? pl_diag_set(p->diag, st, "private/materialised cannot be read") : PL_OK;
}

/* ---- the journal ---- */

/* The edges that lie behind @before, up to @n of the leaves in p->leaf further. */
static pl_status note_edges(struct pl_repair *p, const struct pl_tree_edge *before, uint32_t n)
{
	for (unsigned i = 0; i < PL_REPAIR_TREES; i++) {
		struct pl_repair_known *k = &p->known[i];
		pl_status st;

		if (k->seen || k->size < before->size || k->size - before->size > n)
			continue;
		k->edge = *before;
		st = pl_tree_edge_append(&k->edge, p->leaf, (size_t)(k->size - before->size));
		if (st)
			return st;
		k->seen = true;
	}
	return PL_OK;
}

static pl_status take_batch(void *ctx, const struct pl_journal_batch *b)
{
	struct pl_repair *p = ctx;
	struct pl_digest is, said;
	pl_status st = pl_journal_batch_leaves(b, p->leaf);

	if (!st)
		st = note_edges(p, &p->running, b->n);
	if (!st)
		st = pl_tree_edge_append(&p->running, p->leaf, b->n);
	if (!st) {
		pl_tree_edge_root(&p->running, &is);
		pl_tree_edge_root(&b->after, &said);
		if (p->running.size != b->after.size || !pl_digest_eq(&is, &said))
			st = PL_E_CORRUPT;
	}
	if (!st)
		return PL_OK;
	pl_diag_hint(p->diag, "restore the journal: it says what the tiles must be");
	return pl_diag_set(p->diag, PL_E_CORRUPT, "journal: the entries from %llu on do not have the hash that stands with them",
		(unsigned long long)b->first);
}

static pl_status begin(void *ctx, const struct pl_tree_edge *start)
{
	struct pl_repair *p = ctx;

	p->running = *start;
	return note_edges(p, start, 0);
}

static pl_status read_journal(struct pl_repair *p)
{
	struct pl_journal_options o = {.dir = p->journal_dir, .log = p->log, .begin = begin};
	struct pl_tree_edge start, end;
	struct pl_journal *j = NULL;
	pl_status st = pl_journal_open(&o, take_batch, p, &j, &start, &end, p->diag);

	pl_journal_close(j);
	if (st) {
		pl_diag_hint(p->diag, "restore the journal: it says what the tiles must be");
		return pl_diag_set(p->diag, st, "the journal cannot be read");
	}
	p->journal_from = start.size;
	p->journal_to = end.size;
	return PL_OK;
}

/* ---- one history? ---- */

static pl_status compare_root(struct pl_repair *p, const struct pl_repair_known *k, const char *what)
{
	struct pl_digest root;

	pl_tree_edge_root(&k->edge, &root);
	return pl_digest_eq(&root, &k->root) ? PL_OK : refuse(p, PL_E_ROLLBACK, what, k->size, p->journal_to);
}

static pl_status compare(struct pl_repair *p)
{
	const struct pl_repair_known *record = &p->known[PL_REPAIR_RECORD], *largest = &p->known[PL_REPAIR_MADE];
	pl_status st = PL_OK;

	for (unsigned i = PL_REPAIR_PUBLISHED; i <= PL_REPAIR_SIGNED; i++)
		if (p->known[i].size > largest->size)
			largest = &p->known[i];
	if (record->has_root && record->size > p->journal_to)
		return refuse(p, PL_E_ROLLBACK,
			"the record is ahead of the journal: this directory is an older copy of the log, or the end of its journal is damaged",
			record->size, p->journal_to);
	if (record->has_root && largest->size > record->size)
		return refuse(p, PL_E_ROLLBACK, "tiles or checkpoints are ahead of the record: the record is an older copy", record->size,
			largest->size);
	if (!largest->seen || (record->has_root && !record->seen))
		return refuse(p, PL_E_CORRUPT, "the journal does not reach the tree that tiles were made of", largest->size, p->journal_to);
	if (record->has_root)
		st = compare_root(p, record, "record and journal tell two histories");
	for (unsigned i = PL_REPAIR_PUBLISHED; !st && i <= PL_REPAIR_SIGNED; i++)
		if (p->known[i].has_root && p->known[i].seen)
			st = compare_root(p, &p->known[i], "journal and signed checkpoint tell two histories");
	p->edge = largest->edge;
	p->r->size = largest->size;
	pl_tree_edge_root(&p->edge, &p->r->root);
	return st;
}

/* A checkpoint from before the journal begins can be compared only once the tiles are right. */
static pl_status compare_earlier(struct pl_repair *p)
{
	struct pl_materialise_nodes nodes = {p->public_dir, p->r->size};
	pl_status st = PL_OK;

	for (unsigned i = PL_REPAIR_PUBLISHED; !st && i <= PL_REPAIR_SIGNED; i++) {
		struct pl_repair_known *k = &p->known[i];

		if (!k->has_root || k->seen || p->r->failed)
			continue;
		st = pl_tree_fetch_edge(k->size, pl_materialise_fetch, &nodes, &k->edge);
		if (st)
			return pl_diag_set(p->diag, st, "the tiles cannot be read back");
		st = compare_root(p, k, "tiles and signed checkpoint tell two histories");
	}
	return st;
}

/* ---- all of it ---- */

static pl_status open_copy(struct pl_repair *p)
{
	return p->o->from.len ? pl_log_reader_open(p->o->from, NULL, &p->copy, p->diag) : PL_OK;
}

static pl_status run(struct pl_repair *p)
{
	pl_status st = open_dirs(p);

	if (!st)
		st = open_copy(p);
	if (!st)
		st = take_known(p);
	if (!st)
		st = read_journal(p);
	if (!st)
		st = compare(p);
	if (!st)
		st = pl_repair_walk(p);
	return st ? st : compare_earlier(p);
}

static void done(struct pl_repair *p)
{
	pl_log_reader_close(p->copy);
	pl_buf_done(&p->window);
	pl_buf_done(&p->own);
	pl_buf_done(&p->child);
	pl_buf_done(&p->bundle);
	pl_buf_done(&p->narrow);
	pl_buf_done(&p->copied);
	pl_buf_done(&p->out);
	pl_free(p->span);
	pl_free(p->leaf);
	pl_file_close(&p->journal_dir);
	pl_file_close(&p->public_dir);
	pl_file_close(&p->lock_fd);
	pl_file_close(&p->private_dir);
	pl_free(p);
}

pl_status pl_log_repair(const struct pl_log_repair_options *o, struct pl_log_repair_report *ret, struct pl_diag *diag)
{
	struct pl_repair *p = PL_NEW(struct pl_repair);
	pl_status st;

	*ret = (struct pl_log_repair_report){0};
	*p = (struct pl_repair){
		.o = o, .r = ret, .diag = diag, .private_dir = -1, .public_dir = -1, .journal_dir = -1, .lock_fd = -1,
		.window = PL_BUF(PL_REPAIR_WINDOW + PL_TILE_ENTRY_MAX), .own = PL_BUF(PL_TILE_BYTES), .child = PL_BUF(PL_TILE_BYTES),
		.bundle = PL_BUF(PL_TILE_BUNDLE_MAX), .narrow = PL_BUF(PL_TILE_BUNDLE_MAX), .copied = PL_BUF(PL_TILE_BUNDLE_MAX), .out = PL_BUF(PL_TILE_BUNDLE_MAX),
	};
	p->leaf = pl_alloc(PL_JOURNAL_ENTRIES_MAX, sizeof *p->leaf);
	st = run(p);
	done(p);
	return st ? pl_diag_set(diag, st, "the log cannot be repaired: %s", pl_status_text(st)) : PL_OK;
}

void pl_log_repair_sources(unsigned sources, struct pl_buf *out)
{
	static const struct {
		unsigned source;
		const char *words;
	} all[] = {
		{PL_LOG_REPAIR_JOURNAL, "the journal"}, {PL_LOG_REPAIR_LOG, "the log's own tiles and bundles"}, {PL_LOG_REPAIR_COPY, "the copy"},
	};
	const char *before = "";

	for (size_t i = 0; i < PL_COUNT(all); i++) {
		if (!(sources & all[i].source))
			continue;
		pl_buf_printf(out, "%s%s", before, all[i].words);
		before = " and ";
	}
}
