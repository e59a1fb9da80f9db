/* SPDX-License-Identifier: Apache-2.0 */
/* people/passkey_internal: what registering a passkey and logging in with it share. */
#ifndef PL_PEOPLE_PASSKEY_INTERNAL_H
#define PL_PEOPLE_PASSKEY_INTERNAL_H
#include "base/json.h"
#include "people/challenge.h"
#include "people/passkey.h"

#define PL_PASSKEY_LIST_MAX 32u

/* Where names of passkeys are sealed. */
#define PL_PEOPLE_COLUMN_PASSKEY "passkey_name.sealed"

/* Members of options: bytes in base64url; "challenge" and "timeout"; a list of credentials. */
void pl_passkey_set_bytes(struct pl_json *o, const char *key, pl_bytes data);
void pl_passkey_set_challenge(const struct pl_people *p, struct pl_json *o, enum challenge_purpose purpose,
	const struct pl_ulid *account, pl_str binding);
void pl_passkey_set_list(struct pl_json *o, const char *key, const struct pl_passkey *list, size_t n);

#endif
