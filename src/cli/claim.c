/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid claim`: what the operator says of itself, and what does not fit together in it. */
#include "cli/claim.h"
#include "base/time.h"
#include "cli/release.h"
#include "cli/state.h"
#include "fact/query.h"
#include "register/claim_rules.h"
#include "register/claim_table.h"

#define ALL_BYTES ((size_t)256 << 20)
#define CHANGES_MAX 64u

/* ---- one claim ---- */

void pl_cli_claim_print(const struct pl_claim *c)
{
	char value[PL_CLAIM_VALUE_TEXT], validity[PL_CLAIM_VALIDITY_TEXT], due[PL_CLAIM_DAY_TEXT];

	pl_claim_value(c, value);
	pl_claim_validity(c, validity);
	pl_claim_last_day(c->due, due);
	(void)printf("%-28.*s %-11s %.*s/%.*s: %s (%s%s%s)", PL_STR_ARG(c->id), pl_claim_kinds[c->kind], PL_STR_ARG(c->subject),
		PL_STR_ARG(c->property), value, validity, c->due ? ", due " : "", c->due ? due : "");
	if (c->status != PL_CLAIM_OPEN)
		(void)printf(", %s%s%.*s", pl_claim_statuses[c->status], c->by.len ? " by " : "", PL_STR_ARG(c->by));
	(void)printf("\n");
}

static void set_date(struct pl_json *o, uint64_t date)
{
	char time[21];

	if (!date)
		return;
	pl_time_write(date * PL_SECOND, time);
	pl_json_set_z(o, "date", time);
}

void pl_cli_claim_json(struct pl_json *o, const struct pl_claim *c)
{
	char validity[PL_CLAIM_VALIDITY_TEXT];

	pl_claim_validity(c, validity);
	pl_claim_to_json(c, o);
	pl_json_set_z(o, "validity", validity);
	pl_json_set_u64(o, "index", c->index);
	pl_json_set_z(o, "status", pl_claim_statuses[c->status]);
	if (c->by.len)
		pl_json_set_str(o, "by", c->by);
	set_date(o, c->status_date);
}

/* ---- list, history ---- */

/* What a list goes through, page after page. */
struct pages {
	struct pl_claim_filter filter;
	bool history;
};

static pl_status next_page(struct pl_cli_job *j, const struct pages *p, const struct pl_claim *after, struct pl_claim **rows, size_t *n)
{
	if (p->history)
		return pl_query_claim_history(j->inst, p->filter.subject, p->filter.property, after, PL_CLAIM_PAGE_MAX, &j->arena, rows, n);
	return pl_query_claims(j->inst, &p->filter, after, PL_CLAIM_PAGE_MAX, &j->arena, rows, n);
}

static int print_pages(struct pl_cli *cli, const struct pages *p)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array = pl_json_set_array(o, "claims");
	struct pl_claim *rows = NULL;
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	do {
		st = next_page(&j, p, n ? &rows[n - 1] : NULL, &rows, &n);
		for (size_t i = 0; i < n && !st; i++) {
			if (pl_cli_has(cli, "json"))
				pl_cli_claim_json(pl_json_push_object(array), &rows[i]);
			else
				pl_cli_claim_print(&rows[i]);
		}
	} while (!st && n == PL_CLAIM_PAGE_MAX);
	code = st ? pl_cli_job_fail(&j, st, NULL) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_cli_job_close(&j);
	return code;
}

static int list(struct pl_cli *cli)
{
	struct pages p = {.filter = {pl_str_from(pl_cli_get(cli, "subject")), pl_str_from(pl_cli_get(cli, "property")), PL_CLAIM_STATUSES}};
	const char *status = pl_cli_get(cli, "status");
	unsigned word = PL_CLAIM_STATUSES;

	if (status && pl_claim_word(pl_str_from(status), pl_claim_statuses, &word))
		return pl_cli_usage(cli, "--status wants open, met, late, withdrawn or superseded");
	p.filter.status = (enum pl_claim_status)word;
	return print_pages(cli, &p);
}

static int history(struct pl_cli *cli)
{
	const struct pages p = {.filter = {pl_str_from(cli->argv[0]), pl_str_from(cli->argv[1]), PL_CLAIM_STATUSES}, .history = true};

	return print_pages(cli, &p);
}

/* ---- show ---- */

static void json_changes(struct pl_json *list, const struct pl_claim_change *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_json *o = pl_json_push_object(list), *evidence;

		pl_json_set_u64(o, "index", rows[i].index);
		pl_json_set_z(o, "status", pl_claim_statuses[rows[i].status]);
		if (rows[i].by.len)
			pl_json_set_str(o, "by", rows[i].by);
		set_date(o, rows[i].date);
		evidence = pl_json_set_array(o, "evidence");
		for (size_t k = 0; k < rows[i].n_evidence; k++) {
			char text[PL_DIGEST_TEXT + 1];

			pl_digest_text(&rows[i].evidence[k], text);
			pl_json_push_z(evidence, text);
		}
	}
}

static void print_digest(const char *what, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	(void)printf("  %s %s\n", what, text);
}

static void print_changes(const struct pl_claim_change *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		(void)printf("  %s%s%.*s by entry %llu\n", pl_claim_statuses[rows[i].status], rows[i].by.len ? " by " : "",
			PL_STR_ARG(rows[i].by), (unsigned long long)rows[i].index);
		for (size_t k = 0; k < rows[i].n_evidence; k++)
			print_digest("  evidence", &rows[i].evidence[k]);
	}
}

static int show_claim(struct pl_cli_job *j, const struct pl_claim *c, pl_str text, const struct pl_claim_change *rows, size_t n)
{
	struct pl_json *o;

	if (pl_cli_has(j->cli, "json")) {
		o = pl_json_new_object();
		pl_cli_claim_json(o, c);
		pl_json_set_str(o, "text", text);
		json_changes(pl_json_set_array(o, "changes"), rows, n);
		return pl_cli_json_line(j->cli, o);
	}
	pl_cli_claim_print(c);
	(void)printf("  %.*s\n  entry %llu\n", PL_STR_ARG(text), (unsigned long long)c->index);
	if (c->has_source)
		print_digest("source", &c->source);
	for (size_t i = 0; i < c->n_evidence; i++)
		print_digest("evidence", &c->evidence[i]);
	print_changes(rows, n);
	return PL_EXIT_OK;
}

/* What is withheld is not handed out here either, although the bytes may still be there. */
static pl_status read_words(struct pl_cli_job *j, const struct pl_claim *c, struct pl_buf *text)
{
	struct pl_query_body body;
	pl_status st = pl_query_body(j->inst, &c->words.digest, &j->arena, &body);

	if (st)
		return st;
	if (body.state == PL_BODY_WITHHELD)
		pl_buf_printf(text, "(withheld by entry %llu)", (unsigned long long)body.withheld_index);
	else if (pl_blob_get_bytes(pl_instance_blobs(j->inst), &c->words.digest, text) != PL_OK)
		pl_buf_put_z(text, "(the words are not stored here)");
	return pl_buf_status(text);
}

static int show(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CLAIM_TEXT_MAX);
	struct pl_claim_change *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	struct pl_claim c;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_claim(j.inst, pl_str_from(cli->argv[0]), &j.arena, &c);
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(&diag, "pellucid claim list");
		st = pl_diag_set(&diag, st, "there is no claim \"%s\"", cli->argv[0]);
	}
	if (!st)
		st = pl_query_claim_changes(j.inst, c.id, INT64_MAX, CHANGES_MAX, &j.arena, &rows, &n);
	if (!st)
		st = read_words(&j, &c, &text);
	code = st ? pl_cli_job_fail(&j, st, &diag) : show_claim(&j, &c, pl_buf_str(&text), rows, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- check ---- */

static void json_flag(struct pl_json *o, const struct pl_claim_flag *f)
{
	struct pl_json *claims = pl_json_set_array(o, "claims");

	pl_json_set_z(o, "flag", pl_claim_flag_words[f->kind]);
	pl_json_push_str(claims, f->claim->id);
	if (f->other)
		pl_json_push_str(claims, f->other->id);
	pl_json_set_str(o, "subject", f->claim->subject);
	pl_json_set_str(o, "property", f->claim->property);
	pl_json_set_bool(o, "explained", f->explained);
	pl_json_set_z(o, "words", f->words);
}

static void print_flag(const struct pl_claim_flag *f)
{
	(void)printf("%s%-13s%s %.*s/%.*s: %.*s%s%.*s%s\n  %s\n",
		pl_cli_style(stdout, f->explained ? PL_STYLE_DIM : PL_STYLE_WARN), pl_claim_flag_words[f->kind],
		pl_cli_style(stdout, PL_STYLE_PLAIN), PL_STR_ARG(f->claim->subject), PL_STR_ARG(f->claim->property),
		PL_STR_ARG(f->claim->id), f->other ? ", " : "", PL_STR_ARG(f->other ? f->other->id : PL_STR("")),
		f->explained ? " (explained)" : "", f->words);
}

static int print_flags(const struct pl_cli *cli, const struct pl_claim_flag *flags, size_t n, size_t claims)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array = pl_json_set_array(o, "flags");
	size_t open = 0;
	int code = PL_EXIT_OK;

	for (size_t i = 0; i < n; i++) {
		open += !flags[i].explained;
		if (pl_cli_has(cli, "json"))
			json_flag(pl_json_push_object(array), &flags[i]);
		else
			print_flag(&flags[i]);
	}
	pl_json_set_u64(o, "unexplained", open);
	pl_json_set_u64(o, "claims", claims);
	if (pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	else
		(void)printf("%zu claim%s, %zu flag%s, %zu not explained\n", claims, claims == 1 ? "" : "s", n, n == 1 ? "" : "s", open);
	return code ? code : open ? PL_EXIT_NO : PL_EXIT_OK;
}

static int check(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ALL_BYTES);
	struct pl_claim_flag *flags = NULL;
	struct pl_claim *claims = NULL;
	const char *at = pl_cli_get(cli, "at");
	uint64_t now = pl_time_now() / PL_SECOND;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0, n_flags = 0;
	pl_status st = at ? pl_claim_date(pl_str_from(at), false, &now, &diag) : PL_OK;
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_claims_all(j.inst, &arena, &claims, &n);
	if (!st)
		st = pl_claim_flags(claims, n, now, &flags, &n_flags);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_flags(cli, flags, n_flags, n);
	pl_free(flags);
	pl_cli_job_close(&j);
	return code;
}

static const struct pl_cli_option state_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option import_options[] = {
	PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option list_options[] = {
	{"subject", "TOKEN", "only what is said of this"},
	{"property", "TOKEN", "only this property"},
	{"status", "WORD", "only open, met, late, withdrawn or superseded ones"},
	PL_CLI_INSTANCE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option status_options[] = {
	{"by", "CLAIM", "superseded: the claim that stands in its place"},
	{"date", "DATE", "met and late: when the promise was kept"},
	{"evidence", "DIGESTS", "documents that show it: sha256:..., separated by spaces"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option check_options[] = {
	{"at", "DATE", "as if today were this day"}, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"add", "FILE", "state one claim", state_options, 1, 1, pl_cli_claim_add},
	{"import", "FILE", "state the claims of a table, all or none", import_options, 1, 1, pl_cli_claim_import},
	{"list", "", "claims, by subject and property", list_options, 0, 0, list},
	{"history", "SUBJECT PROPERTY", "what was claimed of one property, by date", read_options, 2, 2, history},
	{"show", "CLAIM", "one claim, its words, and what became of it", read_options, 1, 1, show},
	{"status", "CLAIM STATUS", "state what became of a claim", status_options, 2, 2, pl_cli_claim_status},
	{"check", "", "what does not fit together; exit code 1 if a flag is not explained", check_options, 0, 0, check},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_claim = {"claim", "what the operator says of itself", verbs};
