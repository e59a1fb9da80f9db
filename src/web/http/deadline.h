/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http/deadline: connections that are hung up on when their time is over, however busy they look.
 *
 * The library below counts silence only, so a client that sends a byte now and then would keep its place for ever. One
 * thread looks at all connections once a second and shuts down the sockets of those that are late; the library then sees
 * the end of the connection and gives everything back as always. Thread-safe.
 */
#ifndef PL_WEB_HTTP_DEADLINE_H
#define PL_WEB_HTTP_DEADLINE_H
#include "base/base.h"

struct pl_http_deadlines;
struct pl_http_deadline; /* of one connection */

/* PL_E_NOMEM if the thread is refused. */
pl_status pl_http_deadlines_new(struct pl_http_deadlines **ret);
/* NULL allowed. No connection may be left. */
void pl_http_deadlines_free(struct pl_http_deadlines *all);

/* Watch the socket @fd, which has no deadline until one is set. NULL when memory is refused. */
struct pl_http_deadline *pl_http_deadline_add(struct pl_http_deadlines *all, int fd);
/* Forget it: to be called before the socket is closed, whose number may then belong to somebody else. NULL allowed. */
void pl_http_deadline_remove(struct pl_http_deadlines *all, struct pl_http_deadline *d);
/* Late from @when on (monotonic ns; UINT64_MAX: never). NULL allowed. */
void pl_http_deadline_set(struct pl_http_deadlines *all, struct pl_http_deadline *d, uint64_t when);
#endif
