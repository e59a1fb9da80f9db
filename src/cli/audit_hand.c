/* SPDX-License-Identifier: Apache-2.0 */
/* cli/audit_hand: marked copies of reports and other documents: giving, listing, tracing. */
#include "base/file.h"
#include "base/time.h"
#include "cli/audit.h"
#include "fact/query.h"
#include "register/audit/hand_out.h"
#include "register/claim.h"
#include "register/entity/columns.h"
#include "register/entity/entity.h"
#include <fcntl.h>

#define TERMS_MAX ((size_t)4 << 20)

const char *pl_cli_audit_register(const struct pl_cli *cli)
{
	const char *name = pl_cli_get(cli, "register");

	return name ? name : PL_HAND_OUT_REGISTER;
}

/* ---- one hand-out in words ---- */

static void json_hand_out(const struct pl_hand_out *h, pl_str customer, struct pl_json *o)
{
	char mark[PL_MARK_TEXT + 1], time[21];

	pl_mark_write(&h->mark, mark);
	pl_json_set_str(o, "register", h->name);
	pl_json_set_u64(o, "number", h->number);
	if (h->audit.len)
		pl_json_set_str(o, "audit", h->audit);
	pl_cli_set_digest(o, "original", &h->original);
	pl_json_set_str(o, "mediaType", h->media);
	pl_cli_set_digest(o, "copy", &h->copy);
	pl_json_set_u64(o, "size", h->copy_size);
	pl_json_set_z(o, "mark", mark);
	pl_cli_set_digest(o, "terms", &h->terms);
	pl_time_write(h->accepted * PL_SECOND, time);
	pl_json_set_z(o, "accepted", time);
	pl_time_write(h->given * PL_SECOND, time);
	pl_json_set_z(o, "given", time);
	if (h->expires)
		pl_entity_set_day(o, "expires", h->expires);
	if (h->ended) {
		pl_time_write(h->ended * PL_SECOND, time);
		pl_json_set_z(o, "takenBack", time);
	}
	if (customer.len)
		pl_json_set_str(o, "customer", customer);
}

static bool is_expired(const struct pl_hand_out *h)
{
	return pl_hand_out_is_expired(h, pl_time_now() / PL_SECOND);
}

/* ---- what became of it ---- */

static void json_steps(const struct pl_hand_out_step *s, size_t n, struct pl_json *o)
{
	struct pl_json *array = n ? pl_json_set_array(o, "steps") : NULL;
	char time[21], account[PL_ULID_TEXT + 1];

	for (size_t i = 0; i < n; i++) {
		struct pl_json *row = pl_json_push_object(array);
		bool back = s[i].kind == PL_HAND_OUT_TAKEN_BACK;

		pl_json_set_z(row, "step", back ? "taken-back" : "prolonged");
		pl_time_write(s[i].at * PL_SECOND, time);
		pl_json_set_z(row, "at", time);
		pl_ulid_write(&s[i].account, account);
		pl_json_set_z(row, "account", account);
		if (back) {
			pl_json_set_z(row, "reason", pl_hand_out_reasons[s[i].reason]);
			continue;
		}
		pl_entity_set_day(row, "from", s[i].before);
		pl_entity_set_day(row, "to", s[i].after);
	}
}

static void print_steps(const struct pl_hand_out_step *s, size_t n)
{
	char time[21], to[11];

	for (size_t i = 0; i < n; i++) {
		pl_time_write(s[i].at * PL_SECOND, time);
		if (s[i].kind == PL_HAND_OUT_TAKEN_BACK) {
			(void)printf("  %s taken back: %s\n", time, pl_hand_out_reasons[s[i].reason]);
			continue;
		}
		pl_cli_day_print(s[i].after, to);
		(void)printf("  %s prolonged to %s\n", time, to);
	}
}

static void print_hand_out(const struct pl_hand_out *h, pl_str customer)
{
	char mark[PL_MARK_TEXT + 1], original[PL_DIGEST_TEXT + 1], given[21], expires[11];

	pl_mark_write(&h->mark, mark);
	pl_digest_text(&h->original, original);
	pl_time_write(h->given * PL_SECOND, given);
	(void)printf("%llu of %.*s: %.*s, %.*s, given %s", (unsigned long long)h->number, PL_STR_ARG(h->name),
		PL_STR_ARG(h->audit.len ? h->audit : pl_str_from(original)), PL_STR_ARG(h->media), given);
	if (h->expires) {
		pl_cli_day_print(h->expires, expires);
		(void)printf(", %s %s", is_expired(h) ? "expired" : "expires", expires);
	}
	if (h->ended)
		(void)printf(", taken back");
	(void)printf(", %s%s%.*s\n", mark, customer.len ? ", for " : "", PL_STR_ARG(customer));
}

/* With --private also who it was for; one that was erased is said to be. */
static pl_status customer_of(struct pl_cli_job *j, const struct pl_hand_out *h, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	pl_status st;

	if (!pl_cli_has(j->cli, "private"))
		return PL_OK;
	st = pl_register_open(j->inst, h->name, &r, diag);
	if (!st)
		st = pl_hand_out_customer(j->inst, r, h->number, &reader, out, diag);
	if (st == PL_E_NOTFOUND) {
		pl_buf_put_z(out, "(erased)");
		return pl_buf_status(out);
	}
	return st;
}

static pl_status put_hand_out(struct pl_cli_job *j, const struct pl_hand_out *h, struct pl_json *array, struct pl_diag *diag)
{
	struct pl_buf customer PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4096);
	struct pl_hand_out_step *steps = NULL;
	struct pl_json *o;
	size_t n = 0;
	pl_status st = customer_of(j, h, &customer, diag);

	if (!st)
		st = pl_hand_out_steps(j->inst, h->name, h->number, &j->arena, &steps, &n);
	if (st)
		return st;
	if (pl_cli_has(j->cli, "json")) {
		o = pl_json_push_object(array);
		json_hand_out(h, pl_buf_str(&customer), o);
		json_steps(steps, n, o);
		return PL_OK;
	}
	print_hand_out(h, pl_buf_str(&customer));
	print_steps(steps, n);
	return PL_OK;
}

/* ---- hand-out ---- */

struct giving {
	struct pl_cli *cli;
	struct pl_cli_job j;
	struct pl_hand_out_form form;
	struct pl_buf original, copy;
	struct pl_diag diag;
};

static pl_status want(struct giving *g, const char *option, const char **ret)
{
	*ret = pl_cli_get(g->cli, option);
	return *ret && **ret ? PL_OK : pl_diag_set(&g->diag, PL_E_SYNTAX, "--%s is missing", option);
}

static pl_status read_words(struct giving *g)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(TERMS_MAX);
	struct pl_copy_words *w = &g->form.words;
	const char *to = NULL, *terms = NULL, *accepted = NULL, *expires = pl_cli_get(g->cli, "expires");
	pl_status st = want(g, "to", &to);

	if (!st)
		st = want(g, "terms", &terms);
	if (!st)
		st = want(g, "accepted", &accepted);
	if (!st)
		st = pl_claim_date(pl_str_from(accepted), false, &g->form.accepted, &g->diag);
	if (!st)
		st = pl_columns_day(pl_str_from(expires ? expires : ""), "--expires", &w->expires, &g->diag);
	if (!st)
		st = pl_cli_read_file(terms, &text, &g->diag);
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&text), &w->terms);
	w->customer = pl_str_from(to);
	w->given = pl_time_now() / PL_SECOND;
	w->mark = pl_mark_new();
	return PL_OK;
}

static pl_status find_audit(struct giving *g)
{
	struct pl_audit_life l;
	pl_status st = pl_cli_audit_find(&g->j, &l, &g->diag);

	if (!st && !l.audit.has_report)
		st = pl_diag_set(&g->diag, PL_E_STATE, "the audit names no report");
	if (st)
		return st;
	g->form.audit = l.audit.id;
	g->form.index = l.audit.index;
	g->form.original = l.audit.report;
	return PL_OK;
}

/* A body that the log names. */
static pl_status find_body(struct giving *g, const struct pl_digest *digest)
{
	struct pl_query_body body;
	pl_status st = pl_query_body(g->j.inst, digest, &g->j.arena, &body);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(&g->diag, st, "the log names no body of that digest");
	if (st)
		return st;
	g->form.index = body.index;
	g->form.original = (struct pl_body){.digest = *digest, .size = body.size, .media_type = body.media_type};
	return PL_OK;
}

static pl_status read_document(struct giving *g)
{
	const char *file = pl_cli_get(g->cli, "file"), *media = pl_cli_get(g->cli, "media");
	struct pl_digest is;
	pl_status st;

	if (media)
		g->form.original.media_type = pl_str_from(media);
	if (file)
		st = pl_cli_read_file(file, &g->original, &g->diag);
	else
		st = pl_blob_get_bytes(pl_instance_blobs(g->j.inst), &g->form.original.digest, &g->original);
	if (st == PL_E_NOTFOUND && !file)
		return pl_diag_set(&g->diag, st, "its bytes are not stored here: give them with --file");
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&g->original), &is);
	if (!pl_digest_eq(&is, &g->form.original.digest))
		return pl_diag_set(&g->diag, PL_E_MISMATCH, "%s is not the document whose digest was stated", file ? file : "it");
	return PL_OK;
}

static pl_status make_copy(struct giving *g)
{
	enum pl_copy_format format;
	struct pl_digest digest;
	pl_status st;

	if (pl_digest_parse(pl_str_from(g->cli->argv[0]), &digest) == PL_OK)
		st = find_body(g, &digest);
	else
		st = find_audit(g);
	if (!st)
		st = pl_hand_out_check(g->j.inst, &g->form, &g->diag);
	if (!st)
		st = read_document(g);
	if (!st)
		st = pl_copy_format_of(g->form.original.media_type, &format, &g->diag);
	return st ? st : pl_copy_make(pl_buf_bytes(&g->original), format, &g->form.words, &g->copy, &g->diag);
}

/* The copy is on the disk before it is counted and has its name only afterwards: nobody gets one without a number. */
static pl_status record(struct giving *g, const struct pl_register *r, const char *out, struct pl_hand_out *ret)
{
	struct pl_buf temp PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int there PL_CLEANUP(pl_file_close) = -1;
	const char *name;
	pl_status st;

	pl_buf_printf(&temp, "%s.new", out);
	name = pl_buf_z(&temp);
	if (!name)
		return pl_buf_status(&temp);
	if (pl_file_open(AT_FDCWD, out, O_RDONLY, 0, &there) != PL_E_NOTFOUND)
		return pl_diag_set(&g->diag, PL_E_EXISTS, "%s is there already", out);
	st = pl_file_put(AT_FDCWD, name, pl_buf_bytes(&g->copy), 0600, PL_FILE_REPLACE);
	if (st)
		return pl_diag_set(&g->diag, st, "cannot write %s", name);
	st = pl_hand_out_record(g->j.inst, r, &g->form, pl_buf_bytes(&g->copy), ret, &g->diag);
	if (st) {
		(void)(pl_file_unlink(AT_FDCWD, name) == PL_OK);
		return st;
	}
	st = pl_file_rename(AT_FDCWD, name, out, true);
	return st ? pl_diag_set(&g->diag, st, "hand-out %llu is counted, but cannot be named %s: it is in %s",
			    (unsigned long long)ret->number, out, name) :
		    PL_OK;
}

static int give(struct giving *g)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_json *o;
	const char *out = NULL;
	struct pl_hand_out made = {0};
	pl_status st = want(g, "out", &out);

	if (!st)
		st = pl_register_open(g->j.inst, pl_str_from(pl_cli_audit_register(g->cli)), &r, &g->diag);
	if (!st)
		st = pl_hand_out_register_check(r, &g->diag);
	if (!st)
		st = make_copy(g);
	if (!st)
		st = record(g, r, out, &made);
	if (st)
		return pl_cli_job_fail(&g->j, st, &g->diag);
	if (!pl_cli_has(g->cli, "json")) {
		print_hand_out(&made, (pl_str){0});
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	json_hand_out(&made, (pl_str){0}, o);
	return pl_cli_json_line(g->cli, o);
}

int pl_cli_audit_hand_out(struct pl_cli *cli)
{
	struct giving g = {.cli = cli, .original = PL_BUF(PL_COPY_MAX), .copy = PL_BUF(PL_COPY_MAX)};
	pl_status st = read_words(&g);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &g.diag);
	if (!pl_cli_job_open(&g.j, cli, &code))
		return code;
	code = give(&g);
	pl_cli_job_close(&g.j);
	pl_buf_done(&g.original);
	pl_buf_done(&g.copy);
	return code;
}

/* ---- hand-outs ---- */

static bool is_wanted(const struct pl_cli *cli, const struct pl_hand_out *h)
{
	const char *audit = pl_cli_get(cli, "audit");

	return (!audit || pl_str_eq(h->audit, pl_str_from(audit))) && (!pl_cli_has(cli, "expired") || is_expired(h) || h->ended);
}

int pl_cli_audit_hand_outs(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array = pl_json_set_array(o, "handOuts");
	struct pl_hand_out *list = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t before = INT64_MAX;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	do {
		st = pl_hand_outs(j.inst, pl_str_from(pl_cli_audit_register(cli)), before, PL_HAND_OUT_PAGE_MAX, &j.arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++)
			if (is_wanted(cli, &list[i]))
				st = put_hand_out(&j, &list[i], array, &diag);
		before = n ? list[n - 1].number : 0;
	} while (!st && n == PL_HAND_OUT_PAGE_MAX);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_cli_job_close(&j);
	return code;
}

/* ---- trace ---- */

struct tracing {
	struct pl_cli_job j;
	struct pl_buf file;
	enum pl_trace how;
	size_t n;
	struct pl_hand_out found[PL_MARKS_MAX];
	struct pl_diag diag;
};

static pl_status trace_mark(struct tracing *t, const char *text)
{
	struct pl_mark m;
	pl_status st;

	if (pl_mark_parse(pl_str_from(text), &m))
		return pl_diag_set(&t->diag, PL_E_SYNTAX, "a mark is PLM- and 26 digits and capitals");
	st = pl_hand_out_by_mark(t->j.inst, &m, &t->j.arena, &t->found[0]);
	t->n = !st;
	t->how = st ? PL_TRACE_NOTHING : PL_TRACE_MARK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status trace_file(struct tracing *t, const char *path)
{
	pl_status st = pl_cli_read_file(path, &t->file, &t->diag);

	return st ? st :
		    pl_hand_out_trace(t->j.inst, pl_buf_bytes(&t->file), &t->j.arena, &t->how, t->found, &t->n, &t->diag);
}

static int tell(struct tracing *t)
{
	static const char *const how[] = {[PL_TRACE_NOTHING] = "nothing", [PL_TRACE_COPY] = "copy", [PL_TRACE_MARK] = "mark"};
	const struct pl_cli *cli = t->j.cli;
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array = pl_json_set_array(o, "handOuts");
	int code = t->n ? PL_EXIT_OK : PL_EXIT_NO;
	pl_status st = PL_OK;

	pl_json_set_z(o, "by", how[t->how]);
	for (size_t i = 0; i < t->n && !st; i++)
		st = put_hand_out(&t->j, &t->found[i], array, &t->diag);
	if (st)
		return pl_cli_job_fail(&t->j, st, &t->diag);
	if (pl_cli_has(cli, "json"))
		return pl_cli_json_line(cli, pl_json_ref(o)) ? PL_EXIT_UNKNOWN : code;
	(void)printf("%s\n", t->how == PL_TRACE_COPY ? "the very copy that was handed out" :
		t->how == PL_TRACE_MARK ? "not the bytes that were handed out, but their mark" :
					  "no hand-out: neither a copy that was given nor a mark of one");
	return code;
}

int pl_cli_audit_trace(struct pl_cli *cli)
{
	struct tracing *t = PL_NEW(struct tracing);
	pl_status st;
	int code;

	pl_buf_init(&t->file, PL_COPY_MAX);
	if (pl_cli_job_open(&t->j, cli, &code)) {
		st = pl_cli_has(cli, "mark") ? trace_mark(t, cli->argv[0]) : trace_file(t, cli->argv[0]);
		code = st ? pl_cli_job_fail(&t->j, st, &t->diag) : tell(t);
		pl_cli_job_close(&t->j);
	}
	pl_buf_done(&t->file);
	pl_free(t);
	return code;
}
