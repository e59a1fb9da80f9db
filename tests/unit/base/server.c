/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "server.h"
#include "base/time.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct connection {
	struct server *s;
	int fd;
};

static bool send_text(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Read up to the empty line; what came behind it stays in @in. */
static bool read_head(struct connection *c, struct pl_buf *in, size_t *ret_head)
{
	for (;;) {
		size_t at = pl_str_find_str(pl_buf_str(in), PL_STR("\r\n\r\n"));
		struct pollfd p = {.fd = c->fd, .events = POLLIN};
		uint8_t *to;
		ssize_t n;

		if (at != in->len) {
			*ret_head = at + 4;
			return true;
		}
		while (poll(&p, 1, 50) == 0)
			if (c->s->stop)
				return false;
		to = pl_buf_reserve(in, 4096);
		n = to ? recv(c->fd, to, 4096, 0) : -1;
		if (n <= 0)
			return false;
		pl_buf_commit(in, (size_t)n);
	}
}

static uint64_t content_length(pl_str head)
{
	pl_str line, name;
	uint64_t n = 0;

	while (pl_str_take_line(&head, &line)) {
		if (!pl_str_take_until(&line, ':', &name) || name.len != 14 || strncasecmp(name.ptr, "content-length", 14) != 0)
			continue;
		line = pl_str_trim(line);
		line.len -= line.len && line.ptr[line.len - 1] == '\r';
		if (pl_str_to_u64(line, UINT64_MAX, &n))
			n = 0;
	}
	return n;
}

static void answer(struct connection *c, unsigned status, const char *extra, pl_str body)
{
	struct pl_buf b = PL_BUF(body.len + 4096);

	pl_buf_printf(&b, "HTTP/1.1 %u Whatever\r\nContent-Length: %zu\r\n%sX-Test:  spaced value \r\n\r\n", status, body.len, extra);
	pl_buf_put_str(&b, body);
	(void)send_text(c->fd, b.ptr, b.len);
	pl_buf_done(&b);
}

static void answer_bytes(struct connection *c, uint64_t n)
{
	char head[200], piece[8192];

	(void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %llu\r\n\r\n", (unsigned long long)n);
	memset(piece, 'x', sizeof piece);
	if (!send_text(c->fd, head, strlen(head)))
		return;
	while (n) {
		size_t k = n < sizeof piece ? (size_t)n : sizeof piece;

		if (!send_text(c->fd, piece, k))
			return;
		n -= k;
	}
}

static void wait_ms(struct server *s, uint64_t ms)
{
	for (uint64_t i = 0; i < ms && !s->stop; i += 10)
		pl_time_sleep(10 * PL_MILLISECOND);
}

/* False: close the connection. */
static bool serve(struct connection *c, pl_str head, pl_str body)
{
	pl_str path = head, method, number;
	uint64_t n = 0;
	char location[300];

	(void)pl_str_take_until(&path, ' ', &method);
	path.len = pl_str_find(path, ' ');
	number = pl_str_sub(path, 0, path.len);
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '/')
			number = pl_str_sub(path, i + 1, path.len);
	if (pl_str_to_u64(number, UINT64_MAX, &n))
		n = 0;
	if (pl_str_eq(method, PL_STR("HEAD"))) {
		static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: \"abc\"\r\n\r\n";

		return send_text(c->fd, text, sizeof text - 1);
	}
	if (pl_str_starts(path, PL_STR("/status/"))) {
		answer(c, (unsigned)n, "", number);
	} else if (pl_str_starts(path, PL_STR("/bytes/"))) {
		answer_bytes(c, n);
	} else if (pl_str_starts(path, PL_STR("/slow/"))) {
		wait_ms(c->s, n);
		answer(c, 200, "", PL_STR("late"));
	} else if (pl_str_starts(path, PL_STR("/stall"))) {
		(void)send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", 43);
		wait_ms(c->s, 20000);
		return false;
	} else if (pl_str_starts(path, PL_STR("/cut-head"))) {
		(void)send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Test: cut", 48);
		return false;
	} else if (pl_str_starts(path, PL_STR("/cut"))) {
		(void)send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", 50);
		return false;
	} else if (pl_str_eat(&path, PL_STR("/redirect"))) {
		(void)snprintf(location, sizeof location, "X-Test: from redirect\r\nLocation: %.*s\r\n", PL_STR_ARG(path));
		answer(c, 302, location, PL_STR("moved"));
	} else if (pl_str_starts(path, PL_STR("/echo"))) {
		answer(c, 200, "", body);
	} else {
		answer(c, 200, "", head);
	}
	return true;
}

static void *converse(void *ctx)
{
	struct connection *c = ctx;
	struct pl_buf in = PL_BUF((size_t)1 << 20);
	bool more = true;
	size_t head;

	while (more && read_head(c, &in, &head)) {
		uint64_t length = content_length(pl_str_of((const char *)in.ptr, head)), got = in.len - head;
		bool keep = length <= 65536;

		/* A large body is counted and dropped. */
		while (got < length) {
			char piece[16384];
			size_t want = length - got < sizeof piece ? (size_t)(length - got) : sizeof piece;
			ssize_t n = recv(c->fd, piece, want, 0);

			if (n <= 0)
				break;
			if (keep)
				pl_buf_put(&in, piece, (size_t)n);
			got += (uint64_t)n;
		}
		c->s->requests++;
		c->s->body_bytes += got;
		if (got < length)
			break;
		more = serve(c, pl_str_of((const char *)in.ptr, head),
			keep ? pl_str_of((const char *)in.ptr + head, (size_t)length) : (pl_str){0});
		pl_buf_clear(&in);
	}
	pl_buf_done(&in);
	(void)close(c->fd);
	pl_free(c);
	return NULL;
}

static void *run(void *ctx)
{
	struct server *s = ctx;
	pthread_t threads[64];
	size_t n = 0;

	while (!s->stop && n < 64) {
		struct pollfd p = {.fd = s->listener, .events = POLLIN};
		struct connection *c;

		if (poll(&p, 1, 20) <= 0)
			continue;
		c = PL_NEW(struct connection);
		c->s = s;
		c->fd = accept(s->listener, NULL, NULL);
		s->connections++;
		if (c->fd < 0 || pthread_create(&threads[n], NULL, converse, c) != 0)
			abort();
		n++;
	}
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	return NULL;
}

static void listen_on(struct server *s, const struct sockaddr *a, socklen_t len)
{
	*s = (struct server){.listener = socket(a->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, a, len), 0);
	assert_int_equal(listen(s->listener, 64), 0);
}

void server_start(struct server *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof a;

	listen_on(s, (const struct sockaddr *)&a, sizeof a);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &len), 0);
	(void)snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", ntohs(a.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void server_start_unix(struct server *s, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	assert_ok(pl_str_z(pl_str_from(path), a.sun_path, sizeof a.sun_path));
	listen_on(s, (const struct sockaddr *)&a, sizeof a);
	memcpy(s->socket_path, a.sun_path, sizeof s->socket_path);
	(void)snprintf(s->url, sizeof s->url, "http://localhost");
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void server_stop(struct server *s)
{
	s->stop = 1;
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	(void)close(s->listener);
}

const char *server_url(const struct server *s, const char *path)
{
	static _Thread_local char out[512];

	(void)snprintf(out, sizeof out, "%s%s", s->url, path);
	return out;
}
