/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/statement: in-toto Statements v1 in DSSE envelopes, as they stand in the log.
 *
 * What always holds:
 *  1. A payload is at most PL_STATEMENT_PAYLOAD_MAX bytes, an entry at most PL_STATEMENT_ENTRY_MAX.
 *  2. An entry is the canonical writing of its envelope (crypto/dsse.h); pl_statement_open refuses any other spelling.
 *     Envelopes from outside go through pl_statement_rewrite first.
 *  3. Every statement carries one ULID: `predicate.id` in our own predicates, `subject[0].annotations.id` in standard
 *     ones. The time of a statement is the time in its ULID; there is no second one that could contradict it.
 *  4. Payloads of our own predicates (type "urn:pellucid:...") are RFC 8785 canonical JSON. Those of standard ones may
 *     be anybody's bytes, because somebody else may have signed them.
 *  5. The identity of a statement is SHA-256(PAE): it covers type and payload and no signature.
 *
 * Pure: no I/O; callable from any thread. Formats: docs/decisions/0003-statements.md, docs/statements/.
 */
#ifndef PL_FACT_STATEMENT_H
#define PL_FACT_STATEMENT_H
#include "base/base.h"
#include "base/json.h"
#include "base/ulid.h"
#include "crypto/digest.h"
#include "crypto/dsse.h"

#define PL_STATEMENT_PAYLOAD_MAX 48000u
#define PL_STATEMENT_ENTRY_MAX 65535u
#define PL_STATEMENT_SUBJECTS_MAX 64u
#define PL_STATEMENT_NAME_MAX 256u
#define PL_STATEMENT_V1 "https://in-toto.io/Statement/v1"
#define PL_STATEMENT_MEDIA "application/vnd.in-toto+json"
/* What every predicate type of ours starts with. */
#define PL_STATEMENT_OURS "urn:pellucid:"

/* What a statement is about: matched by digest only; the name is for people and is printable ASCII without spaces. */
struct pl_subject {
	pl_str name; /* 1..PL_STATEMENT_NAME_MAX bytes of 0x21..0x7e */
	struct pl_digest sha256;
};

/* Bytes that stand in the blob store and are named by a statement: {"digest","mediaType","size"} in its predicate. */
struct pl_body {
	struct pl_digest digest;
	uint64_t size;
	pl_str media_type; /* type/subtype, at most 127 bytes of RFC 6838 names, without parameters */
};

/*
 * Append to @payload the payload of a new statement of @type about the @n_subjects subjects (1..64), with a new ULID put
 * in its place, also handed out in @ret_id (may be NULL).
 *
 * @predicate is borrowed and not changed. For our own types it must not have a member "id" yet. The shape of the
 * predicate is not judged here: see pl_predicate_check (fact/predicates.h).
 * PL_E_RANGE (a bad subject, an "id" that is there), PL_E_TOOBIG (payload over its maximum; put the growing part into a
 * body), PL_E_NOMEM. @payload is then as before.
 */
pl_status pl_statement_build(pl_str type, const struct pl_subject *subjects, size_t n_subjects,
	const struct pl_json *predicate, struct pl_buf *payload, struct pl_ulid *ret_id, struct pl_diag *diag);
/* The same with the identifier chosen by the caller, for tests and for repeating a build bit by bit. */
pl_status pl_statement_build_as(pl_str type, const struct pl_ulid *id, const struct pl_subject *subjects,
	size_t n_subjects, const struct pl_json *predicate, struct pl_buf *payload, struct pl_diag *diag);

/* The JSON object {"digest":"sha256:..","mediaType":"..","size":n}, owned by the caller; NULL when memory is refused. */
struct pl_json *pl_body_to_json(const struct pl_body *body);
/* Read such an object. @ret->media_type lives as long as @json. PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_body_from_json(const struct pl_json *json, struct pl_body *ret, struct pl_diag *diag);

/* One opened statement. All text in it lives as long as it does. */
struct pl_statement {
	struct pl_arena arena;   /* holds what the others point at */
	struct pl_dsse envelope; /* payload and signatures, decoded */
	struct pl_json *json;    /* the whole payload */
	const struct pl_json *predicate;
	pl_str type;             /* predicateType */
	bool ours;               /* type starts with PL_STATEMENT_OURS */
	struct pl_ulid id;
	struct pl_digest pae;    /* SHA-256(PAE) */
	size_t n_subjects;
	struct pl_subject subjects[PL_STATEMENT_SUBJECTS_MAX];
};

/*
 * Open @entry strictly: canonical envelope, payload type PL_STATEMENT_MEDIA, Statement v1, known members only, subjects
 * with a sha256 digest, one ULID. Signatures are decoded, not judged (fact/keys.h does that).
 * PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG, PL_E_NOMEM with words in @diag. Close with pl_statement_close.
 */
pl_status pl_statement_open(pl_bytes entry, struct pl_statement **ret, struct pl_diag *diag);
/* The same for a bare payload that nobody has signed yet; envelope has no signatures then. */
pl_status pl_statement_open_payload(pl_bytes payload, struct pl_statement **ret, struct pl_diag *diag);
/* Append the envelope of @payload with the signature of @signer alone: what somebody hands over who has no instance. PL_E_SYNTAX,
 * PL_E_RANGE, PL_E_TOOBIG with words. */
pl_status pl_statement_sign_alone(pl_bytes payload, struct pl_signer *signer, struct pl_buf *out, struct pl_diag *diag);
/* NULL allowed. */
void pl_statement_close(struct pl_statement *s);
/* For PL_CLEANUP. */
void pl_statement_closep(struct pl_statement **s);
/* The time in its ULID, ns since 1970. */
uint64_t pl_statement_time(const struct pl_statement *s);

/* Read an envelope as somebody else may have spelled it (either base64 alphabet, any JSON white space and order) and
 * append its canonical writing to @entry. The payload bytes stay as they are. */
pl_status pl_statement_rewrite(pl_bytes envelope, struct pl_buf *entry, struct pl_diag *diag);

/* SHA-256(PAE) of @payload under PL_STATEMENT_MEDIA. */
pl_status pl_statement_pae(pl_bytes payload, struct pl_digest *ret);

#endif
