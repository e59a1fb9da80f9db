/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/keys: which key may sign what, and between which entries.
 *
 * What always holds:
 *  1. A key is valid strictly after the entry of its key/v1 and strictly before the entry of its key-end/v1. A
 *     signature at another index does not count, whatever its statement says about time: a stolen key cannot sign into
 *     the past, because the past is full.
 *  2. Root keys come from the trust file and nowhere else. They sign inception, key and key-end statements only, with the
 *     threshold of the trust file. They have no first and no last entry; a new trust file replaces them.
 *  3. A key identifier is used once: an ended key is never introduced again.
 *  4. What is stated in somebody's name (pl_predicate.holder) is carried by a key of that holder and by no other one.
 *  5. The register is a function of the trust file and the entries 0..n-1, fed in order.
 *
 * Not locked: one thread at a time.
 */
#ifndef PL_FACT_KEYS_H
#define PL_FACT_KEYS_H
#include "crypto/key.h"
#include "fact/predicates.h"
#include "fact/verified.h"

#define PL_KEYS_MAX 4096u
#define PL_KEYS_TYPES_MAX PL_ROLE_TYPES_MAX

struct pl_keys;

struct pl_key_fact {
	struct pl_digest id; /* SHA-256 of the SubjectPublicKeyInfo */
	struct pl_pubkey key;
	enum pl_role role;
	pl_str holder;    /* a TOKEN, "officer-2" */
	uint64_t from;    /* index of its key/v1; valid for entries after it; 0 for roots */
	uint64_t until;   /* index of its key-end/v1, or UINT64_MAX */
	size_t n_types;   /* predicate types it may sign; roots: 0 */
	pl_str types[PL_KEYS_TYPES_MAX];
};

/* An empty register with the root keys and their threshold (1..n_roots). PL_E_RANGE, PL_E_NOMEM. */
pl_status pl_keys_new(const struct pl_pubkey *roots, size_t n_roots, unsigned threshold, struct pl_keys **ret);
void pl_keys_free(struct pl_keys *k);
/* Ask @verified before verifying a signature, and tell it of good ones; borrowed; NULL: always verify. */
void pl_keys_share(struct pl_keys *k, struct pl_verified *verified);

/* Take in the statement that stands at @index, after pl_keys_judge accepted it: inception, key/v1 and key-end/v1 change
 * the register, everything else leaves it as it is. PL_E_EXISTS (a key introduced twice), PL_E_NOTFOUND (an end for a key
 * that is not there), PL_E_STATE (a second inception); the register is then unchanged. */
pl_status pl_keys_apply(struct pl_keys *k, const struct pl_statement *s, uint64_t index, struct pl_diag *diag);
/* Would pl_keys_apply succeed? */
pl_status pl_keys_can_apply(const struct pl_keys *k, const struct pl_statement *s, uint64_t index,
	struct pl_diag *diag);

/* How many officers must approve, as the inception statement says; 0 before it. */
unsigned pl_keys_officers_needed(const struct pl_keys *k);
/* NULL if there is none. Lives until the next pl_keys_apply. */
const struct pl_key_fact *pl_keys_find(const struct pl_keys *k, const struct pl_digest *id);
/* All keys in the order of their entries, roots first. */
size_t pl_keys_count(const struct pl_keys *k);
const struct pl_key_fact *pl_keys_at(const struct pl_keys *k, size_t i);

/* What was found out about one envelope. */
struct pl_judgement {
	unsigned carriers;  /* distinct entitled keys other than officers' approvals */
	unsigned approvals; /* distinct officers */
	unsigned roots;     /* distinct root keys */
	unsigned idle;      /* signatures that count for nothing: unknown key, wrong role or type, outside its validity */
	struct pl_digest signer; /* the first carrier (or root) */
};

/* Only count the signatures of @s as the entry at @index. PL_E_SIGNATURE: one of a known key that would count does not
 * verify. @ret is filled either way. */
pl_status pl_keys_tally(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, struct pl_judgement *ret, struct pl_diag *diag);
/* May a signature of @f at @index carry @s, which is of the shape of @row (@approval false), or approve it (true)? */
bool pl_keys_entitled(const struct pl_key_fact *f, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, bool approval);

/*
 * Judge the signatures of @s as the entry at @index: PL_OK if they suffice for @row.
 * PL_E_SIGNATURE: a signature of a known key does not verify, or nobody entitled signed.
 * PL_E_QUORUM: signed by somebody entitled, but approvals are lacking. Words in @diag either way, @ret filled either way.
 * @strict: signatures that count for nothing are refused too (PL_E_SIGNATURE); so does the sequencer.
 */
pl_status pl_keys_judge(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, bool strict, struct pl_judgement *ret, struct pl_diag *diag);

#endif
