/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/state: where a report of a flaw stands, and how it gets from there to elsewhere.
 *
 * States, reasons and steps are data (state_table.c). Each state has its stage of ISO/IEC 29147:2018 and 30111:2019
 * (ISO/IEC TR 5895:2022 for several parties) and the word that HackerOne uses for it, if it has one.
 *
 * What always holds:
 *  1. What no row names is no step; a step that wants a reason has exactly one of those that its row names.
 *  2. Every case begins as "new", and every state can be reached from there.
 *  3. What a step does to the clocks of the case (register/clock) stands in its states, not in whoever makes it.
 *
 * Pure.
 */
#ifndef PL_REGISTER_VULN_STATE_H
#define PL_REGISTER_VULN_STATE_H
#include "base/base.h"

enum pl_vuln_direction { PL_VULN_INBOUND, PL_VULN_OUTBOUND, PL_VULN_REVIEW_ROOM, PL_VULN_DIRECTIONS };
extern const char *const pl_vuln_directions[PL_VULN_DIRECTIONS + 1];

enum pl_vuln_state {
	PL_VULN_NEW, PL_VULN_PENDING, PL_VULN_NEEDS_INFO, PL_VULN_TRIAGED, PL_VULN_ACCEPTED, PL_VULN_REPORTED,
	PL_VULN_DISPUTED, PL_VULN_IN_REMEDIATION, PL_VULN_RETESTING, PL_VULN_RESOLVED, PL_VULN_INFORMATIVE,
	PL_VULN_DUPLICATE, PL_VULN_NOT_APPLICABLE, PL_VULN_SPAM, PL_VULN_FORWARDED, PL_VULN_WITHDRAWN, PL_VULN_STATES
};

enum pl_vuln_stage { PL_VULN_RECEIPT, PL_VULN_VERIFICATION, PL_VULN_REMEDIATION, PL_VULN_RELEASE, PL_VULN_ENDED,
	PL_VULN_STAGES };
extern const char *const pl_vuln_stages[PL_VULN_STAGES + 1];

/* Bits of a step's reasons are 1 << one of these. */
enum pl_vuln_reason {
	PL_VULN_R_NONE, PL_VULN_R_FIXED, PL_VULN_R_MITIGATED, PL_VULN_R_PUBLISHED_UNFIXED, PL_VULN_R_RISK_ACCEPTED,
	PL_VULN_R_NO_LONGER_SUPPORTED, PL_VULN_R_FIX_FAILED, PL_VULN_R_REOPENED, PL_VULN_R_NOT_THE_SAME,
	PL_VULN_R_NOT_REPRODUCIBLE, PL_VULN_R_BY_DESIGN, PL_VULN_R_NO_SECURITY_IMPACT, PL_VULN_R_OUT_OF_SCOPE,
	PL_VULN_R_NO_ANSWER, PL_VULN_R_OTHER_VENDOR, PL_VULN_R_KNOWN_BEFORE, PL_VULN_R_NO_REPORT,
	PL_VULN_R_REPORTER_ASKED, PL_VULN_R_DISAGREEMENT, PL_VULN_REASONS
};
/* Words as they stand in the register; ends with NULL. */
extern const char *const pl_vuln_reasons[PL_VULN_REASONS + 1];

struct pl_vuln_state_row {
	const char *word;
	enum pl_vuln_stage stage;
	const char *hackerone; /* "Triaged"; NULL: it has none */
	bool closed;
	bool flaw;             /* it is held to be a flaw: a bounty may be awarded, a fix may be tested */
};
/* By enum pl_vuln_state. */
extern const struct pl_vuln_state_row pl_vuln_states[PL_VULN_STATES];

struct pl_vuln_step {
	enum pl_vuln_state from, to;
	unsigned reasons;    /* which may be given; PL_VULN_R_NONE among them: none need be */
	unsigned directions; /* bits, 1 << enum pl_vuln_direction; 0: all */
};
/* All steps, by .from; *@ret_n of them. Lives for ever. */
const struct pl_vuln_step *pl_vuln_steps(size_t *ret_n);

/* PL_E_NOTFOUND: no such word. */
pl_status pl_vuln_state_parse(pl_str word, enum pl_vuln_state *ret);
pl_status pl_vuln_reason_parse(pl_str word, enum pl_vuln_reason *ret);
pl_status pl_vuln_direction_parse(pl_str word, enum pl_vuln_direction *ret);

/* May a case of @direction go from @from to @to for @reason? PL_E_STATE with words that name what may follow, PL_E_RANGE
 * with words that name the reasons. */
pl_status pl_vuln_step_check(enum pl_vuln_direction direction, enum pl_vuln_state from, enum pl_vuln_state to,
	enum pl_vuln_reason reason, struct pl_diag *diag);

/* After so long without an answer a case that needs information is closed as informative. */
#define PL_VULN_ANSWER_SECONDS (UINT64_C(30) * 86400)

#endif
