/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/witness: the HTTP face of log/witness, C2SP tlog-witness v1.0.0. Submission and monitoring share one prefix:
 *
 *	POST /add-checkpoint          200, 400, 403, 404, 409, 422, 429, 500; the body is that of log/witness
 *	GET  /<hex>/checkpoint        the newest cosigned checkpoint of the origin with this SHA-256
 *	GET  /                        the witness's verifier key, for people
 */
#ifndef PL_WEB_WITNESS_H
#define PL_WEB_WITNESS_H
#include "log/witness.h"
#include "web/http.h"

#define PL_WEB_WITNESS_ROUTES 3u

/* Write the rows for @w, which is borrowed for as long as they are used. */
void pl_web_witness_routes(struct pl_witness *w, struct pl_route rows[static PL_WEB_WITNESS_ROUTES]);
/* Listen on every address of @listen, say so ("witness.serving"), and serve until SIGINT or SIGTERM. Signals must be
 * blocked (pl_http_signals_block) before any thread was started. */
pl_status pl_web_witness_run(struct pl_witness *w, const pl_str *listen, size_t n, struct pl_diag *diag);

#endif
