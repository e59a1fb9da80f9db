/* SPDX-License-Identifier: Apache-2.0 */
/* web/report_page: a report's document as the model of a page, and as a page that stands alone. Pure; callable from any thread. */
#ifndef PL_WEB_REPORT_PAGE_H
#define PL_WEB_REPORT_PAGE_H
#include "register/export/doc.h"
#include "web/model.h"

/* Lists live in @arena; texts borrow from @doc. PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_report_body_of(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_arena *arena, struct pl_report_body *ret);

/* Append one file of HTML that needs nothing else: no script, no network, its style inside. */
pl_status pl_report_page_file(const struct pl_report_doc *doc, enum pl_lang lang, struct pl_arena *arena, struct pl_buf *out);

#endif
