/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid release rebuild-files`: a rebuild by somebody who has no instance, from a release's proof bundle, its source
 * archive and its recipe. What is to be repeated is read out of entries that the trust file lets count, and nothing else.
 */
#include "base/file.h"
#include "base/time.h"
#include "cli/outside_key.h"
#include "cli/release.h"
#include "cli/witnessed.h"
#include "crypto/digest_file.h"
#include "log/bundle.h"
#include "release/outside.h"
#include "verify/verify.h"
#include <fcntl.h>

struct files {
	struct pl_cli *cli;
	struct pl_arena arena;
	struct pl_policy *trust;
	struct pl_verify *proof;
	struct pl_signer *signer;
	int source, out, artefacts[PL_STATEMENT_SUBJECTS_MAX];
	struct pl_buf recipe;
	struct pl_outside_job job;
	struct pl_progress progress;
	bool drawing;
	struct pl_diag diag;
};

static void files_done(struct files *f)
{
	for (size_t i = 0; i < PL_STATEMENT_SUBJECTS_MAX; i++)
		pl_file_close(&f->artefacts[i]);
	pl_file_close(&f->source);
	pl_file_close(&f->out);
	pl_signer_freep(&f->signer);
	pl_verify_free(f->proof);
	pl_policy_free(f->trust);
	pl_buf_done(&f->recipe);
	pl_arena_done(&f->arena);
}

/* ---- what the log says ---- */

static pl_status read_proof(struct files *f)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	const char *path = pl_cli_get(f->cli, "source");
	pl_status st = pl_cli_read_file(pl_cli_get(f->cli, "trust"), &trust, &f->diag);

	if (st == PL_OK)
		st = pl_cli_read_file(pl_cli_get(f->cli, "bundle"), &bundle, &f->diag);
	if (st == PL_OK && (st = pl_policy_parse(pl_buf_str(&trust), &f->trust, &f->diag)) != PL_OK)
		pl_diag_context(&f->diag, "%s", pl_cli_get(f->cli, "trust"));
	if (st != PL_OK)
		return st;
	st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, &f->source);
	if (st == PL_OK)
		st = pl_digest_file(f->source, &f->job.archive);
	if (st != PL_OK)
		return pl_diag_set(&f->diag, st, "cannot read %s", path);
	st = pl_verify_bundle(f->trust, &f->job.archive, pl_str_from(path), PL_STR(""), pl_buf_str(&bundle), &f->proof, &f->diag);
	if (st != PL_OK)
		pl_diag_context(&f->diag, "%s", pl_cli_get(f->cli, "bundle"));
	return st;
}

static const struct pl_verify_entry *find_release(const struct pl_verify *v)
{
	for (size_t i = 0; i < v->bundle.n; i++)
		if (v->entry[i].counts && strcmp(v->entry[i].kind->row.type, PL_TYPE_RELEASE) == 0)
			return &v->entry[i];
	return NULL;
}

/* The entry that @release names under @member, which must be of @type. */
static pl_status named(struct files *f, const struct pl_verify_entry *release, const char *member, const char *type,
	const struct pl_verify_entry **ret)
{
	const struct pl_verify_entry *e = pl_verify_find(f->proof, pl_verify_text_of(release, member));

	if (!e || strcmp(e->kind->row.type, type) != 0)
		return pl_diag_set(&f->diag, PL_E_NOTFOUND, "the bundle does not hold the %s that the release names, or it does not count",
			member);
	*ret = e;
	return PL_OK;
}

static pl_status read_inputs(struct files *f, const struct pl_verify_entry *snapshot, const struct pl_verify_entry *recipe)
{
	struct pl_body archive, text;
	uint64_t time = 0;
	pl_status st = pl_body_from_json(pl_json_get(snapshot->statement->predicate, "archive"), &archive, &f->diag);

	if (st == PL_OK)
		st = pl_body_from_json(pl_json_get(recipe->statement->predicate, "recipe"), &text, &f->diag);
	if (st == PL_OK)
		st = pl_time_parse(pl_verify_text_of(snapshot, "commitTime"), &time);
	if (st != PL_OK)
		return pl_diag_set(&f->diag, st, "the statements of source and recipe are not of their shape");
	f->job.archive = archive.digest;
	f->job.recipe = text.digest;
	f->job.commit_time = time / PL_SECOND;
	f->job.commit = pl_verify_text_of(snapshot, "commit");
	return PL_OK;
}

static pl_status read_release(struct files *f)
{
	const struct pl_verify_entry *release = find_release(f->proof), *snapshot, *recipe, *build = NULL;
	pl_status st;

	if (!release)
		return pl_diag_set(&f->diag, PL_E_NOTFOUND, "no release statement in the bundle counts");
	st = named(f, release, "snapshot", PL_TYPE_SOURCE_SNAPSHOT, &snapshot);
	if (st == PL_OK)
		st = named(f, release, "recipe", PL_TYPE_RECIPE, &recipe);
	if (st == PL_OK)
		st = named(f, release, "build", PL_TYPE_SLSA_PROVENANCE, &build);
	if (st == PL_OK)
		st = read_inputs(f, snapshot, recipe);
	if (st != PL_OK)
		return st;
	f->job.product = pl_verify_text_of(release, "product");
	f->job.build = build->statement->pae;
	f->job.n = build->statement->n_subjects;
	f->job.artefacts = pl_arena_alloc(&f->arena, f->job.n, sizeof *f->job.artefacts);
	if (!f->job.artefacts)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < f->job.n; i++)
		f->job.artefacts[i] = (struct pl_release_artefact){.name = build->statement->subjects[i].name,
			.digest = build->statement->subjects[i].sha256};
	return PL_OK;
}

/* ---- what else is at hand ---- */

static pl_status take_artefact(struct files *f, const char *path)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct pl_digest digest;
	uint64_t size = 0;
	pl_status st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, &fd);

	if (st == PL_OK)
		st = pl_file_size(fd, &size);
	if (st == PL_OK)
		st = pl_digest_file(fd, &digest);
	if (st != PL_OK)
		return pl_diag_set(&f->diag, st, "cannot read %s", path);
	for (size_t i = 0; i < f->job.n; i++)
		if (pl_digest_eq(&digest, &f->job.artefacts[i].digest)) {
			pl_file_close(&f->artefacts[i]);
			f->artefacts[i] = fd;
			f->job.artefacts[i].size = size;
			fd = -1;
			return PL_OK;
		}
	return pl_diag_set(&f->diag, PL_E_MISMATCH, "%s is none of the artefacts of the build", path);
}

static pl_status open_out(struct files *f)
{
	const char *path = pl_cli_get(f->cli, "out");
	pl_status st = pl_file_mkdirs(AT_FDCWD, path, 0755);

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, path, &f->out);
	return st ? pl_diag_set(&f->diag, st, "cannot make the directory %s", path) : PL_OK;
}

static pl_status gather(struct files *f)
{
	pl_status st = read_proof(f);

	if (st == PL_OK)
		st = read_release(f);
	if (st == PL_OK)
		st = pl_cli_read_file(pl_cli_get(f->cli, "recipe"), &f->recipe, &f->diag);
	for (int i = 0; i < f->cli->argc && st == PL_OK; i++)
		st = take_artefact(f, f->cli->argv[i]);
	if (st == PL_OK)
		st = pl_cli_outside_key(f->cli, pl_cli_get(f->cli, "key"), "the rebuilder's key", &f->signer, &f->diag);
	return st == PL_OK ? open_out(f) : st;
}

/* ---- the verb ---- */

static void tell(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct files *f = ctx;

	if (f->drawing)
		pl_progress_end(&f->progress);
	pl_progress_begin(&f->progress, what, total, PL_PROGRESS_COUNT);
	pl_progress_set(&f->progress, done);
	f->drawing = true;
}

static int print(const struct files *f, const struct pl_outside_result *r)
{
	struct pl_json *o;

	if (!pl_cli_has(f->cli, "json")) {
		(void)printf("rebuild verdict signed: %s", pl_cli_verdict_words(r->verdict));
		if (r->reason)
			(void)printf(" (%s)", pl_reason_word(r->reason));
		(void)printf("\n");
		pl_cli_say_witnessed(stdout, !f->proof->verdict.unwitnessed);
		for (size_t i = 0; i < f->job.n && !r->reason; i++) {
			char name[PL_STATEMENT_NAME_MAX + 1];

			if (pl_str_z(f->job.artefacts[i].name, name, sizeof name) == PL_OK)
				pl_cli_print_comparison(name, &r->comparisons[i]);
		}
		if (r->words[0])
			(void)fprintf(stderr, "%s\n", r->words);
		if (r->hint[0])
			(void)fprintf(stderr, "  %s\n", r->hint);
		return pl_cli_verdict_exit(r->verdict);
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "verdict", pl_verdict_word(r->verdict));
	if (r->reason)
		pl_json_set_z(o, "reason", pl_reason_word(r->reason));
	pl_cli_set_digest(o, "statement", &r->pae);
	pl_json_set_u64(o, "wallMs", r->wall_ns / PL_MILLISECOND);
	pl_cli_set_witnessed(o, !f->proof->verdict.unwitnessed);
	return pl_cli_json_line(f->cli, o) == PL_EXIT_OK ? pl_cli_verdict_exit(r->verdict) : PL_EXIT_UNKNOWN;
}

int pl_cli_release_rebuild_files(struct pl_cli *cli)
{
	static const char *const needed[] = {"bundle", "trust", "source", "recipe", "key", "site", "out"};
	struct files f = {.cli = cli, .arena = PL_ARENA(1u << 20), .source = -1, .out = -1, .recipe = PL_BUF(PL_RECIPE_SIZE_MAX)};
	const struct pl_release_watch watch = {tell, &f};
	struct pl_outside_result r;
	pl_status st;
	int code;

	for (size_t i = 0; i < PL_STATEMENT_SUBJECTS_MAX; i++)
		f.artefacts[i] = -1;
	for (size_t i = 0; i < PL_COUNT(needed); i++)
		if (!pl_cli_get(cli, needed[i]))
			return pl_cli_usage(cli, "--%s is missing", needed[i]);
	if (!pl_predicate_token_ok(pl_str_from(pl_cli_get(cli, "site"))))
		return pl_cli_usage(cli, "--site is a name of 1 to 64 of a-z 0-9 . _ + -");
	pl_progress_quiet(pl_cli_has(cli, "json"));
	st = gather(&f);
	f.job.archive_fd = f.source;
	f.job.recipe_text = pl_buf_str(&f.recipe);
	f.job.artefact_fds = f.artefacts;
	f.job.site = pl_str_from(pl_cli_get(cli, "site"));
	f.job.signer = f.signer;
	f.job.scratch = pl_cli_get(cli, "scratch");
	f.job.watch = &watch;
	f.job.arena = &f.arena;
	if (st == PL_OK)
		st = pl_outside_rebuild(&f.job, f.out, &r, &f.diag);
	if (f.drawing)
		pl_progress_end(&f.progress);
	code = st == PL_OK ? print(&f, &r) : pl_cli_fail(cli, st, &f.diag);
	files_done(&f);
	return code;
}
