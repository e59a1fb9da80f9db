/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid person object`: every store is told that data of a person are not to be used for a purpose, and says what becomes of that. */
#include "cli/person.h"
#include "fact/predicates.h"
#include <stdio.h>

static void print_stores(const struct pl_json *told)
{
	const struct pl_json *stores = pl_json_get(told, "stores");

	for (size_t i = 0; i < pl_json_count(stores); i++) {
		const struct pl_json *s = pl_json_at(stores, i);
		pl_str name = {0}, outcome = {0}, reason = {0};

		(void)!pl_json_get_str(s, "store", &name, NULL);
		(void)!pl_json_get_str(s, "outcome", &outcome, NULL);
		(void)!pl_json_opt_str(s, "reason", &reason, NULL);
		(void)printf("%-20.*s %.*s%s%.*s\n", PL_STR_ARG(name), PL_STR_ARG(outcome), reason.len ? ": " : "", PL_STR_ARG(reason));
		if (pl_str_eq(outcome, PL_STR("not-told")))
			(void)fprintf(stderr, "%.*s is asked by OpenDSR, which knows no objection: tell it by letter\n", PL_STR_ARG(name));
	}
}

int pl_cli_person_object(struct pl_cli *cli)
{
	const struct pl_holdings_objection o = {.purpose = pl_str_from(cli->argv[0]), .ends = pl_cli_has(cli, "end")};
	struct pl_json *told = NULL;
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_predicate_token_ok(o.purpose))
		return pl_cli_usage(cli, "PURPOSE is a word of small letters, digits and \"-\", like advertising");
	if (!pl_cli_person_open(&p, cli, 1, &code))
		return code;
	st = pl_holdings_object(pl_person_desk_list(p.desk), &p.who, &o, &told, &p.diag);
	if (st) {
		code = pl_cli_person_fail(&p, st);
	} else if (pl_cli_has(cli, "json")) {
		code = pl_cli_json_line(cli, told);
		told = NULL;
	} else {
		print_stores(told);
		code = PL_EXIT_OK;
	}
	pl_json_free(told);
	pl_cli_person_close(&p);
	return code;
}
