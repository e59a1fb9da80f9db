/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid advisory`: security advisories, from a draft to what others read. */
#include "cli/advisory.h"
#include "cli/cra.h"
#include "base/time.h"
#include "cli/release.h"
#include "cli/state.h"
#include "register/advisory/formats.h"
#include "register/advisory/securitytxt.h"

bool pl_cli_draft_read(const struct pl_cli *cli, struct pl_cli_draft *ret, int *ret_exit)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DRAFT_MAX + 1);
	struct pl_diag diag = {0};
	pl_status st;

	ret->arena = (struct pl_arena)PL_ARENA(PL_ADVISORY_DRAFT_ARENA);
	st = pl_cli_read_file(cli->argv[0], &text, &diag);
	if (!st)
		st = pl_advisory_draft_parse(pl_buf_str(&text), &ret->arena, &ret->advisory, &diag);
	if (st)
		*ret_exit = pl_cli_fail(cli, st == PL_E_NOTFOUND ? PL_E_SYNTAX : st, &diag);
	return st == PL_OK;
}

void pl_cli_draft_done(struct pl_cli_draft *d)
{
	pl_arena_done(&d->arena);
}

/* ---- check ---- */

void pl_cli_findings_print(FILE *out, const struct pl_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		(void)fprintf(out, "%s%-6s%s %-9s %s%s%s\n", pl_cli_style(out, f->v[i].error ? PL_STYLE_BAD : PL_STYLE_WARN),
			f->v[i].error ? "error" : "advice", pl_cli_style(out, PL_STYLE_PLAIN), f->v[i].rule, f->v[i].place,
			f->v[i].place[0] ? ": " : "", f->v[i].words);
	if (f->more)
		(void)fprintf(out, "and more\n");
}

static void print_counts(size_t errors, size_t advice)
{
	(void)printf("%zu error%s, %zu piece%s of advice\n", errors, errors == 1 ? "" : "s", advice, advice == 1 ? "" : "s");
}

static int print_findings(const struct pl_cli *cli, const struct pl_findings *f)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "findings");
	int code;

	if (!pl_cli_has(cli, "json")) {
		pl_json_free(o);
		pl_cli_findings_print(stdout, f);
		print_counts(f->errors, f->advice);
		return f->errors ? PL_EXIT_NO : PL_EXIT_OK;
	}
	for (size_t i = 0; i < f->n; i++) {
		struct pl_json *one = pl_json_push_object(array);

		pl_json_set_z(one, "rule", f->v[i].rule);
		pl_json_set_bool(one, "error", f->v[i].error);
		pl_json_set_z(one, "place", f->v[i].place);
		pl_json_set_z(one, "words", f->v[i].words);
	}
	pl_json_set_u64(o, "errors", f->errors);
	pl_json_set_bool(o, "more", f->more);
	code = pl_cli_json_line(cli, o);
	return code ? code : f->errors ? PL_EXIT_NO : PL_EXIT_OK;
}

static int check(struct pl_cli *cli)
{
	struct pl_cli_draft draft PL_CLEANUP(pl_cli_draft_done) = {0};
	struct pl_findings *f;
	int code;

	if (!pl_cli_draft_read(cli, &draft, &code))
		return code;
	f = PL_NEW(struct pl_findings);
	pl_advisory_check(&draft.advisory, f);
	code = print_findings(cli, f);
	pl_free(f);
	return code;
}

/* ---- write ---- */

enum format { CSAF, CVE, OPENVEX };
static const char *const formats[] = {"csaf", "cve", "openvex"};

static bool find_format(const struct pl_cli *cli, enum format *ret)
{
	const char *word = pl_cli_get(cli, "format");

	*ret = CSAF;
	for (unsigned i = 0; word && i < PL_COUNT(formats); i++)
		if (strcmp(word, formats[i]) == 0) {
			*ret = (enum format)i;
			return true;
		}
	return !word;
}

bool pl_cli_draft_vulnerability(const struct pl_cli *cli, const struct pl_advisory *a, size_t *ret)
{
	const char *cve = pl_cli_get(cli, "cve");

	for (size_t i = 0; i < a->vulnerabilities.n; i++)
		if (cve ? pl_str_eq(a->vulnerabilities.v[i].cve, pl_str_from(cve)) : a->vulnerabilities.n == 1) {
			*ret = i;
			return true;
		}
	return false;
}

static pl_status write_format(const struct pl_advisory *a, enum format format, size_t n, struct pl_buf *out)
{
	if (format == CVE)
		return pl_cve_write(a, n, out);
	return format == OPENVEX ? pl_openvex_write(a, out) : pl_csaf_write(a, out);
}

static int write_draft(struct pl_cli *cli)
{
	struct pl_cli_draft draft PL_CLEANUP(pl_cli_draft_done) = {0};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	struct pl_findings *f;
	enum format format;
	size_t n = 0, errors;
	pl_status st;
	int code;

	if (!find_format(cli, &format))
		return pl_cli_usage(cli, "--format wants csaf, cve or openvex");
	if (!pl_cli_draft_read(cli, &draft, &code))
		return code;
	if (format == CVE && !pl_cli_draft_vulnerability(cli, &draft.advisory, &n))
		return pl_cli_usage(cli, "--cve wants a CVE of the draft");
	f = PL_NEW(struct pl_findings);
	pl_advisory_check(&draft.advisory, f);
	if (format == CVE)
		pl_cve_check(&draft.advisory, n, f);
	pl_cli_findings_print(stderr, f);
	errors = f->errors;
	pl_free(f);
	if (errors)
		return PL_EXIT_NO;
	st = write_format(&draft.advisory, format, n, &out);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* ---- security.txt ---- */

static int print_report(const struct pl_cli *cli, const struct pl_securitytxt_report *r)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "findings");
	int code = PL_EXIT_OK;

	for (size_t i = 0; i < r->n; i++) {
		bool error = pl_securitytxt_is_error(r->v[i].code);
		struct pl_json *one = pl_json_push_object(array);

		pl_json_set_z(one, "code", pl_securitytxt_code(r->v[i].code));
		pl_json_set_bool(one, "error", error);
		pl_json_set_u64(one, "line", r->v[i].line);
		if (!pl_cli_has(cli, "json"))
			(void)printf("%s %s line %u: %s\n", error ? "error " : "advice", pl_securitytxt_code(r->v[i].code), r->v[i].line,
				pl_securitytxt_words(r->v[i].code));
	}
	pl_json_set_u64(o, "errors", r->errors);
	if (pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	else
		print_counts(r->errors, r->advice);
	pl_json_free(o);
	return code ? code : r->errors ? PL_EXIT_NO : PL_EXIT_OK;
}

static int security_txt(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECURITYTXT_MAX);
	struct pl_securitytxt_report report;
	struct pl_diag diag = {0};
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_securitytxt_check(pl_buf_str(&text), pl_str_from(pl_cli_get(cli, "url")), pl_time_now(), &report);
	return print_report(cli, &report);
}

static const struct pl_cli_option json_options[] = {PL_CLI_JSON, {NULL}};
static const struct pl_cli_option write_options[] = {
	{"format", "WORD", "csaf (default), cve or openvex"},
	{"cve", "CVE", "with cve: which one, if there are several"},
	{NULL},
};
static const struct pl_cli_option cra_options[] = {
	{"known", "TIME", "when exploitation, or the severe incident, was known"},
	{"available", "TIME", "final: when a corrective or mitigating measure was available"},
	{"sent", "TIME", "incident-final: when the notification was sent"},
	PL_CLI_CRA_OPTIONS,
	{"country", "CODE", "whose public holidays count (default EU)"},
	{"cve", "CVE", "which vulnerability, if there are several"},
	{NULL},
};
static const struct pl_cli_option publish_options[] = {
	{"accept-advice", NULL, "although the check gave advice"},
	{"case", "NUMBER", "the case it is about, where the draft does not say so; its CVE must be there"},
	{"register", "NAME", "of that case (default: vulnerabilities)"}, PL_CLI_STATE_OPTIONS, {NULL},
};
static const struct pl_cli_option provider_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option text_options[] = {
	{"url", "URL", "where it is found: a Canonical field must say so"}, PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"check", "DRAFT", "what is wrong with a draft; exit code 1 if there is an error", json_options, 1, 1, check},
	{"write", "DRAFT", "print a draft in a format that others read", write_options, 1, 1, write_draft},
	{"publish", "DRAFT", "state an advisory, once its embargo is over", publish_options, 1, 1, pl_cli_advisory_publish},
	{"provider", "SETTINGS", "state who publishes, and make the OpenPGP key if there is none", provider_options, 1, 1,
		pl_cli_advisory_provider},
	{"list", "", "advisories, those that changed last first", read_options, 0, 0, pl_cli_advisory_list},
	{"show", "ID", "one advisory and its versions", read_options, 1, 1, pl_cli_advisory_show},
	{"export", "DIR", "write all files of the provider below a directory", read_options, 1, 1, pl_cli_advisory_export},
	{"cra", "DRAFT STAGE", "print what the Cyber Resilience Act wants told, and by when", cra_options, 2, 2,
		pl_cli_advisory_cra},
	{"security-txt", "FILE", "what is wrong with a security.txt; exit code 1 if there is an error", text_options, 1, 1,
		security_txt},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_advisory = {"advisory", "security advisories, and who publishes them", verbs};
