/* SPDX-License-Identifier: Apache-2.0 */
#include "release/objfile.h"
#include "base/file.h"

#define NAME_MAX_READ 64u
#define AR_HEADER 60u

static bool read_at(const struct pl_objfile *o, uint64_t at, void *out, size_t len)
{
	size_t got;

	if (at > o->size || len > o->size - at)
		return false;
	return pl_file_pread(o->fd, out, len, o->base + at, &got) == PL_OK && got == len;
}

/* ---- ELF: System V gABI, chapter 4 ---- */

struct elf {
	bool wide, big;
	uint64_t table;         /* offset of the section header table */
	unsigned entry, count, names;
};

static uint64_t number(const struct elf *e, const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[e->big ? i : len - 1 - i];
	return v;
}

struct section {
	uint64_t name, type, offset, size;
};

static bool read_section(const struct pl_objfile *o, const struct elf *e, unsigned i, struct section *s)
{
	uint8_t h[64];
	size_t want = e->wide ? 64 : 40, word = e->wide ? 8 : 4;

	if (e->table > o->size || !read_at(o, e->table + (uint64_t)i * e->entry, h, want))
		return false;
	s->name = number(e, h, 4);
	s->type = number(e, h + 4, 4);
	s->offset = number(e, h + (e->wide ? 24 : 16), word);
	s->size = number(e, h + (e->wide ? 32 : 20), word);
	return s->offset <= o->size && s->size <= o->size;
}

static bool read_elf(const struct pl_objfile *o, struct elf *e)
{
	uint8_t h[64];
	size_t tail;

	if (!read_at(o, 0, h, 52) || memcmp(h, "\177ELF", 4) != 0 || h[4] < 1 || h[4] > 2 || h[5] < 1 || h[5] > 2)
		return false;
	e->wide = h[4] == 2;
	e->big = h[5] == 2;
	if (e->wide && !read_at(o, 0, h, 64))
		return false;
	e->table = number(e, h + (e->wide ? 40 : 32), e->wide ? 8 : 4);
	tail = e->wide ? 58 : 46;
	e->entry = (unsigned)number(e, h + tail, 2);
	e->count = (unsigned)number(e, h + tail + 2, 2);
	e->names = (unsigned)number(e, h + tail + 4, 2);
	return e->entry >= (e->wide ? 64u : 40u) && e->names < e->count;
}

static pl_str read_name(const struct pl_objfile *o, const struct section *names, uint64_t at, char *buf, size_t size)
{
	if (at >= names->size || names->offset > o->size - names->size)
		return (pl_str){0};
	if (size > names->size - at)
		size = (size_t)(names->size - at);
	if (!read_at(o, names->offset + at, buf, size))
		return (pl_str){0};
	return pl_str_of(buf, strnlen(buf, size));
}

void pl_objfile_elf_sections(const struct pl_objfile *o, pl_objfile_fn fn, void *ctx)
{
	const uint64_t no_bits = 8;
	char buf[NAME_MAX_READ];
	struct section names, s;
	struct elf e;

	if (!read_elf(o, &e) || !read_section(o, &e, e.names, &names))
		return;
	for (unsigned i = 1; i < e.count; i++) {
		if (!read_section(o, &e, i, &s) || s.type == no_bits || !s.size || s.size > o->size - s.offset)
			continue;
		if (!fn(ctx, o->base + s.offset, s.size, read_name(o, &names, s.name, buf, sizeof buf)))
			return;
	}
}

/* ---- ar: System V common format with GNU's name table ---- */

static bool decimal(const uint8_t *p, size_t len, uint64_t *ret)
{
	return pl_str_to_u64(pl_str_trim(pl_str_of((const char *)p, len)), UINT64_C(1) << 40, ret) == PL_OK;
}

/* The name in header @h: "name/", or "/123" into the name table at @table. */
static pl_str member_name(const struct pl_objfile *o, const uint8_t *h, const struct section *table, char *buf,
	size_t size)
{
	pl_str name = pl_str_trim(pl_str_of((const char *)h, 16));
	uint64_t at;

	if (name.len > 1 && name.ptr[0] == '/' && table->size &&
		pl_str_to_u64(pl_str_sub(name, 1, name.len), table->size, &at) == PL_OK)
		name = read_name(o, table, at, buf, size);
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] == '\n' || (name.ptr[i] == '/' && i > 0))
			name.len = i;
	return name;
}

void pl_objfile_ar_members(const struct pl_objfile *o, pl_objfile_fn fn, void *ctx)
{
	struct section table = {0};
	uint64_t at = 8, size;
	char magic[8], buf[NAME_MAX_READ];
	uint8_t h[AR_HEADER];

	if (!read_at(o, 0, magic, sizeof magic) || memcmp(magic, "!<arch>\n", 8) != 0)
		return;
	for (unsigned i = 0; i < PL_OBJFILE_MEMBERS_MAX && read_at(o, at, h, sizeof h); i++) {
		if (h[58] != '`' || h[59] != '\n' || !decimal(h + 48, 10, &size) || size > o->size - at - AR_HEADER)
			return;
		if (memcmp(h, "// ", 3) == 0)
			table = (struct section){.offset = at + AR_HEADER, .size = size};
		if (!fn(ctx, o->base + at, size, member_name(o, h, &table, buf, sizeof buf)))
			return;
		at += AR_HEADER + size + (size & 1);
	}
}
