/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts: what a sender holds, made here and checked anywhere. */
#include "base/time.h"
#include "cli/register.h"
#include "cli/release.h"
#include "cli/witnessed.h"
#include "log/bundle.h"
#include "register/promise.h"
#include "register/receipt.h"

const struct pl_cli_option pl_cli_receipt_options[] = {
	{"out", "FILE", "where the receipt goes (default: standard output)"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
const struct pl_cli_option pl_cli_check_options[] = {
	{"trust", "TRUST", "the trust file, from a source that you trust"},
	{"against", "BUNDLE", "the proof of a later head: does it show that the promise was broken?"},
	PL_CLI_JSON, {NULL},
};

/* ---- making ---- */

static pl_status make(struct pl_cli_job *j, uint64_t number, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_cli *cli = j->cli;
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	size_t fields[PL_COMMIT_FIELDS_MAX], n = 0;
	pl_status st = pl_register_open(j->inst, pl_str_from(cli->argv[0]), &r, diag);

	if (!st)
		st = pl_cli_case_fields(r, cli, fields, &n, diag);
	if (!st && n)
		st = pl_register_case_read(j->inst, r, number, &reader, &v, diag);
	if (!st && n && v->at.revision)
		st = pl_diag_set(diag, PL_E_STATE, "the case was changed since it was entered; a receipt opens what its sender entered");
	return st ? st : pl_register_receipt_make(j->inst, r, number, v, fields, n, out, diag);
}

int pl_cli_register_receipt(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_RECEIPT_MAX);
	const char *path = pl_cli_get(cli, "out");
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t number = 0;
	pl_status st;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &number) || !number)
		return pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = make(&j, number, &out, &diag);
	if (!st)
		st = path ? pl_cli_write_secret(path, pl_buf_bytes(&out), &diag) : pl_cli_out(pl_buf_str(&out));
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- checking ---- */

static int print_json(const struct pl_cli *cli, const struct pl_receipt_shows *s, const uint64_t *broken)
{
	struct pl_json *o = pl_json_new_object();
	char before[21], time[21];

	pl_time_write(s->before * PL_SECOND, before);
	pl_json_set_z(o, "register", s->name);
	pl_json_set_u64(o, "number", s->number);
	pl_json_set_u64(o, "position", s->position);
	pl_cli_set_digest(o, "leaf", &s->leaf);
	pl_json_set_z(o, "before", before);
	pl_json_set_bool(o, "proved", s->proved);
	pl_json_set_bool(o, "opened", s->opened);
	pl_cli_set_witnessed(o, s->witnessed);
	if (s->proved) {
		pl_time_write(s->time * PL_SECOND, time);
		pl_json_set_bool(o, "late", s->late);
		pl_json_set_u64(o, "head", s->head_index);
		pl_json_set_z(o, "time", time);
	}
	if (broken)
		pl_json_set_u64(o, "brokenBy", *broken);
	return pl_cli_json_line(cli, o);
}

static void print_words(const struct pl_receipt_shows *s)
{
	const char *good = pl_cli_style(stdout, PL_STYLE_GOOD), *plain = pl_cli_style(stdout, PL_STYLE_PLAIN);
	char before[21], time[21];

	pl_time_write(s->before * PL_SECOND, before);
	pl_time_write(s->time * PL_SECOND, time);
	(void)printf("%spromised%s: case %llu of %s, leaf %llu; a head signed by %s contains it\n", good, plain,
		(unsigned long long)s->number, s->name, (unsigned long long)s->position, before);
	if (s->proved)
		(void)printf("%sproved%s: it is in the head of %s, entry %llu of the log%s\n", good, plain, time,
			(unsigned long long)s->head_index, s->late ? ", later than was promised" : "");
	else
		(void)printf("not proved yet: take the receipt again after that time\n");
	if (s->opened)
		(void)printf("%sopened%s: what the receipt says was entered is what the case is committed to\n", good, plain);
	pl_cli_say_witnessed(stdout, s->witnessed);
	(void)printf("  Not shown: what becomes of the case. The register's reports count it, under this number.\n");
}

static pl_status look_against(const struct pl_cli *cli, const struct pl_receipt_shows *s, const struct pl_policy *policy,
	uint64_t *ret_broken, struct pl_diag *diag)
{
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	pl_status st = pl_cli_read_file(pl_cli_get(cli, "against"), &bundle, diag);

	return st ? st : pl_receipt_broken(s, policy, pl_buf_str(&bundle), ret_broken, diag);
}

static int conclude(const struct pl_cli *cli, const struct pl_receipt_shows *s, const struct pl_policy *policy, struct pl_diag *diag)
{
	uint64_t broken = 0;
	pl_status st = pl_cli_has(cli, "against") ? look_against(cli, s, policy, &broken, diag) : PL_E_NOTFOUND;

	if (st && st != PL_E_NOTFOUND)
		return pl_cli_fail(cli, st, diag);
	if (pl_cli_has(cli, "json")) {
		int code = print_json(cli, s, st ? NULL : &broken);

		return code ? code : st ? PL_EXIT_OK : PL_EXIT_NO;
	}
	print_words(s);
	if (!st)
		(void)printf("%sbroken%s: the head in entry %llu was signed when the case had to be in it, and is too small for it\n",
			pl_cli_style(stdout, PL_STYLE_BAD), pl_cli_style(stdout, PL_STYLE_PLAIN), (unsigned long long)broken);
	return st ? PL_EXIT_OK : PL_EXIT_NO;
}

int pl_cli_register_check(struct pl_cli *cli)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_receipt_shows shows = {0};
	struct pl_receipt receipt = {0};
	struct pl_diag diag = {0};
	pl_status st;

	if (!pl_cli_get(cli, "trust"))
		return pl_cli_usage(cli, "--trust is needed");
	st = pl_cli_read_file(pl_cli_get(cli, "trust"), &trust, &diag);
	if (!st)
		st = pl_policy_parse(pl_buf_str(&trust), &policy, &diag);
	if (!st)
		st = pl_cli_read_file(cli->argv[0], &text, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	st = pl_receipt_parse(pl_buf_str(&text), &receipt, &diag);
	if (!st)
		st = pl_receipt_check(&receipt, policy, &shows, &diag);
	/* A receipt is evidence, not input: one that cannot be read is refused, too. */
	if (st == PL_E_SYNTAX || st == PL_E_RANGE)
		st = PL_E_PROOF;
	return st ? pl_cli_fail(cli, st, &diag) : conclude(cli, &shows, policy, &diag);
}
