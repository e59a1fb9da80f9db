/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/internal.h"
#include "web/http/condition.h"
#include "base/time.h"
#include <stdio.h>

#define STREAM_PIECE 65536u

/* How much of the body goes out. */
struct part {
	uint64_t first, length;
};

static bool not_modified(const struct pl_http_request *req)
{
	const struct pl_http_reply *r = &req->reply;
	pl_str since = pl_http_request_header(req, "If-Modified-Since");
	pl_str list = pl_http_request_header(req, "If-None-Match");
	uint64_t t;

	if (list.len > 0)
		return r->etag[0] && pl_http_etag_listed(list, pl_str_from(r->etag));
	return since.len > 0 && r->has_modified && !pl_http_date_parse(since, &t) && r->modified <= t;
}

/* If-Range: a range of something that changed meanwhile must not be glued to the old part. */
static bool range_wanted(const struct pl_http_request *req)
{
	const struct pl_http_reply *r = &req->reply;
	pl_str cond = pl_http_request_header(req, "If-Range");
	uint64_t t;

	if (cond.len == 0)
		return true;
	if (pl_str_eat(&cond, PL_STR("\"")) && pl_str_ends(cond, PL_STR("\"")))
		return r->etag[0] && pl_str_eq(pl_str_sub(cond, 0, cond.len - 1), pl_str_from(r->etag));
	return r->has_modified && !pl_http_date_parse(cond, &t) && r->modified == t;
}

static void cut_range(struct pl_http_request *req, struct part *part)
{
	struct pl_http_reply *r = &req->reply;
	struct pl_http_range range;
	char text[80];
	pl_status st;

	if (req->head || r->size == 0 || !range_wanted(req))
		return;
	st = pl_http_range_parse(pl_http_request_header(req, "Range"), r->size, &range);
	if (st == PL_E_RANGE) {
		(void)snprintf(text, sizeof text, "bytes */%llu", (unsigned long long)r->size);
		pl_http_reply_error(req, 416);
		pl_http_reply_header(&req->reply, "Content-Range", pl_str_from(text));
		*part = (struct part){0, req->reply.size};
	} else if (!st) {
		(void)snprintf(text, sizeof text, "bytes %llu-%llu/%llu", (unsigned long long)range.first,
			(unsigned long long)(range.first + range.length - 1), (unsigned long long)r->size);
		r->status = 206;
		pl_http_reply_header(r, "Content-Range", pl_str_from(text));
		*part = (struct part){range.first, range.length};
	}
}

static void free_owned(void *ptr)
{
	pl_free(ptr);
}

static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max)
{
	struct pl_http_stream *s = cls;
	size_t n = 0;

	(void)pos;
	if (s->read(s->ctx, (uint8_t *)out, max, &n) || n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return (ssize_t)n;
}

static void free_stream(void *cls)
{
	struct pl_http_stream *s = cls;

	s->done(s->ctx);
	pl_free(s);
}

static struct MHD_Response *make_stream(struct pl_http_reply *r)
{
	struct pl_http_stream *s = PL_NEW(struct pl_http_stream);
	struct MHD_Response *m;

	*s = r->stream;
	m = MHD_create_response_from_callback(r->size, STREAM_PIECE, read_stream, s, free_stream);
	if (m)
		r->stream = (struct pl_http_stream){0};
	else
		pl_free(s);
	return m;
}

static struct MHD_Response *make_response(struct pl_http_reply *r, const struct part *part)
{
	struct MHD_Response *m = NULL;

	if (r->content == PL_HTTP_FD) {
		m = MHD_create_response_from_fd_at_offset64(part->length, r->fd, part->first);
		if (m)
			r->fd = -1;
	} else if (r->content == PL_HTTP_STREAM && r->size) {
		m = make_stream(r);
	} else if (r->content == PL_HTTP_OWNED && r->owned.ptr) {
		m = MHD_create_response_from_buffer_with_free_callback_cls((size_t)part->length, r->owned.ptr + part->first,
			free_owned, r->owned.ptr);
		if (m)
			r->owned = (struct pl_buf){0};
	} else if (r->content == PL_HTTP_STATIC) {
		union {
			const uint8_t *in;
			void *out;
		} at = {.in = r->fixed.ptr + part->first}; /* the library only reads it, but does not say so */

		m = MHD_create_response_from_buffer((size_t)part->length, at.out, MHD_RESPMEM_PERSISTENT);
	} else {
		m = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	}
	return m;
}

static const char *cache_words(enum pl_http_cache cache)
{
	switch (cache) {
	case PL_HTTP_REVALIDATE:
		return "no-cache";
	case PL_HTTP_SHORT:
		return "public, max-age=5";
	case PL_HTTP_MINUTE:
		return "public, max-age=60";
	case PL_HTTP_IMMUTABLE:
		return "public, max-age=31536000, immutable";
	case PL_HTTP_NO_STORE:
	default:
		return "no-store";
	}
}

static void add_headers(struct pl_http_request *req, struct MHD_Response *m)
{
	const struct pl_http_config *c = &req->server->config;
	const struct pl_http_reply *r = &req->reply;
	char text[PL_HTTP_ETAG_MAX + 3];

	for (size_t i = 0; i < c->header_count; i++)
		(void)MHD_add_response_header(m, c->headers[i].name, c->headers[i].value);
	(void)MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	(void)MHD_add_response_header(m, "Cache-Control", cache_words(r->cache));
	for (size_t i = 0; i < r->header_count; i++)
		(void)MHD_add_response_header(m, r->headers[i].name, r->headers[i].value);
	if (r->etag[0]) {
		(void)snprintf(text, sizeof text, "\"%s\"", r->etag);
		(void)MHD_add_response_header(m, "ETag", text);
	}
	if (r->has_modified) {
		pl_http_date_write(r->modified, text);
		(void)MHD_add_response_header(m, "Last-Modified", text);
	}
	if (r->content != PL_HTTP_EMPTY && r->type)
		(void)MHD_add_response_header(m, "Content-Type", r->type);
	if (r->status == 200 && req->method == PL_HTTP_GET && r->size > 0)
		(void)MHD_add_response_header(m, "Accept-Ranges", "bytes");
}

enum MHD_Result pl_http_send(struct pl_http_request *req)
{
	struct pl_http_reply *r = &req->reply;
	struct MHD_Response *m;
	struct part part;
	enum MHD_Result sent;

	if (r->broken)
		pl_http_reply_error(req, 500);
	part = (struct part){0, r->size};
	if (r->status == 200 && req->method == PL_HTTP_GET) {
		if (not_modified(req)) {
			r->status = 304;
			r->content = PL_HTTP_EMPTY;
			r->size = part.length = 0;
		} else {
			cut_range(req, &part);
		}
	}
	m = make_response(r, &part);
	if (!m)
		return MHD_NO;
	add_headers(req, m);
	req->phase = PL_HTTP_SENT;
	sent = MHD_queue_response(req->conn, r->status, m);
	MHD_destroy_response(m);
	return sent;
}
