/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vocabulary.h"
#include "fact/member.h"
#include "register/apply.h"
#include "register/claim_apply.h"
#include "register/sample_apply.h"
#include "register/sql.h"

/* ---- shapes ---- */

static const struct pl_field register_fields[] = {
	{"register", PL_FIELD_TOKEN},
	{"version", PL_FIELD_U64, .min = 1},
	{"declaration", PL_FIELD_BODY},
	{NULL},
};
static const struct pl_field head_fields[] = {
	{"register", PL_FIELD_TOKEN},
	{"size", PL_FIELD_U64},
	{"highest", PL_FIELD_U64, PL_FIELD_OPTIONAL},
	{"days", PL_FIELD_U64},
	{"time", PL_FIELD_TIME},
	{"root", PL_FIELD_DIGEST},
	{"chain", PL_FIELD_DIGEST},
	{"edge", PL_FIELD_DIGEST, PL_FIELD_LIST | PL_FIELD_OPTIONAL},
	{"day", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"unconfirmed", PL_FIELD_U64, PL_FIELD_OPTIONAL},
	{"refused", PL_FIELD_U64, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field end_fields[] = {
	{"size", PL_FIELD_U64},
	{"highest", PL_FIELD_U64},
	{"days", PL_FIELD_U64},
	{"time", PL_FIELD_TIME},
	{"root", PL_FIELD_DIGEST},
	{"chain", PL_FIELD_DIGEST},
	{NULL},
};
static const struct pl_field total_fields[] = {
	{"name", PL_FIELD_TOKEN},
	{"value", PL_FIELD_U64},
	{NULL},
};
static const struct pl_field earlier_fields[] = {
	{"declaration", PL_FIELD_DIGEST},
	{"until", PL_FIELD_U64, .min = 1},
	{NULL},
};
static const struct pl_field report_fields[] = {
	{"register", PL_FIELD_TOKEN},
	{"declaration", PL_FIELD_DIGEST},
	{"from", PL_FIELD_TIME},
	{"to", PL_FIELD_TIME},
	{"edition", PL_FIELD_U64, .min = 1},
	{"replaces", PL_FIELD_DIGEST, PL_FIELD_OPTIONAL},
	{"first", PL_FIELD_OBJECT, .fields = end_fields},
	{"last", PL_FIELD_OBJECT, .fields = end_fields},
	{"openings", PL_FIELD_BODY},
	{"gaps", PL_FIELD_OBJECT, PL_FIELD_LIST | PL_FIELD_OPTIONAL, .fields = end_fields, .max_items = PL_OPENINGS_GAPS_MAX},
	{"earlier", PL_FIELD_OBJECT, PL_FIELD_LIST | PL_FIELD_OPTIONAL, .fields = earlier_fields, .max_items = PL_OPENINGS_EARLIER_MAX},
	{"cases", PL_FIELD_U64},
	{"unopened", PL_FIELD_U64},
	{"erased", PL_FIELD_U64},
	{"lost", PL_FIELD_U64},
	{"late", PL_FIELD_U64},
	{"daysMissing", PL_FIELD_U64},
	{"unconfirmed", PL_FIELD_U64},
	{"refused", PL_FIELD_U64},
	{"totals", PL_FIELD_OBJECT, PL_FIELD_LIST, .fields = total_fields},
	{NULL},
};
static const struct pl_field promise_fields[] = {
	{"register", PL_FIELD_TOKEN},
	{"number", PL_FIELD_U64, .min = 1},
	{"position", PL_FIELD_U64},
	{"leaf", PL_FIELD_DIGEST},
	{"commitment", PL_FIELD_DIGEST},
	{"before", PL_FIELD_TIME},
	{NULL},
};

static const struct pl_field words_fields[] = {
	{"register", PL_FIELD_TOKEN},
	{"language", PL_FIELD_TOKEN},
	{"words", PL_FIELD_BODY},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

static pl_status subject_is(const struct pl_statement *s, const struct pl_digest *digest, struct pl_diag *diag)
{
	pl_str name = pl_member_text(s->predicate, "register");

	if (s->n_subjects != 1 || !pl_digest_eq(&s->subjects[0].sha256, digest) || !pl_str_starts(s->subjects[0].name, name))
		return pl_diag_set(diag, PL_E_RANGE,
			"expected one subject, its digest that of what the predicate names, its name beginning with the register's");
	return PL_OK;
}

static pl_status check_register(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body declaration = {0};

	(void)pl_member_body(s->predicate, "declaration", &declaration);
	return subject_is(s, &declaration.digest, diag);
}

static pl_status check_head(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_digest root = pl_member_digest(s->predicate, "root");
	bool day = pl_json_get(s->predicate, "day"), counts = pl_json_get(s->predicate, "unconfirmed"),
	     refused = pl_json_get(s->predicate, "refused");

	if (day != counts || day != refused)
		return pl_diag_set(diag, PL_E_RANGE, "day, unconfirmed and refused stand together, in a heartbeat");
	if (pl_json_get(s->predicate, "edge") && pl_register_edge_from_json(s->predicate, NULL))
		return pl_diag_set(diag, PL_E_RANGE, "the edge does not lead to the root");
	return subject_is(s, &root, diag);
}

static pl_status check_report(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body openings = {0};

	if (pl_str_cmp(pl_member_text(s->predicate, "from"), pl_member_text(s->predicate, "to")) >= 0)
		return pl_diag_set(diag, PL_E_RANGE, "a period ends after it begins");
	if ((pl_member_u64(s->predicate, "edition") == 1) == (pl_json_get(s->predicate, "replaces") != NULL))
		return pl_diag_set(diag, PL_E_RANGE, "the second edition and later ones name the one that they replace");
	(void)pl_member_body(s->predicate, "openings", &openings);
	return subject_is(s, &openings.digest, diag);
}

static pl_status check_promise(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_digest leaf = pl_member_digest(s->predicate, "leaf");

	return subject_is(s, &leaf, diag);
}

static pl_status check_words(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body words = {0};

	(void)pl_member_body(s->predicate, "words", &words);
	return subject_is(s, &words.digest, diag);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_REGISTER, "Register declared", register_fields, check_register, SERVICE, PL_APPROVAL_OFFICERS,
		pl_apply_register},
	{PL_TYPE_REGISTER_HEAD, "Register head", head_fields, check_head, SERVICE, PL_APPROVAL_NONE, pl_apply_register_head},
	{PL_TYPE_REGISTER_REPORT, "Report of a register", report_fields, check_report, SERVICE, PL_APPROVAL_OFFICERS,
		pl_apply_register_report},
	{PL_TYPE_REGISTER_PROMISE, "Promise of a register", promise_fields, check_promise, SERVICE, PL_APPROVAL_NONE, NULL},
	{PL_TYPE_REGISTER_WORDS, "Words of a register", words_fields, check_words, SERVICE, PL_APPROVAL_OFFICERS,
		pl_apply_register_words},
	{PL_TYPE_REGISTER_SAMPLE, "Sample of a register", pl_sample_fields, pl_check_sample, PL_ROLE_BIT(PL_ROLE_REVIEWER),
		PL_APPROVAL_NONE, pl_apply_sample, .holder = "auditor"},
	{PL_TYPE_CLAIM, "Claim", pl_claim_fields, pl_check_claim, SERVICE, PL_APPROVAL_OFFICERS, pl_apply_claim},
	{PL_TYPE_CLAIM_STATUS, "What became of a claim", pl_claim_status_fields, pl_check_claim_status, SERVICE, PL_APPROVAL_OFFICERS,
		pl_apply_claim_status},
};

static const struct pl_public_table tables[] = {
	{"register", &pl_sql_dump_register, "tubuuuuuuu"},
	{"register_head", &pl_sql_dump_register_head, "tubuuuubbuuu"},
	{"register_late", &pl_sql_dump_register_late, "tuuuu"},
	{"register_report", &pl_sql_dump_register_report, "ubtuuubbuuuuuuuuuuu"},
	{"register_total", &pl_sql_dump_register_total, "uutu"},
	{"register_sample", &pl_sql_dump_register_sample, "ubutbtuuuu"},
	{"register_report_gap", &pl_sql_dump_register_report_gap, "uuuu"},
	{"register_report_declared", &pl_sql_dump_register_report_declared, "uubu"},
	{"claim", &pl_sql_dump_claim, "tubuttuuttuuuuuuttbutbbutuu"},
	{"claim_status", &pl_sql_dump_claim_status, "ubtutub"},
};

#define OPERATOR PL_PEER_BIT(PL_PEER_OPERATOR)
#define WORKER PL_PEER_BIT(PL_PEER_WORKER)

/* A promise binds the operator to a case and nothing else: web, which takes intake, may ask for one. */
static const struct pl_signing_rule rules[] = {
	{PL_TYPE_REGISTER, OPERATOR},
	{PL_TYPE_REGISTER_HEAD, OPERATOR | WORKER},
	{PL_TYPE_REGISTER_REPORT, OPERATOR},
	{PL_TYPE_REGISTER_PROMISE, OPERATOR | WORKER | PL_PEER_BIT(PL_PEER_WEB)},
	{PL_TYPE_REGISTER_WORDS, OPERATOR},
	{PL_TYPE_CLAIM, OPERATOR},
	{PL_TYPE_CLAIM_STATUS, OPERATOR},
};

static const struct pl_sql *const names[] = {&pl_sql_work_blob_named, &pl_sql_work_file_named};

const struct pl_fact_room pl_register_room = {
	.name = "register",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_register_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
	.names = names,
	.n_names = PL_COUNT(names),
};
