/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/formats_internal: small things that several formats need. */
#ifndef PL_REGISTER_ADVISORY_FORMATS_INTERNAL_H
#define PL_REGISTER_ADVISORY_FORMATS_INTERNAL_H
#include "register/advisory/advisory.h"
#include "register/cvss.h"

/* Members that are set only if there is something to say. */
void pl_format_text(struct pl_json *o, const char *name, pl_str s);
void pl_format_texts(struct pl_json *o, const char *name, const struct pl_texts *list);
void pl_format_time(struct pl_json *o, const char *name, uint64_t t);
/* A score as a number: 88 is 8.8. */
void pl_format_score(struct pl_json *o, const char *name, unsigned tenths);
/* "HIGH" */
void pl_format_severity(struct pl_json *o, const char *name, unsigned tenths);
/* The vector's one spelling, as the member vectorString. */
void pl_format_vector(struct pl_json *o, const struct pl_cvss *v);
/* The name of the product or relation @id for people, into @out. */
void pl_format_product_name(const struct pl_advisory *a, pl_str id, struct pl_buf *out);

#endif
