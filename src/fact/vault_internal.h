/* SPDX-License-Identifier: Apache-2.0 */
/* fact/vault_internal: between the store (vault.c), its lines (vault_reads.c) and its packets (signing_vault.c). */
#ifndef PL_FACT_VAULT_INTERNAL_H
#define PL_FACT_VAULT_INTERNAL_H
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
