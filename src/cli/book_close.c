/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid book close`, `export`, `balance` and `check`: books as others see them. */
#include "base/time.h"
#include "cli/entity.h"
#include "cli/release.h"
#include "register/entity/book_check.h"
#include "register/entity/book_close.h"
#include "register/entity/journal.h"
#include "register/period.h"

#define NAMES_MAX 256u

struct asking {
	struct pl_cli_job *j;
	pl_str entity;
	uint64_t from, to;
	struct pl_book_closing closing;
	struct pl_book_report report;
	struct pl_buf text;
	struct pl_json *array;
	pl_str *names;
	size_t n;
	struct pl_diag diag;
};

/* ---- close ---- */

static pl_status close_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	a->diag = (struct pl_diag){0};
	return pl_book_close(tx, a->entity, a->from, a->to, pl_time_now() / PL_SECOND, &a->closing, &a->diag);
}

static int print_closing(const struct pl_cli *cli, const struct pl_book_closing *c)
{
	char text[PL_DIGEST_TEXT + 1];
	struct pl_json *o;

	pl_digest_text(&c->balance, text);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("%s: %llu transaction%s, balance %s\n", cli->argv[1], (unsigned long long)c->transactions,
			c->transactions == 1 ? "" : "s", text);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "transactions", c->transactions);
	pl_cli_set_digest(o, "journal", &c->journal);
	pl_cli_set_digest(o, "balance", &c->balance);
	return pl_cli_json_line(cli, o);
}

int pl_cli_book_close(struct pl_cli *cli)
{
	struct asking a = {.entity = pl_str_from(cli->argv[0])};
	struct pl_cli_job j;
	pl_status st = pl_period_parse(pl_str_from(cli->argv[1]), &a.from, &a.to, &a.diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &a.diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_db_tx(pl_instance_db(j.inst), close_tx, &a);
	code = st ? pl_cli_job_fail(&j, st, &a.diag) : print_closing(cli, &a.closing);
	pl_cli_job_close(&j);
	return code;
}

/* ---- export ---- */

static pl_status to_stdout(void *ctx, pl_str text)
{
	return pl_cli_out(text);
}

static pl_status export_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	/* What is written is written: never begin it twice. */
	if (a->n++)
		return PL_E_BUSY;
	return pl_journal_write(tx, a->entity, a->to, to_stdout, NULL, &a->diag);
}

int pl_cli_book_export(struct pl_cli *cli)
{
	struct asking a = {.entity = pl_str_from(cli->argv[0]), .to = INT64_MAX};
	const char *until = pl_cli_get(cli, "until");
	struct pl_cli_job j;
	pl_status st = until ? pl_period_parse(pl_str_from(until), &a.from, &a.to, &a.diag) : PL_OK;
	int code;

	if (st)
		return pl_cli_fail(cli, st, &a.diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_db_read(pl_instance_db(j.inst), export_tx, &a);
	code = st ? pl_cli_job_fail(&j, st, &a.diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- balance ---- */

static pl_status file_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_book_state state;
	pl_status st = pl_book_state(tx, a->entity, &state, &a->diag);

	pl_buf_clear(&a->text);
	if (!st)
		st = pl_book_closing(tx, a->entity, a->from, &a->closing);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(&a->diag, st, "that half-year is not closed");
	return st ? st : pl_book_balance_file(tx, a->entity, &a->closing, &a->text);
}

static void put_balance(struct asking *a, const struct pl_book_balance *b)
{
	struct pl_buf sum PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_json *o;

	pl_money_put(&sum, b->amount, b->currency);
	if (!a->array) {
		pl_buf_printf(&a->text, "%-48.*s %24.*s\n", PL_STR_ARG(b->account), PL_STR_ARG(pl_buf_str(&sum)));
		return;
	}
	o = pl_json_push_object(a->array);
	pl_json_set_str(o, "account", b->account);
	pl_json_set_i64(o, "amount", b->amount);
	pl_json_set_z(o, "currency", b->currency.code);
}

static pl_status balances_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_book_balance *list, last;
	struct pl_book_state state;
	size_t n = 0;
	pl_status st = pl_book_state(tx, a->entity, &state, &a->diag);

	do {
		st = st ? st : pl_book_balances(tx, a->entity, INT64_MAX, n ? &last : NULL, PL_BOOK_PAGE_MAX, &a->j->arena, &list,
			&n);
		for (size_t i = 0; i < n && !st; i++) {
			put_balance(a, &list[i]);
			last = list[i];
		}
	} while (!st && n == PL_BOOK_PAGE_MAX);
	return st ? st : pl_buf_status(&a->text);
}

int pl_cli_book_balance(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct asking a = {.entity = pl_str_from(cli->argv[0]), .text = PL_BUF(PL_BALANCE_MAX)};
	bool file = cli->argc == 2;
	struct pl_cli_job j;
	pl_status st = file ? pl_period_parse(pl_str_from(cli->argv[1]), &a.from, &a.to, &a.diag) : PL_OK;
	int code;

	if (st)
		return pl_cli_fail(cli, st, &a.diag);
	if (!file && pl_cli_has(cli, "json"))
		a.array = pl_json_set_array(o, "balances");
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	a.j = &j;
	st = pl_db_read(pl_instance_db(j.inst), file ? file_tx : balances_tx, &a);
	if (st)
		code = pl_cli_job_fail(&j, st, &a.diag);
	else if (a.array)
		code = pl_cli_json_line(cli, pl_json_ref(o));
	else
		code = pl_cli_out(pl_buf_str(&a.text)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	pl_buf_done(&a.text);
	pl_cli_job_close(&j);
	return code;
}

/* ---- check ---- */

static pl_status names_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return pl_book_names(tx, a->entity, NAMES_MAX, &a->j->arena, &a->names, &a->n);
}

static pl_status check_tx(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return pl_book_examine(tx, a->entity, &a->report, &a->diag);
}

static void print_checked(const struct asking *a)
{
	struct pl_json *o;

	if (!a->array) {
		(void)printf("%.*s: %llu transaction%s, %llu half-year%s closed, %llu attested: as they were written\n",
			PL_STR_ARG(a->entity), (unsigned long long)a->report.transactions, a->report.transactions == 1 ? "" : "s",
			(unsigned long long)a->report.closings, a->report.closings == 1 ? "" : "s", (unsigned long long)a->report.attested);
		return;
	}
	o = pl_json_push_object(a->array);
	pl_json_set_str(o, "entity", a->entity);
	pl_json_set_u64(o, "transactions", a->report.transactions);
	pl_json_set_u64(o, "closings", a->report.closings);
	pl_json_set_u64(o, "attested", a->report.attested);
}

static pl_status check_all(struct asking *a)
{
	struct pl_db *db = pl_instance_db(a->j->inst);
	pl_status st;

	do {
		st = pl_db_read(db, names_tx, a);
		for (size_t i = 0; i < a->n && !st; i++) {
			a->entity = a->names[i];
			st = pl_db_read(db, check_tx, a);
			if (!st)
				print_checked(a);
		}
	} while (!st && a->n == NAMES_MAX);
	return st;
}

int pl_cli_book_check(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct asking a = {.array = pl_cli_has(cli, "json") ? pl_json_set_array(o, "books") : NULL};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	a.j = &j;
	if (cli->argc) {
		a.entity = pl_str_from(cli->argv[0]);
		st = pl_db_read(pl_instance_db(j.inst), check_tx, &a);
		if (!st)
			print_checked(&a);
	} else {
		st = check_all(&a);
	}
	if (st)
		code = pl_cli_job_fail(&j, st, &a.diag);
	else
		code = a.array ? pl_cli_json_line(cli, pl_json_ref(o)) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}
