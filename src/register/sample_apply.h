/* SPDX-License-Identifier: Apache-2.0 */
/* register/sample_apply: the shape of a register-sample/v1, and its row in the public tables. Included only within this room. */
#ifndef PL_REGISTER_SAMPLE_APPLY_H
#define PL_REGISTER_SAMPLE_APPLY_H
#include "fact/projector.h"

extern const struct pl_field pl_sample_fields[];
pl_status pl_check_sample(const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_sample(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

#endif
