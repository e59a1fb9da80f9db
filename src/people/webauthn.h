/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/webauthn: what an authenticator and a browser answer, read strictly (W3C Web Authentication Level 2).
 *
 * What always holds:
 *  1. An answer is accepted only with the expected type, origin and RP ID, not from within another site's frame, with
 *     the user present and verified. The challenge is the caller's to judge: it comes back as bytes.
 *  2. Keys are ES256 on P-256, EdDSA on Ed25519 or RS256 with 2,048 bits, in the one COSE form of each (RFC 9053); a
 *     registration is taken without attestation ("none") only.
 *  3. Signatures are verified by libfido2, which checks RP ID hash and flags once more.
 * Pure but for libfido2's own memory; callable from any thread. What is read borrows from the input.
 */
#ifndef PL_PEOPLE_WEBAUTHN_H
#define PL_PEOPLE_WEBAUTHN_H
#include "crypto/digest.h"

#define PL_WEBAUTHN_ANSWER_MAX 16384u
#define PL_WEBAUTHN_ID_MAX 1023u /* bytes of a credential's id (section 5.1) */
#define PL_WEBAUTHN_KEY_MAX 259u

/* COSE numbers. */
/* Open libfido2. PL_E_UNSUPPORTED with words: it is not there; then no passkey could be told from a wrong one. */
pl_status pl_webauthn_ready(struct pl_diag *diag);

enum pl_webauthn_alg { PL_WEBAUTHN_ES256 = -7, PL_WEBAUTHN_EDDSA = -8, PL_WEBAUTHN_RS256 = -257 };

/* ES256: x || y (64). EdDSA: 32. RS256: modulus (256) || exponent (3). */
struct pl_webauthn_key {
	enum pl_webauthn_alg alg;
	uint16_t len;
	uint8_t b[PL_WEBAUTHN_KEY_MAX];
};

/* What this site is. */
struct pl_webauthn_site {
	pl_str rp_id;  /* "portal.example" */
	pl_str origin; /* "https://portal.example" */
};

enum pl_webauthn_flag {
	PL_WEBAUTHN_UP = 0x01, /* user present */
	PL_WEBAUTHN_UV = 0x04, /* user verified */
	PL_WEBAUTHN_BE = 0x08, /* may be copied to other devices */
	PL_WEBAUTHN_BS = 0x10, /* is copied to other devices */
	PL_WEBAUTHN_AT = 0x40, /* credential data follow */
	PL_WEBAUTHN_ED = 0x80, /* extensions follow */
};

/* Authenticator data (section 6.1). */
struct pl_webauthn_authdata {
	pl_bytes raw;
	uint8_t rp_id_hash[PL_DIGEST_LEN];
	uint8_t flags;
	uint32_t sign_count;
	bool has_credential; /* the rest is set */
	uint8_t aaguid[16];
	pl_bytes id;
	struct pl_webauthn_key key;
};

/* The client data (section 5.8.1): type is @type ("webauthn.create" or "webauthn.get"), the origin is @site's, no
 * other frame is around it. @ret_challenge gets the bytes of the challenge. PL_E_SYNTAX, PL_E_TOOBIG, PL_E_DENIED
 * with words that name the check. */
pl_status pl_webauthn_client_data(const struct pl_webauthn_site *site, pl_str json, const char *type,
	struct pl_buf *ret_challenge, struct pl_diag *diag);
/* Read authenticator data to its last byte. PL_E_SYNTAX, PL_E_UNSUPPORTED (a key of another algorithm). */
pl_status pl_webauthn_authdata_parse(pl_bytes data, struct pl_webauthn_authdata *ret, struct pl_diag *diag);
/* An attestation object {"fmt": "none", "attStmt": {}, "authData": ...}. PL_E_SYNTAX, PL_E_UNSUPPORTED. */
pl_status pl_webauthn_attestation_parse(pl_bytes data, struct pl_webauthn_authdata *ret, struct pl_diag *diag);
/* A COSE key (RFC 9052 section 7) at the front of *@b. */
pl_status pl_webauthn_key_parse(pl_bytes *b, struct pl_webauthn_key *ret, struct pl_diag *diag);
/* Is it a key that libfido2 takes: a point on its curve? PL_E_RANGE with words. */
pl_status pl_webauthn_key_check(const struct pl_webauthn_key *key, struct pl_diag *diag);
/* Is it for this site, with the user present and verified? PL_E_DENIED with words. */
pl_status pl_webauthn_authdata_judge(const struct pl_webauthn_site *site, const struct pl_webauthn_authdata *data,
	struct pl_diag *diag);

/* An answer to navigator.credentials.create() or get(), as toJSON() writes it. Bytes live in @arena. */
struct pl_webauthn_answer {
	pl_bytes id, client_data;
	pl_bytes attestation;                     /* create() */
	pl_bytes authdata, signature, user_handle; /* get(); the handle may be empty */
};
pl_status pl_webauthn_answer_parse(pl_str json, bool create, struct pl_arena *arena, struct pl_webauthn_answer *ret,
	struct pl_diag *diag);

/* Did @key sign @authdata and the client data? PL_E_SIGNATURE, PL_E_RANGE (not a key of its curve). */
pl_status pl_webauthn_verify(const struct pl_webauthn_site *site, const struct pl_webauthn_key *key,
	const struct pl_webauthn_answer *answer);

/* Append base64url without padding, as WebAuthn spells bytes. */
void pl_webauthn_put(struct pl_buf *out, pl_bytes data);

#endif
