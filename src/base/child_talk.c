/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child_internal.h"
#include "base/file.h"
#include "base/time.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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
pl_status pl_child_reap(pid_t pid, struct pl_child_result *ret)
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

int pl_child_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void feed(struct pl_child_talk *t)
{
	pl_bytes data = t->spec->input;
	ssize_t n = write(t->in, data.ptr + t->sent, data.len - t->sent);

	if (n > 0)
		t->sent += (size_t)n;
	if (t->sent == data.len || (n < 0 && errno != EAGAIN && errno != EINTR))
		pl_file_close(&t->in); /* all said, or the child no longer listens */
}

static void drain(struct pl_child_talk *t, int *fd, struct pl_buf *to)
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

static void after_end(struct pl_child_talk *t)
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
static void converse(struct pl_child_talk *t, uint64_t deadline)
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

pl_status pl_child_see_through(struct pl_child_talk *t, pid_t pid, struct pl_child_result *ret)
{
	uint64_t start = pl_time_monotonic(), end = UINT64_MAX;
	uint64_t timeout = t->spec->limits.timeout_ns;
	pl_status st;

	if (timeout && timeout < UINT64_MAX - start)
		end = start + timeout;
	t->pidfd = pl_child_pidfd(pid);
	if (t->pidfd < 0)
		t->status = PL_E_UNSUPPORTED;
	converse(t, end);
	st = pl_child_reap(pid, ret);
	after_end(t);
	ret->wall_ns = pl_time_monotonic() - start;
	return t->status ? t->status : st;
}

void pl_child_close_talk(struct pl_child_talk *t)
{
	pl_file_close(&t->in);
	pl_file_close(&t->out);
	pl_file_close(&t->err);
	pl_file_close(&t->pidfd);
}

bool pl_child_pipe(int pair[2], int our_end)
{
	return pipe2(pair, O_CLOEXEC) == 0 && fcntl(pair[our_end], F_SETFL, O_NONBLOCK) == 0;
}
