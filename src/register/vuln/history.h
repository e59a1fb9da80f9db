/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/history: what happened to a case and who takes part in it: the texts of its sealed fields "events" and
 * "parties" (docs/formats/vulnerability-case.md).
 *
 *	2026-11-28T10:00:00Z 01JABC... state new triaged none
 *	2026-11-28T10:00:00Z - meet CVD-1
 *	2026-11-28T10:00:00Z - notice CRA-V1 1 sha256:0123...
 *
 *	supplier example-library 2026-11-28T10:00:00Z Example Library Ltd
 *
 * What always holds:
 *  1. Events stand in the order of their times; of one time in the order in which they were noted.
 *  2. Each state follows from the one before; the first one is "new".
 *  3. One text has one meaning and one spelling; what is not understood is refused with its line.
 *
 * Pure. Text lives in the arena that was handed in.
 */
#ifndef PL_REGISTER_VULN_HISTORY_H
#define PL_REGISTER_VULN_HISTORY_H
#include "base/ulid.h"
#include "crypto/digest.h"
#include "register/clock.h"
#include "register/vuln/state.h"

#define PL_VULN_EVENTS_MAX 256u
#define PL_VULN_PARTIES_MAX 64u
#define PL_VULN_PARTY_NAME_MAX 200u
#define PL_VULN_TEXT_MAX 32768u /* bytes of either text */

enum pl_vuln_event_kind { PL_VULN_EV_STATE, PL_VULN_EV_HAPPENED, PL_VULN_EV_PAUSE, PL_VULN_EV_RESUME, PL_VULN_EV_EXTEND,
	PL_VULN_EV_MEET, PL_VULN_EV_RELEASE,
	PL_VULN_EV_NOTICE, /* a document for an authority was made and kept (register/vuln/notice.h); that it was sent is a meet */
	PL_VULN_EV_KINDS };
extern const char *const pl_vuln_event_words[PL_VULN_EV_KINDS + 1];

struct pl_vuln_event {
	uint64_t at;        /* seconds */
	struct pl_ulid by;  /* an account; zeros: the terminal, or a rule */
	enum pl_vuln_event_kind kind;
	enum pl_vuln_state from, to; /* state */
	enum pl_vuln_reason why;     /* state */
	pl_str name;        /* of the clock, or of the event that starts clocks */
	pl_str reason;      /* pause and extend: a TOKEN */
	unsigned edition;   /* notice: from 1, without a gap for each clock */
	struct pl_digest digest; /* notice: of the document */
};

struct pl_vuln_history {
	size_t n;
	struct pl_vuln_event e[PL_VULN_EVENTS_MAX];
};

/* PL_E_SYNTAX, PL_E_RANGE (order), PL_E_TOOBIG with the line. An empty text is an empty history. */
pl_status pl_vuln_history_parse(pl_str text, struct pl_arena *arena, struct pl_vuln_history *ret, struct pl_diag *diag);
void pl_vuln_history_write(struct pl_buf *out, const struct pl_vuln_history *h);
/* Put @e at its time; its texts are borrowed. PL_E_TOOBIG; PL_E_RANGE: a state that does not follow from the one before, or lies
 * before it; a clock or event that nobody knows. */
pl_status pl_vuln_history_add(struct pl_vuln_history *h, const struct pl_vuln_event *e, struct pl_diag *diag);
/* Where the case stands and since when (0: since it was received). */
enum pl_vuln_state pl_vuln_history_state(const struct pl_vuln_history *h, uint64_t *ret_since);
/* The last document for an authority whose clock is @clock; NULL: none was made. */
const struct pl_vuln_event *pl_vuln_history_notice(const struct pl_vuln_history *h, pl_str clock);
bool pl_vuln_history_has(const struct pl_vuln_history *h, enum pl_vuln_event_kind kind, pl_str name);

/* What register/clock takes: a report to us is received at @received (seconds); one of ours when it was told to its
 * vendor. At most PL_VULN_EVENTS_MAX + 1 events; texts live for ever. */
size_t pl_vuln_clock_events(const struct pl_vuln_history *h, enum pl_vuln_direction direction, uint64_t received,
	struct pl_clock_event ret[static PL_VULN_EVENTS_MAX + 1]);
/* The clocks of a case: *@ret_n of @ret. */
#define PL_VULN_CLOCKS_MAX 8u
void pl_vuln_clocks(struct pl_clock_def ret[static PL_VULN_CLOCKS_MAX], size_t *ret_n);

/* ---- parties ---- */

/* By FIRST's and ISO's words; bits of a party's rights are 1 << one of these. */
enum pl_vuln_role { PL_VULN_REPORTER, PL_VULN_SUPPLIER, PL_VULN_COORDINATOR, PL_VULN_CSIRT, PL_VULN_ROLES };
extern const char *const pl_vuln_roles[PL_VULN_ROLES + 1];
/* PL_E_NOTFOUND. */
pl_status pl_vuln_role_parse(pl_str word, enum pl_vuln_role *ret);

struct pl_vuln_party {
	enum pl_vuln_role role;
	pl_str id;      /* a TOKEN, once in a case */
	uint64_t since; /* seconds */
	pl_str name;    /* one line of text */
};

struct pl_vuln_parties {
	size_t n;
	struct pl_vuln_party p[PL_VULN_PARTIES_MAX];
};

/* PL_E_SYNTAX, PL_E_EXISTS (an id twice), PL_E_TOOBIG with the line. */
pl_status pl_vuln_parties_parse(pl_str text, struct pl_arena *arena, struct pl_vuln_parties *ret, struct pl_diag *diag);
void pl_vuln_parties_write(struct pl_buf *out, const struct pl_vuln_parties *p);
/* PL_E_EXISTS, PL_E_SYNTAX, PL_E_TOOBIG with words. Texts are borrowed. */
pl_status pl_vuln_parties_add(struct pl_vuln_parties *p, const struct pl_vuln_party *one, struct pl_diag *diag);
/* NULL: nobody has that id. */
const struct pl_vuln_party *pl_vuln_parties_find(const struct pl_vuln_parties *p, pl_str id);
/* PL_E_NOTFOUND. */
pl_status pl_vuln_parties_remove(struct pl_vuln_parties *p, pl_str id);

#endif
