/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is unpacked stays below its directory and within the limits. Only what our own writer writes is read, so behind
 * a first byte 'e' the archive is written here: a line for every entry, with its kind (f, x, l), a byte for its size, its
 * path and, behind a tab, its target.
 */
#include "base/file.h"
#include "release/archive.h"
#include "fuzz.h"
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t files, bytes;

/* What is below @dir is counted and removed. By fts, which goes from directory to directory: a whole path may be longer than the system takes. */
static void remove_all(char *dir)
{
	FTS *tree = fts_open((char *const[]){dir, NULL}, FTS_PHYSICAL, NULL);
	FTSENT *e;

	FUZZ_HOLDS(tree);
	while ((e = fts_read(tree))) {
		if (e->fts_info == FTS_F) {
			files++;
			bytes += (uint64_t)e->fts_statp->st_size;
		}
		FUZZ_HOLDS(e->fts_info == FTS_D || remove(e->fts_accpath) == 0);
	}
	FUZZ_HOLDS(fts_close(tree) == 0);
}

static void write_entry(struct pl_buf *out, pl_str line)
{
	size_t tab = pl_str_find(line, '\t');
	struct pl_archive_entry e = {.path = pl_str_sub(line, 2, tab > 2 ? tab - 2 : 0)};

	e.kind = line.ptr[0] == 'l' ? PL_ARCHIVE_LINK : line.ptr[0] == 'x' ? PL_ARCHIVE_EXEC : PL_ARCHIVE_FILE;
	e.target = pl_str_sub(line, tab + 1, line.len);
	e.size = e.kind == PL_ARCHIVE_LINK ? 0 : (unsigned char)line.ptr[1] * UINT64_C(16);
	pl_archive_put_entry(out, &e, 1700000000);
	for (uint64_t i = 0; i < e.size; i++)
		pl_buf_put_c(out, 'x');
	pl_archive_put_padding(out, e.size);
}

static void write_archive(struct pl_buf *out, pl_str rest)
{
	pl_archive_put_start(out, PL_STR("4b825dc642cb6eb9a060e54bf8d69288fbee4904"), 1700000000);
	while (rest.len) {
		size_t n = pl_str_find(rest, '\n');

		if (n >= 2)
			write_entry(out, pl_str_sub(rest, 0, n));
		rest = pl_str_sub(rest, n + 1, rest.len);
	}
	pl_archive_put_end(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf made PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 22);
	const struct pl_archive_limits limits = {.files = 64, .bytes = 1u << 16};
	char outer[] = "/dev/shm/pellucid-fuzz-XXXXXX", inner[64];
	int fd = -1, dir = -1;

	if (size > 0 && data[0] == 'e') {
		write_archive(&made, pl_bytes_str(pl_bytes_of(data + 1, size - 1)));
		if (pl_buf_status(&made))
			return 0;
		data = made.ptr;
		size = made.len;
	}
	fd = memfd_create("archive", MFD_CLOEXEC);
	FUZZ_HOLDS(fd >= 0 && mkdtemp(outer));
	(void)snprintf(inner, sizeof inner, "%s/in", outer);
	FUZZ_HOLDS(mkdir(inner, 0700) == 0 && pl_file_write(fd, data, size) == PL_OK);
	FUZZ_HOLDS(pl_file_open_dir(AT_FDCWD, inner, &dir) == PL_OK);
	(void)!pl_archive_unpack(fd, dir, &limits, NULL, NULL);
	pl_file_close(&dir);
	pl_file_close(&fd);
	files = bytes = 0;
	remove_all(inner);
	FUZZ_HOLDS(files <= limits.files && bytes <= limits.bytes);
	FUZZ_HOLDS(rmdir(outer) == 0); /* nothing was written beside it */
	return 0;
}
