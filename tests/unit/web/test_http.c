/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http: a real server on an ephemeral port and a Unix socket, spoken to over plain sockets, so that malformed requests can
 * be written down byte for byte.
 */
#include "web/http.h"
#include "base/file.h"
#include "base/time.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

struct fixture {
	struct pl_http_server *server;
	char dir[64], sock[96];
	int dirfd;
	atomic_uint uploads_open, finished;
};

static struct fixture fx;
static const char ABC[] = "abcdefghijklmnopqrstuvwxyz";

static pl_status say_path(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_str q = PL_STR("-");

	(void)ctx;
	(void)!pl_http_request_query(req, "q", &q);
	pl_buf_put_str(&b, pl_http_request_capture(req, "name"));
	pl_buf_put_c(&b, '|');
	pl_buf_put_str(&b, q);
	pl_http_reply_take(reply, "text/plain", &b);
	return PL_OK;
}

static pl_status alphabet(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	pl_http_reply_static(reply, "text/plain", pl_bytes_of(ABC, 26));
	pl_http_reply_etag(reply, PL_STR("v1"));
	pl_http_reply_modified(reply, 784111777 * PL_SECOND);
	pl_http_reply_cache(reply, PL_HTTP_IMMUTABLE);
	return PL_OK;
}

static pl_status echo(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	if (pl_http_request_body(req).len == 0)
		return PL_E_SYNTAX;
	pl_http_reply_text(reply, 200, "text/plain", pl_bytes_str(pl_http_request_body(req)));
	return PL_OK;
}

static pl_status file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	return pl_http_reply_beneath(reply, "application/octet-stream", *(int *)ctx, pl_http_request_capture(req, "rest"));
}

static pl_status failing(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)req;
	pl_http_reply_text(reply, 200, "text/plain", PL_STR("must not be seen"));
	pl_http_reply_header(reply, "X-Secret", PL_STR("must not be seen"));
	return *(pl_status *)ctx;
}

static pl_status bad_header(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	pl_http_reply_header(reply, "X-Split", PL_STR("a\r\nSet-Cookie: b"));
	return PL_OK;
}

static pl_status slow(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	pl_time_sleep(200 * PL_MILLISECOND);
	pl_http_reply_text(reply, 200, "text/plain", PL_STR("slow"));
	return PL_OK;
}

struct count {
	uint64_t bytes;
};

static pl_status count_begin(void *ctx, struct pl_http_request *req, void **ret_state)
{
	(void)ctx;
	if (pl_str_eq(pl_http_request_header(req, "X-Refuse"), PL_STR("yes")))
		return PL_E_DENIED;
	atomic_fetch_add(&fx.uploads_open, 1);
	*ret_state = PL_NEW(struct count);
	return PL_OK;
}

static pl_status count_piece(void *state, pl_bytes data)
{
	((struct count *)state)->bytes += data.len;
	return PL_OK;
}

static void count_end(void *state)
{
	atomic_fetch_sub(&fx.uploads_open, 1);
	pl_free(state);
}

static pl_status counted(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct count *c = pl_http_request_upload(req);
	char text[32];

	(void)ctx;
	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)c->bytes);
	pl_http_reply_text(reply, 201, "text/plain", pl_str_from(text));
	return PL_OK;
}

static void note_finished(void *ctx, const struct pl_http_request *req, unsigned status, uint64_t duration)
{
	(void)ctx;
	(void)req;
	(void)status;
	(void)duration;
	atomic_fetch_add(&fx.finished, 1);
}

static const struct pl_http_upload count_upload = {count_begin, count_piece, count_end};
static pl_status notfound = PL_E_NOTFOUND, internal = PL_E_INTERNAL, busy = PL_E_BUSY;

#define ROW(m, p, h) .method = PL_HTTP_##m, .pattern = (p), .handler = (h), .access = PL_ACCESS_PUBLIC
static const struct pl_route rows[] = {
	{ROW(GET, "/say/{name}", say_path)}, {ROW(GET, "/abc", alphabet)},
	{ROW(POST, "/echo", echo), .body_max = 1000}, {ROW(POST, "/echo-worker", echo), .body_max = 1000, .run = PL_ROUTE_WORKER},
	{ROW(GET, "/file/{rest*}", file), .ctx = &fx.dirfd}, {ROW(GET, "/notfound", failing), .ctx = &notfound},
	{ROW(GET, "/internal", failing), .ctx = &internal}, {ROW(GET, "/busy", failing), .ctx = &busy},
	{ROW(GET, "/bad-header", bad_header)}, {ROW(GET, "/slow", slow), .run = PL_ROUTE_WORKER},
	{ROW(PUT, "/upload", counted), .body_max = UINT64_C(1) << 30, .upload = &count_upload},
	{ROW(GET, "/limited", alphabet), .rate_minute = 2},
	{.method = PL_HTTP_GET, .pattern = "/owner", .handler = alphabet, .access = PL_ACCESS_OWNER},
};

static int set_up(void **state)
{
	static const struct pl_http_header headers[] = {{"Content-Security-Policy", "default-src 'none'"}};
	const struct pl_http_config config = {.routes = rows, .route_count = PL_COUNT(rows), .headers = headers,
		.header_count = 1, .finished = note_finished, .rate_minute = 1000000, .connections_per_ip = 200};
	static char big[70000];
	char address[128];

	(void)state;
	(void)snprintf(fx.dir, sizeof fx.dir, "/var/tmp/pellucid-http-XXXXXX");
	if (!mkdtemp(fx.dir) || pl_file_open_dir(AT_FDCWD, fx.dir, &fx.dirfd))
		return -1;
	memset(big, 'x', sizeof big);
	if (pl_file_put_loose(fx.dirfd, "small", pl_bytes_of("small file", 10), 0644) ||
		pl_file_put_loose(fx.dirfd, "big", pl_bytes_of(big, sizeof big), 0644) ||
		pl_file_put_loose(fx.dirfd, "empty", pl_bytes_of("", 0), 0644) || symlinkat("small", fx.dirfd, "link") < 0 ||
		symlinkat("/etc", fx.dirfd, "etc") < 0 || mkdirat(fx.dirfd, "sub", 0755) < 0 || mkfifoat(fx.dirfd, "fifo", 0644) < 0)
		return -1;
	(void)snprintf(fx.sock, sizeof fx.sock, "%s/s", fx.dir);
	(void)snprintf(address, sizeof address, "unix:%s", fx.sock);
	if (pl_http_server_new(&config, &fx.server, NULL) || pl_http_server_listen(fx.server, PL_STR("127.0.0.1:0"), NULL) ||
		pl_http_server_listen(fx.server, PL_STR("[::1]:0"), NULL) ||
		pl_http_server_listen(fx.server, pl_str_from(address), NULL))
		return -1;
	return pl_http_server_start(fx.server, NULL) ? -1 : 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"small", "big", "empty", "link", "etc", "fifo"};

	(void)state;
	pl_http_server_freep(&fx.server);
	for (size_t i = 0; i < PL_COUNT(names); i++)
		(void)unlinkat(fx.dirfd, names[i], 0);
	(void)unlinkat(fx.dirfd, "sub", AT_REMOVEDIR);
	pl_file_close(&fx.dirfd);
	return rmdir(fx.dir); /* fails if the socket is still there */
}

static int dial(bool six)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(pl_http_server_port(fx.server, 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(pl_http_server_port(fx.server, 1)),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct timeval limit = {.tv_sec = 5};
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	assert_int_equal(connect(fd, six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, six ? sizeof v6 : sizeof v4), 0);
	return fd;
}

static int dial_unix(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", fx.sock);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

/* Send @text, read until the other side closes; the answer as text in a static array. */
static const char *talk_on(int fd, const char *text)
{
	static char answer[100000];
	size_t len = 0;
	ssize_t n;

	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	while (len < sizeof answer - 1 && (n = recv(fd, answer + len, sizeof answer - 1 - len, 0)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
	(void)close(fd);
	return answer;
}

static const char *talk(const char *text)
{
	return talk_on(dial(false), text);
}

#define CLOSE "Host: x\r\nConnection: close\r\n"
#define END CLOSE "\r\n"

static void check_status(const char *request, const char *status)
{
	const char *answer = talk(request);

	if (strncmp(answer, "HTTP/1.1 ", 9) != 0 || strncmp(answer + 9, status, 3) != 0)
		fail_msg("%.60s: expected %s, got %.60s", request, status, answer);
}

static void check_has(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("\"%s\" is missing in: %s", part, answer);
}

static void check_lacks(const char *answer, const char *part)
{
	if (strstr(answer, part))
		fail_msg("\"%s\" should not be in: %s", part, answer);
}

static void answers_on_every_listener(void **state)
{
	(void)state;
	check_has(talk_on(dial(false), "GET /say/hi?q=a%20b HTTP/1.1\r\n" END), "\r\n\r\nhi|a b");
	check_has(talk_on(dial(true), "GET /say/h%20i HTTP/1.1\r\n" END), "\r\n\r\nh i|-");
	check_has(talk_on(dial_unix(), "GET /say/hi HTTP/1.1\r\n" END), "\r\n\r\nhi|-");
}

static void sends_fixed_headers_always(void **state)
{
	static const char *const requests[] = {"GET /abc HTTP/1.1\r\n" END, "GET /nowhere HTTP/1.1\r\n" END,
		"PUT /abc HTTP/1.1\r\n" END, "GET /abc HTTP/1.1\r\nIf-None-Match: \"v1\"\r\n" END, "GET /internal HTTP/1.1\r\n" END,
		"GET /a//b HTTP/1.1\r\n" END};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(requests); i++) {
		const char *a = talk(requests[i]);

		check_has(a, "Content-Security-Policy: default-src 'none'\r\n");
		check_has(a, "X-Content-Type-Options: nosniff\r\n");
		check_has(a, "Cache-Control: ");
	}
}

static void denies_by_default(void **state)
{
	(void)state;
	check_status("GET / HTTP/1.1\r\n" END, "404");
	check_status("GET /nowhere HTTP/1.1\r\n" END, "404");
	check_status("GET /say HTTP/1.1\r\n" END, "404");
	check_status("GET /abc/ HTTP/1.1\r\n" END, "400");
	check_status("GET /file/../../etc/passwd HTTP/1.1\r\n" END, "400");
	check_status("GET /file/%2e%2e/etc/passwd HTTP/1.1\r\n" END, "400");
	check_status("GET /file/..%2fetc HTTP/1.1\r\n" END, "400");
	check_has(talk("DELETE /abc HTTP/1.1\r\n" END), "Allow: GET, HEAD\r\n");
	check_status("DELETE /abc HTTP/1.1\r\n" END, "405");
	check_status("OPTIONS /abc HTTP/1.1\r\n" END, "405");
	check_status("TRACE /abc HTTP/1.1\r\n" END, "405");
	check_status("get /abc HTTP/1.1\r\n" END, "405");
	check_status("BREW /nowhere HTTP/1.1\r\n" END, "404");
	check_status("GET /owner HTTP/1.1\r\n" END, "403");
	check_has(talk_on(dial_unix(), "GET /owner HTTP/1.1\r\n" END), "HTTP/1.1 200");
}

static void refuses_malformed_heads(void **state)
{
	static const char *const bad[] = {
		"GET /abc HTTP/1.1\r\nConnection: close\r\n\r\n", /* no Host */
		"GET /abc HTTP/1.1\r\nHost: y\r\n" END, "GET /abc HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n" END,
		"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" END "abc",
		"POST /echo HTTP/1.1\r\nContent-Length: +3\r\n" END "abc", "POST /echo HTTP/1.1\r\nContent-Length: 03\r\n" END "abc",
		"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" END "0\r\n\r\n",
		"GET /abc HTTP/1.1\r\nBad Name: x\r\n" END, "GET /abc HTTP/1.1\r\nX: a\x01z\r\n" END,
		"GET /abc HTTP/1.1\r\nX(: a\r\n" END,
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		check_status(bad[i], "400");
}

static void bounds_heads(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	(void)state;
	pl_buf_put_z(&b, "GET /abc HTTP/1.1\r\n" CLOSE);
	for (int i = 0; i < 63; i++)
		pl_buf_printf(&b, "X-%d: y\r\n", i);
	pl_buf_put_z(&b, "\r\n");
	check_status(pl_buf_z(&b), "431");
	pl_buf_clear(&b);
	pl_buf_put_z(&b, "GET /abc?");
	for (int i = 0; i < 3000; i++)
		pl_buf_put_c(&b, 'a');
	pl_buf_put_z(&b, " HTTP/1.1\r\n" END);
	check_status(pl_buf_z(&b), "414");
	pl_buf_clear(&b);
	pl_buf_put_z(&b, "GET /abc HTTP/1.1\r\nX: ");
	for (int i = 0; i < 20000; i++)
		pl_buf_put_c(&b, 'a');
	pl_buf_put_z(&b, "\r\n" END);
	check_status(pl_buf_z(&b), "431");
}

static void bounds_bodies(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	(void)state;
	check_has(talk("POST /echo HTTP/1.1\r\nContent-Length: 5\r\n" END "hello"), "\r\n\r\nhello");
	check_has(talk("POST /echo-worker HTTP/1.1\r\nContent-Length: 5\r\n" END "hello"), "\r\n\r\nhello");
	check_has(talk("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), "\r\n\r\nhello");
	check_status("POST /echo HTTP/1.1\r\nContent-Length: 0\r\n" END, "400");
	check_status("POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n" END, "413");
	check_status("GET /abc HTTP/1.1\r\nContent-Length: 1\r\n" END "x", "413");
	check_status("GET /abc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "1\r\nx\r\n0\r\n\r\n", "413");
	pl_buf_put_z(&b, "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END);
	for (int i = 0; i < 101; i++)
		pl_buf_put_z(&b, "a\r\n0123456789\r\n");
	pl_buf_put_z(&b, "0\r\n\r\n");
	check_status(pl_buf_z(&b), "413");
}

static void answers_conditions(void **state)
{
	(void)state;
	check_status("GET /abc HTTP/1.1\r\nIf-None-Match: \"v1\"\r\n" END, "304");
	check_status("HEAD /abc HTTP/1.1\r\nIf-None-Match: \"v1\"\r\n" END, "304");
	check_status("GET /abc HTTP/1.1\r\nIf-None-Match: \"v2\"\r\n" END, "200");
	check_status("GET /abc HTTP/1.1\r\nIf-None-Match: \"v2\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n" END, "200");
	check_status("GET /abc HTTP/1.1\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n" END, "304");
	check_status("GET /abc HTTP/1.1\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n" END, "200");
	check_has(talk("GET /abc HTTP/1.1\r\n" END), "ETag: \"v1\"\r\n");
	check_has(talk("GET /abc HTTP/1.1\r\n" END), "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	check_has(talk("GET /abc HTTP/1.1\r\n" END), "Cache-Control: public, max-age=31536000, immutable\r\n");
}

static void answers_ranges(void **state)
{
	const char *a = talk("GET /abc HTTP/1.1\r\nRange: bytes=3-5\r\n" END);

	(void)state;
	check_has(a, "HTTP/1.1 206");
	check_has(a, "Content-Range: bytes 3-5/26\r\n");
	check_has(a, "Content-Length: 3\r\n");
	check_has(a, "\r\n\r\ndef");
	check_has(talk("GET /abc HTTP/1.1\r\nRange: bytes=-2\r\n" END), "\r\n\r\nyz");
	check_has(talk("GET /abc HTTP/1.1\r\nRange: bytes=26-\r\n" END), "Content-Range: bytes */26\r\n");
	check_status("GET /abc HTTP/1.1\r\nRange: bytes=26-\r\n" END, "416");
	check_status("GET /abc HTTP/1.1\r\nRange: bytes=0-1,4-5\r\n" END, "200");
	check_status("GET /abc HTTP/1.1\r\nRange: bytes=0-1\r\nIf-Range: \"v1\"\r\n" END, "206");
	check_status("GET /abc HTTP/1.1\r\nRange: bytes=0-1\r\nIf-Range: \"v2\"\r\n" END, "200");
	check_status("GET /abc HTTP/1.1\r\nRange: bytes=0-1\r\nIf-Range: W/\"v1\"\r\n" END, "200");
	a = talk("GET /file/big HTTP/1.1\r\nRange: bytes=69990-\r\n" END);
	check_has(a, "Content-Range: bytes 69990-69999/70000\r\n");
	check_has(a, "\r\n\r\nxxxxxxxxxx");
}

static void answers_head(void **state)
{
	const char *a = talk("HEAD /abc HTTP/1.1\r\n" END);

	(void)state;
	check_has(a, "Content-Length: 26\r\n");
	check_lacks(a, ABC);
	a = talk("HEAD /file/big HTTP/1.1\r\n" END);
	check_has(a, "Content-Length: 70000\r\n");
	assert_true(strlen(a) < 1000);
}

static void serves_files_beneath_only(void **state)
{
	static const char *const none[] = {"link", "etc/passwd", "sub", "fifo", "missing", "small/x"};
	const char *a;

	(void)state;
	check_has(talk("GET /file/small HTTP/1.1\r\n" END), "\r\n\r\nsmall file");
	check_has(talk("GET /file/empty HTTP/1.1\r\n" END), "Content-Length: 0\r\n");
	a = talk("GET /file/big HTTP/1.1\r\n" END);
	assert_true(strlen(strstr(a, "\r\n\r\n")) == 70004);
	for (size_t i = 0; i < PL_COUNT(none); i++) {
		char request[200];

		(void)snprintf(request, sizeof request, "GET /file/%s HTTP/1.1\r\n" END, none[i]);
		check_status(request, "404");
	}
}

static void drops_replies_of_failed_handlers(void **state)
{
	(void)state;
	check_status("GET /notfound HTTP/1.1\r\n" END, "404");
	check_status("GET /internal HTTP/1.1\r\n" END, "500");
	check_status("GET /busy HTTP/1.1\r\n" END, "503");
	check_has(talk("GET /busy HTTP/1.1\r\n" END), "Retry-After: 5\r\n");
	check_lacks(talk("GET /internal HTTP/1.1\r\n" END), "must not be seen");
	check_status("GET /bad-header HTTP/1.1\r\n" END, "500");
	check_lacks(talk("GET /bad-header HTTP/1.1\r\n" END), "Set-Cookie");
}

static void limits_rows(void **state)
{
	(void)state;
	check_status("GET /limited HTTP/1.1\r\n" END, "200");
	check_status("GET /limited HTTP/1.1\r\n" END, "200");
	check_has(talk("GET /limited HTTP/1.1\r\n" END), "Retry-After: ");
	check_status("GET /limited HTTP/1.1\r\n" END, "429");
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
}

/* The rate of an address over all rows, and of another address apart from it. */
static void limits_everything(void **state)
{
	static const struct pl_route routes[] = {{ROW(GET, "/{name}", alphabet)}};
	const struct pl_http_config strict = {.routes = routes, .route_count = PL_COUNT(routes), .rate_minute = 4};
	struct pl_http_server *all = fx.server, *s PL_CLEANUP(pl_http_server_freep) = NULL;

	(void)state;
	assert_int_equal(pl_http_server_new(&strict, &s, NULL), PL_OK);
	assert_int_equal(pl_http_server_listen(s, PL_STR("127.0.0.1:0"), NULL), PL_OK);
	assert_int_equal(pl_http_server_listen(s, PL_STR("[::1]:0"), NULL), PL_OK);
	assert_int_equal(pl_http_server_start(s, NULL), PL_OK);
	fx.server = s; /* whom talk() asks */
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
	check_status("GET /abc/nowhere HTTP/1.1\r\n" END, "404");
	check_status("PUT /abc HTTP/1.1\r\n" END, "405");
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
	check_status("GET /abc HTTP/1.1\r\n" END, "429");
	check_has(talk("GET /abc/nowhere HTTP/1.1\r\n" END), "Retry-After: 1");
	check_has(talk_on(dial(true), "GET /abc HTTP/1.1\r\n" END), "HTTP/1.1 200 ");
	fx.server = all;
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
}

static void streams_uploads(void **state)
{
	static const char piece[65536];
	char head[200];
	int fd = dial(false);
	size_t total = (size_t)64 << 20;

	(void)state;
	(void)snprintf(head, sizeof head, "PUT /upload HTTP/1.1\r\nContent-Length: %zu\r\n" END, total);
	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
	for (size_t sent = 0; sent < total; sent += sizeof piece)
		assert_int_equal(send(fd, piece, sizeof piece, MSG_NOSIGNAL), (ssize_t)sizeof piece);
	check_has(talk_on(fd, ""), "\r\n\r\n67108864");
	check_status("PUT /upload HTTP/1.1\r\nX-Refuse: yes\r\nContent-Length: 10\r\n" END "0123456789", "403");
	check_status("PUT /upload HTTP/1.1\r\nContent-Length: 1073741825\r\n" END, "413");
}

static void ends_broken_uploads(void **state)
{
	int fd = dial(false);
	const char *head = "PUT /upload HTTP/1.1\r\nContent-Length: 1000\r\n" END "abc";

	(void)state;
	assert_true(send(fd, head, strlen(head), MSG_NOSIGNAL) > 0);
	pl_time_sleep(50 * PL_MILLISECOND);
	assert_int_equal(atomic_load(&fx.uploads_open), 1);
	(void)close(fd);
	for (int i = 0; i < 400 && atomic_load(&fx.uploads_open); i++)
		pl_time_sleep(5 * PL_MILLISECOND);
	assert_int_equal(atomic_load(&fx.uploads_open), 0);
}

/* The library has no room for so many arguments, says so twice, and forgets to say that the request is over. */
static void gives_back_what_the_library_does_not_end(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	pl_buf_put_z(&b, "GET /say/a?");
	for (int i = 0; i < 250; i++)
		pl_buf_put_c(&b, '&');
	pl_buf_put_z(&b, " HTTP/1.1\r\n" END);
	for (int i = 0; i < 20; i++) {
		int fd = dial(false);

		assert_int_equal(send(fd, b.ptr, b.len, MSG_NOSIGNAL), (ssize_t)b.len);
		pl_time_sleep(5 * PL_MILLISECOND);
		(void)close(fd);
	}
	for (int i = 0; i < 1000 && pl_http_server_active(fx.server); i++)
		pl_time_sleep(5 * PL_MILLISECOND);
	assert_int_equal(pl_http_server_active(fx.server), 0);
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
}

static void keeps_connections(void **state)
{
	const char *a = talk("GET /say/one HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /say/three HTTP/1.1\r\n" END);

	(void)state;
	check_has(a, "\r\n\r\none|-HTTP/1.1 200");
	check_has(a, "\r\n\r\nslowHTTP/1.1 200");
	check_has(a, "\r\n\r\nthree|-");
}

static void works_while_workers_wait(void **state)
{
	int fds[20];
	uint64_t start = pl_time_monotonic();

	(void)state;
	for (size_t i = 0; i < PL_COUNT(fds); i++) {
		static const char request[] = "GET /slow HTTP/1.1\r\n" END;

		fds[i] = dial(false);
		assert_true(send(fds[i], request, sizeof request - 1, MSG_NOSIGNAL) > 0);
	}
	check_status("GET /abc HTTP/1.1\r\n" END, "200");
	assert_true(pl_time_monotonic() - start < 150 * PL_MILLISECOND * 4);
	for (size_t i = 0; i < PL_COUNT(fds); i++)
		check_has(talk_on(fds[i], ""), "\r\n\r\nslow");
}

static void refuses_bad_addresses(void **state)
{
	static const char *const bad[] = {"", "8080", ":8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
		"127.0.0.1:080", "::1:80", "[::1]", "[::1]80", "[127.0.0.1]:80", "unix:", "127.0.0.1:1 "};
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = NULL;
	const struct pl_http_config config = {.routes = rows, .route_count = PL_COUNT(rows)};
	struct pl_diag diag;
	char busy_address[64];

	(void)state;
	assert_int_equal(pl_http_server_new(&config, &s, NULL), PL_OK);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		diag = (struct pl_diag){0};
		assert_int_equal(pl_http_server_listen(s, pl_str_from(bad[i]), &diag), PL_E_SYNTAX);
		assert_true(diag.text[0] && diag.hint[0]);
	}
	(void)snprintf(busy_address, sizeof busy_address, "127.0.0.1:%u", pl_http_server_port(fx.server, 0));
	assert_int_equal(pl_http_server_listen(s, pl_str_from(busy_address), &diag), PL_E_IO);
	assert_int_equal(pl_http_server_start(s, &diag), PL_E_STATE);
}

/* A request that runs while the server is stopped gets its answer; a new connection gets none. */
static void stops_gracefully(void **state)
{
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = NULL;
	const struct pl_http_config config = {.routes = rows, .route_count = PL_COUNT(rows)};
	static const char request[] = "GET /slow HTTP/1.1\r\n" END;
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(pl_http_server_new(&config, &s, NULL), PL_OK);
	assert_int_equal(pl_http_server_listen(s, PL_STR("127.0.0.1:0"), NULL), PL_OK);
	assert_int_equal(pl_http_server_start(s, NULL), PL_OK);
	v4.sin_port = htons(pl_http_server_port(s, 0));
	assert_int_equal(connect(fd, (struct sockaddr *)&v4, sizeof v4), 0);
	assert_true(send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0);
	pl_time_sleep(50 * PL_MILLISECOND);
	pl_http_server_stop(s, 5 * PL_SECOND);
	check_has(talk_on(fd, ""), "\r\n\r\nslow");
	assert_true(connect(late, (struct sockaddr *)&v4, sizeof v4) < 0);
	(void)close(late);
}

/* ---- slow clients ---- */

static pl_status slower(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	pl_time_sleep(2500 * PL_MILLISECOND);
	pl_http_reply_text(reply, 200, "text/plain", PL_STR("slow"));
	return PL_OK;
}

/* A server that waits a second for each request. */
static struct pl_http_server *impatient(void)
{
	static const struct pl_route few[] = {{ROW(GET, "/abc", alphabet)}, {ROW(POST, "/echo", echo), .body_max = 1000},
		{ROW(GET, "/slower", slower), .run = PL_ROUTE_WORKER},
		{ROW(PUT, "/upload", counted), .body_max = UINT64_C(1) << 20, .upload = &count_upload}};
	const struct pl_http_config config = {.routes = few, .route_count = PL_COUNT(few), .request_seconds = 1};
	struct pl_http_server *s = NULL;

	assert_int_equal(pl_http_server_new(&config, &s, NULL), PL_OK);
	assert_int_equal(pl_http_server_listen(s, PL_STR("127.0.0.1:0"), NULL), PL_OK);
	assert_int_equal(pl_http_server_start(s, NULL), PL_OK);
	return s;
}

static int dial_impatient(const struct pl_http_server *s, const char *start)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(pl_http_server_port(s, 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval limit = {.tv_sec = 9};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	assert_int_equal(connect(fd, (struct sockaddr *)&v4, sizeof v4), 0);
	assert_int_equal(send(fd, start, strlen(start), MSG_NOSIGNAL), (ssize_t)strlen(start));
	return fd;
}

/* One byte more; false if the server has hung up. */
static bool drip(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN && send(fd, "x", 1, MSG_NOSIGNAL) == 1;
}

/* A byte every tenth of a second keeps a connection from being silent; it ends all the same, and soon after its time. */
static void hangs_up_on_dripping_clients(void **state)
{
	static const char *const starts[] = {"", "GET /ab", "GET /abc HTTP/1.1\r\nHost: x\r\nX-Long: ",
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
		"PUT /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
		/* Nor is the body of what is refused waited for any longer. */
		"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
		/* What is too long already is not swallowed for ever. */
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"};
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = impatient();
	uint64_t begun = pl_time_monotonic(), ended[PL_COUNT(starts)] = {0};
	int fd[PL_COUNT(starts)];
	size_t left = PL_COUNT(starts);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(starts); i++)
		fd[i] = dial_impatient(s, starts[i]);
	for (unsigned round = 0; round < 70 && left; round++) {
		pl_time_sleep(PL_SECOND / 10);
		for (size_t i = 0; i < PL_COUNT(starts); i++)
			if (!ended[i] && !drip(fd[i])) {
				ended[i] = pl_time_monotonic() - begun;
				left--;
			}
	}
	for (size_t i = 0; i < PL_COUNT(starts); i++) {
		(void)close(fd[i]);
		if (ended[i] < PL_SECOND * 9 / 10)
			fail_msg("\"%.40s\" ended after %llu ms", starts[i], (unsigned long long)(ended[i] / PL_MILLISECOND));
	}
	pl_http_server_freep(&s);
	assert_int_equal(atomic_load(&fx.uploads_open), 0);
}

/* Whoever sends a body to where it is not taken hears why when he is through, and may go on: nobody ends the connection under him. */
static void hears_out_what_it_refuses(void **state)
{
	static const char post[] = "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3145728\r\n\r\n",
			  waits[] = "POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3145728\r\n\r\n";
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = impatient();
	static char piece[32768];
	int fd = dial_impatient(s, post);

	(void)state;
	memset(piece, 'x', sizeof piece);
	for (unsigned i = 0; i < 3145728 / sizeof piece; i++)
		assert_int_equal(send(fd, piece, sizeof piece, MSG_NOSIGNAL), sizeof piece);
	memset(piece, 0, sizeof piece);
	assert_true(recv(fd, piece, sizeof piece - 1, 0) > 12);
	check_has(piece, "HTTP/1.1 404");
	check_has(talk_on(fd, "GET /abc HTTP/1.1\r\n" END), "HTTP/1.1 200");
	/* Who asks first sends nothing. */
	check_has(talk_on(dial_impatient(s, waits), ""), "HTTP/1.1 404");
}

static void hurries_nobody_else(void **state)
{
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = impatient();
	static const char get[] = "GET /slower HTTP/1.1\r\nHost: x\r\n\r\n";
	static const char put[] = "PUT /upload HTTP/1.1\r\nContent-Length: 163840\r\n" END;
	static char piece[32768];
	int fd = dial_impatient(s, get);

	(void)state;
	/* Two seconds and a half of our own work, and as long for a body that comes steadily. */
	assert_true(recv(fd, piece, sizeof piece, 0) > 12);
	check_has(piece, "HTTP/1.1 200");
	memset(piece, 'x', sizeof piece);
	assert_int_equal(send(fd, put, sizeof put - 1, MSG_NOSIGNAL), sizeof put - 1);
	for (unsigned i = 0; i < 5; i++) {
		pl_time_sleep(PL_SECOND / 2);
		assert_int_equal(send(fd, piece, sizeof piece, MSG_NOSIGNAL), sizeof piece);
	}
	check_has(talk_on(fd, ""), "\r\n\r\n163840");
}

static void tells_of_every_request(void **state)
{
	(void)state;
	assert_true(atomic_load(&fx.finished) > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_on_every_listener), cmocka_unit_test(sends_fixed_headers_always),
		cmocka_unit_test(denies_by_default), cmocka_unit_test(refuses_malformed_heads), cmocka_unit_test(bounds_heads),
		cmocka_unit_test(bounds_bodies), cmocka_unit_test(answers_conditions), cmocka_unit_test(answers_ranges),
		cmocka_unit_test(answers_head), cmocka_unit_test(serves_files_beneath_only),
		cmocka_unit_test(drops_replies_of_failed_handlers), cmocka_unit_test(limits_rows),
		cmocka_unit_test(limits_everything), cmocka_unit_test(streams_uploads),
		cmocka_unit_test(ends_broken_uploads), cmocka_unit_test(gives_back_what_the_library_does_not_end), cmocka_unit_test(keeps_connections),
		cmocka_unit_test(works_while_workers_wait), cmocka_unit_test(refuses_bad_addresses),
		cmocka_unit_test(stops_gracefully), cmocka_unit_test(hangs_up_on_dripping_clients), cmocka_unit_test(hears_out_what_it_refuses),
		cmocka_unit_test(hurries_nobody_else), cmocka_unit_test(tells_of_every_request),
	};

	return cmocka_run_group_tests_name("web/http", tests, set_up, tear_down);
}
