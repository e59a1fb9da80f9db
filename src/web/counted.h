/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/counted: what was counted from openings files, kept for the pages that show it. A file never changes under its digest, so
 * what was counted once is right for ever.
 *
 * Any thread; nobody waits for more than a copy. Who counts, and how many at once, is web/portal_count's.
 */
#ifndef PL_WEB_COUNTED_H
#define PL_WEB_COUNTED_H
#include "fact/instance.h"
#include "register/query.h"
#include "register/recount.h"
#include "register/report_file.h"

#define PL_COUNTED_KEPT 16u
/* A larger file is not counted for a page: whoever wants its numbers takes it home. */
#define PL_COUNTED_FILE_MAX ((uint64_t)512 << 20)

struct pl_counted;
struct pl_counted *pl_counted_new(void);
void pl_counted_free(struct pl_counted *c);

/* What the openings of @q gave when they were counted; *@ret is a copy of the caller's own, done with pl_recount_done. PL_E_NOTFOUND: not
 * counted yet, or so long ago that others took its place. */
pl_status pl_counted_find(struct pl_counted *c, const struct pl_query_report *q, struct pl_recount *ret);
/* Count @file, the openings of @q, compare that with what the log says, and keep it. *@ret as above. PL_E_PROOF, ... with words. */
pl_status pl_counted_count(struct pl_counted *c, const struct pl_query_report *q, const struct pl_register_report_file *file,
	struct pl_recount *ret, struct pl_diag *diag);

/* What an edition adds to the one that it replaces: cases that were sealed there, and cases that were entered since. */
struct pl_counted_added {
	uint64_t lifted, later;
};

/* PL_E_NOTFOUND: not compared yet. */
pl_status pl_counted_find_added(struct pl_counted *c, const struct pl_query_report *q, struct pl_counted_added *ret);
/* Compare the openings @earlier of the edition before with those of @q in @later, and keep that beside what was counted of @q. */
pl_status pl_counted_compare(struct pl_counted *c, const struct pl_query_report *q, const struct pl_register_report_file *earlier,
	const struct pl_register_report_file *later, struct pl_counted_added *ret, struct pl_diag *diag);

#endif
