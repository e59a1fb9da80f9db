/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid fsck`: are the public tables what the log says, and where are the bodies? */
#include "base/json.h"
#include "cli/instance.h"
#include "fact/projector.h"

static void json_report(const struct pl_fact_report *r, bool rebuilt, struct pl_json *o)
{
	char text[PL_DIGEST_TEXT + 1];
	struct pl_json *bodies = pl_json_set_object(o, "bodies"), *states, *tables;

	pl_json_set_u64(bodies, "present", r->bodies_present);
	pl_json_set_u64(bodies, "withheld", r->bodies_withheld);
	pl_json_set_u64(bodies, "missing", r->bodies_missing);
	pl_json_set_u64(bodies, "corrupt", r->bodies_corrupt);
	if (!rebuilt)
		return;
	pl_json_set_u64(o, "entries", r->entries);
	states = pl_json_set_object(o, "states");
	for (unsigned i = 0; i < PL_ENTRY_STATE_COUNT; i++)
		pl_json_set_u64(states, pl_entry_state_word((enum pl_entry_state)i), r->by_state[i]);
	tables = pl_json_set_object(o, "tables");
	pl_json_set_u64(tables, "compared", r->tables);
	pl_json_set_u64(tables, "different", r->tables_different);
	pl_json_set_u64(tables, "rows", r->rows);
	pl_digest_text(&r->dump_derived, text);
	pl_json_set_z(tables, "dump", text);
	pl_json_set_z(tables, "firstDifference", r->first_difference);
}

static void print_report(const struct pl_fact_report *r, bool rebuilt)
{
	if (rebuilt) {
		(void)printf("entries   %llu:", (unsigned long long)r->entries);
		for (unsigned i = 0; i < PL_ENTRY_STATE_COUNT; i++)
			if (r->by_state[i])
				(void)printf(" %llu %s", (unsigned long long)r->by_state[i], pl_entry_state_word((enum pl_entry_state)i));
		(void)printf("\ntables    %llu derived anew, %llu rows, %llu different\n", (unsigned long long)r->tables,
			(unsigned long long)r->rows, (unsigned long long)r->tables_different);
		if (r->first_difference[0])
			(void)printf("          %s\n", r->first_difference);
	}
	(void)printf("bodies    %llu present, %llu withheld, %llu missing, %llu corrupt\n",
		(unsigned long long)r->bodies_present, (unsigned long long)r->bodies_withheld,
		(unsigned long long)r->bodies_missing, (unsigned long long)r->bodies_corrupt);
}

static pl_status examine(struct pl_cli *cli, struct pl_instance *inst, struct pl_fact_report *r, struct pl_diag *diag)
{
	const char *scratch = pl_cli_get(cli, "scratch");
	pl_status st = PL_OK;

	if (pl_cli_has(cli, "rebuild"))
		st = pl_fact_rebuild(inst, scratch ? scratch : "/var/tmp", r, diag);
	return st ? st : pl_fact_bodies(inst, pl_cli_has(cli, "read-bodies"), r, diag);
}

static int run(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_fact_report r = {0};
	struct pl_diag diag = {0};
	bool rebuilt = pl_cli_has(cli, "rebuild"), good;
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = examine(cli, inst, &r, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	good = r.tables_different == 0 && r.bodies_missing == 0 && r.bodies_corrupt == 0;
	if (!pl_cli_has(cli, "json")) {
		print_report(&r, rebuilt);
		return good ? PL_EXIT_OK : PL_EXIT_NO;
	}
	pl_json_set_bool(root, "ok", good);
	json_report(&r, rebuilt, root);
	st = pl_json_write(root, &out);
	pl_buf_put_c(&out, '\n');
	if (st || pl_cli_out(pl_buf_str(&out)) != PL_OK)
		return PL_EXIT_UNKNOWN;
	return good ? PL_EXIT_OK : PL_EXIT_NO;
}

static const struct pl_cli_option options[] = {
	PL_CLI_INSTANCE,
	{"rebuild", NULL, "derive the public tables anew from the log and compare"},
	{"read-bodies", NULL, "read every body and compare it with its digest"},
	{"scratch", "DIR", "where to derive (default /var/tmp)"},
	PL_CLI_JSON,
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_fsck = {
	.name = "fsck",
	.help = "are the tables what the log says?",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Look for every body and, with --rebuild, derive the tables anew; exit 1 if something is wrong", options,
			0, 0, run},
		{NULL},
	},
};
