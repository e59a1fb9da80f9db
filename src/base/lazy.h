/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/lazy: shared libraries that few commands need. Linking with libcurl, libpq, cairo, libqpdf and libgit2 brings fifty others with
 * them and takes longer than most commands run; so each is opened when its first function is wanted. A room lists the functions that it
 * calls in a file *.lazy, from which tools/lazygen.py makes a table of them and macros with their names: calls look as ever.
 *
 * What always holds:
 *  1. A table is filled whole or not at all; whoever calls a function through it has had PL_OK from pl_lazy_load before.
 *  2. The library is the one whose headers this was compiled with, by its SONAME, from where the dynamic loader finds it.
 *
 * Any thread.
 */
#ifndef PL_BASE_LAZY_H
#define PL_BASE_LAZY_H
#include "base/base.h"

struct pl_lazy {
	const char *file; /* the SONAME */
	const char *const *names;
	size_t n;
	void *table; /* @n pointers to functions */
	bool loaded;
};

/* PL_E_UNSUPPORTED with words: the library is not there, or lacks a function. It stays open until the process ends. */
pl_status pl_lazy_load(struct pl_lazy *lib, struct pl_diag *diag);

#endif
