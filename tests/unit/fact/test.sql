-- SPDX-License-Identifier: Apache-2.0
-- What the tests do behind the program's back.

-- name: test_tamper_subject
UPDATE statement SET subject = 'another-name' WHERE entry_index = ?1;

-- name: test_drop_statement
DELETE FROM statement WHERE entry_index = ?1;

-- name: test_add_key
-- A key in the public table that no entry introduced.
INSERT INTO fact_key (id, public_key, role, holder, types, from_index) VALUES (?1, 'x', 'service', 'x', 'x', 0);

-- name: test_end_leases
UPDATE lease SET until = 0;

-- name: test_stream_rows (scan)
SELECT stream, number, entry_index, state FROM outbox ORDER BY stream, number;

-- name: test_state_counts
SELECT n FROM statement_count WHERE state = ?1;
