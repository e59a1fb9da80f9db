/* SPDX-License-Identifier: Apache-2.0 */
#include "release/vocabulary.h"
#include "release/apply.h"
#include "fact/member.h"
#include "release/provenance.h"
#include "release/reason.h"
#include "release/sql.h"

/* ---- shapes ---- */

/* In the order of enum pl_verdict. */
static const char *const verdicts[] = {"identical", "identical-after-normalisation", "different", "not-attempted", NULL};

static const struct pl_field product_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"description", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field snapshot_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"commit", PL_FIELD_COMMIT},
	{"commitTime", PL_FIELD_TIME},
	{"files", PL_FIELD_U64},
	{"manifest", PL_FIELD_BODY},
	{"archive", PL_FIELD_BODY},
	{NULL},
};
static const struct pl_field recipe_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"recipe", PL_FIELD_BODY},
	{NULL},
};
static const struct pl_field verdict_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"site", PL_FIELD_TOKEN},
	{"verdict", PL_FIELD_ENUM, .words = verdicts},
	{"reason", PL_FIELD_ENUM, PL_FIELD_OPTIONAL, .words = pl_reason_words},
	{"build", PL_FIELD_DIGEST},
	{"rebuild", PL_FIELD_DIGEST, PL_FIELD_OPTIONAL},
	{"report", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{"log", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field release_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"version", PL_FIELD_TOKEN},
	{"number", PL_FIELD_U64, .min = 1},
	{"snapshot", PL_FIELD_DIGEST},
	{"recipe", PL_FIELD_DIGEST},
	{"build", PL_FIELD_DIGEST},
	{"verdicts", PL_FIELD_DIGEST, PL_FIELD_LIST | PL_FIELD_SORTED},
	{"artefacts", PL_FIELD_BODY, PL_FIELD_LIST},
	{"notes", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field head_fields[] = {
	{"product", PL_FIELD_TOKEN},
	{"count", PL_FIELD_U64},
	{"root", PL_FIELD_DIGEST},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

static pl_status subject_is(const struct pl_statement *s, const struct pl_digest *digest, pl_str name,
	struct pl_diag *diag)
{
	if (s->n_subjects != 1)
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, found %zu", s->n_subjects);
	if (!pl_digest_eq(&s->subjects[0].sha256, digest))
		return pl_diag_set(diag, PL_E_RANGE, "the subject's digest is not that of what the predicate names");
	if (name.len && !pl_str_eq(s->subjects[0].name, name))
		return pl_diag_set(diag, PL_E_RANGE, "the subject's name should be %.*s", PL_STR_ARG(name));
	return PL_OK;
}

static pl_status check_product(const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str name = pl_member_text(s->predicate, "product");
	struct pl_digest d;

	pl_sha256(pl_str_bytes(name), &d);
	return subject_is(s, &d, name, diag);
}

static pl_status check_snapshot(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body archive = {0};

	(void)pl_member_body(s->predicate, "archive", &archive);
	return subject_is(s, &archive.digest, (pl_str){0}, diag);
}

static pl_status check_recipe(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body recipe = {0};

	(void)pl_member_body(s->predicate, "recipe", &recipe);
	return subject_is(s, &recipe.digest, (pl_str){0}, diag);
}

static pl_status check_provenance(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_provenance p;
	bool ours;

	return pl_provenance_read(s->predicate, &ours, &p, diag);
}

static pl_status check_verdict(const struct pl_statement *s, struct pl_diag *diag)
{
	bool attempted = !pl_str_eq(pl_member_text(s->predicate, "verdict"), PL_STR("not-attempted"));

	if (attempted && !pl_json_get(s->predicate, "rebuild"))
		return pl_diag_set(diag, PL_E_RANGE, "rebuild: a comparison that was made names the second build");
	if (attempted && (pl_json_get(s->predicate, "reason") || pl_json_get(s->predicate, "log")))
		return pl_diag_set(diag, PL_E_RANGE, "reason and log stand only with the verdict not-attempted");
	if (!attempted && !pl_json_get(s->predicate, "reason"))
		return pl_diag_set(diag, PL_E_RANGE, "reason: not-attempted says why");
	if (!attempted && pl_json_get(s->predicate, "rebuild"))
		return pl_diag_set(diag, PL_E_RANGE, "rebuild: what was not attempted has no second build");
	return PL_OK;
}

static pl_status check_release(const struct pl_statement *s, struct pl_diag *diag)
{
	const struct pl_json *list = pl_json_get(s->predicate, "artefacts");

	if (!s->n_subjects || pl_json_count(list) != s->n_subjects)
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject for each artefact, and at least one");
	for (size_t i = 0; i < s->n_subjects; i++) {
		struct pl_body body;
		pl_status st = pl_body_from_json(pl_json_at(list, i), &body, diag);

		if (st != PL_OK)
			return st;
		if (!pl_digest_eq(&body.digest, &s->subjects[i].sha256))
			return pl_diag_set(diag, PL_E_RANGE, "artefact %zu is not subject %zu", i, i);
	}
	return PL_OK;
}

static pl_status check_head(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_digest root = pl_member_digest(s->predicate, "root");

	return subject_is(s, &root, pl_member_text(s->predicate, "product"), diag);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)
#define BUILDERS (SERVICE | PL_ROLE_BIT(PL_ROLE_BUILDER) | PL_ROLE_BIT(PL_ROLE_REBUILDER))
#define REBUILDERS (SERVICE | PL_ROLE_BIT(PL_ROLE_REBUILDER))

static const struct pl_predicate predicates[] = {
	{PL_TYPE_PRODUCT, "Product", product_fields, check_product, SERVICE, PL_APPROVAL_OFFICERS, pl_apply_product},
	{PL_TYPE_SOURCE_SNAPSHOT, "Source snapshot", snapshot_fields, check_snapshot, SERVICE, PL_APPROVAL_NONE,
		pl_apply_snapshot},
	{PL_TYPE_RECIPE, "Recipe", recipe_fields, check_recipe, SERVICE, PL_APPROVAL_NONE, pl_apply_recipe},
	{PL_TYPE_SLSA_PROVENANCE, "Build record", NULL, check_provenance, BUILDERS, PL_APPROVAL_NONE, pl_apply_provenance},
	{PL_TYPE_REBUILD_VERDICT, "Rebuild verdict", verdict_fields, check_verdict, REBUILDERS, PL_APPROVAL_NONE,
		pl_apply_verdict},
	{PL_TYPE_RELEASE, "Release", release_fields, check_release, SERVICE, PL_APPROVAL_OFFICERS, pl_apply_release},
	{PL_TYPE_PRODUCT_HEAD, "All releases of a product", head_fields, check_head, SERVICE, PL_APPROVAL_NONE,
		pl_apply_head},
};

static const struct pl_public_table tables[] = {
	{"product", &pl_sql_dump_product, "tubuuub"},
	{"release_snapshot", &pl_sql_dump_release_snapshot, "btutuubb"},
	{"release_recipe", &pl_sql_dump_release_recipe, "btub"},
	{"release_build", &pl_sql_dump_release_build, "btubbt"},
	{"release_output", &pl_sql_dump_release_output, "bbt"},
	{"release_verdict", &pl_sql_dump_release_verdict, "btuubtubtb"},
	{"product_release", &pl_sql_dump_product_release, "tutbuubbb"},
	{"release_artefact", &pl_sql_dump_release_artefact, "tuutbu"},
};

#define OPERATOR PL_PEER_BIT(PL_PEER_OPERATOR)

static const struct pl_signing_rule rules[] = {
	{PL_TYPE_PRODUCT, OPERATOR},
	{PL_TYPE_SOURCE_SNAPSHOT, OPERATOR},
	{PL_TYPE_RECIPE, OPERATOR},
	{PL_TYPE_SLSA_PROVENANCE, OPERATOR | PL_PEER_BIT(PL_PEER_WORKER)},
	{PL_TYPE_REBUILD_VERDICT, OPERATOR | PL_PEER_BIT(PL_PEER_WORKER)},
	{PL_TYPE_RELEASE, OPERATOR},
	{PL_TYPE_PRODUCT_HEAD, OPERATOR},
};

static const struct pl_sql *const names[] = {&pl_sql_release_artefact_named};

const struct pl_fact_room pl_release_room = {
	.name = "release",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_release_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
	.names = names,
	.n_names = PL_COUNT(names),
};
