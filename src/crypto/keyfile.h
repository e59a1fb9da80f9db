/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/keyfile: a private key at rest, under a passphrase: Argon2id, then XChaCha20-Poly1305
 * (docs/formats/keyfile.md).
 *
 * Fixed layout of PL_KEYFILE_LEN bytes; everything before the sealed part is authenticated with it. The public key is
 * readable without the passphrase. Files are made with mode 0600 and refused if group or others may read them.
 */
#ifndef PL_CRYPTO_KEYFILE_H
#define PL_CRYPTO_KEYFILE_H
#include "crypto/key.h"
#include "crypto/passphrase.h"

#define PL_KEYFILE_LEN 192u

/* How dear one guess is. */
enum pl_keyfile_cost {
	PL_KEYFILE_COST_PERSON,  /* 256 MiB, 3 passes: words that a person chose */
	PL_KEYFILE_COST_MACHINE, /* 1 MiB, 1 pass: 256 random bits from pl_passphrase_file_new, which nobody guesses */
};

/* Seal @key into @out (pure but for the random salt and nonce). PL_E_NOMEM if Argon2id gets no memory. */
pl_status pl_keyfile_seal(const struct pl_privkey *key, pl_bytes passphrase, enum pl_keyfile_cost cost,
	uint8_t out[static PL_KEYFILE_LEN]);
/* The public key of a sealed key; nothing is checked but the layout. PL_E_SYNTAX, PL_E_UNSUPPORTED (a later version).
 */
pl_status pl_keyfile_public(pl_bytes file, struct pl_pubkey *ret, struct pl_diag *diag);
/* Open it. PL_E_DENIED: wrong passphrase or changed file. PL_E_SYNTAX, PL_E_UNSUPPORTED, PL_E_RANGE (cost out of
 * bounds), PL_E_CORRUPT (the public key is another one's). Wipe @ret with pl_privkey_done. */
pl_status pl_keyfile_unseal(pl_bytes file, pl_bytes passphrase, struct pl_privkey *ret, struct pl_diag *diag);

/* Write a new key file at @path below @dir, durably. PL_E_EXISTS if the name is taken. */
pl_status pl_keyfile_create(int dir, const char *path, const struct pl_privkey *key, const struct pl_passphrase *pass,
	enum pl_keyfile_cost cost, struct pl_diag *diag);
/* Read and open. PL_E_DENIED also if the file's mode lets group or others read it. */
pl_status pl_keyfile_open(int dir, const char *path, const struct pl_passphrase *pass, struct pl_privkey *ret,
	struct pl_diag *diag);
/* Only the public key of the file. */
pl_status pl_keyfile_read_public(int dir, const char *path, struct pl_pubkey *ret, struct pl_diag *diag);

#endif
