/* SPDX-License-Identifier: Apache-2.0 */
/* register/person/fanout_internal: between keeping requests and asking about them. */
#ifndef PL_REGISTER_PERSON_FANOUT_INTERNAL_H
#define PL_REGISTER_PERSON_FANOUT_INTERNAL_H
#include "crypto/processor.h"
#include "register/person/fanout.h"
#include "register/person/own_internal.h"
#include "store/jobs.h"

#define FANOUT_JOB PL_STR("person-processor")

/* A request to one processor, as it is kept. */
struct fanout_sent {
	char id[PL_OPENDSR_ID_TEXT + 1];
	const struct pl_outside_store *store;
	enum pl_opendsr_kind kind;
	bool handed_over;
	enum pl_opendsr_state state;
	uint64_t expected;
	struct pl_digest digest; /* of what is sent */
	struct pl_buf request;   /* empty when it is over */
	char results[PL_OPENDSR_URL_MAX + 1];
};
void pl_fanout_sent_done(struct fanout_sent *s);
/* PL_E_NOTFOUND. */
pl_status pl_fanout_sent_read(struct pl_person_desk *d, pl_str id, pl_str processor, struct fanout_sent *ret, struct pl_diag *diag);

/* What a processor answered, signed. */
struct fanout_answer {
	enum pl_opendsr_answer_kind kind;
	pl_str domain, signature, body;
};
/* Verify @a as that of @s->store; the key's identifier comes back. PL_E_SIGNATURE, PL_E_MISMATCH and the like with words. */
pl_status pl_fanout_verify(struct pl_person_desk *d, const struct pl_outside_store *store, const struct fanout_answer *a,
	struct pl_digest *ret_digest, struct pl_digest *ret_key, struct pl_diag *diag);
/* Verify, read and keep it; with @job, which is finished in the same transaction (NULL: none). */
pl_status pl_fanout_take(struct pl_person_desk *d, struct fanout_sent *s, const struct fanout_answer *a, const struct pl_job *job,
	struct pl_diag *diag);
pl_status pl_fanout_key(struct pl_person_desk *d, const struct pl_outside_store *store, struct pl_processor_key **ret, struct pl_diag *diag);

/* Put a job of @act ('s' send, 'c' cancel) about (@id, @processor). One that waits already is fine. */
pl_status pl_fanout_job(struct pl_db_tx *tx, char act, pl_str id, pl_str processor);

#endif
