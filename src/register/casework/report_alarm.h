/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/report_alarm: somebody is told by mail when a half-yearly report that a declaration promises is due or overdue (register/report_due).
 *
 * What always holds:
 *  1. Noting that it was told and putting the mail into the spool is one transaction: each alarm is told once, whoever is killed when.
 *  2. Behind the legal end it is told once a week, until a report of that half-year is published.
 */
#ifndef PL_REGISTER_CASEWORK_REPORT_ALARM_H
#define PL_REGISTER_CASEWORK_REPORT_ALARM_H
#include "fact/instance.h"

/* Put one mail to [mail] alarms into the spool about what is due at @now_ns. *@ret: of how many reports; 0 without that setting. PL_E_STATE as
 * pl_spool_item_make. */
pl_status pl_report_alarm_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag);

#endif
