/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid release`: snapshots, builds, rebuilds and releases of a product. */
#include "base/time.h"
#include "cli/release.h"

static void fill_release(struct pl_json *o, const struct pl_query_release *r)
{
	struct pl_json *counts;
	char time[21];

	pl_json_set_str(o, "product", r->product);
	pl_json_set_str(o, "version", r->version);
	pl_json_set_u64(o, "number", r->number);
	pl_json_set_u64(o, "index", r->index);
	pl_time_write(r->time, time);
	pl_json_set_z(o, "time", time);
	pl_json_set_str(o, "commit", r->commit);
	pl_cli_set_digest(o, "statement", &r->pae);
	pl_cli_set_digest(o, "archive", &r->archive);
	pl_cli_set_digest(o, "manifest", &r->manifest);
	pl_cli_set_digest(o, "recipe", &r->recipe_body);
	pl_cli_set_digest(o, "build", &r->build);
	counts = pl_json_set_object(o, "verdicts");
	for (unsigned i = 0; i < PL_VERDICT_COUNT; i++)
		pl_json_set_u64(counts, pl_verdict_word((enum pl_verdict)i), r->verdicts[i]);
}

static void print_release(const struct pl_query_release *r)
{
	char time[21];

	pl_time_write(r->time, time);
	(void)printf("%-24.*s %s  entry %llu  rebuilt: %llu identical, %llu normalised, %llu different, %llu not attempted\n",
		PL_STR_ARG(r->version), time, (unsigned long long)r->index,
		(unsigned long long)r->verdicts[PL_VERDICT_IDENTICAL], (unsigned long long)r->verdicts[PL_VERDICT_NORMALISED],
		(unsigned long long)r->verdicts[PL_VERDICT_DIFFERENT],
		(unsigned long long)r->verdicts[PL_VERDICT_NOT_ATTEMPTED]);
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "releases");
	struct pl_query_release *rows;
	struct pl_query_product product;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t before = UINT64_MAX;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	st = pl_query_product(j.inst, pl_str_from(cli->argv[0]), &j.arena, &product);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "there is no product \"%s\"", cli->argv[0]);
	do {
		if (st == PL_OK)
			st = pl_query_releases(j.inst, product.name, before, PL_RELEASE_PAGE_MAX, &j.arena, &rows, &n);
		for (size_t i = 0; i < n && st == PL_OK; i++) {
			before = rows[i].number;
			if (pl_cli_has(cli, "json"))
				fill_release(pl_json_push_object(array), &rows[i]);
			else
				print_release(&rows[i]);
		}
	} while (st == PL_OK && n == PL_RELEASE_PAGE_MAX);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	if (st == PL_OK && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

static pl_status show_artefacts(struct pl_cli_job *j, const struct pl_query_release *r, struct pl_json *o)
{
	struct pl_json *array = o ? pl_json_set_array(o, "artefacts") : NULL;
	struct pl_query_artefact *a;
	size_t n = 0;
	pl_status st = pl_query_artefacts(j->inst, r->product, r->number, &j->arena, &a, &n);

	for (size_t i = 0; i < n && st == PL_OK; i++) {
		char text[PL_DIGEST_TEXT + 1];
		struct pl_json *e;

		pl_digest_text(&a[i].digest, text);
		if (!o) {
			(void)printf("  %-24.*s %12llu  %s\n", PL_STR_ARG(a[i].name), (unsigned long long)a[i].size, text);
			continue;
		}
		e = pl_json_push_object(array);
		pl_json_set_str(e, "name", a[i].name);
		pl_json_set_z(e, "digest", text);
		pl_json_set_u64(e, "size", a[i].size);
	}
	return st;
}

static void print_verdict(const struct pl_query_verdict *v)
{
	(void)printf("  rebuilt at %.*s: %s", PL_STR_ARG(v->site), pl_cli_verdict_words(v->verdict));
	if (v->reason)
		(void)printf(" (%s)", pl_reason_word(v->reason));
	(void)printf(", signed by %.*s (entry %llu)", PL_STR_ARG(v->holder), (unsigned long long)v->index);
	if (!v->counts)
		(void)printf(", replaced by entry %llu", (unsigned long long)v->replaced_by);
	(void)printf("\n");
}

static pl_status show_verdicts(struct pl_cli_job *j, const struct pl_query_release *r, struct pl_json *o)
{
	struct pl_json *array = o ? pl_json_set_array(o, "rebuilds") : NULL;
	struct pl_query_verdict *v;
	size_t n = 0;
	pl_status st = pl_query_verdicts(j->inst, &r->build, &j->arena, &v, &n);

	for (size_t i = 0; i < n && st == PL_OK; i++) {
		struct pl_json *e;

		if (!o) {
			print_verdict(&v[i]);
			continue;
		}
		e = pl_json_push_object(array);
		pl_json_set_str(e, "site", v[i].site);
		pl_json_set_z(e, "verdict", pl_verdict_word(v[i].verdict));
		if (v[i].reason)
			pl_json_set_z(e, "reason", pl_reason_word(v[i].reason));
		pl_json_set_u64(e, "index", v[i].index);
		pl_json_set_str(e, "holder", v[i].holder);
		pl_json_set_str(e, "role", v[i].role);
		pl_json_set_bool(e, "counts", v[i].counts);
		if (!v[i].counts)
			pl_json_set_u64(e, "replacedBy", v[i].replaced_by);
		if (v[i].has_report)
			pl_cli_set_digest(e, "report", &v[i].report);
		if (v[i].has_log)
			pl_cli_set_digest(e, "log", &v[i].log);
	}
	return st;
}

static void print_inputs(const struct pl_query_release *r)
{
	char digest[PL_DIGEST_TEXT + 1];

	pl_digest_text(&r->archive, digest);
	(void)printf("  commit %.*s, %llu files (entry %llu)\n  source %s\n", PL_STR_ARG(r->commit),
		(unsigned long long)r->files, (unsigned long long)r->snapshot_index, digest);
	pl_digest_text(&r->recipe_body, digest);
	(void)printf("  recipe %s (entry %llu), built in entry %llu\n", digest, (unsigned long long)r->recipe_index,
		(unsigned long long)r->build_index);
}

static int show(struct pl_cli *cli)
{
	struct pl_json *o = pl_cli_has(cli, "json") ? pl_json_new_object() : NULL;
	struct pl_query_release r;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	st = pl_query_release(j.inst, pl_str_from(cli->argv[0]), pl_str_from(cli->argv[1]), &j.arena, &r);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "there is no release %s of \"%s\"", cli->argv[1], cli->argv[0]);
	if (st == PL_OK && o) {
		fill_release(o, &r);
	} else if (st == PL_OK) {
		print_release(&r);
		print_inputs(&r);
	}
	if (st == PL_OK)
		st = show_artefacts(&j, &r, o);
	if (st == PL_OK)
		st = show_verdicts(&j, &r, o);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	if (st == PL_OK && o)
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

static const struct pl_cli_option snapshot_options[] = {
	{"repo", "DIR", "the git repository (default: the present directory)"},
	{"rev", "REV", "branch, tag or commit (default HEAD)"},
	PL_CLI_SCRATCH, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option build_options[] = {
	{"recipe", "FILE", "how it is built"},
	{"commit", "ID", "which snapshot (default: the latest)"},
	PL_CLI_SCRATCH, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option rebuild_options[] = {
	{"again", NULL, "although a comparison of this site is stated already"},
	PL_CLI_SCRATCH, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option files_options[] = {
	{"bundle", "FILE", "the proof bundle of the release"},
	{"trust", "FILE", "the trust file, from a source that you trust"},
	{"source", "FILE", "the source archive"},
	{"recipe", "FILE", "the recipe"},
	{"key", "FILE", "your own key, made with: pellucid key make FILE"},
	{"site", "NAME", "what your site is called in the verdict"},
	{"out", "DIR", "where the signed verdict and what belongs to it go"},
	PL_CLI_SCRATCH, {"passphrase-file", "FILE", "passphrase of your key (default: ask the terminal)"}, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option publish_options[] = {
	{"notes", "FILE", "words for people, stored as a body"},
	PL_CLI_APPROVAL_OPTIONS, PL_CLI_SCRATCH, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option bundle_options[] = {
	{"out", "FILE", "where to (default: standard output)"},
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option fetch_options[] = {
	{"out", "FILE", "where to (default: the artefact's name in the present directory)"},
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option compare_options[] = {
	{"normalise", "LIST", "do not count elf-build-id and/or ar-header (comma between)"},
	PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"snapshot", "PRODUCT", "take a commit as the source: manifest and canonical archive", snapshot_options, 1, 1,
		pl_cli_release_snapshot},
	{"build", "PRODUCT", "build a snapshot by a recipe in a sandbox", build_options, 1, 1, pl_cli_release_build},
	{"rebuild", "PRODUCT", "build again where everything differs that must not matter, and compare", rebuild_options, 1, 1,
		pl_cli_release_rebuild},
	{"rebuild-files", "[ARTEFACT...]", "build a release again without an instance, and sign the verdict with your own key",
		files_options, 0, -1, pl_cli_release_rebuild_files},
	{"publish", "PRODUCT VERSION", "state the latest build as a release", publish_options, 2, 2, pl_cli_release_publish},
	{"bundle", "PRODUCT VERSION", "write the proof bundle of a release", bundle_options, 2, 2, pl_cli_release_bundle},
	{"fetch", "PRODUCT VERSION ARTEFACT", "write an artefact to a file", fetch_options, 3, 3, pl_cli_release_fetch},
	{"compare", "FILE FILE", "compare two artefacts bit for bit; needs no instance", compare_options, 2, 2,
		pl_cli_release_compare},
	{"list", "PRODUCT", "all releases of a product, newest first", read_options, 1, 1, list},
	{"show", "PRODUCT VERSION", "one release: inputs, artefacts, rebuilds", read_options, 2, 2, show},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_release = {"release", "source snapshots, builds, rebuilds and releases", verbs};
