/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http: our own HTTP/1.1 server layer; the only file that knows which library is below (libmicrohttpd).
 *
 * What always holds:
 *  1. A handler sees a request only after its path, headers, access, rate and declared body length were checked.
 *  2. Nothing in a request is unbounded: head (by connection memory), headers (64), path, query, body (by row), connections
 *     (whole and per address), idle time, the time until it has come whole, requests a minute. How long a client takes to
 *     read its answer is bounded by idle time only.
 *  3. Every answer carries the server's fixed headers, errors and 304 included.
 *  4. GET answers understand HEAD, If-None-Match, If-Modified-Since and one byte range, without the handler's help.
 *  5. Files of up to 64 KiB are read into memory, larger ones are sent by descriptor; memory does not grow with them.
 *  6. No TLS here: we listen on loopback and Unix sockets, nginx stands in front.
 *
 *	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = NULL;
 *	pl_http_server_new(&(struct pl_http_config){.routes = rows, .route_count = PL_COUNT(rows)}, &s, &diag);
 *	pl_http_server_listen(s, PL_STR("127.0.0.1:0"), &diag);
 *	pl_http_server_start(s, &diag);
 *	... pl_http_server_port(s, 0) ... wait for a signal ...
 *	pl_http_server_stop(s, 5 * PL_SECOND);
 */
#ifndef PL_WEB_HTTP_H
#define PL_WEB_HTTP_H
#include "web/route.h"

/* ---- the request; everything handed out lives until the request is over ---- */

enum pl_http_method pl_http_request_method(const struct pl_http_request *req);
/* Decoded path, checked as web/route.h says. */
pl_str pl_http_request_path(const struct pl_http_request *req);
/* Capture @name of the row's pattern; the empty string if the pattern has none such. */
pl_str pl_http_request_capture(const struct pl_http_request *req, const char *name);
/* Capture @name as a decimal number (no leading zeros). PL_E_NOTFOUND otherwise: such a page does not exist. */
pl_status pl_http_request_number(const struct pl_http_request *req, const char *name, uint64_t *ret);
/* Query value of @key, decoded. PL_E_NOTFOUND, PL_E_SYNTAX (bad escape, given twice). */
pl_status pl_http_request_query(struct pl_http_request *req, const char *key, pl_str *ret);
/* The query as it came, without '?'. */
pl_str pl_http_request_query_raw(const struct pl_http_request *req);
/* Header @name (any case), or the empty string. */
pl_str pl_http_request_header(const struct pl_http_request *req, const char *name);
/* The value of cookie @name in a Cookie header, the first one if there are several, or empty (RFC 6265 section 4.2.1); borrowed
 * from @header. Pure. */
pl_str pl_http_cookie(pl_str header, pl_str name);
/* The whole body of a row without upload functions. */
pl_bytes pl_http_request_body(const struct pl_http_request *req);
/* What the row's upload.begin returned. */
void *pl_http_request_upload(const struct pl_http_request *req);
/* Declared length of the body; UINT64_MAX if it comes chunked. */
uint64_t pl_http_request_length(const struct pl_http_request *req);
/* Memory of the request (bounded by the server's arena_max). */
struct pl_arena *pl_http_request_arena(struct pl_http_request *req);
/* The address of the client for limits, never for pages: "127.0.0.1", "::1", "unix:1000". */
pl_str pl_http_request_peer(const struct pl_http_request *req);

/* ---- the answer ---- */

enum pl_http_cache {
	PL_HTTP_NO_STORE = 0, /* the default */
	PL_HTTP_REVALIDATE,   /* "no-cache": may be kept, must be asked for again (wants an etag) */
	PL_HTTP_SHORT,        /* max-age=5: checkpoints */
	PL_HTTP_MINUTE,       /* max-age=60 */
	PL_HTTP_IMMUTABLE,    /* a year: content-named files and full tiles */
};

void pl_http_reply_status(struct pl_http_reply *reply, unsigned status);
void pl_http_reply_cache(struct pl_http_reply *reply, enum pl_http_cache cache);
/* A strong validator without quotes, at most 100 printable ASCII characters other than '"'. */
void pl_http_reply_etag(struct pl_http_reply *reply, pl_str tag);
/* Modification time in ns for Last-Modified. */
void pl_http_reply_modified(struct pl_http_reply *reply, uint64_t time);
/* Add a header (at most 16; @name lives for ever, @value is copied). A value with control characters is our own mistake and
 * turns the answer into a 500. */
void pl_http_reply_header(struct pl_http_reply *reply, const char *name, pl_str value);
/* Body from @body, whose content moves to the reply; @body is empty afterwards. @type lives for ever. */
void pl_http_reply_take(struct pl_http_reply *reply, const char *type, struct pl_buf *body);
/* Body from bytes that live until the server stops (embedded files). */
void pl_http_reply_static(struct pl_http_reply *reply, const char *type, pl_bytes body);
/* Body from a copy of @text; for short answers. */
void pl_http_reply_text(struct pl_http_reply *reply, unsigned status, const char *type, pl_str text);
/* Body from the regular file *@fd, which moves to the reply (*@fd is -1 afterwards). Sets Last-Modified if none is set. */
pl_status pl_http_reply_file(struct pl_http_reply *reply, const char *type, int *fd);
/* The same for @path below directory @dir, which cannot be left; PL_E_NOTFOUND also for what is no regular file. */
pl_status pl_http_reply_beneath(struct pl_http_reply *reply, const char *type, int dir, pl_str path);
/* Body of @size bytes that @read gives bit by bit, in order and on the poll thread: it must not wait. *ret_len 0 or a failure breaks the
 * connection off. @done is called once, whatever happens. For answers that have no range: those to a POST. */
struct pl_http_stream {
	pl_status (*read)(void *ctx, uint8_t *out, size_t size, size_t *ret_len);
	void (*done)(void *ctx);
	void *ctx;
};
void pl_http_reply_stream(struct pl_http_reply *reply, const char *type, uint64_t size, const struct pl_http_stream *stream);
/* 303 to @target (a path of ours, already escaped). */
void pl_http_reply_redirect(struct pl_http_reply *reply, pl_str target);

/* ---- the server ---- */

struct pl_http_server;

struct pl_http_header {
	const char *name, *value;
};

/* A body that comes more slowly than this (bytes a second) will not be waited for. */
#define PL_HTTP_BODY_RATE 16384u

struct pl_http_config {
	const struct pl_route *routes; /* lives as long as the server */
	size_t route_count;
	const struct pl_http_header *headers; /* fixed headers of every answer; nosniff is added always */
	size_t header_count;
	/* Dress an error answer (@status, 400..599) for people; NULL or a failure: one line of text/plain. Called as a handler
	 * is, possibly without a row; must not wait. */
	pl_status (*error_page)(void *ctx, struct pl_http_request *req, unsigned status, struct pl_http_reply *reply);
	/* Called once per finished request, from any thread: for counters and one log line. May be NULL. */
	void (*finished)(void *ctx, const struct pl_http_request *req, unsigned status, uint64_t duration_ns);
	void *ctx; /* for error_page and finished */
	/* Limits; 0 takes the default in brackets. */
	unsigned threads;            /* poll threads per listener [cores, at most 4] */
	unsigned workers;            /* threads for PL_ROUTE_WORKER rows [4] */
	unsigned worker_queue;       /* parked requests waiting for a worker; more are answered 503 [256] */
	unsigned connections;        /* per listener [1024] */
	unsigned connections_per_ip; /* [64]; a Unix socket counts as none */
	unsigned idle_seconds;       /* silent connections are closed [30] */
	/* A first line has to come so long after the connection was made or the answer before was over, and the rest of the
	 * request so long after its first line, and a second more for every PL_HTTP_BODY_RATE bytes of body that have come [60].
	 * Who is later is hung up on, within a second or two. */
	unsigned request_seconds;
	unsigned rate_minute;        /* requests a minute and address (IPv6: /64); UINT_MAX is none [6000] */
	size_t connection_memory;    /* [12 KiB]: bounds the request's head too */
	size_t arena_max;            /* [4 MiB] */
	/* Over Unix sockets the peer for limits is the one address in X-Real-IP, as the nginx example sets it. */
	bool real_ip;
};

/* Check @config (routes too) and make a server that does not listen yet. @config is copied, what it points to is not. */
pl_status pl_http_server_new(const struct pl_http_config *config, struct pl_http_server **ret, struct pl_diag *diag);
/* Bind "127.0.0.1:PORT", "[::1]:PORT" (PORT 0: any free one), another literal address, or "unix:PATH" (mode 0660; a socket
 * that nobody answers on is replaced). At most 8. Connections queue from here on and are served after start. */
pl_status pl_http_server_listen(struct pl_http_server *s, pl_str address, struct pl_diag *diag);
/* Serve in threads of its own and return. */
pl_status pl_http_server_start(struct pl_http_server *s, struct pl_diag *diag);
/* TCP port of the @index-th listener, in the order of the calls; 0 for a Unix socket. */
uint16_t pl_http_server_port(const struct pl_http_server *s, size_t index);
/* Requests that were begun and are not over. */
unsigned pl_http_server_active(const struct pl_http_server *s);
/* Accept nothing more, let running requests finish for up to @wait_ns, then close. Harmless if not started. */
void pl_http_server_stop(struct pl_http_server *s, uint64_t wait_ns);
/* Stop at once if still running; give everything back. NULL is fine. */
void pl_http_server_free(struct pl_http_server *s);
void pl_http_server_freep(struct pl_http_server **s);

/* Block SIGINT and SIGTERM in this and all later threads; call first in main. */
void pl_http_signals_block(void);
/* Wait until one of them comes; answers its number. */
int pl_http_signals_wait(void);
#endif
