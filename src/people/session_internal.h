/* SPDX-License-Identifier: Apache-2.0 */
/* people/session_internal: beginning a session; for the ways to log in. */
#ifndef PL_PEOPLE_SESSION_INTERNAL_H
#define PL_PEOPLE_SESSION_INTERNAL_H
#include "people/session.h"

/* Begin a session of @account within @tx, sweeping those that are over. */
pl_status pl_session_begin(struct pl_people *p, struct pl_db_tx *tx, const struct pl_ulid *account,
	enum pl_session_method method, struct pl_session_token *ret);
/* The account has authenticated again in @s: dangerous acts may go on. */
pl_status pl_session_refresh(struct pl_people *p, struct pl_db_tx *tx, const struct pl_session *s,
	const struct pl_people_actor *actor, const char *how);

#endif
