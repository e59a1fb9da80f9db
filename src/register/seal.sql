-- SPDX-License-Identifier: Apache-2.0
-- Private: until when reports may not open a case (casework/sealing).

-- migration: 0017 ends of seals
-- work_seal: times are seconds. ends: 2^63 - 1: the order names none. alarm: when somebody must be told next, 2^63 - 1: not at all.
-- opened: 0: not yet.
CREATE TABLE work_seal (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	since INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	alarm INTEGER NOT NULL,
	opened INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_seal_alarm ON work_seal (alarm);
CREATE INDEX work_seal_ends ON work_seal (opened, ends);

-- name: work_seal_put
INSERT INTO work_seal (register, number, since, ends, alarm, opened) VALUES (?1, ?2, ?3, ?4, ?5, 0)
ON CONFLICT (register, number) DO UPDATE SET since = ?3, ends = ?4, alarm = ?5, opened = 0;

-- name: work_seal_move
UPDATE work_seal SET ends = ?3, alarm = ?4 WHERE register = ?1 AND number = ?2 AND opened = 0;

-- name: work_seal_get
SELECT since, ends, opened FROM work_seal WHERE register = ?1 AND number = ?2;

-- name: work_seal_open
UPDATE work_seal SET opened = ?3, alarm = 9223372036854775807 WHERE register = ?1 AND number = ?2;

-- name: work_seal_list
-- Those that are sealed, the one that ends soonest first.
SELECT s.register, s.number, s.since, s.ends, s.opened FROM work_seal s JOIN register_case c ON c.register = s.register AND c.number = s.number
WHERE s.opened = 0 AND c.kind = 1 ORDER BY s.ends, s.register, s.number LIMIT ?1;

-- name: work_seal_alarms
SELECT s.register, s.number, s.since, s.ends, s.alarm FROM work_seal s JOIN register_case c ON c.register = s.register AND c.number = s.number
WHERE s.alarm <= ?1 AND c.kind = 1 ORDER BY s.alarm, s.register, s.number LIMIT ?2;

-- name: work_seal_tell
-- Told, if nobody did or named another end meanwhile.
UPDATE work_seal SET alarm = ?4 WHERE register = ?1 AND number = ?2 AND alarm = ?3;
