/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/claim_query: what pages and commands read of claims. Text and arrays live in the caller's arena; lists come in pages of at
 * most PL_CLAIM_PAGE_MAX.
 */
#ifndef PL_REGISTER_CLAIM_QUERY_H
#define PL_REGISTER_CLAIM_QUERY_H
#include "fact/instance.h"
#include "register/claim.h"

#define PL_CLAIM_PAGE_MAX 256u

/* One claim and what became of it. PL_E_NOTFOUND. */
pl_status pl_query_claim(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_claim *ret);
/* The same inside of a transaction; @arena may not be NULL. */
pl_status pl_query_claim_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_claim *ret);

/* Which claims a list has: empty text and PL_CLAIM_STATUSES mean any. */
struct pl_claim_filter {
	pl_str subject, property;
	enum pl_claim_status status;
};
/* By subject, property and id, from behind @after (NULL: from the start). */
pl_status pl_query_claims(struct pl_instance *inst, const struct pl_claim_filter *filter, const struct pl_claim *after, size_t limit,
	struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n);
/* All of them, for pl_claim_flags. PL_E_TOOBIG: more than PL_CLAIMS_MAX, or than the arena holds. */
pl_status pl_query_claims_all(struct pl_instance *inst, struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n);
/* What was claimed of one property, by the day from which it holds (undated ones first), from behind @after (NULL: from the start). */
pl_status pl_query_claim_history(struct pl_instance *inst, pl_str subject, pl_str property, const struct pl_claim *after, size_t limit,
	struct pl_arena *arena, struct pl_claim **ret, size_t *ret_n);

struct pl_claim_change {
	uint64_t index;
	struct pl_digest pae;
	enum pl_claim_status status;
	pl_str by;
	uint64_t date;
	size_t n_evidence;
	struct pl_digest evidence[PL_CLAIM_EVIDENCE_MAX];
};
/* What was stated about the claim @id, the newest first, below the entry @before (INT64_MAX to start). */
pl_status pl_query_claim_changes(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_claim_change **ret, size_t *ret_n);

#endif
