/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log`: one append-only log in a directory, without an instance around it. */
#include "cli/log.h"

#define PASSPHRASE {"passphrase-file", "FILE", "passphrase of the log's key (default: the one kept beside it)"}

static const struct pl_cli_option init_options[] = {
	{"origin", "NAME", "the log's name, for example example.com/releases; never used twice"},
	{"policy", "FILE", "tlog-policy with the witnesses to ask"},
	PASSPHRASE,
	{0},
};
static const struct pl_cli_option append_options[] = {
	{"lines", NULL, "every line of standard input is an entry; prints one index per line"},
	PASSPHRASE,
	{0},
};
static const struct pl_cli_option resume_options[] = {
	{"without-witnesses", "REASON", "go on although too few witnesses answer; the reason is logged"},
	PASSPHRASE,
	{0},
};
static const struct pl_cli_option act_options[] = {PASSPHRASE, {0}};

static const struct pl_cli_option serve_options[] = {PL_CLI_INSTANCE, PASSPHRASE, {0}};

static const struct pl_cli_verb verbs[] = {
	{"init", "DIR", "make an empty log and print its verifier key", init_options, 1, 1, pl_cli_log_init},
	{"append", "DIR", "append entries; answers when they are durable", append_options, 1, 1, pl_cli_log_append},
	{"resume", "DIR", "end a hold for want of witnesses", resume_options, 1, 1, pl_cli_log_resume},
	{"time-accept", "DIR REASON", "end a hold because of the system time", act_options, 2, 2, pl_cli_log_time_accept},
	{"serve", "", "run the sequencer of an instance until SIGTERM", serve_options, 0, 0, pl_cli_log_serve},
	{0},
};

const struct pl_cli_noun pl_cli_noun_log = {"log", "write, read and check a log", verbs};

const struct pl_passphrase *pl_cli_log_passphrase(const struct pl_cli *cli, struct pl_passphrase *room)
{
	const char *file = pl_cli_get(cli, "passphrase-file");

	*room = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = file};
	return file ? room : NULL;
}

pl_status pl_cli_log_open(const struct pl_cli *cli, struct pl_log_writer_options *o, struct pl_cli_log *ret,
	struct pl_diag *diag)
{
	struct pl_passphrase pass;
	pl_status st;

	*ret = (struct pl_cli_log){0};
	o->dir = cli->argv[0];
	st = pl_log_dir_keys_open(o->dir, pl_cli_log_passphrase(cli, &pass), &ret->keys, diag);
	if (!st)
		st = pl_log_dir_policy(o->dir, &ret->policy, diag);
	o->keys = ret->keys.key;
	o->n_keys = ret->keys.n;
	o->policy = ret->policy;
	if (!st)
		st = pl_log_writer_open(o, &ret->writer, diag);
	if (!st)
		return PL_OK;
	pl_policy_free(ret->policy);
	pl_log_dir_keys_done(&ret->keys);
	return st;
}

pl_status pl_cli_log_close(struct pl_cli_log *log)
{
	struct pl_log_status s;
	pl_status st, published;

	pl_log_writer_status(log->writer, &s);
	published = pl_log_writer_wait_published(log->writer, s.recorded.size, UINT64_C(30000000000));
	st = pl_log_writer_close(log->writer);
	pl_policy_free(log->policy);
	pl_log_dir_keys_done(&log->keys);
	return st ? st : published;
}
