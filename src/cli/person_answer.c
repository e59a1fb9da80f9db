/* SPDX-License-Identifier: Apache-2.0 */
/* What a person is given: files that are written here. */
#include "base/file.h"
#include "base/time.h"
#include "cli/person.h"
#include "register/person/certificate.h"
#include "register/person/erasure.h"
#include "register/person/package.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CLI_OUT {"out", "FILE", "where the archive goes"}
#define CLI_LANGUAGE {"language", "LANG", "of what it says in words: en or de (default en)"}
#define CLI_AT {"at", "TIME", "as of this time (default: now); the same time and state give the same archive"}

const struct pl_cli_option pl_cli_package_options[] = {
	CLI_OUT, PL_CLI_TO, PL_CLI_SECRET_FILE, {"plain", NULL, "do not encrypt"}, CLI_LANGUAGE, CLI_AT, PL_CLI_CASE, PL_CLI_FIELD,
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
const struct pl_cli_option pl_cli_erase_options[] = {
	CLI_OUT, PL_CLI_TO, PL_CLI_SECRET_FILE, CLI_LANGUAGE, PL_CLI_CASE, PL_CLI_FIELD, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
const struct pl_cli_option pl_cli_certificate_options[] = {
	CLI_OUT, PL_CLI_IDENTITY, PL_CLI_TO, CLI_LANGUAGE, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};

/* ---- files ---- */

static bool has_option(const struct pl_cli *cli, const char *name)
{
	for (const struct pl_cli_option *o = cli->verb->options; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return pl_cli_has(cli, name);
	return false;
}

static pl_status read_to(struct pl_cli_out_file *o, const struct pl_cli *cli, struct pl_diag *diag)
{
	struct pl_passphrase from = {.from = PL_PASSPHRASE_FILE};
	pl_status st;

	if (has_option(cli, "to") && has_option(cli, "secret-file"))
		return pl_diag_set(diag, PL_E_SYNTAX, "--to and --secret-file exclude each other");
	if (has_option(cli, "to")) {
		st = pl_age_recipient_parse(pl_str_from(pl_cli_get(cli, "to")), &o->recipient);
		if (st)
			return pl_diag_set(diag, PL_E_SYNTAX, "--to takes a recipient as age-keygen prints it: age1...");
		o->to = (struct pl_age_to){.recipients = &o->recipient, .n = 1};
		o->encrypted = true;
	}
	if (has_option(cli, "secret-file")) {
		from.name = pl_cli_get(cli, "secret-file");
		st = pl_passphrase_read(&from, &o->secret, diag);
		if (st)
			return st;
		o->to = (struct pl_age_to){.passphrase = pl_buf_str(&o->secret)};
		o->encrypted = true;
	}
	return PL_OK;
}

pl_status pl_cli_out_open(struct pl_cli_out_file *o, const struct pl_cli *cli, struct pl_diag *diag)
{
	pl_status st;

	*o = (struct pl_cli_out_file){.path = pl_cli_get(cli, "out"), .fd = -1, .secret = PL_BUF(PL_PASSPHRASE_MAX),
		.hash = pl_sha256_new()};
	st = read_to(o, cli, diag);
	if (st)
		return st;
	if (!o->path) {
		o->fd = STDOUT_FILENO;
		return PL_OK;
	}
	if ((size_t)snprintf(o->temp, sizeof o->temp, "%s.part", o->path) >= sizeof o->temp)
		return PL_E_TOOBIG;
	st = pl_file_open(AT_FDCWD, o->temp, O_WRONLY | O_CREAT | O_TRUNC, 0600, &o->fd);
	return st ? pl_diag_set(diag, st, "cannot write \"%s\"", o->temp) : PL_OK;
}

pl_status pl_cli_out_put(void *out_file, pl_bytes piece)
{
	struct pl_cli_out_file *o = out_file;

	pl_sha256_update(o->hash, piece);
	return pl_file_write(o->fd, piece.ptr, piece.len);
}

pl_status pl_cli_out_begin(struct pl_cli_out_file *o)
{
	return o->encrypted ? pl_age_write_begin(&o->to, pl_cli_out_put, o, &o->age) : PL_OK;
}

pl_status pl_cli_out_sealed(void *out_file, pl_bytes piece)
{
	struct pl_cli_out_file *o = out_file;

	return o->age ? pl_age_write(o->age, piece) : pl_cli_out_put(o, piece);
}

pl_status pl_cli_out_end(struct pl_cli_out_file *o)
{
	return o->age ? pl_age_write_end(o->age) : PL_OK;
}

void pl_cli_out_digest(struct pl_cli_out_file *o, struct pl_digest *ret)
{
	pl_sha256_final(o->hash, ret);
}

pl_status pl_cli_out_keep(struct pl_cli_out_file *o, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (!o->path)
		return PL_OK;
	st = pl_file_sync(o->fd);
	if (!st)
		st = pl_file_rename(AT_FDCWD, o->temp, o->path, true);
	if (!st)
		o->temp[0] = 0;
	return st ? pl_diag_set(diag, st, "cannot write \"%s\"", o->path) : PL_OK;
}

void pl_cli_out_close(struct pl_cli_out_file *o)
{
	if (o->fd != STDOUT_FILENO)
		pl_file_close(&o->fd);
	if (o->temp[0])
		(void)!pl_file_unlink(AT_FDCWD, o->temp);
	pl_age_writer_free(o->age);
	pl_buf_done_secret(&o->secret);
	pl_sha256_free(o->hash);
	o->hash = NULL;
	o->age = NULL;
}

/* ---- the case that asked ---- */

pl_status pl_cli_commit_case(struct pl_cli_job *j, const struct pl_digest *digest, struct pl_diag *diag)
{
	const char *field = pl_cli_get(j->cli, "field"), *at = pl_cli_get(j->cli, "case");
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	const struct pl_register_field *f;
	struct pl_register_set set = {.value = {true, pl_digest_bytes(digest)}};
	struct pl_register_case made;
	pl_str number = pl_str_from(at), name;
	uint64_t n;
	pl_status st;

	if (!at)
		return PL_OK;
	if (!pl_str_take_until(&number, '/', &name) || pl_str_to_u64(number, INT64_MAX, &n) || !n)
		return pl_diag_set(diag, PL_E_SYNTAX, "--case takes REGISTER/NUMBER");
	st = pl_register_open(j->inst, name, &r, diag);
	if (st)
		return st;
	f = pl_register_decl_field(r->decl, pl_str_from(field ? field : "answer"));
	if (!f || f->type != PL_COMMIT_DIGEST)
		return pl_diag_set(diag, PL_E_NOTFOUND, "the register %.*s has no field \"%s\" of type digest", PL_STR_ARG(name),
			field ? field : "answer");
	set.field = (size_t)(f - r->decl->fields);
	st = pl_register_case_read(j->inst, r, n, &reader, &v, diag);
	return st ? st : pl_register_case_change(j->inst, r, v, &reader, &set, 1, &made, diag);
}

/* ---- package ---- */

static int print_written(const struct pl_cli *cli, const struct pl_cli_out_file *o, const struct pl_digest *manifest)
{
	char text[PL_DIGEST_TEXT + 1];
	struct pl_json *line;

	pl_digest_text(manifest, text);
	if (!pl_cli_has(cli, "json")) {
		(void)fprintf(o->path ? stdout : stderr, "%s%s, manifest %s\n", o->path ? o->path : "written",
			o->encrypted ? ", encrypted" : "", text);
		return PL_EXIT_OK;
	}
	line = pl_json_new_object();
	pl_json_set_z(line, "file", o->path ? o->path : "-");
	pl_json_set_bool(line, "encrypted", o->encrypted);
	pl_json_set_z(line, "manifest", text);
	return pl_cli_json_line(cli, line);
}

static pl_str language(const struct pl_cli *cli)
{
	return pl_str_from(pl_cli_has(cli, "language") ? pl_cli_get(cli, "language") : "en");
}

static bool language_ok(const struct pl_cli *cli)
{
	return pl_str_eq(language(cli), PL_STR("en")) || pl_str_eq(language(cli), PL_STR("de"));
}

int pl_cli_person_package(struct pl_cli *cli)
{
	struct pl_person_package opt = {.language = language(cli)};
	struct pl_cli_out_file out = {.fd = -1};
	struct pl_digest manifest;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!language_ok(cli))
		return pl_cli_usage(cli, "--language is en or de");
	if (!pl_cli_has(cli, "to") && !pl_cli_has(cli, "secret-file") && !pl_cli_has(cli, "plain"))
		return pl_cli_usage(cli, "for whom? --to, --secret-file, or --plain for an archive that anybody can read");
	if (pl_cli_has(cli, "plain") && (pl_cli_has(cli, "to") || pl_cli_has(cli, "secret-file")))
		return pl_cli_usage(cli, "--plain excludes --to and --secret-file");
	if (!pl_cli_has(cli, "out") && pl_cli_has(cli, "json"))
		return pl_cli_usage(cli, "--json needs --out");
	if (!pl_cli_person_open(&p, cli, 0, &code))
		return code;
	st = pl_cli_out_open(&out, cli, &p.diag);
	opt.to = out.encrypted ? &out.to : NULL;
	if (!st)
		st = pl_person_package(p.desk, &p.who, &opt, pl_cli_out_put, &out, &manifest, &p.diag);
	if (!st)
		st = pl_cli_out_keep(&out, &p.diag);
	if (!st)
		st = pl_cli_commit_case(&p.j, &manifest, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : print_written(cli, &out, &manifest);
	pl_cli_out_close(&out);
	pl_cli_person_close(&p);
	return code;
}

/* ---- certificates ---- */

static pl_status write_certificate(struct pl_cli_person *p, struct pl_cli_out_file *out, pl_str certificate, pl_str leaves,
	struct pl_certificate_made *made)
{
	pl_status st = pl_cli_out_begin(out);

	if (!st)
		st = pl_certificate_write(p->desk, certificate, leaves, language(p->j.cli), pl_cli_out_sealed, out, made, &p->diag);
	if (!st)
		st = pl_cli_out_end(out);
	return st ? st : pl_cli_out_keep(out, &p->diag);
}

static int print_certificate(struct pl_cli_person *p, const struct pl_cli_out_file *out, pl_str certificate,
	const struct pl_certificate_made *made)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_json *o;

	if (pl_cli_has(p->j.cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_z(o, "file", out->path);
		pl_json_set_bool(o, "encrypted", out->encrypted);
		pl_cli_set_digest(o, "manifest", &made->manifest);
		pl_json_set_u64(o, "leaves", made->leaves);
		pl_json_set_u64(o, "proved", made->proved);
		pl_json_set_bool(o, "logged", made->logged);
		return pl_cli_json_line(p->j.cli, o);
	}
	if (pl_certificate_text(certificate, language(p->j.cli), &text, &p->diag) || pl_cli_out(pl_buf_str(&text)))
		return PL_EXIT_UNKNOWN;
	(void)printf("\n%s: %zu of %zu erasures are proved; the certificate is %sin the published log\n", out->path, made->proved, made->leaves,
		made->logged ? "" : "not yet ");
	if (!made->logged || made->proved < made->leaves)
		(void)printf("what is missing is added later with: pellucid person certificate %s --out FILE\n", out->path);
	return PL_EXIT_OK;
}

/* The certificate has its place on the disk: what was noted of the erasure is not needed any more. */
static pl_status forget(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_cli_person *p = ctx;

	return pl_erasure_forget(tx, p->desk, &p->who);
}

int pl_cli_person_erase(struct pl_cli *cli)
{
	struct pl_buf certificate PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX), leaves PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_cli_out_file out = {.fd = -1};
	struct pl_certificate_made made;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_has(cli, "out") || !language_ok(cli))
		return pl_cli_usage(cli, "--out FILE is needed: what is erased cannot be certified twice; --language is en or de");
	if (!pl_cli_person_open(&p, cli, 0, &code))
		return code;
	/* The file is opened first, so that nothing is erased whose certificate has no place. */
	st = pl_cli_out_open(&out, cli, &p.diag);
	if (!st)
		st = pl_certificate_make(p.desk, &p.who, &certificate, &leaves, &p.diag);
	if (!st)
		st = write_certificate(&p, &out, pl_buf_str(&certificate), pl_buf_str(&leaves), &made);
	if (!st)
		st = pl_db_tx(pl_instance_db(p.j.inst), forget, &p);
	if (!st)
		st = pl_cli_commit_case(&p.j, &made.manifest, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : print_certificate(&p, &out, pl_buf_str(&certificate), &made);
	pl_cli_out_close(&out);
	pl_cli_person_close(&p);
	return code;
}

static pl_status read_part(const struct pl_cli_archive *a, const char *name, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_zip_file *f = pl_zip_find(&a->zip, pl_str_from(name));

	return f ? pl_zip_read_all(&a->zip, f, out, diag) : pl_diag_set(diag, PL_E_SYNTAX, "the archive has no %s: it is no certificate", name);
}

int pl_cli_person_certificate(struct pl_cli *cli)
{
	struct pl_buf certificate PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX), leaves PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_cli_out_file out = {.fd = -1};
	struct pl_cli_archive archive = {.fd = -1};
	struct pl_certificate_made made;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_has(cli, "out") || !language_ok(cli))
		return pl_cli_usage(cli, "--out FILE is needed; --language is en or de");
	if (!pl_cli_person_open(&p, cli, cli->argc, &code))
		return code;
	st = pl_cli_archive_open(&archive, cli, cli->argv[0], &p.diag);
	if (!st)
		st = read_part(&archive, PL_ANSWER_CERTIFICATE, &certificate, &p.diag);
	if (!st)
		st = read_part(&archive, "leaves.json", &leaves, &p.diag);
	if (!st)
		st = pl_cli_out_open(&out, cli, &p.diag);
	if (!st)
		st = write_certificate(&p, &out, pl_buf_str(&certificate), pl_buf_str(&leaves), &made);
	code = st ? pl_cli_person_fail(&p, st) : print_certificate(&p, &out, pl_buf_str(&certificate), &made);
	pl_cli_out_close(&out);
	pl_cli_archive_close(&archive);
	pl_cli_person_close(&p);
	return code;
}
