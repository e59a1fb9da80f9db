/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/promise: what a sender holds: the operator's signed word that the case was entered and which head must contain it, and,
 * once that head is published, the proof. Both travel as a receipt (register/receipt.h).
 *
 * What always holds:
 *  1. A promise is noted in the transaction that enters the case, so that no case of a sender is without one; it is signed when that
 *     is durable, and again if the signature was lost before it could be kept.
 *  2. The sender's secret stands in the database as a hash. It finds the receipt; it opens nothing that is private.
 */
#ifndef PL_REGISTER_PROMISE_H
#define PL_REGISTER_PROMISE_H
#include "base/ulid.h"
#include "register/cases.h"

/* A head is at most this late before the promise is broken: the next one and one that was tried again. */
#define PL_REGISTER_PROMISE_SLACK (2 * PL_REGISTER_RHYTHM)

/* 128 random bits, written like a ULID (26 characters). */
struct pl_register_secret {
	struct pl_ulid v;
};

/* Note the promise about the case that was just entered at @now, and give it a new secret. */
pl_status pl_register_promise_note(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now,
	struct pl_register_secret *ret);
/* By what it is found: SHA-256 of a label and its 128 random bits, which need no slow hash. */
void pl_register_secret_hash(const struct pl_register_secret *secret, struct pl_digest *ret);
/* The key that answers to the sender are sealed for; made of the secret, so that nobody but him has it. Wipe it. */
void pl_register_secret_key(const struct pl_register_secret *secret, struct pl_privkey *ret);
/* The case behind a secret: its number, and its register's name in @name. The secret is looked up by a hash of its 128 random bits, so
 * how long that takes tells a guesser nothing. PL_E_NOTFOUND. */
pl_status pl_register_promise_find(struct pl_instance *inst, const struct pl_register_secret *secret,
	char name[static PL_REGISTER_NAME_MAX + 1], uint64_t *ret_number);

/* Append the signed promise of a case (a DSSE envelope), signing it if that was not done yet. PL_E_NOTFOUND: the case was entered
 * without one (imported, or by the desk itself). */
pl_status pl_register_promise_envelope(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_buf *out,
	struct pl_diag *diag);

/* Sign the promises of @n (at most PL_REGISTER_PROMISES_MAX) cases that were just entered, and keep them in one transaction. What fails
 * is signed when somebody asks for it. */
#define PL_REGISTER_PROMISES_MAX 64u
struct pl_register_promised {
	const struct pl_register *r;
	struct pl_register_case made;
	uint64_t now; /* that pl_register_promise_note was told */
};
pl_status pl_register_promises_sign(struct pl_instance *inst, const struct pl_register_promised *list, size_t n,
	struct pl_diag *diag);

/*
 * Append the receipt of a case as of now: the promise, and the proof if a published head contains the case. With @view (read with
 * what is private) it holds an opening of @fields, too.
 * PL_E_NOTFOUND as above.
 */
pl_status pl_register_receipt_make(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_view *view, const size_t *fields, size_t n_fields, struct pl_buf *out, struct pl_diag *diag);

#endif
