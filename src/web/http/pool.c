/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/pool.h"
#include <pthread.h>

struct pl_http_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	void (*run)(void *item);
	void **ring;
	size_t size, head, count;
	bool ending;
	pthread_t *threads;
	unsigned started;
};

static void *work(void *arg)
{
	struct pl_http_pool *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		void *item;

		while (p->count == 0 && !p->ending)
			(void)pthread_cond_wait(&p->wake, &p->lock);
		if (p->count == 0)
			break;
		item = p->ring[p->head];
		p->head = (p->head + 1) % p->size;
		p->count--;
		(void)pthread_mutex_unlock(&p->lock);
		p->run(item);
		(void)pthread_mutex_lock(&p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

pl_status pl_http_pool_new(unsigned threads, unsigned queue, void (*run)(void *item), struct pl_http_pool **ret)
{
	struct pl_http_pool *p = PL_NEW(struct pl_http_pool);

	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->wake, NULL);
	p->run = run;
	p->size = queue ? queue : 1;
	p->ring = pl_alloc(p->size, sizeof *p->ring);
	p->threads = pl_alloc(threads ? threads : 1, sizeof *p->threads);
	for (unsigned i = 0; i < threads; i++) {
		if (pthread_create(&p->threads[i], NULL, work, p)) {
			pl_http_pool_free(p);
			return PL_E_NOMEM;
		}
		p->started++;
	}
	*ret = p;
	return PL_OK;
}

pl_status pl_http_pool_add(struct pl_http_pool *p, void *item)
{
	pl_status st = PL_OK;

	(void)pthread_mutex_lock(&p->lock);
	if (p->ending)
		st = PL_E_STATE;
	else if (p->count == p->size)
		st = PL_E_BUSY;
	else
		p->ring[(p->head + p->count++) % p->size] = item;
	(void)pthread_mutex_unlock(&p->lock);
	(void)pthread_cond_signal(&p->wake);
	return st;
}

void pl_http_pool_stop(struct pl_http_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->ending = true;
	(void)pthread_mutex_unlock(&p->lock);
	(void)pthread_cond_broadcast(&p->wake);
	for (unsigned i = 0; i < p->started; i++)
		(void)pthread_join(p->threads[i], NULL);
	p->started = 0;
}

void pl_http_pool_free(struct pl_http_pool *p)
{
	if (!p)
		return;
	pl_http_pool_stop(p);
	(void)pthread_cond_destroy(&p->wake);
	(void)pthread_mutex_destroy(&p->lock);
	pl_free(p->ring);
	pl_free(p->threads);
	pl_free(p);
}
