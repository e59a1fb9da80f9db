/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/link: which cases belong to whom. Which of them must not be erased yet: register/casework/hold.
 *
 * Whoever knows who sent a case notes the identity here. Cases that were confirmed by a mailed code need no note: they are found by the index of
 * their register. The database holds a keyed hash of it: with the key one finds a person's cases, from the cases nobody finds a person.
 */
#ifndef PL_REGISTER_PERSON_LINK_H
#define PL_REGISTER_PERSON_LINK_H
#include "crypto/digest.h"
#include "fact/instance.h"
#include "register/cases.h"
#include "register/person/holdings.h"

/* The key of the hashes; wipe it. */
struct pl_person_key {
	uint8_t b[32];
};
/* As pl_people_open; the secret file is made if nobody has accounts yet. */
pl_status pl_person_key_open(struct pl_instance *inst, struct pl_person_key *ret, struct pl_diag *diag);
void pl_person_key_done(struct pl_person_key *k);

/* The keyed hash of an identity. PL_PERSON_CASE has none (PL_E_UNSUPPORTED): its secret finds the case by itself. */
pl_status pl_person_mark(const struct pl_person_key *k, const struct pl_person_id *id, struct pl_digest *ret);

/* Case @number of @reg is of the person of @id. Noting it again is fine. */
pl_status pl_person_link(struct pl_db_tx *tx, const struct pl_person_key *k, const struct pl_person_id *id, pl_str reg, uint64_t number);
/* Forget whose it is; part of erasing the case. */
pl_status pl_person_unlink(struct pl_db_tx *tx, pl_str reg, uint64_t number);

struct pl_person_case {
	char reg[41];
	uint64_t number;
};
/* All cases of @who, ascending and without repetition; *ret is freed with pl_free: those that were linked, and those whose sender typed the code that
 * was mailed to an address of @who or signed with the key of a product of @who (register/casework/find), for which the vault is asked as @reader. A secret that is not known finds nothing.
 * PL_E_BUSY with words: cases that came a moment ago are not in that index yet. */
pl_status pl_person_cases(struct pl_instance *inst, const struct pl_person_key *k, const struct pl_person *who,
	const struct pl_register_reader *reader, struct pl_person_case **ret, size_t *ret_n, struct pl_diag *diag);

/* Bring @list into the order of pl_person_cases, each case once; how many are left. */
size_t pl_person_cases_sort(struct pl_person_case *list, size_t n);

#endif
