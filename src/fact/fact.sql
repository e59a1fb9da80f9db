-- SPDX-License-Identifier: Apache-2.0
-- The private tables of fact: outbox, counters, the log's record, leases, the report of the log process. Times are nanoseconds since 1970.
-- outbox.state: 0 signed, 1 logged, 2 projected, 3 refused.

-- migration: 0001 outbox and record
CREATE TABLE counter (
	name TEXT NOT NULL PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT;
CREATE TABLE outbox (
	entry_digest BLOB NOT NULL PRIMARY KEY CHECK (length(entry_digest) = 32),
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	stream TEXT NOT NULL,
	number INTEGER NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
	entry_index INTEGER,
	reason TEXT NOT NULL,
	put_at INTEGER NOT NULL,
	entry BLOB NOT NULL,
	CHECK ((state IN (1, 2)) = (entry_index IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX outbox_number ON outbox (stream, number);
CREATE INDEX outbox_waiting ON outbox (number, stream) WHERE state = 0;
CREATE INDEX outbox_logged ON outbox (entry_index) WHERE state = 1;
CREATE INDEX outbox_refused ON outbox (put_at) WHERE state = 3;
CREATE TABLE log_record (
	origin TEXT NOT NULL PRIMARY KEY,
	size INTEGER NOT NULL CHECK (size >= 0),
	root BLOB NOT NULL CHECK (length(root) = 32),
	epoch INTEGER NOT NULL
) STRICT;
CREATE TABLE lease (
	name TEXT NOT NULL PRIMARY KEY,
	holder BLOB NOT NULL,
	until INTEGER NOT NULL
) STRICT;

-- migration: 0003 what came from outside
CREATE TABLE imported (
	pae BLOB NOT NULL PRIMARY KEY CHECK (length(pae) = 32),
	entry_digest BLOB NOT NULL CHECK (length(entry_digest) = 32)
) STRICT;

-- migration: 0004 what the log process says of itself
-- process: 0 running, 1 held, 2 failed, 3 stopped, 4 could not be opened. hold: enum pl_log_hold, or-ed.
CREATE TABLE log_report (
	origin TEXT NOT NULL PRIMARY KEY,
	epoch INTEGER NOT NULL,
	process INTEGER NOT NULL CHECK (process BETWEEN 0 AND 4),
	hold INTEGER NOT NULL,
	answered INTEGER NOT NULL,
	needed INTEGER NOT NULL,
	ahead_size INTEGER NOT NULL,
	recorded INTEGER NOT NULL,
	published INTEGER NOT NULL,
	stored INTEGER NOT NULL,
	trouble TEXT NOT NULL,
	since INTEGER NOT NULL,
	reported INTEGER NOT NULL
) STRICT;

-- migration: 0005 what the log process knows of witnesses
-- ahead_name: who has seen more. witnesses: a line for each witness (log/writer, pl_log_witness_put).
ALTER TABLE log_report ADD COLUMN ahead_name TEXT NOT NULL DEFAULT '';
ALTER TABLE log_report ADD COLUMN witnesses TEXT NOT NULL DEFAULT '';

-- migration: 0006 what the log process knows of the time
-- Nanoseconds: the latest system time that it has used, and the latest of a witness; 0: not known.
ALTER TABLE log_report ADD COLUMN time_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_report ADD COLUMN time_witnessed INTEGER NOT NULL DEFAULT 0;

-- name: counter_start
INSERT INTO counter (name, value) VALUES (?1, 0) ON CONFLICT (name) DO NOTHING;

-- name: counter_next
UPDATE counter SET value = value + 1 WHERE name = ?1 RETURNING value;

-- name: counter_back
UPDATE counter SET value = value - 1 WHERE name = ?1;

-- name: outbox_number_of
SELECT number FROM outbox WHERE entry_digest = ?1;

-- name: outbox_put
INSERT INTO outbox (entry_digest, pae, stream, number, state, entry_index, reason, put_at, entry)
VALUES (?1, ?2, ?3, ?4, 0, NULL, '', ?5, ?6) ON CONFLICT (entry_digest) DO NOTHING;

-- name: outbox_recover
INSERT INTO outbox (entry_digest, pae, stream, number, state, entry_index, reason, put_at, entry)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', ?7, ?8) ON CONFLICT (entry_digest) DO NOTHING;

-- name: outbox_take
-- The next waiting rows behind the place (?2, ?3).
SELECT entry_digest, pae, stream, number, put_at, entry FROM outbox WHERE state = 0 AND (number, stream) > (?2, ?3)
ORDER BY number, stream LIMIT ?1;

-- name: outbox_all_refused
SELECT entry_digest, pae, stream, number, put_at, entry, reason FROM outbox WHERE state = 3
ORDER BY put_at DESC, entry_digest LIMIT ?1;

-- name: outbox_find
SELECT pae, stream, number, state, entry_index, reason, put_at, entry FROM outbox WHERE entry_digest = ?1;

-- name: outbox_state_of
SELECT state, entry_index, reason FROM outbox WHERE entry_digest = ?1;

-- name: outbox_refuse
UPDATE outbox SET state = 3, reason = ?2 WHERE entry_digest = ?1 AND state = 0;

-- name: outbox_logged
UPDATE outbox SET state = 1, entry_index = ?2 WHERE entry_digest = ?1 AND state = 0;

-- name: outbox_projected
UPDATE outbox SET state = 2 WHERE state = 1 AND entry_index < ?1;

-- name: outbox_counts
SELECT (SELECT count(*) FROM outbox WHERE state = 0), (SELECT count(*) FROM outbox WHERE state = 1),
	(SELECT count(*) FROM outbox WHERE state = 3),
	(SELECT CAST(coalesce(sum(value), 0) AS INTEGER) FROM counter WHERE name LIKE 'outbox:%');

-- name: imported_put
INSERT INTO imported (pae, entry_digest) VALUES (?1, ?2) ON CONFLICT (pae) DO NOTHING;

-- name: imported_again
-- The sequencer refused the one before.
UPDATE imported SET entry_digest = ?2 WHERE pae = ?1;

-- name: imported_get
SELECT i.entry_digest, o.number FROM imported i JOIN outbox o ON o.entry_digest = i.entry_digest
WHERE i.pae = ?1 AND o.state <> 3;

-- name: record_load
SELECT size, root, epoch FROM log_record WHERE origin = ?1;

-- name: record_any
SELECT origin, size, root, epoch FROM log_record LIMIT 1;

-- name: record_forget
DELETE FROM log_record WHERE origin = ?1;

-- name: record_create
INSERT INTO log_record (origin, size, root, epoch) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (origin) DO NOTHING;

-- name: record_claim
UPDATE log_record SET epoch = epoch + 1 WHERE origin = ?1 RETURNING size, root, epoch;

-- name: record_swap
UPDATE log_record SET size = ?4, root = ?5 WHERE origin = ?1 AND epoch = ?2 AND size = ?3 AND root = ?6;

-- name: lease_take
-- Mine already, free, or run out.
INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?3 WHERE lease.holder = ?2 OR lease.until < ?4;

-- name: lease_drop
UPDATE lease SET until = 0 WHERE name = ?1 AND holder = ?2;

-- name: lease_get
SELECT holder, until FROM lease WHERE name = ?1;

-- name: log_report_put
-- A process that has lost the record (smaller epoch) does not write over its successor; one that could not open the log knows no times.
INSERT INTO log_report (origin, epoch, process, hold, answered, needed, ahead_size, recorded, published, stored, trouble,
	since, reported, ahead_name, witnesses, time_used, time_witnessed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (origin) DO UPDATE SET epoch = ?2, process = ?3, hold = ?4, answered = ?5, needed = ?6, ahead_size = ?7,
	recorded = ?8, published = ?9, stored = ?10, trouble = ?11, since = ?12, reported = ?13, ahead_name = ?14,
	witnesses = ?15, time_used = CASE WHEN ?16 > 0 THEN ?16 ELSE log_report.time_used END,
	time_witnessed = CASE WHEN ?17 > 0 THEN ?17 ELSE log_report.time_witnessed END
WHERE log_report.epoch <= ?2;

-- name: log_report_get
SELECT epoch, process, hold, answered, needed, ahead_size, recorded, published, stored, trouble, since, reported,
	ahead_name, witnesses, time_used, time_witnessed
FROM log_report WHERE origin = ?1;
