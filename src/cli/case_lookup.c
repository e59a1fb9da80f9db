/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case look-up`: what the stores hold of those whom a request names, kept with the case and committed to. */
#include "cli/person.h"
#include "cli/register.h"
#include "register/person/errand.h"

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

static int look(struct pl_cli *cli, uint64_t number)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_lookup *l = NULL;
	enum pl_lookup_outcome outcome = PL_LOOKUP_NOTHING;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, 2, &code))
		return code;
	st = pl_register_open(p.j.inst, pl_str_from(cli->argv[0]), &r, &p.diag);
	if (!st)
		st = pl_errand_look_up(p.desk, r, number, &p.who, &operator, &p.j.arena, &l, &outcome, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : print_kept(cli, l, outcome);
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
