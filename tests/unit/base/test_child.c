/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"
#include "base/child.h"
#include "base/time.h"
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define SH(text) (const char *const[]){"/bin/sh", "-c", (text), NULL}

static void captures_output_and_code(void **state)
{
	struct pl_buf out = PL_BUF(1000), err = PL_BUF(1000);
	struct pl_child_spec s = {.argv = SH("cat; echo words >&2; exit 3"), .input = pl_bytes_of("given", 5), .out = &out, .err = &err};
	struct pl_child_result r = {0};

	assert_ok(pl_child_run(&s, &r, NULL));
	assert_int_equal(r.code, 3);
	assert_int_equal(r.signal, 0);
	assert_str(pl_buf_str(&out), "given");
	assert_str(pl_buf_str(&err), "words\n");
	assert_true(r.wall_ns > 0 && r.max_rss > 0);
	pl_buf_done(&out);
	pl_buf_done(&err);
}

static void large_input_and_output_pass(void **state)
{
	size_t n = (size_t)3 << 20;
	uint8_t *data = pl_alloc(n, 1);
	struct pl_buf out = PL_BUF(n);
	struct pl_child_spec s = {.argv = SH("cat"), .input = pl_bytes_of(data, n), .out = &out};
	struct pl_child_result r;

	for (size_t i = 0; i < n; i++)
		data[i] = (uint8_t)(i * 7);
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_int_equal(out.len, n);
	assert_memory_equal(out.ptr, data, n);
	pl_buf_clear(&out);
	s.argv = SH("exit 0"); /* does not read: no SIGPIPE, no hang */
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_int_equal(r.code, 0);
	pl_free(data);
	pl_buf_done(&out);
}

static void gets_exactly_what_it_is_given(void **state)
{
	static const char *const env[] = {"PATH=/usr/bin:/bin", "ONE=1", NULL};
	struct pl_buf out = PL_BUF(4000);
	struct pl_child_result r;
	int fd = open("/etc/hostname", O_RDONLY), leak = open("/etc/hostname", O_RDONLY); /* no O_CLOEXEC on purpose */
	const struct pl_child_fd fds[] = {{fd, 7}};
	struct pl_child_spec s = {.argv = SH("env | grep -v '^_=\\|^PWD=\\|^SHLVL=' | sort; pwd; ls /proc/self/fd | tr '\\n' ' '"),
		.envp = env, .cwd = "/usr", .out = &out, .fds = fds, .fd_count = 1};

	assert_ok(pl_child_run(&s, &r, NULL));
	/* 3 is the directory that ls reads. */
	assert_str(pl_buf_str(&out), "ONE=1\nPATH=/usr/bin:/bin\n/usr\n0 1 2 3 7 ");
	pl_buf_clear(&out);
	s = (struct pl_child_spec){.argv = SH("env | grep -v '^_=\\|^PWD=\\|^SHLVL=' | sort"), .out = &out};
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_str(pl_buf_str(&out), "LC_ALL=C.UTF-8\nPATH=/usr/bin:/bin\n");
	(void)close(fd);
	(void)close(leak);
	pl_buf_done(&out);
}

static void arguments_meet_no_shell(void **state)
{
	struct pl_buf out = PL_BUF(1000);
	struct pl_child_spec s = {.argv = (const char *const[]){"printf", "%s|", "$HOME", "a b", "`id`", "", NULL}, .out = &out};
	struct pl_child_result r;

	assert_ok(pl_child_run(&s, &r, NULL)); /* found by PATH */
	assert_str(pl_buf_str(&out), "$HOME|a b|`id`||");
	pl_buf_done(&out);
}

static void says_what_could_not_start(void **state)
{
	struct pl_child_result r = {.code = 42};
	struct pl_diag d = {0};
	struct pl_child_spec s = {.argv = (const char *const[]){"no-such-program-here", NULL}};

	assert_int_equal(pl_child_run(&s, &r, &d), PL_E_NOTFOUND);
	assert_string_equal(d.text, "program no-such-program-here: not found");
	d = (struct pl_diag){0};
	s.argv = (const char *const[]){"/no/such", NULL};
	assert_int_equal(pl_child_run(&s, &r, &d), PL_E_NOTFOUND);
	s.argv = (const char *const[]){"/etc/passwd", NULL};
	assert_int_equal(pl_child_run(&s, &r, NULL), PL_E_ACCESS);
	d = (struct pl_diag){0};
	s = (struct pl_child_spec){.argv = SH("true"), .cwd = "/no/such"};
	assert_int_equal(pl_child_run(&s, &r, &d), PL_E_NOTFOUND);
	assert_string_equal(d.text, "directory /no/such: not found");
	assert_int_equal(r.code, 42);
}

static bool gone(pid_t pid)
{
	for (int i = 0; i < 200; i++) {
		if (kill(pid, 0) != 0 && errno == ESRCH)
			return true;
		pl_time_sleep(10 * PL_MILLISECOND);
	}
	return false;
}

static pid_t pid_in(struct pl_buf *b)
{
	uint64_t pid = 0;
	pl_str line, text = pl_buf_str(b);

	assert_true(pl_str_take_line(&text, &line));
	assert_ok(pl_str_to_u64(line, INT32_MAX, &pid));
	return (pid_t)pid;
}

static void its_time_ends_for_the_whole_group(void **state)
{
	struct pl_buf out = PL_BUF(1000);
	struct pl_child_spec s = {.argv = SH("trap '' TERM; sleep 1000 & echo $!; wait"), .out = &out,
		.limits = {.timeout_ns = 300 * PL_MILLISECOND}};
	struct pl_child_result r;
	uint64_t start = pl_time_monotonic();

	assert_int_equal(pl_child_run(&s, &r, NULL), PL_E_TIMEOUT);
	assert_true(pl_time_monotonic() - start < 3 * PL_SECOND);
	assert_true(gone(pid_in(&out)));
	pl_buf_done(&out);
}

static void leaves_no_grandchild(void **state)
{
	struct pl_buf out = PL_BUF(1000);
	struct pl_child_spec s = {.argv = SH("sleep 1000 & echo $!"), .out = &out};
	struct pl_child_result r;

	assert_ok(pl_child_run(&s, &r, NULL)); /* does not wait for the pipe that sleep still holds */
	assert_int_equal(r.code, 0);
	assert_true(gone(pid_in(&out)));
	pl_buf_done(&out);
}

static void too_much_output_ends_it(void **state)
{
	struct pl_buf out = PL_BUF(100000);
	struct pl_child_spec s = {.argv = SH("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done"), .out = &out};
	struct pl_child_result r;

	assert_int_equal(pl_child_run(&s, &r, NULL), PL_E_TOOBIG);
	assert_true(out.len <= 100000);
	pl_buf_done(&out);
}

static bool stop_now(void *ctx)
{
	return ++*(int *)ctx >= 2;
}

static void stops_when_asked(void **state)
{
	int calls = 0;
	struct pl_child_spec s = {.argv = SH("sleep 1000"), .stop = stop_now, .stop_ctx = &calls};
	struct pl_child_result r;

	assert_int_equal(pl_child_run(&s, &r, NULL), PL_E_CANCELLED);
}

static void keeps_limits(void **state)
{
	struct scratch dir;
	struct pl_child_spec s = {.argv = SH("ulimit -f 2>/dev/null; exec dd if=/dev/zero of=big bs=4096 count=100 2>/dev/null"),
		.limits = {.file_size = 8192}};
	struct pl_child_result r;
	struct stat sb;

	scratch_open(&dir);
	s.cwd = dir.path;
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_true(r.code != 0);
	assert_int_equal(fstatat(dir.fd, "big", &sb, 0), 0);
	assert_int_equal(sb.st_size, 8192);
	s = (struct pl_child_spec){.argv = SH("while :; do :; done"), .limits = {.cpu_seconds = 1, .timeout_ns = 20 * PL_SECOND}};
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_int_equal(r.code, -1);
	assert_true(r.signal == SIGXCPU || r.signal == SIGKILL);
	scratch_close(&dir);
}

static const struct pl_child_path system_paths[] = {
	{"/usr", false, true}, {"/bin", false, true}, {"/lib", false, true}, {"/lib64", false, true}, {"/dev/null", true, false},
};

static void confined_program_sees_only_its_paths(void **state)
{
	struct pl_child_path paths[PL_COUNT(system_paths) + 1];
	struct pl_buf out = PL_BUF(4000);
	struct scratch dir;
	struct pl_child_result r;
	struct pl_child_spec s = {
		.argv = SH("cat in && echo new > out && cat out; cat /etc/passwd; echo x > /var/tmp/pellucid-escape; cp /bin/true t && ./t;"
			   " ls /; exit 0"),
		.out = &out, .confine = {.on = true, .paths = paths, .path_count = PL_COUNT(paths), .no_network = true},
	};

	scratch_open(&dir);
	memcpy(paths, system_paths, sizeof system_paths);
	paths[PL_COUNT(system_paths)] = (struct pl_child_path){dir.path, true, false};
	s.cwd = dir.path;
	assert_ok(pl_file_put_loose(dir.fd, "in", pl_str_bytes(PL_STR("readable\n")), 0644));
	assert_ok(pl_child_run(&s, &r, NULL));
	assert_true(r.confined);
	assert_str(pl_buf_str(&out), "readable\nnew\n");
	assert_int_equal(access("/var/tmp/pellucid-escape", F_OK), -1);
	pl_buf_done(&out);
	scratch_close(&dir);
}

static void confined_program_has_no_network(void **state)
{
	static const char script[] =
		"import socket, os, ctypes\n"
		"def tries(f):\n"
		"    try:\n"
		"        f(); print('could')\n"
		"    except OSError as e:\n"
		"        print(e.errno)\n"
		"tries(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))\n"
		"tries(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))\n"
		"tries(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))\n"
		"tries(lambda: socket.socketpair())\n"
		"libc = ctypes.CDLL(None, use_errno=True)\n"
		"def unshare():\n"
		"    if libc.unshare(0x10000000) != 0: raise OSError(ctypes.get_errno(), '')\n"
		"tries(unshare)\n";
	struct pl_buf out = PL_BUF(4000), err = PL_BUF(4000);
	static const struct pl_child_path more[] = {{"/usr", false, true}, {"/lib", false, true}, {"/lib64", false, true},
		{"/etc/ld.so.cache", false, false}, {"/dev/null", true, false}, {"/dev/urandom", false, false}};
	struct pl_child_spec s = {.argv = (const char *const[]){"/usr/bin/python3", "-I", "-S", "-c", script, NULL}, .out = &out,
		.err = &err, .confine = {.on = true, .paths = more, .path_count = PL_COUNT(more), .no_network = true}};
	struct pl_child_result r;

	assert_ok(pl_child_run(&s, &r, NULL));
	if (r.code)
		fail_msg("%.*s", PL_STR_ARG(pl_buf_str(&err)));
	assert_str(pl_buf_str(&out), "1\n1\n1\ncould\n1\n"); /* EPERM; a pair reaches nobody else */
	pl_buf_done(&out);
	pl_buf_done(&err);
}

static void confinement_names_a_missing_path(void **state)
{
	static const struct pl_child_path none = {"/no/such/path", false, false};
	struct pl_child_spec s = {.argv = SH("true"), .confine = {.on = true, .paths = &none, .path_count = 1}};
	struct pl_child_result r;
	struct pl_diag d = {0};

	assert_int_equal(pl_child_run(&s, &r, &d), PL_E_NOTFOUND);
	assert_string_equal(d.text, "/no/such/path: cannot be opened for the sandbox");
}

static void starts_waits_and_ends(void **state)
{
	struct pl_child_spec s = {.argv = SH("sleep 1000 & wait")};
	struct pl_child_result r = {0};
	pid_t pid = -1;

	assert_ok(pl_child_start(&s, &pid, NULL));
	assert_int_equal(pl_child_wait(pid, 50 * PL_MILLISECOND, &r), PL_E_BUSY);
	pl_child_end(pid, PL_SECOND);
	assert_true(gone(pid));
	s.argv = SH("trap '' TERM; while :; do sleep 1; done"); /* does not want to */
	assert_ok(pl_child_start(&s, &pid, NULL));
	pl_time_sleep(100 * PL_MILLISECOND);
	pl_child_end(pid, 200 * PL_MILLISECOND);
	assert_true(gone(pid));
	s.argv = SH("exit 5");
	assert_ok(pl_child_start(&s, &pid, NULL));
	assert_ok(pl_child_wait(pid, 5 * PL_SECOND, &r));
	assert_int_equal(r.code, 5);
	assert_int_equal(pl_child_wait(pid, 0, &r), PL_E_NOTFOUND);
}

/* ---- our own code, shut in ---- */

struct question {
	int fd;
	const char *text;
};

static pl_status tell(void *ctx, struct pl_buf *out)
{
	struct question *q = ctx;

	pl_buf_put_z(out, q->text);
	return q->fd < 0 ? PL_OK : pl_file_read_fd(q->fd, out);
}

static pl_status try_everything(void *ctx, struct pl_buf *out)
{
	struct stat sb;
	int r;

	pl_buf_printf(out, "open %d ", open("/etc/passwd", O_RDONLY));
	pl_buf_printf(out, "create %d ", open("/var/tmp/pellucid-escape", O_WRONLY | O_CREAT, 0600));
	pl_buf_printf(out, "socket %d ", socket(AF_INET, SOCK_STREAM, 0));
	pl_buf_printf(out, "unix %d ", socket(AF_UNIX, SOCK_STREAM, 0));
	pl_buf_printf(out, "fork %d ", (int)fork());
	r = execl("/bin/true", "true", (char *)NULL);
	pl_buf_printf(out, "exec %d ", r);
	pl_buf_printf(out, "kill %d ", kill(getppid(), 0));
	pl_buf_printf(out, "unlink %d ", unlink("/etc/passwd"));
	pl_buf_printf(out, "stat %d ", stat("/etc/passwd", &sb));
	pl_buf_printf(out, "dup of a secret %d", fcntl(*(int *)ctx, F_GETFD));
	return PL_OK;
}

static pl_status crash(void *ctx, struct pl_buf *out)
{
	(void)raise(SIGSEGV);
	__builtin_trap();
}

static pl_status spin(void *ctx, struct pl_buf *out)
{
	volatile uint64_t n = 0;

	do
		n++;
	while (n);
	return PL_OK;
}

static pl_status chatter(void *ctx, struct pl_buf *out)
{
	for (int i = 0; i < 100000; i++)
		pl_buf_put_z(out, "0123456789");
	return PL_OK;
}

static pl_status refuse(void *ctx, struct pl_buf *out)
{
	pl_buf_put_z(out, "half an answer");
	return PL_E_SYNTAX;
}

static void call_hands_back_bytes(void **state)
{
	struct pl_buf out = PL_BUF(100000);
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	struct question q = {-1, "hello"};

	pl_buf_put_z(&out, "kept ");
	assert_ok(pl_child_confined_call(tell, &q, NULL, 0, NULL, &out, NULL));
	assert_str(pl_buf_str(&out), "kept hello");
	pl_buf_clear(&out);
	q = (struct question){fd, ""};
	assert_ok(pl_child_confined_call(tell, &q, &fd, 1, NULL, &out, NULL));
	assert_true(pl_str_find_str(pl_buf_str(&out), PL_STR("root:")) < out.len);
	(void)close(fd);
	pl_buf_done(&out);
}

static void call_cannot_reach_out(void **state)
{
	struct pl_buf out = PL_BUF(1000);
	int secret = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	assert_ok(pl_child_confined_call(try_everything, &secret, NULL, 0, NULL, &out, NULL));
	assert_str(pl_buf_str(&out), "open -1 create -1 socket -1 unix -1 fork -1 exec -1 kill -1 unlink -1 stat -1 dup of a secret -1");
	assert_int_equal(access("/etc/passwd", F_OK), 0);
	(void)close(secret);
	pl_buf_done(&out);
}

static void call_is_bounded(void **state)
{
	static const struct pl_child_limits quick = {.timeout_ns = 300 * PL_MILLISECOND};
	static const struct pl_child_limits little_cpu = {.timeout_ns = 20 * PL_SECOND, .cpu_seconds = 1};
	struct pl_buf out = PL_BUF(1000);
	struct pl_diag d = {0};

	pl_buf_put_z(&out, "kept");
	assert_int_equal(pl_child_confined_call(crash, NULL, NULL, 0, NULL, &out, &d), PL_E_CORRUPT);
	assert_int_equal(pl_child_confined_call(spin, NULL, NULL, 0, &quick, &out, NULL), PL_E_TIMEOUT);
	assert_int_equal(pl_child_confined_call(spin, NULL, NULL, 0, &little_cpu, &out, NULL), PL_E_CORRUPT);
	assert_int_equal(pl_child_confined_call(chatter, NULL, NULL, 0, NULL, &out, NULL), PL_E_TOOBIG);
	assert_int_equal(pl_child_confined_call(refuse, NULL, NULL, 0, NULL, &out, NULL), PL_E_SYNTAX);
	assert_str(pl_buf_str(&out), "kept");
	pl_buf_done(&out);
}

static void call_works_many_times(void **state)
{
	struct question q = {-1, "x"};
	struct pl_buf out = PL_BUF(1000);

	for (int i = 0; i < 50; i++)
		assert_ok(pl_child_confined_call(tell, &q, NULL, 0, NULL, &out, NULL));
	assert_int_equal(out.len, 50);
	pl_buf_done(&out);
}

static void tells_what_the_kernel_offers(void **state)
{
	struct pl_child_support s = pl_child_support();

	assert_true(s.seccomp);
	assert_true(s.landlock_abi >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_output_and_code), cmocka_unit_test(large_input_and_output_pass),
		cmocka_unit_test(gets_exactly_what_it_is_given), cmocka_unit_test(arguments_meet_no_shell),
		cmocka_unit_test(says_what_could_not_start), cmocka_unit_test(its_time_ends_for_the_whole_group),
		cmocka_unit_test(leaves_no_grandchild), cmocka_unit_test(too_much_output_ends_it), cmocka_unit_test(stops_when_asked),
		cmocka_unit_test(keeps_limits), cmocka_unit_test(confined_program_sees_only_its_paths),
		cmocka_unit_test(confined_program_has_no_network), cmocka_unit_test(confinement_names_a_missing_path),
		cmocka_unit_test(starts_waits_and_ends), cmocka_unit_test(call_hands_back_bytes),
		cmocka_unit_test(call_cannot_reach_out), cmocka_unit_test(call_is_bounded), cmocka_unit_test(call_works_many_times),
		cmocka_unit_test(tells_what_the_kernel_offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
