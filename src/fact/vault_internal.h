/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/vault_internal: between the store (vault.c), the change of its key (vault_rewrap.c), its lines (vault_reads.c) and its packets
 * (signing_vault.c).
 */
#ifndef PL_FACT_VAULT_INTERNAL_H
#define PL_FACT_VAULT_INTERNAL_H
#include "base/time.h"
#include "crypto/sealedbox.h"
#include "fact/vault.h"

struct pl_vault_reads {
	int fd;
	uint64_t number; /* of the last line */
	struct pl_digest chain;
};

/* Open DIR/reads, cut off a torn last line, check the last whole one. */
pl_status pl_vault_reads_open(int dir, struct pl_vault_reads *ret, struct pl_diag *diag);
/* Append one durably. Others may have written since: under the lock the end is read again. */
pl_status pl_vault_reads_add(struct pl_vault_reads *r, uint64_t now, bool destroy, enum pl_peer peer,
	const struct pl_vault_ask *ask, const char *outcome);

/* ---- the store ---- */

#define PL_VAULT_SLOT 128u /* bytes; slot 0 is the head */
#define PL_VAULT_LOCK_NS (10 * PL_SECOND)
#define PL_VAULT_SHARES_MAX 1024u

/* How many keys somebody was given in this hour. */
struct pl_vault_share {
	enum pl_peer peer;
	enum pl_vault_role role;
	struct pl_ulid account;
	uint64_t n;
};

struct pl_vault {
	int fd;
	struct pl_sealedbox_key key, old;
	bool has_old;
	struct pl_digest id, old_id; /* of their public halves */
	struct pl_vault_reads reads;
	uint64_t per_hour, per_hour_peer;
	uint64_t (*now)(void *ctx);
	void *now_ctx;
	uint64_t hour; /* that the counts are of */
	uint64_t by_peer[PL_PEER_COUNT];
	size_t n_shares;
	struct pl_vault_share shares[PL_VAULT_SHARES_MAX];
};

/* vault.c: a slot that holds @w. */
void pl_vault_slot_write(uint8_t slot[static PL_VAULT_SLOT], const struct pl_vault_wrapped *w);
/* PL_E_NOTFOUND: there is no key in it. PL_E_CORRUPT. */
pl_status pl_vault_slot_read(const struct pl_vault *v, uint64_t number, struct pl_vault_wrapped *ret);
/* The plain bytes: owner, key. *@ret_old: wrapped for the key before. PL_E_CORRUPT: for neither. */
pl_status pl_vault_open_wrapped(const struct pl_vault *v, const struct pl_vault_wrapped *w, struct pl_buf *plain, bool *ret_old);

/* vault_rewrap.c: what the file begins with, durably, naming the key of now. */
pl_status pl_vault_head_put(const struct pl_vault *v);
/* PL_E_CORRUPT: it is none. PL_E_CONFLICT: its keys are wrapped for a key that is not here. */
pl_status pl_vault_head_check(const struct pl_vault *v);
/* @w wrapped for the key of now. *@ret_changed: it was not. PL_E_CORRUPT as pl_vault_open_wrapped. */
pl_status pl_vault_wrap_anew(const struct pl_vault *v, struct pl_vault_wrapped *w, bool *ret_changed);

/* ---- packets, docs/formats/signer.md ---- */

#define PL_VAULT_PACKET_VERSION 2u
#define PL_VAULT_PACKET_MAX (8u + PL_VAULT_BATCH_MAX * PL_VAULT_WRAPPED_LEN)

enum pl_vault_op { PL_VAULT_OP_PUT = 1, PL_VAULT_OP_READ = 2, PL_VAULT_OP_DESTROY = 3 };

struct pl_vault_request {
	enum pl_vault_op op;
	size_t n; /* PUT */
	struct pl_vault_wrapped wrapped[PL_VAULT_BATCH_MAX];
	struct pl_vault_ask ask; /* the others */
};
void pl_vault_request_write(struct pl_buf *out, const struct pl_vault_request *q);
/* PL_E_SYNTAX. */
pl_status pl_vault_request_parse(pl_bytes packet, struct pl_vault_request *ret);
/* Ask the desk @s, wherever it is. @out: the answer's data. */
pl_status pl_signing_vault(struct pl_signing *s, const struct pl_vault_request *q, struct pl_buf *out, struct pl_diag *diag);
/* What a desk does for @peer. */
pl_status pl_signing_vault_desk(struct pl_signing *s, enum pl_peer peer, const struct pl_vault_request *q, struct pl_buf *out,
	struct pl_diag *diag);
/* What the vault does for @peer; appends the answer's data: PUT: u64 first slot; READ: key[32]; DESTROY: nothing. */
pl_status pl_vault_serve(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_request *q, struct pl_buf *out,
	struct pl_diag *diag);

#endif
