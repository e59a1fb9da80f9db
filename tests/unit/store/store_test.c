/* SPDX-License-Identifier: Apache-2.0 */
#include "store_test.h"
#include "store/db_engine.h"

const char *scratch(void)
{
	static char dir[256];
	const char *base = getenv("PL_TMP");

	if (!dir[0]) {
		(void)snprintf(dir, sizeof dir, "%s/pellucid-store-XXXXXX", base ? base : "/var/tmp");
		assert_non_null(mkdtemp(dir));
	}
	return dir;
}

void scratch_remove(void)
{
	pid_t child = fork();

	if (child == 0) {
		(void)execl("/bin/rm", "rm", "-rf", "--", scratch(), (char *)NULL);
		_exit(1);
	}
	(void)waitpid(child, NULL, 0);
}

const char *db_url(void)
{
	static char url[512];
	const char *given = getenv("PL_TEST_DB");

	if (given)
		return given;
	if (!url[0]) /* by setup, before there are threads */
		(void)snprintf(url, sizeof url, "sqlite:%s/test.db", scratch());
	return url;
}

const char *blob_url(void)
{
	static char url[512];
	const char *given = getenv("PL_TEST_BLOB");

	if (given)
		return given;
	if (!url[0])
		(void)snprintf(url, sizeof url, "dir:%s/blobs", scratch());
	return url;
}

bool on_sqlite(void)
{
	return strncmp(db_url(), "sqlite:", 7) == 0;
}

static void tell(void *ctx, const char *statement, const char *code, const char *text)
{
	if (getenv("PL_TEST_VERBOSE"))
		(void)fprintf(stderr, "# %s: %s: %s\n", statement, code, text);
}

struct pl_db *db_open_with(struct pl_db_options opt)
{
	struct pl_db *db = NULL;
	struct pl_diag diag = {0};

	opt.create = true;
	opt.on_failure = tell;
	if (pl_db_open(pl_str_from(db_url()), &opt, &diag, &db) != PL_OK)
		fail_msg("%s", diag.text);
	return db;
}

struct pl_db *db_open(void)
{
	return db_open_with((struct pl_db_options){0});
}

static pl_status drop_all(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "drop", "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

struct pl_db *db_fresh(const struct pl_migrations *const *rooms, size_t count, struct pl_db_options opt)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".writer"};
	struct pl_diag diag = {0};
	struct pl_db *db;
	char path[512];

	for (size_t i = 0; on_sqlite() && i < PL_COUNT(endings); i++) {
		(void)snprintf(path, sizeof path, "%s%s", db_url() + 7, endings[i]);
		(void)unlink(path);
	}
	db = db_open_with(opt);
	if (!on_sqlite())
		assert_ok(pl_db_tx(db, drop_all, NULL));
	if (count && pl_migrate(db, rooms, count, &diag, NULL) != PL_OK)
		fail_msg("%s", diag.text);
	return db;
}

void statement_is_read(struct pl_db *db, const struct pl_sql *sql)
{
	struct pl_db_value args[64] = {0};
	struct pl_db_rows *rows = NULL;
	struct pl_db_tx *tx = NULL;
	pl_status st;

	assert_ok(pl_db_tx_begin(db, PL_DB_WRITE, &tx));
	st = pl_db_query(tx, sql, args, sql->params, &rows);
	if (st == PL_E_INTERNAL)
		fail_msg("%s is not understood", sql->name);
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
}
