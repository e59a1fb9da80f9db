/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/lei: legal entity identifiers, ISO 17442-1: 18 characters 0-9 and A-Z, the first four of which name the
 * issuer, and two check digits by ISO/IEC 7064, MOD 97-10.
 *
 * That an identifier is well formed does not say that it was issued, or to whom: GLEIF's register does. Pure.
 */
#ifndef PL_REGISTER_LEI_H
#define PL_REGISTER_LEI_H
#include "base/base.h"

#define PL_LEI_LEN 20u

struct pl_lei {
	char text[PL_LEI_LEN + 1]; /* NUL-terminated */
};

/* Read all of @text. PL_E_SYNTAX, with words in @diag, for another length or character, check digits that do not fit,
 * and 00, 01 and 99, which would pass the remainder but are never computed: each identifier has one spelling. */
pl_status pl_lei_parse(pl_str text, struct pl_lei *ret, struct pl_diag *diag);
/* Put the check digits behind the first 18 characters. PL_E_SYNTAX as above. */
pl_status pl_lei_complete(pl_str first, struct pl_lei *ret, struct pl_diag *diag);

#endif
