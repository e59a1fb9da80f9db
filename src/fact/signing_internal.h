/* SPDX-License-Identifier: Apache-2.0 */
/* fact/signing_internal: the desk itself (signing.c) and its socket (signing_socket.c). */
#ifndef PL_FACT_SIGNING_INTERNAL_H
#define PL_FACT_SIGNING_INTERNAL_H
#include "fact/signing.h"
#include "fact/statement_internal.h"

#define PL_SIGNING_KEYS_MAX 8u

struct pl_signing {
	int fd; /* a socket, or -1: the desk is here */
	struct pl_buf path;
	struct pl_signer *signers[PL_SIGNING_KEYS_MAX];
	struct pl_digest ids[PL_SIGNING_KEYS_MAX];
	size_t n_signers;
	struct pl_signing_book book;
	enum pl_peer peer;
};

/* What a desk does for @peer. */
pl_status pl_signing_desk(struct pl_signing *s, enum pl_peer peer, pl_bytes payload,
	const struct pl_approval_sig *approvals, size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag);

/* One packet to the desk behind the socket of @s, its answer's data or words. Signing and storing may happen twice when a
 * connection breaks; both do no harm. */
pl_status pl_signing_exchange(struct pl_signing *s, pl_bytes request, struct pl_buf *data, struct pl_diag *diag);

/* The same by socket. */
pl_status pl_signing_ask(struct pl_signing *s, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag);

/* ---- packets, docs/formats/signer.md ---- */

#define PL_SIGNING_VERSION 1u
#define PL_SIGNING_REQUEST_MAX (8u + PL_STATEMENT_PAYLOAD_MAX + PL_SIGNING_APPROVALS_MAX * (33u + PL_SIGNATURE_MAX))
#define PL_SIGNING_ANSWER_MAX (2u + PL_STATEMENT_ENTRY_MAX)

void pl_signing_request_write(struct pl_buf *out, pl_bytes payload, const struct pl_approval_sig *approvals, size_t n);
/* @ret_payload borrows from @packet. PL_E_SYNTAX. */
pl_status pl_signing_request_parse(pl_bytes packet, pl_bytes *ret_payload,
	struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX], size_t *ret_n);
/* @st PL_OK: @data is the entry; otherwise words. */
void pl_signing_answer_write(struct pl_buf *out, pl_status st, pl_bytes data);
pl_status pl_signing_answer_parse(pl_bytes packet, pl_status *ret_st, pl_bytes *ret_data);

#endif
