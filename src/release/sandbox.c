/* SPDX-License-Identifier: Apache-2.0 */
#include "release/sandbox.h"
#include "base/file.h"
#include "base/time.h"
#include "release/sandbox_exec.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA_MAX ((size_t)4 << 20)
#define TICK_MS 200
#define UID_FIRST 62000u
#define UID_COUNT 3000u

/* ---- /etc ---- */

static pl_status put_etc(const struct pl_sandbox *box, int dir, struct pl_buf *text)
{
	const char *home = box->home;
	pl_status st;

	pl_buf_printf(text, "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n%s:x:%u:%u::%s:/bin/sh\n", box->user,
		(unsigned)box->uid, (unsigned)box->gid, home);
	st = pl_buf_status(text);
	if (st == PL_OK)
		st = pl_file_put_loose(dir, "passwd", pl_buf_bytes(text), 0644);
	pl_buf_clear(text);
	pl_buf_printf(text, "root:x:0:\n%s:x:%u:\n", box->user, (unsigned)box->gid);
	if (st == PL_OK)
		st = pl_buf_status(text);
	if (st == PL_OK)
		st = pl_file_put_loose(dir, "group", pl_buf_bytes(text), 0644);
	pl_buf_clear(text);
	pl_buf_printf(text, "127.0.0.1 localhost %s\n::1 localhost\n", box->host);
	if (st == PL_OK)
		st = pl_buf_status(text);
	return st == PL_OK ? pl_file_put_loose(dir, "hosts", pl_buf_bytes(text), 0644) : st;
}

static pl_status write_etc(const struct pl_sandbox *box)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, box->etc_dir, &dir);

	return st == PL_OK ? put_etc(box, dir, &text) : st;
}

/* ---- running ---- */

struct run {
	const struct pl_sandbox *box;
	struct pl_buf *log;
	pid_t pid;
	int out, status; /* read ends: what the command prints; what bubblewrap says about it */
	uint64_t deadline;
	struct pl_sandbox_result result;
	bool stopped;
};

static bool disk_nearly_full(const struct pl_sandbox *box)
{
	struct statvfs v;

	return box->disk_fd >= 0 && fstatvfs(box->disk_fd, &v) == 0 &&
		(uint64_t)v.f_bavail * v.f_frsize < box->disk_reserve;
}

static void stop(struct run *r, enum pl_sandbox_end why)
{
	if (r->stopped)
		return;
	r->stopped = true;
	r->result.end = why;
	/* bubblewrap's init dies with it, and with init its whole pid namespace. */
	(void)kill(r->pid, SIGKILL);
}

/* Take what there is to read; false at the end. */
static bool take_output(struct run *r)
{
	uint8_t piece[16384];
	ssize_t n = read(r->out, piece, sizeof piece);
	size_t room = r->log->max - r->log->len;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	if ((size_t)n > room)
		r->result.log_cut = true;
	pl_buf_put(r->log, piece, (size_t)n < room ? (size_t)n : room);
	return true;
}

static void follow(struct run *r)
{
	struct pollfd p = {.fd = r->out, .events = POLLIN};
	uint64_t give_up = UINT64_MAX;

	for (;;) {
		int n = poll(&p, 1, TICK_MS);
		uint64_t now = pl_time_monotonic();

		if (n > 0 && !take_output(r))
			return;
		if (r->deadline && now >= r->deadline)
			stop(r, PL_SANDBOX_TIMEOUT);
		else if (disk_nearly_full(r->box))
			stop(r, PL_SANDBOX_DISK);
		if (r->stopped && give_up == UINT64_MAX)
			give_up = now + 10 * PL_SECOND;
		if (now >= give_up)
			return;
	}
}

/* The number behind @key in what bubblewrap reports. */
static bool reported(pl_str report, pl_str key, uint64_t *ret)
{
	pl_str rest = pl_str_sub(report, pl_str_find_str(report, key), report.len);
	size_t digits = 0;

	if (!pl_str_eat(&rest, key))
		return false;
	rest = pl_str_trim(rest);
	while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
		digits++;
	return pl_str_to_u64(pl_str_sub(rest, 0, digits), INT32_MAX, ret) == PL_OK;
}

static void add_cpu(struct run *r, const struct rusage *use)
{
	r->result.cpu_ns += (uint64_t)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) * PL_SECOND +
		(uint64_t)(use->ru_utime.tv_usec + use->ru_stime.tv_usec) * 1000;
}

/* bubblewrap writes {"child-pid": N} at once and {"exit-code": N} only if the command was started. */
static bool read_report(struct run *r)
{
	char text[512];
	size_t got = 0;
	ssize_t n;
	uint64_t code, init;
	struct rusage use;

	while (got < sizeof text && (n = read(r->status, text + got, sizeof text - got)) > 0)
		got += (size_t)n;
	/* bubblewrap leaves without waiting for the init of its pid namespace, which is ours now (PR_SET_CHILD_SUBREAPER):
	 * everything inside was waited for by it. */
	if (reported(pl_str_of(text, got), PL_STR("\"child-pid\":"), &init) && wait4((pid_t)init, NULL, 0, &use) > 0)
		add_cpu(r, &use);
	if (!reported(pl_str_of(text, got), PL_STR("\"exit-code\":"), &code) || code > 255)
		return false;
	r->result.end = code > 128 ? PL_SANDBOX_KILLED : PL_SANDBOX_EXITED;
	r->result.code = (int)(code > 128 ? code - 128 : code);
	return true;
}

static void reap(struct run *r)
{
	struct rusage use = {0};
	int status;

	while (wait4(r->pid, &status, 0, &use) < 0 && errno == EINTR)
		;
	add_cpu(r, &use);
}

static pl_str first_line(const struct pl_buf *log, size_t from)
{
	pl_str rest = pl_str_sub(pl_buf_str(log), from, log->len);

	return pl_str_sub(rest, 0, pl_str_find(rest, '\n'));
}

static bool setting_is(const char *path, char value)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	return pl_file_read(AT_FDCWD, path, &text) == PL_OK && text.len == 2 && text.ptr[0] == (uint8_t)value;
}

static void hint(struct pl_diag *diag)
{
	if (setting_is("/proc/sys/kernel/unprivileged_userns_clone", '0'))
		pl_diag_hint(diag, "user namespaces are off: sysctl -w kernel.unprivileged_userns_clone=1");
	else if (setting_is("/proc/sys/user/max_user_namespaces", '0'))
		pl_diag_hint(diag, "user namespaces are off: sysctl -w user.max_user_namespaces=10000");
	else if (setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
		pl_diag_hint(diag, "AppArmor keeps user namespaces from bwrap: allow them in a profile for /usr/bin/bwrap, or "
			"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
	else
		pl_diag_hint(diag, "a sandbox needs user, pid, mount and network namespaces; a container may withhold them "
			"(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone)");
}

static pl_status finish(struct run *r, size_t log_from, struct pl_sandbox_result *ret, struct pl_diag *diag)
{
	pl_str line = first_line(r->log, log_from);
	enum pl_sandbox_end why = r->result.end;
	bool ran = read_report(r);

	if (r->stopped) {
		r->result.end = why;
	} else if (!ran) {
		hint(diag);
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "the sandbox could not be made: %.*s", PL_STR_ARG(line));
	}
	*ret = r->result;
	return PL_OK;
}

pl_status pl_sandbox_run(const struct pl_sandbox *box, const char *const *argv, struct pl_buf *log,
	struct pl_sandbox_result *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_MAX);
	struct run r = {.box = box, .log = log, .out = -1, .status = -1};
	size_t log_from = log->len;
	uint64_t start = pl_time_monotonic();
	const char *const *command;
	int was_reaper = 0;
	pl_status st = write_etc(box);

	if (st != PL_OK)
		return pl_diag_set(diag, st, "cannot write below \"%s\"", box->etc_dir);
	st = pl_sandbox_command(box, argv, &arena, &command);
	if (st == PL_OK)
		st = pl_sandbox_exec(box, command, &r.pid, &r.out, &r.status, diag);
	if (st != PL_OK)
		return st;
	(void)prctl(PR_GET_CHILD_SUBREAPER, &was_reaper);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (box->time_limit)
		r.deadline = start + box->time_limit;
	follow(&r);
	reap(&r);
	r.result.wall_ns = pl_time_monotonic() - start;
	st = finish(&r, log_from, ret, diag);
	(void)prctl(PR_SET_CHILD_SUBREAPER, was_reaper);
	pl_file_close(&r.out);
	pl_file_close(&r.status);
	return st;
}

uint32_t pl_sandbox_outer_uid(unsigned n)
{
	uint32_t spread = (uint32_t)getpid() * 7919u + n * 17u;

	if (geteuid() != 0)
		return 0;
	for (uint32_t i = 0; i < UID_COUNT; i++) {
		uint32_t uid = UID_FIRST + (spread + i) % UID_COUNT;

		if (!getpwuid(uid) && !getgrgid(uid))
			return uid;
	}
	return UID_FIRST + UID_COUNT + n;
}

pl_status pl_sandbox_check(struct pl_diag *diag)
{
	static const char *const argv[] = {"/usr/bin/true", NULL};
	static const char *const environment[] = {"PATH=/usr/bin", NULL};
	struct pl_buf log PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char etc[] = "/tmp/pellucid-box-XXXXXX";
	struct pl_sandbox box = {.uid = 1000, .gid = 1000, .outer_uid = pl_sandbox_outer_uid(0), .user = "builder",
		.host = "build", .home = "/home/builder", .cwd = "/", .etc_dir = etc, .environment = environment, .umask = 022,
		.time_limit = 20 * PL_SECOND, .disk_fd = -1};
	struct pl_sandbox_result result = {0};
	static const char *const made[] = {"passwd", "group", "hosts"};
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	if (!mkdtemp(etc) || chmod(etc, 0755))
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot make a directory below /tmp");
	st = pl_sandbox_run(&box, argv, &log, &result, diag);
	if (pl_file_open_dir(AT_FDCWD, etc, &dir) == PL_OK)
		for (size_t i = 0; i < PL_COUNT(made); i++)
			(void)unlinkat(dir, made[i], 0);
	(void)rmdir(etc);
	if (st == PL_OK && (result.end != PL_SANDBOX_EXITED || result.code != 0)) {
		hint(diag);
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "a command in the sandbox does not run");
	}
	return st;
}
