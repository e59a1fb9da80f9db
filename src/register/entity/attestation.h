/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/attestation: what an entity says of its own books, with its own key
 * (docs/statements/entity-attestation.md): at the end of this half-year they held so many transactions, and their
 * balances are those of a text with this SHA-256; so many rewards to finders were paid in it, of so much.
 *
 * Pure. Text is borrowed.
 */
#ifndef PL_REGISTER_ENTITY_ATTESTATION_H
#define PL_REGISTER_ENTITY_ATTESTATION_H
#include "fact/statement.h"
#include "register/entity/book_query.h"

/* The rewards of the half-year in one currency. With fewer than PL_ATTESTED_FEW of them the sum is said as a range. */
#define PL_ATTESTED_FEW 5u
struct pl_attested_bounties {
	struct pl_currency currency;
	uint64_t count, at_least, at_most; /* minor units */
};
/* What is said of @b. */
void pl_attested_bounties_of(const struct pl_book_bounties *b, struct pl_attested_bounties *ret);
/* Is it said as it must be? */
bool pl_attested_bounties_ok(const struct pl_attested_bounties *a);

struct pl_attestation {
	pl_str entity;
	uint64_t from, to;         /* the half-year, seconds; @to is the first second that does not count */
	uint64_t transactions;     /* how many in its books count before @to */
	struct pl_digest balance;  /* of the balance file (docs/formats/book-balance.md) */
	bool says_bounties;        /* older ones say nothing of them */
	size_t n_bounties;
	struct pl_attested_bounties bounties[PL_BOOK_BOUNTIES_MAX];

	/* What the log says; not part of it. */
	uint64_t index;
	struct pl_digest pae, key; /* key: whose signature carries it */
};

/* Append the payload of a new statement. */
pl_status pl_attestation_payload(const struct pl_attestation *a, struct pl_buf *out, struct pl_diag *diag);
/* Read the predicate of an entity-attestation/v1 that has the shape of its table. */
void pl_attestation_from_json(const struct pl_json *predicate, struct pl_attestation *ret);
/* Is [@from, @to) the first or the second half of a year? */
bool pl_attestation_half_year(uint64_t from, uint64_t to);

#endif
