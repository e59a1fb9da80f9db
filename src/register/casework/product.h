/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/product: a sender is in earnest who can sign with the key of an installed product (docs/formats/product-proof.md).
 *
 *	v1:<register>:<seconds since 1970>:<26 characters, random>:<key>:<enrolment>:<signature>
 *
 * The vendor's enrolment key has signed the product's key when it was installed; the product signs the text for one log and one register. A proof
 * counts once and within an hour, as a ticket does: that is the challenge, and no page needs to remember one.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_CASEWORK_PRODUCT_H
#define PL_REGISTER_CASEWORK_PRODUCT_H
#include "base/ulid.h"
#include "crypto/signer.h"
#include "register/casework/ticket.h"

#define PL_PRODUCT_PROOF_MAX 512u
#define PL_PRODUCT_ENROLMENT_MAX 96u /* base64 of 64 bytes, with room */
#define PL_PRODUCT_ENROLLERS_MAX 16u

/* A proof that was read; it borrows the text. */
struct pl_product_proof {
	pl_str name, signed_text; /* of the register; all before the signature */
	uint64_t time;
	struct pl_pubkey key;     /* the product's, Ed25519 */
	struct pl_signature enrolment, signature;
	struct pl_digest digest;  /* of the text */
};

/* The vendor's enrolment keys. */
struct pl_product_enrollers {
	size_t n;
	struct pl_pubkey key[PL_PRODUCT_ENROLLERS_MAX];
};
/* Lines of "ed25519:<base64>"; empty lines and those that begin with # say nothing. PL_E_SYNTAX with the line, PL_E_TOOBIG. */
pl_status pl_product_enrollers_parse(pl_str text, struct pl_product_enrollers *ret, struct pl_diag *diag);

/* PL_E_SYNTAX. */
pl_status pl_product_proof_read(pl_str text, struct pl_product_proof *ret);
/* Does it count for @name of the log @origin at @now? PL_E_RANGE with words: another register, too old, too early. PL_E_DENIED: none of @e enrolled the
 * key. PL_E_SIGNATURE: the key did not sign this. */
pl_status pl_product_proof_check(const struct pl_product_proof *p, pl_str origin, pl_str name, const struct pl_product_enrollers *e, uint64_t now,
	struct pl_diag *diag);

/* What the vendor signs when a product is installed: append its base64. */
pl_status pl_product_enrol(struct pl_signer *enroller, const struct pl_pubkey *product, struct pl_buf *out);
/* What the product does: append a proof. @enrolment: as pl_product_enrol wrote it. */
pl_status pl_product_proof_make(struct pl_signer *product, pl_str enrolment, pl_str origin, pl_str name, uint64_t now, struct pl_buf *out);

#endif
