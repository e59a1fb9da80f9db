/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/event: what happened to accounts: every login, good and bad, and every change of a right, one after the other
 * (docs/formats/account-events.md).
 *
 * What always holds:
 *  1. An event is written in the transaction of what it tells; numbers follow one another from 1.
 *  2. Each event's hash covers the one before; the head's seal is keyed, so that who can only write to the database
 *     can neither change, drop nor cut off events unseen. A database restored from an older copy is seen by comparing
 *     with a head that was noted elsewhere.
 *  3. No personal data: accounts by identifier, network addresses as a keyed hash, details from fixed words.
 */
#ifndef PL_PEOPLE_EVENT_H
#define PL_PEOPLE_EVENT_H
#include "crypto/digest.h"
#include "people/people.h"

/* Stored; never reused. */
enum pl_people_event_kind {
	PL_PEOPLE_EV_FIRST = 1,         /* first administrator made at the terminal */
	PL_PEOPLE_EV_ADDED = 2,
	PL_PEOPLE_EV_CODE = 3,          /* enrolment code given out */
	PL_PEOPLE_EV_ENROLLED = 4,      /* enrolment code used */
	PL_PEOPLE_EV_PASSWORD = 5,      /* password with one-time codes set */
	PL_PEOPLE_EV_PASSKEY = 6,       /* passkey added */
	PL_PEOPLE_EV_PASSKEY_DROP = 7,  /* passkey removed */
	PL_PEOPLE_EV_LOGIN = 8,
	PL_PEOPLE_EV_LOGIN_BAD = 9,
	PL_PEOPLE_EV_LOGOUT = 10,
	PL_PEOPLE_EV_FRESH = 11,        /* authenticated again */
	PL_PEOPLE_EV_FRESH_BAD = 12,
	PL_PEOPLE_EV_ROLES = 13,        /* roles changed */
	PL_PEOPLE_EV_ENDED = 14,
	PL_PEOPLE_EV_RESET = 15,        /* all ways to log in removed */
	PL_PEOPLE_EV_COUNTER = 16,      /* a passkey's counter went back: perhaps a copy */
	PL_PEOPLE_EV_PROPOSED = 17,
	PL_PEOPLE_EV_APPROVED = 18,
	PL_PEOPLE_EV_DECIDED = 19,      /* a decision was carried out */
	PL_PEOPLE_EV_WITHDRAWN = 20,    /* by its proposer, or refused by another */
	PL_PEOPLE_EV_SESSIONS = 21,     /* all sessions of an account ended */
	PL_PEOPLE_EV_RECOVERY = 22,     /* new recovery codes in the place of the old ones */
	PL_PEOPLE_EV_ERASED = 23,       /* name and address of an ended account erased */
};

struct pl_people_event {
	uint64_t number, at;
	enum pl_people_event_kind kind;
	struct pl_ulid account, actor; /* zeros: none */
	bool has_address;
	uint8_t address[16];
	pl_str detail;
	struct pl_digest hash;
};

/* "login", "login-bad", ...; "unknown" for other numbers. Lives for ever. */
const char *pl_people_event_word(enum pl_people_event_kind kind);

/* Append an event within @tx. @account may be NULL; @detail is ASCII of at most 200 bytes. */
pl_status pl_people_event_put(struct pl_people *p, struct pl_db_tx *tx, enum pl_people_event_kind kind,
	const struct pl_ulid *account, const struct pl_people_actor *actor, const char *detail);

/* Up to @max events before number @before (0: the newest), newest first; text in @arena. */
pl_status pl_people_event_list(struct pl_people *p, uint64_t before, size_t max, struct pl_arena *arena,
	struct pl_people_event **ret, size_t *ret_n);

struct pl_people_event_head {
	uint64_t number; /* of the last event */
	struct pl_digest hash;
};
/* Recompute the chain, and compare the roles of all accounts with it. PL_E_CORRUPT with words that name the first
 * event that was edited or is missing, or the account. PL_E_ROLLBACK: it does not contain @noted, a head of earlier
 * times (NULL: none). */
pl_status pl_people_event_verify(struct pl_people *p, const struct pl_people_event_head *noted,
	struct pl_people_event_head *ret, struct pl_diag *diag);
/* "12:<64 hex digits>". */
pl_status pl_people_event_head_parse(pl_str text, struct pl_people_event_head *ret);
void pl_people_event_head_put(struct pl_buf *out, const struct pl_people_event_head *head);

#endif
