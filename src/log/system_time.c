/* SPDX-License-Identifier: Apache-2.0 */
#include "log/system_time.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/mem.h"
#include "crypto/digest.h"
#include <pthread.h>

#define NAME "time"
/* "PLTIME1\n", last seen, last witness time, SHA-256 of that. */
#define MAGIC "PLTIME1\n"
#define BODY 24u
#define LEN (BODY + PL_DIGEST_LEN)

struct pl_system_time {
	pthread_mutex_t lock;
	int dir;
	uint64_t (*now)(void);
	uint64_t seen;    /* the latest time of the machine */
	uint64_t witness; /* the latest time of a witness; 0 if none */
	uint64_t saved_at; /* monotonic */
	bool lost;
};

static void load(struct pl_system_time *t)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(LEN);
	struct pl_digest sum;

	t->lost = true;
	if (pl_file_read(t->dir, NAME, &data) || data.len != LEN || memcmp(data.ptr, MAGIC, 8) != 0)
		return;
	pl_sha256(pl_bytes_of(data.ptr, BODY), &sum);
	if (memcmp(sum.b, data.ptr + BODY, sizeof sum.b) != 0)
		return;
	t->seen = pl_be64(data.ptr + 8);
	t->witness = pl_be64(data.ptr + 16);
	t->lost = false;
}

bool pl_system_time_lost(const struct pl_system_time *t)
{
	return t->lost;
}

pl_status pl_system_time_open(int dir, uint64_t (*now)(void), struct pl_system_time **ret)
{
	struct pl_system_time *t = PL_NEW(struct pl_system_time);

	pthread_mutex_init(&t->lock, NULL);
	t->dir = dir;
	t->now = now ? now : pl_time_now;
	load(t);
	*ret = t;
	return PL_OK;
}

void pl_system_time_close(struct pl_system_time *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	pl_free(t);
}

uint64_t pl_system_time_now(struct pl_system_time *t)
{
	uint64_t now = t->now();

	pthread_mutex_lock(&t->lock);
	if (now < t->seen)
		now = t->seen;
	t->seen = now;
	pthread_mutex_unlock(&t->lock);
	return now;
}

enum pl_system_time_verdict pl_system_time_judge(struct pl_system_time *t, bool witnessed)
{
	enum pl_system_time_verdict v = PL_SYSTEM_TIME_FINE;
	uint64_t now = t->now();

	pthread_mutex_lock(&t->lock);
	/* Differences, not sums: a witness may say any time, and a sum with it could wrap. */
	if (now < t->seen && t->seen - now >= PL_SYSTEM_TIME_BACK)
		v = PL_SYSTEM_TIME_WENT_BACK;
	else if (witnessed && t->witness && now > t->witness && now - t->witness > PL_SYSTEM_TIME_JUMP)
		v = PL_SYSTEM_TIME_JUMPED;
	else if (now > t->seen)
		t->seen = now;
	pthread_mutex_unlock(&t->lock);
	return v;
}

bool pl_system_time_stale(struct pl_system_time *t)
{
	uint64_t now = t->now();
	bool stale;

	pthread_mutex_lock(&t->lock);
	stale = t->witness && now > t->witness && now - t->witness > PL_SYSTEM_TIME_JUMP / 2;
	pthread_mutex_unlock(&t->lock);
	return stale;
}

void pl_system_time_witness(struct pl_system_time *t, uint64_t time)
{
	uint64_t now = t->now();

	/* One that is ahead of us, or lies, must not vouch for jumps that are still to come. */
	if (time > now)
		time = now;
	pthread_mutex_lock(&t->lock);
	if (time > t->witness)
		t->witness = time;
	pthread_mutex_unlock(&t->lock);
}

void pl_system_time_accept(struct pl_system_time *t)
{
	pthread_mutex_lock(&t->lock);
	t->seen = t->now();
	/* The next cosignature sets it again; until then there is nothing to compare with. */
	t->witness = 0;
	t->saved_at = 0;
	pthread_mutex_unlock(&t->lock);
}

void pl_system_time_known(struct pl_system_time *t, uint64_t *ret_used, uint64_t *ret_witnessed)
{
	pthread_mutex_lock(&t->lock);
	*ret_used = t->seen;
	*ret_witnessed = t->witness;
	pthread_mutex_unlock(&t->lock);
}

pl_status pl_system_time_save(struct pl_system_time *t, uint64_t least_ns)
{
	uint8_t data[LEN];
	struct pl_digest sum;
	uint64_t mono = pl_time_monotonic();

	pthread_mutex_lock(&t->lock);
	if (t->saved_at && mono - t->saved_at < least_ns) {
		pthread_mutex_unlock(&t->lock);
		return PL_OK;
	}
	t->saved_at = mono;
	memcpy(data, MAGIC, 8);
	pl_be64_write(data + 8, t->seen);
	pl_be64_write(data + 16, t->witness);
	pthread_mutex_unlock(&t->lock);
	pl_sha256(pl_bytes_of(data, BODY), &sum);
	memcpy(data + BODY, sum.b, sizeof sum.b);
	return pl_file_put_loose(t->dir, NAME, pl_bytes_of(data, sizeof data), 0600);
}
