/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln`: reports of flaws, in either direction. */
#include "cli/vuln.h"
#include "base/time.h"
#include "cli/bounty.h"
#include "cli/cra.h"
#include "cli/release.h"
#include "register/vuln/access.h"
#include <stdlib.h>

/* ---- shared ---- */

static bool open_people(struct pl_cli_vuln *o, struct pl_cli *cli, bool must_login, int *ret_exit)
{
	const char *session = pl_cli_get(cli, "session");

	if (!session)
		session = getenv("PELLUCID_SESSION");
	if (must_login || (session && *session))
		return pl_cli_people_open_as(&o->a, cli, false, ret_exit);
	o->a = (struct pl_cli_people){.cli = cli};
	return pl_cli_instance_open(cli, &o->a.inst, ret_exit);
}

static bool read_time(struct pl_cli_vuln *o, struct pl_cli *cli, int *ret_exit)
{
	const char *at = o->act.at ? NULL : pl_cli_get(cli, "at");
	uint64_t t = 0;

	o->act.now = o->act.at = pl_time_now() / PL_SECOND;
	if (!at)
		return true;
	if (pl_time_parse(pl_str_from(at), &t)) {
		*ret_exit = pl_cli_usage(cli, "--at wants a time in UTC, like 2026-11-28T10:00:00Z");
		return false;
	}
	o->act.at = t / PL_SECOND;
	return true;
}

static bool has_option(const struct pl_cli *cli, const char *name)
{
	for (const struct pl_cli_option *p = cli->verb->options; p && p->name; p++)
		if (strcmp(p->name, name) == 0)
			return true;
	return false;
}

bool pl_cli_vuln_open(struct pl_cli_vuln *o, struct pl_cli *cli, bool with_case, bool must_login, int *ret_exit)
{
	const char *name = has_option(cli, "register") ? pl_cli_get(cli, "register") : NULL;
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	pl_status st;

	*o = (struct pl_cli_vuln){.act.at = !has_option(cli, "at")};
	if (with_case && (pl_str_to_u64(pl_str_from(cli->argv[0]), INT64_MAX, &o->number) || !o->number)) {
		*ret_exit = pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
		return false;
	}
	if (!read_time(o, cli, ret_exit) || !open_people(o, cli, must_login, ret_exit))
		return false;
	o->act.by = reader.account = o->a.actor.account;
	st = pl_register_open(o->a.inst, pl_str_from(name ? name : PL_VULN_REGISTER), &o->r, &o->diag);
	if (!st && with_case)
		st = pl_vuln_read(o->a.inst, o->r, o->number, &reader, &o->c, &o->diag);
	if (!st)
		return true;
	*ret_exit = pl_cli_fail(cli, st, &o->diag);
	return false;
}

void pl_cli_vuln_close(struct pl_cli_vuln *o)
{
	pl_vuln_free(o->c);
	pl_register_close(o->r);
	pl_cli_people_close(&o->a);
}

int pl_cli_vuln_fail(struct pl_cli_vuln *o, pl_status st)
{
	int code = pl_cli_fail(o->a.cli, st, &o->diag);

	pl_cli_vuln_close(o);
	return code;
}

pl_status pl_cli_vuln_allowed(struct pl_cli_vuln *o, unsigned roles)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	pl_status st = pl_session_allows(&o->a.session, roles, false);

	if (!st)
		return PL_OK;
	pl_staff_put(&words, roles);
	return pl_diag_set(&o->diag, st, "this belongs to one of these roles: %s", pl_buf_z(&words));
}

/* ---- verbs of one revision ---- */

static int finish(struct pl_cli_vuln *o, pl_status st, const struct pl_register_case *made)
{
	struct pl_cli *cli = o->a.cli;
	struct pl_json *j;

	if (st)
		return pl_cli_vuln_fail(o, st);
	pl_cli_vuln_close(o);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("case %llu: revision %u written\n", (unsigned long long)made->number, made->revision);
		return PL_EXIT_OK;
	}
	j = pl_json_new_object();
	pl_json_set_u64(j, "number", made->number);
	pl_json_set_u64(j, "revision", made->revision);
	pl_cli_set_digest(j, "leaf", &made->leaf);
	return pl_cli_json_line(cli, j);
}

static int give_up(struct pl_cli_vuln *o, int code)
{
	pl_cli_vuln_close(o);
	return code;
}

static bool read_reason(struct pl_cli *cli, enum pl_vuln_reason *ret, int *ret_exit)
{
	const char *word = pl_cli_get(cli, "reason");

	*ret = PL_VULN_R_NONE;
	if (!word || !pl_vuln_reason_parse(pl_str_from(word), ret))
		return true;
	*ret_exit = pl_cli_usage(cli, "there is no reason \"%s\"; see: pellucid vuln states", word);
	return false;
}

static int state(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	enum pl_vuln_reason reason;
	enum pl_vuln_state to;
	struct pl_cli_vuln o;
	int code;

	if (pl_vuln_state_parse(pl_str_from(cli->argv[1]), &to))
		return pl_cli_usage(cli, "there is no state \"%s\"; see: pellucid vuln states", cli->argv[1]);
	if (!read_reason(cli, &reason, &code))
		return code;
	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_step(o.c, to, reason, &o.act, &made, &o.diag), &made);
}

static int duplicate(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	enum pl_vuln_reason reason;
	struct pl_cli_vuln o;
	uint64_t original = 0;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &original) || !original)
		return pl_cli_usage(cli, "ORIGINAL is the number of a case, from 1");
	if (!read_reason(cli, &reason, &code))
		return code;
	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_duplicate(o.c, original, reason, &o.act, &made, &o.diag), &made);
}

static int note(struct pl_cli *cli, enum pl_vuln_event_kind kind)
{
	struct pl_register_case made = {0};
	struct pl_cli_vuln o;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_note(o.c, kind, pl_str_from(cli->argv[1]), &o.act, &made, &o.diag), &made);
}

static int event(struct pl_cli *cli)
{
	return note(cli, PL_VULN_EV_HAPPENED);
}

static int meet(struct pl_cli *cli)
{
	return note(cli, PL_VULN_EV_MEET);
}

static int embargo(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	struct pl_cli_vuln o;
	uint64_t until = 0;
	int code;

	if (strcmp(cli->argv[1], "none") != 0 && pl_time_parse(pl_str_from(cli->argv[1]), &until))
		return pl_cli_usage(cli, "TIME is one in UTC, like 2026-11-28T10:00:00Z, or none");
	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_set_embargo(o.c, until / PL_SECOND, &made, &o.diag), &made);
}

/* What is not said stays as it is; "none" takes it away. */
static pl_str rated(struct pl_cli *cli, const char *option, pl_str now)
{
	const char *text = pl_cli_get(cli, option);

	return !text ? now : strcmp(text, "none") == 0 ? (pl_str){0} : pl_str_from(text);
}

static int rate(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	struct pl_cli_vuln o;
	int code;

	if (!pl_cli_get(cli, "cve") && !pl_cli_get(cli, "cvss"))
		return pl_cli_usage(cli, "say --cve, --cvss or both");
	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_rate(o.c, rated(cli, "cve", o.c->cve), rated(cli, "cvss", o.c->cvss), &made, &o.diag), &made);
}

static int party(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	struct pl_vuln_party p;
	struct pl_cli_vuln o;
	int code;

	if (pl_vuln_role_parse(pl_str_from(cli->argv[1]), &p.role))
		return pl_cli_usage(cli, "ROLE is one of reporter, supplier, coordinator, csirt");
	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	p.id = pl_str_from(cli->argv[2]);
	p.name = pl_str_from(cli->argv[3]);
	p.since = o.act.now;
	return finish(&o, pl_vuln_party_add(o.c, &p, &made, &o.diag), &made);
}

static int leave(struct pl_cli *cli)
{
	struct pl_register_case made = {0};
	struct pl_cli_vuln o;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	return finish(&o, pl_vuln_party_remove(o.c, pl_str_from(cli->argv[1]), &made, &o.diag), &made);
}

/* ---- what a party reads by itself ---- */

static int access_made(struct pl_cli_vuln *o, const struct pl_register_secret *secret)
{
	char text[PL_ULID_TEXT + 1];
	struct pl_cli *cli = o->a.cli;
	struct pl_json *j;

	pl_ulid_write(&secret->v, text);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("%s\n", text);
		(void)fprintf(stderr, "Give this secret to %s by a way that you trust. It is typed on the page /receipt of the portal, shows what the party sees of\n"
				      "case %llu, and is kept by nobody here: who loses it gets a new one, which ends this one.\n",
			cli->argv[1], (unsigned long long)o->number);
		pl_cli_vuln_close(o);
		return PL_EXIT_OK;
	}
	j = pl_json_new_object();
	pl_json_set_u64(j, "number", o->number);
	pl_json_set_str(j, "party", pl_str_from(cli->argv[1]));
	pl_json_set_z(j, "secret", text);
	pl_cli_vuln_close(o);
	return pl_cli_json_line(cli, j);
}

static int access_ended(struct pl_cli_vuln *o)
{
	struct pl_cli *cli = o->a.cli;
	struct pl_json *j;

	pl_cli_vuln_close(o);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("the access of %s has ended\n", cli->argv[1]);
		return PL_EXIT_OK;
	}
	j = pl_json_new_object();
	pl_json_set_u64(j, "number", o->number);
	pl_json_set_str(j, "party", pl_str_from(cli->argv[1]));
	pl_json_set_bool(j, "ended", true);
	return pl_cli_json_line(cli, j);
}

static int access_to(struct pl_cli *cli)
{
	pl_str party = pl_str_from(cli->argv[1]);
	struct pl_register_secret secret = {0};
	bool ends = pl_cli_has(cli, "end");
	struct pl_cli_vuln o;
	pl_status st;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code))
		return give_up(&o, code);
	st = ends ? pl_vuln_access_end(o.c, party, &o.diag) : pl_vuln_access_give(o.c, party, o.act.now, &secret, &o.diag);
	code = st ? pl_cli_vuln_fail(&o, st) : ends ? access_ended(&o) : access_made(&o, &secret);
	pl_wipe(&secret, sizeof secret);
	return code;
}

static int expire(struct pl_cli *cli)
{
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_cli_vuln o;
	struct pl_json *j;
	uint64_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_vuln_open(&o, cli, false, false, &code))
		return give_up(&o, code);
	st = pl_vuln_expire(o.a.inst, o.r, &reader, o.act.at, &n, &o.diag);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	pl_cli_vuln_close(&o);
	if (!pl_cli_has(cli, "json")) {
		(void)printf("%llu case%s closed: nobody answered for 30 days\n", (unsigned long long)n, n == 1 ? "" : "s");
		return PL_EXIT_OK;
	}
	j = pl_json_new_object();
	pl_json_set_u64(j, "closed", n);
	return pl_cli_json_line(cli, j);
}

/* ---- the table ---- */

#define COMMON PL_CLI_VULN_REGISTER, PL_CLI_VULN_SESSION, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}

static const struct pl_cli_option states_options[] = {PL_CLI_JSON, {NULL}};
static const struct pl_cli_option show_options[] = {
	{"as", "PARTY", "what this party of the case sees of it"}, COMMON,
};
static const struct pl_cli_option step_options[] = {
	{"reason", "WORD", "why (default: none)"}, PL_CLI_VULN_AT, COMMON,
};
static const struct pl_cli_option note_options[] = {PL_CLI_VULN_AT, COMMON};
static const struct pl_cli_option change_options[] = {COMMON};
static const struct pl_cli_option access_options[] = {{"end", NULL, "end the access that the party has"}, COMMON};
static const struct pl_cli_option rate_options[] = {
	{"cve", "ID", "what CVE calls it, like CVE-2026-1234; or none"}, {"cvss", "VECTOR", "how severe it is, by CVSS 3.1 or 4.0; or none"}, COMMON,
};
static const struct pl_cli_option expire_options[] = {
	{"at", "TIME", "as if now were this time (default: now)"}, COMMON,
};
static const struct pl_cli_option release_options[] = {
	{"decision", "ID", "carry out what was decided"}, PL_CLI_VULN_REGISTER, PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE,
	PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option approve_options[] = {PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};

static const struct pl_cli_option policy_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};

static const struct pl_cli_option draft_options[] = {
	{"vex", NULL, "a VEX document: whether the product is affected"},
	{"id", "ID", "identifier of the advisory (default: SA-YEAR-NUMBER, or VEX-YEAR-NUMBER)"}, COMMON,
};
static const struct pl_cli_option cra_options[] = {
	PL_CLI_CRA_OPTIONS,
	{"country", "CODE", "whose public holidays count (default: the calendar of the register)"},
	{"id", "ID", "identifier of the advisory (default: SA-YEAR-NUMBER)"},
	{"keep", NULL, "keep it with the case, as its next edition"},
	{"sent", "TIME|now", "with --keep: when it was sent to the authority; its clock is met"},
	COMMON,
};
static const struct pl_cli_verb verbs[] = {
	{"states", "", "states, their stages and what may follow them", states_options, 0, 0, pl_cli_vuln_states_list},
	{"show", "NUMBER", "a case with its clocks, events and parties", show_options, 1, 1, pl_cli_vuln_show},
	{"state", "NUMBER STATE", "take a case to another state", step_options, 2, 2, state},
	{"duplicate", "NUMBER ORIGINAL", "close a case as a repetition of another one", step_options, 2, 2, duplicate},
	{"event", "NUMBER NAME", "note what starts clocks, like exploitation-known", note_options, 2, 2, event},
	{"meet", "NUMBER CLOCK", "note that a deadline was met, like CRA-V1", note_options, 2, 2, meet},
	{"embargo", "NUMBER TIME|none", "until when nothing of a case may leave", change_options, 2, 2, embargo},
	{"rate", "NUMBER", "say what CVE calls a flaw and how severe it is; both are checked", rate_options, 1, 1, rate},
	{"party", "NUMBER ROLE ID NAME", "let somebody take part: reporter, supplier, coordinator, csirt", change_options, 4, 4, party},
	{"leave", "NUMBER ID", "end somebody's part in a case", change_options, 2, 2, leave},
	{"access", "NUMBER ID", "make a secret by which a party reads what it sees of a case", access_options, 2, 2, access_to},
	{"draft", "NUMBER", "the first draft of an advisory, out of the case", draft_options, 1, 1, pl_cli_vuln_draft},
	{"cra", "NUMBER STAGE [DRAFT]", "what the Cyber Resilience Act wants told of an exploited flaw or a severe incident, and by when", cra_options, 2, 3, pl_cli_vuln_cra},
	{"notices", "NUMBER [STAGE [EDITION]]", "documents of the Cyber Resilience Act that are kept with a case; or one of them", change_options, 1, 3, pl_cli_vuln_notices},
	{"release", "NUMBER", "propose that a case is opened to everybody, or open it", release_options, 1, 1, pl_cli_vuln_release},
	{"approve", "DECISION", "agree to a release, as an officer", approve_options, 1, 1, pl_cli_vuln_release_approve},
	{"policy", "FILE", "state how flaws are disclosed, or the next version of it", policy_options, 1, 1, pl_cli_vuln_policy},
	{"expire", "", "close what has waited for an answer for 30 days", expire_options, 0, 0, expire},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_vuln = {"vuln", "reports of flaws, from receipt to release", verbs};
