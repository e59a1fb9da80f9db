/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/cvss: how severe a vulnerability is, by CVSS 3.1 and 4.0 of FIRST: read, check, spell, score, put in words.
 *
 * What always holds:
 *  1. A vector that pl_cvss_parse gave is complete and within its version: every base metric is there, no metric twice.
 *  2. It has one canonical spelling: the standard's order, metrics that are Not Defined (X) left out. Equal vectors
 *     have equal spellings and equal scores, whatever was written.
 *  3. Scores are whole tenths from 0 to 100, made with integers alone; cvss_31.c and cvss_40.c say why that is the
 *     standard's rounding.
 *
 * Pure: no I/O, no globals; the heap is used for the words of a refusal only. Callable from any thread.
 */
#ifndef PL_REGISTER_CVSS_H
#define PL_REGISTER_CVSS_H
#include "base/base.h"

enum pl_cvss_version { PL_CVSS_31, PL_CVSS_40 };

/* Bits of a set. 3.1 calls the second group Temporal; only 4.0 has the last. */
enum pl_cvss_group {
	PL_CVSS_BASE = 1,
	PL_CVSS_THREAT = 2,
	PL_CVSS_ENVIRONMENTAL = 4,
	PL_CVSS_SUPPLEMENTAL = 8,
};

#define PL_CVSS_METRICS 32u  /* the most that a version has */
#define PL_CVSS_TEXT_MAX 256u /* longer text is refused; the longest spelling has 178 bytes */

struct pl_cvss_value {
	const char *abbr; /* as in vectors: "N" */
	const char *name; /* as the standard calls it: "Network" */
};

struct pl_cvss_metric {
	const char *abbr; /* "AV" */
	const char *name; /* "Attack Vector" */
	enum pl_cvss_group group;
	uint8_t count; /* of values */
	/* The most severe first; before it "X", Not Defined, where the metric may be left out. Supplemental metrics have no
	 * severity and stand as in the standard's table. */
	const struct pl_cvss_value *values;
};

/* A vector: for metric i of its version an index into that metric's values. */
struct pl_cvss {
	enum pl_cvss_version version;
	uint8_t value[PL_CVSS_METRICS];
};

/* "3.1" or "4.0". */
const char *pl_cvss_version_text(enum pl_cvss_version version);
/* "Base", "Temporal" (3.1) or "Threat" (4.0), "Environmental", "Supplemental". */
const char *pl_cvss_group_text(enum pl_cvss_version version, enum pl_cvss_group group);
/* Metric @i of @version, in the standard's order (3.1 table 15, 4.0 table 23); NULL after the last. */
const struct pl_cvss_metric *pl_cvss_metric(enum pl_cvss_version version, size_t i);
/* The value of metric @i of @v, which must exist. */
const struct pl_cvss_value *pl_cvss_value(const struct pl_cvss *v, size_t i);
/* Is metric @i of @v, which must exist, other than Not Defined? */
bool pl_cvss_defined(const struct pl_cvss *v, size_t i);

/* Read all of @text: 3.1 section 6 (any order), 4.0 section 7 (the order of table 23, no other). PL_E_SYNTAX, or
 * PL_E_TOOBIG beyond PL_CVSS_TEXT_MAX; @diag says which metric or value, what was expected, and where on line 1. */
pl_status pl_cvss_parse(pl_str text, struct pl_cvss *ret, struct pl_diag *diag);
/* Append the canonical spelling. */
void pl_cvss_write(struct pl_buf *out, const struct pl_cvss *v);

/* The groups of which at least one metric is defined; PL_CVSS_BASE always. */
unsigned pl_cvss_groups(const struct pl_cvss *v);
/* @v with every metric outside @groups Not Defined; base metrics stay. */
struct pl_cvss pl_cvss_keep(const struct pl_cvss *v, unsigned groups);
/* 4.0 section 1.3: which metrics a score is made of, "CVSS-B", "CVSS-BT", "CVSS-BE" or "CVSS-BTE". NULL for 3.1. */
const char *pl_cvss_nomenclature(const struct pl_cvss *v);

/* In tenths: 98 is 9.8. */
struct pl_cvss_score {
	uint8_t base; /* the base metrics alone */
	/* 3.1: the temporal score (7.2); 4.0: base and threat metrics (CVSS-BT). The base score where none is defined. */
	uint8_t threat;
	/* 3.1: the environmental score (7.3), which takes the temporal metrics in; 4.0: base and environmental metrics
	 * (CVSS-BE). The threat score (3.1) or base score (4.0) where none is defined. */
	uint8_t environmental;
	uint8_t overall; /* all that is defined */
};
void pl_cvss_score(const struct pl_cvss *v, struct pl_cvss_score *ret);

/* 4.0: the MacroVector (section 8.2) as six digits EQ1 to EQ6, NUL-terminated. @v must be a 4.0 vector. */
void pl_cvss_macro_vector(const struct pl_cvss *v, char out[7]);

/* 3.1 table 14, 4.0 table 22. */
enum pl_cvss_severity { PL_CVSS_NONE, PL_CVSS_LOW, PL_CVSS_MEDIUM, PL_CVSS_HIGH, PL_CVSS_CRITICAL };
enum pl_cvss_severity pl_cvss_severity(unsigned tenths);
/* "None", "Low", "Medium", "High", "Critical". */
const char *pl_cvss_severity_text(enum pl_cvss_severity s);
/* Append @tenths as the standard writes scores: "0.0", "9.8", "10.0". */
void pl_cvss_put_tenths(struct pl_buf *out, unsigned tenths);

#endif
