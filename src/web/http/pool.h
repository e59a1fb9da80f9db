/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http/pool: a few threads and a bounded queue, for handlers that wait.
 */
#ifndef PL_WEB_HTTP_POOL_H
#define PL_WEB_HTTP_POOL_H
#include "base/base.h"

struct pl_http_pool;

/* @run is called for every item on one of @threads threads; at most @queue items wait. PL_E_NOMEM if threads are refused. */
pl_status pl_http_pool_new(unsigned threads, unsigned queue, void (*run)(void *item), struct pl_http_pool **ret);
/* Hand over @item. PL_E_BUSY if the queue is full, PL_E_STATE once the pool is being freed. */
pl_status pl_http_pool_add(struct pl_http_pool *p, void *item);
/* Run what is queued, wait for it, end the threads; from now on nothing can be added. */
void pl_http_pool_stop(struct pl_http_pool *p);
/* Stop if need be and give everything back. NULL is fine. Nobody may be adding any more. */
void pl_http_pool_free(struct pl_http_pool *p);
#endif
