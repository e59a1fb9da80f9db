/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/time.h"
#include "cli/log.h"
#include "log/bare.h"
#include <fcntl.h>

/* Copy the policy into the log's private directory after reading it once. */
static pl_status install_policy(const char *dir, const char *file, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_read(AT_FDCWD, file, &text);

	if (st)
		return pl_diag_set(diag, st, "the policy %s cannot be read", file);
	st = pl_policy_parse(pl_buf_str(&text), &policy, diag);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, dir, &fd);
	return st ? st : pl_file_put(fd, "private/policy", pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
}

int pl_cli_log_init(struct pl_cli *cli)
{
	const char *dir = cli->argv[0], *origin = pl_cli_get(cli, "origin"), *policy = pl_cli_get(cli, "policy");
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_passphrase room;
	const struct pl_passphrase *pass = pl_cli_log_passphrase(cli, &room);
	struct pl_diag diag = {0};
	pl_status st;

	if (!origin)
		return pl_cli_usage(cli, "--origin NAME is missing");
	st = pl_log_dir_check_new(dir, pl_str_from(origin), NULL, &diag);
	if (!st)
		st = pl_log_dir_key_new(dir, "", pl_str_from(origin), pass, &signer, &vkey, &diag);
	if (!st)
		st = pl_log_dir_create(dir, pl_str_from(origin), NULL, signer, &diag);
	if (!st && policy)
		st = install_policy(dir, policy, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pass)
		(void)fprintf(stderr, "The key's passphrase is in %s/private/key.pass; whoever can read it can sign.\n", dir);
	pl_buf_put_c(&vkey, '\n');
	return pl_cli_out(pl_buf_str(&vkey)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* Make the entry of an operator's act, hand it in, and print its index. */
static int do_act(struct pl_cli *cli, enum pl_bare_act act, const char *reason)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	struct pl_log_writer_options o = {0};
	struct pl_log_answer answer = {0};
	struct pl_log_status status;
	struct pl_cli_log log;
	struct pl_diag diag = {0};
	pl_status st = pl_cli_log_open(cli, &o, &log, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)pl_log_writer_settle(log.writer, 30 * PL_SECOND);
	pl_log_writer_status(log.writer, &status);
	st = pl_bare_act_write(&entry, act, pl_log_writer_origin(log.writer), &status.recorded, pl_time_now(),
		pl_str_from(reason), &diag);
	if (!st)
		st = act == PL_BARE_RESUME ? pl_log_writer_resume(log.writer, pl_buf_bytes(&entry), &answer) :
					     pl_log_writer_time_accept(log.writer, pl_buf_bytes(&entry), &answer);
	if (st == PL_E_STATE || st == PL_E_ROLLBACK) {
		pl_log_status_words(&status, &words);
		st = pl_diag_set(&diag, st, "the log is not held for that reason (%.*s)", PL_STR_ARG(pl_buf_str(&words)));
	}
	if (!st)
		(void)printf("%llu\n", (unsigned long long)answer.index);
	if (pl_cli_log_close(&log) && !st)
		(void)fprintf(stderr, "The entry is durable, but its checkpoint is not published yet.\n");
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

int pl_cli_log_resume(struct pl_cli *cli)
{
	const char *reason = pl_cli_get(cli, "without-witnesses");

	return reason ? do_act(cli, PL_BARE_RESUME, reason) : pl_cli_usage(cli, "--without-witnesses REASON is missing");
}

int pl_cli_log_time_accept(struct pl_cli *cli)
{
	return do_act(cli, PL_BARE_TIME_ACCEPT, cli->argv[1]);
}
