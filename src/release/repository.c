/* SPDX-License-Identifier: Apache-2.0 */
#include "release/repository.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct pl_repository {
	git_repository *git;
	git_odb *odb;
	char config_dir[64];
};

pl_status pl_repository_error(int code, const char *what, struct pl_diag *diag)
{
	const git_error *e = git_error_last();
	pl_status st = PL_E_CORRUPT;

	if (code == GIT_ENOTFOUND)
		st = PL_E_NOTFOUND;
	else if (code == GIT_EOWNER)
		st = PL_E_ACCESS;
	else if (e && e->klass == GIT_ERROR_OS)
		st = PL_E_IO;
	else if (e && e->klass == GIT_ERROR_NOMEMORY)
		st = PL_E_NOMEM;
	return pl_diag_set(diag, st, "%s: %s", what, e && e->message ? e->message : "git gives no reason");
}

/* A value in git's configuration syntax, quoted. */
static void put_quoted(struct pl_buf *out, const char *path)
{
	pl_buf_put_z(out, "\tdirectory = \"");
	for (; *path; path++) {
		if (*path == '"' || *path == '\\')
			pl_buf_put_c(out, '\\');
		pl_buf_put_c(out, *path);
	}
	pl_buf_put_z(out, "\"\n");
}

/* The private configuration that names @path, its .git, and what a .git file there points to, as safe. */
static pl_status write_config(struct pl_repository *r, const char *path, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct pl_buf inner PL_CLEANUP(pl_buf_done) = PL_BUF(PATH_MAX + 8);
	git_buf found = {0};
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	pl_buf_put_z(&inner, path);
	pl_buf_put_z(&inner, "/.git");
	if (!pl_buf_z(&inner))
		return PL_E_TOOBIG;
	pl_buf_put_z(&text, "[safe]\n");
	put_quoted(&text, path);
	put_quoted(&text, pl_buf_z(&inner));
	if (git_repository_discover(&found, path, 0, NULL) == 0)
		put_quoted(&text, found.ptr);
	git_buf_dispose(&found);
	(void)snprintf(r->config_dir, sizeof r->config_dir, "/tmp/pellucid-git-XXXXXX");
	if (!mkdtemp(r->config_dir)) {
		r->config_dir[0] = '\0';
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot make a directory below /tmp");
	}
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, r->config_dir, &dir);
	return st == PL_OK ? pl_file_put_loose(dir, ".gitconfig", pl_buf_bytes(&text), 0600) : st;
}

static void set_search_path(const char *global)
{
	static const int other[] = {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_PROGRAMDATA};

	for (size_t i = 0; i < PL_COUNT(other); i++)
		(void)git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, other[i], "/nonexistent");
	(void)git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, global);
}

static pl_status open_at(struct pl_repository *r, const char *real, struct pl_diag *diag)
{
	pl_status st = write_config(r, real, diag);
	int code;

	if (st != PL_OK)
		return st;
	set_search_path(r->config_dir);
	code = git_repository_open_ext(&r->git, real, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (code == 0)
		code = git_repository_odb(&r->odb, r->git);
	if (code == GIT_ENOTFOUND)
		return pl_diag_set(diag, PL_E_NOTFOUND, "\"%s\" is not a git repository", real);
	return code ? pl_repository_error(code, real, diag) : PL_OK;
}

pl_status pl_repository_open(const char *path, struct pl_repository **ret, struct pl_diag *diag)
{
	struct pl_repository *r;
	char real[PATH_MAX];
	pl_status st;

	if (!realpath(path, real))
		return pl_diag_set(diag, pl_status_from_errno(errno), "cannot open the repository \"%s\"", path);
	st = pl_lazy_load(&pl_git2_library, diag);
	if (st)
		return st;
	if (git_libgit2_init() < 0)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "libgit2 does not start");
	r = PL_NEW(struct pl_repository);
	st = open_at(r, real, diag);
	if (st != PL_OK) {
		pl_repository_close(r);
		return st;
	}
	*ret = r;
	return PL_OK;
}

void pl_repository_close(struct pl_repository *r)
{
	int dir PL_CLEANUP(pl_file_close) = -1;

	if (!r)
		return;
	git_odb_free(r->odb);
	git_repository_free(r->git);
	if (r->config_dir[0] && pl_file_open_dir(AT_FDCWD, r->config_dir, &dir) == PL_OK) {
		(void)unlinkat(dir, ".gitconfig", 0);
		(void)rmdir(r->config_dir);
	}
	git_libgit2_shutdown();
	pl_free(r);
}

git_odb *pl_repository_odb(const struct pl_repository *r)
{
	return r->odb;
}

const char *pl_repository_path(const struct pl_repository *r)
{
	return git_repository_path(r->git);
}

pl_status pl_repository_commit(struct pl_repository *r, const char *rev, git_commit **ret, struct pl_diag *diag)
{
	git_object *object = NULL, *commit = NULL;
	int code = git_revparse_single(&object, r->git, rev ? rev : "HEAD");

	if (code == 0)
		code = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	git_object_free(object);
	if (code == 0) {
		*ret = (git_commit *)commit;
		return PL_OK;
	}
	if (!rev)
		pl_diag_hint(diag, "make a first commit, or name one with --rev");
	else
		pl_diag_hint(diag, "give a branch, a tag or a commit that this clone has");
	(void)pl_diag_set(diag, PL_E_NOTFOUND, "there is no commit \"%s\"", rev ? rev : "HEAD");
	return PL_E_NOTFOUND;
}

pl_status pl_repository_tree(struct pl_repository *r, const git_oid *oid, git_tree **ret, struct pl_diag *diag)
{
	int code = git_tree_lookup(ret, r->git, oid);

	return code ? pl_repository_error(code, "a directory of the commit cannot be read", diag) : PL_OK;
}

static pl_status is_dirty(struct pl_repository *r, bool *ret, struct pl_diag *diag)
{
	git_status_options opt = GIT_STATUS_OPTIONS_INIT;
	git_status_list *list = NULL;
	int code;

	opt.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES | GIT_STATUS_OPT_NO_REFRESH;
	code = git_status_list_new(&list, r->git, &opt);
	if (code)
		return pl_repository_error(code, "the work tree cannot be compared with the commit", diag);
	*ret = git_status_list_entrycount(list) > 0;
	git_status_list_free(list);
	return PL_OK;
}

pl_status pl_repository_state(struct pl_repository *r, const git_oid *commit, struct pl_snapshot_info *info,
	struct pl_diag *diag)
{
	git_oid head;

	info->bare = git_repository_is_bare(r->git) == 1;
	info->shallow = git_repository_is_shallow(r->git) == 1;
	info->dirty = false;
	if (info->bare || git_reference_name_to_id(&head, r->git, "HEAD") || !git_oid_equal(&head, commit))
		return PL_OK;
	return is_dirty(r, &info->dirty, diag);
}
