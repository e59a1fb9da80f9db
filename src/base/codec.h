/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/codec: hex, base64 (RFC 4648 section 4, and the URL alphabet of section 5), big-endian integers, and a bounded
 * reader for fixed binary layouts. Pure.
 */
#ifndef PL_BASE_CODEC_H
#define PL_BASE_CODEC_H
#include "base/buf.h"

/* Append lower-case hex. */
void pl_hex_put(struct pl_buf *out, pl_bytes data);
/* Write 2 * @len lower-case digits and a NUL to @out. */
void pl_hex_write(const uint8_t *data, size_t len, char *out);
/* Exactly @len bytes from 2 * @len lower-case digits. PL_E_SYNTAX otherwise; @out is then untouched. */
pl_status pl_hex_read(pl_str text, uint8_t *out, size_t len);

/* Append padded standard base64. */
void pl_base64_put(struct pl_buf *out, pl_bytes data);
/* Append padded URL-safe base64. */
void pl_base64url_put(struct pl_buf *out, pl_bytes data);
/* Decode padded, canonical standard base64 (unused bits zero, no line breaks) and append it. PL_E_SYNTAX, or @out's
 * own failure; @out is then as before. */
pl_status pl_base64_get(pl_str text, struct pl_buf *out);
/* The same into exactly @len bytes. */
pl_status pl_base64_read(pl_str text, uint8_t *out, size_t len);
/* Decode either alphabet, padded or not (DSSE 1.0.0 wants both alphabets accepted). */
pl_status pl_base64_get_lenient(pl_str text, struct pl_buf *out);

static inline uint16_t pl_be16(const uint8_t *p) { return (uint16_t)((unsigned)p[0] << 8 | p[1]); }
static inline uint32_t pl_be32(const uint8_t *p) { return (uint32_t)pl_be16(p) << 16 | pl_be16(p + 2); }
static inline uint64_t pl_be64(const uint8_t *p) { return (uint64_t)pl_be32(p) << 32 | pl_be32(p + 4); }
static inline void pl_be16_write(uint8_t *p, uint16_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }
static inline void pl_be32_write(uint8_t *p, uint32_t v) { pl_be16_write(p, (uint16_t)(v >> 16)); pl_be16_write(p + 2, (uint16_t)v); }
static inline void pl_be64_write(uint8_t *p, uint64_t v) { pl_be32_write(p, (uint32_t)(v >> 32)); pl_be32_write(p + 4, (uint32_t)v); }

/* Typed reads from the front of *@b; PL_E_SYNTAX if too short (then *@b is untouched). */
pl_status pl_get_u8(pl_bytes *b, uint8_t *ret);
pl_status pl_get_be16(pl_bytes *b, uint16_t *ret);
pl_status pl_get_be32(pl_bytes *b, uint32_t *ret);
pl_status pl_get_be64(pl_bytes *b, uint64_t *ret);
pl_status pl_get_bytes(pl_bytes *b, size_t len, pl_bytes *ret);

#endif
