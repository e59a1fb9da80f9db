/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid report sample` and `audit`: an auditor of a register whose rows are shut. He has the published openings file, the same with its
 * rows opened, and a key of his own; what he signs goes back to the operator, who logs it with `pellucid statement import`.
 */
#include "cli/outside_key.h"
#include "cli/release.h"
#include "cli/report.h"
#include "cli/witnessed.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "fact/statement.h"
#include "log/bundle.h"
#include "register/stated.h"
#include <stdio.h>

#define COUNT_DEFAULT 25u

struct drawing {
	struct pl_cli *cli;
	pl_str words;
	size_t n;
	uint64_t drawn[PL_SAMPLE_MAX];
	size_t n_differing;
	uint64_t differing[PL_SAMPLE_MAX];
	/* the file with opened rows */
	struct pl_register_report_file file;
	struct pl_digest digest;
	struct pl_recount counted;
	struct pl_json *rows;
	size_t at; /* the drawn case that is looked for */
};

static void drawing_done(struct drawing *d)
{
	pl_recount_done(&d->counted);
	pl_register_report_file_done(&d->file);
	pl_json_free(d->rows);
}

/* ---- what was drawn ---- */

static pl_status draw(struct drawing *d, const struct pl_recount *public, const struct pl_digest *openings, struct pl_diag *diag)
{
	const char *count = pl_cli_get(d->cli, "count");
	uint64_t want = COUNT_DEFAULT;

	if (count && pl_str_to_u64(pl_str_from(count), PL_SAMPLE_MAX, &want))
		return pl_diag_set(diag, PL_E_RANGE, "--count wants a number, at most %u", PL_SAMPLE_MAX);
	d->words = pl_str_from(pl_cli_get(d->cli, "words"));
	return pl_sample_draw(public, openings, d->words, (size_t)want, d->drawn, &d->n, diag);
}

/* Told every case of the period by ascending number. */
static pl_status keep_row(void *ctx, const struct pl_recount *r, uint64_t number, uint32_t revision, unsigned under, const pl_str *values)
{
	const struct pl_register_decl *decl = pl_recount_decl(r, under);
	struct drawing *d = ctx;
	struct pl_json *o;

	while (d->at < d->n && d->drawn[d->at] < number)
		d->at++;
	if (d->at == d->n || d->drawn[d->at] != number)
		return PL_OK;
	o = pl_json_push_object(d->rows);
	pl_json_set_u64(o, "number", number);
	pl_json_set_u64(o, "revision", revision);
	o = pl_json_set_object(o, "values");
	for (size_t i = 0; i < decl->derived.n; i++)
		if (values[i].ptr)
			pl_json_set_key(o, decl->derived.fields[i].name, pl_json_new_str(values[i]));
	return PL_OK;
}

/* Counts the file with opened rows, and compares it with what was published. */
static pl_status read_counted(struct drawing *d, const struct pl_recount *public, struct pl_diag *diag)
{
	pl_status st = pl_cli_report_map(pl_cli_get(d->cli, "counted"), &d->file, &d->digest, diag);

	d->rows = pl_json_new_array();
	d->at = 0;
	if (!st)
		st = pl_recount_cases(d->file.bytes, 0, keep_row, d, &d->counted, diag);
	if (st == PL_E_SYNTAX || st == PL_E_RANGE)
		st = PL_E_PROOF;
	return st ? st : pl_stated_compare(public, &d->digest, &d->counted, diag);
}

/* ---- sample ---- */

static void print_values(const struct pl_json *row)
{
	struct pl_json_member *members = NULL;
	size_t n = 0;

	if (pl_json_members(pl_json_get(row, "values"), &members, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		pl_str text = {0};

		(void)(pl_json_str(members[i].value, &text) == PL_OK);
		(void)printf(" %.*s=%.*s", PL_STR_ARG(members[i].key), PL_STR_ARG(text));
	}
	pl_free(members);
}

static const struct pl_json *row_of(const struct drawing *d, uint64_t number)
{
	for (size_t i = 0; i < pl_json_count(d->rows); i++)
		if (pl_member_u64(pl_json_at(d->rows, i), "number") == number)
			return pl_json_at(d->rows, i);
	return NULL;
}

static int print(const struct drawing *d, size_t among)
{
	struct pl_json *o, *list;

	if (!pl_cli_has(d->cli, "json")) {
		(void)printf("drawn: %zu of %zu cases\n", d->n, among);
		for (size_t i = 0; i < d->n; i++) {
			const struct pl_json *row = d->rows ? row_of(d, d->drawn[i]) : NULL;

			(void)printf("%llu", (unsigned long long)d->drawn[i]);
			if (row)
				print_values(row);
			else if (d->rows)
				(void)printf(" not of this period, or never opened");
			(void)printf("\n");
		}
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "among", among);
	list = pl_json_set_array(o, "drawn");
	for (size_t i = 0; i < d->n; i++)
		pl_json_push_u64(list, d->drawn[i]);
	if (d->rows)
		pl_json_set(o, "rows", pl_json_ref(d->rows));
	return pl_cli_json_line(d->cli, o);
}

int pl_cli_report_sample(struct pl_cli *cli)
{
	struct drawing d = {.cli = cli};
	struct pl_register_report_file file = {0};
	struct pl_recount public = {0};
	struct pl_digest digest;
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!pl_cli_get(cli, "words"))
		return pl_cli_usage(cli, "--words is needed");
	st = pl_cli_report_map(cli->argv[0], &file, &digest, &diag);
	if (!st)
		st = pl_recount_file(file.bytes, 0, NULL, NULL, &public, &diag);
	if (!st)
		st = draw(&d, &public, &digest, &diag);
	if (!st && pl_cli_get(cli, "counted"))
		st = read_counted(&d, &public, &diag);
	code = st ? pl_cli_fail(cli, st, &diag) : print(&d, public.n_drawable);
	drawing_done(&d);
	pl_recount_done(&public);
	pl_register_report_file_done(&file);
	return code;
}

/* ---- audit ---- */

/* "3,17": among the drawn ones, ascending. */
static pl_status read_differing(struct drawing *d, struct pl_diag *diag)
{
	const char *text = pl_cli_get(d->cli, "differing");
	pl_str rest = pl_str_from(text ? text : "");
	size_t at = 0;

	while (rest.len) {
		pl_str one = rest;
		uint64_t number = 0;

		if (!pl_str_take_until(&rest, ',', &one))
			rest = (pl_str){0};
		if (pl_str_to_u64(one, INT64_MAX, &number))
			return pl_diag_set(diag, PL_E_RANGE, "--differing wants numbers with commas between them");
		while (at < d->n && d->drawn[at] < number)
			at++;
		if (at == d->n || d->drawn[at] != number || (d->n_differing && d->differing[d->n_differing - 1] == number))
			return pl_diag_set(diag, PL_E_RANGE, "--differing: %llu is none of the drawn cases, or does not ascend",
				(unsigned long long)number);
		d->differing[d->n_differing++] = number;
	}
	return PL_OK;
}

static void set_numbers(struct pl_json *o, const char *name, const uint64_t *numbers, size_t n)
{
	struct pl_json *list = pl_json_set_array(o, name);

	for (size_t i = 0; i < n; i++)
		pl_json_push_u64(list, numbers[i]);
}

static pl_status build(const struct drawing *d, const struct pl_cli_report_check *c, bool recounted, struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const struct pl_statement *report = pl_register_report_stated(c->verify)->statement;
	struct pl_subject subject = {.name = report->subjects[0].name, .sha256 = c->digest};

	pl_json_set_z(p, "auditor", pl_cli_get(d->cli, "auditor"));
	pl_json_set_str(p, "register", c->counted.decl->name);
	pl_member_set_digest(p, "report", &report->pae);
	pl_member_set_digest(p, "openings", &c->digest);
	pl_json_set_str(p, "words", d->words);
	pl_json_set_u64(p, "among", c->counted.n_drawable);
	set_numbers(p, "drawn", d->drawn, d->n);
	set_numbers(p, "differing", d->differing, d->n_differing);
	pl_json_set_bool(p, "recounted", recounted);
	return pl_statement_build(PL_STR(PL_TYPE_REGISTER_SAMPLE), &subject, 1, p, payload, NULL, diag);
}

static pl_status audit(struct drawing *d, struct pl_cli_report_check *c, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_diag other = {0};
	pl_status st = pl_cli_report_check(c, d->cli->argv[1], diag), compared;

	if (!st)
		st = draw(d, &c->counted, &c->digest, diag);
	if (!st)
		st = read_differing(d, diag);
	if (st)
		return st;
	/* That the totals are false is what an auditor is there to say. */
	compared = read_counted(d, &c->counted, &other);
	if (compared && compared != PL_E_PROOF) {
		*diag = other;
		return compared;
	}
	if (compared)
		(void)fprintf(stderr, "not recounted: %s\n", other.text);
	st = pl_cli_outside_key(d->cli, d->cli->argv[0], "the auditor's key", &signer, diag);
	if (!st)
		st = build(d, c, compared == PL_OK, &payload, diag);
	return st ? st : pl_statement_sign_alone(pl_buf_bytes(&payload), signer, out, diag);
}

int pl_cli_report_audit(struct pl_cli *cli)
{
	static const char *const needed[] = {"auditor", "counted", "words", "bundle", "trust"};
	struct pl_cli_report_check c = {.cli = cli, .bundle = PL_BUF(PL_BUNDLE_TEXT_MAX)};
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct drawing d = {.cli = cli};
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	for (size_t i = 0; i < PL_COUNT(needed); i++)
		if (!pl_cli_get(cli, needed[i]))
			return pl_cli_usage(cli, "--auditor, --counted, --words, --bundle and --trust are all needed");
	st = audit(&d, &c, &envelope, &diag);
	if (!st)
		pl_cli_say_witnessed(stderr, !c.verify->verdict.unwitnessed);
	code = st				     ? pl_cli_fail(cli, st, &diag) :
	       pl_cli_out(pl_buf_str(&envelope)) ? PL_EXIT_UNKNOWN :
						   PL_EXIT_OK;
	drawing_done(&d);
	pl_cli_report_check_done(&c);
	return code;
}
