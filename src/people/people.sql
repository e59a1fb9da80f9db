-- SPDX-License-Identifier: Apache-2.0
-- Private: who works here. Times are nanoseconds since 1970. Names, addresses, password hashes and one-time password secrets are
-- sealed (crypto/secret) under keys that are not in this database; identifiers are ULIDs. state: 0 invited, 1 active, 2 ended.

-- migration: 0001 accounts
CREATE TABLE account (
	account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),
	name_index BLOB NOT NULL CHECK (length(name_index) = 32),
	handle BLOB NOT NULL CHECK (length(handle) = 32),
	sealed BLOB NOT NULL,
	roles INTEGER NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
	made_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX account_name ON account (name_index);
CREATE UNIQUE INDEX account_handle ON account (handle);
CREATE TABLE account_code (
	account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),
	code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
	expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX account_code_hash ON account_code (code_hash);
CREATE TABLE password (
	account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),
	hash BLOB NOT NULL,
	totp BLOB NOT NULL,
	step INTEGER NOT NULL,
	set_at INTEGER NOT NULL
) STRICT;
CREATE TABLE password_pending (
	account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),
	hash BLOB NOT NULL,
	totp BLOB NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE recovery_code (
	account BLOB NOT NULL CHECK (length(account) = 16),
	code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
	PRIMARY KEY (account, code_hash)
) STRICT;
CREATE TABLE passkey (
	credential BLOB NOT NULL PRIMARY KEY,
	account BLOB NOT NULL CHECK (length(account) = 16),
	alg INTEGER NOT NULL,
	public_key BLOB NOT NULL,
	sign_count INTEGER NOT NULL,
	copied INTEGER NOT NULL,
	made_at INTEGER NOT NULL,
	used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX passkey_account ON passkey (account);
CREATE TABLE challenge_used (
	nonce BLOB NOT NULL PRIMARY KEY CHECK (length(nonce) = 16),
	expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session (
	token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
	account BLOB NOT NULL CHECK (length(account) = 16),
	method INTEGER NOT NULL CHECK (method BETWEEN 0 AND 3),
	made_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	fresh_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);
CREATE TABLE delay (
	bucket BLOB NOT NULL PRIMARY KEY CHECK (length(bucket) = 3),
	failures INTEGER NOT NULL,
	until INTEGER NOT NULL,
	last INTEGER NOT NULL,
	refused INTEGER NOT NULL
) STRICT;
CREATE TABLE decision (
	decision BLOB NOT NULL PRIMARY KEY CHECK (length(decision) = 16),
	kind TEXT NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	bytes BLOB NOT NULL,
	proposer BLOB NOT NULL CHECK (length(proposer) = 16),
	roles INTEGER NOT NULL,
	needed INTEGER NOT NULL CHECK (needed > 0),
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
	made_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_open ON decision (made_at) WHERE state = 0;
CREATE TABLE decision_voice (
	decision BLOB NOT NULL CHECK (length(decision) = 16),
	account BLOB NOT NULL CHECK (length(account) = 16),
	at INTEGER NOT NULL,
	PRIMARY KEY (decision, account)
) STRICT;

-- name: account_put
INSERT INTO account (account, name_index, handle, sealed, roles, state, made_at, ended_at) VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, 0)
ON CONFLICT (name_index) DO NOTHING;

-- name: account_get
SELECT account, handle, sealed, roles, state, made_at, ended_at FROM account WHERE account = ?1;

-- name: account_lock
-- The same, nobody else changes it until the transaction ends.
SELECT account, handle, sealed, roles, state, made_at, ended_at FROM account WHERE account = ?1 /*postgres: FOR UPDATE */;

-- name: account_by_name
SELECT account, handle, sealed, roles, state, made_at, ended_at FROM account WHERE name_index = ?1;

-- name: account_by_handle
SELECT account, handle, sealed, roles, state, made_at, ended_at FROM account WHERE handle = ?1;

-- name: account_page
SELECT account, handle, sealed, roles, state, made_at, ended_at FROM account WHERE account > ?1 ORDER BY account LIMIT ?2;

-- name: account_all (scan)
SELECT account, roles FROM account ORDER BY account;

-- name: account_set_roles
UPDATE account SET roles = ?2 WHERE account = ?1;

-- name: account_set_state
UPDATE account SET state = ?2, ended_at = ?3 WHERE account = ?1;

-- name: account_set_sealed
UPDATE account SET sealed = ?2 WHERE account = ?1;

-- name: account_activate
UPDATE account SET state = 1 WHERE account = ?1 AND state <> 2;

-- name: account_holders
-- How many that are not ended hold one of the roles ?1; the rows are locked, so that two changes cannot both see the last one.
SELECT count(*) FROM (SELECT account FROM account WHERE state <> 2 AND (roles & ?1) <> 0 /*postgres: FOR UPDATE */) AS holders;

-- name: account_active_holders
SELECT count(*) FROM (SELECT account FROM account WHERE state = 1 AND (roles & ?1) <> 0 /*postgres: FOR UPDATE */) AS holders;

-- name: account_active_count
SELECT count(*) FROM account WHERE state = 1 AND (roles & ?1) <> 0;

-- name: account_code_put
INSERT INTO account_code (account, code_hash, expires_at) VALUES (?1, ?2, ?3)
ON CONFLICT (account) DO UPDATE SET code_hash = ?2, expires_at = ?3;

-- name: account_code_take
DELETE FROM account_code WHERE code_hash = ?1 AND expires_at > ?2 RETURNING account;

-- name: account_code_drop
DELETE FROM account_code WHERE account = ?1;

-- name: password_get
SELECT hash, totp, step FROM password WHERE account = ?1;

-- name: password_put
INSERT INTO password (account, hash, totp, step, set_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (account) DO UPDATE SET hash = ?2, totp = ?3, step = ?4, set_at = ?5;

-- name: password_step
-- A code is used once: only the first one to move the step forward wins.
UPDATE password SET step = ?2 WHERE account = ?1 AND step < ?2;

-- name: password_drop
DELETE FROM password WHERE account = ?1;

-- name: password_pending_put
INSERT INTO password_pending (account, hash, totp, expires_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account) DO UPDATE SET hash = ?2, totp = ?3, expires_at = ?4;

-- name: password_pending_get
SELECT hash, totp FROM password_pending WHERE account = ?1 AND expires_at > ?2;

-- name: password_pending_drop
DELETE FROM password_pending WHERE account = ?1;

-- name: recovery_put
INSERT INTO recovery_code (account, code_hash) VALUES (?1, ?2);

-- name: recovery_use
DELETE FROM recovery_code WHERE account = ?1 AND code_hash = ?2;

-- name: recovery_drop
DELETE FROM recovery_code WHERE account = ?1;

-- name: recovery_count
SELECT count(*) FROM recovery_code WHERE account = ?1;

-- name: passkey_put
INSERT INTO passkey (credential, account, alg, public_key, sign_count, copied, made_at, used_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (credential) DO NOTHING;

-- name: passkey_get
SELECT account, alg, public_key, sign_count FROM passkey WHERE credential = ?1 /*postgres: FOR UPDATE */;

-- name: passkey_of
SELECT k.credential, k.copied, k.made_at, k.used_at, coalesce(n.sealed, x'') FROM passkey k
LEFT JOIN passkey_name n ON n.credential = k.credential WHERE k.account = ?1 ORDER BY k.made_at, k.credential LIMIT 32;

-- name: passkey_count
SELECT count(*) FROM passkey WHERE account = ?1;

-- name: password_count
SELECT count(*) FROM password WHERE account = ?1;

-- name: passkey_used
UPDATE passkey SET sign_count = ?2, used_at = ?3 WHERE credential = ?1;

-- name: passkey_drop
DELETE FROM passkey WHERE account = ?1 AND credential = ?2;

-- name: passkey_drop_all
DELETE FROM passkey WHERE account = ?1;

-- name: challenge_use
INSERT INTO challenge_used (nonce, expires_at) VALUES (?1, ?2) ON CONFLICT (nonce) DO NOTHING;

-- name: challenge_sweep
DELETE FROM challenge_used WHERE expires_at <= ?1;

-- name: session_put
INSERT INTO session (token_hash, account, method, made_at, seen_at, fresh_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5);

-- name: session_get
SELECT s.account, s.method, s.made_at, s.seen_at, s.fresh_at, a.roles, a.state FROM session s
JOIN account a ON a.account = s.account WHERE s.token_hash = ?1;

-- name: session_seen
UPDATE session SET seen_at = ?2 WHERE token_hash = ?1;

-- name: session_fresh
UPDATE session SET fresh_at = ?2 WHERE token_hash = ?1;

-- name: session_drop
DELETE FROM session WHERE token_hash = ?1;

-- name: session_of
SELECT token_hash, account, method, made_at, seen_at, fresh_at FROM session WHERE account = ?1
ORDER BY made_at DESC, token_hash LIMIT ?2;

-- name: session_drop_one
DELETE FROM session WHERE token_hash = ?1 AND account = ?2;

-- name: session_drop_of
DELETE FROM session WHERE account = ?1;

-- name: session_sweep
DELETE FROM session WHERE made_at < ?1 OR seen_at < ?2;

-- name: session_page
SELECT token_hash, account, method, made_at, seen_at, fresh_at FROM session ORDER BY made_at DESC, token_hash LIMIT ?1;

-- name: delay_get
SELECT failures, until, last, refused FROM delay WHERE bucket = ?1 /*postgres: FOR UPDATE */;

-- name: delay_start
INSERT INTO delay (bucket, failures, until, last, refused) VALUES (?1, 0, 0, 0, 0) ON CONFLICT (bucket) DO NOTHING;

-- name: delay_set
UPDATE delay SET failures = ?2, until = ?3, last = ?4, refused = ?5 WHERE bucket = ?1;

-- name: delay_clear
UPDATE delay SET failures = 0, until = 0 WHERE bucket = ?1;

-- name: decision_put
INSERT INTO decision (decision, kind, digest, bytes, proposer, roles, needed, state, made_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9);

-- name: decision_get
SELECT kind, digest, bytes, proposer, roles, needed, state, made_at, expires_at FROM decision WHERE decision = ?1;

-- name: decision_lock
SELECT kind, digest, bytes, proposer, roles, needed, state, made_at, expires_at FROM decision WHERE decision = ?1
/*postgres: FOR UPDATE */;

-- name: decision_page
SELECT decision, kind, digest, proposer, roles, needed, state, made_at, expires_at FROM decision WHERE decision < ?1
ORDER BY decision DESC LIMIT ?2;

-- name: decision_open
-- Those that are open at ?1, oldest first.
SELECT decision, kind, digest, proposer, roles, needed, state, made_at, expires_at FROM decision WHERE state = 0 AND expires_at > ?1
ORDER BY decision LIMIT ?2;

-- name: decision_close
UPDATE decision SET state = ?2 WHERE decision = ?1;

-- name: decision_voice_put
INSERT INTO decision_voice (decision, account, at) VALUES (?1, ?2, ?3) ON CONFLICT (decision, account) DO NOTHING;

-- name: decision_same
-- An open one over the same bytes.
SELECT decision FROM decision WHERE state = 0 AND kind = ?1 AND digest = ?2 AND expires_at > ?3 ORDER BY decision LIMIT 1;

-- name: decision_waiting
-- How many open ones the account ?1 with the roles ?2 may still decide at ?3.
SELECT count(*) FROM decision d WHERE d.state = 0 AND d.expires_at > ?3 AND (d.roles & ?2) <> 0 AND d.proposer <> ?1
AND NOT EXISTS (SELECT 1 FROM decision_voice v WHERE v.decision = d.decision AND v.account = ?1);

-- name: decision_voice_list
-- Whose voices count, in the order in which they were given.
SELECT v.account FROM decision_voice v JOIN decision d ON d.decision = v.decision JOIN account a ON a.account = v.account
WHERE v.decision = ?1 AND a.state = 1 AND (a.roles & d.roles) <> 0 AND v.account <> d.proposer ORDER BY v.at, v.account LIMIT ?2;

-- name: decision_voices
-- Only those count who may still decide: active, with one of the roles, and not the proposer.
SELECT count(*) FROM decision_voice v JOIN decision d ON d.decision = v.decision JOIN account a ON a.account = v.account
WHERE v.decision = ?1 AND a.state = 1 AND (a.roles & d.roles) <> 0 AND v.account <> d.proposer;
