/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal: the public face of an instance: pages, proofs, tiles and feeds, all read only.
 *
 * What always holds:
 *  1. The public pages hold no key and write nothing: a request can change nothing but counters and two cookies (language; web/posting.h). Whoever
 *     works here is served by web/desk.h, if the configuration says so.
 *  2. Every page says which checkpoint with quorum it shows, and what is wrong with the log.
 *  3. A body is handed out only after all of it was checked against its digest.
 */
#ifndef PL_WEB_PORTAL_H
#define PL_WEB_PORTAL_H
#include "fact/instance.h"
#include "web/http.h"

struct pl_portal;

struct pl_portal_options {
	const char *dir;                            /* of the instance; borrowed */
	const struct pl_instance_options *instance; /* rooms; borrowed */
	uint32_t rate_minute;                       /* requests a minute and address; 0: 1200 */
	unsigned threads;                           /* poll threads; 0: as many as cores, at most 4 */
	bool real_ip;                               /* as in struct pl_http_config */
	/* With [web] desk = yes both are served; an operator who wants two processes gives each its part. */
	enum { PL_PORTAL_WHOLE = 0, PL_PORTAL_PUBLIC, PL_PORTAL_DESK } part;
};

/* Open what the pages need. What pl_instance_open fails with. */
pl_status pl_portal_open(const struct pl_portal_options *options, struct pl_portal **ret, struct pl_diag *diag);
void pl_portal_close(struct pl_portal *p);
/* For PL_CLEANUP. */
void pl_portal_closep(struct pl_portal **p);

/* The configured listening addresses: "ADDRESS:PORT", and with the default also "[::1]:PORT". At most 2; text in @arena. */
pl_status pl_portal_addresses(const struct pl_portal *p, struct pl_arena *arena, pl_str ret[static 2], size_t *ret_n);

/* Its routes; for the test that asks every one of them. */
size_t pl_portal_routes(const struct pl_portal *p, const struct pl_route **ret);

/* A server for the portal that does not listen yet; free it before the portal. */
pl_status pl_portal_server(struct pl_portal *p, struct pl_http_server **ret, struct pl_diag *diag);

/* Listen on all of @listen, say so ("web.serving"), serve until SIGINT or SIGTERM. Signals must be blocked before any
 * thread was started (pl_http_signals_block). */
pl_status pl_web_run(const struct pl_portal_options *options, const pl_str *listen, size_t n, struct pl_diag *diag);
#endif
