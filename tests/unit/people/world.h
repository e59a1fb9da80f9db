/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/people share: a fresh database of the engine set under test, a clock that tests move, people.
 */
#ifndef PL_TESTS_PEOPLE_WORLD_H
#define PL_TESTS_PEOPLE_WORLD_H
#include "../store/store_test.h"
#include "people/people_internal.h"
#include "people/password.h"
#include "people/session.h"

#define ORIGIN "https://portal.example"
#define RP_ID "portal.example"
#define PASSWORD "correct horse battery"
#define ADDRESS PL_STR("192.0.2.7")

/* The time of the world, ns; begins at 2026-11-01. */
extern uint64_t world_now;
void world_wait(uint64_t ns);

/* A fresh database, a new struct pl_people over it. */
struct pl_people *world_new(void);
/* Another one over the same database, with the secret made of byte @fill (the first one: 7). */
struct pl_people *world_again(struct pl_people *p, uint8_t fill);
void world_close(struct pl_people *p);
/* Run @sql text against the database, as somebody would who can write to it; triggers do not stop it. */
void world_tamper(struct pl_people *p, const char *sql);

/* A person with a password and one-time codes. */
struct person {
	struct pl_people *p;
	struct pl_ulid id;
	char name[32];
	uint8_t secret[PL_TOTP_SECRET_LEN];
	struct pl_buf recovery;
	struct pl_people_actor actor;
};

/* The code of now. */
void person_code(const struct person *who, char out[static 7]);
/* Redeem @code, set PASSWORD, confirm. */
void person_enrol(struct pl_people *p, const char *name, const char *code, struct person *ret);
/* The first administrator. */
void person_first(struct pl_people *p, const char *name, struct person *ret);
/* Somebody with @roles, invited by @by, enrolled; @second approves where that is needed (NULL: it is not). */
void person_add(struct person *by, struct person *second, const char *name, unsigned roles, struct person *ret);
/* Log in half a minute later (so that the code is new). */
void person_login(struct person *who, struct pl_session_token *ret);
void person_session(struct person *who, struct pl_session *ret);
void person_done(struct person *who);

/* Number of events of @kind. */
size_t world_events(struct pl_people *p, enum pl_people_event_kind kind);

#endif
