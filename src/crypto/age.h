/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/age: files for one reader, in the format age-encryption.org/v1 (c2sp.org/age), which stock tools read: X25519 recipients
 * ("age1...") or a passphrase (scrypt). docs/decisions/0031-answers.md says why this one.
 *
 *	age-encryption.org/v1
 *	-> X25519 <ephemeral share>          one for each recipient; or: -> scrypt <salt> <log2 of the work factor>
 *	<file key[16], sealed>
 *	--- <HMAC of the header>
 *	nonce[16] || chunks of 64 KiB, ChaCha20-Poly1305, counted; the last one is marked
 *
 * What always holds:
 *  1. Writing and reading pass any size with the memory of one chunk.
 *  2. Opening a file shows that its end is there; a chunk is handed out only after it was authenticated.
 *  3. One file has one spelling of everything but its nonces and keys: padding, order and lengths of another kind are refused.
 */
#ifndef PL_CRYPTO_AGE_H
#define PL_CRYPTO_AGE_H
#include "base/base.h"

#define PL_AGE_RECIPIENTS_MAX 16u
#define PL_AGE_TEXT 80u          /* room for a recipient or an identity with its NUL */
#define PL_AGE_WORK 18u          /* log2 of scrypt's work factor that we write: 256 MiB */
#define PL_AGE_WORK_MAX 20u      /* and that we read: 1 GiB */
#define PL_AGE_CHUNK 65536u

/* A reader's public half, and the secret one. */
struct pl_age_recipient {
	uint8_t b[32];
};
struct pl_age_identity {
	uint8_t b[32];
};

/* "age1...", Bech32 in lower case. PL_E_SYNTAX; PL_E_RANGE for a point of small order. */
pl_status pl_age_recipient_parse(pl_str text, struct pl_age_recipient *ret);
void pl_age_recipient_write(const struct pl_age_recipient *r, char out[static PL_AGE_TEXT]);
/* "AGE-SECRET-KEY-1...", in upper case. PL_E_SYNTAX. Wipe with pl_age_identity_done. */
pl_status pl_age_identity_parse(pl_str text, struct pl_age_identity *ret);
void pl_age_identity_write(const struct pl_age_identity *i, char out[static PL_AGE_TEXT]);
void pl_age_identity_new(struct pl_age_identity *ret);
void pl_age_identity_public(const struct pl_age_identity *i, struct pl_age_recipient *ret);
void pl_age_identity_done(struct pl_age_identity *i);
/* The first identity in a file as age-keygen writes it: comments, empty lines, and one identity a line. PL_E_NOTFOUND. */
pl_status pl_age_identity_find(pl_str file, struct pl_age_identity *ret);

/* For whom: 1 to PL_AGE_RECIPIENTS_MAX recipients, or a passphrase and none. */
struct pl_age_to {
	const struct pl_age_recipient *recipients;
	size_t n;
	pl_str passphrase;
	unsigned work; /* 0: PL_AGE_WORK */
};

typedef pl_status (*pl_age_sink)(void *ctx, pl_bytes piece);

struct pl_age_writer;
/* Begin a file: its header goes to @sink. PL_E_RANGE: nobody, both, or too many. PL_E_NOMEM: scrypt was refused its memory. */
pl_status pl_age_write_begin(const struct pl_age_to *to, pl_age_sink sink, void *ctx, struct pl_age_writer **ret);
pl_status pl_age_write(struct pl_age_writer *w, pl_bytes plain);
/* The last chunk. Without it the file does not open. */
pl_status pl_age_write_end(struct pl_age_writer *w);
/* Wipes; NULL allowed. */
void pl_age_writer_free(struct pl_age_writer *w);
/* For PL_CLEANUP. */
static inline void pl_age_writer_freep(struct pl_age_writer **w) { pl_age_writer_free(*w); }

/* Where a file is read: up to @len bytes at @offset; *ret_len is smaller only at the end. */
typedef pl_status (*pl_age_source)(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len);

struct pl_age_reader;
/* Open the file of @size bytes behind @source with @identity, or with @passphrase if that is NULL. PL_E_SYNTAX: not such a file.
 * PL_E_DENIED: not for this reader. PL_E_UNSUPPORTED: a work factor above PL_AGE_WORK_MAX. PL_E_CORRUPT: changed, or cut off. */
pl_status pl_age_open(pl_age_source source, void *ctx, uint64_t size, const struct pl_age_identity *identity, pl_str passphrase,
	struct pl_age_reader **ret, struct pl_diag *diag);
/* Bytes of the plain text. */
uint64_t pl_age_size(const struct pl_age_reader *r);
/* Is also a pl_age_source, with the reader as its ctx. PL_E_CORRUPT. */
pl_status pl_age_pread(void *reader, uint64_t offset, void *data, size_t len, size_t *ret_len);
void pl_age_close(struct pl_age_reader *r);
/* For PL_CLEANUP. */
static inline void pl_age_closep(struct pl_age_reader **r) { pl_age_close(*r); }

/* Does @front, the first bytes of a file, begin one? */
bool pl_age_is(pl_bytes front);

#endif
