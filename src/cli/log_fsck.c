/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log fsck`: the whole log, hashed again. */
#include "base/json.h"
#include "base/progress.h"
#include "base/time.h"
#include "cli/log.h"
#include "cli/witnessed.h"
#include "log/fsck.h"
#include <fcntl.h>

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	struct pl_progress *p = ctx;

	p->total = total;
	pl_progress_set(p, done);
}

/* The report as a signed note: its text, an empty line, the signature of @key. */
static pl_status sign_report(struct pl_buf *text, const char *keyfile, pl_str name, const struct pl_passphrase *pass,
	struct pl_diag *diag)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_status st = pl_signer_from_keyfile(AT_FDCWD, keyfile, pass, &signer, diag);

	if (!st)
		st = pl_note_sign_line(signer, name, pl_buf_str(text), &line);
	pl_buf_put_c(text, '\n');
	pl_buf_put_bytes(text, pl_buf_bytes(&line));
	return st;
}

static pl_status print_report(const struct pl_cli *cli, const struct pl_fsck_report *r, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)64 * 1024);
	const char *keyfile = pl_cli_get(cli, "key");
	struct pl_passphrase room;
	const struct pl_passphrase *pass = pl_cli_log_passphrase(cli, &room);
	pl_status st = PL_OK;

	if (pl_cli_has(cli, "json")) {
		struct pl_json *o = pl_json_new_object(), *list;

		pl_json_set_str(o, "origin", r->origin);
		pl_json_set_u64(o, "size", r->size);
		pl_json_set_u64(o, "entries_checked", r->entries);
		pl_json_set_u64(o, "entries_checked_before", r->resumed_from);
		pl_json_set_u64(o, "tiles_checked", r->tiles);
		pl_json_set_bool(o, "signature_checked", r->signature_checked);
		pl_json_set_bool(o, "witnesses_checked", r->witnesses_checked);
		pl_json_set_u64(o, "witnesses", r->witnesses);
		pl_cli_set_witnessed(o, r->witnesses_checked);
		pl_json_set_bool(o, "journal_checked", r->journal_checked);
		pl_json_set_bool(o, "record_checked", r->record_checked);
		pl_json_set_u64(o, "problems", r->problems);
		list = pl_json_set_array(o, "told");
		for (uint64_t i = 0; i < r->problems && i < PL_FSCK_TOLD_MAX; i++)
			pl_json_push_z(list, r->told[i]);
		st = pl_json_write(o, &text);
		pl_json_free(o);
		pl_buf_put_c(&text, '\n');
	} else {
		pl_fsck_write(r, pl_time_now(), &text);
		if (keyfile)
			st = sign_report(&text, keyfile, r->origin, pass ? pass : &(struct pl_passphrase){.from = PL_PASSPHRASE_TERMINAL,
				.name = "Passphrase of the key that signs the report"}, diag);
	}
	return st ? st : pl_cli_out(pl_buf_str(&text));
}

/* Check, print, and say in words what standard output may be too far away to tell. */
static pl_status check(const struct pl_cli *cli, const struct pl_fsck_options *o, struct pl_progress *bar,
	struct pl_fsck_report *report, struct pl_diag *diag)
{
	pl_status st;

	pl_progress_quiet(pl_cli_has(cli, "json"));
	pl_progress_begin(bar, "checking entries", 0, PL_PROGRESS_COUNT);
	st = pl_fsck(o, report, diag);
	pl_progress_end(bar);
	if (!st)
		st = print_report(cli, report, diag);
	if (!st)
		pl_cli_say_witnessed(stderr, report->witnesses_checked);
	if (!st && report->problems)
		(void)fprintf(stderr, "%llu problem%s: this log does not hold what its checkpoint says.\n"
				      "What to do: where the log is kept, pellucid log repair makes tiles and entries again.\n",
			(unsigned long long)report->problems, report->problems == 1 ? "" : "s");
	return st;
}

int pl_cli_log_fsck(struct pl_cli *cli)
{
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_progress bar;
	struct pl_fsck_options o = {
		.where = pl_str_from(cli->argv[0]), .state_file = pl_cli_get(cli, "state"), .progress = progress, .progress_ctx = &bar,
	};
	struct pl_fsck_report report = {0};
	struct pl_diag diag = {0};
	uint64_t threads;
	bool problems;
	pl_status st;

	if (pl_cli_has(cli, "json") && pl_cli_get(cli, "key"))
		return pl_cli_usage(cli, "--key signs the report as text: leave --json out");
	if (pl_cli_get_u64(cli, "threads", 0, 0, 64, &threads))
		return PL_EXIT_USAGE;
	o.threads = (unsigned)threads;
	st = pl_cli_log_policy(cli, &policy, &diag);
	o.policy = policy;
	if (!st)
		st = check(cli, &o, &bar, &report, &diag);
	problems = report.problems;
	pl_fsck_done(&report);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return problems ? PL_EXIT_NO : PL_EXIT_OK;
}
