/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child_internal.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void pl_child_default_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			(void)signal(s, SIG_DFL);
	(void)sigemptyset(&none);
	(void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

int pl_child_detach(pid_t parent, bool own_session)
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

int pl_child_set_limits(const struct pl_child_limits *l)
{
	int e = limit(RLIMIT_CPU, l->cpu_seconds);

	if (!e && !PL_CHILD_SANITIZED)
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
