/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/apply: what the statements about audits do to the public tables. */
#ifndef PL_REGISTER_AUDIT_APPLY_H
#define PL_REGISTER_AUDIT_APPLY_H
#include "fact/projector.h"

pl_status pl_apply_audit(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
pl_status pl_apply_audit_end(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);

#endif
