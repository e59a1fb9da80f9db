/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report due`: half-yearly reports that declarations promise and nobody has published yet. */
#include "base/json.h"
#include "base/time.h"
#include "cli/register.h"
#include "cli/report.h"
#include "register/report_due.h"

static void json_row(struct pl_json *o, const struct pl_report_due *d)
{
	char time[21];

	pl_json_set_z(o, "register", d->name);
	pl_json_set_z(o, "period", d->period);
	pl_json_set_z(o, "clock", d->clock.def->code);
	pl_json_set_z(o, "state", pl_clock_state_text(d->clock.state));
	pl_time_write(d->clock.due.strict, time);
	pl_json_set_z(o, "strict", time);
	pl_time_write(d->clock.due.legal, time);
	pl_json_set_z(o, "legal", time);
}

static void print_row(const struct pl_report_due *d)
{
	char strict[21], legal[21];

	pl_time_write(d->clock.due.strict, strict);
	pl_time_write(d->clock.due.legal, legal);
	(void)printf("%-24s %-8s %-22s %s  %s\n", d->name, d->period, pl_clock_state_text(d->clock.state), strict, legal);
}

int pl_cli_report_due(struct pl_cli *cli)
{
	struct pl_report_due *list;
	struct pl_json *o, *array;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	list = pl_alloc(PL_REPORT_DUE_MAX, sizeof *list);
	o = pl_json_new_object();
	array = pl_json_set_array(o, "due");
	st = pl_report_due_list(j.inst, pl_str_from(cli->argc ? cli->argv[0] : ""), pl_time_now(), list, &n, &diag);
	for (size_t i = 0; i < n; i++) {
		if (pl_cli_has(cli, "json"))
			json_row(pl_json_push_object(array), &list[i]);
		else
			print_row(&list[i]);
	}
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_free(list);
	pl_cli_job_close(&j);
	return code;
}
