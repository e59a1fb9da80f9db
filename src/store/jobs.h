/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/jobs: work to be done later, at least once, by whichever process takes it.
 *
 * A job is put in the caller's own transaction, so that it exists exactly if the rest of that transaction does. A
 * worker takes it under a lease; when the lease runs out (the worker died) another may take it. Each taking counts
 * as an attempt; after the last one the job is *dead*: kept, counted, shown, and only put back by a person's act.
 *
 *	waiting -> taken -> (done: row removed) | waiting again after a pause | dead
 *
 * What always holds: the queue of one kind is bounded (PL_E_BUSY; on PostgreSQL transactions under way do not see each
 * other and may exceed the bound by their number); of jobs with one non-empty key at most one is waiting or taken
 * (PL_E_EXISTS); only the holder of the present lease can finish, extend or fail a job (PL_E_CONFLICT). Between jobs
 * that are due the oldest due time goes first; nothing more is promised about order.
 */
#ifndef PL_STORE_JOBS_H
#define PL_STORE_JOBS_H
#include "base/ulid.h"
#include "store/db.h"

#define PL_JOBS_KIND_MAX 64u
#define PL_JOBS_KEY_MAX 256u
#define PL_JOBS_PAYLOAD_MAX 65536u

struct pl_jobs_new {
	pl_str kind;        /* 1..64 of a-z 0-9 . - _ */
	pl_str key;         /* unique among living jobs of the kind; empty = none */
	pl_bytes payload;   /* at most 64 KiB; larger work goes by digest into the blob store */
	uint64_t due;       /* not before this time; 0 = at once */
	unsigned attempts;  /* takings before it is dead; 0 = 10 */
	uint64_t bound;     /* living jobs of this kind at most; 0 = 100,000 */
};

/* PL_E_SYNTAX/PL_E_TOOBIG (the fields), PL_E_EXISTS (the key; the transaction goes on), PL_E_BUSY (the bound; it
 * goes on too). @ret may be NULL. */
pl_status pl_jobs_put(struct pl_db_tx *tx, const struct pl_jobs_new *job, struct pl_ulid *ret);

/* A job under this process's lease. */
struct pl_job {
	struct pl_ulid id;
	uint64_t lease;     /* number of this taking, quoted when finishing */
	unsigned attempt;   /* 1 for the first */
	unsigned attempts;  /* allowed */
	uint64_t until;     /* end of the lease */
	struct pl_buf payload;
};

/* Take a due job of @kind for @lease_ns. PL_E_NOTFOUND: none is due. Jobs whose last lease ran out with no attempt
 * left are made dead on the way. The caller gives *@ret back with pl_job_done. */
pl_status pl_jobs_take(struct pl_db *db, pl_str kind, uint64_t lease_ns, struct pl_job *ret);
/* Free the payload (the row is untouched). For PL_CLEANUP. */
void pl_job_done(struct pl_job *job);

/* Keep it for @lease_ns from now on. PL_E_CONFLICT: the lease was lost; stop working. */
pl_status pl_jobs_extend(struct pl_db *db, struct pl_job *job, uint64_t lease_ns);
/* Finished: remove the row in the caller's transaction, together with the work's results. PL_E_CONFLICT: the lease was
 * lost; the transaction must be undone. */
pl_status pl_jobs_finish(struct pl_db_tx *tx, const struct pl_job *job);
/* Did not work. @again: wait (1 s doubling up to 1 h, with a random part) and let it be taken again while attempts
 * are left; otherwise dead at once. @reason is a short word of ours, never outside text. */
pl_status pl_jobs_fail(struct pl_db *db, const struct pl_job *job, bool again, pl_str reason);

struct pl_jobs_count {
	uint64_t waiting, taken, dead;
	uint64_t oldest_due; /* of the waiting ones; 0 = none */
};
pl_status pl_jobs_count(struct pl_db *db, pl_str kind, struct pl_jobs_count *ret);

struct pl_jobs_dead {
	struct pl_ulid id;
	pl_str kind, key, reason; /* live for the call */
	unsigned attempt;
	uint64_t died;
};
typedef pl_status (*pl_jobs_dead_fn)(void *ctx, const struct pl_jobs_dead *job);
/* Tell @fn of the dead jobs of @kind (empty: of all), oldest first, at most @limit. */
pl_status pl_jobs_dead(struct pl_db *db, pl_str kind, unsigned limit, pl_jobs_dead_fn fn, void *ctx);
/* Put a dead job back with its attempts counted anew. PL_E_NOTFOUND; PL_E_EXISTS (a living one has its key). */
pl_status pl_jobs_revive(struct pl_db *db, const struct pl_ulid *id);
/* Remove a dead job. PL_E_NOTFOUND. */
pl_status pl_jobs_bury(struct pl_db *db, const struct pl_ulid *id);

#endif
