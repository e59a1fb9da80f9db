/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid advisory cra`: what the Cyber Resilience Act wants told of an exploited vulnerability or of a severe incident, and by when. */
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/clock.h"
#include "cli/cra.h"

bool pl_cli_cra_stage(const struct pl_cli *cli, const char *word, enum pl_cra_stage *ret, int *ret_exit)
{
	if (pl_cra_stage_parse(pl_str_from(word), ret) == PL_OK)
		return true;
	*ret_exit = pl_cli_usage(cli, "STAGE is one of " PL_CLI_CRA_STAGES);
	return false;
}

pl_status pl_cli_cra_said(const struct pl_cli *cli, enum pl_cra_stage stage, struct pl_arena *arena, struct pl_cra_said ret[static PL_CRA_FACTS],
	struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (unsigned f = 0; f < PL_CRA_FACTS && !st; f++) {
		const char *text = pl_cli_get(cli, pl_cra_facts[f].option);

		if (text)
			st = pl_cra_say(ret, stage, (enum pl_cra_fact)f, pl_str_from(text), arena, diag);
	}
	return st;
}

/* The time of option @name into @ret, which stays as it is without. False: no time. */
static bool moment(const struct pl_cli *cli, const char *name, uint64_t *ret)
{
	const char *text = pl_cli_get(cli, name);

	return !text || pl_time_parse(pl_str_from(text), ret) == PL_OK;
}

static bool read_times(const struct pl_cli *cli, struct pl_cra *c)
{
	return moment(cli, "known", &c->known) && moment(cli, "available", &c->available) && moment(cli, "sent", &c->sent) && c->known;
}

static int print(struct pl_cli *cli, const struct pl_cli_draft *draft, const struct pl_cra *c)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	struct pl_diag diag = {0};
	size_t n = 0;
	pl_status st;

	if (!pl_cli_draft_vulnerability(cli, &draft->advisory, &n))
		return pl_cli_usage(cli, "--cve wants a CVE of the draft");
	st = pl_cra_write(&draft->advisory, n, c, &out, NULL, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_advisory_cra(struct pl_cli *cli)
{
	struct pl_cli_draft draft PL_CLEANUP(pl_cli_draft_done) = {0};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)PL_CRA_FACTS * (PL_CRA_TEXT_MAX + 64));
	struct pl_cra_said said[PL_CRA_FACTS] = {0};
	const char *country = pl_cli_get(cli, "country");
	struct pl_cra c = {.said = said, .edition = 1};
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!pl_cli_cra_stage(cli, cli->argv[1], &c.stage, &code))
		return code;
	if (!read_times(cli, &c))
		return pl_cli_usage(cli, "--known is needed, and times are like 2026-11-28T12:00:00Z");
	st = pl_cli_cra_said(cli, c.stage, &arena, said, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	c.calendar = pl_cli_clock_calendar(cli, country ? country : "EU");
	if (!c.calendar)
		return PL_EXIT_USAGE;
	return pl_cli_draft_read(cli, &draft, &code) ? print(cli, &draft, &c) : code;
}
