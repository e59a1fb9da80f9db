/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/ident: is a name of somebody else's system well formed? Pure; nothing is looked up. */
#ifndef PL_REGISTER_ADVISORY_IDENT_H
#define PL_REGISTER_ADVISORY_IDENT_H
#include "base/base.h"

/* "https://host/..." or, with @any, another absolute URI (RFC 3986): a scheme, then its characters without blanks. */
bool pl_ident_url(pl_str s, bool any);
/* "https://host" or "https://host:port": no path behind it. */
bool pl_ident_site(pl_str s);
/* A language tag (RFC 5646): language, and at most script, region and variants; the language one of ISO 639-1 or
 * three letters. *@ret_private: it is for private use; *@ret_default: it is i-default. */
bool pl_ident_language(pl_str s, bool *ret_private, bool *ret_default);
/* "CVE-2026-1234". */
bool pl_ident_cve(pl_str s);
/* "CWE-79". */
bool pl_ident_cwe(pl_str s);
/* The name of a weakness, or NULL: one that pl_ident_cwe_name does not know may still exist. */
const char *pl_ident_cwe_name(pl_str id);
size_t pl_ident_cwe_count(void);
void pl_ident_cwe_at(size_t i, unsigned *ret_id, const char **ret_name);
/* A package URL: "pkg:type/namespace/name@version?qualifiers#subpath". */
bool pl_ident_purl(pl_str s);
/* A CPE name, 2.3 as a formatted string or 2.2 as a URI. */
bool pl_ident_cpe(pl_str s);
/* A version range: "vers:type/constraints". */
bool pl_ident_vers(pl_str s);
/* A UUID in its one lower-case spelling. */
bool pl_ident_uuid(pl_str s);

#endif
