/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/vault: the keys of what is private, one per case, wrapped, in a small store of their own
 * (docs/formats/vault.md, docs/decisions/0025-vault.md).
 *
 *	a room: makes a data key, seals with it, has it wrapped and stored, keeps the slot's number beside the sealed bytes
 *	DIR/vault/keys     slots of 128 bytes; in no backup of the database
 *	DIR/vault/reads    a line for each key that was given out, refused or destroyed, chained
 *	DIR/keys/vault.key the only key that unwraps; with the signer. While it is being changed the one before is DIR/keys/vault-old.key
 *	DIR/keys/vault.pub its public half, for whoever takes something in
 *
 * What always holds:
 *  1. Whoever takes something in can seal it and cannot read it again: that needs the signer, which decides by peer and role,
 *     at a bounded rate, and leaves a line before it answers.
 *  2. A destroyed slot is overwritten where it lay, durably, before anybody is told; its number is never used again.
 *     What was sealed under it is noise then, in the database and in every backup of it.
 *  3. A key opens for its owner (a register) only, so no other register's right reaches it.
 */
#ifndef PL_FACT_VAULT_H
#define PL_FACT_VAULT_H
#include "base/ulid.h"
#include "crypto/sealedbox.h"
#include "crypto/secret.h"
#include "fact/signing.h"

#define PL_VAULT_WRAPPED_LEN 112u /* sealed box of owner[32] || key[32] */
#define PL_VAULT_BATCH_MAX 64u

/* A data key in the clear. Wipe it with pl_vault_key_done. */
struct pl_vault_key {
	uint64_t slot; /* from 1 */
	uint8_t key[PL_SECRET_KEY_LEN];
};
void pl_vault_key_done(struct pl_vault_key *k);

struct pl_vault_wrapped {
	uint8_t b[PL_VAULT_WRAPPED_LEN];
};

/* A new random data key of @owner, wrapped for the holder of @to. */
pl_status pl_vault_wrap(const struct pl_sealedbox_to *to, const struct pl_digest *owner, struct pl_vault_key *ret_key,
	struct pl_vault_wrapped *ret);

/* As what somebody asks for a key. The web process says it of the session that it serves. */
enum pl_vault_role {
	PL_VAULT_OPERATOR,  /* whoever has the terminal of the instance */
	PL_VAULT_WORK,      /* a process: finishes erasures, packs answers */
	PL_VAULT_DESK,
	PL_VAULT_LEGAL,
	PL_VAULT_OFFICER,
	PL_VAULT_AUDITOR,
	PL_VAULT_ROLE_COUNT
};
const char *pl_vault_role_word(enum pl_vault_role role);

struct pl_vault_ask {
	enum pl_vault_role role;
	struct pl_ulid account; /* zeros: none */
	struct pl_digest owner;
	uint64_t number;        /* of the case, for the line of reads */
	uint64_t slot;
};

/* ---- the store, behind the signer ---- */

struct pl_vault;

struct pl_vault_options {
	const char *dir;              /* exists; ours and closed to others */
	const struct pl_privkey *key; /* copied */
	const struct pl_privkey *old; /* the one before, while the key is being changed; NULL: none. Copied */
	uint64_t per_hour;            /* keys given out to one account (no account: to one role) of a peer; 0: any number */
	uint64_t per_hour_peer;       /* and to one peer altogether */
	uint64_t (*now)(void *ctx);   /* ns since 1970; NULL: the system time */
	void *now_ctx;
};

/* Open, or make, the two files in @opt->dir. PL_E_CORRUPT with words: a slot or line that nothing torn explains.
 * PL_E_UNSUPPORTED: not on a local disk. PL_E_STATE: its keys are wrapped for neither of the two. */
pl_status pl_vault_open(const struct pl_vault_options *opt, struct pl_vault **ret, struct pl_diag *diag);
void pl_vault_close(struct pl_vault *v);

/* Store @n (at most PL_VAULT_BATCH_MAX) durably; their slots are *@ret_first and the following ones. What is wrapped for the key before is wrapped
 * anew. PL_E_RANGE: wrapped for neither. PL_E_CONFLICT: the key was changed since the vault was opened: open it anew. */
pl_status pl_vault_put(struct pl_vault *v, const struct pl_vault_wrapped *w, size_t n, uint64_t *ret_first, struct pl_diag *diag);
/* Give out the key of @ask->slot. PL_E_NOTFOUND: no such slot, or destroyed. PL_E_DENIED: not for this peer in this role, or
 * another owner's. PL_E_BUSY: too many in this hour. */
pl_status pl_vault_read(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask, struct pl_vault_key *ret,
	struct pl_diag *diag);
/* Destroy the slot; one that is destroyed already is PL_OK. PL_E_DENIED, PL_E_BUSY as above; PL_E_NOTFOUND: never given. */
pl_status pl_vault_destroy(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask, struct pl_diag *diag);

/* From now on keys are wrapped for @opt->key alone: wrap anew what is there, durably, a batch at a time, while others go on. May be broken
 * off and repeated. A slot that is neither a key nor destroyed stays as it is and is counted. */
struct pl_vault_rewrapped {
	uint64_t keys, changed, broken;
};
pl_status pl_vault_rewrap(struct pl_vault *v, struct pl_vault_rewrapped *ret, struct pl_diag *diag);

/* ---- for rooms ---- */

struct pl_instance;

/* Make the vault's key if the instance has none yet. PL_E_EXISTS. */
pl_status pl_instance_vault_make(struct pl_instance *inst, struct pl_diag *diag);
/*
 * Change the vault's key: a new one is made, keys/vault.pub follows, and what is there is wrapped for it. The key before stays beside it as
 * keys/vault-old.key, so that an older copy of the vault can still be put back, until @finish destroys it. Processes that run notice by
 * themselves. May be broken off anywhere and repeated. PL_E_STATE: @finish, and no change is under way; there is no vault; or a slot cannot be
 * wrapped anew. PL_E_BUSY: somebody else does it.
 */
pl_status pl_instance_vault_rotate(struct pl_instance *inst, bool finish, struct pl_vault_rewrapped *ret, struct pl_diag *diag);
/* @n new keys of @owner, stored, in order. PL_E_STATE: the instance has no vault (hint says how to make it). */
pl_status pl_instance_vault_new(struct pl_instance *inst, const struct pl_digest *owner, struct pl_vault_key *keys, size_t n,
	struct pl_diag *diag);
/* The same in two steps, for many at once: the key that new ones are wrapped for (pl_vault_wrap, any thread); then @n that were wrapped and are not
 * in use yet are stored. If the vault has another key since then they are made anew, and @to is the key of now. As pl_instance_vault_new. */
pl_status pl_instance_vault_to(struct pl_instance *inst, struct pl_sealedbox_to *ret, struct pl_diag *diag);
pl_status pl_instance_vault_put(struct pl_instance *inst, struct pl_sealedbox_to *to, const struct pl_digest *owner,
	struct pl_vault_key *keys, struct pl_vault_wrapped *wrapped, size_t n, struct pl_diag *diag);
/* Ask the signer; as pl_vault_read and pl_vault_destroy. */
pl_status pl_instance_vault_read(struct pl_instance *inst, const struct pl_vault_ask *ask, struct pl_vault_key *ret,
	struct pl_diag *diag);
pl_status pl_instance_vault_destroy(struct pl_instance *inst, const struct pl_vault_ask *ask, struct pl_diag *diag);

/* ---- the lines of reads ---- */

/* One line of DIR/vault/reads:
 *	<number> <time> <act> <peer> <role> <account or -> <owner hex> <case> <slot> <outcome> <chain hex>
 * chain = SHA-256("pl-vault-read/v1" 0x00 | chain of the line before[32] | everything before the last blank). */
struct pl_vault_line {
	uint64_t number, time; /* from 1; seconds */
	bool destroyed;        /* "destroy", else "read" */
	pl_str peer, role, account, outcome; /* outcome: "ok", "denied", "busy", "gone" */
	struct pl_digest owner, chain;
	uint64_t of_case, slot;
};
/* Read and check the line that follows one of @before (zeros and 0 at first). PL_E_SYNTAX, PL_E_PROOF. */
pl_status pl_vault_line_read(pl_str line, uint64_t number_before, const struct pl_digest *before, struct pl_vault_line *ret);

#endif
