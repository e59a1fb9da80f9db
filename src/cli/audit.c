/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid audit`: audits and certificates, as they were stated, and the days that nobody covers. */
#include "cli/audit.h"
#include "base/time.h"
#include "register/audit/export.h"
#include "register/entity/columns.h"

#define DAY UINT64_C(86400)

/* ---- words ---- */

void pl_cli_audit_days(const struct pl_audit *a, struct pl_buf *out)
{
	uint64_t from, to;
	char first[11], last[11];

	if (pl_audit_span(a, &from, &to)) {
		pl_cli_day_print(from, first);
		pl_cli_day_print(to - DAY, last);
		pl_buf_printf(out, "%s %s to %s", a->valid_from ? "valid" : "period", first, last);
		return;
	}
	pl_cli_day_print(from, first);
	pl_buf_printf(out, "as of %s", first);
}

static void print_line(const struct pl_audit_life *l)
{
	const struct pl_audit *a = &l->audit;
	struct pl_buf days PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	char from[11];

	pl_cli_audit_days(a, &days);
	(void)printf("%-24.*s %.*s%s%.*s, %s, %.*s", PL_STR_ARG(a->id), PL_STR_ARG(pl_audit_standard_name(a->standard)),
		a->edition.len ? ":" : "", PL_STR_ARG(a->edition), pl_audit_kinds[a->kind], PL_STR_ARG(pl_buf_str(&days)));
	if (l->n_ends) {
		pl_cli_day_print(l->ends[l->n_ends - 1].from, from);
		(void)printf(", %s from %s (%s)", pl_audit_states[l->ends[l->n_ends - 1].state], from,
			pl_audit_reasons[l->ends[l->n_ends - 1].reason]);
	}
	(void)printf("\n");
}

static void print_piece(const struct pl_cover_piece *p)
{
	char from[11], last[11];

	pl_cli_day_print(p->from, from);
	pl_cli_day_print(p->to - DAY, last);
	(void)printf("  %s to %s  %s%-10s%s%.*s\n", from, last,
		pl_cli_style(stdout, p->state == PL_COVER_COVERED ? PL_STYLE_PLAIN : PL_STYLE_WARN), pl_cover_states[p->state],
		pl_cli_style(stdout, PL_STYLE_PLAIN), PL_STR_ARG(p->by ? p->by->audit.id : (pl_str){0}));
}

/* ---- JSON ---- */

static void json_things(struct pl_json *o, const char *name, const struct pl_audit_cover *list, size_t n)
{
	struct pl_json *array = pl_json_set_array(o, name);

	for (size_t i = 0; i < n; i++) {
		struct pl_json *t = pl_json_push_object(array);

		pl_json_set_z(t, "kind", pl_audit_things[list[i].kind]);
		pl_json_set_str(t, "name", list[i].name);
	}
}

/* ---- list ---- */

/* The audits of one standard, then the days that they cover and those that they do not. */
static pl_status list_standard(struct pl_cli_job *j, const struct pl_audit_life *lives, size_t n, uint64_t now,
	struct pl_json *standards)
{
	struct pl_cover c = {0};
	pl_status st;

	if (pl_cli_has(j->cli, "json"))
		return pl_audit_export_standard(lives, n, now, &j->arena, standards);
	st = pl_cover_of(lives, n, now, &j->arena, &c);
	for (size_t i = 0; i < n && !st; i++)
		print_line(&lives[i]);
	for (size_t i = 0; i < c.n && !st; i++)
		print_piece(&c.pieces[i]);
	return st;
}

static pl_status list_all(struct pl_cli_job *j, uint64_t now, struct pl_json *standards)
{
	struct pl_audit_life *lives = NULL;
	size_t n = 0;
	pl_status st = pl_query_audits(j->inst, &j->arena, &lives, &n);

	for (size_t i = 0, k; i < n && !st; i += k) {
		k = pl_query_audits_same(lives, n, i);
		st = list_standard(j, lives + i, k, now, standards);
	}
	return st;
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const char *at = pl_cli_get(cli, "at");
	uint64_t now = pl_time_now() / PL_SECOND;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st = at ? pl_columns_day(pl_str_from(at), "--at", &now, &diag) : PL_OK;
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = list_all(&j, now, pl_json_set_array(o, "standards"));
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_cli_job_close(&j);
	return code;
}

/* ---- show ---- */

pl_status pl_cli_audit_find(struct pl_cli_job *j, struct pl_audit_life *ret, struct pl_diag *diag)
{
	pl_status st = pl_query_audit(j->inst, pl_str_from(j->cli->argv[0]), &j->arena, ret);

	if (st != PL_E_NOTFOUND)
		return st;
	pl_diag_hint(diag, "pellucid audit list");
	return pl_diag_set(diag, st, "there is no audit \"%s\"", j->cli->argv[0]);
}

static pl_str text_of(struct pl_cli_job *j, const struct pl_body *body)
{
	pl_str text;

	return pl_query_audit_text(j->inst, body, &j->arena, &text) == PL_OK ? text : PL_STR("(not shown here)");
}

static pl_status diff_of(struct pl_cli_job *j, const struct pl_audit *a, pl_str *ret_before, struct pl_audit_diff *ret)
{
	struct pl_audit_life *all = NULL;
	const struct pl_audit_life *before;
	size_t n = 0;
	pl_status st = pl_query_audits(j->inst, &j->arena, &all, &n);

	before = st ? NULL : pl_cover_before(all, n, a);
	*ret = (struct pl_audit_diff){0};
	*ret_before = before ? before->audit.id : (pl_str){0};
	return before ? pl_audit_compare(&before->audit, a, &j->arena, ret) : st;
}

static void print_report(const struct pl_audit *a)
{
	char digest[PL_DIGEST_TEXT + 1];

	if (!a->has_report)
		return;
	pl_digest_text(&a->report.digest, digest);
	(void)printf("  report: %s, %llu bytes, %.*s (not published)\n", digest, (unsigned long long)a->report.size,
		PL_STR_ARG(a->report.media_type));
}

static void print_one(struct pl_cli_job *j, const struct pl_audit_life *l, pl_str before, const struct pl_audit_diff *d)
{
	const struct pl_audit *a = &l->audit;
	char from[11];

	print_line(l);
	(void)printf("  auditor: %.*s\n  scope: %.*s\n",
		PL_STR_ARG(a->auditor_entity.len ? a->auditor_entity : text_of(j, &a->auditor)), PL_STR_ARG(text_of(j, &a->scope)));
	if (a->supersedes.len)
		(void)printf("  supersedes: %.*s\n", PL_STR_ARG(a->supersedes));
	for (size_t i = 0; i < a->n_covers; i++)
		(void)printf("  covers: %s %.*s\n", pl_audit_things[a->covers[i].kind], PL_STR_ARG(a->covers[i].name));
	for (size_t i = 0; i < d->n_added; i++)
		(void)printf("  added since %.*s: %s %.*s\n", PL_STR_ARG(before), pl_audit_things[d->added[i].kind],
			PL_STR_ARG(d->added[i].name));
	for (size_t i = 0; i < d->n_removed; i++)
		(void)printf("  removed since %.*s: %s %.*s\n", PL_STR_ARG(before), pl_audit_things[d->removed[i].kind],
			PL_STR_ARG(d->removed[i].name));
	print_report(a);
	for (size_t i = 0; i < l->n_ends; i++) {
		pl_cli_day_print(l->ends[i].from, from);
		(void)printf("  %s from %s: %s (entry %llu)\n", pl_audit_states[l->ends[i].state], from,
			pl_audit_reasons[l->ends[i].reason], (unsigned long long)l->ends[i].index);
	}
	(void)printf("  entry %llu\n", (unsigned long long)a->index);
}

static int show_json(struct pl_cli_job *j, const struct pl_audit_life *l, pl_str before, const struct pl_audit_diff *d)
{
	struct pl_json *o = pl_json_new_object();

	pl_audit_export_life(l, o);
	pl_json_set_str(o, "scopeText", text_of(j, &l->audit.scope));
	if (l->audit.auditor.media_type.len)
		pl_json_set_str(o, "auditorText", text_of(j, &l->audit.auditor));
	if (before.len) {
		pl_json_set_str(o, "comparedWith", before);
		json_things(o, "added", d->added, d->n_added);
		json_things(o, "removed", d->removed, d->n_removed);
	}
	return pl_cli_json_line(j->cli, o);
}

static int show(struct pl_cli *cli)
{
	struct pl_audit_life l;
	struct pl_audit_diff d;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_str before;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_cli_audit_find(&j, &l, &diag);
	if (!st)
		st = diff_of(&j, &l.audit, &before, &d);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = show_json(&j, &l, before, &d);
	else if (!st)
		print_one(&j, &l, before, &d);
	pl_cli_job_close(&j);
	return code;
}

/* ---- the table ---- */

static const struct pl_cli_option state_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option import_options[] = {PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON,
	{NULL}};
static const struct pl_cli_option list_options[] = {
	{"at", "DAY", "as if today were this day"}, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option show_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option end_options[] = {
	{"from", "DAY", "the day from which it holds"},
	{"reason", "CODE", "accreditation-lost, auditor-decision, corrected, holder-request, non-conformity, replaced, scope-ended or stated-in-error"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option hand_options[] = {
	{"to", "CUSTOMER", "who it is for, as it will stand on every page"},
	{"terms", "FILE", "the terms that were accepted, as they were published"},
	{"accepted", "TIME", "when they were accepted: a day, or RFC 3339"},
	{"expires", "DAY", "the last day on which the copy may be kept"},
	{"file", "FILE", "the document (default: the body of that digest)"},
	{"media", "TYPE", "its media type, if it is not the one that is stated"},
	{"out", "FILE", "where the copy goes"},
	{"register", "NAME", "which register counts it (default hand-outs)"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option hand_list_options[] = {
	{"register", "NAME", "of this register (default hand-outs)"},
	{"audit", "AUDIT", "only those of this audit's report"},
	{"expired", NULL, "only those that are to be destroyed by now"},
	{"private", NULL, "also who they are for; this is noted down in the vault"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option trace_options[] = {
	{"mark", NULL, "the argument is a mark that somebody read off a page, not a file"},
	{"private", NULL, "also who it was for; this is noted down in the vault"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	PL_CLI_JSON,
	{NULL},
};

static const struct pl_cli_option offer_options[] = {
	{"terms", "FILE", "against these terms, as they were published"},
	{"days", "DAYS", "how long a copy may be kept (default 365; 0: no end)"},
	{"title", "TEXT", "what the page calls it (default: the audit, or the digest)"},
	{"media", "TYPE", "its media type, if it is not the one that is stated"},
	{"end", NULL, "offer it no longer"},
	PL_CLI_INSTANCE,
	{NULL},
};
static const struct pl_cli_option offers_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option grant_options[] = {
	{"requests", "NAME", "of this register of requests (default document-requests)"},
	{"register", "NAME", "which register counts it (default hand-outs)"},
	{"expires", "DAY", "the last day on which the copy may be kept"},
	{"file", "FILE", "the document (default: the store, or a file of the case)"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option refuse_options[] = {
	{"requests", "NAME", "of this register of requests (default document-requests)"},
	{"reason", "CODE", "one of the register's reasons; the asker reads it"},
	{"words", "TEXT", "to the asker"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	{NULL},
};
static const struct pl_cli_option prolong_options[] = {
	{"expires", "DAY", "the last day on which the copy may be kept from now on"},
	{"register", "NAME", "of this register (default hand-outs)"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	{NULL},
};
static const struct pl_cli_option back_options[] = {
	{"reason", "CODE", "document-replaced, given-in-error, reader-asked or terms-broken"},
	{"register", "NAME", "of this register (default hand-outs)"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	{NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"add", "FILE", "state the one audit of a table", state_options, 1, 1, pl_cli_audit_add},
	{"import", "FILE", "state the audits of a table, all or none", import_options, 1, 1, pl_cli_audit_import},
	{"list", "", "audits by standard, and the days that nobody covers", list_options, 0, 0, list},
	{"show", "AUDIT", "one audit, its scope and how that changed", show_options, 1, 1, show},
	{"end", "AUDIT STATE", "state that it is suspended, reinstated, withdrawn or expired early", end_options, 2, 2,
		pl_cli_audit_end},
	{"hand-out", "AUDIT|DIGEST", "make a marked copy for one reader, and count it", hand_options, 1, 1, pl_cli_audit_hand_out},
	{"hand-outs", "", "what was handed out", hand_list_options, 0, 0, pl_cli_audit_hand_outs},
	{"offer", "AUDIT|DIGEST", "let visitors ask for a copy of it", offer_options, 1, 1, pl_cli_audit_offer},
	{"offers", "", "what may be asked for", offers_options, 0, 0, pl_cli_audit_offers},
	{"grant", "NUMBER", "grant a request: its asker gets a marked copy", grant_options, 1, 1, pl_cli_audit_grant},
	{"refuse", "NUMBER", "refuse a request, with a reason", refuse_options, 1, 1, pl_cli_audit_refuse},
	{"prolong", "NUMBER", "let the copy of a hand-out be kept longer", prolong_options, 1, 1, pl_cli_audit_prolong},
	{"take-back", "NUMBER", "end a hand-out: its copy is served no longer", back_options, 1, 1, pl_cli_audit_take_back},
	{"trace", "FILE|MARK", "whose copy this is; exit code 1 if it is nobody's", trace_options, 1, 1, pl_cli_audit_trace},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_audit = {"audit", "audits and certificates, and copies of their reports", verbs};
