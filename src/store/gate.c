/* SPDX-License-Identifier: Apache-2.0 */
#include "store/gate.h"
#include "base/time.h"
#include <assert.h>
#include <time.h>

struct pl_gate_waiter {
	struct pl_gate_waiter *next;
	pthread_cond_t cond;
	bool granted;
};

void pl_gate_init(struct pl_gate *g, unsigned places)
{
	*g = (struct pl_gate){.free = places};
	(void)pthread_mutex_init(&g->mutex, NULL);
}

void pl_gate_done(struct pl_gate *g)
{
	assert(!g->head);
	(void)pthread_mutex_destroy(&g->mutex);
}

static void leave_queue(struct pl_gate *g, struct pl_gate_waiter *w)
{
	struct pl_gate_waiter **at = &g->head, *before = NULL;

	while (*at != w) {
		before = *at;
		at = &before->next;
	}
	*at = w->next;
	if (g->tail == w)
		g->tail = before;
}

static pl_status wait_turn(struct pl_gate *g, uint64_t deadline)
{
	struct timespec until = {.tv_sec = (time_t)(deadline / PL_SECOND), .tv_nsec = (long)(deadline % PL_SECOND)};
	struct pl_gate_waiter w = {.cond = PTHREAD_COND_INITIALIZER};
	int r = 0;

	if (g->tail)
		g->tail->next = &w;
	else
		g->head = &w;
	g->tail = &w;
	while (!w.granted && r == 0)
		r = pthread_cond_clockwait(&w.cond, &g->mutex, CLOCK_MONOTONIC, &until);
	if (!w.granted)
		leave_queue(g, &w);
	(void)pthread_cond_destroy(&w.cond);
	return w.granted ? PL_OK : PL_E_BUSY;
}

pl_status pl_gate_enter(struct pl_gate *g, uint64_t deadline)
{
	pl_status st = PL_OK;

	(void)pthread_mutex_lock(&g->mutex);
	if (g->free > 0 && !g->head)
		g->free--;
	else
		st = wait_turn(g, deadline);
	(void)pthread_mutex_unlock(&g->mutex);
	return st;
}

void pl_gate_leave(struct pl_gate *g)
{
	struct pl_gate_waiter *w;

	(void)pthread_mutex_lock(&g->mutex);
	w = g->head;
	if (w) {
		g->head = w->next;
		if (!g->head)
			g->tail = NULL;
		w->granted = true;
		(void)pthread_cond_signal(&w->cond);
	} else {
		g->free++;
	}
	(void)pthread_mutex_unlock(&g->mutex);
}
