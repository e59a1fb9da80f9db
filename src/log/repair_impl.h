/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/repair, inside. Only repair*.c include this.
 *
 *	repair.c         what the tree is: journal, record, checkpoints
 *	repair_walk.c    from the top down: is each file what it must be?
 *	repair_hashes.c  the hashes of a tile that is not
 *	repair_source.c  where bytes come from: the log's own files, the journal, a copy
 *	repair_put.c     keeping the damaged file, and putting the right one in its place
 */
#ifndef PL_LOG_REPAIR_IMPL_H
#define PL_LOG_REPAIR_IMPL_H
#include "log/reader.h"
#include "log/repair.h"

/* How much of the journal is kept in memory at a time. */
#define PL_REPAIR_WINDOW ((size_t)32 * 1024 * 1024)

/* Trees that somebody wrote down, all of one history. */
enum pl_repair_tree { PL_REPAIR_MADE, PL_REPAIR_PUBLISHED, PL_REPAIR_SIGNED, PL_REPAIR_RECORD, PL_REPAIR_TREES };

struct pl_repair_known {
	uint64_t size;         /* 0: nobody did, or an empty tree */
	struct pl_digest root;
	bool has_root;         /* of .size; private/materialised knows none */
	bool seen;             /* the journal reaches it: .edge */
	struct pl_tree_edge edge;
};

struct pl_repair_span {
	uint32_t at, len;
};

struct pl_repair {
	const struct pl_log_repair_options *o;
	struct pl_log_repair_report *r;
	struct pl_diag *diag;
	int private_dir, public_dir, journal_dir, lock_fd;
	struct pl_digest log; /* SHA-256 of the origin */
	struct pl_repair_known known[PL_REPAIR_TREES];
	struct pl_tree_edge running; /* while reading the journal */
	struct pl_digest *leaf;
	struct pl_tree_edge edge; /* of the tree that tiles must hold */

	uint64_t journal_from, journal_to; /* entries in it */
	/* Some of them: from window_first on. */
	struct pl_buf window;
	struct pl_repair_span *span;
	uint64_t window_first;
	size_t n_span, cap_span;

	struct pl_log_reader *copy; /* NULL: none */
	struct pl_buf own, child, bundle, narrow, copied, out;
	char why[256];
	char kept_dir[64];  /* below private/; "" until it is needed */
	bool index_removed;
};

/* ---- repair_walk.c ---- */
pl_status pl_repair_walk(struct pl_repair *p);
/* Are these the hashes of tile @t? @want is the hash over them; NULL for a partial tile, which the edge knows. */
bool pl_repair_fits(const struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *hash,
	const struct pl_digest *want);

/* ---- repair_hashes.c ---- */
/* The right hashes of @t, whose own file (in p->own) does not have them. PL_E_NOTFOUND: nothing gives them; p->why says what was tried. */
pl_status pl_repair_hashes(struct pl_repair *p, const struct pl_tile *t, const struct pl_digest *want,
	struct pl_digest hash[static PL_TILE_WIDTH], unsigned *ret_sources);

/* ---- repair_source.c ---- */
/* Read the file of @t into @out; of a partial tile that has none the front of the full one. *@ret_missing: there is no file
 * of exactly this width. What cannot be read leaves @out empty. Only PL_E_NOMEM fails. */
pl_status pl_repair_read(const struct pl_repair *p, const struct pl_tile *t, struct pl_buf *out, bool *ret_missing);
/* Entry @index from the journal; it may be trusted. Lives until the next call. PL_E_NOTFOUND. */
pl_status pl_repair_journal_entry(struct pl_repair *p, uint64_t index, pl_bytes *ret);
/* The entries at the front of @bundle as far as it can be read, at most @width; how many. */
unsigned pl_repair_entries(pl_bytes bundle, unsigned width, pl_bytes *ret);
/* Read @t from the copy into p->copied, or of a partial tile the narrower state that an older copy has. False: there is none, or it does not give it; p->why says why. */
bool pl_repair_copy(struct pl_repair *p, const struct pl_tile *t);

/* ---- repair_put.c ---- */
/* Put @data in place as tile @t, and tell. */
pl_status pl_repair_put(struct pl_repair *p, const struct pl_tile *t, bool missing, pl_bytes data, unsigned sources);
/* It cannot be made again: tell. */
void pl_repair_give_up(struct pl_repair *p, const struct pl_tile *t, bool missing);

#endif
