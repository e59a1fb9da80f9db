/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/talk: what a sender and those who work on his case tell each other by the secret that he was given, so that somebody
 * who left no address can be asked, and answered.
 *
 * What always holds:
 *  1. An answer is sealed for a key that is made of the sender's secret, and lies beside the case; the secret is nowhere, so that
 *     only he opens it. The case's own file keeps the same words under the case's key.
 *  2. A message of the sender is sealed under a key of its own in the vault: whoever takes it in cannot read it, nor anything else.
 *  3. A case takes at most PL_TALK_A_DAY messages a day.
 */
#ifndef PL_REGISTER_CASEWORK_TALK_H
#define PL_REGISTER_CASEWORK_TALK_H
#include "register/promise.h"
#include "register/casework/casefile.h"

#define PL_TALK_A_DAY 20u
#define PL_TALK_ANSWERS_MAX 200u
#define PL_TALK_TEXT_MAX 16384u

/* Answer the sender of a case. PL_E_NOTFOUND: it was entered without a secret; PL_E_RANGE: no text; otherwise as pl_casework_write. */
pl_status pl_talk_answer(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	pl_str text, struct pl_diag *diag);
/* A message of whoever has the secret of case @number. PL_E_DENIED: that were too many today; PL_E_RANGE: no text; PL_E_STATE: erased. */
pl_status pl_talk_message(struct pl_instance *inst, const struct pl_register *r, uint64_t number, pl_str text, struct pl_diag *diag);

struct pl_talk_line {
	uint64_t at; /* seconds */
	pl_str text;
};
/* The answers, in order, opened with @secret, which must be the case's. PL_E_CORRUPT: it is not. */
pl_status pl_talk_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_secret *secret,
	struct pl_arena *arena, struct pl_talk_line **ret, size_t *ret_n);

#endif
