/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/report: the numbers of one period, stated beside the openings that they follow from.
 *
 * What always holds:
 *  1. What is stated was counted by register/recount from the very file that is named, as any reader will.
 *  2. Same register, same heads, same period: same bytes of the file.
 *  3. A second report about a period names the one that it replaces.
 */
#ifndef PL_REGISTER_REPORT_H
#define PL_REGISTER_REPORT_H
#include "register/register.h"
#include "register/report_file.h"
#include "register/report_says.h"

/* Write the openings file of [@from, @to) (seconds) to @fd: from the last head at or before @from (or the empty register) to
 * the latest head. @now decides which cases may be opened yet. Of a register that opens totals only it is the file with opened rows, from which
 * they are counted: not to be published (register/stated makes of it what is). PL_E_STATE: there is no head since @from. */
pl_status pl_register_report_write(struct pl_instance *inst, const struct pl_register *r, uint64_t from, uint64_t to, uint64_t now,
	int fd, struct pl_diag *diag);

struct pl_register_report_made {
	struct pl_digest pae, entry, openings;
	uint64_t openings_size, edition;
	bool payload_only;      /* nothing was stated: the payload was handed out, and its openings file is kept */
};

struct pl_register_report_job {
	struct pl_instance *inst;
	const struct pl_register *r;
	uint64_t from, to, now; /* the period, and the present, in seconds */
	uint64_t wait_ns;       /* for publication; 0 = 60 s */
	const struct pl_approved *approved; /* officers elsewhere; may be NULL */
	int counted_fd;         /* of a register that opens totals only: where the file with opened rows goes, open for reading and writing */
};

/* Write what a report of @job would name now to @fd; of a register that opens totals only also to its .counted_fd. */
pl_status pl_register_report_draft(const struct pl_register_report_job *job, int fd, struct pl_diag *diag);

/* Write, recount and state a report (register-report/v1, approved by officers), and wait until it is published. @recount gets what
 * was counted; done with pl_recount_done, and its texts live as long as @file, which is
 * mapped here. With a payload that was handed out before it is that one's openings file that is counted again and stated. */
pl_status pl_register_report_make(const struct pl_register_report_job *job, struct pl_register_report_file *file,
	struct pl_recount *recount, struct pl_register_report_made *ret, struct pl_diag *diag);

#endif
