/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/passkey: logging in with a passkey, without typing a name (WebAuthn, discoverable credentials).
 *
 *	options = pl_passkey_..._begin(binding)      page: navigator.credentials.create() or get()
 *	pl_passkey_..._finish(binding, answer)       the answer's toJSON()
 *
 * @binding is a secret of the browser that asks: the token of its session, or a cookie that the page before the login
 * sets (32 random bytes). An answer counts only with the binding of its options.
 *
 * What always holds:
 *  1. A challenge is 16 random bytes, its end (5 minutes), and a MAC over both, the purpose, the account and the
 *     binding. Nothing is stored for a visitor who only asks; what was used is remembered until its end, so an answer
 *     counts once.
 *  2. Every check of people/webauthn.h; the credential is one that was registered here, and its user handle fits its
 *     account.
 *  3. A counter that does not grow (unless both are 0) is an event and refuses the login: perhaps somebody has a copy.
 *  4. A refused login is counted for its address (people/delay.h) and is an event; its answer does not say why.
 */
#ifndef PL_PEOPLE_PASSKEY_H
#define PL_PEOPLE_PASSKEY_H
#include "people/session.h"

#define PL_PASSKEY_CHALLENGE_NS (5 * 60 * PL_SECOND)
#define PL_PASSKEY_PER_ACCOUNT 16u

/* Options for create(), one JSON object. @s: enrolling, or fresh (PL_E_EXPIRED). PL_E_STATE: 16 passkeys already. */
pl_status pl_passkey_add_begin(struct pl_people *p, const struct pl_session *s, pl_str binding, struct pl_buf *options);
/* Register the answer. An invited account becomes active and its enrolment session ends. PL_E_DENIED, PL_E_SYNTAX,
 * PL_E_UNSUPPORTED, PL_E_EXPIRED, PL_E_EXISTS (registered already, or the answer was used) with words. */
pl_status pl_passkey_add_finish(struct pl_people *p, const struct pl_session *s, pl_str binding, pl_str answer,
	pl_str address, struct pl_diag *diag);

/* Options for get() of anybody. */
pl_status pl_passkey_login_begin(struct pl_people *p, pl_str binding, struct pl_buf *options);
/* PL_E_DENIED (whatever was wrong; @diag says what to tests, never to whoever logs in), PL_E_BUSY (@ret_wait ns to
 * wait). */
pl_status pl_passkey_login_finish(struct pl_people *p, pl_str binding, pl_str answer, pl_str address,
	struct pl_session_token *ret, uint64_t *ret_wait, struct pl_diag *diag);

/* The same for somebody logged in who does something dangerous. */
pl_status pl_passkey_again_begin(struct pl_people *p, const struct pl_session *s, pl_str binding,
	struct pl_buf *options);
pl_status pl_passkey_again_finish(struct pl_people *p, const struct pl_session *s, pl_str binding, pl_str answer,
	pl_str address, uint64_t *ret_wait, struct pl_diag *diag);

#define PL_PASSKEY_NAME_MAX 64u /* bytes of UTF-8 */

struct pl_passkey {
	pl_bytes id;
	pl_str name;  /* what its owner calls it; may be empty */
	bool copied;  /* it may be on several devices */
	uint64_t made_at, used_at; /* 0: never */
};
/* At most 32, oldest first; bytes in @arena. */
pl_status pl_passkey_list(struct pl_people *p, const struct pl_ulid *account, struct pl_arena *arena,
	struct pl_passkey **ret, size_t *ret_n);
/* Remove one of the account of @s, which must be fresh. PL_E_NOTFOUND, PL_E_EXPIRED, PL_E_STATE (the last way to log
 * in). */
pl_status pl_passkey_remove(struct pl_people *p, const struct pl_session *s, pl_bytes id, pl_str address);
/* Call one of the account of @s @name, so that its owner knows it again; not an event, because it changes no right.
 * PL_E_NOTFOUND, PL_E_SYNTAX (empty, too long, not UTF-8, control characters). */
pl_status pl_passkey_set_name(struct pl_people *p, const struct pl_session *s, pl_bytes id, pl_str name);

#endif
