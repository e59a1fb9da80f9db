/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/cra: what Article 14 of Regulation (EU) 2024/2847 wants told of a vulnerability that is actively exploited (paragraph 2) and of a
 * severe incident having an impact on the security of a product (paragraph 4), filled from a draft and from what somebody says beside it: early
 * warning, notification, final report.
 *
 * There is no public format of the reporting platform; this is ours (docs/formats/cra-report.md), to be entered there: the facts that the article
 * lists, when they are due, and what of them is still missing.
 *
 * What always holds:
 *  1. The same draft, facts and times give the same bytes; the time at which they are written is not among them.
 *  2. A fact that the stage does not ask for is refused, never left out in silence; one that is asked for and not known is named as missing.
 *
 * Pure. Times are ns since 1970.
 */
#ifndef PL_REGISTER_ADVISORY_CRA_H
#define PL_REGISTER_ADVISORY_CRA_H
#include "crypto/digest.h"
#include "register/advisory/advisory.h"
#include "register/clock.h"

enum pl_cra_stage {
	PL_CRA_WARNING, PL_CRA_NOTIFICATION, PL_CRA_FINAL,                            /* Article 14(2)(a), (b), (c) */
	PL_CRA_INCIDENT_WARNING, PL_CRA_INCIDENT_NOTIFICATION, PL_CRA_INCIDENT_FINAL, /* Article 14(4)(a), (b), (c) */
	PL_CRA_STAGES
};
/* "early-warning", "notification", "final", "incident-early-warning", ...; ends with NULL. */
extern const char *const pl_cra_stages[PL_CRA_STAGES + 1];
/* PL_E_NOTFOUND. */
pl_status pl_cra_stage_parse(pl_str word, enum pl_cra_stage *ret);
/* The clock that a document of @stage meets when it is sent: "CRA-V1". And back: PL_E_NOTFOUND. */
const struct pl_clock_def *pl_cra_stage_clock(enum pl_cra_stage stage);
pl_status pl_cra_stage_of_clock(pl_str code, enum pl_cra_stage *ret);
/* Is it one about an incident? */
static inline bool pl_cra_is_incident(enum pl_cra_stage stage) { return stage >= PL_CRA_INCIDENT_WARNING; }

/* ---- facts that a person says ---- */

enum pl_cra_fact {
	PL_CRA_STATES,      /* Member States in which the product was made available, as far as known */
	PL_CRA_COORDINATOR, /* the one whose CSIRT is coordinator: of the main establishment (paragraph 7) */
	PL_CRA_MALICIOUS,   /* is the incident suspected of being caused by unlawful or malicious acts? */
	PL_CRA_NATURE, PL_CRA_EXPLOIT, PL_CRA_ASSESSMENT, PL_CRA_TAKEN, PL_CRA_USERS, PL_CRA_SENSITIVITY, PL_CRA_DESCRIPTION, PL_CRA_SEVERITY,
	PL_CRA_IMPACT, PL_CRA_ACTOR, PL_CRA_CAUSE, PL_CRA_UPDATE, PL_CRA_MITIGATION,
	PL_CRA_FACTS
};
enum pl_cra_kind { PL_CRA_STATE_LIST, PL_CRA_ONE_STATE, PL_CRA_YES_NO, PL_CRA_TLP, PL_CRA_LINE, PL_CRA_TEXT };
struct pl_cra_fact_row {
	const char *member; /* of the document: "memberStates" */
	const char *option; /* of commands and forms: "states" */
	enum pl_cra_kind kind;
	bool list;          /* the member is an array */
	bool must;          /* named as missing if nobody says it */
	unsigned stages;    /* bits 1 << enum pl_cra_stage */
};
extern const struct pl_cra_fact_row pl_cra_facts[PL_CRA_FACTS];
static inline bool pl_cra_asks(enum pl_cra_stage stage, enum pl_cra_fact f) { return pl_cra_facts[f].stages >> stage & 1; }

#define PL_CRA_TEXT_MAX 4000u /* bytes of one fact */
#define PL_CRA_LINE_MAX 200u

/* What somebody said of one fact. Said and empty: what the draft knows of it is not told. */
struct pl_cra_said {
	bool given;
	pl_str text; /* in its one spelling */
};
/* Note @text as what is said of @f; lives in @arena. PL_E_RANGE with words: @stage does not ask for it, no Member State (ISO 3166-1 codes of the 27,
 * apart by blanks or commas), neither yes nor no, no word of TLP, a control character; PL_E_TOOBIG. */
pl_status pl_cra_say(struct pl_cra_said said[static PL_CRA_FACTS], enum pl_cra_stage stage, enum pl_cra_fact f, pl_str text, struct pl_arena *arena,
	struct pl_diag *diag);
/* What a document says of @f, as a person would type it. Nothing is appended if it does not say it, or if it is computed (a score). */
void pl_cra_fact_text(const struct pl_json *document, enum pl_cra_fact f, struct pl_buf *out);

/* ---- the document ---- */

struct pl_cra {
	enum pl_cra_stage stage;
	uint64_t known;     /* when exploitation, or the incident, was known */
	uint64_t available; /* when a measure was available; 0: not yet. The final report on a vulnerability runs from there */
	uint64_t sent;      /* when the notification of the incident was sent; 0: not yet. The final report on it runs from there */
	const struct pl_cra_said *said; /* PL_CRA_FACTS of them; NULL: nothing */
	unsigned edition;               /* from 1 */
	const struct pl_digest *amends; /* the edition before; NULL: there is none */
	const struct pl_calendar *calendar; /* of the manufacturer's country */
};

/* Append the document about the @n-th vulnerability of @a, RFC 8785 and a line feed. PL_E_RANGE as pl_clock_case; PL_E_STATE: a final report before
 * what it runs from happened. *@ret_json (may be NULL): the same, the caller's. */
pl_status pl_cra_write(const struct pl_advisory *a, size_t n, const struct pl_cra *c, struct pl_buf *out, struct pl_json **ret_json,
	struct pl_diag *diag);

#endif
