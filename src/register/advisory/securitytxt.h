/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/securitytxt: is a security.txt what RFC 9116 wants?
 *
 * The codes are those by which other checkers call the same mistakes. How a file is served (its media type,
 * redirects, certificate) a text does not show. A signature is not checked, only that the frame around the text is
 * whole.
 *
 * Pure: no I/O.
 */
#ifndef PL_REGISTER_ADVISORY_SECURITYTXT_H
#define PL_REGISTER_ADVISORY_SECURITYTXT_H
#include "base/base.h"

#define PL_SECURITYTXT_MAX ((size_t)32 << 10)
#define PL_SECURITYTXT_FINDINGS_MAX 64u

enum pl_securitytxt_code {
	PL_SECTXT_NO_EXPIRE, PL_SECTXT_MULTI_EXPIRE, PL_SECTXT_EXPIRED, PL_SECTXT_INVALID_EXPIRY, PL_SECTXT_NO_CANONICAL_MATCH,
	PL_SECTXT_NO_CONTACT, PL_SECTXT_PREC_WS, PL_SECTXT_EMPTY_KEY, PL_SECTXT_NO_SPACE, PL_SECTXT_NO_URI, PL_SECTXT_NO_HTTPS,
	PL_SECTXT_MULTI_LANG, PL_SECTXT_INVALID_LANG, PL_SECTXT_INVALID_LINE, PL_SECTXT_UTF8, PL_SECTXT_SIGNED_FORMAT,
	PL_SECTXT_LONG_EXPIRY,   /* advice from here on */
	PL_SECTXT_NO_CANONICAL,
	PL_SECTXT_NOT_SIGNED,
	PL_SECTXT_UNKNOWN_FIELD,
	PL_SECTXT_CODES
};

/* "no_expire" */
const char *pl_securitytxt_code(enum pl_securitytxt_code code);
/* What is wanted, in words. */
const char *pl_securitytxt_words(enum pl_securitytxt_code code);
static inline bool pl_securitytxt_is_error(enum pl_securitytxt_code code) { return code < PL_SECTXT_LONG_EXPIRY; }

struct pl_securitytxt_report {
	size_t n, errors, advice; /* the latter two count those that are no longer listed, too */
	struct {
		enum pl_securitytxt_code code;
		unsigned line; /* 0: the whole file */
	} v[PL_SECURITYTXT_FINDINGS_MAX];
};

/* Examine @text as it would be found at @url (empty: not known) at the time @now, in ns. */
void pl_securitytxt_check(pl_str text, pl_str url, uint64_t now, struct pl_securitytxt_report *ret);

#endif
