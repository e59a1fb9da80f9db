/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child.h"
#include "base/child_confine.h"
#include "base/child_internal.h"
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

	pl_child_default_signals();
	e = pl_child_detach(p->parent, s->own_session);
	if (!e)
		e = place_fds(p);
	if (e)
		give_up(p->report, STAGE_SETUP, e);
	if (s->cwd && chdir(s->cwd) != 0)
		give_up(p->report, STAGE_CWD, errno);
	e = pl_child_set_limits(&s->limits);
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

/* ---- connecting ---- */

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

static pl_status connect_child(struct plan *p, struct pl_child_talk *t, struct opened *o)
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
		if (!pl_child_pipe(pair, 1))
			return PL_E_IO;
		p->in = o->in = pair[0];
		t->in = pair[1];
	}
	if (t && s->out) {
		if (!pl_child_pipe(pair, 0))
			return PL_E_IO;
		p->out = o->out = pair[1];
		t->out = pair[0];
	}
	if (t && s->err) {
		if (!pl_child_pipe(pair, 0))
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
	struct pl_child_talk t = {.spec = spec, .in = -1, .out = -1, .err = -1, .pidfd = -1};
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
		st = pl_child_see_through(&t, pid, &result);
		if (st)
			(void)pl_diag_set(diag, st, "program %s: %s", p.path, pl_status_text(st));
	}
	pl_child_close_talk(&t);
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
	int fd PL_CLEANUP(pl_file_close) = pl_child_pidfd(pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct pl_child_result r = {.confined = false};
	uint64_t ms = wait_ns / PL_MILLISECOND;
	pl_status st;

	if (fd < 0)
		return PL_E_NOTFOUND;
	if (poll(&p, 1, ms > INT_MAX ? INT_MAX : (int)ms) <= 0)
		return PL_E_BUSY;
	st = pl_child_reap(pid, &r);
	if (!st && ret)
		*ret = r;
	return st;
}

void pl_child_end(pid_t pid, uint64_t grace_ns)
{
	(void)kill(-pid, SIGTERM);
	if (pl_child_wait(pid, grace_ns, NULL) != PL_E_BUSY)
		return;
	(void)pl_child_reap(pid, NULL);
}
