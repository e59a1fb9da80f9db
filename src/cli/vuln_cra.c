/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln cra` and `notices`: what the Cyber Resilience Act wants told, out of a case: printed, kept with it, found again. */
#include "base/time.h"
#include "cli/clock.h"
#include "cli/cra.h"
#include "cli/release.h"
#include "cli/vuln.h"
#include "register/advisory/draft.h"
#include "register/vuln/notice.h"

#define ARENA ((size_t)24 << 20)

/* What one command asks for. */
struct asking {
	struct pl_cli_vuln o;
	struct pl_arena arena;
	struct pl_vuln_notice_asked asked;
	struct pl_vuln_notice_made made;
	uint64_t sent; /* seconds; 0: not yet */
};

/* ---- what is asked ---- */

static bool read_sent(struct asking *k, struct pl_cli *cli, int *ret_exit)
{
	const char *sent = pl_cli_get(cli, "sent");
	uint64_t t = pl_time_now();

	if (!sent)
		return true;
	if (!pl_cli_has(cli, "keep"))
		*ret_exit = pl_cli_usage(cli, "--sent belongs to --keep: that it was sent is noted with what is kept");
	else if (strcmp(sent, "now") != 0 && pl_time_parse(pl_str_from(sent), &t))
		*ret_exit = pl_cli_usage(cli, "--sent wants a time in UTC, like 2026-11-28T10:00:00Z, or now");
	else
		k->sent = t / PL_SECOND;
	return k->sent > 0;
}

static bool read_asked(struct asking *k, struct pl_cli *cli, int *ret_exit)
{
	const char *country = pl_cli_get(cli, "country"), *id = pl_cli_get(cli, "id");

	if (!pl_cli_cra_stage(cli, cli->argv[1], &k->asked.stage, ret_exit) || !read_sent(k, cli, ret_exit))
		return false;
	k->asked.id = pl_str_from(id);
	if (!country)
		return true;
	k->asked.calendar = pl_cli_clock_calendar(cli, country);
	*ret_exit = PL_EXIT_USAGE;
	return k->asked.calendar != NULL;
}

static pl_status read_draft(struct asking *k, const struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	pl_status st;

	if (cli->argc < 3)
		return pl_cli_vuln_publisher(&k->o, &k->arena, &k->asked.by);
	st = pl_cli_read_file(cli->argv[2], &text, &k->o.diag);
	return st ? st : pl_arena_dup(&k->arena, pl_buf_str(&text), &k->asked.draft);
}

/* ---- doing it ---- */

static pl_status keep(struct asking *k, struct pl_cli *cli, struct pl_register_case *ret)
{
	pl_status st;

	if (!pl_cli_has(cli, "keep"))
		return PL_OK;
	st = pl_vuln_notice_keep(k->o.c, &k->made, k->sent, &k->o.act, ret, &k->o.diag);
	if (st)
		return st;
	(void)fprintf(stderr, "kept with case %llu as edition %u, in revision %u%s\n", (unsigned long long)ret->number, k->made.edition, ret->revision,
		k->sent ? "; it was sent" : "; when it is sent, note it: pellucid vuln meet");
	return PL_OK;
}

static int run(struct asking *k, struct pl_cli *cli)
{
	struct pl_register_case kept = {0};
	pl_status st = pl_cli_cra_said(cli, k->asked.stage, &k->arena, k->asked.said, &k->o.diag);

	if (!st)
		st = read_draft(k, cli);
	if (!st)
		st = pl_vuln_notice_make(k->o.c, &k->asked, &k->arena, &k->made, &k->o.diag);
	if (!st)
		st = keep(k, cli, &kept);
	if (st)
		return pl_cli_fail(cli, st, &k->o.diag);
	return pl_cli_out(k->made.document) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_vuln_cra(struct pl_cli *cli)
{
	struct asking *k = PL_NEW(struct asking);
	int code = PL_EXIT_USAGE;

	k->arena = (struct pl_arena)PL_ARENA(ARENA);
	if (read_asked(k, cli, &code) && pl_cli_vuln_open(&k->o, cli, true, false, &code))
		code = run(k, cli);
	pl_vuln_notice_done(&k->made);
	pl_cli_vuln_close(&k->o);
	pl_arena_done(&k->arena);
	pl_free(k);
	return code;
}

/* ---- those that are kept ---- */

static void json_notice(struct pl_json *list, const struct pl_vuln_notice *n)
{
	struct pl_json *o = pl_json_push_object(list);
	struct pl_digest d;
	char time[21];

	pl_json_set_z(o, "stage", pl_cra_stages[n->stage]);
	pl_json_set_z(o, "clock", pl_cra_stage_clock(n->stage)->code);
	pl_json_set_u64(o, "edition", n->edition);
	pl_time_write(n->at * PL_SECOND, time);
	pl_json_set_z(o, "kept", time);
	pl_json_set_u64(o, "entry", n->seq);
	pl_sha256(pl_str_bytes(n->document), &d);
	pl_cli_set_digest(o, "sha256", &d);
}

static void print_notice(const struct pl_vuln_notice *n)
{
	char time[21];

	pl_time_write(n->at * PL_SECOND, time);
	(void)printf("%-22s edition %u  %s  %zu bytes\n", pl_cra_stages[n->stage], n->edition, time, n->document.len);
}

static int list_all(struct pl_cli *cli, const struct pl_vuln_notice *list, size_t n)
{
	struct pl_json *j = pl_json_new_object(), *array = pl_json_set_array(j, "notices");

	for (size_t i = 0; i < n; i++) {
		json_notice(array, &list[i]);
		if (!pl_cli_has(cli, "json"))
			print_notice(&list[i]);
	}
	if (pl_cli_has(cli, "json"))
		return pl_cli_json_line(cli, j);
	pl_json_free(j);
	return PL_EXIT_OK;
}

/* The document that is named, or the last edition of its stage. */
static int print_one(struct pl_cli_vuln *o, const struct pl_vuln_notice *list, size_t n, enum pl_cra_stage stage, uint64_t edition)
{
	for (size_t i = n; i-- > 0;)
		if (list[i].stage == stage && (!edition || list[i].edition == edition))
			return pl_cli_out(list[i].document) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	return pl_cli_fail(o->a.cli, pl_diag_set(&o->diag, PL_E_NOTFOUND, "case %llu has no such document", (unsigned long long)o->number), &o->diag);
}

int pl_cli_vuln_notices(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_vuln_notice *list = NULL;
	enum pl_cra_stage stage = PL_CRA_WARNING;
	struct pl_cli_vuln o = {0};
	uint64_t edition = 0;
	size_t n = 0;
	pl_status st;
	int code;

	if (cli->argc > 1 && !pl_cli_cra_stage(cli, cli->argv[1], &stage, &code))
		return code;
	if (cli->argc > 2 && (pl_str_to_u64(pl_str_from(cli->argv[2]), PL_VULN_EVENTS_MAX, &edition) || !edition))
		return pl_cli_usage(cli, "EDITION is a number, from 1");
	if (pl_cli_vuln_open(&o, cli, true, false, &code)) {
		st = pl_vuln_notices(o.c, &arena, &list, &n);
		code = st ? pl_cli_fail(cli, st, &o.diag) : cli->argc > 1 ? print_one(&o, list, n, stage, edition) : list_all(cli, list, n);
	}
	pl_cli_vuln_close(&o);
	return code;
}
