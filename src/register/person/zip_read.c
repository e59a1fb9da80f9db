/* SPDX-License-Identifier: Apache-2.0 */
/* Each record is made anew from what the directory says and compared, so that there is no second way to write one. */
#include "register/person/zip_internal.h"
#include "base/mem.h"

static pl_status not_ours(struct pl_diag *diag, const char *what)
{
	return pl_diag_set(diag, PL_E_SYNTAX, "the archive %s: it was not written by Pellucid, or was changed since", what);
}

static pl_status read_exactly(pl_zip_source source, void *ctx, uint64_t offset, void *data, size_t len)
{
	size_t got = 0;
	pl_status st = source(ctx, offset, data, len, &got);

	return st ? st : got == len ? PL_OK : PL_E_CORRUPT;
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static unsigned le16(const uint8_t *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

struct opening {
	struct pl_zip *z;
	pl_bytes rest; /* of the directory */
	uint64_t at;   /* where the next file must begin */
	struct pl_diag *diag;
};

static bool name_known(const struct pl_zip *z, const char *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (strcmp(z->files[i].name, name) == 0)
			return true;
	return false;
}

/* Compare the record at @offset of the archive with @want. */
static pl_status same_there(const struct pl_zip *z, uint64_t offset, const struct pl_buf *want)
{
	uint8_t got[ZIP_LOCAL + PL_ZIP_NAME_MAX];
	pl_status st = pl_buf_status(want);

	if (!st)
		st = read_exactly(z->source, z->ctx, offset, got, want->len);
	if (st)
		return st;
	return memcmp(got, want->ptr, want->len) == 0 ? PL_OK : PL_E_SYNTAX;
}

static pl_status check_records(const struct pl_zip *z, const struct pl_zip_file *f, uint64_t *ret_end)
{
	struct pl_buf record PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_LOCAL + PL_ZIP_NAME_MAX);
	uint64_t at = f->start + ZIP_LOCAL + strlen(f->name) + pl_zip_packed(f->size);
	pl_status st;

	pl_zip_put_local(&record, f);
	st = same_there(z, f->start, &record);
	if (st)
		return st;
	pl_buf_clear(&record);
	pl_zip_put_descriptor(&record, f);
	*ret_end = at + ZIP_DESCRIPTOR;
	return same_there(z, at, &record);
}

static pl_status take_file(struct opening *o)
{
	struct pl_buf record PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_CENTRAL + PL_ZIP_NAME_MAX);
	struct pl_zip_file *f = &o->z->files[o->z->n];
	const uint8_t *p = o->rest.ptr;
	size_t len;

	if (o->rest.len < ZIP_CENTRAL)
		return PL_E_SYNTAX;
	len = le16(p + 28);
	if (len > PL_ZIP_NAME_MAX || o->rest.len < ZIP_CENTRAL + len)
		return PL_E_SYNTAX;
	memcpy(f->name, p + ZIP_CENTRAL, len);
	f->name[len] = 0;
	f->crc = le32(p + 16);
	f->size = le32(p + 24);
	f->start = o->at;
	pl_zip_put_central(&record, f);
	if (!pl_zip_name_ok(pl_str_of(f->name, len)) || name_known(o->z, f->name) || record.len != ZIP_CENTRAL + len ||
		memcmp(record.ptr, p, record.len) != 0)
		return PL_E_SYNTAX;
	o->rest.ptr += record.len;
	o->rest.len -= record.len;
	o->z->n++;
	return check_records(o->z, f, &o->at);
}

static pl_status read_directory(struct opening *o, uint64_t size, size_t files, uint64_t directory, uint64_t start)
{
	uint8_t *room = pl_try_alloc(1, directory ? directory : 1);
	pl_status st;

	if (!room)
		return PL_E_NOMEM;
	o->z->files = pl_alloc(files ? files : 1, sizeof *o->z->files);
	st = read_exactly(o->z->source, o->z->ctx, start, room, directory);
	o->rest = pl_bytes_of(room, directory);
	for (size_t i = 0; i < files && !st; i++)
		st = take_file(o);
	if (!st && (o->rest.len || o->at != start || start + directory + ZIP_END != size))
		st = PL_E_SYNTAX;
	pl_free(room);
	return st;
}

pl_status pl_zip_open(pl_zip_source source, void *ctx, uint64_t size, struct pl_zip *ret, struct pl_diag *diag)
{
	struct pl_buf record PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_END);
	struct pl_zip z = {.source = source, .ctx = ctx};
	struct opening o = {.z = &z, .diag = diag};
	uint8_t end[ZIP_END];
	uint64_t directory, start;
	size_t files;
	pl_status st;

	if (size < ZIP_END || size > PL_ZIP_BYTES_MAX)
		return not_ours(diag, "is too short or too long");
	st = read_exactly(source, ctx, size - ZIP_END, end, sizeof end);
	if (st)
		return st;
	files = le16(end + 10);
	directory = le32(end + 12);
	start = le32(end + 16);
	pl_zip_put_end(&record, files, directory, start);
	if (memcmp(record.ptr, end, sizeof end) != 0 || files > PL_ZIP_FILES_MAX ||
		directory > (uint64_t)files * (ZIP_CENTRAL + PL_ZIP_NAME_MAX) || start > size || directory > size - start)
		return not_ours(diag, "has no directory of ours at its end");
	st = read_directory(&o, size, files, directory, start);
	if (st) {
		pl_zip_close(&z);
		return st == PL_E_SYNTAX || st == PL_E_CORRUPT ? not_ours(diag, "has a directory that does not fit its files") : st;
	}
	*ret = z;
	return PL_OK;
}

void pl_zip_close(struct pl_zip *z)
{
	pl_free(z->files);
	*z = (struct pl_zip){0};
}

const struct pl_zip_file *pl_zip_find(const struct pl_zip *z, pl_str name)
{
	for (size_t i = 0; i < z->n; i++)
		if (pl_str_eq(pl_str_from(z->files[i].name), name))
			return &z->files[i];
	return NULL;
}

pl_status pl_zip_read(const struct pl_zip *z, const struct pl_zip_file *f, pl_zip_sink sink, void *ctx, struct pl_diag *diag)
{
	uint64_t at = f->start + ZIP_LOCAL + strlen(f->name), left = f->size;
	uint8_t *block = pl_alloc(1, 5 + PL_ZIP_BLOCK), head[5];
	uint32_t crc = 0;
	bool last = false;
	pl_status st = PL_OK;

	while (!last && !st) {
		size_t n = left < PL_ZIP_BLOCK ? (size_t)left : PL_ZIP_BLOCK;

		last = left < PL_ZIP_BLOCK;
		pl_zip_block_head(head, n, last);
		st = read_exactly(z->source, z->ctx, at, block, 5 + n);
		if (!st && memcmp(head, block, 5) != 0)
			st = PL_E_CORRUPT;
		if (!st && n)
			st = sink(ctx, pl_bytes_of(block + 5, n));
		crc = pl_zip_crc(crc, pl_bytes_of(block + 5, n));
		at += 5 + n;
		left -= n;
	}
	pl_wipe(block, 5 + PL_ZIP_BLOCK);
	pl_free(block);
	if (!st && crc != f->crc)
		st = PL_E_CORRUPT;
	return st == PL_E_CORRUPT ? pl_diag_set(diag, st, "%s: its bytes are not those that were written", f->name) : st;
}

static pl_status keep(void *ctx, pl_bytes piece)
{
	struct pl_buf *out = ctx;

	pl_buf_put_bytes(out, piece);
	return pl_buf_status(out);
}

pl_status pl_zip_read_all(const struct pl_zip *z, const struct pl_zip_file *f, struct pl_buf *out, struct pl_diag *diag)
{
	return pl_zip_read(z, f, keep, out, diag);
}
