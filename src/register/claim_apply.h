/* SPDX-License-Identifier: Apache-2.0 */
/* register/claim_apply: claims and what becomes of them: the shapes of their statements beyond the table of fields, and their rows. */
#ifndef PL_REGISTER_CLAIM_APPLY_H
#define PL_REGISTER_CLAIM_APPLY_H
#include "fact/instance.h"
#include "fact/predicates.h"
#include "fact/projector.h"

extern const struct pl_field pl_claim_fields[], pl_claim_status_fields[];

pl_status pl_check_claim(const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_check_claim_status(const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_claim(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_claim_status(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

/* Would the claim-status/v1 with @predicate count now, said of the statement @made? What is stated in vain stays in the log for ever, so
 * ask first. Statuses and words of a refusal. */
pl_status pl_claim_may_change(struct pl_instance *inst, const struct pl_json *predicate, const struct pl_digest *made,
	struct pl_diag *diag);

#endif
