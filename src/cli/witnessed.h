/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli/witnessed: what every verb that judges by a trust file, a policy or a verifier key says where no witness is asked for. Said in one
 * place, in the words of PL_POLICY_NOT_WITNESSED, so that no verb says less than another; tests/flow/not-witnessed.sh asks all of them.
 */
#ifndef PL_CLI_WITNESSED_H
#define PL_CLI_WITNESSED_H
#include "base/json.h"
#include "cli/cli.h"

/* One line on @out; nothing if @witnessed. Standard output where a verdict is printed, standard error where data is. */
void pl_cli_say_witnessed(FILE *out, bool witnessed);
/* In JSON: the members "witnessed" and its opposite "quorumNone". */
void pl_cli_set_witnessed(struct pl_json *o, bool witnessed);

#endif
