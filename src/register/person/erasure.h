/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/erasure: what will be destroyed, written down durably before it is, so that whoever is killed between an erasure and the
 * keeping of its certificate makes, when asked again, one that names all of it.
 *
 * What always holds:
 *  1. Nothing is destroyed that does not stand in the note. The note of an erasure that was broken off is continued: what it names and what
 *     is found now.
 *  2. A note is found by a keyed hash of the identities alone, and sealed: it says whose cases they were as long as it is there.
 *  3. It goes in the transaction that keeps the certificate, or, where that is a file, behind it.
 *
 * The note, sealed: {"accounts":[ULID],"cases":["register/number"],"done":[a class of the certificate],"stores":[{"class","rows","store"}]}
 */
#ifndef PL_REGISTER_PERSON_ERASURE_H
#define PL_REGISTER_PERSON_ERASURE_H
#include "register/person/own.h"

struct pl_erasure {
	struct pl_digest mark;
	struct pl_json *note;
	bool resumed; /* there was one, of an erasure that was broken off */
};

/* Ask all stores what they hold of @who and write that down, with what stood in the note before. PL_E_TOOBIG with words: more than one
 * certificate can name; nothing is destroyed then. */
pl_status pl_erasure_begin(struct pl_person_desk *d, const struct pl_person *who, struct pl_erasure *ret, struct pl_diag *diag);
void pl_erasure_done(struct pl_erasure *e);
/* Is it a store whose rows can be looked up one by one after they were destroyed? All others are asked once and believed. */
bool pl_erasure_by_name(pl_str store);
/* Complete what the outside store @store said in this run: append to @classes what it said in one that was broken off, and, marked as
 * "interrupted", what was held then and that nobody accounts for any more. @from: its first class of this run. Then all is noted. */
pl_status pl_erasure_complete(struct pl_person_desk *d, struct pl_erasure *e, pl_str store, struct pl_json *classes, size_t from);
/* The note of @who goes. There may be none. */
pl_status pl_erasure_forget(struct pl_db_tx *tx, const struct pl_person_desk *d, const struct pl_person *who);

/* The cases that @e names, added to @list (pl_free), which stays ascending and without repetition. PL_E_CORRUPT. */
pl_status pl_erasure_cases(const struct pl_erasure *e, struct pl_person_case **list, size_t *n);
/* Account @i that it names; false behind the last. */
bool pl_erasure_account(const struct pl_erasure *e, size_t i, struct pl_ulid *ret);

#endif
