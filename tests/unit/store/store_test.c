/* SPDX-License-Identifier: Apache-2.0 */
#include "store_test.h"
#include "store/db_engine.h"

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
