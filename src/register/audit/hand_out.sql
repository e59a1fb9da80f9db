-- SPDX-License-Identifier: Apache-2.0
-- What was handed out. Private, and no name stands in it: the customer is a sealed field of the case with the same number.

-- migration: 0002 what was handed out
CREATE TABLE audit_hand_out (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	audit TEXT NOT NULL,
	original BLOB NOT NULL CHECK (length(original) = 32),
	media TEXT NOT NULL,
	copy BLOB NOT NULL CHECK (length(copy) = 32),
	copy_size INTEGER NOT NULL,
	mark TEXT NOT NULL,
	terms BLOB NOT NULL CHECK (length(terms) = 32),
	accepted INTEGER NOT NULL,
	given INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_hand_out_by_mark ON audit_hand_out (mark);
CREATE INDEX audit_hand_out_by_copy ON audit_hand_out (copy);

-- name: hand_out_put
INSERT INTO audit_hand_out (register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: hand_out_list
-- The newest first.
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires FROM audit_hand_out
WHERE register = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3;

-- name: hand_out_by_mark
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires FROM audit_hand_out WHERE mark = ?1;

-- name: hand_out_by_copy
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires FROM audit_hand_out WHERE copy = ?1
ORDER BY number LIMIT 1;

-- name: hand_out_named
SELECT 1 FROM audit_hand_out WHERE copy = ?1 OR original = ?1 OR terms = ?1 LIMIT 1;
