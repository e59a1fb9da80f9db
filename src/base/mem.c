/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *pl_try_alloc(size_t count, size_t size)
{
	return calloc(count ? count : 1, size ? size : 1);
}

void *pl_alloc(size_t count, size_t size)
{
	void *p = pl_try_alloc(count, size);

	if (!p) {
		fputs("evt=out_of_memory\n", stderr);
		abort();
	}
	return p;
}

void *pl_try_realloc(void *p, size_t count, size_t size)
{
	return reallocarray(p, count ? count : 1, size ? size : 1);
}

void pl_free(void *p)
{
	free(p);
}

void pl_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}
