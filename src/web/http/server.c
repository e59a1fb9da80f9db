/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/internal.h"
#include "base/time.h"
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void default_u(unsigned *v, unsigned value)
{
	if (*v == 0)
		*v = value;
}

static unsigned cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 4 ? 4 : (unsigned)n;
}

pl_status pl_http_server_new(const struct pl_http_config *config, struct pl_http_server **ret, struct pl_diag *diag)
{
	struct pl_http_config c = *config;
	struct pl_http_server *s;
	pl_status st = pl_route_check(c.routes, c.route_count, diag);

	if (st)
		return st;
	default_u(&c.threads, cores());
	default_u(&c.workers, 4);
	default_u(&c.worker_queue, 256);
	default_u(&c.connections, 1024);
	default_u(&c.connections_per_ip, 64);
	default_u(&c.idle_seconds, 30);
	default_u(&c.request_seconds, 60);
	default_u(&c.rate_minute, 6000);
	if (c.connection_memory == 0)
		c.connection_memory = (size_t)12 << 10;
	if (c.arena_max == 0)
		c.arena_max = (size_t)4 << 20;
	s = PL_NEW(struct pl_http_server);
	s->config = c;
	s->limit = pl_http_limit_new();
	*ret = s;
	return PL_OK;
}

/* ---- listening ---- */

static pl_status read_port(pl_str s, uint16_t *ret)
{
	uint64_t port;
	pl_status st = pl_str_to_u64(s, 65535, &port);

	if (!st)
		*ret = (uint16_t)port;
	return st;
}

static pl_status bind_tcp(pl_str address, int *ret_fd)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	bool six = pl_str_eat(&address, PL_STR("["));
	char host[64];
	pl_str name;
	uint16_t port;
	int fd, one = 1;

	if (!pl_str_take_until(&address, six ? ']' : ':', &name) || (six && !pl_str_eat(&address, PL_STR(":"))) ||
		read_port(address, &port) || pl_str_z(name, host, sizeof host))
		return PL_E_SYNTAX;
	if (inet_pton(six ? AF_INET6 : AF_INET, host, six ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1)
		return PL_E_SYNTAX;
	v4.sin_port = v6.sin6_port = htons(port);
	fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return PL_E_IO;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (six)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
	if (bind(fd, six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, six ? sizeof v6 : sizeof v4) < 0) {
		int err = errno;

		(void)close(fd);
		errno = err;
		return PL_E_IO;
	}
	*ret_fd = fd;
	return PL_OK;
}

/* A socket file that nobody answers on is left over from a crash. */
static void remove_dead_socket(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat sb;

	if (fd < 0)
		return;
	if (lstat(sun->sun_path, &sb) == 0 && S_ISSOCK(sb.st_mode) &&
		connect(fd, (const struct sockaddr *)sun, sizeof *sun) < 0 && errno == ECONNREFUSED)
		(void)unlink(sun->sun_path);
	(void)close(fd);
}

static pl_status bind_unix(pl_str path, int *ret_fd, char *ret_path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	if (path.len == 0 || pl_str_z(path, sun.sun_path, sizeof sun.sun_path))
		return PL_E_SYNTAX;
	remove_dead_socket(&sun);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return PL_E_IO;
	/* fchmod before bind gives the socket file its mode from the first moment on. */
	if (fchmod(fd, 0660) < 0 || bind(fd, (const struct sockaddr *)&sun, sizeof sun) < 0) {
		int err = errno;

		(void)close(fd);
		errno = err;
		return PL_E_IO;
	}
	memcpy(ret_path, sun.sun_path, sizeof sun.sun_path);
	*ret_fd = fd;
	return PL_OK;
}

static uint16_t bound_port(int fd)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof ss;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		return 0;
	if (ss.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)(void *)&ss)->sin_port);
	return ss.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&ss)->sin6_port) : 0;
}

pl_status pl_http_server_listen(struct pl_http_server *s, pl_str address, struct pl_diag *diag)
{
	struct pl_http_listener l = {.server = s, .fd = -1};
	pl_str path = address;
	pl_status st;

	if (s->listener_count == PL_HTTP_LISTENERS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "more than %u addresses to listen on", PL_HTTP_LISTENERS_MAX);
	l.is_unix = pl_str_eat(&path, PL_STR("unix:"));
	st = l.is_unix ? bind_unix(path, &l.fd, l.path) : bind_tcp(address, &l.fd);
	if (st == PL_E_SYNTAX) {
		pl_diag_hint(diag, "write 127.0.0.1:8080, [::1]:8080 or unix:/run/pellucid/web.sock");
		return pl_diag_set(diag, st, "cannot read the address \"%.*s\"", PL_STR_ARG(address));
	}
	if (!st && listen(l.fd, 511) < 0)
		st = PL_E_IO;
	if (st) {
		st = pl_diag_set(diag, st, "cannot listen on %.*s: %s", PL_STR_ARG(address), strerror(errno));
		pl_diag_hint(diag, "another program may have the address; choose another one");
		if (l.fd >= 0)
			(void)close(l.fd);
		return st;
	}
	l.port = l.is_unix ? 0 : bound_port(l.fd);
	s->listeners[s->listener_count++] = l;
	return PL_OK;
}

uint16_t pl_http_server_port(const struct pl_http_server *s, size_t index)
{
	return index < s->listener_count ? s->listeners[index].port : 0;
}

unsigned pl_http_server_active(const struct pl_http_server *s)
{
	return atomic_load(&s->active);
}

/* ---- starting and stopping ---- */

/* We decode paths ourselves, from the untouched target. */
static size_t leave_escaped(void *cls, struct MHD_Connection *conn, char *text)
{
	(void)cls;
	(void)conn;
	return strlen(text);
}

static void no_log(void *cls, const char *fmt, va_list ap)
{
	(void)cls;
	(void)fmt;
	(void)ap;
}

static struct MHD_Daemon *start_daemon(struct pl_http_listener *l)
{
	const struct pl_http_config *c = &l->server->config;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	/* One thread is asked for by leaving the pool out: the library refuses a pool of one. */
	struct MHD_OptionItem pool[] = {
		{c->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)c->threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, pl_http_on_request, l,
		MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, l->fd,
		MHD_OPTION_URI_LOG_CALLBACK, pl_http_on_target, l,
		MHD_OPTION_NOTIFY_COMPLETED, pl_http_on_completed, l,
		MHD_OPTION_NOTIFY_CONNECTION, pl_http_on_connection, l,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, c->connection_memory,
		MHD_OPTION_CONNECTION_LIMIT, c->connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, c->connections_per_ip,
		MHD_OPTION_CONNECTION_TIMEOUT, c->idle_seconds,
		MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

pl_status pl_http_server_start(struct pl_http_server *s, struct pl_diag *diag)
{
	pl_status st;

	if (s->running || s->listener_count == 0)
		return pl_diag_set(diag, PL_E_STATE, "no address to listen on");
	st = pl_lazy_load(&pl_microhttpd_library, diag);
	if (st)
		return st;
	st = pl_http_pool_new(s->config.workers, s->config.worker_queue, pl_http_run_parked, &s->pool);
	if (!st)
		st = pl_http_deadlines_new(&s->deadlines);
	if (st) {
		pl_http_pool_free(s->pool);
		s->pool = NULL;
		return pl_diag_set(diag, st, "cannot start worker threads");
	}
	s->running = true;
	for (size_t i = 0; i < s->listener_count; i++) {
		s->listeners[i].daemon = start_daemon(&s->listeners[i]);
		if (!s->listeners[i].daemon) {
			pl_http_server_stop(s, 0);
			return pl_diag_set(diag, PL_E_IO, "the HTTP server does not start: %s", strerror(errno));
		}
	}
	return PL_OK;
}

static void stop_accepting(struct pl_http_server *s)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		struct pl_http_listener *l = &s->listeners[i];

		if (l->daemon)
			(void)MHD_quiesce_daemon(l->daemon);
		if (l->fd >= 0)
			(void)close(l->fd);
		l->fd = -1;
		if (l->path[0])
			(void)unlink(l->path);
		l->path[0] = '\0';
	}
}

void pl_http_server_stop(struct pl_http_server *s, uint64_t wait_ns)
{
	uint64_t end = pl_time_monotonic() + wait_ns;

	if (!s->running) {
		stop_accepting(s);
		return;
	}
	atomic_store(&s->stopping, true);
	stop_accepting(s);
	while (atomic_load(&s->active) > 0 && pl_time_monotonic() < end)
		pl_time_sleep(5 * PL_MILLISECOND);
	/* Workers end first: the library may be stopped only when no connection is suspended any more. */
	pl_http_pool_stop(s->pool);
	for (size_t i = 0; i < s->listener_count; i++) {
		if (s->listeners[i].daemon)
			MHD_stop_daemon(s->listeners[i].daemon);
		s->listeners[i].daemon = NULL;
	}
	pl_http_pool_free(s->pool);
	pl_http_deadlines_free(s->deadlines);
	s->pool = NULL;
	s->deadlines = NULL;
	s->running = false;
}

void pl_http_server_free(struct pl_http_server *s)
{
	if (!s)
		return;
	pl_http_server_stop(s, 0);
	pl_http_limit_free(s->limit);
	pl_free(s);
}

void pl_http_server_freep(struct pl_http_server **s)
{
	pl_http_server_free(*s);
	*s = NULL;
}

static void stop_signals(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
}

void pl_http_signals_block(void)
{
	sigset_t set;

	stop_signals(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int pl_http_signals_wait(void)
{
	sigset_t set;
	int got = 0;

	stop_signals(&set);
	while (sigwait(&set, &got) != 0)
		;
	return got;
}
