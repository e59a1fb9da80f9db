/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid register`: counted registers. */
#include "base/event.h"
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/register.h"
#include "cli/release.h"
#include "cli/state.h"
#include "register/casework/clocks.h"
#include "register/query.h"
#include "register/recover.h"
#include "register/table.h"
#include "register/vuln/case.h"
#include <fcntl.h>

#define TABLE_MAX ((size_t)256 << 20)

/* ---- add ---- */

static int print_register(const struct pl_cli *cli, const struct pl_register *r, const char *did)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("register %s: %.*s\n", did, PL_STR_ARG(r->decl->name));
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_str(o, "register", r->decl->name);
	pl_cli_set_digest(o, "declaration", &r->decl->digest);
	return pl_cli_json_line(cli, o);
}

/* The steps of a report of a flaw are written with their history (register/vuln), which no decision does. */
static pl_status check_eyes(pl_str text, struct pl_diag *diag)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = NULL;
	pl_status st = pl_register_decl_parse(text, &d, diag);

	for (size_t i = 0; !st && pl_vuln_is_register(d) && i < d->n_eyes; i++)
		if (pl_vuln_owns(d->derived.fields[d->eyes[i].field].name))
			st = pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" of reports of flaws moves by steps of their own: it takes no line \"eyes\"",
				PL_STR_ARG(d->derived.fields[d->eyes[i].field].name));
	return st;
}

static int add(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (!st)
		st = check_eyes(pl_buf_str(&text), &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open_approved(&j, cli, &code))
		return code;
	st = pl_register_add_approved(j.inst, pl_buf_str(&text), j.job.approved, j.job.wait_ns, &r, &diag);
	if (!st && !j.approvals.only)
		st = pl_casework_due_refresh_all(j.inst, r); /* it may name another calendar than the one before */
	if (st)
		code = pl_cli_job_fail(&j, st, &diag);
	else
		code = j.approvals.only ? pl_cli_job_payload(&j) : print_register(cli, r, "declared");
	pl_cli_job_close(&j);
	return code;
}

/* ---- list ---- */

static void json_row(struct pl_json *o, const struct pl_query_register *q)
{
	char time[21];

	pl_json_set_str(o, "register", q->name);
	pl_json_set_u64(o, "version", q->version);
	pl_json_set_u64(o, "index", q->index);
	pl_cli_set_digest(o, "declaration", &q->declaration);
	pl_json_set_u64(o, "heads", q->heads);
	if (!q->time)
		return;
	pl_time_write(q->time * PL_SECOND, time);
	pl_json_set_u64(o, "size", q->size);
	pl_json_set_u64(o, "highest", q->highest);
	pl_json_set_u64(o, "heartbeats", q->days);
	pl_json_set_z(o, "time", time);
}

static void print_row(const struct pl_query_register *q)
{
	char time[21];

	pl_time_write(q->time * PL_SECOND, time);
	if (q->time)
		(void)printf("%-24.*s %llu leaves, numbers to %llu, %llu heads, the last at %s\n", PL_STR_ARG(q->name),
			(unsigned long long)q->size, (unsigned long long)q->highest, (unsigned long long)q->heads, time);
	else
		(void)printf("%-24.*s no head yet\n", PL_STR_ARG(q->name));
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "registers");
	struct pl_query_register *rows;
	struct pl_cli_job j;
	pl_str after = {0};
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	do {
		st = pl_query_registers(j.inst, after, PL_REGISTER_PAGE_MAX, &j.arena, &rows, &n);
		for (size_t i = 0; i < n && !st; i++) {
			after = rows[i].name;
			if (pl_cli_has(cli, "json"))
				json_row(pl_json_push_object(array), &rows[i]);
			else
				print_row(&rows[i]);
		}
	} while (!st && n == PL_REGISTER_PAGE_MAX);
	code = st ? pl_cli_job_fail(&j, st, NULL) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

/* ---- enter, head ---- */

static int print_entered(const struct pl_cli *cli, uint64_t first, uint64_t last)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("entered as %llu to %llu\n", (unsigned long long)first, (unsigned long long)last);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "first", first);
	pl_json_set_u64(o, "last", last);
	return pl_cli_json_line(cli, o);
}

/* "<number> <secret>" for each case. */
static void note_secret(void *ctx, uint64_t number, const struct pl_register_secret *secret)
{
	struct pl_buf *lines = ctx;
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(&secret->v, text);
	pl_buf_printf(lines, "%llu %s\n", (unsigned long long)number, text);
}

pl_status pl_cli_write_secret(const char *path, pl_bytes data, struct pl_diag *diag)
{
	pl_status st = pl_file_put(AT_FDCWD, path, data, 0600, PL_FILE_REPLACE);

	return st ? pl_diag_set(diag, st, "cannot write \"%s\"", path) : PL_OK;
}

static int enter(struct pl_cli *cli)
{
	struct pl_buf secrets PL_CLEANUP(pl_buf_done_secret) = PL_BUF(TABLE_MAX);
	const char *promises = pl_cli_get(cli, "promises");
	struct pl_register_table_options opt = {.now = pl_time_now() / PL_SECOND, .promises = promises != NULL};
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(TABLE_MAX);
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t first = 0, last = 0;
	pl_status st = pl_cli_read_file(cli->argv[1], &csv, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	if (promises) {
		opt.entered = note_secret;
		opt.ctx = &secrets;
	}
	st = pl_register_open(j.inst, pl_str_from(cli->argv[0]), &r, &diag);
	if (!st)
		st = pl_register_enter_table(j.inst, r, pl_buf_str(&csv), &opt, &first, &last, &diag);
	if (!st && promises)
		st = pl_buf_status(&secrets) ? PL_E_NOMEM : pl_cli_write_secret(promises, pl_buf_bytes(&secrets), &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_entered(cli, first, last);
	pl_cli_job_close(&j);
	return code;
}

static int print_head(const struct pl_cli *cli, const struct pl_register_beat *b)
{
	char time[21];
	struct pl_json *o;

	pl_time_write(b->head.time * PL_SECOND, time);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("head of %llu leaves, numbers to %llu, at %s%s\n", (unsigned long long)b->head.size,
			(unsigned long long)b->head.highest, time, b->heartbeat ? ", closing the day before" : "");
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "size", b->head.size);
	pl_json_set_u64(o, "highest", b->head.highest);
	pl_json_set_u64(o, "heartbeats", b->head.days);
	pl_json_set_z(o, "time", time);
	pl_cli_set_digest(o, "root", &b->head.root);
	pl_json_set_bool(o, "heartbeat", b->heartbeat);
	return pl_cli_json_line(cli, o);
}

/* The process that keeps the rhythm may sign one in the same moment. */
static pl_status beat(struct pl_cli_job *j, const struct pl_register *r, struct pl_register_beat *ret, struct pl_diag *diag)
{
	pl_status st = PL_E_CONFLICT;

	for (int i = 0; i < 3 && (st == PL_E_CONFLICT || st == PL_E_EXISTS); i++) {
		if (i)
			pl_time_sleep(PL_SECOND);
		*diag = (struct pl_diag){0};
		st = pl_register_beat(j->inst, r, pl_time_now() / PL_SECOND, ret, diag);
	}
	return st;
}

static int head(struct pl_cli *cli)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_beat made = {0};
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_register_open(j.inst, pl_str_from(cli->argv[0]), &r, &diag);
	if (!st)
		st = beat(&j, r, &made, &diag);
	if (!st)
		st = pl_instance_settle(j.inst, &made.ref, 1, PL_OUTBOX_PROJECTED, j.job.wait_ns, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_head(cli, &made);
	pl_cli_job_close(&j);
	return code;
}

/* ---- recover ---- */

static int print_recovered(const struct pl_cli *cli, const struct pl_register_recovered *d)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%llu leaves are here, the log knows of %llu; the tree goes on behind them\n", (unsigned long long)d->kept,
			(unsigned long long)d->size);
		if (d->lost_from <= d->lost_to)
			(void)printf("lost in restore: numbers %llu to %llu; they are not given again\n", (unsigned long long)d->lost_from,
				(unsigned long long)d->lost_to);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "kept", d->kept);
	pl_json_set_u64(o, "size", d->size);
	pl_json_set_u64(o, "lostFrom", d->lost_from);
	pl_json_set_u64(o, "lostTo", d->lost_to);
	return pl_cli_json_line(cli, o);
}

static int recover(struct pl_cli *cli)
{
	struct pl_register_recovered done = {0};
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_register_recover(j.inst, pl_str_from(cli->argv[0]), pl_time_now() / PL_SECOND, &done, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_recovered(cli, &done);
	pl_cli_job_close(&j);
	return code;
}

/* ---- keep ---- */

static int keep(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int stop PL_CLEANUP(pl_file_close) = -1;
	const char *dir = pl_cli_instance(cli);
	struct pl_instance_options opt;
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	pl_status st;

	if (!dir)
		return PL_EXIT_USAGE;
	pl_cli_instance_options(cli, &room, &opt);
	opt.migrate = false;
	opt.peer = PL_PEER_WORKER;
	st = pl_cli_stop_fd(&stop);
	if (!st)
		st = pl_instance_open(dir, &opt, &inst, &diag);
	if (!st) {
		pl_event("register.keeping", PL_EV_U64("seconds", PL_REGISTER_RHYTHM));
		st = pl_register_keep(inst, stop, &diag);
	}
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

static const struct pl_cli_option add_options[] = {
	PL_CLI_APPROVAL_OPTIONS, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option make_options[] = {
	PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option keep_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option enter_options[] = {
	{"promises", "FILE", "promise each case, and write its number and its sender's secret to this file"},
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option words_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option list_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"add", "FILE", "declare a register, or the next version of its declaration", add_options, 1, 1, add},
	{"words", "FILE", "state what the names of a register mean, in one language", words_options, 1, 1, pl_cli_register_words},
	{"list", "", "all registers and their last heads", list_options, 0, 0, list},
	{"enter", "NAME FILE", "enter cases from comma-separated values, all or none", enter_options, 2, 2, enter},
	{"show", "NAME [NUMBER]", "one case, as it is now; without a number what the register promises of deadlines", pl_cli_case_show_options, 1, 2, pl_cli_case_show},
	{"change", "NAME NUMBER FIELD=VALUE...", "write the next revision of a case", pl_cli_case_options, 3, -1, pl_cli_case_change},
	{"open", "NAME NUMBER FIELD...", "print an opening of single fields, for an auditor or the sender", pl_cli_case_options, 3, -1,
		pl_cli_case_open},
	{"erase", "NAME NUMBER", "destroy what is private of a case; it goes on counting", pl_cli_case_options, 2, 2,
		pl_cli_case_erase},
	{"seal", "NAME NUMBER", "keep a case closed in reports until it is unsealed", pl_cli_case_seal_options, 2, 2, pl_cli_case_seal},
	{"unseal", "NAME NUMBER", "let reports open a case again", pl_cli_case_options, 2, 2, pl_cli_case_unseal},
	{"receipt", "NAME NUMBER [FIELD...]", "the receipt for the sender of a case, opening these fields", pl_cli_receipt_options, 2,
		-1, pl_cli_register_receipt},
	{"check", "RECEIPT", "check a receipt offline", pl_cli_check_options, 1, 1, pl_cli_register_check},
	{"head", "NAME", "sign a head over everything entered so far", make_options, 1, 1, head},
	{"recover", "NAME", "go on after the database was restored from an older copy, and state what is lost", make_options, 1, 1, recover},
	{"keep", "", "sign the heads of all registers at their rhythm until SIGTERM", keep_options, 0, 0, keep},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_register = {"register", "counted registers and their cases", verbs};
