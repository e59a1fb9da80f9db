/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scratch.h"
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int scratch_setup(void **state)
{
	struct scratch *s = PL_NEW(struct scratch);

	(void)snprintf(s->path, sizeof s->path, "/var/tmp/pellucid-test-XXXXXX");
	if (!mkdtemp(s->path) || chmod(s->path, 0755) || pl_file_open_dir(AT_FDCWD, s->path, &s->fd) != PL_OK)
		return -1;
	*state = s;
	return 0;
}

int scratch_teardown(void **state)
{
	struct scratch *s = *state;

	RUN(s, "", "chmod", "-R", "u+rwX", ".");
	RUN(s, "", "rm", "-rf", "--", s->path);
	pl_file_close(&s->fd);
	pl_free(s);
	return 0;
}

void scratch_path(const struct scratch *s, const char *name, char out[static 256])
{
	assert_true(snprintf(out, 256, "%s/%s", s->path, name) < 256);
}

void scratch_write(const struct scratch *s, const char *name, const char *text, unsigned mode)
{
	pl_str parent = pl_str_from(name);
	char z[256];

	while (parent.len && parent.ptr[parent.len - 1] != '/')
		parent.len--;
	if (parent.len) {
		assert_int_equal(pl_str_z(pl_str_sub(parent, 0, parent.len - 1), z, sizeof z), PL_OK);
		assert_int_equal(pl_file_mkdirs(s->fd, z, 0755), PL_OK);
	}
	assert_int_equal(pl_file_put_loose(s->fd, name, pl_str_bytes(pl_str_from(text)), mode), PL_OK);
}

int scratch_open(const struct scratch *s, const char *name)
{
	int fd = -1;

	assert_int_equal(pl_file_open(s->fd, name, O_RDONLY, 0, &fd), PL_OK);
	return fd;
}

int scratch_create(const struct scratch *s, const char *name)
{
	int fd = -1;

	assert_int_equal(pl_file_open(s->fd, name, O_RDWR | O_CREAT | O_TRUNC, 0600, &fd), PL_OK);
	return fd;
}

void scratch_run(const struct scratch *s, const char *dir, const char *const *argv, pl_bytes input, struct pl_buf *out)
{
	static const char *const envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/nonexistent",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.invalid", "GIT_COMMITTER_NAME=a",
		"GIT_COMMITTER_EMAIL=a@b.invalid", "GIT_AUTHOR_DATE=1700000000 +0100",
		"GIT_COMMITTER_DATE=1700000000 +0100", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory",
		"GIT_CONFIG_VALUE_0=*", NULL};
	struct pl_buf err PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20), none PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	struct pl_child_result result = {0};
	char cwd[256];
	struct pl_child_spec spec = {.argv = argv, .envp = envp, .cwd = cwd, .input = input, .out = out ? out : &none,
		.err = &err, .limits = {.timeout_ns = 120 * PL_SECOND}};

	scratch_path(s, dir, cwd);
	assert_int_equal(pl_child_run(&spec, &result, NULL), PL_OK);
	if (result.code != 0)
		fail_msg("%s %s: exit code %d: %.*s", argv[0], argv[1], result.code, PL_STR_ARG(pl_buf_str(&err)));
}

void scratch_commit(const struct scratch *s, const char *dir)
{
	RUN(s, dir, "git", "init", "-q", "-b", "main");
	RUN(s, dir, "git", "add", "-A");
	RUN(s, dir, "git", "commit", "-q", "--allow-empty", "-m", "first");
}
