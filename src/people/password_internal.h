/* SPDX-License-Identifier: Apache-2.0 */
/* people/password_internal: what setting a password and logging in with it share. */
#ifndef PL_PEOPLE_PASSWORD_INTERNAL_H
#define PL_PEOPLE_PASSWORD_INTERNAL_H
#include "people/password.h"

/* Where sealed values stand. */
#define PL_PEOPLE_COLUMN_HASH "password.hash"
#define PL_PEOPLE_COLUMN_TOTP "password.totp"

/* Argon2id through the gate. */
pl_status pl_people_hash_password(const struct pl_people *p, pl_str password, char out[static PL_PASSWORD_TEXT]);

#endif
