/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid release snapshot|build|rebuild|publish`. */
#include "base/time.h"
#include "cli/release.h"

#define NOTES_MAX ((size_t)1 << 20)

static double seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

static void add_artefacts(struct pl_json *o, const struct pl_release_artefact *a, size_t n)
{
	struct pl_json *list = pl_json_set_array(o, "artefacts");

	for (size_t i = 0; i < n; i++) {
		struct pl_json *e = pl_json_push_object(list);

		pl_json_set_str(e, "name", a[i].name);
		pl_cli_set_digest(e, "digest", &a[i].digest);
		pl_json_set_u64(e, "size", a[i].size);
	}
}

static void print_artefacts(const struct pl_release_artefact *a, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&a[i].digest, text);
		(void)printf("  %-24.*s %12llu  %s\n", PL_STR_ARG(a[i].name), (unsigned long long)a[i].size, text);
	}
}

/* ---- snapshot ---- */

static int print_snapshot(const struct pl_cli *cli, const struct pl_release_snapshot *s)
{
	char archive[PL_DIGEST_TEXT + 1];
	struct pl_json *o;

	if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_z(o, "commit", s->info.commit);
		pl_json_set_z(o, "tree", s->info.tree);
		pl_json_set_u64(o, "commitTime", s->info.time);
		pl_json_set_bool(o, "dirty", s->info.dirty);
		pl_json_set_bool(o, "shallow", s->info.shallow);
		pl_json_set_u64(o, "files", s->result.files);
		pl_cli_set_digest(o, "archive", &s->result.archive);
		pl_cli_set_digest(o, "manifest", &s->result.manifest);
		pl_json_set_u64(o, "archiveSize", s->result.archive_size);
		pl_cli_set_stated(o, "snapshot", &s->stated);
		return pl_cli_json_line(cli, o);
	}
	pl_digest_text(&s->result.archive, archive);
	(void)printf("source snapshot %s: commit %s, %llu files\n  archive %s (%llu bytes)\n", pl_cli_reused(&s->stated),
		s->info.commit, (unsigned long long)s->result.files, archive, (unsigned long long)s->result.archive_size);
	return PL_EXIT_OK;
}

int pl_cli_release_snapshot(struct pl_cli *cli)
{
	const char *repo = pl_cli_get(cli, "repo");
	struct pl_release_snapshot s;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_release_snapshot(&j.job, pl_str_from(cli->argv[0]), repo ? repo : ".", pl_cli_get(cli, "rev"), &s, &diag);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	if (st != PL_OK)
		return code;
	if (s.info.dirty)
		(void)fprintf(stderr, "The work tree has changes that are not committed; the snapshot is of the commit, without them.\n");
	return print_snapshot(cli, &s);
}

/* ---- build ---- */

static int print_build(const struct pl_cli *cli, const struct pl_release_build *b)
{
	struct pl_json *o;

	if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_z(o, "commit", b->commit);
		pl_cli_set_stated(o, "recipe", &b->recipe);
		pl_cli_set_stated(o, "build", &b->build);
		add_artefacts(o, b->artefacts, b->n_artefacts);
		pl_json_set_u64(o, "wallMs", b->wall_ns / PL_MILLISECOND);
		pl_json_set_u64(o, "cpuMs", b->cpu_ns / PL_MILLISECOND);
		return pl_cli_json_line(cli, o);
	}
	(void)printf("build record %s: commit %s", pl_cli_reused(&b->build), b->commit);
	if (!b->build.reused)
		(void)printf(", %.1f s (%.1f s of processor)", seconds(b->wall_ns), seconds(b->cpu_ns));
	(void)printf("\n");
	print_artefacts(b->artefacts, b->n_artefacts);
	return PL_EXIT_OK;
}

int pl_cli_release_build(struct pl_cli *cli)
{
	struct pl_buf recipe PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECIPE_SIZE_MAX);
	const char *path = pl_cli_get(cli, "recipe"), *commit = pl_cli_get(cli, "commit");
	struct pl_release_build b;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!path)
		return pl_cli_usage(cli, "--recipe FILE is missing");
	st = pl_cli_read_file(path, &recipe, &diag);
	if (st != PL_OK)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_release_build(&j.job, pl_str_from(cli->argv[0]), pl_str_from(commit), pl_buf_str(&recipe), &b, &diag);
	if (st != PL_OK && diag.line)
		pl_diag_context(&diag, "%s", path);
	code = st == PL_OK ? print_build(cli, &b) : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	return code;
}

/* ---- rebuild ---- */

static int print_rebuild(const struct pl_cli *cli, const struct pl_release_rebuild *r)
{
	struct pl_json *o, *list;
	int code = pl_cli_verdict_exit(r->worst);

	if (!pl_cli_has(cli, "json")) {
		(void)printf("rebuild verdict %s: %s", pl_cli_reused(&r->verdict), pl_cli_verdict_words(r->worst));
		if (r->reason)
			(void)printf(" (%s)", pl_reason_word(r->reason));
		else if (!r->verdict.reused)
			(void)printf(", %.1f s (%.1f s of processor)", seconds(r->wall_ns), seconds(r->cpu_ns));
		(void)printf("\n");
		for (size_t i = 0; i < r->n && !r->reason; i++) {
			char name[128];

			if (pl_str_z(r->artefacts[i].name, name, sizeof name) == PL_OK)
				pl_cli_print_comparison(name, &r->comparisons[i]);
		}
		return code;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "verdict", pl_verdict_word(r->worst));
	if (r->reason)
		pl_json_set_z(o, "reason", pl_reason_word(r->reason));
	pl_cli_set_stated(o, "statement", &r->verdict);
	list = pl_json_set_array(o, "artefacts");
	for (size_t i = 0; i < r->n; i++) {
		struct pl_json *e = pl_json_push_object(list);

		pl_json_set_str(e, "name", r->artefacts[i].name);
		pl_cli_json_comparison(e, &r->comparisons[i]);
	}
	pl_json_set_u64(o, "wallMs", r->wall_ns / PL_MILLISECOND);
	pl_json_set_u64(o, "cpuMs", r->cpu_ns / PL_MILLISECOND);
	return pl_cli_json_line(cli, o) == PL_EXIT_OK ? code : PL_EXIT_UNKNOWN;
}

int pl_cli_release_rebuild(struct pl_cli *cli)
{
	struct pl_release_rebuild r;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_release_rebuild(&j.job, pl_str_from(cli->argv[0]), pl_cli_has(cli, "again"), &r, &diag);
	code = st == PL_OK ? print_rebuild(cli, &r) : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	if (st == PL_OK && r.words[0])
		(void)fprintf(stderr, "%s\n", r.words);
	if (st == PL_OK && r.hint[0])
		(void)fprintf(stderr, "  %s\n", r.hint);
	return code;
}

/* ---- publish ---- */

static int print_published(const struct pl_cli *cli, const struct pl_release_published *p)
{
	char root[PL_DIGEST_TEXT + 1];
	struct pl_json *o;

	if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_z(o, "product", cli->argv[0]);
		pl_json_set_z(o, "version", cli->argv[1]);
		pl_json_set_u64(o, "number", p->number);
		pl_cli_set_stated(o, "release", &p->release);
		pl_cli_set_stated(o, "head", &p->head);
		pl_json_set_u64(o, "count", p->count);
		pl_cli_set_digest(o, "root", &p->root);
		return pl_cli_json_line(cli, o);
	}
	pl_digest_text(&p->root, root);
	(void)printf("release %s: %s %s, number %llu\nhead %s: %llu release%s, root %s\n", pl_cli_reused(&p->release),
		cli->argv[0], cli->argv[1], (unsigned long long)p->number, pl_cli_reused(&p->head),
		(unsigned long long)p->count, p->count == 1 ? "" : "s", root);
	return PL_EXIT_OK;
}

int pl_cli_release_publish(struct pl_cli *cli)
{
	struct pl_buf notes PL_CLEANUP(pl_buf_done) = PL_BUF(NOTES_MAX);
	const char *path = pl_cli_get(cli, "notes");
	struct pl_release_published p;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st = path ? pl_cli_read_file(path, &notes, &diag) : PL_OK;
	int code;

	if (st != PL_OK)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open_approved(&j, cli, &code))
		return code;
	st = pl_release_publish(&j.job, pl_str_from(cli->argv[0]), pl_str_from(cli->argv[1]), pl_buf_str(&notes), &p, &diag);
	if (st != PL_OK)
		code = pl_cli_job_fail(&j, st, &diag);
	else
		code = p.release.payload_only ? pl_cli_job_payload(&j) : print_published(cli, &p);
	pl_cli_job_close(&j);
	return code;
}
