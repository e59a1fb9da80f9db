/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/mem.h"
#include <stdalign.h>

#define BLOCK_SIZE ((size_t)8192)

struct pl_arena_block {
	struct pl_arena_block *next;
	size_t size, used;
	alignas(max_align_t) uint8_t data[];
};

void pl_arena_done(struct pl_arena *a)
{
	while (a->head) {
		struct pl_arena_block *next = a->head->next;

		pl_free(a->head);
		a->head = next;
	}
	a->used = 0;
}

static struct pl_arena_block *block_new(struct pl_arena *a, size_t need)
{
	size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE, whole;
	struct pl_arena_block *b;

	if (__builtin_add_overflow(sizeof *b, size, &whole))
		return NULL;
	b = pl_try_alloc(1, whole);
	if (!b)
		return NULL;
	b->size = size;
	b->next = a->head;
	a->head = b;
	return b;
}

void *pl_arena_alloc(struct pl_arena *a, size_t count, size_t size)
{
	struct pl_arena_block *b = a->head;
	size_t n, total;
	void *p;

	if (__builtin_mul_overflow(count, size, &n) || n > SIZE_MAX - alignof(max_align_t))
		return NULL;
	n = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (__builtin_add_overflow(a->used, n, &total) || total > a->max)
		return NULL;
	if (!b || b->size - b->used < n)
		b = block_new(a, n);
	if (!b)
		return NULL;
	p = b->data + b->used;
	b->used += n;
	a->used = total;
	return p;
}

pl_status pl_arena_dup(struct pl_arena *a, pl_str s, pl_str *ret)
{
	char *p;

	if (s.len >= a->max)
		return PL_E_TOOBIG;
	p = pl_arena_alloc(a, s.len + 1, 1);
	if (!p)
		return a->used + s.len >= a->max ? PL_E_TOOBIG : PL_E_NOMEM;
	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	*ret = (pl_str){p, s.len};
	return PL_OK;
}
