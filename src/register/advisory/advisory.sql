-- SPDX-License-Identifier: Apache-2.0
-- The public tables of advisories: a function of the log. Nothing but the projector writes them. Times are seconds. One row a version;
-- category, status and tlp are those of register/advisory/advisory.h. What is not TLP:WHITE has no bodies (sizes 0).

-- migration: 0001 advisories
CREATE TABLE advisory (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	stated INTEGER NOT NULL,
	tracking TEXT NOT NULL,
	file TEXT NOT NULL,
	version TEXT NOT NULL,
	category INTEGER NOT NULL CHECK (category BETWEEN 0 AND 1),
	status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
	tlp INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 3),
	initial_date INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	document_size INTEGER NOT NULL,
	signature BLOB NOT NULL CHECK (length(signature) = 32),
	signature_size INTEGER NOT NULL,
	newest INTEGER NOT NULL CHECK (newest BETWEEN 0 AND 1)
) STRICT;
CREATE INDEX advisory_file ON advisory (file, entry_index);
CREATE INDEX advisory_newest ON advisory (newest, tlp, changed, entry_index);
CREATE TABLE advisory_provider (
	entry_index INTEGER NOT NULL PRIMARY KEY,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	stated INTEGER NOT NULL,
	settings BLOB NOT NULL CHECK (length(settings) = 32),
	certificate BLOB NOT NULL CHECK (length(certificate) = 32),
	fingerprint TEXT NOT NULL,
	security_txt BLOB NOT NULL CHECK (length(security_txt) = 32),
	expires INTEGER NOT NULL
) STRICT;

-- name: advisory_put
INSERT INTO advisory (entry_index, pae, stated, tracking, file, version, category, status, tlp, initial_date, changed, digest,
	document_size, signature, signature_size, newest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1);

-- name: advisory_replace
UPDATE advisory SET newest = 0 WHERE file = ?1;

-- name: advisory_get
-- The newest version of a file.
SELECT entry_index, pae, stated, tracking, file, version, category, status, tlp, initial_date, changed, digest, document_size,
	signature, signature_size, newest
FROM advisory WHERE file = ?1 AND newest = 1;

-- name: advisory_versions
SELECT entry_index, pae, stated, tracking, file, version, category, status, tlp, initial_date, changed, digest, document_size,
	signature, signature_size, newest
FROM advisory WHERE file = ?1 AND entry_index < ?2 ORDER BY entry_index DESC LIMIT ?3;

-- name: advisory_list
-- The newest versions, those that changed last first; of one TLP (?1 at most 3) without documents that are withheld.
SELECT entry_index, pae, stated, tracking, file, version, category, status, tlp, initial_date, changed, digest, document_size,
	signature, signature_size, newest
FROM advisory WHERE newest = 1 AND (CAST(?1 AS INTEGER) > 3 OR (tlp = CAST(?1 AS INTEGER)
		AND NOT EXISTS (SELECT 1 FROM body WHERE body.digest = advisory.digest AND body.withheld_index IS NOT NULL)))
	AND (changed, entry_index) < (CAST(?2 AS INTEGER), CAST(?3 AS INTEGER))
ORDER BY changed DESC, entry_index DESC LIMIT ?4;

-- name: advisory_provider_put
INSERT INTO advisory_provider (entry_index, pae, stated, settings, certificate, fingerprint, security_txt, expires)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: advisory_provider_get
SELECT entry_index, pae, stated, settings, certificate, fingerprint, security_txt, expires
FROM advisory_provider ORDER BY entry_index DESC LIMIT 1;

-- name: advisory_last
-- When anything was stated last.
SELECT coalesce(max(stated), 0) FROM (SELECT max(stated) AS stated FROM advisory WHERE tlp = 3
	UNION ALL SELECT max(stated) AS stated FROM advisory_provider) AS both_tables;

-- name: dump_advisory (scan)
SELECT entry_index, pae, stated, tracking, file, version, category, status, tlp, initial_date, changed, digest, document_size,
	signature, signature_size, newest
FROM advisory ORDER BY entry_index;

-- name: dump_advisory_provider (scan)
SELECT entry_index, pae, stated, settings, certificate, fingerprint, security_txt, expires FROM advisory_provider ORDER BY entry_index;
