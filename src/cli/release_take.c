/* SPDX-License-Identifier: Apache-2.0 */
/* cli/release_take: taking a release away from an instance: its artefacts, and the proof bundle that goes with them. */
#include "base/file.h"
#include "cli/body.h"
#include "cli/release.h"
#include "fact/evidence.h"
#include "log/bundle.h"
#include <fcntl.h>

#define INDEXES_MAX 128u

static pl_status find_release(struct pl_cli_job *j, struct pl_query_release *ret, struct pl_diag *diag)
{
	char **argv = j->cli->argv;
	pl_status st = pl_query_release(j->inst, pl_str_from(argv[0]), pl_str_from(argv[1]), &j->arena, ret);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no release %s of \"%s\"", argv[1], argv[0]);
	return st;
}

/* Every entry that says something about the release. */
static pl_status collect(struct pl_cli_job *j, const struct pl_query_release *r, uint64_t *index, size_t *n)
{
	struct pl_query_product product;
	struct pl_query_verdict *v;
	size_t verdicts;
	pl_status st = pl_query_product(j->inst, r->product, &j->arena, &product);

	if (st == PL_OK)
		st = pl_query_verdicts(j->inst, &r->build, &j->arena, &v, &verdicts);
	if (st)
		return st;
	index[(*n)++] = product.index;
	index[(*n)++] = r->snapshot_index;
	index[(*n)++] = r->recipe_index;
	index[(*n)++] = r->build_index;
	index[(*n)++] = r->index;
	if (product.has_head)
		index[(*n)++] = product.head_index;
	for (size_t i = 0; i < verdicts && *n < INDEXES_MAX; i++)
		index[(*n)++] = v[i].index;
	return PL_OK;
}

pl_status pl_cli_release_out(const struct pl_cli *cli, pl_str text, struct pl_diag *diag)
{
	const char *path = pl_cli_get(cli, "out");
	pl_status st;

	if (!path || strcmp(path, "-") == 0)
		return pl_cli_out(text);
	st = pl_file_put(AT_FDCWD, path, pl_str_bytes(text), 0644, PL_FILE_REPLACE);
	return st ? pl_diag_set(diag, st, "cannot write %s", path) : PL_OK;
}

int pl_cli_release_bundle(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	uint64_t index[INDEXES_MAX];
	struct pl_query_release r;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find_release(&j, &r, &diag);
	if (st == PL_OK)
		st = collect(&j, &r, index, &n);
	if (st == PL_OK)
		st = pl_evidence_bundle(j.inst, index, n, &out, &diag);
	if (st == PL_OK)
		st = pl_cli_release_out(cli, pl_buf_str(&out), &diag);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	return code;
}

static pl_status find_artefact(struct pl_cli_job *j, const struct pl_query_release *r, struct pl_query_artefact *ret,
	struct pl_diag *diag)
{
	struct pl_query_artefact *a;
	size_t n;
	pl_status st = pl_query_artefacts(j->inst, r->product, r->number, &j->arena, &a, &n);

	for (size_t i = 0; st == PL_OK && i < n; i++)
		if (pl_str_eq(a[i].name, pl_str_from(j->cli->argv[2]))) {
			*ret = a[i];
			return PL_OK;
		}
	if (st)
		return st;
	pl_diag_hint(diag, "pellucid release show %s %s lists them", j->cli->argv[0], j->cli->argv[1]);
	return pl_diag_set(diag, PL_E_NOTFOUND, "the release has no artefact \"%s\"", j->cli->argv[2]);
}

int pl_cli_release_fetch(struct pl_cli *cli)
{
	struct pl_query_artefact a;
	struct pl_query_release r;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find_release(&j, &r, &diag);
	if (st == PL_OK)
		st = find_artefact(&j, &r, &a, &diag);
	if (st == PL_OK)
		st = pl_cli_body_save(j.inst, &a.digest, pl_cli_has(cli, "out") ? pl_cli_get(cli, "out") : cli->argv[2], 0755, &diag);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	return code;
}
