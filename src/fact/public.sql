-- SPDX-License-Identifier: Apache-2.0
-- The public tables of fact: a function of log, trust file and vocabulary. Nothing but the projector writes them.
-- statement.state: 0 applied, 1 repeated, 2 unknown, 3 malformed, 4 unauthorised, 5 refused.

-- migration: 0002 public tables
CREATE TABLE projection (
	one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	checkpoint_size INTEGER NOT NULL,
	checkpoint_root BLOB NOT NULL CHECK (length(checkpoint_root) = 32),
	checkpoint TEXT NOT NULL,
	witnessed INTEGER NOT NULL,
	time INTEGER NOT NULL
) STRICT;
CREATE TABLE statement (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	entry_digest BLOB NOT NULL CHECK (length(entry_digest) = 32),
	pae BLOB,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
	reason TEXT NOT NULL,
	type TEXT NOT NULL,
	ulid BLOB,
	time INTEGER NOT NULL,
	signer BLOB,
	approvals INTEGER NOT NULL,
	subject TEXT NOT NULL,
	subject_digest BLOB
) STRICT;
CREATE INDEX statement_pae ON statement (pae);
CREATE INDEX statement_entry ON statement (entry_digest);
CREATE INDEX statement_ulid ON statement (ulid);
CREATE INDEX statement_type ON statement (type, entry_index);
CREATE TABLE statement_count (
	state INTEGER NOT NULL PRIMARY KEY,
	n INTEGER NOT NULL
) STRICT;
CREATE TABLE statement_subject (
	entry_index INTEGER NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	digest BLOB NOT NULL,
	PRIMARY KEY (entry_index, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_subject_digest ON statement_subject (digest, entry_index);
CREATE TABLE body (
	digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
	size INTEGER NOT NULL,
	media_type TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	withheld_index INTEGER,
	withheld_reason TEXT,
	withheld_until TEXT
) STRICT;
CREATE TABLE statement_body (
	entry_index INTEGER NOT NULL,
	digest BLOB NOT NULL,
	PRIMARY KEY (entry_index, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_body_digest ON statement_body (digest, entry_index);
CREATE TABLE fact_key (
	id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	public_key TEXT NOT NULL,
	role TEXT NOT NULL,
	holder TEXT NOT NULL,
	types TEXT NOT NULL,
	from_index INTEGER NOT NULL,
	until_index INTEGER,
	end_reason TEXT
) STRICT;

-- name: projection_get
SELECT size, root, checkpoint_size, checkpoint_root, checkpoint, witnessed, time FROM projection WHERE one = 1;

-- name: projection_start
INSERT INTO projection (one, size, root, checkpoint_size, checkpoint_root, checkpoint, witnessed, time)
VALUES (1, 0, ?1, 0, ?1, '', 0, 0) ON CONFLICT (one) DO NOTHING;

-- name: projection_move
UPDATE projection SET size = ?1, root = ?2, checkpoint_size = ?3, checkpoint_root = ?4, checkpoint = ?5,
	witnessed = ?6, time = ?7
WHERE one = 1 AND size = ?8;

-- name: statement_seen
SELECT entry_index FROM statement WHERE pae = ?1 AND state = 0 LIMIT 1;

-- name: statement_put
INSERT INTO statement (entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject,
	subject_digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: statement_count_add
INSERT INTO statement_count (state, n) VALUES (?1, ?2) ON CONFLICT (state) DO UPDATE SET n = statement_count.n + ?2;

-- name: statement_subject_put
INSERT INTO statement_subject (entry_index, position, name, digest) VALUES (?1, ?2, ?3, ?4);

-- name: body_put
INSERT INTO body (digest, size, media_type, entry_index) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (digest) DO NOTHING;

-- name: statement_body_put
INSERT INTO statement_body (entry_index, digest) VALUES (?1, ?2) ON CONFLICT (entry_index, digest) DO NOTHING;

-- name: body_get
SELECT size, media_type, entry_index, withheld_index, withheld_reason, withheld_until FROM body WHERE digest = ?1;

-- name: body_withhold
UPDATE body SET withheld_index = ?2, withheld_reason = ?3, withheld_until = ?4 WHERE digest = ?1;

-- name: body_all (scan)
SELECT digest, size, withheld_index FROM body ORDER BY digest;

-- name: fact_key_put
INSERT INTO fact_key (id, public_key, role, holder, types, from_index) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: fact_key_end
UPDATE fact_key SET until_index = ?2, end_reason = ?3 WHERE id = ?1;

-- name: dump_statement (scan)
-- Without the reasons, which are words that a later version may choose better.
SELECT entry_index, entry_digest, pae, state, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement ORDER BY entry_index;

-- name: dump_statement_count (scan)
SELECT state, n FROM statement_count ORDER BY state;

-- name: dump_statement_subject (scan)
SELECT entry_index, position, name, digest FROM statement_subject ORDER BY entry_index, position;

-- name: dump_body (scan)
SELECT digest, size, media_type, entry_index, withheld_index, withheld_reason, withheld_until FROM body ORDER BY digest;

-- name: dump_statement_body (scan)
SELECT entry_index, digest FROM statement_body ORDER BY entry_index, digest;

-- name: dump_fact_key (scan)
SELECT id, public_key, role, holder, types, from_index, until_index, end_reason FROM fact_key ORDER BY id;

-- name: body_named
SELECT 1 FROM body WHERE digest = ?1;

-- name: statement_body_named
SELECT 1 FROM statement_body WHERE digest = ?1 LIMIT 1;

-- name: statement_subject_named
SELECT 1 FROM statement_subject WHERE digest = ?1 LIMIT 1;
