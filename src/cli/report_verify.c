/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report verify`: one signature, one log proof, and then every row counted again; offline. */
#include "base/file.h"
#include "base/progress.h"
#include "cli/release.h"
#include "cli/report.h"
#include "register/judge.h"
#include <fcntl.h>

struct checking {
	struct pl_cli *cli;
	struct pl_register_report_file file;
	struct pl_digest digest;
	struct pl_policy *policy;
	struct pl_buf bundle;
	struct pl_verify *verify;
	struct pl_recount counted;
	struct pl_progress progress;
	bool drawing;
};

static pl_status read_all(struct checking *c, struct pl_diag *diag)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_cli_read_file(pl_cli_get(c->cli, "trust"), &trust, diag);

	if (!st)
		st = pl_policy_parse(pl_buf_str(&trust), &c->policy, diag);
	if (!st)
		st = pl_cli_read_file(pl_cli_get(c->cli, "bundle"), &c->bundle, diag);
	if (st)
		return st;
	st = pl_file_open(AT_FDCWD, c->cli->argv[0], O_RDONLY, 0, &fd);
	if (!st)
		st = pl_register_report_file_map(fd, &c->file, diag);
	if (st)
		return pl_diag_set(diag, st, "cannot read \"%s\"", c->cli->argv[0]);
	pl_sha256(c->file.bytes, &c->digest);
	return PL_OK;
}

static void tell(void *ctx, uint64_t done, uint64_t total)
{
	struct checking *c = ctx;

	if (!c->drawing)
		pl_progress_begin(&c->progress, "counting", total, PL_PROGRESS_BYTES);
	c->drawing = true;
	pl_progress_set(&c->progress, done);
}

/* Recounted first: if the file was changed, whoever changed it wants to know which row shows it. */
static pl_status recount(struct checking *c, struct pl_diag *diag)
{
	pl_status st;

	pl_progress_quiet(pl_cli_has(c->cli, "json"));
	st = pl_recount_file(c->file.bytes, 0, tell, c, &c->counted, diag);
	if (c->drawing)
		pl_progress_end(&c->progress);
	return st;
}

static pl_status judge(struct checking *c, struct pl_diag *diag)
{
	pl_status st = pl_verify_bundle(c->policy, &c->digest, pl_str_from(c->cli->argv[0]), PL_STR("register-report"),
		pl_buf_str(&c->bundle), &c->verify, diag);

	if (st)
		return st;
	if (c->verify->status)
		return pl_diag_set(diag, PL_E_PROOF, "%s", c->verify->words);
	return pl_register_report_judge(c->verify, &c->digest, &c->counted, diag);
}

static int print(const struct checking *c)
{
	struct pl_json *o;

	if (pl_cli_has(c->cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_bool(o, "verified", true);
		pl_json_set_u64(o, "index", c->verify->first->index);
		pl_json_set_bool(o, "witnessed", !c->verify->verdict.unwitnessed);
		pl_recount_to_json(o, &c->counted);
		return pl_cli_json_line(c->cli, o);
	}
	(void)printf("%sverified%s: the report is entry %llu of %.*s, and every row was counted again\n",
		pl_cli_style(stdout, PL_STYLE_GOOD), pl_cli_style(stdout, PL_STYLE_PLAIN),
		(unsigned long long)c->verify->first->index, PL_STR_ARG(c->counted.head.origin));
	pl_cli_report_print(&c->counted);
	(void)printf("  Not shown: a case that was never entered, or entered as something else.\n");
	return PL_EXIT_OK;
}

int pl_cli_report_verify(struct pl_cli *cli)
{
	struct checking c = {.cli = cli, .bundle = PL_BUF(PL_BUNDLE_TEXT_MAX)};
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!pl_cli_get(cli, "bundle") || !pl_cli_get(cli, "trust"))
		return pl_cli_usage(cli, "--bundle and --trust are both needed");
	st = read_all(&c, &diag);
	if (!st) {
		st = recount(&c, &diag);
		/* An openings file is evidence, not input: one that cannot be read is refused, too. */
		if (st == PL_E_SYNTAX || st == PL_E_RANGE)
			st = PL_E_PROOF;
	}
	if (!st)
		st = judge(&c, &diag);
	code = st ? pl_cli_fail(cli, st, &diag) : print(&c);
	pl_recount_done(&c.counted);
	pl_verify_free(c.verify);
	pl_policy_free(c.policy);
	pl_buf_done(&c.bundle);
	pl_register_report_file_done(&c.file);
	return code;
}
