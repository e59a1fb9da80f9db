/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_ask: what pages show beside a form on which documents are asked for, and beside the receipt of who asked. */
#ifndef PL_WEB_PORTAL_ASK_H
#define PL_WEB_PORTAL_ASK_H
#include "register/audit/ask.h"
#include "web/portal_receipt.h"

/* What may be asked for, or with @document (as it was typed) what that is and its terms; one that is not offered: the list. */
pl_status pl_portal_ask_fill(struct pl_view *w, pl_str document, struct pl_ask_part *m);
/* Is @field one that the page fills in, not its reader? */
bool pl_portal_ask_hides(pl_str field);
/* Where @document may be asked for here, "/intake/..."; empty: nowhere. */
pl_status pl_portal_ask_link(struct pl_view *w, const struct pl_digest *document, pl_str *ret);

/* On the page of receipts: what became of the ask, and whether its copy is handed out. Nothing for other registers. */
pl_status pl_portal_ask_receipt(struct pl_view *w, const struct pl_register *r, uint64_t number, struct pl_receipt_page *m);
/* May entry @file of the ask's answers be handed out? False: it is a copy whose time is over. */
pl_status pl_portal_ask_may_get(struct pl_view *w, pl_str name, uint64_t number, uint64_t file, bool *ret);
/* Why a hand-out was taken back. */
struct pl_html_msg pl_portal_ask_back_words(enum pl_hand_out_reason why);

#endif
