/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/clock_rule: the lines "clock" of a declaration (docs/formats/register.md, "Clocks") held against the table of clocks, and obeyed.
 *
 * What always holds of a register that has such lines:
 *  1. They say of each event exactly the clocks that the table starts with it (register/clock), those that begin when one of them is met among them.
 *  2. An event that happens at intake is noted with the case, whatever the way it comes by, and whatever a form says.
 *  3. Nobody notes an event that the lines do not name, nor pauses or extends a clock that they do not name. One that runs all the same, because it was started
 *     before they were declared, may be met.
 *
 * A register without them has the events that its form names, and the desk may note any.
 */
#ifndef PL_REGISTER_CLOCK_RULE_H
#define PL_REGISTER_CLOCK_RULE_H
#include "register/clock.h"
#include "register/register.h"

/* Does the table know what the lines of @d say? PL_E_RANGE with words. Pure. */
pl_status pl_clock_rule_check(const struct pl_register_decl *d, struct pl_diag *diag);

/* May the event @event be noted for a case of @d? PL_E_RANGE with words: nobody knows it, or the declaration does not name it. Pure. */
pl_status pl_clock_rule_event(const struct pl_register_decl *d, pl_str event, struct pl_diag *diag);
/* The same of the clock @code that is paused or extended. @d NULL: any that is known. Pure. */
pl_status pl_clock_rule_code(const struct pl_register_decl *d, pl_str code, struct pl_diag *diag);

/* What lines "clock" look at: the texts of the open values of @v, one a derived field; .ptr NULL: absent, or none of these. */
void pl_clock_rule_texts(const struct pl_register_decl *d, const struct pl_commit_value *v, pl_str ret[static PL_COMMIT_FIELDS_MAX]);

/* Note in the file of case @number, which was begun, what happens at intake to a case received at @received that says @v (of the derived declaration).
 * In the caller's transaction. */
pl_status pl_clock_rule_begin(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t received, const struct pl_commit_value *v);

#endif
