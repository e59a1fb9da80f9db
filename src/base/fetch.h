/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/fetch: asking other machines by HTTP/1.1 (and 2 over TLS). libcurl lives behind this header and base/smtp.h
 * and nowhere else.
 *
 * What always holds:
 *  1. Only http and https; certificates and names are always checked; no redirect is followed unless asked for, and
 *     never from https to http; no proxy or credentials from the environment.
 *  2. Every answer has a maximum, every request an end in time. Bodies of any size pass with constant memory.
 *  3. PL_OK means an answer came, whatever its status code. PL_E_NET and PL_E_TIMEOUT mean that what the other side did
 *     is unknown.
 *  4. No header is added beyond Host, Content-Length, User-Agent and Accept, so that a caller can sign what is sent.
 */
#ifndef PL_BASE_FETCH_H
#define PL_BASE_FETCH_H
#include "base/buf.h"
#include "base/diag.h"
#include "base/time.h"

/* A reusable handle that keeps connections alive. One thread at a time. */
struct pl_fetch;

enum pl_fetch_method { PL_FETCH_GET, PL_FETCH_HEAD, PL_FETCH_POST, PL_FETCH_PUT, PL_FETCH_DELETE };

/* Where an upload comes from: up to @len bytes at @offset; *ret_len 0 only at the end. May be asked for an earlier
 * offset again (a connection that had gone away is made anew). */
typedef pl_status (*pl_fetch_source)(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len);
/* Where a download goes, in order. Anything but PL_OK stops the transfer and is handed to the caller. Only called for
 * an answer whose status is 200..299; other bodies go to .body_out and are cut at its maximum. */
typedef pl_status (*pl_fetch_sink)(void *ctx, pl_bytes piece);
/* A pl_fetch_source reading an int *fd by pread. */
pl_status pl_fetch_source_fd(void *fd, uint64_t offset, void *data, size_t len, size_t *ret_len);

/* A response header to catch: @value (NUL-terminated, cut to fit @size) becomes "" when it did not come. */
struct pl_fetch_want {
	const char *name;
	char *value;
	size_t size;
};

struct pl_fetch_request {
	enum pl_fetch_method method;
	const char *url;
	const char *unix_socket;      /* connect to this socket instead of the URL's host; NULL: TCP */
	const char *const *headers;   /* "Name: value", header_count of them */
	size_t header_count;
	pl_bytes body;                /* for POST and PUT, unless .source */
	pl_fetch_source source;
	void *source_ctx;
	uint64_t source_size;         /* exact length, sent as Content-Length */
	struct pl_buf *body_out;      /* bounded by its own maximum; NULL: a body is read and dropped, up to max_response */
	pl_fetch_sink sink;
	void *sink_ctx;
	uint64_t max_response;        /* 0: 64 MiB without a sink, no limit with one */
	const struct pl_fetch_want *wants;
	size_t want_count;
	uint64_t connect_ns;          /* 0: 5 s */
	uint64_t total_ns;            /* 0: 60 s without source and sink, no limit with one */
	uint64_t stall_ns;            /* give up after so long below 1 byte/s; 0: 30 s */
	unsigned redirects;           /* how many to follow; 0: none (GET and HEAD only) */
	const char *ca_file;          /* trust these certificates (PEM) instead of the system's */
	bool decode;                  /* undo Content-Encoding: gzip, which is offered; bounds and lengths are of what it becomes */
};

struct pl_fetch_answer {
	unsigned status;              /* 200, 404, ... */
	uint64_t body_len;            /* bytes of the body that came */
	uint64_t content_length;      /* as announced; UINT64_MAX: not said */
};

/* Open libcurl, once a process; a failure stays until it ends. PL_E_UNSUPPORTED with words: it is not there. PL_E_INTERNAL. Every request does
 * it by itself. */
pl_status pl_fetch_start(struct pl_diag *diag);
struct pl_fetch *pl_fetch_new(void);
void pl_fetch_free(struct pl_fetch *f);
void pl_fetch_done(struct pl_fetch **f);

/* Ask once. PL_E_SYNTAX (URL), PL_E_NET, PL_E_TIMEOUT, PL_E_TOOBIG (answer beyond its maximum), PL_E_ACCESS (certificate
 * not trusted), or what the sink or source said. */
pl_status pl_fetch(struct pl_fetch *f, const struct pl_fetch_request *req, struct pl_fetch_answer *ret,
	struct pl_diag *diag);

/* One of several questions asked at once. */
struct pl_fetch_task {
	struct pl_fetch_request req;
	struct pl_fetch_answer answer; /* valid if status is PL_OK */
	pl_status status;
	struct pl_diag diag;
	uint64_t took_ns;
};
/* Ask all @count at the same time, each with its own time-outs, and return when all have ended or when @enough (NULL:
 * never) says so after one of them ended; those still running are then PL_E_CANCELLED. Sinks and sources run in this
 * thread. */
typedef bool (*pl_fetch_enough)(void *ctx, const struct pl_fetch_task *just_ended);
void pl_fetch_many(struct pl_fetch_task *tasks, size_t count, pl_fetch_enough enough, void *ctx);

/* Append @s with every byte outside A-Z a-z 0-9 - . _ ~ (and '/', if @keep_slash) as %XX. */
void pl_fetch_escape(struct pl_buf *out, pl_str s, bool keep_slash);

#endif
