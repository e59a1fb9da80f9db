/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http/internal: what the files of the HTTP layer share. Nobody else includes this or microhttpd.h.
 *
 * The life of a request (only its own poll thread or, while PARKED, one worker touches it):
 *	START  the head was read; checks run in the first callback
 *	BODY   pieces come
 *	PARKED a worker has it, the connection is suspended
 *	READY  the worker is done; the poll thread sends the reply
 *	SENT   the reply was queued
 */
#ifndef PL_WEB_HTTP_INTERNAL_H
#define PL_WEB_HTTP_INTERNAL_H
#include "web/http.h"
#include "web/http/deadline.h"
#include "web/http/limit.h"
#include "web/http/pool.h"
#include "web/microhttpd_lazy.h"
#include <stdatomic.h>
#include <sys/types.h>

#define PL_HTTP_LISTENERS_MAX 8u
#define PL_HTTP_REPLY_HEADERS_MAX 16u
#define PL_HTTP_ETAG_MAX 100u
#define PL_HTTP_FILE_IN_MEMORY 65536u

enum pl_http_phase { PL_HTTP_START, PL_HTTP_BODY, PL_HTTP_PARKED, PL_HTTP_READY, PL_HTTP_SENT };

enum pl_http_content { PL_HTTP_EMPTY, PL_HTTP_OWNED, PL_HTTP_STATIC, PL_HTTP_FD, PL_HTTP_STREAM };

struct pl_http_reply {
	struct pl_arena *arena; /* for copied header values */
	unsigned status;
	enum pl_http_cache cache;
	char etag[PL_HTTP_ETAG_MAX + 1];
	bool has_modified, broken;
	uint64_t modified;
	struct {
		const char *name, *value;
	} headers[PL_HTTP_REPLY_HEADERS_MAX];
	size_t header_count;
	const char *type;
	enum pl_http_content content;
	struct pl_buf owned;
	pl_bytes fixed;
	struct pl_http_stream stream; /* .done NULL: none, or the library has it */
	int fd;
	uint64_t size;
};

struct pl_http_listener {
	struct pl_http_server *server;
	int fd; /* -1 once the library has it */
	bool is_unix;
	uint16_t port;
	char path[108]; /* of a Unix socket, to be removed at the end */
	struct MHD_Daemon *daemon;
};

struct pl_http_server {
	struct pl_http_config config;
	struct pl_http_listener listeners[PL_HTTP_LISTENERS_MAX];
	size_t listener_count;
	struct pl_http_limit *limit;
	struct pl_http_pool *pool;
	struct pl_http_deadlines *deadlines;
	atomic_uint active;
	atomic_bool stopping;
	bool running;
};

struct pl_http_peer {
	bool is_unix, local_owner;
	uint8_t key[16]; /* for limits */
	char text[64];
};

/* What we keep of a connection. The library does not end every request that it began: what it leaves over goes with the connection. */
struct pl_http_connection {
	struct pl_http_deadline *deadline;
	struct pl_http_request *request; /* begun and not over, or NULL */
};

struct pl_http_request {
	struct pl_http_server *server;
	struct pl_http_listener *listener;
	struct MHD_Connection *conn;
	struct pl_http_connection *connection;
	struct pl_arena arena;
	pl_str target, path, query;
	enum pl_http_method method;
	bool head, upload_begun, broken_target;
	struct pl_route_match match;
	struct pl_http_peer peer;
	uint64_t length, received, started;
	struct pl_buf body;
	void *upload;
	pl_status body_status; /* first trouble with the body */
	unsigned refused;      /* status of a request that was not admitted, and whose body is swallowed before it is told */
	enum pl_http_phase phase;
	struct pl_http_reply reply;
};

/* request.c: everything that is checked before a handler runs. 0, or the HTTP status of the refusal, whose extra headers are
 * then in req->reply. */
unsigned pl_http_request_admit(struct pl_http_request *req, const char *method);

/* reply.c */
void pl_http_reply_init(struct pl_http_reply *reply, struct pl_arena *arena);
/* Give back what it holds; it is as after init. */
void pl_http_reply_done(struct pl_http_reply *reply);
/* Replace the reply by an error answer, dressed by the server's error_page; keeps Allow and Retry-After. */
void pl_http_reply_error(struct pl_http_request *req, unsigned status);
unsigned pl_http_status_of(pl_status st);

/* send.c: hand the reply to the library. */
enum MHD_Result pl_http_send(struct pl_http_request *req);

/* conn.c: the library's callbacks. @cls is the listener. */
void pl_http_on_connection(void *cls, struct MHD_Connection *conn, void **socket_context,
	enum MHD_ConnectionNotificationCode what);
void *pl_http_on_target(void *cls, const char *target, struct MHD_Connection *conn);
enum MHD_Result pl_http_on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
	const char *version, const char *data, size_t *data_len, void **con_cls);
void pl_http_on_completed(void *cls, struct MHD_Connection *conn, void **con_cls, enum MHD_RequestTerminationCode why);
/* The pool's function: @item is a parked request. */
void pl_http_run_parked(void *item);
#endif
