/* SPDX-License-Identifier: Apache-2.0 */
/* store/s3_request: one signed request to the service, and what its answer means. */
#include "base/random.h"
#include "base/time.h"
#include "store/blob_s3.h"
#include "store/s3_sign.h"
#include <stdio.h>

#define HEADERS 12

static struct pl_fetch *take_handle(struct pl_s3 *s3)
{
	struct pl_fetch *f = NULL;

	(void)pthread_mutex_lock(&s3->mutex);
	if (s3->idle_count)
		f = s3->idle[--s3->idle_count];
	(void)pthread_mutex_unlock(&s3->mutex);
	return f ? f : pl_fetch_new();
}

static void give_handle(struct pl_s3 *s3, struct pl_fetch *f)
{
	(void)pthread_mutex_lock(&s3->mutex);
	if (s3->idle_count < PL_S3_IDLE) {
		s3->idle[s3->idle_count++] = f;
		f = NULL;
	}
	(void)pthread_mutex_unlock(&s3->mutex);
	pl_fetch_free(f);
}

static const char *method_name(enum pl_fetch_method m)
{
	switch (m) {
	case PL_FETCH_GET:
		return "GET";
	case PL_FETCH_HEAD:
		return "HEAD";
	case PL_FETCH_POST:
		return "POST";
	case PL_FETCH_PUT:
		return "PUT";
	case PL_FETCH_DELETE:
		break;
	}
	return "DELETE";
}

/* The texts of a signed request. */
struct signed_request {
	struct pl_buf path, url, authorization;
	char host[300], date[40], sha256[96];
	const char *headers[HEADERS]; /* sorted, then the authorization */
	size_t count;
};

static void signed_done(struct signed_request *r)
{
	pl_buf_done(&r->path);
	pl_buf_done(&r->url);
	pl_buf_done(&r->authorization);
}

static pl_str header_name(const char *h)
{
	return pl_str_sub(pl_str_from(h), 0, pl_str_find(pl_str_from(h), ':'));
}

/* Keep the list sorted by name, as the signature wants it. */
static void insert_header(struct signed_request *r, const char *h)
{
	size_t i = r->count++;

	for (; i > 0 && pl_str_cmp(header_name(r->headers[i - 1]), header_name(h)) > 0; i--)
		r->headers[i] = r->headers[i - 1];
	r->headers[i] = h;
}

static void write_place(const struct pl_s3 *s3, const struct pl_s3_request *q, struct signed_request *r)
{
	pl_buf_put_c(&r->path, '/');
	pl_buf_put_str(&r->path, s3->url.bucket);
	if (q->key) {
		pl_buf_put_c(&r->path, '/');
		pl_buf_put_str(&r->path, s3->url.prefix);
		if (s3->url.prefix.len)
			pl_buf_put_c(&r->path, '/');
		pl_buf_put_z(&r->path, q->key);
	}
	pl_buf_put_str(&r->url, s3->url.scheme);
	pl_buf_put_z(&r->url, "://");
	pl_buf_put_str(&r->url, s3->url.host);
	pl_buf_put_str(&r->url, pl_buf_str(&r->path));
	if (q->query) {
		pl_buf_put_c(&r->url, '?');
		pl_buf_put_z(&r->url, q->query);
	}
}

static pl_status sign(const struct pl_s3 *s3, const struct pl_s3_request *q, struct signed_request *r)
{
	struct pl_s3_sign s = {.method = method_name(q->method),
		.region = s3->url.region,
		.key = pl_str_from(s3->key),
		.secret = pl_str_from(s3->secret),
		.query = pl_str_from(q->query),
		.payload_sha256 = pl_str_from(q->sha256 ? q->sha256 : PL_S3_EMPTY_SHA256)};

	write_place(s3, q, r);
	pl_s3_sign_time(pl_time_now(), s.time);
	(void)snprintf(r->host, sizeof r->host, "host:%.*s", PL_STR_ARG(s3->url.host));
	(void)snprintf(r->date, sizeof r->date, "x-amz-date:%s", s.time);
	(void)snprintf(r->sha256, sizeof r->sha256, "x-amz-content-sha256:%.*s", PL_STR_ARG(s.payload_sha256));
	insert_header(r, r->host);
	insert_header(r, r->date);
	insert_header(r, r->sha256);
	for (size_t i = 0; i < PL_COUNT(q->extra) && q->extra[i]; i++)
		insert_header(r, q->extra[i]);
	s.path = pl_buf_str(&r->path);
	s.headers = r->headers;
	s.header_count = r->count;
	pl_buf_put_z(&r->authorization, "Authorization: ");
	pl_s3_sign_write(&s, &r->authorization);
	r->headers[r->count++] = pl_buf_z(&r->authorization);
	if (!pl_buf_z(&r->url) || !r->headers[r->count - 1])
		return PL_E_TOOBIG;
	return pl_buf_status(&r->path);
}

/* What the sink or the source of the caller said must not be taken for trouble of the network. */
struct guard {
	const struct pl_s3_request *q;
	pl_status own;
};

static pl_status guarded_sink(void *ctx, pl_bytes piece)
{
	struct guard *g = ctx;

	return g->own = g->q->sink(g->q->sink_ctx, piece);
}

static pl_status guarded_source(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	struct guard *g = ctx;

	return g->own = g->q->source(g->q->source_ctx, offset, data, len, ret_len);
}

static pl_status from_status(unsigned status, struct pl_buf *body)
{
	char code[64] = "";

	if (status >= 200 && status <= 299)
		return PL_OK;
	if (body->len && pl_s3_xml_find(pl_buf_str(body), PL_STR("Code"), code, sizeof code))
		code[0] = '\0';
	if (status >= 300 && status <= 399)
		return PL_E_UNSUPPORTED;
	if (status == 404)
		return PL_E_NOTFOUND;
	if (status == 412)
		return PL_E_EXISTS;
	if (status == 416)
		return PL_E_RANGE;
	if (status == 507 || pl_str_eq(pl_str_from(code), PL_STR("QuotaExceeded")))
		return PL_E_NOSPACE;
	if (status == 401 || status == 403)
		return PL_E_ACCESS;
	if (status >= 500 || status == 429 || status == 408 || status == 409)
		return PL_E_BUSY;
	if (pl_str_eq(pl_str_from(code), PL_STR("XAmzContentSHA256Mismatch")) ||
		pl_str_eq(pl_str_from(code), PL_STR("BadDigest")))
		return PL_E_CORRUPT;
	return pl_str_eq(pl_str_from(code), PL_STR("RequestTimeout")) ? PL_E_BUSY : PL_E_INTERNAL;
}

static pl_status send_once(struct pl_s3 *s3, const struct pl_s3_request *q, struct pl_buf *body,
	struct pl_s3_answer *ret, struct pl_diag *diag)
{
	struct signed_request r PL_CLEANUP(signed_done) = {
		.path = PL_BUF(PL_S3_KEY_TEXT), .url = PL_BUF(8192), .authorization = PL_BUF(2048)};
	struct guard guard = {.q = q};
	struct pl_fetch_want etag = {.name = "ETag", .value = q->etag, .size = 128};
	struct pl_fetch_answer answer = {0};
	struct pl_fetch_request f = {.method = q->method, .body = q->body, .body_out = body};
	struct pl_fetch *handle;
	pl_status st = sign(s3, q, &r);

	if (st)
		return st;
	f.url = pl_buf_z(&r.url);
	f.headers = r.headers;
	f.header_count = r.count;
	f.source = q->source ? guarded_source : NULL;
	f.source_ctx = f.sink_ctx = &guard;
	f.source_size = q->source_size;
	f.sink = q->sink ? guarded_sink : NULL;
	f.wants = &etag;
	f.want_count = q->etag ? 1 : 0;
	f.stall_ns = q->slow ? 15 * s3->timeout_ns : s3->timeout_ns;
	f.total_ns = q->source || q->sink ? 0 : f.stall_ns;
	handle = take_handle(s3);
	st = pl_fetch(handle, &f, &answer, diag);
	give_handle(s3, handle);
	if (guard.own)
		return guard.own;
	if (st)
		return st == PL_E_NET || st == PL_E_TIMEOUT ? PL_E_BUSY : st;
	ret->status = answer.status;
	ret->length = answer.content_length;
	return from_status(answer.status, body);
}

pl_status pl_s3_ask(struct pl_s3 *s3, const struct pl_s3_request *q, struct pl_s3_answer *ret, struct pl_diag *diag)
{
	struct pl_buf own PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	struct pl_buf *body = q->out ? q->out : &own;
	uint64_t pause = 50 * PL_MILLISECOND;

	for (unsigned i = 1;; i++) {
		uint32_t r;
		pl_status st;

		pl_buf_clear(body);
		if (diag)
			*diag = (struct pl_diag){0};
		st = send_once(s3, q, body, ret, diag);
		if (st != PL_E_BUSY || q->once || i >= s3->tries)
			return st;
		pl_random(&r, sizeof r);
		pl_time_sleep(pause + r % pause);
		if (pause < 5 * PL_SECOND)
			pause *= 2;
	}
}
