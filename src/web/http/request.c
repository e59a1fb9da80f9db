/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/internal.h"
#include "base/time.h"
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS_MAX 64u
#define QUERY_MAX 2048u

enum pl_http_method pl_http_request_method(const struct pl_http_request *req)
{
	return req->method;
}

pl_str pl_http_request_path(const struct pl_http_request *req)
{
	return req->path;
}

pl_str pl_http_request_capture(const struct pl_http_request *req, const char *name)
{
	pl_str want = pl_str_from(name);

	for (size_t i = 0; i < req->match.count; i++)
		if (pl_str_eq(req->match.captures[i].name, want))
			return req->match.captures[i].value;
	return (pl_str){0};
}

pl_status pl_http_request_number(const struct pl_http_request *req, const char *name, uint64_t *ret)
{
	return pl_str_to_u64(pl_http_request_capture(req, name), UINT64_MAX, ret) ? PL_E_NOTFOUND : PL_OK;
}

pl_status pl_http_request_query(struct pl_http_request *req, const char *key, pl_str *ret)
{
	return pl_route_query(req->query, pl_str_from(key), &req->arena, ret);
}

pl_str pl_http_request_query_raw(const struct pl_http_request *req)
{
	return req->query;
}

pl_str pl_http_request_header(const struct pl_http_request *req, const char *name)
{
	return pl_str_from(MHD_lookup_connection_value(req->conn, MHD_HEADER_KIND, name));
}

pl_str pl_http_cookie(pl_str header, pl_str name)
{
	while (header.len > 0) {
		size_t n = pl_str_find(header, ';');
		pl_str pair = pl_str_trim(pl_str_sub(header, 0, n));

		header = pl_str_sub(header, n + 1, header.len);
		if (pl_str_eat(&pair, name) && pl_str_eat(&pair, PL_STR("=")))
			return pair;
	}
	return (pl_str){0};
}

pl_bytes pl_http_request_body(const struct pl_http_request *req)
{
	return pl_buf_bytes(&req->body);
}

void *pl_http_request_upload(const struct pl_http_request *req)
{
	return req->upload;
}

uint64_t pl_http_request_length(const struct pl_http_request *req)
{
	return req->length;
}

struct pl_arena *pl_http_request_arena(struct pl_http_request *req)
{
	return &req->arena;
}

pl_str pl_http_request_peer(const struct pl_http_request *req)
{
	return pl_str_from(req->peer.text);
}

/* ---- headers ---- */

/* Headers that may stand once only: a second one is how two programs are made to read one request differently. */
static const char *const single[] = {
	"Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Range", "If-Range", "If-None-Match",
	"If-Modified-Since", "Authorization", "Origin", "Expect", "X-Real-IP", "Sec-Fetch-Site",
};

struct header_walk {
	size_t count;
	unsigned seen; /* a bit for each of single[] */
	bool bad;
};

static bool is_token_char(unsigned char c)
{
	return c > 0x20 && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
}

static enum MHD_Result walk_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_walk *w = cls;

	(void)kind;
	w->bad |= ++w->count > HEADERS_MAX || !name[0];
	for (const char *p = name; *p; p++)
		w->bad |= !is_token_char((unsigned char)*p);
	for (const char *p = value ? value : ""; *p; p++)
		w->bad |= ((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f;
	for (size_t i = 0; i < PL_COUNT(single); i++)
		if (strcasecmp(name, single[i]) == 0) {
			w->bad |= (w->seen & 1u << i) != 0;
			w->seen |= 1u << i;
		}
	return w->bad ? MHD_NO : MHD_YES;
}

static unsigned check_headers(struct pl_http_request *req)
{
	struct header_walk w = {0};
	pl_str coding, length;

	(void)MHD_get_connection_values(req->conn, MHD_HEADER_KIND, walk_header, &w);
	if (w.bad)
		return w.count > HEADERS_MAX ? 431 : 400;
	coding = pl_http_request_header(req, "Transfer-Encoding");
	length = pl_http_request_header(req, "Content-Length");
	req->length = 0;
	if (coding.len > 0) {
		if (length.len > 0 || coding.len != 7 || strncasecmp(coding.ptr, "chunked", 7) != 0)
			return 400;
		req->length = UINT64_MAX;
	} else if (length.len > 0 && pl_str_to_u64(length, UINT64_MAX - 1, &req->length)) {
		return 400;
	}
	return 0;
}

/* ---- the peer ---- */

static void peer_of_v4(struct pl_http_peer *p, const struct in_addr *a)
{
	p->key[10] = p->key[11] = 0xff;
	memcpy(p->key + 12, a, 4);
	(void)inet_ntop(AF_INET, a, p->text, sizeof p->text);
}

static void peer_of_v6(struct pl_http_peer *p, const struct in6_addr *a)
{
	/* Whoever has one IPv6 address has 2^64 of them; only loopback is counted whole. */
	memcpy(p->key, a, IN6_IS_ADDR_LOOPBACK(a) || IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8);
	(void)inet_ntop(AF_INET6, a, p->text, sizeof p->text);
}

static void peer_of_unix(struct pl_http_request *req)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(req->conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pl_http_peer *p = &req->peer;
	struct ucred cred = {.uid = (uid_t)-1};
	socklen_t len = sizeof cred;
	struct in_addr v4;
	struct in6_addr v6;

	p->is_unix = true;
	if (info && getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0)
		p->local_owner = cred.uid == 0 || cred.uid == geteuid();
	p->key[0] = 1;
	pl_be32_write(p->key + 12, cred.uid);
	(void)snprintf(p->text, sizeof p->text, "unix:%u", cred.uid);
	if (!req->server->config.real_ip)
		return;
	/* What nginx forwards from outside is never the owner. */
	p->local_owner = false;
	if (inet_pton(AF_INET, pl_http_request_header(req, "X-Real-IP").ptr ?: "", &v4) == 1) {
		memset(p->key, 0, sizeof p->key);
		peer_of_v4(p, &v4);
	} else if (inet_pton(AF_INET6, pl_http_request_header(req, "X-Real-IP").ptr ?: "", &v6) == 1) {
		memset(p->key, 0, sizeof p->key);
		peer_of_v6(p, &v6);
	}
}

static void find_peer(struct pl_http_request *req)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(req->conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info ? info->client_addr : NULL;

	if (req->listener->is_unix) {
		peer_of_unix(req);
	} else if (sa && sa->sa_family == AF_INET) {
		peer_of_v4(&req->peer, &((const struct sockaddr_in *)(const void *)sa)->sin_addr);
	} else if (sa && sa->sa_family == AF_INET6) {
		peer_of_v6(&req->peer, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
	}
}

/* ---- admission ---- */

static unsigned check_rate(struct pl_http_request *req, uint32_t rule, uint32_t per_minute)
{
	struct pl_http_limit_key key = {.rule = rule};
	unsigned wait = 1;
	char text[16];

	if (per_minute == 0 || per_minute == UINT_MAX)
		return 0;
	memcpy(key.peer, req->peer.key, sizeof key.peer);
	if (pl_http_limit_take(req->server->limit, &key, per_minute, req->started, &wait))
		return 0;
	(void)snprintf(text, sizeof text, "%u", wait);
	pl_http_reply_header(&req->reply, "Retry-After", pl_str_from(text));
	return 429;
}

static unsigned read_target(struct pl_http_request *req)
{
	size_t q = pl_str_find(req->target, '?');
	pl_status st;

	if (req->broken_target)
		return 414;
	req->query = pl_str_sub(req->target, q + 1, req->target.len);
	if (req->query.len > QUERY_MAX)
		return 414;
	st = pl_route_path(pl_str_sub(req->target, 0, q), &req->arena, &req->path);
	return !st ? 0 : st == PL_E_TOOBIG ? 414 : 400;
}

static bool read_method(const char *z, enum pl_http_method *ret, bool *ret_head)
{
	static const struct {
		const char *name;
		enum pl_http_method method;
	} known[] = {{"GET", PL_HTTP_GET}, {"HEAD", PL_HTTP_GET}, {"POST", PL_HTTP_POST}, {"PUT", PL_HTTP_PUT},
		{"DELETE", PL_HTTP_DELETE}};

	for (size_t i = 0; i < PL_COUNT(known); i++)
		if (strcmp(z, known[i].name) == 0) {
			*ret = known[i].method;
			*ret_head = i == 1;
			return true;
		}
	return false;
}

static void say_allowed(struct pl_http_request *req, unsigned allow)
{
	static const char *const names[] = {[PL_HTTP_GET] = "GET, HEAD", [PL_HTTP_POST] = "POST", [PL_HTTP_PUT] = "PUT",
		[PL_HTTP_DELETE] = "DELETE"};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	for (unsigned m = PL_HTTP_GET; m <= PL_HTTP_DELETE; m++)
		if (allow & 1u << m) {
			if (b.len > 0)
				pl_buf_put_z(&b, ", ");
			pl_buf_put_z(&b, names[m]);
		}
	pl_http_reply_header(&req->reply, "Allow", pl_buf_str(&b));
}

static unsigned find_route(struct pl_http_request *req, const char *method)
{
	const struct pl_http_config *c = &req->server->config;
	unsigned allow = 0;
	pl_status st;

	/* An unknown method is looked up as one that no row has, so that Allow can be said. */
	if (!read_method(method, &req->method, &req->head))
		req->method = (enum pl_http_method)0;
	st = pl_route_find(c->routes, c->route_count, req->method, req->path, &req->match, &allow);
	if (st == PL_E_UNSUPPORTED) {
		say_allowed(req, allow);
		return 405;
	}
	if (st)
		return 404;
	if (req->match.route->access == PL_ACCESS_PUBLIC)
		return 0;
	return req->match.route->access == PL_ACCESS_OWNER && req->peer.local_owner ? 0 : 403;
}

unsigned pl_http_request_admit(struct pl_http_request *req, const char *method)
{
	const struct pl_http_config *c = &req->server->config;
	const struct pl_route *row;
	unsigned bad = check_headers(req);

	if (bad)
		return bad;
	find_peer(req);
	bad = check_rate(req, 0, c->rate_minute);
	if (!bad)
		bad = read_target(req);
	if (!bad)
		bad = find_route(req, method);
	if (bad)
		return bad;
	row = req->match.route;
	bad = check_rate(req, (uint32_t)(row - c->routes) + 1, row->rate_minute);
	if (bad)
		return bad;
	if (req->length != UINT64_MAX ? req->length > row->body_max : row->body_max == 0)
		return 413;
	if (row->upload) {
		pl_status st = row->upload->begin(row->ctx, req, &req->upload);

		if (st)
			return pl_http_status_of(st);
		req->upload_begun = true;
	}
	pl_buf_init(&req->body, row->upload ? 0 : row->body_max);
	return 0;
}
