/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_files: files that a sender brings, with a form or with a message later: what the form of the register says of them counts for both.
 *
 * What always holds:
 *  1. Their bytes are sealed while they come; when the request is over this process cannot open them again.
 *  2. Nothing is kept of what is refused.
 */
#ifndef PL_WEB_PORTAL_FILES_H
#define PL_WEB_PORTAL_FILES_H
#include "register/casework/form_store.h"
#include "web/portal_internal.h"
#include "web/upload.h"

/* The upload functions of a row whose pattern has {name}, the register; its ctx is the portal. */
extern const struct pl_http_upload pl_files_upload;

/* What the page says of files; @f may be NULL: none are taken. @refused: what came with them was not taken. */
pl_status pl_files_fill(struct pl_view *w, const struct pl_form *f, bool refused, struct pl_files_part *m);

/* Is something wrong with the files that were sent, before anything is done with them? Sets @m->trouble and @m->name. *@ret_status: for the
 * answer; 0: nothing is. */
pl_status pl_files_judge(struct pl_view *w, const struct pl_form *f, struct pl_files_part *m, unsigned *ret_status);

/* Files that lie in the blob store, and are nobody's until they are claimed (register/casework/attach.h). */
struct pl_files_kept {
	struct pl_attach_file *list; /* of the request; wiped by pl_files_wipe */
	size_t n;
};
/* Have those that were sent scanned, and put them there until @until (seconds). What is refused is said as by pl_files_judge. */
pl_status pl_files_keep(struct pl_view *w, const struct pl_form *f, uint64_t until, struct pl_files_kept *ret, struct pl_files_part *m,
	unsigned *ret_status);
/* Nothing came of it: they go again. */
void pl_files_drop(struct pl_view *w, struct pl_files_kept *kept);
void pl_files_wipe(struct pl_files_kept *kept);

/* Answer with the file itself, as something that no browser opens by itself. Every byte is checked before the first one is sent. As
 * pl_attach_pull_open. */
pl_status pl_files_hand_out(struct pl_instance *inst, int spool, const struct pl_attach_file *f, struct pl_http_reply *reply);

#endif
