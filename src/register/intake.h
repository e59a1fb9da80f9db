/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/intake: cases from outside, many at once. Those that wait share one round: one storing of their keys in the vault, one
 * transaction, then their promises are signed, while the next round enters already.
 *
 * What always holds:
 *  1. PL_OK means: the case is durable, has its number, and its promise is signed or will be when it is asked for.
 *  2. Nothing is entered before the tables were compared with the log (pl_register_current).
 *  3. One that cannot be entered does not keep others from it.
 *
 * Any thread; the instances handed in are this object's alone.
 */
#ifndef PL_REGISTER_INTAKE_H
#define PL_REGISTER_INTAKE_H
#include "register/promise.h"

#define PL_INTAKE_ROUND_MAX 64u
#define PL_INTAKE_SENDERS_MAX 128u /* at once; whoever comes then is sent away, so that those who wait never hold all threads of a server */
#define PL_INTAKE_LANES 2u /* one round enters while the one before is signed */

struct pl_intake;

struct pl_intake_form {
	const struct pl_register *r;
	const struct pl_register_values *values; /* borrowed until the answer */
	uint64_t now;                            /* seconds */
	bool keep;                               /* a key is made even if no field is private: something is kept beside them */
	/* Called in the transaction that enters the case, with its key; a failure leaves the case out. NULL: nothing. */
	pl_status (*beside)(void *ctx, struct pl_db_tx *tx, const struct pl_register_case *made, const struct pl_vault_key *key);
	void *ctx;
};

struct pl_intake_answer {
	struct pl_register_case made;
	struct pl_register_secret secret; /* shown to the sender once */
	struct pl_vault_key key;          /* for the opening of the sender's own fields */
};
/* Wipe it. */
static inline void pl_intake_answer_done(struct pl_intake_answer *a) { pl_wipe(a, sizeof *a); }

/* @n times the same instance, opened 1 to PL_INTAKE_LANES times; borrowed, and nobody else uses them meanwhile. */
struct pl_intake *pl_intake_new(struct pl_instance *const *insts, size_t n);
void pl_intake_free(struct pl_intake *in);

/* Enter one case; waits for the round that takes it. As pl_register_enter; PL_E_BUSY: PL_INTAKE_SENDERS_MAX wait already. */
pl_status pl_intake_enter(struct pl_intake *in, const struct pl_intake_form *form, struct pl_intake_answer *ret,
	struct pl_diag *diag);

#endif
