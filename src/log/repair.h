/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/repair: tiles and entry bundles of public/ that are damaged or missing, made again.
 *
 * The journal says what the tree is: its batches lead from the edge that it begins with to the root of the record. From the
 * edge of the largest tree that tiles were made of, every hash below is known before it is looked for: a tile must have
 * the hash that stands in the tile above it, an entry the hash that stands in its tile. So whatever the bytes come from
 * (journal, the log's other tiles and bundles, a copy elsewhere), they are put in place only if they are the right ones.
 *
 * What always holds:
 *  1. Nothing is written unless journal, record and signed checkpoints tell one history, and then only bytes whose hash the
 *     root of the record demands. Record, journal and checkpoints are never changed; nothing is signed.
 *  2. A damaged file stays: before another one takes its place it is linked below private/damaged/.
 *  3. A file is replaced durably and as a whole. Ended anywhere, the next run goes on; a second run finds nothing to do.
 *  4. The log is locked meanwhile, as by a writer.
 */
#ifndef PL_LOG_REPAIR_H
#define PL_LOG_REPAIR_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/policy.h"
#include "log/record.h"

/* Where the bytes of a repaired file came from; several may have been needed. */
enum pl_log_repair_source {
	PL_LOG_REPAIR_LOG = 1, /* its own tiles and bundles, with what is left of the damaged one */
	PL_LOG_REPAIR_JOURNAL = 2,
	PL_LOG_REPAIR_COPY = 4,    /* options.from */
};

/* What was found about one file. */
struct pl_log_repair_found {
	const char *path;  /* below public/ */
	bool missing;      /* it was not there; else its bytes were wrong */
	bool repaired;
	unsigned sources;  /* if .repaired: enum pl_log_repair_source, or-ed */
	const char *kept;  /* if .repaired and not .missing: where the damaged one is now, below the log's directory */
	const char *why;   /* unless .repaired: what was tried, for a person */
};

struct pl_log_repair_options {
	const char *dir;
	const struct pl_log_record *record; /* NULL: the file <dir>.record, if there is one */
	const struct pl_policy *policy;     /* a log key of it must have signed the checkpoints; NULL: not checked */
	pl_str from;                        /* a copy of the log: URL or directory; empty: none */
	void (*found)(void *ctx, const struct pl_log_repair_found *f);    /* lives for the call; may be NULL */
	void (*progress)(void *ctx, uint64_t entries, uint64_t size);     /* may be NULL */
	void *ctx;
};

struct pl_log_repair_report {
	uint64_t size;             /* of the tree that tiles must hold */
	struct pl_digest root;
	bool record_checked;       /* false: there is none beside the log; it was checked by journal and checkpoints alone */
	bool signature_checked;
	uint64_t entries, tiles;   /* looked at, bundles among the tiles */
	uint64_t repaired, failed; /* files */
};

/* Look at every tile and bundle, and make again what is wrong. PL_OK: it ran to its end; look at ret->failed. A file that
 * cannot be made again is told of with what lies below it unlooked at.
 *   PL_E_BUSY     a writer has the log open
 *   PL_E_ROLLBACK record, journal and checkpoints disagree: one of them is an older copy; words say which
 *   PL_E_CORRUPT  the journal is damaged or does not reach the tiles; a checkpoint is none
 *   PL_E_SIGNATURE a checkpoint is not signed by the log's key
 *   PL_E_NOTFOUND no log there
 * or the status of the disk, after which the same call goes on. */
pl_status pl_log_repair(const struct pl_log_repair_options *o, struct pl_log_repair_report *ret, struct pl_diag *diag);

/* "the journal and the log's own tiles and bundles": @sources in words. */
void pl_log_repair_sources(unsigned sources, struct pl_buf *out);

#endif
