/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid signer`: the process that holds the keys of the instance, and `pellucid log serve`, which holds the log's. */
#include "base/file.h"
#include "cli/instance.h"
#include "cli/log.h"
#include "fact/serve.h"

static int run(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int stop PL_CLEANUP(pl_file_close) = -1;
	const char *dir = pl_cli_instance(cli);
	struct pl_instance_options opt;
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	pl_status st;

	if (!dir)
		return PL_EXIT_USAGE;
	pl_cli_instance_options(cli, &room, &opt);
	opt.keys_only = true;
	st = pl_cli_stop_fd(&stop);
	if (st == PL_OK)
		st = pl_instance_open(dir, &opt, &inst, &diag);
	if (st == PL_OK)
		st = pl_serve_signer(inst, stop, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

int pl_cli_log_serve(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int stop PL_CLEANUP(pl_file_close) = -1;
	struct pl_diag diag = {0};
	int code;
	pl_status st;

	st = pl_cli_stop_fd(&stop);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = pl_serve_log(inst, NULL, stop, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

const struct pl_cli_noun pl_cli_noun_signer = {
	.name = "signer",
	.help = "the process that signs",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Hold the keys and sign what the table of peers and types allows, until SIGTERM",
			(const struct pl_cli_option[]){PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}}, 0, 0, run},
		{NULL},
	},
};
