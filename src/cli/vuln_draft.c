/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln draft`: what is written out of a case. Nothing of it is stored but a token of its identifier. */
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/release.h"
#include "cli/vuln.h"
#include "register/advisory/query.h"
#include "register/vuln/draft.h"
#include "register/vuln/embargo.h"

#define ARENA ((size_t)8 << 20)

pl_status pl_cli_vuln_publisher(struct pl_cli_vuln *o, struct pl_arena *arena, struct pl_vuln_publisher *ret)
{
	struct pl_query_provider q;
	pl_status st = pl_query_provider(o->a.inst, arena, &q);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(&o->diag, "pellucid advisory provider SETTINGS");
		return pl_diag_set(&o->diag, PL_E_STATE, "no provider was stated yet");
	}
	if (st)
		return st;
	*ret = (struct pl_vuln_publisher){q.provider.site, q.provider.name, q.provider.namespace, q.provider.contact,
		pl_advisory_publishers[q.provider.category]};
	return PL_OK;
}

/* The draft of the case as text. */
static pl_status write_draft(struct pl_cli_vuln *o, struct pl_arena *arena, struct pl_buf *out)
{
	const struct pl_register_reader who = {.role = PL_VAULT_OPERATOR, .account = o->c->by};
	struct pl_json *json PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf made PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	const char *given = pl_cli_get(o->a.cli, "id");
	enum pl_vuln_draft_kind kind = pl_cli_has(o->a.cli, "vex") ? PL_VULN_DRAFT_VEX : PL_VULN_DRAFT_ADVISORY;
	struct pl_vuln_publisher by;
	pl_str id;
	pl_status st = pl_cli_vuln_publisher(o, arena, &by);

	if (st)
		return st;
	pl_vuln_draft_id(o->c, kind, &made);
	id = given ? pl_str_from(given) : pl_buf_str(&made);
	pl_vuln_draft_write(o->c, kind, &by, id, pl_time_now() / PL_SECOND, json);
	st = pl_vuln_draft_note(o->c, &who, id, &o->diag);
	return st ? st : pl_json_write_pretty(json, out);
}

int pl_cli_vuln_draft(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	struct pl_cli_vuln o;
	pl_status st;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code)) {
		pl_cli_vuln_close(&o);
		return code;
	}
	st = write_draft(&o, &arena, &out);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	pl_buf_put_c(&out, '\n');
	code = pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	pl_cli_vuln_close(&o);
	return code;
}
