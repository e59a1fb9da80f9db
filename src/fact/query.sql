-- SPDX-License-Identifier: Apache-2.0
-- What pages and commands read (fact/query.h).

-- name: query_counts
SELECT state, n FROM statement_count ORDER BY state;

-- name: query_statement_at
SELECT entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement WHERE entry_index = ?1;

-- name: query_statement_by_id
SELECT entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement WHERE ulid = ?1 ORDER BY entry_index LIMIT 1;

-- name: query_statements
SELECT entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement WHERE entry_index < ?1 ORDER BY entry_index DESC LIMIT ?2;

-- name: query_statements_of_type
SELECT entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement WHERE type = ?3 AND entry_index < ?1 ORDER BY entry_index DESC LIMIT ?2;

-- name: query_statements_by_digest
SELECT entry_index, entry_digest, pae, state, reason, type, ulid, time, signer, approvals, subject, subject_digest
FROM statement WHERE entry_index IN (
	SELECT entry_index FROM statement WHERE entry_digest = ?1
	UNION SELECT entry_index FROM statement WHERE pae = ?1
	UNION SELECT entry_index FROM statement_subject WHERE digest = ?1
	UNION SELECT entry_index FROM statement_body WHERE digest = ?1)
ORDER BY entry_index DESC LIMIT ?2;

-- name: query_keys_count
SELECT count(*) FROM fact_key;

-- name: query_keys
SELECT id, public_key, role, holder, types, from_index, until_index, end_reason FROM fact_key
ORDER BY from_index LIMIT ?1;

-- name: query_body
SELECT digest, size, media_type, entry_index, withheld_index, withheld_reason FROM body WHERE digest = ?1;

-- name: query_bodies_of
SELECT body.digest, body.size, body.media_type, body.entry_index, body.withheld_index, body.withheld_reason
FROM statement_body JOIN body ON body.digest = statement_body.digest
WHERE statement_body.entry_index = ?1 ORDER BY body.digest LIMIT ?2;
