/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/people: the door to everything about accounts: database, keys, this site, limits, the clock.
 *
 * What always holds:
 *  1. Tokens, codes and passwords are stored hashed, names, addresses and one-time password secrets sealed. The keys
 *     for that derive from one secret file that is not in the database.
 *  2. Whatever changes an account, a right or a session writes its event in the same transaction (people/event.h).
 *  3. An account that does not exist answers as one that does: same words, same work, same delays.
 *
 * A struct pl_people may be used from any thread.
 */
#ifndef PL_PEOPLE_PEOPLE_H
#define PL_PEOPLE_PEOPLE_H
#include "base/time.h"
#include "base/ulid.h"
#include "crypto/password.h"
#include "fact/instance.h"
#include "people/role.h"

struct pl_people;

/* The tables of this room, for pl_instance_open. */
extern const struct pl_fact_room pl_people_room;

struct pl_people_options {
	struct pl_db *db;
	pl_bytes secret;           /* 32 bytes at least; copied */
	pl_str rp_id, origin;      /* of passkeys; copied */
	pl_str name;               /* how authenticators name this instance; copied */
	uint64_t idle_ns, absolute_ns, fresh_ns; /* see pellucid.conf, [people] */
	enum pl_password_cost cost;
	uint64_t (*now)(void *ctx); /* ns since 1970; NULL: the system time */
	void *now_ctx;
};

/* PL_E_RANGE: the secret is too short, or a text too long. */
pl_status pl_people_new(const struct pl_people_options *opt, struct pl_people **ret);
/* With the settings of @inst. PL_E_NOTFOUND: the secret file is not there; @make makes it if there are no accounts yet
 * (PL_E_STATE if there are: without it nobody can log in, and it must come from a backup). */
pl_status pl_people_open(struct pl_instance *inst, bool make, struct pl_people **ret, struct pl_diag *diag);
/* A key for a room above, derived from the secret file for @purpose. Wipe it. */
void pl_people_derive(const struct pl_people *p, const char *purpose, uint8_t ret[static 32]);
/* "https://portal.example": what browsers must say they are at. Lives as long as @p. */
pl_str pl_people_origin(const struct pl_people *p);
/* NULL allowed; wipes the keys. */
void pl_people_close(struct pl_people *p);
/* For PL_CLEANUP. */
static inline void pl_people_closep(struct pl_people **p) { pl_people_close(*p); }

/* The RP ID and the origin for @url ("https://host:port/path"); @rp may name a domain above the host, empty: the host.
 * Without @url: http://localhost:@port. Text lives in @arena. PL_E_SYNTAX, PL_E_RANGE (@rp is no part of the host). */
pl_status pl_people_site(pl_str url, pl_str rp, uint64_t port, struct pl_arena *arena, pl_str *ret_rp,
	pl_str *ret_origin, struct pl_diag *diag);

/* Who does something. */
struct pl_people_actor {
	struct pl_ulid account; /* zeros: nobody has logged in (the terminal of the instance, or a visitor) */
	pl_str address;         /* numeric network address as text; empty: the terminal */
};

#endif
