/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/http/condition: HTTP dates, entity tags and byte ranges (RFC 9110 sections 5.6.7, 13 and 14).
 *
 * Pure: no I/O, no heap, no globals; callable from any thread.
 */
#ifndef PL_WEB_HTTP_CONDITION_H
#define PL_WEB_HTTP_CONDITION_H
#include "base/base.h"

#define PL_HTTP_DATE_LEN 29u

/* Write @t (ns) as "Sun, 06 Nov 1994 08:49:37 GMT" and a NUL. */
void pl_http_date_write(uint64_t t, char out[static PL_HTTP_DATE_LEN + 1]);
/* Read that spelling (the only one that senders may still produce). PL_E_SYNTAX otherwise. */
pl_status pl_http_date_parse(pl_str text, uint64_t *ret);

/* Does the If-None-Match value @list name @tag (given without quotes), compared weakly, or is it "*"? A malformed list
 * matches nothing. */
bool pl_http_etag_listed(pl_str list, pl_str tag);

struct pl_http_range {
	uint64_t first, length;
};

/* Read the Range value @text for a body of @size bytes. PL_OK: exactly one satisfiable byte range. PL_E_RANGE: one that
 * lies wholly behind the body. PL_E_SYNTAX: anything else (several ranges, another unit): to be ignored. */
pl_status pl_http_range_parse(pl_str text, uint64_t size, struct pl_http_range *ret);
#endif
