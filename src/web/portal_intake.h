/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_intake: what the files about forms for outsiders share (portal_intake.c, portal_intake_send.c, portal_intake_code.c). */
#ifndef PL_WEB_PORTAL_INTAKE_H
#define PL_WEB_PORTAL_INTAKE_H
#include "register/casework/submit.h"
#include "web/portal_files.h"
#include "web/register_say.h"

/* One form, and what was typed into it. */
struct pl_intake_filling {
	struct pl_view *w;
	struct pl_register *r;
	struct pl_form *f;
	struct pl_submission s;
	enum pl_form_confirm chosen; /* 0: nothing was sent yet */
	struct pl_intake_form_page m;
	struct pl_files_kept kept;
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
};

/* portal_intake.c: the register @name, which is open with a form; the form lives in the request's arena. PL_E_NOTFOUND: there is none. */
pl_status pl_intake_form_find(struct pl_view *w, pl_str name, struct pl_register **ret_register, struct pl_form **ret_form);
/* The form's page, with what was typed and what is wrong with it; @status of the answer. */
pl_status pl_intake_form_send(struct pl_intake_filling *x, unsigned status);
/* pl_submit_enter for a request; w->inst may be another one afterwards. */
pl_status pl_intake_view_enter(struct pl_view *w, const struct pl_register *r, const struct pl_form *f, const struct pl_submission *s,
	const struct pl_submit_shown *shown, struct pl_intake_answer *ret);
/* What is wrong with @field, or NULL. */
const struct pl_submit_fault *pl_intake_fault(const struct pl_intake_filling *x, pl_str field);
/* What was typed for @name; empty: nothing, or it is not asked for. */
pl_str pl_intake_typed(const struct pl_intake_filling *x, pl_str name);

/* portal_intake_send.c: what came as @name, trimmed, its line ends as line feeds; empty: nothing. */
pl_status pl_intake_field_read(struct pl_view *w, const char *name, pl_str *ret);

/* portal_intake_code.c: the page that the code is typed into; @status of the answer. */
pl_status pl_intake_code_page(struct pl_view *w, struct pl_intake_code_page *m, unsigned status);
/* The page that shows the number and the secret, once: it was entered into the register @name. */
pl_status pl_intake_done_page(struct pl_view *w, pl_str name, const struct pl_intake_answer *a);

#endif
