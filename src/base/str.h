/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/str: borrowed text (pl_str) and bytes (pl_bytes), and the one parser for numbers.
 *
 * Neither owns memory nor ends in NUL; both are passed by value. A zero value is the empty string. Pure: no heap, no
 * globals; callable from any thread. The pl_str_eat/take family moves the front of *s past what it recognised and
 * leaves *s untouched when it did not.
 */
#ifndef PL_BASE_STR_H
#define PL_BASE_STR_H
#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct pl_str {
	const char *ptr;
	size_t len;
} pl_str;

typedef struct pl_bytes {
	const uint8_t *ptr;
	size_t len;
} pl_bytes;

/* A pl_str of a string literal or char array initialised from one. */
#define PL_STR(lit) ((pl_str){.ptr = ("" lit), .len = sizeof(lit) - 1})
#define PL_STR_INIT(lit) {.ptr = ("" lit), .len = sizeof(lit) - 1}
/* For printf: printf("%.*s", PL_STR_ARG(s)). */
#define PL_STR_ARG(s) (int)((s).len > 4096 ? 4096 : (s).len), ((s).ptr ? (s).ptr : "")

/* Borrow the NUL-terminated @z; NULL gives the empty string. */
pl_str pl_str_from(const char *z);
static inline pl_str pl_str_of(const char *ptr, size_t len) { return (pl_str){ptr, len}; }
static inline pl_bytes pl_bytes_of(const void *ptr, size_t len) { return (pl_bytes){(const uint8_t *)ptr, len}; }
static inline pl_bytes pl_str_bytes(pl_str s) { return (pl_bytes){(const uint8_t *)s.ptr, s.len}; }
static inline pl_str pl_bytes_str(pl_bytes b) { return (pl_str){(const char *)b.ptr, b.len}; }

bool pl_str_eq(pl_str a, pl_str b);
bool pl_bytes_eq(pl_bytes a, pl_bytes b);
/* Byte order: <0, 0, >0; a prefix sorts before the longer string. */
int pl_str_cmp(pl_str a, pl_str b);
bool pl_str_starts(pl_str s, pl_str prefix);
bool pl_str_ends(pl_str s, pl_str suffix);
/* First position of @c in @s, or s.len. */
size_t pl_str_find(pl_str s, char c);
/* First position of @needle in @s, or s.len. */
size_t pl_str_find_str(pl_str s, pl_str needle);
/* @s from byte @from (capped) up to @len bytes (capped). */
pl_str pl_str_sub(pl_str s, size_t from, size_t len);
/* @s without ASCII spaces and tabs at both ends. */
pl_str pl_str_trim(pl_str s);

/* If *@s starts with @prefix, move past it and answer true. */
bool pl_str_eat(pl_str *s, pl_str prefix);
/* Take the part of *@s before @sep and move past @sep; false (and *@s untouched) if there is no @sep. */
bool pl_str_take_until(pl_str *s, char sep, pl_str *ret);
/* Take one line ending in \n (not part of @ret); false if *@s has no \n. */
bool pl_str_take_line(pl_str *s, pl_str *ret);

/* Read all of @s as a decimal number without sign, spaces or leading zeros ("0" itself is fine).
 * PL_E_SYNTAX for any other spelling, PL_E_RANGE above @max. */
pl_status pl_str_to_u64(pl_str s, uint64_t max, uint64_t *ret);
/* The same with an optional leading '-'. */
pl_status pl_str_to_i64(pl_str s, int64_t *ret);

/* Is @s well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool pl_str_is_utf8(pl_str s);

/* Copy @s into the caller's array as a NUL-terminated string. PL_E_TOOBIG if it does not fit, PL_E_SYNTAX if it holds a
 * NUL. */
pl_status pl_str_z(pl_str s, char *out, size_t out_size);

#endif
