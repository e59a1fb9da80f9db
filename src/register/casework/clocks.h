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
/* Note in the queue when the soonest clock of the case ends that runs, and when somebody must be told of one. */
pl_status pl_casework_due_refresh(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number);
/* Of a case whose events are sealed with it (register/vuln): keep of @clocks those that run, as they are at @now_ns, so that queue and alarms know them without
 * opening anything; which ones they are is not kept. Written with what moved them, in the caller's transaction; from then on the case's file is not asked. A case
 * that is nobody's work has none. */
pl_status pl_casework_sealed_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_clock *clocks, size_t n);
/* Up to @max open cases of @r behind number @after whose deadlines were not kept yet, or by another calendar than that of @r. */
pl_status pl_casework_sealed_missing(struct pl_instance *inst, const struct pl_register *r, uint64_t after, uint64_t *ret, size_t max, size_t *ret_n);

/* The same of every open case of @r that has a deadline: after the calendar changed by which the register counts. */
pl_status pl_casework_due_refresh_all(struct pl_instance *inst, const struct pl_register *r);

/* The clocks of the case as they stood at @at_ns, by what its file says happened until then; what has not started is not among them. PL_E_STATE with words as
 * above. */
pl_status pl_casework_clocks_at(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t at_ns,
	struct pl_clock ret[static PL_CLOCKS_MAX], size_t *ret_n, struct pl_diag *diag);

/* The legal end, in seconds, of the clock of the case that runs and ends first by its strict end; 0: none runs. */
pl_status pl_casework_legal_end(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t *ret);

#define PL_CASEWORK_NEVER ((uint64_t)INT64_MAX) /* how "no deadline" and "no alarm" are stored, so that they come last */

/* What is to be said of one clock now. */
struct pl_casework_alarm {
	struct pl_clock clock;
	struct pl_alarm alarm; /* the last one that is due */
};
/* Alarms of the case, counted by @calendar, that are due at @now_ns and came after @told (seconds; what was told before), at most one a clock. *@ret_next: seconds
 * of the next one, or PL_CASEWORK_NEVER. A case whose file cannot be computed has none. */
pl_status pl_casework_alarms(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t told,
	uint64_t now_ns, struct pl_casework_alarm ret[static PL_CLOCKS_MAX], size_t *ret_n, uint64_t *ret_next);

#endif
