/* SPDX-License-Identifier: Apache-2.0 */
/* cli/version: which program this is. */
#include "cli/cli.h"

static int run(struct pl_cli *cli)
{
	if (pl_cli_has(cli, "json"))
		printf("{\"name\":\"pellucid\",\"version\":\"%s\"}\n", PL_VERSION);
	else
		printf("pellucid %s\n", PL_VERSION);
	return PL_EXIT_OK;
}

const struct pl_cli_noun pl_cli_noun_version = {
	.name = "version",
	.help = "which version this is",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Print the name and version of this program", (const struct pl_cli_option[]){PL_CLI_JSON, {NULL}}, 0, 0, run},
		{NULL},
	},
};
