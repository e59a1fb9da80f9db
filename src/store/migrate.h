/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/migrate: the tables, made and changed by numbered migrations, forward only, the same numbers on both engines.
 *
 * A room's .sql file holds "-- migration: 0001 words" blocks; tools/sqlgen.py makes `pl_sql_<room>_migrations` of them,
 * with the SHA-256 of each block's source. Applied ones are recorded in the table schema_migration; a recorded one
 * whose hash differs, a gap, or one that this program does not know (a newer program was here) is refused.
 */
#ifndef PL_STORE_MIGRATE_H
#define PL_STORE_MIGRATE_H
#include "store/db.h"

struct pl_migration {
	unsigned number; /* 1, 2, 3, ... without a gap */
	const char *name;
	const char *sqlite;
	const char *postgres;
	const char *sha256; /* 64 hex digits: the source block */
};

struct pl_migrations {
	const char *room;
	const struct pl_migration *items;
	size_t count;
};

/* This room's own tables (jobs). */
extern const struct pl_migrations pl_sql_store_migrations;

/* Apply what is missing of @rooms, lower rooms first, all in one transaction; two programs at once take turns. Rooms
 * that the database knows and @rooms does not name are refused too. PL_E_CONFLICT (changed), PL_E_UNSUPPORTED (newer
 * than this program), or a failure of store/db; @diag says which. @ret_applied may be NULL. */
pl_status pl_migrate(struct pl_db *db, const struct pl_migrations *const *rooms, size_t count, struct pl_diag *diag,
	unsigned *ret_applied);
/* The same checks without changing anything: PL_OK if nothing is missing, PL_E_STATE (with words) if something is. */
pl_status pl_migrate_check(struct pl_db *db, const struct pl_migrations *const *rooms, size_t count,
	struct pl_diag *diag);

#endif
