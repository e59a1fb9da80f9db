/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/zip_internal.h"
#include <assert.h>

/* ---- records ---- */

uint32_t pl_zip_crc(uint32_t crc, pl_bytes data)
{
	/* Four bits at a time. */
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	crc = ~crc;
	for (size_t i = 0; i < data.len; i++) {
		crc ^= data.ptr[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

static void put16(struct pl_buf *out, unsigned v)
{
	pl_buf_put_u8(out, (uint8_t)v);
	pl_buf_put_u8(out, (uint8_t)(v >> 8));
}

static void put32(struct pl_buf *out, uint64_t v)
{
	put16(out, (unsigned)(v & 0xffff));
	put16(out, (unsigned)(v >> 16 & 0xffff));
}

void pl_zip_block_head(uint8_t out[static 5], size_t n, bool last)
{
	out[0] = last ? 1 : 0;
	out[1] = (uint8_t)n;
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)~out[1];
	out[4] = (uint8_t)~out[2];
}

/* Version 2.0, flags, deflated, 1980-01-01 0:00. */
static void put_common(struct pl_buf *out)
{
	put16(out, 20);
	put16(out, ZIP_FLAGS);
	put16(out, 8);
	put16(out, 0);
	put16(out, 0x21);
}

void pl_zip_put_local(struct pl_buf *out, const struct pl_zip_file *f)
{
	pl_buf_put(out, "PK\3\4", 4);
	put_common(out);
	put32(out, 0);
	put32(out, 0);
	put32(out, 0);
	put16(out, (unsigned)strlen(f->name));
	put16(out, 0);
	pl_buf_put_z(out, f->name);
}

void pl_zip_put_descriptor(struct pl_buf *out, const struct pl_zip_file *f)
{
	pl_buf_put(out, "PK\7\10", 4);
	put32(out, f->crc);
	put32(out, pl_zip_packed(f->size));
	put32(out, f->size);
}

void pl_zip_put_central(struct pl_buf *out, const struct pl_zip_file *f)
{
	pl_buf_put(out, "PK\1\2", 4);
	put16(out, 0x0314); /* made on Unix, so that modes count */
	put_common(out);
	put32(out, f->crc);
	put32(out, pl_zip_packed(f->size));
	put32(out, f->size);
	put16(out, (unsigned)strlen(f->name));
	put32(out, 0); /* no extra field, no comment */
	put32(out, 0); /* first disk, not text */
	put32(out, UINT64_C(0100644) << 16);
	put32(out, f->start);
	pl_buf_put_z(out, f->name);
}

void pl_zip_put_end(struct pl_buf *out, size_t files, uint64_t directory, uint64_t start)
{
	pl_buf_put(out, "PK\5\6", 4);
	put32(out, 0);
	put16(out, (unsigned)files);
	put16(out, (unsigned)files);
	put32(out, directory);
	put32(out, start);
	put16(out, 0);
}

bool pl_zip_name_ok(pl_str name)
{
	static const char more[] = "._-";

	if (!name.len || name.len > PL_ZIP_NAME_MAX)
		return false;
	while (name.len) {
		pl_str part = name;

		if (!pl_str_take_until(&name, '/', &part))
			name.len = 0;
		else if (!name.len)
			return false;
		if (!part.len || pl_str_eq(part, PL_STR(".")) || pl_str_eq(part, PL_STR("..")))
			return false;
		for (size_t i = 0; i < part.len; i++) {
			char c = part.ptr[i];

			if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && (!c || !strchr(more, c)))
				return false;
		}
	}
	return true;
}

/* ---- writing ---- */

void pl_zip_writer_init(struct pl_zip_writer *z, pl_zip_sink sink, void *ctx)
{
	z->sink = sink;
	z->ctx = ctx;
	z->offset = 0;
	z->files = 0;
	z->open = false;
	pl_buf_init(&z->directory, (size_t)PL_ZIP_FILES_MAX * (ZIP_CENTRAL + PL_ZIP_NAME_MAX));
}

void pl_zip_writer_done(struct pl_zip_writer *z)
{
	pl_buf_done(&z->directory);
	pl_wipe(z->block, sizeof z->block);
}

static pl_status emit(struct pl_zip_writer *z, pl_bytes piece)
{
	if (piece.len > PL_ZIP_BYTES_MAX - z->offset)
		return PL_E_TOOBIG;
	z->offset += piece.len;
	return z->sink(z->ctx, piece);
}

static pl_status emit_buf(struct pl_zip_writer *z, const struct pl_buf *b)
{
	pl_status st = pl_buf_status(b);

	return st ? st : emit(z, pl_buf_bytes(b));
}

pl_status pl_zip_begin(struct pl_zip_writer *z, pl_str name)
{
	struct pl_buf head PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_LOCAL + PL_ZIP_NAME_MAX);
	struct pl_zip_file f = {0};

	assert(!z->open);
	if (!pl_zip_name_ok(name) || pl_str_z(name, f.name, sizeof f.name))
		return PL_E_SYNTAX;
	if (z->files == PL_ZIP_FILES_MAX)
		return PL_E_TOOBIG;
	memcpy(z->name, f.name, sizeof z->name);
	z->open = true;
	z->start = z->offset;
	z->size = 0;
	z->crc = 0;
	z->n = 0;
	pl_zip_put_local(&head, &f);
	return emit_buf(z, &head);
}

static pl_status put_block(struct pl_zip_writer *z, bool last)
{
	size_t n = z->n;

	pl_zip_block_head(z->block, n, last);
	z->n = 0;
	return emit(z, pl_bytes_of(z->block, 5 + n));
}

pl_status pl_zip_put(struct pl_zip_writer *z, pl_bytes data)
{
	pl_status st = PL_OK;

	assert(z->open);
	z->crc = pl_zip_crc(z->crc, data);
	z->size += data.len;
	while (data.len && !st) {
		size_t n = PL_ZIP_BLOCK - z->n;

		if (n > data.len)
			n = data.len;
		memcpy(z->block + 5 + z->n, data.ptr, n);
		z->n += n;
		data.ptr += n;
		data.len -= n;
		if (z->n == PL_ZIP_BLOCK)
			st = put_block(z, false);
	}
	return st;
}

pl_status pl_zip_end(struct pl_zip_writer *z)
{
	struct pl_buf tail PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_DESCRIPTOR);
	struct pl_zip_file f = {.size = z->size, .start = z->start, .crc = z->crc};
	pl_status st;

	assert(z->open);
	z->open = false;
	memcpy(f.name, z->name, sizeof f.name);
	st = put_block(z, true);
	if (st)
		return st;
	pl_zip_put_descriptor(&tail, &f);
	pl_zip_put_central(&z->directory, &f);
	z->files++;
	return emit_buf(z, &tail);
}

pl_status pl_zip_finish(struct pl_zip_writer *z)
{
	struct pl_buf tail PL_CLEANUP(pl_buf_done) = PL_BUF(ZIP_END);
	uint64_t start = z->offset;
	pl_status st;

	assert(!z->open);
	st = emit_buf(z, &z->directory);
	if (st)
		return st;
	pl_zip_put_end(&tail, z->files, z->directory.len, start);
	return emit_buf(z, &tail);
}
