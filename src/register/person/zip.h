/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/zip: a narrow, fully determined subset of ZIP (APPNOTE 6.3, no ZIP64): the same files in the same order give the
 * same bytes on every machine, written in one pass by callers who do not know a file's size beforehand.
 *
 * Every file is "deflated" into stored blocks of PL_ZIP_BLOCK bytes, the last one shorter and marked: nothing is compressed, so
 * nothing depends on a compressor, and readers that take a file as it comes can still tell where it ends. Times are 1980-01-01, modes 0644.
 *
 * Reading takes only what could have been written: no gap, no hidden or doubled file, no path that leaves its directory.
 *
 * Pure: bytes go to and come from the caller's functions.
 */
#ifndef PL_REGISTER_PERSON_ZIP_H
#define PL_REGISTER_PERSON_ZIP_H
#include "base/base.h"

#define PL_ZIP_BLOCK 32768u
#define PL_ZIP_FILES_MAX 4096u
#define PL_ZIP_NAME_MAX 200u
#define PL_ZIP_BYTES_MAX UINT32_MAX /* of the whole archive */

typedef pl_status (*pl_zip_sink)(void *ctx, pl_bytes piece);

struct pl_zip_writer {
	pl_zip_sink sink;
	void *ctx;
	uint64_t offset;
	unsigned files;
	struct pl_buf directory;
	bool open;
	uint64_t start, size; /* of the open file: its header; bytes of it */
	uint32_t crc;
	char name[PL_ZIP_NAME_MAX + 1];
	size_t n;
	uint8_t block[5 + PL_ZIP_BLOCK];
};

void pl_zip_writer_init(struct pl_zip_writer *z, pl_zip_sink sink, void *ctx);
void pl_zip_writer_done(struct pl_zip_writer *z);
/* a-z A-Z 0-9 . _ - in parts separated by '/', none of them "." or "..". */
bool pl_zip_name_ok(pl_str name);
/* Begin a file. PL_E_SYNTAX for its name, PL_E_TOOBIG. The caller sees to it that no name comes twice. */
pl_status pl_zip_begin(struct pl_zip_writer *z, pl_str name);
pl_status pl_zip_put(struct pl_zip_writer *z, pl_bytes data);
pl_status pl_zip_end(struct pl_zip_writer *z);
/* The directory. No file may be open. */
pl_status pl_zip_finish(struct pl_zip_writer *z);

typedef pl_status (*pl_zip_source)(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len);

struct pl_zip_file {
	char name[PL_ZIP_NAME_MAX + 1];
	uint64_t size;
	uint64_t start; /* of its header */
	uint32_t crc;
};

struct pl_zip {
	pl_zip_source source;
	void *ctx;
	size_t n;
	struct pl_zip_file *files; /* in the order in which they were written */
};

/* Read the directory of the archive of @size bytes. PL_E_SYNTAX with words for whatever was not written by this. */
pl_status pl_zip_open(pl_zip_source source, void *ctx, uint64_t size, struct pl_zip *ret, struct pl_diag *diag);
void pl_zip_close(struct pl_zip *z);
/* NULL if there is none. */
const struct pl_zip_file *pl_zip_find(const struct pl_zip *z, pl_str name);
/* Hand the bytes of @f to @sink, in order. PL_E_CORRUPT: its blocks or its checksum are wrong. */
pl_status pl_zip_read(const struct pl_zip *z, const struct pl_zip_file *f, pl_zip_sink sink, void *ctx, struct pl_diag *diag);
/* All of it, appended to @out, whose maximum holds. */
pl_status pl_zip_read_all(const struct pl_zip *z, const struct pl_zip_file *f, struct pl_buf *out, struct pl_diag *diag);

#endif
