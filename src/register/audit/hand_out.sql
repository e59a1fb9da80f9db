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

-- migration: 0003 asking for copies and their end
ALTER TABLE audit_hand_out ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
CREATE TABLE audit_hand_out_step (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
	account BLOB NOT NULL CHECK (length(account) = 16),
	was_until INTEGER NOT NULL,
	is_until INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (register, number, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_offer (
	document BLOB NOT NULL PRIMARY KEY CHECK (length(document) = 32),
	terms BLOB NOT NULL CHECK (length(terms) = 32),
	audit TEXT NOT NULL,
	title TEXT NOT NULL,
	media TEXT NOT NULL,
	days INTEGER NOT NULL,
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_ask_copy (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	file INTEGER NOT NULL,
	given_register TEXT NOT NULL,
	given_number INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_ask_copy_by_given ON audit_ask_copy (given_register, given_number);

-- name: hand_out_put
INSERT INTO audit_hand_out (register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: hand_out_list
-- The newest first.
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires, ended FROM audit_hand_out
WHERE register = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3;

-- name: hand_out_by_mark
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires, ended FROM audit_hand_out WHERE mark = ?1;

-- name: hand_out_by_copy
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires, ended FROM audit_hand_out WHERE copy = ?1
ORDER BY number LIMIT 1;

-- name: hand_out_named
SELECT 1 FROM audit_hand_out WHERE copy = ?1 OR original = ?1 OR terms = ?1 LIMIT 1;

-- name: hand_out_one
SELECT register, number, audit, original, media, copy, copy_size, mark, terms, accepted, given, expires, ended FROM audit_hand_out
WHERE register = ?1 AND number = ?2;

-- name: hand_out_set
UPDATE audit_hand_out SET expires = ?3, ended = ?4 WHERE register = ?1 AND number = ?2;

-- name: hand_out_steps
SELECT at, kind, account, was_until, is_until, reason FROM audit_hand_out_step WHERE register = ?1 AND number = ?2 ORDER BY seq;

-- name: hand_out_step_count
SELECT count(*) FROM audit_hand_out_step WHERE register = ?1 AND number = ?2;

-- name: hand_out_step_put
INSERT INTO audit_hand_out_step (register, number, seq, at, kind, account, was_until, is_until, reason)
VALUES (?1, ?2, (SELECT count(*) FROM audit_hand_out_step WHERE register = ?1 AND number = ?2) + 1, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: ask_offer_put
INSERT INTO audit_offer (document, terms, audit, title, media, days, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (document) DO UPDATE SET terms = excluded.terms, audit = excluded.audit, title = excluded.title, media = excluded.media,
	days = excluded.days, since = excluded.since;

-- name: ask_offer_end
DELETE FROM audit_offer WHERE document = ?1;

-- name: ask_offer_one
SELECT document, terms, audit, title, media, days, since FROM audit_offer WHERE document = ?1;

-- name: ask_offers
SELECT document, terms, audit, title, media, days, since FROM audit_offer ORDER BY title, document LIMIT ?1;

-- name: ask_copy_put
INSERT INTO audit_ask_copy (register, number, file, given_register, given_number) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: ask_copy_one
SELECT file, given_register, given_number FROM audit_ask_copy WHERE register = ?1 AND number = ?2;

-- name: ask_of_copy
SELECT register, number FROM audit_ask_copy WHERE given_register = ?1 AND given_number = ?2;
