/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/csaf_internal: the parts of a CSAF document. Each sets its member of @o, or nothing. */
#ifndef PL_REGISTER_ADVISORY_CSAF_INTERNAL_H
#define PL_REGISTER_ADVISORY_CSAF_INTERNAL_H
#include "register/advisory/formats_internal.h"

/* csaf.c; the notes go into an array that is there */
void pl_csaf_notes(struct pl_json *array, const struct pl_advisory_notes *list);
void pl_csaf_references(struct pl_json *o, const struct pl_advisory_reference_list *list);
void pl_csaf_thanks(struct pl_json *o, const struct pl_advisory_thanks_list *list);
/* csaf_product.c: product_tree */
void pl_csaf_products(struct pl_json *o, const struct pl_advisory *a);
/* csaf_vulnerability.c: one element of vulnerabilities */
void pl_csaf_vulnerability(struct pl_json *o, const struct pl_advisory *a, const struct pl_vulnerability *v);

#endif
