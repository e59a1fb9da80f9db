/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of a test's own, removed at its end. */
#ifndef PL_TEST_LOG_SCRATCH_H
#define PL_TEST_LOG_SCRATCH_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char scratch[256];

static int scratch_remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int scratch_begin(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(scratch, sizeof scratch, "%s/pellucid-log-XXXXXX", base ? base : "/var/tmp");
	return mkdtemp(scratch) && chdir(scratch) == 0 ? 0 : -1;
}

static int scratch_end(void **state)
{
	(void)state;
	return chdir("/") == 0 && nftw(scratch, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : -1;
}

#endif
