-- SPDX-License-Identifier: Apache-2.0
-- The public tables of entities: a function of the log. Nothing but the projector writes them. Times are seconds, 0: not stated; roles is
-- a set of bits, kind a position in the lists of register/entity/{entity,duty}.h; qualifications are separated by spaces.

-- migration: 0001 entities
CREATE TABLE entity_version (
	entity TEXT NOT NULL,
	version INTEGER NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	valid_from INTEGER NOT NULL,
	ended INTEGER NOT NULL CHECK (ended BETWEEN 0 AND 1),
	roles INTEGER NOT NULL,
	country TEXT NOT NULL,
	lei TEXT NOT NULL,
	approves INTEGER NOT NULL CHECK (approves BETWEEN 0 AND 1),
	own_books INTEGER NOT NULL,
	sheet BLOB NOT NULL CHECK (length(sheet) = 32),
	sheet_size INTEGER NOT NULL,
	sheet_media TEXT NOT NULL,
	PRIMARY KEY (entity, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_parent (
	entity TEXT NOT NULL,
	version INTEGER NOT NULL,
	parent TEXT NOT NULL,
	share INTEGER NOT NULL,
	since INTEGER NOT NULL,
	PRIMARY KEY (entity, version, parent)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_asset (
	entity TEXT NOT NULL,
	version INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	PRIMARY KEY (entity, version, kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_duty (
	entity TEXT NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
	version INTEGER NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	drilled INTEGER NOT NULL,
	drill_days INTEGER NOT NULL,
	PRIMARY KEY (entity, kind, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_post (
	entity TEXT NOT NULL,
	kind INTEGER NOT NULL,
	version INTEGER NOT NULL,
	post TEXT NOT NULL,
	at_entity TEXT NOT NULL,
	deputy INTEGER NOT NULL CHECK (deputy BETWEEN 0 AND 1),
	qualifications TEXT NOT NULL,
	PRIMARY KEY (entity, kind, version, post)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity_attestation (
	entity TEXT NOT NULL,
	period_from INTEGER NOT NULL,
	period_to INTEGER NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	transactions INTEGER NOT NULL,
	balance BLOB NOT NULL CHECK (length(balance) = 32),
	signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
	PRIMARY KEY (entity, period_from)
) STRICT, WITHOUT ROWID;

-- migration: 0004 attested bounties
-- Minor units. With fewer than five of them at_least and at_most differ. says_bounties 0: an attestation that says nothing of bounties.
ALTER TABLE entity_attestation ADD COLUMN says_bounties INTEGER NOT NULL DEFAULT 0;
CREATE TABLE entity_attestation_bounty (
	entity TEXT NOT NULL,
	period_from INTEGER NOT NULL,
	currency TEXT NOT NULL,
	paid INTEGER NOT NULL,
	at_least INTEGER NOT NULL,
	at_most INTEGER NOT NULL,
	PRIMARY KEY (entity, period_from, currency)
) STRICT, WITHOUT ROWID;

-- name: entity_attestation_bounty_put
INSERT INTO entity_attestation_bounty (entity, period_from, currency, paid, at_least, at_most) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: entity_attestation_bounties
SELECT currency, paid, at_least, at_most FROM entity_attestation_bounty WHERE entity = ?1 AND period_from = ?2 ORDER BY currency LIMIT 16;

-- name: dump_entity_attestation_bounty (scan)
SELECT entity, period_from, currency, paid, at_least, at_most FROM entity_attestation_bounty ORDER BY entity, period_from, currency;

-- name: entity_put
INSERT INTO entity_version (entity, version, entry_index, pae, valid_from, ended, roles, country, lei, approves, own_books, sheet,
	sheet_size, sheet_media)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: entity_parent_put
INSERT INTO entity_parent (entity, version, parent, share, since) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: entity_asset_put
INSERT INTO entity_asset (entity, version, kind, name) VALUES (?1, ?2, ?3, ?4);

-- name: entity_get
-- The version that was stated last.
SELECT entity, version, entry_index, pae, valid_from, ended, roles, country, lei, approves, own_books, sheet, sheet_size, sheet_media
FROM entity_version WHERE entity = ?1 ORDER BY version DESC LIMIT 1;

-- name: entity_at
-- The version that held on a day: of those stated for that day or before, the last one.
SELECT entity, version, entry_index, pae, valid_from, ended, roles, country, lei, approves, own_books, sheet, sheet_size, sheet_media
FROM entity_version WHERE entity = ?1 AND valid_from <= ?2 ORDER BY version DESC LIMIT 1;

-- name: entity_history
SELECT entity, version, entry_index, pae, valid_from, ended, roles, country, lei, approves, own_books, sheet, sheet_size, sheet_media
FROM entity_version WHERE entity = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3;

-- name: entity_names
SELECT DISTINCT entity FROM entity_version WHERE entity > ?1 ORDER BY entity LIMIT ?2;

-- name: entity_parents
SELECT parent, share, since FROM entity_parent WHERE entity = ?1 AND version = ?2 ORDER BY parent LIMIT 8;

-- name: entity_assets
SELECT kind, name FROM entity_asset WHERE entity = ?1 AND version = ?2 ORDER BY kind, name LIMIT 32;

-- name: entity_by_lei
-- Who bears this LEI, by the version stated last, other than ?2?
SELECT v.entity FROM entity_version v WHERE v.lei = ?1 AND v.entity <> ?2
	AND v.version = (SELECT max(w.version) FROM entity_version w WHERE w.entity = v.entity)
LIMIT 1;

-- name: entity_by_asset
-- Who owns it, by the version stated last, other than ?3?
SELECT a.entity FROM entity_asset a JOIN entity_version v ON v.entity = a.entity AND v.version = a.version
WHERE a.kind = ?1 AND a.name = ?2 AND a.entity <> ?3 AND v.ended = 0
	AND a.version = (SELECT max(w.version) FROM entity_version w WHERE w.entity = a.entity)
LIMIT 1;

-- name: entity_children
-- Whose parent it is, by the version stated last.
SELECT p.entity, p.share, p.since FROM entity_parent p
WHERE p.parent = ?1 AND p.version = (SELECT max(w.version) FROM entity_version w WHERE w.entity = p.entity)
ORDER BY p.entity LIMIT 256;

-- name: entity_duty_put
INSERT INTO entity_duty (entity, kind, version, entry_index, pae, drilled, drill_days) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: entity_post_put
INSERT INTO entity_post (entity, kind, version, post, at_entity, deputy, qualifications) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: entity_duty_get
SELECT version, entry_index, pae, drilled, drill_days FROM entity_duty WHERE entity = ?1 AND kind = ?2 ORDER BY version DESC LIMIT 1;

-- name: entity_posts
SELECT post, at_entity, deputy, qualifications FROM entity_post WHERE entity = ?1 AND kind = ?2 AND version = ?3 ORDER BY post LIMIT 16;

-- name: entity_is_version
SELECT version FROM entity_version WHERE entity = ?1 AND pae = ?2;

-- name: entity_attestation_put
INSERT INTO entity_attestation (entity, period_from, period_to, entry_index, pae, transactions, balance, signing_key, says_bounties)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: entity_attestations
SELECT period_from, period_to, entry_index, pae, transactions, balance, signing_key, says_bounties FROM entity_attestation
WHERE entity = ?1 AND period_from < ?2 ORDER BY period_from DESC LIMIT ?3;

-- name: dump_entity_version (scan)
SELECT entity, version, entry_index, pae, valid_from, ended, roles, country, lei, approves, own_books, sheet, sheet_size, sheet_media
FROM entity_version ORDER BY entity, version;

-- name: dump_entity_parent (scan)
SELECT entity, version, parent, share, since FROM entity_parent ORDER BY entity, version, parent;

-- name: dump_entity_asset (scan)
SELECT entity, version, kind, name FROM entity_asset ORDER BY entity, version, kind, name;

-- name: dump_entity_duty (scan)
SELECT entity, kind, version, entry_index, pae, drilled, drill_days FROM entity_duty ORDER BY entity, kind, version;

-- name: dump_entity_post (scan)
SELECT entity, kind, version, post, at_entity, deputy, qualifications FROM entity_post ORDER BY entity, kind, version, post;

-- name: dump_entity_attestation (scan)
SELECT entity, period_from, period_to, entry_index, pae, transactions, balance, signing_key, says_bounties
FROM entity_attestation ORDER BY entity, period_from;
