/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/repository: libgit2 opened for reading one repository, whoever owns it, whatever its configuration says.
 *
 * The system's and the user's git configuration are not read. libgit2 refuses a repository of another owner unless
 * safe.directory names it; a private configuration naming this one repository stands in for the user's while it is open.
 * Included only within this room.
 */
#ifndef PL_RELEASE_REPOSITORY_H
#define PL_RELEASE_REPOSITORY_H
#include "base/base.h"
#include "release/git2_lazy.h"
#include "release/snapshot.h"

struct pl_repository;

pl_status pl_repository_open(const char *path, struct pl_repository **ret, struct pl_diag *diag);
/* NULL allowed. */
void pl_repository_close(struct pl_repository *r);
/* The object database and the path of the git directory; live as long as @r. */
git_odb *pl_repository_odb(const struct pl_repository *r);
const char *pl_repository_path(const struct pl_repository *r);
/* @rev (NULL: HEAD) as a commit; free with git_commit_free. */
pl_status pl_repository_commit(struct pl_repository *r, const char *rev, git_commit **ret, struct pl_diag *diag);
pl_status pl_repository_tree(struct pl_repository *r, const git_oid *oid, git_tree **ret, struct pl_diag *diag);
/* Fill bare, shallow and dirty. */
pl_status pl_repository_state(struct pl_repository *r, const git_oid *commit, struct pl_snapshot_info *info,
	struct pl_diag *diag);
/* The status and words for a failed libgit2 call. */
pl_status pl_repository_error(int code, const char *what, struct pl_diag *diag);

#endif
