/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid account`: who works here, and in which role. */
#include "cli/account.h"
#include "crypto/passphrase.h"
#include "register/casework/decide.h"
#include <stdlib.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)16 << 20)

/* ---- shared ---- */

bool pl_cli_people_open(struct pl_cli_people *a, struct pl_cli *cli, bool make, int *ret_exit)
{
	struct pl_diag diag = {0};
	pl_status st;

	*a = (struct pl_cli_people){.cli = cli};
	if (!pl_cli_instance_open(cli, &a->inst, ret_exit))
		return false;
	st = pl_people_open(a->inst, make, &a->people, &diag);
	if (st)
		*ret_exit = pl_cli_fail(cli, st, &diag);
	return st == PL_OK;
}

void pl_cli_people_close(struct pl_cli_people *a)
{
	pl_people_close(a->people);
	pl_instance_close(a->inst);
}

const char *pl_cli_session_file(const struct pl_cli *cli)
{
	const char *path = pl_cli_get(cli, "session");

	if (!path)
		path = getenv("PELLUCID_SESSION");
	if (path && *path)
		return path;
	(void)pl_cli_usage(cli, "who are you? Give --session FILE or set PELLUCID_SESSION; account login writes it");
	return NULL;
}

bool pl_cli_people_open_as(struct pl_cli_people *a, struct pl_cli *cli, bool dangerous, int *ret_exit)
{
	struct pl_buf token PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_passphrase from = {.from = PL_PASSPHRASE_FILE, .name = pl_cli_session_file(cli)};
	struct pl_diag diag = {0};
	pl_status st;

	*a = (struct pl_cli_people){.cli = cli};
	*ret_exit = PL_EXIT_USAGE;
	if (!from.name || !pl_cli_people_open(a, cli, false, ret_exit))
		return false;
	st = pl_passphrase_read(&from, &token, NULL);
	if (st == PL_OK)
		st = pl_session_open(a->people, pl_buf_str(&token), &a->session);
	if (st == PL_OK && dangerous && !a->session.fresh)
		st = pl_diag_set(&diag, PL_E_EXPIRED, "this wants a login that is younger");
	if (st != PL_OK) {
		pl_diag_hint(&diag, "pellucid account login NAME --session %s", from.name);
		(void)pl_diag_set(&diag, st, "nobody is logged in with %s", from.name);
		*ret_exit = pl_cli_fail(cli, st, &diag);
		return false;
	}
	a->actor.account = a->session.account;
	return true;
}

pl_status pl_cli_ask(const char *prompt, struct pl_buf *ret, struct pl_diag *diag)
{
	struct pl_passphrase terminal = {.from = PL_PASSPHRASE_TERMINAL, .name = prompt};
	struct pl_passphrase input = {.from = PL_PASSPHRASE_FD, .fd = STDIN_FILENO};

	return pl_passphrase_read(isatty(STDIN_FILENO) ? &terminal : &input, ret, diag);
}

void pl_cli_account_name(struct pl_cli_people *a, const struct pl_ulid *id, struct pl_buf *out)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	static const struct pl_ulid nobody;
	struct pl_account account;

	if (memcmp(id->b, nobody.b, sizeof nobody.b) == 0)
		pl_buf_put_c(out, '-');
	else if (pl_account_get(a->people, id, &arena, &account) == PL_OK)
		pl_buf_put_str(out, account.name);
	else
		pl_ulid_put(out, id);
}

void pl_cli_set_ulid(struct pl_json *o, const char *key, const struct pl_ulid *u)
{
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(u, text);
	pl_json_set_z(o, key, text);
}

void pl_cli_set_time(struct pl_json *o, const char *key, uint64_t t)
{
	char text[21];

	pl_time_write(t, text);
	pl_json_set_z(o, key, text);
}

int pl_cli_print_json(const struct pl_cli *cli, const struct pl_json *o)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(OUTPUT_MAX);
	pl_status st = pl_json_write(o, &out);

	pl_buf_put_c(&out, '\n');
	st = st ? st : pl_buf_status(&out);
	st = st ? st : pl_cli_out(pl_buf_str(&out));
	return st ? pl_cli_fail(cli, st, NULL) : PL_EXIT_OK;
}

/* ---- acts ---- */

static int print_act(const struct pl_cli *cli, const struct pl_account_act *act)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	char decision[PL_ULID_TEXT + 1];

	pl_ulid_write(&act->decision, decision);
	if (pl_cli_has(cli, "json")) {
		pl_cli_set_ulid(o, "account", &act->account);
		if (act->code[0])
			pl_json_set_z(o, "code", act->code);
		pl_json_set_bool(o, "proposed", act->proposed);
		if (act->proposed)
			pl_json_set_z(o, "decision", decision);
		return pl_cli_print_json(cli, o);
	}
	if (act->code[0])
		(void)printf("one-time code, for 24 hours: %s\n  whoever has it sets a password with: pellucid account password\n",
			act->code);
	if (act->proposed)
		(void)printf("proposed %s\n  another administrator agrees with: pellucid account approve %s\n", decision, decision);
	else if (!act->code[0])
		(void)printf("done\n");
	return PL_EXIT_OK;
}

static int finish(struct pl_cli_people *a, pl_status st, struct pl_account_act *act, const struct pl_diag *diag)
{
	int code = st == PL_OK ? print_act(a->cli, act) : pl_cli_fail(a->cli, st, diag);

	pl_wipe(act, sizeof *act);
	pl_cli_people_close(a);
	return code;
}

static pl_str email_of(const struct pl_cli *cli)
{
	return pl_str_from(pl_cli_get(cli, "email"));
}

static int first(struct pl_cli *cli)
{
	struct pl_account_act act = {0};
	struct pl_diag diag = {0};
	struct pl_cli_people a;
	pl_status st;
	int code;

	if (!pl_cli_people_open(&a, cli, true, &code)) {
		pl_cli_people_close(&a);
		return code;
	}
	st = pl_account_first(a.people, &a.actor, pl_str_from(cli->argv[0]), email_of(cli), pl_cli_has(cli, "again"), &act,
		&diag);
	if (st == PL_E_STATE)
		pl_diag_hint(&diag, "if all administrators are lost: --again, which stands in the events");
	return finish(&a, st, &act, &diag);
}

/* An act of the administrator who is logged in. */
static int act_as(struct pl_cli *cli, pl_status (*fn)(struct pl_cli_people *a, struct pl_account_act *act,
	struct pl_diag *diag))
{
	struct pl_account_act act = {0};
	struct pl_diag diag = {0};
	struct pl_cli_people a;
	int code;

	if (!pl_cli_people_open_as(&a, cli, true, &code)) {
		pl_cli_people_close(&a);
		return code;
	}
	return finish(&a, fn(&a, &act, &diag), &act, &diag);
}

static pl_status read_roles(const char *list, unsigned *ret, struct pl_diag *diag)
{
	pl_status st = pl_staff_parse_list(pl_str_from(list), ret);

	return st ? pl_diag_set(diag, st, "a role is %s", pl_staff_words) : PL_OK;
}

static pl_status add_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	unsigned roles;
	pl_status st = read_roles(pl_cli_get(a->cli, "role"), &roles, diag);

	return st ? st : pl_account_add(a->people, &a->actor, pl_str_from(a->cli->argv[0]), email_of(a->cli), roles, act,
		diag);
}

static int add(struct pl_cli *cli)
{
	if (!pl_cli_get(cli, "role"))
		return pl_cli_usage(cli, "--role is %s", pl_staff_words);
	return act_as(cli, add_as);
}

static pl_status invite_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_invite(a->people, &a->actor, pl_str_from(a->cli->argv[0]), act, diag);
}

static int invite(struct pl_cli *cli)
{
	return act_as(cli, invite_as);
}

static pl_status role_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	pl_str name = pl_str_from(a->cli->argv[1]);
	struct pl_account account;
	unsigned roles;
	pl_status st = read_roles(a->cli->argv[2], &roles, diag);

	if (st == PL_OK)
		st = pl_account_find(a->people, name, &arena, &account);
	if (st != PL_OK)
		return pl_diag_set(diag, st, "there is no account %s", a->cli->argv[1]);
	roles = strcmp(a->cli->argv[0], "add") == 0 ? account.roles | roles : account.roles & ~roles;
	return pl_account_set_roles(a->people, &a->actor, name, roles, act, diag);
}

static int role(struct pl_cli *cli)
{
	if (strcmp(cli->argv[0], "add") != 0 && strcmp(cli->argv[0], "remove") != 0)
		return pl_cli_usage(cli, "role add NAME ROLE, or role remove NAME ROLE");
	return act_as(cli, role_as);
}

static pl_status end_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_end(a->people, &a->actor, pl_str_from(a->cli->argv[0]), act, diag);
}

static int end(struct pl_cli *cli)
{
	return act_as(cli, end_as);
}

static pl_status reset_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_reset(a->people, &a->actor, pl_str_from(a->cli->argv[0]), act, diag);
}

static int reset(struct pl_cli *cli)
{
	return act_as(cli, reset_as);
}

static pl_status approve_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	struct pl_ulid id;

	if (pl_ulid_parse(pl_str_from(a->cli->argv[0]), &id) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "a proposal is named by its identifier; account decisions lists them");
	return pl_account_approve(a->people, &a->actor, &id, act, diag);
}

static int approve(struct pl_cli *cli)
{
	return act_as(cli, approve_as);
}

struct closing {
	struct pl_cli_people *a;
	struct pl_ulid id;
	struct pl_diag *diag;
};

/* What is declined with a reason is not refused here without one. */
static pl_status check_kind(struct closing *c)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_decision d;
	pl_status st = pl_decision_get(c->a->people, &c->id, &arena, &d);

	if (!st && pl_str_eq(d.kind, PL_STR(PL_CASE_DECISION_KIND)))
		return pl_diag_set(c->diag, PL_E_STATE, "this is about a case, and declined with a reason: pellucid case decline");
	return st == PL_E_NOTFOUND ? PL_OK : st; /* said by closing it */
}

static pl_status close_in(void *ctx, struct pl_db_tx *tx)
{
	struct closing *c = ctx;

	return pl_decision_close(c->a->people, tx, &c->a->actor, &c->id, c->diag);
}

static pl_status refuse_as(struct pl_cli_people *a, struct pl_account_act *act, struct pl_diag *diag)
{
	struct closing c = {.a = a, .diag = diag};
	pl_status st;

	if (pl_ulid_parse(pl_str_from(a->cli->argv[0]), &c.id) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "a proposal is named by its identifier; account decisions lists them");
	st = check_kind(&c);
	return st ? st : pl_db_tx(pl_instance_db(a->inst), close_in, &c);
}

static int refuse(struct pl_cli *cli)
{
	return act_as(cli, refuse_as);
}

/* ---- the table ---- */

static const struct pl_cli_option first_options[] = {
	{"email", "ADDRESS", "for mail from this instance"},
	{"again", NULL, "although there are administrators, when none can log in; stands in the events"},
	PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option add_options[] = {
	{"role", "ROLE[,ROLE]", "desk, legal, officer, auditor, administrator"},
	{"email", "ADDRESS", "for mail from this instance"},
	PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option act_options[] = {PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option session_options[] = {
	{"end", "NAME", "end all sessions of an account instead (as an administrator, or one's own)"},
	PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option login_options[] = {PL_CLI_SESSION_NEW, PL_CLI_INSTANCE, {NULL}};
static const struct pl_cli_option event_options[] = {
	{"verify", NULL, "recompute the chain of hashes and print its head"},
	{"noted", "HEAD", "with --verify: a head that was printed earlier and must be part of it"},
	{"limit", "N", "how many of the newest (default 50)"},
	PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"add", "NAME", "invite somebody; prints a one-time code", add_options, 1, 1, add},
	{"approve", "DECISION", "agree to what another administrator proposed", act_options, 1, 1, approve},
	{"decisions", "", "proposals and what became of them", read_options, 0, 0, pl_cli_account_decisions},
	{"end", "NAME", "end an account for good", act_options, 1, 1, end},
	{"events", "", "logins, changes of roles and decisions, newest first", event_options, 0, 0, pl_cli_account_events},
	{"first", "NAME", "make the first administrator; prints a one-time code", first_options, 1, 1, first},
	{"invite", "NAME", "another one-time code for somebody who has not enrolled", act_options, 1, 1, invite},
	{"list", "", "all accounts", read_options, 0, 0, pl_cli_account_list},
	{"login", "NAME", "log in at this terminal with password and one-time code", login_options, 1, 1,
		pl_cli_account_login},
	{"logout", "", "end the session", login_options, 0, 0, pl_cli_account_logout},
	{"password", "", "set password and one-time codes with the code of an invitation, or logged in", login_options, 0, 0,
		pl_cli_account_password},
	{"refuse", "DECISION", "refuse a proposal, or withdraw one's own", act_options, 1, 1, refuse},
	{"reset", "NAME", "remove all ways to log in, for an account that lost them", act_options, 1, 1, reset},
	{"role", "add|remove NAME ROLE[,ROLE]", "change what an account may do", act_options, 3, 3, role},
	{"sessions", "", "who is logged in", session_options, 0, 0, pl_cli_account_sessions},
	{"show", "NAME", "one account", read_options, 1, 1, pl_cli_account_show},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_account = {"account", "who works here, and in which role", verbs};
