/* SPDX-License-Identifier: Apache-2.0 */
/* cli/register: the verbs of `pellucid register` that have files of their own. */
#ifndef PL_CLI_REGISTER_H
#define PL_CLI_REGISTER_H
#include "cli/cli.h"

/* register_words.c */
int pl_cli_register_words(struct pl_cli *cli);

#endif
