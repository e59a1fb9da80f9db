/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/report_says: what a register-report/v1 says, and whether that is what was counted.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_REPORT_SAYS_H
#define PL_REGISTER_REPORT_SAYS_H
#include "base/json.h"
#include "register/recount.h"

/* The time that is member @name of @object, in seconds; 0 if there is none. */
uint64_t pl_register_json_seconds(const struct pl_json *object, const char *name);

/* Read the object {"chain","days","highest","root","size","time"} of a shape that was accepted; an absent highest is 0. */
void pl_register_end_from_json(const struct pl_json *object, struct pl_register_end *ret);
/* Set its members on @object; without highest if @padded. */
void pl_register_end_to_json(struct pl_json *object, const struct pl_register_end *e, bool padded);

/* The members of a report that follow from what was counted: all but edition, replaces and openings. Freed by the caller. */
struct pl_json *pl_register_report_essence(const struct pl_recount *c);

/* Does the predicate of a register-report/v1 say what was counted from a file with the digest @openings? PL_E_PROOF with words that name
 * the total or head that differs. */
pl_status pl_register_report_compare(const struct pl_json *predicate, const struct pl_digest *openings, const struct pl_recount *counted,
	struct pl_diag *diag);

/* Does the object "first" or "last" of a report say what @e is? */
bool pl_register_end_says(const struct pl_register_end *e, const struct pl_json *said);
/* Does the predicate of a register-head/v1 of that register say it? A padded register's head has no highest number. */
bool pl_register_head_says(const struct pl_json *head, const struct pl_json *name, const struct pl_json *said);

/* What was counted, as lines for people, and as members of @o (report_text.c). */
void pl_recount_put_text(const struct pl_recount *c, struct pl_buf *out);
void pl_recount_to_json(struct pl_json *o, const struct pl_recount *c);
/* What a declaration promises of time, the same way: its calendar, its reports, and which events start which clocks. Nothing where it says nothing. */
void pl_register_times_put_text(const struct pl_register_decl *d, struct pl_buf *out);
void pl_register_times_to_json(struct pl_json *o, const struct pl_register_decl *d);

#endif
