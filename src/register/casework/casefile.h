/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/casefile: what is done with a case: who has it, in which state it is, and everything that was written about it.
 *
 * What always holds:
 *  1. Entries are numbered without a gap in the order in which they were written, and none is ever changed; erasing a case empties
 *     what persons wrote and leaves who did what when.
 *  2. What persons wrote is sealed under the case's key, or under a key of its own if whoever wrote it cannot have that one; both are
 *     in the vault, and both go when the case is erased.
 *  3. A state, and who has a case, are seen by those who work on it; what the public counts stands in the register's fields.
 */
#ifndef PL_REGISTER_CASEWORK_CASEFILE_H
#define PL_REGISTER_CASEWORK_CASEFILE_H
#include "base/ulid.h"
#include "register/cases.h"

enum pl_casework_state {
	PL_CASEWORK_NEW,     /* nobody has looked at it */
	PL_CASEWORK_WORKING,
	PL_CASEWORK_WAITING, /* for its sender, or for somebody else outside */
	PL_CASEWORK_DECIDED, /* the answer is not out yet */
	PL_CASEWORK_CLOSED,
	PL_CASEWORK_STATES
};
extern const char *const pl_casework_state_words[PL_CASEWORK_STATES + 1];

enum pl_casework_kind {
	PL_CASEWORK_CAME,     /* by a form: contact and message of the sender */
	PL_CASEWORK_NOTE,     /* of somebody who works on it */
	PL_CASEWORK_MAIL,     /* to the sender */
	PL_CASEWORK_ANSWER,   /* to whoever has the secret (register/casework/talk.h) */
	PL_CASEWORK_MESSAGE,  /* from whoever has it */
	PL_CASEWORK_ASSIGN,   /* about: nothing, or the account that has it now */
	PL_CASEWORK_STATE,    /* about: the state's word */
	PL_CASEWORK_HAPPENED, /* about: an event that starts clocks (register/clock) */
	PL_CASEWORK_PAUSE,    /* about: a clock's code; text: the reason. So with the next ones */
	PL_CASEWORK_RESUME,
	PL_CASEWORK_EXTEND,
	PL_CASEWORK_MEET,
	PL_CASEWORK_CHANGE,   /* about: the revision that was made */
	PL_CASEWORK_ERASE,
	PL_CASEWORK_FILE,     /* of the sender; about: its type or "other"; text: what is known of it (register/casework/attach.h) */
	PL_CASEWORK_ATTACH,   /* the same, of somebody who works on it */
	PL_CASEWORK_ENCLOSE,  /* the same, given to the sender with an answer */
	PL_CASEWORK_PROPOSE,  /* about: a decision of two persons and what it sets (register/casework/decide.h); text: the reason */
	PL_CASEWORK_DECIDE,   /* the same: the second person agreed, and it is done */
	PL_CASEWORK_DECLINE,  /* the same: did not; text: the reason */
	PL_CASEWORK_WITHDRAW, /* the same, by who proposed it */
	PL_CASEWORK_SEAL,     /* about: the day on which it ends, or nothing (register/casework/sealing.h) */
	PL_CASEWORK_UNSEAL,
	PL_CASEWORK_LOOKUP,   /* about: how a look-up in what is held ended, and what each store said (register/casework/lookup_note.h) */
	PL_CASEWORK_OUTGOING, /* about: what is to go out, and the decision of two persons about it (register/person/outgoing.h); text: all of it */
	PL_CASEWORK_ORDERED,  /* about: what the desk ordered (register/person/errand.h); text: for whom, or what */
	PL_CASEWORK_NOTICE,   /* about: the clock and edition of a document for an authority; text: the document (register/vuln/notice.h) */
	PL_CASEWORK_SAID,     /* about: what was ordered; text: what the stores said to it (register/person/errand.h) */
	PL_CASEWORK_HOLD,     /* about: why the case is kept from erasure, and the day on which that ends or nothing (register/casework/hold.h) */
	PL_CASEWORK_RELEASE,
	PL_CASEWORK_KINDS
};
extern const char *const pl_casework_kind_words[PL_CASEWORK_KINDS + 1];
/* Is an entry of @kind about a file? */
bool pl_casework_kind_is_file(enum pl_casework_kind kind);

#define PL_CASEWORK_TEXT_MAX 32768u /* bytes of one entry */
#define PL_CASEWORK_ENTRIES_MAX 1000u /* read of one case */

struct pl_casework_entry {
	uint64_t seq, at;
	enum pl_casework_kind kind;
	struct pl_ulid account; /* zeros: nobody who works here */
	pl_str about;           /* never personal */
	uint64_t slot;          /* 0: the case's key */
	bool sealed;            /* something was written */
	pl_str text;            /* what it was, if it was opened */
};

/* ---- writing, in the caller's transaction ---- */

struct pl_casework_new {
	enum pl_casework_kind kind;
	uint64_t at;
	struct pl_ulid account;
	pl_str about, text;
	const struct pl_vault_key *key; /* seals .text; of the case, or with .own_key a new one of the register's */
	bool own_key;
};
/* Append an entry to the file of case @number. PL_E_NOTFOUND; PL_E_TOOBIG; PL_E_STATE: text without a key. */
pl_status pl_casework_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e, uint64_t *ret_seq);
/* Case @number was entered: it goes into the queue. */
pl_status pl_casework_begin(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now);

/* ---- acts, each a transaction ---- */

/* Who does it, and as what he may read. */
struct pl_casework_actor {
	struct pl_ulid account;
	enum pl_vault_role role;
};

/* Give the case to @to; zeros: to nobody. PL_E_NOTFOUND. */
pl_status pl_casework_assign(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_ulid *to, struct pl_diag *diag);
pl_status pl_casework_state_set(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	enum pl_casework_state state, struct pl_diag *diag);
/* The same inside of the caller's transaction; @e is its entry, of which .kind and .about are filled in here. PL_E_NOTFOUND. */
pl_status pl_casework_state_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e,
	enum pl_casework_state state);
/* A note, or an event of a clock with its reason. PL_E_RANGE: a pause or an extension without a reason, an unknown clock or event. */
pl_status pl_casework_write(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	enum pl_casework_kind kind, uint64_t at, pl_str about, pl_str text, struct pl_diag *diag);
/* The case's own key, to write with. PL_E_NOTFOUND, PL_E_STATE: erased, or without one; otherwise as pl_instance_vault_read. */
pl_status pl_casework_case_key(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	struct pl_vault_key *ret, struct pl_diag *diag);

/* ---- reading ---- */

struct pl_casework_case {
	pl_str name;
	uint64_t number;
	enum pl_casework_state state;
	bool open, has_assigned;
	struct pl_ulid assigned;
	uint64_t touched, closed;
	uint64_t due;   /* the soonest strict end of a clock that runs; 0: none */
	uint64_t legal; /* the legal end of that clock, by the calendar of its register; of pl_casework_queue alone */
};

/* A place in the queue: behind this case. Zeros: at its start. */
struct pl_casework_cursor {
	uint64_t due; /* as in struct pl_casework_case */
	pl_str name;
	uint64_t number;
};

/* The open cases of @name (empty: of all), or those that @mine has, behind @after, the soonest deadline first. */
pl_status pl_casework_queue(struct pl_instance *inst, pl_str name, const struct pl_ulid *mine, const struct pl_casework_cursor *after,
	size_t limit, struct pl_arena *arena, struct pl_casework_case **ret, size_t *ret_n);
pl_status pl_casework_get(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_casework_case *ret);
/* Its entries, text unopened. */
pl_status pl_casework_entries(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_arena *arena,
	struct pl_casework_entry **ret, size_t *ret_n);
/* The same, opened for @who: asks the vault for the case's key, and for others that entries name. */
pl_status pl_casework_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	struct pl_arena *arena, struct pl_casework_entry **ret, size_t *ret_n, struct pl_diag *diag);

/* Entry @seq alone, opened. PL_E_NOTFOUND. */
pl_status pl_casework_read_one(struct pl_instance *inst, const struct pl_register *r, uint64_t number, uint64_t seq,
	const struct pl_casework_actor *who, struct pl_arena *arena, struct pl_casework_entry *ret, struct pl_diag *diag);

/* Its entries of @kind, opened with the case's own key @key, which the caller has read; those under other keys stay closed. */
pl_status pl_casework_read_kind(struct pl_instance *inst, const struct pl_register *r, uint64_t number, enum pl_casework_kind kind,
	const struct pl_vault_key *key, struct pl_arena *arena, struct pl_casework_entry **ret, size_t *ret_n);

/* What a PL_CASEWORK_CAME entry holds; each may be empty. */
struct pl_casework_came {
	pl_str contact, message;
	pl_str product; /* the key of the installed product that signed, as crypto/key writes it */
};
/* Of the entry by which the case came. *@ret_mailed: the contact was confirmed by a code that was mailed there. @key: the case's, which the caller
 * has read. PL_E_CORRUPT. */
pl_status pl_casework_sender(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_vault_key *key,
	struct pl_arena *arena, struct pl_casework_came *ret, bool *ret_mailed);

/* The JSON of a PL_CASEWORK_CAME entry's .text. PL_E_CORRUPT. */
pl_status pl_casework_came(pl_str text, struct pl_arena *arena, struct pl_casework_came *ret);

#endif
