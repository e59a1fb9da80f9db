/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/reason: why a rebuild came to no comparison (verdict *not attempted*). The words stand in statements, for ever.
 */
#ifndef PL_RELEASE_REASON_H
#define PL_RELEASE_REASON_H
#include "base/base.h"

enum pl_reason {
	PL_REASON_NONE,             /* there was a comparison, or nothing that is worth a statement */
	PL_REASON_BUILD_FAILED,     /* a step of the recipe ended with an error or a signal */
	PL_REASON_TIME_OUT,         /* a step took longer than the recipe allows */
	PL_REASON_NO_SPACE,         /* the disk of the site was full */
	PL_REASON_OUTPUT_MISSING,   /* the steps ended well and left no such output, or one that cannot be taken */
	PL_REASON_TOOLS_MISSING,    /* a package that the recipe names, or a tool of the site, is not installed */
	PL_REASON_SANDBOX_REFUSED,  /* the machine does not allow the sandbox, or has no bubblewrap */
	PL_REASON_SOURCE_MISSING,   /* the source archive was not to be had, or was not what its digest says */
	PL_REASON_SOURCE_UNUSABLE,  /* the source archive cannot be unpacked safely */
	PL_REASON_RECIPE_MISSING,   /* the recipe was not to be had */
	PL_REASON_ARTEFACT_MISSING, /* the bytes of an artefact, needed for a declared normalisation, were not to be had */
	PL_REASON_COUNT
};

/* "build-failed", "time-out", ...; "" for PL_REASON_NONE. Lives for ever. */
const char *pl_reason_word(enum pl_reason r);
/* PL_E_SYNTAX for any other word, the empty one too. */
pl_status pl_reason_parse(pl_str word, enum pl_reason *ret);
/* All words, ends with NULL: for the table of fields. */
extern const char *const pl_reason_words[];

#endif
