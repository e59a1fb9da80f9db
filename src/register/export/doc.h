/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/export/doc: a report as a document: every number with its name, its words and how it is counted, in one language. What
 * it says follows from a recount and from the log; how it is written is csv.c's, json.c's, pdf.c's and the pages' matter.
 *
 * What always holds:
 *  1. Same openings file, same heads in the log before it, same words, same language: same document, and from it the same bytes in every format.
 *  2. Every number has a definition: the operator's words, or else a sentence made from the declaration.
 *
 * Pure; callable from any thread. Texts and lists live in the arena of whoever made it.
 */
#ifndef PL_REGISTER_EXPORT_DOC_H
#define PL_REGISTER_EXPORT_DOC_H
#include "register/recount.h"

/* A name that machines use, and what people read. */
struct pl_report_name {
	pl_str name, label, definition;
};

struct pl_report_number {
	struct pl_report_name of;
	pl_str rule; /* as declared: "count category=user-data"; empty for what every report counts */
	uint64_t value;
};

struct pl_report_grid {
	struct pl_report_name of, rows_of, columns_of; /* columns_of.name empty: one column of cases */
	size_t n_rows, n_columns; /* at least one column */
	struct pl_report_name *rows, *columns;
	uint64_t *cells; /* row after row */
};

/* A head that came when one before it was missing (pl_register_late): a gap in the rhythm, with its true time. Seconds. */
struct pl_report_late {
	uint64_t index, due, time; /* its entry; when the first missing one was due; when it was signed */
	bool heartbeat;
	uint64_t day;              /* that it closes */
};
#define PL_REPORT_LATE_MAX 4096u
#define PL_REPORT_LATE_SHOWN 100u /* in what people read */

/* What is said of them. */
struct pl_report_late_words {
	pl_str head, heartbeat, definition; /* "Late head", "Late heartbeat", and what that is */
};

struct pl_report_doc {
	pl_str language;
	pl_str name, title, about;       /* of the register; about may be empty */
	pl_str origin, period;           /* "2021-H2" */
	uint64_t from, to, time;         /* seconds; time: of the last head, which is the document's own time */
	uint64_t edition, index;         /* index: of the entry that states it */
	bool has_replaced;
	uint64_t replaced;               /* the entry of the edition before */
	struct pl_digest statement, declaration, openings;
	uint64_t openings_size;
	bool imported, padded, totals_only;
	size_t n_earlier;                /* declarations before .declaration that its cases were entered under, the oldest first */
	struct pl_digest earlier[PL_OPENINGS_EARLIER_MAX];
	size_t n_rules, n_principles, n_prohibited;
	pl_str *rules, *principles, *prohibited; /* rules: what the register opens and counts at all, in sentences */
	size_t n_counts, n_totals, n_tables;
	struct pl_report_number *counts; /* what every report counts: cases, not opened, ... */
	struct pl_report_number *totals;
	struct pl_report_grid *tables;
	size_t n_late;               /* of .all_late late heads between the report's two, the first PL_REPORT_LATE_MAX */
	uint64_t all_late;
	struct pl_report_late *late;
	struct pl_report_late_words late_words;
};

/* What the texts of a document that no register brings along are called in its language: for headings. */
struct pl_report_headings {
	pl_str report, edition, entry, period, principles, prohibited, rules, numbers, counting, declaration, openings, total, late, due, came, closes;
};

/* Lay the cells of @t out as rows and columns, by the order of their texts, "not stated" last. Names only: labels are for whoever
 * speaks the language. PL_E_NOMEM, PL_E_TOOBIG. */
pl_status pl_report_grid_make(const struct pl_recount_table *t, struct pl_arena *arena, struct pl_report_grid *ret);

/* ---- writers; all append to @out, whose failure shows in pl_buf_status ---- */

/* Rows "kind,name,row,column,value,rule,label,definition,register_source" (docs/formats/report-csv.md): counts, totals, cells, and late heads.
 * RFC 4180. */
void pl_report_csv_totals(const struct pl_report_doc *d, struct pl_buf *out);
/* The line of names that pl_report_csv_row's rows follow. */
void pl_report_csv_head(const struct pl_recount *counted, struct pl_buf *out);
/* One case; values as pl_recount_each is told them. */
void pl_report_csv_row(const struct pl_recount *counted, uint64_t number, uint32_t revision, unsigned under, const pl_str *values, struct pl_buf *out);
/* docs/formats/report-json.md. */
pl_status pl_report_json(const struct pl_report_doc *d, struct pl_buf *out);

#endif
