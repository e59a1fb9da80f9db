/* SPDX-License-Identifier: Apache-2.0 */
/* Remove a directory and everything in it; for the scratch directories of fault tests. */
#ifndef PL_TESTS_REMOVE_TREE_H
#define PL_TESTS_REMOVE_TREE_H
#include <ftw.h>
#include <stdio.h>

static int pl_fault_remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void pl_fault_remove_tree(const char *path)
{
	(void)nftw(path, pl_fault_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
