/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_audit: what the list of audits, their feed and the page of one of them share. */
#ifndef PL_WEB_PORTAL_AUDIT_H
#define PL_WEB_PORTAL_AUDIT_H
#include "register/audit/query.h"
#include "web/portal_internal.h"

/* One audit in words; @all are those of its standard, for how its scope changed. PL_E_TOOBIG. */
pl_status pl_view_audit_line(struct pl_view *w, const struct pl_audit_life *l, const struct pl_audit_life *all, size_t n,
	struct pl_audit_line *ret);
struct pl_html_msg pl_view_audit_state(enum pl_audit_state s);
struct pl_html_msg pl_view_audit_reason(enum pl_audit_reason r);
/* The audits of one standard with their days as bars and as a table. */
pl_status pl_view_audit_standard(struct pl_view *w, const struct pl_audit_life *lives, size_t n,
	struct pl_audit_standard *ret);

#endif
