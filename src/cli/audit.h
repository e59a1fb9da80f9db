/* SPDX-License-Identifier: Apache-2.0 */
/* cli/audit: what the verbs of `pellucid audit` share. */
#ifndef PL_CLI_AUDIT_H
#define PL_CLI_AUDIT_H
#include "cli/entity.h"
#include "cli/release.h"
#include "register/audit/query.h"

/* "from 2019-05-01 to 2019-11-30" or "as of 2019-06-30": the days that an audit speaks of. */
void pl_cli_audit_days(const struct pl_audit *a, struct pl_buf *out);
/* Find the audit that the first argument names. PL_E_NOTFOUND with words. */
pl_status pl_cli_audit_find(struct pl_cli_job *j, struct pl_audit_life *ret, struct pl_diag *diag);

/* audit_state.c */
int pl_cli_audit_add(struct pl_cli *cli);
int pl_cli_audit_import(struct pl_cli *cli);
int pl_cli_audit_end(struct pl_cli *cli);
/* audit_hand.c */
int pl_cli_audit_hand_out(struct pl_cli *cli);
int pl_cli_audit_hand_outs(struct pl_cli *cli);
int pl_cli_audit_trace(struct pl_cli *cli);
/* The register that counts hand-outs: --register, else the usual one. */
const char *pl_cli_audit_register(const struct pl_cli *cli);
/* audit_ask.c */
int pl_cli_audit_offer(struct pl_cli *cli);
int pl_cli_audit_offers(struct pl_cli *cli);
int pl_cli_audit_grant(struct pl_cli *cli);
int pl_cli_audit_refuse(struct pl_cli *cli);
int pl_cli_audit_prolong(struct pl_cli *cli);
int pl_cli_audit_take_back(struct pl_cli *cli);

#endif
