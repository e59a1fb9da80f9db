-- SPDX-License-Identifier: Apache-2.0
-- The public tables of claims: a function of the log. Nothing but the projector writes them. Times are seconds, 0: not stated. kind,
-- bound, standing and status are those of register/claim.h; evidence is digests one behind the other.

-- migration: 0003 claims
CREATE TABLE claim (
	claim TEXT NOT NULL PRIMARY KEY,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 8),
	subject TEXT NOT NULL,
	property TEXT NOT NULL,
	bound INTEGER NOT NULL CHECK (bound BETWEEN 0 AND 3),
	value INTEGER,
	unit TEXT NOT NULL,
	word TEXT NOT NULL,
	standing INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 2),
	valid_from INTEGER NOT NULL,
	valid_to INTEGER NOT NULL,
	as_of INTEGER NOT NULL,
	due INTEGER NOT NULL,
	review INTEGER NOT NULL,
	product TEXT NOT NULL,
	version TEXT NOT NULL,
	words BLOB NOT NULL CHECK (length(words) = 32),
	words_size INTEGER NOT NULL,
	words_media TEXT NOT NULL,
	source BLOB CHECK (length(source) = 32),
	evidence BLOB NOT NULL CHECK (length(evidence) % 32 = 0),
	status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),
	by_claim TEXT NOT NULL,
	status_index INTEGER NOT NULL,
	status_date INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_about ON claim (subject, property, claim);
CREATE TABLE claim_status (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	claim TEXT NOT NULL,
	status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),
	by_claim TEXT NOT NULL,
	status_date INTEGER NOT NULL,
	evidence BLOB NOT NULL CHECK (length(evidence) % 32 = 0)
) STRICT;
CREATE INDEX claim_status_claim ON claim_status (claim, entry_index);

-- name: claim_put
INSERT INTO claim (claim, entry_index, pae, kind, subject, property, bound, value, unit, word, standing, valid_from, valid_to, as_of,
	due, review, product, version, words, words_size, words_media, source, evidence, status, by_claim, status_index, status_date)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, 0, '', 0, 0);

-- name: claim_get
SELECT claim, entry_index, pae, kind, subject, property, bound, value, unit, word, standing, valid_from, valid_to, as_of, due, review,
	product, version, words, words_size, words_media, source, evidence, status, by_claim, status_index, status_date
FROM claim WHERE claim = ?1;

-- name: claim_list
SELECT claim, entry_index, pae, kind, subject, property, bound, value, unit, word, standing, valid_from, valid_to, as_of, due, review,
	product, version, words, words_size, words_media, source, evidence, status, by_claim, status_index, status_date
FROM claim WHERE (subject, property, claim) > (?1, ?2, ?3) AND (?4 = '' OR subject = ?4) AND (?5 = '' OR property = ?5)
	AND (CAST(?6 AS INTEGER) > 4 OR status = CAST(?6 AS INTEGER))
ORDER BY subject, property, claim LIMIT ?7;

-- name: claim_history
-- What was claimed of one property, by the day from which it holds; undated ones come first.
SELECT claim, entry_index, pae, kind, subject, property, bound, value, unit, word, standing, valid_from, valid_to, as_of, due, review,
	product, version, words, words_size, words_media, source, evidence, status, by_claim, status_index, status_date
FROM claim WHERE subject = ?1 AND property = ?2 AND (as_of + valid_from, entry_index) > (CAST(?3 AS INTEGER), CAST(?4 AS INTEGER))
ORDER BY as_of + valid_from, entry_index LIMIT ?5;

-- name: claim_status_set
UPDATE claim SET status = ?2, by_claim = ?3, status_index = ?4, status_date = ?5 WHERE claim = ?1;

-- name: claim_status_put
INSERT INTO claim_status (entry_index, pae, claim, status, by_claim, status_date, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: claim_status_list
SELECT entry_index, pae, status, by_claim, status_date, evidence FROM claim_status WHERE claim = ?1 AND entry_index < ?2
ORDER BY entry_index DESC LIMIT ?3;

-- name: dump_claim (scan)
SELECT claim, entry_index, pae, kind, subject, property, bound, value, unit, word, standing, valid_from, valid_to, as_of, due, review,
	product, version, words, words_size, words_media, source, evidence, status, by_claim, status_index, status_date
FROM claim ORDER BY claim;

-- name: dump_claim_status (scan)
SELECT entry_index, pae, claim, status, by_claim, status_date, evidence FROM claim_status ORDER BY entry_index;
