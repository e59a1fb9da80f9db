-- SPDX-License-Identifier: Apache-2.0
-- Private: whose cases are whose, which of them are held, and what other processors were asked and answered. Times are seconds.

-- migration: 0001 persons
-- mark: HMAC of an identity under a key that is not in this database, so that nobody with the database alone can confirm a guess.
CREATE TABLE person_link (
	mark BLOB NOT NULL CHECK (length(mark) = 32),
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	PRIMARY KEY (mark, register, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_link_case ON person_link (register, number);
CREATE TABLE person_hold (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	reason TEXT NOT NULL,
	until INTEGER NOT NULL,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
-- state: position in the list of register/person/opendsr.h; -1: not handed over yet. request: what is sent, sealed; empty when it is over,
-- because it names the person. Of an ended request the receipts stay.
CREATE TABLE person_sent (
	id TEXT NOT NULL,
	processor TEXT NOT NULL,
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	made INTEGER NOT NULL,
	expected INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	request BLOB NOT NULL,
	results TEXT NOT NULL,
	PRIMARY KEY (id, processor)
) STRICT, WITHOUT ROWID;
CREATE TABLE person_receipt (
	id TEXT NOT NULL,
	processor TEXT NOT NULL,
	number INTEGER NOT NULL,
	at INTEGER NOT NULL,
	state INTEGER NOT NULL,
	domain TEXT NOT NULL,
	signature TEXT NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	body BLOB NOT NULL,
	certificate BLOB NOT NULL CHECK (length(certificate) = 32),
	PRIMARY KEY (id, processor, number)
) STRICT, WITHOUT ROWID;

-- migration: 0002 orders of the desk
-- What the desk wants to be answered with (register/person/order.h). kind, state: enums there; account: who ordered it, or was the second to want it.
-- certificate, leaves: of an erasure, as soon as it was done; they name no person. why: what stood against it last, for those who work here.
CREATE TABLE person_order (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	made INTEGER NOT NULL,
	account BLOB NOT NULL CHECK (length(account) = 16),
	recipient TEXT NOT NULL,
	language TEXT NOT NULL,
	certificate BLOB,
	leaves BLOB,
	why TEXT NOT NULL,
	PRIMARY KEY (register, number, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_order_state ON person_order (state, made);

-- migration: 0003 what the desk orders for requests of authorities
-- register/person/authority.h. kind: enum there; entry: of the case's file, which says what is ordered; state: 0 waits, 1 done; account: who ordered it, or was the
-- second to want it; why: what stood against it last, for those who work here.
CREATE TABLE authority_order (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	entry INTEGER NOT NULL,
	state INTEGER NOT NULL,
	made INTEGER NOT NULL,
	account BLOB NOT NULL CHECK (length(account) = 16),
	why TEXT NOT NULL,
	PRIMARY KEY (register, number, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX authority_order_state ON authority_order (state, made);

-- migration: 0004 erasures under way and requests of a case
-- register, number: of the case whose order it follows; empty: somebody asked at the terminal.
ALTER TABLE person_sent ADD COLUMN register TEXT NOT NULL DEFAULT '';
ALTER TABLE person_sent ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
CREATE INDEX person_sent_case ON person_sent (register, number);
-- What an erasure will destroy (register/person/erasure.h): mark, a keyed hash of the identities; note, sealed.
CREATE TABLE person_erasure (
	mark BLOB NOT NULL CHECK (length(mark) = 32) PRIMARY KEY,
	made INTEGER NOT NULL,
	note BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- migration: 0005 errands of the desk
-- register/person/errand.h. What was ordered for requests of authorities, and now also what a person asked; entry: of the case's file, which says what is ordered.
CREATE TABLE person_errand (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	entry INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	made INTEGER NOT NULL,
	account BLOB NOT NULL CHECK (length(account) = 16),
	why TEXT NOT NULL,
	PRIMARY KEY (register, number, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_errand_state ON person_errand (state, made);
INSERT INTO person_errand (register, number, entry, kind, state, made, account, why)
SELECT register, number, entry, kind, state, made, account, why FROM authority_order;
DROP TABLE authority_order;
-- Holds are those of cases, whoever asks for their end (register/casework/hold.h).
INSERT INTO work_hold (register, number, reason, until) SELECT register, number, reason, until FROM person_hold;
DROP TABLE person_hold;

-- name: person_errand_put
INSERT INTO person_errand (register, number, entry, kind, state, made, account, why) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, '');

-- name: person_errand_supersede
-- Another one of that kind takes its place.
DELETE FROM person_errand WHERE register = ?1 AND number = ?2 AND kind = ?3;

-- name: person_errand_of
SELECT kind, entry, state, made, account, why FROM person_errand WHERE register = ?1 AND number = ?2 ORDER BY kind, entry DESC LIMIT ?3;

-- name: person_errand_open (scan)
SELECT register, number, kind, entry, made, account FROM person_errand WHERE state = 0 ORDER BY made, register, number, entry LIMIT ?1;

-- name: person_errand_set
UPDATE person_errand SET state = ?4, why = ?5 WHERE register = ?1 AND number = ?2 AND entry = ?3 AND state = 0;

-- name: person_waiting
SELECT (SELECT count(*) FROM person_order WHERE state = 0) + (SELECT count(*) FROM person_errand WHERE state = 0), (SELECT count(*) FROM person_order WHERE state = 1),
	(SELECT count(*) FROM person_sent WHERE state IN (0, 1));

-- name: person_erasure_get
SELECT note FROM person_erasure WHERE mark = ?1;

-- name: person_erasure_put
INSERT INTO person_erasure (mark, made, note) VALUES (?1, ?2, ?3) ON CONFLICT (mark) DO UPDATE SET note = ?3;

-- name: person_erasure_drop
DELETE FROM person_erasure WHERE mark = ?1;

-- name: person_order_put
INSERT INTO person_order (register, number, kind, state, made, account, recipient, language, why)
VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, '') ON CONFLICT (register, number, kind) DO NOTHING;

-- name: person_order_again
-- A copy may be wanted again when it was given.
UPDATE person_order SET state = 0, made = ?4, account = ?5, recipient = ?6, language = ?7, why = ''
WHERE register = ?1 AND number = ?2 AND kind = ?3 AND kind = 0 AND state = 2;

-- name: person_order_of
SELECT kind, state, made, account, recipient, language, why FROM person_order WHERE register = ?1 AND number = ?2 ORDER BY kind;

-- name: person_order_open (scan)
SELECT register, number, kind, state, made, account, recipient, language FROM person_order WHERE state < 2 ORDER BY made, register, number, kind LIMIT ?1;

-- name: person_order_certificate
SELECT certificate, leaves FROM person_order WHERE register = ?1 AND number = ?2 AND kind = ?3;

-- name: person_order_certified
UPDATE person_order SET certificate = ?4, leaves = ?5 WHERE register = ?1 AND number = ?2 AND kind = ?3 AND certificate IS NULL;

-- name: person_order_set
UPDATE person_order SET state = ?5, why = ?6 WHERE register = ?1 AND number = ?2 AND kind = ?3 AND state = ?4;

-- name: person_order_forget
-- Where it is over nobody needs to know any more for whom it was encrypted.
UPDATE person_order SET recipient = '' WHERE register = ?1 AND number = ?2 AND kind = ?3 AND state = 2;

-- name: person_link_put
INSERT INTO person_link (mark, register, number) VALUES (?1, ?2, ?3) ON CONFLICT (mark, register, number) DO NOTHING;

-- name: person_link_of (scan)
SELECT register, number FROM person_link WHERE mark = ?1 ORDER BY register, number;

-- name: person_link_drop
DELETE FROM person_link WHERE register = ?1 AND number = ?2;

-- name: person_doomed (scan)
-- The keys of an erased case, and whether the vault has destroyed them.
SELECT slot, done FROM register_doomed WHERE register = ?1 AND number = ?2 ORDER BY slot;

-- name: person_sent_put
INSERT INTO person_sent (id, processor, kind, state, made, expected, digest, request, results, register, number)
VALUES (?1, ?2, ?3, -1, ?4, 0, ?5, ?6, '', ?7, ?8);

-- name: person_sent_state
SELECT state FROM person_sent WHERE id = ?1 AND processor = ?2;

-- name: person_sent_of_case
-- given up: the job that hands it over, or cancels it, is dead.
SELECT s.id, s.processor, s.kind, s.state, s.made, s.expected, s.results,
	EXISTS (SELECT 1 FROM job j WHERE j.kind = 'person-processor' AND j.state = 2
		AND j.unique_key IN ('s/' || s.id || '/' || s.processor, 'c/' || s.id || '/' || s.processor))
FROM person_sent s WHERE s.register = ?1 AND s.number = ?2 ORDER BY s.made, s.id, s.processor LIMIT ?3;

-- name: person_sent_get
SELECT kind, state, made, expected, digest, request, results FROM person_sent WHERE id = ?1 AND processor = ?2;

-- name: person_sent_set
UPDATE person_sent SET state = ?3, expected = ?4, results = ?5 WHERE id = ?1 AND processor = ?2;

-- name: person_sent_over
UPDATE person_sent SET request = x'' WHERE id = ?1 AND processor = ?2;

-- name: person_sent_all (scan)
SELECT id, processor, kind, state, made, expected, results FROM person_sent ORDER BY made, id, processor;

-- name: person_receipt_next
SELECT count(*) FROM person_receipt WHERE id = ?1 AND processor = ?2;

-- name: person_receipt_same
SELECT 1 FROM person_receipt WHERE id = ?1 AND processor = ?2 AND digest = ?3;

-- name: person_receipt_put
INSERT INTO person_receipt (id, processor, number, at, state, domain, signature, digest, body, certificate)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: person_receipt_of (scan)
SELECT processor, number, at, state, domain, signature, digest, body, certificate FROM person_receipt WHERE id = ?1
ORDER BY processor, number;

-- name: person_worked_registers
-- Registers into which somebody outside entered a case.
SELECT name FROM register_state s WHERE EXISTS (SELECT 1 FROM work_entry e WHERE e.register = s.name AND e.kind = 0) ORDER BY name;
