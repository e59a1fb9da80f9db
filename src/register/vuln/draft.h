/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/draft: the first draft of an advisory (docs/formats/advisory.md) out of a case, and what an advisory of a case has to keep to.
 *
 * A draft holds what is under embargo: it is printed for whoever may read the case, and stored nowhere; that its identifier belongs to the case is kept
 * blindly (register/vuln/embargo).
 */
#ifndef PL_REGISTER_VULN_DRAFT_H
#define PL_REGISTER_VULN_DRAFT_H
#include "register/vuln/case.h"

/* Who publishes it; texts are borrowed. */
struct pl_vuln_publisher {
	pl_str site, name, namespace, contact; /* contact: may be empty */
	const char *category; /* a word of CSAF: "vendor" */
};

/* What kind of document: an advisory says what to do about a flaw, VEX whether the product is affected by it. */
enum pl_vuln_draft_kind { PL_VULN_DRAFT_ADVISORY, PL_VULN_DRAFT_VEX };

/* Write the members of a draft into @out: identifier @id, dated @now (seconds); product, flaw, embargo, finder and dates are those of the case, which is named in it. What the
 * case does not know (versions, what to do; scores, where it has no vector) is left to whoever goes on with it. VEX has what its profile asks for besides (CSAF 2.0, 4.5):
 * the product's status follows from state and reason, with what is done, or why it is not affected, and an identifier where there is no CVE. */
void pl_vuln_draft_write(const struct pl_vuln *c, enum pl_vuln_draft_kind kind, const struct pl_vuln_publisher *by, pl_str id, uint64_t now, struct pl_json *out);

/* The identifier that a draft out of @c has if nobody names another: "SA-2026-0012", "VEX-2026-0012". */
void pl_vuln_draft_id(const struct pl_vuln *c, enum pl_vuln_draft_kind kind, struct pl_buf *out);

/* When the event @name ("exploitation-known") happened, seconds; 0: it did not. */
uint64_t pl_vuln_happened(const struct pl_vuln *c, pl_str name);

/* May an advisory about the CVEs @cve leave at @now, as one about this case? As pl_vuln_may_leave; PL_E_MISMATCH: none of them is the case's. */
pl_status pl_vuln_draft_fits(const struct pl_vuln *c, const pl_str *cve, size_t n, uint64_t now, struct pl_diag *diag);

#endif
