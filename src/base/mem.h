/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/mem: the only door to the heap.
 *
 * Small sizes that we choose ourselves: pl_alloc, which ends the program when memory is refused. Sizes that an
 * outsider chose: pl_try_alloc, after the bound was checked. Memory comes zeroed.
 */
#ifndef PL_BASE_MEM_H
#define PL_BASE_MEM_H
#include <stddef.h>

/* @count * @size zeroed bytes; aborts on refusal or overflow. Free with pl_free. */
void *pl_alloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* The same; NULL on refusal or overflow. */
void *pl_try_alloc(size_t count, size_t size) __attribute__((malloc));
/* Resize to @count * @size; new bytes are not zeroed. NULL on refusal, @p is then still valid. */
void *pl_try_realloc(void *p, size_t count, size_t size);
void pl_free(void *p);
/* Overwrite @n bytes so that the compiler cannot leave it out, for secrets. */
void pl_wipe(void *p, size_t n);

#define PL_NEW(type) ((type *)pl_alloc(1, sizeof(type)))
/* Run @fn(&variable) when the variable goes out of scope. @fn must accept the zero value. */
#define PL_CLEANUP(fn) __attribute__((cleanup(fn)))
#define PL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
