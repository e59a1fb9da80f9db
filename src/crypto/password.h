/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/password: passwords of people as Argon2id strings (RFC 9106; "$argon2id$v=19$m=...,t=...,p=1$salt$hash").
 *
 * A check takes the memory and time that the string names (64 MiB, about half a second); whoever serves many people
 * at once bounds how many run. Callable from any thread.
 */
#ifndef PL_CRYPTO_PASSWORD_H
#define PL_CRYPTO_PASSWORD_H
#include "base/base.h"

#define PL_PASSWORD_TEXT 128u /* with its NUL */
#define PL_PASSWORD_MAX 1024u

enum pl_password_cost {
	PL_PASSWORD_COST_PERSON, /* 64 MiB, 3 passes */
	PL_PASSWORD_COST_TEST,   /* 8 KiB, 1 pass: protects nothing */
};

/* Hash @password with a new random salt. PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_password_hash(pl_bytes password, enum pl_password_cost cost, char out[static PL_PASSWORD_TEXT]);
/* A string as pl_password_hash makes them, with random bytes for the hash: no password fits, and finding that out costs what it
 * costs with any other. Takes no time to make. PL_E_INTERNAL. */
pl_status pl_password_nobody(enum pl_password_cost cost, char out[static PL_PASSWORD_TEXT]);
/* PL_OK if @password is the one of the string @hash, PL_E_DENIED if not, PL_E_CORRUPT if @hash is no such string or
 * asks for more than PL_PASSWORD_COST_PERSON. */
pl_status pl_password_check(pl_str hash, pl_bytes password);

#endif
