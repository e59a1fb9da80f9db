/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/limit.h"
#include "base/random.h"
#include "base/time.h"
#include <pthread.h>

#define WAYS 4u
#define SETS 2048u
#define STRIPES 64u
#define MINUTE (60 * PL_SECOND)

struct bucket {
	struct pl_http_limit_key key;
	uint64_t seen;  /* monotonic ns; 0: free */
	uint64_t spent; /* ns of the minute that are used up at @seen */
};

struct pl_http_limit {
	uint64_t seed;
	pthread_mutex_t locks[STRIPES];
	struct bucket buckets[SETS][WAYS];
};

struct pl_http_limit *pl_http_limit_new(void)
{
	struct pl_http_limit *l = PL_NEW(struct pl_http_limit);

	pl_random(&l->seed, sizeof l->seed);
	for (size_t i = 0; i < STRIPES; i++)
		(void)pthread_mutex_init(&l->locks[i], NULL);
	return l;
}

void pl_http_limit_free(struct pl_http_limit *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < STRIPES; i++)
		(void)pthread_mutex_destroy(&l->locks[i]);
	pl_free(l);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ (h >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ (h >> 32);
}

static uint64_t hash(const struct pl_http_limit *l, const struct pl_http_limit_key *key)
{
	return mix(mix(mix(l->seed, pl_be64(key->peer)), pl_be64(key->peer + 8)), key->rule);
}

static bool same_key(const struct pl_http_limit_key *a, const struct pl_http_limit_key *b)
{
	return a->rule == b->rule && memcmp(a->peer, b->peer, sizeof a->peer) == 0;
}

/* The bucket of @key in its set, or the one that was not seen for longest, made anew. */
static struct bucket *find(struct bucket *set, const struct pl_http_limit_key *key)
{
	struct bucket *oldest = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].seen && same_key(&set[i].key, key))
			return &set[i];
		if (set[i].seen < oldest->seen)
			oldest = &set[i];
	}
	*oldest = (struct bucket){.key = *key};
	return oldest;
}

bool pl_http_limit_take(struct pl_http_limit *l, const struct pl_http_limit_key *key, uint32_t per_minute, uint64_t now,
	unsigned *ret_wait)
{
	uint64_t h = hash(l, key), price = MINUTE / (per_minute ? per_minute : 1), passed;
	pthread_mutex_t *lock = &l->locks[h % STRIPES];
	struct bucket *b;
	bool ok;

	(void)pthread_mutex_lock(lock);
	b = find(l->buckets[h % SETS], key);
	passed = b->seen && now > b->seen ? now - b->seen : 0;
	b->spent = b->spent > passed ? b->spent - passed : 0;
	b->seen = now;
	ok = b->spent + price <= MINUTE;
	if (ok)
		b->spent += price;
	else
		*ret_wait = (unsigned)((b->spent + price - MINUTE) / PL_SECOND) + 1;
	(void)pthread_mutex_unlock(lock);
	return ok;
}
