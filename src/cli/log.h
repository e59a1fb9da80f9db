/* SPDX-License-Identifier: Apache-2.0 */
/* cli/log: the verbs of `pellucid log`, one group a file; the table is in log.c. */
#ifndef PL_CLI_LOG_H
#define PL_CLI_LOG_H
#include "cli/cli.h"
#include "log/log_dir.h"
#include "log/writer.h"

/* log_init.c */
int pl_cli_log_init(struct pl_cli *cli);
int pl_cli_log_resume(struct pl_cli *cli);
int pl_cli_log_time_accept(struct pl_cli *cli);
/* signer.c */
int pl_cli_log_serve(struct pl_cli *cli);
/* log_status.c */
int pl_cli_log_status(struct pl_cli *cli);
/* log_append.c */
int pl_cli_log_append(struct pl_cli *cli);

/* log_read.c: LOG is a directory or a URL */
/* Whom to trust about LOG: --policy, --vkey, or the vkey kept in a log's own directory (the last two with `quorum none`).
 * PL_OK with NULL: nobody is named. The policy is the caller's. */
pl_status pl_cli_log_policy(const struct pl_cli *cli, struct pl_policy **ret, struct pl_diag *diag);
int pl_cli_log_checkpoint(struct pl_cli *cli);
int pl_cli_log_prove(struct pl_cli *cli);
int pl_cli_log_consistency(struct pl_cli *cli);
int pl_cli_log_verify(struct pl_cli *cli);
int pl_cli_log_export(struct pl_cli *cli);
/* log_fsck.c, log_repair.c, log_rotate.c */
int pl_cli_log_fsck(struct pl_cli *cli);
int pl_cli_log_repair(struct pl_cli *cli);
int pl_cli_log_rotate(struct pl_cli *cli);
/* log_key.c: the same for an instance, with an overlap of so many days. */
int pl_cli_log_key(struct pl_cli *cli, uint64_t days);

/* log_follow.c */
extern const struct pl_cli_option pl_cli_log_follow_options[];
int pl_cli_log_follow(struct pl_cli *cli);

/* Where the passphrase of the log's key comes from, by --passphrase-file; NULL if it was not given. */
const struct pl_passphrase *pl_cli_log_passphrase(const struct pl_cli *cli, struct pl_passphrase *room);

/* A log of the bare command line, open for writing. */
struct pl_cli_log {
	struct pl_log_dir_keys keys;
	struct pl_policy *policy;
	struct pl_log_writer *writer;
};
/* Open DIR (the first argument) with the callbacks of @o. */
pl_status pl_cli_log_open(const struct pl_cli *cli, struct pl_log_writer_options *o, struct pl_cli_log *ret,
	struct pl_diag *diag);
/* The same, signing with the first @n keys only (all: PL_LOG_KEYS_MAX). */
pl_status pl_cli_log_open_keys(const struct pl_cli *cli, struct pl_log_writer_options *o, size_t n, struct pl_cli_log *ret,
	struct pl_diag *diag);
/* Wait until what is acknowledged is published, close, and say what went wrong (words on standard error). */
pl_status pl_cli_log_close(struct pl_cli_log *log);

#endif
