/* SPDX-License-Identifier: Apache-2.0 */
/* cli/statement: verbs of `pellucid statement` that have a file of their own. */
#ifndef PL_CLI_STATEMENT_H
#define PL_CLI_STATEMENT_H
#include "cli/instance.h"

/* statement_body.c */
int pl_cli_statement_document(struct pl_cli *cli);
int pl_cli_statement_body(struct pl_cli *cli);
/* statement_import.c, statement_page.c */
int pl_cli_statement_import(struct pl_cli *cli);
int pl_cli_statement_verify_page(struct pl_cli *cli);

#endif
