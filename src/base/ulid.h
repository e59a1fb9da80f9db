/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/ulid: 128-bit identifiers that sort by time: 48 bits of milliseconds, 80 random bits, spelled as 26 digits of
 * Crockford's base 32 (ulid specification, canonical upper-case form).
 */
#ifndef PL_BASE_ULID_H
#define PL_BASE_ULID_H
#include "base/buf.h"

#define PL_ULID_TEXT 26u

struct pl_ulid {
	uint8_t b[16];
};

/* A new identifier of now. Two made in one process sort in the order they were made. Thread-safe. */
struct pl_ulid pl_ulid_new(void);
/* Exactly 26 canonical digits, first at most '7'. PL_E_SYNTAX otherwise. */
pl_status pl_ulid_parse(pl_str text, struct pl_ulid *ret);
void pl_ulid_put(struct pl_buf *out, const struct pl_ulid *u);
/* NUL-terminated. */
void pl_ulid_write(const struct pl_ulid *u, char out[static PL_ULID_TEXT + 1]);
/* Milliseconds since 1970. */
uint64_t pl_ulid_ms(const struct pl_ulid *u);

#endif
