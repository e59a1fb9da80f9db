/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/csv: reading and writing comma-separated values (RFC 4180).
 *
 * A line ends in LF or CR LF; a field in double quotes may hold commas, line breaks and doubled quotes. Text is UTF-8. Pure.
 */
#ifndef PL_BASE_CSV_H
#define PL_BASE_CSV_H
#include "base/base.h"

struct pl_csv {
	pl_str rest;
	unsigned line; /* of the row that was read last, from 1 */
	unsigned next_line;
};

void pl_csv_init(struct pl_csv *c, pl_str text);
/* Read the next row. *@ret_n fields, at most @max (PL_E_TOOBIG beyond), texts live in @arena. PL_E_NOTFOUND at the end; PL_E_SYNTAX for
 * a quote inside of an unquoted field, text behind a closing quote, or text that is not UTF-8. */
pl_status pl_csv_row(struct pl_csv *c, struct pl_arena *arena, pl_str *ret, size_t max, size_t *ret_n, struct pl_diag *diag);

/* Append one field; quoted only if it must be. Begin the row with @first true. */
void pl_csv_put(struct pl_buf *out, pl_str field, bool first);

#endif
