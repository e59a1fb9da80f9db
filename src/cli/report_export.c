/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report export`: a report in the formats that people and programs take away. Everything follows from its openings file. */
#include "base/file.h"
#include "cli/release.h"
#include "cli/report.h"
#include "register/period.h"
#include "web/report_export.h"
#include <fcntl.h>
#include <unistd.h>

static const char *const formats[] = {
	[PL_EXPORT_CSV] = "csv", [PL_EXPORT_TOTALS] = "csv-totals", [PL_EXPORT_JSON] = "json", [PL_EXPORT_HTML] = "html",
	[PL_EXPORT_PDF] = "pdf",
};

static bool format_of(const char *text, enum pl_export *ret)
{
	for (unsigned i = 0; text && i < PL_COUNT(formats); i++)
		if (strcmp(text, formats[i]) == 0) {
			*ret = (enum pl_export)i;
			return true;
		}
	return false;
}

static pl_status find_edition(struct pl_cli_job *j, uint64_t from, uint64_t to, uint64_t edition, struct pl_query_report *ret,
	struct pl_diag *diag)
{
	struct pl_query_editions e = {0};
	pl_str name = pl_str_from(j->cli->argv[0]);
	pl_status st = pl_query_report_editions(j->inst, name, from, to, &j->arena, &e);

	if (st)
		return st;
	for (size_t i = 0; i < e.n; i++)
		if (!edition || e.list[i].edition == edition) {
			*ret = e.list[i];
			return PL_OK;
		}
	pl_diag_hint(diag, "pellucid report list %.*s", PL_STR_ARG(name));
	return pl_diag_set(diag, PL_E_NOTFOUND, "there is no such report of %.*s", PL_STR_ARG(name));
}

static int write_out(struct pl_cli_job *j, const struct pl_query_report *q, enum pl_export format, enum pl_lang lang, struct pl_diag *diag)
{
	const char *path = pl_cli_has(j->cli, "out") ? pl_cli_get(j->cli, "out") : "-";
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = PL_OK;

	if (strcmp(path, "-") != 0)
		st = pl_file_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644, &fd);
	if (st)
		return pl_cli_job_fail(j, pl_diag_set(diag, st, "cannot write \"%s\"", path), diag);
	st = pl_export_report(j->inst, q, format, lang, fd < 0 ? STDOUT_FILENO : fd, diag);
	return st ? pl_cli_job_fail(j, st, diag) : PL_EXIT_OK;
}

int pl_cli_report_export(struct pl_cli *cli)
{
	const char *language = pl_cli_has(cli, "language") ? pl_cli_get(cli, "language") : "en", *edition = pl_cli_get(cli, "edition");
	enum pl_export format = PL_EXPORT_JSON;
	struct pl_query_report q;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t from = 0, to = 0, number = 0;
	enum pl_lang lang = PL_LANG_EN;
	pl_status st;
	int code;

	if (!format_of(pl_cli_get(cli, "format"), &format))
		return pl_cli_usage(cli, "--format wants csv, csv-totals, json, html or pdf");
	if (pl_lang_find(pl_str_from(language), &lang))
		return pl_cli_usage(cli, "--language wants en or de");
	if (edition && pl_str_to_u64(pl_str_from(edition), INT64_MAX, &number))
		return pl_cli_usage(cli, "--edition wants a number");
	st = pl_period_parse_any(pl_str_from(cli->argv[1]), &from, &to, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find_edition(&j, from, to, number, &q, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : write_out(&j, &q, format, lang, &diag);
	pl_cli_job_close(&j);
	return code;
}
