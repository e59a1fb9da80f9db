/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/case: a case of a register of vulnerabilities (demo/vulnerabilities.register), and what is done with it.
 *
 * What always holds:
 *  1. A step that register/vuln/state does not allow writes nothing. Each step is a revision of the case, with its event in the
 *     sealed history, in one transaction.
 *  2. A duplicate names a case that is none, and a case that others name does not become one: there are no chains and no
 *     circles.
 *  3. Fields that steps and checks set (pl_vuln_owns) are set by nobody else at the desk.
 *  4. Nothing of a case leaves before pl_vuln_may_leave was asked. The register itself keeps it sealed until it was released
 *     (register/register.h), whatever else is done with it.
 */
#ifndef PL_REGISTER_VULN_CASE_H
#define PL_REGISTER_VULN_CASE_H
#include "base/json.h"
#include "people/decision.h"
#include "register/cases.h"
#include "register/cvss.h"
#include "register/vuln/party.h"

#define PL_VULN_REGISTER "vulnerabilities" /* what the register is called unless somebody says otherwise */

/* One case, read with what is private. */
struct pl_vuln {
	struct pl_instance *inst;
	const struct pl_register *r; /* borrowed */
	struct pl_register_view *v;
	bool borrowed;               /* .v is */
	struct pl_arena arena;
	enum pl_vuln_direction direction;
	enum pl_vuln_state state;
	enum pl_vuln_reason reason;
	uint64_t since;        /* seconds; when it was received, if it is new */
	uint64_t received;
	uint64_t embargo;      /* 0: none */
	uint64_t original;     /* of a duplicate; 0: none */
	bool released;
	bool original_released; /* true of what is no duplicate */
	bool rewarded;
	pl_str product, severity, cve, cvss; /* empty: not said; as long as .v */
	struct pl_ulid by;      /* who reads it, and is noted with what is changed; zeros: the terminal */
	struct pl_vuln_history history;
	struct pl_vuln_parties parties;
};

/* Where a case stands as its open fields say. */
struct pl_vuln_standing {
	enum pl_vuln_direction direction;
	enum pl_vuln_state state;
	enum pl_vuln_reason reason;
	uint64_t original; /* of a duplicate; 0: none */
	bool released;
};
/* @v may be read without what is private. PL_E_STATE with words: a word that nobody knows. */
pl_status pl_vuln_stands(const struct pl_register *r, const struct pl_register_view *v, struct pl_vuln_standing *ret, struct pl_diag *diag);

/* Read case @number as @reader. PL_E_STATE: the register does not declare what such a case needs, the case was erased or
 * lost; otherwise as pl_register_case_read. The caller frees *@ret with pl_vuln_free. */
pl_status pl_vuln_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_vuln **ret, struct pl_diag *diag);
/* The same of a case that was read with what is private by @account; @v is borrowed. */
pl_status pl_vuln_of(struct pl_instance *inst, const struct pl_register *r, struct pl_register_view *v, const struct pl_ulid *account,
	struct pl_vuln **ret, struct pl_diag *diag);
void pl_vuln_free(struct pl_vuln *c);
/* For PL_CLEANUP. */
static inline void pl_vuln_freep(struct pl_vuln **c) { pl_vuln_free(*c); }

/* Is the declared field @name set by this room alone? */
bool pl_vuln_owns(pl_str name);
/* Does the register declare what such a case needs? */
bool pl_vuln_is_register(const struct pl_register_decl *d);

/* Who does something, and when it happened; both seconds. */
struct pl_vuln_act {
	uint64_t at, now;    /* @at is not after @now */
	struct pl_ulid by;   /* zeros: the terminal */
};

/* The following write one revision; @c is stale afterwards. PL_E_CONFLICT: somebody changed the case meanwhile. */

/* PL_E_STATE, PL_E_RANGE as pl_vuln_step_check and pl_vuln_history_add. To "duplicate" by pl_vuln_duplicate alone. */
pl_status pl_vuln_step(struct pl_vuln *c, enum pl_vuln_state to, enum pl_vuln_reason reason, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag);
/* PL_E_NOTFOUND: no such original; PL_E_STATE: that is a duplicate itself, or others repeat this one. */
pl_status pl_vuln_duplicate(struct pl_vuln *c, uint64_t original, enum pl_vuln_reason reason, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag);
/* Note that something happened ("exploitation-known"), or that a clock was met ("CRA-V1"). PL_E_STATE: it is noted already, or the clock
 * had not begun then; PL_E_RANGE. */
pl_status pl_vuln_note(struct pl_vuln *c, enum pl_vuln_event_kind kind, pl_str name, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag);
/* @until: seconds; 0: there is none. PL_E_STATE: it is released. */
pl_status pl_vuln_set_embargo(struct pl_vuln *c, uint64_t until, struct pl_register_case *ret, struct pl_diag *diag);
pl_status pl_vuln_party_add(struct pl_vuln *c, const struct pl_vuln_party *p, struct pl_register_case *ret, struct pl_diag *diag);
pl_status pl_vuln_party_remove(struct pl_vuln *c, pl_str id, struct pl_register_case *ret, struct pl_diag *diag);

/* How others call the flaw and how severe it is, both set in one revision; empty: not known. A vector is kept in its canonical spelling, and the severity
 * that the register opens becomes that of its score. PL_E_SYNTAX with words, PL_E_EXISTS: it says that already, PL_E_STATE: the register declares no such field. */
pl_status pl_vuln_rate(struct pl_vuln *c, pl_str cve, pl_str cvss, struct pl_register_case *ret, struct pl_diag *diag);

/* What a vector comes to. Pure. PL_E_SYNTAX, PL_E_TOOBIG with words. */
struct pl_vuln_score {
	struct pl_cvss vector;
	unsigned tenths;      /* all that is defined */
	const char *severity; /* as the register calls it: "high" */
};
pl_status pl_vuln_score(pl_str vector, struct pl_vuln_score *ret, struct pl_diag *diag);

/* Close every case of @r that has waited for an answer for PL_VULN_ANSWER_SECONDS. *@ret: how many. One that fails stops no other; the first
 * failure is returned. PL_E_BUSY: the vault gives out no more keys at present; the rest waits. */
pl_status pl_vuln_expire(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader,
	uint64_t now, uint64_t *ret, struct pl_diag *diag);

/* ---- leaving ---- */

/* May anything of @c be shown to everybody at @now (seconds)? PL_E_STATE: it is still being worked on; PL_E_DENIED: its embargo
 * has not ended, or its original's has not. Words give numbers and times and nothing else. */
pl_status pl_vuln_may_leave(const struct pl_vuln *c, uint64_t now, struct pl_diag *diag);

/* Four eyes: one proposes, an officer agrees (people/decision), then it is done once. */
#define PL_VULN_RELEASE_KIND "vulnerability-release" /* of the decision */
/* Which case such a decision is about. PL_E_SYNTAX: it is none. */
pl_status pl_vuln_release_about(pl_str act, pl_str *ret_register, uint64_t *ret_number);
/* PL_E_STATE, PL_E_DENIED as pl_vuln_may_leave; PL_E_EXISTS: the same is proposed and waits, as *@ret. */
pl_status pl_vuln_release_propose(struct pl_vuln *c, struct pl_people *p, const struct pl_people_actor *actor, uint64_t now,
	struct pl_ulid *ret, struct pl_diag *diag);
/* As pl_decision_take and pl_vuln_may_leave. */
pl_status pl_vuln_release(struct pl_vuln *c, struct pl_people *p, const struct pl_people_actor *actor,
	const struct pl_ulid *decision, uint64_t now, struct pl_register_case *ret, struct pl_diag *diag);

/* What the party @id of the case sees of it, as members of @out. PL_E_NOTFOUND: the case has no such party. */
pl_status pl_vuln_party_view(const struct pl_vuln *c, pl_str id, struct pl_json *out, struct pl_diag *diag);

#endif
