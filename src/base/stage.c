/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stage.h"
#include "base/base.h"
#include "base/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 16u /* of what is removed */
#define NAMES_MAX 32u /* of what is moved */

/* ---- removing ---- */

static pl_status open_stream(int at, const char *name, DIR **ret)
{
	int fd = -1;
	pl_status st = pl_file_open(at, name, O_RDONLY | O_DIRECTORY, 0, &fd);

	if (st)
		return st;
	*ret = fdopendir(fd);
	if (*ret)
		return PL_OK;
	pl_file_close(&fd);
	return PL_E_NOMEM;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Remove directory @name below @at and all in it; links are removed, not followed. PL_OK if it is not there. */
static pl_status remove_tree(int at, const char *name, unsigned depth) // NOLINT(misc-no-recursion): at most DEPTH_MAX
{
	struct dirent *e;
	DIR *stream = NULL;
	pl_status st = depth < DEPTH_MAX ? open_stream(at, name, &stream) : PL_E_TOOBIG;

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	while (!st && (errno = 0, e = readdir(stream))) { // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (is_dot(e->d_name) || unlinkat(dirfd(stream), e->d_name, 0) == 0)
			continue;
		st = errno == EISDIR || errno == EPERM ? remove_tree(dirfd(stream), e->d_name, depth + 1) :
							 pl_status_from_errno(errno);
	}
	(void)closedir(stream);
	if (!st && unlinkat(at, name, AT_REMOVEDIR) != 0)
		st = pl_status_from_errno(errno);
	return st;
}

/* ---- beginning ---- */

/* The length of the shortest part of @path that is not there; 0 if all is. */
static size_t first_missing(const char *path)
{
	size_t len = strlen(path);
	char z[PATH_MAX];
	struct stat sb;

	memcpy(z, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (z[i] != '/' && z[i] != '\0')
			continue;
		z[i] = '\0';
		if (stat(z, &sb) != 0 && errno == ENOENT)
			return i;
		z[i] = path[i];
	}
	return 0;
}

static pl_status take_lock(struct pl_stage *s)
{
	struct stat sb;
	pl_status st = pl_file_open(s->own, "lock", O_RDWR | O_CREAT, 0600, &s->lock);

	if (!st)
		st = pl_file_lock(s->lock, 0);
	/* Whoever had it may have removed it meanwhile. */
	if (!st && (fstat(s->lock, &sb) != 0 || sb.st_nlink == 0))
		st = PL_E_BUSY;
	return st;
}

static pl_status open_new(struct pl_stage *s)
{
	pl_status st = pl_file_mkdirs(s->own, "new", 0700);

	return st ? st : pl_file_open_dir(s->own, "new", &s->fd);
}

static pl_status look(struct pl_stage *s)
{
	int probe PL_CLEANUP(pl_file_close) = -1;
	DIR *stream;
	pl_status st = pl_file_open(s->own, "ready", O_RDONLY, 0, &probe);

	if (st != PL_E_NOTFOUND) {
		s->found = PL_STAGE_READY;
		return st;
	}
	st = open_stream(s->own, "new", &stream);
	if (st)
		return st;
	for (struct dirent *e; (e = readdir(stream));) // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (!is_dot(e->d_name))
			s->found = PL_STAGE_LEFT;
	(void)closedir(stream);
	return PL_OK;
}

pl_status pl_stage_begin(const char *dir, mode_t mode, struct pl_stage *ret, struct pl_diag *diag)
{
	struct pl_stage s = PL_STAGE_NONE;
	int len = snprintf(s.root, sizeof s.root, "%s", dir);
	pl_status st = PL_OK;

	while (len > 1 && s.root[len - 1] == '/')
		s.root[--len] = '\0';
	if (snprintf(s.path, sizeof s.path, "%s/" PL_STAGE_NAME "/new", s.root) >= (int)sizeof s.path || len == 0)
		st = PL_E_TOOBIG;
	if (!st) {
		s.made = first_missing(s.root);
		st = pl_file_mkdirs(AT_FDCWD, s.root, mode);
	}
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, s.root, &s.dir);
	if (!st)
		st = pl_file_mkdirs(s.dir, PL_STAGE_NAME, 0700);
	if (!st)
		st = pl_file_open_dir(s.dir, PL_STAGE_NAME, &s.own);
	if (!st)
		st = take_lock(&s);
	if (st == PL_E_BUSY) {
		pl_stage_done(&s);
		return pl_diag_set(diag, st, "another init is at work in %s", dir);
	}
	if (!st)
		st = open_new(&s);
	if (!st)
		st = look(&s);
	if (st) {
		if (s.found == PL_STAGE_FRESH && s.made)
			pl_stage_abandon(&s);
		pl_stage_done(&s);
		return pl_diag_set(diag, st, "cannot make the directory %s", dir);
	}
	*ret = s;
	return PL_OK;
}

pl_status pl_stage_clear(struct pl_stage *s, struct pl_diag *diag)
{
	pl_status st;

	pl_file_close(&s->fd);
	st = remove_tree(s->own, "new", 0);
	if (!st)
		st = open_new(s);
	if (st)
		return pl_diag_set(diag, st, "what an init that was broken off has left in %s/" PL_STAGE_NAME " cannot be removed",
			s->root);
	s->found = PL_STAGE_FRESH;
	return PL_OK;
}

/* ---- ending ---- */

struct names {
	char name[NAMES_MAX][NAME_MAX + 1];
	size_t n;
};

static pl_status read_names(const struct pl_stage *s, struct names *ret)
{
	DIR *stream;
	pl_status st = open_stream(s->own, "new", &stream);

	ret->n = 0;
	if (st)
		return st;
	for (struct dirent *e; !st && (e = readdir(stream));) { // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (is_dot(e->d_name))
			continue;
		if (ret->n == NAMES_MAX)
			st = PL_E_TOOBIG;
		else
			(void)snprintf(ret->name[ret->n++], NAME_MAX + 1, "%s", e->d_name);
	}
	(void)closedir(stream);
	return st;
}

pl_status pl_stage_check(const struct pl_stage *s, struct pl_diag *diag)
{
	struct names names;
	struct stat sb;
	pl_status st = read_names(s, &names);

	for (size_t i = 0; !st && i < names.n; i++)
		if (fstatat(s->dir, names.name[i], &sb, AT_SYMLINK_NOFOLLOW) == 0)
			return pl_diag_set(diag, PL_E_EXISTS, "%s holds a \"%s\" already", s->root, names.name[i]);
	return st;
}

static pl_status move(const struct pl_stage *s, const char *name)
{
	char from[NAME_MAX + 16];

	(void)snprintf(from, sizeof from, PL_STAGE_NAME "/new/%s", name);
	return pl_file_rename(s->dir, from, name, true);
}

pl_status pl_stage_commit(struct pl_stage *s, const char *last, struct pl_diag *diag)
{
	struct names names;
	bool has_last = false;
	pl_status st = s->found == PL_STAGE_READY ? PL_OK : pl_stage_check(s, diag);

	if (!st)
		st = read_names(s, &names);
	if (!st && s->found != PL_STAGE_READY)
		st = pl_file_put(s->own, "ready", pl_bytes_of("ready\n", 6), 0600, PL_FILE_REPLACE);
	if (!st)
		s->found = PL_STAGE_READY;
	for (size_t i = 0; !st && i < names.n; i++) {
		if (strcmp(names.name[i], last) == 0)
			has_last = true;
		else
			st = move(s, names.name[i]);
	}
	if (!st && has_last)
		st = move(s, last);
	if (!st)
		st = remove_tree(s->own, "new", 0);
	if (!st)
		st = remove_tree(s->dir, PL_STAGE_NAME, 0);
	return st ? pl_diag_set(diag, st, "what was made cannot be moved to %s; run the same command again", s->root) : PL_OK;
}

void pl_stage_abandon(struct pl_stage *s)
{
	char z[PATH_MAX];
	size_t len = strlen(s->root);

	if (s->dir < 0 || remove_tree(s->dir, PL_STAGE_NAME, 0))
		return;
	memcpy(z, s->root, len + 1);
	/* rmdir takes none that holds anything else. */
	while (s->made && len >= s->made && rmdir(z) == 0) {
		while (len > 0 && z[len] != '/')
			len--;
		z[len] = '\0';
	}
}

void pl_stage_done(struct pl_stage *s)
{
	pl_file_close(&s->fd);
	pl_file_close(&s->lock);
	pl_file_close(&s->own);
	pl_file_close(&s->dir);
}

bool pl_stage_is_left(int dir)
{
	struct stat sb;

	return fstatat(dir, PL_STAGE_NAME, &sb, AT_SYMLINK_NOFOLLOW) == 0;
}
