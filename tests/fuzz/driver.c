/* SPDX-License-Identifier: Apache-2.0 */
/* Run one target over every file of a directory: the corpus replay where there is no libFuzzer. */
#include "base/file.h"
#include "base/mem.h"
#include "fuzz.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static pl_status replay(int dir, const char *name)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 24);
	pl_status st = pl_file_read(dir, name, &data);

	if (st) {
		(void)fprintf(stderr, "%s: %s\n", name, pl_status_text(st));
		return st;
	}
	/* An exact copy, so that a sanitizer sees a read one byte behind the end. */
	uint8_t *exact = pl_alloc(data.len, 1);

	(void)dprintf(STDOUT_FILENO, "%s\n", name); /* so that the last line names the one that failed */
	if (data.len)
		memcpy(exact, data.ptr, data.len);
	(void)LLVMFuzzerTestOneInput(exact, data.len);
	pl_free(exact);
	return PL_OK;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	DIR *d = argc == 2 ? opendir(argv[1]) : NULL;

	if (!d) {
		(void)fputs("usage: replay DIRECTORY (a corpus)\n", stderr);
		return 2;
	}
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		if (e->d_name[0] == '.')
			continue;
		if (replay(dirfd(d), e->d_name))
			return 1;
		count++;
	}
	(void)closedir(d);
	(void)printf("%u inputs replayed\n", count);
	return count ? 0 : 1;
}
