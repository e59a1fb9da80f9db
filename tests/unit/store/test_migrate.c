/* SPDX-License-Identifier: Apache-2.0 */
/* store/migrate: what is applied, what is refused, and that two programs at once take turns. */
#include "store_test.h"
#include "sql.h"
#include "store/sql.h"
#include <pthread.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct pl_migration two[] = {
	{1, "one", "CREATE TABLE one (x INTEGER) STRICT", "CREATE TABLE one (x BIGINT)", A64},
	{2, "two", "CREATE TABLE two (x INTEGER) STRICT; CREATE INDEX two_x ON two (x)",
		"CREATE TABLE two (x BIGINT); CREATE INDEX two_x ON two (x)", B64},
};
static const struct pl_migration changed[] = {
	{1, "one", "CREATE TABLE one (x INTEGER) STRICT", "CREATE TABLE one (x BIGINT)", B64},
};
static const struct pl_migration broken[] = {
	{1, "one", "CREATE TABLE one (x INTEGER) STRICT", "CREATE TABLE one (x BIGINT)", A64},
	{2, "bad", "CREATE TABLE two (x INTEGER) STRICT; CREATE TABLE nonsense (",
		"CREATE TABLE two (x BIGINT); CREATE (", B64},
};
static const struct pl_migrations room_one = {"r", two, 1}, room_two = {"r", two, 2}, room_changed = {"r", changed, 1},
				  room_broken = {"r", broken, 2}, other_room = {"other", two + 1, 0};

static struct pl_db *db;

static int setup(void **state)
{
	db = db_fresh(NULL, 0, (struct pl_db_options){0});
	return 0;
}

static int teardown(void **state)
{
	pl_db_close(db);
	return 0;
}

static pl_status migrate(const struct pl_migrations *room, unsigned *applied, struct pl_diag *diag)
{
	return pl_migrate(db, &room, 1, diag, applied);
}

static pl_status check(const struct pl_migrations *room, struct pl_diag *diag)
{
	return pl_migrate_check(db, &room, 1, diag);
}

static void applies_what_is_missing_once(void **state)
{
	struct pl_diag diag = {0};
	unsigned applied = 9;

	assert_int_equal(check(&room_one, &diag), PL_E_STATE);
	assert_ok(migrate(&room_one, &applied, NULL));
	assert_int_equal(applied, 1);
	assert_ok(check(&room_one, NULL));
	assert_ok(migrate(&room_one, &applied, NULL));
	assert_int_equal(applied, 0);
	diag = (struct pl_diag){0};
	assert_int_equal(check(&room_two, &diag), PL_E_STATE);
	assert_non_null(strstr(diag.text, "1 migrations are missing"));
	assert_ok(migrate(&room_two, &applied, NULL));
	assert_int_equal(applied, 1);
}

static void refuses_a_changed_one(void **state)
{
	struct pl_diag diag = {0};

	assert_ok(migrate(&room_one, NULL, NULL));
	assert_int_equal(migrate(&room_changed, NULL, &diag), PL_E_CONFLICT);
	assert_non_null(strstr(diag.text, "migration 1 of room \"r\""));
	assert_int_equal(check(&room_changed, NULL), PL_E_CONFLICT);
}

static void refuses_a_newer_database(void **state)
{
	struct pl_diag diag = {0};

	assert_ok(migrate(&room_two, NULL, NULL));
	assert_int_equal(migrate(&room_one, NULL, &diag), PL_E_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "migration 2"));
	assert_int_equal(check(&other_room, NULL), PL_E_UNSUPPORTED);
}

static void a_failed_one_leaves_nothing(void **state)
{
	struct pl_diag diag = {0};

	assert_int_equal(migrate(&room_broken, NULL, &diag), PL_E_INTERNAL);
	assert_non_null(strstr(diag.text, "(bad)"));
	assert_ok(migrate(&room_two, NULL, NULL)); /* the tables of the failed run are not there */
}

static void *migrate_thread(void *ctx)
{
	const struct pl_migrations *const rooms[] = {&pl_sql_store_migrations, &room_two};
	struct pl_db *own = db_open();

	*(pl_status *)ctx = pl_migrate(own, rooms, PL_COUNT(rooms), NULL, NULL);
	pl_db_close(own);
	return NULL;
}

static void programs_take_turns(void **state)
{
	pthread_t t[4];
	pl_status st[4];

	for (size_t i = 0; i < PL_COUNT(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, migrate_thread, &st[i]), 0);
	for (size_t i = 0; i < PL_COUNT(t); i++) {
		(void)pthread_join(t[i], NULL);
		assert_ok(st[i]);
	}
}

/* Each statement of this room is read by the engine: a typing mistake cannot wait for its first use. */
static void the_engine_reads_every_statement(void **state)
{
	const struct pl_migrations *const rooms[] = {&pl_sql_store_migrations};

	assert_ok(pl_migrate(db, rooms, 1, NULL, NULL));
	for (size_t i = 0; i < pl_sql_store_count; i++)
		statement_is_read(db, pl_sql_store_all[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(applies_what_is_missing_once, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_a_changed_one, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_a_newer_database, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_one_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(programs_take_turns, setup, teardown),
		cmocka_unit_test_setup_teardown(the_engine_reads_every_statement, setup, teardown),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
