-- SPDX-License-Identifier: Apache-2.0
-- Private: where the cases of registers of vulnerabilities stand, so that they are found without opening them. It follows from the cases and is
-- written with them. state and original as in register/vuln; since: seconds.

-- migration: 0001 cases
CREATE TABLE vuln_case (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	state INTEGER NOT NULL,
	since INTEGER NOT NULL,
	original INTEGER,
	PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX vuln_case_state ON vuln_case (register, state, since);
CREATE INDEX vuln_case_original ON vuln_case (register, original);

-- name: vuln_case_put
INSERT INTO vuln_case (register, number, state, since, original) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (register, number) DO UPDATE SET state = ?3, since = ?4, original = ?5;

-- name: vuln_case_get
SELECT state, since, original FROM vuln_case WHERE register = ?1 AND number = ?2;

-- name: vuln_case_since
-- Who has been in a state since then or longer.
SELECT number FROM vuln_case WHERE register = ?1 AND state = ?2 AND since <= ?3 AND number > ?4 ORDER BY number LIMIT ?5;

-- name: vuln_case_repeats
-- A case that names this one as its original.
SELECT number FROM vuln_case WHERE register = ?1 AND original = ?2 ORDER BY number LIMIT 1;

-- migration: 0003 awards
-- Which case of a register of bounties was paid for which report by which transaction. Amounts are minor units.
CREATE TABLE vuln_award (
	register TEXT NOT NULL,
	number INTEGER NOT NULL,
	case_register TEXT NOT NULL,
	case_number INTEGER NOT NULL,
	entity TEXT NOT NULL,
	transaction_number INTEGER NOT NULL,
	decision BLOB NOT NULL CHECK (length(decision) = 16),
	PRIMARY KEY (register, number),
	UNIQUE (case_register, case_number),
	UNIQUE (entity, transaction_number)
) STRICT, WITHOUT ROWID;

-- name: vuln_award_put
INSERT INTO vuln_award (register, number, case_register, case_number, entity, transaction_number, decision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: vuln_award_of_case
SELECT register, number FROM vuln_award WHERE case_register = ?1 AND case_number = ?2;

-- name: vuln_award_of_transaction
SELECT register, number, case_register, case_number FROM vuln_award WHERE entity = ?1 AND transaction_number = ?2;

-- name: vuln_award_of_report
SELECT register, number, case_register, case_number, entity, transaction_number, decision FROM vuln_award
WHERE case_register = ?1 AND case_number = ?2;

-- name: vuln_award_page
SELECT register, number, case_register, case_number, entity, transaction_number, decision FROM vuln_award WHERE register = ?1 AND number < ?2
ORDER BY number DESC LIMIT ?3;

-- name: vuln_award_list
SELECT number, case_register, case_number, entity, transaction_number FROM vuln_award WHERE register = ?1 AND number > ?2
ORDER BY number LIMIT ?3;

-- migration: 0004 drafts of advisories
-- token: of the identifier of a draft that was written out of the case (register/casework/find).
CREATE TABLE vuln_draft (
	register TEXT NOT NULL,
	token BLOB NOT NULL CHECK (length(token) = 16),
	number INTEGER NOT NULL,
	PRIMARY KEY (register, token, number)
) STRICT, WITHOUT ROWID;

-- name: vuln_draft_put
INSERT INTO vuln_draft (register, token, number) VALUES (?1, ?2, ?3) ON CONFLICT (register, token, number) DO NOTHING;

-- name: vuln_draft_of
SELECT number FROM vuln_draft WHERE register = ?1 AND token = ?2 AND number > ?3 ORDER BY number LIMIT ?4;
