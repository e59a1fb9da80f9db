/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/counted: what was counted from openings files, kept for the pages that show it. A file never changes under its digest, so
 * what was counted once is right for ever.
 *
 * Any thread; one file is counted at a time, whoever wants another one meanwhile waits.
 */
#ifndef PL_WEB_COUNTED_H
#define PL_WEB_COUNTED_H
#include "fact/instance.h"
#include "register/query.h"
#include "register/recount.h"

#define PL_COUNTED_KEPT 16u
/* A larger file is not counted for a page: whoever wants its numbers takes it home. */
#define PL_COUNTED_FILE_MAX ((uint64_t)512 << 20)

struct pl_counted;
struct pl_counted *pl_counted_new(void);
void pl_counted_free(struct pl_counted *c);

/*
 * What the openings of @q give, after they were verified and compared with what the log says. *@ret is a copy of the caller's own,
 * done with pl_recount_done. The file is spooled below @dir_fd while it is read. PL_E_NOTFOUND, PL_E_TOOBIG, PL_E_PROOF, ... with
 * words.
 */
pl_status pl_counted_get(struct pl_counted *c, struct pl_instance *inst, const struct pl_query_report *q, int dir_fd,
	struct pl_recount *ret, struct pl_diag *diag);

/* What @q adds to @before, the edition that it replaces: cases that were sealed there, and cases that were entered since. The same failures. */
pl_status pl_counted_added(struct pl_counted *c, struct pl_instance *inst, const struct pl_query_report *before, const struct pl_query_report *q,
	int dir_fd, uint64_t *ret_lifted, uint64_t *ret_later, struct pl_diag *diag);

#endif
