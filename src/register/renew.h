/* SPDX-License-Identifier: Apache-2.0 */
/* register/renew: the next editions of reports that left a case out which may be opened now: its seal was lifted, or the register's own wait is over. */
#ifndef PL_REGISTER_RENEW_H
#define PL_REGISTER_RENEW_H
#include "register/report.h"

/* What the next edition of one report has that the one before had not. */
struct pl_renewed {
	uint64_t from, to; /* the period, in seconds */
	uint64_t edition;  /* the new one */
	uint64_t lifted;   /* cases that were sealed in the one before */
	uint64_t later;    /* cases that were entered since */
};
typedef void (*pl_renew_tell)(void *ctx, const struct pl_renewed *renewed);

/* State and publish the next edition of every period of @r whose newest one left such a case out; @tell each as it stands in the log (*@ret_n of them). What was
 * stated stays stated where a later one fails: the same again goes on. @wait_ns as in struct pl_register_report_job. PL_E_STATE with words: the
 * register opens totals only, and its files go to auditors (report make --counted). */
pl_status pl_register_renew(struct pl_instance *inst, const struct pl_register *r, uint64_t now, uint64_t wait_ns, pl_renew_tell tell, void *ctx,
	size_t *ret_n, struct pl_diag *diag);

#endif
