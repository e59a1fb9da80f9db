/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/vocabulary.h"
#include "fact/member.h"
#include "register/person/answer.h"
#include "register/person/sql.h"

const char *const pl_answer_kinds[] = {
	[PL_ANSWER_COPY] = "copy", [PL_ANSWER_ERASURE] = "erasure", [PL_ANSWER_EXPERTISE] = "expertise", NULL,
};

static const struct pl_field answer_fields[] = {
	{"kind", PL_FIELD_ENUM, .words = pl_answer_kinds},
	{"files", PL_FIELD_U64, .min = 1},
	{NULL},
};

/* A name that says more than what kind of document it is could say who asked. */
static pl_status check_answer(const struct pl_statement *s, struct pl_diag *diag)
{
	bool erasure = pl_str_eq(pl_member_text(s->predicate, "kind"), PL_STR("erasure"));
	pl_str name = s->n_subjects == 1 ? s->subjects[0].name : PL_STR("");

	if (pl_str_eq(name, PL_STR(PL_ANSWER_MANIFEST)) || (erasure && pl_str_eq(name, PL_STR(PL_ANSWER_CERTIFICATE))))
		return PL_OK;
	return pl_diag_set(diag, PL_E_RANGE, "expected one subject, %s or, of an erasure, %s", PL_ANSWER_MANIFEST, PL_ANSWER_CERTIFICATE);
}

static const struct pl_predicate predicates[] = {
	{PL_TYPE_ANSWER, "Answer given", answer_fields, check_answer, PL_ROLE_BIT(PL_ROLE_SERVICE), PL_APPROVAL_NONE, NULL},
};
static const struct pl_signing_rule rules[] = {
	{PL_TYPE_ANSWER, PL_PEER_BIT(PL_PEER_OPERATOR) | PL_PEER_BIT(PL_PEER_PERSONS)},
};

const struct pl_fact_room pl_person_room = {
	.name = "person",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.migrations = &pl_sql_person_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
};
