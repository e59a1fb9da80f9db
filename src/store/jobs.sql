-- SPDX-License-Identifier: Apache-2.0
-- The queue of store/jobs. state: 0 waiting, 1 taken, 2 dead. Times are nanoseconds since 1970.

-- migration: 0001 jobs
CREATE TABLE job (
	id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL,
	unique_key TEXT,
	payload BLOB NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
	due INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	attempts INTEGER NOT NULL CHECK (attempts >= 1),
	lease INTEGER NOT NULL,
	reason TEXT NOT NULL
) STRICT;
CREATE INDEX job_due ON job (kind, state, due);
CREATE UNIQUE INDEX job_key ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND state < 2;

-- name: jobs_count_living
SELECT count(*) FROM (SELECT 1 FROM job WHERE kind = ?1 AND state < 2 LIMIT ?2) AS living;

-- name: jobs_put
INSERT INTO job (id, kind, unique_key, payload, state, due, attempt, attempts, lease, reason)
VALUES (?1, ?2, ?3, ?4, 0, ?5, 0, ?6, 0, '')
ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state < 2 DO NOTHING;

-- name: jobs_bury_worn
-- The last lease ran out and no attempt is left.
UPDATE job SET state = 2, reason = 'lease', due = ?2
WHERE kind = ?1 AND state = 1 AND due <= ?2 AND attempt >= attempts;

-- name: jobs_any_due
SELECT 1 FROM job WHERE kind = ?1 AND state < 2 AND due <= ?2 LIMIT 1;

-- name: jobs_next
-- A taken job's due time is the end of its lease.
SELECT id FROM job WHERE kind = ?1 AND state < 2 AND due <= ?2
ORDER BY due, id LIMIT 1 /*postgres: FOR UPDATE SKIP LOCKED */;

-- name: jobs_take
UPDATE job SET state = 1, due = ?2, attempt = attempt + 1, lease = lease + 1 WHERE id = ?1
RETURNING lease, attempt, attempts, payload;

-- name: jobs_extend
UPDATE job SET due = ?3 WHERE id = ?1 AND lease = ?2 AND state = 1;

-- name: jobs_finish
DELETE FROM job WHERE id = ?1 AND lease = ?2 AND state = 1;

-- name: jobs_fail
UPDATE job SET state = ?3, due = ?4, reason = ?5 WHERE id = ?1 AND lease = ?2 AND state = 1;

-- name: jobs_count
SELECT CAST(coalesce(sum(CASE WHEN state = 0 THEN 1 ELSE 0 END), 0) AS INTEGER),
	CAST(coalesce(sum(CASE WHEN state = 1 THEN 1 ELSE 0 END), 0) AS INTEGER),
	CAST(coalesce(sum(CASE WHEN state = 2 THEN 1 ELSE 0 END), 0) AS INTEGER),
	CAST(coalesce(min(CASE WHEN state = 0 THEN due END), 0) AS INTEGER)
FROM job WHERE kind = ?1;

-- name: jobs_dead (scan)
SELECT id, kind, coalesce(unique_key, ''), reason, attempt, due FROM job
WHERE state = 2 AND (?1 = '' OR kind = ?1) ORDER BY due, id LIMIT ?2;

-- name: jobs_revive
UPDATE job SET state = 0, due = ?2, attempt = 0, lease = lease + 1 WHERE id = ?1 AND state = 2;

-- name: jobs_bury
DELETE FROM job WHERE id = ?1 AND state = 2;
