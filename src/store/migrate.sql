-- SPDX-License-Identifier: Apache-2.0
-- The record of store/migrate.

-- name: migrate_table
CREATE TABLE IF NOT EXISTS schema_migration (
	room TEXT NOT NULL,
	number INTEGER NOT NULL,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	applied INTEGER NOT NULL,
	PRIMARY KEY (room, number)
) STRICT;

-- name: migrate_lock
-- Two programs that start at once take turns; SQLite's writer lock does it there.
SELECT 1;

-- name: migrate_lock (postgres)
SELECT 1::bigint FROM (SELECT pg_advisory_xact_lock(7310031)) AS turn;

-- name: migrate_exists
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration';

-- name: migrate_exists (postgres)
SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration';

-- name: migrate_list
SELECT room, number, sha256 FROM schema_migration ORDER BY room, number;

-- name: migrate_record
INSERT INTO schema_migration (room, number, name, sha256, applied) VALUES (?1, ?2, ?3, ?4, ?5);
