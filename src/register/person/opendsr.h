/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/opendsr: the messages of OpenDSR 1.0 (OpenGDPR, OpenCompliance: github.com/opengdpr/OpenDSR), as the one who asks and as
 * the one who is asked. Pure.
 *
 *	POST <requests>          a request             201, a receipt
 *	GET <requests>/<id>      -                     200, a status
 *	DELETE <requests>/<id>   -                     202, a receipt of the cancellation
 *	POST <callback>          a status              (sent by the processor)
 *
 * Answers carry the processor's domain and its signature over the SHA-256 of the body in headers that have had three names.
 */
#ifndef PL_REGISTER_PERSON_OPENDSR_H
#define PL_REGISTER_PERSON_OPENDSR_H
#include "crypto/digest.h"
#include "register/person/holdings.h"

#define PL_OPENDSR_BODY_MAX ((size_t)256 << 10)
#define PL_OPENDSR_ID_TEXT 36u
#define PL_OPENDSR_CALLBACKS_MAX 8u
#define PL_OPENDSR_URL_MAX 1024u
#define PL_OPENDSR_HEADER_NAMES 3u
extern const char *const pl_opendsr_domain_headers[PL_OPENDSR_HEADER_NAMES];
extern const char *const pl_opendsr_signature_headers[PL_OPENDSR_HEADER_NAMES];

enum pl_opendsr_kind { PL_OPENDSR_ACCESS, PL_OPENDSR_PORTABILITY, PL_OPENDSR_ERASURE, PL_OPENDSR_KINDS };
enum pl_opendsr_state { PL_OPENDSR_PENDING, PL_OPENDSR_IN_PROGRESS, PL_OPENDSR_COMPLETED, PL_OPENDSR_CANCELLED, PL_OPENDSR_STATES };
const char *pl_opendsr_kind_word(enum pl_opendsr_kind kind);
pl_status pl_opendsr_kind_parse(pl_str word, enum pl_opendsr_kind *ret);
const char *pl_opendsr_state_word(enum pl_opendsr_state state);
/* May @from become @to? A request goes on or stays; nothing leaves completed or cancelled; only a pending one is cancelled. */
bool pl_opendsr_may_become(enum pl_opendsr_state from, enum pl_opendsr_state to);

/* A new random identifier: a UUID of version 4 in lower case, NUL-terminated. */
void pl_opendsr_id_new(char out[static PL_OPENDSR_ID_TEXT + 1]);
bool pl_opendsr_id_ok(pl_str id);

/* ---- requests ---- */

struct pl_opendsr_identity {
	pl_str type, format, value; /* format: raw, sha1, md5, sha256 */
};
struct pl_opendsr_request {
	pl_str id;
	enum pl_opendsr_kind kind;
	pl_str regulation;        /* "gdpr", "ccpa"; empty: not said (the examples of the specification do not) */
	uint64_t submitted;       /* seconds */
	size_t n_identities, n_callbacks;
	struct pl_opendsr_identity identities[PL_PERSON_IDS_MAX];
	pl_str callbacks[PL_OPENDSR_CALLBACKS_MAX];
	struct pl_json *json;     /* what the texts borrow from, when it was parsed */
};
void pl_opendsr_request_write(const struct pl_opendsr_request *r, struct pl_buf *out);
/* What came from a controller. PL_E_SYNTAX, PL_E_RANGE with words that may be answered (they name no identity). */
pl_status pl_opendsr_request_parse(pl_str body, struct pl_opendsr_request *ret, struct pl_diag *diag);
void pl_opendsr_request_done(struct pl_opendsr_request *r);
/* @who as OpenDSR says it: e-mail addresses raw, everything else as controller_customer_id. PL_E_RANGE: nothing of @who can be said. */
pl_status pl_opendsr_identities(const struct pl_person *who, struct pl_opendsr_request *ret);
/* And the way back: identities of other types or formats are left out; PL_E_UNSUPPORTED if none is left. */
pl_status pl_opendsr_person(const struct pl_opendsr_request *r, struct pl_person *ret);

/* ---- answers ---- */

struct pl_opendsr_answer {
	pl_str controller, id;
	uint64_t received, expected; /* seconds; 0: not said */
	bool has_state;
	enum pl_opendsr_state state;
	pl_str encoded_request;      /* of the first answer only: base64 of the request. Not to be kept */
	pl_str results_url;
	pl_str callback_url;         /* of a callback */
	struct pl_json *json;
};
enum pl_opendsr_answer_kind { PL_OPENDSR_RECEIPT, PL_OPENDSR_STATUS, PL_OPENDSR_CALLBACK, PL_OPENDSR_CANCELLATION };
/* Read what a processor said, after its signature was verified. PL_E_SYNTAX, PL_E_RANGE with words. */
pl_status pl_opendsr_answer_parse(pl_str body, enum pl_opendsr_answer_kind kind, struct pl_opendsr_answer *ret, struct pl_diag *diag);
void pl_opendsr_answer_done(struct pl_opendsr_answer *a);
void pl_opendsr_answer_write(const struct pl_opendsr_answer *a, enum pl_opendsr_answer_kind kind, struct pl_buf *out);
/* The body of a refusal. */
void pl_opendsr_error_write(unsigned status, const char *message, struct pl_buf *out);
/* What this controller supports, as GET /discovery says it. */
void pl_opendsr_discovery_write(pl_str certificate_url, struct pl_buf *out);

#endif
