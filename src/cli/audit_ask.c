/* SPDX-License-Identifier: Apache-2.0 */
/* cli/audit_ask: what visitors may ask for, granting and refusing what they ask, prolonging hand-outs and taking them back. */
#include "base/file.h"
#include "base/time.h"
#include "cli/audit.h"
#include "register/audit/ask.h"
#include "register/entity/columns.h"
#include "register/entity/entity.h"
#include <fcntl.h>

#define TERMS_MAX ((size_t)4 << 20)
#define DAYS 365u

/* ---- offers ---- */

static pl_status find_document(struct pl_cli_job *j, struct pl_hand_out_form *ret, struct pl_diag *diag)
{
	struct pl_digest digest;
	struct pl_audit_life l;
	pl_status st;

	if (pl_digest_parse(pl_str_from(j->cli->argv[0]), &digest) == PL_OK)
		return pl_ask_document(j->inst, &digest, &j->arena, ret, diag);
	st = pl_cli_audit_find(j, &l, diag);
	if (st)
		return st;
	ret->original = l.audit.report;
	ret->audit = l.audit.id;
	return l.audit.has_report ? PL_OK : pl_diag_set(diag, PL_E_STATE, "the audit names no report");
}

static pl_status end_offer(struct pl_cli_job *j, const struct pl_digest *document, struct pl_diag *diag)
{
	pl_status st = pl_ask_offer_end(j->inst, document);

	return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "it is not offered") : st;
}

static pl_status make_offer(struct pl_cli_job *j, const struct pl_hand_out_form *f, struct pl_diag *diag)
{
	struct pl_buf terms PL_CLEANUP(pl_buf_done) = PL_BUF(TERMS_MAX);
	const char *file = pl_cli_get(j->cli, "terms"), *title = pl_cli_get(j->cli, "title"), *media = pl_cli_get(j->cli, "media");
	char digest[PL_DIGEST_TEXT + 1];
	struct pl_ask_offer o = {.document = f->original.digest, .audit = f->audit, .media = f->original.media_type, .since = pl_time_now() / PL_SECOND};
	pl_status st = pl_cli_get_u64(j->cli, "days", DAYS, 0, PL_ASK_DAYS_MAX, &o.days);

	pl_digest_text(&o.document, digest);
	o.title = title ? pl_str_from(title) : f->audit.len ? f->audit : pl_str_from(digest);
	if (media)
		o.media = pl_str_from(media);
	if (st)
		return pl_diag_set(diag, st, "--days is a number from 0 to %u", PL_ASK_DAYS_MAX);
	if (!file)
		return pl_diag_set(diag, PL_E_SYNTAX, "--terms is missing");
	st = pl_cli_read_file(file, &terms, diag);
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&terms), &o.terms);
	st = pl_ask_offer_put(j->inst, &o, diag);
	if (!st)
		(void)printf("offered: %.*s, %s\n", PL_STR_ARG(o.title), digest);
	return st;
}

int pl_cli_audit_offer(struct pl_cli *cli)
{
	struct pl_hand_out_form f = {.index = 0};
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find_document(&j, &f, &diag);
	if (!st)
		st = pl_cli_has(cli, "end") ? end_offer(&j, &f.original.digest, &diag) : make_offer(&j, &f, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

static void put_offer(const struct pl_cli *cli, const struct pl_ask_offer *o, struct pl_json *array)
{
	char digest[PL_DIGEST_TEXT + 1];
	struct pl_json *row;

	if (!pl_cli_has(cli, "json")) {
		pl_digest_text(&o->document, digest);
		(void)printf("%.*s: %s, %.*s, for %llu days\n", PL_STR_ARG(o->title), digest, PL_STR_ARG(o->media), (unsigned long long)o->days);
		return;
	}
	row = pl_json_push_object(array);
	pl_json_set_str(row, "title", o->title);
	if (o->audit.len)
		pl_json_set_str(row, "audit", o->audit);
	pl_cli_set_digest(row, "document", &o->document);
	pl_cli_set_digest(row, "terms", &o->terms);
	pl_json_set_str(row, "mediaType", o->media);
	pl_json_set_u64(row, "days", o->days);
}

int pl_cli_audit_offers(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array = pl_json_set_array(o, "offers");
	struct pl_ask_offer *list = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_ask_offers(j.inst, &j.arena, &list, &n);
	for (size_t i = 0; i < n && !st; i++)
		put_offer(cli, &list[i], array);
	code = st ? pl_cli_job_fail(&j, st, &diag) : pl_cli_has(cli, "json") ? pl_cli_json_line(cli, pl_json_ref(o)) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- granting and refusing ---- */

struct deciding {
	struct pl_cli_job j;
	struct pl_register *requests, *hand_outs;
	struct pl_ask ask;
	struct pl_buf file;
	int instance, spool;
	struct pl_diag diag;
};

static const struct pl_register_reader operator = {.role = PL_VAULT_OPERATOR};

static pl_status read_number(struct deciding *x, uint64_t *ret)
{
	pl_str text = pl_str_from(x->j.cli->argv[0]);

	return pl_str_to_u64(text, INT64_MAX, ret) || !*ret ? pl_diag_set(&x->diag, PL_E_SYNTAX, "\"%.*s\" is no number, from 1", PL_STR_ARG(text)) : PL_OK;
}

static pl_status open_ask(struct deciding *x)
{
	const char *name = pl_cli_get(x->j.cli, "requests");
	uint64_t number = 0;
	pl_status st = read_number(x, &number);

	if (!st)
		st = pl_register_open(x->j.inst, name ? pl_str_from(name) : PL_STR(PL_ASK_REGISTER), &x->requests, &x->diag);
	return st ? st : pl_ask_read(x->j.inst, x->requests, number, &operator, &x->ask, &x->diag);
}

static void done(struct deciding *x)
{
	pl_ask_done(&x->ask);
	pl_register_close(x->requests);
	pl_register_close(x->hand_outs);
	pl_file_close(&x->instance);
	pl_file_close(&x->spool);
	pl_buf_done_secret(&x->file);
	pl_cli_job_close(&x->j);
}

static pl_status grant(struct deciding *x, struct pl_hand_out *made)
{
	const char *file = pl_cli_get(x->j.cli, "file"), *expires = pl_cli_get(x->j.cli, "expires");
	struct pl_ask_giving g = {.who = {.role = PL_VAULT_OPERATOR}};
	pl_status st = pl_columns_day(pl_str_from(expires ? expires : ""), "--expires", &g.expires, &x->diag);

	if (!st && file)
		st = pl_cli_read_file(file, &x->file, &x->diag);
	if (!st)
		st = open_ask(x);
	if (!st)
		st = pl_register_open(x->j.inst, pl_str_from(pl_cli_audit_register(x->j.cli)), &x->hand_outs, &x->diag);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(x->j.inst), &x->instance);
	if (!st)
		st = pl_file_open_dir(x->instance, "run", &x->spool);
	if (st)
		return st;
	g.hand_outs = x->hand_outs;
	g.original = pl_buf_bytes(&x->file);
	g.spool = x->spool;
	g.now = pl_time_now() / PL_SECOND;
	return pl_ask_grant(&x->ask, &g, made, &x->diag);
}

int pl_cli_audit_grant(struct pl_cli *cli)
{
	struct deciding x = {.file = PL_BUF(PL_COPY_MAX), .instance = -1, .spool = -1};
	struct pl_hand_out made = {0};
	struct pl_json *o;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&x.j, cli, &code))
		return code;
	st = grant(&x, &made);
	if (st) {
		code = pl_cli_job_fail(&x.j, st, &x.diag);
	} else if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_str(o, "register", made.name);
		pl_json_set_u64(o, "number", made.number);
		code = pl_cli_json_line(cli, o);
	} else {
		code = PL_EXIT_OK;
		(void)printf("granted: hand-out %llu of %.*s\n", (unsigned long long)made.number, PL_STR_ARG(made.name));
	}
	done(&x);
	return code;
}

int pl_cli_audit_refuse(struct pl_cli *cli)
{
	const char *reason = pl_cli_get(cli, "reason"), *words = pl_cli_get(cli, "words");
	const struct pl_casework_actor who = {.role = PL_VAULT_OPERATOR};
	struct deciding x = {.file = PL_BUF(1), .instance = -1, .spool = -1};
	pl_status st;
	int code;

	if (!pl_cli_job_open(&x.j, cli, &code))
		return code;
	st = open_ask(&x);
	if (!st)
		st = pl_ask_refuse(&x.ask, &who, pl_str_from(reason ? reason : ""), pl_str_from(words ? words : ""), &x.diag);
	code = st ? pl_cli_job_fail(&x.j, st, &x.diag) : PL_EXIT_OK;
	done(&x);
	return code;
}

/* ---- what becomes of a hand-out ---- */

static int with_hand_out(struct pl_cli *cli, pl_status (*act)(struct deciding *x, uint64_t number))
{
	struct deciding x = {.file = PL_BUF(1), .instance = -1, .spool = -1};
	uint64_t number = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&x.j, cli, &code))
		return code;
	st = read_number(&x, &number);
	if (!st)
		st = pl_register_open(x.j.inst, pl_str_from(pl_cli_audit_register(cli)), &x.hand_outs, &x.diag);
	if (!st)
		st = act(&x, number);
	code = st ? pl_cli_job_fail(&x.j, st, &x.diag) : PL_EXIT_OK;
	done(&x);
	return code;
}

static pl_status prolong(struct deciding *x, uint64_t number)
{
	const char *expires = pl_cli_get(x->j.cli, "expires");
	uint64_t until = 0;
	pl_status st = expires ? pl_columns_day(pl_str_from(expires), "--expires", &until, &x->diag) :
				 pl_diag_set(&x->diag, PL_E_SYNTAX, "--expires is missing");

	return st ? st : pl_hand_out_prolong(x->j.inst, x->hand_outs, number, &operator, until, pl_time_now() / PL_SECOND, &x->diag);
}

static pl_status take_back(struct deciding *x, uint64_t number)
{
	const char *reason = pl_cli_get(x->j.cli, "reason");
	enum pl_hand_out_reason why;

	if (!reason || pl_hand_out_reason_parse(pl_str_from(reason), &why))
		return pl_diag_set(&x->diag, PL_E_SYNTAX, "--reason is document-replaced, given-in-error, reader-asked or terms-broken");
	return pl_hand_out_take_back(x->j.inst, x->hand_outs, number, &operator, why, pl_time_now() / PL_SECOND, &x->diag);
}

int pl_cli_audit_prolong(struct pl_cli *cli)
{
	return with_hand_out(cli, prolong);
}

int pl_cli_audit_take_back(struct pl_cli *cli)
{
	return with_hand_out(cli, take_back);
}
