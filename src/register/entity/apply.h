/* SPDX-License-Identifier: Apache-2.0 */
/* register/entity/apply: what the statements about entities do to the public tables. */
#ifndef PL_REGISTER_ENTITY_APPLY_H
#define PL_REGISTER_ENTITY_APPLY_H
#include "fact/projector.h"

pl_status pl_apply_entity(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_entity_duty(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_entity_attestation(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

#endif
