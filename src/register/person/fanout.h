/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/fanout: one person's request to all processors of DIR/holdings, by durable jobs, with their signed receipts.
 *
 * What always holds:
 *  1. A request and its jobs are written in one transaction; a job is done again until the processor answered, refused, or ten attempts
 *     are over. The same identifier is sent each time.
 *  2. An answer counts only if the configured key of the processor signed its body and the body is about this request. What was signed is
 *     kept by its digest, and word for word where it names no identity (the first receipt repeats the request: it is not kept).
 *  3. What the desk orders for a person is asked of the processors in the transaction that keeps its result (register/person/order).
 *  4. An answer brings no request back, a callback is taken in once, a status that says nothing new is not kept.
 *  5. What was asked lies sealed in the database, and goes when the request is over.
 */
#ifndef PL_REGISTER_PERSON_FANOUT_H
#define PL_REGISTER_PERSON_FANOUT_H
#include "register/person/opendsr.h"
#include "register/person/own.h"

/* Ask all processors. *@ret_n of them; @ret_id names the request. PL_E_NOTFOUND: no processor is configured; PL_E_RANGE: nothing of @who
 * can be said to one. @callback (may be empty) is where they may report. */
pl_status pl_fanout_send(struct pl_person_desk *d, enum pl_opendsr_kind kind, const struct pl_person *who, pl_str regulation,
	pl_str callback, char ret_id[static PL_OPENDSR_ID_TEXT + 1], size_t *ret_n, struct pl_diag *diag);
/* For whose order it is asked; .name empty: nobody's. */
struct pl_fanout_about {
	pl_str name;
	uint64_t number;
};
/* The same in the caller's transaction, about a case. No processor: *@ret_n is 0. */
pl_status pl_fanout_put(struct pl_db_tx *tx, struct pl_person_desk *d, enum pl_opendsr_kind kind, const struct pl_person *who,
	const struct pl_fanout_about *about, size_t *ret_n, struct pl_diag *diag);
/* Where processors may report by themselves, PL_FANOUT_CALLBACKS below the portal's address; empty where it takes nothing in or has no TLS. It is
 * named in every request that names no other. */
#define PL_FANOUT_CALLBACKS "/opendsr/callbacks"
pl_status pl_fanout_callback_url(struct pl_instance *inst, struct pl_buf *out);
/* Cancel it where it is still pending. *@ret_n: at how many. PL_E_NOTFOUND. */
pl_status pl_fanout_cancel(struct pl_person_desk *d, pl_str id, size_t *ret_n, struct pl_diag *diag);

struct pl_fanout_done {
	size_t done, failed; /* failed: will be tried again, or is over */
};
/* Do what is due; @ask: ask for the status of everything that is not over, too. What went wrong is told to @tell (may be NULL). */
pl_status pl_fanout_work(struct pl_person_desk *d, bool ask,
	void (*tell)(void *ctx, const char *id, const char *processor, pl_status st, const char *words), void *ctx,
	struct pl_fanout_done *ret, struct pl_diag *diag);

/* A status that @processor sent by itself, with its two headers. PL_E_DENIED, PL_E_SIGNATURE, PL_E_MISMATCH, PL_E_NOTFOUND; PL_E_EXISTS: it
 * was taken in before; PL_E_STATE: the request is beyond that; PL_E_TOOBIG: it has said too much about it. A desk without keys does. */
pl_status pl_fanout_callback(struct pl_person_desk *d, pl_str processor, pl_str domain, pl_str signature, pl_str body,
	struct pl_diag *diag);

/* The same of whoever has @domain, as it came over HTTP. @url: where it came to, which it must name (OpenDSR 8.8). PL_E_DENIED for everything that
 * no processor of ours signed: unknown domain, no signature, a wrong one. Else as above, PL_E_SYNTAX and PL_E_RANGE. */
pl_status pl_fanout_called_back(struct pl_person_desk *d, pl_str domain, pl_str signature, pl_str body, pl_str url, struct pl_diag *diag);

#define PL_FANOUT_CASE_MAX 200u
struct pl_fanout_row {
	pl_str id, processor, results;
	enum pl_opendsr_kind kind;
	bool handed_over;
	bool given_up; /* of a case's: nobody tries again by himself */
	enum pl_opendsr_state state;
	uint64_t made, expected;
};
/* Those that follow orders of a case, at most PL_FANOUT_CASE_MAX. */
pl_status pl_fanout_of_case(struct pl_instance *inst, pl_str name, uint64_t number, pl_status (*fn)(void *ctx, const struct pl_fanout_row *row),
	void *ctx);
pl_status pl_fanout_list(struct pl_person_desk *d, pl_status (*fn)(void *ctx, const struct pl_fanout_row *row), void *ctx);

struct pl_fanout_receipt {
	pl_str processor, domain, signature, body; /* body: empty where it is not kept */
	uint64_t number, at;
	enum pl_opendsr_state state;
	struct pl_digest digest, key; /* of the body; of the key that signed */
	bool verified;                /* by the key that is configured now */
};
/* The receipts of a request, each verified anew. PL_E_NOTFOUND. */
pl_status pl_fanout_receipts(struct pl_person_desk *d, pl_str id, pl_status (*fn)(void *ctx, const struct pl_fanout_receipt *r), void *ctx,
	struct pl_diag *diag);

#endif
