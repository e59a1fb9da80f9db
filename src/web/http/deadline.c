/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/deadline.h"
#include "base/time.h"
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#define LOOK_SECONDS 1

struct pl_http_deadline {
	struct pl_http_deadline *before, *after;
	int fd;
	uint64_t when;
};

struct pl_http_deadlines {
	pthread_mutex_t lock; /* everything below, and the sockets: none is closed while the thread looks at it */
	pthread_cond_t wake;
	struct pl_http_deadline *first;
	bool ending;
	pthread_t thread;
};

/* With lock. */
static void hang_up_on_the_late(struct pl_http_deadlines *all, uint64_t now)
{
	for (struct pl_http_deadline *d = all->first; d; d = d->after)
		if (d->when <= now) {
			(void)shutdown(d->fd, SHUT_RDWR);
			d->when = UINT64_MAX; /* once is enough */
		}
}

static void *look(void *arg)
{
	struct pl_http_deadlines *all = arg;

	(void)pthread_mutex_lock(&all->lock);
	while (!all->ending) {
		struct timespec until;

		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_SECONDS;
		(void)pthread_cond_timedwait(&all->wake, &all->lock, &until);
		hang_up_on_the_late(all, pl_time_monotonic());
	}
	(void)pthread_mutex_unlock(&all->lock);
	return NULL;
}

pl_status pl_http_deadlines_new(struct pl_http_deadlines **ret)
{
	struct pl_http_deadlines *all = PL_NEW(struct pl_http_deadlines);
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&all->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&all->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (pthread_create(&all->thread, NULL, look, all)) {
		(void)pthread_cond_destroy(&all->wake);
		(void)pthread_mutex_destroy(&all->lock);
		pl_free(all);
		return PL_E_NOMEM;
	}
	*ret = all;
	return PL_OK;
}

void pl_http_deadlines_free(struct pl_http_deadlines *all)
{
	if (!all)
		return;
	(void)pthread_mutex_lock(&all->lock);
	all->ending = true;
	(void)pthread_mutex_unlock(&all->lock);
	(void)pthread_cond_signal(&all->wake);
	(void)pthread_join(all->thread, NULL);
	(void)pthread_cond_destroy(&all->wake);
	(void)pthread_mutex_destroy(&all->lock);
	pl_free(all);
}

struct pl_http_deadline *pl_http_deadline_add(struct pl_http_deadlines *all, int fd)
{
	struct pl_http_deadline *d = pl_try_alloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->fd = fd;
	d->when = UINT64_MAX;
	(void)pthread_mutex_lock(&all->lock);
	d->after = all->first;
	if (d->after)
		d->after->before = d;
	all->first = d;
	(void)pthread_mutex_unlock(&all->lock);
	return d;
}

void pl_http_deadline_remove(struct pl_http_deadlines *all, struct pl_http_deadline *d)
{
	if (!d)
		return;
	(void)pthread_mutex_lock(&all->lock);
	if (d->before)
		d->before->after = d->after;
	else
		all->first = d->after;
	if (d->after)
		d->after->before = d->before;
	(void)pthread_mutex_unlock(&all->lock);
	pl_free(d);
}

void pl_http_deadline_set(struct pl_http_deadlines *all, struct pl_http_deadline *d, uint64_t when)
{
	if (!d)
		return;
	(void)pthread_mutex_lock(&all->lock);
	d->when = when;
	(void)pthread_mutex_unlock(&all->lock);
}
