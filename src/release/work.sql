-- SPDX-License-Identifier: Apache-2.0
-- Private: what this operator has stated, so that doing a step again finds it. kind: product, snapshot, recipe, build, verdict,
-- release, head. detail is JSON that the room wrote for itself.

-- migration: 0002 what was stated
CREATE TABLE release_work (
	work_key TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	product TEXT NOT NULL,
	number INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	entry_digest BLOB NOT NULL CHECK (length(entry_digest) = 32),
	detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX release_work_latest ON release_work (product, kind, number);

-- name: release_work_get
SELECT pae, entry_digest, detail FROM release_work WHERE work_key = ?1;

-- name: release_work_latest
SELECT pae, entry_digest, detail FROM release_work WHERE product = ?1 AND kind = ?2 ORDER BY number DESC LIMIT 1;

-- name: release_work_of_kind (scan)
SELECT pae, entry_digest, detail FROM release_work WHERE product = ?1 AND kind = ?2 ORDER BY number;

-- name: release_work_put
INSERT INTO release_work (work_key, kind, product, number, pae, entry_digest, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: release_work_drop
DELETE FROM release_work WHERE work_key = ?1 AND entry_digest = ?2;

-- name: release_work_drop_entry
DELETE FROM release_work WHERE entry_digest = ?1;
