/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why not base/child: the umask, the set of processors and the user id must change between fork and exec, output beyond the
 * bound must be cut instead of ending the command, and bubblewrap's report needs a descriptor of its own.
 */
#include "release/sandbox_exec.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BWRAP "/usr/bin/bwrap"
#define WORDS_MAX 2048u

struct words {
	struct pl_arena *arena;
	const char **list;
	size_t n;
	pl_status status;
};

static void add(struct words *w, const char *word)
{
	if (w->n + 1 >= WORDS_MAX)
		w->status = PL_E_TOOBIG;
	else
		w->list[w->n++] = word;
}

static void add3(struct words *w, const char *a, const char *b, const char *c)
{
	add(w, a);
	add(w, b);
	add(w, c);
}

static const char *keep(struct words *w, pl_str s)
{
	pl_str copy = {.ptr = ""};

	if (pl_arena_dup(w->arena, s, &copy) != PL_OK)
		w->status = PL_E_TOOBIG;
	return copy.ptr;
}

static const char *number(struct words *w, uint64_t v)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(24);

	pl_buf_put_u64(&text, v);
	return keep(w, pl_buf_str(&text));
}

static void add_namespaces(struct words *w, const struct pl_sandbox *box)
{
	static const char *const fixed[] = {BWRAP, "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL",
		"--die-with-parent", "--new-session", "--json-status-fd", "3", "--clearenv"};

	for (size_t i = 0; i < PL_COUNT(fixed); i++)
		add(w, fixed[i]);
	add(w, "--uid");
	add(w, number(w, box->uid));
	add(w, "--gid");
	add(w, number(w, box->gid));
	add(w, "--hostname");
	add(w, box->host);
}

static void add_etc(struct words *w, const struct pl_sandbox *box)
{
	static const char *const made[] = {"passwd", "group", "hosts"};

	add3(w, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives");
	add3(w, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache");
	for (size_t i = 0; i < PL_COUNT(made); i++) {
		struct pl_buf outer PL_CLEANUP(pl_buf_done) = PL_BUF(4096), inner PL_CLEANUP(pl_buf_done) = PL_BUF(64);

		pl_buf_printf(&outer, "%s/%s", box->etc_dir, made[i]);
		pl_buf_printf(&inner, "/etc/%s", made[i]);
		if (pl_buf_status(&outer) != PL_OK)
			w->status = PL_E_TOOBIG;
		add3(w, "--ro-bind", keep(w, pl_buf_str(&outer)), keep(w, pl_buf_str(&inner)));
	}
}

static void add_tmpfs(struct words *w, uint64_t size, const char *mode, const char *path)
{
	add(w, "--size");
	add(w, number(w, size));
	add(w, "--perms");
	add(w, mode);
	add(w, "--tmpfs");
	add(w, path);
}

static void add_files(struct words *w, const struct pl_sandbox *box)
{
	static const char *const links[][2] = {{"/bin", "usr/bin"}, {"/sbin", "usr/sbin"}, {"/lib", "usr/lib"},
		{"/lib32", "usr/lib32"}, {"/lib64", "usr/lib64"}, {"/libx32", "usr/libx32"}};
	uint64_t tmp = box->tmp_size ? box->tmp_size : UINT64_C(1) << 30;
	struct stat st;

	add3(w, "--ro-bind", "/usr", "/usr");
	for (size_t i = 0; i < PL_COUNT(links); i++) {
		if (lstat(links[i][0], &st) == 0 && S_ISLNK(st.st_mode))
			add3(w, "--symlink", links[i][1], links[i][0]);
		else if (lstat(links[i][0], &st) == 0)
			add3(w, "--ro-bind", links[i][0], links[i][0]);
	}
	add_etc(w, box);
	add(w, "--proc");
	add(w, "/proc");
	add(w, "--dev");
	add(w, "/dev");
	add_tmpfs(w, tmp, "1777", "/dev/shm");
	add_tmpfs(w, tmp, "1777", "/tmp");
	add_tmpfs(w, tmp, "0700", box->home);
	for (size_t i = 0; i < box->nbinds && i < PL_SANDBOX_BINDS_MAX; i++)
		add3(w, box->binds[i].writable ? "--bind" : "--ro-bind", box->binds[i].outer, box->binds[i].inner);
	/* The root and /dev are tmpfs of the sandbox's own user: without this they were unbounded memory to write to. */
	add(w, "--remount-ro");
	add(w, "/dev");
	add(w, "--remount-ro");
	add(w, "/");
}

static void add_environment(struct words *w, const struct pl_sandbox *box)
{
	for (size_t i = 0; box->environment[i]; i++) {
		pl_str rest = pl_str_from(box->environment[i]), name;

		if (!pl_str_take_until(&rest, '=', &name) || !name.len) {
			w->status = PL_E_SYNTAX;
			return;
		}
		add3(w, "--setenv", keep(w, name), rest.ptr);
	}
}

pl_status pl_sandbox_command(const struct pl_sandbox *box, const char *const *argv, struct pl_arena *arena,
	const char *const **ret)
{
	struct words w = {.arena = arena, .status = PL_OK};

	w.list = pl_arena_alloc(arena, WORDS_MAX, sizeof *w.list);
	if (!w.list)
		return PL_E_TOOBIG;
	add_namespaces(&w, box);
	add_files(&w, box);
	add_environment(&w, box);
	add(&w, "--chdir");
	add(&w, box->cwd);
	add(&w, "--");
	for (size_t i = 0; argv[i]; i++)
		add(&w, argv[i]);
	if (w.status != PL_OK)
		return w.status;
	w.list[w.n] = NULL;
	*ret = w.list;
	return PL_OK;
}

/* ---- between fork and exec ---- */

static bool limit(int what, uint64_t value)
{
	const struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	return value == 0 || setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool set_limits(const struct pl_sandbox *box)
{
	const struct rlimit none = {0};

	return setrlimit(RLIMIT_CORE, &none) == 0 && limit(RLIMIT_AS, box->memory_limit) &&
		limit(RLIMIT_FSIZE, box->file_limit) && limit(RLIMIT_NPROC, box->process_limit) &&
		limit(RLIMIT_CPU, box->cpu_seconds) && limit(RLIMIT_NOFILE, 4096);
}

/* Keep the first @n of the processors that we may use. */
static bool set_processors(unsigned n)
{
	cpu_set_t all, some;
	unsigned kept = 0;

	if (!n || sched_getaffinity(0, sizeof all, &all))
		return n == 0;
	CPU_ZERO(&some);
	for (unsigned i = 0; i < CPU_SETSIZE && kept < n; i++) {
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &some);
			kept++;
		}
	}
	return sched_setaffinity(0, sizeof some, &some) == 0;
}

static bool become(uint32_t uid)
{
	if (!uid)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0;
}

static bool set_descriptors(int out, int status)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	/* @out and @status are above 9 (see pl_sandbox_exec), so no dup2 destroys what a later one needs. */
	return null >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2 &&
		dup2(status, PL_SANDBOX_STATUS_FD) == PL_SANDBOX_STATUS_FD &&
		close_range(PL_SANDBOX_STATUS_FD + 1, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
}

static void reset_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
}

static _Noreturn void in_child(const struct pl_sandbox *box, const char *const *command, pid_t parent, int out,
	int status, int failure)
{
	static const char *const no_environment[] = {NULL};
	int err;

	reset_signals();
	(void)setsid();
	(void)umask((mode_t)box->umask);
	if (set_processors(box->cpus) && set_limits(box) && become(box->outer_uid) &&
		prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && chdir("/") == 0 && set_descriptors(out, status))
		(void)execve(BWRAP, (char *const *)(uintptr_t)command, (char *const *)(uintptr_t)no_environment);
	err = errno;
	(void)!write(failure, &err, sizeof err);
	_exit(127);
}

/* A pipe whose descriptors are above 9. */
static pl_status high_pipe(int ret[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		return pl_status_from_errno(errno);
	ret[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 10);
	ret[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 10);
	pl_file_close(&low[0]);
	pl_file_close(&low[1]);
	return ret[0] >= 0 && ret[1] >= 0 ? PL_OK : pl_status_from_errno(errno);
}

static void close_pipe(int p[2])
{
	pl_file_close(&p[0]);
	pl_file_close(&p[1]);
}

/* Did exec succeed? (The pipe closes without a word then.) */
static pl_status started(int failure, struct pl_diag *diag)
{
	int err = 0;
	ssize_t n;

	do
		n = read(failure, &err, sizeof err);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof err)
		return PL_OK;
	if (err == ENOENT) {
		pl_diag_hint(diag, "apt-get install bubblewrap");
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "bubblewrap is not installed (" BWRAP ")");
	}
	return pl_diag_set(diag, PL_E_UNSUPPORTED, "bubblewrap cannot be started: %s", strerrordesc_np(err));
}

pl_status pl_sandbox_exec(const struct pl_sandbox *box, const char *const *command, pid_t *ret_pid, int *ret_out,
	int *ret_status, struct pl_diag *diag)
{
	int out[2] = {-1, -1}, status[2] = {-1, -1}, failure[2] = {-1, -1};
	pid_t parent = getpid(), pid = -1;
	pl_status st = high_pipe(out);

	if (st == PL_OK)
		st = high_pipe(status);
	if (st == PL_OK)
		st = high_pipe(failure);
	if (st == PL_OK && (pid = fork()) < 0)
		st = pl_status_from_errno(errno);
	if (pid == 0)
		in_child(box, command, parent, out[1], status[1], failure[1]);
	pl_file_close(&out[1]);
	pl_file_close(&status[1]);
	pl_file_close(&failure[1]);
	if (st == PL_OK)
		st = started(failure[0], diag);
	pl_file_close(&failure[0]);
	if (st != PL_OK) {
		close_pipe(out);
		close_pipe(status);
		return st;
	}
	*ret_pid = pid;
	*ret_out = out[0];
	*ret_status = status[0];
	return PL_OK;
}
