/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/vocabulary.h"
#include "base/time.h"
#include "fact/member.h"
#include "fact/projector.h"
#include "register/entity/codes.h"
#include "register/vuln/query.h"
#include "register/vuln/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

/* ---- shapes ---- */

static const struct pl_field matrix_fields[] = {
	{"program", PL_FIELD_TOKEN},
	{"version", PL_FIELD_U64, .min = 1},
	{"from", PL_FIELD_TIME},
	{"currency", PL_FIELD_NAME},
	{"matrix", PL_FIELD_BODY},
	{NULL},
};
static const struct pl_field policy_fields[] = {
	{"language", PL_FIELD_TOKEN},
	{"version", PL_FIELD_U64, .min = 1},
	{"from", PL_FIELD_TIME},
	{"policy", PL_FIELD_BODY},
	{NULL},
};

static pl_status check_subject(const struct pl_statement *s, const char *name, const char *body, struct pl_diag *diag)
{
	struct pl_body b = {0};

	(void)pl_member_body(s->predicate, body, &b);
	if (s->n_subjects != 1 || !pl_digest_eq(&s->subjects[0].sha256, &b.digest) ||
		!pl_str_eq(s->subjects[0].name, pl_member_text(s->predicate, name)))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, named by \"%s\", its digest that of \"%s\"", name, body);
	return PL_OK;
}

static pl_status check_matrix(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_currency currency;

	if (pl_currency_parse(pl_member_text(s->predicate, "currency"), &currency))
		return pl_diag_set(diag, PL_E_RANGE, "currency: expected the code of one, like USD");
	return check_subject(s, "program", "matrix", diag);
}

static pl_status check_policy(const struct pl_statement *s, struct pl_diag *diag)
{
	return check_subject(s, "language", "policy", diag);
}

/* ---- rows ---- */

static uint64_t seconds(const struct pl_statement *s, const char *name)
{
	uint64_t t = 0;

	/* Checked as a time when the statement came in. */
	return pl_time_parse(pl_member_text(s->predicate, name), &t) ? 0 : t / PL_SECOND;
}

static pl_status may_follow(struct pl_projection *p, const struct pl_statement *s, const struct pl_sql *last, const char *name,
	struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str of = pl_member_text(s->predicate, name);
	uint64_t version = pl_member_u64(s->predicate, "version"), highest = 0, from = 0;
	pl_status st = pl_db_one(p->tx, last, PL_DB_ARGS(PL_DB_STR(of)), &rows);

	if (!st) {
		highest = pl_db_col_u64(rows, 0);
		from = pl_db_col_u64(rows, 1);
		st = pl_db_rows_status(rows);
	}
	if (st && st != PL_E_NOTFOUND)
		return st;
	if (version != highest + 1)
		return pl_diag_set(diag, PL_E_CONFLICT, "the next version of %.*s is %llu", PL_STR_ARG(of), (unsigned long long)highest + 1);
	if (seconds(s, "from") < from)
		return pl_diag_set(diag, PL_E_RANGE, "it would hold from an earlier day than version %llu", (unsigned long long)highest);
	return PL_OK;
}

static pl_status apply_matrix(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body body = {0};
	pl_status st = may_follow(p, s, &pl_sql_reward_matrix_last, "program", diag);

	(void)pl_member_body(s->predicate, "matrix", &body);
	return st ? st : pl_db_exec(p->tx, &pl_sql_reward_matrix_put,
		PL_DB_ARGS(PL_DB_STR(pl_member_text(s->predicate, "program")), PL_DB_U64(pl_member_u64(s->predicate, "version")),
			PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(pl_statement_time(s) / PL_SECOND), PL_DB_U64(seconds(s, "from")),
			PL_DB_STR(pl_member_text(s->predicate, "currency")), DIGEST(&body.digest), PL_DB_U64(body.size)),
		NULL);
}

static pl_status apply_policy(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body body = {0};
	pl_status st = may_follow(p, s, &pl_sql_disclosure_policy_last, "language", diag);

	(void)pl_member_body(s->predicate, "policy", &body);
	return st ? st : pl_db_exec(p->tx, &pl_sql_disclosure_policy_put,
		PL_DB_ARGS(PL_DB_STR(pl_member_text(s->predicate, "language")), PL_DB_U64(pl_member_u64(s->predicate, "version")),
			PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(pl_statement_time(s) / PL_SECOND), PL_DB_U64(seconds(s, "from")),
			DIGEST(&body.digest), PL_DB_U64(body.size)),
		NULL);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_REWARD_MATRIX, "Rewards for finders", matrix_fields, check_matrix, SERVICE, PL_APPROVAL_OFFICERS, apply_matrix},
	{PL_TYPE_DISCLOSURE_POLICY, "Disclosure policy", policy_fields, check_policy, SERVICE, PL_APPROVAL_OFFICERS, apply_policy},
};

static const struct pl_public_table tables[] = {
	{"reward_matrix", &pl_sql_dump_reward_matrix, "tuubuutbu"},
	{"disclosure_policy", &pl_sql_dump_disclosure_policy, "tuubuubu"},
};

static const struct pl_signing_rule rules[] = {
	{PL_TYPE_REWARD_MATRIX, PL_PEER_BIT(PL_PEER_OPERATOR)},
	{PL_TYPE_DISCLOSURE_POLICY, PL_PEER_BIT(PL_PEER_OPERATOR)},
};

const struct pl_fact_room pl_vuln_room = {
	.name = "vuln",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_vuln_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
};
