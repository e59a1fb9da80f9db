/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"
#include "base/time.h"
#include "fuzz.h"
#include "scratch.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define IDLE_SECONDS 4u
/* Longer than an idle connection lives, even on a busy machine. */
#define PATIENCE_NS (9 * PL_SECOND)

static struct pl_http_server *server;
static struct sockaddr_un at = {.sun_family = AF_UNIX};

static void stop(void)
{
	pl_http_server_free(server);
}

void fuzz_server_start(const struct pl_route *rows, size_t n)
{
	struct pl_http_config config = {.routes = rows, .route_count = n, .threads = 1, .workers = 1,
		.idle_seconds = IDLE_SECONDS, .rate_minute = UINT_MAX};
	char address[128];

	(void)snprintf(at.sun_path, sizeof at.sun_path, "%s/sock", fuzz_scratch_path());
	(void)snprintf(address, sizeof address, "unix:%s", at.sun_path);
	FUZZ_HOLDS(pl_http_server_new(&config, &server, NULL) == PL_OK && atexit(stop) == 0);
	FUZZ_HOLDS(pl_http_server_listen(server, pl_str_from(address), NULL) == PL_OK);
	FUZZ_HOLDS(pl_http_server_start(server, NULL) == PL_OK);
}

/* Take what is there; false at the end of the connection. */
static bool take(int fd, struct pl_buf *answer)
{
	uint8_t piece[16384];
	ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);

	if (n > 0)
		pl_buf_put(answer, piece, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Has the server read all that was sent? Only then may it be told that there is no more: an end that it sees together with
 * the last bytes it overlooks until the connection is idle for too long (edge-triggered epoll in the library below). */
static bool all_read(int fd)
{
	int unread = 0;

	return ioctl(fd, SIOCOUTQ, &unread) == 0 && unread == 0;
}

void fuzz_server_ask(pl_bytes request, struct pl_buf *answer)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
	uint64_t end = pl_time_monotonic() + PATIENCE_NS;
	bool ended = false;

	FUZZ_HOLDS(fd >= 0);
	while (connect(fd, (const struct sockaddr *)&at, sizeof at) < 0)
		FUZZ_HOLDS(errno == EINTR);
	for (;;) {
		ssize_t n = 0;

		FUZZ_HOLDS(pl_time_monotonic() < end);
		if (poll(&p, 1, ended ? 1000 : 1) < 0)
			continue; /* the search has an alarm of its own */
		if (p.revents & (POLLIN | POLLHUP | POLLERR) && !take(fd, answer))
			break;
		if (request.len && p.revents & POLLOUT) {
			n = send(fd, request.ptr, request.len, MSG_NOSIGNAL | MSG_DONTWAIT);
			request = n > 0 ? pl_bytes_of(request.ptr + n, request.len - (size_t)n) : request;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			request.len = 0;
		if (request.len)
			continue;
		p.events = POLLIN;
		if (!ended && (answer->len || all_read(fd))) {
			(void)shutdown(fd, SHUT_WR);
			ended = true;
		}
	}
	(void)close(fd);
	/* Whatever began is over, at the latest when the connection is. */
	while (pl_http_server_active(server)) {
		FUZZ_HOLDS(pl_time_monotonic() < end + PATIENCE_NS);
		pl_time_sleep(PL_MILLISECOND / 50);
	}
}

static bool library_may_say(unsigned status)
{
	return status == 400 || status == 411 || status == 413 || status == 414 || status == 431 || status == 500 ||
		status == 501 || status == 503 || status == 505;
}

struct fuzz_answer fuzz_server_answer(pl_str text)
{
	struct fuzz_answer a = {0};
	size_t end;

	while (pl_str_eat(&text, PL_STR("HTTP/1.1 100 Continue\r\n\r\n")))
		;
	if (text.len == 0)
		return a;
	FUZZ_HOLDS(pl_str_starts(text, PL_STR("HTTP/1.1 ")) && text.len > 12);
	for (size_t i = 9; i < 12; i++) {
		FUZZ_HOLDS(text.ptr[i] >= '0' && text.ptr[i] <= '9');
		a.status = a.status * 10 + (unsigned)(text.ptr[i] - '0');
	}
	end = pl_str_find_str(text, PL_STR("\r\n\r\n"));
	FUZZ_HOLDS(a.status >= 200 && a.status < 600 && end < text.len);
	a.head = pl_str_sub(text, 0, end + 2);
	a.body = pl_str_sub(text, end + 4, text.len);
	/* What never became a request is answered by the library below. */
	if (pl_str_find_str(a.head, PL_STR("\r\nX-Content-Type-Options: nosniff\r\n")) == a.head.len)
		FUZZ_HOLDS(library_may_say(a.status));
	else
		FUZZ_HOLDS(pl_str_find_str(a.head, PL_STR("\r\nCache-Control: ")) < a.head.len);
	return a;
}
