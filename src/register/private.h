/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/private: what of a case is never opened with the rest: sealed fields and the exact values of generalised ones.
 *
 * One revision's private seed and values are one sealed row (crypto/secret) under the case's data key, bound to register, number and
 * revision. The key is in the vault (fact/vault.h) and nowhere else.
 *
 *	plain: 0x01 | seed[32] | per private field, in derived order: u8 present, then u32 length and canonical bytes
 */
#ifndef PL_REGISTER_PRIVATE_H
#define PL_REGISTER_PRIVATE_H
#include "register/register.h"

struct pl_register_place {
	const struct pl_register *r;
	uint64_t number;
	uint32_t revision;
	const struct pl_register_decl *decl; /* that the revision was entered under; NULL: the present one of .r */
};

/* Does a case of the register get a key: has it a field that is not open, or reasons of decisions to be sealed? */
bool pl_register_wants_key(const struct pl_register_decl *d);

/* Write the row of one revision; of @v (one a derived field) the private ones count. PL_E_TOOBIG. */
pl_status pl_register_private_put(struct pl_db_tx *tx, const struct pl_register_place *at, const struct pl_vault_key *key,
	const uint8_t seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *v);
/* Open it: fills in the private ones of @v, which point into @plain (give that back with pl_buf_done_secret), and the seed.
 * PL_E_NOTFOUND: nothing private was kept. PL_E_CORRUPT. */
pl_status pl_register_private_get(struct pl_db_tx *tx, const struct pl_register_place *at, const struct pl_vault_key *key,
	struct pl_buf *plain, uint8_t seed[static PL_COMMIT_SEED_LEN], struct pl_commit_value *v);

/* Drop the rows of a case and doom its key, if it has one. */
pl_status pl_register_private_doom(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now);
/* Have the vault destroy the doomed keys of @r that it has not destroyed yet, as @role. @again: all that ever were, because the
 * vault was restored from a copy. *@ret: how many. What fails is left for the next time. */
pl_status pl_register_destroy_doomed(struct pl_instance *inst, const struct pl_register *r, enum pl_vault_role role, bool again,
	uint64_t *ret, struct pl_diag *diag);

#endif
