/* SPDX-License-Identifier: Apache-2.0 */
/* cli/report: what the verbs of `pellucid report` share. */
#ifndef PL_CLI_REPORT_H
#define PL_CLI_REPORT_H
#include "base/json.h"
#include "cli/cli.h"
#include "register/report.h"

/* What was counted, in words and as members of @o. */
void pl_cli_report_print(const struct pl_recount *c);
void pl_cli_report_json(struct pl_json *o, const struct pl_recount *c);

/* report_verify.c */
int pl_cli_report_verify(struct pl_cli *cli);

#endif
