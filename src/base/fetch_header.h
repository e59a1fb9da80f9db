/* SPDX-License-Identifier: Apache-2.0 */
/* base/fetch_header: one line of an answer's head, as libcurl hands it over. Pure; inside this room only. */
#ifndef PL_BASE_FETCH_HEADER_H
#define PL_BASE_FETCH_HEADER_H
#include "base/fetch.h"

/* Make every value "". */
void pl_fetch_header_clear(const struct pl_fetch_want *wants, size_t n);
/* Take @line, with its line break: the value of a wanted header is put where it is wanted, cut to fit, the last one of a name counts; a
 * status line begins an answer, for which nothing of an interim one or a redirect counts. *ended: the empty line came. */
void pl_fetch_header_take(pl_str line, const struct pl_fetch_want *wants, size_t n, bool *ended);

#endif
