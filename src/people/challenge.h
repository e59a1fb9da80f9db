/* SPDX-License-Identifier: Apache-2.0 */
/* people/challenge: challenges for passkeys (see people/passkey.h, 1). Inside the room only. */
#ifndef PL_PEOPLE_CHALLENGE_H
#define PL_PEOPLE_CHALLENGE_H
#include "people/people_internal.h"

enum challenge_purpose { CHALLENGE_ADD = 1, CHALLENGE_LOGIN, CHALLENGE_AGAIN };

/* @account: zeros for a login. Appends base64url text. */
void pl_challenge_new(const struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, struct pl_buf *out);
/* Did we give @challenge (its bytes) for that, and is it still time? PL_E_DENIED, PL_E_EXPIRED, with words. */
pl_status pl_challenge_check(const struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, pl_bytes challenge, struct pl_diag *diag);
/* Use it up within @tx, after pl_challenge_check. PL_E_EXISTS: it was used before. */
pl_status pl_challenge_use(const struct pl_people *p, struct pl_db_tx *tx, pl_bytes challenge);

#endif
