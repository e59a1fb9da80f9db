/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/lines: texts of one line a thing: a title, lines of the head in their order, then whatever follows. Pure. */
#ifndef PL_REGISTER_VULN_LINES_H
#define PL_REGISTER_VULN_LINES_H
#include "base/arena.h"
#include "base/diag.h"

struct pl_vuln_lines {
	pl_str rest;
	unsigned line; /* that was taken last, from 1 */
};

/* Copy @text into @arena and begin. PL_E_TOOBIG, PL_E_SYNTAX (not UTF-8), PL_E_NOMEM. */
pl_status pl_vuln_lines_begin(struct pl_vuln_lines *l, pl_str text, size_t max, struct pl_arena *arena, struct pl_diag *diag);
/* The next line. PL_E_SYNTAX: the last one has no line break, or there is a control character. */
pl_status pl_vuln_lines_next(struct pl_vuln_lines *l, pl_str *ret, struct pl_diag *diag);
/* A line that must be @title; one that must be "@key <value>". */
pl_status pl_vuln_lines_title(struct pl_vuln_lines *l, const char *title, struct pl_diag *diag);
pl_status pl_vuln_lines_head(struct pl_vuln_lines *l, const char *key, pl_str *ret, struct pl_diag *diag);

#endif
