/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/policy: how flaws are disclosed, in one language: the body of a disclosure-policy/v1
 * (docs/formats/disclosure-policy.md).
 *
 *	pellucid-disclosure-policy v1
 *	language en
 *	from 2026-01-01
 *	title How we handle flaws
 *	about What finders can rely on.
 *	principle Users first | What protects users decides.
 *	clock CVD-1 We answer within three days.
 *
 * Pure. Text lives in the arena that was handed in.
 */
#ifndef PL_REGISTER_VULN_POLICY_H
#define PL_REGISTER_VULN_POLICY_H
#include "base/arena.h"
#include "base/diag.h"

#define PL_DISCLOSURE_TEXT_MAX 65536u /* bytes */
#define PL_DISCLOSURE_LINES_MAX 24u   /* principles, and as many clocks */
#define PL_DISCLOSURE_LANGUAGE_MAX 8u

struct pl_disclosure_line {
	pl_str name; /* of a principle; the code of a clock (register/clock) */
	pl_str text;
};

struct pl_disclosure_policy {
	pl_str language, title, about;
	uint64_t from; /* seconds: the first day on which it holds */
	size_t n_principles, n_clocks;
	struct pl_disclosure_line principles[PL_DISCLOSURE_LINES_MAX], clocks[PL_DISCLOSURE_LINES_MAX];
};

/* PL_E_SYNTAX, PL_E_NOTFOUND (no such clock), PL_E_TOOBIG, PL_E_NOMEM; words name the line. */
pl_status pl_disclosure_policy_parse(pl_str text, struct pl_arena *arena, struct pl_disclosure_policy *ret, struct pl_diag *diag);

#endif
