/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid entity`: legal entities, as they were stated. */
#include "base/time.h"
#include "cli/entity.h"
#include "cli/release.h"
#include "cli/state.h"
#include "register/batch.h"
#include "register/entity/columns.h"
#include "register/entity/import.h"
#include "register/entity/query.h"

#define TABLE_ARENA ((size_t)128 << 20)
#define VERSIONS_MAX 64u

void pl_cli_day_print(uint64_t day, char out[static 11])
{
	char time[21];

	pl_time_write(day * PL_SECOND, time);
	(void)snprintf(out, 11, "%.10s", time);
}

/* ---- one version ---- */

static pl_str name_of(struct pl_cli_job *j, const struct pl_entity *e)
{
	struct pl_sheet sheet;

	return pl_query_sheet(j->inst, e, &j->arena, &sheet) == PL_OK ? sheet.legal_name : PL_STR("(its sheet is not shown)");
}

static void print_line(struct pl_cli_job *j, const struct pl_entity *e)
{
	char from[11];

	pl_cli_day_print(e->from, from);
	(void)printf("%-24.*s %.*s  %-20.*s %.*s (version %llu, from %s%s)\n", PL_STR_ARG(e->id), PL_STR_ARG(e->country),
		PL_STR_ARG(e->lei.len ? e->lei : PL_STR("-")), PL_STR_ARG(name_of(j, e)), (unsigned long long)e->version, from,
		e->ended ? ", ended" : "");
}

static void json_version(struct pl_cli_job *j, const struct pl_entity *e, struct pl_json *o)
{
	struct pl_sheet sheet;

	pl_entity_to_json(e, o);
	pl_json_set_u64(o, "index", e->index);
	if (pl_query_sheet(j->inst, e, &j->arena, &sheet) == PL_OK)
		pl_json_set_str(o, "legalName", sheet.legal_name);
}

static int print_all(struct pl_cli_job *j, const char *member, const struct pl_entity *list, size_t n)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, member);

	for (size_t i = 0; i < n; i++)
		if (pl_cli_has(j->cli, "json"))
			json_version(j, &list[i], pl_json_push_object(array));
		else
			print_line(j, &list[i]);
	if (pl_cli_has(j->cli, "json"))
		return pl_cli_json_line(j->cli, o);
	pl_json_free(o);
	return PL_EXIT_OK;
}

/* ---- list, history ---- */

static int list(struct pl_cli *cli)
{
	struct pl_entity *all = NULL;
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_entities(j.inst, &j.arena, &all, &n);
	code = st ? pl_cli_job_fail(&j, st, NULL) : print_all(&j, "entities", all, n);
	pl_cli_job_close(&j);
	return code;
}

static pl_status none(const char *name, struct pl_diag *diag)
{
	pl_diag_hint(diag, "pellucid entity list");
	return pl_diag_set(diag, PL_E_NOTFOUND, "there is no entity \"%s\"", name);
}

static int history(struct pl_cli *cli)
{
	struct pl_entity *versions = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_entity_history(j.inst, pl_str_from(cli->argv[0]), INT64_MAX, VERSIONS_MAX, &j.arena, &versions, &n);
	if (!st && !n)
		st = none(cli->argv[0], &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_all(&j, "versions", versions, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- show ---- */

static void print_sheet(struct pl_cli_job *j, const struct pl_entity *e)
{
	struct pl_sheet s;

	if (pl_query_sheet(j->inst, e, &j->arena, &s) != PL_OK)
		return;
	for (size_t i = 0; i < s.n_names; i++)
		(void)printf("  %s name: %.*s\n", pl_sheet_kinds[s.names[i].kind], PL_STR_ARG(s.names[i].name));
	if (s.number.len)
		(void)printf("  registered: %.*s, %.*s\n", PL_STR_ARG(s.authority), PL_STR_ARG(s.number));
	for (size_t i = 0; i < s.n_banks; i++)
		(void)printf("  house bank: %.*s\n", PL_STR_ARG(s.banks[i]));
}

static void print_lists(const struct pl_entity *e)
{
	char since[11];

	for (unsigned i = 0; i < PL_ENTITY_ROLES; i++)
		if (e->roles & PL_ENTITY_BIT(i))
			(void)printf("  role: %s\n", pl_entity_roles[i]);
	for (size_t i = 0; i < e->n_parents; i++) {
		pl_cli_day_print(e->parents[i].since, since);
		(void)printf("  parent: %.*s, %llu.%02llu %% since %s\n", PL_STR_ARG(e->parents[i].entity),
			(unsigned long long)(e->parents[i].share / 100), (unsigned long long)(e->parents[i].share % 100), since);
	}
	for (size_t i = 0; i < e->n_assets; i++)
		(void)printf("  owns: %s %.*s\n", pl_entity_asset_kinds[e->assets[i].kind], PL_STR_ARG(e->assets[i].name));
	(void)printf("  releases: %s\n", e->approves ? "approves them" : "does not approve them");
	if (e->own_books)
		(void)printf("  own books: since %llu\n", (unsigned long long)e->own_books);
}

static pl_status find(struct pl_cli_job *j, const char *at, struct pl_entity *ret, struct pl_diag *diag)
{
	pl_str id = pl_str_from(j->cli->argv[0]);
	uint64_t when = 0;
	pl_status st = at ? pl_columns_day(pl_str_from(at), "--at", &when, diag) : PL_OK;

	if (!st)
		st = at ? pl_query_entity_at(j->inst, id, when, &j->arena, ret) : pl_query_entity(j->inst, id, &j->arena, ret);
	return st == PL_E_NOTFOUND ? none(j->cli->argv[0], diag) : st;
}

static int print_one(struct pl_cli_job *j, const struct pl_entity *e)
{
	struct pl_json *o;

	if (pl_cli_has(j->cli, "json")) {
		o = pl_json_new_object();
		json_version(j, e, o);
		return pl_cli_json_line(j->cli, o);
	}
	print_line(j, e);
	print_sheet(j, e);
	print_lists(e);
	(void)printf("  entry %llu\n", (unsigned long long)e->index);
	return PL_EXIT_OK;
}

static int show(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	struct pl_entity e;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = find(&j, pl_cli_get(cli, "at"), &e, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_one(&j, &e);
	pl_cli_job_close(&j);
	return code;
}

/* ---- add, import ---- */

/* Does the payload that --payload-only printed before say what would be stated now? */
static pl_status check_given(const struct pl_cli_claim *claim, pl_bytes payload, struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_statement_open_payload(payload, &s, diag);

	if (st)
		return st;
	predicate = pl_json_copy(s->predicate);
	pl_json_remove(predicate, "id");
	if (!pl_str_eq(s->type, pl_str_from(claim->type)) || !pl_digest_eq(&s->subjects[0].sha256, &claim->subject.sha256) ||
		!pl_json_equal(predicate, claim->predicate))
		return pl_diag_set(diag, PL_E_MISMATCH, "the payload says something else than the table");
	return PL_OK;
}

int pl_cli_state_tried(struct pl_cli *cli, struct pl_instance *inst, const struct pl_cli_claim *claim)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	const char *given = pl_cli_get(cli, "payload");
	struct pl_diag diag = {0};
	pl_status st;

	if (given)
		st = pl_cli_read_file(given, &payload, &diag);
	else
		st = pl_statement_build(pl_str_from(claim->type), &claim->subject, 1, claim->predicate, &payload, NULL, &diag);
	if (!st && given)
		st = check_given(claim, pl_buf_bytes(&payload), &diag);
	if (!st)
		st = pl_batch_try(inst, pl_buf_bytes(&payload), &diag);
	return st ? pl_cli_fail(cli, st, &diag) : pl_cli_state(cli, inst, claim);
}

int pl_cli_state_there(const struct pl_cli *cli)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("already there\n");
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_bool(o, "reused", true);
	return pl_cli_json_line(cli, o);
}

int pl_cli_state_imported(const struct pl_cli *cli, const char *what, size_t made, size_t n)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%zu %s stated, %zu already there\n", made, what, n - made);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "stated", made);
	pl_json_set_u64(o, "there", n - made);
	return pl_cli_json_line(cli, o);
}

static pl_status read_table(const struct pl_cli *cli, struct pl_arena *arena, struct pl_entity_row **rows, size_t *n,
	struct pl_diag *diag)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ENTITY_TABLE_MAX);
	pl_str kept;
	pl_status st = pl_cli_read_file(cli->argv[0], &csv, diag);

	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&csv), &kept);
	if (!st)
		st = pl_entity_table_parse(kept, arena, rows, n, diag);
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

static int state_row(struct pl_cli *cli, struct pl_instance *inst, struct pl_entity_row *row)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_ENTITY, .predicate = predicate, .stream = PL_ENTITY_STREAM,
		.subject = {row->entity.id, row->entity.sheet.digest}};
	struct pl_diag diag = {0};
	bool there = false;
	pl_status st = pl_entity_prepare(inst, row, &there, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (there)
		return pl_cli_state_there(cli);
	pl_entity_to_json(&row->entity, predicate);
	return pl_cli_state_tried(cli, inst, &claim);
}

static int add(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_entity_row *rows = NULL;
	struct pl_diag diag = {0};
	size_t n = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (!st && n != 1)
		st = pl_diag_set(&diag, PL_E_RANGE, "expected one entity, found %zu: pellucid entity import takes more", n);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_row(cli, inst, &rows[0]) : code;
}

static int import(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_entity_row *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0, made = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_entity_import(j.inst, rows, n, j.job.wait_ns, &made, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : pl_cli_state_imported(cli, "versions of entities", made, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- the table ---- */

static const struct pl_cli_option state_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};
static const struct pl_cli_option import_options[] = {PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON,
	{NULL}};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option show_options[] = {
	{"at", "DAY", "as it was on this day"}, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"add", "FILE", "state the one entity of a table", state_options, 1, 1, add},
	{"import", "FILE", "state the entities of a table, all or none", import_options, 1, 1, import},
	{"list", "", "entities, as they were stated last", read_options, 0, 0, list},
	{"show", "ENTITY", "one entity, its names, parents and what it owns", show_options, 1, 1, show},
	{"history", "ENTITY", "what was stated of an entity, the newest first", read_options, 1, 1, history},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_entity = {"entity", "legal entities, and who owns them", verbs};
