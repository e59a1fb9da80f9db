/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clamd.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TOTAL_NS (60 * PL_SECOND)
#define PING_NS (5 * PL_SECOND)
#define ANSWER_MAX 1024u
#define CHUNK_MAX ((size_t)64 << 10)

struct pl_clamd {
	int fd;
	uint64_t until; /* monotonic */
};

/* ---- addresses ---- */

union where {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static pl_status read_unix(pl_str path, union where *ret, socklen_t *ret_len)
{
	*ret = (union where){.un = {.sun_family = AF_UNIX}};
	*ret_len = sizeof ret->un;
	return pl_str_z(path, ret->un.sun_path, sizeof ret->un.sun_path);
}

static pl_status read_loopback(pl_str rest, union where *ret, socklen_t *ret_len)
{
	pl_str host;
	uint64_t port = 0;
	char z[64];
	bool six = pl_str_eat(&rest, PL_STR("["));

	if (!pl_str_take_until(&rest, six ? ']' : ':', &host) || (six && !pl_str_eat(&rest, PL_STR(":"))) ||
		pl_str_z(host, z, sizeof z) || pl_str_to_u64(rest, 65535, &port) || !port)
		return PL_E_SYNTAX;
	if (six) {
		*ret = (union where){.v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)}};
		*ret_len = sizeof ret->v6;
		return inet_pton(AF_INET6, z, &ret->v6.sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&ret->v6.sin6_addr) ? PL_OK : PL_E_SYNTAX;
	}
	*ret = (union where){.v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
	*ret_len = sizeof ret->v4;
	if (strcmp(z, "localhost") == 0)
		(void)pl_str_z(PL_STR("127.0.0.1"), z, sizeof z);
	return inet_pton(AF_INET, z, &ret->v4.sin_addr) == 1 && ntohl(ret->v4.sin_addr.s_addr) >> 24 == 127 ? PL_OK : PL_E_SYNTAX;
}

static pl_status read_address(pl_str address, union where *ret, socklen_t *ret_len, struct pl_diag *diag)
{
	pl_str rest = address;
	pl_status st = PL_E_SYNTAX;

	if (pl_str_eat(&rest, PL_STR("clamd:")))
		st = pl_str_starts(rest, PL_STR("/")) ? read_unix(rest, ret, ret_len) : read_loopback(rest, ret, ret_len);
	if (!st)
		return PL_OK;
	pl_diag_hint(diag, "write clamd:/path/of/its/socket or clamd:127.0.0.1:3310; it has to be on this machine");
	return pl_diag_set(diag, PL_E_SYNTAX, "\"%.*s\" is not the address of a scanner", PL_STR_ARG(address));
}

pl_status pl_clamd_address_check(pl_str address, struct pl_diag *diag)
{
	union where at;
	socklen_t len;

	return read_address(address, &at, &len, diag);
}

/* ---- bytes in time ---- */

static pl_status wait_for(const struct pl_clamd *c, short events)
{
	struct pollfd p = {.fd = c->fd, .events = events};
	uint64_t now;
	int n;

	do {
		now = pl_time_monotonic();
		if (now >= c->until)
			return PL_E_TIMEOUT;
		n = poll(&p, 1, (int)((c->until - now) / PL_MILLISECOND + 1));
	} while ((n < 0 && errno == EINTR) || n == 0);
	return n < 0 ? PL_E_NET : PL_OK;
}

static pl_status send_all(const struct pl_clamd *c, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len) {
		ssize_t n = send(c->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		pl_status st;

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return PL_E_NET;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
			continue;
		}
		st = wait_for(c, POLLOUT);
		if (st)
			return st;
	}
	return PL_OK;
}

/* One answer, which ends in a NUL. */
static pl_status receive(const struct pl_clamd *c, char out[static ANSWER_MAX], size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		ssize_t n = recv(c->fd, out + len, ANSWER_MAX - len, MSG_DONTWAIT);
		pl_status st;

		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN) || len == ANSWER_MAX)
			return PL_E_NET;
		if (n > 0) {
			len += (size_t)n;
			if (out[len - 1] != '\0')
				continue;
			*ret_len = len - 1;
			return PL_OK;
		}
		st = wait_for(c, POLLIN);
		if (st)
			return st;
	}
}

/* ---- a question ---- */

static pl_status open_socket(struct pl_clamd *c, const union where *at, socklen_t len)
{
	c->fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return PL_E_NET;
	if (connect(c->fd, &at->any, len) == 0)
		return PL_OK;
	if (errno != EINPROGRESS)
		return PL_E_NET;
	return wait_for(c, POLLOUT); /* what came of it shows in the first send */
}

static pl_status begin(pl_str address, uint64_t total_ns, const char *command, size_t command_len, struct pl_clamd **ret, struct pl_diag *diag)
{
	struct pl_clamd *c;
	union where at;
	socklen_t len = 0;
	pl_status st = read_address(address, &at, &len, diag);

	if (st)
		return st;
	c = PL_NEW(struct pl_clamd);
	c->until = pl_time_monotonic() + total_ns;
	st = open_socket(c, &at, len);
	if (!st)
		st = send_all(c, command, command_len);
	if (st) {
		pl_clamd_free(c);
		return pl_diag_set(diag, st, "the scanner at %.*s does not answer", PL_STR_ARG(address));
	}
	*ret = c;
	return PL_OK;
}

pl_status pl_clamd_begin(pl_str address, uint64_t total_ns, struct pl_clamd **ret, struct pl_diag *diag)
{
	return begin(address, total_ns ? total_ns : TOTAL_NS, "zINSTREAM", sizeof "zINSTREAM", ret, diag);
}

pl_status pl_clamd_answer_read(pl_str text, struct pl_clamd_answer *ret)
{
	struct pl_clamd_answer a = {0};
	size_t end;

	if (pl_str_eq(text, PL_STR("stream: OK"))) {
		*ret = a;
		return PL_OK;
	}
	if (pl_str_starts(text, PL_STR("INSTREAM size limit exceeded")))
		return PL_E_TOOBIG;
	if (pl_str_ends(text, PL_STR("ERROR")))
		return PL_E_BUSY;
	if (!pl_str_eat(&text, PL_STR("stream: ")) || !pl_str_ends(text, PL_STR(" FOUND")))
		return PL_E_NET;
	end = text.len - sizeof " FOUND" + 1;
	for (size_t i = 0; i < end && i < sizeof a.name - 1; i++)
		a.name[i] = text.ptr[i] > ' ' && text.ptr[i] <= '~' ? text.ptr[i] : '?';
	a.found = true;
	*ret = a;
	return PL_OK;
}

/* A scanner that has had enough answers and hangs up while we write. */
static pl_status why_broken(struct pl_clamd *c, pl_status st)
{
	struct pl_clamd_answer answer;
	char text[ANSWER_MAX];
	size_t len = 0;
	pl_status said;

	if (st != PL_E_NET || receive(c, text, &len))
		return st;
	said = pl_clamd_answer_read(pl_str_of(text, len), &answer);
	return said ? said : PL_E_NET;
}

pl_status pl_clamd_write(struct pl_clamd *c, pl_bytes piece)
{
	pl_status st = PL_OK;

	while (piece.len && !st) {
		size_t n = piece.len < CHUNK_MAX ? piece.len : CHUNK_MAX;
		uint8_t head[4];

		pl_be32_write(head, (uint32_t)n);
		st = send_all(c, head, sizeof head);
		if (!st)
			st = send_all(c, piece.ptr, n);
		piece = pl_bytes_of(piece.ptr + n, piece.len - n);
	}
	return st ? why_broken(c, st) : PL_OK;
}

pl_status pl_clamd_end(struct pl_clamd *c, struct pl_clamd_answer *ret)
{
	static const uint8_t over[4];
	char text[ANSWER_MAX];
	size_t len = 0;
	pl_status st = send_all(c, over, sizeof over);

	if (st)
		return why_broken(c, st);
	st = receive(c, text, &len);
	return st ? st : pl_clamd_answer_read(pl_str_of(text, len), ret);
}

void pl_clamd_free(struct pl_clamd *c)
{
	if (!c)
		return;
	pl_file_close(&c->fd);
	pl_free(c);
}

pl_status pl_clamd_ping(pl_str address, struct pl_diag *diag)
{
	struct pl_clamd *c PL_CLEANUP(pl_clamd_freep) = NULL;
	char text[ANSWER_MAX];
	size_t len = 0;
	pl_status st = begin(address, PING_NS, "zPING", sizeof "zPING", &c, diag);

	if (!st)
		st = receive(c, text, &len);
	if (!st && !pl_str_eq(pl_str_of(text, len), PL_STR("PONG")))
		st = PL_E_NET;
	return st ? pl_diag_set(diag, st, "the scanner at %.*s does not answer", PL_STR_ARG(address)) : PL_OK;
}
