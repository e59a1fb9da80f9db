/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/notice: the documents of Article 14 of the Cyber Resilience Act (register/advisory/cra.h) out of a case: filled from it, kept with it, amended.
 *
 *	pl_vuln_notice_make                what it would say, with what is still missing; writes nothing
 *	pl_vuln_notice_keep                one revision of the case: the document stands sealed in its file, its digest in its history, and if it was sent
 *	                                   its clock is met
 *	pl_vuln_note(c, MEET, "CRA-V1")    it was sent later (register/vuln/case.h)
 *
 * What always holds:
 *  1. The same case, draft and words give the same bytes, whoever makes it and wherever.
 *  2. A document that was kept is never changed. The next one of the same stage is another edition, which names the digest of the one before; one that says
 *     the same is refused.
 *  3. Document, history and clock are written together or not at all.
 *  4. Making one meets no clock: an authority knows what was sent to it. Of the clock of the final report on an incident, which runs from the sending of the
 *     notification, that decides.
 *  5. The document is sealed under the case's key and goes when the case is erased; nothing of it leaves the case's file by itself.
 */
#ifndef PL_REGISTER_VULN_NOTICE_H
#define PL_REGISTER_VULN_NOTICE_H
#include "register/advisory/cra.h"
#include "register/casework/casefile.h"
#include "register/vuln/draft.h"

#define PL_VULN_EDITIONS_MAX 16u /* of one stage of a case */

/* A document that is kept, as the case's file names it without being opened. */
struct pl_vuln_notice {
	enum pl_cra_stage stage;
	unsigned edition;
	uint64_t seq, at;  /* of the entry; seconds */
	struct pl_ulid by; /* zeros: the terminal */
	bool there;        /* false: erased */
	pl_str document;   /* if it was opened */
};
/* Is @e the entry of one? */
bool pl_vuln_notice_of(const struct pl_casework_entry *e, struct pl_vuln_notice *ret);

/* From where a document has a fact. */
enum pl_vuln_notice_from {
	PL_VULN_FROM_NOBODY, /* it does not say it */
	PL_VULN_FROM_CASE,   /* or the draft */
	PL_VULN_FROM_KEPT,   /* a document that was kept before */
	PL_VULN_FROM_TYPED
};

struct pl_vuln_notice_asked {
	enum pl_cra_stage stage;
	pl_str draft;                       /* an advisory's draft that somebody went on with; empty: the one that the case makes, of */
	struct pl_vuln_publisher by;        /* and */
	pl_str id;                          /* its identifier; empty: the one that the case makes */
	const struct pl_calendar *calendar; /* NULL: the register's */
	struct pl_cra_said said[PL_CRA_FACTS]; /* by pl_cra_say; what is not said is taken from what was told before, then from the case */
};

struct pl_vuln_notice_made {
	enum pl_cra_stage stage;
	unsigned edition;
	bool same;                /* it says what the edition before says, which is .edition */
	struct pl_digest digest;  /* of .document */
	pl_str document;
	struct pl_json *json;     /* the same; of pl_vuln_notice_done */
	enum pl_vuln_notice_from from[PL_CRA_FACTS];
};
void pl_vuln_notice_done(struct pl_vuln_notice_made *m);

/* Make the document; its text lives in @arena. PL_E_STATE with words: the case does not say when exploitation or the incident was known, or what the
 * final report runs from did not happen; PL_E_MISMATCH: the draft is about another flaw; otherwise as pl_advisory_draft_parse, pl_cra_write. */
pl_status pl_vuln_notice_make(struct pl_vuln *c, const struct pl_vuln_notice_asked *asked, struct pl_arena *arena, struct pl_vuln_notice_made *ret,
	struct pl_diag *diag);
/* Keep it, as the revision after @c, which is stale then. @sent: when it was sent (seconds); 0: it was not yet. PL_E_EXISTS with words: it says what the
 * edition before says; PL_E_STATE: the case has no file, or its clock is met already or had not begun when it was sent; PL_E_RANGE: it was sent in the
 * future, or before the case came; PL_E_TOOBIG: it has more than PL_CASEWORK_TEXT_MAX bytes, or too many editions; PL_E_CONFLICT: somebody changed the case meanwhile. */
pl_status pl_vuln_notice_keep(struct pl_vuln *c, const struct pl_vuln_notice_made *made, uint64_t sent, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag);
/* The documents of a case that was read with what is private, opened, the oldest first. */
pl_status pl_vuln_notices(const struct pl_vuln *c, struct pl_arena *arena, struct pl_vuln_notice **ret, size_t *ret_n);

#endif
