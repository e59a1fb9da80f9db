/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/findings: what is wrong with an advisory, rule by rule.
 *
 * A rule bears the number of the test of CSAF 2.0 (section 6) that it is, or a word of ours. Errors are the mandatory
 * tests and what our formats need; advice is the optional ones. Words name the place and what is wanted there, never
 * the text that stands there.
 */
#ifndef PL_REGISTER_ADVISORY_FINDINGS_H
#define PL_REGISTER_ADVISORY_FINDINGS_H
#include "register/advisory/advisory.h"

#define PL_FINDINGS_MAX 100u

struct pl_finding {
	const char *rule; /* "6.1.6", "url", ... */
	bool error;
	char place[96];   /* "vulnerabilities[0].scores[1]"; empty: the whole */
	const char *words;
};
struct pl_findings {
	size_t n, errors, advice; /* the latter two count those that are no longer listed, too */
	bool more;        /* than PL_FINDINGS_MAX */
	struct pl_finding v[PL_FINDINGS_MAX];
};

void pl_findings_add(struct pl_findings *f, const char *rule, bool error, const char *words, const char *place, ...)
	__attribute__((format(printf, 5, 6)));

/* Every mandatory test of CSAF 2.0 that a draft can fail, the optional ones, and what we want beyond them. Those that
 * no draft can fail, because we write the members ourselves: 6.1.8 to 6.1.10, 6.1.16, 6.1.26, 6.2.5, 6.2.6, 6.2.10 to
 * 6.2.13, 6.2.20. */
void pl_advisory_check(const struct pl_advisory *a, struct pl_findings *ret);

#endif
