/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/cover: for which days somebody else said of a standard that it was met, and for which days nobody did.
 *
 * What always holds: the pieces follow one another without a gap from the first day that any audit of the standard speaks
 * of to today, or to the last day covered if that is later; two pieces next to each other differ. A day without an audit
 * is a piece of its own: nothing is left out. Pure.
 */
#ifndef PL_REGISTER_AUDIT_COVER_H
#define PL_REGISTER_AUDIT_COVER_H
#include "register/audit/audit.h"

/* An audit with all that was said of it afterwards, in the order of the log. */
struct pl_audit_life {
	struct pl_audit audit;
	size_t n_ends;
	const struct pl_audit_end *ends;
};

enum pl_cover_state { PL_COVER_COVERED, PL_COVER_SUSPENDED, PL_COVER_UNCOVERED };
extern const char *const pl_cover_states[4];

struct pl_cover_piece {
	enum pl_cover_state state;
	uint64_t from, to;              /* [from, to) */
	const struct pl_audit_life *by; /* NULL: nobody */
};

struct pl_cover {
	uint64_t from, to;
	size_t n;
	struct pl_cover_piece *pieces;
	uint64_t uncovered_days, gaps;  /* of pieces without cover, suspended ones among them, up to today */
};

/* What @life says of the day that begins at @day. */
enum pl_cover_state pl_cover_on(const struct pl_audit_life *life, uint64_t day);
/* Was it withdrawn, and did nothing follow? Then it speaks of no day any more if it was stated in error. */
bool pl_cover_withdrawn(const struct pl_audit_life *life);

/* The pieces of the @n audits of one standard, as of @now (seconds); in @arena. PL_E_NOMEM. @n 0, or nothing
 * but looks at single days to come: no pieces, and .from is .to. */
pl_status pl_cover_of(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_cover *ret);

/* The audit before @a: the one that it supersedes, or of the same standard the one that began last before it did. NULL:
 * there is none. Whatever was stated in error is passed over. */
const struct pl_audit_life *pl_cover_before(const struct pl_audit_life *lives, size_t n, const struct pl_audit *a);

#endif
