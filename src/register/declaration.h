/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/declaration: what a register holds, what of it is opened, and what its reports count
 * (docs/formats/register.md).
 *
 *	pellucid-register v1
 *	name requests
 *	source intake
 *	existence exact
 *	opens rows
 *	late-after 7
 *	field received time generalised month
 *	field country enum open ch,de,not-stated
 *	field accounts u64 generalised range 0,1,10,100
 *	field authority text sealed
 *	total requests count
 *	total countries distinct country country!=not-stated
 *	table by-country country received-month
 *	step decision none granted|rejected
 *	eyes decision rejected
 *	clock request-received intake GDPR-R
 *
 * From it the declaration of the commitment (crypto/commit) is derived: an open field is one open field, a sealed one a
 * private field, a generalised one both: exact and private, coarse and open under the name "<name>-<rule>". Behind them stand
 * two that every register has: "entered" (the UTC day) and "late".
 *
 * What always holds:
 *  1. One text has one meaning and one spelling; what is not understood is refused with its line.
 *  2. The first field is "received", a time: periods are cut by it.
 *  3. Totals and tables name open fields of the derived declaration only, so that whoever has the openings can count.
 *
 * Pure; a declaration owns its text. Callable from any thread.
 */
#ifndef PL_REGISTER_DECLARATION_H
#define PL_REGISTER_DECLARATION_H
#include "crypto/commit.h"

#define PL_REGISTER_DECLARATION_MAX 65536u /* bytes */
#define PL_REGISTER_FIELDS_MAX 96u
#define PL_REGISTER_TOTALS_MAX 64u
#define PL_REGISTER_TABLES_MAX 16u
#define PL_REGISTER_CONDITIONS_MAX 8u
#define PL_REGISTER_NAME_MAX 40u
#define PL_REGISTER_NONE SIZE_MAX

enum pl_register_class { PL_REGISTER_OPEN, PL_REGISTER_GENERALISED, PL_REGISTER_SEALED };

enum pl_register_rule {
	PL_REGISTER_RULE_NONE,
	PL_REGISTER_RULE_MONTH,     /* time: the first second of its UTC month */
	PL_REGISTER_RULE_HALF_YEAR, /* time: 1 January or 1 July */
	PL_REGISTER_RULE_YEAR,      /* time: 1 January */
	PL_REGISTER_RULE_RANGE,     /* u64: the largest of the bounds that is not above it */
	PL_REGISTER_RULE_MAP,       /* enum: the group that its name is mapped to */
};

struct pl_register_field {
	pl_str name;
	enum pl_commit_type type;
	enum pl_register_class class;
	enum pl_register_rule rule;
	pl_str choices; /* enum: exact names, as declared */
	pl_str bounds;  /* range: "0,1,10"; map: "ch:europe,us:america" */
	size_t exact;   /* its position in the derived declaration; of an open field the only one */
	size_t coarse;  /* PL_REGISTER_NONE unless generalised */
};

/* FIELD=A|B (one of them) or FIELD!=A (present and another). */
struct pl_register_condition {
	size_t field; /* in the derived declaration; always open */
	bool differs;
	pl_str values; /* text forms, separated by '|' */
};

enum pl_register_fold {
	PL_REGISTER_COUNT,    /* cases */
	PL_REGISTER_DISTINCT, /* different values */
	PL_REGISTER_SUM,      /* u64 only, as are the following */
	PL_REGISTER_MIN,
	PL_REGISTER_MAX,
	PL_REGISTER_MEDIAN,   /* the lower of two */
	PL_REGISTER_MEAN,     /* rounded down */
};

struct pl_register_total {
	pl_str name, line; /* line: what follows the name, as declared */
	enum pl_register_fold fold;
	size_t field; /* PL_REGISTER_NONE for count */
	size_t n;
	struct pl_register_condition conditions[PL_REGISTER_CONDITIONS_MAX];
};

struct pl_register_table {
	pl_str name;
	size_t rows, columns; /* fields; columns PL_REGISTER_NONE: one column of counts */
};

/* How one field moves from revision to revision: docs/formats/register.md, "Steps". */
#define PL_REGISTER_STEPS_MAX 192u
#define PL_REGISTER_STEP_CONDITIONS_MAX 3u
#define PL_REGISTER_WATCHED_MAX 4u

/* FIELD=A|B (one of them afterwards) or FIELD==A|B (before and afterwards the same one of them). */
struct pl_register_step_condition {
	size_t field;  /* in the derived declaration; an open enum */
	bool kept;
	pl_str values; /* names, separated by '|'; "~": absent */
};

struct pl_register_step {
	pl_str from, to; /* as .values; from "-": the first revision */
	size_t n;
	struct pl_register_step_condition conditions[PL_REGISTER_STEP_CONDITIONS_MAX];
};

/* A set of states into which nobody brings a case alone: docs/formats/register.md, "Two persons". */
#define PL_REGISTER_EYES_MAX 16u

struct pl_register_eyes {
	size_t field;                  /* in the derived declaration; an open enum that is declared so */
	struct pl_register_step state; /* .to and .conditions; .from is empty */
};

/* Which clocks an event starts, and whether it happens when a case comes in: docs/formats/register.md, "Clocks". */
#define PL_REGISTER_CLOCKS_MAX 16u
#define PL_REGISTER_CLOCK_CODE_MAX 16u /* bytes */

struct pl_register_clock {
	pl_str event, codes;          /* codes: separated by commas */
	bool intake;                  /* it happens when a case is received; else who works on it notes that it did */
	struct pl_register_step when; /* .conditions: of the first revision; only of .intake */
};

struct pl_register_decl {
	pl_str name;          /* a token of at most PL_REGISTER_NAME_MAX */
	bool imported;        /* source: reconstructed from published totals; proves nothing about completeness */
	bool padded;          /* existence: dummy leaves make the number of sealed cases an upper bound */
	bool totals_only;     /* opens: no rows; totals rest on an auditor's sample */
	uint64_t late_days;   /* entered more than so many days after it was received: late */
	uint64_t open_days;   /* a case is opened so many days after it was entered at the earliest */
	uint64_t retain_months; /* private values are erased so long after closing; 0: not stated */
	uint64_t report_days; /* a half-year's report is promised so many days after its end; 0: not stated */
	pl_str calendar;      /* "DE", "EU": whose public holidays its clocks count (register/holidays); empty: not stated */
	size_t n_fields;
	struct pl_register_field fields[PL_REGISTER_FIELDS_MAX];
	size_t n_totals;
	struct pl_register_total totals[PL_REGISTER_TOTALS_MAX];
	size_t n_tables;
	struct pl_register_table tables[PL_REGISTER_TABLES_MAX];
	size_t n_steps;       /* 0: its fields move as they will */
	size_t step_field;    /* which one moves, in the derived declaration */
	struct pl_register_step steps[PL_REGISTER_STEPS_MAX];
	bool begins;          /* a step says how the first revision is; else it is as it will */
	size_t n_watched;     /* the field that moves, and those that its steps name */
	size_t watched[PL_REGISTER_WATCHED_MAX];
	size_t n_eyes;        /* 0: whoever works on a case decides */
	struct pl_register_eyes eyes[PL_REGISTER_EYES_MAX];
	size_t n_clocks;      /* 0: not stated; the intake's form says what starts */
	struct pl_register_clock clocks[PL_REGISTER_CLOCKS_MAX];
	struct pl_digest digest; /* SHA-256 of the text */
	struct pl_buf text;      /* the declaration itself; everything above borrows from it */
	struct pl_buf derived_text;
	struct pl_commit_decl derived;
	size_t entered, late;    /* positions in .derived */
};

/* Read @text (copied). PL_E_SYNTAX, PL_E_RANGE, PL_E_EXISTS (a name twice), PL_E_TOOBIG, PL_E_NOMEM; words name the line. */
pl_status pl_register_decl_parse(pl_str text, struct pl_register_decl **ret, struct pl_diag *diag);
void pl_register_decl_free(struct pl_register_decl *d);
/* For PL_CLEANUP. */
static inline void pl_register_decl_freep(struct pl_register_decl **d) { pl_register_decl_free(*d); }

/* "u64", "time", ...; "month", "range", ... ("" for none). Never NULL. */
const char *pl_register_type_word(enum pl_commit_type type);
const char *pl_register_rule_word(enum pl_register_rule rule);

/* The field of that name, or NULL. */
const struct pl_register_field *pl_register_decl_field(const struct pl_register_decl *d, pl_str name);

/* The total or table of that name, or NULL. */
const struct pl_register_total *pl_register_decl_total(const struct pl_register_decl *d, pl_str name);
const struct pl_register_table *pl_register_decl_table(const struct pl_register_decl *d, pl_str name);

/* May a register with cases be declared anew by @after, where @before stood? Source, existence, what is opened and whether there are releases
 * stay; fields, totals and tables that keep their names keep their meaning (an enum may gain names). PL_E_RANGE with words. */
pl_status pl_register_decl_follows(const struct pl_register_decl *before, const struct pl_register_decl *after, struct pl_diag *diag);
/* The position of the derived field @name, or PL_REGISTER_NONE. */
size_t pl_register_decl_place(const struct pl_register_decl *d, pl_str name);
/* Values in the derived fields of @from, by their names, to those of @to in @ret: what @to does not have is left out, what only it has is absent. */
void pl_register_decl_move(const struct pl_register_decl *from, const struct pl_register_decl *to, const pl_str *values, pl_str *ret);

/* The position of the open bool "released", or PL_REGISTER_NONE. A register that declares it keeps its cases sealed until they say that
 * they are released (docs/formats/register.md). */
size_t pl_register_released(const struct pl_register_decl *d);

/* May a revision that says @after follow one that says @before (NULL: it is the first one)? One text a derived field, .ptr NULL: absent; only
 * open enums are looked at, whose bytes are their texts. *@ret_moved: there was a step to ask about. PL_E_PROOF: no line names it, with words. */
pl_status pl_register_step_check(const struct pl_register_decl *d, const pl_str *before, const pl_str *after, bool *ret_moved,
	struct pl_diag *diag);

/* The line "eyes" that asks for two persons where a revision that says @after follows one that says @before (NULL: it is the first, which
 * nothing can bring there); values as for pl_register_step_check, of all open enums. NULL: none does. */
const struct pl_register_eyes *pl_register_eyes_asked(const struct pl_register_decl *d, const pl_str *before, const pl_str *after);
/* Does a line "eyes" name the value @value of @f (.ptr NULL: any), whatever its conditions? */
bool pl_register_eyes_name(const struct pl_register_decl *d, const struct pl_register_field *f, pl_str value);

/* The line "clock" of that event, or NULL. */
const struct pl_register_clock *pl_register_decl_clock(const struct pl_register_decl *d, pl_str event);
/* Take the next code of "CRA-V1,CRA-V2" from *@rest. false: there is none. */
bool pl_register_code_next(pl_str *rest, pl_str *ret);
/* Does the event happen to a case that comes in and says @first? Values as for pl_register_step_check. */
bool pl_register_clock_starts(const struct pl_register_clock *c, const pl_str *first);
/* Append its conditions as they are declared: "direction=inbound|review-room". */
void pl_register_clock_when_put(const struct pl_register_decl *d, const struct pl_register_clock *c, struct pl_buf *out);

/* Append the coarse value of @exact (canonical bytes) by the rule of @f. PL_E_RANGE: below the first bound, or not mapped. */
pl_status pl_register_coarsen(const struct pl_register_field *f, pl_bytes exact, struct pl_buf *out);

/* The period [@from, @to) in seconds that a coarse or exact "received" of @d stands for: for a value at the start of a month
 * the whole month. Exact times: that second. */
void pl_register_received_span(const struct pl_register_decl *d, uint64_t received, uint64_t *from, uint64_t *to);

/* The position of "received" that is opened: coarse if generalised. */
size_t pl_register_received(const struct pl_register_decl *d);

#endif
