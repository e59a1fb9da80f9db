/* SPDX-License-Identifier: Apache-2.0 */
/* cli/claim_state: the verbs of `pellucid claim` that state something. */
#include "base/time.h"
#include "cli/claim.h"
#include "cli/release.h"
#include "cli/state.h"
#include "register/claim_apply.h"
#include "register/claim_import.h"

#define TABLE_ARENA ((size_t)64 << 20)
#define FILE_ARENA ((size_t)8 << 20)

/* ---- add ---- */

static int tell_known(const struct pl_cli *cli, const struct pl_claim *c)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("already there: %.*s\n", PL_STR_ARG(c->id));
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_str(o, "claim", c->id);
	pl_json_set_bool(o, "reused", true);
	return pl_cli_json_line(cli, o);
}

static int state_row(struct pl_cli *cli, struct pl_instance *inst, const struct pl_claim_row *row)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_CLAIM, .predicate = predicate, .stream = PL_CLAIM_STREAM,
		.subject = {row->claim.id, row->claim.words.digest}};
	struct pl_diag diag = {0};
	bool there = false;
	pl_status st = pl_claim_known(inst, row, &there, &diag);

	if (!st && there)
		return tell_known(cli, &row->claim);
	if (!st)
		st = pl_claim_keep_words(inst, row, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_claim_to_json(&row->claim, predicate);
	return pl_cli_state(cli, inst, &claim);
}

int pl_cli_claim_add(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(FILE_ARENA);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_claim_row row;
	struct pl_diag diag = {0};
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (!st)
		st = pl_claim_file_parse(pl_buf_str(&text), &arena, &row, &diag);
	if (st)
		return pl_cli_fail(cli, st == PL_E_NOTFOUND ? PL_E_SYNTAX : st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_row(cli, inst, &row) : code;
}

/* ---- import ---- */

static int print_imported(const struct pl_cli *cli, size_t made, size_t n)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%zu claim%s stated, %zu already there\n", made, made == 1 ? "" : "s", n - made);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "stated", made);
	pl_json_set_u64(o, "there", n - made);
	return pl_cli_json_line(cli, o);
}

int pl_cli_claim_import(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_ARENA);
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CLAIM_TABLE_MAX);
	struct pl_claim_row *rows = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	size_t n = 0, made = 0;
	pl_status st = pl_cli_read_file(cli->argv[0], &csv, &diag);
	int code;

	if (!st)
		st = pl_claim_table_parse(pl_buf_str(&csv), &arena, &rows, &n, &diag);
	if (st)
		return pl_cli_fail(cli, st == PL_E_NOTFOUND ? PL_E_SYNTAX : st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_claim_import(j.inst, rows, n, j.job.wait_ns, &made, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : print_imported(cli, made, n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- status ---- */

static pl_status set_evidence(const struct pl_cli *cli, struct pl_json *predicate, struct pl_diag *diag)
{
	struct pl_json *list = pl_json_set_array(predicate, "evidence");
	struct pl_digest digests[PL_CLAIM_EVIDENCE_MAX];
	char text[PL_DIGEST_TEXT + 1];
	size_t n = 0;
	pl_status st = pl_claim_digests(pl_str_from(pl_cli_get(cli, "evidence")), digests, &n, diag);

	if (st)
		return st;
	for (size_t i = 0; i < n; i++) {
		pl_digest_text(&digests[i], text);
		pl_json_push_z(list, text);
	}
	return PL_OK;
}

static pl_status set_members(const struct pl_cli *cli, struct pl_json *predicate, struct pl_diag *diag)
{
	const char *by = pl_cli_get(cli, "by"), *date = pl_cli_get(cli, "date");
	char time[21];
	uint64_t t = 0;
	unsigned word;
	pl_status st = pl_claim_word(pl_str_from(cli->argv[1]), pl_claim_statuses, &word);

	if (st)
		return pl_diag_set(diag, st, "expected open, met, late, withdrawn or superseded, found \"%s\"", cli->argv[1]);
	if (date)
		st = pl_claim_date(pl_str_from(date), false, &t, diag);
	if (st)
		return st;
	pl_json_set_z(predicate, "claim", cli->argv[0]);
	pl_json_set_z(predicate, "status", cli->argv[1]);
	if (by)
		pl_json_set_z(predicate, "by", by);
	if (date) {
		pl_time_write(t * PL_SECOND, time);
		pl_json_set_z(predicate, "date", time);
	}
	return set_evidence(cli, predicate, diag);
}

int pl_cli_claim_status(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(FILE_ARENA);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_CLAIM_STATUS, .predicate = predicate, .stream = PL_CLAIM_STREAM};
	struct pl_diag diag = {0};
	struct pl_claim c;
	pl_status st = set_members(cli, predicate, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = pl_query_claim(inst, pl_str_from(cli->argv[0]), &arena, &c);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "there is no claim \"%s\"", cli->argv[0]);
	if (!st)
		st = pl_claim_may_change(inst, predicate, &c.pae, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){c.id, c.pae};
	return pl_cli_state(cli, inst, &claim);
}
