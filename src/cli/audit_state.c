/* SPDX-License-Identifier: Apache-2.0 */
/* cli/audit_state: the verbs of `pellucid audit` that state something. */
#include "cli/audit.h"
#include "register/audit/import.h"
#include "register/claim.h"
#include "register/entity/columns.h"

#define TABLE_ARENA ((size_t)64 << 20)

static pl_status read_table(const struct pl_cli *cli, struct pl_arena *arena, struct pl_audit_row **rows, size_t *n,
	struct pl_diag *diag)
{
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(PL_AUDIT_TABLE_MAX);
	pl_str kept;
	pl_status st = pl_cli_read_file(cli->argv[0], &csv, diag);

	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&csv), &kept);
	if (!st)
		st = pl_audit_table_parse(kept, arena, rows, n, diag);
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

/* ---- add, import ---- */

static int state_row(struct pl_cli *cli, struct pl_instance *inst, const struct pl_audit_row *row)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_AUDIT, .predicate = predicate, .stream = PL_AUDIT_STREAM,
		.subject = {row->audit.id, row->audit.scope.digest}};
	struct pl_diag diag = {0};
	bool there = false;
	pl_status st = pl_audit_prepare(inst, row, &there, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (there)
		return pl_cli_state_there(cli);
	pl_audit_to_json(&row->audit, predicate);
	return pl_cli_state_tried(cli, inst, &claim);
}

int pl_cli_audit_add(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_audit_row *rows = NULL;
	struct pl_diag diag = {0};
	size_t n = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (!st && n != 1)
		st = pl_diag_set(&diag, PL_E_RANGE, "expected one audit, found %zu: pellucid audit import takes more", n);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_row(cli, inst, &rows[0]) : code;
}

int pl_cli_audit_import(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_audit_row *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0, made = 0;
	pl_status st = read_table(cli, &arena, &rows, &n, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_audit_import(j.inst, rows, n, j.job.wait_ns, &made, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : pl_cli_state_imported(cli, "audits", made, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- end ---- */

/* What the arguments say, without asking the database. */
static pl_status read_end(const struct pl_cli *cli, struct pl_audit_end *ret, struct pl_diag *diag)
{
	const char *from = pl_cli_get(cli, "from"), *reason = pl_cli_get(cli, "reason");
	unsigned state = 0, why = 0;
	pl_status st;

	*ret = (struct pl_audit_end){.audit = pl_str_from(cli->argv[0])};
	if (pl_claim_word(pl_str_from(cli->argv[1]), pl_audit_states, &state))
		return pl_diag_set(diag, PL_E_SYNTAX, "STATE is suspended, reinstated, withdrawn or expired");
	if (!reason || pl_claim_word(pl_str_from(reason), pl_audit_reasons, &why))
		return pl_diag_set(diag, PL_E_SYNTAX, "--reason wants accreditation-lost, auditor-decision, corrected, "
			"holder-request, non-conformity, replaced, scope-ended or stated-in-error");
	st = pl_columns_day(pl_str_from(from ? from : ""), "--from", &ret->from, diag);
	if (!st && !ret->from)
		st = pl_diag_set(diag, PL_E_SYNTAX, "--from wants the day from which it holds");
	ret->state = (enum pl_audit_state)state;
	ret->reason = (enum pl_audit_reason)why;
	return st;
}

static int state_end(struct pl_cli *cli, struct pl_instance *inst, const struct pl_audit_end *e)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)2 << 20);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_AUDIT_END, .predicate = predicate, .stream = PL_AUDIT_STREAM};
	struct pl_audit_life l;
	struct pl_diag diag = {0};
	pl_status st = pl_query_audit(inst, e->audit, &arena, &l);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(&diag, "pellucid audit list");
		st = pl_diag_set(&diag, st, "there is no audit \"%.*s\"", PL_STR_ARG(e->audit));
	}
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){e->audit, l.audit.pae};
	pl_audit_end_to_json(e, predicate);
	return pl_cli_state_tried(cli, inst, &claim);
}

int pl_cli_audit_end(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_audit_end e;
	struct pl_diag diag = {0};
	pl_status st = read_end(cli, &e, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_end(cli, inst, &e) : code;
}
