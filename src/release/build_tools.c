/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include "release/build_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCALE_AGE (16u * 24 * 3600) /* used for a week, and by builds of a day */

static unsigned sweep_age = 60; /* seconds */

void pl_build_sweep_age(unsigned seconds)
{
	sweep_age = seconds;
}

pl_status pl_build_join(char out[static PATH_Z], const char *a, const char *b)
{
	int n = snprintf(out, PATH_Z, "%s/%s", a, b);

	return n > 0 && (unsigned)n < PATH_Z ? PL_OK : PL_E_TOOBIG;
}

pl_status pl_build_tool(const char *const *argv, struct pl_buf *out, struct pl_diag *diag)
{
	static const char *const envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	struct pl_buf err PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	const struct pl_child_spec spec = {.argv = argv, .envp = envp, .cwd = "/", .out = out, .err = &err,
		.limits = {.timeout_ns = 300 * PL_SECOND}};
	struct pl_child_result result;
	pl_str words;
	pl_status st = pl_child_run(&spec, &result, diag);

	if (st != PL_OK)
		return st;
	words = pl_str_sub(pl_buf_str(&err), 0, 200);
	return result.code == 0 ? PL_OK : pl_diag_set(diag, PL_E_UNSUPPORTED, "%s fails: %.*s", argv[0], PL_STR_ARG(words));
}

pl_status pl_build_remove(const char *path)
{
	const char *open_up[] = {"chmod", "-R", "u+rwX", "--", path, NULL};
	const char *remove[] = {"rm", "-rf", "--one-file-system", "--", path, NULL};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	/* A directory without permissions stops everybody but root. */
	if (geteuid() != 0)
		(void)!pl_build_tool(open_up, &out, NULL);
	return pl_build_tool(remove, &out, NULL);
}

/* Is it a directory of ours, by its name, and at which age (seconds) is it a leftover? */
static bool ours(const char *name, unsigned *ret_age)
{
	bool outer = strncmp(name, OUTER_PREFIX, strlen(OUTER_PREFIX)) == 0;

	*ret_age = outer ? sweep_age : LOCALE_AGE;
	return outer || strncmp(name, LOCALE_PREFIX, strlen(LOCALE_PREFIX)) == 0;
}

/* Remove what builds left behind that were killed: our directories that nobody holds. (The age leaves alone one that was made
 * and not locked yet.) */
pl_status pl_build_sweep(struct build *b)
{
	DIR *dir = opendir(b->job->scratch);
	const struct dirent *e;

	if (!dir)
		return pl_diag_set(b->diag, pl_status_from_errno(errno), "cannot read \"%s\"", b->job->scratch);
	while ((e = readdir(dir))) {
		int fd PL_CLEANUP(pl_file_close) = -1;
		unsigned age;
		char path[PATH_Z];
		struct stat st;

		if (!ours(e->d_name, &age) || pl_file_open(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY, 0, &fd) != PL_OK)
			continue;
		if (fstat(fd, &st) || st.st_uid != geteuid() || st.st_ctime + age > time(NULL) ||
			flock(fd, LOCK_EX | LOCK_NB) || pl_build_join(path, b->job->scratch, e->d_name) != PL_OK)
			continue;
		(void)pl_build_remove(path);
	}
	(void)closedir(dir);
	return PL_OK;
}

static int by_line(const void *a, const void *b)
{
	return pl_str_cmp(*(const pl_str *)a, *(const pl_str *)b);
}

/* Keep the installed ones of dpkg-query's lines, sorted, without their state. */
static pl_status keep_installed(pl_str all, struct pl_buf *out)
{
	pl_str *lines, line, state = PL_STR("\tinstalled");
	size_t n = 0, max = 0;

	for (size_t i = 0; i < all.len; i++)
		max += all.ptr[i] == '\n';
	if (!max)
		return PL_E_NOTFOUND;
	lines = pl_try_alloc(max, sizeof *lines);
	if (!lines)
		return PL_E_NOMEM;
	while (pl_str_take_line(&all, &line))
		if (pl_str_ends(line, state))
			lines[n++] = pl_str_sub(line, 0, line.len - state.len);
	qsort(lines, n, sizeof *lines, by_line);
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_str(out, lines[i]);
		pl_buf_put_c(out, '\n');
	}
	pl_free(lines);
	return pl_buf_status(out);
}

pl_status pl_build_packages(struct pl_buf *out, struct pl_diag *diag)
{
	static const char *const argv[] = {"dpkg-query", "-W", "-f",
		"${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n", NULL};
	struct pl_buf all PL_CLEANUP(pl_buf_done) = PL_BUF(16u << 20);
	pl_status st = pl_build_tool(argv, &all, diag);

	return st == PL_OK ? keep_installed(pl_buf_str(&all), out) : st;
}

pl_str pl_build_package_version(pl_str packages, pl_str name)
{
	pl_str line, field;

	name = pl_str_sub(name, 0, pl_str_find(name, ':'));
	while (pl_str_take_line(&packages, &line))
		if (pl_str_take_until(&line, '\t', &field) && pl_str_eq(field, name))
			return pl_str_sub(line, 0, pl_str_find(line, '\t'));
	return (pl_str){0};
}
