/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid recover`: what was lost without a backup is made anew from what is left. The work is in fact/recover. */
#include "base/json.h"
#include "cli/instance.h"
#include "fact/recover.h"

static const char witnessed_words[] =
	"The log is held at its next start until enough witnesses have told what they have seen: if one has seen more, this\n"
	"directory is an older copy, and the log stays held until the newer one is restored.\n";
static const char unwitnessed_words[] =
	"NOT WITNESSED: a log without witnesses can be forked by whoever restores it. If this directory is an older copy,\n"
	"the next entry makes a second history, and nothing will show it. Find witnesses.\n";

static void print_report(const struct pl_recover_report *r)
{
	(void)printf("record     %llu entries", (unsigned long long)r->recorded);
	if (r->behind)
		(void)printf("; %llu more in the journal are recorded at the next start", (unsigned long long)r->behind);
	(void)printf("\ntables     made from %llu entries, those under the published checkpoint\n",
		(unsigned long long)r->projected);
	(void)printf("outbox     %llu entries are taken as made here", (unsigned long long)r->known);
	if (r->foreign)
		(void)printf("; %llu are no statements", (unsigned long long)r->foreign);
	(void)printf("\nbodies     %llu present, %llu withheld, %llu missing\n", (unsigned long long)r->bodies.bodies_present,
		(unsigned long long)r->bodies.bodies_withheld, (unsigned long long)r->bodies.bodies_missing);
	(void)fprintf(stderr,
		"Lost for good: statements that were stored and not yet in the log; entries acknowledged after this copy of the\n"
		"directory was made, if it is not the newest; notes of work under way (builds not yet released) and jobs.\n%s",
		r->witnessed ? witnessed_words : unwitnessed_words);
}

static pl_status print_json(const struct pl_recover_report *r)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *bodies;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st;

	pl_json_set_u64(o, "recorded", r->recorded);
	pl_json_set_u64(o, "behind", r->behind);
	pl_json_set_u64(o, "projected", r->projected);
	pl_json_set_u64(o, "known", r->known);
	pl_json_set_u64(o, "foreign", r->foreign);
	pl_json_set_u64(o, "epoch", r->epoch);
	pl_json_set_bool(o, "witnessed", r->witnessed);
	bodies = pl_json_set_object(o, "bodies");
	pl_json_set_u64(bodies, "present", r->bodies.bodies_present);
	pl_json_set_u64(bodies, "withheld", r->bodies.bodies_withheld);
	pl_json_set_u64(bodies, "missing", r->bodies.bodies_missing);
	st = pl_json_write(o, &out);
	pl_buf_put_c(&out, '\n');
	return st ? st : pl_cli_out(pl_buf_str(&out));
}

static int run_database(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_recover_report report = {0};
	struct pl_recover_options opt;
	struct pl_diag diag = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	opt = (struct pl_recover_options){.unwitnessed = pl_cli_has(cli, "accept-that-nobody-witnesses"),
		.from_copy = pl_cli_has(cli, "from-older-copy")};
	st = pl_instance_recover(inst, &opt, &report, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_has(cli, "json")) {
		print_report(&report);
		return PL_EXIT_OK;
	}
	return print_json(&report) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static const struct pl_cli_option database_options[] = {
	PL_CLI_INSTANCE,
	{"from-older-copy", NULL, "the database is an older copy and there is no newer one: bring it up to the log"},
	{"accept-that-nobody-witnesses", NULL, "with quorum none: go on although nothing could show that this is an older copy"},
	PL_CLI_JSON,
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_recover = {
	.name = "recover",
	.help = "make anew what was lost without a backup",
	.verbs = (const struct pl_cli_verb[]){
		{"database", "", "Make record and tables anew from the log's directory; refuses if the database holds a record",
			database_options, 0, 0, run_database},
		{NULL},
	},
};
