/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/codes: the short codes of countries (ISO 3166-1 alpha-2) and of money (ISO 4217 alphabetic codes of
 * currencies in use, without funds, metals and tests), and amounts of money as people write them.
 *
 * Money is a whole number of minor units: 1.50 EUR is 150, 150 JPY is 150, 1.500 BHD is 1500. Nothing is ever rounded.
 *
 * Pure: no I/O, no heap; callable from any thread.
 */
#ifndef PL_REGISTER_ENTITY_CODES_H
#define PL_REGISTER_ENTITY_CODES_H
#include "base/base.h"

/* Is it the code of a country, in capitals? */
bool pl_country_ok(pl_str code);

struct pl_currency {
	char code[4]; /* "EUR", NUL-terminated; empty: none */
	uint8_t digits; /* decimals of its minor unit: 0, 2 or 3 */
};

/* PL_E_NOTFOUND: no currency of this list has that code. */
pl_status pl_currency_parse(pl_str code, struct pl_currency *ret);
static inline bool pl_currency_eq(struct pl_currency a, struct pl_currency b)
{
	return memcmp(a.code, b.code, sizeof a.code) == 0;
}

/* One posting is smaller than this many minor units, so that sums of a book stay far below 2^63. */
#define PL_MONEY_MAX INT64_C(10000000000000)

/* Read "-1234.50" with exactly the decimals of @currency, without leading zeros or a plus sign. PL_E_SYNTAX with the
 * expected spelling, PL_E_RANGE beyond PL_MONEY_MAX; "-0" is no number. */
pl_status pl_money_parse(pl_str text, struct pl_currency currency, int64_t *ret, struct pl_diag *diag);
/* Append "-1234.50 EUR". */
void pl_money_put(struct pl_buf *out, int64_t amount, struct pl_currency currency);

#endif
