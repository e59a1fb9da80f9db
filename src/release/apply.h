/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/apply: the projector's handlers (struct pl_predicate, .apply). Each decides first and writes afterwards. Included only
 * within this room.
 */
#ifndef PL_RELEASE_APPLY_H
#define PL_RELEASE_APPLY_H
#include "fact/projector.h"

pl_status pl_apply_product(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_snapshot(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_recipe(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_provenance(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_verdict(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_release(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_head(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

#endif
