/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LD_PRELOAD: a clock that a test sets. Wall-clock time of the process is what stands in the file PL_TEST_CLOCK, and stands still until the test writes
 * another one there; other clocks run as ever. With PL_TEST_CLOCK_LOOKS, who waits in poll() for a timeout waits 20 ms at most, and each such wait that
 * ends so is counted in the file: the test then knows that its time was looked at.
 *
 * The file: two 64-bit numbers of this machine, nanoseconds since 1970 and the count.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20

struct shared {
	_Atomic uint64_t now, looks;
};
static struct shared *shared;
static int counts;

/* At the first question, which other libraries may ask before any constructor of this one runs. */
static void open_clock(void)
{
	const char *path = getenv("PL_TEST_CLOCK");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED) {
		(void)fprintf(stderr, "test clock: PL_TEST_CLOCK cannot be opened\n");
		_exit(99);
	}
	(void)close(fd);
	shared = map;
	counts = getenv("PL_TEST_CLOCK_LOOKS") != NULL;
}

static uint64_t now_ns(void)
{
	if (!shared)
		open_clock();
	return atomic_load(&shared->now);
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	uint64_t now;

	if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)
		return (int)syscall(SYS_clock_gettime, id, ts);
	now = now_ns();
	ts->tv_sec = (time_t)(now / 1000000000u);
	ts->tv_nsec = (long)(now % 1000000000u);
	return 0;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	uint64_t now = now_ns();

	(void)zone;
	tv->tv_sec = (time_t)(now / 1000000000u);
	tv->tv_usec = (suseconds_t)(now % 1000000000u / 1000u);
	return 0;
}

time_t time(time_t *ret)
{
	time_t now = (time_t)(now_ns() / 1000000000u);

	if (ret)
		*ret = now;
	return now;
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int wait, got;
	struct timespec ts;

	(void)now_ns();
	wait = counts && timeout > LOOK_MS ? LOOK_MS : timeout;
	ts = (struct timespec){.tv_sec = wait / 1000, .tv_nsec = (long)(wait % 1000) * 1000000};
	got = (int)syscall(SYS_ppoll, fds, n, wait < 0 ? NULL : &ts, NULL, 0);

	if (got == 0 && wait != timeout)
		atomic_fetch_add(&shared->looks, 1);
	return got;
}
