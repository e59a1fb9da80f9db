/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/audit: what audit/v1 and audit-end/v1 say: an examination by somebody else, of what, for which time,
 * and what became of it before its time (docs/statements/audit.md, audit-end.md).
 *
 * Days are seconds at 0:00 UTC; a last day counts whole. Pure. Text is borrowed from where it was read.
 */
#ifndef PL_REGISTER_AUDIT_AUDIT_H
#define PL_REGISTER_AUDIT_AUDIT_H
#include "base/arena.h"
#include "base/json.h"
#include "fact/predicates.h"

#define PL_AUDIT_COVERS_MAX 512u
#define PL_AUDIT_TEXT_MAX ((size_t)16 << 10) /* bytes of a scope in words, or of an auditor's name */
#define PL_AUDIT_TEXT_MEDIA "text/plain"

/* The words of the statement, in byte order. */
enum pl_audit_kind {
	PL_AUDIT_CERTIFICATION, /* a certificate with a validity */
	PL_AUDIT_SURVEILLANCE,  /* whoever certified looked again; the validity is the certificate's */
	PL_AUDIT_TEST,          /* a test or review, on its day */
	PL_AUDIT_TYPE_1,        /* controls as they were designed on a day */
	PL_AUDIT_TYPE_2,        /* controls as they worked over a period */
	PL_AUDIT_KINDS
};
extern const char *const pl_audit_kinds[PL_AUDIT_KINDS + 1];

enum pl_audit_thing { PL_AUDIT_CONTROL, PL_AUDIT_PRODUCT, PL_AUDIT_SYSTEM, PL_AUDIT_THINGS };
extern const char *const pl_audit_things[PL_AUDIT_THINGS + 1];

/* One thing that was looked at: "product/scanner", "control/a.8.32". */
struct pl_audit_cover {
	enum pl_audit_thing kind;
	pl_str name;
};

struct pl_audit {
	pl_str id, standard, edition; /* edition may be empty */
	enum pl_audit_kind kind;
	pl_str auditor_entity;        /* or */
	struct pl_body auditor;       /* a name in a text; media_type empty: the auditor is an entity */
	struct pl_body scope;         /* in words */
	size_t n_covers;
	const struct pl_audit_cover *covers; /* ascending, each once */
	uint64_t as_of;               /* 0: not stated, as all of these */
	uint64_t from, to;            /* the period that was looked at; to: its last day */
	uint64_t valid_from, valid_to;
	pl_str supersedes;            /* may be empty */
	bool has_report;
	struct pl_body report;        /* not published: handed out against terms */
	/* What the log says of the statement; not part of it. */
	uint64_t index;
	struct pl_digest pae;
};

enum pl_audit_state { PL_AUDIT_EXPIRED, PL_AUDIT_REINSTATED, PL_AUDIT_SUSPENDED, PL_AUDIT_WITHDRAWN, PL_AUDIT_STATES };
extern const char *const pl_audit_states[PL_AUDIT_STATES + 1];

enum pl_audit_reason {
	PL_AUDIT_ACCREDITATION_LOST, PL_AUDIT_AUDITOR_DECISION, PL_AUDIT_CORRECTED, PL_AUDIT_HOLDER_REQUEST,
	PL_AUDIT_NON_CONFORMITY, PL_AUDIT_REPLACED, PL_AUDIT_SCOPE_ENDED, PL_AUDIT_STATED_IN_ERROR, PL_AUDIT_REASONS
};
extern const char *const pl_audit_reasons[PL_AUDIT_REASONS + 1];

/* From @from on the audit is @state. */
struct pl_audit_end {
	pl_str audit;
	enum pl_audit_state state;
	enum pl_audit_reason reason;
	uint64_t from;
	uint64_t index; /* of the entry */
};

/* The time for which it says that something was in order: the validity if one is stated, otherwise the period. False: it
 * speaks of one day (@ret_from, @ret_to: that day). [@ret_from, @ret_to) in seconds. */
bool pl_audit_span(const struct pl_audit *a, uint64_t *ret_from, uint64_t *ret_to);
/* The first day that it speaks of. */
uint64_t pl_audit_start(const struct pl_audit *a);

/* Does it fit together? PL_E_RANGE with words. Names are not looked up. */
pl_status pl_audit_check(const struct pl_audit *a, struct pl_diag *diag);
/* May @next follow @before, the last thing that was said of @a (NULL: nothing yet)? PL_E_STATE, PL_E_RANGE with words. */
pl_status pl_audit_end_check(const struct pl_audit *a, const struct pl_audit_end *before, const struct pl_audit_end *next,
	struct pl_diag *diag);
/* Do both state the same? */
bool pl_audit_same(const struct pl_audit *a, const struct pl_audit *b);

/* Order of a scope: by kind, then by name. */
int pl_audit_cover_cmp(const struct pl_audit_cover *a, const struct pl_audit_cover *b);
/* What @after has and @before has not, and the other way round; arrays in @arena. PL_E_NOMEM. */
struct pl_audit_diff {
	size_t n_added, n_removed, n_kept;
	struct pl_audit_cover *added, *removed;
};
pl_status pl_audit_compare(const struct pl_audit *before, const struct pl_audit *after, struct pl_arena *arena,
	struct pl_audit_diff *ret);

/* Read the predicate of a statement whose shape was checked; arrays in @arena. PL_E_SYNTAX, PL_E_RANGE, PL_E_NOMEM. */
pl_status pl_audit_from_json(const struct pl_json *p, struct pl_arena *arena, struct pl_audit *ret);
void pl_audit_to_json(const struct pl_audit *a, struct pl_json *p);
pl_status pl_audit_end_from_json(const struct pl_json *p, struct pl_audit_end *ret);
void pl_audit_end_to_json(const struct pl_audit_end *e, struct pl_json *p);

/* "SOC 2" for "soc2"; the identifier itself if its name is not known here. */
pl_str pl_audit_standard_name(pl_str standard);

#endif
