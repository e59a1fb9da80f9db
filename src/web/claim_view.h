/* SPDX-License-Identifier: Apache-2.0 */
/* web/claim_view: claims with their flags, as every page of the portal that shows one needs them (portal_claim.c). */
#ifndef PL_WEB_CLAIM_VIEW_H
#define PL_WEB_CLAIM_VIEW_H
#include "register/claim_rules.h"
#include "web/claim_say.h"
#include "web/portal_internal.h"

struct pl_claims_view {
	size_t n, n_flags, open; /* open: flags that no status explains */
	struct pl_claim *claims; /* by subject, property and id; in the request's arena */
	struct pl_claim_flag *flags;
};

/* All claims, and what does not fit together in them now. */
pl_status pl_view_claims(struct pl_view *w, struct pl_claims_view *ret);
/* For PL_CLEANUP. */
void pl_view_claims_done(struct pl_claims_view *v);
/* One claim as a line of a list. */
pl_status pl_view_claim_line(struct pl_view *w, const struct pl_claims_view *v, const struct pl_claim *c, struct pl_claim_line *ret);

#endif
