/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/mark: what tells one copy from all others: 128 random bits, written "PLM-" and 26 digits of Crockford's
 * base 32. Whoever does not know a mark cannot make it, so nobody can lay another reader's copy on his desk. Pure.
 *
 * Three ways to carry one:
 *	letters   the text itself
 *	blanks    a line of 128 blanks, a space for 0 and a tab for 1, the highest bit first
 *	quotes    in comma-separated values: of cells that may stand bare or in quotes, those in quotes are 1
 */
#ifndef PL_REGISTER_AUDIT_MARK_H
#define PL_REGISTER_AUDIT_MARK_H
#include "base/diag.h"
#include "base/ulid.h"

#define PL_MARK_BITS 128u
#define PL_MARK_TEXT (4u + PL_ULID_TEXT)

struct pl_mark {
	struct pl_ulid v; /* all bits are random: it says nothing of the time */
};

struct pl_mark pl_mark_new(void);
/* NUL-terminated. */
void pl_mark_write(const struct pl_mark *m, char out[static PL_MARK_TEXT + 1]);
/* PL_E_SYNTAX. */
pl_status pl_mark_parse(pl_str text, struct pl_mark *ret);
bool pl_mark_eq(const struct pl_mark *a, const struct pl_mark *b);

/* Append the line of blanks, with a line feed before and behind it. */
void pl_mark_put_blanks(struct pl_buf *out, const struct pl_mark *m);
/* Append @csv with the mark in its quotes, as often as it fits. PL_E_SYNTAX with the line: no RFC 4180; PL_E_RANGE: it has
 * fewer than 128 cells that can carry a bit. */
pl_status pl_mark_put_quotes(pl_str csv, const struct pl_mark *m, struct pl_buf *out, struct pl_diag *diag);

/* A set of marks that were found; more than these are not kept. */
#define PL_MARKS_MAX 16u
struct pl_marks {
	size_t n;
	struct pl_mark m[PL_MARKS_MAX];
};
void pl_marks_add(struct pl_marks *s, const struct pl_mark *m);
/* Look for marks in letters, blanks and quotes. What looks like one need not be one. */
void pl_marks_find(pl_str text, struct pl_marks *s);

#endif
