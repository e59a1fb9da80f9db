/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LD_PRELOAD for tests/fault/file-systems.sh: fstatfs says that whatever lies at or below $PL_FAKE_PLACE is on the file system whose
 * number is $PL_FAKE_TYPE, in hexadecimal, unless it lies at or below $PL_FAKE_BUT; of the rest, the truth.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static __fsword_t read_hex(const char *z)
{
	static const char digits[] = "0123456789abcdef";
	__fsword_t v = 0;

	for (; *z; z++)
		v = v << 4 | (strchr(digits, *z) - digits);
	return v;
}

static bool below(const char *path, const char *place)
{
	size_t n = place ? strlen(place) : 0;

	return n && strncmp(path, place, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static int fake(int fd, struct statfs *ret, const char *name)
{
	int (*real)(int, struct statfs *) = (int (*)(int, struct statfs *))dlsym(RTLD_NEXT, name);
	const char *type = getenv("PL_FAKE_TYPE");
	char link[40], path[4096];
	int got = real ? real(fd, ret) : -1;
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (got != 0 || !type || n < 0)
		return got;
	path[n] = '\0';
	if (below(path, getenv("PL_FAKE_PLACE")) && !below(path, getenv("PL_FAKE_BUT")))
		ret->f_type = read_hex(type);
	return 0;
}

__attribute__((visibility("default"))) int fstatfs(int fd, struct statfs *ret);
int fstatfs(int fd, struct statfs *ret)
{
	return fake(fd, ret, "fstatfs");
}

/* The same on 64 bits, where offsets are asked for to be large. */
__attribute__((visibility("default"))) int fstatfs64(int fd, struct statfs64 *ret);
int fstatfs64(int fd, struct statfs64 *ret)
{
	return fake(fd, (struct statfs *)(void *)ret, "fstatfs64");
}
