/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"
#include "base/file.h"
#include "fuzz.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/dev/shm/pellucid-fuzz-XXXXXX";
static int dir = -1;

static int remove_below(const char *name, const struct stat *st, int what, struct FTW *at)
{
	return at->level > 0 ? remove(name) : 0;
}

void fuzz_scratch_empty(void)
{
	FUZZ_HOLDS(fuzz_scratch() >= 0 && nftw(path, remove_below, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void fuzz_scratch_remove(const char *name)
{
	char below[256];

	(void)snprintf(below, sizeof below, "%s/%s", path, name);
	(void)nftw(below, remove_below, 16, FTW_DEPTH | FTW_PHYS);
	(void)remove(below);
}

static void leave(void)
{
	(void)nftw(path, remove_below, 16, FTW_DEPTH | FTW_PHYS);
	(void)rmdir(path);
}

int fuzz_scratch(void)
{
	if (dir < 0) {
		FUZZ_HOLDS(mkdtemp(path) && atexit(leave) == 0);
		FUZZ_HOLDS(pl_file_open_dir(AT_FDCWD, path, &dir) == PL_OK);
	}
	return dir;
}

const char *fuzz_scratch_path(void)
{
	return fuzz_scratch() >= 0 ? path : NULL;
}

void fuzz_scratch_put(const char *name, pl_bytes data)
{
	FUZZ_HOLDS(pl_file_put_loose(fuzz_scratch(), name, data, 0600) == PL_OK);
}
