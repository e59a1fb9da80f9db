/* SPDX-License-Identifier: Apache-2.0 */
/* cli/report: what the verbs of `pellucid report` share. */
#ifndef PL_CLI_REPORT_H
#define PL_CLI_REPORT_H
#include "base/json.h"
#include "cli/cli.h"
#include "base/progress.h"
#include "register/judge.h"
#include "register/report.h"
#include "register/sample.h"

/* Print what was counted. */
void pl_cli_report_print(const struct pl_recount *c);

/* report_export.c */
int pl_cli_report_export(struct pl_cli *cli);
/* report_renew.c */
int pl_cli_report_renew(struct pl_cli *cli);
/* report_verify.c */
int pl_cli_report_verify(struct pl_cli *cli);

/* A published openings file that was counted, and what the log says of it, by --bundle and --trust. Begin with .cli and
 * .bundle = PL_BUF(PL_BUNDLE_TEXT_MAX). */
struct pl_cli_report_check {
	struct pl_cli *cli;
	struct pl_register_report_file file;
	struct pl_digest digest;
	struct pl_policy *policy;
	struct pl_buf bundle;
	struct pl_verify *verify;
	struct pl_recount counted;
	size_t n_samples;
	struct pl_cli_report_sample {
		const struct pl_verify_entry *entry;
		bool drawn;     /* its cases are those that its words draw */
		char why[160];  /* if not */
	} samples[64]; /* of auditors, about this report */
	struct pl_progress progress;
	bool drawing;
};
/* PL_E_PROOF with words that name the row, total, head or sample that does not fit. */
pl_status pl_cli_report_check(struct pl_cli_report_check *c, const char *path, struct pl_diag *diag);
void pl_cli_report_check_done(struct pl_cli_report_check *c);
/* An openings file as memory, and its digest. */
pl_status pl_cli_report_map(const char *path, struct pl_register_report_file *ret, struct pl_digest *ret_digest, struct pl_diag *diag);

/* report_sample.c */
int pl_cli_report_sample(struct pl_cli *cli);
int pl_cli_report_audit(struct pl_cli *cli);

/* report_due.c: the verb `due`. */
int pl_cli_report_due(struct pl_cli *cli);

#endif
