/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/vocabulary.h"
#include "register/audit/apply.h"
#include "register/audit/audit.h"
#include "register/audit/sql.h"

#define ROW_BYTES ((size_t)1 << 20)

/* ---- shapes ---- */

static const struct pl_field cover_fields[] = {
	{"kind", PL_FIELD_ENUM, .words = pl_audit_things},
	{"name", PL_FIELD_TOKEN},
	{NULL},
};
/* No body: its bytes are not published, and nobody looks for them. */
static const struct pl_field report_fields[] = {
	{"digest", PL_FIELD_DIGEST},
	{"mediaType", PL_FIELD_NAME},
	{"size", PL_FIELD_U64, .min = 1},
	{NULL},
};
static const struct pl_field audit_fields[] = {
	{"audit", PL_FIELD_TOKEN},
	{"standard", PL_FIELD_TOKEN},
	{"edition", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"kind", PL_FIELD_ENUM, .words = pl_audit_kinds},
	{"auditorEntity", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"auditor", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{"scope", PL_FIELD_BODY},
	{"covers", PL_FIELD_OBJECT, PL_FIELD_LIST, .fields = cover_fields, .max_items = PL_AUDIT_COVERS_MAX},
	{"asOf", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"from", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"to", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"validFrom", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"validTo", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"supersedes", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"report", PL_FIELD_OBJECT, PL_FIELD_OPTIONAL, .fields = report_fields},
	{NULL},
};
static const struct pl_field end_fields[] = {
	{"audit", PL_FIELD_TOKEN},
	{"state", PL_FIELD_ENUM, .words = pl_audit_states},
	{"reason", PL_FIELD_ENUM, .words = pl_audit_reasons},
	{"from", PL_FIELD_TIME},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

static pl_status named(const struct pl_statement *s, pl_str audit, struct pl_diag *diag)
{
	if (s->n_subjects != 1 || !pl_str_eq(s->subjects[0].name, audit))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, which bears the audit's name");
	return PL_OK;
}

static pl_status check_audit(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_audit a;
	pl_status st = pl_audit_from_json(s->predicate, &arena, &a);

	if (!st)
		st = named(s, a.id, diag);
	if (!st && !pl_digest_eq(&s->subjects[0].sha256, &a.scope.digest))
		st = pl_diag_set(diag, PL_E_RANGE, "expected the subject's digest to be that of the scope");
	return st ? st : pl_audit_check(&a, diag);
}

static pl_status check_end(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_audit_end e;
	pl_status st = pl_audit_end_from_json(s->predicate, &e);

	return st ? st : named(s, e.audit, diag);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_AUDIT, "Audit or certificate", audit_fields, check_audit, SERVICE, PL_APPROVAL_OFFICERS, pl_apply_audit},
	{PL_TYPE_AUDIT_END, "What became of an audit", end_fields, check_end, SERVICE, PL_APPROVAL_OFFICERS,
		pl_apply_audit_end},
};

static const struct pl_public_table tables[] = {
	{"audit", &pl_sql_dump_audit, "tubttutbutbutuuuuutubut"},
	{"audit_cover", &pl_sql_dump_audit_cover, "tut"},
	{"audit_end", &pl_sql_dump_audit_end, "tubuuu"},
};

static const struct pl_signing_rule rules[] = {
	{PL_TYPE_AUDIT, PL_PEER_BIT(PL_PEER_OPERATOR)},
	{PL_TYPE_AUDIT_END, PL_PEER_BIT(PL_PEER_OPERATOR)},
};

static const struct pl_sql *const names[] = {&pl_sql_hand_out_named};

const struct pl_fact_room pl_audit_room = {
	.name = "audit",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_audit_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
	.names = names,
	.n_names = PL_COUNT(names),
};
