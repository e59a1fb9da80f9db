/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is unpacked stays below its directory and within the limits. */
#include "base/file.h"
#include "release/archive.h"
#include "fuzz.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t files, bytes;

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	if (what == FTW_F) {
		files++;
		bytes += (uint64_t)st->st_size;
	}
	return remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pl_archive_limits limits = {.files = 64, .bytes = 1u << 16};
	char outer[] = "/dev/shm/pellucid-fuzz-XXXXXX", inner[64];
	int fd = memfd_create("archive", MFD_CLOEXEC), dir = -1;

	FUZZ_HOLDS(fd >= 0 && mkdtemp(outer));
	(void)snprintf(inner, sizeof inner, "%s/in", outer);
	FUZZ_HOLDS(mkdir(inner, 0700) == 0 && pl_file_write(fd, data, size) == PL_OK);
	FUZZ_HOLDS(pl_file_open_dir(AT_FDCWD, inner, &dir) == PL_OK);
	(void)!pl_archive_unpack(fd, dir, &limits, NULL, NULL);
	pl_file_close(&dir);
	pl_file_close(&fd);
	files = bytes = 0;
	FUZZ_HOLDS(nftw(inner, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
	FUZZ_HOLDS(files <= limits.files && bytes <= limits.bytes);
	FUZZ_HOLDS(rmdir(outer) == 0); /* nothing was written beside it */
	return 0;
}
