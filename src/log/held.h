/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/held: entries that were accepted while the log was held: stored durably, in order, without an index
 * (docs/formats/log-directory.md). They enter the log when the hold ends; then the file is emptied.
 *
 * One thread at a time.
 */
#ifndef PL_LOG_HELD_H
#define PL_LOG_HELD_H
#include "base/base.h"

#define PL_HELD_BYTES_MAX ((uint64_t)64 * 1024 * 1024)

struct pl_held;

/* Open the store `held` in @dir; a torn end (never acknowledged) is cut off. PL_E_CORRUPT if a group is
 * damaged that others follow: those were acknowledged. */
pl_status pl_held_open(int dir, struct pl_held **ret);
void pl_held_close(struct pl_held *h);
/* Entries in store. */
uint64_t pl_held_count(const struct pl_held *h);
/* Append @n entries (bundle spelling) durably. PL_E_TOOBIG when the store is full (nothing was stored), PL_E_NOSPACE,
 * PL_E_IO. */
pl_status pl_held_append(struct pl_held *h, pl_bytes entries, uint32_t n);
/* Call @each with every group that was appended, in order. */
typedef pl_status (*pl_held_each)(void *ctx, pl_bytes entries, uint32_t n);
pl_status pl_held_read(struct pl_held *h, pl_held_each each, void *ctx);
/* Empty the store, durably. After a failed sync it is empty, too, until a crash brings the groups back. */
pl_status pl_held_clear(struct pl_held *h);

#endif
