/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/claim_table: claims as people write them: a table of comma-separated values, one line each under a line of column names, or
 * one INI file with a section [claim] and the same names as keys.
 *
 *	claim,kind,subject,property,bound,value,unit,word,standing,from,to,as-of,due,review,product,version,words,source,evidence
 *
 * Columns may stand in any order; a column that is not there, or an empty value, is not stated. Dates as in pl_claim_date; evidence is
 * digests separated by spaces. Two more columns, "must flag" and "must not flag", are read over: what a person expects of the rules is
 * not stated.
 */
#ifndef PL_REGISTER_CLAIM_TABLE_H
#define PL_REGISTER_CLAIM_TABLE_H
#include "base/csv.h"
#include "register/claim.h"

#define PL_CLAIM_ROWS_MAX 4096u
#define PL_CLAIM_TEXT_MAX 4096u /* bytes of words */
#define PL_CLAIM_TABLE_MAX ((size_t)16 << 20)

struct pl_claim_row {
	struct pl_claim claim; /* words: digest and size of @text, text/plain */
	pl_str text;
	unsigned line;         /* of the table; 0: of an INI file */
};

/* Everything lives in @arena. PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND (no such column; no rows), PL_E_EXISTS (a column or a claim stands
 * twice), PL_E_TOOBIG, with the line. */
pl_status pl_claim_table_parse(pl_str csv, struct pl_arena *arena, struct pl_claim_row **ret, size_t *ret_n, struct pl_diag *diag);
/* One claim from an INI file, or the only one of a table. */
pl_status pl_claim_file_parse(pl_str text, struct pl_arena *arena, struct pl_claim_row *ret, struct pl_diag *diag);
/* Digests separated by spaces, put into ascending order; at most PL_CLAIM_EVIDENCE_MAX. PL_E_SYNTAX, PL_E_TOOBIG, PL_E_EXISTS. */
pl_status pl_claim_digests(pl_str text, struct pl_digest ret[static PL_CLAIM_EVIDENCE_MAX], size_t *ret_n, struct pl_diag *diag);

#endif
