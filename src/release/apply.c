/* SPDX-License-Identifier: Apache-2.0 */
#include "release/apply.h"
#include "base/time.h"
#include "release/compare.h"
#include "fact/member.h"
#include "fact/release_root.h"
#include "release/provenance.h"
#include "release/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

/* How many releases has @product? PL_E_NOTFOUND with words. */
static pl_status find_product(struct pl_projection *p, pl_str product, uint64_t *ret_releases, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(p->tx, &pl_sql_product_get, PL_DB_ARGS(PL_DB_STR(product)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_NOTFOUND, "no product \"%.*s\" was stated before", PL_STR_ARG(product));
	if (st != PL_OK)
		return st;
	*ret_releases = pl_db_col_u64(rows, 1);
	return pl_db_rows_status(rows);
}

static pl_status has_row(struct pl_projection *p, const struct pl_sql *sql, const struct pl_db_value *args, size_t n,
	bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(p->tx, sql, args, n, &rows);

	if (st != PL_OK && st != PL_E_NOTFOUND)
		return st;
	*ret = st == PL_OK;
	return PL_OK;
}

pl_status pl_apply_product(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	struct pl_db_value description = PL_DB_NULL;
	struct pl_body body;
	bool there;
	pl_status st = has_row(p, &pl_sql_product_get, PL_DB_ARGS(PL_DB_STR(product)), &there);

	if (st != PL_OK)
		return st;
	if (there)
		return pl_diag_set(diag, PL_E_EXISTS, "the product \"%.*s\" was stated before", PL_STR_ARG(product));
	if (pl_member_body(s->predicate, "description", &body))
		description = DIGEST(&body.digest);
	return pl_db_exec(p->tx, &pl_sql_product_put, PL_DB_ARGS(PL_DB_STR(product), PL_DB_U64(p->index), description), NULL);
}

pl_status pl_apply_snapshot(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	struct pl_body manifest = {0}, archive = {0};
	uint64_t releases, time = 0;
	pl_status st = find_product(p, product, &releases, diag);

	if (st == PL_OK)
		st = pl_time_parse(pl_member_text(s->predicate, "commitTime"), &time);
	if (st != PL_OK)
		return st;
	(void)pl_member_body(s->predicate, "manifest", &manifest);
	(void)pl_member_body(s->predicate, "archive", &archive);
	return pl_db_exec(p->tx, &pl_sql_release_snapshot_put,
		PL_DB_ARGS(DIGEST(&s->pae), PL_DB_STR(product), PL_DB_U64(p->index),
			PL_DB_STR(pl_member_text(s->predicate, "commit")), PL_DB_U64(time / PL_SECOND),
			PL_DB_U64(pl_member_u64(s->predicate, "files")), DIGEST(&manifest.digest), DIGEST(&archive.digest)),
		NULL);
}

pl_status pl_apply_recipe(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	struct pl_body recipe = {0};
	uint64_t releases;
	pl_status st = find_product(p, product, &releases, diag);

	if (st != PL_OK)
		return st;
	(void)pl_member_body(s->predicate, "recipe", &recipe);
	return pl_db_exec(p->tx, &pl_sql_release_recipe_put,
		PL_DB_ARGS(DIGEST(&s->pae), PL_DB_STR(product), PL_DB_U64(p->index), DIGEST(&recipe.digest)), NULL);
}

pl_status pl_apply_provenance(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_provenance prov;
	uint64_t releases;
	bool ours;
	pl_status st = pl_provenance_read(s->predicate, &ours, &prov, diag);

	/* Somebody else's build type stands in the table of statements and says nothing about our products. */
	if (st != PL_OK || !ours)
		return st;
	st = find_product(p, prov.product, &releases, diag);
	if (st == PL_OK)
		st = pl_db_exec(p->tx, &pl_sql_release_build_put,
			PL_DB_ARGS(DIGEST(&s->pae), PL_DB_STR(prov.product), PL_DB_U64(p->index), DIGEST(&prov.source),
				DIGEST(&prov.recipe), PL_DB_STR(prov.builder)),
			NULL);
	for (size_t i = 0; i < s->n_subjects && st == PL_OK; i++)
		st = pl_db_exec(p->tx, &pl_sql_release_output_put,
			PL_DB_ARGS(DIGEST(&s->pae), DIGEST(&s->subjects[i].sha256), PL_DB_STR(s->subjects[i].name)), NULL);
	if (st == PL_OK)
		st = pl_projection_body(p, &prov.packages);
	if (st == PL_OK)
		st = pl_projection_body(p, &prov.log);
	return st == PL_OK ? pl_projection_body(p, &prov.environment) : st;
}

/* The build with that SHA-256(PAE), which must be of @product. */
static pl_status find_build(struct pl_projection *p, const struct pl_digest *pae, pl_str product,
	struct pl_digest *ret_source, struct pl_digest *ret_recipe, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(p->tx, &pl_sql_release_build_get, PL_DB_ARGS(DIGEST(pae)), &rows);

	if (st == PL_E_NOTFOUND || (st == PL_OK && !pl_str_eq(pl_db_col_str(rows, 0), product)))
		return pl_diag_set(diag, PL_E_NOTFOUND, "it names a build of \"%.*s\" that was not stated before",
			PL_STR_ARG(product));
	if (st != PL_OK)
		return st;
	pl_db_col_fixed(rows, 1, ret_source->b, sizeof ret_source->b);
	pl_db_col_fixed(rows, 2, ret_recipe->b, sizeof ret_recipe->b);
	return pl_db_rows_status(rows);
}

static pl_status has_output(struct pl_projection *p, const struct pl_digest *build, const struct pl_subject *subject,
	struct pl_diag *diag)
{
	bool there;
	pl_status st = has_row(p, &pl_sql_release_output_has, PL_DB_ARGS(DIGEST(build), DIGEST(&subject->sha256)), &there);

	if (st == PL_OK && !there)
		return pl_diag_set(diag, PL_E_NOTFOUND, "\"%.*s\" is no output of the build it names", PL_STR_ARG(subject->name));
	return st;
}

pl_status pl_apply_verdict(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	struct pl_digest build = pl_member_digest(s->predicate, "build"), source, recipe;
	struct pl_db_value report = PL_DB_NULL, reason = PL_DB_NULL, log = PL_DB_NULL;
	enum pl_verdict verdict;
	struct pl_body body, log_body;
	pl_status st = pl_verdict_parse(pl_member_text(s->predicate, "verdict"), &verdict);

	if (st == PL_OK)
		st = find_build(p, &build, product, &source, &recipe, diag);
	for (size_t i = 0; i < s->n_subjects && st == PL_OK; i++)
		st = has_output(p, &build, &s->subjects[i], diag);
	if (st != PL_OK)
		return st;
	if (pl_member_body(s->predicate, "report", &body))
		report = DIGEST(&body.digest);
	if (pl_member_body(s->predicate, "log", &log_body))
		log = DIGEST(&log_body.digest);
	if (verdict == PL_VERDICT_NOT_ATTEMPTED)
		reason = PL_DB_STR(pl_member_text(s->predicate, "reason"));
	return pl_db_exec(p->tx, &pl_sql_release_verdict_put,
		PL_DB_ARGS(DIGEST(&s->pae), PL_DB_STR(product), PL_DB_U64(p->index), PL_DB_U64(pl_statement_time(s)),
			DIGEST(&build), PL_DB_STR(pl_member_text(s->predicate, "site")), PL_DB_U64((uint64_t)verdict), report,
			reason, log),
		NULL);
}

/* Is @pae a statement of @product found by @sql (product, digest), and is the digest @want? */
static pl_status same_input(struct pl_projection *p, const struct pl_sql *sql, const struct pl_digest *pae, pl_str product,
	const struct pl_digest *want, const char *what, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest found = {0};
	pl_status st = pl_db_one(p->tx, sql, PL_DB_ARGS(DIGEST(pae)), &rows);

	if (st == PL_OK)
		pl_db_col_fixed(rows, 1, found.b, sizeof found.b);
	if (st == PL_E_NOTFOUND || (st == PL_OK && !pl_str_eq(pl_db_col_str(rows, 0), product)))
		return pl_diag_set(diag, PL_E_NOTFOUND, "it names a %s of \"%.*s\" that was not stated before", what,
			PL_STR_ARG(product));
	if (st == PL_OK && !pl_digest_eq(&found, want))
		return pl_diag_set(diag, PL_E_CONFLICT, "the build did not start from the %s that it names", what);
	return st == PL_OK ? pl_db_rows_status(rows) : st;
}

static pl_status verdicts_are_of(struct pl_projection *p, const struct pl_statement *s, const struct pl_digest *build,
	struct pl_diag *diag)
{
	const struct pl_json *list = pl_json_get(s->predicate, "verdicts");

	for (size_t i = 0; i < pl_json_count(list); i++) {
		struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
		struct pl_digest pae = {0}, found = {0};
		pl_str text = {0};
		pl_status st = pl_json_str(pl_json_at(list, i), &text);

		if (st == PL_OK)
			st = pl_digest_parse(text, &pae);
		if (st == PL_OK)
			st = pl_db_one(p->tx, &pl_sql_release_verdict_build_of, PL_DB_ARGS(DIGEST(&pae)), &rows);
		if (st == PL_OK)
			pl_db_col_fixed(rows, 0, found.b, sizeof found.b);
		if (st == PL_E_NOTFOUND || (st == PL_OK && !pl_digest_eq(&found, build)))
			return pl_diag_set(diag, PL_E_NOTFOUND, "it names a verdict about its build that was not stated before");
		if (st != PL_OK)
			return st;
	}
	return PL_OK;
}

/* Everything that must hold before a release counts. */
static pl_status judge_release(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product"), version = pl_member_text(s->predicate, "version");
	struct pl_digest build = pl_member_digest(s->predicate, "build"), source, recipe;
	struct pl_digest snapshot_pae = pl_member_digest(s->predicate, "snapshot");
	struct pl_digest recipe_pae = pl_member_digest(s->predicate, "recipe");
	uint64_t releases = 0;
	bool there = false;
	pl_status st = find_product(p, product, &releases, diag);

	if (st == PL_OK && pl_member_u64(s->predicate, "number") != releases + 1)
		return pl_diag_set(diag, PL_E_CONFLICT, "expected release number %llu", (unsigned long long)releases + 1);
	if (st == PL_OK)
		st = has_row(p, &pl_sql_product_release_has, PL_DB_ARGS(PL_DB_STR(product), PL_DB_STR(version)), &there);
	if (st == PL_OK && there)
		return pl_diag_set(diag, PL_E_EXISTS, "version %.*s was released before", PL_STR_ARG(version));
	if (st == PL_OK)
		st = find_build(p, &build, product, &source, &recipe, diag);
	if (st == PL_OK)
		st = same_input(p, &pl_sql_release_snapshot_product, &snapshot_pae, product, &source, "snapshot", diag);
	if (st == PL_OK)
		st = same_input(p, &pl_sql_release_recipe_product, &recipe_pae, product, &recipe, "recipe", diag);
	if (st == PL_OK)
		st = verdicts_are_of(p, s, &build, diag);
	for (size_t i = 0; i < s->n_subjects && st == PL_OK; i++)
		st = has_output(p, &build, &s->subjects[i], diag);
	return st;
}

static pl_status write_artefacts(struct pl_projection *p, const struct pl_statement *s, pl_str product, uint64_t number)
{
	const struct pl_json *list = pl_json_get(s->predicate, "artefacts");
	pl_status st = PL_OK;

	for (size_t i = 0; i < s->n_subjects && st == PL_OK; i++) {
		struct pl_body body = {0};

		st = pl_body_from_json(pl_json_at(list, i), &body, NULL);
		if (st == PL_OK)
			st = pl_db_exec(p->tx, &pl_sql_release_artefact_put,
				PL_DB_ARGS(PL_DB_STR(product), PL_DB_U64(number), PL_DB_U64(i), PL_DB_STR(s->subjects[i].name),
					DIGEST(&body.digest), PL_DB_U64(body.size)),
				NULL);
	}
	return st;
}

pl_status pl_apply_release(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	uint64_t number = pl_member_u64(s->predicate, "number");
	struct pl_digest snapshot = pl_member_digest(s->predicate, "snapshot");
	struct pl_digest recipe = pl_member_digest(s->predicate, "recipe"), build = pl_member_digest(s->predicate, "build");
	pl_status st = judge_release(p, s, diag);

	if (st == PL_OK)
		st = pl_db_exec(p->tx, &pl_sql_product_release_put,
			PL_DB_ARGS(PL_DB_STR(product), PL_DB_U64(number), PL_DB_STR(pl_member_text(s->predicate, "version")),
				DIGEST(&s->pae), PL_DB_U64(p->index), PL_DB_U64(pl_statement_time(s)), DIGEST(&snapshot),
				DIGEST(&recipe), DIGEST(&build)),
			NULL);
	if (st == PL_OK)
		st = write_artefacts(p, s, product, number);
	return st == PL_OK ?
		pl_db_exec(p->tx, &pl_sql_product_count_release, PL_DB_ARGS(PL_DB_STR(product), PL_DB_U64(number)), NULL) : st;
}

static pl_status root_of(struct pl_projection *p, pl_str product, uint64_t *ret_count, struct pl_digest *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_release_root all;
	pl_status st = pl_db_query(p->tx, &pl_sql_product_release_paes, PL_DB_ARGS(PL_DB_STR(product)), &rows);

	pl_release_root_init(&all);
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_digest pae;

		pl_db_col_fixed(rows, 0, pae.b, sizeof pae.b);
		pl_release_root_add(&all, &pae);
	}
	if (st != PL_E_NOTFOUND)
		return st;
	pl_release_root_get(&all, ret);
	*ret_count = pl_release_root_count(&all);
	return PL_OK;
}

pl_status pl_apply_head(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str product = pl_member_text(s->predicate, "product");
	struct pl_digest want = pl_member_digest(s->predicate, "root"), root;
	uint64_t releases, count;
	pl_status st = find_product(p, product, &releases, diag);

	if (st == PL_OK)
		st = root_of(p, product, &count, &root);
	if (st != PL_OK)
		return st;
	if (count != pl_member_u64(s->predicate, "count") || !pl_digest_eq(&root, &want))
		return pl_diag_set(diag, PL_E_CONFLICT, "it does not agree with the %llu releases that were stated before",
			(unsigned long long)count);
	return pl_db_exec(p->tx, &pl_sql_product_head_put,
		PL_DB_ARGS(PL_DB_STR(product), PL_DB_U64(p->index), PL_DB_U64(count), DIGEST(&root)), NULL);
}
