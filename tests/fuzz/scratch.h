/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/scratch: one directory in memory for a target whose parser reads files. It is emptied at the end. */
#ifndef PL_TESTS_FUZZ_SCRATCH_H
#define PL_TESTS_FUZZ_SCRATCH_H
#include "base/str.h"

/* Its descriptor and its path; the same ones for the whole process. */
int fuzz_scratch(void);
const char *fuzz_scratch_path(void);
/* Remove everything in it. */
void fuzz_scratch_empty(void);
/* Remove what @name below it is, if it is there. */
void fuzz_scratch_remove(const char *name);
/* Put @data there as @name, whatever was there. */
void fuzz_scratch_put(const char *name, pl_bytes data);

#endif
