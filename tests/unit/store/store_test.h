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

/* A directory of this program's own, made by the first call; removed at the end by scratch_remove. */
const char *scratch(void);
void scratch_remove(void);
const char *db_url(void);
const char *blob_url(void);
bool on_sqlite(void);
struct pl_db *db_open_with(struct pl_db_options opt);
struct pl_db *db_open(void);
/* Remove everything that the engine holds, and migrate @rooms. */
struct pl_db *db_fresh(const struct pl_migrations *const *rooms, size_t count, struct pl_db_options opt);

/* Fails unless the engine can prepare @sql (with NULL for every argument; it is undone). */
void statement_is_read(struct pl_db *db, const struct pl_sql *sql);

#endif
