-- SPDX-License-Identifier: Apache-2.0
-- Private: the books of entities. Times are seconds, amounts whole minor units, kind a position in the list of register/entity/book.h.
-- Nothing here changes a transaction or a posting.

-- migration: 0002 books
CREATE TABLE book (
	entity TEXT NOT NULL PRIMARY KEY,
	currency TEXT NOT NULL,
	highest INTEGER NOT NULL,
	chain BLOB NOT NULL CHECK (length(chain) = 32),
	closed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE book_account (
	entity TEXT NOT NULL,
	account TEXT NOT NULL,
	about TEXT NOT NULL,
	PRIMARY KEY (entity, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE book_tx (
	entity TEXT NOT NULL,
	number INTEGER NOT NULL,
	day INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
	document TEXT NOT NULL,
	words TEXT NOT NULL,
	report TEXT NOT NULL,
	approver_1 TEXT NOT NULL,
	approver_2 TEXT NOT NULL,
	peer TEXT NOT NULL,
	peer_number INTEGER NOT NULL,
	reverses INTEGER NOT NULL,
	chain BLOB NOT NULL CHECK (length(chain) = 32),
	PRIMARY KEY (entity, number),
	UNIQUE (entity, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX book_tx_day ON book_tx (entity, day, number);
CREATE INDEX book_tx_reverses ON book_tx (entity, reverses);
CREATE TABLE book_posting (
	entity TEXT NOT NULL,
	number INTEGER NOT NULL,
	line INTEGER NOT NULL,
	account TEXT NOT NULL,
	amount INTEGER NOT NULL,
	currency TEXT NOT NULL,
	price INTEGER NOT NULL,
	paid TEXT NOT NULL,
	PRIMARY KEY (entity, number, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE book_closing (
	entity TEXT NOT NULL,
	period_from INTEGER NOT NULL,
	period_to INTEGER NOT NULL,
	transactions INTEGER NOT NULL,
	journal BLOB NOT NULL CHECK (length(journal) = 32),
	salt BLOB NOT NULL CHECK (length(salt) = 32),
	balance BLOB NOT NULL CHECK (length(balance) = 32),
	PRIMARY KEY (entity, period_from)
) STRICT, WITHOUT ROWID;

-- migration: 0003 who entered
-- entered_by: an account's identifier in small letters; empty: the terminal of the instance.
ALTER TABLE book_tx ADD COLUMN entered_by TEXT NOT NULL DEFAULT '';

-- name: book_open
INSERT INTO book (entity, currency, highest, chain, closed) VALUES (?1, ?2, 0, ?3, 0) ON CONFLICT DO NOTHING;

-- name: book_get
SELECT currency, highest, chain, closed FROM book WHERE entity = ?1;

-- name: book_names
SELECT entity FROM book WHERE entity > ?1 ORDER BY entity LIMIT ?2;

-- name: book_next
-- The next number; whoever has it is alone with this book until the transaction ends.
UPDATE book SET highest = highest + 1 WHERE entity = ?1 RETURNING highest, chain, closed;

-- name: book_lock
UPDATE book SET highest = highest WHERE entity = ?1 RETURNING highest, chain, closed;

-- name: book_chain
UPDATE book SET chain = ?2 WHERE entity = ?1;

-- name: book_account_put
INSERT INTO book_account (entity, account, about) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: book_account_get
SELECT about FROM book_account WHERE entity = ?1 AND account = ?2;

-- name: book_accounts
SELECT account, about FROM book_account WHERE entity = ?1 AND account > ?2 ORDER BY account LIMIT ?3;

-- name: book_tx_put
INSERT INTO book_tx (entity, number, day, kind, document, words, report, approver_1, approver_2, peer, peer_number, reverses, chain,
	entered_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: book_posting_put
INSERT INTO book_posting (entity, number, line, account, amount, currency, price, paid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: book_tx_get
SELECT number, day, kind, document, words, report, approver_1, approver_2, peer, peer_number, reverses, chain, entered_by
FROM book_tx WHERE entity = ?1 AND number = ?2;

-- name: book_tx_by_document
SELECT number FROM book_tx WHERE entity = ?1 AND document = ?2;

-- name: book_tx_reversed
SELECT number FROM book_tx WHERE entity = ?1 AND reverses = ?2 LIMIT 1;

-- name: book_tx_list
SELECT number, day, kind, document, words, report, approver_1, approver_2, peer, peer_number, reverses, chain, entered_by
FROM book_tx WHERE entity = ?1 AND number > ?2 ORDER BY number LIMIT ?3;

-- name: book_tx_by_day
-- As the journal has them: by day, then by number, before a day.
SELECT number, day, kind, document, words, report, approver_1, approver_2, peer, peer_number, reverses, chain, entered_by
FROM book_tx WHERE entity = ?1 AND (day, number) > (CAST(?2 AS INTEGER), CAST(?3 AS INTEGER)) AND day < ?4
ORDER BY day, number LIMIT ?5;

-- name: book_entered
-- Does anything that counts before a day say who entered it?
SELECT number FROM book_tx WHERE entity = ?1 AND day < ?2 AND entered_by <> '' LIMIT 1;

-- name: book_bounties
-- Rewards between two days, by currency: how many, and how much. What was taken back before the second one does not count.
SELECT p.currency, CAST(count(DISTINCT t.number) AS INTEGER), CAST(sum(p.amount) AS INTEGER) FROM book_posting p
JOIN book_tx t ON t.entity = p.entity AND t.number = p.number
WHERE t.entity = ?1 AND t.kind = 2 AND t.day >= ?2 AND t.day < ?3 AND substr(p.account, 1, 9) = 'Expenses:'
	AND NOT EXISTS (SELECT 1 FROM book_tx r WHERE r.entity = t.entity AND r.reverses = t.number AND r.day < ?3)
GROUP BY p.currency ORDER BY p.currency LIMIT 200;

-- name: book_postings
SELECT account, amount, currency, price, paid FROM book_posting WHERE entity = ?1 AND number = ?2 ORDER BY line LIMIT 64;

-- name: book_balances
-- What each account holds before a day.
SELECT p.account, p.currency, CAST(sum(p.amount) AS INTEGER) FROM book_posting p
JOIN book_tx t ON t.entity = p.entity AND t.number = p.number
WHERE p.entity = ?1 AND t.day < ?2 AND (p.account, p.currency) > (?3, ?4)
GROUP BY p.account, p.currency ORDER BY p.account, p.currency LIMIT ?5;

-- name: book_between
-- What the accounts of one entity about another one hold.
SELECT p.currency, CAST(sum(p.amount) AS INTEGER) FROM book_posting p
JOIN book_account a ON a.entity = p.entity AND a.account = p.account
WHERE p.entity = ?1 AND a.about = ?2
GROUP BY p.currency ORDER BY p.currency LIMIT 200;

-- name: book_abouts
SELECT DISTINCT about FROM book_account WHERE entity = ?1 AND about <> '' ORDER BY about LIMIT 256;

-- name: book_used_accounts
-- The accounts of what counts before a day.
SELECT DISTINCT p.account FROM book_posting p JOIN book_tx t ON t.entity = p.entity AND t.number = p.number
WHERE p.entity = ?1 AND t.day < ?2 AND p.account > ?3 ORDER BY p.account LIMIT ?4;

-- name: book_used_money
-- And its currencies.
SELECT p.currency AS money FROM book_posting p JOIN book_tx t ON t.entity = p.entity AND t.number = p.number
WHERE p.entity = ?1 AND t.day < ?2
UNION SELECT p.paid FROM book_posting p JOIN book_tx t ON t.entity = p.entity AND t.number = p.number
WHERE p.entity = ?1 AND t.day < ?2 AND p.paid <> ''
ORDER BY money LIMIT 200;

-- name: book_count
-- How many transactions count before a day.
SELECT CAST(count(*) AS INTEGER) FROM book_tx WHERE entity = ?1 AND day < ?2;

-- name: book_close
UPDATE book SET closed = ?2 WHERE entity = ?1 AND closed <= ?3;

-- name: book_closing_put
INSERT INTO book_closing (entity, period_from, period_to, transactions, journal, salt, balance) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: book_closing_get
SELECT period_from, period_to, transactions, journal, salt, balance FROM book_closing WHERE entity = ?1 AND period_from = ?2;

-- name: book_closings
SELECT period_from, period_to, transactions, journal, salt, balance FROM book_closing WHERE entity = ?1 AND period_from > ?2
ORDER BY period_from LIMIT ?3;
