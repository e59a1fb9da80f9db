-- SPDX-License-Identifier: Apache-2.0
-- Private: the registers' trees and cases. register_leaf.kind: 0 open, 1 sealed, 2 erased, 3 lost (enum pl_row_kind). Times are
-- seconds. What is written once is never changed, but for erasures, which empty columns.

-- migration: 0002 trees and cases
CREATE TABLE register_state (
	name TEXT NOT NULL PRIMARY KEY,
	id BLOB NOT NULL CHECK (length(id) = 32),
	declaration TEXT NOT NULL,
	size INTEGER NOT NULL,
	highest INTEGER NOT NULL,
	head_size INTEGER NOT NULL,
	head_highest INTEGER NOT NULL,
	head_days INTEGER NOT NULL,
	head_time INTEGER NOT NULL,
	head_root BLOB NOT NULL CHECK (length(head_root) = 32),
	head_chain BLOB NOT NULL CHECK (length(head_chain) = 32),
	head_edge BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE register_case (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	leaf BLOB NOT NULL CHECK (length(leaf) = 32),
	entered INTEGER NOT NULL,
	open_seed BLOB NOT NULL CHECK (length(open_seed) = 32),
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_leaf (
	register TEXT NOT NULL,
	position INTEGER NOT NULL,
	number INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	classes INTEGER NOT NULL,
	leaf BLOB NOT NULL CHECK (length(leaf) = 32),
	previous BLOB NOT NULL CHECK (length(previous) = 32),
	commitment BLOB NOT NULL CHECK (length(commitment) = 32),
	entered INTEGER NOT NULL,
	open_values BLOB NOT NULL,
	private_leaves BLOB NOT NULL,
	PRIMARY KEY (register, position),
	UNIQUE (register, number, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_tile (
	register TEXT NOT NULL,
	level INTEGER NOT NULL,
	number INTEGER NOT NULL,
	hashes BLOB NOT NULL,
	PRIMARY KEY (register, level, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_end (
	register TEXT NOT NULL,
	size INTEGER NOT NULL,
	highest INTEGER NOT NULL,
	days INTEGER NOT NULL,
	time INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32),
	edge BLOB NOT NULL,
	day INTEGER,
	unconfirmed INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	entry_digest BLOB NOT NULL CHECK (length(entry_digest) = 32),
	PRIMARY KEY (register, time, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_intake (
	register TEXT NOT NULL,
	day INTEGER NOT NULL,
	unconfirmed INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	PRIMARY KEY (register, day)
) STRICT, WITHOUT ROWID;

-- migration: 0004 what is private
-- slot: of the case's data key in the vault; null: nothing private was kept. A row of register_private is the private seed and values of
-- one revision, sealed under that key. register_doomed: keys of erased cases; done: the vault has destroyed them (and is asked again when
-- it was restored).
ALTER TABLE register_case ADD COLUMN slot INTEGER;
CREATE TABLE register_private (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (register, number, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_doomed (
	slot INTEGER NOT NULL PRIMARY KEY,
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	since INTEGER NOT NULL,
	done INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT, WITHOUT ROWID;

-- migration: 0005 promises
-- secret: SHA-256 of the 128 bits that the sender was given; before: seconds; envelope: null until it is signed.
CREATE TABLE register_promise (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
	before INTEGER NOT NULL,
	envelope BLOB,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;

-- migration: 0006 gaps
-- What was lost when the database was restored from an older copy: the leaves from kept_size to the head, of which the edge is left.
-- register_tile_edge: the first upto hashes of that row are not all known; their edge makes the row's own hash.
CREATE TABLE register_gap (
	register TEXT NOT NULL,
	kept_size INTEGER NOT NULL,
	kept_highest INTEGER NOT NULL,
	size INTEGER NOT NULL,
	highest INTEGER NOT NULL,
	days INTEGER NOT NULL,
	time INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32),
	edge BLOB NOT NULL,
	PRIMARY KEY (register, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_tile_edge (
	register TEXT NOT NULL,
	level INTEGER NOT NULL,
	number INTEGER NOT NULL,
	upto INTEGER NOT NULL,
	hashes BLOB NOT NULL,
	PRIMARY KEY (register, level, number)
) STRICT, WITHOUT ROWID;

-- migration: 0021 declarations before the present one
-- version: counts the declarations that this database has seen, so that who opened the register under an older one writes nothing under it.
-- register_declared: leaves below until (and not below that of the row before) were entered under this declaration.
ALTER TABLE register_state ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE TABLE register_declared (
	register TEXT NOT NULL,
	until INTEGER NOT NULL,
	declaration TEXT NOT NULL,
	PRIMARY KEY (register, until)
) STRICT, WITHOUT ROWID;

-- name: register_declared_put
INSERT INTO register_declared (register, until, declaration) VALUES (?1, ?2, ?3);

-- name: register_declared_list (scan)
SELECT until, declaration FROM register_declared WHERE register = ?1 ORDER BY until;

-- name: register_gap_put
INSERT INTO register_gap (register, kept_size, kept_highest, size, highest, days, time, root, chain, edge)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: register_gap_list (scan)
SELECT kept_size, size, highest, days, time, root, chain, edge FROM register_gap WHERE register = ?1 AND kept_size >= ?2 AND size <= ?3
ORDER BY size;

-- name: register_tile_edge_put
INSERT INTO register_tile_edge (register, level, number, upto, hashes) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (register, level, number) DO UPDATE SET upto = ?4, hashes = ?5;

-- name: register_tile_edge_get
SELECT upto, hashes FROM register_tile_edge WHERE register = ?1 AND level = ?2 AND number = ?3;

-- name: register_state_recover
UPDATE register_state SET size = ?2, highest = ?3, head_size = ?2, head_highest = ?3, head_days = ?4, head_time = ?5, head_root = ?6,
	head_chain = ?7, head_edge = ?8 WHERE name = ?1;

-- name: register_promise_put
INSERT INTO register_promise (register, number, secret, before, reply) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: register_promise_get
SELECT before, envelope FROM register_promise WHERE register = ?1 AND number = ?2;

-- name: register_promise_signed
-- Whoever signed first.
UPDATE register_promise SET envelope = ?3 WHERE register = ?1 AND number = ?2 AND envelope IS NULL;

-- name: register_promise_find
SELECT register, number FROM register_promise WHERE secret = ?1;

-- name: register_state_put
INSERT INTO register_state (name, id, declaration, size, highest, head_size, head_highest, head_days, head_time,
	head_root, head_chain, head_edge)
VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0, 0, ?4, ?5, x'') ON CONFLICT (name) DO NOTHING;

-- name: register_state_get
SELECT id, declaration, size, highest, head_size, head_highest, head_days, head_time, head_root, head_chain, head_edge,
	version FROM register_state WHERE name = ?1;

-- name: register_state_names
SELECT name FROM register_state ORDER BY name;

-- name: register_state_new
-- A position and a number; the row is ours until the transaction ends.
UPDATE register_state SET size = size + 1, highest = highest + 1 WHERE name = ?1 RETURNING size, highest, version;

-- name: register_state_more
UPDATE register_state SET size = size + 1 WHERE name = ?1 RETURNING size, version;

-- name: register_state_head
-- Only from the head that it was computed from.
UPDATE register_state SET head_size = ?4, head_highest = ?5, head_days = ?6, head_time = ?7, head_root = ?8,
	head_chain = ?9, head_edge = ?10 WHERE name = ?1 AND head_size = ?2 AND head_time = ?3;

-- name: register_case_put
INSERT INTO register_case (register, number, revision, kind, leaf, entered, open_seed, slot) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7);

-- name: register_case_next
UPDATE register_case SET revision = revision + 1, kind = ?4, leaf = ?5 WHERE register = ?1 AND number = ?2 AND revision = ?3;

-- name: register_case_get
SELECT revision, kind, leaf, entered, open_seed, slot FROM register_case WHERE register = ?1 AND number = ?2;

-- name: register_private_put
INSERT INTO register_private (register, number, revision, sealed) VALUES (?1, ?2, ?3, ?4);

-- name: register_private_get
SELECT sealed FROM register_private WHERE register = ?1 AND number = ?2 AND revision = ?3;

-- name: register_private_drop
DELETE FROM register_private WHERE register = ?1 AND number = ?2;

-- name: register_doom
INSERT INTO register_doomed (slot, register, number, since, done) VALUES (?1, ?2, ?3, ?4, 0);

-- name: register_doomed_some
SELECT slot, number FROM register_doomed WHERE register = ?1 AND done = 0 AND slot > ?2 ORDER BY slot LIMIT ?3;

-- name: register_doomed_done
UPDATE register_doomed SET done = 1 WHERE slot = ?1;

-- name: register_doomed_again
UPDATE register_doomed SET done = 0 WHERE register = ?1;

-- name: register_case_seal
UPDATE register_case SET kind = ?3 WHERE register = ?1 AND number = ?2 AND kind = 1 - ?3;

-- name: register_leaf_seal
-- A dummy has no values that could ever be opened.
UPDATE register_leaf SET kind = ?3 WHERE register = ?1 AND number = ?2 AND kind = 1 - ?3 AND length(open_values) > 0;

-- name: register_leaf_put
INSERT INTO register_leaf (register, position, number, revision, kind, classes, leaf, previous, commitment, entered, open_values,
	private_leaves)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: register_leaf_of_case
SELECT position, kind, classes, leaf, previous, commitment, entered, open_values, private_leaves FROM register_leaf
WHERE register = ?1 AND number = ?2 AND revision = ?3;

-- name: register_leaf_hashes (scan)
SELECT leaf FROM register_leaf WHERE register = ?1 AND position >= ?2 AND position < ?3 ORDER BY position;

-- name: register_leaf_rows (scan)
SELECT l.position, l.number, l.revision, l.kind, l.classes, l.leaf, l.previous, l.commitment, l.entered, l.open_values,
	l.private_leaves, c.open_seed, p.position FROM register_leaf l
JOIN register_case c ON c.register = l.register AND c.number = l.number
LEFT JOIN register_leaf p ON p.register = l.register AND p.number = l.number AND p.revision = l.revision - 1
WHERE l.register = ?1 AND l.position >= ?2 AND l.position < ?3 ORDER BY l.position;

-- name: register_leaf_at
SELECT number, revision FROM register_leaf WHERE register = ?1 AND position = ?2;

-- name: register_leaf_worked
-- Revisions among some leaves that reports open.
SELECT number FROM register_leaf WHERE register = ?1 AND position >= ?2 AND position < ?3 AND kind = 0 AND revision > 0
ORDER BY position LIMIT ?4;

-- name: register_dummy_get
-- Sealed, and nothing was ever said of it.
SELECT c.revision FROM register_case c JOIN register_leaf l ON l.register = c.register AND l.number = c.number AND l.revision = 0
WHERE c.register = ?1 AND c.number = ?2 AND c.kind = 1 AND length(l.open_values) = 0;

-- name: register_tile_get
SELECT hashes FROM register_tile WHERE register = ?1 AND level = ?2 AND number = ?3;

-- name: register_tile_put
INSERT INTO register_tile (register, level, number, hashes) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (register, level, number) DO UPDATE SET hashes = ?4;

-- name: register_end_put
INSERT INTO register_end (register, size, highest, days, time, root, chain, edge, day, unconfirmed, refused, pae, entry_digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- name: register_end_before
-- The last head before a moment.
SELECT size, highest, days, time, root, chain, edge FROM register_end WHERE register = ?1 AND time <= ?2
ORDER BY time DESC, size DESC LIMIT 1;

-- name: register_end_first
SELECT time FROM register_end WHERE register = ?1 ORDER BY time LIMIT 1;

-- name: register_end_days (scan)
-- The heartbeats behind one head and up to another.
SELECT day, time, size, unconfirmed, refused, root FROM register_end WHERE register = ?1 AND day IS NOT NULL AND days > ?2
	AND days <= ?3 ORDER BY days;

-- name: register_intake_count
-- To the day of a head that was signed meanwhile, if that is later: what heartbeats closed stays as it is. The register's row is held against
-- a head that is being written.
INSERT INTO register_intake (register, day, unconfirmed, refused)
SELECT name, CASE WHEN head_time / 86400 * 86400 > CAST(?2 AS INTEGER) THEN head_time / 86400 * 86400 ELSE CAST(?2 AS INTEGER) END,
	CAST(?3 AS INTEGER), CAST(?4 AS INTEGER) FROM register_state WHERE name = ?1 /*postgres: FOR SHARE */
ON CONFLICT (register, day) DO UPDATE SET unconfirmed = register_intake.unconfirmed + excluded.unconfirmed,
	refused = register_intake.refused + excluded.refused;

-- name: register_intake_sum
-- Of the days from one up to another, without that.
SELECT CAST(coalesce(sum(unconfirmed), 0) AS INTEGER), CAST(coalesce(sum(refused), 0) AS INTEGER) FROM register_intake
WHERE register = ?1 AND day >= ?2 AND day < ?3;

-- name: register_state_hold
-- The row is ours until the transaction ends.
UPDATE register_state SET version = version + 1 WHERE name = ?1 RETURNING size, declaration;

-- name: register_state_declare
UPDATE register_state SET declaration = ?2 WHERE name = ?1;
