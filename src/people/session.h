/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/session: who is logged in, and whether a request comes from our own pages.
 *
 * What always holds:
 *  1. A token is 256 random bits, spelled as 64 hex digits; the table holds its SHA-256 only.
 *  2. A session ends after [people] idle without a request, [people] absolute after the login, with its account, and
 *     by logout. `seen` is written at most twice a minute.
 *  3. An enrolment session (method PL_SESSION_CODE) may add a way to log in and nothing else; its roles read as none.
 *  4. Roles are read anew with every request.
 *
 * Defence against forged requests has three layers, of which the web layer sets the first: cookies __Host- with
 * SameSite=Strict; pl_request_judge over Sec-Fetch-Site and Origin; a token in every form (pl_session_csrf).
 */
#ifndef PL_PEOPLE_SESSION_H
#define PL_PEOPLE_SESSION_H
#include "people/people.h"

#define PL_SESSION_TOKEN_TEXT 64u
#define PL_SESSION_CODE_NS (30 * 60 * PL_SECOND) /* life of an enrolment session */

/* Stored. */
enum pl_session_method { PL_SESSION_CODE, PL_SESSION_PASSWORD, PL_SESSION_RECOVERY, PL_SESSION_PASSKEY };

struct pl_session_token {
	char text[PL_SESSION_TOKEN_TEXT + 1]; /* wipe it */
};

struct pl_session {
	uint8_t token_hash[32];
	struct pl_ulid account;
	unsigned roles; /* enum pl_staff; 0 while enrolling */
	enum pl_session_method method;
	uint64_t made_at, seen_at, fresh_at;
	bool fresh; /* authenticated within [people] fresh: dangerous acts may go on */
};

/* The session of @token, which counts as a request. PL_E_DENIED: none, over, or the account has ended; nothing tells
 * which. */
pl_status pl_session_open(struct pl_people *p, pl_str token, struct pl_session *ret);
/* PL_OK if @s may do what belongs to one of @roles; @dangerous acts want a fresh login, too. PL_E_DENIED (role),
 * PL_E_EXPIRED (log in again). Pure. */
pl_status pl_session_allows(const struct pl_session *s, unsigned roles, bool dangerous);
/* End it; a token that is unknown is fine. */
pl_status pl_session_logout(struct pl_people *p, pl_str token, pl_str address);
/* End all sessions of @account. */
pl_status pl_session_end_all(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *account);
/* The newest @max sessions that have not ended. */
pl_status pl_session_list(struct pl_people *p, size_t max, struct pl_arena *arena, struct pl_session **ret,
	size_t *ret_n);
/* The same of one account (NULL: of all). */
pl_status pl_session_list_of(struct pl_people *p, const struct pl_ulid *account, size_t max, struct pl_arena *arena,
	struct pl_session **ret, size_t *ret_n);
/* End the session of @account whose token has @hash. PL_E_NOTFOUND: it has none such. */
pl_status pl_session_end(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *account,
	const uint8_t hash[static 32]);
const char *pl_session_method_word(enum pl_session_method method);

/* ---- forged requests ---- */

#define PL_CSRF_TEXT 64u
/* The token for the forms of @s: HMAC of the session under a key of this instance; as long as the session lives. */
void pl_session_csrf(const struct pl_people *p, const struct pl_session *s, char out[static PL_CSRF_TEXT + 1]);
/* PL_E_DENIED for another session's, or none. */
pl_status pl_session_csrf_check(const struct pl_people *p, const struct pl_session *s, pl_str token);

/* May a request that changes something be let in? @method, @origin, @sec_fetch_site are its method and headers
 * (empty: not sent). GET and HEAD always. Others: Sec-Fetch-Site, if sent, must be "same-origin"; Origin, if sent,
 * must be ours; one of the two must be sent. PL_E_DENIED. Pure. */
pl_status pl_request_judge(const struct pl_people *p, pl_str method, pl_str origin, pl_str sec_fetch_site);

#endif
