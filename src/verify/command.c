/* SPDX-License-Identifier: Apache-2.0 */
/* verify/command: the file's digest is taken in pieces, so its size does not matter. */
#include "verify/command_internal.h"
#include "base/file.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PIECE ((size_t)256 * 1024)

int pl_command_complain(const struct pl_verify_command *c, int code, const char *what, pl_status st,
	const struct pl_diag *diag)
{
	fprintf(stderr, "%s: %s: %s\n", c->program, what, diag ? pl_diag_text(diag, st) : pl_status_text(st));
	if (diag && diag->hint[0])
		fprintf(stderr, "  %s\n", diag->hint);
	return code;
}

static pl_status open_in(const char *path, int *ret_fd)
{
	/* Not pl_file_open: somebody's download may well be a symbolic link. */
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pl_status_from_errno(errno);
	*ret_fd = fd;
	return PL_OK;
}

pl_status pl_command_hash(const char *path, struct pl_digest *ret)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct pl_sha256 *sha PL_CLEANUP(pl_sha256_freep) = NULL;
	uint8_t *piece = NULL;
	ssize_t n = 0;
	int in = STDIN_FILENO;

	if (strcmp(path, "-") != 0) {
		pl_status st = open_in(path, &fd);

		if (st != PL_OK)
			return st;
		in = fd;
	}
	sha = pl_sha256_new();
	piece = pl_alloc(PIECE, 1);
	while ((n = TEMP_FAILURE_RETRY(read(in, piece, PIECE))) > 0)
		pl_sha256_update(sha, pl_bytes_of(piece, (size_t)n));
	pl_free(piece);
	if (n < 0)
		return PL_E_IO;
	pl_sha256_final(sha, ret);
	return PL_OK;
}

static pl_status read_text(const char *path, struct pl_buf *out)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = open_in(path, &fd);

	return st == PL_OK ? pl_file_read_fd(fd, out) : st;
}

/* "Downloads/pellucid-0.1.0" is called pellucid-0.1.0. */
pl_str pl_command_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return PL_STR("standard input");
	return pl_str_from(slash && slash[1] ? slash + 1 : path);
}

int pl_command_answer(const struct pl_verify_command *c, const struct pl_buf *out, int code)
{
	if (pl_buf_status(out) != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, "report", pl_buf_status(out), NULL);
	if (pl_file_write(STDOUT_FILENO, out->ptr, out->len) != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, "standard output", PL_E_IO, NULL);
	return code;
}

int pl_command_refuse(const struct pl_verify_command *c, pl_str name, const struct pl_digest *digest, pl_status st,
	const struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	if (st == PL_E_STATE)
		return pl_command_complain(c, PL_COMMAND_WRONG_INPUT, c->trust, st, diag);
	if (st == PL_E_RANGE)
		return pl_command_complain(c, PL_COMMAND_WRONG_INPUT, c->all_releases ? "--all-releases" : "--statement", st, diag);
	if (st == PL_E_NOMEM)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, c->bundle, st, diag);
	if (!c->json)
		pl_verify_write_refusal(name, st, diag, &c->style, &out);
	else if (pl_verify_write_refusal_json(name, digest, st, diag, &out) != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, "report", PL_E_INTERNAL, NULL);
	return pl_command_answer(c, &out, PL_COMMAND_REFUSED);
}

int pl_command_load(const struct pl_verify_command *c, struct pl_policy **ret_policy, struct pl_buf *bundle)
{
	struct pl_buf trust PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_diag diag = {0};
	pl_status st = read_text(c->trust, &trust);

	if (st != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, c->trust, st, NULL);
	st = pl_policy_parse(pl_buf_str(&trust), ret_policy, &diag);
	if (st != PL_OK)
		return pl_command_complain(c, PL_COMMAND_WRONG_INPUT, c->trust, st, &diag);
	st = read_text(c->bundle, bundle);
	return st == PL_OK ? PL_COMMAND_PROVED : pl_command_complain(c, PL_COMMAND_UNKNOWN, c->bundle, st, NULL);
}

static pl_status write_report(const struct pl_verify_command *c, const struct pl_verify *v, const struct pl_json *shown, pl_str words,
	struct pl_buf *out)
{
	if (c->json)
		return pl_verify_write_json(v, pl_json_count(shown) ? shown : NULL, out);
	pl_verify_write_text(v, &c->style, out);
	pl_buf_put_str(out, words);
	return PL_OK;
}

static int judge(const struct pl_verify_command *c, const struct pl_policy *policy, const struct pl_digest *digest,
	pl_str bundle)
{
	struct pl_verify *v PL_CLEANUP(pl_verify_freep) = NULL;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(2 * (size_t)PL_BUNDLE_TEXT_MAX);
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_json *shown PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_diag diag = {0};
	pl_status st = pl_verify_bundle(policy, digest, pl_command_name(c->file), pl_str_from(c->statement), bundle, &v, &diag);

	if (st != PL_OK)
		return pl_command_refuse(c, pl_command_name(c->file), digest, st, &diag);
	if (v->status == PL_OK && c->look) {
		st = c->look(c->file, v, c->json ? shown : NULL, &words, &diag);
		if (st == PL_E_STATE)
			return pl_command_complain(c, PL_COMMAND_WRONG_INPUT, c->file, st, &diag);
		if (st != PL_OK && st != PL_E_NOTFOUND)
			return pl_command_refuse(c, pl_command_name(c->file), digest, st, &diag);
	}
	if (write_report(c, v, shown, pl_buf_str(&words), &out) != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, "report", PL_E_INTERNAL, NULL);
	return pl_command_answer(c, &out, v->status == PL_OK ? PL_COMMAND_PROVED : PL_COMMAND_REFUSED);
}

int pl_verify_command(const struct pl_verify_command *c)
{
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_digest digest;
	pl_status st;
	int code = pl_command_load(c, &policy, &bundle);

	if (code != PL_COMMAND_PROVED)
		return code;
	st = pl_command_hash(c->file, &digest);
	if (st != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, c->file, st, NULL);
	return judge(c, policy, &digest, pl_buf_str(&bundle));
}
