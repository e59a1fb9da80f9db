/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/objfile: the least that is needed of ELF (32 and 64 bit, both byte orders) and of ar archives to say in which
 * section or member a byte lies.
 *
 * Reads outside bytes: every offset is checked against the window, every count is bounded; a file that is neither, or
 * contradicts itself, simply has no sections. Runs in a confined child (release/mask.c). Included only within this room.
 */
#ifndef PL_RELEASE_OBJFILE_H
#define PL_RELEASE_OBJFILE_H
#include "base/base.h"

#define PL_OBJFILE_SECTIONS_MAX 65535u
#define PL_OBJFILE_MEMBERS_MAX 65535u

/* A part of a file. */
struct pl_objfile {
	int fd;
	uint64_t base, size;
};

/* Told of each section or member: where it lies in the file, and its name (bounded, not NUL-terminated, any bytes). Answer
 * false to stop. */
typedef bool (*pl_objfile_fn)(void *ctx, uint64_t offset, uint64_t size, pl_str name);

/* Call @fn for each ELF section that has bytes in the file. */
void pl_objfile_elf_sections(const struct pl_objfile *o, pl_objfile_fn fn, void *ctx);
/* Call @fn for each member of an ar archive; @offset is that of the member's 60-byte header, @size without it. */
void pl_objfile_ar_members(const struct pl_objfile *o, pl_objfile_fn fn, void *ctx);

#endif
