/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/internal.h"
#include "base/time.h"
#include <sys/socket.h>

/* After a refused body we still swallow this much, so that the client gets to read our answer; beyond it we hang up. */
#define SWALLOW_MAX (UINT64_C(1) << 20)
/* The same of a request that was not admitted, if it says how long its body is. */
#define SWALLOW_REFUSED_MAX (UINT64_C(8) << 20)

/* ---- how long it may take to ask ---- */

static uint64_t patience(const struct pl_http_server *s)
{
	return s->config.request_seconds * PL_SECOND;
}

/* Nobody is hurried while we work and answer. */
static void stop_the_clock(const struct pl_http_request *req)
{
	pl_http_deadline_set(req->server->deadlines, req->connection->deadline, UINT64_MAX);
}

/* ---- the life of a request ---- */

/* A body that was too much may have been hung up on: then there was no answer, and it was refused all the same. */
static void tell_refused(struct pl_http_request *req)
{
	const struct pl_route *row = req->match.route;
	bool refused = req->phase == PL_HTTP_SENT ? req->reply.status >= 400 : req->phase == PL_HTTP_BODY && (req->refused || req->body_status);

	if (row && row->refused && refused)
		row->refused(row->ctx, req);
}

/* It is over; NULL allowed. */
static void finish(struct pl_http_request *req)
{
	struct pl_http_server *s;

	if (!req)
		return;
	s = req->server;
	tell_refused(req);
	if (s->config.finished && req->phase == PL_HTTP_SENT)
		s->config.finished(s->config.ctx, req, req->reply.status, pl_time_monotonic() - req->started);
	/* The next request on this connection. */
	pl_http_deadline_set(s->deadlines, req->connection->deadline, pl_time_monotonic() + patience(s));
	req->connection->request = NULL;
	if (req->upload_begun)
		req->match.route->upload->end(req->upload);
	pl_http_reply_done(&req->reply);
	pl_buf_done(&req->body);
	pl_arena_done(&req->arena);
	pl_free(req);
	atomic_fetch_sub(&s->active, 1);
}

static void connection_free(struct pl_http_server *s, struct pl_http_connection *c)
{
	if (!c)
		return;
	finish(c->request);
	pl_http_deadline_remove(s->deadlines, c->deadline);
	pl_free(c);
}

void pl_http_on_connection(void *cls, struct MHD_Connection *conn, void **socket_context,
	enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pl_http_server *s = ((struct pl_http_listener *)cls)->server;
	struct pl_http_connection *c;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		connection_free(s, *socket_context);
		*socket_context = NULL;
	} else if (info) {
		c = pl_try_alloc(1, sizeof *c);
		*socket_context = c;
		if (c)
			c->deadline = pl_http_deadline_add(s->deadlines, info->connect_fd);
		if (!c || !c->deadline)
			(void)shutdown(info->connect_fd, SHUT_RDWR);
		else
			pl_http_deadline_set(s->deadlines, c->deadline, pl_time_monotonic() + patience(s));
	}
}

static struct pl_http_connection *connection_of(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

void *pl_http_on_target(void *cls, const char *target, struct MHD_Connection *conn)
{
	struct pl_http_listener *l = cls;
	struct pl_http_server *s = l->server;
	struct pl_http_connection *c = connection_of(conn);
	struct pl_http_request *req = c ? pl_try_alloc(1, sizeof *req) : NULL;

	if (c)
		finish(c->request);
	if (!req)
		return NULL;
	atomic_fetch_add(&s->active, 1);
	c->request = req;
	req->server = s;
	req->listener = l;
	req->conn = conn;
	req->connection = c;
	req->arena = (struct pl_arena)PL_ARENA(s->config.arena_max);
	req->started = pl_time_monotonic();
	pl_http_deadline_set(s->deadlines, req->connection->deadline, req->started + patience(s));
	req->broken_target = pl_arena_dup(&req->arena, pl_str_from(target), &req->target) != PL_OK;
	pl_http_reply_init(&req->reply, &req->arena);
	return req;
}

/* Fill in the reply by the row's handler. */
static void run_handler(struct pl_http_request *req)
{
	const struct pl_route *row = req->match.route;
	pl_status st = row->handler(row->ctx, req, &req->reply);

	if (st)
		pl_http_reply_error(req, pl_http_status_of(st));
}

void pl_http_run_parked(void *item)
{
	struct pl_http_request *req = item;

	run_handler(req);
	req->phase = PL_HTTP_READY;
	MHD_resume_connection(req->conn);
}

static enum MHD_Result park(struct pl_http_request *req)
{
	req->phase = PL_HTTP_PARKED;
	MHD_suspend_connection(req->conn);
	if (pl_http_pool_add(req->server->pool, req)) {
		pl_http_reply_error(req, 503);
		req->phase = PL_HTTP_READY;
		MHD_resume_connection(req->conn);
	}
	return MHD_YES;
}

static enum MHD_Result take_piece(struct pl_http_request *req, pl_bytes data)
{
	const struct pl_route *row = req->match.route;

	if (__builtin_add_overflow(req->received, data.len, &req->received) ||
		(!req->refused && !req->body_status && req->received > row->body_max))
		req->body_status = PL_E_TOOBIG;
	pl_http_deadline_set(req->server->deadlines, req->connection->deadline,
		req->started + patience(req->server) + req->received / PL_HTTP_BODY_RATE * PL_SECOND);
	if (req->refused)
		return req->received > SWALLOW_REFUSED_MAX ? MHD_NO : MHD_YES;
	if (req->body_status)
		return req->received > SWALLOW_MAX ? MHD_NO : MHD_YES;
	if (row->upload) {
		req->body_status = row->upload->piece(req->upload, data);
	} else {
		pl_buf_put_bytes(&req->body, data);
		req->body_status = pl_buf_status(&req->body);
	}
	return MHD_YES;
}

static enum MHD_Result body_over(struct pl_http_request *req)
{
	const struct pl_route *row = req->match.route;

	stop_the_clock(req);
	if (req->refused || req->body_status) {
		pl_http_reply_error(req, req->refused ? req->refused : pl_http_status_of(req->body_status));
		return pl_http_send(req);
	}
	if (row->run == PL_ROUTE_WORKER)
		return park(req);
	run_handler(req);
	return pl_http_send(req);
}

/* An answer before the body was read ends the connection under whoever still sends it: a proxy then tells of a server that failed (502). Who
 * waits to be asked for the body sends none, and what is too long is not asked for. */
static bool swallows(const struct pl_http_request *req, unsigned refused)
{
	return refused != 413 && req->length > 0 && req->length <= SWALLOW_REFUSED_MAX && !pl_http_request_header(req, "Expect").len;
}

static enum MHD_Result first_call(struct pl_http_request *req, const char *method)
{
	unsigned refused = pl_http_request_admit(req, method);

	if (refused && swallows(req, refused)) {
		req->refused = refused;
		req->phase = PL_HTTP_BODY;
		return MHD_YES;
	}
	if (refused) {
		stop_the_clock(req);
		pl_http_reply_error(req, refused);
		return pl_http_send(req);
	}
	req->phase = PL_HTTP_BODY;
	return MHD_YES;
}

enum MHD_Result pl_http_on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
	const char *version, const char *data, size_t *data_len, void **con_cls)
{
	struct pl_http_request *req = *con_cls;
	enum MHD_Result r;

	(void)cls;
	(void)conn;
	(void)url;
	(void)version;
	if (!req)
		return MHD_NO;
	switch (req->phase) {
	case PL_HTTP_START:
		return first_call(req, method);
	case PL_HTTP_BODY:
		if (*data_len == 0)
			return body_over(req);
		r = take_piece(req, pl_bytes_of(data, *data_len));
		*data_len = 0;
		return r;
	case PL_HTTP_READY:
		return pl_http_send(req);
	case PL_HTTP_PARKED:
	case PL_HTTP_SENT:
	default:
		return MHD_YES;
	}
}

void pl_http_on_completed(void *cls, struct MHD_Connection *conn, void **con_cls, enum MHD_RequestTerminationCode why)
{
	(void)cls;
	(void)conn;
	(void)why;
	finish(*con_cls);
	*con_cls = NULL;
}
