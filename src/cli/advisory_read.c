/* SPDX-License-Identifier: Apache-2.0 */
/* cli/advisory_read: what was published. */
#include "base/file.h"
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/release.h"
#include "register/advisory/query.h"
#include "register/advisory/tree.h"
#include <fcntl.h>

#define VERSIONS_MAX 64u

static void set_time(struct pl_json *o, const char *name, uint64_t t)
{
	char text[21];

	pl_time_write(t, text);
	pl_json_set_z(o, name, text);
}

static void json_row(struct pl_json *o, const struct pl_published *p)
{
	pl_json_set_str(o, "advisory", p->id);
	pl_json_set_str(o, "version", p->version);
	pl_json_set_z(o, "category", pl_advisory_categories[p->category]);
	pl_json_set_z(o, "status", pl_advisory_states[p->state]);
	pl_json_set_z(o, "tlp", pl_advisory_tlps[p->tlp]);
	set_time(o, "initialRelease", p->first);
	set_time(o, "currentRelease", p->current);
	pl_cli_set_digest(o, "digest", &p->digest);
	pl_json_set_str(o, "file", p->file);
	pl_json_set_u64(o, "index", p->index);
}

static void print_row(const struct pl_published *p)
{
	char time[21];

	pl_time_write(p->current, time);
	(void)printf("%-28.*s %-8.*s %s %-7s TLP:%-6s %s (entry %llu)\n", PL_STR_ARG(p->id), PL_STR_ARG(p->version), time,
		pl_advisory_states[p->state], pl_advisory_tlps[p->tlp], pl_advisory_categories[p->category],
		(unsigned long long)p->index);
}

static int print_rows(const struct pl_cli *cli, const struct pl_published *rows, size_t n)
{
	struct pl_json *o, *array;

	if (!pl_cli_has(cli, "json")) {
		for (size_t i = 0; i < n; i++)
			print_row(&rows[i]);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	array = pl_json_set_array(o, "advisories");
	for (size_t i = 0; i < n; i++)
		json_row(pl_json_push_object(array), &rows[i]);
	return pl_cli_json_line(cli, o);
}

static pl_status append_pages(struct pl_cli_job *j, struct pl_published *rows, size_t *n)
{
	struct pl_published *page = NULL;
	size_t got = 0;
	pl_status st;

	do {
		st = pl_query_advisories(j->inst, false, *n ? &rows[*n - 1] : NULL, PL_ADVISORY_PAGE_MAX, &j->arena, &page, &got);
		if (!st && *n + got > PL_ADVISORIES_MAX)
			st = PL_E_TOOBIG;
		if (!st && got)
			memcpy(rows + *n, page, got * sizeof *page);
		*n += st ? 0 : got;
	} while (!st && got == PL_ADVISORY_PAGE_MAX);
	return st;
}

int pl_cli_advisory_list(struct pl_cli *cli)
{
	struct pl_published *rows;
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	rows = pl_alloc(PL_ADVISORIES_MAX, sizeof *rows);
	st = append_pages(&j, rows, &n);
	code = st ? pl_cli_job_fail(&j, st, NULL) : print_rows(cli, rows, n);
	pl_free(rows);
	pl_cli_job_close(&j);
	return code;
}

int pl_cli_advisory_show(struct pl_cli *cli)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX);
	struct pl_published *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st = pl_advisory_file(pl_str_from(cli->argv[0]), &file);
	int code;

	if (st)
		return pl_cli_fail(cli, st, NULL);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_advisory_versions(j.inst, pl_buf_str(&file), INT64_MAX, VERSIONS_MAX, &j.arena, &rows, &n);
	if (!st && !n) {
		pl_diag_hint(&diag, "pellucid advisory list");
		st = pl_diag_set(&diag, PL_E_NOTFOUND, "there is no advisory \"%s\"", cli->argv[0]);
	}
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_rows(cli, rows, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- export ---- */

static pl_status export_to(struct pl_cli_job *j, const char *path, size_t *ret_n, struct pl_diag *diag)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_mkdirs(AT_FDCWD, path, 0755);

	if (!st)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	return st ? pl_diag_set(diag, st, "cannot make %s", path) : pl_tree_export(j->inst, dir, ret_n, diag);
}

static int print_exported(const struct pl_cli *cli, size_t n)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%zu advisor%s written\n", n, n == 1 ? "y" : "ies");
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "advisories", n);
	return pl_cli_json_line(cli, o);
}

int pl_cli_advisory_export(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = export_to(&j, cli->argv[0], &n, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_exported(cli, n);
	pl_cli_job_close(&j);
	return code;
}
