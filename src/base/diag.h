/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/diag: words for the person whose input was refused: what, where, what was expected, what to do next.
 *
 * A function that takes a struct pl_diag * accepts NULL. Setting twice keeps the first (innermost) text; pl_diag_context
 * adds the outer place in front. Bounded: longer text is cut. Never put a secret or personal data here.
 */
#ifndef PL_BASE_DIAG_H
#define PL_BASE_DIAG_H
#include "base/str.h"

struct pl_diag {
	unsigned line, column; /* 1-based; 0 = not known */
	char text[512];
	char hint[256]; /* what to do next; may be empty */
};

/* Record the text (printf style) unless one is there, and hand back @st, so that a refusal is one line:
 *	return pl_diag_set(diag, PL_E_SYNTAX, "expected a decimal size, found \"%.*s\"", PL_STR_ARG(s)); */
#define pl_diag_set(d, st, ...) (pl_diag_words((d), __VA_ARGS__), (pl_status)(st))
/* The part of it that is a function; a macro around it lets the compiler see that a refusal is not PL_OK. */
void pl_diag_words(struct pl_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Where it was; keeps a place that was set before. */
void pl_diag_at(struct pl_diag *d, unsigned line, unsigned column);
/* What to do next; keeps a hint that was set before. */
void pl_diag_hint(struct pl_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Put "@fmt: " in front of the text. */
void pl_diag_context(struct pl_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The text, or the status's own text if none was set. Lives as long as @d. */
const char *pl_diag_text(const struct pl_diag *d, pl_status st);

#endif
