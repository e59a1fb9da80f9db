-- SPDX-License-Identifier: Apache-2.0
-- Private: what happened to accounts, append-only (docs/formats/account-events.md). The triggers stop our own mistakes; the chain
-- of hashes shows those of others.

-- migration: 0002 events
CREATE TABLE account_event (
	number INTEGER NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	account BLOB NOT NULL,
	actor BLOB NOT NULL,
	address BLOB NOT NULL,
	detail TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX account_event_of ON account_event (account, number);
CREATE TABLE account_event_head (
	id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
	number INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	seal BLOB NOT NULL
) STRICT;
INSERT INTO account_event_head (id, number, hash, seal)
VALUES (0, 0, x'0000000000000000000000000000000000000000000000000000000000000000', x'00');
CREATE TRIGGER account_event_no_update BEFORE UPDATE ON account_event
BEGIN SELECT RAISE(ABORT, 'events are not changed'); END;
CREATE TRIGGER account_event_no_delete BEFORE DELETE ON account_event
BEGIN SELECT RAISE(ABORT, 'events are not deleted'); END;

-- migration: 0002 events (postgres)
CREATE TABLE account_event (
	number INTEGER NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	account BLOB NOT NULL,
	actor BLOB NOT NULL,
	address BLOB NOT NULL,
	detail TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX account_event_of ON account_event (account, number);
CREATE TABLE account_event_head (
	id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
	number INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	seal BLOB NOT NULL
) STRICT;
INSERT INTO account_event_head (id, number, hash, seal)
VALUES (0, 0, x'0000000000000000000000000000000000000000000000000000000000000000', x'00');
CREATE FUNCTION account_event_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are neither changed nor deleted'; END $$;
CREATE TRIGGER account_event_no_change BEFORE UPDATE OR DELETE ON account_event
FOR EACH ROW EXECUTE FUNCTION account_event_stays();

-- name: account_event_head
SELECT number, hash, seal FROM account_event_head WHERE id = 0;

-- name: account_event_head_lock
SELECT number, hash, seal FROM account_event_head WHERE id = 0 /*postgres: FOR UPDATE */;

-- name: account_event_head_set
UPDATE account_event_head SET number = ?1, hash = ?2, seal = ?3 WHERE id = 0;

-- name: account_event_put
INSERT INTO account_event (number, at, kind, account, actor, address, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: account_event_page
-- The newest ones before number ?1.
SELECT number, at, kind, account, actor, address, detail, hash FROM account_event WHERE number < ?1
ORDER BY number DESC LIMIT ?2;

-- name: account_event_last
SELECT detail FROM account_event WHERE account = ?1 AND kind = ?2 ORDER BY number DESC LIMIT 1;

-- name: account_event_all (scan)
SELECT number, at, kind, account, actor, address, detail, hash FROM account_event ORDER BY number;
