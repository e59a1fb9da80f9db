/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child.h"
#include "base/child_confine.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/time.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Where a child failed before it became the program. */
enum stage { STAGE_SETUP = 1, STAGE_CWD, STAGE_LIMITS, STAGE_CONFINE, STAGE_EXEC };

struct failure {
	int stage, err;
};

/* What the child needs, made ready before the fork. */
struct plan {
	const struct pl_child_spec *spec;
	char path[PATH_MAX];
	const char *const *envp;
	int in, out, err;     /* become 0, 1, 2 */
	int report;           /* struct failure goes here; closes on success */
	int ruleset;          /* -1: none */
	bool filter;
	pid_t parent;
};

/* ---- in the child: system calls only ---- */

static _Noreturn void give_up(int report, enum stage stage, int err)
{
	struct failure f = {(int)stage, err};

	if (write(report, &f, sizeof f) < 0)
		_exit(126);
	_exit(127);
}

static void default_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			(void)signal(s, SIG_DFL);
	(void)sigemptyset(&none);
	(void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* Dies with its parent's thread, alone in its group. */
static int detach(pid_t parent, bool own_session)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return errno;
	if (getppid() != parent)
		return ESRCH; /* it died before the line above */
	if (own_session ? setsid() < 0 : setpgid(0, 0) != 0)
		return errno;
	return 0;
}

static int limit(__rlimit_resource_t what, uint64_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	if (value == 0)
		return 0;
	return setrlimit(what, &r) == 0 ? 0 : errno;
}

static int set_limits(const struct pl_child_limits *l)
{
	int e = limit(RLIMIT_CPU, l->cpu_seconds);

	if (!e && !SANITIZED)
		e = limit(RLIMIT_AS, l->memory);
	if (!e)
		e = limit(RLIMIT_FSIZE, l->file_size);
	if (!e)
		e = limit(RLIMIT_NOFILE, l->open_files);
	if (!e)
		e = limit(RLIMIT_NPROC, l->processes);
	if (!e && setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0)
		e = errno;
	return e;
}

/* Two rounds, so that no descriptor is overwritten before it was moved. Afterwards everything not asked for closes at
 * exec. */
static int place_fds(struct plan *p)
{
	const struct pl_child_spec *s = p->spec;
	int from[3] = {p->in, p->out, p->err}, high[64];

	if (s->fd_count > PL_COUNT(high))
		return EMFILE;
	p->report = fcntl(p->report, F_DUPFD_CLOEXEC, 300);
	if (p->ruleset >= 0)
		p->ruleset = fcntl(p->ruleset, F_DUPFD_CLOEXEC, 300);
	for (size_t i = 0; i < 3; i++)
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 300);
	for (size_t i = 0; i < s->fd_count; i++)
		high[i] = fcntl(s->fds[i].fd, F_DUPFD_CLOEXEC, 300);
	if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) != 0)
		return errno;
	for (int i = 0; i < 3; i++)
		if (dup2(from[i], i) < 0)
			return errno;
	for (size_t i = 0; i < s->fd_count; i++)
		if (s->fds[i].as < 3 || s->fds[i].as >= 300 || dup2(high[i], s->fds[i].as) < 0)
			return errno ? errno : EBADF;
	return 0;
}

static _Noreturn void become(struct plan *p)
{
	const struct pl_child_spec *s = p->spec;
	int e;

	default_signals();
	e = detach(p->parent, s->own_session);
	if (!e)
		e = place_fds(p);
	if (e)
		give_up(p->report, STAGE_SETUP, e);
	if (s->cwd && chdir(s->cwd) != 0)
		give_up(p->report, STAGE_CWD, errno);
	e = set_limits(&s->limits);
	if (e)
		give_up(p->report, STAGE_LIMITS, e);
	if (s->confine.on) {
		e = pl_child_enter_ruleset(p->ruleset);
		if (!e && p->filter)
			e = pl_child_filter_program();
		if (e)
			give_up(p->report, STAGE_CONFINE, e);
	}
	/* execve takes these as not const for reasons of history. */
	(void)execve(p->path, (char *const *)(uintptr_t)s->argv, (char *const *)(uintptr_t)p->envp);
	give_up(p->report, STAGE_EXEC, errno);
}

/* ---- in the parent: getting ready ---- */

static void close_pair(int pair[2])
{
	pl_file_close(&pair[0]);
	pl_file_close(&pair[1]);
}

static pl_str env_path(const char *const *envp)
{
	for (; *envp; envp++) {
		pl_str v = pl_str_from(*envp);

		if (pl_str_eat(&v, PL_STR("PATH=")))
			return v;
	}
	return (pl_str){0};
}

static pl_status find_program(const char *name, const char *const *envp, char out[PATH_MAX], struct pl_diag *diag)
{
	pl_str path = env_path(envp), dir;

	if (strchr(name, '/'))
		return pl_str_z(pl_str_from(name), out, PATH_MAX);
	while (path.len) {
		int n;

		if (!pl_str_take_until(&path, ':', &dir)) {
			dir = path;
			path = (pl_str){0};
		}
		n = snprintf(out, PATH_MAX, "%.*s/%s", PL_STR_ARG(dir), name);
		if (dir.len && n > 0 && n < PATH_MAX && access(out, X_OK) == 0)
			return PL_OK;
	}
	pl_diag_hint(diag, "install it, or correct the PATH it is looked up in");
	return pl_diag_set(diag, PL_E_NOTFOUND, "program %s: not found", name);
}

static pl_status prepare_confinement(struct plan *p, bool *ret_confined, struct pl_diag *diag)
{
	const struct pl_child_confine *c = &p->spec->confine;
	struct pl_child_support have = pl_child_support();
	bool all = have.landlock_abi > 0 && (have.seccomp || !c->no_network);

	*ret_confined = c->on && all;
	if (!c->on)
		return PL_OK;
	if (!all && !c->optional) {
		pl_diag_hint(diag, "a kernel with landlock (5.13 or later, \"landlock\" among its lsm=) and seccomp is needed");
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this kernel cannot confine the program");
	}
	/* Before landlock ABI 3 truncate(2) by path is not covered by it; the filter refuses that call. */
	p->filter = have.seccomp && (c->no_network || have.landlock_abi < 3);
	return pl_child_ruleset(c->paths, c->path_count, &p->ruleset, diag);
}

static pl_status prepare(struct plan *p, const struct pl_child_spec *spec, bool *ret_confined, struct pl_diag *diag)
{
	static const char *const plain_env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	pl_status st;

	*p = (struct plan){.spec = spec, .in = -1, .out = -1, .err = -1, .report = -1, .ruleset = -1, .parent = getpid()};
	p->envp = spec->envp ? spec->envp : plain_env;
	st = find_program(spec->argv[0], p->envp, p->path, diag);
	return st ? st : prepare_confinement(p, ret_confined, diag);
}

static pl_status say_failure(const struct plan *p, struct failure f, struct pl_diag *diag)
{
	pl_status st = pl_status_from_errno(f.err);

	switch ((enum stage)f.stage) {
	case STAGE_CWD:
		return pl_diag_set(diag, st, "directory %s: %s", p->spec->cwd, pl_status_text(st));
	case STAGE_CONFINE:
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this kernel refused to confine the program (errno %d)", f.err);
	case STAGE_EXEC:
		return pl_diag_set(diag, st, "program %s: %s (errno %d)", p->path, pl_status_text(st), f.err);
	case STAGE_SETUP:
	case STAGE_LIMITS:
		break;
	}
	return pl_diag_set(diag, PL_E_IO, "program %s could not be started (errno %d)", p->path, f.err);
}

/* Fork; PL_OK once the child has become the program. */
static pl_status launch(struct plan *p, pid_t *ret, struct pl_diag *diag)
{
	int report[2] = {-1, -1};
	struct failure f = {0};
	ssize_t n;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) != 0)
		return pl_status_from_errno(errno);
	p->report = report[1];
	pid = fork();
	if (pid == 0)
		become(p);
	pl_file_close(&report[1]);
	if (pid < 0) {
		close_pair(report);
		return pl_diag_set(diag, PL_E_NOMEM, "no process could be started (errno %d)", errno);
	}
	do
		n = read(report[0], &f, sizeof f);
	while (n < 0 && errno == EINTR);
	pl_file_close(&report[0]);
	if (n == 0) {
		*ret = pid;
		return PL_OK;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return n == (ssize_t)sizeof f ? say_failure(p, f, diag) : PL_E_IO;
}

/* ---- waiting ---- */

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * PL_SECOND + (uint64_t)t.tv_usec * 1000;
}

static void fill_result(int status, const struct rusage *u, struct pl_child_result *ret)
{
	ret->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	ret->cpu_ns = timeval_ns(u->ru_utime) + timeval_ns(u->ru_stime);
	ret->max_rss = (uint64_t)u->ru_maxrss * 1024;
}

/* The leader is dead but not reaped, so its group id cannot be somebody else's. */
static pl_status reap(pid_t pid, struct pl_child_result *ret)
{
	struct rusage u = {0};
	int status = 0;
	pid_t r;

	(void)kill(-pid, SIGKILL);
	do
		r = wait4(pid, &status, 0, &u);
	while (r < 0 && errno == EINTR);
	if (r != pid)
		return PL_E_IO;
	if (ret)
		fill_result(status, &u, ret);
	return PL_OK;
}

static int open_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* The three pipes of a running child, and its end. */
struct talk {
	const struct pl_child_spec *spec;
	int in, out, err, pidfd; /* our ends; -1 when closed */
	size_t sent;
	pl_status status;
};

static void feed(struct talk *t)
{
	pl_bytes data = t->spec->input;
	ssize_t n = write(t->in, data.ptr + t->sent, data.len - t->sent);

	if (n > 0)
		t->sent += (size_t)n;
	if (t->sent == data.len || (n < 0 && errno != EAGAIN && errno != EINTR))
		pl_file_close(&t->in); /* all said, or the child no longer listens */
}

static void drain(struct talk *t, int *fd, struct pl_buf *to)
{
	uint8_t piece[16384];
	ssize_t n = read(*fd, piece, sizeof piece);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		pl_file_close(fd);
	} else if (n > 0) {
		pl_buf_put(to, piece, (size_t)n);
		if (pl_buf_status(to) && !t->status)
			t->status = pl_buf_status(to);
	}
}

static void after_end(struct talk *t)
{
	/* What is still in the pipes is all there will be: the group is dead. */
	for (int rounds = 0; rounds < 4096 && (t->out >= 0 || t->err >= 0); rounds++) {
		struct pollfd p[2] = {{.fd = t->out, .events = POLLIN}, {.fd = t->err, .events = POLLIN}};

		if (poll(p, 2, 0) <= 0)
			break;
		if (p[0].revents)
			drain(t, &t->out, t->spec->out);
		if (p[1].revents)
			drain(t, &t->err, t->spec->err);
	}
}

/* Until the child ends, its time is over, it said too much, or the caller wants it stopped. */
static void converse(struct talk *t, uint64_t deadline)
{
	while (!t->status) {
		struct pollfd p[4] = {
			{.fd = t->in, .events = POLLOUT}, {.fd = t->out, .events = POLLIN}, {.fd = t->err, .events = POLLIN},
			{.fd = t->pidfd, .events = POLLIN},
		};
		uint64_t now = pl_time_monotonic();
		uint64_t left = deadline > now ? (deadline - now) / PL_MILLISECOND + 1 : 0;

		if (left == 0) {
			t->status = PL_E_TIMEOUT;
			return;
		}
		if (poll(p, 4, left < 250 ? (int)left : 250) < 0 && errno != EINTR) {
			t->status = PL_E_IO;
			return;
		}
		if (p[0].revents)
			feed(t);
		if (p[1].revents)
			drain(t, &t->out, t->spec->out);
		if (p[2].revents)
			drain(t, &t->err, t->spec->err);
		if (p[3].revents)
			return;
		if (t->spec->stop && t->spec->stop(t->spec->stop_ctx))
			t->status = PL_E_CANCELLED;
	}
}

static pl_status see_through(struct talk *t, pid_t pid, struct pl_child_result *ret)
{
	uint64_t start = pl_time_monotonic(), end = UINT64_MAX;
	uint64_t timeout = t->spec->limits.timeout_ns;
	pl_status st;

	if (timeout && timeout < UINT64_MAX - start)
		end = start + timeout;
	t->pidfd = open_pidfd(pid);
	if (t->pidfd < 0)
		t->status = PL_E_UNSUPPORTED;
	converse(t, end);
	st = reap(pid, ret);
	after_end(t);
	ret->wall_ns = pl_time_monotonic() - start;
	return t->status ? t->status : st;
}

/* ---- pipes for a captured run ---- */

static void close_talk(struct talk *t)
{
	pl_file_close(&t->in);
	pl_file_close(&t->out);
	pl_file_close(&t->err);
	pl_file_close(&t->pidfd);
}

static bool nonblocking_pipe(int pair[2], int our_end)
{
	return pipe2(pair, O_CLOEXEC) == 0 && fcntl(pair[our_end], F_SETFL, O_NONBLOCK) == 0;
}

/* Descriptors of the child that were opened for it here; the caller's own are not among them. */
struct opened {
	int null, in, out, err;
};

static void close_opened(struct opened *o)
{
	pl_file_close(&o->null);
	pl_file_close(&o->in);
	pl_file_close(&o->out);
	pl_file_close(&o->err);
}

static pl_status connect_child(struct plan *p, struct talk *t, struct opened *o)
{
	const struct pl_child_spec *s = p->spec;
	int pair[2];

	o->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (o->null < 0)
		return PL_E_IO;
	p->in = s->stdin_fd ? s->stdin_fd : o->null;
	p->out = s->out_fd ? s->out_fd : o->null;
	p->err = s->err_fd ? s->err_fd : s->err_inherit ? STDERR_FILENO : o->null;
	if (t && !s->stdin_fd && s->input.len) {
		if (!nonblocking_pipe(pair, 1))
			return PL_E_IO;
		p->in = o->in = pair[0];
		t->in = pair[1];
	}
	if (t && s->out) {
		if (!nonblocking_pipe(pair, 0))
			return PL_E_IO;
		p->out = o->out = pair[1];
		t->out = pair[0];
	}
	if (t && s->err) {
		if (!nonblocking_pipe(pair, 0))
			return PL_E_IO;
		p->err = o->err = pair[1];
		t->err = pair[0];
	}
	return PL_OK;
}

/* A program that does not read its input must not end us by SIGPIPE; the caller's handling is put back after. */
static void block_sigpipe(sigset_t *old)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, old);
}

static void restore_sigpipe(const sigset_t *old)
{
	sigset_t set, pending;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	if (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1 && sigismember(old, SIGPIPE) == 0)
		(void)sigtimedwait(&set, NULL, &(struct timespec){0});
	(void)pthread_sigmask(SIG_SETMASK, old, NULL);
}

pl_status pl_child_run(const struct pl_child_spec *spec, struct pl_child_result *ret, struct pl_diag *diag)
{
	struct talk t = {.spec = spec, .in = -1, .out = -1, .err = -1, .pidfd = -1};
	struct opened o = {-1, -1, -1, -1};
	struct pl_child_result result = {0};
	struct plan p;
	sigset_t old;
	pid_t pid = -1;
	pl_status st = prepare(&p, spec, &result.confined, diag);

	block_sigpipe(&old);
	if (!st)
		st = connect_child(&p, &t, &o);
	if (!st)
		st = launch(&p, &pid, diag);
	close_opened(&o);
	pl_file_close(&p.ruleset);
	if (!st) {
		st = see_through(&t, pid, &result);
		if (st)
			(void)pl_diag_set(diag, st, "program %s: %s", p.path, pl_status_text(st));
	}
	close_talk(&t);
	restore_sigpipe(&old);
	if (!st)
		*ret = result;
	return st;
}

pl_status pl_child_start(const struct pl_child_spec *spec, pid_t *ret_pid, struct pl_diag *diag)
{
	struct opened o = {-1, -1, -1, -1};
	struct plan p;
	bool confined;
	pl_status st = prepare(&p, spec, &confined, diag);

	if (!st)
		st = connect_child(&p, NULL, &o);
	if (!st)
		st = launch(&p, ret_pid, diag);
	close_opened(&o);
	pl_file_close(&p.ruleset);
	return st;
}

pl_status pl_child_wait(pid_t pid, uint64_t wait_ns, struct pl_child_result *ret)
{
	int fd PL_CLEANUP(pl_file_close) = open_pidfd(pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct pl_child_result r = {.confined = false};
	uint64_t ms = wait_ns / PL_MILLISECOND;
	pl_status st;

	if (fd < 0)
		return PL_E_NOTFOUND;
	if (poll(&p, 1, ms > INT_MAX ? INT_MAX : (int)ms) <= 0)
		return PL_E_BUSY;
	st = reap(pid, &r);
	if (!st && ret)
		*ret = r;
	return st;
}

void pl_child_end(pid_t pid, uint64_t grace_ns)
{
	(void)kill(-pid, SIGTERM);
	if (pl_child_wait(pid, grace_ns, NULL) != PL_E_BUSY)
		return;
	(void)reap(pid, NULL);
}

/* ---- our own code in a confined child ---- */

struct answer_head {
	uint32_t status, full; /* full: the output did not fit */
	uint64_t len;
};

struct call {
	pl_child_fn fn;
	void *ctx;
	const int *fds;
	size_t fd_count, max;
	const struct pl_child_limits *limits;
	int ruleset, answer;
	pid_t parent;
};

static int cmp_int(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Close all but @keep (sorted, @n of them). */
static int close_others(const int *keep, size_t n)
{
	unsigned from = 3;

	for (size_t i = 0; i < n; i++) {
		unsigned fd = (unsigned)keep[i];

		if (fd < from)
			continue;
		if (fd > from && syscall(SYS_close_range, from, fd - 1, 0) != 0)
			return errno;
		from = fd + 1;
	}
	return syscall(SYS_close_range, from, ~0u, 0) == 0 ? 0 : errno;
}

static int shut_in(struct call *c)
{
	int keep[66], null, e;
	size_t n = 0;

	if (c->fd_count > 64)
		return EMFILE;
	default_signals();
	e = detach(c->parent, false);
	if (e)
		return e;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* A parser must not be able to write into our log; a sanitizer's report may. */
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!SANITIZED && dup2(null, 2) < 0))
		return errno;
	for (size_t i = 0; i < c->fd_count; i++)
		keep[n++] = c->fds[i];
	keep[n++] = c->answer;
	if (c->ruleset >= 0)
		keep[n++] = c->ruleset;
	qsort(keep, n, sizeof keep[0], cmp_int);
	e = close_others(keep, n);
	if (!e)
		e = set_limits(c->limits);
	if (!e)
		e = pl_child_enter_ruleset(c->ruleset);
	(void)close(c->ruleset);
	return e ? e : pl_child_filter_computation();
}

static bool send_all(int fd, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static _Noreturn void answer_from_inside(struct call *c)
{
	struct pl_buf out = PL_BUF(c->max);
	struct answer_head head = {0};
	pl_status st;

	if (shut_in(c) != 0) {
		head.status = PL_E_UNSUPPORTED;
		_exit(send_all(c->answer, &head, sizeof head) ? 0 : 1);
	}
	st = c->fn(c->ctx, &out);
	head.status = (uint32_t)st;
	head.full = pl_buf_status(&out) != PL_OK;
	head.len = head.full ? 0 : out.len;
	_exit(send_all(c->answer, &head, sizeof head) && send_all(c->answer, out.ptr, (size_t)head.len) ? 0 : 1);
}

static pl_status unpack(struct pl_buf *raw, const struct pl_child_result *r, struct pl_buf *out)
{
	struct answer_head head;

	if (r->code != 0 || raw->len < sizeof head)
		return PL_E_CORRUPT;
	memcpy(&head, raw->ptr, sizeof head);
	if (head.status >= PL_STATUS_COUNT || head.len != raw->len - sizeof head)
		return PL_E_CORRUPT;
	if (head.full && head.status == PL_OK)
		return PL_E_TOOBIG;
	if (head.status == PL_OK)
		pl_buf_put(out, raw->ptr + sizeof head, (size_t)head.len);
	return head.status ? (pl_status)head.status : pl_buf_status(out);
}

static pl_status call_inside(struct call *c, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF(c->max + sizeof(struct answer_head));
	struct pl_child_spec spec = {.out = &raw, .limits = *c->limits};
	struct talk t = {.spec = &spec, .in = -1, .out = -1, .err = -1, .pidfd = -1};
	struct pl_child_result r = {0};
	int pair[2] = {-1, -1};
	pl_status st;
	pid_t pid;

	if (!nonblocking_pipe(pair, 0))
		return PL_E_IO;
	c->answer = pair[1];
	pid = fork();
	if (pid == 0)
		answer_from_inside(c);
	pl_file_close(&pair[1]);
	t.out = pair[0];
	st = pid < 0 ? PL_E_NOMEM : see_through(&t, pid, &r);
	close_talk(&t);
	if (!st)
		st = unpack(&raw, &r, out);
	if (st == PL_E_CORRUPT && r.signal)
		return pl_diag_set(diag, st, "the confined child was ended by signal %d", r.signal);
	if (st == PL_E_UNSUPPORTED)
		return pl_diag_set(diag, st, "this kernel refused to confine a child");
	return st;
}

pl_status pl_child_confined_call(pl_child_fn fn, void *ctx, const int *fds, size_t fd_count,
	const struct pl_child_limits *limits, struct pl_buf *out, struct pl_diag *diag)
{
	static const struct pl_child_limits usual = {.timeout_ns = 60 * PL_SECOND};
	struct call c = {.fn = fn, .ctx = ctx, .fds = fds, .fd_count = fd_count, .limits = limits ? limits : &usual,
		.ruleset = -1, .answer = -1, .parent = getpid()};
	struct pl_child_support have = pl_child_support();
	pl_status st;

	/* Without landlock the filter alone still refuses every call that opens something, so it is the one that counts. */
	if (!have.seccomp)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this kernel has no seccomp filters to confine a child");
	if (pl_buf_status(out))
		return pl_buf_status(out);
	c.max = out->max - out->len;
	if (c.max > SIZE_MAX - sizeof(struct answer_head) - 1)
		c.max -= sizeof(struct answer_head) + 1;
	st = pl_child_ruleset(NULL, 0, &c.ruleset, diag);
	if (!st)
		st = call_inside(&c, out, diag);
	pl_file_close(&c.ruleset);
	return st;
}
