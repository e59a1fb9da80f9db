/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/approved: officers who are elsewhere, for statements that they must approve (docs/manual/signing.md): the payload is handed out, carried to
 * them, and comes back with their approvals.
 */
#ifndef PL_FACT_APPROVED_H
#define PL_FACT_APPROVED_H
#include "base/json.h"
#include "fact/signing.h"
#include "fact/statement.h"

struct pl_approved {
	struct pl_buf *only; /* not NULL: append the payload that would be stated, and stop */
	pl_bytes payload;    /* state these bytes, which were handed out before; empty: a payload of its own */
	const struct pl_approval_sig *approvals;
	size_t n;            /* 0: officers' keys that are at hand approve */
};

/* What a step would state now. */
struct pl_approved_new {
	const char *type; /* predicate type */
	const struct pl_subject *subjects;
	size_t n_subjects;
	const struct pl_json *predicate;
	const char *loose; /* a member in which a payload that was handed out before may differ; NULL: none */
};
/* Append the payload to be signed: a new one, or that of @a (may be NULL), if it says what @n says. PL_E_MISMATCH if it does not;
 * PL_E_SYNTAX, PL_E_RANGE with words. */
pl_status pl_approved_compose(const struct pl_approved_new *n, const struct pl_approved *a, struct pl_buf *payload, struct pl_diag *diag);

#endif
