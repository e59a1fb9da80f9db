/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and members lie within the file, whatever it says. */
#include "base/file.h"
#include "release/objfile.h"
#include "fuzz.h"
#include <sys/mman.h>

struct bounds {
	struct pl_objfile o;
	unsigned told;
};

static bool section(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct bounds *b = ctx;

	FUZZ_HOLDS(offset >= b->o.base && size <= b->o.size && offset - b->o.base <= b->o.size - size && name.len <= 64);
	return ++b->told < 1000;
}

static bool member(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct bounds *b = ctx, inner = {.o = {.fd = b->o.fd, .base = offset + 60, .size = size}};

	FUZZ_HOLDS(offset <= b->o.size - 60 && size <= b->o.size - 60 - offset && name.len <= 64);
	pl_objfile_elf_sections(&inner.o, section, &inner);
	return ++b->told < 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bounds b = {.o = {.fd = memfd_create("object", MFD_CLOEXEC), .size = size}};

	FUZZ_HOLDS(b.o.fd >= 0 && pl_file_write(b.o.fd, data, size) == PL_OK);
	pl_objfile_elf_sections(&b.o, section, &b);
	b.told = 0;
	pl_objfile_ar_members(&b.o, member, &b);
	pl_file_close(&b.o.fd);
	return 0;
}
