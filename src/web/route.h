/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/route: which request goes to which function, as data. What no row names is refused (default deny).
 *
 * A pattern is '/' and segments: a literal, `{name}` (one whole segment), `{name}` with a literal tail (`{index}.json`),
 * or, as the last segment only, `{name*}` (the rest of the path, one segment or more). Literals win over captures by
 * standing first in the table: rows are tried in order.
 *
 * Paths are compared after percent-decoding. A path that is not absolute, holds an empty, "." or ".." segment, a NUL, an
 * encoded slash, a control character, a backslash or bad UTF-8, or is longer than PL_ROUTE_PATH_MAX, never reaches the table.
 *
 * Pure: no I/O, no globals; callable from any thread.
 */
#ifndef PL_WEB_ROUTE_H
#define PL_WEB_ROUTE_H
#include "base/base.h"

#define PL_ROUTE_PATH_MAX 1024u
#define PL_ROUTE_CAPTURES_MAX 4u

struct pl_http_request;
struct pl_http_reply;

enum pl_http_method {
	PL_HTTP_GET = 1, /* HEAD is answered from it by the layer */
	PL_HTTP_POST,
	PL_HTTP_PUT,
	PL_HTTP_DELETE,
};

/* Who may call. The zero value lets nobody in, so that a forgotten field is a closed door. */
enum pl_route_access {
	PL_ACCESS_NONE = 0,
	PL_ACCESS_PUBLIC, /* everybody */
	PL_ACCESS_OWNER,  /* over a Unix socket, by our own user id or root */
};

/* Where the handler runs. */
enum pl_route_run {
	PL_ROUTE_INLINE = 0, /* on the poll thread: must not wait (memory, small files) */
	PL_ROUTE_WORKER,     /* on a worker thread while the connection is parked: may use database, fsync, other hosts */
};

/*
 * Answer one request. @ctx is the row's ctx. PL_OK: the answer stands in @reply (200 and an empty body if it was left
 * untouched). Any other status: what was put into @reply is dropped and the layer answers by the status (SYNTAX,
 * RANGE 400; DENIED 403; NOTFOUND 404; EXISTS, CONFLICT 409; TOOBIG 413; BUSY, HELD 503 with Retry-After; rest 500).
 * Called from several threads at once.
 */
typedef pl_status (*pl_http_handler)(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);

/*
 * For a body that is taken in pieces. begin: headers are known, nothing was read; a refusal is answered as in
 * pl_http_handler and the body is not read. piece: some bytes, in order, from one thread at a time. After the last piece the
 * row's handler runs (pl_http_request_upload gives @state). end: exactly once after a successful begin, whatever happened;
 * gives everything back. When the handler never ran the upload was broken off.
 */
struct pl_http_upload {
	pl_status (*begin)(void *ctx, struct pl_http_request *req, void **ret_state);
	pl_status (*piece)(void *state, pl_bytes data);
	void (*end)(void *state);
};

struct pl_route {
	enum pl_http_method method;
	const char *pattern;
	pl_http_handler handler;
	void *ctx;
	enum pl_route_access access;
	enum pl_route_run run;
	uint64_t body_max;                   /* longest body in bytes; 0: a body is refused */
	const struct pl_http_upload *upload; /* NULL: the body is collected (body_max <= 1 MiB then) */
	/* Told when a request that this row matched was not taken: by the layer (rate, length, a spoilt body) or by the handler's answer of
	 * 400 and more. From any thread, must not wait. NULL: nobody is told. */
	void (*refused)(void *ctx, const struct pl_http_request *req);
	uint32_t rate_minute;                /* requests a minute and peer on this row; 0: only the server's own limit */
};

struct pl_route_capture {
	pl_str name, value;
};

struct pl_route_match {
	const struct pl_route *route;
	struct pl_route_capture captures[PL_ROUTE_CAPTURES_MAX];
	size_t count;
};

/* Check every row: pattern well formed, handler and access set, limits sane, no pattern twice for a method, none hidden
 * behind an earlier one of the same spelling. PL_E_SYNTAX names the row in @diag. To be called once at start. */
pl_status pl_route_check(const struct pl_route *rows, size_t count, struct pl_diag *diag);

/* Find the row for @method and decoded @path. PL_E_NOTFOUND: no such path. PL_E_UNSUPPORTED: the path exists for other
 * methods (*ret_allow, a bit 1u << method each; may be NULL). Captures borrow from @path and the row. */
pl_status pl_route_find(const struct pl_route *rows, size_t count, enum pl_http_method method, pl_str path,
	struct pl_route_match *ret, unsigned *ret_allow);

/* Decode and check the path of a request target (the part before '?') into @arena. PL_E_SYNTAX, PL_E_TOOBIG. */
pl_status pl_route_path(pl_str raw, struct pl_arena *arena, pl_str *ret);

/* Decode one component of a query or a form ("+" is a space) into @arena; PL_E_SYNTAX for a bad escape, NUL, other control
 * characters than tab, CR and LF, or bad UTF-8. */
pl_status pl_route_unescape(pl_str raw, struct pl_arena *arena, pl_str *ret);

#define PL_ROUTE_FIELDS_MAX 256u /* of a query or form */

/* Value of @key in the query or form @raw, decoded. PL_E_NOTFOUND; PL_E_SYNTAX for a bad escape or a key given twice; PL_E_TOOBIG for
 * more than PL_ROUTE_FIELDS_MAX fields. */
pl_status pl_route_query(pl_str raw, pl_str key, struct pl_arena *arena, pl_str *ret);

/* Append @text percent-encoded as one path segment or query value (RFC 3986 unreserved characters stay). */
void pl_route_escape(struct pl_buf *out, pl_str text);
#endif
