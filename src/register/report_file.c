/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_file.h"
#include "base/file.h"
#include "register/openings.h"
#include <errno.h>
#include <sys/mman.h>

void pl_register_report_file_done(struct pl_register_report_file *f)
{
	if (f->bytes.ptr)
		(void)munmap((void *)(uintptr_t)f->bytes.ptr, f->bytes.len);
	*f = (struct pl_register_report_file){0};
}

pl_status pl_register_report_file_map(int fd, struct pl_register_report_file *ret, struct pl_diag *diag)
{
	uint64_t size = 0;
	void *p;
	pl_status st = pl_file_size(fd, &size);

	if (st)
		return st;
	if (!size || size > PL_OPENINGS_MAX)
		return pl_diag_set(diag, size ? PL_E_TOOBIG : PL_E_SYNTAX, "an openings file has 1 byte to 4 GiB");
	p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return pl_status_from_errno(errno);
	ret->bytes = pl_bytes_of(p, (size_t)size);
	return PL_OK;
}
