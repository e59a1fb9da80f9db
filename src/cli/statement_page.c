/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid statement verify-page`: log the one file that the portal's Verify page offers. */
#include "cli/state.h"
#include "cli/statement.h"
#include "web/offline.h"

static int tell_known(struct pl_cli *cli, const struct pl_query_statement *s)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char pae[PL_DIGEST_TEXT + 1], entry[PL_DIGEST_TEXT + 1];

	if (!pl_cli_has(cli, "json")) {
		pl_buf_put_u64(&out, s->index);
	} else {
		pl_digest_text(&s->pae, pae);
		pl_digest_text(&s->entry, entry);
		pl_json_set_u64(o, "index", s->index);
		pl_json_set_z(o, "state", pl_outbox_state_word(PL_OUTBOX_PROJECTED));
		pl_json_set_z(o, "pae", pae);
		pl_json_set_z(o, "entry", entry);
		if (pl_json_write(o, &out) != PL_OK)
			return PL_EXIT_UNKNOWN;
	}
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int state_page(struct pl_cli *cli, struct pl_instance *inst)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_BODY, .predicate = p, .stream = "documents"};
	struct pl_diag diag = {0};
	struct pl_body body;
	pl_status st = pl_instance_body(inst, pl_offline_page(NULL), PL_STR(PL_OFFLINE_MEDIA), &body);

	if (st)
		return pl_cli_fail(cli, pl_diag_set(&diag, st, "cannot store the page"), &diag);
	claim.subject = (struct pl_subject){PL_STR(PL_OFFLINE_NAME), body.digest};
	pl_json_set(p, "body", pl_body_to_json(&body));
	pl_json_set_z(p, "kind", PL_OFFLINE_KIND);
	return pl_cli_state(cli, inst, &claim);
}

int pl_cli_statement_verify_page(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)8 << 20);
	struct pl_query_statement known;
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = pl_offline_logged(inst, &arena, &known);
	if (st == PL_OK)
		return tell_known(cli, &known);
	return st == PL_E_NOTFOUND ? state_page(cli, inst) : pl_cli_fail(cli, st, NULL);
}
