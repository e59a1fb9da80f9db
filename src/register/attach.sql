-- SPDX-License-Identifier: Apache-2.0
-- Private: files beside cases (casework/attach). What lies in the blob store is sealed under a key of its own; that key, the name and
-- all that is known of a file lie sealed where the file is named: in work_waiting, then in work_entry.

-- migration: 0011 attachments
-- work_blob: what this room has put into the blob store, written before it is put and dropped after it was removed there. until: seconds;
-- null: a case has it. dead: it is being removed, and nobody can take it any more. size: as it is stored.
-- work_file: which blob an entry is about. size: of the file itself. verdict: enum pl_attach_verdict.
CREATE TABLE work_blob (
	digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
	size INTEGER NOT NULL,
	until INTEGER,
	dead INTEGER NOT NULL CHECK (dead IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX work_blob_until ON work_blob (until);
CREATE TABLE work_file (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	size INTEGER NOT NULL,
	verdict INTEGER NOT NULL,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- migration: 0013 files of messages and answers
-- work_file.came_with: seq of the message or answer that brought it; null: none.
-- work_answer_file: what the sender needs to open file seq of answer answer, sealed for the key of his secret, as in work_answer.
ALTER TABLE work_file ADD COLUMN came_with INTEGER;
CREATE INDEX work_file_digest ON work_file (digest);
CREATE TABLE work_answer_file (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	answer INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- migration: 0014 packages of expertise
-- What was made here for authorities and looked through before (register/package): what goes out, and what it consists of.
CREATE TABLE work_package (
	file BLOB NOT NULL PRIMARY KEY CHECK (length(file) = 32),
	manifest BLOB NOT NULL CHECK (length(manifest) = 32),
	made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_package_manifest ON work_package (manifest);

-- name: work_package_put
INSERT INTO work_package (file, manifest, made) VALUES (?1, ?2, ?3) ON CONFLICT (file) DO NOTHING;

-- name: work_package_file
SELECT made FROM work_package WHERE file = ?1;

-- name: work_package_known
SELECT made FROM work_package WHERE file = ?1 OR manifest = ?1 LIMIT 1;

-- name: work_blob_held
-- Bytes that no case has.
SELECT CAST(coalesce(sum(size), 0) AS INTEGER) FROM work_blob WHERE until IS NOT NULL;

-- name: work_blob_put
INSERT INTO work_blob (digest, size, until, dead) VALUES (?1, ?2, ?3, 0);

-- name: work_blob_claim
UPDATE work_blob SET until = NULL WHERE digest = ?1 AND until IS NOT NULL AND dead = 0;

-- name: work_blob_over
SELECT digest FROM work_blob WHERE until IS NOT NULL AND (until < ?1 OR dead = 1) ORDER BY until LIMIT ?2;

-- name: work_blob_doom
UPDATE work_blob SET dead = 1 WHERE digest = ?1 AND until IS NOT NULL AND (until < ?2 OR dead = 1);

-- name: work_blob_drop
DELETE FROM work_blob WHERE digest = ?1 AND dead = 1;

-- name: work_blob_count
SELECT count(*) FROM work_blob;

-- name: work_asked_more
-- As work_asked_add, for what is counted in bytes.
INSERT INTO work_asked (day, bucket, n) VALUES (?1, ?2, ?3) ON CONFLICT (day, bucket) DO UPDATE SET n = work_asked.n + ?3 RETURNING n;

-- name: work_file_put
INSERT INTO work_file (register, number, seq, digest, size, verdict, came_with) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: work_file_list
SELECT seq, size, verdict, came_with FROM work_file WHERE register = ?1 AND number = ?2 ORDER BY seq LIMIT ?3;

-- name: work_file_doom
UPDATE work_blob SET until = 0, dead = 1 WHERE digest IN (SELECT digest FROM work_file WHERE register = ?1 AND number = ?2);

-- name: work_file_drop
DELETE FROM work_file WHERE register = ?1 AND number = ?2;

-- name: work_answer_file_put
INSERT INTO work_answer_file (register, number, seq, answer, sealed) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: work_answer_file_list
SELECT seq, answer, sealed FROM work_answer_file WHERE register = ?1 AND number = ?2 ORDER BY seq LIMIT ?3;

-- name: work_answer_file_count
SELECT count(*) FROM work_answer_file WHERE register = ?1 AND number = ?2;

-- name: work_answer_file_get
SELECT sealed FROM work_answer_file WHERE register = ?1 AND number = ?2 AND seq = ?3;

-- name: work_answer_file_drop
DELETE FROM work_answer_file WHERE register = ?1 AND number = ?2;

-- name: work_blob_named
SELECT 1 FROM work_blob WHERE digest = ?1;

-- name: work_file_named
SELECT 1 FROM work_file WHERE digest = ?1 LIMIT 1;
