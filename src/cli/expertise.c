/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid expertise`: what an authority is given that is not about users. */
#include "base/file.h"
#include "base/time.h"
#include "cli/person.h"
#include "register/package.h"
#include "register/person/expertise.h"

#define LIST_MAX ((size_t)1 << 20)

#define LOOK_OPTIONS \
	PL_CLI_NETWORKS, PL_CLI_CLEARED, \
	{"language", "LANG", "of what it says in words: en or de (default en)"}

static const struct pl_cli_option check_options[] = {LOOK_OPTIONS, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option make_options[] = {
	{"out", "FILE", "where the archive goes"}, LOOK_OPTIONS, PL_CLI_TO, PL_CLI_SECRET_FILE, PL_CLI_CASE, PL_CLI_FIELD, PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};

struct looking {
	struct pl_cli_person p;
	size_t n;
	struct pl_buf text[PL_EXPERTISE_FILES_MAX], networks, cleared;
	struct pl_expertise_file files[PL_EXPERTISE_FILES_MAX];
	struct pl_expertise *e;
};

static pl_status read_file(struct looking *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct pl_buf *text = &l->text[l->n];
	pl_status st;

	pl_buf_init(text, PL_EXPERTISE_FILE_MAX);
	l->files[l->n].name = pl_str_from(slash ? slash + 1 : path);
	st = pl_cli_read_file(path, text, &l->p.diag);
	l->files[l->n].data = pl_buf_bytes(text);
	l->n++;
	return st;
}

static pl_status look(struct looking *l, const struct pl_cli *cli)
{
	pl_str networks = {0};
	pl_status st = PL_OK;

	if (cli->argc > (int)PL_EXPERTISE_FILES_MAX)
		return pl_diag_set(&l->p.diag, PL_E_TOOBIG, "at most %u files", PL_EXPERTISE_FILES_MAX);
	for (int i = 0; i < cli->argc && !st; i++)
		st = read_file(l, cli->argv[i]);
	pl_buf_init(&l->networks, LIST_MAX);
	pl_buf_init(&l->cleared, LIST_MAX);
	if (!st)
		st = pl_cli_networks(cli, l->p.j.inst, &l->networks, &networks, &l->p.diag);
	if (!st && pl_cli_has(cli, "cleared"))
		st = pl_cli_read_file(pl_cli_get(cli, "cleared"), &l->cleared, &l->p.diag);
	return st ? st : pl_expertise_look(l->p.desk, l->files, l->n, networks, pl_buf_str(&l->cleared), &l->e, &l->p.diag);
}

static void done(struct looking *l)
{
	pl_expertise_free(l->e);
	for (size_t i = 0; i < l->n; i++)
		pl_buf_done(&l->text[i]);
	pl_buf_done(&l->networks);
	pl_buf_done(&l->cleared);
	pl_cli_person_close(&l->p);
	pl_free(l);
}

void pl_cli_finding_print(const struct pl_expertise *e, const struct pl_expertise_finding *f)
{
	char digest[PL_DIGEST_TEXT + 1];

	pl_digest_text(&f->digest, digest);
	(void)printf("# %s\n%sclear %s %.*s %llu %s\n", f->text, f->cleared ? "# cleared: " : "", pl_finding_words[f->kind],
		PL_STR_ARG(e->files[f->file].name), (unsigned long long)f->offset, digest);
}

static int print_json(const struct pl_cli *cli, const struct pl_expertise *e)
{
	struct pl_json *o = pl_json_new_object(), *list;

	pl_json_set_u64(o, "files", e->n_files);
	pl_json_set_u64(o, "open", e->open);
	list = pl_json_set_array(o, "findings");
	for (size_t i = 0; i < e->n; i++) {
		struct pl_json *f = pl_json_push_object(list);

		pl_json_set_str(f, "file", e->files[e->findings[i].file].name);
		pl_json_set_z(f, "kind", pl_finding_words[e->findings[i].kind]);
		pl_json_set_u64(f, "offset", e->findings[i].offset);
		pl_json_set_u64(f, "length", e->findings[i].len);
		pl_cli_set_digest(f, "digest", &e->findings[i].digest);
		pl_json_set_bool(f, "cleared", e->findings[i].cleared);
	}
	return pl_cli_json_line(cli, o);
}

static int check(struct pl_cli *cli)
{
	struct looking *l = PL_NEW(struct looking);
	pl_status st;
	int code;

	if (!pl_cli_person_open(&l->p, cli, cli->argc, &code)) {
		pl_free(l);
		return code;
	}
	st = look(l, cli);
	if (st) {
		code = pl_cli_person_fail(&l->p, st);
	} else if (pl_cli_has(cli, "json")) {
		code = print_json(cli, l->e);
	} else {
		for (size_t i = 0; i < l->e->n; i++)
			pl_cli_finding_print(l->e, &l->e->findings[i]);
		(void)fprintf(stderr, "%zu files, %zu findings, %zu not cleared%s\n", l->e->n_files, l->e->n, l->e->open,
			l->e->has_networks ? "" : "; no list of networks was given");
	}
	if (!st && !code && l->e->open)
		code = PL_EXIT_NO;
	done(l);
	return code;
}

static pl_status write_archive(struct looking *l, struct pl_cli_out_file *out, pl_str language, struct pl_digest *manifest)
{
	struct pl_digest file;
	pl_status st = pl_cli_out_begin(out);

	if (!st)
		st = pl_expertise_write(l->p.desk, l->e, language, pl_cli_out_sealed, out, manifest, &l->p.diag);
	if (!st)
		st = pl_cli_out_end(out);
	if (st)
		return st;
	/* Known before it is there: a file that nobody could give out would have to be made again. */
	pl_cli_out_digest(out, &file);
	st = pl_register_package_put(l->p.j.inst, &file, manifest, pl_time_now() / PL_SECOND);
	if (!st)
		st = pl_cli_out_keep(out, &l->p.diag);
	return st ? st : pl_cli_commit_case(&l->p.j, manifest, &l->p.diag);
}

static int print_made(const struct pl_cli *cli, const struct pl_digest *manifest)
{
	char text[PL_DIGEST_TEXT + 1];
	struct pl_json *o;

	pl_digest_text(manifest, text);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("%s, manifest %s\n", pl_cli_get(cli, "out"), text);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "file", pl_cli_get(cli, "out"));
	pl_json_set_z(o, "manifest", text);
	return pl_cli_json_line(cli, o);
}

static int make(struct pl_cli *cli)
{
	pl_str language = pl_str_from(pl_cli_has(cli, "language") ? pl_cli_get(cli, "language") : "en");
	struct pl_cli_out_file out = {.fd = -1};
	struct pl_digest manifest;
	struct looking *l;
	pl_status st;
	int code;

	if (!pl_cli_has(cli, "out"))
		return pl_cli_usage(cli, "--out FILE is needed");
	if (!pl_str_eq(language, PL_STR("en")) && !pl_str_eq(language, PL_STR("de")))
		return pl_cli_usage(cli, "--language is en or de");
	l = PL_NEW(struct looking);
	if (!pl_cli_person_open(&l->p, cli, cli->argc, &code)) {
		pl_free(l);
		return code;
	}
	st = look(l, cli);
	if (!st)
		st = pl_cli_out_open(&out, cli, &l->p.diag);
	if (!st)
		st = write_archive(l, &out, language, &manifest);
	code = st ? pl_cli_person_fail(&l->p, st) : print_made(cli, &manifest);
	pl_cli_out_close(&out);
	done(l);
	return code;
}

static const struct pl_cli_verb verbs[] = {
	{"check", "FILE...", "look through files for data of users", check_options, 1, -1, check},
	{"make", "FILE...", "an archive of expertise for an authority, once nothing is left to clear", make_options, 1, -1, make},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_expertise = {"expertise", "technical expertise for authorities", verbs};
