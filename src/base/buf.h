/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/buf: owned, growing text or bytes with a mandatory maximum.
 *
 * Failure is sticky: once an append did not fit or memory was refused, the buffer holds nothing more and every later
 * append is ignored; ask pl_buf_status() once at the end. Not shared between threads.
 *
 *	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
 *	pl_buf_put_z(&b, "size ");
 *	pl_buf_put_u64(&b, n);
 *	if (pl_buf_status(&b)) ...
 */
#ifndef PL_BASE_BUF_H
#define PL_BASE_BUF_H
#include "base/str.h"

struct pl_buf {
	uint8_t *ptr; /* NULL while empty */
	size_t len, cap, max;
	pl_status status;
};

#define PL_BUF(maximum) {.max = (maximum)}

void pl_buf_init(struct pl_buf *b, size_t max);
/* Give the memory back; the buffer is empty and usable again with its maximum. */
void pl_buf_done(struct pl_buf *b);
/* Wipe, then give back: for secrets. Growth wipes the old memory only if it was reserved by pl_buf_reserve first. */
void pl_buf_done_secret(struct pl_buf *b);
/* Empty it (failure too) and keep the memory. */
void pl_buf_clear(struct pl_buf *b);
/* Cut to @len bytes (no effect if shorter). */
void pl_buf_truncate(struct pl_buf *b, size_t len);
/* Drop the first @n bytes (capped). */
void pl_buf_drop_front(struct pl_buf *b, size_t n);
/* PL_OK, PL_E_TOOBIG or PL_E_NOMEM. */
pl_status pl_buf_status(const struct pl_buf *b);
/* Room for @n more bytes; the write position, or NULL (and sticky failure). Follow with pl_buf_commit. */
uint8_t *pl_buf_reserve(struct pl_buf *b, size_t n);
/* Say how many of the reserved bytes were written. */
void pl_buf_commit(struct pl_buf *b, size_t n);

void pl_buf_put(struct pl_buf *b, const void *data, size_t len);
void pl_buf_put_bytes(struct pl_buf *b, pl_bytes s);
void pl_buf_put_str(struct pl_buf *b, pl_str s);
void pl_buf_put_z(struct pl_buf *b, const char *z);
void pl_buf_put_c(struct pl_buf *b, char c);
void pl_buf_put_u64(struct pl_buf *b, uint64_t v); /* decimal */
void pl_buf_put_i64(struct pl_buf *b, int64_t v);
void pl_buf_put_u8(struct pl_buf *b, uint8_t v);
void pl_buf_put_be16(struct pl_buf *b, uint16_t v);
void pl_buf_put_be32(struct pl_buf *b, uint32_t v);
void pl_buf_put_be64(struct pl_buf *b, uint64_t v);
void pl_buf_printf(struct pl_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline pl_str pl_buf_str(const struct pl_buf *b) { return (pl_str){(const char *)b->ptr, b->len}; }
static inline pl_bytes pl_buf_bytes(const struct pl_buf *b) { return (pl_bytes){b->ptr, b->len}; }
/* The content as a NUL-terminated string (the NUL is not counted); NULL if the buffer failed. Lives until the next
 * append. */
const char *pl_buf_z(struct pl_buf *b);

#endif
