/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_outgoing: what the pages share that let something go out to an authority: words of an answer or mail, packages of expertise (desk_outgoing.c, desk_words.c, desk_expertise.c). */
#ifndef PL_WEB_DESK_OUTGOING_H
#define PL_WEB_DESK_OUTGOING_H
#include "register/person/outgoing.h"
#include "web/desk_case.h"

/* Who proposes or agrees. Borrows @d. */
struct pl_case_deciding pl_desk_outgoing_by(struct pl_desk_view *d, struct pl_instance *inst);
/* Look through @o as whoever asks. *@ret_desk and *@ret are the caller's, NULL on failure. @d->w is begun. */
pl_status pl_desk_outgoing_look(struct pl_desk_looking *k, const struct pl_outgoing *o, struct pl_person_desk **ret_desk, struct pl_outgoing_look **ret,
	struct pl_diag *diag);
/* What was found, for a page. @clear: the reasons that were given, as pl_outgoing.clear has them; .ptr NULL: they are what the form brought, and asked for. */
pl_status pl_desk_findings_fill(struct pl_desk_view *d, const struct pl_outgoing_look *l, pl_str clear, struct pl_case_findings *m);
/* The reasons that the form brought, as pl_outgoing.clear; in the request's arena. *@ret_whole false: one is missing or no word, and marked in @m. */
pl_status pl_desk_findings_clear(struct pl_desk_view *d, const struct pl_outgoing_look *l, struct pl_case_findings *m, pl_str *ret, bool *ret_whole);
/* Propose it and go to the decision; *@ret_st PL_OK: the page was answered, else why not. */
pl_status pl_desk_outgoing_propose(struct pl_desk_looking *k, const struct pl_person_desk *desk, const struct pl_outgoing *o, pl_status *ret_st, struct pl_diag *diag);
/* In the words of the reader. */
enum pl_message_id pl_desk_outgoing_words(enum pl_outgoing_what what);

/* desk_words.c: may the words of @o go as they are? *@ret_free false: the page was answered, with what was found. *@ret_looked: they were looked through. @dropped: files came
 * with them, which are not kept. */
pl_status pl_desk_words_ask(struct pl_desk_looking *k, const struct pl_outgoing *o, bool dropped, bool *ret_free, bool *ret_looked);
/* The packages of the case that the form names for an answer. *@ret_clean false: the page was answered. */
pl_status pl_desk_words_enclosed(struct pl_desk_looking *k, struct pl_outgoing *o, bool *ret_clean);

#endif
