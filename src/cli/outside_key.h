/* SPDX-License-Identifier: Apache-2.0 */
/* cli/outside_key: key files of people who have no instance: an entity's, a rebuilder's, an auditor's, a product's. */
#ifndef PL_CLI_OUTSIDE_KEY_H
#define PL_CLI_OUTSIDE_KEY_H
#include "cli/cli.h"
#include "crypto/signer.h"

/* Its passphrase: --passphrase-file, or asked for on the terminal as that of @whose ("the auditor's key"). */
void pl_cli_outside_passphrase(const struct pl_cli *cli, const char *whose, struct pl_passphrase *ret);
/* Failures as pl_signer_from_keyfile, with words that name @path. */
pl_status pl_cli_outside_key(const struct pl_cli *cli, const char *path, const char *whose, struct pl_signer **ret, struct pl_diag *diag);

#endif
