/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/cra: what Article 14(2) of Regulation (EU) 2024/2847 wants told of a vulnerability that is
 * actively exploited, filled from a draft: early warning, notification, final report.
 *
 * There is no public format of the reporting platform; this is ours, to be entered there: the facts that the article
 * lists, when they are due, and what of them is still missing.
 *
 * Pure. Times are ns since 1970.
 */
#ifndef PL_REGISTER_ADVISORY_CRA_H
#define PL_REGISTER_ADVISORY_CRA_H
#include "register/advisory/advisory.h"
#include "register/clock.h"

enum pl_cra_stage { PL_CRA_WARNING, PL_CRA_NOTIFICATION, PL_CRA_FINAL, PL_CRA_STAGES };
/* "early-warning", "notification", "final"; ends with NULL. */
extern const char *const pl_cra_stages[];

struct pl_cra {
	enum pl_cra_stage stage;
	uint64_t known;     /* when exploitation was known */
	uint64_t available; /* when a measure was available; 0: not yet. The final report runs from there */
	pl_str states;      /* Member States in which the product is, "AT DE"; may be empty */
	pl_str actor;       /* what is known of who exploits it; may be empty */
	const struct pl_calendar *calendar; /* of the manufacturer's country */
};

/* Append the document about the @n-th vulnerability of @a, RFC 8785. PL_E_RANGE as pl_clock_case; PL_E_STATE: a final
 * report before a measure was available. */
pl_status pl_cra_write(const struct pl_advisory *a, size_t n, const struct pl_cra *c, struct pl_buf *out,
	struct pl_diag *diag);

#endif
