/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/stated: the openings file of a register that opens totals only (docs/formats/openings.md). Its rows are shut; its totals and
 * tables stand in it as they were counted from the same file with its rows opened, which auditors get and nobody else. Behind the
 * declaration:
 *
 *	counted <SHA-256 of the file with its rows opened> <cases> <late>
 *	total <name> <value>
 *	cell <table> <row> <column> <count>
 *
 * Pure but for writing to a descriptor.
 */
#ifndef PL_REGISTER_STATED_H
#define PL_REGISTER_STATED_H
#include "register/recount.h"

/* Append the lines for what was counted from the file with the digest @file. */
void pl_stated_put(struct pl_buf *out, const struct pl_digest *file, const struct pl_recount *counted);
/* Read them into @r, whose declaration is there: .stated, .counted, cases, late, totals and tables, which borrow from @lines. PL_E_SYNTAX,
 * PL_E_PROOF (what is said cannot be true of any cases), PL_E_TOOBIG with words; line numbers count from @line. */
pl_status pl_stated_read(pl_str lines, size_t line, struct pl_recount *r, struct pl_diag *diag);

/* Write to @fd what may be published of @file, from which @counted was counted. PL_E_STATE: the register opens its rows. */
pl_status pl_stated_shut(pl_bytes file, const struct pl_recount *counted, int fd, struct pl_diag *diag);

/* Is @counted, counted from a file with the digest @file, what @public states? PL_E_PROOF with words that name what differs. */
pl_status pl_stated_compare(const struct pl_recount *public, const struct pl_digest *file, const struct pl_recount *counted,
	struct pl_diag *diag);

#endif
