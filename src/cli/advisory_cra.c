/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid advisory cra`: what the Cyber Resilience Act wants told of an exploited vulnerability, and by when. */
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/clock.h"
#include "register/advisory/cra.h"

static bool find_stage(const struct pl_cli *cli, enum pl_cra_stage *ret)
{
	for (unsigned i = 0; pl_cra_stages[i]; i++)
		if (strcmp(cli->argv[1], pl_cra_stages[i]) == 0) {
			*ret = (enum pl_cra_stage)i;
			return true;
		}
	return false;
}

/* The time of option @name into @ret, which stays as it is without. False: no time. */
static bool moment(const struct pl_cli *cli, const char *name, uint64_t *ret)
{
	const char *text = pl_cli_get(cli, name);

	return !text || pl_time_parse(pl_str_from(text), ret) == PL_OK;
}

int pl_cli_advisory_cra(struct pl_cli *cli)
{
	struct pl_cli_draft draft PL_CLEANUP(pl_cli_draft_done) = {0};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	const char *country = pl_cli_get(cli, "country");
	struct pl_cra c = {.states = pl_str_from(pl_cli_get(cli, "states")), .actor = pl_str_from(pl_cli_get(cli, "actor"))};
	struct pl_diag diag = {0};
	size_t n = 0;
	pl_status st;
	int code;

	if (!find_stage(cli, &c.stage))
		return pl_cli_usage(cli, "STAGE is early-warning, notification or final");
	if (!moment(cli, "known", &c.known) || !moment(cli, "available", &c.available) || !c.known)
		return pl_cli_usage(cli, "--known is needed, and both are times like 2026-11-28T12:00:00Z");
	c.calendar = pl_cli_clock_calendar(cli, country ? country : "EU");
	if (!c.calendar)
		return PL_EXIT_USAGE;
	if (!pl_cli_draft_read(cli, &draft, &code))
		return code;
	if (!pl_cli_draft_vulnerability(cli, &draft.advisory, &n))
		return pl_cli_usage(cli, "--cve wants a CVE of the draft");
	st = pl_cra_write(&draft.advisory, n, &c, &out, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}
