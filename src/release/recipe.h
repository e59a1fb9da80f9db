/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/recipe: how a product is built, in a file a reviewer can read in a minute (docs/formats/recipe.md).
 *
 *	[recipe]
 *	format = pellucid-recipe-v1
 *	name = hello
 *	inner = /build/hello
 *	epoch = commit
 *	[inputs]
 *	package = gcc
 *	[environment]
 *	CFLAGS = -O2
 *	[steps]
 *	run = make -j {jobs}
 *	[outputs]
 *	hello = hello
 *
 * The recipe's name in the log is the SHA-256 of the file's bytes. There is no shell: a step is split at spaces, "..."
 * keeps spaces, and {jobs}, {epoch} and {inner} are replaced. Pure; a recipe comes from outside.
 */
#ifndef PL_RELEASE_RECIPE_H
#define PL_RELEASE_RECIPE_H
#include "base/base.h"

#define PL_RECIPE_SIZE_MAX 65536u
#define PL_RECIPE_STEPS_MAX 64u
#define PL_RECIPE_ARGS_MAX 256u
#define PL_RECIPE_ITEMS_MAX 256u

enum pl_recipe_normalise {
	PL_NORMALISE_ELF_BUILD_ID = 1u << 0, /* mask the content of .note.gnu.build-id */
	PL_NORMALISE_AR_HEADER = 1u << 1,    /* mask date, uid, gid and mode of ar members */
};

struct pl_recipe_pair {
	pl_str name, value;
};

struct pl_recipe_step {
	unsigned line;
	size_t nargs;
	pl_str *args; /* before replacement of {jobs}, {epoch}, {inner} */
};

struct pl_recipe {
	pl_str name;
	pl_str inner;                /* absolute path of the source inside the sandbox */
	bool epoch_fixed;            /* SOURCE_DATE_EPOCH = epoch; else the commit's time */
	uint64_t epoch;
	unsigned normalise;          /* enum pl_recipe_normalise bits declared for comparisons */
	uint64_t time_limit;         /* seconds for one step */
	uint64_t memory_limit;       /* bytes, one process */
	uint64_t file_limit;         /* bytes, one file */
	uint64_t process_limit;      /* processes and threads */
	size_t nsteps, npackages, nenvironment, noutputs;
	struct pl_recipe_step *steps;
	pl_str *packages;            /* declared inputs: Debian packages that must be installed */
	struct pl_recipe_pair *environment;
	struct pl_recipe_pair *outputs; /* name, path below inner */
};

/* Read @text; everything in @ret lives in @arena or borrows from @text. PL_E_SYNTAX or PL_E_RANGE with line and words. */
pl_status pl_recipe_parse(pl_str text, struct pl_arena *arena, struct pl_recipe *ret, struct pl_diag *diag);

/* Append @arg with {jobs}, {epoch} and {inner} replaced. */
void pl_recipe_expand(const struct pl_recipe *r, pl_str arg, unsigned jobs, uint64_t epoch, struct pl_buf *out);

#endif
