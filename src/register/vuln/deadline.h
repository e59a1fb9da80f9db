/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/deadline: the deadlines of reports of flaws, for the queue of the desk and for alarms.
 *
 * They follow from a history that is sealed with the case. So when they end is kept beside it (register/casework/clocks), written in the transaction that moves
 * them; which ones they are, and why they run, stays in the case.
 */
#ifndef PL_REGISTER_VULN_DEADLINE_H
#define PL_REGISTER_VULN_DEADLINE_H
#include "register/vuln/case.h"

/* Keep the deadlines of @c as its history has them now. In the caller's transaction, which writes that history. */
pl_status pl_vuln_deadlines_keep(struct pl_db_tx *tx, const struct pl_vuln *c);

/* The same of every open case of @r of which they are not known: entered by hand or by an older version, or counted by another calendar. Opens each once, as @reader.
 * *@ret: how many. What the vault does not give out now (PL_E_BUSY) waits. */
pl_status pl_vuln_deadlines_catch_up(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret,
	struct pl_diag *diag);

#endif
