/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid duty`: who carries which duty of an entity, and what would be missing if headquarters were gone. */
#include "base/time.h"
#include "cli/entity.h"
#include "cli/release.h"
#include "register/entity/columns.h"
#include "register/entity/import.h"
#include "register/entity/query.h"

#define TABLE_ARENA ((size_t)128 << 20)

/* ---- list ---- */

struct listing {
	struct pl_cli_job j;
	struct pl_entity *all;
	size_t n, red;
	uint64_t now;
	struct pl_json *array;
};

static void json_duty(struct listing *l, const struct pl_entity *e, unsigned kind, const struct pl_duty *d,
	unsigned flags)
{
	struct pl_json *o = pl_json_push_object(l->array), *list;

	if (d) {
		pl_duty_to_json(d, o);
		pl_json_set_u64(o, "index", d->index);
	} else {
		pl_json_set_str(o, "entity", e->id);
		pl_json_set_z(o, "duty", pl_duty_kinds[kind]);
	}
	list = pl_json_set_array(o, "flags");
	for (unsigned i = 0; i < PL_DUTY_FLAGS; i++)
		if (flags & PL_DUTY_BIT(i))
			pl_json_push_z(list, pl_duty_flags[i]);
}

static void print_posts(const struct pl_duty *d, bool deputies)
{
	bool any = false;

	for (size_t i = 0; i < d->n_posts; i++) {
		if (d->posts[i].deputy != deputies)
			continue;
		(void)printf("%s%.*s@%.*s", any ? ", " : deputies ? "; deputy " : " ", PL_STR_ARG(d->posts[i].post),
			PL_STR_ARG(d->posts[i].at));
		any = true;
	}
}

static void print_duty(const struct pl_entity *e, unsigned kind, const struct pl_duty *d, unsigned flags)
{
	char day[11];

	(void)printf("%s%-6s%s %-24.*s %-16s", pl_cli_style(stdout, flags ? PL_STYLE_BAD : PL_STYLE_GOOD),
		flags ? "red" : "good", pl_cli_style(stdout, PL_STYLE_PLAIN), PL_STR_ARG(e->id), pl_duty_kinds[kind]);
	if (d) {
		print_posts(d, false);
		print_posts(d, true);
		pl_cli_day_print(d->drilled, day);
		(void)printf("; drill %s", d->drilled ? day : "never");
	}
	for (unsigned i = 0; i < PL_DUTY_FLAGS; i++)
		if (flags & PL_DUTY_BIT(i))
			(void)printf(" [%s]", pl_duty_flags[i]);
	(void)printf("\n");
}

static pl_status list_entity(struct listing *l, const struct pl_entity *e)
{
	struct pl_duty_set set;
	pl_status st = pl_query_duties(l->j.inst, e->id, &l->j.arena, &set);

	for (unsigned kind = 0; kind < PL_DUTY_KINDS && !st; kind++) {
		const struct pl_duty *d = set.there[kind] ? &set.duty[kind] : NULL;
		unsigned flags;

		if (e->ended || (!d && !pl_duty_wanted(e)))
			continue;
		flags = pl_duty_judge(d, e->id, l->all, l->n, l->now);
		l->red += flags != 0;
		if (pl_cli_has(l->j.cli, "json"))
			json_duty(l, e, kind, d, flags);
		else
			print_duty(e, kind, d, flags);
	}
	return st;
}

static pl_status list_all(struct listing *l, const char *only, struct pl_diag *diag)
{
	bool found = !only;
	pl_status st = pl_query_entities(l->j.inst, &l->j.arena, &l->all, &l->n);

	for (size_t i = 0; i < l->n && !st; i++) {
		if (only && !pl_str_eq(l->all[i].id, pl_str_from(only)))
			continue;
		found = true;
		st = list_entity(l, &l->all[i]);
	}
	if (!st && !found)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "there is no entity \"%s\"", only);
	return st;
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const char *at = pl_cli_get(cli, "at");
	struct listing l = {.now = pl_time_now() / PL_SECOND, .array = pl_json_set_array(o, "duties")};
	struct pl_diag diag = {0};
	pl_status st = at ? pl_columns_day(pl_str_from(at), "--at", &l.now, &diag) : PL_OK;
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&l.j, cli, &code))
		return code;
	st = list_all(&l, pl_cli_get(cli, "entity"), &diag);
	pl_json_set_u64(o, "red", l.red);
	if (st)
		code = pl_cli_job_fail(&l.j, st, &diag);
	else
		code = pl_cli_has(cli, "json") ? pl_cli_json_line(cli, pl_json_ref(o)) : PL_EXIT_OK;
	pl_cli_job_close(&l.j);
	return code ? code : l.red ? PL_EXIT_NO : PL_EXIT_OK;
}

/* ---- add, import ---- */

static pl_status read_table(const struct pl_cli *cli, struct pl_arena *arena, struct pl_duty_row **rows, size_t *n,
	struct pl_diag *diag)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ENTITY_TABLE_MAX);
	pl_str kept;
	pl_status st = pl_cli_read_file(cli->argv[0], &csv, diag);

	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&csv), &kept);
	if (!st)
		st = pl_duty_table_parse(kept, arena, rows, n, diag);
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

static int state_row(struct pl_cli *cli, struct pl_instance *inst, struct pl_duty_row *row)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_ENTITY_DUTY, .predicate = predicate, .stream = PL_ENTITY_STREAM,
		.subject.name = row->duty.entity};
	struct pl_diag diag = {0};
	bool there = false;
	pl_status st = pl_duty_prepare(inst, row, &there, &claim.subject.sha256, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (there)
		return pl_cli_state_there(cli);
	pl_duty_to_json(&row->duty, predicate);
	return pl_cli_state_tried(cli, inst, &claim);
}

static int add(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_duty_row *rows = NULL;
	struct pl_diag diag = {0};
	size_t n = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (!st && n != 1)
		st = pl_diag_set(&diag, PL_E_RANGE, "expected one duty, found %zu: pellucid duty import takes more", n);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_row(cli, inst, &rows[0]) : code;
}

static int import(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_duty_row *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0, made = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_duty_import(j.inst, rows, n, j.job.wait_ns, &made, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : pl_cli_state_imported(cli, "duties", made, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- the table ---- */

static const struct pl_cli_option state_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option import_options[] = {PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON,
	{NULL}};
static const struct pl_cli_option list_options[] = {
	{"entity", "ENTITY", "only the duties of this one"},
	{"at", "DAY", "as if today were this day"},
	PL_CLI_INSTANCE,
	PL_CLI_JSON,
	{NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"add", "FILE", "state the one duty of a table", state_options, 1, 1, add},
	{"import", "FILE", "state the duties of a table, all or none", import_options, 1, 1, import},
	{"list", "", "duties and what is wrong with them; exit code 1 if one is red", list_options, 0, 0, list},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_duty = {"duty", "who carries what if headquarters are gone", verbs};
