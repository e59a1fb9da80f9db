/* SPDX-License-Identifier: Apache-2.0 */
/* cli/instance: opening the instance that a verb works on, with the vocabulary of every room of this program. */
#ifndef PL_CLI_INSTANCE_H
#define PL_CLI_INSTANCE_H
#include "cli/cli.h"
#include "fact/instance.h"

/* For verbs that open key files. */
#define PL_CLI_PASSPHRASE {"passphrase-file", "FILE", "passphrase of the keys (default: as the configuration says)"}

/* The rooms and signing rules of this program; @room holds what the options borrow. */
void pl_cli_instance_options(const struct pl_cli *cli, struct pl_passphrase *room, struct pl_instance_options *ret);
/* Open the instance of `--instance`. On failure the words are printed and @ret_exit is what to answer. */
bool pl_cli_instance_open(struct pl_cli *cli, struct pl_instance **ret, int *ret_exit);
/* The same for verbs that only look: nothing is made or changed, and a database that is not there is a failure. */
bool pl_cli_instance_look(struct pl_cli *cli, struct pl_instance **ret, int *ret_exit);
/* A descriptor that becomes readable at SIGTERM and SIGINT. PL_E_IO. */
pl_status pl_cli_stop_fd(int *ret);

#endif
