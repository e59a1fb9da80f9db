/* SPDX-License-Identifier: Apache-2.0 */
#include "register/judge.h"
#include "fact/member.h"
#include "register/report_says.h"
#include "register/sample.h"

const struct pl_verify_entry *pl_register_report_stated(const struct pl_verify *v)
{
	const struct pl_verify_kind *report = pl_verify_kind_named(PL_STR("register-report"));

	for (size_t i = 0; i < v->bundle.n; i++)
		if (v->entry[i].counts && v->entry[i].about_file && v->entry[i].kind == report)
			return &v->entry[i];
	return NULL;
}

/* Is there a head in the bundle, that counts and stands before the report, which says what @said does? */
static bool proves_head(const struct pl_verify *v, const struct pl_verify_entry *stated, const struct pl_json *said)
{
	const struct pl_json *name = pl_json_get(stated->statement->predicate, "register");
	const struct pl_verify_kind *head = pl_verify_kind_named(PL_STR("register-head"));

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (e->counts && e->kind == head && e->index < stated->index && pl_register_head_says(e->statement->predicate, name, said))
			return true;
	}
	return false;
}

/* Nobody needs to say that a register began empty. */
static pl_status check_heads(const struct pl_verify *v, const struct pl_verify_entry *stated, struct pl_diag *diag)
{
	static const char words[] = "the bundle proves no head of the register that says what the report says of";
	const struct pl_json *report = stated->statement->predicate, *first = pl_json_get(report, "first"),
			     *gaps = pl_json_get(report, "gaps");
	struct pl_register_end empty;

	pl_register_end_empty(&empty);
	if (!pl_register_end_says(&empty, first) && !proves_head(v, stated, first))
		return pl_diag_set(diag, PL_E_PROOF, "%s its first one", words);
	if (!proves_head(v, stated, pl_json_get(report, "last")))
		return pl_diag_set(diag, PL_E_PROOF, "%s its last one", words);
	for (size_t i = 0; gaps && i < pl_json_count(gaps); i++)
		if (!proves_head(v, stated, pl_json_at(gaps, i)))
			return pl_diag_set(diag, PL_E_PROOF, "%s the one behind gap %zu", words, i + 1);
	return PL_OK;
}

/* Is there a declaration of the register in the bundle, that counts and stands before the report? */
static bool proves_declared(const struct pl_verify *v, const struct pl_verify_entry *stated, const struct pl_digest *declaration)
{
	const struct pl_json *name = pl_json_get(stated->statement->predicate, "register");
	const struct pl_verify_kind *kind = pl_verify_kind_named(PL_STR("register"));

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];
		struct pl_body body;

		if (e->counts && e->kind == kind && e->index < stated->index && pl_json_equal(pl_json_get(e->statement->predicate, "register"), name) &&
			pl_member_body(e->statement->predicate, "declaration", &body) && pl_digest_eq(&body.digest, declaration))
			return true;
	}
	return false;
}

/* Where rows were entered under several declarations, none of them is the operator's word of today. */
static pl_status check_declared(const struct pl_verify *v, const struct pl_verify_entry *stated, const struct pl_recount *counted, struct pl_diag *diag)
{
	for (unsigned u = 0; u <= counted->n_earlier && counted->n_earlier; u++) {
		char text[PL_DIGEST_TEXT + 1];

		if (proves_declared(v, stated, &pl_recount_decl(counted, u)->digest))
			continue;
		pl_digest_text(&pl_recount_decl(counted, u)->digest, text);
		return pl_diag_set(diag, PL_E_PROOF, "the bundle does not prove that the register was declared by %s before the report", text);
	}
	return PL_OK;
}

/* What auditors say of the report. One who picked his cases takes nothing from it but his own word. */
static void tell_samples(const struct pl_verify *v, const struct pl_verify_entry *stated, const struct pl_digest *file,
	const struct pl_recount *counted, pl_register_sample_told told, void *ctx)
{
	const struct pl_verify_kind *sample = pl_verify_kind_named(PL_STR("register-sample"));

	for (size_t i = 0; told && i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];
		struct pl_digest report;
		struct pl_diag diag = {0};
		pl_status st;

		if (!e->counts || e->kind != sample)
			continue;
		report = pl_member_digest(e->statement->predicate, "report");
		if (!pl_digest_eq(&report, &stated->statement->pae))
			continue;
		st = pl_sample_compare(e->statement->predicate, counted, file, &diag);
		told(ctx, e, st ? pl_diag_text(&diag, st) : NULL);
	}
}

pl_status pl_register_report_judge(const struct pl_verify *v, const struct pl_digest *file, const struct pl_recount *counted,
	pl_register_sample_told told, void *ctx, struct pl_diag *diag)
{
	const struct pl_verify_entry *stated = pl_register_report_stated(v);
	pl_status st;

	if (!stated)
		return pl_diag_set(diag, PL_E_PROOF, "nothing in the bundle that counts states a report about this file");
	st = pl_register_report_compare(stated->statement->predicate, file, counted, diag);
	if (!st)
		st = check_heads(v, stated, diag);
	if (!st)
		st = check_declared(v, stated, counted, diag);
	if (!st)
		tell_samples(v, stated, file, counted, told, ctx);
	return st;
}
