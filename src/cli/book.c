/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid book`: the books of an entity. */
#include "base/time.h"
#include "cli/account.h"
#include "cli/entity.h"
#include "cli/release.h"
#include "register/entity/book_post.h"
#include "register/entity/book_query.h"
#include "register/entity/columns.h"
#include "register/entity/table.h"
#include <stdlib.h>

#define TABLE_ARENA ((size_t)128 << 20)
#define PAGE_BYTES ((size_t)8 << 20)
#define PAGE 64u
#define DAY UINT64_C(86400)

/* ---- open, account ---- */

struct opening {
	const struct pl_cli *cli;
	struct pl_currency currency;
	struct pl_diag diag;
};

static pl_status open_tx(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;

	o->diag = (struct pl_diag){0};
	return pl_book_open(tx, pl_str_from(o->cli->argv[0]), o->currency, &o->diag);
}

static int open_book(struct pl_cli *cli)
{
	struct opening o = {.cli = cli};
	const char *code = pl_cli_get(cli, "currency");
	struct pl_cli_job j;
	pl_status st;
	int answer;

	if (!code || pl_currency_parse(pl_str_from(code), &o.currency))
		return pl_cli_usage(cli, "--currency wants the code of one, like EUR");
	if (!pl_cli_job_open(&j, cli, &answer))
		return answer;
	st = pl_db_tx(pl_instance_db(j.inst), open_tx, &o);
	answer = st ? pl_cli_job_fail(&j, st, &o.diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return answer;
}

static pl_status account_tx(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;

	o->diag = (struct pl_diag){0};
	return pl_book_account(tx, pl_str_from(o->cli->argv[0]), pl_str_from(o->cli->argv[1]),
		pl_str_from(pl_cli_get(o->cli, "about")), &o->diag);
}

static int account(struct pl_cli *cli)
{
	struct opening o = {.cli = cli};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_db_tx(pl_instance_db(j.inst), account_tx, &o);
	code = st ? pl_cli_job_fail(&j, st, &o.diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- who enters ---- */

struct entering {
	struct pl_cli_people a;
	char by[PL_ULID_TEXT + 1]; /* empty: the terminal */
};

/* Whoever is logged in, if --session or $PELLUCID_SESSION says somebody is. False: answer *ret_exit. Close in any case. */
static bool enter_as(struct entering *e, struct pl_cli *cli, int *ret_exit)
{
	const char *session = pl_cli_get(cli, "session");

	*e = (struct entering){.a.cli = cli};
	session = session ? session : getenv("PELLUCID_SESSION");
	if (!session || !*session)
		return pl_cli_instance_open(cli, &e->a.inst, ret_exit);
	if (!pl_cli_people_open_as(&e->a, cli, false, ret_exit))
		return false;
	pl_ulid_write(&e->a.actor.account, e->by);
	for (char *p = e->by; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	return true;
}

/* ---- import ---- */

struct importing {
	const struct pl_cli *cli;
	pl_str csv, by;
	struct pl_db_tx *tx;
	size_t made;
	struct pl_diag diag;
};

static pl_status post(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag)
{
	struct importing *m = ctx;
	pl_status st;

	if (t[0].kind == PL_BOOK_BOUNTY && !pl_cli_has(m->cli, "before-register")) {
		pl_diag_hint(diag, "pellucid bounty propose CASE; one that was paid before the register of bounties was kept: --before-register");
		return pl_diag_set(diag, PL_E_RANGE, "a bounty is decided by two and paid with its award, not by a table");
	}
	for (size_t i = 0; i < n; i++)
		t[i].entered_by = m->by;
	st = n == 2 ? pl_book_pair(m->tx, &t[0], &t[1], diag) : pl_book_post(m->tx, &t[0], diag);

	m->made += st ? 0 : n;
	return st;
}

static pl_status import_tx(void *ctx, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct importing *m = ctx;
	pl_status st;

	m->tx = tx;
	m->made = 0;
	m->diag = (struct pl_diag){0};
	st = pl_book_table_read(m->csv, &arena, post, m, &m->diag);
	/* What the table names and the books do not have is the person's mistake. */
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

static int print_made(const struct pl_cli *cli, size_t made)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%zu transaction%s entered\n", made, made == 1 ? "" : "s");
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "entered", made);
	return pl_cli_json_line(cli, o);
}

static int import(struct pl_cli *cli)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ENTITY_TABLE_MAX);
	struct importing m = {.cli = cli};
	struct entering e;
	pl_status st = pl_cli_read_file(cli->argv[0], &csv, &m.diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &m.diag);
	if (enter_as(&e, cli, &code)) {
		m.csv = pl_buf_str(&csv);
		m.by = pl_str_from(e.by);
		st = pl_db_tx(pl_instance_db(e.a.inst), import_tx, &m);
		code = st ? pl_cli_fail(cli, st, &m.diag) : print_made(cli, m.made);
	}
	pl_cli_people_close(&e.a);
	return code;
}

/* ---- reverse ---- */

struct reversing {
	pl_str entity, by;
	uint64_t number, day;
	struct pl_arena arena;
	struct pl_book_tx made[2];
	size_t n;
	struct pl_diag diag;
};

static pl_status reverse_tx(void *ctx, struct pl_db_tx *tx)
{
	struct reversing *r = ctx;

	r->diag = (struct pl_diag){0};
	return pl_book_reverse(tx, r->entity, r->number, r->day, r->by, &r->arena, r->made, &r->n, &r->diag);
}

static int print_reversed(const struct pl_cli *cli, const struct reversing *r)
{
	struct pl_json *o = pl_json_new_object(), *list = pl_json_set_array(o, "reversals");

	for (size_t i = 0; i < r->n; i++) {
		struct pl_json *one = pl_json_push_object(list);

		pl_json_set_str(one, "entity", r->made[i].entity);
		pl_json_set_u64(one, "number", r->made[i].number);
		if (!pl_cli_has(cli, "json"))
			(void)printf("%.*s: number %llu reverses number %llu\n", PL_STR_ARG(r->made[i].entity),
				(unsigned long long)r->made[i].number, (unsigned long long)r->made[i].reverses);
	}
	if (pl_cli_has(cli, "json"))
		return pl_cli_json_line(cli, o);
	pl_json_free(o);
	return PL_EXIT_OK;
}

static int reverse(struct pl_cli *cli)
{
	struct reversing r = {.entity = pl_str_from(cli->argv[0]), .day = pl_time_now() / PL_SECOND / DAY * DAY,
		.arena = PL_ARENA(PAGE_BYTES)};
	const char *day = pl_cli_get(cli, "day");
	struct entering e;
	pl_status st = day ? pl_columns_day(pl_str_from(day), "--day", &r.day, &r.diag) : PL_OK;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &r.number))
		return pl_cli_usage(cli, "NUMBER is that of a transaction");
	if (st)
		return pl_cli_fail(cli, st, &r.diag);
	if (enter_as(&e, cli, &code)) {
		r.by = pl_str_from(e.by);
		st = pl_db_tx(pl_instance_db(e.a.inst), reverse_tx, &r);
		code = st ? pl_cli_fail(cli, st, &r.diag) : print_reversed(cli, &r);
	}
	pl_arena_done(&r.arena);
	pl_cli_people_close(&e.a);
	return code;
}

/* ---- list ---- */

struct listing {
	const struct pl_cli *cli;
	uint64_t after;
	size_t n;
	struct pl_json *array;
	struct pl_diag diag;
};

static void json_posting(struct pl_json *list, const struct pl_book_posting *p)
{
	struct pl_json *o = pl_json_push_object(list);

	pl_json_set_str(o, "account", p->account);
	pl_json_set_i64(o, "amount", p->amount);
	pl_json_set_z(o, "currency", p->currency.code);
	if (!p->price)
		return;
	pl_json_set_u64(o, "price", p->price);
	pl_json_set_z(o, "paid", p->paid.code);
}

static void json_tx(struct pl_json *array, const struct pl_book_tx *t)
{
	struct pl_json *o = pl_json_push_object(array), *list;
	char day[11];

	pl_cli_day_print(t->day, day);
	pl_json_set_u64(o, "number", t->number);
	pl_json_set_z(o, "day", day);
	pl_json_set_z(o, "kind", pl_book_kinds[t->kind]);
	pl_json_set_str(o, "document", t->document);
	pl_json_set_str(o, "words", t->words);
	if (t->peer.len) {
		pl_json_set_str(o, "peer", t->peer);
		pl_json_set_u64(o, "peerNumber", t->peer_number);
	}
	if (t->reverses)
		pl_json_set_u64(o, "reverses", t->reverses);
	if (t->report.len)
		pl_json_set_str(o, "report", t->report);
	if (t->entered_by.len)
		pl_json_set_str(o, "enteredBy", t->entered_by);
	list = pl_json_set_array(o, "postings");
	for (size_t i = 0; i < t->n_postings; i++)
		json_posting(list, &t->postings[i]);
}

static void print_tx(const struct pl_book_tx *t)
{
	struct pl_buf sums PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	char day[11];

	for (size_t i = 0; i < t->n_postings; i++) {
		if (t->postings[i].amount < 0)
			continue;
		pl_buf_put_z(&sums, sums.len ? ", " : "");
		pl_money_put(&sums, t->postings[i].amount, t->postings[i].currency);
	}
	pl_cli_day_print(t->day, day);
	(void)printf("%6llu %s %-12s %-24.*s %.*s%s%.*s\n", (unsigned long long)t->number, day, pl_book_kinds[t->kind],
		PL_STR_ARG(t->document), PL_STR_ARG(pl_buf_str(&sums)), t->words.len ? "  " : "", PL_STR_ARG(t->words));
}

static pl_status list_tx(void *ctx, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct listing *l = ctx;
	struct pl_book_state state;
	struct pl_book_tx *list = NULL;
	pl_str entity = pl_str_from(l->cli->argv[0]);
	pl_status st = pl_book_state(tx, entity, &state, &l->diag);

	if (!st)
		st = pl_book_list(tx, entity, l->after, PAGE, &arena, &list, &l->n);
	for (size_t i = 0; i < l->n && !st; i++) {
		l->after = list[i].number;
		if (l->array)
			json_tx(l->array, &list[i]);
		else
			print_tx(&list[i]);
	}
	return st;
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct listing l = {.cli = cli, .array = pl_cli_has(cli, "json") ? pl_json_set_array(o, "transactions") : NULL};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	do {
		l.n = 0;
		st = pl_db_read(pl_instance_db(j.inst), list_tx, &l);
	} while (!st && l.n == PAGE);
	if (st)
		code = pl_cli_job_fail(&j, st, &l.diag);
	else
		code = l.array ? pl_cli_json_line(cli, pl_json_ref(o)) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- the table ---- */

static const struct pl_cli_option open_options[] = {{"currency", "CODE", "what it keeps its books in, like EUR"},
	PL_CLI_INSTANCE, {NULL}};
static const struct pl_cli_option account_options[] = {
	{"about", "ENTITY", "an intercompany account: about this other entity"}, PL_CLI_INSTANCE, {NULL},
};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
#define SESSION {"session", "FILE", "who enters it: the file that account login wrote (default: the terminal)"}
static const struct pl_cli_option import_options[] = {
	{"before-register", NULL, "with bounties that were paid before the register of bounties was kept"}, SESSION, PL_CLI_INSTANCE,
	PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option reverse_options[] = {
	{"day", "DAY", "when the reversal counts (default: today)"}, SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option export_options[] = {
	{"until", "PERIOD", "what counts up to the end of this half-year (default: everything)"}, PL_CLI_INSTANCE, {NULL},
};
static const struct pl_cli_option attest_options[] = {
	{"payload-only", NULL, "print what is to be signed, for an entity elsewhere, and stop"},
	{"key", "FILE", "the entity's key file (default: ENTITY.key in the directory of keys)"},
	PL_CLI_PASSPHRASE,
	PL_CLI_WAIT,
	PL_CLI_INSTANCE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option sign_options[] = {
	{"balance", "FILE", "the balance file, whose digest the payload must name"},
	{"journal", "FILE", "the journal, whose digest the balance file must name"},
	PL_CLI_PASSPHRASE,
	{NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"open", "ENTITY", "begin the books of an entity", open_options, 1, 1, open_book},
	{"account", "ENTITY ACCOUNT", "add an account, like Expenses:Wages", account_options, 2, 2, account},
	{"import", "FILE", "enter the transactions of a table, all or none", import_options, 1, 1, import},
	{"reverse", "ENTITY NUMBER", "take a transaction back, and its other half", reverse_options, 2, 2, reverse},
	{"list", "ENTITY", "the transactions of an entity", read_options, 1, 1, list},
	{"balance", "ENTITY [PERIOD]", "what its accounts hold, or the balance file of a closed half-year", read_options, 1, 2,
		pl_cli_book_balance},
	{"export", "ENTITY", "the journal, for ledger, hledger and beancount", export_options, 1, 1, pl_cli_book_export},
	{"close", "ENTITY PERIOD", "close a half-year: nothing more is entered in it", read_options, 2, 2, pl_cli_book_close},
	{"attest", "ENTITY PERIOD", "the entity attests a closed half-year, with its own key", attest_options, 2, 2,
		pl_cli_book_attest},
	{"sign", "KEY-FILE PAYLOAD-FILE", "sign an attestation where the entity's key is, without an instance",
		sign_options, 2, 2,
		pl_cli_book_sign},
	{"check", "[ENTITY]", "compute everything anew; exit code 1 if books are not what they were", read_options, 0, 1,
		pl_cli_book_check},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_book = {"book", "the books of an entity", verbs};
