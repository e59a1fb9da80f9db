/* SPDX-License-Identifier: Apache-2.0 */
/* cli/register: the verbs of `pellucid register` that work on one case (register_case.c). */
#ifndef PL_CLI_REGISTER_H
#define PL_CLI_REGISTER_H
#include "cli/cli.h"

extern const struct pl_cli_option pl_cli_case_options[], pl_cli_case_show_options[];
int pl_cli_case_show(struct pl_cli *cli);
int pl_cli_case_change(struct pl_cli *cli);
int pl_cli_case_open(struct pl_cli *cli);
int pl_cli_case_erase(struct pl_cli *cli);

#endif
