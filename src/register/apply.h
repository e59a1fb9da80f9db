/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/apply: the projector's handlers (struct pl_predicate, .apply). Each decides first and writes afterwards. Included only
 * within this room.
 */
#ifndef PL_REGISTER_APPLY_H
#define PL_REGISTER_APPLY_H
#include "fact/projector.h"
#include "log/tree.h"
#include "register/report_says.h"

pl_status pl_apply_register(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_register_head(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_register_words(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_register_report(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

/* The edge that a register-head/v1 names; it leads to its root. PL_E_NOTFOUND: an old head, which names none. PL_E_RANGE. */
pl_status pl_register_edge_from_json(const struct pl_json *head, struct pl_tree_edge *ret);

#endif
