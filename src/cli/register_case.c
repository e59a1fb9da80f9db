/* SPDX-License-Identifier: Apache-2.0 */
/* One case of a register. Whoever has this terminal reads as operator; each reading leaves a line in the vault. */
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/register.h"
#include "register/casework/sealing.h"
#include "register/report_says.h"

static const struct pl_register_reader operator = {.role = PL_VAULT_OPERATOR};

#define VALUES_MAX ((size_t)1 << 20)

const struct pl_cli_option pl_cli_case_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
const struct pl_cli_option pl_cli_case_show_options[] = {
	{"private", NULL, "also what is private; this is noted down in the vault"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};

const struct pl_cli_option pl_cli_case_seal_options[] = {
	{"until", "DATE", "the first day on which it may be opened, as the order says; of a sealed case: another one"},
	PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE,
	{NULL},
};

void pl_cli_opened_close(struct pl_cli_opened *o)
{
	pl_register_view_free(o->v);
	pl_register_close(o->r);
	pl_cli_job_close(&o->j);
}

int pl_cli_opened_fail(struct pl_cli_opened *o, pl_status st)
{
	return pl_cli_job_fail(&o->j, st, &o->diag);
}

bool pl_cli_opened_open(struct pl_cli_opened *o, struct pl_cli *cli, int *ret_exit)
{
	pl_status st = pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &o->number);

	if (!st && o->number)
		return pl_cli_opened_register(o, cli, ret_exit);
	*ret_exit = pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
	return false;
}

bool pl_cli_opened_register(struct pl_cli_opened *o, struct pl_cli *cli, int *ret_exit)
{
	pl_status st;

	if (!pl_cli_job_open(&o->j, cli, ret_exit))
		return false;
	st = pl_register_open(o->j.inst, pl_str_from(cli->argv[0]), &o->r, &o->diag);
	if (!st)
		return true;
	*ret_exit = pl_cli_opened_fail(o, st);
	pl_cli_opened_close(o);
	return false;
}

static pl_status read_case(struct pl_cli_opened *o, bool with_private)
{
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};

	return pl_register_case_read(o->j.inst, o->r, o->number, with_private ? &reader : NULL, &o->v, &o->diag);
}

/* ---- show ---- */

static const char *kind_word(enum pl_row_kind kind)
{
	static const char *const words[] = {
		[PL_ROW_OPEN] = "entered", [PL_ROW_SEALED] = "sealed", [PL_ROW_ERASED] = "erased", [PL_ROW_LOST] = "lost",
	};

	return (unsigned)kind < PL_COUNT(words) ? words[kind] : "?";
}

/* The value's later lines stand below its first one. */
static void put_value(pl_str name, pl_str value)
{
	static const char indent[] = "                         ";
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(8 * VALUES_MAX);

	pl_text_put_lines(&b, indent, value);
	(void)printf("%-24.*s %.*s", PL_STR_ARG(name), PL_STR_ARG(pl_str_sub(pl_buf_str(&b), sizeof indent - 1, b.len)));
	if (!value.len)
		(void)printf("\n");
}

static pl_status show_value(const struct pl_cli_opened *o, size_t i, struct pl_json *fields)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * VALUES_MAX);
	const struct pl_commit_field *f = &o->r->decl->derived.fields[i];
	pl_status st = PL_OK;

	if (!o->v->v[i].present)
		pl_buf_put_z(&text, f->is_private && o->v->kept && !o->v->opened ? "(private)" : "-");
	else
		st = pl_register_value_write(o->r->decl, i, o->v->v[i].value, &text);
	if (st)
		return st;
	if (!fields)
		put_value(f->name, pl_buf_str(&text));
	else if (o->v->v[i].present) {
		char name[80];

		if (pl_str_z(f->name, name, sizeof name) == PL_OK)
			pl_json_set_str(fields, name, pl_buf_str(&text));
	}
	return PL_OK;
}

static int show_json(const struct pl_cli *cli, const struct pl_cli_opened *o)
{
	struct pl_json *line = pl_json_new_object(), *fields;
	pl_status st = PL_OK;

	pl_json_set_u64(line, "number", o->v->at.number);
	pl_json_set_u64(line, "revision", o->v->at.revision);
	pl_json_set_z(line, "state", kind_word(o->v->kind));
	pl_json_set_u64(line, "position", o->v->at.position);
	pl_cli_set_digest(line, "leaf", &o->v->at.leaf);
	pl_cli_set_digest(line, "commitment", &o->v->at.commitment);
	fields = pl_json_set_object(line, "fields");
	for (size_t i = 0; i < o->r->decl->derived.n && !st; i++)
		st = show_value(o, i, fields);
	if (!st)
		return pl_cli_json_line(cli, line);
	pl_json_free(line);
	return pl_cli_fail(cli, st, NULL);
}

static int show_words(const struct pl_cli *cli, const struct pl_cli_opened *o)
{
	char leaf[PL_DIGEST_TEXT + 1];
	pl_status st = PL_OK;

	pl_digest_text(&o->v->at.leaf, leaf);
	(void)printf("case %llu of %.*s, revision %u, %s\nleaf %llu: %s\n\n", (unsigned long long)o->v->at.number,
		PL_STR_ARG(o->r->decl->name), o->v->at.revision, kind_word(o->v->kind), (unsigned long long)o->v->at.position, leaf);
	for (size_t i = 0; i < o->r->decl->derived.n && !st; i++)
		st = show_value(o, i, NULL);
	return st ? pl_cli_fail(cli, st, NULL) : PL_EXIT_OK;
}

/* Without a number: the register, and what it promises of time. */
static int show_register(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4 * PL_REGISTER_DECLARATION_MAX);
	struct pl_cli_opened o = {0};
	const struct pl_register_decl *d;
	struct pl_json *line;
	int code;

	if (!pl_cli_opened_register(&o, cli, &code))
		return code;
	d = o.r->decl;
	if (pl_cli_has(cli, "json")) {
		line = pl_json_new_object();
		pl_json_set_str(line, "register", d->name);
		pl_cli_set_digest(line, "declaration", &d->digest);
		pl_json_set_u64(line, "fields", d->n_fields);
		pl_json_set_u64(line, "lateAfterDays", d->late_days);
		pl_register_times_to_json(line, d);
		code = pl_cli_json_line(cli, line);
	} else {
		pl_buf_printf(&text, "register %.*s: %zu fields; a case is late that is entered more than %llu days after it was received\n", PL_STR_ARG(d->name),
			d->n_fields, (unsigned long long)d->late_days);
		pl_register_times_put_text(d, &text);
		code = pl_cli_out(pl_buf_str(&text)) == PL_OK ? PL_EXIT_OK : PL_EXIT_UNKNOWN;
	}
	pl_cli_opened_close(&o);
	return code;
}

int pl_cli_case_show(struct pl_cli *cli)
{
	struct pl_cli_opened o = {0};
	pl_status st;
	int code;

	if (cli->argc == 1)
		return show_register(cli);
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = read_case(&o, pl_cli_has(cli, "private"));
	code = st ? pl_cli_opened_fail(&o, st) : pl_cli_has(cli, "json") ? show_json(cli, &o) : show_words(cli, &o);
	pl_cli_opened_close(&o);
	return code;
}

/* ---- change, erase ---- */

static int print_made(const struct pl_cli *cli, const struct pl_register_case *c, const char *did)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("case %llu: revision %u %s\n", (unsigned long long)c->number, c->revision, did);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "number", c->number);
	pl_json_set_u64(o, "revision", c->revision);
	pl_json_set_u64(o, "position", c->position);
	pl_cli_set_digest(o, "leaf", &c->leaf);
	return pl_cli_json_line(cli, o);
}

pl_status pl_cli_case_set(const struct pl_register *r, const char *arg, struct pl_buf *room, struct pl_register_set *ret, struct pl_diag *diag)
{
	pl_str rest = pl_str_from(arg), name;
	const struct pl_register_field *f;
	size_t start = room->len;
	pl_status st;

	if (!pl_str_take_until(&rest, '=', &name))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected FIELD=VALUE, found \"%s\"", arg);
	f = pl_register_decl_field(r->decl, name);
	if (!f)
		return pl_diag_set(diag, PL_E_NOTFOUND, "the register has no field \"%.*s\"", PL_STR_ARG(name));
	*ret = (struct pl_register_set){.field = (size_t)(f - r->decl->fields)};
	if (!rest.len)
		return PL_OK;
	st = pl_register_value_read(r->decl, f, rest, room, diag);
	ret->value = (struct pl_commit_value){true, pl_bytes_of(room->ptr + start, room->len - start)};
	return st;
}

static pl_status change(struct pl_cli_opened *o, const struct pl_cli *cli, struct pl_register_case *ret)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done_secret) = PL_BUF(VALUES_MAX);
	struct pl_register_set set[PL_REGISTER_FIELDS_MAX];
	size_t n = 0;
	pl_status st = read_case(o, true);

	if (!st && !pl_buf_reserve(&room, VALUES_MAX))
		st = PL_E_NOMEM;
	if (cli->argc - 2 > (int)PL_COUNT(set))
		return PL_E_TOOBIG;
	for (int i = 2; i < cli->argc && !st; i++)
		st = pl_cli_case_set(o->r, cli->argv[i], &room, &set[n++], &o->diag);
	return st ? st : pl_register_case_change(o->j.inst, o->r, o->v, &operator, set, n, ret, &o->diag);
}

int pl_cli_case_change(struct pl_cli *cli)
{
	struct pl_cli_opened o = {0};
	struct pl_register_case made = {0};
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = change(&o, cli, &made);
	code = st ? pl_cli_opened_fail(&o, st) : print_made(cli, &made, "written");
	pl_cli_opened_close(&o);
	return code;
}

int pl_cli_case_erase(struct pl_cli *cli)
{
	struct pl_cli_opened o = {0};
	struct pl_register_case made = {0};
	bool destroyed = false;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_register_case_erase(o.j.inst, o.r, o.number, &operator, pl_time_now() / PL_SECOND, &made, &destroyed, &o.diag);
	code = st ? pl_cli_opened_fail(&o, st) : print_made(cli, &made, "says that what was private is erased");
	if (!st && !destroyed) {
		(void)fprintf(stderr, "the vault cannot be asked now; pellucid register keep goes on until the key is destroyed\n");
		code = PL_EXIT_UNKNOWN;
	}
	pl_cli_opened_close(&o);
	return code;
}

/* ---- seal, unseal ---- */

struct sealing {
	struct pl_cli_opened o;
	bool sealed;
	uint64_t until;
};

static pl_status seal_case(void *ctx, struct pl_db_tx *tx)
{
	struct sealing *s = ctx;
	uint64_t now = pl_time_now() / PL_SECOND;

	if (s->sealed)
		return pl_sealing_seal(tx, s->o.r, s->o.number, &operator.account, s->until, now, &s->o.diag);
	return pl_sealing_open(tx, s->o.r, s->o.number, &operator.account, now, &s->o.diag);
}

static void print_sealed(const struct sealing *s, const char *until)
{
	if (!s->sealed) {
		(void)printf("case %llu is open\n", (unsigned long long)s->o.number);
		(void)fprintf(stderr, "the next edition of each report that left it out: pellucid report renew %.*s\n", PL_STR_ARG(s->o.r->decl->name));
		return;
	}
	(void)printf(until ? "case %llu is sealed until %s\n" : "case %llu is sealed\n", (unsigned long long)s->o.number, until);
}

static int seal(struct pl_cli *cli, struct sealing *s, const char *until)
{
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&s->o, cli, &code))
		return code;
	st = pl_db_tx(pl_instance_db(s->o.j.inst), seal_case, s);
	if (!st)
		print_sealed(s, until);
	code = st ? pl_cli_opened_fail(&s->o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&s->o);
	return code;
}

int pl_cli_case_seal(struct pl_cli *cli)
{
	struct sealing s = {.sealed = true};
	const char *until = pl_cli_get(cli, "until");
	struct pl_date day;

	if (until && pl_date_parse(pl_str_from(until), &day))
		return pl_cli_usage(cli, "--until takes a date, YYYY-MM-DD");
	s.until = until ? pl_date_day(day) * 86400 : 0;
	return seal(cli, &s, until);
}

int pl_cli_case_unseal(struct pl_cli *cli)
{
	struct sealing s = {.sealed = false};

	return seal(cli, &s, NULL);
}

/* ---- open ---- */

pl_status pl_cli_case_fields(const struct pl_register *r, const struct pl_cli *cli, size_t fields[static PL_COMMIT_FIELDS_MAX],
	size_t *ret_n, struct pl_diag *diag)
{
	bool want[PL_COMMIT_FIELDS_MAX] = {0};
	size_t n = 0, at;

	for (int i = 2; i < cli->argc; i++) {
		if (pl_commit_decl_find(&r->decl->derived, pl_str_from(cli->argv[i]), &at))
			return pl_diag_set(diag, PL_E_NOTFOUND, "there is no field \"%s\"; see: pellucid register show", cli->argv[i]);
		want[at] = true;
	}
	for (size_t i = 0; i < r->decl->derived.n; i++)
		if (want[i])
			fields[n++] = i;
	*ret_n = n;
	return PL_OK;
}

int pl_cli_case_open(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4 * VALUES_MAX);
	size_t fields[PL_COMMIT_FIELDS_MAX], n = 0;
	struct pl_cli_opened o = {0};
	bool secret = false;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_cli_case_fields(o.r, cli, fields, &n, &o.diag);
	for (size_t i = 0; i < n; i++)
		secret = secret || o.r->decl->derived.fields[fields[i]].is_private;
	if (!st)
		st = read_case(&o, secret);
	if (!st)
		st = pl_register_case_open(o.r, o.v, fields, n, &text);
	code = st ? pl_cli_opened_fail(&o, st) : pl_cli_out(pl_buf_str(&text)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}
