/* SPDX-License-Identifier: Apache-2.0 */
/* cli/claim: what the verbs of `pellucid claim` share. */
#ifndef PL_CLI_CLAIM_H
#define PL_CLI_CLAIM_H
#include "base/json.h"
#include "cli/cli.h"
#include "register/claim_query.h"

/* One claim on one line, and as members of @o with what the register says of it. */
void pl_cli_claim_print(const struct pl_claim *c);
void pl_cli_claim_json(struct pl_json *o, const struct pl_claim *c);

/* claim_state.c: those that state something */
int pl_cli_claim_add(struct pl_cli *cli);
int pl_cli_claim_import(struct pl_cli *cli);
int pl_cli_claim_status(struct pl_cli *cli);

#endif
