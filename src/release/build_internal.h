/* SPDX-License-Identifier: Apache-2.0 */
/* release/build_internal: what the files of release/build share. Included only by them. */
#ifndef PL_RELEASE_BUILD_INTERNAL_H
#define PL_RELEASE_BUILD_INTERNAL_H
#include "release/build.h"

#define PATH_Z 4096u
#define OUTER_PREFIX "pellucid-build-"
#define LOCALE_PREFIX "pellucid-locale-"

struct build {
	const struct pl_build_job *job;
	struct pl_build_record *r;
	struct pl_diag *diag;
	char inner_outer[PATH_Z]; /* outer path of the recipe's inner directory */
	char tree[PATH_Z];        /* outer path of /build */
	char etc[PATH_Z], locale[PATH_Z], out[PATH_Z];
	int outer_fd;
	const char **environment;
	size_t nenvironment;
};

/* @a/@b. PL_E_TOOBIG. */
pl_status pl_build_join(char out[static PATH_Z], const char *a, const char *b);

/* build_tools.c: run a program of the system to its end; PL_E_UNSUPPORTED with its words when it fails. */
pl_status pl_build_tool(const char *const *argv, struct pl_buf *out, struct pl_diag *diag);
/* Remove a tree, whatever an untrusted build made of it. */
pl_status pl_build_remove(const char *path);
/* Remove what killed builds left in the scratch directory, and locales that no build looks for any more. */
pl_status pl_build_sweep(struct build *b);

/* build_locale.c: the locale of the site lies in @b->locale: made now, or kept in the scratch directory since another build. */
pl_status pl_build_make_locale(struct build *b);

/* build_site.c: the declared packages are installed; the environment is put together. */
pl_status pl_build_check_packages(struct build *b);
pl_status pl_build_set_environment(struct build *b);

#endif
