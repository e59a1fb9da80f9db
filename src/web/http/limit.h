/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http/limit: how often one peer may ask. Token buckets in a table of fixed size: a minute's worth of requests may come at
 * once, and they come back evenly over the minute.
 *
 * The table forgets the least recently seen of four when it is full, so a flood of addresses makes limits milder, never
 * memory larger. Keys are mixed with a random seed so that nobody can aim at a slot. Thread-safe.
 */
#ifndef PL_WEB_HTTP_LIMIT_H
#define PL_WEB_HTTP_LIMIT_H
#include "base/base.h"

struct pl_http_limit;

/* Who asks: an address (IPv6: its first 64 bits) or a user id behind a Unix socket, and which rule counts. */
struct pl_http_limit_key {
	uint8_t peer[16];
	uint32_t rule;
};

struct pl_http_limit *pl_http_limit_new(void);
void pl_http_limit_free(struct pl_http_limit *l);
/* May @key ask once more at @now (monotonic ns) when @per_minute are allowed? If not, *ret_wait is the seconds (>= 1)
 * after which it may. */
bool pl_http_limit_take(struct pl_http_limit *l, const struct pl_http_limit_key *key, uint32_t per_minute, uint64_t now,
	unsigned *ret_wait);
#endif
