/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/instance.h"
#include "cli/rooms.h"
#include "people/people.h"
#include <signal.h>
#include <sys/signalfd.h>


/* Verbs that open no keys do not have the option. */
static const char *passphrase_file(const struct pl_cli *cli)
{
	for (const struct pl_cli_option *o = cli->verb->options; o && o->name; o++)
		if (strcmp(o->name, "passphrase-file") == 0)
			return pl_cli_get(cli, "passphrase-file");
	return NULL;
}

void pl_cli_instance_options(const struct pl_cli *cli, struct pl_passphrase *room, struct pl_instance_options *ret)
{
	const char *file = passphrase_file(cli);

	*room = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = file};
	*ret = (struct pl_instance_options){.rooms = pl_rooms, .n_rooms = pl_rooms_count, .migrate = true,
		.passphrase = file ? room : NULL};
}

static bool open_it(struct pl_cli *cli, bool migrate, struct pl_instance **ret, int *ret_exit)
{
	/* The instance keeps the passphrase's source for its whole life, which is that of the command. */
	static struct pl_passphrase room;
	struct pl_instance_options opt;
	const char *dir = pl_cli_instance(cli);
	struct pl_diag diag = {0};
	pl_status st;

	*ret_exit = PL_EXIT_USAGE;
	if (!dir)
		return false;
	pl_cli_instance_options(cli, &room, &opt);
	opt.migrate = migrate;
	st = pl_instance_open(dir, &opt, ret, &diag);
	if (st)
		*ret_exit = pl_cli_fail(cli, st, &diag);
	return st == PL_OK;
}

bool pl_cli_instance_open(struct pl_cli *cli, struct pl_instance **ret, int *ret_exit)
{
	return open_it(cli, true, ret, ret_exit);
}

bool pl_cli_instance_look(struct pl_cli *cli, struct pl_instance **ret, int *ret_exit)
{
	return open_it(cli, false, ret, ret_exit);
}

pl_status pl_cli_stop_fd(int *ret)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return PL_E_IO;
	*ret = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? PL_E_IO : PL_OK;
}
