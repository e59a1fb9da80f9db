/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/dsse: signed envelopes, DSSE 1.0.0.
 *
 * What is signed is PAE(type, payload) = "DSSEv1 <len type> <type> <len payload> <payload>". A keyid is a hint that
 * nobody signed: it may save work, it never counts. Thresholds count distinct keys, never signatures or keyids.
 *
 * The canonical spelling (what is logged) has no white space and no members but these, in this order, which is also
 * that of RFC 8785: {"payload":..,"payloadType":..,"signatures":[{"keyid":..,"sig":..},...]}, padded standard base64,
 * signatures sorted by (keyid, signature) without exact repetitions. An empty keyid is written as "".
 */
#ifndef PL_CRYPTO_DSSE_H
#define PL_CRYPTO_DSSE_H
#include "crypto/signer.h"

#define PL_DSSE_MAX ((size_t)1024 * 1024) /* largest envelope read */
#define PL_DSSE_SIGS_MAX 32u
#define PL_DSSE_KEYS_MAX 256u
#define PL_DSSE_TYPE_MAX 255u
#define PL_DSSE_INTOTO "application/vnd.in-toto+json"

struct pl_dsse_sig {
	pl_str keyid;
	pl_bytes sig;
};

struct pl_dsse {
	pl_str type;
	pl_bytes payload;
	size_t n_sigs;
	struct pl_dsse_sig sigs[PL_DSSE_SIGS_MAX];
};

/* Append PAE(type, payload). */
void pl_dsse_pae(struct pl_buf *out, pl_str type, pl_bytes payload);
/* SHA-256(PAE): the identity of what was said, whoever signed it. */
void pl_dsse_digest(pl_str type, pl_bytes payload, struct pl_digest *ret);

/* Read an envelope: JSON without repeated members, 1..32 signatures, base64 in either alphabet. Members that DSSE does
 * not name are ignored, as it demands; they vanish in pl_dsse_write. What is returned lives in @arena. PL_E_SYNTAX,
 * PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_dsse_parse(pl_str json, struct pl_arena *arena, struct pl_dsse *ret, struct pl_diag *diag);
/* Append the canonical spelling. */
void pl_dsse_write(struct pl_buf *out, const struct pl_dsse *env);

/* Which of the @n_keys (<= 256) distinct keys signed: signed_by[i] (array may be NULL) is set on success. PL_E_QUORUM
 * if fewer than @threshold (>= 1, else PL_E_RANGE) did. A key that stands twice in @keys counts once, at its first
 * place. */
pl_status pl_dsse_verify(const struct pl_dsse *env, const struct pl_pubkey *keys, size_t n_keys, size_t threshold,
	bool *signed_by);
/* Add the signature of @signer to @env (memory from @arena); keyid is the text of pl_pubkey_id. PL_E_TOOBIG at 32. */
pl_status pl_dsse_sign(struct pl_dsse *env, struct pl_signer *signer, struct pl_arena *arena);

#endif
