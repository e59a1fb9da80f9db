/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/gate: a counted lock that is handed on in the order of asking.
 *
 * A plain mutex lets a thread that commits in a loop take the lock again before the one that was woken has run; under
 * many writers somebody then waits for ever.
 */
#ifndef PL_STORE_GATE_H
#define PL_STORE_GATE_H
#include "base/base.h"
#include <pthread.h>

struct pl_gate_waiter;

struct pl_gate {
	pthread_mutex_t mutex;
	unsigned free;
	struct pl_gate_waiter *head, *tail;
};

void pl_gate_init(struct pl_gate *g, unsigned places);
void pl_gate_done(struct pl_gate *g);
/* Take a place; PL_E_BUSY if none came free until @deadline (pl_time_monotonic); 0: at once or not. */
pl_status pl_gate_enter(struct pl_gate *g, uint64_t deadline);
/* Give it back: to the one that has waited longest. */
void pl_gate_leave(struct pl_gate *g);

#endif
