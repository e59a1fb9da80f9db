/* SPDX-License-Identifier: Apache-2.0 */
/* pellucid log status: what the log process of an instance says of itself (fact/log_report.h). */
#include "base/json.h"
#include "base/time.h"
#include "cli/instance.h"
#include "cli/log.h"
#include "fact/log_report.h"
#include "fact/outbox.h"

struct status {
	struct pl_log_report report;
	struct pl_outbox_counts outbox;
	struct pl_json *reasons; /* NULL: print for people */
};

static void on_finding(void *ctx, const struct pl_log_finding *f)
{
	const struct status *s = ctx;
	struct pl_json *o;

	if (s->reasons) {
		o = pl_json_push_object(s->reasons);
		pl_json_set_z(o, "reason", f->reason);
		pl_json_set_z(o, "words", f->words);
		pl_json_set_z(o, "next", f->next);
		return;
	}
	(void)printf("%s\n", f->words);
	if (f->next[0])
		(void)printf("  what to do: %s\n", f->next);
}

static void print_times(const struct pl_log_report *r)
{
	char since[21], reported[21];

	pl_time_write(r->since, since);
	pl_time_write(r->reported, reported);
	(void)printf("since      %s\nreported   %s\n", since, reported);
}

static void print_status(struct status *s)
{
	const struct pl_log_report *r = &s->report;

	pl_log_report_findings(r, on_finding, s);
	if (r->process == PL_LOG_PROCESS_NONE)
		return;
	print_times(r);
	(void)printf("entries    %llu acknowledged, %llu published\n", (unsigned long long)r->recorded,
		(unsigned long long)r->published);
	(void)printf("waiting    %llu statements\n", (unsigned long long)s->outbox.waiting + (unsigned long long)r->stored);
	if (r->needed)
		(void)printf("witnesses  %u have answered since the start, %u are needed\n", r->answered, r->needed);
}

static void json_numbers(const struct status *s, struct pl_json *o)
{
	const struct pl_log_report *r = &s->report;
	char time[21];

	pl_time_write(r->since, time);
	pl_json_set_z(o, "since", time);
	pl_time_write(r->reported, time);
	pl_json_set_z(o, "reported", time);
	pl_json_set_u64(o, "recorded", r->recorded);
	pl_json_set_u64(o, "published", r->published);
	pl_json_set_u64(o, "stored", r->stored);
	pl_json_set_u64(o, "answered", r->answered);
	pl_json_set_u64(o, "needed", r->needed);
	/* The largest number that a size can be stands for "another history", which is no size. */
	if ((r->hold & PL_LOG_HOLD_AHEAD) && r->ahead_size != PL_TREE_SIZE_MAX)
		pl_json_set_u64(o, "aheadSize", r->ahead_size);
	pl_json_set_z(o, "trouble", r->trouble);
}

static pl_status print_json(struct status *s)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st;

	pl_json_set_z(o, "process", pl_log_process_word(s->report.process));
	if (s->report.process != PL_LOG_PROCESS_NONE)
		json_numbers(s, o);
	pl_json_set_u64(o, "waiting", s->outbox.waiting);
	s->reasons = pl_json_set_array(o, "reasons");
	pl_log_report_findings(&s->report, on_finding, s);
	st = pl_json_write(o, &out);
	pl_buf_put_c(&out, '\n');
	return st ? st : pl_cli_out(pl_buf_str(&out));
}

int pl_cli_log_status(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct status s = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_look(cli, &inst, &code))
		return code;
	st = pl_log_report_read(pl_instance_db(inst), pl_instance_conf(inst)->origin, &s.report);
	if (st == PL_OK)
		st = pl_outbox_count(pl_instance_db(inst), &s.outbox);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	if (pl_cli_has(cli, "json"))
		st = print_json(&s);
	else
		print_status(&s);
	if (st)
		return PL_EXIT_UNKNOWN;
	return s.report.process == PL_LOG_PROCESS_RUNNING ? PL_EXIT_OK : PL_EXIT_NO;
}
