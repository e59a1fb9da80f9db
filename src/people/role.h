/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/role: what an account may do. Sets of roles are bits; numbers and words are stored and never reused. Pure.
 *
 * These are roles of persons at this instance; the holders of keys in the log have roles of their own
 * (fact/predicates.h).
 */
#ifndef PL_PEOPLE_ROLE_H
#define PL_PEOPLE_ROLE_H
#include "base/base.h"

enum pl_staff {
	PL_STAFF_DESK = 1,          /* "desk": takes in and works on cases */
	PL_STAFF_LEGAL = 2,         /* "legal": decides answers */
	PL_STAFF_OFFICER = 4,       /* "officer": approves what is published */
	PL_STAFF_AUDITOR = 8,       /* "auditor": reads everything, changes nothing */
	PL_STAFF_ADMINISTRATOR = 16, /* "administrator": accounts and roles, no cases */
};
#define PL_STAFF_ALL 31u

/* The bit of @word. PL_E_SYNTAX for any other word. */
pl_status pl_staff_parse(pl_str word, unsigned *ret);
/* Read what pl_staff_put writes, in any order: "desk,legal" or "none". PL_E_SYNTAX. */
pl_status pl_staff_parse_list(pl_str list, unsigned *ret);
/* "desk,legal", in the order above; "none" for the empty set. */
void pl_staff_put(struct pl_buf *out, unsigned roles);
/* "desk, legal, officer, auditor or administrator", for words to people. */
extern const char pl_staff_words[];

#endif
