/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/stage.h"
#include "base/time.h"
#include "cli/log.h"
#include "log/bare.h"
#include "log/record_file.h"
#include <fcntl.h>
#include <unistd.h>

/*
 * `log init` makes the log below DIR/.init (base/stage.h), and the record beside DIR before the checkpoint is signed; then all
 * of it moves to DIR. What a kill left is complete if a checkpoint was signed, and otherwise worth nothing.
 */
struct making {
	const char *dir, *origin;
	struct pl_stage stage;
	struct pl_log_record record;
	char record_path[4096];
	bool new_record; /* there was none before */
	struct pl_diag *diag;
};

static pl_status read_policy(const char *file, struct pl_buf *text, struct pl_diag *diag)
{
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	pl_status st = pl_file_read(AT_FDCWD, file, text);

	return st ? pl_diag_set(diag, st, "the policy %s cannot be read", file) : pl_policy_parse(pl_buf_str(text), &policy, diag);
}

/* What an init that was broken off has left. */
static pl_status judge_left(struct making *m)
{
	int probe PL_CLEANUP(pl_file_close) = -1;
	struct pl_log_state state;
	pl_status st = pl_file_open(m->stage.fd, "public/checkpoint", O_RDONLY, 0, &probe);

	if (st == PL_OK)
		m->stage.found = PL_STAGE_READY;
	if (st != PL_E_NOTFOUND)
		return st;
	/* Had there been a record before, nothing would have been begun; this one knows of no entry and no signature. */
	st = m->record.ops->load(m->record.ctx, &state);
	if (st == PL_OK && state.size == 0 && state.epoch == 0)
		st = pl_file_unlink(AT_FDCWD, m->record_path);
	return st && st != PL_E_NOTFOUND ? st : pl_stage_clear(&m->stage, m->diag);
}

static pl_status open_record(struct making *m)
{
	pl_status st = pl_record_file_path(m->dir, m->record_path, sizeof m->record_path);

	return st ? st : pl_record_file_open(AT_FDCWD, m->record_path, pl_str_from(m->origin), &m->record, m->diag);
}

static pl_status begin(struct making *m)
{
	pl_status st;

	if (!pl_note_name_ok(pl_str_from(m->origin)))
		return pl_log_dir_check_new(m->dir, pl_str_from(m->origin), &m->record, m->diag);
	st = pl_stage_begin(m->dir, 0755, &m->stage, m->diag);
	if (!st)
		st = open_record(m);
	if (!st && m->stage.found == PL_STAGE_LEFT) {
		st = judge_left(m);
		pl_log_record_close(&m->record);
		if (!st)
			st = open_record(m);
	}
	return st || m->stage.found == PL_STAGE_READY ? st :
		pl_log_dir_check_new(m->dir, pl_str_from(m->origin), &m->record, m->diag);
}

static pl_status build(struct making *m, const struct pl_passphrase *pass, const struct pl_buf *policy)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	pl_str origin = pl_str_from(m->origin);
	pl_status st = pl_log_dir_key_new(m->stage.path, "", origin, pass, &signer, &vkey, m->diag);

	if (!st)
		st = pl_file_put(m->stage.fd, "private/policy", pl_buf_bytes(policy), 0644, PL_FILE_REPLACE);
	if (!st)
		st = pl_stage_check(&m->stage, m->diag);
	m->new_record = !st;
	return st ? st : pl_log_dir_create(m->stage.path, origin, &m->record, signer, m->diag);
}

/* Print the verifier key of the log that is in DIR now. */
static int tell(struct pl_cli *cli, const struct making *m, bool own_passphrase)
{
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	pl_status st = pl_log_dir_vkeys(m->dir, &keys, m->diag);

	if (!st && !pl_str_eq(keys.key[0].vkey.name, pl_str_from(m->origin)))
		st = pl_diag_set(m->diag, PL_E_EXISTS, "%s holds the log %.*s, whose init was broken off and is complete now", m->dir,
			PL_STR_ARG(keys.key[0].vkey.name));
	if (st)
		return pl_cli_fail(cli, st, m->diag);
	if (own_passphrase)
		(void)fprintf(stderr, "The key's passphrase is in %s/private/key.pass; whoever can read it can sign.\n", m->dir);
	pl_vkey_write(&vkey, &keys.key[0].vkey);
	pl_buf_put_c(&vkey, '\n');
	return pl_cli_out(pl_buf_str(&vkey)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_log_init(struct pl_cli *cli)
{
	struct pl_buf policy PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_passphrase room;
	const struct pl_passphrase *pass = pl_cli_log_passphrase(cli, &room);
	struct pl_diag diag = {0};
	struct making m = {.dir = cli->argv[0], .origin = pl_cli_get(cli, "origin"), .stage = PL_STAGE_NONE, .diag = &diag};
	pl_status st = PL_OK;

	if (!m.origin)
		return pl_cli_usage(cli, "--origin NAME is missing");
	if (pl_cli_has(cli, "policy"))
		st = read_policy(pl_cli_get(cli, "policy"), &policy, &diag);
	else
		pl_buf_put_z(&policy, "# Nobody witnesses this log: nothing would show that it forks.\nquorum none\n");
	if (!st)
		st = begin(&m);
	if (!st && m.stage.found == PL_STAGE_FRESH)
		st = build(&m, pass, &policy);
	if (st && m.stage.found == PL_STAGE_FRESH) {
		pl_stage_abandon(&m.stage);
		if (m.new_record)
			(void)unlink(m.record_path);
	}
	if (!st)
		st = pl_stage_commit(&m.stage, "public", &diag);
	pl_log_record_close(&m.record);
	pl_stage_done(&m.stage);
	return st ? pl_cli_fail(cli, st, &diag) : tell(cli, &m, !pass);
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
		st = act == PL_BARE_RESUME ? pl_log_writer_resume(log.writer, pl_buf_bytes(&entry), NULL, &answer) :
					     pl_log_writer_time_accept(log.writer, pl_buf_bytes(&entry), NULL, &answer);
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
