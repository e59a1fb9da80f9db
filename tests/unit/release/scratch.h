/* SPDX-License-Identifier: Apache-2.0 */
/* A private directory for a test, and commands run in it. Everything that fails, fails the test. */
#ifndef PL_TESTS_RELEASE_SCRATCH_H
#define PL_TESTS_RELEASE_SCRATCH_H
#include "base/base.h"

struct scratch {
	char path[64];
	int fd;
};

/* cmocka set-up and tear-down: *state is a struct scratch. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* Write @text as the file @name below the directory, making parents. */
void scratch_write(const struct scratch *s, const char *name, const char *text, unsigned mode);
/* Open it for reading; make it for writing and reading. */
int scratch_open(const struct scratch *s, const char *name);
int scratch_create(const struct scratch *s, const char *name);
/* Run a program found in PATH with its working directory @dir below the scratch directory ("" = itself) and @input on standard
 * input; its output goes to @out (may be NULL). It must succeed. */
void scratch_run(const struct scratch *s, const char *dir, const char *const *argv, pl_bytes input, struct pl_buf *out);
#define RUN(s, dir, ...) scratch_run((s), (dir), (const char *const[]){__VA_ARGS__, NULL}, (pl_bytes){0}, NULL)
/* Absolute path of @name. */
void scratch_path(const struct scratch *s, const char *name, char out[static 256]);
/* A git repository @dir without any configuration of the user, holding one commit of what lies there. */
void scratch_commit(const struct scratch *s, const char *dir);

#endif
