/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/caretaker: what the log process does beside its work, in two threads that never stand in the way of a statement:
 *
 *	reporting  says in the database how the log is (fact/log_report.h): at once when something changed, else as a
 *	           sign of life; one small transaction each
 *	sweeping   removes what broken-off uploads left in the blob store, shortly after the start and then once a day.
 *	           It is this process because an instance has exactly one of it, always
 *
 * A loop that hangs must not look alive: if pl_caretaker_turned is not called for a minute the signs of life end.
 */
#ifndef PL_FACT_CARETAKER_H
#define PL_FACT_CARETAKER_H
#include "fact/instance.h"
#include "fact/sequencer.h"
#include "fact/serve.h"

struct pl_caretaker;

/* Start both. @inst and @sequencer are borrowed until stop. PL_E_NOMEM. */
pl_status pl_caretaker_start(struct pl_instance *inst, const struct pl_sequencer *sequencer,
	const struct pl_serve_options *options, struct pl_caretaker **ret, struct pl_diag *diag);
/* The loop went round; @words is its trouble, empty if there is none. */
void pl_caretaker_turned(struct pl_caretaker *c, const char *words);
/* Report that the log was stopped, end both threads, free. NULL is allowed. */
void pl_caretaker_stop(struct pl_caretaker *c);

/* Report that the log could not be opened; nothing if somebody else has it open. */
void pl_caretaker_refused(struct pl_instance *inst, pl_status why, const struct pl_diag *diag);

#endif
