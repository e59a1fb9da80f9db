/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/totp: one-time passwords by time (RFC 6238): HMAC-SHA-1, steps of 30 seconds, 6 digits.
 *
 * Codes of the present step, the one before and the one after are taken (a clock may be 30 seconds wrong, a code is
 * good for at most 90 seconds), each step at most once and never one before a step that was used. Pure.
 */
#ifndef PL_PEOPLE_TOTP_H
#define PL_PEOPLE_TOTP_H
#include "base/base.h"

#define PL_TOTP_SECRET_LEN 20u
#define PL_TOTP_STEP_S 30u
#define PL_TOTP_DIGITS 6u
#define PL_TOTP_DRIFT 1u /* steps to either side */

/* The step of the time @now, ns. */
uint64_t pl_totp_step(uint64_t now);
/* Is @code (6 digits) that of a step around @now, later than step @last? @ret_step gets it. PL_E_DENIED. Takes the same
 * time for every code of 6 digits. */
pl_status pl_totp_check(const uint8_t secret[static PL_TOTP_SECRET_LEN], pl_str code, uint64_t now, uint64_t last,
	uint64_t *ret_step);
/* Append the secret in base 32 (RFC 4648 section 6), as people type it into an authenticator app: 32 letters and
 * digits. */
void pl_totp_put_secret(struct pl_buf *out, const uint8_t secret[static PL_TOTP_SECRET_LEN]);
/* Append "otpauth://totp/<issuer>:<name>?secret=...&issuer=...". */
void pl_totp_put_uri(struct pl_buf *out, const uint8_t secret[static PL_TOTP_SECRET_LEN], pl_str issuer, pl_str name);

#endif
