/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/lookup: that "we do not hold this" is answered after somebody looked, and not before.
 *
 * A register "answers by look-ups" if it was not imported and declares a field "look-up" of type digest beside an open enum "reason" of which "not-held" is a
 * name. A look-up is a text in the case's file (register/casework/lookup_note.h); what is kept here is its digest, how it ended, and which entry it is.
 *
 * What always holds of such a register:
 *  1. "look-up" gets no digest but that of a look-up of the same case, made in this instance.
 *  2. "reason" becomes not-held only while the newest look-up of the case is what "look-up" names, and found nothing or was overridden with a reason.
 *  3. While "reason" is not-held, "look-up" says something.
 *
 * Nobody outside sees that the rules are kept: the field is sealed, and opened to an auditor with the text it commits to.
 */
#ifndef PL_REGISTER_LOOKUP_H
#define PL_REGISTER_LOOKUP_H
#include "register/register.h"

#define PL_LOOKUP_FIELD PL_STR("look-up")

enum pl_lookup_outcome {
	PL_LOOKUP_NOTHING,  /* every store answered, and none holds anything */
	PL_LOOKUP_FOUND,    /* at least one does */
	PL_LOOKUP_LATER,    /* none does, but at least one answers later */
	PL_LOOKUP_ALTHOUGH, /* overridden: it is not held all the same, with a reason */
	PL_LOOKUP_OUTCOMES
};
extern const char *const pl_lookup_words[PL_LOOKUP_OUTCOMES + 1];

/* Does @d answer by look-ups? */
bool pl_lookup_is(const struct pl_register_decl *d);

/* Remember the look-up @digest of case @number, which is entry @seq of its file. */
pl_status pl_lookup_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t seq, const struct pl_digest *digest,
	enum pl_lookup_outcome outcome);

/* Are the values @v (of the derived declaration) what the rules allow for case @number (0: a new one) behind @before, the revision before (NULL: none; what is
 * private of it need not be there)? PL_E_DENIED with words that say what to do. */
pl_status pl_lookup_fits(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_commit_value *before, const struct pl_commit_value *v,
	struct pl_diag *diag);

#endif
