/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/password: logging in with a password and a one-time code, and setting both.
 *
 * What always holds:
 *  1. A password counts only together with a code: of an authenticator app (people/totp.h) or one of ten recovery
 *     codes (80 bits, each once). A code that was used is refused, also if two requests bring it at once.
 *  2. Every attempt counts before it is judged (people/delay.h). Unknown account, no password, wrong password, wrong
 *     code: the same answer after the same work; a name that does not exist costs an Argon2id, too. At most two of
 *     those run at once.
 *  3. A new password replaces the old one only after a code of its new secret has come back.
 */
#ifndef PL_PEOPLE_PASSWORD_H
#define PL_PEOPLE_PASSWORD_H
#include "people/session.h"
#include "people/totp.h"

#define PL_PASSWORD_LEN_MIN 12u  /* characters (code points) */
#define PL_PASSWORD_LEN_MAX 256u /* bytes */
#define PL_RECOVERY_CODES 10u
#define PL_PASSWORD_PENDING_NS (15 * 60 * PL_SECOND)

struct pl_login {
	pl_str name, password, code; /* @code: six digits, or a recovery code */
	pl_str address;              /* of the network; empty: the terminal */
};

/* Log in. PL_E_DENIED (whatever was wrong), PL_E_BUSY (@ret_wait ns to wait), PL_E_NOMEM. */
pl_status pl_password_login(struct pl_people *p, const struct pl_login *login, struct pl_session_token *ret,
	uint64_t *ret_wait);
/* Authenticate again in session @s, for dangerous acts; @login->name is not looked at. As above. */
pl_status pl_password_again(struct pl_people *p, const struct pl_session *s, const struct pl_login *login,
	uint64_t *ret_wait);

/* Redeem an enrolment code: an enrolment session. PL_E_DENIED, PL_E_BUSY. */
pl_status pl_enrol_begin(struct pl_people *p, pl_str code, pl_str address, struct pl_session_token *ret,
	uint64_t *ret_wait);

/* Begin to set password and one-time codes in @s (enrolling, or fresh): @ret_secret goes to the authenticator app.
 * PL_E_SYNTAX (too short, too long, not UTF-8, the account's name) with words, PL_E_EXPIRED (log in again). */
pl_status pl_password_set(struct pl_people *p, const struct pl_session *s, pl_str password,
	uint8_t ret_secret[static PL_TOTP_SECRET_LEN], struct pl_diag *diag);
/* Finish with a code of the app: the account is active, the session of an enrolment ends, other sessions too. Appends
 * ten recovery codes, a line each, to @recovery. PL_E_DENIED (wrong code), PL_E_STATE (not begun, or too long ago). */
pl_status pl_password_confirm(struct pl_people *p, const struct pl_session *s, pl_str code, pl_str address,
	struct pl_buf *recovery, struct pl_diag *diag);

/* Ten new recovery codes in the place of what is left of the old ones, appended to @recovery, a line each. @s is fresh
 * (PL_E_EXPIRED). PL_E_STATE: the account has no password to recover. */
pl_status pl_recovery_renew(struct pl_people *p, const struct pl_session *s, pl_str address, struct pl_buf *recovery);

#endif
