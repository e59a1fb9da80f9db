/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/stream: a file of any size sealed under one key of its own (XChaCha20-Poly1305, libsodium's crypto_secretstream), for what is
 * stored and read again by us. For files that others open there is crypto/age.
 *
 *	header[24] || pieces of 64 KiB, each with 17 bytes of overhead; the last one, which may be shorter or empty, is marked
 *
 * What always holds:
 *  1. Writing and reading pass any size with the memory of one piece.
 *  2. Nothing is handed out before it was authenticated, and a file that was cut off, prolonged, put together anew or changed in any
 *     bit does not end well: what came before its end must then be thrown away.
 *  3. One plain text has one length: pl_stream_sealed_len.
 *
 * One object belongs to one thread at a time.
 */
#ifndef PL_CRYPTO_STREAM_H
#define PL_CRYPTO_STREAM_H
#include "base/base.h"

#define PL_STREAM_KEY_LEN 32u
#define PL_STREAM_PIECE 65536u

/* Take the next bytes; a status other than PL_OK ends the work and comes back. */
typedef pl_status (*pl_stream_sink)(void *ctx, pl_bytes piece);

/* Bytes of a sealed file whose plain text has @plain bytes (up to 2^62). Pure. */
uint64_t pl_stream_sealed_len(uint64_t plain);

struct pl_stream_writer;
/* Begin a file: its header goes to @sink. @key is copied; it seals this one file and no other. */
pl_status pl_stream_write_begin(const uint8_t key[static PL_STREAM_KEY_LEN], pl_stream_sink sink, void *ctx, struct pl_stream_writer **ret);
pl_status pl_stream_write(struct pl_stream_writer *w, pl_bytes plain);
/* The last piece. Without it the file does not open. */
pl_status pl_stream_write_end(struct pl_stream_writer *w);
/* Wipes; NULL allowed. */
void pl_stream_writer_free(struct pl_stream_writer *w);
/* For PL_CLEANUP. */
static inline void pl_stream_writer_freep(struct pl_stream_writer **w) { pl_stream_writer_free(*w); }

struct pl_stream_reader;
/* Read a file sealed under @key (copied): its plain bytes go to @sink, piece by piece. */
void pl_stream_read_begin(const uint8_t key[static PL_STREAM_KEY_LEN], pl_stream_sink sink, void *ctx, struct pl_stream_reader **ret);
/* More of the sealed bytes. PL_E_CORRUPT: another key, or changed. */
pl_status pl_stream_read(struct pl_stream_reader *r, pl_bytes sealed);
/* There are no more. PL_E_CORRUPT: its end is missing. */
pl_status pl_stream_read_end(struct pl_stream_reader *r);
/* Wipes; NULL allowed. */
void pl_stream_reader_free(struct pl_stream_reader *r);
/* For PL_CLEANUP. */
static inline void pl_stream_reader_freep(struct pl_stream_reader **r) { pl_stream_reader_free(*r); }

#endif
