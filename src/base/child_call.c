/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child_confine.h"
#include "base/child_internal.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/time.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct answer_head {
	uint32_t status, full; /* full: the output did not fit */
	uint64_t len;
};

struct call {
	pl_child_fn fn;
	void *ctx;
	const int *fds;
	size_t fd_count, max;
	const struct pl_child_limits *limits;
	int ruleset, answer;
	pid_t parent;
};

static int cmp_int(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Close all but @keep (sorted, @n of them). */
static int close_others(const int *keep, size_t n)
{
	unsigned from = 3;

	for (size_t i = 0; i < n; i++) {
		unsigned fd = (unsigned)keep[i];

		if (fd < from)
			continue;
		if (fd > from && syscall(SYS_close_range, from, fd - 1, 0) != 0)
			return errno;
		from = fd + 1;
	}
	return syscall(SYS_close_range, from, ~0u, 0) == 0 ? 0 : errno;
}

static int shut_in(struct call *c)
{
	int keep[66], null, e;
	size_t n = 0;

	if (c->fd_count > 64)
		return EMFILE;
	pl_child_default_signals();
	e = pl_child_detach(c->parent, false);
	if (e)
		return e;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* A parser must not be able to write into our log; a sanitizer's report may. */
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!PL_CHILD_SANITIZED && dup2(null, 2) < 0))
		return errno;
	for (size_t i = 0; i < c->fd_count; i++)
		keep[n++] = c->fds[i];
	keep[n++] = c->answer;
	if (c->ruleset >= 0)
		keep[n++] = c->ruleset;
	qsort(keep, n, sizeof keep[0], cmp_int);
	e = close_others(keep, n);
	if (!e)
		e = pl_child_set_limits(c->limits);
	if (!e)
		e = pl_child_enter_ruleset(c->ruleset);
	(void)close(c->ruleset);
	return e ? e : pl_child_filter_computation();
}

static bool send_all(int fd, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static _Noreturn void answer_from_inside(struct call *c)
{
	struct pl_buf out = PL_BUF(c->max);
	struct answer_head head = {0};
	pl_status st;

	if (shut_in(c) != 0) {
		head.status = PL_E_UNSUPPORTED;
		_exit(send_all(c->answer, &head, sizeof head) ? 0 : 1);
	}
	st = c->fn(c->ctx, &out);
	head.status = (uint32_t)st;
	head.full = pl_buf_status(&out) != PL_OK;
	head.len = head.full ? 0 : out.len;
	_exit(send_all(c->answer, &head, sizeof head) && send_all(c->answer, out.ptr, (size_t)head.len) ? 0 : 1);
}

static pl_status unpack(struct pl_buf *raw, const struct pl_child_result *r, struct pl_buf *out)
{
	struct answer_head head;

	if (r->code != 0 || raw->len < sizeof head)
		return PL_E_CORRUPT;
	memcpy(&head, raw->ptr, sizeof head);
	if (head.status >= PL_STATUS_COUNT || head.len != raw->len - sizeof head)
		return PL_E_CORRUPT;
	if (head.full && head.status == PL_OK)
		return PL_E_TOOBIG;
	if (head.status == PL_OK)
		pl_buf_put(out, raw->ptr + sizeof head, (size_t)head.len);
	return head.status ? (pl_status)head.status : pl_buf_status(out);
}

static pl_status call_inside(struct call *c, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF(c->max + sizeof(struct answer_head));
	struct pl_child_spec spec = {.out = &raw, .limits = *c->limits};
	struct pl_child_talk t = {.spec = &spec, .in = -1, .out = -1, .err = -1, .pidfd = -1};
	struct pl_child_result r = {0};
	int pair[2] = {-1, -1};
	pl_status st;
	pid_t pid;

	if (!pl_child_pipe(pair, 0))
		return PL_E_IO;
	c->answer = pair[1];
	pid = fork();
	if (pid == 0)
		answer_from_inside(c);
	pl_file_close(&pair[1]);
	t.out = pair[0];
	st = pid < 0 ? PL_E_NOMEM : pl_child_see_through(&t, pid, &r);
	pl_child_close_talk(&t);
	if (!st)
		st = unpack(&raw, &r, out);
	if (st == PL_E_CORRUPT && r.signal)
		return pl_diag_set(diag, st, "the confined child was ended by signal %d", r.signal);
	if (st == PL_E_UNSUPPORTED)
		return pl_diag_set(diag, st, "this kernel refused to confine a child");
	return st;
}

pl_status pl_child_confined_call(pl_child_fn fn, void *ctx, const int *fds, size_t fd_count,
	const struct pl_child_limits *limits, struct pl_buf *out, struct pl_diag *diag)
{
	static const struct pl_child_limits usual = {.timeout_ns = 60 * PL_SECOND};
	struct call c = {.fn = fn, .ctx = ctx, .fds = fds, .fd_count = fd_count, .limits = limits ? limits : &usual,
		.ruleset = -1, .answer = -1, .parent = getpid()};
	struct pl_child_support have = pl_child_support();
	pl_status st;

	/* Without landlock the filter alone still refuses every call that opens something, so it is the one that counts. */
	if (!have.seccomp)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this kernel has no seccomp filters to confine a child");
	if (pl_buf_status(out))
		return pl_buf_status(out);
	c.max = out->max - out->len;
	if (c.max > SIZE_MAX - sizeof(struct answer_head) - 1)
		c.max -= sizeof(struct answer_head) + 1;
	st = pl_child_ruleset(NULL, 0, &c.ruleset, diag);
	if (!st)
		st = call_inside(&c, out, diag);
	pl_file_close(&c.ruleset);
	return st;
}
