/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/rules_profile: what the document's category demands (CSAF 2.0 section 4, tests 6.1.27.4 to
 * 6.1.27.11). */
#include "register/advisory/rules_internal.h"

static bool has_status(const struct pl_vulnerability *v, bool vex)
{
	for (size_t i = 0; i < PL_PRODUCT_COUNT; i++) {
		bool counts = !vex || i == PL_PRODUCT_FIXED || i == PL_PRODUCT_KNOWN_AFFECTED || i == PL_PRODUCT_KNOWN_NOT_AFFECTED ||
			i == PL_PRODUCT_UNDER_INVESTIGATION;

		if (counts && v->status[i].n)
			return true;
	}
	return false;
}

/* 6.1.27.9: why is it not affected? */
static bool has_reason(const struct pl_advisory *a, const struct pl_vulnerability *v, pl_str id)
{
	for (size_t i = 0; i < v->flags.n; i++)
		if (pl_advisory_covers(a, &v->flags.v[i].scope, id))
			return true;
	for (size_t i = 0; i < v->threats.n; i++)
		if (v->threats.v[i].category == PL_THREAT_IMPACT && pl_advisory_covers(a, &v->threats.v[i].scope, id))
			return true;
	return false;
}

/* 6.1.27.10: what is to be done? */
static bool has_action(const struct pl_advisory *a, const struct pl_vulnerability *v, pl_str id)
{
	for (size_t i = 0; i < v->remedies.n; i++)
		if (pl_advisory_covers(a, &v->remedies.v[i].scope, id))
			return true;
	return false;
}

static void check_vex(const struct pl_advisory *a, size_t n, struct pl_findings *f)
{
	const struct pl_vulnerability *v = &a->vulnerabilities.v[n];
	const struct pl_texts *not_affected = &v->status[PL_PRODUCT_KNOWN_NOT_AFFECTED],
		*affected = &v->status[PL_PRODUCT_KNOWN_AFFECTED];

	if (!has_status(v, true))
		ERROR(f, "6.1.27.7", "a product that is fixed, affected, not affected or under investigation is wanted",
			"vulnerabilities[%zu].product_status", n);
	if (!v->cve.len && !v->ids.n)
		ERROR(f, "6.1.27.8", "a CVE or another identifier is wanted", "vulnerabilities[%zu]", n);
	for (size_t i = 0; i < not_affected->n; i++)
		if (!has_reason(a, v, not_affected->v[i]))
			ERROR(f, "6.1.27.9", "a flag, or a threat of category impact, says why",
				"vulnerabilities[%zu].product_status.known_not_affected[%zu]", n, i);
	for (size_t i = 0; i < affected->n; i++)
		if (!has_action(a, v, affected->v[i]))
			ERROR(f, "6.1.27.10", "a remediation says what to do",
				"vulnerabilities[%zu].product_status.known_affected[%zu]", n, i);
}

void pl_rules_profile(const struct pl_advisory *a, struct pl_findings *f)
{
	if (!a->products.n)
		ERROR(f, "6.1.27.4", "products are wanted", "products");
	if (!a->vulnerabilities.n)
		ERROR(f, "6.1.27.11", "vulnerabilities are wanted", "vulnerabilities");
	for (size_t i = 0; i < a->vulnerabilities.n; i++) {
		const struct pl_vulnerability *v = &a->vulnerabilities.v[i];

		if (!v->notes.n)
			ERROR(f, "6.1.27.5", "notes are wanted", "vulnerabilities[%zu].notes", i);
		if (a->category == PL_ADVISORY_SECURITY && !has_status(v, false))
			ERROR(f, "6.1.27.6", "what is said of which product is wanted", "vulnerabilities[%zu].product_status", i);
		if (a->category == PL_ADVISORY_VEX)
			check_vex(a, i, f);
	}
}
