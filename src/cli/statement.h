/* SPDX-License-Identifier: Apache-2.0 */
/* cli/statement: verbs of `pellucid statement` that have a file of their own. */
#ifndef PL_CLI_STATEMENT_H
#define PL_CLI_STATEMENT_H
#include "cli/instance.h"

int pl_cli_statement_import(struct pl_cli *cli);
int pl_cli_statement_verify_page(struct pl_cli *cli);

#endif
