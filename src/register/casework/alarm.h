/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/alarm: somebody is told by mail when a clock of an open case comes near its end: at a half, at four fifths, at fixed leads,
 * at the strict and at the legal end (register/clock).
 *
 * What always holds:
 *  1. A mail says register, number, clock and times, and nothing that a person wrote; of a case whose history is sealed not even which clock.
 *  2. Noting that it was told and putting the mail into the spool is one transaction: each alarm is told once, whoever is killed when.
 *  3. Where several alarms of one clock are due, the last one is told; where nobody is to be told, none is lost: they wait.
 */
#ifndef PL_REGISTER_CASEWORK_ALARM_H
#define PL_REGISTER_CASEWORK_ALARM_H
#include "fact/instance.h"
#include "register/due.h"

#define PL_ALARM_CASES_MAX 50u /* of one mail */

/* Put one mail to [mail] alarms into the spool about what is due at @now_ns. *@ret: of how many cases; 0 without that setting. PL_E_STATE as
 * pl_spool_item_make. */
pl_status pl_alarm_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag);

/* "3 days left", "5 hours over". */
void pl_alarm_put_left(uint64_t now_ns, uint64_t end_ns, struct pl_buf *out);
/* "3 days left: strict end ..., legal end ..." and a line break. */
void pl_alarm_put_ends(uint64_t now_ns, const struct pl_due *due, struct pl_buf *out);

#endif
