/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case propose`, `approve` and `decline`: what the declaration wants decided by two persons, each of whom has logged in. */
#include "cli/account.h"
#include "cli/register.h"
#include "register/casework/decide.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define VALUES_MAX ((size_t)64 << 10)

struct deciding {
	struct pl_cli_people a;
	struct pl_case_deciding by;
	struct pl_arena arena;
	struct pl_decision d;
	struct pl_register *r;
	struct pl_register_view *v;
	struct pl_buf text;
	struct pl_diag diag;
};

/* Close in any case. */
static bool begin(struct deciding *o, struct pl_cli *cli, int *ret_exit)
{
	pl_status st;

	o->arena = (struct pl_arena)PL_ARENA(ARENA_BYTES);
	pl_buf_init(&o->text, PL_CASEWORK_TEXT_MAX);
	if (!pl_cli_people_open_as(&o->a, cli, false, ret_exit))
		return false;
	o->by = (struct pl_case_deciding){.inst = o->a.inst, .people = o->a.people, .actor = &o->a.actor, .role = PL_VAULT_OPERATOR};
	st = pl_session_allows(&o->a.session, PL_CASE_DECISION_ROLES, false);
	if (!st)
		return true;
	*ret_exit = pl_cli_fail(cli, pl_diag_set(&o->diag, st, "this belongs to one of these roles: desk,legal,officer"), &o->diag);
	return false;
}

static int end(struct deciding *o, int code)
{
	pl_register_view_free(o->v);
	pl_register_close(o->r);
	pl_buf_done_secret(&o->text);
	pl_arena_done(&o->arena);
	pl_cli_people_close(&o->a);
	return code;
}

/* ---- propose ---- */

static pl_status open_case(struct deciding *o, struct pl_cli *cli, uint64_t number)
{
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR, .account = o->a.actor.account};
	pl_status st = pl_register_open(o->a.inst, pl_str_from(cli->argv[0]), &o->r, &o->diag);

	if (!st)
		st = pl_cli_case_text(cli->argv[2], &o->text, &o->diag);
	return st ? st : pl_register_case_read(o->a.inst, o->r, number, &reader, &o->v, &o->diag);
}

static pl_status propose_it(struct deciding *o, struct pl_cli *cli, uint64_t number, struct pl_ulid *ret)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done) = PL_BUF(VALUES_MAX);
	struct pl_register_set set[PL_CASE_DECISION_SETS_MAX];
	struct pl_case_proposal p = {.set = set};
	pl_status st = open_case(o, cli, number);

	if (!st && !pl_buf_reserve(&room, VALUES_MAX))
		st = PL_E_NOMEM;
	for (int i = 3; i < cli->argc && !st; i++)
		st = pl_cli_case_set(o->r, cli->argv[i], &room, &set[p.n++], &o->diag);
	p.r = o->r;
	p.v = o->v;
	p.reason = pl_buf_str(&o->text);
	return st ? st : pl_case_propose(&o->by, &p, ret, &o->diag);
}

static int print_proposed(const struct pl_cli *cli, const struct pl_ulid *decision)
{
	char id[PL_ULID_TEXT + 1];
	struct pl_json *o;

	pl_ulid_write(decision, id);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("proposed %s\n  another account decides: pellucid case approve %s\n", id, id);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "decision", id);
	return pl_cli_json_line(cli, o);
}

int pl_cli_case_propose(struct pl_cli *cli)
{
	struct deciding o = {0};
	struct pl_ulid id = {0};
	uint64_t number = 0;
	pl_status st;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &number) || !number)
		return pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
	if (!begin(&o, cli, &code))
		return end(&o, code);
	st = propose_it(&o, cli, number, &id);
	return end(&o, st ? pl_cli_fail(cli, st, &o.diag) : print_proposed(cli, &id));
}

/* ---- approve, decline ---- */

static pl_status find(struct deciding *o, struct pl_cli *cli)
{
	struct pl_ulid id;

	if (pl_ulid_parse(pl_str_from(cli->argv[0]), &id))
		return pl_diag_set(&o->diag, PL_E_SYNTAX, "DECISION is the identifier that the proposal printed; account decisions lists them");
	return pl_case_decision_get(o->a.people, &id, &o->arena, &o->d, &o->diag);
}

int pl_cli_case_approve(struct pl_cli *cli)
{
	struct deciding o = {0};
	struct pl_register_case made = {0};
	struct pl_json *line;
	pl_status st;
	int code;

	if (!begin(&o, cli, &code))
		return end(&o, code);
	st = find(&o, cli);
	if (!st)
		st = pl_case_decide(&o.by, &o.d, &made, &o.diag);
	if (st)
		return end(&o, pl_cli_fail(cli, st, &o.diag));
	if (!pl_cli_has(cli, "json")) {
		(void)printf("you agreed to:\n%.*scase %llu: revision %u written\n", (int)o.d.bytes.len, (const char *)o.d.bytes.ptr,
			(unsigned long long)made.number, made.revision);
		return end(&o, PL_EXIT_OK);
	}
	line = pl_json_new_object();
	pl_json_set_u64(line, "number", made.number);
	pl_json_set_u64(line, "revision", made.revision);
	return end(&o, pl_cli_json_line(cli, line));
}

int pl_cli_case_decline(struct pl_cli *cli)
{
	struct deciding o = {0};
	pl_status st;
	int code;

	if (!begin(&o, cli, &code))
		return end(&o, code);
	st = find(&o, cli);
	if (!st && cli->argc > 1)
		st = pl_cli_case_text(cli->argv[1], &o.text, &o.diag);
	if (!st)
		st = pl_case_decline(&o.by, &o.d, pl_buf_str(&o.text), &o.diag);
	if (!st)
		(void)printf("closed\n");
	return end(&o, st ? pl_cli_fail(cli, st, &o.diag) : PL_EXIT_OK);
}
