/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An authenticator and a browser in software: answers create() and get() with ES256, EdDSA or RS256. `struct bend`
 * changes one thing of an answer that is otherwise right.
 */
#ifndef PL_TESTS_AUTHENTICATOR_H
#define PL_TESTS_AUTHENTICATOR_H
#include "base/json.h"
#include "crypto/signer.h"
#include "people/webauthn.h"

struct authenticator {
	enum pl_webauthn_alg alg;
	struct pl_signer *signer; /* ES256, EdDSA */
	void *rsa;                /* RS256: EVP_PKEY */
	uint8_t id[32];
	uint8_t handle[32]; /* learnt by create() */
	uint32_t count;
};

void authenticator_new(struct authenticator *a, enum pl_webauthn_alg alg);
void authenticator_done(struct authenticator *a);

struct bend {
	const char *type, *origin, *rp_id, *challenge; /* instead of the right ones */
	const char *extra;         /* members more in the client data, ",\"x\":1" */
	uint8_t clear, set;        /* bits of the flags */
	int flip_signature;        /* byte to flip, from 1 */
	bool flip_client_data;     /* after signing */
	bool foreign_id, foreign_raw_id, foreign_handle, no_handle, keep_count;
	unsigned count;            /* instead of the counter's value, from 1 */
	const char *format;        /* attestation */
	bool statement;            /* a non-empty attStmt */
	int alg;                   /* in the key */
	int cut;                   /* bytes off the end of the authenticator data */
	int cut_object;            /* bytes off the end of the attestation object */
	bool tail;                 /* a byte more behind the authenticator data */
	bool off_curve;
};

/* Append the answer to @options (what begin wrote). @b may be NULL. */
void authenticator_create(struct authenticator *a, pl_str options, const struct bend *b, struct pl_buf *answer);
void authenticator_get(struct authenticator *a, pl_str options, const struct bend *b, struct pl_buf *answer);

#endif
