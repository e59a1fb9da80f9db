-- SPDX-License-Identifier: Apache-2.0
-- Private: what people call their passkeys, sealed as in people.sql.

-- migration: 0003 names of passkeys
CREATE TABLE passkey_name (
	credential BLOB NOT NULL PRIMARY KEY,
	account BLOB NOT NULL CHECK (length(account) = 16),
	sealed BLOB NOT NULL
) STRICT;
CREATE INDEX passkey_name_account ON passkey_name (account);

-- name: passkey_name_put
-- Only where the account has that passkey.
INSERT INTO passkey_name (credential, account, sealed)
SELECT credential, account, CAST(?3 AS BLOB) FROM passkey WHERE credential = ?1 AND account = ?2
ON CONFLICT (credential) DO UPDATE SET sealed = CAST(?3 AS BLOB);

-- name: passkey_name_drop
DELETE FROM passkey_name WHERE account = ?1 AND credential = ?2;

-- name: passkey_name_drop_all
DELETE FROM passkey_name WHERE account = ?1;
