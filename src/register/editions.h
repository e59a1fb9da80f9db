/* SPDX-License-Identifier: Apache-2.0 */
/* register/editions: what a later edition of a report adds to the one before it, from their openings files. Memory and threads of its own; no other I/O. */
#ifndef PL_REGISTER_EDITIONS_H
#define PL_REGISTER_EDITIONS_H
#include "register/recount.h"

struct pl_editions {
	uint64_t lifted; /* cases that count in the later one, and whose last revision in the earlier file is sealed */
	uint64_t later;  /* cases that count in the later one, and have a number above the highest that the earlier one knew */
	struct pl_recount counted; /* of the later one; done with pl_recount_done */
};

/* Compare two openings files about one period. The later one is recounted; of the earlier one, which was recounted when it was stated, the rows are read.
 * Texts of @ret live as long as @after. PL_E_SYNTAX, PL_E_TOOBIG, PL_E_NOMEM; otherwise as pl_recount_file. */
pl_status pl_editions_compare(pl_bytes before, pl_bytes after, struct pl_editions *ret, struct pl_diag *diag);
/* Is the last row of case @number in @file a sealed one? PL_E_SYNTAX. */
pl_status pl_editions_sealed(pl_bytes file, uint64_t number, bool *ret, struct pl_diag *diag);

#endif
