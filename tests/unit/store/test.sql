-- SPDX-License-Identifier: Apache-2.0
-- Statements of the tests of store/db.

-- migration: 0001 things
CREATE TABLE thing (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE CHECK (name <> 'forbidden'),
	body BLOB,
	parent INTEGER REFERENCES thing (id)
) STRICT;
CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('things', 0);

-- migration: 0002 a column
ALTER TABLE thing ADD COLUMN flag INTEGER NOT NULL DEFAULT 0;

-- name: test_put
INSERT INTO thing (id, name, body, parent) VALUES (?1, ?2, ?3, ?4);

-- name: test_put_quietly
INSERT INTO thing (id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: test_get
SELECT name, body, parent, flag FROM thing WHERE id = ?1 -- a comment with ?7 and a ' quote
;

-- name: test_all
SELECT id, name FROM thing ORDER BY id LIMIT 1000;

-- name: test_scan (scan)
SELECT id, name FROM thing WHERE id >= ?1 ORDER BY id;

-- name: test_by_name
SELECT id FROM thing ORDER BY name LIMIT 100;

-- name: test_count
SELECT count(*), CAST(coalesce(sum(id), 0) AS INTEGER) FROM thing;

-- name: test_next
UPDATE counter SET value = value + 1 WHERE name = ?1 RETURNING value;

-- name: test_counter
SELECT value FROM counter WHERE name = 'things' /*postgres: FOR UPDATE */;

-- name: test_counter_plain
SELECT value FROM counter WHERE name = 'things';

-- name: test_counter_set
UPDATE counter SET value = ?1 WHERE name = 'things';

-- name: test_flag
UPDATE thing SET flag = ?2 WHERE id >= ?1;

-- name: test_literals
SELECT x'00ff', 'a ?1 ''quoted'' text', CAST(?1 AS TEXT), CAST(?2 AS BLOB);

-- name: test_real
SELECT 1.5;

-- name: test_wrong
SELECT nothing FROM nowhere;

-- name: test_two
SELECT 'sqlite';

-- name: test_two (postgres)
SELECT 'postgres';

-- name: test_backend
SELECT 0;

-- name: test_backend (postgres)
SELECT CAST(pg_backend_pid() AS BIGINT);

-- name: test_terminate
SELECT 0, ?1;

-- name: test_terminate (postgres)
SELECT CASE WHEN pg_terminate_backend(CAST(?1 AS int4)) THEN 1 ELSE 0 END;

-- name: test_synchronous
-- 2: what is committed is on the disk.
PRAGMA synchronous;

-- name: test_synchronous (postgres)
SELECT CAST(CASE WHEN current_setting('synchronous_commit') = 'on' THEN 2 ELSE 0 END AS BIGINT);

-- name: test_autocheckpoint
PRAGMA wal_autocheckpoint;

-- name: test_autocheckpoint (postgres)
SELECT CAST(0 AS BIGINT);

-- name: test_mmap
PRAGMA mmap_size;

-- name: test_mmap (postgres)
SELECT CAST(0 AS BIGINT);

-- name: test_secure_delete
PRAGMA secure_delete;

-- name: test_secure_delete (postgres)
SELECT CAST(1 AS BIGINT);
