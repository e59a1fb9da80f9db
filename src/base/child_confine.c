/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child_confine.h"
#include "base/file.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* ---- landlock (Documentation/userspace-api/landlock.rst) ---- */

/* Rights by the ABI that brought them; the header of Debian 12 knows ABI 2. */
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define FS_OF_A_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define NET_BIND_CONNECT UINT64_C(3)
#define SCOPE_ALL UINT64_C(3) /* abstract sockets and signals stay inside */

/* struct landlock_ruleset_attr as of ABI 6; an older kernel accepts the longer struct while the rest is zero. */
struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static unsigned landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (unsigned)abi : 0;
}

static uint64_t fs_rights(unsigned abi)
{
	uint64_t rights = FS_ABI_1;

	if (abi >= 2)
		rights |= FS_REFER;
	if (abi >= 3)
		rights |= FS_TRUNCATE;
	if (abi >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static pl_status allow_path(int ruleset, const struct pl_child_path *p, uint64_t handled, struct pl_diag *diag)
{
	uint64_t rights = FS_READ_FILE | FS_READ_DIR;
	struct landlock_path_beneath_attr rule = {0};
	int fd PL_CLEANUP(pl_file_close) = open(p->path, O_PATH | O_CLOEXEC);
	struct stat sb;

	if (fd < 0 || fstat(fd, &sb) != 0)
		return pl_diag_set(diag, pl_status_from_errno(errno), "%s: cannot be opened for the sandbox", p->path);
	if (p->write)
		rights = handled & ~FS_EXECUTE;
	if (p->exec)
		rights |= FS_EXECUTE;
	if (!S_ISDIR(sb.st_mode))
		rights &= FS_OF_A_FILE;
	rule.allowed_access = rights & handled;
	rule.parent_fd = fd;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		return pl_diag_set(diag, PL_E_IO, "%s: the kernel refused it as a sandbox path", p->path);
	return PL_OK;
}

pl_status pl_child_ruleset(const struct pl_child_path *paths, size_t count, int *ret_fd, struct pl_diag *diag)
{
	unsigned abi = landlock_abi();
	struct ruleset_attr attr = {.fs = fs_rights(abi)};
	pl_status st = PL_OK;
	int fd;

	if (abi == 0) {
		*ret_fd = -1;
		return PL_OK;
	}
	/* TCP by landlock is an addition: seccomp refuses every socket. */
	attr.net = abi >= 4 ? NET_BIND_CONNECT : 0;
	attr.scoped = abi >= 6 ? SCOPE_ALL : 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (fd < 0)
		return pl_diag_set(diag, PL_E_IO, "the kernel refused a landlock ruleset");
	for (size_t i = 0; !st && i < count; i++)
		st = allow_path(fd, &paths[i], attr.fs, diag);
	if (st)
		pl_file_close(&fd);
	else
		*ret_fd = fd;
	return st;
}

int pl_child_enter_ruleset(int ruleset_fd)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errno;
	if (ruleset_fd >= 0 && syscall(SYS_landlock_restrict_self, ruleset_fd, 0) != 0)
		return errno;
	return 0;
}

/* ---- seccomp ---- */

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef THIS_ARCH

/* What a computation on open descriptors makes: memory, read, write, wait, and the end. Sanitizers' extra calls are in
 * it as well, they open nothing. */
static const unsigned short computation[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_fstat, SYS_close,
	SYS_mmap, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_futex, SYS_sched_yield, SYS_getrandom,
	SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_restart_syscall,
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_getpid, SYS_gettid,
	SYS_exit, SYS_exit_group, SYS_ppoll, SYS_fcntl,
#ifdef SYS_poll
	SYS_poll, SYS_time,
#endif
};

/* What no confined program needs: the network, other processes, the kernel, mounts, the machine's settings. */
static const unsigned short forbidden[] = {
	SYS_socket, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_ptrace, SYS_process_vm_readv,
	SYS_process_vm_writev, SYS_pidfd_getfd, SYS_kcmp, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl,
	SYS_add_key, SYS_request_key, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot,
	SYS_swapon, SYS_swapoff, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname,
	SYS_setdomainname, SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount,
	SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_open_tree, SYS_mount_setattr, SYS_open_by_handle_at,
	SYS_name_to_handle_at, SYS_quotactl, SYS_acct, SYS_syslog, SYS_truncate,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl, SYS_ioperm,
#endif
};

#define FILTER_MAX 128u

/* @trapped (0: none) raises SIGSYS, the @count @calls get the answer @listed, all others @others. */
static int install(unsigned trapped, const unsigned short *calls, size_t count, uint32_t listed, uint32_t others)
{
	struct sock_filter f[FILTER_MAX];
	unsigned short n = 0;
	struct sock_fprog program = {.filter = f};

	if (count + 9 > FILTER_MAX)
		return E2BIG;
	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, trapped ? trapped : 0xffffu, 0, 1);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
	/* Calls of x32 have this bit set and another meaning. */
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x40000000u, (uint8_t)(count + 1), 0);
	for (size_t i = 0; i < count; i++)
		f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], (uint8_t)(count + 1 - i), 0);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, others);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, listed);
	program.len = n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? 0 : errno;
}

int pl_child_filter_program(void)
{
	return install(0, forbidden, PL_COUNT(forbidden), SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW);
}

#if defined(__x86_64__)
#define REG_RESULT(u) (u)->uc_mcontext.gregs[REG_RAX]
#define REG_ARG_0(u) (u)->uc_mcontext.gregs[REG_RDI]
#define REG_ARG_1(u) (u)->uc_mcontext.gregs[REG_RSI]
#define REG_ARG_2(u) (u)->uc_mcontext.gregs[REG_RDX]
#else
#define REG_RESULT(u) (u)->uc_mcontext.regs[0]
#define REG_ARG_0(u) (u)->uc_mcontext.regs[0]
#define REG_ARG_1(u) (u)->uc_mcontext.regs[1]
#define REG_ARG_2(u) (u)->uc_mcontext.regs[2]
#endif

/* fstat(3) of this libc makes a newfstatat(2) with an empty path. A filter cannot look at the path, and any other one
 * would tell about files outside, so the call is trapped and made again as the fstat(2) that it means. */
static void on_newfstatat(int signal, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	const char *path = (const char *)(uintptr_t)REG_ARG_1(u);
	long result = -EPERM;

	(void)signal;
	if (info->si_syscall == SYS_newfstatat && path && path[0] == '\0') {
		result = syscall(SYS_fstat, REG_ARG_0(u), REG_ARG_2(u));
		if (result != 0)
			result = -errno;
	}
	REG_RESULT(u) = (typeof(REG_RESULT(u)))result;
}

int pl_child_filter_computation(void)
{
	struct sigaction act = {.sa_sigaction = on_newfstatat, .sa_flags = SA_SIGINFO};

	if (sigaction(SIGSYS, &act, NULL) != 0)
		return errno;
	return install(SYS_newfstatat, computation, PL_COUNT(computation), SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM);
}

static bool has_seccomp(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

int pl_child_filter_program(void)
{
	return ENOSYS;
}

int pl_child_filter_computation(void)
{
	return ENOSYS;
}

static bool has_seccomp(void)
{
	return false;
}

#endif

struct pl_child_support pl_child_support(void)
{
	return (struct pl_child_support){.landlock_abi = landlock_abi(), .seccomp = has_seccomp()};
}
