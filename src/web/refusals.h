/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/refusals: how many submissions to each register were refused, for its heartbeat (register/casework/submit.h, pl_submit_refused).
 *
 * What always holds:
 *  1. Counting takes no time and no database: a thread of its own writes what came together, one transaction a register every
 *     PL_REFUSALS_FLUSH and one at the end, however many are refused.
 *  2. What cannot be written is kept and tried again. Lost is what a killed process had not written: the last PL_REFUSALS_FLUSH.
 *  3. Names that no form has are counted nowhere; a flood of them takes room for PL_REFUSALS_NAMES_MAX, never from a form that was open
 *     when the process began or was counted once.
 */
#ifndef PL_WEB_REFUSALS_H
#define PL_WEB_REFUSALS_H
#include "fact/instance.h"

#define PL_REFUSALS_FLUSH (2 * PL_SECOND)
#define PL_REFUSALS_NAMES_MAX 64u /* unknown ones, between two writes */

struct pl_refusals;

/* Opens an instance of its own (@dir, @options as pl_instance_open) and begins a thread. Statuses as there; PL_E_NOMEM: no thread. */
pl_status pl_refusals_open(const char *dir, const struct pl_instance_options *options, struct pl_refusals **ret, struct pl_diag *diag);
/* Write what is left, once; what then cannot be written is told (event web.refused_lost). NULL allowed. */
void pl_refusals_close(struct pl_refusals *r);
/* One submission to @name was refused. Thread-safe. */
void pl_refusals_add(struct pl_refusals *r, pl_str name);

#endif
