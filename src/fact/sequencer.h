/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/sequencer: takes signed statements from the outbox, judges them once more, and appends them to the log.
 *
 * What always holds:
 *  1. Nothing is appended whose signatures do not suffice by the key register as of the entries before it. Such a row
 *     becomes "refused" with the reason and the stream goes on.
 *  2. Key statements are barriers: what follows is judged by the register they leave behind.
 *  3. The lease row only decides who may try. What keeps two sequencers apart is the lock on the log's directory and the
 *     epoch in the record: whoever loses it exits without answering.
 *  4. A row is "logged" only through the transaction that moves the record (fact/record_db.h).
 *
 * One thread at a time.
 */
#ifndef PL_FACT_SEQUENCER_H
#define PL_FACT_SEQUENCER_H
#include "fact/instance.h"
#include "log/writer.h"

struct pl_sequencer;

struct pl_sequencer_status {
	struct pl_log_status log; /* mode, hold, record, published size, ... */
	uint64_t appended;        /* rows by this sequencer since it was opened */
	uint64_t refused;
};

/* Take the lease, lock the log's directory, claim the record, replay the key register.
 * PL_E_BUSY: somebody else holds the lease or the lock. PL_E_CORRUPT/PL_E_ROLLBACK: journal, tiles, record or witnesses
 * contradict each other (words say which). All of the @n @keys sign every checkpoint (fact/log_key.h says which those
 * are); they are borrowed until close. */
pl_status pl_sequencer_open(struct pl_instance *inst, const struct pl_log_key *keys, size_t n,
	struct pl_sequencer **ret,
	struct pl_diag *diag);
void pl_sequencer_close(struct pl_sequencer *s);
/* One round: take, judge, append, wait until durable and acknowledged. *ret_done = rows dealt with (0: nothing to do, or
 * the log is held). While it is held a log-resume/v1 or time-accept/v1 in the outbox ends the hold.
 * PL_E_CONFLICT: the epoch is lost; close and exit without answering. */
pl_status pl_sequencer_step(struct pl_sequencer *s, size_t *ret_done, struct pl_diag *diag);
/* Make sure a checkpoint of everything acknowledged is signed, published and sent to the witnesses. PL_E_HELD. */
pl_status pl_sequencer_publish(struct pl_sequencer *s, uint64_t wait_ns);
void pl_sequencer_state(const struct pl_sequencer *s, struct pl_sequencer_status *ret);
/* Only the log's part of it; from any thread. */
void pl_sequencer_log_status(const struct pl_sequencer *s, struct pl_log_status *ret);

#endif
