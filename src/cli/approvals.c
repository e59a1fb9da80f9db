/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/approvals.h"
#include "base/file.h"
#include <fcntl.h>

#define APPROVALS_TEXT_MAX 8192u

static pl_status read_file(const char *path, struct pl_buf *out, struct pl_diag *diag)
{
	pl_status st = pl_file_read(AT_FDCWD, path, out);

	return st ? pl_diag_set(diag, st, "cannot read %s", path) : PL_OK;
}

static pl_status read_lines(const char *path, struct pl_cli_approvals *a, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(APPROVALS_TEXT_MAX);
	pl_status st = read_file(path, &text, diag);
	pl_str rest = pl_buf_str(&text), line;

	if (st)
		return st;
	while (st == PL_OK && pl_str_take_line(&rest, &line)) {
		if (a->n == PL_SIGNING_APPROVALS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "more than %u approvals", PL_SIGNING_APPROVALS_MAX);
		st = pl_signing_approval_parse(line, &a->sig[a->n], diag);
		a->n += st == PL_OK;
	}
	/* An empty file is a mistake, not the wish to approve with the keys at hand. */
	if (st == PL_OK && a->n == 0)
		st = pl_diag_set(diag, PL_E_SYNTAX, "there is no approval in it");
	if (st)
		pl_diag_context(diag, "%s", path);
	return st;
}

pl_status pl_cli_approvals_read(const struct pl_cli *cli, struct pl_cli_approvals *ret, struct pl_diag *diag)
{
	const char *lines = pl_cli_get(cli, "approvals"), *payload = pl_cli_get(cli, "payload");
	pl_status st = PL_OK;

	*ret = (struct pl_cli_approvals){.payload = PL_BUF(PL_STATEMENT_PAYLOAD_MAX), .only = pl_cli_has(cli, "payload-only")};
	if (lines && !payload) {
		pl_diag_hint(diag, "an approval fits the very bytes that --payload-only printed: give them with --payload");
		return pl_diag_set(diag, PL_E_SYNTAX, "--approvals without --payload");
	}
	if (payload)
		st = read_file(payload, &ret->payload, diag);
	if (st == PL_OK && lines)
		st = read_lines(lines, ret, diag);
	return st;
}

void pl_cli_approvals_done(struct pl_cli_approvals *a)
{
	pl_buf_done(&a->payload);
}
