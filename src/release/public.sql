-- SPDX-License-Identifier: Apache-2.0
-- The public tables of the release room: a function of the log. Nothing but the projector writes them.
-- release_verdict.verdict: 0 identical, 1 identical after declared normalisation, 2 different, 3 not attempted.

-- migration: 0001 products and releases
CREATE TABLE product (
	name TEXT NOT NULL PRIMARY KEY,
	entry_index INTEGER NOT NULL,
	description BLOB,
	releases INTEGER NOT NULL,
	head_index INTEGER,
	head_count INTEGER,
	head_root BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE release_snapshot (
	pae BLOB NOT NULL PRIMARY KEY CHECK (length(pae) = 32),
	product TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	commit_id TEXT NOT NULL,
	commit_time INTEGER NOT NULL,
	files INTEGER NOT NULL,
	manifest BLOB NOT NULL CHECK (length(manifest) = 32),
	archive BLOB NOT NULL CHECK (length(archive) = 32)
) STRICT;
CREATE TABLE release_recipe (
	pae BLOB NOT NULL PRIMARY KEY CHECK (length(pae) = 32),
	product TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	recipe BLOB NOT NULL CHECK (length(recipe) = 32)
) STRICT;
CREATE TABLE release_build (
	pae BLOB NOT NULL PRIMARY KEY CHECK (length(pae) = 32),
	product TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	source BLOB NOT NULL CHECK (length(source) = 32),
	recipe BLOB NOT NULL CHECK (length(recipe) = 32),
	builder TEXT NOT NULL
) STRICT;
CREATE TABLE release_output (
	build BLOB NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	name TEXT NOT NULL,
	PRIMARY KEY (build, digest, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_verdict (
	pae BLOB NOT NULL PRIMARY KEY CHECK (length(pae) = 32),
	product TEXT NOT NULL,
	entry_index INTEGER NOT NULL,
	time INTEGER NOT NULL,
	build BLOB NOT NULL CHECK (length(build) = 32),
	site TEXT NOT NULL,
	verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 3),
	report BLOB
) STRICT;
CREATE INDEX release_verdict_build ON release_verdict (build, entry_index);
CREATE TABLE product_release (
	product TEXT NOT NULL,
	number INTEGER NOT NULL,
	version TEXT NOT NULL,
	pae BLOB NOT NULL UNIQUE CHECK (length(pae) = 32),
	entry_index INTEGER NOT NULL,
	time INTEGER NOT NULL,
	snapshot BLOB NOT NULL,
	recipe BLOB NOT NULL,
	build BLOB NOT NULL,
	PRIMARY KEY (product, number),
	UNIQUE (product, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_artefact (
	product TEXT NOT NULL,
	number INTEGER NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	size INTEGER NOT NULL,
	PRIMARY KEY (product, number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_artefact_digest ON release_artefact (digest);

-- migration: 0003 why a rebuild was not attempted
ALTER TABLE release_verdict ADD COLUMN reason TEXT;
ALTER TABLE release_verdict ADD COLUMN log BLOB;

-- ---- what the projector asks and writes ----

-- name: product_get
SELECT entry_index, releases FROM product WHERE name = ?1;

-- name: product_put
INSERT INTO product (name, entry_index, description, releases) VALUES (?1, ?2, ?3, 0);

-- name: product_count_release
UPDATE product SET releases = ?2 WHERE name = ?1;

-- name: product_head_put
UPDATE product SET head_index = ?2, head_count = ?3, head_root = ?4 WHERE name = ?1;

-- name: release_snapshot_put
INSERT INTO release_snapshot (pae, product, entry_index, commit_id, commit_time, files, manifest, archive)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: release_snapshot_product
SELECT product, archive FROM release_snapshot WHERE pae = ?1;

-- name: release_recipe_put
INSERT INTO release_recipe (pae, product, entry_index, recipe) VALUES (?1, ?2, ?3, ?4);

-- name: release_recipe_product
SELECT product, recipe FROM release_recipe WHERE pae = ?1;

-- name: release_build_put
INSERT INTO release_build (pae, product, entry_index, source, recipe, builder) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: release_build_get
SELECT product, source, recipe FROM release_build WHERE pae = ?1;

-- name: release_output_put
INSERT INTO release_output (build, digest, name) VALUES (?1, ?2, ?3) ON CONFLICT (build, digest, name) DO NOTHING;

-- name: release_output_has
SELECT 1 FROM release_output WHERE build = ?1 AND digest = ?2 LIMIT 1;

-- name: release_verdict_put
INSERT INTO release_verdict (pae, product, entry_index, time, build, site, verdict, report, reason, log)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: release_verdict_build_of
SELECT build FROM release_verdict WHERE pae = ?1;

-- name: product_release_has
SELECT 1 FROM product_release WHERE product = ?1 AND version = ?2;

-- name: product_release_put
INSERT INTO product_release (product, number, version, pae, entry_index, time, snapshot, recipe, build)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: release_artefact_put
INSERT INTO release_artefact (product, number, position, name, digest, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: product_release_paes (scan)
SELECT pae FROM product_release WHERE product = ?1 ORDER BY number;

-- ---- dumps ----

-- name: dump_product (scan)
SELECT name, entry_index, description, releases, head_index, head_count, head_root FROM product ORDER BY name;

-- name: dump_release_snapshot (scan)
SELECT pae, product, entry_index, commit_id, commit_time, files, manifest, archive FROM release_snapshot ORDER BY pae;

-- name: dump_release_recipe (scan)
SELECT pae, product, entry_index, recipe FROM release_recipe ORDER BY pae;

-- name: dump_release_build (scan)
SELECT pae, product, entry_index, source, recipe, builder FROM release_build ORDER BY pae;

-- name: dump_release_output (scan)
SELECT build, digest, name FROM release_output ORDER BY build, digest, name;

-- name: dump_release_verdict (scan)
SELECT pae, product, entry_index, time, build, site, verdict, report, reason, log FROM release_verdict ORDER BY pae;

-- name: dump_product_release (scan)
SELECT product, number, version, pae, entry_index, time, snapshot, recipe, build FROM product_release
ORDER BY product, number;

-- name: dump_release_artefact (scan)
SELECT product, number, position, name, digest, size FROM release_artefact ORDER BY product, number, position;

-- ---- what pages and commands ask ----

-- name: query_products
SELECT p.name, p.entry_index, p.description, p.releases, p.head_index, p.head_count, p.head_root, r.version
FROM product p LEFT JOIN product_release r ON r.product = p.name AND r.number = p.releases
WHERE p.name > ?1 ORDER BY p.name LIMIT ?2;

-- name: query_product
SELECT p.name, p.entry_index, p.description, p.releases, p.head_index, p.head_count, p.head_root, r.version
FROM product p LEFT JOIN product_release r ON r.product = p.name AND r.number = p.releases
WHERE p.name = ?1;

-- name: query_releases
SELECT r.product, r.version, r.number, r.entry_index, r.time, r.pae, r.snapshot, r.recipe, r.build,
	s.commit_id, s.commit_time, s.files, s.archive, s.manifest, c.recipe, s.entry_index, c.entry_index, b.entry_index
FROM product_release r
	JOIN release_snapshot s ON s.pae = r.snapshot
	JOIN release_recipe c ON c.pae = r.recipe
	JOIN release_build b ON b.pae = r.build
WHERE r.product = ?1 AND r.number < ?2 ORDER BY r.number DESC LIMIT ?3;

-- name: query_release_entries
SELECT entry_index FROM product_release WHERE product = ?1 ORDER BY number LIMIT ?2;

-- name: query_release
SELECT r.product, r.version, r.number, r.entry_index, r.time, r.pae, r.snapshot, r.recipe, r.build,
	s.commit_id, s.commit_time, s.files, s.archive, s.manifest, c.recipe, s.entry_index, c.entry_index, b.entry_index
FROM product_release r
	JOIN release_snapshot s ON s.pae = r.snapshot
	JOIN release_recipe c ON c.pae = r.recipe
	JOIN release_build b ON b.pae = r.build
WHERE r.product = ?1 AND r.version = ?2;

-- name: query_release_of
SELECT r.product, r.version
FROM release_artefact a JOIN product_release r ON r.product = a.product AND r.number = a.number
WHERE a.digest = ?1 ORDER BY r.entry_index DESC LIMIT 1;

-- name: query_artefacts
SELECT name, digest, size FROM release_artefact WHERE product = ?1 AND number = ?2 ORDER BY position;

-- name: query_verdicts
-- The verdict of a site and key that counts is its newest comparison; without one, its newest attempt.
SELECT v.entry_index, v.time, v.site, v.verdict, v.pae, v.report, v.reason, v.log, k.holder, k.role,
	(SELECT w.entry_index FROM release_verdict w JOIN statement x ON x.entry_index = w.entry_index
	WHERE w.build = v.build AND w.site = v.site AND x.signer = s.signer
	ORDER BY CASE WHEN w.verdict = 3 THEN 1 ELSE 0 END, w.entry_index DESC LIMIT 1)
FROM release_verdict v JOIN statement s ON s.entry_index = v.entry_index LEFT JOIN fact_key k ON k.id = s.signer
WHERE v.build = ?1 ORDER BY v.entry_index LIMIT 1000;

-- name: query_verdict_counts
-- Only those that count (query_verdicts).
SELECT v.verdict, count(*) FROM release_verdict v JOIN statement s ON s.entry_index = v.entry_index
WHERE v.build = ?1 AND NOT EXISTS (
	SELECT 1 FROM release_verdict w JOIN statement x ON x.entry_index = w.entry_index
	WHERE w.build = v.build AND w.site = v.site AND x.signer = s.signer
		AND ((v.verdict = 3 AND w.verdict <> 3)
			OR ((v.verdict = 3) = (w.verdict = 3) AND w.entry_index > v.entry_index)))
GROUP BY v.verdict ORDER BY v.verdict;

-- name: release_artefact_named
SELECT 1 FROM release_artefact WHERE digest = ?1 LIMIT 1;
