/* SPDX-License-Identifier: Apache-2.0 */
#include "store/migrate.h"
#include "base/time.h"
#include "store/db_engine.h"
#include "store/sql.h"

struct run {
	const struct pl_migrations *const *rooms;
	size_t count;
	struct pl_diag *diag;
	bool apply;
	unsigned applied, missing;
};

static const struct pl_migrations *room_named(const struct run *run, pl_str room)
{
	for (size_t i = 0; i < run->count; i++)
		if (pl_str_eq(pl_str_from(run->rooms[i]->room), room))
			return run->rooms[i];
	return NULL;
}

static pl_status newer(const struct run *run, pl_str room, uint64_t number)
{
	pl_diag_hint(run->diag, "use the program that made it, or a later one");
	return pl_diag_set(run->diag, PL_E_UNSUPPORTED,
		"the database has migration %llu of room \"%.*s\", which this program does "
		"not know",
		(unsigned long long)number, PL_STR_ARG(room));
}

/* Compare one recorded migration with ours; @done counts, room by room, what is recorded. */
static pl_status compare_one(const struct run *run, struct pl_db_rows *rows, size_t *done)
{
	pl_str name = pl_db_col_str(rows, 0), sha256 = pl_db_col_str(rows, 2);
	uint64_t number = pl_db_col_u64(rows, 1);
	const struct pl_migrations *room = room_named(run, name);

	if (!room || number < 1 || number > room->count)
		return newer(run, name, number);
	if (!pl_str_eq(sha256, pl_str_from(room->items[number - 1].sha256))) {
		pl_diag_hint(
			run->diag, "an applied migration never changes: restore the program's file or the database");
		return pl_diag_set(run->diag, PL_E_CONFLICT,
			"migration %llu of room \"%s\" is not the one that was applied to "
			"this database",
			(unsigned long long)number, room->room);
	}
	for (size_t i = 0; i < run->count; i++)
		if (run->rooms[i] == room && ++done[i] != number)
			return pl_diag_set(run->diag, PL_E_CONFLICT,
				"migration %zu of room \"%s\" is not recorded, a later one is", done[i], room->room);
	return pl_db_rows_status(rows);
}

static pl_status compare(const struct run *run, struct pl_db_tx *tx, size_t *done)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_migrate_list, PL_DB_NONE, &rows);

	while (!st && !(st = pl_db_step(rows)))
		st = compare_one(run, rows, done);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status apply_one(struct run *run, struct pl_db_tx *tx, const char *room, const struct pl_migration *m)
{
	bool sqlite = pl_db_engine(pl_db_tx_db(tx)) == PL_DB_SQLITE;
	pl_status st = pl_db_script(tx, m->name, sqlite ? m->sqlite : m->postgres);

	if (st)
		return pl_diag_set(run->diag, st, "migration %u of room \"%s\" (%s) failed: %s", m->number, room,
			m->name, pl_status_text(st));
	run->applied++;
	return pl_db_exec(tx, &pl_sql_migrate_record,
		PL_DB_ARGS(PL_DB_Z(room), PL_DB_U64(m->number), PL_DB_Z(m->name), PL_DB_Z(m->sha256),
			PL_DB_U64(pl_time_now())),
		NULL);
}

static pl_status work(struct run *run, struct pl_db_tx *tx, bool have_table)
{
	size_t *done = pl_alloc(run->count + 1, sizeof *done);
	pl_status st = have_table ? compare(run, tx, done) : PL_OK;

	for (size_t i = 0; !st && i < run->count; i++) {
		const struct pl_migrations *room = run->rooms[i];

		for (size_t j = done[i]; !st && j < room->count; j++) {
			run->missing++;
			if (run->apply)
				st = apply_one(run, tx, room->room, &room->items[j]);
		}
	}
	pl_free(done);
	return st;
}

static pl_status table_exists(struct pl_db_tx *tx, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_migrate_exists, PL_DB_NONE, &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0) > 0;
	return pl_db_rows_status(rows);
}

static pl_status in_tx(void *ctx, struct pl_db_tx *tx)
{
	struct run *run = ctx;
	bool have = false;
	pl_status st = PL_OK;

	run->applied = run->missing = 0;
	if (run->apply) {
		st = pl_db_exec(tx, &pl_sql_migrate_lock, PL_DB_NONE, NULL);
		if (!st)
			st = pl_db_exec(tx, &pl_sql_migrate_table, PL_DB_NONE, NULL);
	}
	if (!st)
		st = table_exists(tx, &have);
	return st ? st : work(run, tx, have);
}

pl_status pl_migrate(struct pl_db *db, const struct pl_migrations *const *rooms, size_t count, struct pl_diag *diag,
	unsigned *ret_applied)
{
	struct run run = {.rooms = rooms, .count = count, .diag = diag, .apply = true};
	pl_status st = pl_db_tx(db, in_tx, &run);

	if (st)
		return pl_diag_set(diag, st, "the tables of %s could not be brought up to date: %s", pl_db_label(db),
			pl_status_text(st));
	if (ret_applied)
		*ret_applied = run.applied;
	return PL_OK;
}

pl_status pl_migrate_check(
	struct pl_db *db, const struct pl_migrations *const *rooms, size_t count, struct pl_diag *diag)
{
	struct run run = {.rooms = rooms, .count = count, .diag = diag};
	pl_status st = pl_db_read(db, in_tx, &run);

	if (st)
		return pl_diag_set(
			diag, st, "the tables of %s could not be looked at: %s", pl_db_label(db), pl_status_text(st));
	if (!run.missing)
		return PL_OK;
	pl_diag_hint(diag, "stop the instance, make a copy, and bring the tables up to date with this program");
	return pl_diag_set(diag, PL_E_STATE, "%u migrations are missing in %s", run.missing, pl_db_label(db));
}
