/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/child: running other programs, and our own parsers of untrusted bytes, where they can do no harm.
 *
 * What always holds:
 *  1. No shell. A program gets exactly the arguments, environment, directory and descriptors it is given; every other
 *     descriptor is closed.
 *  2. A child is its own process group; when it ends or its time is over the whole group gets SIGKILL. So does the child
 *     when the *thread* that started it ends (PR_SET_PDEATHSIG): start long-lived ones from a long-lived thread.
 *  3. Output is bounded; a child that writes more than that is killed and the call says PL_E_TOOBIG.
 *  4. Confinement fails closed: where the kernel lacks what was asked for, nothing runs and the answer is
 *     PL_E_UNSUPPORTED, unless the caller wrote .optional.
 */
#ifndef PL_BASE_CHILD_H
#define PL_BASE_CHILD_H
#include "base/buf.h"
#include "base/diag.h"
#include <sys/types.h>

/* 0 = leave as inherited. */
struct pl_child_limits {
	uint64_t timeout_ns;   /* wall time, then SIGKILL to the group */
	uint64_t cpu_seconds;  /* RLIMIT_CPU */
	uint64_t memory;       /* RLIMIT_AS, bytes (not applied in a sanitizer build, which maps terabytes) */
	uint64_t file_size;    /* RLIMIT_FSIZE, bytes */
	uint64_t open_files;   /* RLIMIT_NOFILE */
	uint64_t processes;    /* RLIMIT_NPROC; per user, ignored for root */
};

/* A file or directory tree that a confined program may use. */
struct pl_child_path {
	const char *path;
	bool write; /* make, change and remove below it, too */
	bool exec;  /* start programs from it */
};

struct pl_child_confine {
	bool on;                            /* no_new_privs plus the rest of this struct */
	const struct pl_child_path *paths;  /* landlock: nothing else of the file system can be opened or run */
	size_t path_count;
	bool no_network;                    /* seccomp: no socket(2), and nothing that changes the machine */
	bool optional;                      /* run without what the kernel lacks; pl_child_result.confined tells */
};

struct pl_child_fd {
	int fd; /* ours */
	int as; /* its number in the child, 3 or higher */
};

struct pl_child_spec {
	const char *const *argv;    /* NULL-terminated; argv[0] is a path, or a name looked up in the child's PATH */
	const char *const *envp;    /* NULL-terminated; NULL: PATH=/usr/bin:/bin and LC_ALL=C.UTF-8 only */
	const char *cwd;            /* NULL: ours */
	pl_bytes input;             /* standard input, unless stdin_fd */
	int stdin_fd;               /* 0 (the zero value): .input; otherwise this descriptor */
	struct pl_buf *out, *err;   /* captured up to their maximum; NULL: see the descriptors */
	int out_fd, err_fd;         /* 0: /dev/null, or for err ours if .err_inherit */
	bool err_inherit;
	const struct pl_child_fd *fds;
	size_t fd_count;
	struct pl_child_limits limits;
	struct pl_child_confine confine;
	bool own_session;           /* setsid() instead of setpgid() */
	/* Asked about four times a second while it runs; true kills it (PL_E_CANCELLED). NULL: never. */
	bool (*stop)(void *ctx);
	void *stop_ctx;
};

struct pl_child_result {
	int code;      /* exit code, or -1 when a signal ended it */
	int signal;    /* that signal, or 0 */
	bool confined; /* everything asked for was in force */
	uint64_t wall_ns, cpu_ns, max_rss; /* max_rss in bytes */
};

/* Run to the end. PL_OK whatever the exit code; PL_E_NOTFOUND or PL_E_ACCESS (program, directory), PL_E_TIMEOUT,
 * PL_E_TOOBIG, PL_E_CANCELLED, PL_E_UNSUPPORTED, PL_E_IO. Nothing of its process group is left running in any case. */
pl_status pl_child_run(const struct pl_child_spec *spec, struct pl_child_result *ret, struct pl_diag *diag);

/* Start and leave running; .input, .out, .err, .limits.timeout_ns and .stop do not apply. */
pl_status pl_child_start(const struct pl_child_spec *spec, pid_t *ret_pid, struct pl_diag *diag);
/* Did it end? PL_E_BUSY if it still runs after @wait_ns. */
pl_status pl_child_wait(pid_t pid, uint64_t wait_ns, struct pl_child_result *ret);
/* Ask the group to end (SIGTERM), wait up to @grace_ns, then SIGKILL; reaps it. */
void pl_child_end(pid_t pid, uint64_t grace_ns);

/* Runs in the confined child: reads what it was given through @ctx (memory as it was at the call) and its descriptors,
 * writes its result to @out. Must not return pointers. */
typedef pl_status (*pl_child_fn)(void *ctx, struct pl_buf *out);

/* Fork, confine (no new files, no network, no new processes, the @fd_count @fds readable and everything else closed),
 * run @fn, and append what it wrote to @out (bounded by @out's maximum). The answer is @fn's; PL_E_CORRUPT if the child
 * crashed or was killed for breaking its bounds, PL_E_TIMEOUT, PL_E_TOOBIG, PL_E_UNSUPPORTED where the kernel cannot
 * confine. */
pl_status pl_child_confined_call(pl_child_fn fn, void *ctx, const int *fds, size_t fd_count,
	const struct pl_child_limits *limits, struct pl_buf *out, struct pl_diag *diag);

/* What this kernel offers: landlock ABI (0: none) and whether a seccomp filter can be installed. */
struct pl_child_support {
	unsigned landlock_abi;
	bool seccomp;
};
struct pl_child_support pl_child_support(void);

#endif
