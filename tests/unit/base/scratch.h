/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/scratch: an empty directory of the test's own, removed with all that is in it. */
#ifndef PL_TESTS_BASE_SCRATCH_H
#define PL_TESTS_BASE_SCRATCH_H
#include "testing.h"
#include "base/file.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char path[256];
	int fd;
};

static inline void scratch_open(struct scratch *s)
{
	const char *base = getenv("PL_TMP");

	(void)snprintf(s->path, sizeof s->path, "%s/pellucid-base.XXXXXX", base && *base ? base : "/var/tmp");
	assert_non_null(mkdtemp(s->path));
	assert_ok(pl_file_open_dir(AT_FDCWD, s->path, &s->fd));
}

static inline int scratch_remove(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_close(struct scratch *s)
{
	pl_file_close(&s->fd);
	(void)nftw(s->path, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* A NULL-terminated path of @name in it; lives until the next call. */
static inline const char *scratch_path(const struct scratch *s, const char *name)
{
	static char out[512];

	(void)snprintf(out, sizeof out, "%s/%s", s->path, name);
	return out;
}

#endif
