/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of src/store share: a fresh database or blob store of the engine set under test.
 *
 * $PL_TEST_DB and $PL_TEST_BLOB name them (tests/engines/fresh.sh makes them); without, a file and a directory below
 * $PL_TMP or /var/tmp are made.
 */
#ifndef PL_TESTS_STORE_TEST_H
#define PL_TESTS_STORE_TEST_H
#include "base/base.h"
#include "base/file.h"
#include "store/db.h"
#include "store/migrate.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define assert_ok(expression) assert_int_equal((expression), PL_OK)

static inline const char *scratch(void)
{
	static char dir[256]; /* made by the first caller */
	const char *base = getenv("PL_TMP");

	if (!dir[0]) {
		(void)snprintf(dir, sizeof dir, "%s/pellucid-store-XXXXXX", base ? base : "/var/tmp");
		assert_non_null(mkdtemp(dir));
	}
	return dir;
}

static inline void scratch_remove(void)
{
	pid_t child = fork();

	if (child == 0) {
		(void)execl("/bin/rm", "rm", "-rf", "--", scratch(), (char *)NULL);
		_exit(1);
	}
	(void)waitpid(child, NULL, 0);
}

static inline const char *db_url(void)
{
	static char url[512];
	const char *given = getenv("PL_TEST_DB");

	if (given)
		return given;
	(void)snprintf(url, sizeof url, "sqlite:%s/test.db", scratch());
	return url;
}

static inline bool on_sqlite(void)
{
	return strncmp(db_url(), "sqlite:", 7) == 0;
}

static inline void tell(void *ctx, const char *statement, const char *code, const char *text)
{
	if (getenv("PL_TEST_VERBOSE"))
		(void)fprintf(stderr, "# %s: %s: %s\n", statement, code, text);
}

static inline struct pl_db *db_open_with(struct pl_db_options opt)
{
	struct pl_db *db = NULL;
	struct pl_diag diag = {0};

	opt.create = true;
	opt.on_failure = tell;
	if (pl_db_open(pl_str_from(db_url()), &opt, &diag, &db) != PL_OK)
		fail_msg("%s", diag.text);
	return db;
}

static inline struct pl_db *db_open(void)
{
	return db_open_with((struct pl_db_options){0});
}

/* Remove everything that the engine holds, and migrate @rooms. */
struct pl_db *db_fresh(const struct pl_migrations *const *rooms, size_t count, struct pl_db_options opt);

#endif
