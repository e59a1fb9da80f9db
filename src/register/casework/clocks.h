/* SPDX-License-Identifier: Apache-2.0 */
/* register/casework/clocks: the legal deadlines of a case, from what its file says happened (register/clock). */
#ifndef PL_REGISTER_CASEWORK_CLOCKS_H
#define PL_REGISTER_CASEWORK_CLOCKS_H
#include "register/clock.h"
#include "register/casework/casefile.h"

/* The clocks that run, ran, or were met: the soonest strict end first, those that are over behind them. Reasons need not be opened.
 * Pure. PL_E_STATE with words: the file says what cannot have happened. */
pl_status pl_casework_clocks(const struct pl_calendar *calendar, const struct pl_casework_entry *e, size_t n, uint64_t now_ns,
	struct pl_clock ret[static PL_CLOCKS_MAX], size_t *ret_n, struct pl_diag *diag);
/* Note in the queue when the soonest clock of the case ends that runs. */
pl_status pl_casework_due_refresh(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number);

#endif
