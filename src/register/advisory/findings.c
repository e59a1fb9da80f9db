/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/rules_internal.h"
#include <stdarg.h>
#include <stdio.h>

void pl_findings_add(struct pl_findings *f, const char *rule, bool error, const char *words, const char *place, ...)
{
	struct pl_finding *to;
	va_list args;

	f->errors += error;
	f->advice += !error;
	if (f->n == PL_FINDINGS_MAX) {
		f->more = true;
		return;
	}
	to = &f->v[f->n++];
	*to = (struct pl_finding){.rule = rule, .error = error, .words = words};
	va_start(args, place);
	(void)vsnprintf(to->place, sizeof to->place, place, args);
	va_end(args);
}

void pl_advisory_check(const struct pl_advisory *a, struct pl_findings *ret)
{
	memset(ret, 0, sizeof *ret);
	pl_rules_document(a, ret);
	pl_rules_products(a, ret);
	for (size_t i = 0; i < a->vulnerabilities.n; i++)
		pl_rules_vulnerability(a, i, ret);
	pl_rules_profile(a, ret);
}
