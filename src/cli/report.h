/* SPDX-License-Identifier: Apache-2.0 */
/* cli/report: what the verbs of `pellucid report` share. */
#ifndef PL_CLI_REPORT_H
#define PL_CLI_REPORT_H
#include "base/json.h"
#include "cli/cli.h"
#include "register/report.h"

/* Print what was counted. */
void pl_cli_report_print(const struct pl_recount *c);

/* report_export.c */
int pl_cli_report_export(struct pl_cli *cli);
/* report_verify.c */
int pl_cli_report_verify(struct pl_cli *cli);

#endif
