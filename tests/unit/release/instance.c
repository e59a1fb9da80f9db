/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "instance.h"
#include "cli/rooms.h"
#include "store/db_engine.h"
#include <stdlib.h>
#include <string.h>


static pl_status drop_all(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "drop", "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

/* The shared engine's URL with everything in it dropped; empty with SQLite. */
static pl_str shared_database(void)
{
	const char *url = getenv("PL_TEST_DB");
	struct pl_db *db PL_CLEANUP(pl_db_closep) = NULL;

	if (!url || strncmp(url, "sqlite:", 7) == 0)
		return (pl_str){0};
	assert_int_equal(pl_db_open(pl_str_from(url), NULL, NULL, &db), PL_OK);
	assert_int_equal(pl_db_tx(db, drop_all, NULL), PL_OK);
	return pl_str_from(url);
}

struct pl_instance_options release_options(void)
{
	return (struct pl_instance_options){.rooms = pl_rooms, .n_rooms = pl_rooms_count};
}

struct pl_instance *release_instance(const struct scratch *s, const char *name)
{
	const char *blobs = getenv("PL_TEST_BLOB");
	struct pl_instance_recipe recipe = {.origin = PL_STR("log.example/release"), .purpose = "test",
		.database = shared_database(), .officers = 2, .approvals = 2};
	struct pl_instance_options opt = release_options();
	struct pl_instance *inst = NULL;
	struct pl_diag diag = {0};
	char path[256];

	if (blobs && strncmp(blobs, "dir:", 4) != 0)
		recipe.blobs = pl_str_from(blobs);
	scratch_path(s, name, path);
	if (pl_instance_init(path, &recipe, &opt, &inst, &diag) != PL_OK)
		fail_msg("init: %s", diag.text);
	return inst;
}

struct pl_instance *release_again(const struct scratch *s, const char *name)
{
	struct pl_instance_options opt = release_options();
	struct pl_instance *inst = NULL;
	struct pl_diag diag = {0};
	char path[256];

	scratch_path(s, name, path);
	if (pl_instance_open(path, &opt, &inst, &diag) != PL_OK)
		fail_msg("open: %s", diag.text);
	return inst;
}
