/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_intake: what the files about forms for outsiders share (portal_intake.c, portal_intake_files.c). */
#ifndef PL_WEB_PORTAL_INTAKE_H
#define PL_WEB_PORTAL_INTAKE_H
#include "register/casework/form_store.h"
#include "register/casework/submit.h"
#include "register/words/query.h"
#include "web/portal_internal.h"
#include "web/upload.h"

/* Words of a register in the reader's language. */
struct pl_intake_naming {
	struct pl_view *w;
	const struct pl_register_decl *decl;
	const struct pl_form *form; /* may be NULL */
	bool worded;
	struct pl_register_words words;
};

/* One form, and what was typed into it. */
struct pl_intake_filling {
	struct pl_view *w;
	struct pl_register *r;
	struct pl_form *f;
	struct pl_submission s;
	enum pl_form_confirm chosen; /* 0: nothing was sent yet */
	struct pl_intake_form_page m;
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
};

/* The form's words for @field in the reader's language, else in English; or NULL. */
const struct pl_form_word *pl_intake_form_word(const struct pl_intake_naming *n, pl_str field);
/* The form once more, with what is wrong. 503 says when to come again. */
pl_status pl_intake_refuse(struct pl_intake_filling *x, enum pl_intake_trouble trouble, unsigned status);

/* portal_intake_files.c: what the page says of files. */
pl_status pl_intake_fill_files(struct pl_intake_filling *x, const struct pl_intake_naming *n);
/* Is something wrong with the files that were sent, before anything is done with them? Then the page was answered, with *@ret. */
bool pl_intake_files_wrong(struct pl_intake_filling *x, pl_status *ret);
/* Have them scanned and put into the blob store, and name them in x->s. *@ret_kept false: the page was answered. */
pl_status pl_intake_keep_files(struct pl_intake_filling *x, bool *ret_kept);
/* Nothing came of it: they go again. */
void pl_intake_drop_files(struct pl_intake_filling *x);
/* The upload functions of a form's row; its ctx is the portal. */
extern const struct pl_http_upload pl_intake_upload;

#endif
