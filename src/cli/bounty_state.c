/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid bounty matrix` and `pellucid vuln policy`: documents of which the log keeps every version. */
#include "base/time.h"
#include "cli/bounty.h"
#include "cli/entity.h"
#include "cli/release.h"
#include "register/vuln/query.h"

#define MEDIA PL_STR("text/plain")
#define ARENA_BYTES ((size_t)2 << 20)

struct stating {
	const char *type;
	const char *key;  /* the member with its name: "program" */
	const char *body; /* the member with its text: "matrix" */
	pl_str name, text;
	uint64_t from;
	const char *currency; /* NULL: none */
	pl_status (*versions)(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
		struct pl_vuln_stated **ret, size_t *ret_n);
};

static int state(struct pl_cli *cli, struct pl_instance *inst, const struct stating *s)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_body body = {.size = s->text.len, .media_type = MEDIA};
	struct pl_cli_claim claim = {.type = s->type, .predicate = predicate, .stream = "register"};
	struct pl_vuln_stated *last = NULL;
	size_t n = 0;
	char from[21];
	pl_status st = s->versions(inst, s->name, INT64_MAX, 1, &arena, &last, &n);

	pl_sha256(pl_str_bytes(s->text), &body.digest);
	if (!st && n && pl_digest_eq(&last->body, &body.digest))
		return pl_cli_state_there(cli);
	if (!st)
		st = pl_blob_put_bytes(pl_instance_blobs(inst), pl_str_bytes(s->text), &body.digest);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	claim.subject = (struct pl_subject){s->name, body.digest};
	pl_time_write(s->from * PL_SECOND, from);
	pl_json_set_str(predicate, s->key, s->name);
	pl_json_set_u64(predicate, "version", n ? last->version + 1 : 1);
	pl_json_set_z(predicate, "from", from);
	if (s->currency)
		pl_json_set_z(predicate, "currency", s->currency);
	pl_json_set(predicate, s->body, pl_body_to_json(&body));
	return pl_cli_state_tried(cli, inst, &claim);
}

int pl_cli_bounty_matrix(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REWARD_MATRIX_MAX);
	struct pl_reward_matrix *m = pl_arena_alloc(&arena, 1, sizeof *m);
	struct stating s = {PL_TYPE_REWARD_MATRIX, "program", "matrix", .versions = pl_query_reward_matrices};
	struct pl_diag diag = {0};
	pl_status st = m ? pl_cli_read_file(cli->argv[0], &text, &diag) : PL_E_NOMEM;
	int code;

	if (!st)
		st = pl_reward_matrix_parse(pl_buf_str(&text), &arena, m, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	s.name = m->program;
	s.text = pl_buf_str(&text);
	s.from = m->from;
	s.currency = m->currency.code;
	return pl_cli_instance_open(cli, &inst, &code) ? state(cli, inst, &s) : code;
}

int pl_cli_vuln_policy(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DISCLOSURE_TEXT_MAX);
	struct pl_disclosure_policy p;
	struct stating s = {PL_TYPE_DISCLOSURE_POLICY, "language", "policy", .versions = pl_query_disclosure_policies};
	struct pl_diag diag = {0};
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (!st)
		st = pl_disclosure_policy_parse(pl_buf_str(&text), &arena, &p, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	s.name = p.language;
	s.text = pl_buf_str(&text);
	s.from = p.from;
	return pl_cli_instance_open(cli, &inst, &code) ? state(cli, inst, &s) : code;
}
