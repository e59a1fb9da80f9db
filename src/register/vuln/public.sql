-- SPDX-License-Identifier: Apache-2.0
-- The public tables of rewards and disclosure: a function of the log. Nothing but the projector writes them. Times are seconds.

-- migration: 0002 rewards and disclosure
CREATE TABLE reward_matrix (
	program TEXT NOT NULL,
	version INTEGER NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	stated INTEGER NOT NULL,
	valid_from INTEGER NOT NULL,
	currency TEXT NOT NULL,
	matrix BLOB NOT NULL CHECK (length(matrix) = 32),
	size INTEGER NOT NULL,
	PRIMARY KEY (program, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE disclosure_policy (
	language TEXT NOT NULL,
	version INTEGER NOT NULL,
	entry_index INTEGER NOT NULL,
	pae BLOB NOT NULL CHECK (length(pae) = 32),
	stated INTEGER NOT NULL,
	valid_from INTEGER NOT NULL,
	policy BLOB NOT NULL CHECK (length(policy) = 32),
	size INTEGER NOT NULL,
	PRIMARY KEY (language, version)
) STRICT, WITHOUT ROWID;

-- name: reward_matrix_put
INSERT INTO reward_matrix (program, version, entry_index, pae, stated, valid_from, currency, matrix, size)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: reward_matrix_last
SELECT version, valid_from FROM reward_matrix WHERE program = ?1 ORDER BY version DESC LIMIT 1;

-- name: reward_matrix_list
SELECT program, version, entry_index, pae, stated, valid_from, matrix, size FROM reward_matrix
WHERE program = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3;

-- name: reward_matrix_programs
SELECT DISTINCT program FROM reward_matrix WHERE program > ?1 ORDER BY program LIMIT ?2;

-- name: disclosure_policy_put
INSERT INTO disclosure_policy (language, version, entry_index, pae, stated, valid_from, policy, size)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: disclosure_policy_last
SELECT version, valid_from FROM disclosure_policy WHERE language = ?1 ORDER BY version DESC LIMIT 1;

-- name: disclosure_policy_list
SELECT language, version, entry_index, pae, stated, valid_from, policy, size FROM disclosure_policy
WHERE language = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3;

-- name: dump_reward_matrix (scan)
SELECT program, version, entry_index, pae, stated, valid_from, currency, matrix, size FROM reward_matrix ORDER BY program, version;

-- name: dump_disclosure_policy (scan)
SELECT language, version, entry_index, pae, stated, valid_from, policy, size FROM disclosure_policy ORDER BY language, version;
