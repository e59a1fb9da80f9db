/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln draft` and `cra`: what is written out of a case. Nothing of it is stored but a token of the draft's identifier. */
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/clock.h"
#include "cli/release.h"
#include "cli/vuln.h"
#include "register/advisory/cra.h"
#include "register/advisory/query.h"
#include "register/vuln/draft.h"
#include "register/vuln/embargo.h"

#define ARENA ((size_t)8 << 20)

static pl_status find_publisher(struct pl_cli_vuln *o, struct pl_arena *arena, struct pl_vuln_publisher *ret)
{
	struct pl_query_provider q;
	pl_status st = pl_query_provider(o->a.inst, arena, &q);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(&o->diag, "pellucid advisory provider SETTINGS");
		return pl_diag_set(&o->diag, PL_E_STATE, "no provider was stated yet");
	}
	if (st)
		return st;
	*ret = (struct pl_vuln_publisher){q.provider.site, q.provider.name, q.provider.namespace, q.provider.contact,
		pl_advisory_publishers[q.provider.category]};
	return PL_OK;
}

/* The draft of the case as text. @noted: somebody goes on with it. */
static pl_status write_draft(struct pl_cli_vuln *o, bool noted, struct pl_arena *arena, struct pl_buf *out)
{
	const struct pl_register_reader who = {.role = PL_VAULT_OPERATOR, .account = o->c->by};
	struct pl_json *json PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf made PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	const char *given = pl_cli_get(o->a.cli, "id");
	struct pl_vuln_publisher by;
	pl_str id;
	pl_status st = find_publisher(o, arena, &by);

	if (st)
		return st;
	pl_vuln_draft_id(o->c, &made);
	id = given ? pl_str_from(given) : pl_buf_str(&made);
	pl_vuln_draft_write(o->c, &by, id, pl_time_now() / PL_SECOND, json);
	if (noted)
		st = pl_vuln_draft_note(o->c, &who, id, &o->diag);
	return st ? st : pl_json_write_pretty(json, out);
}

int pl_cli_vuln_draft(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	struct pl_cli_vuln o;
	pl_status st;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code)) {
		pl_cli_vuln_close(&o);
		return code;
	}
	st = write_draft(&o, true, &arena, &out);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	pl_buf_put_c(&out, '\n');
	code = pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	pl_cli_vuln_close(&o);
	return code;
}

/* ---- Article 14 ---- */

static bool find_stage(const char *word, enum pl_cra_stage *ret)
{
	for (unsigned i = 0; pl_cra_stages[i]; i++)
		if (strcmp(word, pl_cra_stages[i]) == 0) {
			*ret = (enum pl_cra_stage)i;
			return true;
		}
	return false;
}

/* Of the case: a draft that somebody went on with, or the one that the case makes. */
static pl_status take_draft(struct pl_cli_vuln *o, struct pl_arena *arena, struct pl_advisory *ret)
{
	struct pl_cli *cli = o->a.cli;
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	pl_str kept;
	pl_status st = cli->argc > 2 ? pl_cli_read_file(cli->argv[2], &text, &o->diag) : write_draft(o, false, arena, &text);

	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&text), &kept);
	return st ? st : pl_advisory_draft_parse(kept, arena, ret, &o->diag);
}

/* Which of its vulnerabilities is the case's. */
static pl_status find_flaw(struct pl_cli_vuln *o, const struct pl_advisory *a, size_t *ret)
{
	for (size_t i = 0; i < a->vulnerabilities.n; i++)
		if (a->vulnerabilities.n == 1 || pl_vuln_draft_fits(o->c, &a->vulnerabilities.v[i].cve, 1, UINT64_MAX, NULL) != PL_E_MISMATCH) {
			*ret = i;
			return PL_OK;
		}
	return pl_diag_set(&o->diag, PL_E_MISMATCH, "the draft is not about the CVE of case %llu", (unsigned long long)o->number);
}

static pl_status write_report(struct pl_cli_vuln *o, struct pl_cra *c, struct pl_buf *out)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_ADVISORY_DRAFT_ARENA);
	struct pl_advisory a;
	size_t n = 0;
	pl_status st;

	c->known = pl_vuln_happened(o->c, PL_STR("exploitation-known")) * PL_SECOND;
	c->available = pl_vuln_happened(o->c, PL_STR("measure-available")) * PL_SECOND;
	if (!c->known)
		return pl_diag_set(&o->diag, PL_E_STATE, "case %llu does not say when exploitation was known: pellucid vuln event %llu exploitation-known",
			(unsigned long long)o->number, (unsigned long long)o->number);
	st = take_draft(o, &arena, &a);
	if (!st)
		st = find_flaw(o, &a, &n);
	if (!st)
		st = pl_cra_write(&a, n, c, out, &o->diag);
	pl_buf_put_c(out, '\n');
	return st ? st : pl_buf_status(out);
}

int pl_cli_vuln_cra(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	const char *country = pl_cli_get(cli, "country");
	struct pl_cra c = {.states = pl_str_from(pl_cli_get(cli, "states")), .actor = pl_str_from(pl_cli_get(cli, "actor"))};
	struct pl_cli_vuln o;
	pl_status st;
	int code;

	if (!find_stage(cli->argv[1], &c.stage))
		return pl_cli_usage(cli, "STAGE is early-warning, notification or final");
	c.calendar = country ? pl_cli_clock_calendar(cli, country) : NULL;
	if (country && !c.calendar)
		return PL_EXIT_USAGE;
	if (!pl_cli_vuln_open(&o, cli, true, false, &code)) {
		pl_cli_vuln_close(&o);
		return code;
	}
	c.calendar = country ? c.calendar : o.r->calendar;
	st = write_report(&o, &c, &out);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	code = pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	pl_cli_vuln_close(&o);
	return code;
}
