-- SPDX-License-Identifier: Apache-2.0
-- The public tables of audits: a function of the log. Nothing but the projector writes them. Times are seconds, 0: not stated; kind, state
-- and reason are positions in the lists of register/audit/audit.h.

-- migration: 0001 audits
CREATE TABLE audit (
	audit TEXT PRIMARY KEY,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	standard TEXT NOT NULL,
	edition TEXT NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
	auditor_entity TEXT NOT NULL,
	auditor BLOB NOT NULL CHECK (length(auditor) = 32),
	auditor_size INTEGER NOT NULL,
	auditor_media TEXT NOT NULL,
	scope BLOB NOT NULL CHECK (length(scope) = 32),
	scope_size INTEGER NOT NULL,
	scope_media TEXT NOT NULL,
	as_of INTEGER NOT NULL,
	period_from INTEGER NOT NULL,
	period_to INTEGER NOT NULL,
	valid_from INTEGER NOT NULL,
	valid_to INTEGER NOT NULL,
	supersedes TEXT NOT NULL,
	has_report INTEGER NOT NULL CHECK (has_report BETWEEN 0 AND 1),
	report BLOB NOT NULL CHECK (length(report) = 32),
	report_size INTEGER NOT NULL,
	report_media TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_standard ON audit (standard, audit);
CREATE INDEX audit_by_supersedes ON audit (supersedes);
CREATE INDEX audit_by_report ON audit (report);
CREATE TABLE audit_cover (
	audit TEXT NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	PRIMARY KEY (audit, kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_end (
	audit TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
	reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 7),
	holds_from INTEGER NOT NULL,
	PRIMARY KEY (audit, entry_index)
) STRICT, WITHOUT ROWID;

-- name: audit_put
INSERT INTO audit (audit, entry_index, pae, standard, edition, kind, auditor_entity, auditor, auditor_size, auditor_media, scope, scope_size,
	scope_media, as_of, period_from, period_to, valid_from, valid_to, supersedes, has_report, report, report_size, report_media)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23);

-- name: audit_cover_put
INSERT INTO audit_cover (audit, kind, name) VALUES (?1, ?2, ?3);

-- name: audit_end_put
INSERT INTO audit_end (audit, entry_index, pae, state, reason, holds_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: audit_get
SELECT audit, entry_index, pae, standard, edition, kind, auditor_entity, auditor, auditor_size, auditor_media, scope, scope_size, scope_media,
	as_of, period_from, period_to, valid_from, valid_to, supersedes, has_report, report, report_size, report_media
FROM audit WHERE audit = ?1;

-- name: audit_names
-- In the order of their standards. (standard, audit) is the place to go on from.
SELECT standard, audit FROM audit WHERE (standard, audit) > (?1, ?2) ORDER BY standard, audit LIMIT ?3;

-- name: audit_successor
-- Which one supersedes it and is no surveillance (1)?
SELECT audit FROM audit WHERE supersedes = ?1 AND kind <> 1 LIMIT 1;

-- name: audit_covers
SELECT kind, name FROM audit_cover WHERE audit = ?1 ORDER BY kind, name LIMIT 512;

-- name: audit_ends
SELECT entry_index, state, reason, holds_from FROM audit_end WHERE audit = ?1 ORDER BY entry_index LIMIT 256;

-- name: audit_last_end
SELECT entry_index, state, reason, holds_from FROM audit_end WHERE audit = ?1 ORDER BY entry_index DESC LIMIT 1;

-- name: dump_audit (scan)
SELECT audit, entry_index, pae, standard, edition, kind, auditor_entity, auditor, auditor_size, auditor_media, scope, scope_size, scope_media,
	as_of, period_from, period_to, valid_from, valid_to, supersedes, has_report, report, report_size, report_media
FROM audit ORDER BY audit;

-- name: dump_audit_cover (scan)
SELECT audit, kind, name FROM audit_cover ORDER BY audit, kind, name;

-- name: dump_audit_end (scan)
SELECT audit, entry_index, pae, state, reason, holds_from FROM audit_end ORDER BY audit, entry_index;
