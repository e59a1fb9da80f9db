/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/account: accounts, their roles, enrolment codes.
 *
 * What always holds:
 *  1. An account begins without a way to log in: its one-time code (120 bits, 24 hours) opens an enrolment session
 *     that can do nothing but add a passkey or a password with one-time codes. An ended account keeps its row,
 *     because events and decisions name it, and never comes back; its name is not given again.
 *  2. While one active administrator exists, that one acts alone. From the second on, every change of roles, the end
 *     of an administrator and every reset is a decision of two: proposed by one, approved by another
 *     (people/decision.h).
 *  3. The last administrator cannot be ended or lose the role.
 *  4. `first` belongs to whoever has the instance's files: it works while there is no administrator, or with @again,
 *     which stands in the events for ever.
 */
#ifndef PL_PEOPLE_ACCOUNT_H
#define PL_PEOPLE_ACCOUNT_H
#include "people/people.h"

#define PL_ACCOUNT_NAME_MAX 64u
#define PL_ACCOUNT_EMAIL_MAX 254u
#define PL_ACCOUNT_ERASED "erased" /* is what an erased account is called */
#define PL_ACCOUNT_CODE_NS (24 * 3600 * PL_SECOND)
#define PL_ACCOUNT_DECISION_NS (7 * 24 * 3600 * PL_SECOND)

enum pl_account_state { PL_ACCOUNT_INVITED, PL_ACCOUNT_ACTIVE, PL_ACCOUNT_ENDED };

struct pl_account {
	struct pl_ulid id;
	uint8_t handle[32];  /* what authenticators know it by */
	pl_str name, email;  /* email may be empty */
	unsigned roles;      /* enum pl_staff */
	enum pl_account_state state;
	uint64_t made_at, ended_at;
};

const char *pl_account_state_word(enum pl_account_state state);

/* What an act came to. */
struct pl_account_act {
	struct pl_ulid account;
	bool proposed;           /* another administrator must approve; the rest did not happen yet */
	struct pl_ulid decision; /* if so */
	char code[32];           /* enrolment code, if one was made; wipe it */
};

/* [a-z0-9][a-z0-9._-]*, at most 64. */
bool pl_account_name_ok(pl_str name);

/* Make the first administrator. PL_E_STATE: there is one that is not ended (unless @again). PL_E_EXISTS, PL_E_SYNTAX.
 */
pl_status pl_account_first(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, pl_str email,
	bool again, struct pl_account_act *ret, struct pl_diag *diag);
/* Invite somebody and give the @roles (enum pl_staff; see 2 above: they may come later than the account). @actor is an
 * administrator whose login is fresh. PL_E_DENIED, PL_E_EXISTS, PL_E_SYNTAX. */
pl_status pl_account_add(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, pl_str email,
	unsigned roles, struct pl_account_act *ret, struct pl_diag *diag);
/* A new code for an account that has not enrolled yet. PL_E_STATE: it has; see pl_account_reset. */
pl_status pl_account_invite(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag);
/* Set the roles to @roles. PL_E_STATE: nothing would change, the account has ended, or it is the last administrator. */
pl_status pl_account_set_roles(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, unsigned roles,
	struct pl_account_act *ret, struct pl_diag *diag);
/* End it: no roles, no way to log in, no sessions. */
pl_status pl_account_end(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag);
/* Remove all ways to log in, so that it is invited again; the code comes by pl_account_invite. */
pl_status pl_account_reset(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag);
/* Erase name and e-mail address of an ended account. Its identifier stays, because events and decisions name it, and so does the keyed
 * mark of its name, which is not given again. PL_E_STATE: it has not ended, or is erased already. PL_E_NOTFOUND. */
pl_status pl_account_erase(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *id, struct pl_diag *diag);
/* Approve the account act @decision as its second administrator and carry it out. PL_E_CONFLICT: the account has
 * changed since. PL_E_DENIED, PL_E_EXPIRED, PL_E_STATE, PL_E_NOTFOUND. */
pl_status pl_account_approve(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *decision,
	struct pl_account_act *ret, struct pl_diag *diag);

/* What the bytes of a decision of kind "account" say, for pages that show it. PL_E_CORRUPT. */
struct pl_account_change {
	struct pl_ulid account;
	pl_str act; /* "roles", "end", "reset"; borrowed */
	unsigned from, to;
};
pl_status pl_account_change_read(pl_bytes decision, struct pl_account_change *ret);

/* One account. Text lives in @arena. PL_E_NOTFOUND. */
pl_status pl_account_find(struct pl_people *p, pl_str name, struct pl_arena *arena, struct pl_account *ret);
pl_status pl_account_get(struct pl_people *p, const struct pl_ulid *id, struct pl_arena *arena, struct pl_account *ret);
/* Up to @max accounts behind @after (NULL: from the start), oldest first. */
pl_status pl_account_list(struct pl_people *p, const struct pl_ulid *after, size_t max, struct pl_arena *arena,
	struct pl_account **ret, size_t *ret_n);

/* Does a change of roles want a second administrator now? (2 above) */
pl_status pl_account_four_eyes(struct pl_people *p, bool *ret);

/* How it can log in. */
struct pl_account_means {
	bool password;
	uint64_t passkeys, recovery_codes;
};
pl_status pl_account_means(struct pl_people *p, const struct pl_ulid *id, struct pl_account_means *ret);

#endif
