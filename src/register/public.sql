-- SPDX-License-Identifier: Apache-2.0
-- The public tables of the register room: a function of the log. Nothing but the projector writes them. Times are seconds.

-- migration: 0001 registers and their heads
CREATE TABLE register (
	name TEXT NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	declaration BLOB NOT NULL CHECK (length(declaration) = 32),
	entry_index INTEGER NOT NULL,
	heads INTEGER NOT NULL,
	head_index INTEGER,
	size INTEGER NOT NULL,
	highest INTEGER NOT NULL,
	days INTEGER NOT NULL,
	time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE register_head (
	register TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	size INTEGER NOT NULL,
	highest INTEGER,
	days INTEGER NOT NULL,
	time INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32),
	day INTEGER,
	unconfirmed INTEGER,
	refused INTEGER,
	PRIMARY KEY (register, entry_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_head_size ON register_head (register, size, time);
CREATE TABLE register_report (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	register TEXT NOT NULL,
	period_from INTEGER NOT NULL,
	period_to INTEGER NOT NULL,
	edition INTEGER NOT NULL,
	declaration BLOB NOT NULL CHECK (length(declaration) = 32),
	openings BLOB NOT NULL CHECK (length(openings) = 32),
	openings_size INTEGER NOT NULL,
	first_size INTEGER NOT NULL,
	last_size INTEGER NOT NULL,
	last_time INTEGER NOT NULL,
	first_index INTEGER,
	last_index INTEGER NOT NULL,
	cases INTEGER NOT NULL,
	unopened INTEGER NOT NULL,
	erased INTEGER NOT NULL,
	lost INTEGER NOT NULL,
	late INTEGER NOT NULL,
	UNIQUE (register, period_from, period_to, edition)
) STRICT;
CREATE TABLE register_total (
	report INTEGER NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	value INTEGER NOT NULL,
	PRIMARY KEY (report, position)
) STRICT, WITHOUT ROWID;

-- migration: 0007 gaps of reports
CREATE TABLE register_report_gap (
	report INTEGER NOT NULL,
	position INTEGER NOT NULL,
	size INTEGER NOT NULL,
	head_index INTEGER NOT NULL,
	PRIMARY KEY (report, position)
) STRICT, WITHOUT ROWID;

-- migration: 0012 samples of auditors
-- drawn, differing: how many cases.
CREATE TABLE register_sample (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	report INTEGER NOT NULL,
	auditor TEXT NOT NULL,
	signer BLOB NOT NULL CHECK (length(signer) = 32),
	words TEXT NOT NULL,
	among INTEGER NOT NULL,
	drawn INTEGER NOT NULL,
	differing INTEGER NOT NULL,
	recounted INTEGER NOT NULL CHECK (recounted IN (0, 1))
) STRICT;
CREATE INDEX register_sample_report ON register_sample (report, entry_index);

-- migration: 0015 late heads
-- Heads that the rhythm should have brought earlier (register/leaf.h, pl_register_late). due: when; day: that it closes, of a heartbeat.
CREATE TABLE register_late (
	register TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	time INTEGER NOT NULL,
	due INTEGER NOT NULL,
	day INTEGER,
	PRIMARY KEY (register, entry_index)
) STRICT, WITHOUT ROWID;
INSERT INTO register_late (register, entry_index, time, due, day)
SELECT register, entry_index, time, (earlier / 600 + 1) * 600, day
FROM (SELECT register, entry_index, time, day, lag(time) OVER (PARTITION BY register ORDER BY entry_index) AS earlier FROM register_head) AS h
WHERE earlier > 0 AND time >= (earlier / 600 + 2) * 600;

-- migration: 0022 declarations of reports
-- Of a report whose rows were entered under more than one declaration: where the log declares each, the present one last.
CREATE TABLE register_report_declared (
	report INTEGER NOT NULL,
	position INTEGER NOT NULL,
	declaration BLOB NOT NULL CHECK (length(declaration) = 32),
	entry_index INTEGER NOT NULL,
	PRIMARY KEY (report, position)
) STRICT, WITHOUT ROWID;

-- name: register_report_declared_put
INSERT INTO register_report_declared (report, position, declaration, entry_index) VALUES (?1, ?2, ?3, ?4);

-- name: register_report_declared_list
SELECT entry_index FROM register_report_declared WHERE report = ?1 ORDER BY position;

-- name: dump_register_report_declared (scan)
SELECT report, position, declaration, entry_index FROM register_report_declared ORDER BY report, position;

-- name: register_declared_at
-- Where an accepted register/v1 (?3: its type), from entry ?4 on and before ?5, declared register ?2 by the declaration ?1.
SELECT s.entry_index FROM statement_subject u JOIN statement s ON s.entry_index = u.entry_index
WHERE u.digest = ?1 AND u.name = ?2 AND s.type = ?3 AND s.state = 0 AND s.entry_index >= ?4 AND s.entry_index < ?5
ORDER BY s.entry_index LIMIT 1;

-- name: register_late_put
INSERT INTO register_late (register, entry_index, time, due, day) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: register_late_list
SELECT entry_index, time, due, day FROM register_late WHERE register = ?1 AND entry_index < ?2 ORDER BY entry_index DESC LIMIT ?3;

-- name: register_late_between
-- Late heads from one entry to another, both included.
SELECT entry_index, time, due, day FROM register_late WHERE register = ?1 AND entry_index >= ?2 AND entry_index <= ?3 ORDER BY entry_index LIMIT ?4;

-- name: register_late_many
SELECT count(*) FROM register_late WHERE register = ?1 AND entry_index >= ?2 AND entry_index <= ?3;

-- name: register_late_count (scan)
SELECT count(*) FROM register_late WHERE register = ?1;

-- name: dump_register_late (scan)
SELECT register, entry_index, time, due, day FROM register_late ORDER BY register, entry_index;

-- name: register_sample_put
INSERT INTO register_sample (entry_index, pae, report, auditor, signer, words, among, drawn, differing, recounted)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: register_sample_list
SELECT entry_index, auditor, words, among, drawn, differing, recounted FROM register_sample WHERE report = ?1
ORDER BY entry_index DESC LIMIT ?2;

-- name: register_sample_by
SELECT entry_index FROM register_sample WHERE report = ?1 AND auditor = ?2 AND words = ?3;

-- name: dump_register_sample (scan)
SELECT entry_index, pae, report, auditor, signer, words, among, drawn, differing, recounted FROM register_sample ORDER BY entry_index;

-- name: register_report_by_pae
SELECT entry_index, register, openings FROM register_report WHERE pae = ?1;

-- name: register_report_gap_put
INSERT INTO register_report_gap (report, position, size, head_index) VALUES (?1, ?2, ?3, ?4);

-- name: register_report_gap_list
SELECT head_index FROM register_report_gap WHERE report = ?1 ORDER BY position;

-- name: dump_register_report_gap (scan)
SELECT report, position, size, head_index FROM register_report_gap ORDER BY report, position;

-- name: register_public_get
SELECT version, declaration, entry_index, heads, head_index, size, highest, days, time FROM register WHERE name = ?1;

-- name: register_public_put
INSERT INTO register (name, version, declaration, entry_index, heads, head_index, size, highest, days, time)
VALUES (?1, ?2, ?3, ?4, 0, NULL, 0, 0, 0, 0)
ON CONFLICT (name) DO UPDATE SET version = ?2, declaration = ?3, entry_index = ?4;

-- name: register_public_head
UPDATE register SET heads = heads + 1, head_index = ?2, size = ?3, highest = ?4, days = ?5, time = ?6 WHERE name = ?1;

-- name: register_public_list
SELECT name, version, declaration, entry_index, heads, head_index, size, highest, days, time FROM register
WHERE name > ?1 ORDER BY name LIMIT ?2;

-- name: register_head_put
INSERT INTO register_head (register, entry_index, pae, size, highest, days, time, root, chain, day, unconfirmed, refused)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: register_head_like
-- A head that says all of this.
SELECT entry_index FROM register_head WHERE register = ?1 AND size = ?2 AND time = ?3 AND days = ?4 AND root = ?5 AND chain = ?6
	AND (highest IS NULL OR highest = ?7) ORDER BY entry_index LIMIT 1;

-- name: register_head_over
-- The first head that contains a position.
SELECT entry_index, size, time, root FROM register_head WHERE register = ?1 AND size > ?2 ORDER BY size, time LIMIT 1;

-- name: register_head_list
SELECT entry_index, pae, size, highest, days, time, root, chain, day, unconfirmed, refused FROM register_head
WHERE register = ?1 AND entry_index < ?2 ORDER BY entry_index DESC LIMIT ?3;

-- name: register_report_put
INSERT INTO register_report (entry_index, pae, register, period_from, period_to, edition, declaration, openings, openings_size,
	first_size, last_size, last_time, first_index, last_index, cases, unopened, erased, lost, late)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19);

-- name: register_report_latest
SELECT edition, pae, entry_index FROM register_report WHERE register = ?1 AND period_from = ?2 AND period_to = ?3
ORDER BY edition DESC LIMIT 1;

-- name: register_report_list
SELECT entry_index, pae, register, period_from, period_to, edition, openings, openings_size, cases, unopened, erased, lost, late,
	last_time, declaration, first_index, last_index FROM register_report WHERE (?1 = '' OR register = ?1) AND entry_index < ?2
ORDER BY entry_index DESC LIMIT ?3;

-- name: register_report_editions
-- Everything that was reported about one period.
SELECT entry_index, pae, register, period_from, period_to, edition, openings, openings_size, cases, unopened, erased, lost, late,
	last_time, declaration, first_index, last_index FROM register_report WHERE register = ?1 AND period_from = ?2 AND period_to = ?3
ORDER BY edition DESC LIMIT ?4;

-- name: register_report_at
SELECT entry_index, pae, register, period_from, period_to, edition, openings, openings_size, cases, unopened, erased, lost, late,
	last_time, declaration, first_index, last_index FROM register_report WHERE entry_index = ?1;

-- name: register_total_put
INSERT INTO register_total (report, position, name, value) VALUES (?1, ?2, ?3, ?4);

-- name: register_total_list
SELECT name, value FROM register_total WHERE report = ?1 ORDER BY position;

-- name: dump_register (scan)
SELECT name, version, declaration, entry_index, heads, head_index, size, highest, days, time FROM register ORDER BY name;

-- name: dump_register_head (scan)
SELECT register, entry_index, pae, size, highest, days, time, root, chain, day, unconfirmed, refused FROM register_head
ORDER BY register, entry_index;

-- name: dump_register_report (scan)
SELECT entry_index, pae, register, period_from, period_to, edition, declaration, openings, openings_size, first_size, last_size,
	last_time, first_index, last_index, cases, unopened, erased, lost, late FROM register_report ORDER BY entry_index;

-- name: dump_register_total (scan)
SELECT report, position, name, value FROM register_total ORDER BY report, position;
