-- SPDX-License-Identifier: Apache-2.0
-- Private: intake from outside before a number is given, and the work on cases. Times are seconds. What a person wrote is sealed: under
-- the code that was mailed to its sender as long as nothing is confirmed, then under the case's key (or another slot of the vault).

-- migration: 0008 intake and case work
-- work_form: what outsiders are asked. work_waiting: id is made of the code, which nobody keeps. work_ticket: work that counted.
-- work_salt and work_asked: how many codes an address got today, by a hash whose salt is gone tomorrow.
CREATE TABLE work_form (
	register TEXT NOT NULL PRIMARY KEY,
	form TEXT NOT NULL,
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE work_waiting (
	id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	register TEXT NOT NULL,
	until INTEGER NOT NULL,
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_waiting_until ON work_waiting (until);
CREATE TABLE work_ticket (
	digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
	until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_ticket_until ON work_ticket (until);
CREATE TABLE work_salt (
	day INTEGER NOT NULL PRIMARY KEY,
	salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT, WITHOUT ROWID;
CREATE TABLE work_asked (
	day INTEGER NOT NULL,
	bucket BLOB NOT NULL CHECK (length(bucket) = 16),
	n INTEGER NOT NULL,
	PRIMARY KEY (day, bucket)
) STRICT, WITHOUT ROWID;
-- work_case.state: enum pl_casework_state; open: it is in the queue; last: number of its last entry; due: the soonest strict end
-- of a clock that runs, 2^63 - 1: none. work_entry.kind: enum pl_casework_kind;
-- slot: null: the case's key.
CREATE TABLE work_case (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	state INTEGER NOT NULL,
	open INTEGER NOT NULL CHECK (open IN (0, 1)),
	assigned BLOB CHECK (length(assigned) = 16),
	touched INTEGER NOT NULL,
	closed INTEGER,
	last INTEGER NOT NULL,
	due INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_case_open ON work_case (open, due, register, number);
CREATE INDEX work_case_closed ON work_case (register, closed);
CREATE TABLE work_entry (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	account BLOB NOT NULL CHECK (length(account) = 16),
	about TEXT NOT NULL,
	slot INTEGER,
	sealed BLOB,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- The way back to a sender: answers are sealed for a key that is made of his secret, which nobody keeps. reply: its public half.
ALTER TABLE register_promise ADD COLUMN reply BLOB;
CREATE TABLE work_answer (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- migration: 0009 search
-- work_index: slot: of the register's index key; position: of the first leaf that is not in the index yet. work_find: blind indexes
-- (register/casework/find.h).
CREATE TABLE work_index (
	register TEXT NOT NULL PRIMARY KEY,
	slot INTEGER NOT NULL,
	position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE work_find (
	register TEXT NOT NULL,
	token BLOB NOT NULL CHECK (length(token) = 16),
	number INTEGER NOT NULL,
	PRIMARY KEY (register, token, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_find_case ON work_find (register, number);

-- migration: 0010 alarms
-- alarm: when somebody must be told of a clock, 2^63 - 1: not at all; told: until when it was done.
ALTER TABLE work_case ADD COLUMN alarm INTEGER NOT NULL DEFAULT 0;
ALTER TABLE work_case ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE INDEX work_case_alarm ON work_case (open, alarm);

-- migration: 0016 views for others
-- A case as somebody beside its sender sees it (register/casework/access). secret: hash of his secret; who: he, under the case's key; reply: the public half of
-- a key that his secret makes, for which view is sealed; revision: that it shows; made, seen: seconds.
CREATE TABLE work_access (
	secret BLOB NOT NULL PRIMARY KEY CHECK (length(secret) = 32),
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	made INTEGER NOT NULL,
	seen INTEGER,
	who BLOB NOT NULL,
	reply BLOB NOT NULL CHECK (length(reply) = 32),
	revision INTEGER NOT NULL,
	view BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_access_case ON work_access (register, number);

-- migration: 0018 reports that are due
-- told: until when somebody was told that the report about the half-year from period_from on is due.
CREATE TABLE work_report (
	register TEXT NOT NULL,
	period_from INTEGER NOT NULL,
	told INTEGER NOT NULL,
	PRIMARY KEY (register, period_from)
) STRICT, WITHOUT ROWID;

-- migration: 0019 look-ups in what is held
-- digest: of the text that is entry seq of the case's file. outcome: enum pl_lookup_outcome.
CREATE TABLE work_lookup (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- migration: 0020 deadlines of sealed histories
-- Of cases whose events are sealed with them: work_sealed says that their deadlines are kept here, and by which calendar; work_sealed_clock has one row of each
-- that runs, with its strict and its legal end in seconds, and not which one it is.
CREATE TABLE work_sealed (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	calendar TEXT NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE work_sealed_clock (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	started INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	legal INTEGER NOT NULL,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;

-- ---- forms ----

-- migration: 0023 holds of cases
-- register/casework/hold.h. until: seconds; 0: until somebody says otherwise.
CREATE TABLE work_hold (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	reason TEXT NOT NULL,
	until INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;

-- name: work_form_put
INSERT INTO work_form (register, form, since) VALUES (?1, ?2, ?3) ON CONFLICT (register) DO UPDATE SET form = ?2, since = ?3;

-- name: work_form_get
SELECT form, since FROM work_form WHERE register = ?1;

-- name: work_form_drop
DELETE FROM work_form WHERE register = ?1;

-- name: work_form_list
SELECT register FROM work_form ORDER BY register LIMIT ?1;

-- ---- before a number is given ----

-- name: work_waiting_put
INSERT INTO work_waiting (id, register, until, sealed) VALUES (?1, ?2, ?3, ?4);

-- name: work_waiting_get
SELECT register, until, sealed FROM work_waiting WHERE id = ?1;

-- name: work_waiting_take
DELETE FROM work_waiting WHERE id = ?1;

-- name: work_waiting_count
SELECT count(*) FROM work_waiting WHERE register = ?1;

-- name: work_waiting_over
SELECT id, register FROM work_waiting WHERE until < ?1 ORDER BY until LIMIT ?2;

-- name: work_ticket_put
INSERT INTO work_ticket (digest, until) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING;

-- name: work_ticket_over
DELETE FROM work_ticket WHERE until < ?1;

-- name: work_salt_put
INSERT INTO work_salt (day, salt) VALUES (?1, ?2) ON CONFLICT (day) DO NOTHING;

-- name: work_salt_get
SELECT salt FROM work_salt WHERE day = ?1;

-- name: work_salt_over
DELETE FROM work_salt WHERE day < ?1;

-- name: work_asked_over
DELETE FROM work_asked WHERE day < ?1;

-- name: work_asked_add
INSERT INTO work_asked (day, bucket, n) VALUES (?1, ?2, 1) ON CONFLICT (day, bucket) DO UPDATE SET n = work_asked.n + 1 RETURNING n;

-- ---- cases ----

-- name: work_case_put
INSERT INTO work_case (register, number, state, open, touched, last, due, alarm)
VALUES (?1, ?2, 0, 1, ?3, 0, 9223372036854775807, 9223372036854775807);

-- name: work_case_get
SELECT state, open, assigned, touched, closed, last, due FROM work_case WHERE register = ?1 AND number = ?2;

-- name: work_case_next
-- The next entry's number; the row is ours until the transaction ends.
UPDATE work_case SET last = last + 1, touched = ?3 WHERE register = ?1 AND number = ?2 RETURNING last;

-- name: work_case_assign
UPDATE work_case SET assigned = ?3 WHERE register = ?1 AND number = ?2;

-- name: work_case_state
UPDATE work_case SET state = ?3, open = ?4, closed = ?5 WHERE register = ?1 AND number = ?2;

-- name: work_case_due
UPDATE work_case SET due = ?3, alarm = ?4 WHERE register = ?1 AND number = ?2;

-- name: work_case_timed
-- Open cases of a register behind one that have a deadline.
SELECT number FROM work_case WHERE register = ?1 AND number > ?2 AND open = 1 AND due < ?3 ORDER BY number LIMIT ?4;

-- name: work_case_told
SELECT told FROM work_case WHERE register = ?1 AND number = ?2;

-- name: work_case_alarms
SELECT register, number, alarm, told FROM work_case WHERE open = 1 AND alarm <= ?1 ORDER BY alarm, register, number LIMIT ?2;

-- name: work_case_tell
-- Told until ?4, if nobody did or changed anything meanwhile.
UPDATE work_case SET told = ?4, alarm = ?5 WHERE register = ?1 AND number = ?2 AND alarm = ?3;

-- name: work_sealed_put
INSERT INTO work_sealed (register, number, calendar) VALUES (?1, ?2, ?3) ON CONFLICT (register, number) DO UPDATE SET calendar = ?3;

-- name: work_sealed_get
SELECT calendar FROM work_sealed WHERE register = ?1 AND number = ?2;

-- name: work_sealed_missing
-- Open cases of a register behind one of which no deadline is known, or by another calendar than ?3.
SELECT w.number FROM work_case w LEFT JOIN work_sealed s ON s.register = w.register AND s.number = w.number
WHERE w.register = ?1 AND w.number > ?2 AND w.open = 1 AND (s.calendar <> ?3 OR (s.calendar IS NULL AND w.due = 9223372036854775807))
ORDER BY w.number LIMIT ?4;

-- name: work_sealed_clock_drop
DELETE FROM work_sealed_clock WHERE register = ?1 AND number = ?2;

-- name: work_sealed_clock_put
INSERT INTO work_sealed_clock (register, number, seq, started, ends, legal) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: work_sealed_clock_list
SELECT started, ends, legal FROM work_sealed_clock WHERE register = ?1 AND number = ?2 ORDER BY seq LIMIT ?3;

-- name: work_lookup_put
INSERT INTO work_lookup (register, number, seq, digest, outcome) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: work_lookup_newest
SELECT digest, outcome FROM work_lookup WHERE register = ?1 AND number = ?2 ORDER BY seq DESC LIMIT 1;

-- name: work_lookup_known
SELECT seq FROM work_lookup WHERE register = ?1 AND number = ?2 AND digest = ?3 LIMIT 1;

-- name: work_report_told
SELECT told FROM work_report WHERE register = ?1 AND period_from = ?2;

-- name: work_report_tell
-- Told until ?3, if it was told until ?4 (0: never) before.
INSERT INTO work_report (register, period_from, told) VALUES (?1, ?2, ?3)
ON CONFLICT (register, period_from) DO UPDATE SET told = ?3 WHERE work_report.told = ?4;

-- name: work_case_queue
-- Open cases behind one, the soonest deadline first; of one register if ?1 is not empty.
SELECT register, number, state, assigned, touched, due FROM work_case
WHERE open = 1 AND (?1 = '' OR register = ?1) AND (due > ?2 OR (due = ?2 AND (register > ?3 OR (register = ?3 AND number > ?4))))
ORDER BY due, register, number LIMIT ?5;

-- name: work_case_mine
SELECT register, number, state, assigned, touched, due FROM work_case
WHERE open = 1 AND assigned = ?1 AND (due > ?2 OR (due = ?2 AND (register > ?3 OR (register = ?3 AND number > ?4))))
ORDER BY due, register, number LIMIT ?5;

-- name: work_entry_events
-- What moves clocks: kinds ?3 to ?4.
SELECT seq, at, kind, about FROM work_entry WHERE register = ?1 AND number = ?2 AND kind BETWEEN ?3 AND ?4 ORDER BY seq LIMIT ?5;

-- name: work_case_count
SELECT count(*) FROM work_case WHERE open = 1 AND (?1 = '' OR register = ?1);

-- name: work_case_over
-- Closed long enough ago that what is private shall go, and has not gone yet; and nobody holds it.
SELECT w.number FROM work_case w JOIN register_case c ON c.register = w.register AND c.number = w.number
WHERE w.register = ?1 AND w.closed IS NOT NULL AND w.closed < ?2 AND c.kind < 2 AND w.number > ?3
	AND NOT EXISTS (SELECT 1 FROM work_hold h WHERE h.register = w.register AND h.number = w.number AND (h.until = 0 OR h.until > ?5))
ORDER BY w.number LIMIT ?4;

-- name: work_hold_put
INSERT INTO work_hold (register, number, reason, until) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (register, number) DO UPDATE SET reason = ?3, until = ?4;

-- name: work_hold_get
SELECT reason, until FROM work_hold WHERE register = ?1 AND number = ?2;

-- name: work_hold_drop
DELETE FROM work_hold WHERE register = ?1 AND number = ?2;

-- name: work_entry_put
INSERT INTO work_entry (register, number, seq, at, kind, account, about, slot, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: work_entry_list
SELECT seq, at, kind, account, about, slot, sealed FROM work_entry WHERE register = ?1 AND number = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4;

-- name: work_entry_slots
SELECT DISTINCT slot FROM work_entry WHERE register = ?1 AND number = ?2 AND slot IS NOT NULL ORDER BY slot LIMIT ?3;

-- name: work_entry_slot_drop
UPDATE work_entry SET slot = NULL, sealed = NULL WHERE register = ?1 AND number = ?2 AND slot = ?3;

-- name: work_entry_empty
UPDATE work_entry SET sealed = NULL WHERE register = ?1 AND number = ?2;

-- ---- the way back ----

-- name: work_reply_get
SELECT reply FROM register_promise WHERE register = ?1 AND number = ?2;

-- name: work_answer_put
INSERT INTO work_answer (register, number, seq, at, sealed) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: work_answer_list
SELECT seq, at, sealed FROM work_answer WHERE register = ?1 AND number = ?2 ORDER BY seq LIMIT ?3;

-- name: work_answer_drop
DELETE FROM work_answer WHERE register = ?1 AND number = ?2;

-- name: work_entry_count
SELECT count(*) FROM work_entry WHERE register = ?1 AND number = ?2 AND kind = ?3 AND at >= ?4;

-- ---- search ----

-- name: work_index_get
SELECT slot, position FROM work_index WHERE register = ?1;

-- name: work_index_make
INSERT INTO work_index (register, slot, position) VALUES (?1, ?2, 0) ON CONFLICT (register) DO NOTHING;

-- name: work_index_move
UPDATE work_index SET position = ?3 WHERE register = ?1 AND position = ?2;

-- name: work_index_leaves
SELECT number FROM register_leaf WHERE register = ?1 AND position >= ?2 ORDER BY position LIMIT ?3;

-- name: work_find_put
INSERT INTO work_find (register, token, number) VALUES (?1, ?2, ?3) ON CONFLICT (register, token, number) DO NOTHING;

-- name: work_find_drop
DELETE FROM work_find WHERE register = ?1 AND number = ?2;

-- name: work_find_list
-- Cases that have all four.
SELECT w.number FROM work_find w WHERE w.register = ?1 AND w.token = ?2
AND EXISTS (SELECT 1 FROM work_find a WHERE a.register = ?1 AND a.token = ?3 AND a.number = w.number)
AND EXISTS (SELECT 1 FROM work_find b WHERE b.register = ?1 AND b.token = ?4 AND b.number = w.number)
AND EXISTS (SELECT 1 FROM work_find c WHERE c.register = ?1 AND c.token = ?5 AND c.number = w.number)
AND w.number > ?6 ORDER BY w.number LIMIT ?7;

-- name: work_access_put
INSERT INTO work_access (secret, register, number, made, who, reply, revision, view) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: work_access_list
SELECT secret, made, seen, who, reply, revision FROM work_access WHERE register = ?1 AND number = ?2 LIMIT ?3;

-- name: work_access_find
SELECT register, number, made, revision, view FROM work_access WHERE secret = ?1;

-- name: work_access_seen
UPDATE work_access SET seen = ?2 WHERE secret = ?1;

-- name: work_access_renew
UPDATE work_access SET revision = ?2, view = ?3 WHERE secret = ?1;

-- name: work_access_stale
SELECT DISTINCT a.number FROM work_access a JOIN register_case c ON c.register = a.register AND c.number = a.number
WHERE a.register = ?1 AND a.number > ?2 AND a.revision <> c.revision ORDER BY a.number LIMIT ?3;

-- name: work_access_drop
DELETE FROM work_access WHERE secret = ?1;

-- name: work_access_drop_case
DELETE FROM work_access WHERE register = ?1 AND number = ?2;
