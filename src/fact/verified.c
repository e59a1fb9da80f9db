/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/verified.h"
#include <pthread.h>

#define SLOTS 16384u

struct pl_verified {
	pthread_mutex_t lock;
	struct pl_digest slots[SLOTS]; /* all zero: empty; the digest of nothing we know */
};

struct pl_verified *pl_verified_new(void)
{
	struct pl_verified *v = PL_NEW(struct pl_verified);

	(void)pthread_mutex_init(&v->lock, NULL);
	return v;
}

void pl_verified_free(struct pl_verified *v)
{
	if (!v)
		return;
	(void)pthread_mutex_destroy(&v->lock);
	pl_free(v);
}

void pl_verified_name(const struct pl_digest *key, pl_bytes msg, pl_bytes sig, struct pl_digest *ret)
{
	/* Key and the digest of the message have fixed lengths, so the parts cannot be read in another way. */
	struct pl_digest of_msg;
	pl_bytes parts[3] = {pl_digest_bytes(key), pl_digest_bytes(&of_msg), sig};

	pl_sha256(msg, &of_msg);
	pl_sha256_parts(parts, 3, ret);
}

static struct pl_digest *slot(struct pl_verified *v, const struct pl_digest *name)
{
	return &v->slots[pl_be32(name->b) % SLOTS];
}

bool pl_verified_has(struct pl_verified *v, const struct pl_digest *name)
{
	bool has;

	if (!v)
		return false;
	pthread_mutex_lock(&v->lock);
	has = pl_digest_eq(slot(v, name), name);
	pthread_mutex_unlock(&v->lock);
	return has;
}

void pl_verified_put(struct pl_verified *v, const struct pl_digest *name)
{
	if (!v)
		return;
	pthread_mutex_lock(&v->lock);
	*slot(v, name) = *name;
	pthread_mutex_unlock(&v->lock);
}
