/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/sandbox: run one command of an untrusted build under bubblewrap.
 *
 * What always holds:
 *  1. All namespaces are new (user, mount, pid, net, ipc, uts, cgroup); there is no network but an empty loopback,
 *     no /sys, no capability, no further user namespace, no terminal.
 *  2. Of the system only /usr (read-only), the linker's cache and /etc/alternatives are seen; /etc/passwd, group, hosts are
 *     made up; /tmp is a bounded tmpfs; the environment is exactly what the caller lists.
 *  3. Started by root, the outer user id is an unused one, so that no file of the system is writable even outside the
 *     namespaces and the process limit counts.
 *  4. When the time is over, the disk is nearly full or the caller dies, every process inside is killed.
 *  5. Standard output and error go to one bounded log; beyond the bound it is cut and the command goes on.
 *
 * The memory limit is per process (RLIMIT_AS); the sum is bounded only by the process limit times it.
 */
#ifndef PL_RELEASE_SANDBOX_H
#define PL_RELEASE_SANDBOX_H
#include "base/base.h"

#define PL_SANDBOX_LOG_MAX (8u << 20)
#define PL_SANDBOX_BINDS_MAX 16u

struct pl_sandbox_bind {
	const char *outer; /* existing directory or file, absolute */
	const char *inner; /* absolute */
	bool writable;
};

struct pl_sandbox {
	uint32_t uid, gid;       /* inside */
	uint32_t outer_uid;      /* outside, when started by root; 0 = caller's */
	const char *user;        /* the name of @uid in /etc/passwd */
	const char *host;
	const char *home;        /* absolute; made as an empty tmpfs directory */
	const char *cwd;
	const char *etc_dir;     /* scratch directory (absolute) in which passwd, group and hosts are written */
	const struct pl_sandbox_bind *binds;
	size_t nbinds;
	const char *const *environment; /* "NAME=value", NULL-terminated; nothing else is set */
	unsigned umask;
	unsigned cpus;           /* 0 = all that the caller may use; else at most so many */
	uint64_t time_limit;     /* ns; 0 = none */
	uint64_t memory_limit, file_limit, process_limit, cpu_seconds; /* 0 = as the caller */
	uint64_t tmp_size;       /* bytes of /tmp; 0 = 1 GiB */
	int disk_fd;             /* directory whose file system must keep @disk_reserve bytes free; -1 = do not watch */
	uint64_t disk_reserve;
};

enum pl_sandbox_end {
	PL_SANDBOX_EXITED,  /* code = exit status */
	PL_SANDBOX_KILLED,  /* code = signal */
	PL_SANDBOX_TIMEOUT,
	PL_SANDBOX_DISK,
};

struct pl_sandbox_result {
	enum pl_sandbox_end end;
	int code;
	uint64_t wall_ns, cpu_ns;
	bool log_cut;
};

/* Can this machine do it? PL_E_UNSUPPORTED with words and what to do (package, sysctl names). */
pl_status pl_sandbox_check(struct pl_diag *diag);

/* A user id that no account has, for outer_uid, different for each @n below 100; 0 when not root. */
uint32_t pl_sandbox_outer_uid(unsigned n);

/* Run @argv and append what it prints to @log (whose maximum may be smaller than what comes). PL_OK means that the
 * command was started and came to the @ret end, whatever that was. */
pl_status pl_sandbox_run(const struct pl_sandbox *box, const char *const *argv, struct pl_buf *log,
	struct pl_sandbox_result *ret, struct pl_diag *diag);

#endif
