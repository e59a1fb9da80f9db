/* SPDX-License-Identifier: Apache-2.0 */
/* Checking an answer needs the trust file, the archive and what opens it; no instance. */
#include "base/file.h"
#include "base/time.h"
#include "cli/person.h"
#include "cli/witnessed.h"
#include "register/person/certificate.h"
#include "register/person/vocabulary.h"
#include <fcntl.h>

const struct pl_cli_option pl_cli_answer_check_options[] = {
	{"trust", "TRUST", "the trust file, from a source that you trust"}, PL_CLI_IDENTITY, PL_CLI_SECRET_OPEN, PL_CLI_JSON, {NULL},
};

/* ---- reading an archive ---- */

static pl_status read_fd(void *fd, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	return pl_file_pread(*(int *)fd, data, len, offset, ret_len);
}

static bool has_option(const struct pl_cli *cli, const char *name)
{
	for (const struct pl_cli_option *o = cli->verb->options; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return pl_cli_has(cli, name);
	return false;
}

static pl_status open_encrypted(struct pl_cli_archive *a, const struct pl_cli *cli, uint64_t size, struct pl_diag *diag)
{
	struct pl_buf secret PL_CLEANUP(pl_buf_done_secret) = PL_BUF(65536);
	struct pl_passphrase from = {.from = PL_PASSPHRASE_FILE};
	struct pl_age_identity identity PL_CLEANUP(pl_age_identity_done) = {{0}};
	bool by_identity = has_option(cli, "identity");
	pl_status st;

	if (by_identity) {
		st = pl_cli_read_file(pl_cli_get(cli, "identity"), &secret, diag);
		if (!st && pl_age_identity_find(pl_buf_str(&secret), &identity))
			st = pl_diag_set(diag, PL_E_SYNTAX, "\"%s\" holds no identity as age-keygen writes it", pl_cli_get(cli, "identity"));
	} else if (has_option(cli, "secret-file")) {
		from.name = pl_cli_get(cli, "secret-file");
		pl_buf_init(&secret, PL_PASSPHRASE_MAX);
		st = pl_passphrase_read(&from, &secret, diag);
	} else {
		st = pl_diag_set(diag, PL_E_STATE, "the archive is encrypted: --identity or --secret-file opens it");
	}
	return st ? st : pl_age_open(read_fd, &a->fd, size, by_identity ? &identity : NULL, pl_buf_str(&secret), &a->age, diag);
}

pl_status pl_cli_archive_open(struct pl_cli_archive *a, const struct pl_cli *cli, const char *path, struct pl_diag *diag)
{
	uint8_t front[64];
	uint64_t size = 0;
	size_t got = 0;
	pl_status st;

	*a = (struct pl_cli_archive){.fd = -1};
	st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, &a->fd);
	if (!st)
		st = pl_file_size(a->fd, &size);
	if (!st)
		st = pl_file_pread(a->fd, front, sizeof front, 0, &got);
	if (st)
		return pl_diag_set(diag, st, "cannot read \"%s\"", path);
	if (!pl_age_is(pl_bytes_of(front, got)))
		return pl_zip_open(read_fd, &a->fd, size, &a->zip, diag);
	st = open_encrypted(a, cli, size, diag);
	return st ? st : pl_zip_open(pl_age_pread, a->age, pl_age_size(a->age), &a->zip, diag);
}

void pl_cli_archive_close(struct pl_cli_archive *a)
{
	pl_zip_close(&a->zip);
	pl_age_close(a->age);
	a->age = NULL;
	pl_file_close(&a->fd);
}

/* ---- what it shows ---- */

static int print_json(const struct pl_cli *cli, const struct pl_answer_shows *s, const struct pl_certificate_made *made)
{
	struct pl_json *o = pl_json_new_object();
	char at[21];

	pl_time_write(s->at * PL_SECOND, at);
	pl_json_set_z(o, "kind", pl_answer_kinds[s->kind]);
	pl_json_set_z(o, "at", at);
	pl_json_set_u64(o, "files", s->files);
	pl_cli_set_digest(o, "manifest", &s->manifest);
	pl_cli_set_witnessed(o, s->witnessed);
	if (s->kind == PL_ANSWER_ERASURE) {
		pl_json_set_u64(o, "leaves", made->leaves);
		pl_json_set_u64(o, "proved", made->proved);
		pl_json_set_bool(o, "logged", made->logged);
	}
	return pl_cli_json_line(cli, o);
}

static void print_words(const struct pl_answer_shows *s, const struct pl_certificate_made *made)
{
	const char *good = pl_cli_style(stdout, PL_STYLE_GOOD), *plain = pl_cli_style(stdout, PL_STYLE_PLAIN);
	char at[21], text[PL_DIGEST_TEXT + 1];

	pl_time_write(s->at * PL_SECOND, at);
	pl_digest_text(&s->manifest, text);
	(void)printf("%ssigned%s: an answer of the kind %s, of %s: %zu files, manifest %s\n", good, plain, pl_answer_kinds[s->kind], at, s->files,
		text);
	if (s->kind == PL_ANSWER_ERASURE) {
		(void)printf("%s: %zu of %zu erasures are proved by the registers' heads\n", made->proved ? "proved" : "not proved", made->proved,
			made->leaves);
		(void)printf("the certificate %s\n", made->logged ? "is in the log" : "does not show that it is in the log: take it again later");
	}
	pl_cli_say_witnessed(stdout, s->witnessed);
	(void)printf("  Not shown: that this is everything. It is what the operator signs for.\n");
}

int pl_cli_person_check(struct pl_cli *cli)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_cli_archive archive = {.fd = -1};
	struct pl_answer_shows shows = {0};
	struct pl_certificate_made made = {0};
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!pl_cli_get(cli, "trust"))
		return pl_cli_usage(cli, "--trust is needed");
	st = pl_cli_read_file(pl_cli_get(cli, "trust"), &trust, &diag);
	if (!st)
		st = pl_policy_parse(pl_buf_str(&trust), &policy, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	st = pl_cli_archive_open(&archive, cli, cli->argv[0], &diag);
	if (!st)
		st = pl_answer_check(&archive.zip, policy, &shows, &diag);
	if (!st && shows.kind == PL_ANSWER_ERASURE)
		st = pl_certificate_check(&archive.zip, &shows, &made, &diag);
	/* An archive is evidence, not input: one that cannot be read is refused, too. */
	if (st == PL_E_SYNTAX || st == PL_E_RANGE || st == PL_E_CORRUPT || st == PL_E_TOOBIG)
		st = PL_E_PROOF;
	if (st)
		code = pl_cli_fail(cli, st, &diag);
	else if (pl_cli_has(cli, "json"))
		code = print_json(cli, &shows, &made);
	else
		print_words(&shows, &made), code = PL_EXIT_OK;
	pl_answer_shows_done(&shows);
	pl_cli_archive_close(&archive);
	return code;
}
