/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/vocabulary.h"
#include "register/entity/apply.h"
#include "register/entity/attestation.h"
#include "register/entity/duty.h"
#include "register/entity/sql.h"

/* ---- shapes ---- */

static const char *const states[] = {"active", "ended", NULL};

static const struct pl_field parent_fields[] = {
	{"entity", PL_FIELD_TOKEN},
	{"share", PL_FIELD_U64, .min = 1, .max = PL_ENTITY_SHARES},
	{"since", PL_FIELD_TIME},
	{NULL},
};
static const struct pl_field asset_fields[] = {
	{"kind", PL_FIELD_ENUM, .words = pl_entity_asset_kinds},
	{"name", PL_FIELD_TOKEN},
	{NULL},
};
static const struct pl_field entity_fields[] = {
	{"entity", PL_FIELD_TOKEN},
	{"version", PL_FIELD_U64, .min = 1},
	{"from", PL_FIELD_TIME},
	{"state", PL_FIELD_ENUM, .words = states},
	{"roles", PL_FIELD_ENUM, PL_FIELD_LIST | PL_FIELD_SORTED, .words = pl_entity_roles},
	{"jurisdiction", PL_FIELD_NAME},
	{"lei", PL_FIELD_NAME, PL_FIELD_OPTIONAL},
	{"approvesReleases", PL_FIELD_BOOL},
	{"ownBooks", PL_FIELD_U64, PL_FIELD_OPTIONAL, .min = 1970, .max = 9999},
	{"parents", PL_FIELD_OBJECT, PL_FIELD_LIST, .fields = parent_fields, .max_items = PL_ENTITY_PARENTS_MAX},
	{"assets", PL_FIELD_OBJECT, PL_FIELD_LIST, .fields = asset_fields, .max_items = PL_ENTITY_ASSETS_MAX},
	{"sheet", PL_FIELD_BODY},
	{NULL},
};
static const struct pl_field post_fields[] = {
	{"post", PL_FIELD_TOKEN},
	{"at", PL_FIELD_TOKEN},
	{"deputy", PL_FIELD_BOOL},
	{"qualifications", PL_FIELD_TOKEN, PL_FIELD_LIST | PL_FIELD_SORTED, .max_items = PL_DUTY_QUALIFICATIONS_MAX},
	{NULL},
};
static const struct pl_field duty_fields[] = {
	{"entity", PL_FIELD_TOKEN},
	{"duty", PL_FIELD_ENUM, .words = pl_duty_kinds},
	{"version", PL_FIELD_U64, .min = 1},
	{"drilled", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"drillDays", PL_FIELD_U64, .min = 1, .max = PL_DUTY_DRILL_DAYS_MAX},
	{"posts", PL_FIELD_OBJECT, PL_FIELD_LIST, .fields = post_fields, .max_items = PL_DUTY_POSTS_MAX},
	{NULL},
};
static const struct pl_field bounty_fields[] = {
	{"currency", PL_FIELD_NAME},
	{"count", PL_FIELD_U64, .min = 1},
	{"atLeast", PL_FIELD_U64},
	{"atMost", PL_FIELD_U64},
	{NULL},
};
static const struct pl_field attestation_fields[] = {
	{"entity", PL_FIELD_TOKEN},
	{"from", PL_FIELD_TIME},
	{"to", PL_FIELD_TIME},
	{"transactions", PL_FIELD_U64},
	{"balance", PL_FIELD_DIGEST},
	{"bounties", PL_FIELD_OBJECT, PL_FIELD_LIST | PL_FIELD_OPTIONAL, .fields = bounty_fields, .max_items = PL_BOOK_BOUNTIES_MAX},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

static pl_status named(const struct pl_statement *s, pl_str entity, struct pl_diag *diag)
{
	if (s->n_subjects != 1 || !pl_str_eq(s->subjects[0].name, entity))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, which bears the entity's name");
	return PL_OK;
}

static pl_status check_entity(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_entity e;
	pl_status st = pl_entity_from_json(s->predicate, &e);

	if (!st)
		st = named(s, e.id, diag);
	if (!st && !pl_digest_eq(&s->subjects[0].sha256, &e.sheet.digest))
		st = pl_diag_set(diag, PL_E_RANGE, "expected the subject's digest to be that of the sheet");
	return st ? st : pl_entity_check(&e, diag);
}

static pl_status check_duty(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_duty d;
	pl_status st = pl_duty_from_json(s->predicate, &d);

	if (!st)
		st = named(s, d.entity, diag);
	return st ? st : pl_duty_check(&d, diag);
}

static pl_status check_bounties(const struct pl_attestation *a, struct pl_diag *diag)
{
	for (size_t i = 0; i < a->n_bounties; i++) {
		if (!a->bounties[i].currency.code[0] ||
			(i && strcmp(a->bounties[i - 1].currency.code, a->bounties[i].currency.code) >= 0))
			return pl_diag_set(diag, PL_E_RANGE, "bounties are said once for each currency, in the order of their codes");
		if (!pl_attested_bounties_ok(&a->bounties[i]))
			return pl_diag_set(diag, PL_E_RANGE, "fewer than %u bounties are said as a range from 1, 2 or 5 to the next of these; "
				"more of them exactly", PL_ATTESTED_FEW);
	}
	return PL_OK;
}

static pl_status check_attestation(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_attestation a;
	pl_status st;

	pl_attestation_from_json(s->predicate, &a);
	st = named(s, a.entity, diag);
	if (!st && !pl_digest_eq(&s->subjects[0].sha256, &a.balance))
		st = pl_diag_set(diag, PL_E_RANGE, "expected the subject's digest to be that of the balance");
	if (!st && !pl_attestation_half_year(a.from, a.to))
		st = pl_diag_set(diag, PL_E_RANGE, "from and to are not those of a half-year");
	return st ? st : check_bounties(&a, diag);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_ENTITY, "Legal entity", entity_fields, check_entity, SERVICE, PL_APPROVAL_OFFICERS, pl_apply_entity},
	{PL_TYPE_ENTITY_DUTY, "Duty of an entity", duty_fields, check_duty, SERVICE, PL_APPROVAL_OFFICERS,
	pl_apply_entity_duty},
	{PL_TYPE_ENTITY_ATTESTATION, "Attestation of an entity", attestation_fields, check_attestation,
	PL_ROLE_BIT(PL_ROLE_ENTITY),
		PL_APPROVAL_NONE, pl_apply_entity_attestation, .holder = "entity"},
};

static const struct pl_public_table tables[] = {
	{"entity_version", &pl_sql_dump_entity_version, "tuubuuuttuubut"},
	{"entity_parent", &pl_sql_dump_entity_parent, "tutuu"},
	{"entity_asset", &pl_sql_dump_entity_asset, "tuut"},
	{"entity_duty", &pl_sql_dump_entity_duty, "tuuubuu"},
	{"entity_post", &pl_sql_dump_entity_post, "tuuttut"},
	{"entity_attestation", &pl_sql_dump_entity_attestation, "tuuububbu"},
	{"entity_attestation_bounty", &pl_sql_dump_entity_attestation_bounty, "tutuuu"},
};

/* No attestation: the desk signs for the operator, and an entity signs for itself. */
static const struct pl_signing_rule rules[] = {
	{PL_TYPE_ENTITY, PL_PEER_BIT(PL_PEER_OPERATOR)},
	{PL_TYPE_ENTITY_DUTY, PL_PEER_BIT(PL_PEER_OPERATOR)},
};

const struct pl_fact_room pl_entity_room = {
	.name = "entity",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_entity_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
};
