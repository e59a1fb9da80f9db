/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid report renew`: the next edition of whatever left out a case that may be opened now. */
#include "base/json.h"
#include "base/time.h"
#include "cli/release.h"
#include "cli/report.h"
#include "register/period.h"
#include "register/renew.h"

static void print_json(const struct pl_cli *cli, const char *period, const struct pl_renewed *x)
{
	struct pl_json *o = pl_json_new_object();

	pl_json_set_z(o, "period", period);
	pl_json_set_u64(o, "edition", x->edition);
	pl_json_set_u64(o, "replaces", x->edition - 1);
	pl_json_set_u64(o, "lifted", x->lifted);
	pl_json_set_u64(o, "later", x->later);
	(void)pl_cli_json_line(cli, o);
}

static void print_renewed(void *ctx, const struct pl_renewed *x)
{
	const struct pl_cli *cli = ctx;
	char period[PL_PERIOD_TEXT];

	pl_period_write(x->from, x->to, period);
	if (pl_cli_has(cli, "json")) {
		print_json(cli, period, x);
		return;
	}
	(void)printf("%s: edition %llu, replaces edition %llu: %llu case%s more, sealed until now", period, (unsigned long long)x->edition,
		(unsigned long long)x->edition - 1, (unsigned long long)x->lifted, x->lifted == 1 ? "" : "s");
	if (x->later)
		(void)printf("; %llu entered since", (unsigned long long)x->later);
	(void)printf("\n");
}

int pl_cli_report_renew(struct pl_cli *cli)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_register_open(j.inst, pl_str_from(cli->argv[0]), &r, &diag);
	if (!st)
		st = pl_register_renew(j.inst, r, pl_time_now() / PL_SECOND, j.job.wait_ns, print_renewed, cli, &n, &diag);
	if (!st && !n)
		(void)fprintf(stderr, "no report of %s left out a case that may be opened now\n", cli->argv[0]);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}
