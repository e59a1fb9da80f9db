/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk: the pages of those who work here: logging in, their accounts, decisions, events, and the queue of their work
 * (docs/decisions/0024-desk.md).
 *
 * What always holds:
 *  1. Every page is a row of one table, with who may use it; what no row names does not exist, and a row that names nobody is
 *     open to nobody (web/session.h).
 *  2. It opens the accounts' secret file and nothing else that is secret, and only where [web] desk says so.
 *  3. No answer is kept by a cache, and none says more to somebody who is not logged in than that logging in did not work.
 */
#ifndef PL_WEB_DESK_H
#define PL_WEB_DESK_H
#include "web/portal.h"
#include "web/session.h"

struct pl_desk;
struct pl_desk_view;

struct pl_desk_row {
	struct pl_desk_rule rule;
	const char *pattern;
	pl_status (*handler)(struct pl_desk_view *d); /* see web/desk_internal.h */
	uint32_t rate_minute;
};

/* The table; for opening, and for the test that tries every row as everybody. */
extern const struct pl_desk_row pl_desk_rows[];
extern const size_t pl_desk_row_count;

/* The desk over the first instance of @portal. PL_E_NOTFOUND: there is no account yet; PL_E_RANGE: the site is not reached by
 * https, nor is it localhost. */
pl_status pl_desk_open(struct pl_portal *portal, struct pl_desk **ret, struct pl_diag *diag);
/* NULL is fine. */
void pl_desk_close(struct pl_desk *desk);
/* Write its rows for the server to @rows (pl_desk_row_count of them). */
void pl_desk_routes(struct pl_desk *desk, struct pl_route *rows);

#endif
