/* SPDX-License-Identifier: Apache-2.0 */
#include "register/sample_apply.h"
#include "fact/member.h"
#include "register/sample.h"
#include "register/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

const struct pl_field pl_sample_fields[] = {
	{"auditor", PL_FIELD_TOKEN},
	{"register", PL_FIELD_TOKEN},
	{"report", PL_FIELD_DIGEST},
	{"openings", PL_FIELD_DIGEST},
	{"words", PL_FIELD_NAME},
	{"among", PL_FIELD_U64},
	{"drawn", PL_FIELD_U64, PL_FIELD_LIST, .min = 1, .max_items = PL_SAMPLE_MAX},
	{"differing", PL_FIELD_U64, PL_FIELD_LIST, .min = 1, .max_items = PL_SAMPLE_MAX},
	{"recounted", PL_FIELD_BOOL},
	{NULL},
};

static uint64_t at(const struct pl_json *list, size_t i)
{
	uint64_t n = 0;

	return pl_json_u64(pl_json_at(list, i), INT64_MAX, &n) == PL_OK ? n : 0;
}

static bool ascends(const struct pl_json *list)
{
	for (size_t i = 1; i < pl_json_count(list); i++)
		if (at(list, i) <= at(list, i - 1))
			return false;
	return true;
}

/* Both ascend. */
static bool is_part(const struct pl_json *part, const struct pl_json *of)
{
	size_t k = 0;

	for (size_t i = 0; i < pl_json_count(part); i++) {
		while (k < pl_json_count(of) && at(of, k) < at(part, i))
			k++;
		if (k == pl_json_count(of) || at(of, k) != at(part, i))
			return false;
	}
	return true;
}

pl_status pl_check_sample(const struct pl_statement *s, struct pl_diag *diag)
{
	const struct pl_json *drawn = pl_json_get(s->predicate, "drawn"), *differing = pl_json_get(s->predicate, "differing");
	struct pl_digest openings = pl_member_digest(s->predicate, "openings");

	if (s->n_subjects != 1 || !pl_digest_eq(&s->subjects[0].sha256, &openings) ||
		!pl_str_starts(s->subjects[0].name, pl_member_text(s->predicate, "register")))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject: the openings file, its name beginning with the register's");
	if (!pl_json_count(drawn) || pl_json_count(drawn) > pl_member_u64(s->predicate, "among") || !ascends(drawn))
		return pl_diag_set(diag, PL_E_RANGE, "expected the numbers of the drawn cases, each once, ascending");
	if (!ascends(differing) || !is_part(differing, drawn))
		return pl_diag_set(diag, PL_E_RANGE, "the cases that differ are among the drawn ones, ascending");
	return PL_OK;
}

/* The report that is meant. */
static pl_status find_report(struct pl_projection *p, const struct pl_statement *s, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest pae = pl_member_digest(s->predicate, "report"), openings = pl_member_digest(s->predicate, "openings"), its;
	pl_status st = pl_db_one(p->tx, &pl_sql_register_report_by_pae, PL_DB_ARGS(DIGEST(&pae)), &rows);

	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "there is no such report") : st;
	*ret = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 2, its.b, sizeof its.b);
	st = pl_db_rows_status(rows);
	if (!st && (!pl_str_eq(pl_db_col_str(rows, 1), pl_member_text(s->predicate, "register")) || !pl_digest_eq(&its, &openings)))
		st = pl_diag_set(diag, PL_E_CONFLICT, "the report is of another register, or names another openings file");
	return st;
}

/* An auditor draws once with the same words. */
static pl_status is_new(struct pl_projection *p, uint64_t report, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(p->tx, &pl_sql_register_sample_by,
		PL_DB_ARGS(PL_DB_U64(report), PL_DB_STR(pl_member_text(s->predicate, "auditor")), PL_DB_STR(pl_member_text(s->predicate, "words"))),
		&rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	return pl_diag_set(diag, PL_E_EXISTS, "entry %llu tells of that draw", (unsigned long long)pl_db_col_u64(rows, 0));
}

static bool says_recounted(const struct pl_json *predicate)
{
	bool yes = false;

	return pl_json_bool(pl_json_get(predicate, "recounted"), &yes) == PL_OK && yes;
}

pl_status pl_apply_sample(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	const struct pl_json *j = s->predicate;
	uint64_t report = 0;
	pl_status st = find_report(p, s, &report, diag);

	if (!st)
		st = is_new(p, report, s, diag);
	if (st)
		return st;
	return pl_db_exec(p->tx, &pl_sql_register_sample_put,
		PL_DB_ARGS(PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(report), PL_DB_STR(pl_member_text(j, "auditor")),
			DIGEST(&p->judgement->signer), PL_DB_STR(pl_member_text(j, "words")), PL_DB_U64(pl_member_u64(j, "among")),
			PL_DB_U64(pl_json_count(pl_json_get(j, "drawn"))), PL_DB_U64(pl_json_count(pl_json_get(j, "differing"))),
			PL_DB_BOOL(says_recounted(j))),
		NULL);
}
