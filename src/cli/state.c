/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/state.h"
#include "base/time.h"

#define WAIT_SECONDS 60u
#define WAIT_SECONDS_MAX 86400u

pl_status pl_cli_wait(const struct pl_cli *cli, uint64_t *ret)
{
	return pl_cli_get_u64(cli, "wait", WAIT_SECONDS, 0, WAIT_SECONDS_MAX, ret);
}

static pl_status make_payload(const struct pl_cli_claim *claim, const struct pl_cli_approvals *a, struct pl_buf *payload,
	struct pl_diag *diag)
{
	if (a->payload.len == 0)
		return pl_statement_build(pl_str_from(claim->type), &claim->subject, 1, claim->predicate, payload, NULL, diag);
	pl_buf_put_bytes(payload, pl_buf_bytes(&a->payload));
	return pl_buf_status(payload);
}

static pl_status sign(struct pl_instance *inst, const struct pl_cli_claim *claim, const struct pl_cli_approvals *a,
	pl_bytes payload, struct pl_buf *entry, struct pl_diag *diag)
{
	if (claim->roots)
		return pl_instance_sign_root(inst, payload, entry, diag);
	return pl_instance_sign(inst, payload, a->sig, a->n, entry, diag);
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
	struct pl_cli_approvals approvals PL_CLEANUP(pl_cli_approvals_done);
	struct pl_outbox_ref ref;
	struct pl_diag diag = {0};
	uint64_t seconds;
	pl_status st = pl_cli_approvals_read(cli, &approvals, &diag);

	if (st == PL_OK)
		st = make_payload(claim, &approvals, &payload, &diag);
	if (pl_cli_wait(cli, &seconds) != PL_OK)
		return PL_EXIT_USAGE;
	if (st == PL_OK && approvals.only)
		return pl_cli_out(pl_buf_str(&payload)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	if (st == PL_OK)
		st = sign(inst, claim, &approvals, pl_buf_bytes(&payload), &entry, &diag);
	if (st == PL_OK)
		st = pl_instance_submit(inst, pl_str_from(claim->stream), pl_buf_bytes(&entry), &ref, &diag);
	if (st == PL_OK)
		st = pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, seconds * PL_SECOND, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : tell(cli, inst, &ref);
}
