/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report`: reports that recount themselves. */
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/body.h"
#include "cli/release.h"
#include "cli/report.h"
#include "fact/evidence.h"
#include "log/bundle.h"
#include "register/period.h"
#include "register/query.h"
#include <fcntl.h>

#define PATH_MAX_LEN 4096u

void pl_cli_report_print(const struct pl_recount *c)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	pl_recount_put_text(c, &words);
	(void)printf("%.*s", (int)words.len, (const char *)words.ptr);
}

/* ---- make ---- */

static int print_made(const struct pl_cli *cli, const struct pl_register_report_made *m, const struct pl_recount *c)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("report stated, edition %llu\n", (unsigned long long)m->edition);
		pl_cli_report_print(c);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_cli_set_digest(o, "statement", &m->pae);
	pl_cli_set_digest(o, "openings", &m->openings);
	pl_json_set_u64(o, "size", m->openings_size);
	pl_json_set_u64(o, "edition", m->edition);
	pl_recount_to_json(o, c);
	return pl_cli_json_line(cli, o);
}

/* The file with opened rows, for auditors: new, and for nobody else's eyes. */
static pl_status open_counted(const struct pl_cli *cli, const struct pl_register *r, int *ret, struct pl_diag *diag)
{
	const char *path = pl_cli_get(cli, "counted");
	pl_status st;

	if (!r->decl->totals_only)
		return path ? pl_diag_set(diag, PL_E_STATE, "%.*s opens its rows: there is one file, and everybody gets it",
				      PL_STR_ARG(r->decl->name)) :
			      PL_OK;
	if (!path) {
		pl_diag_hint(diag, "--counted FILE: the rows opened, for the auditors of this report; keep it, it is nowhere else");
		return pl_diag_set(diag, PL_E_STATE, "%.*s opens totals only", PL_STR_ARG(r->decl->name));
	}
	st = pl_file_open(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL, 0600, ret);
	return st ? pl_diag_set(diag, st, "cannot make \"%s\"", path) : PL_OK;
}

static int make(struct pl_cli *cli)
{
	int counted_fd PL_CLEANUP(pl_file_close) = -1;
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_report_file file = {0};
	struct pl_register_report_job job;
	struct pl_recount counted = {0};
	struct pl_register_report_made made;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t from = 0, to = 0;
	pl_status st = pl_period_parse_any(pl_str_from(cli->argv[1]), &from, &to, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open_approved(&j, cli, &code))
		return code;
	st = pl_register_open(j.inst, pl_str_from(cli->argv[0]), &r, &diag);
	/* What comes back with approvals was counted when it was handed out. */
	if (!st && !j.approvals.payload.len)
		st = open_counted(cli, r, &counted_fd, &diag);
	job = (struct pl_register_report_job){j.inst, r, from, to, pl_time_now() / PL_SECOND, j.job.wait_ns, j.job.approved, counted_fd};
	if (!st)
		st = pl_register_report_make(&job, &file, &counted, &made, &diag);
	if (st)
		code = pl_cli_job_fail(&j, st, &diag);
	else
		code = made.payload_only ? pl_cli_job_payload(&j) : print_made(cli, &made, &counted);
	if (!st)
		pl_recount_done(&counted);
	pl_register_report_file_done(&file);
	pl_cli_job_close(&j);
	return code;
}

/* ---- draft ---- */

/* The file as a report would name it now; nothing is stated. */
static pl_status write_draft(struct pl_cli_job *j, uint64_t from, uint64_t to, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	const char *path = pl_cli_get(j->cli, "out");
	int fd PL_CLEANUP(pl_file_close) = -1, counted_fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_register_open(j->inst, pl_str_from(j->cli->argv[0]), &r, diag);

	if (!st)
		st = open_counted(j->cli, r, &counted_fd, diag);
	if (st)
		return st;
	st = pl_file_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644, &fd);
	if (st)
		return pl_diag_set(diag, st, "cannot write \"%s\"", path);
	return pl_register_report_draft(&(struct pl_register_report_job){j->inst, r, from, to, pl_time_now() / PL_SECOND, 0, NULL, counted_fd}, fd, diag);
}

static int draft(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t from = 0, to = 0;
	pl_status st = pl_period_parse_any(pl_str_from(cli->argv[1]), &from, &to, &diag);
	int code;

	if (!pl_cli_has(cli, "out"))
		return pl_cli_usage(cli, "--out is needed");
	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = write_draft(&j, from, to, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- list ---- */

static void json_row(struct pl_json *o, const struct pl_query_report *q)
{
	char period[PL_PERIOD_TEXT];
	struct pl_json *totals;

	pl_period_write(q->from, q->to, period);
	pl_json_set_u64(o, "index", q->index);
	pl_json_set_str(o, "register", q->name);
	pl_json_set_z(o, "period", period);
	pl_json_set_u64(o, "edition", q->edition);
	pl_cli_set_digest(o, "openings", &q->openings);
	pl_json_set_u64(o, "cases", q->cases);
	totals = pl_json_set_object(o, "totals");
	for (size_t i = 0; i < q->n_totals; i++)
		pl_json_set_key(totals, q->totals[i].name, pl_json_new_u64(q->totals[i].value));
}

static void print_row(const struct pl_query_report *q)
{
	char period[PL_PERIOD_TEXT];

	pl_period_write(q->from, q->to, period);
	(void)printf("%-24.*s %-22s edition %llu: %llu cases (entry %llu)\n", PL_STR_ARG(q->name), period,
		(unsigned long long)q->edition, (unsigned long long)q->cases, (unsigned long long)q->index);
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "reports");
	struct pl_query_report *rows;
	struct pl_cli_job j;
	uint64_t before = INT64_MAX;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	do {
		st = pl_query_reports(j.inst, pl_str_from(cli->argc ? cli->argv[0] : ""), before, PL_REGISTER_PAGE_MAX, &j.arena, &rows,
			&n);
		for (size_t i = 0; i < n && !st; i++) {
			before = rows[i].index;
			if (pl_cli_has(cli, "json"))
				json_row(pl_json_push_object(array), &rows[i]);
			else
				print_row(&rows[i]);
		}
	} while (!st && n == PL_REGISTER_PAGE_MAX);
	code = st ? pl_cli_job_fail(&j, st, NULL) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

/* ---- take ---- */

/* The newest edition about a period. */
static pl_status find_report(struct pl_cli_job *j, pl_str name, uint64_t from, uint64_t to, struct pl_query_report *ret,
	struct pl_diag *diag)
{
	struct pl_query_editions e = {0};
	pl_status st = pl_query_report_editions(j->inst, name, from, to, &j->arena, &e);

	if (st)
		return st;
	if (e.n) {
		*ret = e.list[0];
		return PL_OK;
	}
	pl_diag_hint(diag, "pellucid report list %.*s", PL_STR_ARG(name));
	return pl_diag_set(diag, PL_E_NOTFOUND, "there is no report of %.*s about that period", PL_STR_ARG(name));
}

static pl_status save(struct pl_cli_job *j, const struct pl_query_report *q, struct pl_diag *diag)
{
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	const char *dir = pl_cli_has(j->cli, "out") ? pl_cli_get(j->cli, "out") : ".";
	char path[PATH_MAX_LEN], period[PL_PERIOD_TEXT];
	uint64_t entries[PL_QUERY_REPORT_ENTRIES_MAX];
	size_t n;
	pl_status st;

	pl_period_write(q->from, q->to, period);
	for (char *p = period; *p; p++)
		*p = *p == '/' ? '_' : *p;
	if (snprintf(path, sizeof path, "%s/%.*s-%s.openings", dir, PL_STR_ARG(q->name), period) >= (int)sizeof path)
		return PL_E_TOOBIG;
	n = pl_query_report_entries(q, entries);
	st = pl_evidence_bundle(j->inst, entries, n, &bundle, diag);
	if (!st)
		st = pl_cli_body_save(j->inst, &q->openings, path, 0644, diag);
	if (st)
		return st;
	(void)printf("%s\n", path);
	(void)snprintf(path, sizeof path, "%s/%.*s-%s.tlog-proof", dir, PL_STR_ARG(q->name), period);
	st = pl_file_put(AT_FDCWD, path, pl_buf_bytes(&bundle), 0644, PL_FILE_REPLACE);
	if (st)
		return pl_diag_set(diag, st, "cannot write %s", path);
	(void)printf("%s\n", path);
	return PL_OK;
}

static int take(struct pl_cli *cli)
{
	struct pl_query_report q;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t from = 0, to = 0;
	pl_status st = pl_period_parse_any(pl_str_from(cli->argv[1]), &from, &to, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find_report(&j, pl_str_from(cli->argv[0]), from, to, &q, &diag);
	if (!st)
		st = save(&j, &q, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

#define COUNTED {"counted", "FILE", "of a register that opens totals only: where the file with opened rows goes, for auditors"}
static const struct pl_cli_option make_options[] = {
	COUNTED, PL_CLI_APPROVAL_OPTIONS, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option renew_options[] = {PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option draft_options[] = {
	{"out", "FILE", "where the openings file goes"}, COUNTED, PL_CLI_INSTANCE, {NULL},
};
static const struct pl_cli_option list_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option take_options[] = {
	{"out", "DIR", "where the two files go (default: here)"}, PL_CLI_INSTANCE, {NULL},
};
static const struct pl_cli_option export_options[] = {
	{"format", "WORD", "csv (rows), csv-totals, json, html or pdf"},
	{"language", "TAG", "en or de (default en)"},
	{"edition", "N", "that edition (default: the newest)"},
	{"out", "FILE", "where it goes (default: standard output)"},
	PL_CLI_INSTANCE,
	{NULL},
};
static const struct pl_cli_option verify_options[] = {
	{"bundle", "BUNDLE", "the proof bundle that came with the openings file"},
	{"trust", "TRUST", "the trust file, from a source that you trust"},
	PL_CLI_JSON,
	{NULL},
};

#define WORDS {"words", "WORDS", "what the auditor says after the report was logged; no spaces"}
#define COUNT {"count", "N", "how many cases, at most 1,024 (default 25)"}
static const struct pl_cli_option sample_options[] = {
	WORDS, COUNT, {"counted", "FILE", "the same with opened rows: show what the drawn cases say"}, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option audit_options[] = {
	{"auditor", "NAME", "your name, as your key was introduced"},
	{"counted", "FILE", "the openings with opened rows, which the operator handed to you"},
	WORDS,
	COUNT,
	{"differing", "N,N,...", "the drawn cases that are not as their files say (default: none)"},
	{"bundle", "BUNDLE", "the proof bundle of the report"},
	{"trust", "TRUST", "the trust file"},
	{"passphrase-file", "FILE", "read the key's passphrase from FILE instead of asking"},
	{NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"make", "REGISTER PERIOD", "count a period, state the report and publish its openings", make_options, 2, 2, make},
	{"renew", "REGISTER", "the next edition of each report that left out a case which may be opened now", renew_options, 1, 1, pl_cli_report_renew},
	{"draft", "REGISTER PERIOD", "write the openings file that a report would name now", draft_options, 2, 2, draft},
	{"list", "[REGISTER]", "reports, the newest first", list_options, 0, 1, list},
	{"due", "[REGISTER]", "half-yearly reports that are promised and not published, and by when", list_options, 0, 1, pl_cli_report_due},
	{"take", "REGISTER PERIOD", "save openings file and proof bundle of a report", take_options, 2, 2, take},
	{"export", "REGISTER PERIOD", "a report as CSV, JSON, HTML or PDF, counted from its openings", export_options, 2, 2, pl_cli_report_export},
	{"verify", "OPENINGS", "recount a report offline", verify_options, 1, 1, pl_cli_report_verify},
	{"sample", "OPENINGS", "draw the cases that an auditor compares, where rows are shut", sample_options, 1, 1, pl_cli_report_sample},
	{"audit", "KEY-FILE OPENINGS", "say what you compared, with your own key and without an instance", audit_options, 2, 2,
		pl_cli_report_audit},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_report = {"report", "reports that recount themselves", verbs};
