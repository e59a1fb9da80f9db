/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report verify`: one signature, one log proof, and then every row counted again; offline. Where rows are shut, also whether auditors
 * drew their samples as they had to. */
#include "base/file.h"
#include "cli/release.h"
#include "cli/report.h"
#include "cli/witnessed.h"
#include "fact/member.h"
#include <fcntl.h>

pl_status pl_cli_report_map(const char *path, struct pl_register_report_file *ret, struct pl_digest *ret_digest, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, &fd);

	if (!st)
		st = pl_register_report_file_map(fd, ret, diag);
	if (st)
		return pl_diag_set(diag, st, "cannot read \"%s\"", path);
	pl_sha256(ret->bytes, ret_digest);
	return PL_OK;
}

static pl_status read_all(struct pl_cli_report_check *c, const char *path, struct pl_diag *diag)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	pl_status st = pl_cli_read_file(pl_cli_get(c->cli, "trust"), &trust, diag);

	if (!st)
		st = pl_policy_parse(pl_buf_str(&trust), &c->policy, diag);
	if (!st)
		st = pl_cli_read_file(pl_cli_get(c->cli, "bundle"), &c->bundle, diag);
	if (st)
		return st;
	return pl_cli_report_map(path, &c->file, &c->digest, diag);
}

static void tell(void *ctx, uint64_t done, uint64_t total)
{
	struct pl_cli_report_check *c = ctx;

	if (!c->drawing)
		pl_progress_begin(&c->progress, "counting", total, PL_PROGRESS_BYTES);
	c->drawing = true;
	pl_progress_set(&c->progress, done);
}

/* Recounted first: if the file was changed, whoever changed it wants to know which row shows it. */
static pl_status recount(struct pl_cli_report_check *c, struct pl_diag *diag)
{
	pl_status st;

	pl_progress_quiet(pl_cli_has(c->cli, "json"));
	st = pl_recount_file(c->file.bytes, 0, tell, c, &c->counted, diag);
	if (c->drawing)
		pl_progress_end(&c->progress);
	return st;
}

static void keep_sample(void *ctx, const struct pl_verify_entry *e, const char *why)
{
	struct pl_cli_report_check *c = ctx;
	struct pl_cli_report_sample *s;

	if (c->n_samples == PL_COUNT(c->samples))
		return;
	s = &c->samples[c->n_samples++];
	*s = (struct pl_cli_report_sample){.entry = e, .drawn = !why};
	(void)snprintf(s->why, sizeof s->why, "%s", why ? why : "");
}

static pl_status judge(struct pl_cli_report_check *c, const char *path, struct pl_diag *diag)
{
	pl_status st = pl_verify_bundle(c->policy, &c->digest, pl_str_from(path), PL_STR("register-report"), pl_buf_str(&c->bundle), &c->verify,
		diag);

	if (st)
		return st;
	if (c->verify->status)
		return pl_diag_set(diag, PL_E_PROOF, "%s", c->verify->words);
	return pl_register_report_judge(c->verify, &c->digest, &c->counted, keep_sample, c, diag);
}

pl_status pl_cli_report_check(struct pl_cli_report_check *c, const char *path, struct pl_diag *diag)
{
	pl_status st = read_all(c, path, diag);

	if (!st) {
		st = recount(c, diag);
		/* An openings file is evidence, not input: one that cannot be read is refused, too. */
		if (st == PL_E_SYNTAX || st == PL_E_RANGE)
			st = PL_E_PROOF;
	}
	return st ? st : judge(c, path, diag);
}

void pl_cli_report_check_done(struct pl_cli_report_check *c)
{
	pl_recount_done(&c->counted);
	pl_verify_free(c->verify);
	pl_policy_free(c->policy);
	pl_buf_done(&c->bundle);
	pl_register_report_file_done(&c->file);
}

/* ---- printing ---- */

static void print_sample(const struct pl_cli_report_sample *s)
{
	const struct pl_json *p = s->entry->statement->predicate;
	bool recounted = false;

	if (!s->drawn) {
		(void)printf("  %sNot drawn as it had to be%s: the sample of %.*s (entry %llu) says nothing: %s\n", pl_cli_style(stdout, PL_STYLE_BAD),
			pl_cli_style(stdout, PL_STYLE_PLAIN), PL_STR_ARG(pl_member_text(p, "auditor")), (unsigned long long)s->entry->index, s->why);
		return;
	}
	(void)(pl_json_bool(pl_json_get(p, "recounted"), &recounted) == PL_OK);
	(void)printf("  %.*s (entry %llu) compared %zu of %llu cases with their files: %zu differ%s\n", PL_STR_ARG(pl_member_text(p, "auditor")),
		(unsigned long long)s->entry->index, pl_json_count(pl_json_get(p, "drawn")), (unsigned long long)pl_member_u64(p, "among"),
		pl_json_count(pl_json_get(p, "differing")), recounted ? "; counted all totals again" : "; did not get the totals");
}

static void json_samples(struct pl_json *o, const struct pl_cli_report_check *c)
{
	struct pl_json *list = c->counted.stated ? pl_json_set_array(o, "samples") : NULL;

	for (size_t i = 0; i < c->n_samples; i++) {
		const struct pl_json *p = c->samples[i].entry->statement->predicate;
		struct pl_json *s = pl_json_push_object(list);

		pl_json_set_u64(s, "index", c->samples[i].entry->index);
		pl_json_set_str(s, "auditor", pl_member_text(p, "auditor"));
		pl_json_set_bool(s, "asDrawn", c->samples[i].drawn);
		pl_json_set_u64(s, "among", pl_member_u64(p, "among"));
		pl_json_set_u64(s, "drawn", pl_json_count(pl_json_get(p, "drawn")));
		pl_json_set_u64(s, "differing", pl_json_count(pl_json_get(p, "differing")));
		pl_json_set(s, "recounted", pl_json_ref(pl_json_get(p, "recounted")));
	}
}

static int print(const struct pl_cli_report_check *c)
{
	struct pl_json *o;

	if (pl_cli_has(c->cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_bool(o, "verified", true);
		pl_json_set_u64(o, "index", c->verify->first->index);
		pl_cli_set_witnessed(o, !c->verify->verdict.unwitnessed);
		pl_recount_to_json(o, &c->counted);
		json_samples(o, c);
		return pl_cli_json_line(c->cli, o);
	}
	(void)printf("%sverified%s: the report is entry %llu of %.*s, and %s\n", pl_cli_style(stdout, PL_STYLE_GOOD),
		pl_cli_style(stdout, PL_STYLE_PLAIN), (unsigned long long)c->verify->first->index, PL_STR_ARG(c->counted.head.origin),
		c->counted.stated ? "every case of it stands in the register" : "every row was counted again");
	pl_cli_say_witnessed(stdout, !c->verify->verdict.unwitnessed);
	pl_cli_report_print(&c->counted);
	for (size_t i = 0; i < c->n_samples; i++)
		print_sample(&c->samples[i]);
	if (c->counted.stated && !c->n_samples)
		(void)printf("  no auditor's sample came with it\n");
	(void)printf("  Not shown: a case that was never entered, or entered as something else.\n");
	return PL_EXIT_OK;
}

int pl_cli_report_verify(struct pl_cli *cli)
{
	struct pl_cli_report_check c = {.cli = cli, .bundle = PL_BUF(PL_BUNDLE_TEXT_MAX)};
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!pl_cli_get(cli, "bundle") || !pl_cli_get(cli, "trust"))
		return pl_cli_usage(cli, "--bundle and --trust are both needed");
	st = pl_cli_report_check(&c, cli->argv[0], &diag);
	code = st ? pl_cli_fail(cli, st, &diag) : print(&c);
	pl_cli_report_check_done(&c);
	return code;
}
