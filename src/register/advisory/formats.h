/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/formats: an advisory in the formats that others read.
 *
 * What always holds: the same model gives the same bytes, in every format: members are sorted, numbers are
 * ECMAScript's (RFC 8785), no time but those of the model.
 *
 * A model that pl_advisory_check found without errors is wanted; of others something comes out, too, for tests.
 */
#ifndef PL_REGISTER_ADVISORY_FORMATS_H
#define PL_REGISTER_ADVISORY_FORMATS_H
#include "register/advisory/findings.h"

/* Append the CSAF 2.0 document. PL_E_TOOBIG beyond @out's maximum. */
pl_status pl_csaf_write(const struct pl_advisory *a, struct pl_buf *out);

/* What a record in the list of CVE needs beyond the rules of the advisory: a name of its own, an organisation that
 * assigns, and for the @n-th vulnerability a CVE, a description (a note), affected products, references and
 * weaknesses. Adds to @ret. */
void pl_cve_check(const struct pl_advisory *a, size_t n, struct pl_findings *ret);
/* Append the CVE record, JSON 5.1, of the @n-th vulnerability, as a draft to be sent to the list. */
pl_status pl_cve_write(const struct pl_advisory *a, size_t n, struct pl_buf *out);

/* Append the OpenVEX 0.2.0 document: what of which product is said, of vulnerabilities with a CVE or another
 * identifier. */
pl_status pl_openvex_write(const struct pl_advisory *a, struct pl_buf *out);

#endif
