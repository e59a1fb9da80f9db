/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid person`: what is held of a person, and answering for it. Whoever has this terminal reads as operator. */
#include "cli/person.h"
#include "base/date.h"
#include "base/time.h"
#include "register/casework/hold.h"
#include <fcntl.h>

#define LINES_MAX ((size_t)1 << 16)

/* ---- opening ---- */

static pl_status add_identity(struct pl_cli_person *p, pl_str text)
{
	if (p->who.n == PL_PERSON_IDS_MAX)
		return pl_diag_set(&p->diag, PL_E_TOOBIG, "at most %u identities", PL_PERSON_IDS_MAX);
	return pl_person_id_parse(text, &p->who.id[p->who.n], &p->diag) ? PL_E_SYNTAX : (p->who.n++, PL_OK);
}

static pl_status add_lines(struct pl_cli_person *p)
{
	pl_str rest, line;
	pl_status st = pl_cli_read_file("-", &p->lines, &p->diag);

	rest = pl_buf_str(&p->lines);
	while (!st && pl_str_take_line(&rest, &line))
		if (line.len)
			st = add_identity(p, line);
	return st || !rest.len ? st : add_identity(p, rest);
}

static pl_status read_identities(struct pl_cli_person *p, const struct pl_cli *cli, int from)
{
	pl_status st = PL_OK;

	for (int i = from; i < cli->argc && !st; i++)
		st = strcmp(cli->argv[i], "-") == 0 ? add_lines(p) : add_identity(p, pl_str_from(cli->argv[i]));
	return st;
}

bool pl_cli_person_open(struct pl_cli_person *p, struct pl_cli *cli, int from, int *ret_exit)
{
	struct pl_person_desk_options opt = {.reader = {.role = PL_VAULT_OPERATOR}, .now = pl_time_now() / PL_SECOND};
	uint64_t at;
	pl_status st;

	*p = (struct pl_cli_person){.lines = PL_BUF(LINES_MAX)};
	st = read_identities(p, cli, from);
	if (st) {
		*ret_exit = pl_cli_fail(cli, st, &p->diag);
		pl_buf_done_secret(&p->lines);
		return false;
	}
	for (const struct pl_cli_option *o = cli->verb->options; o->name; o++)
		if (strcmp(o->name, "at") == 0 && pl_cli_has(cli, "at")) {
			if (pl_time_parse(pl_str_from(pl_cli_get(cli, "at")), &at)) {
				*ret_exit = pl_cli_usage(cli, "--at takes a time of RFC 3339 in UTC");
				return false;
			}
			opt.now = at / PL_SECOND;
		}
	if (!pl_cli_job_open(&p->j, cli, ret_exit)) {
		pl_buf_done_secret(&p->lines);
		return false;
	}
	st = pl_person_desk_open(p->j.inst, &opt, &p->desk, &p->diag);
	*ret_exit = PL_EXIT_OK;
	if (!st)
		return true;
	*ret_exit = pl_cli_person_fail(p, st);
	pl_cli_person_close(p);
	return false;
}

void pl_cli_person_close(struct pl_cli_person *p)
{
	pl_person_desk_close(p->desk);
	pl_cli_job_close(&p->j);
	pl_buf_done_secret(&p->lines);
}

int pl_cli_person_fail(struct pl_cli_person *p, pl_status st)
{
	return pl_cli_job_fail(&p->j, st, &p->diag);
}

/* ---- where ---- */

static void print_class(const struct pl_json *c)
{
	pl_str class = {0}, place = {0}, entity = {0};
	uint64_t months = 0, rows = 0;
	bool asked = pl_json_get(c, "rows") != NULL;

	(void)!pl_json_get_str(c, "class", &class, NULL);
	(void)!pl_json_get_str(c, "place", &place, NULL);
	(void)!pl_json_get_str(c, "entity", &entity, NULL);
	(void)!pl_json_get_u64(c, "months", INT64_MAX, &months, NULL);
	(void)!pl_json_opt_u64(c, "rows", INT64_MAX, &rows, NULL);
	(void)printf("  %-20.*s %.*s, %.*s", PL_STR_ARG(class), PL_STR_ARG(place), PL_STR_ARG(entity));
	if (months)
		(void)printf(", %llu months", (unsigned long long)months);
	if (asked && rows)
		(void)printf(": %llu held", (unsigned long long)rows);
	else if (asked)
		(void)printf(": we do not hold this");
	(void)printf("\n");
}

static void print_where(const struct pl_json *where)
{
	const struct pl_json *stores = pl_json_get(where, "stores");

	for (size_t i = 0; i < pl_json_count(stores); i++) {
		const struct pl_json *s = pl_json_at(stores, i), *classes = pl_json_get(s, "classes");
		pl_str name = {0};

		(void)!pl_json_get_str(s, "store", &name, NULL);
		(void)printf("%.*s%s\n", PL_STR_ARG(name), pl_json_get(s, "answersLater") ? " (is asked by pellucid person send)" : "");
		for (size_t k = 0; k < pl_json_count(classes); k++)
			print_class(pl_json_at(classes, k));
	}
}

static int where(struct pl_cli *cli)
{
	struct pl_json *all = NULL;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, 0, &code))
		return code;
	st = pl_holdings_where(pl_person_desk_list(p.desk), p.who.n ? &p.who : NULL, &all, &p.diag);
	if (st)
		code = pl_cli_person_fail(&p, st);
	else if (pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(all));
	else
		print_where(all);
	pl_json_free(all);
	pl_cli_person_close(&p);
	return code;
}

/* ---- find ---- */

struct finding {
	pl_str store;
	struct pl_json *list; /* NULL: print */
	uint64_t n;
};

static pl_status found(void *ctx, const struct pl_holdings_found *f)
{
	struct finding *g = ctx;
	struct pl_json *o;

	g->n++;
	if (!g->list) {
		(void)printf("%.*s/%.*s: %llu  %.*s\n", PL_STR_ARG(g->store), PL_STR_ARG(f->name), (unsigned long long)f->rows,
			PL_STR_ARG(f->names));
		return PL_OK;
	}
	o = pl_json_push_object(g->list);
	pl_json_set_str(o, "store", g->store);
	pl_json_set_str(o, "class", f->name);
	pl_json_set_u64(o, "rows", f->rows);
	pl_json_set_str(o, "names", f->names);
	return PL_OK;
}

static pl_status find_all(struct pl_cli_person *p, struct finding *g)
{
	const struct pl_holdings_list *list = pl_person_desk_list(p->desk);
	pl_status st = PL_OK;

	for (size_t i = 0; i < list->n && !st; i++) {
		g->store = list->stores[i]->name;
		if (!list->stores[i]->later)
			st = list->stores[i]->find(list->stores[i]->ctx, &p->who, found, g, &p->diag);
		if (st)
			pl_diag_context(&p->diag, "store %.*s", PL_STR_ARG(g->store));
	}
	return st;
}

static int find(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct finding g = {0};
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, 0, &code))
		return code;
	if (pl_cli_has(cli, "json"))
		g.list = pl_json_set_array(o, "found");
	st = find_all(&p, &g);
	if (st)
		code = pl_cli_person_fail(&p, st);
	else if (g.list)
		code = pl_cli_json_line(cli, pl_json_ref(o));
	else if (!g.n)
		(void)printf("nothing: every store was asked\n");
	pl_cli_person_close(&p);
	return code;
}

/* ---- link, hold, release ---- */

static const struct pl_ulid operator_account; /* zeros: nobody who works at the desk */

struct noting {
	struct pl_cli_person p;
	struct pl_register *r;
	uint64_t number, until;
	pl_str reason;
};

static pl_status note_link(void *ctx, struct pl_db_tx *tx)
{
	struct noting *n = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < n->p.who.n && !st; i++)
		st = pl_person_link(tx, pl_person_desk_key(n->p.desk), &n->p.who.id[i], n->r->decl->name, n->number);
	return st;
}

static pl_status note_hold(void *ctx, struct pl_db_tx *tx)
{
	struct noting *n = ctx;

	return pl_hold_put(tx, n->r, n->number, &operator_account, n->reason, n->until, pl_person_desk_now(n->p.desk));
}

static pl_status note_release(void *ctx, struct pl_db_tx *tx)
{
	struct noting *n = ctx;
	pl_status st = pl_hold_release(tx, n->r, n->number, &operator_account, pl_person_desk_now(n->p.desk));

	return st == PL_E_NOTFOUND ? pl_diag_set(&n->p.diag, st, "the case is not held") : st;
}

/* The case of the first two arguments; identities from number @from on. */
static int note(struct noting *n, struct pl_cli *cli, int from, pl_db_fn fn, const char *did)
{
	struct pl_register_view *v = NULL;
	pl_status st;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &n->number) || !n->number)
		return pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
	if (!pl_cli_person_open(&n->p, cli, from, &code))
		return code;
	st = pl_register_open(n->p.j.inst, pl_str_from(cli->argv[0]), &n->r, &n->p.diag);
	if (!st)
		st = pl_register_case_read(n->p.j.inst, n->r, n->number, NULL, &v, &n->p.diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(n->p.j.inst), fn, n);
	if (st == PL_E_UNSUPPORTED)
		(void)pl_diag_set(&n->p.diag, st, "a case's secret finds the case by itself");
	code = st ? pl_cli_person_fail(&n->p, st) : PL_EXIT_OK;
	if (!st)
		(void)printf("case %llu of %s %s\n", (unsigned long long)n->number, cli->argv[0], did);
	pl_register_view_free(v);
	pl_register_close(n->r);
	pl_cli_person_close(&n->p);
	return code;
}

static int link_case(struct pl_cli *cli)
{
	struct noting n = {0};

	return note(&n, cli, 2, note_link, "is noted as this person's");
}

static int hold(struct pl_cli *cli)
{
	struct noting n = {.reason = pl_str_from(cli->argv[2])};
	const char *until = pl_cli_get(cli, "until");
	struct pl_date d;

	if (!pl_holdings_reason_ok(n.reason))
		return pl_cli_usage(cli, "REASON is legal-duty, legal-claim, in-use or another reason of the manual");
	if (until && pl_date_parse(pl_str_from(until), &d))
		return pl_cli_usage(cli, "--until takes a date, YYYY-MM-DD");
	n.until = until ? pl_date_day(d) * 86400 : 0;
	return note(&n, cli, cli->argc, note_hold, "is held");
}

static int release(struct pl_cli *cli)
{
	struct noting n = {0};

	return note(&n, cli, cli->argc, note_release, "is not held any more");
}

/* ---- correct ---- */

static int correct(struct pl_cli *cli)
{
	struct pl_holdings_correction c = {.table = pl_str_from(cli->argv[1]), .row = pl_str_from(cli->argv[2])};
	const struct pl_holdings *store;
	struct pl_cli_person p;
	pl_status st;
	int code;

	c.value = pl_str_from(cli->argv[3]);
	if (!pl_str_take_until(&c.value, '=', &c.column))
		return pl_cli_usage(cli, "expected COLUMN=VALUE, found \"%s\"", cli->argv[3]);
	if (!pl_cli_person_open(&p, cli, 4, &code))
		return code;
	store = pl_holdings_find(pl_person_desk_list(p.desk), pl_str_from(cli->argv[0]));
	if (!store)
		st = pl_diag_set(&p.diag, PL_E_NOTFOUND, "there is no store \"%s\"; see: pellucid person where", cli->argv[0]);
	else if (!store->correct)
		st = pl_diag_set(&p.diag, PL_E_UNSUPPORTED, "the store %s corrects nothing by itself", cli->argv[0]);
	else
		st = store->correct(store->ctx, &p.who, &c, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : PL_EXIT_OK;
	if (!st)
		(void)printf("corrected\n");
	pl_cli_person_close(&p);
	return code;
}

/* ---- the table ---- */

static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option note_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option object_options[] = {
	{"end", NULL, "the objection is taken back"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option hold_options[] = {
	{"until", "DATE", "the first day on which it may be erased (default: until it is released)"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"where", "[IDENTITY...]", "what is held, where and by whom; with identities: what of this person", read_options, 0, -1, where},
	{"find", "IDENTITY...", "the cases and accounts of a person", read_options, 1, -1, find},
	{"link", "REGISTER NUMBER IDENTITY...", "note whose case it is", note_options, 3, -1, link_case},
	{"package", "IDENTITY...", "a copy of everything that is held of a person, encrypted", pl_cli_package_options, 1, -1, pl_cli_person_package},
	{"correct", "STORE TABLE ROW COLUMN=VALUE IDENTITY...", "correct a value", note_options, 5, -1, correct},
	{"object", "PURPOSE IDENTITY...", "tell every store that data of a person are not to be used for a purpose", object_options, 2, -1, pl_cli_person_object},
	{"hold", "REGISTER NUMBER REASON", "keep a case from erasure", hold_options, 3, 3, hold},
	{"release", "REGISTER NUMBER", "hold it no longer", note_options, 2, 2, release},
	{"erase", "IDENTITY...", "erase what is held of a person, and certify it", pl_cli_erase_options, 1, -1, pl_cli_person_erase},
	{"certificate", "ARCHIVE", "a certificate again, with proofs of what is published by now", pl_cli_certificate_options, 1, 1,
		pl_cli_person_certificate},
	{"check", "ARCHIVE", "check an answer, as the one who got it", pl_cli_answer_check_options, 1, 1, pl_cli_person_check},
	{"send", "KIND IDENTITY...", "ask the processors: access, portability, erasure or cancel", pl_cli_send_options, 1, -1, pl_cli_person_send},
	{"work", "", "give what the desk ordered, hand over what waits, and ask how it goes", pl_cli_work_options, 0, 0, pl_cli_person_work},
	{"keep", "", "do that by itself until SIGTERM", pl_cli_person_keep_options, 0, 0, pl_cli_person_keep},
	{"receipts", "[REQUEST]", "what processors were asked and signed", pl_cli_receipts_options, 0, 1, pl_cli_person_receipts},
	{"callback", "PROCESSOR FILE", "take in a status that a processor sent", pl_cli_callback_options, 2, 2, pl_cli_person_callback},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_person = {"person", "requests of persons: where, copy, correct, object, erase", verbs};
