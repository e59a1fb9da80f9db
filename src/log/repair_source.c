/* SPDX-License-Identifier: Apache-2.0 */
#include "log/repair_impl.h"
#include "base/file.h"
#include "log/journal.h"
#include <stdio.h>

/* ---- the log's own files ---- */

/* What of the full tile in @out is the tile of @width; nothing if that cannot be told. */
static void cut(struct pl_buf *out, const struct pl_tile *t)
{
	pl_bytes rest = pl_buf_bytes(out), entry;

	if (t->level != PL_TILE_ENTRIES) {
		pl_buf_truncate(out, out->len < (size_t)t->width * PL_DIGEST_LEN ? 0 : (size_t)t->width * PL_DIGEST_LEN);
		return;
	}
	for (unsigned i = 0; i < t->width; i++)
		if (pl_tile_bundle_next(&rest, &entry)) {
			pl_buf_clear(out);
			return;
		}
	pl_buf_truncate(out, out->len - rest.len);
}

static pl_status read_file(const struct pl_repair *p, const struct pl_tile *t, struct pl_buf *out)
{
	char path[PL_TILE_PATH_MAX];
	pl_status st;

	pl_buf_clear(out);
	pl_tile_write(t, path);
	st = pl_file_read(p->public_dir, path, out);
	if (st)
		pl_buf_clear(out);
	return st;
}

pl_status pl_repair_read(const struct pl_repair *p, const struct pl_tile *t, struct pl_buf *out, bool *ret_missing)
{
	struct pl_tile full = *t;
	pl_status st = read_file(p, t, out);

	*ret_missing = st == PL_E_NOTFOUND;
	if (st == PL_E_NOTFOUND && t->width < PL_TILE_WIDTH) {
		full.width = PL_TILE_WIDTH;
		st = read_file(p, &full, out);
		if (!st)
			cut(out, t);
	}
	return st == PL_E_NOMEM ? st : PL_OK;
}

unsigned pl_repair_entries(pl_bytes bundle, unsigned width, pl_bytes *ret)
{
	unsigned n = 0;

	while (n < width && !pl_tile_bundle_next(&bundle, &ret[n]))
		n++;
	return n;
}

/* ---- the journal ---- */

static void put_span(struct pl_repair *p, struct pl_repair_span s)
{
	if (p->n_span == p->cap_span) {
		size_t more = p->cap_span ? 2 * p->cap_span : 4096;
		struct pl_repair_span *span = pl_alloc(more, sizeof *span);

		if (p->n_span)
			memcpy(span, p->span, p->n_span * sizeof *span);
		pl_free(p->span);
		p->span = span;
		p->cap_span = more;
	}
	p->span[p->n_span++] = s;
}

/* The entries from window_first on, until the window is full. */
static pl_status take_batch(void *ctx, const struct pl_journal_batch *b)
{
	struct pl_repair *p = ctx;
	pl_bytes rest = b->entries, entry;

	if (p->window.len >= PL_REPAIR_WINDOW)
		return PL_E_CANCELLED;
	for (uint64_t i = b->first; !pl_tile_bundle_next(&rest, &entry); i++) {
		if (i < p->window_first || p->window.len >= PL_REPAIR_WINDOW)
			continue;
		put_span(p, (struct pl_repair_span){.at = (uint32_t)p->window.len, .len = (uint32_t)entry.len});
		pl_buf_put_bytes(&p->window, entry);
	}
	return pl_buf_status(&p->window);
}

static pl_status fill_window(struct pl_repair *p, uint64_t index)
{
	struct pl_journal_options o = {.dir = p->journal_dir, .log = p->log};
	struct pl_tree_edge start, end;
	struct pl_journal *j = NULL;
	pl_status st;

	p->window_first = index;
	p->n_span = 0;
	pl_buf_clear(&p->window);
	st = pl_journal_open(&o, take_batch, p, &j, &start, &end, NULL);
	pl_journal_close(j);
	return st == PL_E_CANCELLED ? PL_OK : st;
}

pl_status pl_repair_journal_entry(struct pl_repair *p, uint64_t index, pl_bytes *ret)
{
	const struct pl_repair_span *s;

	if (index < p->journal_from || index >= p->journal_to)
		return PL_E_NOTFOUND;
	if (!p->n_span || index < p->window_first || index - p->window_first >= p->n_span) {
		pl_status st = fill_window(p, index);

		if (st)
			return st;
	}
	if (index - p->window_first >= p->n_span)
		return PL_E_NOTFOUND;
	s = &p->span[index - p->window_first];
	*ret = pl_bytes_of(p->window.ptr + s->at, s->len);
	return PL_OK;
}

/* ---- the copy ---- */

/* A copy that is older than the log has a narrower state of its last tiles. */
static pl_status read_narrower(struct pl_repair *p, const struct pl_tile *t)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	struct pl_tile then;
	pl_status st = pl_log_reader_checkpoint(p->copy, &note);

	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL);
	if (!st)
		st = pl_tile_at(t->level, t->index, cp.size, &then);
	if (st || then.width >= t->width)
		return PL_E_NOTFOUND;
	return pl_log_reader_tile(p->copy, &then, &p->copied);
}

bool pl_repair_copy(struct pl_repair *p, const struct pl_tile *t)
{
	pl_status st;

	pl_buf_clear(&p->copied);
	if (!p->copy) {
		(void)snprintf(p->why, sizeof p->why,
			"neither the journal nor what is left of the log's tiles and bundles gives it; a copy may (--from)");
		return false;
	}
	st = pl_log_reader_tile(p->copy, t, &p->copied);
	if (st == PL_E_NOTFOUND && t->width < PL_TILE_WIDTH)
		st = read_narrower(p, t);
	if (st)
		(void)snprintf(p->why, sizeof p->why, "the copy does not give it: %.200s", pl_diag_text(pl_log_reader_diag(p->copy), st));
	else
		(void)snprintf(p->why, sizeof p->why, "the copy has other bytes than this log, or too few of them: it was refused");
	return !st;
}
