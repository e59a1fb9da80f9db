/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/decision: four eyes. One person proposes exact bytes, k others with given roles approve them, then the act
 * is done once.
 *
 * What always holds:
 *  1. Approvals are over the SHA-256 of the bytes; who approves says which digest was shown (PL_E_CONFLICT for
 *     another one), and the act hands in the bytes again.
 *  2. The proposer's voice never counts, one person's voice counts once, and only voices of accounts that are active
 *     and hold one of the roles at the moment of counting.
 *  3. A decision expires, is carried out at most once, and every step of it is an event.
 *
 * The functions with a @tx are for rooms that do more in the same transaction.
 */
#ifndef PL_PEOPLE_DECISION_H
#define PL_PEOPLE_DECISION_H
#include "crypto/digest.h"
#include "people/people.h"

#define PL_DECISION_BYTES_MAX 65536u
#define PL_DECISION_KIND_MAX 64u
#define PL_DECISION_LIFE_MAX_NS (90 * 24 * 3600 * PL_SECOND)

enum pl_decision_state {
	PL_DECISION_OPEN,      /* waits for voices, or for the act */
	PL_DECISION_DONE,      /* carried out */
	PL_DECISION_WITHDRAWN, /* by its proposer */
	PL_DECISION_REFUSED,   /* by another who might have approved */
};

struct pl_decision_new {
	const char *kind;  /* "account", "request-answer", "bounty-award": [a-z-]*, at most 64 */
	pl_bytes bytes;    /* what is decided, at most 64 KiB */
	unsigned roles;    /* enum pl_staff: one of these is needed to approve */
	unsigned needed;   /* voices besides the proposer's, 1 to 16 */
	uint64_t life_ns;  /* at most 90 days */
};

struct pl_decision {
	struct pl_ulid id, proposer;
	pl_str kind;
	struct pl_digest digest;
	pl_bytes bytes;    /* empty in lists */
	unsigned roles, needed, voices;
	enum pl_decision_state state;
	bool expired;      /* open, and too late */
	bool approved;     /* open, with enough voices */
	uint64_t made_at, expires_at;
};

const char *pl_decision_state_word(const struct pl_decision *d);

/* @actor is somebody logged in. PL_E_RANGE (a limit above), PL_E_DENIED (nobody). */
pl_status pl_decision_propose(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_decision_new *what, struct pl_ulid *ret, struct pl_diag *diag);
/* The same, but bytes that wait already are not proposed again, so that whoever sends a form twice proposes once: PL_E_EXISTS with
 * the one that waits in @ret; words name it. The transaction may be kept, for nothing was written. */
pl_status pl_decision_propose_once(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_decision_new *what, struct pl_ulid *ret, struct pl_diag *diag);
/* Give the voice of @actor to the decision whose bytes have @digest. Again is harmless. @ret_approved: enough voices
 * now. PL_E_NOTFOUND, PL_E_DENIED (proposer, or without the role), PL_E_EXPIRED, PL_E_STATE (closed), PL_E_CONFLICT. */
pl_status pl_decision_approve(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, const struct pl_digest *digest, bool *ret_approved, struct pl_diag *diag);
/* Close it: the proposer withdraws, somebody who might approve refuses. */
pl_status pl_decision_close(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, struct pl_diag *diag);
/* Take an approved decision of @kind over exactly @bytes, once, in the transaction of the act. PL_E_DENIED (too few
 * voices that count now), PL_E_CONFLICT (other bytes or kind), PL_E_EXPIRED, PL_E_STATE. */
pl_status pl_decision_take(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_actor *actor,
	const struct pl_ulid *id, const char *kind, pl_bytes bytes, struct pl_diag *diag);

/* The first @max of those whose voices count now, in the order in which they gave them. */
pl_status pl_decision_voices(struct pl_db_tx *tx, const struct pl_ulid *id, size_t max, struct pl_ulid *ret, size_t *ret_n);

/* One decision with its bytes; in @tx and locked there, so that nobody changes it. Text lives in @arena.
 * PL_E_NOTFOUND. */
pl_status pl_decision_lock(struct pl_people *p, struct pl_db_tx *tx, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_decision *ret);
/* The same on its own. */
pl_status pl_decision_get(struct pl_people *p, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_decision *ret);
/* How many open ones @account, who has @roles, may still decide. */
pl_status pl_decision_waiting(struct pl_people *p, const struct pl_ulid *account, unsigned roles, uint64_t *ret);
/* Up to @max decisions that are open and not too late, oldest first; without their bytes. */
pl_status pl_decision_open(struct pl_people *p, size_t max, struct pl_arena *arena, struct pl_decision **ret, size_t *ret_n);
/* Up to @max decisions before @before (NULL: the newest), newest first. */
pl_status pl_decision_list(struct pl_people *p, const struct pl_ulid *before, size_t max, struct pl_arena *arena,
	struct pl_decision **ret, size_t *ret_n);

#endif
