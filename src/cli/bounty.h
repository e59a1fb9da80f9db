/* SPDX-License-Identifier: Apache-2.0 */
/* cli/bounty: verbs of `pellucid bounty` and `pellucid vuln` that state a document. */
#ifndef PL_CLI_BOUNTY_H
#define PL_CLI_BOUNTY_H
#include "cli/state.h"

/* bounty_state.c */
int pl_cli_bounty_matrix(struct pl_cli *cli);
int pl_cli_vuln_policy(struct pl_cli *cli);

#endif
