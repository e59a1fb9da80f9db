/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/range: between which amounts one lies, by the bounds that a register declares for "amount". Pure. */
#ifndef PL_REGISTER_VULN_RANGE_H
#define PL_REGISTER_VULN_RANGE_H
#include "register/declaration.h"

struct pl_award_range {
	uint64_t low, high; /* both may be it */
};

/* PL_E_STATE: the register declares no amount as a range; PL_E_RANGE: the amount reaches the last bound, above which nothing is
 * said. */
pl_status pl_award_range_find(const struct pl_register_decl *d, uint64_t amount, struct pl_award_range *ret, struct pl_diag *diag);

#endif
