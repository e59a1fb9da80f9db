/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log`: one append-only log in a directory, without an instance around it. */
#include "cli/log.h"
#include "base/time.h"
#include "cli/state.h"

/* How long a finished command waits for its checkpoint to be published. */
#define PATIENCE (10 * PL_SECOND)
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
#define VKEY {"vkey", "KEY", "the log's verifier key; no witnesses are asked for (default: what a log's own directory names)"}
#define POLICY {"policy", "FILE", "tlog-policy or trust file: log, witnesses, quorum"}

static const struct pl_cli_option read_options[] = {VKEY, POLICY, PL_CLI_JSON, {0}};
static const struct pl_cli_option prove_options[] = {
	VKEY, POLICY, {"without-entry", NULL, "leave the entry out of the proof"}, PL_CLI_JSON, {0},
};
static const struct pl_cli_option consistency_options[] = {VKEY, POLICY, PL_CLI_JSON, {0}};
static const struct pl_cli_option verify_options[] = {
	VKEY, POLICY,
	{"old", "FILE", "an earlier checkpoint that this log must extend"},
	{"proof", "FILE", "a proof or proof bundle to check as well"},
	PL_CLI_JSON, {0},
};
static const struct pl_cli_option export_options[] = {
	VKEY, POLICY,
	{"from", "N", "first index (default 0)"},
	{"to", "N", "index behind the last (default: all)"},
	{"base64", NULL, "one base64 line per entry, for entries that are not lines"},
	{"json", NULL, "one JSON object per entry and line: its index, and its bytes in base64"},
	{0},
};
static const struct pl_cli_option fsck_options[] = {
	VKEY, POLICY,
	{"state", "FILE", "remember what was found right, and go on from there next time"},
	{"threads", "N", "0: one per processor"},
	{"key", "FILE", "sign the report with this key file"},
	PASSPHRASE, PL_CLI_JSON, {0},
};
static const struct pl_cli_option repair_options[] = {
	{"from", "URL|DIR", "a copy of the log: a mirror, or a backup; each of its bytes is checked"},
	{"instance", "DIR", "repair the log of this instance, whose record is in its database"},
	VKEY, POLICY, PL_CLI_JSON, {0},
};
static const struct pl_cli_option rotate_options[] = {
	{"overlap-days", "N", "how long both keys sign (default 30)"},
	{"reason", "WORD", "of an instance: scheduled (default), algorithm, lost or compromised"},
	{"finish", NULL, "end the old key"},
	{"early", NULL, "with --finish: before the overlap is over"},
	{"without-witnesses", NULL, "with --finish: although witnesses that the quorum needs do not take the new key"},
	PL_CLI_STATE_OPTIONS, {0},
};
static const struct pl_cli_option act_options[] = {PASSPHRASE, {0}};

static const struct pl_cli_option serve_options[] = {PL_CLI_INSTANCE, PASSPHRASE, {0}};
static const struct pl_cli_option status_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {0}};

static const struct pl_cli_verb verbs[] = {
	{"init", "DIR", "make an empty log and print its verifier key", init_options, 1, 1, pl_cli_log_init},
	{"append", "DIR", "append entries; answers when they are durable", append_options, 1, 1, pl_cli_log_append},
	{"checkpoint", "LOG", "print the signed checkpoint", read_options, 1, 1, pl_cli_log_checkpoint},
	{"prove", "LOG INDEX", "print the proof that an entry is in the log", prove_options, 2, 2, pl_cli_log_prove},
	{"consistency", "LOG OLD [NEW]", "print the proof that one size extends another", consistency_options, 2, 3,
		pl_cli_log_consistency},
	{"verify", "LOG", "check signature, witnesses and root", verify_options, 1, 1, pl_cli_log_verify},
	{"fsck", "LOG", "hash every entry again and compare every tile", fsck_options, 1, 1, pl_cli_log_fsck},
	{"repair", "[DIR]", "make damaged or missing tiles and entry bundles again", repair_options, 0, 1, pl_cli_log_repair},
	{"export", "LOG", "print the entries, one a line", export_options, 1, 1, pl_cli_log_export},
	{"rotate-key", "[DIR]", "let a new key follow the log's key; without DIR, of the instance", rotate_options, 0, 1,
		pl_cli_log_rotate},
	{"resume", "DIR", "end a hold for want of witnesses", resume_options, 1, 1, pl_cli_log_resume},
	{"time-accept", "DIR REASON", "end a hold because of the system time", act_options, 2, 2, pl_cli_log_time_accept},
	{"follow", "[WHERE]", "watch a log, and raise alarms", pl_cli_log_follow_options, 0, 1, pl_cli_log_follow},
	{"serve", "", "run the sequencer of an instance until SIGTERM", serve_options, 0, 0, pl_cli_log_serve},
	{"status", "", "what the log process of an instance says of itself; exit 1 unless it runs", status_options, 0, 0,
		pl_cli_log_status},
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
	return pl_cli_log_open_keys(cli, o, PL_LOG_KEYS_MAX, ret, diag);
}

pl_status pl_cli_log_open_keys(const struct pl_cli *cli, struct pl_log_writer_options *o, size_t n, struct pl_cli_log *ret,
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
	o->n_keys = ret->keys.n < n ? ret->keys.n : n;
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
	published = pl_log_writer_wait_published(log->writer, s.recorded.size, PATIENCE);
	st = pl_log_writer_close(log->writer);
	pl_policy_free(log->policy);
	pl_log_dir_keys_done(&log->keys);
	return st ? st : published;
}
