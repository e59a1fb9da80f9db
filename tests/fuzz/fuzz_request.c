/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole HTTP requests, as bytes on a connection: what reaches a handler is within all bounds, uploads end exactly once,
 * and whatever is sent, the server answers or hangs up.
 */
#include "base/time.h"
#include "fuzz.h"
#include "server.h"
#include <stdatomic.h>

#define BODY_MAX 4096u

static atomic_int uploads;

static void check_text(pl_str s)
{
	FUZZ_HOLDS(pl_str_is_utf8(s) && pl_str_find(s, '\0') == s.len);
}

static void check_request(struct pl_http_request *req)
{
	pl_str path = pl_http_request_path(req), value = {0};
	uint64_t declared = pl_http_request_length(req);

	check_text(path);
	FUZZ_HOLDS(path.len > 0 && path.ptr[0] == '/' && path.len <= PL_ROUTE_PATH_MAX);
	FUZZ_HOLDS(pl_http_request_query_raw(req).len <= 2048);
	if (pl_http_request_query(req, "q", &value) == PL_OK)
		check_text(value);
	FUZZ_HOLDS(declared <= BODY_MAX || declared == UINT64_MAX);
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = {"Range", "If-None-Match", "X-Other"};
		pl_str h = pl_http_request_header(req, names[i]);

		for (size_t k = 0; k < h.len; k++)
			FUZZ_HOLDS((unsigned char)h.ptr[k] >= 0x20 || h.ptr[k] == '\t');
	}
}

static pl_status page(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	pl_str q = {0};
	pl_status st = pl_http_request_query(req, "q", &q);

	check_request(req);
	FUZZ_HOLDS(pl_http_request_method(req) == PL_HTTP_GET && pl_http_request_capture(req, "name").len > 0);
	if (st && st != PL_E_NOTFOUND)
		return st;
	pl_buf_put_str(&b, pl_http_request_capture(req, "name"));
	pl_buf_put_str(&b, q);
	pl_http_reply_etag(reply, PL_STR("v1"));
	pl_http_reply_modified(reply, 784111777 * PL_SECOND);
	pl_http_reply_take(reply, "text/plain; charset=utf-8", &b);
	return PL_OK;
}

static pl_status number(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	uint64_t n;
	pl_status st = pl_http_request_number(req, "n", &n);

	check_request(req);
	if (!st)
		pl_http_reply_redirect(reply, PL_STR("/n/1"));
	return st;
}

static pl_status form(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	pl_bytes body = pl_http_request_body(req);
	uint64_t declared = pl_http_request_length(req);
	pl_str value = {0};
	pl_status st;

	check_request(req);
	FUZZ_HOLDS(body.len <= BODY_MAX && (declared == UINT64_MAX || declared == body.len));
	st = pl_route_query(pl_bytes_str(body), PL_STR("q"), pl_http_request_arena(req), &value);
	if (st)
		return st;
	check_text(value);
	pl_http_reply_text(reply, 200, "text/plain; charset=utf-8", value);
	return PL_OK;
}

struct upload {
	uint64_t taken;
};

static pl_status upload_begin(void *ctx, struct pl_http_request *req, void **ret_state)
{
	check_request(req);
	if (pl_http_request_header(req, "X-Other").len == 3)
		return PL_E_DENIED;
	atomic_fetch_add(&uploads, 1);
	*ret_state = PL_NEW(struct upload);
	return PL_OK;
}

static pl_status upload_piece(void *state, pl_bytes data)
{
	struct upload *u = state;

	u->taken += data.len;
	FUZZ_HOLDS(data.len > 0 && u->taken <= BODY_MAX);
	return data.ptr[0] == '!' ? PL_E_SYNTAX : PL_OK;
}

static void upload_end(void *state)
{
	pl_free(state);
	atomic_fetch_sub(&uploads, 1);
}

static pl_status uploaded(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct upload *u = pl_http_request_upload(req);
	uint64_t declared = pl_http_request_length(req);

	FUZZ_HOLDS(declared == UINT64_MAX || declared == u->taken);
	pl_http_reply_status(reply, 201);
	return PL_OK;
}

static const struct pl_http_upload upload = {upload_begin, upload_piece, upload_end};
static const struct pl_route rows[] = {
	{.method = PL_HTTP_GET, .pattern = "/p/{name}", .handler = page, .access = PL_ACCESS_PUBLIC},
	{.method = PL_HTTP_GET, .pattern = "/n/{n}.json", .handler = number, .access = PL_ACCESS_PUBLIC},
	{.method = PL_HTTP_GET, .pattern = "/w/{name*}", .handler = page, .access = PL_ACCESS_PUBLIC, .run = PL_ROUTE_WORKER},
	{.method = PL_HTTP_POST, .pattern = "/f", .handler = form, .access = PL_ACCESS_PUBLIC, .body_max = BODY_MAX},
	{.method = PL_HTTP_POST, .pattern = "/wf", .handler = form, .access = PL_ACCESS_OWNER, .body_max = BODY_MAX,
		.run = PL_ROUTE_WORKER},
	{.method = PL_HTTP_PUT, .pattern = "/u", .handler = uploaded, .access = PL_ACCESS_PUBLIC, .body_max = BODY_MAX,
		.upload = &upload},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct pl_buf answer PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 22);

	if (!started)
		fuzz_server_start(rows, PL_COUNT(rows));
	started = true;
	fuzz_server_ask(pl_bytes_of(data, size), &answer);
	(void)fuzz_server_answer(pl_buf_str(&answer));
	/* Every upload that began ends, at the latest when the connection is closed. */
	for (unsigned i = 0; i < 90000 && atomic_load(&uploads); i++)
		pl_time_sleep(PL_MILLISECOND / 10);
	FUZZ_HOLDS(atomic_load(&uploads) == 0);
	return 0;
}
