/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/state.h"
#include "base/file.h"
#include "base/time.h"
#include <fcntl.h>

#define WAIT_SECONDS 60u
#define WAIT_SECONDS_MAX 86400u
#define APPROVALS_TEXT_MAX 8192u

static pl_status read_approvals(const char *path, struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX], size_t *ret_n,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(APPROVALS_TEXT_MAX);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);
	pl_str rest = pl_buf_str(&text), line;

	if (st)
		return pl_diag_set(diag, st, "cannot read %s", path);
	while (st == PL_OK && pl_str_take_line(&rest, &line)) {
		if (*ret_n == PL_SIGNING_APPROVALS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "more than %u approvals", PL_SIGNING_APPROVALS_MAX);
		st = pl_signing_approval_parse(line, &ret[*ret_n], diag);
		*ret_n += st == PL_OK;
	}
	if (st)
		pl_diag_context(diag, "%s", path);
	return st;
}

pl_status pl_cli_approvals(const struct pl_cli *cli, struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX],
	size_t *ret_n, struct pl_diag *diag)
{
	const char *file = pl_cli_get(cli, "approvals");

	return file ? read_approvals(file, ret, ret_n, diag) : PL_OK;
}

pl_status pl_cli_wait(const struct pl_cli *cli, uint64_t *ret)
{
	return pl_cli_get_u64(cli, "wait", WAIT_SECONDS, 0, WAIT_SECONDS_MAX, ret);
}

static pl_status make_payload(struct pl_cli *cli, const struct pl_cli_claim *claim, struct pl_buf *payload,
	struct pl_diag *diag)
{
	const char *given = pl_cli_get(cli, "payload");
	pl_status st;

	if (!given)
		return pl_statement_build(pl_str_from(claim->type), &claim->subject, 1, claim->predicate, payload, NULL, diag);
	st = pl_file_read(AT_FDCWD, given, payload);
	return st ? pl_diag_set(diag, st, "cannot read %s", given) : PL_OK;
}

static pl_status sign(struct pl_cli *cli, struct pl_instance *inst, const struct pl_cli_claim *claim, pl_bytes payload,
	struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_approval_sig approvals[PL_SIGNING_APPROVALS_MAX];
	size_t n = 0;
	pl_status st;

	if (claim->roots)
		return pl_instance_sign_root(inst, payload, entry, diag);
	st = pl_cli_approvals(cli, approvals, &n, diag);
	return st ? st : pl_instance_sign(inst, payload, approvals, n, entry, diag);
}

static int tell(struct pl_cli *cli, struct pl_instance *inst, const struct pl_outbox_ref *ref)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char pae[PL_DIGEST_TEXT + 1], entry[PL_DIGEST_TEXT + 1];
	struct pl_outbox_row row;
	pl_status st = pl_outbox_find(pl_instance_db(inst), &ref->entry, &arena, &row);

	if (st)
		return pl_cli_fail(cli, st, NULL);
	if (!pl_cli_has(cli, "json")) {
		pl_buf_put_u64(&out, row.index);
		pl_buf_put_c(&out, '\n');
		return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	}
	pl_digest_text(&row.pae, pae);
	pl_digest_text(&ref->entry, entry);
	pl_json_set_u64(o, "index", row.index);
	pl_json_set_z(o, "state", pl_outbox_state_word(row.state));
	pl_json_set_z(o, "pae", pae);
	pl_json_set_z(o, "entry", entry);
	st = pl_json_write(o, &out);
	pl_buf_put_c(&out, '\n');
	return st || pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_state(struct pl_cli *cli, struct pl_instance *inst, const struct pl_cli_claim *claim)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_outbox_ref ref;
	struct pl_diag diag = {0};
	uint64_t seconds;
	pl_status st = make_payload(cli, claim, &payload, &diag);

	if (pl_cli_wait(cli, &seconds) != PL_OK)
		return PL_EXIT_USAGE;
	if (st == PL_OK && pl_cli_has(cli, "payload-only"))
		return pl_cli_out(pl_buf_str(&payload)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	if (st == PL_OK)
		st = sign(cli, inst, claim, pl_buf_bytes(&payload), &entry, &diag);
	if (st == PL_OK)
		st = pl_instance_submit(inst, pl_str_from(claim->stream), pl_buf_bytes(&entry), &ref, &diag);
	if (st == PL_OK)
		st = pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, seconds * PL_SECOND, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : tell(cli, inst, &ref);
}
