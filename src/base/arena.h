/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/arena: memory with the lifetime of one request or command, given back all at once.
 *
 * Has a mandatory maximum; running into it ends in NULL (PL_E_TOOBIG by the functions that say so), never in abort.
 * Not shared between threads.
 */
#ifndef PL_BASE_ARENA_H
#define PL_BASE_ARENA_H
#include "base/str.h"

struct pl_arena_block;

struct pl_arena {
	struct pl_arena_block *head;
	size_t used, max;
};

#define PL_ARENA(maximum) {.max = (maximum)}

/* Free everything; the arena is empty and usable again. */
void pl_arena_done(struct pl_arena *a);
/* @count * @size zeroed bytes, aligned for any type; NULL beyond the maximum or when memory is refused. */
void *pl_arena_alloc(struct pl_arena *a, size_t count, size_t size);
/* Copy of @s with a NUL behind it (not counted). PL_E_TOOBIG or PL_E_NOMEM. */
pl_status pl_arena_dup(struct pl_arena *a, pl_str s, pl_str *ret);

#endif
