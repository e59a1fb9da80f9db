/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/state_table: the states, the reasons and the steps. */
#include "register/vuln/state.h"

const char *const pl_vuln_directions[PL_VULN_DIRECTIONS + 1] = {"inbound", "outbound", "review-room", NULL};

const char *const pl_vuln_stages[PL_VULN_STAGES + 1] = {
	"receipt", "verification", "remediation development", "release", "post-release", NULL,
};

const char *const pl_vuln_reasons[PL_VULN_REASONS + 1] = {
	"none", "fixed", "mitigated", "published-unfixed", "risk-accepted", "no-longer-supported", "fix-failed", "reopened",
	"not-the-same", "not-reproducible", "by-design", "no-security-impact", "out-of-scope", "no-answer", "other-vendor",
	"known-before", "no-report", "reporter-asked", "disagreement", NULL,
};

const struct pl_vuln_state_row pl_vuln_states[PL_VULN_STATES] = {
	[PL_VULN_NEW] = {"new", PL_VULN_RECEIPT, "New", false, false},
	[PL_VULN_PENDING] = {"pending", PL_VULN_RECEIPT, "Pending program review", false, false},
	[PL_VULN_NEEDS_INFO] = {"needs-info", PL_VULN_VERIFICATION, "Needs more info", false, false},
	[PL_VULN_TRIAGED] = {"triaged", PL_VULN_VERIFICATION, "Triaged", false, false},
	[PL_VULN_ACCEPTED] = {"accepted", PL_VULN_VERIFICATION, NULL, false, true},
	[PL_VULN_REPORTED] = {"reported", PL_VULN_RECEIPT, NULL, false, false},
	[PL_VULN_DISPUTED] = {"disputed", PL_VULN_VERIFICATION, NULL, false, false},
	[PL_VULN_IN_REMEDIATION] = {"in-remediation", PL_VULN_REMEDIATION, NULL, false, true},
	[PL_VULN_RETESTING] = {"retesting", PL_VULN_REMEDIATION, "Retesting", false, true},
	[PL_VULN_RESOLVED] = {"resolved", PL_VULN_RELEASE, "Resolved", true, true},
	[PL_VULN_INFORMATIVE] = {"informative", PL_VULN_ENDED, "Informative", true, false},
	[PL_VULN_DUPLICATE] = {"duplicate", PL_VULN_ENDED, "Duplicate", true, false},
	[PL_VULN_NOT_APPLICABLE] = {"not-applicable", PL_VULN_ENDED, "Not applicable", true, false},
	[PL_VULN_SPAM] = {"spam", PL_VULN_ENDED, "Spam", true, false},
	[PL_VULN_FORWARDED] = {"forwarded", PL_VULN_ENDED, NULL, true, false},
	[PL_VULN_WITHDRAWN] = {"withdrawn", PL_VULN_ENDED, NULL, true, false},
};

/* ---- steps ---- */

#define R(name) (1u << PL_VULN_R_##name)
#define NONE R(NONE)
#define OUTSIDE (1u << PL_VULN_OUTBOUND)
#define OURS ((1u << PL_VULN_INBOUND) | (1u << PL_VULN_REVIEW_ROOM))

/* Why something is worth knowing and no flaw; why it is none of ours. */
#define HARMLESS (R(NOT_REPRODUCIBLE) | R(BY_DESIGN) | R(NO_SECURITY_IMPACT))
#define NOT_OURS (HARMLESS | R(OUT_OF_SCOPE) | R(OTHER_VENDOR) | R(NO_LONGER_SUPPORTED))
#define DONE (R(FIXED) | R(MITIGATED) | R(PUBLISHED_UNFIXED))

#define S(from, to, reasons, directions) {PL_VULN_##from, PL_VULN_##to, (reasons), (directions)}

/* What may become of a case that nobody has judged yet. */
#define UNJUDGED(from) \
	S(from, NEEDS_INFO, NONE, 0), S(from, TRIAGED, NONE, 0), S(from, REPORTED, NONE, OUTSIDE), \
		S(from, INFORMATIVE, HARMLESS | R(OUT_OF_SCOPE), 0), S(from, DUPLICATE, NONE | R(KNOWN_BEFORE), 0), \
		S(from, NOT_APPLICABLE, NOT_OURS, 0), S(from, SPAM, R(NO_REPORT), 0), S(from, FORWARDED, R(OTHER_VENDOR), OURS), \
		S(from, WITHDRAWN, R(REPORTER_ASKED), 0)

static const struct pl_vuln_step steps[] = {
	S(NEW, PENDING, NONE, 0), UNJUDGED(NEW),
	UNJUDGED(PENDING),
	S(NEEDS_INFO, PENDING, NONE, 0), S(NEEDS_INFO, TRIAGED, NONE, 0), S(NEEDS_INFO, REPORTED, NONE, OUTSIDE),
	S(NEEDS_INFO, INFORMATIVE, HARMLESS | R(NO_ANSWER), 0), S(NEEDS_INFO, DUPLICATE, NONE | R(KNOWN_BEFORE), 0),
	S(NEEDS_INFO, NOT_APPLICABLE, NOT_OURS, 0), S(NEEDS_INFO, WITHDRAWN, R(REPORTER_ASKED), 0),
	S(TRIAGED, ACCEPTED, NONE, 0), S(TRIAGED, REPORTED, NONE, OUTSIDE), S(TRIAGED, NEEDS_INFO, NONE, 0),
	S(TRIAGED, DISPUTED, R(DISAGREEMENT), 0), S(TRIAGED, INFORMATIVE, HARMLESS | R(OUT_OF_SCOPE), 0),
	S(TRIAGED, DUPLICATE, NONE | R(KNOWN_BEFORE), 0), S(TRIAGED, NOT_APPLICABLE, NOT_OURS, 0),
	S(TRIAGED, FORWARDED, R(OTHER_VENDOR), OURS), S(TRIAGED, WITHDRAWN, R(REPORTER_ASKED), 0),
	S(ACCEPTED, REPORTED, NONE, OUTSIDE), S(ACCEPTED, IN_REMEDIATION, NONE, 0), S(ACCEPTED, DISPUTED, R(DISAGREEMENT), 0),
	S(ACCEPTED, RESOLVED, DONE | R(RISK_ACCEPTED) | R(NO_LONGER_SUPPORTED), 0),
	S(ACCEPTED, DUPLICATE, NONE | R(KNOWN_BEFORE), 0),
	S(REPORTED, NEEDS_INFO, NONE, OUTSIDE), S(REPORTED, IN_REMEDIATION, NONE, OUTSIDE),
	S(REPORTED, DISPUTED, R(DISAGREEMENT), OUTSIDE), S(REPORTED, RESOLVED, DONE, OUTSIDE),
	S(REPORTED, INFORMATIVE, HARMLESS, OUTSIDE), S(REPORTED, DUPLICATE, NONE | R(KNOWN_BEFORE), OUTSIDE),
	S(DISPUTED, TRIAGED, NONE, 0), S(DISPUTED, ACCEPTED, NONE, 0), S(DISPUTED, REPORTED, NONE, OUTSIDE),
	S(DISPUTED, IN_REMEDIATION, NONE, 0), S(DISPUTED, RESOLVED, R(PUBLISHED_UNFIXED), 0),
	S(DISPUTED, INFORMATIVE, HARMLESS | R(DISAGREEMENT), 0), S(DISPUTED, NOT_APPLICABLE, NOT_OURS, 0),
	S(IN_REMEDIATION, RETESTING, NONE, 0), S(IN_REMEDIATION, DISPUTED, R(DISAGREEMENT), 0),
	S(IN_REMEDIATION, RESOLVED, DONE | R(RISK_ACCEPTED), 0), S(IN_REMEDIATION, DUPLICATE, NONE | R(KNOWN_BEFORE), 0),
	S(RETESTING, RESOLVED, DONE, 0), S(RETESTING, IN_REMEDIATION, R(FIX_FAILED), 0),
	S(RESOLVED, RETESTING, R(REOPENED), 0), S(RESOLVED, IN_REMEDIATION, R(FIX_FAILED) | R(REOPENED), 0),
	S(INFORMATIVE, TRIAGED, R(REOPENED), 0),
	S(DUPLICATE, TRIAGED, R(NOT_THE_SAME), 0),
	S(NOT_APPLICABLE, TRIAGED, R(REOPENED), 0),
	S(SPAM, PENDING, R(REOPENED), 0),
	S(FORWARDED, TRIAGED, R(REOPENED), 0),
	S(WITHDRAWN, TRIAGED, R(REOPENED), 0),
};

const struct pl_vuln_step *pl_vuln_steps(size_t *ret_n)
{
	*ret_n = PL_COUNT(steps);
	return steps;
}
