/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln release` and `approve`: four eyes before anything of a case leaves. */
#include "cli/release.h"
#include "cli/vuln.h"

#define LOOK_BYTES ((size_t)256 << 10)

int pl_cli_vuln_proposed(const struct pl_cli *cli, const struct pl_ulid *decision, const char *again)
{
	char id[PL_ULID_TEXT + 1];

	pl_ulid_write(decision, id);
	if (pl_cli_has(cli, "json")) {
		struct pl_json *o = pl_json_new_object();

		pl_json_set_z(o, "decision", id);
		return pl_cli_json_line(cli, o);
	}
	(void)printf("proposed %s\n  another account agrees with: pellucid %s approve %s\n  then: pellucid %s %s --decision %s\n", id,
		cli->noun->name, id, cli->noun->name, again, id);
	return PL_EXIT_OK;
}

/* ---- release ---- */

static bool decision_of(struct pl_cli *cli, struct pl_ulid *ret, int *ret_exit)
{
	const char *text = pl_cli_get(cli, "decision");

	if (!text || !pl_ulid_parse(pl_str_from(text), ret))
		return true;
	*ret_exit = pl_cli_usage(cli, "--decision wants the identifier that the proposal printed");
	return false;
}

static int print_released(struct pl_cli *cli, const struct pl_register_case *made)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("case %llu is released with revision %u: reports open it from the next head on\n",
			(unsigned long long)made->number, made->revision);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "number", made->number);
	pl_json_set_u64(o, "revision", made->revision);
	return pl_cli_json_line(cli, o);
}

int pl_cli_vuln_release(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	struct pl_ulid decision = {0};
	struct pl_cli_vuln o;
	bool doing = pl_cli_has(cli, "decision");
	pl_status st;
	int code;

	if (!decision_of(cli, &decision, &code))
		return code;
	if (!pl_cli_vuln_open(&o, cli, true, true, &code)) {
		pl_cli_vuln_close(&o);
		return code;
	}
	st = pl_cli_vuln_allowed(&o, PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER);
	if (!st && doing)
		st = pl_vuln_release(o.c, o.a.people, &o.a.actor, &decision, o.act.now, &made, &o.diag);
	else if (!st)
		st = pl_vuln_release_propose(o.c, o.a.people, &o.a.actor, o.act.now, &decision, &o.diag);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	pl_cli_vuln_close(&o);
	return doing ? print_released(cli, &made) : pl_cli_vuln_proposed(cli, &decision, "release NUMBER");
}

/* ---- approve ---- */

struct approving {
	struct pl_cli_people a;
	struct pl_ulid id;
	struct pl_decision d;
	struct pl_arena arena;
	bool enough;
	struct pl_diag diag;
};

static pl_status approve_tx(void *ctx, struct pl_db_tx *tx)
{
	struct approving *v = ctx;

	v->diag = (struct pl_diag){0};
	return pl_decision_approve(v->a.people, tx, &v->a.actor, &v->id, &v->d.digest, &v->enough, &v->diag);
}

static pl_status approve(struct approving *v, const char *kind)
{
	pl_status st = pl_decision_get(v->a.people, &v->id, &v->arena, &v->d);

	if (st == PL_E_NOTFOUND || (!st && !pl_str_eq(v->d.kind, pl_str_from(kind))))
		return pl_diag_set(&v->diag, PL_E_NOTFOUND, "there is no such proposal here");
	return st ? st : pl_db_tx(pl_instance_db(v->a.inst), approve_tx, v);
}

int pl_cli_vuln_approve(struct pl_cli *cli, const char *kind)
{
	struct approving v = {.arena = PL_ARENA(LOOK_BYTES)};
	pl_status st;
	int code;

	if (pl_ulid_parse(pl_str_from(cli->argv[0]), &v.id))
		return pl_cli_usage(cli, "DECISION is the identifier that the proposal printed");
	if (!pl_cli_people_open_as(&v.a, cli, false, &code)) {
		pl_cli_people_close(&v.a);
		return code;
	}
	code = PL_EXIT_OK;
	st = approve(&v, kind);
	if (st) {
		code = pl_cli_fail(cli, st, &v.diag);
	} else if (pl_cli_has(cli, "json")) {
		struct pl_json *o = pl_json_new_object();

		pl_json_set_bool(o, "approved", v.enough);
		code = pl_cli_json_line(cli, o);
	} else {
		(void)printf("you agreed to:\n%.*s%s\n", (int)v.d.bytes.len, (const char *)v.d.bytes.ptr,
			v.enough ? "these are enough voices" : "more voices are needed");
	}
	pl_arena_done(&v.arena);
	pl_cli_people_close(&v.a);
	return code;
}

int pl_cli_vuln_release_approve(struct pl_cli *cli)
{
	return pl_cli_vuln_approve(cli, PL_VULN_RELEASE_KIND);
}
