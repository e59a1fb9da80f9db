/* SPDX-License-Identifier: Apache-2.0 */
/* web/advisory_view: what the pages about advisories share: a published document, read for people. */
#ifndef PL_WEB_ADVISORY_VIEW_H
#define PL_WEB_ADVISORY_VIEW_H
#include "base/json.h"
#include "register/advisory/query.h"
#include "web/portal_internal.h"

/* The document of @a, or NULL: withheld, lost, or no document of ours. Freed with pl_json_free; its text lives as
 * long as it. */
struct pl_json *pl_view_document(struct pl_view *w, const struct pl_published *a);
/* Member @name of @o as text; empty without. Copied into the request's arena. */
pl_str pl_view_member(struct pl_view *w, const struct pl_json *o, const char *name);
/* The row of @a; title, language and severity from @document, which may be NULL. */
void pl_view_advisory_row(struct pl_view *w, const struct pl_published *a, const struct pl_json *document,
	struct pl_advisory_row *ret);
/* Append to @rows, which has room for @max, whom the document @o (or one of its vulnerabilities) thanks. */
void pl_view_thanks(struct pl_view *w, const struct pl_json *o, const struct pl_advisory_row *from,
	struct pl_advisory_thanks_row *rows, size_t max, size_t *n);

#endif
