/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/claim: one public statement of the operator about itself, as it stands in claim/v1 (docs/statements/claim.md).
 *
 * What always holds:
 *  1. What a claim is about is the pair (subject, property), for results with product and version. Only claims about the same thing
 *     are compared (register/claim_rules.h).
 *  2. A claim never changes. Another one follows it, and claim-status/v1 says which.
 *  3. Times are seconds since 1970; 0 is "not stated". `to` and `due` are the first instant that does not count any more.
 *
 * Pure: no I/O, no heap; callable from any thread. Text is borrowed.
 */
#ifndef PL_REGISTER_CLAIM_H
#define PL_REGISTER_CLAIM_H
#include "fact/statement.h"

enum pl_claim_kind {
	PL_CLAIM_NUMBER,      /* a number that holds for some time: so many centres */
	PL_CLAIM_COUNT,       /* what was counted from one day to another: so many requests */
	PL_CLAIM_PROMISE,     /* what is to be, by a due date or without one */
	PL_CLAIM_NEVER,       /* no such thing has ever been */
	PL_CLAIM_MEMBERSHIP,  /* is or was a member, partner, signatory */
	PL_CLAIM_CERTIFICATE, /* a standard, audited; `to` is its expiry */
	PL_CLAIM_RESULT,      /* what a laboratory found in one version of a product */
	PL_CLAIM_FACT,        /* a word that holds for some time: the country in which data are kept */
	PL_CLAIM_NAME,        /* the subject is also called like that: two words for one thing */
	PL_CLAIM_KINDS
};

enum pl_claim_bound { PL_CLAIM_IS, PL_CLAIM_AT_LEAST, PL_CLAIM_MORE_THAN, PL_CLAIM_UP_TO, PL_CLAIM_BOUNDS };
enum pl_claim_standing { PL_CLAIM_NOT_SAID, PL_CLAIM_STILL_IS, PL_CLAIM_WAS, PL_CLAIM_STANDINGS };
enum pl_claim_status {
	PL_CLAIM_OPEN,       /* it stands */
	PL_CLAIM_MET,        /* a promise that was kept in time */
	PL_CLAIM_LATE,       /* a promise that was kept after its due date */
	PL_CLAIM_WITHDRAWN,  /* the operator no longer says so */
	PL_CLAIM_SUPERSEDED, /* another claim stands in its place */
	PL_CLAIM_STATUSES
};

/* Words as they stand in statements and tables; each list ends with NULL. pl_claim_standings begins with "is". */
extern const char *const pl_claim_kinds[PL_CLAIM_KINDS + 1];
extern const char *const pl_claim_bounds[PL_CLAIM_BOUNDS + 1];
extern const char *const pl_claim_standings[PL_CLAIM_STANDINGS];
extern const char *const pl_claim_statuses[PL_CLAIM_STATUSES + 1];
/* The position of @word in one of them. PL_E_SYNTAX. */
pl_status pl_claim_word(pl_str word, const char *const *words, unsigned *ret);

#define PL_CLAIM_EVIDENCE_MAX 16u

struct pl_claim {
	pl_str id, subject, property;
	enum pl_claim_kind kind;
	bool has_value;
	enum pl_claim_bound bound;
	uint64_t value; /* at most 2^53 - 1 */
	pl_str unit;    /* may be empty */
	pl_str word;    /* may be empty */
	enum pl_claim_standing standing;
	uint64_t from, to, as_of; /* validity; none of them: undated */
	uint64_t due, review;     /* review: to be confirmed anew by then */
	pl_str product, version;  /* of a result */
	struct pl_body words;     /* the sentence, for people */
	bool has_source;
	struct pl_digest source;  /* SHA-256 of the document that says it */
	size_t n_evidence;
	struct pl_digest evidence[PL_CLAIM_EVIDENCE_MAX]; /* ascending */

	/* What the register says of it; not part of the claim. */
	uint64_t index;      /* of its entry */
	struct pl_digest pae;
	enum pl_claim_status status;
	pl_str by;           /* the claim that supersedes it */
	uint64_t status_index, status_date;
};

/* Does @c say what its kind says, and nothing else? PL_E_RANGE with words. */
pl_status pl_claim_check(const struct pl_claim *c, struct pl_diag *diag);
/* Same claim, word for word? What the register says of it is not compared. */
bool pl_claim_same(const struct pl_claim *a, const struct pl_claim *b);
/* By subject, property, product, version: <0, 0 (about the same thing), >0. */
int pl_claim_about(const struct pl_claim *a, const struct pl_claim *b);
bool pl_claim_undated(const struct pl_claim *c);

/* Read the predicate of a claim/v1 that has the shape of its table. PL_E_RANGE: too much evidence. */
pl_status pl_claim_from_json(const struct pl_json *predicate, struct pl_claim *ret);
/* Set the members of a claim/v1 in @predicate. */
void pl_claim_to_json(const struct pl_claim *c, struct pl_json *predicate);

/*
 * Read a date as people give it: 2018, 2018-H1, 2018-Q4, 2018-11, 2018-11-05 or RFC 3339. Of a span of time that is its beginning, or
 * with @end the first second behind it. PL_E_SYNTAX with words.
 */
pl_status pl_claim_date(pl_str text, bool end, uint64_t *ret, struct pl_diag *diag);
/* "9 centre", "more than 100 partner", "type-1", "was member", "-". NUL-terminated; cut to fit. */
#define PL_CLAIM_VALUE_TEXT 176u
void pl_claim_value(const struct pl_claim *c, char out[static PL_CLAIM_VALUE_TEXT]);
/* "2021-07-01 to 2021-12-31", "from 2018-11-01", "as of 2022-06-16", "undated": days, the last one included. */
#define PL_CLAIM_VALIDITY_TEXT 40u
void pl_claim_validity(const struct pl_claim *c, char out[static PL_CLAIM_VALIDITY_TEXT]);
/* "2021-12-31": the day before the instant @t. */
#define PL_CLAIM_DAY_TEXT 11u
void pl_claim_last_day(uint64_t t, char out[static PL_CLAIM_DAY_TEXT]);

#endif
