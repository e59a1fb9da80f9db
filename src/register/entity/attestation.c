/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/attestation.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "register/entity/entity.h"
#include "register/period.h"

/* ---- bounties ---- */

/* The next of 1, 2, 5, 10, 20, 50, ... */
static uint64_t next_step(uint64_t step)
{
	uint64_t lead = step;

	while (lead >= 10)
		lead /= 10;
	return lead == 2 ? step / 2 * 5 : 2 * step;
}

void pl_attested_bounties_of(const struct pl_book_bounties *b, struct pl_attested_bounties *ret)
{
	uint64_t step = 1;

	*ret = (struct pl_attested_bounties){b->currency, b->count, b->sum, b->sum};
	if (b->count >= PL_ATTESTED_FEW || !b->sum)
		return;
	/* A reward is below 10^13 minor units, and there are four at most. */
	while (next_step(step) <= b->sum)
		step = next_step(step);
	ret->at_least = step;
	ret->at_most = next_step(step) - 1;
}

bool pl_attested_bounties_ok(const struct pl_attested_bounties *a)
{
	struct pl_book_bounties as = {a->currency, a->count, a->at_least};
	struct pl_attested_bounties again;

	pl_attested_bounties_of(&as, &again);
	return a->count && a->at_least == again.at_least && a->at_most == again.at_most;
}

static void put_bounties(struct pl_json *p, const struct pl_attestation *a)
{
	struct pl_json *list;

	if (!a->says_bounties)
		return;
	list = pl_json_set_array(p, "bounties");
	for (size_t i = 0; i < a->n_bounties; i++) {
		struct pl_json *o = pl_json_push_object(list);

		pl_json_set_z(o, "currency", a->bounties[i].currency.code);
		pl_json_set_u64(o, "count", a->bounties[i].count);
		pl_json_set_u64(o, "atLeast", a->bounties[i].at_least);
		pl_json_set_u64(o, "atMost", a->bounties[i].at_most);
	}
}

static void take_bounties(const struct pl_json *p, struct pl_attestation *ret)
{
	const struct pl_json *list = pl_json_get(p, "bounties");

	ret->says_bounties = list != NULL;
	for (size_t i = 0; list && i < pl_json_count(list) && i < PL_BOOK_BOUNTIES_MAX; i++) {
		const struct pl_json *o = pl_json_at(list, i);
		struct pl_attested_bounties *b = &ret->bounties[ret->n_bounties++];

		/* An unknown currency stays empty, and is refused. */
		(void)(pl_currency_parse(pl_member_text(o, "currency"), &b->currency) == PL_OK);
		b->count = pl_member_u64(o, "count");
		b->at_least = pl_member_u64(o, "atLeast");
		b->at_most = pl_member_u64(o, "atMost");
	}
}

pl_status pl_attestation_payload(const struct pl_attestation *a, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {a->entity, a->balance};

	pl_json_set_str(p, "entity", a->entity);
	pl_entity_set_day(p, "from", a->from);
	pl_entity_set_day(p, "to", a->to);
	pl_json_set_u64(p, "transactions", a->transactions);
	pl_member_set_digest(p, "balance", &a->balance);
	put_bounties(p, a);
	return pl_statement_build(PL_STR(PL_TYPE_ENTITY_ATTESTATION), &subject, 1, p, out, NULL, diag);
}

void pl_attestation_from_json(const struct pl_json *p, struct pl_attestation *ret)
{
	*ret = (struct pl_attestation){.entity = pl_member_text(p, "entity"), .from = pl_entity_day(p, "from"),
		.to = pl_entity_day(p, "to"), .transactions = pl_member_u64(p, "transactions"),
		.balance = pl_member_digest(p, "balance")};
	take_bounties(p, ret);
}

bool pl_attestation_half_year(uint64_t from, uint64_t to)
{
	char text[PL_PERIOD_TEXT];

	pl_period_write(from, to, text);
	return pl_str_find(pl_str_from(text), 'H') == 5;
}
