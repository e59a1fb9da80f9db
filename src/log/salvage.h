/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/salvage: what a log's directory alone tells about the tree, when the record is lost.
 *
 * The record held the size and root of everything acknowledged. The directory has them too, if it is the newest there ever
 * was; nothing in it can tell whether it is. So whoever makes a record from it must have another way to rule out that the
 * directory is an older copy: the witnesses, which every start asks before it signs (log/writer.h).
 *
 * What always holds:
 *  1. The state found is that of the largest tree that the directory itself signed or made tiles of. Batches behind it in
 *     the journal were durable but perhaps told to nobody; the next start writes them anew, as after a crash.
 *  2. The directory's parts agree: journal, tiles and signed checkpoints give one root at that size. Otherwise PL_E_CORRUPT.
 *  3. While it is open the log is locked, and nothing in it is changed.
 */
#ifndef PL_LOG_SALVAGE_H
#define PL_LOG_SALVAGE_H
#include "base/diag.h"
#include "log/record.h"

struct pl_log_salvage;

/* Lock and examine the log of @origin in @dir. PL_E_BUSY (a writer has it open), PL_E_CORRUPT, PL_E_NOTFOUND. */
pl_status pl_log_salvage_open(const char *dir, pl_str origin, struct pl_log_salvage **ret, struct pl_diag *diag);
void pl_log_salvage_close(struct pl_log_salvage *s);
/* For PL_CLEANUP. */
void pl_log_salvage_closep(struct pl_log_salvage **s);

/* The state to begin with. Its epoch is the largest in the journal, below any that a new record may use. */
const struct pl_log_state *pl_log_salvage_state(const struct pl_log_salvage *s);
/* Entries in the journal, those behind the state included. */
uint64_t pl_log_salvage_end(const struct pl_log_salvage *s);
/* Tell of the entries behind the state, in order. Another answer than PL_OK ends it and is handed on. */
pl_status pl_log_salvage_behind(struct pl_log_salvage *s, pl_status (*entry)(void *ctx, uint64_t index, pl_bytes entry),
	void *ctx, struct pl_diag *diag);

#endif
