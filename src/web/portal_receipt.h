/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_receipt: what the files about the page of receipts share (portal_receipt.c, portal_receipt_talk.c). */
#ifndef PL_WEB_PORTAL_RECEIPT_H
#define PL_WEB_PORTAL_RECEIPT_H
#include "register/promise.h"
#include "web/portal_files.h"

/* A case, found by the secret that came with the request. */
struct pl_receipt_case {
	char name[PL_REGISTER_NAME_MAX + 1];
	uint64_t number;
	pl_str text; /* the secret as it is written */
	struct pl_register_secret secret;
};
/* The secret that came with the request, and how it is written. PL_E_NOTFOUND: none did, or it is none. */
pl_status pl_receipt_secret_read(struct pl_view *w, struct pl_register_secret *ret, pl_str *ret_text);
/* PL_E_NOTFOUND: there is none, or it is no secret. Wipe it (pl_receipt_case_done). */
pl_status pl_receipt_case_find(struct pl_view *w, struct pl_receipt_case *ret);
void pl_receipt_case_done(struct pl_receipt_case *c);

/* portal_receipt.c: the page about @c, or with @c NULL the one that found nothing; @status of the answer. */
pl_status pl_receipt_page(struct pl_view *w, const struct pl_receipt_case *c, struct pl_receipt_page *m, unsigned status);
/* May what was posted be looked at (pl_view_posted)? *@ret_go false: it was answered, or failed. A text that came is in @m already. */
pl_status pl_receipt_posted(struct pl_view *w, bool files, struct pl_receipt_page *m, bool *ret_go);
/* portal_receipt_talk.c: what is done with it, what those who work on it answered, and what may be sent to them. */
pl_status pl_receipt_fill_talk(struct pl_view *w, const struct pl_receipt_case *c, struct pl_receipt_page *m);
/* The message that came with the request, its line ends as line feeds; empty: none. */
pl_status pl_receipt_text_read(struct pl_view *w, pl_str *ret);
/* Which message of its page it is. Whoever has no page need not say it: then it counts whenever it comes. */
bool pl_receipt_once_read(struct pl_view *w, struct pl_ulid *ret);

/* portal_party.c: the page for a party whose secret came. PL_E_NOTFOUND: it is nobody's. */
pl_status pl_portal_party_look(struct pl_view *w);

#endif
