/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid statement`: what was stated, and the few statements that belong to no other noun. */
#include "base/file.h"
#include "base/time.h"
#include "cli/state.h"
#include "cli/statement.h"
#include "fact/log_report.h"
#include "fact/query.h"
#include "fact/record_db.h"
#include "log/system_time.h"
#include <fcntl.h>
#include <limits.h>

#define PAGE_BYTES ((size_t)8 << 20)

/* ---- one row ---- */

static void json_row(struct pl_json *o, const struct pl_query_statement *s)
{
	char text[PL_DIGEST_TEXT + 1], time[21], id[PL_ULID_TEXT + 1];

	pl_json_set_u64(o, "index", s->index);
	pl_json_set_z(o, "state", pl_entry_state_word(s->state));
	if (s->reason.len)
		pl_json_set_str(o, "reason", s->reason);
	pl_digest_text(&s->entry, text);
	pl_json_set_z(o, "entry", text);
	if (!s->has_id)
		return;
	pl_ulid_write(&s->id, id);
	pl_time_write(s->time, time);
	pl_json_set_z(o, "id", id);
	pl_json_set_z(o, "time", time);
	pl_json_set_str(o, "type", s->type);
	pl_digest_text(&s->pae, text);
	pl_json_set_z(o, "pae", text);
	pl_digest_text(&s->signer, text);
	pl_json_set_z(o, "signer", text);
	pl_json_set_u64(o, "approvals", s->approvals);
	pl_json_set_str(o, "subject", s->subject);
	pl_digest_text(&s->subject_digest, text);
	pl_json_set_z(o, "subjectDigest", text);
}

static void print_row(const struct pl_query_statement *s)
{
	char time[21] = "";

	if (s->has_id)
		pl_time_write(s->time, time);
	(void)printf("%8llu  %-20s  %-16.*s  %.*s", (unsigned long long)s->index, time, PL_STR_ARG(s->title),
		PL_STR_ARG(s->subject));
	if (s->state != PL_ENTRY_APPLIED)
		(void)printf("  %s%s: %.*s%s", pl_cli_style(stdout, PL_STYLE_WARN), pl_entry_state_word(s->state),
			PL_STR_ARG(s->reason), pl_cli_style(stdout, PL_STYLE_PLAIN));
	(void)printf("\n");
}

static int print_json(struct pl_json *root)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PAGE_BYTES);
	pl_status st = pl_json_write(root, &out);

	pl_buf_put_c(&out, '\n');
	return st || pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* ---- list ---- */

static int list_refused(struct pl_cli *cli, struct pl_instance *inst, uint64_t limit)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)32 << 20);
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *list = pl_json_set_array(root, "refused");
	struct pl_outbox_row *rows;
	size_t n = 0;
	pl_status st = pl_outbox_refused(pl_instance_db(inst), (size_t)limit, &arena, &rows, &n);

	if (st)
		return pl_cli_fail(cli, st, NULL);
	for (size_t i = 0; i < n; i++) {
		char digest[PL_DIGEST_TEXT + 1], time[21];
		struct pl_json *o = pl_json_push_object(list);

		pl_digest_text(&rows[i].entry_digest, digest);
		pl_time_write(rows[i].put_at, time);
		pl_json_set_z(o, "entry", digest);
		pl_json_set_str(o, "stream", rows[i].stream);
		pl_json_set_u64(o, "number", rows[i].number);
		pl_json_set_z(o, "putAt", time);
		pl_json_set_str(o, "reason", rows[i].reason);
		if (!pl_cli_has(cli, "json"))
			(void)printf("%s  %.*s %llu  %.*s\n", time, PL_STR_ARG(rows[i].stream),
				(unsigned long long)rows[i].number, PL_STR_ARG(rows[i].reason));
	}
	return pl_cli_has(cli, "json") ? print_json(root) : PL_EXIT_OK;
}

static int list_logged(struct pl_cli *cli, struct pl_instance *inst, uint64_t before, uint64_t limit)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *list = pl_json_set_array(root, "statements");
	struct pl_query_statement *rows;
	size_t n = 0;
	pl_status st = pl_query_statements(inst, pl_str_from(pl_cli_get(cli, "type")), before, (size_t)limit, &arena, &rows, &n);

	if (st)
		return pl_cli_fail(cli, st, NULL);
	for (size_t i = 0; i < n; i++)
		if (pl_cli_has(cli, "json"))
			json_row(pl_json_push_object(list), &rows[i]);
		else
			print_row(&rows[i]);
	return pl_cli_has(cli, "json") ? print_json(root) : PL_EXIT_OK;
}

static int run_list(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	uint64_t before, limit;
	int code;

	if (pl_cli_get_u64(cli, "before", INT64_MAX, 0, INT64_MAX, &before) != PL_OK ||
		pl_cli_get_u64(cli, "limit", 20, 1, PL_QUERY_PAGE_MAX, &limit) != PL_OK)
		return PL_EXIT_USAGE;
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	return pl_cli_has(cli, "refused") ? list_refused(cli, inst, limit) : list_logged(cli, inst, before, limit);
}

/* ---- show ---- */

static pl_status find(struct pl_instance *inst, pl_str which, struct pl_arena *arena, struct pl_query_statement *ret,
	struct pl_diag *diag)
{
	struct pl_query_statement *list;
	struct pl_digest digest;
	struct pl_ulid id;
	uint64_t index;
	size_t n = 0;
	pl_status st;

	if (pl_str_to_u64(which, INT64_MAX, &index) == PL_OK)
		st = pl_query_statement_at(inst, index, arena, ret);
	else if (pl_ulid_parse(which, &id) == PL_OK)
		st = pl_query_statement_by_id(inst, &id, arena, ret);
	else if (pl_digest_parse(which, &digest) == PL_OK) {
		st = pl_query_statements_by_digest(inst, &digest, 1, arena, &list, &n);
		if (st == PL_OK && n)
			*ret = list[0];
		else if (st == PL_OK)
			st = PL_E_NOTFOUND;
	} else {
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an index, a ULID or sha256:<hex>, found \"%.*s\"",
			PL_STR_ARG(which));
	}
	return st ? pl_diag_set(diag, st, "no published entry is %.*s", PL_STR_ARG(which)) : PL_OK;
}

static int show_raw(struct pl_cli *cli, pl_bytes entry)
{
	return pl_cli_out(pl_bytes_str(entry)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int show_decoded(struct pl_cli *cli, const struct pl_query_statement *row, pl_bytes entry)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);

	json_row(root, row);
	if (pl_statement_open(entry, &s, NULL) == PL_OK)
		pl_json_set(root, "statement", pl_json_ref(s->json));
	if (pl_cli_has(cli, "json"))
		return print_json(root);
	if (pl_json_write_pretty(root, &out) != PL_OK)
		return PL_EXIT_UNKNOWN;
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int run_show(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PAGE_BYTES);
	struct pl_query_statement row;
	struct pl_query_proof proof;
	struct pl_diag diag = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = find(inst, pl_str_from(cli->argv[0]), &arena, &row, &diag);
	if (st == PL_OK)
		st = pl_query_entry(inst, row.index, &arena, &proof, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_has(cli, "raw") ? show_raw(cli, proof.entry) : show_decoded(cli, &row, proof.entry);
}

/* ---- withhold ---- */

static int run_withhold(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_WITHHELD, .predicate = p, .stream = "documents"};
	const char *reason = pl_cli_get(cli, "reason"), *until = pl_cli_get(cli, "until");
	int code;

	if (!reason)
		return pl_cli_usage(cli, "--reason is missing");
	if (pl_digest_parse(pl_str_from(cli->argv[0]), &claim.subject.sha256) != PL_OK)
		return pl_cli_usage(cli, "expected the body's digest, sha256:<hex>");
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	claim.subject.name = PL_STR("body");
	pl_json_set_z(p, "reason", reason);
	if (until)
		pl_json_set_z(p, "until", until);
	return pl_cli_state(cli, inst, &claim);
}

/* ---- operator's acts on a held log ---- */

static pl_status recorded(struct pl_instance *inst, struct pl_log_state *ret)
{
	struct pl_log_record *r = NULL;
	pl_status st = pl_record_db_new(pl_instance_db(inst), pl_instance_conf(inst)->origin, &r);

	if (st)
		return st;
	st = r->ops->load(r->ctx, ret);
	pl_record_db_free(r);
	return st;
}

static void fill_act(struct pl_json *p, const struct pl_log_state *state, const char *reason)
{
	pl_json_set_u64(p, "size", state->size);
	pl_json_set_z(p, "reason", reason);
}

static int run_resume(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_LOG_RESUME, .predicate = p, .stream = "operator"};
	char root[PL_DIGEST_TEXT + 1];
	struct pl_log_state state;
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = recorded(inst, &state);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	claim.subject = (struct pl_subject){pl_instance_conf(inst)->origin, state.root};
	fill_act(p, &state, cli->argv[0]);
	pl_digest_text(&state.root, root);
	pl_json_set_z(p, "root", root);
	return pl_cli_state(cli, inst, &claim);
}

/* As the log's own file knows it; not to be had by everybody, nor on every machine. 0: not known. */
static uint64_t time_in_file(struct pl_instance *inst)
{
	char path[PATH_MAX];
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_system_time *t = NULL;
	uint64_t used = 0, witnessed = 0;
	int n = snprintf(path, sizeof path, "%.*s/private", PL_STR_ARG(pl_instance_conf(inst)->log_dir));

	if (n < 0 || (size_t)n >= sizeof path || pl_file_open_dir(AT_FDCWD, path, &dir) || pl_system_time_open(dir, NULL, &t))
		return 0;
	pl_system_time_known(t, &used, &witnessed);
	if (witnessed && pl_system_time_judge(t, true) == PL_SYSTEM_TIME_JUMPED)
		used = witnessed;
	pl_system_time_close(t);
	return used;
}

/* What the new time is compared with: where the clock jumped, a witness's time; otherwise the log's own. */
static pl_status time_before(struct pl_instance *inst, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_log_report r;
	pl_status st = PL_OK;

	*ret = time_in_file(inst);
	if (*ret)
		return PL_OK;
	st = pl_log_report_read(pl_instance_db(inst), pl_instance_conf(inst)->origin, &r);
	if (!st)
		*ret = (r.hold & PL_LOG_HOLD_TIME_JUMP) && r.time_witnessed ? r.time_witnessed : r.time_used;
	return st || *ret ? st : pl_diag_set(diag, PL_E_STATE, "no process of this log has said yet which time it used: let it run first (pellucid log status)");
}

static int run_time_accept(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_TIME_ACCEPT, .predicate = p, .stream = "operator"};
	struct pl_diag diag = {0};
	struct pl_log_state state;
	uint64_t time;
	char before[21], now[21];
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = recorded(inst, &state);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	st = time_before(inst, &time, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){pl_instance_conf(inst)->origin, state.root};
	fill_act(p, &state, cli->argv[0]);
	pl_time_write(time, before);
	pl_time_write(pl_time_now(), now);
	pl_json_set_z(p, "before", before);
	pl_json_set_z(p, "accepted", now);
	return pl_cli_state(cli, inst, &claim);
}

/* ---- the table ---- */

static const struct pl_cli_option list_options[] = {
	PL_CLI_INSTANCE,
	{"type", "URI", "only statements of this type"},
	{"before", "INDEX", "entries below this one"},
	{"limit", "N", "how many, at most 256 (default 20)"},
	{"refused", NULL, "what the sequencer refused to log, and why"},
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option show_options[] = {
	PL_CLI_INSTANCE,
	{"raw", NULL, "the entry's bytes as they stand in the log"},
	PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option body_options[] = {
	{"out", "FILE", "where to (default: standard output)"},
	PL_CLI_INSTANCE,
	{NULL},
};
static const struct pl_cli_option import_options[] = {
	{"bodies", "DIR", "where the files lie that came with them: reports, logs"},
	{"wait", "SECONDS", "how long to wait for publication (default 60)"},
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON,
	{NULL},
};
static const struct pl_cli_option document_options[] = {
	{"kind", "WORD", "document, report, attestation, ... (default document)"},
	{"media-type", "TYPE", "default application/octet-stream"},
	{"name", "NAME", "the subject's name (default: the file's)"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option withhold_options[] = {
	{"reason", "WORD", "legal-order, personal-data, security, third-party-rights or retention-ended"},
	{"until", "TIME", "when it will be shown again"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option act_options[] = {PL_CLI_STATE_OPTIONS, {NULL}};

const struct pl_cli_noun pl_cli_noun_statement = {
	.name = "statement",
	.help = "what was stated",
	.verbs = (const struct pl_cli_verb[]){
		{"list", "", "List statements, the newest first", list_options, 0, 0, run_list},
		{"show", "INDEX|ULID|DIGEST", "Show one with its decoded content", show_options, 1, 1, run_show},
		{"document", "FILE", "Store a file as a body and state that it exists; prints the entry's index", document_options, 1, 1,
			pl_cli_statement_document},
		{"body", "DIGEST", "Write a body that a statement names", body_options, 1, 1, pl_cli_statement_body},
		{"import", "FILE...", "Take in what a builder or rebuilder outside has signed", import_options, 1, -1,
			pl_cli_statement_import},
		{"verify-page", "", "State the bytes of the Verify page that this program's portal offers as one file; once", act_options, 0, 0,
			pl_cli_statement_verify_page},
		{"withhold", "DIGEST", "State that a body is not shown, and why", withhold_options, 1, 1, run_withhold},
		{"log-resume", "REASON",
			"End a hold without the witnesses: witness-ended, witness-unreachable, witness-lost-state or log-restored",
			act_options, 1, 1, run_resume},
		{"log-time-accept", "REASON",
			"End a hold because of the system time: clock-corrected, machine-was-off, machine-replaced or test",
			act_options, 1, 1, run_time_accept},
		{NULL},
	},
};
