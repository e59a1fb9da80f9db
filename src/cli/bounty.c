/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid bounty`: rewards to finders, decided by four eyes and paid from one entity's books. */
#include "base/time.h"
#include "cli/bounty.h"
#include "cli/release.h"
#include "cli/vuln.h"
#include "register/entity/book_query.h"
#include "register/vuln/award.h"

#define ARENA_BYTES ((size_t)2 << 20)
#define PAGE 64u

static int give_up(struct pl_cli_vuln *o, int code)
{
	pl_cli_vuln_close(o);
	return code;
}

/* ---- propose ---- */

/* "4612.55 EUR" */
static bool read_price(struct pl_cli *cli, struct pl_award *a, int *ret_exit)
{
	pl_str rest = pl_str_from(pl_cli_get(cli, "price")), number;
	int64_t price = 0;

	if (!rest.len)
		return true;
	if (pl_str_take_until(&rest, ' ', &number) && !pl_currency_parse(rest, &a->paid) &&
		!pl_money_parse(number, a->paid, &price, NULL) && price > 0) {
		a->price = (uint64_t)price;
		return true;
	}
	*ret_exit = pl_cli_usage(cli, "--price wants what the entity's bank pays, like \"4612.55 EUR\"");
	return false;
}

static bool read_award(struct pl_cli *cli, struct pl_award *a, int *ret_exit)
{
	static const char *const needed[] = {"impact", "position", "entity", "amount"};
	const char *outside = pl_cli_get(cli, "outside"), *program = pl_cli_get(cli, "program");

	for (size_t i = 0; i < PL_COUNT(needed); i++)
		if (!pl_cli_get(cli, needed[i])) {
			*ret_exit = pl_cli_usage(cli, "--%s is needed", needed[i]);
			return false;
		}
	*a = (struct pl_award){.impact = pl_str_from(pl_cli_get(cli, "impact")), .position = pl_str_from(pl_cli_get(cli, "position")),
		.entity = pl_str_from(pl_cli_get(cli, "entity")), .outside = outside ? pl_str_from(outside) : PL_STR("no"),
		.program = program ? pl_str_from(program) : PL_STR("bug-bounty")};
	if (pl_str_to_u64(pl_str_from(pl_cli_get(cli, "amount")), PL_REWARD_AMOUNT_MAX, &a->amount) || !a->amount) {
		*ret_exit = pl_cli_usage(cli, "--amount wants whole units of the matrix' currency, like 5000");
		return false;
	}
	return read_price(cli, a, ret_exit);
}

static int propose(struct pl_cli *cli)
{
	struct pl_ulid decision = {0};
	struct pl_cli_vuln o;
	struct pl_award a;
	pl_status st;
	int code;

	if (!read_award(cli, &a, &code))
		return code;
	if (!pl_cli_vuln_open(&o, cli, true, true, &code))
		return give_up(&o, code);
	st = pl_cli_vuln_allowed(&o, PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER);
	if (!st)
		st = pl_award_propose(o.c, &a, o.a.people, &o.a.actor, &decision, &o.diag);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	pl_cli_vuln_close(&o);
	return pl_cli_vuln_proposed(cli, &decision, "pay");
}

static int approve(struct pl_cli *cli)
{
	return pl_cli_vuln_approve(cli, PL_AWARD_KIND);
}

/* ---- pay ---- */

struct paying {
	struct pl_cli_people a;
	struct pl_ulid id;
	struct pl_decision d;
	struct pl_award award;
	struct pl_award_paid paid;
	struct pl_arena arena;
	struct pl_register *reports, *bounties;
	struct pl_vuln *c;
	struct pl_diag diag;
};

static pl_status pay_open(struct paying *y, const struct pl_cli *cli)
{
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR, .account = y->a.actor.account};
	const char *name = pl_cli_get(cli, "bounties");
	pl_status st = pl_session_allows(&y->a.session, PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER, false);

	if (st)
		return pl_diag_set(&y->diag, st, "a bounty is paid by the desk, legal or an officer");
	st = pl_decision_get(y->a.people, &y->id, &y->arena, &y->d);
	if (st == PL_E_NOTFOUND || (!st && !pl_str_eq(y->d.kind, PL_STR(PL_AWARD_KIND))))
		return pl_diag_set(&y->diag, PL_E_NOTFOUND, "there is no such proposal of a bounty");
	if (!st)
		st = pl_award_parse(pl_bytes_str(y->d.bytes), &y->arena, &y->award, &y->diag);
	if (!st)
		st = pl_register_open(y->a.inst, y->award.case_register, &y->reports, &y->diag);
	if (!st)
		st = pl_register_open(y->a.inst, pl_str_from(name ? name : PL_AWARD_REGISTER), &y->bounties, &y->diag);
	return st ? st : pl_vuln_read(y->a.inst, y->reports, y->award.case_number, &reader, &y->c, &y->diag);
}

static int print_paid(struct pl_cli *cli, const struct paying *y)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("award %llu: %llu %s, number %llu in the books of %.*s\n", (unsigned long long)y->paid.award.number,
			(unsigned long long)y->award.amount, y->award.currency.code, (unsigned long long)y->paid.transaction,
			PL_STR_ARG(y->award.entity));
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "award", y->paid.award.number);
	pl_json_set_str(o, "entity", y->award.entity);
	pl_json_set_u64(o, "transaction", y->paid.transaction);
	return pl_cli_json_line(cli, o);
}

static int pay(struct pl_cli *cli)
{
	struct paying y = {.arena = PL_ARENA(ARENA_BYTES)};
	pl_status st;
	int code;

	if (pl_ulid_parse(pl_str_from(cli->argv[0]), &y.id))
		return pl_cli_usage(cli, "DECISION is the identifier that the proposal printed");
	if (!pl_cli_people_open_as(&y.a, cli, false, &code)) {
		pl_cli_people_close(&y.a);
		return code;
	}
	st = pay_open(&y, cli);
	if (!st)
		st = pl_award_pay(y.c, &y.award, y.bounties, y.a.people, &y.a.actor, &y.id, pl_time_now() / PL_SECOND, &y.paid, &y.diag);
	code = st ? pl_cli_fail(cli, st, &y.diag) : print_paid(cli, &y);
	pl_vuln_free(y.c);
	pl_register_close(y.reports);
	pl_register_close(y.bounties);
	pl_arena_done(&y.arena);
	pl_cli_people_close(&y.a);
	return code;
}

/* ---- open ---- */

static int open_awards(struct pl_cli *cli)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	const char *name = pl_cli_get(cli, "bounties");
	struct pl_award_opened done = {0};
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	struct pl_json *o;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	code = PL_EXIT_OK;
	st = pl_register_open(j.inst, pl_str_from(name ? name : PL_AWARD_REGISTER), &r, &diag);
	if (!st)
		st = pl_award_open(j.inst, r, &reader, &done, &diag);
	if (st) {
		code = pl_cli_job_fail(&j, st, &diag);
	} else if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_u64(o, "released", done.released);
		pl_json_set_u64(o, "exact", done.exact);
		code = pl_cli_json_line(cli, o);
	} else {
		(void)printf("%llu awards released with their reports, %llu amounts opened\n", (unsigned long long)done.released,
			(unsigned long long)done.exact);
	}
	pl_cli_job_close(&j);
	return code;
}

/* ---- check ---- */

struct checking {
	struct pl_cli *cli;
	struct pl_cli_job j;
	struct pl_json *loose;
	struct pl_award_check sum;
	pl_str names[PAGE];
	size_t n;
	pl_str after;
	struct pl_diag diag;
};

static void tell(void *ctx, pl_str entity, uint64_t number, const char *why)
{
	struct checking *k = ctx;
	struct pl_json *o = pl_json_push_object(k->loose);

	pl_json_set_str(o, "entity", entity);
	pl_json_set_u64(o, "transaction", number);
	pl_json_set_z(o, "why", why);
	if (!pl_cli_has(k->cli, "json"))
		(void)printf("%.*s, number %llu: %s\n", PL_STR_ARG(entity), (unsigned long long)number, why);
}

static pl_status names_tx(void *ctx, struct pl_db_tx *tx)
{
	struct checking *k = ctx;
	pl_str *list = NULL;
	pl_status st = pl_book_names(tx, k->after, PAGE, &k->j.arena, &list, &k->n);

	for (size_t i = 0; i < k->n && !st; i++)
		k->names[i] = list[i];
	return st;
}

static pl_status check_one(struct checking *k, pl_str entity)
{
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_award_check one = {0};
	pl_status st = pl_award_examine(k->j.inst, entity, &reader, tell, k, &one, &k->diag);

	k->sum.paid += one.paid;
	k->sum.loose += one.loose;
	return st;
}

static pl_status check_all(struct checking *k)
{
	pl_status st = PL_OK;

	if (k->cli->argc)
		return check_one(k, pl_str_from(k->cli->argv[0]));
	do {
		st = pl_db_read(pl_instance_db(k->j.inst), names_tx, k);
		for (size_t i = 0; i < k->n && !st; i++) {
			st = check_one(k, k->names[i]);
			k->after = k->names[i];
		}
	} while (!st && k->n == PAGE);
	return st;
}

static int check(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct checking k = {.cli = cli, .loose = pl_json_set_array(o, "loose")};
	pl_status st;
	int code;

	if (!pl_cli_job_open(&k.j, cli, &code))
		return code;
	code = PL_EXIT_OK;
	st = check_all(&k);
	pl_json_set_u64(o, "paid", k.sum.paid);
	if (st)
		code = pl_cli_job_fail(&k.j, st, &k.diag);
	else if (pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	else
		(void)printf("%llu bounties paid, %llu of them without a fitting award\n", (unsigned long long)k.sum.paid,
			(unsigned long long)k.sum.loose);
	pl_cli_job_close(&k.j);
	return code == PL_EXIT_OK && k.sum.loose ? PL_EXIT_NO : code;
}

/* ---- the table ---- */

#define BOUNTIES {"bounties", "NAME", "the register of bounties (default: bounties)"}

static const struct pl_cli_option matrix_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option propose_options[] = {
	{"impact", "WORD", "what the flaw allows, as the matrix calls it"},
	{"position", "WORD", "from where it works, as the matrix calls it"},
	{"amount", "NUMBER", "whole units of the matrix' currency"},
	{"entity", "ENTITY", "whose books pay"},
	{"price", "AMOUNT", "what its bank pays in its own currency, like \"4612.55 EUR\""},
	{"outside", "WORD", "why the amount lies outside of the matrix; then two others must agree"},
	{"program", "NAME", "whose matrix (default: bug-bounty)"},
	PL_CLI_VULN_REGISTER,
	PL_CLI_SESSION,
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option approve_options[] = {PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option pay_options[] = {BOUNTIES, PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option open_options[] = {BOUNTIES, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option check_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"matrix", "FILE", "state what is paid for which flaw, or the next version of it", matrix_options, 1, 1, pl_cli_bounty_matrix},
	{"propose", "CASE", "propose a reward for a report", propose_options, 1, 1, propose},
	{"approve", "DECISION", "agree to a reward that somebody else proposed", approve_options, 1, 1, approve},
	{"pay", "DECISION", "enter and pay what was decided, in one step", pay_options, 1, 1, pay},
	{"open", "", "release awards with their reports, and open amounts that five or more share a cell with", open_options, 0, 0,
		open_awards},
	{"check", "[ENTITY]", "compare bounties in the books with the awards; exit code 1 if one does not fit", check_options, 0, 1, check},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_bounty = {"bounty", "rewards to finders", verbs};
