/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db_engine.h"

/* The place of @sql, or the free place where it belongs. */
static struct pl_db_slot **find(struct pl_db_slot **slots, size_t size, const struct pl_sql *sql)
{
	size_t i = ((uintptr_t)sql >> 4) * (size_t)0x9e3779b97f4a7c15u % size;

	while (slots[i] && slots[i]->sql != sql)
		i = (i + 1) % size;
	return &slots[i];
}

static void grow(struct pl_db_cache *cache)
{
	size_t size = cache->size ? cache->size * 2 : 64;
	struct pl_db_slot **slots = pl_alloc(size, sizeof(void *));

	for (size_t i = 0; i < cache->size; i++)
		if (cache->slots[i])
			*find(slots, size, cache->slots[i]->sql) = cache->slots[i];
	pl_free(cache->slots);
	cache->slots = slots;
	cache->size = size;
}

struct pl_db_slot *pl_db_cache_slot(struct pl_db_cache *cache, const struct pl_sql *sql)
{
	struct pl_db_slot **place;

	if (cache->count * 2 >= cache->size)
		grow(cache);
	place = find(cache->slots, cache->size, sql);
	if (!*place) {
		*place = PL_NEW(struct pl_db_slot);
		(*place)->sql = sql;
		cache->count++;
	}
	return *place;
}

void pl_db_cache_done(struct pl_db_cache *cache)
{
	for (size_t i = 0; i < cache->size; i++)
		pl_free(cache->slots[i]);
	pl_free(cache->slots);
	*cache = (struct pl_db_cache){0};
}
