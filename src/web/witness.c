/* SPDX-License-Identifier: Apache-2.0 */
#include "web/witness.h"
#include "base/event.h"
#include "base/time.h"
#include <stdio.h>

#define STOP_NS (5 * PL_SECOND)
#define PER_PEER_MINUTE 6000u

/* The first line of an answer, as the reason in the log line. */
static pl_str reason(const struct pl_witness_answer *a)
{
	pl_str s = pl_buf_str(&a->body);

	return pl_str_sub(s, 0, pl_str_find(s, '\n'));
}

static pl_status add_checkpoint(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_witness_answer a;
	char seconds[16];

	pl_witness_add_checkpoint(ctx, pl_http_request_body(req), &a);
	if (a.status == 200)
		pl_event("witness.cosigned", PL_EV_U64("size", a.size));
	else
		pl_event("witness.refused", PL_EV_U64("status", a.status), PL_EV_STR("why", reason(&a)));
	pl_http_reply_status(reply, a.status);
	if (a.retry_after) {
		(void)snprintf(seconds, sizeof seconds, "%u", a.retry_after);
		pl_http_reply_header(reply, "Retry-After", pl_str_from(seconds));
	}
	pl_http_reply_take(reply, a.type, &a.body);
	pl_buf_done(&a.body);
	return PL_OK;
}

static pl_status checkpoint(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX);
	pl_status st = pl_witness_checkpoint(ctx, pl_http_request_capture(req, "origin"), &out);

	if (st)
		return st;
	pl_http_reply_cache(reply, PL_HTTP_SHORT);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}

static pl_status about(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_witness_vkey(ctx, &out);
	pl_buf_put_c(&out, '\n');
	pl_http_reply_cache(reply, PL_HTTP_MINUTE);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &out);
	return PL_OK;
}

void pl_web_witness_routes(struct pl_witness *w, struct pl_route rows[static PL_WEB_WITNESS_ROUTES])
{
	/* The write of the record waits for the disk: a worker's work. */
	rows[0] = (struct pl_route){.method = PL_HTTP_POST,
		.pattern = "/add-checkpoint",
		.handler = add_checkpoint,
		.ctx = w,
		.access = PL_ACCESS_PUBLIC,
		.run = PL_ROUTE_WORKER,
		.body_max = PL_WITNESS_BODY_MAX,
		.rate_minute = PER_PEER_MINUTE};
	rows[1] = (struct pl_route){.method = PL_HTTP_GET,
		.pattern = "/{origin}/checkpoint",
		.handler = checkpoint,
		.ctx = w,
		.access = PL_ACCESS_PUBLIC,
		.run = PL_ROUTE_INLINE};
	rows[2] = (struct pl_route){.method = PL_HTTP_GET, .pattern = "/", .handler = about, .ctx = w,
		.access = PL_ACCESS_PUBLIC, .run = PL_ROUTE_INLINE};
}

static void say_serving(const struct pl_witness *w, const struct pl_http_server *server, const pl_str *listen, size_t n)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_witness_vkey(w, &key);
	for (size_t i = 0; i < n; i++)
		pl_event("witness.serving", PL_EV_STR("listen", listen[i]),
			PL_EV_U64("port", pl_http_server_port(server, i)), PL_EV_STR("vkey", pl_buf_str(&key)));
}

pl_status pl_web_witness_run(struct pl_witness *w, const pl_str *listen, size_t n, struct pl_diag *diag)
{
	struct pl_http_server *server PL_CLEANUP(pl_http_server_freep) = NULL;
	struct pl_route rows[PL_WEB_WITNESS_ROUTES];
	struct pl_http_config config = {.routes = rows, .route_count = PL_COUNT(rows), .rate_minute = PER_PEER_MINUTE};
	pl_status st;

	pl_web_witness_routes(w, rows);
	st = pl_http_server_new(&config, &server, diag);
	for (size_t i = 0; i < n && !st; i++)
		st = pl_http_server_listen(server, listen[i], diag);
	if (!st)
		st = pl_http_server_start(server, diag);
	if (st)
		return st;
	say_serving(w, server, listen, n);
	(void)pl_http_signals_wait();
	pl_http_server_stop(server, STOP_NS);
	pl_event("witness.stopped", PL_EV_U64("listeners", n));
	return PL_OK;
}
