/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/recount: an openings file checked row by row, and counted.
 *
 * What always holds:
 *  1. PL_OK means: every leaf of the tree between the two heads is in the file or in a gap that it names, both roots follow from it, numbers follow
 *     one another without a gap, every case has one history, every open value is the committed one, heartbeats chain from the first
 *     head to the last. What the heads themselves are worth is for the caller: they must be those that the report in the log names.
 *  2. A failure names the row (number, revision, line) or the head that does not fit.
 *  3. Where the declaration names steps, what is open of one revision follows by one of them from what is open of the one before; a first
 *     revision begins as it says. What is not opened is not judged.
 *  4. An open row is read and judged under the declaration that it was entered under: the file says up to which leaf each of them stood, and a
 *     row that is presented under another one is refused. A total counts the cases whose declaration has it.
 *  5. A case counts in the period that its "received" lies in, with the values of its last opened revision.
 *
 * Pure but for memory and threads of its own while it runs. @file is read once from front to back.
 */
#ifndef PL_REGISTER_RECOUNT_H
#define PL_REGISTER_RECOUNT_H
#include "register/openings.h"

struct pl_recount_cell {
	pl_str row, column; /* text forms; column empty when the table has none, ptr NULL: not stated */
	uint64_t count;
};

struct pl_recount_table {
	size_t n;
	struct pl_recount_cell *cells; /* ordered by row, then column */
};

/* A heartbeat that was signed PL_REGISTER_RHYTHM or more after its day's end. */
struct pl_recount_late {
	uint64_t day, time; /* the day's first second, and when it was signed */
};
#define PL_RECOUNT_LATE_KEPT 1024u

/* An earlier declaration of which leaves stand in the file, and totals and tables that only earlier ones have: .under is the first of
 * .earlier that has it. */
struct pl_recount_earlier {
	struct pl_register_decl *decl;
	uint64_t until; /* leaves below this position were entered under it */
};
struct pl_recount_more_total {
	size_t under, at;
	uint64_t value;
};
struct pl_recount_more_table {
	size_t under, at;
	struct pl_recount_table cells;
};

struct pl_recount {
	struct pl_register_decl *decl;
	struct pl_openings_head head;
	struct pl_digest reg;
	uint64_t rows;             /* leaves opened, sealed, erased or lost in this file */
	uint64_t cases;            /* counted in the period */
	uint64_t unopened;         /* cases whose last revision is sealed: what they are and when is not shown */
	uint64_t erased, lost;
	uint64_t lost_leaves;      /* leaves that gaps jump over */
	size_t n_gaps;
	struct pl_register_end gaps[PL_OPENINGS_GAPS_MAX]; /* the heads behind them; they must stand in the log as well */
	uint64_t late;             /* cases of the period that were entered late */
	uint64_t days, days_missing; /* heartbeats in the file; UTC days between them without one */
	uint64_t days_late, latest;  /* heartbeats signed PL_REGISTER_RHYTHM or more after their day's end; by how many seconds the latest */
	size_t n_late_days; /* the first PL_RECOUNT_LATE_KEPT of them */
	struct pl_recount_late *late_days;
	uint64_t unconfirmed, refused; /* as the heartbeats say */
	uint64_t steps;            /* from one opened revision to the next, each one that the declaration names; 0 if it names none */
	uint64_t totals[PL_REGISTER_TOTALS_MAX]; /* in the order of the declaration */
	struct pl_recount_table tables[PL_REGISTER_TABLES_MAX];
	size_t n_earlier;          /* declarations before .decl, the oldest first; each case counts under the one of its last opened revision */
	struct pl_recount_earlier earlier[PL_OPENINGS_EARLIER_MAX];
	uint64_t cases_under[PL_OPENINGS_EARLIER_MAX + 1]; /* of .cases: under .decl, then under each earlier one */
	size_t n_more_totals, n_more_tables;
	struct pl_recount_more_total more_totals[PL_REGISTER_TOTALS_MAX];
	struct pl_recount_more_table more_tables[PL_REGISTER_TABLES_MAX];
	bool stated;               /* the rows are shut, and cases, late, totals and tables are what the file says of them (register/stated) */
	struct pl_digest counted;  /* if so: the file with opened rows that they were counted from */
	size_t n_drawable;         /* if so: cases that an auditor may draw (register/sample), by ascending number */
	uint64_t *drawable;
	struct pl_arena arena;     /* cells live here; the texts borrow from the file */
};

/* Told now and then how far it is; may be NULL. */
typedef void (*pl_recount_tell)(void *ctx, uint64_t done, uint64_t total);

/* Check and count @file, which must stay as it is until pl_recount_done. @threads 0: as many as there are processors, at most 8.
 * PL_E_SYNTAX, PL_E_PROOF, PL_E_TOOBIG, PL_E_NOMEM with words. */
pl_status pl_recount_file(pl_bytes file, unsigned threads, pl_recount_tell tell, void *ctx, struct pl_recount *ret,
	struct pl_diag *diag);

/* The declaration that a row names: 0 the file's, n the n-th of the earlier ones. */
const struct pl_register_decl *pl_recount_decl(const struct pl_recount *r, unsigned under);

/* All totals and tables, those of the file's declaration first, then those that only earlier ones have: @i is below what is answered by
 * _count. .everywhere: every declaration of the file has it, so it counts every case. .decl: the newest that has it. */
struct pl_recount_said {
	const struct pl_register_decl *decl;
	const struct pl_register_total *total;
	uint64_t value;
	bool everywhere;
};
struct pl_recount_laid {
	const struct pl_register_decl *decl;
	const struct pl_register_table *table;
	const struct pl_recount_table *cells;
	bool everywhere;
};
size_t pl_recount_totals_count(const struct pl_recount *r);
void pl_recount_total_at(const struct pl_recount *r, size_t i, struct pl_recount_said *ret);
size_t pl_recount_tables_count(const struct pl_recount *r);
void pl_recount_table_at(const struct pl_recount *r, size_t i, struct pl_recount_laid *ret);

/* A case that is counted: its number, its last revision that was opened, the declaration that this one was entered under, and the values of
 * that one's derived fields in their order (NULL: private or absent). Another status than PL_OK ends the count with it. */
typedef pl_status (*pl_recount_each)(void *ctx, const struct pl_recount *r, uint64_t number, uint32_t revision, unsigned under, const pl_str *values);

/* The same; @each is told every case of the period once all of the file was checked, by ascending number. */
pl_status pl_recount_cases(pl_bytes file, unsigned threads, pl_recount_each each, void *ctx, struct pl_recount *ret,
	struct pl_diag *diag);
void pl_recount_done(struct pl_recount *r);

/* What was counted, without the file: *@ret stands alone, done with pl_recount_done. PL_E_NOMEM. */
pl_status pl_recount_keep(const struct pl_recount *r, struct pl_recount *ret);

#endif
