/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/lookup_note: a look-up in what is held, kept with the case for which it was made (register/lookup).
 *
 *	pellucid-look-up v1
 *	register authority-requests
 *	number 3
 *	time 2026-11-29T09:00:00Z
 *	nonce 5f0a... (32 hexadecimal digits)
 *	asked email=a@example.org
 *	store accounts 0
 *	store cases 0
 *	store crm later
 *	outcome later
 *
 * or, in place of the lines from "asked" on, "outcome although", an empty line, and the reason, which goes on to the end.
 *
 * What always holds:
 *  1. The text is an entry of the case's file, sealed as all words there; the entry's "about" says how it ended and what each store said, and nobody's name.
 *  2. Entry, digest and the revision of the case that commits to the digest are one transaction.
 *  3. The nonce keeps the digest from confirming a guess of who was looked for.
 */
#ifndef PL_REGISTER_CASEWORK_LOOKUP_NOTE_H
#define PL_REGISTER_CASEWORK_LOOKUP_NOTE_H
#include "register/casework/casefile.h"
#include "register/lookup.h"

#define PL_LOOKUP_STORES_MAX 64u
#define PL_LOOKUP_ASKED_MAX 16u

/* What was asked, and what the stores said; or why it is not held all the same. */
struct pl_lookup {
	size_t n_asked, n_stores;
	pl_str asked[PL_LOOKUP_ASKED_MAX]; /* "email=a@example.org" */
	struct pl_lookup_store {
		pl_str name; /* a token */
		uint64_t rows;
		bool later;
	} stores[PL_LOOKUP_STORES_MAX];
	pl_str reason; /* not empty: the others are */
};

/* Keep @l with case @number and commit to it. PL_E_UNSUPPORTED: the register does not answer by look-ups; PL_E_RANGE: nobody asked for, no store, a line feed in
 * what was asked; PL_E_STATE: erased, lost, or without a key; otherwise as pl_register_case_change and pl_instance_vault_read. */
pl_status pl_lookup_note(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, const struct pl_lookup *l,
	enum pl_lookup_outcome *ret, struct pl_diag *diag);

/* The newest look-up among the @n entries of a case's file; NULL: there is none. */
const struct pl_casework_entry *pl_lookup_newest(const struct pl_casework_entry *e, size_t n);
/* How the look-up ended of which an entry's "about" tells, and what the stores said: "accounts=0 cases=0". PL_E_CORRUPT. */
pl_status pl_lookup_about(pl_str about, enum pl_lookup_outcome *ret, pl_str *ret_stores);
/* The reason in the text of one that was overridden; empty: it is none. */
pl_str pl_lookup_reason(pl_str text);

#endif
