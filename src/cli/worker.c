/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid worker`: what has to be done without anybody asking: mail, alarms, the index of cases, views of parties, submissions that nobody confirmed, files
 * that no case has, cases whose time is over, reports of flaws that nobody answers for.
 *
 * What fails is told as an event and tried again; it stops nothing else.
 */
#include "base/event.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/register.h"
#include "register/query.h"
#include "register/casework/alarm.h"
#include "register/casework/attach.h"
#include "register/casework/clocks.h"
#include "register/casework/find.h"
#include "register/casework/report_alarm.h"
#include "register/casework/retain.h"
#include "register/casework/sealing.h"
#include "register/casework/spool.h"
#include "register/casework/submit.h"
#include "register/vuln/access.h"
#include "register/vuln/case.h"
#include "register/vuln/deadline.h"
#include "store/jobs.h"
#include <poll.h>

#define LOOK_MS 2000
#define MAILS_MAX 50u
#define ERASED_MAX 200u
#define MINUTE 60u
#define HOUR 3600u

struct worker {
	struct pl_instance *inst;
	uint64_t minute, hour; /* of the last turn */
	uint64_t index_from;   /* seconds: the vault gives no more keys for the index before */
	bool counted;          /* deadlines were, by the calendars as they are now */
};

static void tell(const char *event, pl_status st, const struct pl_diag *why)
{
	if (st)
		pl_event(event, PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(why, st)));
}

/* *@ret: something was done, so that there may be more. */
static pl_status send_mail(struct worker *w, bool *ret)
{
	struct pl_spool_counts n;
	struct pl_diag why = {0};
	pl_status st = pl_spool_deliver(w->inst, MAILS_MAX, &n, &why);

	tell("worker.mail_failed", st, &why);
	if (n.sent || n.again || n.dead)
		pl_event("worker.mail", PL_EV_U64("sent", n.sent), PL_EV_U64("again", n.again), PL_EV_U64("dead", n.dead));
	*ret = n.sent == MAILS_MAX;
	return st;
}

/* What is done in one call, which says how much of it there was. */
struct duty {
	pl_status (*act)(struct pl_instance *inst, uint64_t now, uint64_t *ret, struct pl_diag *diag);
	uint64_t unit; /* nanoseconds in one of @now */
	const char *failed, *done, *what;
};

static const struct duty expire = {pl_submit_expire, PL_SECOND, "worker.expiry_failed", "worker.unconfirmed", "submissions"},
			 sweep = {pl_attach_sweep, PL_SECOND, "worker.attachments_failed", "worker.attachments", "removed"},
			 alarms = {pl_alarm_tell, 1, "worker.alarms_failed", "worker.alarms", "cases"},
			 seals = {pl_sealing_tell, 1, "worker.seals_failed", "worker.seals", "cases"},
			 reports = {pl_report_alarm_tell, 1, "worker.reports_failed", "worker.reports", "due"};

static pl_status discharge(struct worker *w, const struct duty *d)
{
	struct pl_diag why = {0};
	uint64_t n = 0;
	pl_status st = d->act(w->inst, pl_time_now() / d->unit, &n, &why);

	tell(d->failed, st, &why);
	if (n)
		pl_event(d->done, PL_EV_U64(d->what, n));
	return st;
}

/* What it could not do because the vault gives out so many keys an hour comes with a later turn, and is no failure. */
static pl_status index_one(struct worker *w, pl_str name, bool *ret_more)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag why = {0};
	uint64_t n = 0, now = pl_time_now() / PL_SECOND;
	pl_status st = PL_OK;

	if (now < w->index_from)
		return PL_OK;
	st = pl_register_open(w->inst, name, &r, &why);
	if (!st)
		st = pl_find_index(w->inst, r, &n, &why);
	if (st == PL_E_BUSY)
		w->index_from = now + MINUTE;
	if (st == PL_E_BUSY || st == PL_E_STATE) /* without a vault there is no index */
		st = PL_OK;
	tell("worker.index_failed", st, &why);
	if (n)
		pl_event("worker.indexed", PL_EV_STR("register", name), PL_EV_U64("leaves", n));
	*ret_more = *ret_more || n >= PL_FIND_TURN;
	return st;
}

/* @act of a register of reports of flaws, as it is told in the events @failed and @done. */
static pl_status of_flaws(struct worker *w, pl_str name,
	pl_status (*act)(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret, struct pl_diag *diag),
	const char *failed, const char *done)
{
	const struct pl_register_reader reader = {.role = PL_VAULT_WORK};
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag why = {0};
	uint64_t n = 0;
	pl_status st = pl_register_open(w->inst, name, &r, &why);

	if (!st && pl_vuln_is_register(r->decl))
		st = act(w->inst, r, &reader, &n, &why);
	if (st == PL_E_BUSY) /* so many keys an hour: with a later turn */
		st = PL_OK;
	tell(failed, st, &why);
	if (n)
		pl_event(done, PL_EV_STR("register", name), PL_EV_U64("cases", n));
	return st;
}

/* What parties of reports of flaws see follows their cases. */
static pl_status show_one(struct worker *w, pl_str name, bool *ret_more)
{
	(void)ret_more;
	return of_flaws(w, name, pl_vuln_access_renew, "worker.views_failed", "worker.views");
}

static pl_status close_unanswered(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret, struct pl_diag *diag)
{
	return pl_vuln_expire(inst, r, reader, pl_time_now() / PL_SECOND, ret, diag);
}

/* Reports of flaws whose finder did not answer for thirty days. */
static pl_status close_one(struct worker *w, pl_str name, bool *ret_more)
{
	(void)ret_more;
	return of_flaws(w, name, close_unanswered, "worker.closing_failed", "worker.closed");
}

/* Deadlines of reports of flaws are kept when something moves them; what came another way is opened once. */
static pl_status catch_up_one(struct worker *w, pl_str name, bool *ret_more)
{
	(void)ret_more;
	return of_flaws(w, name, pl_vuln_deadlines_catch_up, "worker.deadlines_failed", "worker.deadlines");
}

static pl_status retain_one(struct worker *w, pl_str name, bool *ret_more)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag why = {0};
	uint64_t n = 0;
	pl_status st = pl_register_open(w->inst, name, &r, &why);

	if (!st)
		st = pl_casework_retain(w->inst, r, pl_time_now() / PL_SECOND, ERASED_MAX, &n, &why);
	tell("worker.retention_failed", st, &why);
	if (n)
		pl_event("worker.retention", PL_EV_STR("register", name), PL_EV_U64("erased", n));
	return st;
}

/* Deadlines are noted beside cases when something happens to these; [clocks] calendar may have changed since. */
static pl_status count_one(struct worker *w, pl_str name, bool *ret_more)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag why = {0};
	pl_status st = pl_register_open(w->inst, name, &r, &why);

	(void)ret_more;
	if (!st)
		st = pl_casework_due_refresh_all(w->inst, r);
	tell("worker.deadlines_failed", st, &why);
	return st;
}

/* Of every register; one that fails stops no other. */
static pl_status each_register(struct worker *w, pl_status (*act)(struct worker *w, pl_str name, bool *ret_more), bool *ret_more)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)16 << 20);
	struct pl_query_register *rows;
	pl_str after = {0};
	size_t n = 0;
	pl_status st, worst = PL_OK;

	do {
		st = pl_query_registers(w->inst, after, PL_REGISTER_PAGE_MAX, &arena, &rows, &n);
		for (size_t i = 0; i < n && !st; i++) {
			pl_status one = act(w, rows[i].name, ret_more);

			after = rows[i].name;
			worst = worst ? worst : one;
		}
	} while (!st && n == PL_REGISTER_PAGE_MAX);
	return st ? st : worst;
}

/* The first of what failed is what is told. */
static void also(pl_status *st, pl_status one)
{
	*st = *st ? *st : one;
}

/* One turn: all that is due. */
static pl_status turn(struct worker *w, bool *ret_more)
{
	uint64_t now = pl_time_now() / PL_SECOND;
	pl_status st = w->counted ? PL_OK : each_register(w, count_one, ret_more);

	w->counted = !st;
	also(&st, each_register(w, catch_up_one, ret_more));
	also(&st, discharge(w, &alarms));
	also(&st, discharge(w, &seals));
	also(&st, send_mail(w, ret_more));
	also(&st, each_register(w, index_one, ret_more));
	also(&st, each_register(w, show_one, ret_more));
	if (now / MINUTE != w->minute) {
		w->minute = now / MINUTE;
		also(&st, discharge(w, &expire));
		also(&st, discharge(w, &sweep));
		also(&st, discharge(w, &reports));
	}
	if (now / HOUR != w->hour) {
		pl_status kept = each_register(w, retain_one, ret_more);

		also(&kept, each_register(w, close_one, ret_more));
		w->hour = kept ? 0 : now / HOUR;
		also(&st, kept);
	}
	return st;
}

static pl_status keep_working(struct worker *w, int stop)
{
	struct pollfd pfd = {.fd = stop, .events = POLLIN};
	bool more = false;

	pl_event("worker.working", PL_EV_U64("milliseconds", LOOK_MS));
	while (poll(&pfd, 1, more ? 0 : LOOK_MS) == 0)
		(void)(turn(w, &more) == PL_OK);
	return PL_OK;
}

static int run(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int stop PL_CLEANUP(pl_file_close) = -1;
	const char *dir = pl_cli_instance(cli);
	struct pl_instance_options opt;
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	struct worker w = {0};
	bool more;
	pl_status st;

	if (!dir)
		return PL_EXIT_USAGE;
	pl_cli_instance_options(cli, &room, &opt);
	opt.migrate = false;
	opt.peer = PL_PEER_WORKER;
	st = pl_cli_stop_fd(&stop);
	if (!st)
		st = pl_instance_open(dir, &opt, &inst, &diag);
	if (!st)
		st = pl_register_calendar_check(pl_instance_conf(inst), &diag);
	w.inst = inst;
	if (!st)
		st = pl_cli_has(cli, "once") ? turn(&w, &more) : keep_working(&w, stop);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

/* ---- mail that cannot be sent ---- */

static pl_status print_dead(void *ctx, const struct pl_jobs_dead *job)
{
	char id[PL_ULID_TEXT + 1], died[21];

	(void)ctx;
	pl_ulid_write(&job->id, id);
	pl_time_write(job->died, died);
	(void)printf("%s %-8.*s %s after %u attempts: %.*s\n", id, PL_STR_ARG(job->kind), died, job->attempt, PL_STR_ARG(job->reason));
	return PL_OK;
}

static int dead(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_jobs_dead(pl_instance_db(j.inst), (pl_str){0}, 1000, print_dead, NULL);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

static int on_job(struct pl_cli *cli, pl_status (*act)(struct pl_db *db, const struct pl_ulid *id), const char *did)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	struct pl_ulid id;
	pl_status st;
	int code;

	if (pl_ulid_parse(pl_str_from(cli->argv[0]), &id))
		return pl_cli_usage(cli, "ID is the first word of a line of: pellucid worker dead");
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = act(pl_instance_db(j.inst), &id);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "no work that was given up has this ID");
	if (!st)
		(void)printf("%s %s\n", cli->argv[0], did);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

static int revive(struct pl_cli *cli)
{
	return on_job(cli, pl_jobs_revive, "is tried again");
}

static int bury(struct pl_cli *cli)
{
	return on_job(cli, pl_jobs_bury, "is deleted");
}

static const struct pl_cli_option run_options[] = {
	{"once", NULL, "do what is due now, and stop"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option plain[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"run", "", "send mail, tell of deadlines, index cases, delete what nobody confirmed, erase what was kept long enough, until SIGTERM", run_options, 0, 0, run},
	{"dead", "", "work that was given up", plain, 0, 0, dead},
	{"revive", "ID", "try it again", plain, 1, 1, revive},
	{"bury", "ID", "delete it", plain, 1, 1, bury},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_worker = {"worker", "what has to be done without anybody asking", verbs};
