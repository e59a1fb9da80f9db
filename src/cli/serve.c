/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli/serve: starts the processes that an instance needs on one machine and keeps them running.
 *
 * What always holds:
 *  1. A child dies with this process (PR_SET_PDEATHSIG), and this process does not end before its children have.
 *  2. A child that ends is started again after a pause that doubles from 0.2 s to 30 s while it keeps failing; one that
 *     says "wrong usage or refused" (exit 1 or 2) is not started again, because trying again changes nothing, and then
 *     everything stops.
 *  3. Where there is no instance nothing is started. A database that does not answer yet is waited for, as 2 says.
 *  4. SIGTERM and SIGINT reach the children as SIGTERM in the reverse order of starting: web first, signer last.
 */
#include "base/event.h"
#include "base/time.h"
#include "cli/instance.h"
#include "register/register.h"
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <poll.h>
#include <unistd.h>

#define PAUSE_FIRST (200 * PL_MILLISECOND)
#define PAUSE_MOST (30 * PL_SECOND)
#define STEADY (60 * PL_SECOND) /* ran this long: the next failure is a new one */
#define STOP_PATIENCE (20 * PL_SECOND)
#define MAX_ARGS 12

struct process {
	const char *name;
	const char *argv[MAX_ARGS]; /* ends with NULL */
	size_t argc;
	pid_t pid; /* 0: not running */
	uint64_t started, restart_at, pause;
};

struct supervisor {
	struct process processes[8];
	size_t count;
	int signals; /* signalfd */
	bool stopping;
	int code;
};

static void child_main(const struct process *p, pid_t parent)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* A terminal's Ctrl-C goes to the whole group; the children wait for our order instead. */
	(void)setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(PL_EXIT_UNKNOWN);
	/* execv does not write to its arguments (POSIX, exec, rationale); the cast is for its old prototype. */
	(void)execv("/proc/self/exe", (char *const *)(uintptr_t)p->argv);
	_exit(PL_EXIT_UNKNOWN);
}

static void start(struct process *p)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		child_main(p, parent);
	p->started = pl_time_monotonic();
	p->restart_at = 0;
	if (pid < 0) {
		p->restart_at = p->started + PAUSE_MOST;
		pl_event("serve.fork_failed", PL_EV_Z("process", p->name));
		return;
	}
	p->pid = pid;
	pl_event("serve.started", PL_EV_Z("process", p->name), PL_EV_U64("pid", (uint64_t)pid));
}

static void stop_all(struct supervisor *s, int code)
{
	if (!s->stopping) {
		s->stopping = true;
		s->code = code;
	}
	for (size_t i = s->count; i-- > 0;)
		if (s->processes[i].pid)
			(void)kill(s->processes[i].pid, SIGTERM);
}

static void ended(struct supervisor *s, struct process *p, int wait_status)
{
	uint64_t now = pl_time_monotonic();
	int code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);

	p->pid = 0;
	pl_event("serve.ended", PL_EV_Z("process", p->name), PL_EV_U64("code", (uint64_t)code));
	if (s->stopping)
		return;
	if (code == PL_EXIT_NO || code == PL_EXIT_USAGE) {
		pl_event("serve.refused", PL_EV_Z("process", p->name));
		stop_all(s, code);
		return;
	}
	if (now - p->started > STEADY || !p->pause)
		p->pause = PAUSE_FIRST;
	p->restart_at = now + p->pause;
	p->pause = p->pause * 2 < PAUSE_MOST ? p->pause * 2 : PAUSE_MOST;
}

static void reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->count; i++)
			if (s->processes[i].pid == pid)
				ended(s, &s->processes[i], status);
}

/* Start what is due; milliseconds until the next one is, at most a second. */
static int start_due(struct supervisor *s)
{
	uint64_t now = pl_time_monotonic(), wait = PL_SECOND;

	for (size_t i = 0; i < s->count && !s->stopping; i++) {
		struct process *p = &s->processes[i];

		if (p->pid)
			continue;
		if (p->restart_at <= now)
			start(p);
		else if (p->restart_at - now < wait)
			wait = p->restart_at - now;
	}
	return (int)(wait / PL_MILLISECOND) + 1;
}

static bool any_running(const struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->processes[i].pid)
			return true;
	return false;
}

static void kill_stubborn(const struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->processes[i].pid)
			(void)kill(s->processes[i].pid, SIGKILL);
}

static int supervise(struct supervisor *s)
{
	uint64_t stop_since = 0;

	for (;;) {
		struct pollfd pfd = {.fd = s->signals, .events = POLLIN};
		struct signalfd_siginfo si;
		int wait_ms = start_due(s);

		if (s->stopping && !any_running(s))
			return s->code;
		if (poll(&pfd, 1, wait_ms) > 0 && read(s->signals, &si, sizeof si) == (ssize_t)sizeof si &&
			si.ssi_signo != SIGCHLD)
			stop_all(s, PL_EXIT_OK);
		reap(s);
		if (s->stopping && !stop_since)
			stop_since = pl_time_monotonic();
		if (stop_since && pl_time_monotonic() - stop_since > STOP_PATIENCE)
			kill_stubborn(s);
	}
}

static pl_status open_signals(int *ret)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return PL_E_IO;
	*ret = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? PL_E_IO : PL_OK;
}

static struct process *add(struct supervisor *s, const char *name, const char *noun, const char *verb, const char *dir)
{
	struct process *p = &s->processes[s->count++];
	size_t n = 0;

	p->name = name;
	p->argv[n++] = "pellucid";
	p->argv[n++] = noun;
	if (verb)
		p->argv[n++] = verb;
	p->argv[n++] = "--instance";
	p->argv[n++] = dir;
	p->argc = n;
	return p;
}

/* Configuration and trust file, without which no process could do anything. */
static pl_status look(const struct pl_cli *cli, const char *dir, struct pl_diag *diag)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_instance_options opt;
	struct pl_passphrase room;
	pl_status st;

	pl_cli_instance_options(cli, &room, &opt);
	opt.keys_only = true;
	st = pl_instance_open(dir, &opt, &inst, diag);
	return st ? st : pl_register_calendar_check(pl_instance_conf(inst), diag);
}

static int run(struct pl_cli *cli)
{
	struct supervisor s = {.signals = -1};
	const char *dir = pl_cli_instance(cli);
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (!dir)
		return PL_EXIT_USAGE;
	st = look(cli, dir, &diag);
	if (st == PL_OK)
		st = open_signals(&s.signals);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)add(&s, "signer", "signer", NULL, dir);
	(void)add(&s, "log", "log", "serve", dir);
	(void)add(&s, "registers", "register", "keep", dir);
	(void)add(&s, "worker", "worker", "run", dir);
	(void)add(&s, "persons", "person", "keep", dir);
	if (!pl_cli_has(cli, "no-web")) {
		struct process *web = add(&s, "web", "web", NULL, dir);

		if (pl_cli_has(cli, "listen")) {
			web->argv[web->argc++] = "--listen";
			web->argv[web->argc++] = pl_cli_get(cli, "listen");
		}
	}
	code = supervise(&s);
	(void)close(s.signals);
	return code;
}

const struct pl_cli_noun pl_cli_noun_serve = {
	.name = "serve",
	.help = "run an instance: signer, sequencer, registers and portal",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Start the processes that an instance needs on one machine and keep them running until SIGTERM",
			(const struct pl_cli_option[]){PL_CLI_INSTANCE, {"no-web", NULL, "without the portal"},
				{"listen", "ADDR[,ADDR...]", "where the portal listens (default: as configured)"}, {NULL}}, 0, 0, run},
		{NULL},
	},
};
