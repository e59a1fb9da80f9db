/* SPDX-License-Identifier: Apache-2.0 */
/* log/reader, inside: the tile cache. */
#include "log/reader_impl.h"
#include "base/mem.h"
#include "crypto/sha256x.h"

#define SLOTS_MIN 16u

pl_status pl_reader_cache_init(struct pl_reader_cache *c, size_t bytes)
{
	size_t max = bytes / sizeof(struct pl_reader_slot);
	struct pl_reader_cache fresh = {0};

	if (max < SLOTS_MIN)
		max = SLOTS_MIN;
	if (max > UINT32_MAX / 4)
		max = UINT32_MAX / 4;
	fresh.max = (uint32_t)max;
	for (fresh.n_buckets = SLOTS_MIN; fresh.n_buckets < fresh.max;)
		fresh.n_buckets *= 2;
	fresh.slot = pl_try_alloc(fresh.max, sizeof *fresh.slot); /* NOLINT(bugprone-sizeof-expression): pointers */
	fresh.bucket = pl_try_alloc(fresh.n_buckets, sizeof *fresh.bucket);
	if (!fresh.slot || !fresh.bucket) {
		pl_reader_cache_done(&fresh);
		return PL_E_NOMEM;
	}
	*c = fresh;
	return PL_OK;
}

void pl_reader_cache_done(struct pl_reader_cache *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		pl_free(c->slot[i]);
	pl_free(c->slot);
	pl_free(c->bucket);
	*c = (struct pl_reader_cache){0};
}

static uint32_t *bucket_of(const struct pl_reader_cache *c, const struct pl_tile *t)
{
	uint64_t h = (t->index * 8 + t->level) * UINT64_C(0x9e3779b97f4a7c15);

	return &c->bucket[(h >> 32) & (c->n_buckets - 1)];
}

static struct pl_reader_slot *find(const struct pl_reader_cache *c, const struct pl_tile *t)
{
	for (uint32_t i = *bucket_of(c, t); i != 0; i = c->slot[i - 1]->next)
		if (c->slot[i - 1]->tile.index == t->index && c->slot[i - 1]->tile.level == t->level)
			return c->slot[i - 1];
	return NULL;
}

const struct pl_reader_slot *pl_reader_cache_get(struct pl_reader_cache *c, const struct pl_tile *t)
{
	struct pl_reader_slot *s = find(c, t);

	if (!s || s->tile.width < t->width)
		return NULL;
	s->used = true;
	return s;
}

static void unlink_slot(struct pl_reader_cache *c, uint32_t number)
{
	uint32_t *at = bucket_of(c, &c->slot[number]->tile);

	while (*at != number + 1)
		at = &c->slot[*at - 1]->next;
	*at = c->slot[number]->next;
}

/* A new slot, or the first that was not used since the hand passed it. */
static struct pl_reader_slot *take_slot(struct pl_reader_cache *c, const struct pl_tile *t)
{
	uint32_t *bucket = bucket_of(c, t), number;

	if (c->n < c->max) {
		c->slot[c->n] = pl_try_alloc(1, sizeof **c->slot);
		if (!c->slot[c->n])
			return NULL;
		number = c->n++;
	} else {
		while (c->slot[c->hand]->used) {
			c->slot[c->hand]->used = false;
			c->hand = (c->hand + 1) % c->max;
		}
		number = c->hand;
		c->hand = (c->hand + 1) % c->max;
		unlink_slot(c, number);
	}
	c->slot[number]->tile = *t;
	c->slot[number]->next = *bucket;
	*bucket = number + 1;
	return c->slot[number];
}

pl_status pl_reader_cache_put(struct pl_reader_cache *c, const struct pl_tile *t, const struct pl_digest *hashes,
	const struct pl_reader_slot **ret)
{
	struct pl_reader_slot *s = find(c, t);
	unsigned width = t->width;

	if (!s)
		s = take_slot(c, t);
	if (!s)
		return PL_E_NOMEM;
	s->tile = *t;
	s->used = true;
	memcpy(s->node, hashes, width * sizeof *hashes);
	for (unsigned height = 0; width > 1; height++) {
		width /= 2;
		pl_sha256x_nodes(&s->node[pl_reader_node_at(0, height)], width, &s->node[pl_reader_node_at(0, height + 1)]);
	}
	*ret = s;
	return PL_OK;
}
