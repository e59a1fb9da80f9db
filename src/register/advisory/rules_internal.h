/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/rules_internal: the parts of pl_advisory_check, by subject. */
#ifndef PL_REGISTER_ADVISORY_RULES_INTERNAL_H
#define PL_REGISTER_ADVISORY_RULES_INTERNAL_H
#include "register/advisory/findings.h"

#define ERROR(f, rule, words, ...) pl_findings_add((f), (rule), true, (words), __VA_ARGS__)
#define ADVICE(f, rule, words, ...) pl_findings_add((f), (rule), false, (words), __VA_ARGS__)

void pl_rules_document(const struct pl_advisory *a, struct pl_findings *f);      /* rules_document.c */
void pl_rules_products(const struct pl_advisory *a, struct pl_findings *f);      /* rules_product.c */
void pl_rules_vulnerability(const struct pl_advisory *a, size_t i, struct pl_findings *f); /* rules_vulnerability.c */
void pl_rules_profile(const struct pl_advisory *a, struct pl_findings *f);       /* rules_profile.c */

/* Parts that stand in documents and vulnerabilities alike; @where is "" or "vulnerabilities[0].". */
void pl_rules_references(const struct pl_advisory_reference_list *list, const char *where, struct pl_findings *f);
void pl_rules_thanks(const struct pl_advisory_thanks_list *list, const char *where, struct pl_findings *f);

#endif
