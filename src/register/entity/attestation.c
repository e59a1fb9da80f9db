/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/attestation.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "register/entity/entity.h"
#include "register/period.h"

pl_status pl_attestation_payload(const struct pl_attestation *a, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {a->entity, a->balance};

	pl_json_set_str(p, "entity", a->entity);
	pl_entity_set_day(p, "from", a->from);
	pl_entity_set_day(p, "to", a->to);
	pl_json_set_u64(p, "transactions", a->transactions);
	pl_member_set_digest(p, "balance", &a->balance);
	return pl_statement_build(PL_STR(PL_TYPE_ENTITY_ATTESTATION), &subject, 1, p, out, NULL, diag);
}

void pl_attestation_from_json(const struct pl_json *p, struct pl_attestation *ret)
{
	*ret = (struct pl_attestation){.entity = pl_member_text(p, "entity"), .from = pl_entity_day(p, "from"),
		.to = pl_entity_day(p, "to"), .transactions = pl_member_u64(p, "transactions"),
		.balance = pl_member_digest(p, "balance")};
}

bool pl_attestation_half_year(uint64_t from, uint64_t to)
{
	char text[PL_PERIOD_TEXT];

	pl_period_write(from, to, text);
	return pl_str_find(pl_str_from(text), 'H') == 5;
}
