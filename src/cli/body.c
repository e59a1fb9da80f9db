/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/body.h"
#include "base/file.h"
#include <fcntl.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

static pl_status put(struct pl_instance *inst, const struct pl_digest *digest, const char *path, mode_t mode,
	struct pl_diag *diag)
{
	struct pl_buf temp PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int fd PL_CLEANUP(pl_file_close) = -1;
	const char *name;
	pl_status st;

	pl_buf_printf(&temp, "%s.%ld.tmp", path, (long)getpid());
	name = pl_buf_z(&temp);
	if (!name)
		return pl_buf_status(&temp);
	st = pl_file_open(AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, mode, &fd);
	if (st)
		return pl_diag_set(diag, st, "cannot write %s", name);
	st = pl_blob_get_fd(pl_instance_blobs(inst), digest, fd);
	if (st == PL_OK)
		st = pl_file_rename(AT_FDCWD, name, path, false);
	if (st)
		(void)unlink(name);
	return st;
}

/* Through a file without a name, so that nothing is printed before all of it was checked. */
static pl_status print(struct pl_instance *inst, const struct pl_digest *digest, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint8_t *piece;
	size_t got = 1;
	pl_status st = pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd);

	if (st)
		return pl_diag_set(diag, st, "cannot make a temporary file in /var/tmp");
	st = pl_blob_get_fd(pl_instance_blobs(inst), digest, fd);
	piece = pl_alloc(1, PIECE);
	for (uint64_t at = 0; st == PL_OK && got; at += got) {
		st = pl_file_pread(fd, piece, PIECE, at, &got);
		if (st == PL_OK)
			st = pl_file_write(STDOUT_FILENO, piece, got);
	}
	pl_free(piece);
	return st;
}

pl_status pl_cli_body_save(struct pl_instance *inst, const struct pl_digest *digest, const char *path, mode_t mode,
	struct pl_diag *diag)
{
	pl_status st = strcmp(path, "-") == 0 ? print(inst, digest, diag) : put(inst, digest, path, mode, diag);

	return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "its bytes are not in the store: withheld or lost") : st;
}
