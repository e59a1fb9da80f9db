/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case look-up`: what the stores hold of those whom a request names, kept with the case and committed to. */
#include "cli/person.h"
#include "cli/register.h"
#include "register/casework/lookup_note.h"

static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};

const struct pl_cli_option pl_cli_lookup_options[] = {
	{"although", "FILE", "do not ask: say why it is not held all the same, or cannot be asked for; - is standard input"},
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};

static int print_kept(const struct pl_cli *cli, const struct pl_lookup *l, enum pl_lookup_outcome outcome)
{
	struct pl_json *o, *stores;

	if (!pl_cli_has(cli, "json")) {
		for (size_t i = 0; i < l->n_stores; i++)
			(void)(l->stores[i].later ? printf("%.*s answers later\n", PL_STR_ARG(l->stores[i].name)) :
						    printf("%.*s holds %llu\n", PL_STR_ARG(l->stores[i].name), (unsigned long long)l->stores[i].rows));
		(void)printf("kept with the case: %s\n", pl_lookup_words[outcome]);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "outcome", pl_lookup_words[outcome]);
	stores = pl_json_set_object(o, "stores");
	for (size_t i = 0; i < l->n_stores; i++)
		pl_json_set_key(stores, l->stores[i].name, l->stores[i].later ? pl_json_new_str(PL_STR("later")) : pl_json_new_u64(l->stores[i].rows));
	return pl_cli_json_line(cli, o);
}

/* ---- asking ---- */

static pl_status count_rows(const struct pl_json *store, uint64_t *ret)
{
	const struct pl_json *classes = pl_json_get(store, "classes");
	pl_status st = PL_OK;

	*ret = 0;
	for (size_t i = 0; i < pl_json_count(classes) && !st; i++) {
		uint64_t rows = 0;

		st = pl_json_opt_u64(pl_json_at(classes, i), "rows", INT64_MAX, &rows, NULL);
		if (!st && __builtin_add_overflow(*ret, rows, ret))
			st = PL_E_CORRUPT;
	}
	return st;
}

/* What pl_holdings_where said, store by store; borrows. */
static pl_status take_stores(const struct pl_json *where, struct pl_lookup *l)
{
	const struct pl_json *stores = pl_json_get(where, "stores");
	pl_status st = PL_OK;

	for (size_t i = 0; i < pl_json_count(stores) && !st; i++) {
		struct pl_lookup_store *s = &l->stores[l->n_stores];

		if (l->n_stores == PL_LOOKUP_STORES_MAX)
			return PL_E_TOOBIG;
		st = pl_json_get_str(pl_json_at(stores, i), "store", &s->name, NULL);
		s->later = pl_json_get(pl_json_at(stores, i), "answersLater") != NULL;
		if (!st)
			st = count_rows(pl_json_at(stores, i), &s->rows);
		l->n_stores++;
	}
	return st;
}

/* "email=a@example.org", as it was typed. */
static pl_status take_asked(const struct pl_person *who, struct pl_arena *arena, struct pl_lookup *l)
{
	for (size_t i = 0; i < who->n; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX + 32);
		pl_status st;

		pl_buf_printf(&text, "%s=%.*s", pl_person_id_word(who->id[i].type), PL_STR_ARG(who->id[i].value));
		st = pl_buf_status(&text);
		if (!st)
			st = pl_arena_dup(arena, pl_buf_str(&text), &l->asked[l->n_asked++]);
		if (st)
			return st;
	}
	return PL_OK;
}

static pl_status ask(struct pl_cli_person *p, struct pl_register *r, uint64_t number, struct pl_lookup *l, enum pl_lookup_outcome *outcome, struct pl_json **ret)
{
	pl_status st = PL_OK;

	if (!pl_lookup_is(r->decl)) /* said before anybody is asked */
		return pl_lookup_note(p->j.inst, r, number, &operator, l, outcome, &p->diag);
	if (p->who.n)
		st = pl_holdings_where(pl_person_desk_list(p->desk), &p->who, ret, &p->diag);
	if (!st && *ret)
		st = take_stores(*ret, l);
	if (!st)
		st = take_asked(&p->who, &p->j.arena, l);
	return st ? st : pl_lookup_note(p->j.inst, r, number, &operator, l, outcome, &p->diag);
}

static int look(struct pl_cli *cli, uint64_t number)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_json *where PL_CLEANUP(pl_json_done) = NULL;
	struct pl_lookup *l;
	enum pl_lookup_outcome outcome = PL_LOOKUP_NOTHING;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, 2, &code))
		return code;
	l = PL_NEW(struct pl_lookup);
	st = pl_register_open(p.j.inst, pl_str_from(cli->argv[0]), &r, &p.diag);
	if (!st)
		st = ask(&p, r, number, l, &outcome, &where);
	code = st ? pl_cli_person_fail(&p, st) : print_kept(cli, l, outcome);
	pl_free(l);
	pl_cli_person_close(&p);
	return code;
}

/* ---- although ---- */

static int although(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_lookup *l;
	enum pl_lookup_outcome outcome = PL_LOOKUP_ALTHOUGH;
	struct pl_cli_opened o = {0};
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	l = PL_NEW(struct pl_lookup);
	st = pl_cli_case_text(pl_cli_get(cli, "although"), &text, &o.diag);
	l->reason = pl_str_trim(pl_buf_str(&text));
	if (!st)
		st = pl_lookup_note(o.j.inst, o.r, o.number, &operator, l, &outcome, &o.diag);
	code = st ? pl_cli_opened_fail(&o, st) : print_kept(cli, l, outcome);
	pl_free(l);
	pl_cli_opened_close(&o);
	return code;
}

int pl_cli_case_lookup(struct pl_cli *cli)
{
	uint64_t number = 0;

	if (pl_str_to_u64(pl_str_from(cli->argv[1]), INT64_MAX, &number) || !number)
		return pl_cli_usage(cli, "NUMBER is the number of a case, from 1");
	if (pl_cli_has(cli, "although"))
		return cli->argc > 2 ? pl_cli_usage(cli, "--although asks for nobody: leave the identities away") : although(cli);
	return look(cli, number);
}
