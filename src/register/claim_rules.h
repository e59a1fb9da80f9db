/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/claim_rules: what does not fit together among claims.
 *
 * What always holds:
 *  1. Only claims about the same thing are compared (pl_claim_about), and a flag names the claims that it rests on.
 *  2. Same claims, same time, same flags in the same order, whatever the order of the claims.
 *  3. A status explains a flag and never hides it: it comes out with `explained` set. (A promise that was met in time gives none.)
 *
 * Two claims of values differ if no value satisfies both: 13 and "at least 2" do not differ, 4 and 9 do. Words differ unless a
 * standing claim of kind name makes them one thing. Values in different units differ. A count is compared with counts alone: of the
 * same days, or of days within the other's, which cannot be more; a number that holds is never compared with a count.
 *
 * Pure: no I/O; callable from any thread.
 */
#ifndef PL_REGISTER_CLAIM_RULES_H
#define PL_REGISTER_CLAIM_RULES_H
#include "register/claim.h"

#define PL_CLAIMS_MAX 65536u
#define PL_CLAIM_FLAGS_MAX 4096u

enum pl_claim_flag_kind {
	PL_CLAIM_FLAG_CONTRADICTION, /* both hold at one time, and differ; or one says never, and the other counts some */
	PL_CLAIM_FLAG_ORDER_UNKNOWN, /* they differ, and nobody can say which is the later one: at least one has no date */
	PL_CLAIM_FLAG_SUPERSEDED,    /* the first one's end is open, and a later one differs; nobody has stated that it took its place */
	PL_CLAIM_FLAG_STALE,         /* its day of review is over; or it said never, and something was counted since */
	PL_CLAIM_FLAG_OVERDUE,       /* a promise whose due date is over, and no claim shows it kept */
	PL_CLAIM_FLAG_EXPIRED,       /* a certificate that ended, and no other one follows it */
	PL_CLAIM_FLAGS
};
extern const char *const pl_claim_flag_words[PL_CLAIM_FLAGS + 1];

/* What was found: with another claim, then about one. */
enum pl_claim_finding {
	PL_CLAIM_FOUND_COUNTED,      /* what never was has been counted */
	PL_CLAIM_FOUND_SINCE,        /* ... since the day that it was said */
	PL_CLAIM_FOUND_AROUND,       /* ... before that day, or after it */
	PL_CLAIM_FOUND_UNORDERED,    /* nobody has stated which supersedes the other */
	PL_CLAIM_FOUND_NO_LAST_DAY,  /* neither count says up to which day */
	PL_CLAIM_FOUND_SAME_DAYS,    /* counted differently */
	PL_CLAIM_FOUND_PART,         /* more in a part than in the whole */
	PL_CLAIM_FOUND_NOT_REPLACED, /* nobody has stated that the later one takes its place */
	PL_CLAIM_FOUND_AT_ONE_TIME,  /* both hold */
	PL_CLAIM_FOUND_NOT_IN_TIME,  /* promised by .day; what .other claims does not show it kept in time */
	PL_CLAIM_FOUND_NOT_KEPT,     /* promised by .day, and no claim shows it kept */
	PL_CLAIM_FOUND_ENDED,        /* on .day, and no other one follows */
	PL_CLAIM_FOUND_NOT_RENEWED,  /* was to be confirmed anew by .day */
	PL_CLAIM_FINDINGS
};

struct pl_claim_flag {
	enum pl_claim_flag_kind kind;
	enum pl_claim_finding finding;
	const struct pl_claim *claim, *other; /* other may be NULL */
	bool explained;                       /* a status of one of them says what became of it */
	char day[PL_CLAIM_DAY_TEXT];          /* "" where the finding names none */
	char words[320];                      /* all of it in English, with values and validity */
};

/*
 * Examine the @n claims at @now (seconds). *@ret, borrowing from @claims, belongs to the caller (pl_free), ordered by what the claims
 * are about, then by their ids. PL_E_TOOBIG: more than PL_CLAIMS_MAX claims or PL_CLAIM_FLAGS_MAX flags.
 */
pl_status pl_claim_flags(const struct pl_claim *claims, size_t n, uint64_t now, struct pl_claim_flag **ret, size_t *ret_n);

#endif
