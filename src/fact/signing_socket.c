/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/signing_socket: the desk behind Unix sockets, one per peer role.
 *
 * What always holds:
 *  1. A peer is who the kernel says it is (SO_PEERCRED at accept); another user id is hung up on without a word.
 *  2. One packet in, one packet out. A packet that is no request ends its connection.
 *  3. At most MAX_PEERS connections, of which no role has more than its share; a peer that does not read its answer loses its connection, nobody waits for it.
 */
#include "base/event.h"
#include "base/file.h"
#include "fact/signing_internal.h"
#include "fact/vault_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_LISTENERS 8u
#define MAX_PEERS 64u
#define BACKLOG 64

static pl_status address(pl_str path, struct sockaddr_un *ret, struct pl_diag *diag)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (pl_str_z(path, ret->sun_path, sizeof ret->sun_path) != PL_OK)
		return pl_diag_set(diag, PL_E_TOOBIG, "the socket's path is longer than %zu bytes: %.*s",
			sizeof ret->sun_path - 1, PL_STR_ARG(path));
	return PL_OK;
}

/* ---- asking ---- */

static pl_status connect_to(struct pl_signing *s, struct pl_diag *diag)
{
	struct sockaddr_un addr;
	pl_status st = address(pl_buf_str(&s->path), &addr, diag);

	if (st)
		return st;
	pl_file_close(&s->fd);
	s->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return PL_E_IO;
	if (connect(s->fd, (const struct sockaddr *)&addr, sizeof addr) == 0)
		return PL_OK;
	st = errno == EACCES || errno == EPERM ? PL_E_ACCESS : PL_E_BUSY;
	pl_file_close(&s->fd);
	return pl_diag_set(diag, st, "no signer listens at %s", addr.sun_path);
}

pl_status pl_signing_socket(pl_str path, struct pl_signing **ret, struct pl_diag *diag)
{
	struct pl_signing *s = PL_NEW(struct pl_signing);
	pl_status st;

	*s = (struct pl_signing){.fd = -1, .path = PL_BUF(4096)};
	pl_buf_put_str(&s->path, path);
	st = pl_buf_status(&s->path);
	if (st == PL_OK)
		st = connect_to(s, diag);
	if (st) {
		pl_signing_free(s);
		return st;
	}
	*ret = s;
	return PL_OK;
}

bool pl_signing_away(struct pl_signing *s)
{
	return pl_buf_str(&s->path).len && connect_to(s, NULL) == PL_E_BUSY;
}

static pl_status exchange(int fd, pl_bytes request, uint8_t *answer, size_t size, size_t *ret_len)
{
	ssize_t n = send(fd, request.ptr, request.len, MSG_NOSIGNAL);

	if (n == (ssize_t)request.len)
		do
			n = recv(fd, answer, size, MSG_TRUNC);
		while (n < 0 && errno == EINTR);
	else
		n = -1;
	if (n <= 0 || (size_t)n > size)
		return PL_E_NET;
	*ret_len = (size_t)n;
	return PL_OK;
}

/* Signing changes nothing at the desk, so a broken connection is simply tried once more. */
static pl_status exchange_again(struct pl_signing *s, pl_bytes request, uint8_t *answer, size_t size, size_t *ret_len,
	struct pl_diag *diag)
{
	pl_status st = PL_E_NET;

	if (s->fd >= 0)
		st = exchange(s->fd, request, answer, size, ret_len);
	if (st == PL_OK)
		return st;
	st = connect_to(s, diag);
	if (st == PL_OK)
		st = exchange(s->fd, request, answer, size, ret_len);
	return st == PL_E_NET ? pl_diag_set(diag, PL_E_BUSY, "the signer broke off") : st;
}

pl_status pl_signing_exchange(struct pl_signing *s, pl_bytes request, struct pl_buf *data, struct pl_diag *diag)
{
	struct pl_buf answer PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SIGNING_ANSWER_MAX);
	uint8_t *room = pl_buf_reserve(&answer, PL_SIGNING_ANSWER_MAX);
	pl_status st, said = PL_OK;
	size_t len = 0;
	pl_bytes got;

	if (!room)
		return PL_E_NOMEM;
	st = exchange_again(s, request, room, PL_SIGNING_ANSWER_MAX, &len, diag);
	if (st == PL_OK) {
		pl_buf_commit(&answer, len);
		st = pl_signing_answer_parse(pl_buf_bytes(&answer), &said, &got);
	}
	if (st)
		return pl_diag_set(diag, st, "the signer's answer makes no sense");
	if (said)
		return pl_diag_set(diag, said, "%.*s", PL_STR_ARG(pl_bytes_str(got)));
	pl_buf_put_bytes(data, got);
	return pl_buf_status(data);
}

pl_status pl_signing_ask(struct pl_signing *s, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_buf request PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SIGNING_REQUEST_MAX);
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SIGNING_ANSWER_MAX);
	pl_status st;

	if (payload.len > PL_STATEMENT_PAYLOAD_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a payload has at most %u bytes", PL_STATEMENT_PAYLOAD_MAX);
	pl_signing_request_write(&request, payload, approvals, n_approvals);
	if (pl_buf_status(&request))
		return PL_E_NOMEM;
	st = pl_signing_exchange(s, pl_buf_bytes(&request), &data, diag);
	return st ? st : pl_statement_append(entry, pl_buf_bytes(&data));
}

/* ---- serving ---- */

struct server {
	struct pl_signing *desk;
	const struct pl_signing_listener *listeners;
	size_t n_listeners;
	struct pollfd fds[1 + MAX_LISTENERS + MAX_PEERS]; /* stop, listeners, connections */
	enum pl_peer peers[MAX_PEERS];
	size_t n_peers;
	uint8_t packet[PL_SIGNING_REQUEST_MAX + 1];
};

static size_t first_peer(const struct server *s)
{
	return 1 + s->n_listeners;
}

static pl_status listen_at(const struct pl_signing_listener *l, int *ret, struct pl_diag *diag)
{
	struct sockaddr_un addr;
	int fd PL_CLEANUP(pl_file_close) = -1, bound;
	mode_t mask;
	pl_status st = address(l->path, &addr, diag);

	if (st)
		return st;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return pl_diag_set(diag, PL_E_IO, "cannot make a socket");
	if (unlink(addr.sun_path) != 0 && errno != ENOENT)
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot replace %s", addr.sun_path);
	/* The mode is right from the first moment; the signer has one thread, so the mask is nobody else's. */
	mask = umask(0117);
	bound = bind(fd, (const struct sockaddr *)&addr, sizeof addr);
	(void)umask(mask);
	if (bound != 0)
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot listen at %s", addr.sun_path);
	if (l->gid != getegid() && lchown(addr.sun_path, (uid_t)-1, l->gid) != 0)
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot hand %s to its group", addr.sun_path);
	if (listen(fd, BACKLOG) != 0)
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot listen at %s", addr.sun_path);
	*ret = fd;
	fd = -1;
	return PL_OK;
}

/* Has @peer all the connections that it may have? What one role holds must not keep out the others. */
static bool has_its_share(const struct server *s, enum pl_peer peer)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_peers; i++)
		n += s->peers[i] == peer;
	return n >= MAX_PEERS / s->n_listeners;
}

static void accept_one(struct server *s, size_t which)
{
	const struct pl_signing_listener *l = &s->listeners[which];
	struct ucred who = {0};
	socklen_t len = sizeof who;
	int fd = accept4(s->fds[1 + which].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) != 0 || who.uid != l->uid || has_its_share(s, l->peer)) {
		pl_event("signer.refused_peer", PL_EV_Z("peer", pl_peer_word(l->peer)), PL_EV_U64("uid", who.uid));
		pl_file_close(&fd);
		return;
	}
	s->fds[first_peer(s) + s->n_peers] = (struct pollfd){.fd = fd, .events = POLLIN};
	s->peers[s->n_peers++] = l->peer;
}

static void hang_up(struct server *s, size_t i)
{
	size_t at = first_peer(s) + i, last = first_peer(s) + --s->n_peers;

	pl_file_close(&s->fds[at].fd);
	s->fds[at] = s->fds[last];
	s->peers[i] = s->peers[s->n_peers];
}

/* Do what @packet asks; *@ret_form false: it is no request. */
static pl_status do_packet(struct server *s, enum pl_peer peer, pl_bytes packet, struct pl_buf *data, bool *ret_form,
	struct pl_diag *diag)
{
	struct pl_approval_sig approvals[PL_SIGNING_APPROVALS_MAX];
	struct pl_vault_request vault;
	pl_bytes payload;
	size_t n;

	*ret_form = true;
	if (packet.ptr[0] == PL_VAULT_PACKET_VERSION && pl_vault_request_parse(packet, &vault) == PL_OK)
		return pl_signing_vault_desk(s->desk, peer, &vault, data, diag);
	if (pl_signing_request_parse(packet, &payload, approvals, &n) == PL_OK)
		return pl_signing_desk(s->desk, peer, payload, approvals, n, data, diag);
	*ret_form = false;
	return PL_E_SYNTAX;
}

/* False: the connection is of no more use. */
static bool serve_one(struct server *s, size_t i)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_buf answer PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SIGNING_ANSWER_MAX);
	struct pl_diag diag = {0};
	int fd = s->fds[first_peer(s) + i].fd;
	ssize_t n = recv(fd, s->packet, sizeof s->packet, MSG_TRUNC);
	bool form;
	pl_status st;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0 || (size_t)n > sizeof s->packet)
		return false;
	st = do_packet(s, s->peers[i], pl_bytes_of(s->packet, (size_t)n), &data, &form, &diag);
	if (!form)
		return false;
	if (st)
		pl_event("signer.refused", PL_EV_Z("peer", pl_peer_word(s->peers[i])), PL_EV_STATUS("status", st));
	pl_signing_answer_write(&answer, st, st ? pl_str_bytes(pl_str_from(pl_diag_text(&diag, st))) : pl_buf_bytes(&data));
	return pl_buf_status(&answer) == PL_OK &&
		send(fd, answer.ptr, answer.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)answer.len;
}

static void serve_round(struct server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		if (s->fds[1 + i].revents)
			accept_one(s, i);
	for (size_t i = s->n_peers; i-- > 0;)
		if (s->fds[first_peer(s) + i].revents && !serve_one(s, i))
			hang_up(s, i);
}

static pl_status serve(struct server *s, int stop_fd, struct pl_diag *diag)
{
	s->fds[0] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
	for (size_t i = 0; i < s->n_listeners; i++) {
		struct pollfd *pfd = &s->fds[1 + i];
		pl_status st = listen_at(&s->listeners[i], &pfd->fd, diag);

		if (st)
			return st;
		pfd->events = POLLIN;
	}
	while (!s->fds[0].revents) {
		for (size_t i = 0; i < first_peer(s) + s->n_peers; i++)
			s->fds[i].revents = 0;
		if (poll(s->fds, first_peer(s) + s->n_peers, -1) < 0 && errno != EINTR)
			return pl_diag_set(diag, PL_E_IO, "poll failed");
		serve_round(s);
	}
	return PL_OK;
}

static void close_all(struct server *s)
{
	while (s->n_peers)
		hang_up(s, s->n_peers - 1);
	for (size_t i = 0; i < s->n_listeners; i++) {
		struct sockaddr_un addr;

		if (s->fds[1 + i].fd < 0)
			continue;
		pl_file_close(&s->fds[1 + i].fd);
		if (address(s->listeners[i].path, &addr, NULL) == PL_OK)
			(void)unlink(addr.sun_path);
	}
}

pl_status pl_signing_serve(struct pl_signer *const *signers, size_t n_signers, const struct pl_signing_book *book,
	const struct pl_signing_listener *listeners, size_t n_listeners, int stop_fd, struct pl_diag *diag)
{
	struct server *s;
	pl_status st;

	if (n_listeners > MAX_LISTENERS)
		return PL_E_TOOBIG;
	s = PL_NEW(struct server);
	s->listeners = listeners;
	s->n_listeners = n_listeners;
	for (size_t i = 0; i < PL_COUNT(s->fds); i++)
		s->fds[i].fd = -1;
	st = pl_signing_local(signers, n_signers, book, PL_PEER_OPERATOR, &s->desk);
	if (st == PL_OK)
		st = serve(s, stop_fd, diag);
	close_all(s);
	pl_signing_free(s->desk);
	pl_free(s);
	return st;
}
